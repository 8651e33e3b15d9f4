#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "name/dns.h"

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void
assert_canonical(const char *text, const char *want, bool want_wildcard)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	bool wildcard = !want_wildcard;
	char *out = NULL;

	if (!ctn_dns_canonical(&out, &wildcard, text, a, &e))
		fail_msg("'%s': %s", text, e.text);
	assert_string_equal(out, want);
	assert_int_equal(wildcard, want_wildcard);
}

static void
assert_refused(const char *text, const char *why)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	bool wildcard;
	char *out = NULL;

	if (ctn_dns_canonical(&out, &wildcard, text, a, &e))
		fail_msg("'%s' was taken as '%s'", text, out);
	assert_int_equal(e.code, CTN_EINPUT);
	if (strstr(e.text, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, e.text);
}

static void
canonical_folds_case_and_cuts_one_final_dot(void **state)
{
	(void)state;
	assert_canonical("Web.Internal.EXAMPLE", "web.internal.example", false);
	assert_canonical("web.example.", "web.example", false);
	assert_canonical("localhost", "localhost", false);
	assert_canonical("_srv.a-b.example", "_srv.a-b.example", false);
	assert_canonical("1.2.3.4.example", "1.2.3.4.example", false);
	assert_canonical("*.Example.com", "*.example.com", true);
	assert_canonical(LABEL_63 ".example", LABEL_63 ".example", false);
}

static void
canonical_turns_u_labels_into_a_labels_without_transition(void **state)
{
	(void)state;
	assert_canonical("bücher.example", "xn--bcher-kva.example", false);
	assert_canonical("BÜCHER.example", "xn--bcher-kva.example", false);
	assert_canonical("straße.example", "xn--strae-oqa.example", false);
	assert_canonical("*.bücher.example", "*.xn--bcher-kva.example", true);
	assert_canonical("_x.bücher.example", "_x.xn--bcher-kva.example", false);
	assert_canonical("XN--Bcher-KVA.example", "xn--bcher-kva.example", false);
}

static void
canonical_refuses_what_idna_refuses(void **state)
{
	(void)state;
	assert_refused("xn--a.example", "IDNA refuses");
	assert_refused("xn--.example", "IDNA refuses");
	assert_refused("\xf0\x9f\x98\x9c.example", "IDNA refuses");
	assert_refused("a\xe2\x80\x8d"
		       "b.example",
	    "IDNA refuses");
	assert_refused("\xc3\xbc-.example", "IDNA refuses");
	assert_refused("\xc3.example", "not valid UTF-8");
	assert_refused("\xc2\xad.example", "an empty label");
	assert_refused("\xe2\x84\x80x.example", "a character that no DNS name has");
}

static void
canonical_refuses_an_a_label_with_a_star_inside(void **state)
{
	(void)state;
	assert_refused("xn--*-1b3c148a.example", "");
}

static void
canonical_refuses_broken_names_with_a_reason(void **state)
{
	(void)state;
	assert_refused("", "it is empty");
	assert_refused(".", "an empty label");
	assert_refused(".example", "an empty label");
	assert_refused("a..example", "an empty label");
	assert_refused("a.example..", "an empty label");
	assert_refused(LABEL_63 "l.example", "a label over 63");
	assert_refused("-a.example", "a hyphen at an end");
	assert_refused("a-.example", "a hyphen at an end");
	assert_refused("a b.example", "a character that no DNS name has");
	assert_refused("10.0.0.256", "its last label is a number");
	assert_refused("web.1", "its last label is a number");
	assert_refused("*", "'*' that is not");
	assert_refused("a.*.example", "'*' that is not");
	assert_refused("*a.example", "'*' that is not");
	assert_refused("**.example", "'*' that is not");
	assert_refused("10.0.0.0/8", "a character that no DNS name has");
}

static void
canonical_takes_253_characters_and_refuses_254(void **state)
{
	char name[255];

	(void)state;
	memset(name, 'a', sizeof name);
	for (size_t i = 49; i < 250; i += 50)
		name[i] = '.';
	name[253] = '\0';
	assert_canonical(name, name, false);
	name[253] = 'a';
	name[254] = '\0';
	assert_refused(name, "over 253");
}

static void
canonical_refuses_a_name_of_thousands_of_bytes(void **state)
{
	char name[4096];

	(void)state;
	memset(name, 'a', sizeof name);
	name[sizeof name - 1] = '\0';
	assert_refused(name, "over 253");
}

