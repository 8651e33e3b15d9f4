#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static void
spans_compare_like_memcmp_with_the_prefix_first(void **state)
{
	(void)state;
	assert_true(ctn_span_compare(CTN_SPAN("a"), CTN_SPAN("ab")) < 0);
	assert_true(ctn_span_compare(CTN_SPAN("b"), CTN_SPAN("ab")) > 0);
	assert_true(ctn_span_compare(CTN_SPAN("\xff"), CTN_SPAN("a")) > 0);
	assert_int_equal(ctn_span_compare(CTN_SPAN("ab"), CTN_SPAN("ab")), 0);
	assert_int_equal(ctn_span_compare((ctn_span){ 0 }, (ctn_span){ 0 }), 0);
	assert_true(ctn_span_equal((ctn_span){ 0 }, CTN_SPAN("")));
	assert_false(ctn_span_equal(CTN_SPAN("a"), CTN_SPAN("b")));
	assert_false(ctn_span_equal(CTN_SPAN("a"), CTN_SPAN("ab")));
	assert_int_equal(ctn_span_text(NULL).n, 0);
}

static void
a_buffer_grows_and_keeps_every_byte(void **state)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		ctn_buf_byte(&b, (uint8_t)(i * 7));
	assert_true(ctn_buf_ok(&b, &e));
	assert_int_equal(b.n, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (uint8_t)(i * 7));
}

static void
a_buffer_takes_its_bound_exactly_and_not_one_more(void **state)
{
	CTN_OWN_BUF b = { .max = 5 };
	struct ctn_err e = { 0 };

	(void)state;
	ctn_buf_text(&b, "12345");
	assert_true(ctn_buf_ok(&b, &e));
	assert_string_equal(ctn_buf_cstr(&b), "12345");
	ctn_buf_byte(&b, '6');
	assert_false(ctn_buf_ok(&b, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_true(b.full);
	assert_int_equal(b.n, 5);
	ctn_buf_reset(&b);
	assert_false(b.full);
}

static void
a_failure_is_sticky_until_the_reset(void **state)
{
	CTN_OWN_BUF b = { .max = 5 };
	struct ctn_err e = { 0 };

	(void)state;
	ctn_buf_text(&b, "123456");
	ctn_buf_text(&b, "1");
	ctn_buf_printf(&b, "%d", 1);
	ctn_buf_hex(&b, CTN_SPAN("a"));
	assert_int_equal(b.n, 0);
	assert_null(ctn_buf_cstr(&b));
	assert_null(ctn_buf_insert(&b, 0, 1));
	assert_false(ctn_buf_ok(&b, &e));
	ctn_buf_reset(&b);
	ctn_buf_text(&b, "1");
	assert_true(ctn_buf_ok(&b, &e));
}

static void
insert_moves_what_follows(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_buf_text(&b, "adef");
	memcpy(ctn_buf_insert(&b, 1, 2), "bc", 2);
	memcpy(ctn_buf_insert(&b, 6, 1), "g", 1);
	assert_string_equal(ctn_buf_cstr(&b), "abcdefg");
	assert_non_null(ctn_buf_insert(&b, 3, 0));
	assert_int_equal(b.n, 7);
	assert_null(ctn_buf_insert(&b, 8, 1));
	assert_true(b.failed);
}

static void
printf_grows_by_what_it_needs(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_buf_printf(&b, "%s", "");
	ctn_buf_printf(&b, "%0200d|%s", 7, "end");
	assert_int_equal(b.n, 204);
	assert_string_equal(ctn_buf_cstr(&b) + 199, "7|end");
}

static void
a_secret_buffer_is_wiped_when_reset_and_keeps_its_bytes_when_it_grows(void **state)
{
	CTN_OWN_BUF b = { .secret = true };
	uint8_t pattern[200];

	(void)state;
	memset(pattern, 0x5a, sizeof(pattern));
	for (int i = 0; i < 20; i++)
		ctn_buf_add(&b, pattern, sizeof(pattern));
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(b.p[i], 0x5a);
	ctn_buf_reset(&b);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(b.p[i], 0);
}

static void
hex_goes_both_ways(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF b = { 0 };
	uint8_t out[4];
	size_t n;

	(void)state;
	assert_string_equal(ctn_arena_hex(a, CTN_SPAN("\x00\x9f\xff")), "009fff");
	ctn_buf_hex(&b, CTN_SPAN("\x0a\xb1"));
	assert_string_equal(ctn_buf_cstr(&b), "0ab1");
	assert_true(ctn_unhex(out, sizeof(out), &n, "00:9F:fF"));
	assert_int_equal(n, 3);
	assert_memory_equal(out, "\x00\x9f\xff", 3);
	assert_true(ctn_unhex(out, sizeof(out), &n, "0123AbcD"));
	assert_memory_equal(out, "\x01\x23\xab\xcd", 4);
	assert_true(ctn_unhex(out, sizeof(out), &n, "7f"));
	assert_int_equal(n, 1);
	assert_true(ctn_unhex(out, sizeof(out), &n, ""));
	assert_int_equal(n, 0);
}

static void
unhex_refuses_what_is_not_hex_odd_mixed_or_too_long(void **state)
{
	static const char *const bad[] = { "0", "012", "0g", "g0", ":", "01:", ":01", "01:2", "01:02:", "01::02", "0102:03",
		"01:0203", "01:02:0304", "0:1", "01 02", "0x01", " 01", "01\n", "0102030405", "01:02:03:04:05" };
	uint8_t out[4];
	size_t n = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ctn_unhex(out, sizeof(out), &n, bad[i]))
			fail_msg("took '%s'", bad[i]);
	}
	assert_int_equal(n, 99);
}

