#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/der.h"
#include "name/prep.h"

#define UTF8 CTN_TAG_UTF8_STRING
#define PRINTABLE CTN_TAG_PRINTABLE_STRING
#define TELETEX CTN_TAG_TELETEX_STRING
#define BMP CTN_TAG_BMP_STRING
#define UNIVERSAL CTN_TAG_UNIVERSAL_STRING

#define EQUAL(ta, a, tb, b) ctn_prep_equal(ta, CTN_SPAN(a), tb, CTN_SPAN(b))

static void
ascii_is_folded_whatever_the_string_type(void **state)
{
	(void)state;
	assert_true(EQUAL(UTF8, "Example CA", PRINTABLE, "eXAMPLE ca"));
	assert_true(EQUAL(CTN_TAG_IA5_STRING, "A", CTN_TAG_VISIBLE_STRING, "a"));
	assert_true(EQUAL(CTN_TAG_NUMERIC_STRING, "12", UTF8, "12"));
	assert_false(EQUAL(UTF8, "Example", UTF8, "Exampla"));
	assert_false(EQUAL(UTF8, "Example", UTF8, "Example1"));
	assert_false(EQUAL(UTF8, "[", UTF8, "{"));
}

static void
spaces_at_ends_go_and_inner_runs_are_one(void **state)
{
	(void)state;
	assert_true(EQUAL(UTF8, "  a  b ", UTF8, "a b"));
	assert_true(EQUAL(UTF8, "a\t\nb", UTF8, "a b"));
	assert_true(EQUAL(UTF8,
	    "a\xc2\xa0"
	    "b",
	    UTF8, "a b"));
	assert_true(EQUAL(UTF8, "   ", UTF8, ""));
	assert_false(EQUAL(UTF8, "a b", UTF8, "ab"));
	assert_false(EQUAL(UTF8, "a b", UTF8, "a"));
}

static void
characters_that_rfc_4518_maps_to_nothing_do_not_count(void **state)
{
	(void)state;
	assert_true(EQUAL(UTF8, "exam\xc2\xadple", UTF8, "example"));
	assert_true(EQUAL(UTF8, "exam\xe2\x80\x8bple", UTF8, "example"));
	assert_true(EQUAL(UTF8, "exam\0ple", UTF8, "example"));
	assert_true(EQUAL(UTF8,
	    "\xef\xbb\xbf"
	    "a \xe2\x80\x8b b",
	    UTF8, "a b"));
}

static void
letters_beyond_ascii_are_folded_simply(void **state)
{
	(void)state;
	assert_true(EQUAL(UTF8, "M\xc3\x9cLLER", UTF8, "m\xc3\xbcller"));
	assert_true(EQUAL(UTF8, "\xce\xa3\xce\xa9", UTF8, "\xcf\x82\xcf\x89"));
	assert_true(EQUAL(UTF8, "\xd0\x96\xd0\x81", UTF8, "\xd0\xb6\xd1\x91"));
	assert_true(EQUAL(UTF8, "\xc5\xbd\xc5\xb8", UTF8, "\xc5\xbe\xc3\xbf"));
	assert_false(EQUAL(UTF8, "\xc3\x97", UTF8, "\xc3\xb7"));
	assert_false(EQUAL(UTF8, "\xc3\xbc", UTF8, "u\xcc\x88"));
	assert_false(EQUAL(UTF8, "\xc4\xb1", UTF8, "i"));
}

static void
older_string_types_are_converted(void **state)
{
	(void)state;
	assert_true(EQUAL(TELETEX, "M\xfcller", UTF8, "M\xc3\xbcller"));
	assert_true(EQUAL(BMP, "\0M\0\xfc", UTF8, "m\xc3\x9c"));
	assert_true(EQUAL(UNIVERSAL, "\0\0\0M\0\x01\xf6\x1c", UTF8, "m\xf0\x9f\x98\x9c"));
	assert_true(EQUAL(BMP, "\x20\xac", UTF8, "\xe2\x82\xac"));
}

