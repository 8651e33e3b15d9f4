/* Building paths: backtracking, loops, many authorities of one name, budgets, memory. */
#include "verify_forge.h"

static void
know(struct chain *c, const struct forged *f)
{
	struct ctn_err e = { 0 };

	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f->der), NULL, &e));
}

/* Another certificate for the same authority, under another issuer. */
static void
forge_cross(struct forged *x, unsigned key, const char *subject, const char *issuer, unsigned issuer_key)
{
	forge_begin(x, subject, issuer, key, issuer_key, true);
	forge_sign(x, issuer_key);
}

static void
a_dead_end_is_left_for_the_path_that_works(void **state)
{
	struct forged elsewhere;
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_cross(&elsewhere, 2, "CN=Lower,O=Example", "CN=Nowhere", 5);
	know(&c, &elsewhere);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 4);
	assert_string_equal(c.result.path[0].title, "O=Example");
	assert_string_equal(c.result.path[3].source, "root");
	assert_int_equal(c.result.expires_s, FORGE_NOW + 90 * FORGE_DAY);
	assert_int_equal(c.result.candidates_n, 1);
	assert_int_equal(c.result.candidates[0].failed.check, CTN_V_issuer);
	forge_free(&elsewhere);
	chain_end(&c);
}

static void
an_expired_cross_certificate_does_not_hide_a_valid_one(void **state)
{
	struct forged old;
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_begin(&old, "CN=Lower,O=Example", "CN=Root", 2, 0, true);
	old.not_after = FORGE_NOW - 1;
	forge_sign(&old, 0);
	know(&c, &old);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 4);
	forge_free(&old);
	chain_end(&c);
}

static void
two_authorities_that_sign_each_other_lead_nowhere(void **state)
{
	struct forged a, b;
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.without_lower = true;
	forge_cross(&a, 2, "CN=Lower,O=Example", "CN=Other", 5);
	forge_cross(&b, 5, "CN=Other", "CN=Lower,O=Example", 2);
	know(&c, &a);
	know(&c, &b);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_issuer);
	assert_true(c.result.signatures_spent < 10);
	assert_int_equal(c.result.candidates_n, 1);
	assert_int_equal(c.result.path_n, 3);
	forge_free(&a);
	forge_free(&b);
	chain_end(&c);
}

static void
names_equal_without_regard_to_case_and_spaces_chain(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_name(&c.leaf.issuer, "CN=LOWER,O=example");
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	chain_end(&c);
}

/* Authorities of the right name with keys that nobody has. */
static void
crowd(struct chain *c, unsigned n)
{
	static uint8_t spki[44];

	memcpy(spki, "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
	for (unsigned i = 0; i < n; i++) {
		struct forged f;

		forge_begin(&f, "CN=Lower,O=Example", "CN=Upper,O=Example", 4, 1, true);
		memcpy(spki + 12, &i, sizeof(i));
		f.spki = (ctn_span){ spki, sizeof(spki) };
		forge_drop(&f, ctn_oid_subject_key_id);
		forge_sign(&f, 1);
		know(c, &f);
		forge_free(&f);
	}
}

static void
the_right_one_is_found_among_many_of_one_name(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_drop(&c.leaf, ctn_oid_authority_key_id);
	crowd(&c, 100);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	chain_end(&c);
}

static void
a_spent_budget_is_a_no_that_says_so(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_drop(&c.leaf, ctn_oid_authority_key_id);
	c.without_lower = true;
	crowd(&c, 400);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_work);
	assert_int_equal(c.result.signatures_spent, CTN_VERIFY_SIGNATURES_MAX);
	assert_string_equal(c.result.reason.text, "too many signatures to check");
	chain_end(&c);
}

static void
key_identifiers_find_it_without_trying_the_others(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	crowd(&c, 100);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.signatures_spent, 3);
	chain_end(&c);
}

static void
what_is_trusted_itself_needs_no_issuer(void **state)
{
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.without_lower = true;
	chain_sign(&c);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&c.leaf.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 1);
	c.ask.at_s = c.leaf.not_after + 1;
	assert_int_equal(chain_ask(&c), CTN_V_expired);
	chain_end(&c);
}

static void
an_anchor_need_not_be_self_signed(void **state)
{
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&c.lower.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 2);
	chain_end(&c);
}

static void
signatures_of_authorities_are_checked_once(void **state)
{
	struct chain c;

	(void)state;
	for (unsigned profile = 0; profile < CTN_VERIFY_PROFILES; profile++) {
		chain_begin(&c);
		c.ask.profile = (enum ctn_verify_profile)profile;
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		assert_int_equal(c.result.signatures_spent, 3);
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		assert_int_equal(c.result.signatures_spent, 1);
		chain_end(&c);
	}
}

