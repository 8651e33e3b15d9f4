#include "forge/report.h"

#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

ctn_report_item
forge_item(void)
{
	return (ctn_report_item){
		.item = "home:leaf:4af1c0ffee",
		.title = "web.internal.example",
		.kind = "certificate",
		.state = CTN_REPORT_CRITICAL,
		.stage = "critical",
		.has_end = true,
		.not_before = REPORT_NOW - 84 * REPORT_DAY,
		.not_after = REPORT_NOW + 6 * REPORT_DAY + 7200,
		.reason = "expires in 6 days",
		.owner = "web team",
		.profile = "server",
		.authority = "issuing",
		.serial = "401e5c2a77b0c4d1e2f3a4b5c6d7e8f901234567",
		.sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		.where = "/etc/nginx/tls/web.crt",
		.fix = "catena renew web.internal.example --out /etc/nginx/tls",
	};
}

ctn_report_event
forge_event(const ctn_report_item *item)
{
	return (ctn_report_event){
		.id = "5b1f0c77a2",
		.stage = item->stage,
		.home = "/var/lib/catena",
		.org = "Example",
		.at_s = REPORT_NOW,
		.items = item,
		.items_n = 1,
		.total = 1,
	};
}

/* What is acknowledged counts as ok. */
static enum ctn_report_state
counted(const ctn_report_item *item)
{
	return item->acknowledged != NULL ? CTN_REPORT_OK : item->state;
}

static int
by_need(const void *pa, const void *pb)
{
	const ctn_report_item *a = pa, *b = pb;

	if (counted(a) != counted(b))
		return ctn_report_worse(counted(a), counted(b)) == counted(a) ? -1 : 1;
	if (a->has_end != b->has_end)
		return a->has_end ? -1 : 1;
	return (a->not_after > b->not_after) - (a->not_after < b->not_after);
}

static void
settle(ctn_report_look *look)
{
	qsort(look->items, look->items_n, sizeof(*look->items), by_need);
	look->total = look->items_n;
	for (size_t i = 0; i < look->items_n; i++) {
		const ctn_report_item *item = &look->items[i];


		look->ok += counted(item) == CTN_REPORT_OK;
		look->warning += counted(item) == CTN_REPORT_WARNING;
		look->critical += counted(item) == CTN_REPORT_CRITICAL;
		look->unknown += counted(item) == CTN_REPORT_UNKNOWN;
		look->expired += item->has_end && item->not_after <= look->at_s;
		look->unreachable += item->stage != NULL && strcmp(item->stage, "unreachable") == 0;
		look->acknowledged += item->acknowledged != NULL;
		look->state = ctn_report_worse(look->state, counted(item));
	}
}

static ctn_report_look *
open_look(ctn_arena *a, size_t n)
{
	ctn_report_look *look = ctn_arena_new(a, ctn_report_look, 1);

	if (look == NULL)
		return NULL;
	*look = (ctn_report_look){ .home = "/var/lib/catena", .org = "Example", .at_s = REPORT_NOW, .has_run = true, .last_run_s = REPORT_NOW };
	look->items = ctn_arena_new(a, ctn_report_item, n);
	look->items_n = n;
	return look->items != NULL ? look : NULL;
}

