#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "forge/report.h"
#include "report/phrase.h"

static void
states_have_names_and_an_order(void **state)
{
	static const enum ctn_report_state worst_first[] = { CTN_REPORT_CRITICAL, CTN_REPORT_WARNING, CTN_REPORT_UNKNOWN, CTN_REPORT_OK };
	static const char *const names[] = { "critical", "warning", "unknown", "ok" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(ctn_report_state_name(worst_first[i]), names[i]);
		for (size_t k = i; k < 4; k++) {
			assert_int_equal(ctn_report_worse(worst_first[i], worst_first[k]), worst_first[i]);
			assert_int_equal(ctn_report_worse(worst_first[k], worst_first[i]), worst_first[i]);
		}
	}
}

static void
spans_are_whole_and_never_rounded_up(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = { { 0, "0 seconds" }, { 1, "1 second" }, { 119, "119 seconds" }, { 120, "2 minutes" }, { 7199, "119 minutes" }, { 7200, "2 hours" },
		{ 2 * REPORT_DAY - 1, "47 hours" }, { 7 * REPORT_DAY - 1, "6 days" }, { 729 * REPORT_DAY, "729 days" }, { 730 * REPORT_DAY, "2 years" },
		{ -7 * REPORT_DAY, "7 days" }, { INT64_MIN, "292471208677 years" } };
	char out[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ctn_report_span(out, cases[i].seconds);
		assert_string_equal(out, cases[i].text);
	}
}

static void
when_says_before_and_after(void **state)
{
	char out[32];

	(void)state;
	ctn_report_when(out, 500, 380);
	assert_string_equal(out, "in 2 minutes");
	ctn_report_when(out, 380, 500);
	assert_string_equal(out, "2 minutes ago");
	ctn_report_when(out, 500, 500);
	assert_string_equal(out, "now");
	ctn_report_when(out, INT64_MAX, -1);
	assert_string_equal(out, "in 292471208677 years");
	ctn_report_when(out, INT64_MIN, INT64_MAX);
	assert_string_equal(out, "292471208677 years ago");
}

static void
dates_are_written_for_people(void **state)
{
	char out[32];

	(void)state;
	ctn_report_date(out, REPORT_NOW);
	assert_string_equal(out, "Sat 28 Nov 2026 12:00 UTC");
	ctn_report_date(out, -1);
	assert_string_equal(out, "Wed 31 Dec 1969 23:59 UTC");
	ctn_report_date(out, CTN_TIME_NEVER);
	assert_string_equal(out, "never");
}

static void
counts_have_commas(void **state)
{
	char out[32];

	(void)state;
	ctn_report_count(out, 0);
	assert_string_equal(out, "0");
	ctn_report_count(out, 999);
	assert_string_equal(out, "999");
	ctn_report_count(out, 1000);
	assert_string_equal(out, "1,000");
	ctn_report_count(out, UINT64_MAX);
	assert_string_equal(out, "18,446,744,073,709,551,615");
}

static const char *
text_of(ctn_buf *b, const char *text, size_t max)
{
	ctn_buf_reset(b);
	ctn_report_put_text(b, text, max);
	return ctn_buf_cstr(b);
}

static void
texts_are_one_harmless_line_and_are_cut_between_characters(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(text_of(&b, NULL, 10), "");
	assert_string_equal(text_of(&b, "a\nb\xff", 20), "a\\x0ab\\xff");
	assert_string_equal(text_of(&b, "0123456789", 10), "0123456789");
	assert_string_equal(text_of(&b, "01234567890", 10), "0123456\xe2\x80\xa6");
	assert_string_equal(text_of(&b, "012345\xc3\xa9\xc3\xa9\xc3\xa9", 10), "012345\xe2\x80\xa6");
	assert_string_equal(text_of(&b, "0123\n56789", 10), "0123\xe2\x80\xa6");
	assert_string_equal(text_of(&b, "\xe2\x80\xae", 11), "\xe2\x80\xa6");
}

static void
words_of_a_shell_are_quoted_where_they_must(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_report_put_word(&b, "file:/etc/nginx/tls/web.crt");
	ctn_report_put_word(&b, "");
	ctn_report_put_word(&b, "it's $(id)");
	assert_string_equal(ctn_buf_cstr(&b), "file:/etc/nginx/tls/web.crt'''it'\\''s $(id)'");
	assert_true(ctn_report_typable("it's $(id) gr\xc3\xbc\xc3\x9f" "e"));
	assert_false(ctn_report_typable("a\nb"));
	assert_false(ctn_report_typable("a\xff"));
}

static const char *
sentence_of(ctn_buf *b, const ctn_report_event *event)
{
	ctn_buf_reset(b);
	ctn_report_put_headline(b, event);
	ctn_buf_byte(b, ' ');
	ctn_report_put_sentence(b, event);
	return ctn_buf_cstr(b);
}

static void
an_event_is_a_sentence(void **state)
{
	ctn_report_item items[3] = { forge_item(), forge_item(), forge_item() };
	ctn_report_event event = forge_event(items);
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(sentence_of(&b, &event), "CRITICAL certificate web.internal.example: expires in 6 days");
	items[0].title = items[0].reason = NULL;
	assert_string_equal(sentence_of(&b, &event), "CRITICAL certificate home:leaf:4af1c0ffee");
	event.digest = event.repeated = true;
	assert_string_equal(sentence_of(&b, &event), "STILL CRITICAL 1 item needs a hand (1 critical); the first ends in 6 days: home:leaf:4af1c0ffee");
	event.items_n = event.total = 3;
	items[1].stage = "expired";
	items[1].not_after = REPORT_NOW - REPORT_DAY;
	assert_string_equal(
	    sentence_of(&b, &event), "STILL CRITICAL 3 items need a hand (1 expired, 2 critical); the first ended 24 hours ago: web.internal.example");
	event.total = 3000;
	assert_string_equal(sentence_of(&b, &event), "STILL CRITICAL 3,000 items need a hand; the first ended 24 hours ago: web.internal.example");
	event.repeated = false;
	event.stage = "recovered";
	assert_string_equal(sentence_of(&b, &event), "RECOVERED 3,000 items recovered");
}

static void
what_is_a_leaf_is_known_by_its_kind(void **state)
{
	ctn_report_item item = forge_item();

	(void)state;
	assert_true(ctn_report_is_leaf(&item));
	item.kind = "authority";
	assert_false(ctn_report_is_leaf(&item));
	item.kind = NULL;
	assert_false(ctn_report_is_leaf(&item));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_names_and_an_order),
		cmocka_unit_test(spans_are_whole_and_never_rounded_up),
		cmocka_unit_test(when_says_before_and_after),
		cmocka_unit_test(dates_are_written_for_people),
		cmocka_unit_test(counts_have_commas),
		cmocka_unit_test(texts_are_one_harmless_line_and_are_cut_between_characters),
		cmocka_unit_test(words_of_a_shell_are_quoted_where_they_must),
		cmocka_unit_test(an_event_is_a_sentence),
		cmocka_unit_test(what_is_a_leaf_is_known_by_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
