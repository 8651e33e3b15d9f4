#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/jsonout.h"

static void
a_document_has_its_commas_where_they_belong(void **state)
{
	CTN_OWN_BUF b = { 0 };
	ctn_json_out j = ctn_json_over(&b);

	(void)state;
	ctn_json_object(&j, NULL);
	ctn_json_bool(&j, "ok", true);
	ctn_json_array(&j, "list");
	ctn_json_int(&j, NULL, INT64_MIN);
	ctn_json_object(&j, NULL);
	ctn_json_close_object(&j);
	ctn_json_object(&j, NULL);
	ctn_json_text(&j, "a", "b");
	ctn_json_close_object(&j);
	ctn_json_array(&j, NULL);
	ctn_json_close_array(&j);
	ctn_json_close_array(&j);
	ctn_json_time(&j, "at", 0);
	ctn_json_hex(&j, "serial", CTN_SPAN("\x0a\xff"));
	ctn_json_bool(&j, "no", false);
	ctn_json_close_object(&j);
	assert_string_equal(ctn_buf_cstr(&b),
	    "{\"ok\":true,\"list\":[-9223372036854775808,{},{\"a\":\"b\"},[]],"
	    "\"at\":\"1970-01-01T00:00:00Z\",\"serial\":\"0aff\",\"no\":false}");
}

static void
absent_text_is_left_out_and_leaves_no_comma(void **state)
{
	CTN_OWN_BUF b = { 0 };
	ctn_json_out j = ctn_json_over(&b);

	(void)state;
	ctn_json_object(&j, NULL);
	ctn_json_text(&j, "a", NULL);
	ctn_json_text(&j, "b", "");
	ctn_json_text(&j, "c", NULL);
	ctn_json_bytes(&j, "d", (ctn_span){ 0 });
	ctn_json_close_object(&j);
	assert_string_equal(ctn_buf_cstr(&b), "{\"b\":\"\",\"d\":\"\"}");
}

static const char *
as_json(ctn_buf *b, ctn_span s)
{
	ctn_json_out j = ctn_json_over(b);

	ctn_buf_reset(b);
	ctn_json_bytes(&j, NULL, s);
	return ctn_buf_cstr(b);
}

static void
strings_are_escaped_as_rfc_8259_says(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(as_json(&b, CTN_SPAN("a\"b\\c/d")), "\"a\\\"b\\\\c/d\"");
	assert_string_equal(as_json(&b, CTN_SPAN("\0\n\x1f\x7f")), "\"\\u0000\\u000a\\u001f\\u007f\"");
	assert_string_equal(as_json(&b, CTN_SPAN("\xc3\xa9\xe2\x82\xac\xef\xbf\xbf\xf0\x9f\x98\x80")),
	    "\"\xc3\xa9\xe2\x82\xac\xef\xbf\xbf\xf0\x9f\x98\x80\"");
}

static void
what_could_steer_a_terminal_is_escaped(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(as_json(&b, CTN_SPAN("\xc2\x80\xc2\x9b\xc2\xa0")), "\"\\u0080\\u009b\xc2\xa0\"");
	assert_string_equal(as_json(&b, CTN_SPAN("\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xd8\x9c")), "\"\\u2028\\u202e\\u2066\\u061c\"");
}

static void
keys_are_escaped_too(void **state)
{
	CTN_OWN_BUF b = { 0 };
	ctn_json_out j = ctn_json_over(&b);

	(void)state;
	ctn_json_object(&j, NULL);
	ctn_json_int(&j, "a\"", 1);
	ctn_json_close_object(&j);
	assert_string_equal(ctn_buf_cstr(&b), "{\"a\\\"\":1}");
}

static void
invalid_utf8_becomes_the_replacement_character(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(as_json(&b, CTN_SPAN("a\xff\x62")), "\"a\xef\xbf\xbd\x62\"");
	assert_string_equal(as_json(&b, CTN_SPAN("\xed\xa0\x80")), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	assert_string_equal(as_json(&b, CTN_SPAN("\xe2\x82")), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void
thirty_two_levels_fit_and_one_more_fails(void **state)
{
	CTN_OWN_BUF b = { 0 };
	ctn_json_out j = ctn_json_over(&b);

	(void)state;
	for (int i = 0; i < 32; i++) {
		ctn_json_array(&j, NULL);
		ctn_json_int(&j, NULL, i);
	}
	assert_false(b.failed);
	for (int i = 0; i < 32; i++)
		ctn_json_close_array(&j);
	assert_false(b.failed);
	assert_memory_equal(b.p, "[0,[1,[2,", 9);
	for (int i = 0; i < 33; i++)
		ctn_json_array(&j, NULL);
	assert_true(b.failed);
}

static void
closing_more_than_was_opened_fails(void **state)
{
	CTN_OWN_BUF b = { 0 };
	ctn_json_out j = ctn_json_over(&b);

	(void)state;
	ctn_json_object(&j, NULL);
	ctn_json_close_object(&j);
	assert_false(b.failed);
	ctn_json_close_object(&j);
	assert_true(b.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_has_its_commas_where_they_belong),
		cmocka_unit_test(absent_text_is_left_out_and_leaves_no_comma),
		cmocka_unit_test(strings_are_escaped_as_rfc_8259_says),
		cmocka_unit_test(what_could_steer_a_terminal_is_escaped),
		cmocka_unit_test(keys_are_escaped_too),
		cmocka_unit_test(invalid_utf8_becomes_the_replacement_character),
		cmocka_unit_test(thirty_two_levels_fit_and_one_more_fails),
		cmocka_unit_test(closing_more_than_was_opened_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
