#include "report/calendar.h"

#include "base/time.h"
#include "base/version.h"
#include "hash/hash.h"
#include "report/phrase.h"

#define LINE_OCTETS 75 /* RFC 5545, 3.1 */
#define DAY_S INT64_C(86400)
#define TEXT_MAX 400
#define ALARM_DAYS_MAX 14

/* One content line, folded between characters. */
static void
put_line(ctn_buf *b, ctn_span line)
{
	size_t column = 0;

	for (size_t i = 0, step; i < line.n; i += step) {
		step = ctn_utf8_step((ctn_span){ line.p + i, line.n - i });
		step = step == 0 ? 1 : step;
		if (column + step > LINE_OCTETS) {
			ctn_buf_text(b, "\r\n ");
			column = 1;
		}
		ctn_buf_add(b, line.p + i, step);
		column += step;
	}
	ctn_buf_text(b, "\r\n");
}

static void
put_property(ctn_buf *b, const char *property)
{
	put_line(b, ctn_span_text(property));
}

/* RFC 5545, 3.3.11; a text of several lines has \n between them. */
static void
put_text(ctn_buf *b, const char *name, ctn_span value)
{
	CTN_OWN_BUF line = { 0 };

	ctn_buf_printf(&line, "%s:", name);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\n') {
			ctn_buf_text(&line, "\\n");
			continue;
		}
		if (strchr("\\;,", value.p[i]) != NULL)
			ctn_buf_byte(&line, '\\');
		ctn_buf_byte(&line, value.p[i]);
	}
	put_line(b, ctn_buf_view(&line));
	b->failed |= line.failed;
}

/* 20261204T140000Z */
static void
put_time(ctn_buf *b, const char *name, int64_t at_s)
{
	struct ctn_civil c;

	ctn_time_to_civil(&c, at_s);
	ctn_buf_printf(b, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour, c.minute, c.second);
}

/* Of home and item, and of nothing that renewing changes; hashed, since a UID shall tell nobody about a host (RFC 7986, 5.3). */
static bool
put_uid(ctn_buf *b, const char *home, const char *item, struct ctn_err *e)
{
	uint8_t digest[CTN_SHA256_LEN];
	ctn_span parts[] = { ctn_span_text(home), CTN_SPAN("\n"), ctn_span_text(item) };

	if (!ctn_sha256_of(digest, parts, 3, e))
		return false;
	ctn_buf_text(b, "UID:");
	ctn_buf_hex(b, (ctn_span){ digest, 16 });
	ctn_buf_text(b, "@catena\r\n");
	return true;
}

static void
put_field(ctn_buf *b, const char *label, const char *value)
{
	if (value == NULL)
		return;
	ctn_buf_printf(b, "%s%s", b->n > 0 ? "\n" : "", label);
	ctn_report_put_text(b, value, TEXT_MAX);
}

static void
put_description(ctn_buf *b, const ctn_report_item *item)
{
	CTN_OWN_BUF text = { 0 };

	put_field(&text, "", item->reason);
	put_field(&text, "State: ", ctn_report_state_name(item->state));
	put_field(&text, "Acknowledged: ", item->acknowledged);
	put_field(&text, "Owner: ", item->owner);
	put_field(&text, "Profile: ", item->profile);
	put_field(&text, "Authority: ", item->authority);
	put_field(&text, "Serial: ", item->serial);
	put_field(&text, "$ ", item->fix);
	put_text(b, "DESCRIPTION", ctn_buf_view(&text));
	b->failed |= text.failed;
}

static void
put_summary(ctn_buf *b, const ctn_report_item *item)
{
	CTN_OWN_BUF text = { 0 };

	ctn_report_put_text(&text, item->kind, 32);
	if (item->kind != NULL)
		ctn_buf_byte(&text, ' ');
	ctn_report_put_text(&text, ctn_report_title(item), 120);
	ctn_buf_text(&text, " ends");
	put_text(b, "SUMMARY", ctn_buf_view(&text));
	b->failed |= text.failed;
}