static void
a_self_issued_certificate_does_not_count_for_lengths(void **state)
{
	struct forged again;
	struct chain c;

	(void)state;
	chain_begin(&c);
	/* root -> lower (old key 6, length 0) -> lower (key 2) -> leaf */
	c.without_lower = true;
	forge_begin(&again, "CN=Lower,O=Example", "CN=Lower,O=Example", 2, 6, true);
	forge_sign(&again, 6);
	know(&c, &again);
	forge_free(&again);
	forge_begin(&again, "CN=Lower,O=Example", "CN=Root", 6, 0, true);
	forge_basic(&again, true, 0);
	forge_sign(&again, 0);
	know(&c, &again);
	chain_sign(&c);
	c.ask.has_max_depth = true;
	c.ask.max_depth = 1;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 4);
	forge_free(&again);
	chain_end(&c);
}

static void
spoil_with_hosts(struct chain *c, unsigned n)
{
	chain_put_hosts(&c->lower, &c->leaf, n);
	c->ask.names_n = 0;
}

static void
names_times_constraints_are_bounded(void **state)
{
	struct forged free_of_them;
	struct chain c;

	(void)state;
	chain_begin(&c);
	spoil_with_hosts(&c, 400);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_in_range(c.result.names_spent, 1, CTN_VERIFY_NAMES_MAX);
	chain_end(&c);
	chain_begin(&c);
	spoil_with_hosts(&c, 1000);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_work);
	assert_string_equal(c.result.reason.text, "too many names for too many name constraints");
	/* Nor is one without constraints tried then. */
	forge_begin(&free_of_them, "CN=Lower,O=Example", "CN=Upper,O=Example", 2, 1, true);
	forge_sign(&free_of_them, 1);
	know(&c, &free_of_them);
	assert_int_equal(chain_ask(&c), CTN_V_work);
	forge_free(&free_of_them);
	chain_end(&c);
}

static void
garbage_is_an_answer(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	c.ask.leaf = CTN_SPAN("\x30\x03garbage");
	assert_int_equal(chain_ask(&c), CTN_V_malformed);
	chain_end(&c);
}

/* Whoever adds it is told; the rest still counts. */
static void
garbage_is_not_added(void **state)
{
	const ctn_span garbage = CTN_SPAN("\x30\x03garbage");
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	assert_false(ctn_verifier_trust(c.v, garbage, NULL, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_false(ctn_verifier_know(c.v, garbage, NULL, &e));
	assert_false(ctn_verifier_crl(c.v, garbage, NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	chain_end(&c);
}

static void
each_path_that_was_tried_is_told(void **state)
{
	struct forged elsewhere;
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_cross(&elsewhere, 2, "CN=Lower,O=Example", "CN=Nowhere", 5);
	know(&c, &elsewhere);
	c.upper.not_after = FORGE_NOW - 3 * FORGE_DAY;
	c.upper.not_before = FORGE_NOW - 5 * FORGE_DAY;
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_expired);
	assert_int_equal(c.result.candidates_n, 2);
	assert_string_equal(c.result.reason.text, "CN=Upper,O=Example expired 2026-05-25T20:26:40Z, 3 days ago");
	assert_int_equal(c.result.reason.certificate, 2);
	assert_int_equal(c.result.candidates[0].failed.check, CTN_V_issuer);
	assert_string_equal(
	    c.result.candidates[0].failed.text, "the issuer of CN=Lower,O=Example is missing: CN=Nowhere");
	forge_free(&elsewhere);
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dead_end_is_left_for_the_path_that_works),
		cmocka_unit_test(an_expired_cross_certificate_does_not_hide_a_valid_one),
		cmocka_unit_test(two_authorities_that_sign_each_other_lead_nowhere),
		cmocka_unit_test(names_equal_without_regard_to_case_and_spaces_chain),
		cmocka_unit_test(the_right_one_is_found_among_many_of_one_name),
		cmocka_unit_test(a_spent_budget_is_a_no_that_says_so),
		cmocka_unit_test(key_identifiers_find_it_without_trying_the_others),
		cmocka_unit_test(what_is_trusted_itself_needs_no_issuer),
		cmocka_unit_test(an_anchor_need_not_be_self_signed),
		cmocka_unit_test(signatures_of_authorities_are_checked_once),
		cmocka_unit_test(a_self_issued_certificate_does_not_count_for_lengths),
		cmocka_unit_test(names_times_constraints_are_bounded),
		cmocka_unit_test(garbage_is_an_answer),
		cmocka_unit_test(garbage_is_not_added),
		cmocka_unit_test(each_path_that_was_tried_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
