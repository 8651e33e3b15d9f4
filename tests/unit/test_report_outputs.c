#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "forge/report.h"
#include "report/calendar.h"
#include "report/nagios.h"
#include "report/prometheus.h"

typedef bool (*writer)(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

static const char *
written(ctn_buf *out, writer write, const ctn_report_look *look)
{
	struct ctn_err e = { 0 };

	ctn_buf_reset(out);
	if (!write(out, look, &e))
		fail_msg("%s", e.text);
	return ctn_buf_cstr(out);
}

static size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
		n++;
	return n;
}

static void
metrics_name_counts_and_ends(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 0);
	CTN_OWN_BUF out = { 0 };
	const char *text;

	(void)state;
	look->undelivered = 3;
	look->has_run = false;
	text = written(&out, ctn_report_prometheus, look);
	assert_non_null(strstr(text, "\ncatena_items{state=\"warning\"} 2\n"));
	assert_non_null(strstr(text, "\ncatena_items_acknowledged 1\n"));
	assert_non_null(strstr(text, "\ncatena_notices_undelivered 3\n"));
	assert_non_null(strstr(text, "\ncatena_last_run_timestamp_seconds 1795867200\n"));
	assert_non_null(strstr(text, "\ncatena_state 1\n"));
	assert_non_null(strstr(text,
	    "\ncatena_not_after_timestamp_seconds{item=\"home:crl:issuing\",kind=\"CRL\",title=\"issuing\",authority=\"issuing\"} 1795957200\n"));
	assert_non_null(strstr(text, "\ncatena_item_state{item=\"home:crl:issuing\",kind=\"CRL\",title=\"issuing\",authority=\"issuing\"} 1\n"));
	look->last_run_s = 0;
	assert_null(strstr(written(&out, ctn_report_prometheus, look), "last_run"));
}

static void
series_stay_few_however_many_leaves_there_are(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *few = forge_look(a, 0), *many = forge_look(a, 5000);
	CTN_OWN_BUF out = { 0 };
	size_t others;

	(void)state;
	others = count_of(written(&out, ctn_report_prometheus, few), "\ncatena_item_state{");
	assert_int_equal(others, 8);
	assert_int_equal(count_of(written(&out, ctn_report_prometheus, many), "\ncatena_item_state{"), others + CTN_REPORT_PROMETHEUS_LEAVES);
	assert_non_null(strstr(written(&out, ctn_report_prometheus, many), "title=\"web0.internal.example\"")); /* the worst of them */
}

static void
a_series_comes_once_even_when_an_item_comes_twice(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 0);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	for (size_t i = 0; i < look->items_n; i++)
		look->items[i] = forge_item();
	assert_int_equal(count_of(written(&out, ctn_report_prometheus, look), "\ncatena_item_state{"), 1);
}

/* name{label="value",...} number, a value with nothing but \\ and \" as escapes. */
static void
check_sample(const char *line, const char *end)
{
	const char *at = line + strspn(line, "abcdefghijklmnopqrstuvwxyz_");
	bool quoted = false;

	assert_true(strncmp(line, "catena_", 7) == 0);
	for (; at < end && (quoted || *at != ' '); at++) {
		if (*at == '\\')
			assert_true(quoted && (*++at == '\\' || *at == '"'));
		else if (*at == '"')
			quoted = !quoted;
	}
	assert_true(!quoted && at + 1 < end);
	assert_true(strspn(at + 1, "-0123456789") == (size_t)(end - at - 1));
}

static void
check_metrics(const ctn_buf *out, const char *text)
{
	assert_true(ctn_utf8_valid(ctn_buf_view(out)));
	for (const char *line = text, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (*line != '#')
			check_sample(line, end);
	}
}

/* TEXT | 'label'=value[s];warn;crit;min with counts as numbers. */
static void
check_nagios(const ctn_buf *out, const char *text)
{
	const char *bar = strchr(text, '|'), *at;

	assert_true(strncmp(text, "CATENA ", 7) == 0 && bar != NULL && strchr(bar + 1, '|') == NULL);
	assert_true(out->n <= CTN_REPORT_NAGIOS_MAX && ctn_utf8_valid(ctn_buf_view(out)));
	for (size_t i = 0; i < out->n; i++)
		assert_true(out->p[i] >= 0x20 && out->p[i] != 0x7f);
	for (at = bar + 1; *at != '\0';) {
		assert_true(at[0] == ' ' && at[1] == '\'');
		at += 2 + strspn(at + 2, "abcdefghijklmnopqrstuvwxyz_");
		assert_true(at[0] == '\'' && at[1] == '=');
		at += 2 + strspn(at + 2, "-0123456789");
		at += *at == 's';
		at += strspn(at, ";0");
	}
}

static void
a_check_of_nagios_is_one_line_with_performance_data(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 0);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	look->undelivered = 1;
	look->has_run = false;
	look->last_run_s -= 3600;
	assert_string_equal(written(&out, ctn_report_nagios, look),
	    "CATENA WARNING - 2 warning, 1 unknown of 8, 1 notice undelivered; CRL issuing: next update due in 25 hours; "
	    "file web.internal.example: renewed, not deployed: the file still holds the certificate from before | "
	    "'critical'=0;;0;0 'warning'=2;0;;0 'unknown'=1;0;;0 'ok'=5;;;0 'expired'=1;;0;0 'unreachable'=1;0;;0 'acknowledged'=1;;;0 "
	    "'undelivered'=1;0;;0 'next_end'=90000s 'run_age'=3600s");
	check_nagios(&out, ctn_buf_cstr(&out));
}