static const ctn_report_item few[] = {
	{ .item = "home:ca:root", .title = "root", .kind = "authority", .stage = "ok", .has_end = true, .not_before = REPORT_NOW - 900 * REPORT_DAY,
	    .not_after = REPORT_NOW + 6400 * REPORT_DAY, .reason = "ends in 17 years" },
	{ .item = "home:ca:issuing", .title = "issuing", .kind = "authority", .stage = "ok", .has_end = true,
	    .not_before = REPORT_NOW - 900 * REPORT_DAY, .not_after = REPORT_NOW + 925 * REPORT_DAY, .reason = "ends in 2 years", .authority = "root" },
	{ .item = "home:crl:root", .title = "root", .kind = "CRL", .stage = "ok", .has_end = true, .not_before = REPORT_NOW - 20 * REPORT_DAY,
	    .not_after = REPORT_NOW + 160 * REPORT_DAY, .reason = "next update due in 160 days", .authority = "root" },
	{ .item = "home:crl:issuing", .title = "issuing", .kind = "CRL", .state = CTN_REPORT_WARNING, .stage = "warning", .has_end = true,
	    .not_before = REPORT_NOW - 6 * REPORT_DAY, .not_after = REPORT_NOW + REPORT_DAY + 3600, .reason = "next update due in 25 hours",
	    .authority = "issuing", .fix = "catena crl --due" },
	{ .item = "file:/etc/nginx/tls/web.crt", .title = "web.internal.example", .kind = "file", .state = CTN_REPORT_WARNING, .stage = "warning",
	    .has_end = true, .not_before = REPORT_NOW - 70 * REPORT_DAY, .not_after = REPORT_NOW + 20 * REPORT_DAY,
	    .reason = "renewed, not deployed: the file still holds the certificate from before", .owner = "web team",
	    .where = "/etc/nginx/tls/web.crt", .fix = "catena export web.internal.example --format pem --out /etc/nginx/tls/web.crt" },
	{ .item = "tls:db.internal.example:5432", .title = "db.internal.example:5432", .kind = "endpoint", .state = CTN_REPORT_UNKNOWN,
	    .stage = "unreachable", .has_end = true, .not_before = REPORT_NOW - 10 * REPORT_DAY, .not_after = REPORT_NOW + 80 * REPORT_DAY,
	    .reason = "has not answered since Fri 27 Nov 2026 09:00 UTC: connection refused", .owner = "data team",
	    .where = "postgres://db.internal.example:5432" },
	{ .item = "tls:web.internal.example:443", .title = "web.internal.example:443", .kind = "endpoint", .stage = "ok", .has_end = true,
	    .not_before = REPORT_NOW - 70 * REPORT_DAY, .not_after = REPORT_NOW + 120 * REPORT_DAY, .reason = "expires in 120 days",
	    .where = "web.internal.example:443" },
	{ .item = "tls:old.internal.example:443", .title = "old.internal.example:443", .kind = "endpoint", .state = CTN_REPORT_CRITICAL, .stage = "expired", .has_end = true,
	    .not_before = REPORT_NOW - 400 * REPORT_DAY, .not_after = REPORT_NOW - 12 * REPORT_DAY, .reason = "expired 12 days ago", .owner = "web team",
	    .where = "old.internal.example:443", .acknowledged = "is switched off at the end of the year", .acknowledged_until = REPORT_NOW + 33 * REPORT_DAY },
};

static void
fill_leaf(ctn_arena *a, ctn_report_item *item, size_t i)
{
	static const char *const names[] = { "web", "api", "mail", "ldap", "git", "ci", "wiki", "vpn", "print", "metrics", "build", "cache" };
	static const char *const owners[] = { "web team", "platform", "data team", "office IT", NULL };
	int64_t left_s = i == 0 ? -2 * REPORT_DAY : (int64_t)(i * i % 389) * REPORT_DAY + (int64_t)(i % 24) * 3600;

	*item = forge_item();
	item->item = ctn_arena_printf(a, "home:leaf:%08zx", i * 2654435761U % 0xffffffffU);
	item->title = ctn_arena_printf(a, "%s%zu.internal.example", names[i % COUNT(names)], i);
	item->owner = owners[i % COUNT(owners)];
	item->where = NULL;
	item->not_after = REPORT_NOW + left_s;
	item->not_before = item->not_after - 398 * REPORT_DAY;
	item->fix = ctn_arena_printf(a, "catena renew %s", item->title);
	item->state = left_s < 10 * REPORT_DAY ? CTN_REPORT_CRITICAL : left_s < 30 * REPORT_DAY ? CTN_REPORT_WARNING : CTN_REPORT_OK;
	item->stage = left_s <= 0 ? "expired" : ctn_report_state_name(item->state);
	item->reason = ctn_arena_printf(a, left_s <= 0 ? "expired %lld days ago" : "expires in %lld days", (long long)llabs(left_s / REPORT_DAY));
}

ctn_report_look *
forge_look(ctn_arena *a, size_t leaves)
{
	ctn_report_look *look = open_look(a, leaves + COUNT(few));

	if (look == NULL)
		return NULL;
	memcpy(look->items, few, sizeof(few));
	for (size_t i = 0; i < leaves; i++)
		fill_leaf(a, &look->items[COUNT(few) + i], i);
	look->undelivered = leaves > 100 ? 2 : 0;
	settle(look);
	return look;
}

