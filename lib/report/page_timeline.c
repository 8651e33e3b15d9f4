#include "report/page_timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "report/page_fill.h"
#include "report/phrase.h"

#define DAY_S INT64_C(86400)
#define TODAY 800 /* in hundredths of a percent of the width; left of it is what is over */
#define TOP 30
#define ROW 36
#define TITLE_SHOWN 30

/* Where marks stand, from today on. */
static const struct mark {
	int64_t ahead_s;
	const char *label;
} marks[] = {
	{ 0, "today" },
	{ DAY_S, "1 day" },
	{ 7 * DAY_S, "1 w" },
	{ 30 * DAY_S, "30 d" },
	{ 90 * DAY_S, "90 d" },
	{ 365 * DAY_S, "1 y" },
	{ 5 * 365 * DAY_S, "5 y" },
	{ 20 * 365 * DAY_S, "20 y" },
	{ 100 * 365 * DAY_S, "100 y" },
};

#define MARKS (sizeof(marks) / sizeof(marks[0]))

struct bars {
	const ctn_report_item *at[CTN_REPORT_PAGE_BARS];
	size_t n;
	size_t steps; /* of the scale */
};

static int
by_end(const void *pa, const void *pb)
{
	const ctn_report_item *a = *(const ctn_report_item *const *)pa, *b = *(const ctn_report_item *const *)pb;

	return (a->not_after > b->not_after) - (a->not_after < b->not_after);
}

static bool
has_bar(const ctn_report_item *item)
{
	return item->has_end && item->not_after < CTN_TIME_NEVER && item->acknowledged == NULL;
}

/* Leaves get half of the bars, or what the others leave. */
static void
choose(struct bars *out, const ctn_report_look *look)
{
	size_t others = 0, room;

	for (size_t i = 0; i < look->items_n; i++)
		others += has_bar(&look->items[i]) && !ctn_report_is_leaf(&look->items[i]);
	others = others > CTN_REPORT_PAGE_BARS / 2 ? CTN_REPORT_PAGE_BARS / 2 : others;
	room = CTN_REPORT_PAGE_BARS - others;
	for (size_t i = 0; i < look->items_n; i++) {
		const ctn_report_item *item = &look->items[i];
		size_t *left = ctn_report_is_leaf(item) ? &room : &others;

		if (!has_bar(item) || *left == 0)
			continue;
		(*left)--;
		out->at[out->n++] = item;
	}
	qsort(out->at, out->n, sizeof(out->at[0]), by_end);
}

static int64_t
ahead(const ctn_report_item *item, int64_t now_s)
{
	int64_t s;

	return __builtin_sub_overflow(item->not_after, now_s, &s) ? (item->not_after > now_s ? INT64_MAX : INT64_MIN) : s;
}

/* At least three months, so that an empty-looking scale does not make a week look long. */
static size_t
steps_for(const struct bars *bars, int64_t now_s)
{
	int64_t last_s = ahead(bars->at[bars->n - 1], now_s);
	size_t k = 4;

	while (k + 1 < MARKS && marks[k].ahead_s < last_s)
		k++;
	return k;
}

/* In hundredths of a percent. */
static int64_t
position(const struct bars *bars, int64_t ahead_s)
{
	int64_t step = (10000 - TODAY) / (int64_t)bars->steps;
	size_t k = 1;

	if (ahead_s <= 0)
		return TODAY;
	if (ahead_s >= marks[bars->steps].ahead_s)
		return TODAY + step * (int64_t)bars->steps;
	while (marks[k].ahead_s < ahead_s)
		k++;
	return TODAY + step * (int64_t)(k - 1) + step * (ahead_s - marks[k - 1].ahead_s) / (marks[k].ahead_s - marks[k - 1].ahead_s);
}

static const char *
percent(char out[32], int64_t hundredths)
{
	(void)snprintf(out, 32, "%" PRId64 ".%02" PRId64 "%%", hundredths / 100, hundredths % 100);
	return out;
}

