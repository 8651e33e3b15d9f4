#include "report/phrase.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

#define DAY_S INT64_C(86400)
#define TITLE_MAX 120
#define REASON_MAX 160
#define ELLIPSIS "\xe2\x80\xa6"

/* Octets that one character takes as ctn_buf_printable writes it. */
static size_t
shown_as(const uint8_t *p, size_t step)
{
	if (ctn_utf8_shown(p, step))
		return step;
	return step == 0 ? 4 : 4 * step;
}

/* How much of s is shown in at most max octets. */
static size_t
fitting(ctn_span s, size_t max)
{
	size_t i = 0, used = 0;

	while (i < s.n) {
		size_t step = ctn_utf8_step((ctn_span){ s.p + i, s.n - i });

		used += shown_as(s.p + i, step);
		if (used > max)
			return i;
		i += step == 0 ? 1 : step;
	}
	return i;
}

bool
ctn_report_typable(const char *text)
{
	ctn_span s = ctn_span_text(text);

	for (size_t i = 0, step; i < s.n; i += step) {
		step = ctn_utf8_step((ctn_span){ s.p + i, s.n - i });
		if (!ctn_utf8_shown(s.p + i, step))
			return false;
	}
	return true;
}

void
ctn_report_put_word(ctn_buf *b, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_";

	if (*text != '\0' && text[strspn(text, plain)] == '\0') {
		ctn_buf_text(b, text);
		return;
	}
	ctn_buf_byte(b, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			ctn_buf_text(b, "'\\'");
		ctn_buf_byte(b, (uint8_t)*text);
	}
	ctn_buf_byte(b, '\'');
}

void
ctn_report_put_text(ctn_buf *b, const char *text, size_t max)
{
	ctn_span s = ctn_span_text(text);
	size_t n;

	if (fitting(s, max) == s.n) {
		ctn_buf_printable(b, s);
		return;
	}
	n = fitting(s, max - (sizeof(ELLIPSIS) - 1));
	ctn_buf_printable(b, (ctn_span){ s.p, n });
	ctn_buf_text(b, ELLIPSIS);
}

static uint64_t
magnitude(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

void
ctn_report_span(char out[32], int64_t seconds)
{
	static const struct {
		uint64_t from_s, unit_s;
		const char *name;
	} units[] = {
		{ 730 * DAY_S, 365 * DAY_S, "year" },
		{ 2 * DAY_S, DAY_S, "day" },
		{ 2 * 3600, 3600, "hour" },
		{ 2 * 60, 60, "minute" },
		{ 0, 1, "second" },
	};
	uint64_t v = magnitude(seconds), n;
	size_t i = 0;

	while (v < units[i].from_s)
		i++;
	n = v / units[i].unit_s;
	(void)snprintf(out, 32, "%" PRIu64 " %s%s", n, units[i].name, n == 1 ? "" : "s");
}

void
ctn_report_when(char out[32], int64_t at_s, int64_t now_s)
{
	char span[32];
	int64_t ahead;

	if (at_s == now_s) {
		(void)snprintf(out, 32, "now");
		return;
	}
	if (__builtin_sub_overflow(at_s, now_s, &ahead))
		ahead = at_s > now_s ? INT64_MAX : -INT64_MAX;
	ctn_report_span(span, ahead);
	(void)snprintf(out, 32, at_s > now_s ? "in %.24s" : "%.24s ago", span);
}

const char *
ctn_report_weekday(int64_t at_s)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }; /* 1970-01-01 was a Thursday */
	int64_t day = at_s / DAY_S - (at_s % DAY_S < 0);

	return days[(day % 7 + 7) % 7];
}

const char *
ctn_report_month(int month)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	return months[month - 1];
}

void
ctn_report_date(char out[32], int64_t at_s)
{
	struct ctn_civil c;

	if (at_s >= CTN_TIME_NEVER) {
		(void)snprintf(out, 32, "never");
		return;
	}
	ctn_time_to_civil(&c, at_s);
	(void)snprintf(out, 32, "%s %d %s %04d %02d:%02d UTC", ctn_report_weekday(at_s), c.day, ctn_report_month(c.month), c.year, c.hour,
	    c.minute);
}

void
ctn_report_count(char out[32], uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

const char *
ctn_report_title(const ctn_report_item *item)
{
	return item->title != NULL && item->title[0] != '\0' ? item->title : item->item;
}

void
ctn_report_put_item(ctn_buf *b, const ctn_report_item *item)
{
	if (item->kind != NULL) {
		ctn_report_put_text(b, item->kind, 32);
		ctn_buf_byte(b, ' ');
	}
	ctn_report_put_text(b, ctn_report_title(item), TITLE_MAX);
	if (item->reason == NULL)
		return;
	ctn_buf_text(b, ": ");
	ctn_report_put_text(b, item->reason, REASON_MAX);
}

void
ctn_report_put_headline(ctn_buf *b, const ctn_report_event *event)
{
	const char *stage = event->stage != NULL ? event->stage : "notice";

	if (event->repeated)
		ctn_buf_text(b, "STILL ");
	for (size_t i = 0; i < 24 && stage[i] != '\0'; i++)
		ctn_buf_byte(b, (uint8_t)(isalpha((unsigned char)stage[i]) ? toupper((unsigned char)stage[i]) : '-'));
}

/* Of what is listed the one that ends soonest; NULL when nothing has an end. */
static const ctn_report_item *
soonest(const ctn_report_event *event)
{
	const ctn_report_item *found = NULL;

	for (size_t i = 0; i < event->items_n; i++) {
		if (event->items[i].has_end && (found == NULL || event->items[i].not_after < found->not_after))
			found = &event->items[i];
	}
	return found;
}

static bool
is_stage(const char *stage, const char *name)
{
	return stage != NULL && strcmp(stage, name) == 0;
}

/* " (3 expired, 5 critical)"; only where every item is listed, so that the numbers add up. */
static void
put_stages(ctn_buf *b, const ctn_report_event *event)
{
	static const char *const names[] = { "expired", "critical", "unreachable", "warning" };
	const char *before = " (";
	char count[32];

	for (size_t k = 0; event->items_n == event->total && k < sizeof(names) / sizeof(names[0]); k++) {
		uint64_t n = 0;

		for (size_t i = 0; i < event->items_n; i++)
			n += is_stage(event->items[i].stage, names[k]);
		if (n == 0)
			continue;
		ctn_report_count(count, n);
		ctn_buf_printf(b, "%s%s %s", before, count, names[k]);
		before = ", ";
	}
	if (before[0] == ',')
		ctn_buf_byte(b, ')');
}

static void
put_digest(ctn_buf *b, const ctn_report_event *event)
{
	bool recovered = is_stage(event->stage, "recovered");
	const ctn_report_item *first = recovered ? NULL : soonest(event);
	char count[32], when[32];

	ctn_report_count(count, event->total);
	ctn_buf_printf(b, "%s item%s %s", count, event->total == 1 ? "" : "s",
	    recovered ? "recovered" : event->total == 1 ? "needs a hand" : "need a hand");
	put_stages(b, event);
	if (first == NULL)
		return;
	ctn_report_when(when, first->not_after, event->at_s);
	ctn_buf_printf(b, "; the first %s %s: ", first->not_after > event->at_s ? "ends" : "ended", when);
	ctn_report_put_text(b, ctn_report_title(first), TITLE_MAX);
}

void
ctn_report_put_sentence(ctn_buf *b, const ctn_report_event *event)
{
	if (!event->digest && event->items_n == 1)
		ctn_report_put_item(b, &event->items[0]);
	else
		put_digest(b, event);
}
