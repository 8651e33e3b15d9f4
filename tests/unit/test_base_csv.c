#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"

static void
a_row_ends_in_crlf_and_a_null_field_is_empty(void **state)
{
	static const char *const fields[] = { "a", NULL, "", "b c" };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_csv_row(&b, fields, 4);
	assert_string_equal(ctn_buf_cstr(&b), "a,,,b c\r\n");
}

static void
commas_quotes_and_line_ends_are_quoted(void **state)
{
	static const char *const fields[] = { "a,b", "say \"x\"", "l\nm", "r\rs", "pl'ain" };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_csv_row(&b, fields, 5);
	assert_string_equal(ctn_buf_cstr(&b), "\"a,b\",\"say \"\"x\"\"\",\"l\nm\",\"r\rs\",pl'ain\r\n");
}

static void
what_a_spreadsheet_would_run_is_disarmed(void **state)
{
	static const char *const fields[] = { "=1+1", "+1", "-1", "@x", "\tx", "\rx", "=\"a\",b", "a=1" };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_csv_row(&b, fields, 8);
	assert_string_equal(ctn_buf_cstr(&b), "'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",\"'=\"\"a\"\",b\",a=1\r\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_ends_in_crlf_and_a_null_field_is_empty),
		cmocka_unit_test(commas_quotes_and_line_ends_are_quoted),
		cmocka_unit_test(what_a_spreadsheet_would_run_is_disarmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