static const char *
base64(ctn_buf *b, ctn_span in, size_t line)
{
	ctn_buf_reset(b);
	ctn_buf_base64(b, in, line);
	return ctn_buf_cstr(b);
}

static void
base64_gives_the_vectors_of_rfc_4648(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(base64(&b, CTN_SPAN(""), 0), "");
	assert_string_equal(base64(&b, CTN_SPAN("f"), 0), "Zg==");
	assert_string_equal(base64(&b, CTN_SPAN("fo"), 0), "Zm8=");
	assert_string_equal(base64(&b, CTN_SPAN("foo"), 0), "Zm9v");
	assert_string_equal(base64(&b, CTN_SPAN("foob"), 0), "Zm9vYg==");
	assert_string_equal(base64(&b, CTN_SPAN("fooba"), 0), "Zm9vYmE=");
	assert_string_equal(base64(&b, CTN_SPAN("foobar"), 0), "Zm9vYmFy");
	assert_string_equal(base64(&b, CTN_SPAN("\xfb\xff\xfe"), 0), "+//+");
}

static void
base64_lines_end_at_the_column_and_once(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(base64(&b, CTN_SPAN(""), 4), "");
	assert_string_equal(base64(&b, CTN_SPAN("foobar"), 4), "Zm9v\nYmFy\n");
	assert_string_equal(base64(&b, CTN_SPAN("fooba"), 6), "Zm9vYm\nE=\n");
	assert_string_equal(base64(&b, CTN_SPAN("foo"), 64), "Zm9v\n");
}

static void
base64_of_every_length_comes_back(void **state)
{
	CTN_OWN_BUF text = { 0 }, back = { 0 };
	uint8_t in[200];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 89 + 3);
	for (size_t n = 0; n <= sizeof(in); n++) {
		ctn_buf_reset(&text);
		ctn_buf_reset(&back);
		ctn_buf_base64(&text, (ctn_span){ in, n }, 64);
		assert_true(ctn_unbase64(&back, ctn_buf_view(&text)));
		assert_true(ctn_span_equal(ctn_buf_view(&back), (ctn_span){ in, n }));
	}
}

static void
unbase64_passes_over_white_space_and_appends(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_buf_text(&b, "<");
	assert_true(ctn_unbase64(&b, CTN_SPAN(" Z\tm\r\n9 v Y g = = \n")));
	assert_string_equal(ctn_buf_cstr(&b), "<foob");
}

static void
unbase64_refuses_what_is_not_canonical_and_takes_nothing(void **state)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "=", "====", "Z===", "Zh==", "Zm9=", "Zm8=Zm8=",
		"Zm9v=", "Zm-v", "Zm_v", "Zm9v!", "Z=g=", "Zg=a", "Zm9vZm9", "Zm\v9v" };
	CTN_OWN_BUF b = { .secret = true };

	(void)state;
	ctn_buf_text(&b, "kept");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ctn_unbase64(&b, ctn_span_text(bad[i])))
			fail_msg("took '%s'", bad[i]);
		assert_int_equal(b.n, 4);
	}
	assert_false(ctn_unbase64(&b, CTN_SPAN("Zm\0v")));
	assert_false(b.failed);
}

static void
unbase64_says_when_it_ran_out_of_room(void **state)
{
	CTN_OWN_BUF b = { .max = 5 };

	(void)state;
	assert_false(ctn_unbase64(&b, CTN_SPAN("Zm9vYmFy")));
	assert_true(b.failed);
	assert_int_equal(b.n, 0);
}