/* A tenth of its life before the end, and at most two weeks; what lives for days only is renewed by machines and wakes nobody. */
static void
put_alarm(ctn_buf *b, const ctn_report_item *item)
{
	int64_t life_s, days;

	if (__builtin_sub_overflow(item->not_after, item->not_before, &life_s))
		return;
	days = life_s / 10 / DAY_S;
	if (days < 1)
		return;
	days = days > ALARM_DAYS_MAX ? ALARM_DAYS_MAX : days;
	put_property(b, "BEGIN:VALARM");
	put_property(b, "ACTION:DISPLAY");
	ctn_buf_printf(b, "TRIGGER:-P%dD\r\n", (int)days);
	put_property(b, "DESCRIPTION:Reminder");
	put_property(b, "END:VALARM");
}

static bool
put_event(ctn_buf *b, const ctn_report_look *look, const ctn_report_item *item, struct ctn_err *e)
{
	CTN_OWN_BUF where = { 0 };

	put_property(b, "BEGIN:VEVENT");
	if (!put_uid(b, look->home, item->item, e))
		return false;
	put_time(b, "DTSTAMP", look->at_s);
	put_time(b, "DTSTART", item->not_after);
	put_summary(b, item);
	put_description(b, item);
	if (item->where != NULL) {
		ctn_report_put_text(&where, item->where, TEXT_MAX);
		put_text(b, "LOCATION", ctn_buf_view(&where));
	}
	put_property(b, "TRANSP:TRANSPARENT");
	put_property(b, "CLASS:PRIVATE");
	if (item->acknowledged == NULL)
		put_alarm(b, item);
	put_property(b, "END:VEVENT");
	b->failed |= where.failed;
	return true;
}

static bool
put_nothing(ctn_buf *b, const ctn_report_look *look, struct ctn_err *e)
{
	put_property(b, "BEGIN:VEVENT");
	if (!put_uid(b, look->home, "", e))
		return false;
	put_time(b, "DTSTAMP", look->at_s);
	put_time(b, "DTSTART", look->at_s);
	put_property(b, "SUMMARY:No certificate ends in the next 400 days");
	put_property(b, "TRANSP:TRANSPARENT");
	put_property(b, "END:VEVENT");
	return true;
}

static void
put_head(ctn_buf *b, const ctn_report_look *look)
{
	CTN_OWN_BUF name = { 0 };

	ctn_report_put_text(&name, look->org, 120);
	ctn_buf_text(&name, look->org != NULL ? ": certificates" : "Certificates");
	put_property(b, "BEGIN:VCALENDAR");
	put_property(b, "VERSION:2.0");
	put_property(b, "PRODID:-//catena//catena " CTN_VERSION "//EN");
	put_property(b, "CALSCALE:GREGORIAN");
	put_text(b, "NAME", ctn_buf_view(&name));
	put_text(b, "X-WR-CALNAME", ctn_buf_view(&name));
	put_property(b, "REFRESH-INTERVAL;VALUE=DURATION:PT6H");
	put_property(b, "X-PUBLISHED-TTL:PT6H");
	b->failed |= name.failed;
}

static bool
is_near(const ctn_report_look *look, const ctn_report_item *item)
{
	bool authority = item->kind != NULL && strcmp(item->kind, "authority") == 0;
	int64_t ahead_s;

	if (!item->has_end || item->not_after >= CTN_TIME_NEVER || __builtin_sub_overflow(item->not_after, look->at_s, &ahead_s))
		return false;
	return ahead_s >= -CTN_REPORT_CALENDAR_PAST_S && (authority || ahead_s <= CTN_REPORT_CALENDAR_AHEAD_S);
}

bool
ctn_report_calendar(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e)
{
	size_t leaves = 0, events = 0;

	put_head(out, look);
	for (size_t i = 0; i < look->items_n; i++) {
		const ctn_report_item *item = &look->items[i];

		if (!is_near(look, item) || (ctn_report_is_leaf(item) && leaves++ >= CTN_REPORT_CALENDAR_LEAVES))
			continue;
		if (!put_event(out, look, item, e))
			return false;
		events++;
	}
	if (events == 0 && !put_nothing(out, look, e))
		return false;
	put_property(out, "END:VCALENDAR");
	return ctn_buf_ok(out, e);
}
