/* Why a status is not known: what was found, and what is wrong with it. */
#include "verify_lists.h"

#define OF_LOWER ": the CRL of CN=Lower,O=Example "
#define LATE .age = -7

static void
no_key_usage_for_lists(struct chain *c, struct forged *signer)
{
	(void)signer;
	forge_usage(&c->lower, CTN_KU_KEY_CERT_SIGN);
}

static void
each_list_that_says_nothing_is_told_with_what_is_wrong(void **state)
{
	static const struct list_case cases[] = {
		{ "none", .lists_n = 0, UNKNOWN, .doubt = "" },
		{ "of another issuer", LISTS({ .issuer = "CN=Upper,O=Example", .key = 1 }), UNKNOWN, .doubt = "" },
		{ "of one whose name is nearly the same", LISTS({ .issuer = "CN=Low-er,O=Example" }), UNKNOWN, .doubt = "" },
		{ "over", LISTS({ .over = true }), UNKNOWN, .doubt = OF_LOWER "was good until 2026-05-28T20:26:39Z" },
		{ "from the future", LISTS({ LATE }), UNKNOWN, .doubt = OF_LOWER "is from the future, 2026-05-28T20:26:47Z" },
		{ "forged", LISTS({ .spoil = true }), UNKNOWN, .doubt = OF_LOWER "is signed by nobody who may sign it" },
		{ "by one who may not", LISTS({ 0 }), UNKNOWN, .spoil = no_key_usage_for_lists, .doubt = OF_LOWER "is signed by nobody who may sign it" },
		{ "two algorithms", LISTS({ .two_algorithms = true }), UNKNOWN, .doubt = OF_LOWER "names two signature algorithms" },
		{ "an unknown critical extension", LISTS({ .unknown_critical = true }), UNKNOWN,
		    .doubt = OF_LOWER "has an extension twice, a malformed one, or a critical one that is not known" },
		{ "an entry", LISTS({ ENTRIES({ .serial = 0x55, .broken = true }) }), UNKNOWN,
		    .doubt = OF_LOWER "has a malformed entry, or one with a critical extension that is not known" },
		{ "a point", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .directory = LOWER } }), UNKNOWN,
		    .doubt = OF_LOWER "is of another distribution point" },
		{ "authorities", LISTS({ .idp = true, .ca = true }), UNKNOWN, .doubt = OF_LOWER "is about other certificates" },
		{ "a delta", LISTS({ .base = "05", .number = "06" }), UNKNOWN,
		    .doubt = OF_LOWER "is a delta, and the list that it changes is missing" },
		{ "some reasons", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS } }), UNKNOWN,
		    .doubt = ": what was found is about some reasons of revocation alone" },
		{ "the latest of two", LISTS({ .over = true }, { LATE }), UNKNOWN, .doubt = OF_LOWER "is from the future, 2026-05-28T20:26:47Z" },
	};

	(void)state;
	RUN(cases);
}

/* What a profile holds against a list. */
static void
a_rule_that_a_list_breaks_is_told(void **state)
{
	struct list l = { .no_number = true };
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.profile = CTN_RFC5280;
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	add(&c, &l);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	assert_string_equal(c.result.reason.text,
	    "no fresh answer tells whether O=Example is revoked" OF_LOWER "does not count: it has no CRL number");
	chain_end(&c);
}

/* One status after the other: what was wrong with the one's list is no word about the next. */
static void
a_doubt_is_about_one_certificate(void **state)
{
	struct list l = { .issuer = "CN=Upper,O=Example", .key = 1, .over = true };
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_PREFER;
	add(&c, &l);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.warnings_n, 3);
	assert_string_equal(c.result.warnings[0].text, "no fresh answer tells whether CN=Upper,O=Example is revoked");
	assert_string_equal(c.result.warnings[1].text, "no fresh answer tells whether CN=Lower,O=Example is revoked: "
	    "the CRL of CN=Upper,O=Example was good until 2026-05-28T20:26:39Z");
	assert_string_equal(c.result.warnings[2].text, "no fresh answer tells whether O=Example is revoked");
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_list_that_says_nothing_is_told_with_what_is_wrong),
		cmocka_unit_test(a_rule_that_a_list_breaks_is_told),
		cmocka_unit_test(a_doubt_is_about_one_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