static void
utf8_knows_every_edge_of_rfc_3629(void **state)
{
	static const char *const good[] = { "", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa9z" };
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xed\xbf\xbf", "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x98", "\xff",
		"a\xc3\xa9\xa9", "\xe2\x82\x7f" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(ctn_utf8_valid(ctn_span_text(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ctn_utf8_valid(ctn_span_text(bad[i])))
			fail_msg("took bad UTF-8 number %zu", i);
	}
	assert_true(ctn_utf8_valid(CTN_SPAN("a\0b")));
}

static void
utf8_steps_by_one_character(void **state)
{
	(void)state;
	assert_int_equal(ctn_utf8_step(CTN_SPAN("")), 0);
	assert_int_equal(ctn_utf8_step(CTN_SPAN("ab")), 1);
	assert_int_equal(ctn_utf8_step(CTN_SPAN("\xc3\xa9z")), 2);
	assert_int_equal(ctn_utf8_step(CTN_SPAN("\xe2\x82\xacz")), 3);
	assert_int_equal(ctn_utf8_point(CTN_SPAN("z").p, 1), 'z');
	assert_int_equal(ctn_utf8_point(CTN_SPAN("\xc2\x9b").p, 2), 0x9b);
	assert_int_equal(ctn_utf8_point(CTN_SPAN("\xe2\x82\xac").p, 3), 0x20ac);
	assert_int_equal(ctn_utf8_point(CTN_SPAN("\xf0\x9f\x98\x80").p, 4), 0x1f600);
	assert_int_equal(ctn_utf8_step(CTN_SPAN("\xf0\x9f\x98\x80z")), 4);
	assert_int_equal(ctn_utf8_step(CTN_SPAN("\xff\x41")), 0);
}

static void
printable_lets_nothing_steer_a_terminal(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_buf_printable(&b, CTN_SPAN("a\x1b[2J\n\t\x7f\0z"));
	assert_string_equal(ctn_buf_cstr(&b), "a\\x1b[2J\\x0a\\x09\\x7f\\x00z");
	ctn_buf_reset(&b);
	ctn_buf_printable(&b, CTN_SPAN("\xc2\x9b\xc2\xa0\xff\xe2\x82"));
	assert_string_equal(ctn_buf_cstr(&b), "\\xc2\\x9b\xc2\xa0\\xff\\xe2\\x82");
	ctn_buf_reset(&b);
	ctn_buf_printable(&b, CTN_SPAN("\xd8\x9c\xd8\x9d\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f"));
	assert_string_equal(ctn_buf_cstr(&b), "\\xd8\\x9c\xd8\x9d\xe2\x80\x8d\\xe2\\x80\\x8e\\xe2\\x80\\x8f");
	ctn_buf_reset(&b);
	ctn_buf_printable(&b, CTN_SPAN("\xe2\x80\xae\xe2\x80\xa8\xe2\x81\xa9\xe2\x82\xac\xe2\x80\xa7"));
	assert_string_equal(ctn_buf_cstr(&b), "\\xe2\\x80\\xae\\xe2\\x80\\xa8\\xe2\\x81\\xa9\xe2\x82\xac\xe2\x80\xa7");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_compare_like_memcmp_with_the_prefix_first),
		cmocka_unit_test(a_buffer_grows_and_keeps_every_byte),
		cmocka_unit_test(a_buffer_takes_its_bound_exactly_and_not_one_more),
		cmocka_unit_test(a_failure_is_sticky_until_the_reset),
		cmocka_unit_test(insert_moves_what_follows),
		cmocka_unit_test(printf_grows_by_what_it_needs),
		cmocka_unit_test(a_secret_buffer_is_wiped_when_reset_and_keeps_its_bytes_when_it_grows),
		cmocka_unit_test(hex_goes_both_ways),
		cmocka_unit_test(unhex_refuses_what_is_not_hex_odd_mixed_or_too_long),
		cmocka_unit_test(base64_gives_the_vectors_of_rfc_4648),
		cmocka_unit_test(base64_lines_end_at_the_column_and_once),
		cmocka_unit_test(base64_of_every_length_comes_back),
		cmocka_unit_test(unbase64_passes_over_white_space_and_appends),
		cmocka_unit_test(unbase64_refuses_what_is_not_canonical_and_takes_nothing),
		cmocka_unit_test(unbase64_says_when_it_ran_out_of_room),
		cmocka_unit_test(utf8_knows_every_edge_of_rfc_3629),
		cmocka_unit_test(utf8_steps_by_one_character),
		cmocka_unit_test(printable_lets_nothing_steer_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
