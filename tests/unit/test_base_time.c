#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/time.h"

#define DAY_S INT64_C(86400)

static void
times_turn_into_text(void **state)
{
	static const struct {
		int64_t at_s;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 2147483648, "2038-01-19T03:14:08Z" },
		{ 2524607999, "2049-12-31T23:59:59Z" },
		{ 2524608000, "2050-01-01T00:00:00Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ CTN_TIME_NEVER, "9999-12-31T23:59:59Z" },
		{ -62167219200, "0000-01-01T00:00:00Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
		{ INT64_MIN, "0000-01-01T00:00:00Z" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ctn_time_text(text, cases[i].at_s);
		assert_string_equal(text, cases[i].text);
	}
}

static void
every_day_of_ten_thousand_years_comes_back(void **state)
{
	int64_t back_s;
	struct ctn_civil c;
	int64_t days = 0;

	(void)state;
	for (int64_t at_s = -62167219200; at_s <= CTN_TIME_NEVER; at_s += DAY_S, days++) {
		ctn_time_to_civil(&c, at_s + 86399);
		if (!ctn_time_from_civil(&back_s, &c) || back_s != at_s + 86399)
			fail_msg("day %lld", (long long)days);
	}
	assert_int_equal(days, 3652425);
}

static void
civil_agrees_with_the_c_library(void **state)
{
	struct ctn_civil c;
	struct tm tm;

	(void)state;
	for (int64_t at_s = -62167219200; at_s <= CTN_TIME_NEVER; at_s += 40009997) {
		time_t t = (time_t)at_s;

		assert_non_null(gmtime_r(&t, &tm));
		ctn_time_to_civil(&c, at_s);
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour, tm.tm_hour);
		assert_int_equal(c.minute, tm.tm_min);
		assert_int_equal(c.second, tm.tm_sec);
	}
}

static void
civil_fields_out_of_range_are_refused(void **state)
{
	static const struct ctn_civil bad[] = {
		{ -1, 1, 1, 0, 0, 0 }, { 10000, 1, 1, 0, 0, 0 }, { 2026, 0, 1, 0, 0, 0 }, { 2026, 13, 1, 0, 0, 0 },
		{ 2026, 1, 0, 0, 0, 0 }, { 2026, 1, 32, 0, 0, 0 }, { 2026, 2, 29, 0, 0, 0 }, { 1900, 2, 29, 0, 0, 0 },
		{ 2024, 2, 30, 0, 0, 0 }, { 2026, 4, 31, 0, 0, 0 }, { 2026, 1, 1, -1, 0, 0 }, { 2026, 1, 1, 24, 0, 0 },
		{ 2026, 1, 1, 0, -1, 0 }, { 2026, 1, 1, 0, 60, 0 }, { 2026, 1, 1, 0, 0, -1 }, { 2026, 1, 1, 0, 0, 60 },
	};
	const struct ctn_civil leap = { 2000, 2, 29, 0, 0, 0 };
	int64_t at_s = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ctn_time_from_civil(&at_s, &bad[i]));
	assert_int_equal(at_s, 7);
	assert_true(ctn_time_from_civil(&at_s, &leap));
	assert_int_equal(at_s, 951782400);
}

static void
parse_reads_rfc_3339_dates_and_now(void **state)
{
	static const struct {
		const char *text;
		bool is_end;
		int64_t at_s;
	} cases[] = {
		{ "now", false, 12345 },
		{ "now", true, 12345 },
		{ "2026-01-01", false, 1767225600 },
		{ "2026-01-01", true, 1767225600 + DAY_S - 1 },
		{ "2026-01-01T00:00:00Z", true, 1767225600 },
		{ "2026-01-01t00:00:00z", false, 1767225600 },
		{ "2026-01-01 00:00:07Z", false, 1767225607 },
		{ "2026-01-01T00:00:07.999999999999999999999Z", false, 1767225607 },
		{ "2026-01-01T02:00:00+02:00", false, 1767225600 },
		{ "2025-12-31T18:30:00-05:30", false, 1767225600 },
		{ "9999-12-31T23:59:59Z", false, CTN_TIME_NEVER },
	};
	struct ctn_err e = { 0 };
	int64_t at_s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(ctn_time_parse(&at_s, cases[i].text, cases[i].is_end, 12345, &e));
		assert_int_equal(at_s, cases[i].at_s);
	}
}