static uint64_t
next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const char *
hostile_text(ctn_arena *a, uint64_t *seed)
{
	static const char *const parts[] = { "<script>alert(1)</script>", "\r\nBcc: all@internal.example\r\n\r\n", "\n", "\"", "'", "\\", "&amp;", "<!--",
		"]]>", "`id`", "$(id)", "|", ";", ",", "END:VEVENT", "=?UTF-8?Q?a?=", "<!channel>", "\xe2\x80\xae", "\xc2\x9b", "\x1b[2J",
		"gr\xc3\xbc\xc3\x9fn", "\xf0\x9f\x94\x92", "\xff\xc3", " ", "  ", "{{title}}", "%s%n", "web.internal.example", "\t", ".\r\n", "\xed\xa0\x80" };
	char text[600];
	size_t n = 0, pieces = next(seed) % 12;

	if (next(seed) % 9 == 0)
		return NULL;
	for (size_t i = 0; i < pieces; i++) {
		const char *part = parts[next(seed) % COUNT(parts)];

		memcpy(text + n, part, strlen(part));
		n += strlen(part);
		for (size_t k = next(seed) % 8; k > 0; k--)
			text[n++] = (char)(1 + next(seed) % 255);
	}
	if (next(seed) % 16 == 0) {
		memset(text + n, 'x', sizeof(text) - n);
		n = sizeof(text);
	}
	return ctn_arena_text_n(a, text, n);
}

static void
fill_hostile(ctn_arena *a, ctn_report_item *item, size_t i, uint64_t *seed)
{
	static const char *const kinds[] = { "certificate", "authority", "CRL", "file", "endpoint", "log key", "renewal" };
	static const char *const stages[] = { "ok", "warning", "critical", "expired", "unreachable" };
	const char *name = hostile_text(a, seed);

	*item = (ctn_report_item){
		.item = ctn_arena_printf(a, "%zu%s", i, name != NULL ? name : ""),
		.title = hostile_text(a, seed),
		.kind = kinds[next(seed) % COUNT(kinds)],
		.state = next(seed) % 4,
		.stage = stages[next(seed) % COUNT(stages)],
		.has_end = next(seed) % 4 != 0,
		.not_before = (int64_t)(next(seed) % 300000000000) - 60000000000,
		.not_after = (int64_t)(next(seed) % 300000000000) - 60000000000,
		.reason = hostile_text(a, seed),
		.owner = hostile_text(a, seed),
		.profile = hostile_text(a, seed),
		.authority = hostile_text(a, seed),
		.serial = hostile_text(a, seed),
		.sha256 = hostile_text(a, seed),
		.where = hostile_text(a, seed),
		.fix = hostile_text(a, seed),
		.acknowledged = next(seed) % 4 == 0 ? hostile_text(a, seed) : NULL,
		.acknowledged_until = REPORT_NOW + (int64_t)(next(seed) % 100000000),
	};
	if (next(seed) % 2 == 0)
		item->not_after = REPORT_NOW + (int64_t)(next(seed) % 40000000) - 4000000;
}

ctn_report_look *
forge_hostile_look(ctn_arena *a, size_t n, uint64_t seed)
{
	ctn_report_look *look = open_look(a, n);

	if (look == NULL)
		return NULL;
	seed = seed * 0x9e3779b97f4a7c15 + 1;
	look->org = hostile_text(a, &seed);
	look->home = hostile_text(a, &seed);
	for (size_t i = 0; i < n; i++)
		fill_hostile(a, &look->items[i], i, &seed);
	settle(look);
	return look;
}

ctn_report_event
forge_digest(const ctn_report_look *look)
{
	size_t n = 0;

	while (n < look->items_n && counted(&look->items[n]) != CTN_REPORT_OK)
		n++;
	return (ctn_report_event){
		.id = "0a55digest",
		.stage = look->critical > 0 ? "critical" : "warning",
		.digest = true,
		.home = look->home,
		.org = look->org,
		.at_s = look->at_s,
		.items = look->items,
		.items_n = n,
		.total = n,
	};
}