static void
what_stands_behind_a_space_counts(void **state)
{
	(void)state;
	assert_false(EQUAL(UTF8, "a b", UTF8, "a c"));
	assert_false(EQUAL(UTF8, "a b", UTF8, "a "));
	assert_false(EQUAL(UTF8, "a b", UTF8, "ab"));
	assert_true(EQUAL(UTF8, "a  b", UTF8, "A B"));
	/* Every second letter of this range is a capital: the one between is none. */
	assert_true(EQUAL(UTF8, "\xc4\x80", UTF8, "\xc4\x81"));
	assert_false(EQUAL(UTF8, "\xc4\x81", UTF8, "\xc4\x82"));
}

static void
what_cannot_be_decoded_equals_only_its_own_octets(void **state)
{
	(void)state;
	assert_true(EQUAL(UTF8, "a\xff", UTF8, "a\xff"));
	assert_false(EQUAL(UTF8, "a\xff", UTF8, "A\xff"));
	assert_false(EQUAL(BMP, "\0aX", BMP, "\0AX"));
	assert_false(EQUAL(BMP, "\xd8\0\0a", BMP, "\xd8\0\0A"));
	assert_false(EQUAL(UNIVERSAL, "\xff\xff\xff\xff", UTF8, ""));
	assert_false(EQUAL(UNIVERSAL, "\xff\xff\xff\xff\0\0\0a", UNIVERSAL, "\xff\xff\xff\xff\0\0\0A"));
	assert_false(EQUAL(UNIVERSAL, "\0\x11\0\0\0\0\0a", UNIVERSAL, "\0\x11\0\0\0\0\0A"));
	assert_false(EQUAL(PRINTABLE, "a\xe9", PRINTABLE, "A\xe9"));
	assert_false(EQUAL(UTF8, "\xc3\xa9", PRINTABLE, "\xe9"));
	assert_false(EQUAL(PRINTABLE, "\xe9", UTF8, "\xc3\xa9"));
	assert_false(EQUAL(UTF8, "a", BMP, "\0aX"));
	assert_false(EQUAL(BMP, "\0aX", UTF8, "a"));
	assert_true(EQUAL(CTN_TAG_OCTET_STRING, "a", CTN_TAG_OCTET_STRING, "a"));
	assert_false(EQUAL(CTN_TAG_OCTET_STRING, "a", CTN_TAG_OCTET_STRING, "A"));
	assert_false(EQUAL(CTN_TAG_OCTET_STRING, "a", UTF8, "a"));
}

static void
utf8_comes_out_of_every_type(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_true(ctn_prep_utf8(&b, TELETEX, CTN_SPAN("\xe9")));
	assert_true(ctn_prep_utf8(&b, BMP, CTN_SPAN("\x20\xac")));
	assert_true(ctn_prep_utf8(&b, UNIVERSAL, CTN_SPAN("\0\x01\xf6\x1c")));
	assert_true(ctn_prep_utf8(&b, UTF8, CTN_SPAN("a \xc3\xbc")));
	assert_string_equal(ctn_buf_cstr(&b),
	    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x9c"
	    "a \xc3\xbc");
}

static void
utf8_is_refused_and_nothing_appended_when_undecodable(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_false(ctn_prep_utf8(&b, UTF8, CTN_SPAN("a\xff")));
	assert_false(ctn_prep_utf8(&b, BMP, CTN_SPAN("\0")));
	assert_false(ctn_prep_utf8(&b, UNIVERSAL, CTN_SPAN("\0\0\xd8\0")));
	assert_false(ctn_prep_utf8(&b, CTN_TAG_INTEGER, CTN_SPAN("a")));
	assert_int_equal(b.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_is_folded_whatever_the_string_type),
		cmocka_unit_test(spaces_at_ends_go_and_inner_runs_are_one),
		cmocka_unit_test(characters_that_rfc_4518_maps_to_nothing_do_not_count),
		cmocka_unit_test(letters_beyond_ascii_are_folded_simply),
		cmocka_unit_test(older_string_types_are_converted),
		cmocka_unit_test(what_stands_behind_a_space_counts),
		cmocka_unit_test(what_cannot_be_decoded_equals_only_its_own_octets),
		cmocka_unit_test(utf8_comes_out_of_every_type),
		cmocka_unit_test(utf8_is_refused_and_nothing_appended_when_undecodable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