static void
parse_refuses_everything_else(void **state)
{
	static const char *const bad[] = { "", "Now", "now ", "2026", "2026-1-1", "2026-01", "2026-01-01T", "2026-01-01T00:00Z",
		"2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+02:60", "2026-01-01T00:00:00Zx", "2026-02-29", "2026-01-01x", " 2026-01-01", "20260101",
		"-026-01-01", "2026-01-01T23:59:60Z", "2026-01-01T24:00:00Z", "9999-12-31T23:59:59-00:01",
		"0000-01-01T00:00:00+00:01", "1767225600", "10000-01-01", "2026-01-01T00:00:00*02:00" };
	struct ctn_err e = { 0 };
	int64_t at_s = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ctn_time_parse(&at_s, bad[i], false, 1, &e))
			fail_msg("took '%s'", bad[i]);
		assert_int_equal(e.code, CTN_EINPUT);
	}
	assert_int_equal(at_s, 7);
	assert_false(ctn_time_parse(&at_s, "soon", false, 1, &e));
	assert_string_equal(e.text, "'soon' is not a time: expected 2026-01-31T12:00:00Z, 2026-01-31 or now");
}

static void
durations_have_one_number_and_one_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = { { "0s", 0 }, { "30s", 30 }, { "5m", 300 }, { "12h", 43200 }, { "90d", 90 * DAY_S }, { "2w", 14 * DAY_S },
		{ "1y", 365 * DAY_S }, { "1000y", 365000 * DAY_S }, { "007d", 7 * DAY_S }, { "31536000000s", 365000 * DAY_S } };
	struct ctn_err e = { 0 };
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(ctn_duration_parse(&seconds, cases[i].text, &e));
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void
durations_refuse_signs_fractions_combinations_and_bare_numbers(void **state)
{
	static const char *const bad[] = { "", "d", "90", "-1d", "+1d", "1.5d", "1d12h", "1 d", " 1d", "1d ", "1D", "1x", "0x1d", "1dd" };
	struct ctn_err e = { 0 };
	int64_t seconds = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ctn_duration_parse(&seconds, bad[i], &e))
			fail_msg("took '%s'", bad[i]);
		assert_int_equal(e.code, CTN_EINPUT);
	}
	assert_int_equal(seconds, 7);
	assert_false(ctn_duration_parse(&seconds, "soon", &e));
	assert_string_equal(e.text, "'soon' is not a duration: expected a number and one of s m h d w y, as in 90d");
}

static void
durations_over_a_thousand_years_are_refused_and_never_overflow(void **state)
{
	static const char *const bad[] = { "1001y", "365001d", "31536000001s", "9223372036854775807s", "9223372036854775808y",
		"18446744073709551617s", "99999999999999999999999999999999999999999999999999d" };
	struct ctn_err e = { 0 };
	int64_t seconds = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ctn_duration_parse(&seconds, bad[i], &e));
	assert_int_equal(seconds, 7);
	assert_false(ctn_duration_parse(&seconds, "1001y", &e));
	assert_string_equal(e.text, "'1001y' is too long: a duration is at most 1000y");
}

static void
durations_show_in_the_shortest_exact_form(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = { { 0, "0s" }, { 1, "1s" }, { 61, "61s" }, { 300, "5m" }, { 36 * 3600, "36h" }, { 90 * DAY_S, "90d" },
		{ 7 * DAY_S, "7d" }, { 365 * DAY_S, "1y" }, { 366 * DAY_S, "366d" }, { 398 * DAY_S, "398d" }, { -DAY_S, "-1d" },
		{ 7300 * DAY_S, "20y" }, { INT64_MIN, "-9223372036854775808s" }, { INT64_MAX, "9223372036854775807s" } };
	char text[24];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ctn_duration_text(text, cases[i].seconds);
		assert_string_equal(text, cases[i].text);
	}
}

static void
a_shown_duration_reads_back_the_same(void **state)
{
	struct ctn_err e = { 0 };
	char text[24];
	int64_t back;

	(void)state;
	for (int64_t s = 0; s < 365000 * DAY_S; s = s * 2 + 3600) {
		ctn_duration_text(text, s);
		assert_true(ctn_duration_parse(&back, text, &e));
		assert_int_equal(back, s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_turn_into_text),
		cmocka_unit_test(every_day_of_ten_thousand_years_comes_back),
		cmocka_unit_test(civil_agrees_with_the_c_library),
		cmocka_unit_test(civil_fields_out_of_range_are_refused),
		cmocka_unit_test(parse_reads_rfc_3339_dates_and_now),
		cmocka_unit_test(parse_refuses_everything_else),
		cmocka_unit_test(durations_have_one_number_and_one_unit),
		cmocka_unit_test(durations_refuse_signs_fractions_combinations_and_bare_numbers),
		cmocka_unit_test(durations_over_a_thousand_years_are_refused_and_never_overflow),
		cmocka_unit_test(durations_show_in_the_shortest_exact_form),
		cmocka_unit_test(a_shown_duration_reads_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