static void
valid_judges_foreign_bytes(void **state)
{
	(void)state;
	assert_true(ctn_dns_valid(CTN_SPAN("WEB.example"), false));
	assert_true(ctn_dns_valid(CTN_SPAN("a_b.example"), false));
	assert_true(ctn_dns_valid(CTN_SPAN("*.example"), true));
	assert_false(ctn_dns_valid(CTN_SPAN("*.example"), false));
	assert_false(ctn_dns_valid(CTN_SPAN("*"), true));
	assert_false(ctn_dns_valid(CTN_SPAN("a.*.example"), true));
	assert_false(ctn_dns_valid(CTN_SPAN("good.example\0.evil.example"), true));
	assert_false(ctn_dns_valid(CTN_SPAN("good.example "), true));
	assert_false(ctn_dns_valid(CTN_SPAN("example."), true));
	assert_false(ctn_dns_valid(CTN_SPAN("b\xc3\xbc"
					    "cher.example"),
	    true));
	assert_false(ctn_dns_valid(CTN_SPAN("8.8.8.8"), true));
	assert_false(ctn_dns_valid(CTN_SPAN(""), true));
	assert_false(ctn_dns_valid((ctn_span){ NULL, 0 }, true));
}

static void
preferred_syntax_has_no_underscore(void **state)
{
	(void)state;
	assert_true(ctn_dns_preferred(CTN_SPAN("*.foo-bar.example"), true));
	assert_false(ctn_dns_preferred(CTN_SPAN("foo_bar.example"), true));
	assert_false(ctn_dns_preferred(CTN_SPAN("foo..example"), true));
}

static void
a_presented_name_matches_itself_in_any_case(void **state)
{
	(void)state;
	assert_true(ctn_dns_matches(CTN_SPAN("Web.Example"), "web.example"));
	assert_false(ctn_dns_matches(CTN_SPAN("web.example"), "www.example"));
	assert_false(ctn_dns_matches(CTN_SPAN("web.example\0"), "web.example"));
	assert_false(ctn_dns_matches(CTN_SPAN("web.example"), "web.example.com"));
}

static void
a_wildcard_matches_exactly_one_left_most_label(void **state)
{
	(void)state;
	assert_true(ctn_dns_matches(CTN_SPAN("*.example.com"), "web.example.com"));
	assert_true(ctn_dns_matches(CTN_SPAN("*.EXAMPLE.com"), "xn--bcher-kva.example.com"));
	assert_false(ctn_dns_matches(CTN_SPAN("*.example.com"), "example.com"));
	assert_false(ctn_dns_matches(CTN_SPAN("*.example.com"), "a.b.example.com"));
	assert_false(ctn_dns_matches(CTN_SPAN("w*.example.com"), "web.example.com"));
	assert_false(ctn_dns_matches(CTN_SPAN("foo.*.example.com"), "foo.bar.example.com"));
	assert_false(ctn_dns_matches(CTN_SPAN("*"), "localhost"));
	assert_false(ctn_dns_matches(CTN_SPAN("*.example.com"), "*.example.com"));
	assert_false(ctn_dns_matches(CTN_SPAN("xn--*-1b3c148a.example.com"), "xn--bliss-1b3c148a.example.com"));
}

static void
within_goes_by_whole_labels(void **state)
{
	(void)state;
	assert_true(ctn_dns_within(CTN_SPAN("example.com"), CTN_SPAN("Example.com")));
	assert_true(ctn_dns_within(CTN_SPAN("a.b.example.com"), CTN_SPAN("example.com")));
	assert_true(ctn_dns_within(CTN_SPAN("anything"), CTN_SPAN("")));
	assert_false(ctn_dns_within(CTN_SPAN("notexample.com"), CTN_SPAN("example.com")));
	assert_false(ctn_dns_within(CTN_SPAN("com"), CTN_SPAN("example.com")));
	assert_false(ctn_dns_within(CTN_SPAN("example.org"), CTN_SPAN("example.com")));
}