static void
a_quiet_check_says_how_much_is_watched(void **state)
{
	ctn_report_look look = { .at_s = REPORT_NOW, .total = 1200, .ok = 1200 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_string_equal(written(&out, ctn_report_nagios, &look),
	    "CATENA OK - 1,200 watched, none in need | 'critical'=0;;0;0 'warning'=0;0;;0 'unknown'=0;0;;0 'ok'=1200;;;0 "
	    "'expired'=0;;0;0 'unreachable'=0;0;;0 'acknowledged'=0;;;0 'undelivered'=0;0;;0");
}

static void
a_calendar_has_one_event_for_each_end(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 0);
	ctn_report_item item = forge_item();
	CTN_OWN_BUF out = { 0 };

	(void)state;
	look->items = &item;
	look->items_n = 1;
	assert_string_equal(written(&out, ctn_report_calendar, look),
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//catena//catena 0.1.0//EN\r\nCALSCALE:GREGORIAN\r\nNAME:Example: certificates\r\n"
	    "X-WR-CALNAME:Example: certificates\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n"
	    "BEGIN:VEVENT\r\nUID:5caea57fd65c6da0370a7f535e7ee687@catena\r\nDTSTAMP:20261128T120000Z\r\nDTSTART:20261204T140000Z\r\n"
	    "SUMMARY:certificate web.internal.example ends\r\n"
	    "DESCRIPTION:expires in 6 days\\nState: critical\\nOwner: web team\\nProfile: s\r\n"
	    " erver\\nAuthority: issuing\\nSerial: 401e5c2a77b0c4d1e2f3a4b5c6d7e8f90123456\r\n"
	    " 7\\n$ catena renew web.internal.example --out /etc/nginx/tls\r\n"
	    "LOCATION:/etc/nginx/tls/web.crt\r\nTRANSP:TRANSPARENT\r\nCLASS:PRIVATE\r\n"
	    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P9D\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

static const char *
uid_of(const char *calendar)
{
	return strstr(calendar, "\r\nUID:") + 6;
}

static void
an_event_that_moves_keeps_its_uid(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 0);
	ctn_report_item item = forge_item();
	CTN_OWN_BUF before = { 0 }, after = { 0 };

	(void)state;
	look->items = &item;
	look->items_n = 1;
	written(&before, ctn_report_calendar, look);
	item.not_after += 90 * REPORT_DAY;
	item.serial = "40aa";
	look->at_s += REPORT_DAY;
	written(&after, ctn_report_calendar, look);
	assert_memory_equal(uid_of(ctn_buf_cstr(&before)), uid_of(ctn_buf_cstr(&after)), 32);
	look->home = "/srv/other";
	written(&after, ctn_report_calendar, look);
	assert_memory_not_equal(uid_of(ctn_buf_cstr(&before)), uid_of(ctn_buf_cstr(&after)), 32);
}

static size_t
events_of(ctn_report_item *item)
{
	ctn_report_look look = { .at_s = REPORT_NOW, .items = item, .items_n = 1 };
	CTN_OWN_BUF out = { 0 };
	const char *text = written(&out, ctn_report_calendar, &look);

	return count_of(text, "BEGIN:VEVENT") - count_of(text, "No certificate ends");
}

static void
what_is_far_away_or_long_over_is_no_event(void **state)
{
	ctn_report_item item = forge_item();

	(void)state;
	item.not_after = REPORT_NOW + CTN_REPORT_CALENDAR_AHEAD_S;
	assert_int_equal(events_of(&item), 1);
	item.not_after++;
	assert_int_equal(events_of(&item), 0);
	item.kind = "authority";
	assert_int_equal(events_of(&item), 1);
	item.not_after = CTN_TIME_NEVER;
	assert_int_equal(events_of(&item), 0);
	item.not_after = REPORT_NOW - CTN_REPORT_CALENDAR_PAST_S;
	assert_int_equal(events_of(&item), 1);
	item.not_after--;
	assert_int_equal(events_of(&item), 0);
	item.has_end = false;
	assert_int_equal(events_of(&item), 0);
}

static void
a_calendar_has_only_so_many_leaves(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_int_equal(
	    count_of(written(&out, ctn_report_calendar, forge_look(a, 5000)), "SUMMARY:certificate"), CTN_REPORT_CALENDAR_LEAVES);
}

static void
check_calendar(const ctn_buf *out, const char *text)
{
	assert_true(ctn_utf8_valid(ctn_buf_view(out)));
	for (const char *line = text, *end; *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_true(end != NULL && end - line <= 75 && end > line);
		for (const char *c = line; c < end; c++)
			assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
	}
	assert_int_equal(count_of(text, "\r\nBEGIN:VEVENT\r\n"), count_of(text, "\r\nEND:VEVENT\r\n"));
}

static void
no_text_of_a_record_leaves_its_place(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);
		ctn_report_look *look = forge_hostile_look(a, seed % 20, seed);
		CTN_OWN_BUF out = { 0 };

		check_metrics(&out, written(&out, ctn_report_prometheus, look));
		check_nagios(&out, written(&out, ctn_report_nagios, look));
		check_calendar(&out, written(&out, ctn_report_calendar, look));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metrics_name_counts_and_ends),
		cmocka_unit_test(series_stay_few_however_many_leaves_there_are),
		cmocka_unit_test(a_series_comes_once_even_when_an_item_comes_twice),
		cmocka_unit_test(a_check_of_nagios_is_one_line_with_performance_data),
		cmocka_unit_test(a_quiet_check_says_how_much_is_watched),
		cmocka_unit_test(a_calendar_has_one_event_for_each_end),
		cmocka_unit_test(an_event_that_moves_keeps_its_uid),
		cmocka_unit_test(what_is_far_away_or_long_over_is_no_event),
		cmocka_unit_test(a_calendar_has_only_so_many_leaves),
		cmocka_unit_test(no_text_of_a_record_leaves_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
