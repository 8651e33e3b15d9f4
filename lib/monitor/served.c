#include "monitor/served.h"

#include <string.h>

#include "der/oid.h"
#include "hash/hash.h"
#include "report/phrase.h"
#include "store/find.h"

#define CHAIN_MAX 16

/** What is served, parsed. */
struct chain {
	ctn_cert at[CHAIN_MAX];
	size_t n;
};

static bool
parse(struct chain *c, const char **failure, const ctn_span *ders, size_t n, ctn_arena *a, struct ctn_err *e)
{
	struct ctn_err said = { 0 };

	c->n = 0;
	*failure = NULL;
	for (size_t i = 0; i < n && c->n < CHAIN_MAX; i++) {
		if (ctn_cert_parse(&c->at[c->n], ders[i], &said)) {
			c->n++;
			continue;
		}
		*failure = ctn_arena_printf(a, "certificate %zu is malformed: %s", i + 1, said.text);
		return *failure != NULL || ctn_fail_memory(e);
	}
	return true;
}

static const ctn_cert *
issuer_in(const struct chain *c, const ctn_cert *below)
{
	for (size_t i = 1; i < c->n; i++)
		if (&c->at[i] != below && ctn_cert_issued(&c->at[i], below))
			return &c->at[i];
	return NULL;
}

/* From the leaf up as it is given, then as the home knows it. */
static int64_t
end_of(const struct chain *c, const ctn_known *known)
{
	const ctn_cert *at = &c->at[0];
	int64_t end = at->not_after, above;

	for (size_t steps = 0; steps < CHAIN_MAX && !ctn_span_equal(at->subject, at->issuer); steps++) {
		const ctn_cert *next = issuer_in(c, at);

		if (next == NULL) {
			above = ctn_known_end_above(known, at);
			return above < end ? above : end;
		}
		end = next->not_after < end ? next->not_after : end;
		at = next;
	}
	return end;
}

/* What stands in its place: the newest of its lineage that is in force. */
static bool
successor(const char **serial, ctn_ca *ca, const ctn_cert_row *row, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	*serial = NULL;
	if (!row->superseded)
		return true;
	if (!ctn_store_certs_of_lineage(&rows, &n, ca->store, row->lineage, ca->arena, e))
		return false;
	for (size_t i = 0; i < n && *serial == NULL; i++) {
		if (rows[i].id <= row->id || !rows[i].issued || rows[i].revoked != CTN_NOT_REVOKED)
			continue;
		*serial = ctn_arena_hex(ca->arena, rows[i].serial);
		if (*serial == NULL)
			return ctn_fail_memory(e);
	}
	return true;
}

static bool
say_record(ctn_item *item, const ctn_cert_row *row, ctn_ca *ca, struct ctn_err *e)
{
	const char *serial;

	item->certificate_id = row->id;
	item->r.owner = row->owner;
	item->r.profile = row->profile;
	item->r.authority = row->authority;
	if (!successor(&serial, ca, row, e))
		return false;
	if (row->revoked != CTN_NOT_REVOKED) {
		item->at_least = CTN_STAGE_CRITICAL;
		item->detail = row->revoked == CTN_IS_HELD ? "its certificate is on hold, and still served" : "its certificate is revoked, and still served";
	} else if (serial != NULL) {
		item->detail = ctn_arena_printf(ca->arena, "renewed, not deployed: the certificate with serial %s is to take its place", serial);
		item->r.fix = ctn_arena_printf(ca->arena, "catena show %s", serial);
		return (item->detail != NULL && item->r.fix != NULL) || ctn_fail_memory(e);
	}
	return true;
}

static bool
look_up(ctn_item *item, const ctn_cert *leaf, ctn_ca *ca, struct ctn_err *e)
{
	uint8_t digest[32];
	ctn_cert_row *rows;
	size_t n;

	if (!ctn_sha256(digest, leaf->der, e) || !ctn_store_certs_by_sha256(&rows, &n, ca->store, digest, ca->arena, e))
		return false;
	item->r.sha256 = ctn_arena_hex(ca->arena, (ctn_span){ digest, sizeof digest });
	if (item->r.sha256 == NULL)
		return ctn_fail_memory(e);
	if (n == 0)
		return true;
	item->r.fix = ctn_arena_printf(ca->arena, "catena renew %s", item->r.serial);
	return item->r.fix == NULL ? ctn_fail_memory(e) : say_record(item, &rows[0], ca, e);
}

static bool
say_leaf(ctn_item *item, const ctn_cert *leaf, ctn_ca *ca, struct ctn_err *e)
{
	CTN_OWN_BUF title = { .max = 4096 };

	ctn_cert_title(&title, leaf);
	item->r.title = ctn_buf_cstr(&title) == NULL ? NULL : ctn_arena_text(ca->arena, ctn_buf_cstr(&title));
	item->r.serial = ctn_cert_serial_text(leaf, ca->arena);
	item->r.has_end = true;
	item->r.not_before = leaf->not_before;
	item->lifetime_s = leaf->not_after - leaf->not_before + 1;
	return (item->r.title != NULL && item->r.serial != NULL) || ctn_fail_memory(e);
}

bool
ctn_item_serves(ctn_item *item, const ctn_span *ders, size_t n, const ctn_known *known, ctn_ca *ca, struct ctn_err *e)
{
	struct chain c;

	if (n == 0) {
		item->failure = "no certificate was shown";
		return true;
	}
	if (!parse(&c, &item->failure, ders, n, ca->arena, e))
		return false;
	if (item->failure != NULL)
		return true;
	if (!say_leaf(item, &c.at[0], ca, e))
		return false;
	item->r.not_after = end_of(&c, known);
	if (item->r.not_after < c.at[0].not_after)
		item->detail = "its chain ends before it does";
	return look_up(item, &c.at[0], ca, e);
}
