/* What bounds a search: candidates, paths, signatures and names. Where one is spent nothing more is tried, and the answer says so. */
#include "verify_lists.h"

static void
know(struct chain *c, const struct forged *f)
{
	struct ctn_err e = { 0 };

	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f->der), NULL, &e));
}

/*
 * n authorities of one name that may all have issued one another: their DSA keys have no parameters, so that no signature ends the
 * search before it reaches an anchor, and there is none.
 */
static void
know_ring(struct chain *c, const char *name, unsigned n)
{
	uint8_t spki[] = "\x30\x14\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x01\x03\x07\x00\x02\x04\x01\x00\x00\x00";

	for (unsigned i = 0; i < n; i++) {
		struct forged f;

		forge_begin(&f, name, name, 4, 4, true);
		memcpy(spki + sizeof(spki) - 1 - 2, (const uint8_t[]){ (uint8_t)(i >> 8), (uint8_t)i }, 2);
		f.spki = (ctn_span){ spki, sizeof(spki) - 1 };
		forge_sign(&f, 4);
		know(c, &f);
		forge_free(&f);
	}
}

/* So many that their budget is spent before a path is too long. */
#define RING 650u

static void
candidates_that_are_looked_at_are_bounded(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.without_lower = true;
	know_ring(&c, "CN=Lower,O=Example", RING);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_work);
	assert_string_equal(c.result.reason.text, "there are too many candidates to try them all");
	assert_int_equal(c.result.signatures_spent, 0);
	/* None led nowhere: there was no time to see where it leads. */
	assert_int_equal(c.result.candidates_n, 0);
	chain_end(&c);
}

/* Who signs what "CN=Lists" says: for the root, or below what no search gets through. */
enum signer { BY_ROOT, IN_A_RING, OF_MANY_NAMES };

static void
know_signer(struct chain *c, enum signer how)
{
	static const char *const issuers[] = { "CN=Root", "CN=Ring", "CN=Names" };
	unsigned issuer_key = how == BY_ROOT ? 0 : 4;
	struct forged f, names;

	forge_begin(&f, "CN=Lists", issuers[how], 6, issuer_key, true);
	forge_usage(&f, CTN_KU_CRL_SIGN | CTN_KU_KEY_CERT_SIGN);
	forge_begin(&names, "CN=Names", "CN=Root", 4, 0, true);
	if (how == IN_A_RING)
		know_ring(c, "CN=Ring", RING);
	if (how == OF_MANY_NAMES)
		chain_put_hosts(&names, &f, 1000);
	forge_sign(&names, 0);
	forge_sign(&f, issuer_key);
	know(c, &names);
	know(c, &f);
	forge_free(&names);
	forge_free(&f);
}

/* The leaf appointed "CN=Lists", of whom there are certificates of one key; its issuer may have a list, too. */
static enum ctn_vcheck
ask_with_lists(const enum signer *signers, size_t n, bool own_list)
{
	static const struct point point = { .crl_issuer = "CN=Lists" };
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	put_points(&c.leaf, &point, 1);
	add(&c, &(struct list){ INDIRECT });
	if (own_list)
		add(&c, &(struct list){ 0 });
	for (size_t i = 0; i < n; i++)
		know_signer(&c, signers[i]);
	chain_sign(&c);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

static void
a_search_for_who_signed_a_list_is_bounded_too(void **state)
{
	static const enum signer ring[] = { IN_A_RING, BY_ROOT }, names[] = { OF_MANY_NAMES, BY_ROOT };

	(void)state;
	assert_int_equal(ask_with_lists(&ring[1], 1, false), CTN_V_NONE);
	assert_int_equal(ask_with_lists(NULL, 0, true), CTN_V_NONE);
	assert_int_equal(ask_with_lists(NULL, 0, false), CTN_V_unknown_status);
	assert_int_equal(ask_with_lists(ring, 1, false), CTN_V_work);
	/* Not another signer, nor another list. */
	assert_int_equal(ask_with_lists(ring, 1, true), CTN_V_work);
	assert_int_equal(ask_with_lists(ring, 2, false), CTN_V_work);
	assert_int_equal(ask_with_lists(names, 2, false), CTN_V_work);
}

static void
lists_that_nobody_signed_are_bounded(void **state)
{
	static const unsigned more[] = { 3, CTN_VERIFY_SIGNATURES_MAX };
	struct chain c;

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
		chain_begin(&c);
		c.ask.revocation = CTN_REVOCATION_REQUIRE;
		c.ask.status = only_of_leaf;
		for (unsigned k = 0; k < more[i]; k++)
			add(&c, &(struct list){ .spoil = true });
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), more[i] < CTN_VERIFY_SIGNATURES_MAX ? CTN_V_unknown_status : CTN_V_work);
		chain_end(&c);
	}
}

/* n certificates of each of the two authorities, of its one key: n times n paths, all without the policy that is asked for. */
static void
assert_paths(unsigned n, enum ctn_vcheck wanted)
{
	struct forged f;
	struct chain c;

	chain_begin(&c);
	c.ask.require_policy = true;
	for (uint8_t i = 1; i < n; i++) {
		const uint8_t serial = (uint8_t)(0x50 + i);

		forge_begin(&f, "CN=Lower,O=Example", "CN=Upper,O=Example", 2, 1, true);
		f.serial = (ctn_span){ &serial, 1 };
		forge_sign(&f, 1);
		know(&c, &f);
		forge_free(&f);
		forge_begin(&f, "CN=Upper,O=Example", "CN=Root", 1, 0, true);
		f.serial = (ctn_span){ &serial, 1 };
		forge_sign(&f, 0);
		know(&c, &f);
		forge_free(&f);
	}
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), wanted);
	assert_int_equal(c.result.paths_spent, n * n < CTN_VERIFY_PATHS_MAX ? n * n : CTN_VERIFY_PATHS_MAX);
	chain_end(&c);
}

static void
whole_paths_are_bounded(void **state)
{
	(void)state;
	assert_paths(2, CTN_V_policies);
	assert_paths(10, CTN_V_policies);
	assert_paths(11, CTN_V_work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidates_that_are_looked_at_are_bounded),
		cmocka_unit_test(a_search_for_who_signed_a_list_is_bounded_too),
		cmocka_unit_test(lists_that_nobody_signed_are_bounded),
		cmocka_unit_test(whole_paths_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