static void
patterns_come_out_canonical_or_with_a_reason(void **state)
{
	static const char *const refused[] = { "", ".example", "a.**.example", "***.example", "a*.example", "a..b", "**.1" };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out;

	(void)state;
	assert_true(ctn_dns_pattern(&out,
	    "**.B\xc3\xbc"
	    "cher.Example",
	    a, &e));
	assert_string_equal(out, "**.xn--bcher-kva.example");
	assert_true(ctn_dns_pattern(&out, "a.*.example", a, &e));
	assert_string_equal(out, "a.*.example");
	assert_true(ctn_dns_pattern(&out, "**", a, &e));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		assert_false(ctn_dns_pattern(&out, refused[i], a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_false(ctn_dns_pattern(&out, ".internal.example", a, &e));
	assert_string_equal(e.text, "a pattern does not begin with a dot: '.internal.example'");
	assert_string_equal(e.hint, "'**.internal.example' is every name below it");
}

static void
one_star_covers_one_label_and_two_cover_one_or_more(void **state)
{
	(void)state;
	assert_true(ctn_dns_pattern_covers("web.example", "web.example"));
	assert_false(ctn_dns_pattern_covers("web.example", "a.web.example"));
	assert_true(ctn_dns_pattern_covers("*.example", "web.example"));
	assert_false(ctn_dns_pattern_covers("*.example", "a.web.example"));
	assert_false(ctn_dns_pattern_covers("*.example", "example"));
	assert_true(ctn_dns_pattern_covers("a.*.example", "a.b.example"));
	assert_false(ctn_dns_pattern_covers("a.*.example", "b.b.example"));
	assert_true(ctn_dns_pattern_covers("**.example", "web.example"));
	assert_true(ctn_dns_pattern_covers("**.example", "c.b.a.example"));
	assert_false(ctn_dns_pattern_covers("**.example", "example"));
	assert_false(ctn_dns_pattern_covers("**.example", "web.notexample"));
	assert_true(ctn_dns_pattern_covers("**.*.example", "b.a.example"));
	assert_false(ctn_dns_pattern_covers("**.*.example", "a.example"));
	assert_true(ctn_dns_pattern_covers("**", "localhost"));
}

static void
a_wildcard_name_is_covered_when_all_it_stands_for_is(void **state)
{
	(void)state;
	assert_true(ctn_dns_pattern_covers("*.example", "*.example"));
	assert_true(ctn_dns_pattern_covers("**.example", "*.example"));
	assert_true(ctn_dns_pattern_covers("**.example", "*.a.example"));
	assert_false(ctn_dns_pattern_covers("web.example", "*.example"));
	assert_false(ctn_dns_pattern_covers("*.a.example", "*.b.example"));
	assert_false(ctn_dns_pattern_covers("a.*.example", "*.a.example"));
}

static void
a_wildcard_name_overlaps_a_pattern_that_shares_one_name(void **state)
{
	(void)state;
	assert_true(ctn_dns_pattern_overlaps("ca.example", "*.example"));
	assert_true(ctn_dns_pattern_overlaps("*.example", "ca.example"));
	assert_true(ctn_dns_pattern_overlaps("a.*.example", "*.b.example"));
	assert_true(ctn_dns_pattern_overlaps("**.example", "*.a.example"));
	assert_true(ctn_dns_pattern_overlaps("ca.example", "ca.example"));
	assert_false(ctn_dns_pattern_overlaps("b.ca.example", "*.example"));
	assert_false(ctn_dns_pattern_overlaps("example", "*.example"));
	assert_false(ctn_dns_pattern_overlaps("ca.example", "*.other"));
	assert_false(ctn_dns_pattern_overlaps("**.a.example", "*.example"));
}

static void
public_suffixes_come_from_the_list_and_not_from_its_default(void **state)
{
	(void)state;
	assert_true(ctn_dns_is_public_suffix("com"));
	assert_true(ctn_dns_is_public_suffix("*.com"));
	assert_true(ctn_dns_is_public_suffix("*.co.uk"));
	assert_true(ctn_dns_is_public_suffix("*"));
	assert_false(ctn_dns_is_public_suffix("*.example.com"));
	assert_false(ctn_dns_is_public_suffix("localhost"));
	assert_false(ctn_dns_is_public_suffix("*.internal.example"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_folds_case_and_cuts_one_final_dot),
		cmocka_unit_test(canonical_turns_u_labels_into_a_labels_without_transition),
		cmocka_unit_test(canonical_refuses_what_idna_refuses),
		cmocka_unit_test(canonical_refuses_an_a_label_with_a_star_inside),
		cmocka_unit_test(canonical_refuses_broken_names_with_a_reason),
		cmocka_unit_test(canonical_takes_253_characters_and_refuses_254),
		cmocka_unit_test(canonical_refuses_a_name_of_thousands_of_bytes),
		cmocka_unit_test(valid_judges_foreign_bytes),
		cmocka_unit_test(preferred_syntax_has_no_underscore),
		cmocka_unit_test(a_presented_name_matches_itself_in_any_case),
		cmocka_unit_test(a_wildcard_matches_exactly_one_left_most_label),
		cmocka_unit_test(within_goes_by_whole_labels),
		cmocka_unit_test(patterns_come_out_canonical_or_with_a_reason),
		cmocka_unit_test(one_star_covers_one_label_and_two_cover_one_or_more),
		cmocka_unit_test(a_wildcard_name_is_covered_when_all_it_stands_for_is),
		cmocka_unit_test(a_wildcard_name_overlaps_a_pattern_that_shares_one_name),
		cmocka_unit_test(public_suffixes_come_from_the_list_and_not_from_its_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
