#include "report/nagios.h"

#include <ctype.h>
#include <inttypes.h>

#include "report/phrase.h"

#define NAMED 2          /* items that the text names */
#define NAMED_OCTETS 200 /* of each */

/* Performance data begins at the first |, so the text must not have one. */
static void
put_without_bar(ctn_buf *b, const ctn_report_item *item)
{
	CTN_OWN_BUF text = { 0 };

	ctn_report_put_item(&text, item);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '|')
			text.p[i] = '/';
	}
	ctn_report_put_text(b, ctn_buf_cstr(&text), NAMED_OCTETS);
	b->failed |= text.failed;
}

static bool
put_state_count(ctn_buf *b, uint64_t n, enum ctn_report_state state, bool more)
{
	char count[32];

	if (n == 0)
		return more;
	ctn_report_count(count, n);
	ctn_buf_printf(b, "%s%s %s", more ? ", " : "", count, ctn_report_state_name(state));
	return true;
}

static void
put_summary(ctn_buf *b, const ctn_report_look *look)
{
	bool some = false;
	char count[32];

	some = put_state_count(b, look->critical, CTN_REPORT_CRITICAL, some);
	some = put_state_count(b, look->warning, CTN_REPORT_WARNING, some);
	some = put_state_count(b, look->unknown, CTN_REPORT_UNKNOWN, some);
	ctn_report_count(count, look->total);
	ctn_buf_printf(b, some ? " of %s" : "%s watched, none in need", count);
	if (look->undelivered == 0)
		return;
	ctn_report_count(count, look->undelivered);
	ctn_buf_printf(b, ", %s notice%s undelivered", count, look->undelivered == 1 ? "" : "s");
}

static bool
in_need(const ctn_report_item *item)
{
	return item->state != CTN_REPORT_OK && item->acknowledged == NULL;
}

static void
put_worst(ctn_buf *b, const ctn_report_look *look)
{
	size_t named = 0;

	for (size_t i = 0; i < look->items_n && named < NAMED; i++) {
		if (!in_need(&look->items[i]))
			continue;
		ctn_buf_text(b, "; ");
		put_without_bar(b, &look->items[i]);
		named++;
	}
}

static const ctn_report_item *
next_to_end(const ctn_report_look *look)
{
	const ctn_report_item *next = NULL;

	for (size_t i = 0; i < look->items_n; i++) {
		const ctn_report_item *item = &look->items[i];

		if (item->has_end && item->acknowledged == NULL && (next == NULL || item->not_after < next->not_after))
			next = item;
	}
	return next;
}

static void
put_seconds(ctn_buf *b, const char *name, int64_t at_s, int64_t from_s)
{
	int64_t seconds;

	if (!__builtin_sub_overflow(at_s, from_s, &seconds))
		ctn_buf_printf(b, " '%s'=%" PRId64 "s", name, seconds);
}

/* 'label'=value;warn;crit;min. A range of 0 warns of everything but none. */
static void
put_performance(ctn_buf *b, const ctn_report_look *look)
{
	const ctn_report_item *next = next_to_end(look);

	ctn_buf_printf(b, " | 'critical'=%" PRIu64 ";;0;0 'warning'=%" PRIu64 ";0;;0 'unknown'=%" PRIu64 ";0;;0 'ok'=%" PRIu64 ";;;0",
	    look->critical, look->warning, look->unknown, look->ok);
	ctn_buf_printf(b, " 'expired'=%" PRIu64 ";;0;0 'unreachable'=%" PRIu64 ";0;;0 'acknowledged'=%" PRIu64 ";;;0 'undelivered'=%" PRIu64 ";0;;0",
	    look->expired, look->unreachable, look->acknowledged, look->undelivered);
	if (next != NULL)
		put_seconds(b, "next_end", next->not_after, look->at_s);
	if (look->has_run || look->last_run_s != 0)
		put_seconds(b, "run_age", look->at_s, look->has_run ? look->at_s : look->last_run_s);
}

bool
ctn_report_nagios(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e)
{
	ctn_buf_text(out, "CATENA ");
	for (const char *c = ctn_report_state_name(look->state); *c != '\0'; c++)
		ctn_buf_byte(out, (uint8_t)toupper((unsigned char)*c));
	ctn_buf_text(out, " - ");
	put_summary(out, look);
	put_worst(out, look);
	put_performance(out, look);
	return ctn_buf_ok(out, e);
}
