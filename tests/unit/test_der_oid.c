/* OIDs: the table agrees with itself, dotted text goes both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "der/der.h"
#include "der/oid.h"

struct row {
	const ctn_span *oid;
	const char *dotted, *name;
};
#define ROW(id, dotted, name, bytes) { &ctn_oid_##id, dotted, name },
static const struct row rows[] = { CTN_OID_LIST(ROW) };
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void
assert_parses(const char *text, ctn_span expected)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_span oid;

	if (!ctn_oid_parse(&oid, text, a, &e))
		fail_msg("%s: %s", text, e.text);
	if (!ctn_span_equal(oid, expected))
		fail_msg("%s has other octets", text);
}

static void
refused(const char *text, const char *why)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_span oid;

	assert_false(ctn_oid_parse(&oid, text, a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	if (strstr(e.text, why) == NULL)
		fail_msg("'%s' does not say '%s'", e.text, why);
}

static void
assert_dotted(ctn_span oid, const char *expected)
{
	CTN_OWN_BUF b = { 0 };

	ctn_oid_dotted(&b, oid);
	assert_string_equal(ctn_buf_cstr(&b), expected);
}

static void
every_dotted_text_of_the_table_encodes_to_its_octets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		assert_true(ctn_der_oid_valid(*rows[i].oid));
		assert_parses(rows[i].dotted, *rows[i].oid);
		assert_dotted(*rows[i].oid, rows[i].dotted);
	}
}

static void
every_name_of_the_table_is_found_both_ways_and_only_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		assert_string_equal(ctn_oid_name(*rows[i].oid), rows[i].name);
		assert_parses(rows[i].name, *rows[i].oid);
	}
}

static void
an_unknown_oid_has_no_name(void **state)
{
	(void)state;
	assert_null(ctn_oid_name(CTN_SPAN("\x55\x1d\x7f")));
	assert_null(ctn_oid_name(CTN_SPAN("")));
}

static void
arcs_up_to_64_bits_go_both_ways(void **state)
{
	static const struct {
		const char *dotted;
		ctn_span octets;
	} good[] = {
		{ "0.0", CTN_SPAN("\x00") },
		{ "1.39", CTN_SPAN("\x4f") },
		{ "2.0", CTN_SPAN("\x50") },
		{ "2.47", CTN_SPAN("\x7f") },
		{ "2.48", CTN_SPAN("\x81\x00") },
		{ "2.999.3", CTN_SPAN("\x88\x37\x03") },
		{ "1.2.127.128.16383.16384", CTN_SPAN("\x2a\x7f\x81\x00\xff\x7f\x81\x80\x00") },
		{ "1.2.18446744073709551615", CTN_SPAN("\x2a\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f") },
		{ "2.18446744073709551535", CTN_SPAN("\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_parses(good[i].dotted, good[i].octets);
		assert_dotted(good[i].octets, good[i].dotted);
	}
}

static void
arcs_over_64_bits_are_shown_in_hex(void **state)
{
	(void)state;
	/* 2^64 */
	assert_dotted(CTN_SPAN("\x2a\x82\x80\x80\x80\x80\x80\x80\x80\x80\x00\x05"), "1.2.…82808080808080808000.5");
	assert_dotted(CTN_SPAN("\x82\x80\x80\x80\x80\x80\x80\x80\x80\x00\x05"), "…82808080808080808000.5");
}

static void
octets_that_are_cut_off_are_shown_in_hex(void **state)
{
	(void)state;
	assert_dotted(CTN_SPAN("\x2a\x86"), "1.2.…86");
	assert_dotted(CTN_SPAN(""), "");
}

static void
texts_that_are_no_oid_are_refused(void **state)
{
	static const char *const bad[] = { "1", "1.", "3.1", "0.40", "1.40", "1.2.", "1..2", "1.2.3x", "1.02", "01.2",
		"1.2.18446744073709551616", "2.18446744073709551536", "1.2 ", "1.-2", "1.2.99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i], "is no OID in dotted form");
}

static void
a_text_of_endless_arcs_is_refused(void **state)
{
	char text[1026];

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 2 == 0 ? '1' : '.';
	text[1025] = '\0';
	refused(text, "more than 1024 characters");
	text[1023] = '\0';
	{
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);
		struct ctn_err e = { 0 };
		ctn_span oid;

		assert_true(ctn_oid_parse(&oid, text, a, &e));
		assert_int_equal(oid.n, 511);
	}
}

static void
a_misspelt_name_is_refused_with_the_nearest(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_span oid;

	(void)state;
	assert_false(ctn_oid_parse(&oid, "serverAuht", a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "'serverAuht' is no known OID name");
	assert_string_equal(e.hint, "did you mean 'serverAuth'?");
}

static void
a_name_like_no_other_is_refused_with_the_dotted_form_as_hint(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_span oid;

	(void)state;
	assert_false(ctn_oid_parse(&oid, "qwertyuiopasdfgh", a, &e));
	assert_non_null(strstr(e.hint, "1.3.6.1.5.5.7.3.1"));
	assert_false(ctn_oid_parse(&oid, "", a, &e));
}

static void
a_full_arena_is_out_of_memory(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(1);
	struct ctn_err e = { 0 };
	ctn_span oid;

	(void)state;
	assert_non_null(a);
	assert_false(ctn_oid_parse(&oid, "1.2.3.4.5.6.7.8.9", a, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_dotted_text_of_the_table_encodes_to_its_octets),
		cmocka_unit_test(every_name_of_the_table_is_found_both_ways_and_only_once),
		cmocka_unit_test(an_unknown_oid_has_no_name),
		cmocka_unit_test(arcs_up_to_64_bits_go_both_ways),
		cmocka_unit_test(arcs_over_64_bits_are_shown_in_hex),
		cmocka_unit_test(octets_that_are_cut_off_are_shown_in_hex),
		cmocka_unit_test(texts_that_are_no_oid_are_refused),
		cmocka_unit_test(a_text_of_endless_arcs_is_refused),
		cmocka_unit_test(a_misspelt_name_is_refused_with_the_nearest),
		cmocka_unit_test(a_name_like_no_other_is_refused_with_the_dotted_form_as_hint),
		cmocka_unit_test(a_full_arena_is_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