static const char *
number(char out[32], size_t n)
{
	(void)snprintf(out, 32, "%zu", n);
	return out;
}

static void
put_ticks(ctn_buf *b, const struct bars *bars)
{
	char x[32], bottom[32];

	number(bottom, TOP + bars->n * ROW);
	for (size_t k = 0; k <= bars->steps; k++) {
		percent(x, position(bars, marks[k].ahead_s));
		FILL(b, timeline_tick, { "x", x }, { "bottom", bottom }, { "label", marks[k].label },
		    { "anchor", k == bars->steps ? "end" : "middle" });
	}
}

/* "critical, in 6 days": the colour says nothing that the words do not. */
static void
put_when(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	char when[32];

	ctn_report_when(when, item->not_after, now_s);
	if (item->state != CTN_REPORT_OK)
		ctn_buf_printf(b, "%s, ", ctn_report_page_stage(item));
	ctn_buf_text(b, when);
}

/* "issuing (CRL)": names of authorities stand for several things, those of hosts for one. */
static void
put_title(ctn_buf *b, const ctn_report_item *item)
{
	static const char *const plain[] = { "certificate", "endpoint", "file" };

	ctn_report_put_text(b, ctn_report_title(item), TITLE_SHOWN);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (item->kind == NULL || strcmp(item->kind, plain[i]) == 0)
			return;
	}
	ctn_buf_text(b, " (");
	ctn_report_put_text(b, item->kind, 32);
	ctn_buf_byte(b, ')');
}

static void
put_row(ctn_buf *b, const struct bars *bars, size_t i, int64_t now_s)
{
	const ctn_report_item *item = bars->at[i];
	int64_t left_s = ahead(item, now_s), from = left_s > 0 ? TODAY : 0, to = position(bars, left_s);
	char date[32], x[32], width[32], text_y[32], bar_y[32];
	CTN_OWN_BUF title = { 0 }, full = { 0 }, when = { 0 };

	ctn_report_date(date, item->not_after);
	put_title(&title, item);
	ctn_report_put_text(&full, item->kind, 32);
	ctn_buf_byte(&full, ' ');
	ctn_report_put_text(&full, ctn_report_title(item), CTN_REPORT_PAGE_TEXT_MAX / 2);
	ctn_buf_printf(&full, ", %s", date);
	put_when(&when, item, now_s);
	FILL(b, timeline_row, { "state", ctn_report_page_state(item) }, { "full", ctn_buf_cstr(&full) }, { "title", ctn_buf_cstr(&title) },
	    { "when", ctn_buf_cstr(&when) }, { "text_y", number(text_y, TOP + i * ROW + 16) }, { "bar_y", number(bar_y, TOP + i * ROW + 23) },
	    { "x", percent(x, from) }, { "width", percent(width, to - from > 40 ? to - from : 40) });
	b->failed |= title.failed || full.failed || when.failed;
}

bool
ctn_report_page_timeline(ctn_buf *b, const ctn_report_look *look, struct ctn_err *e)
{
	struct bars bars = { .n = 0 };
	char height[32], about[160];

	choose(&bars, look);
	if (bars.n == 0) {
		FILL(b, nothing, { "text", "Nothing that is watched has an end." });
		return ctn_buf_ok(b, e);
	}
	bars.steps = steps_for(&bars, look->at_s);
	(void)snprintf(about, sizeof(about), "%zu bars from today to the end of an item, soonest first. The tables below have the same dates.", bars.n);
	FILL(b, timeline_open, { "height", number(height, TOP + bars.n * ROW + 4) }, { "about", about });
	put_ticks(b, &bars);
	for (size_t i = 0; i < bars.n; i++)
		put_row(b, &bars, i, look->at_s);
	FILL(b, timeline_close, { "caption", "Each step of the scale is longer than the one before. What is left of today is over." });
	return ctn_buf_ok(b, e);
}
