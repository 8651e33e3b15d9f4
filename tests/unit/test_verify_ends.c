/* The ends of a search: how long a path may be, what is tried again, what is told where it ends, and lack of memory. */
#include "verify_forge.h"

#include <stdio.h>

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

/* A chain of n authorities below the root, each with the next one's key as its own, and the leaf below the last. */
static enum ctn_vcheck
ask_chain_of(unsigned n)
{
	char subject[16], issuer[16] = "CN=Root";
	unsigned issuer_key = 0;
	enum ctn_vcheck got;
	struct forged f;
	struct chain c;

	chain_begin(&c);
	c.without_lower = true;
	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(subject, sizeof(subject), "CN=L%u", i);
		forge_cross(&f, 1 + i % 2, subject, issuer, issuer_key);
		know(&c, &f);
		forge_free(&f);
		issuer_key = 1 + i % 2;
		memcpy(issuer, subject, sizeof(subject));
	}
	forge_name(&c.leaf.issuer, issuer);
	forge_ids(&c.leaf, issuer_key);
	chain_sign(&c);
	forge_sign(&c.leaf, issuer_key);
	c.ask.leaf = ctn_buf_view(&c.leaf.der);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

static void
a_path_may_be_as_long_as_it_says_and_no_longer(void **state)
{
	(void)state;
	assert_int_equal(ask_chain_of(CTN_VERIFY_PATH_MAX - 2), CTN_V_NONE);
	assert_int_equal(ask_chain_of(CTN_VERIFY_PATH_MAX - 1), CTN_V_depth);
}

static void
a_root_that_nobody_trusts_is_named(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_sign(&c.root, 0);
	forge_sign(&c.upper, 0);
	forge_sign(&c.lower, 1);
	forge_sign(&c.leaf, 2);
	know(&c, &c.root);
	know(&c, &c.upper);
	know(&c, &c.lower);
	c.ask.leaf = ctn_buf_view(&c.leaf.der);
	assert_int_equal(chain_ask(&c), CTN_V_issuer);
	assert_string_equal(c.result.reason.text, "CN=Root is self-signed and not trusted");
	assert_int_equal(c.result.path_n, 4);
	chain_end(&c);
}

/* Names of one hash, which looks at letters and digits alone, that are not the same. */
static void
names_that_only_hash_alike_are_told_apart(void **state)
{
	struct forged x;
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_name(&c.lower.subject, "CN=Low-er,O=Example");
	forge_begin(&x, "CN=Lower,O=Example", "CN=Low-er,O=Example", 2, 2, true);
	forge_sign(&x, 2);
	know(&c, &x);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 5);
	/* So that the one is not issued by itself, and counts. */
	c.ask.has_max_depth = true;
	c.ask.max_depth = 3;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	c.ask.max_depth = 2;
	assert_int_equal(chain_ask(&c), CTN_V_depth);
	forge_free(&x);
	chain_end(&c);
	chain_begin(&c);
	forge_name(&c.lower.subject, "CN=Low-er,O=Example");
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_issuer);
	chain_end(&c);
}

/* Checks that it costs to find the right authority behind n certificates of one wrong key. */
static unsigned
cost_behind(unsigned n)
{
	static const uint8_t serials[] = { 0x61, 0x62, 0x63 };
	struct forged x;
	struct chain c;
	unsigned spent;

	chain_begin(&c);
	forge_drop(&c.leaf, ctn_oid_authority_key_id);
	for (unsigned i = 0; i < n; i++) {
		forge_begin(&x, "CN=Lower,O=Example", "CN=Upper,O=Example", 4, 1, true);
		x.serial = (ctn_span){ &serials[i], 1 };
		forge_sign(&x, 1);
		know(&c, &x);
		forge_free(&x);
	}
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	spent = c.result.signatures_spent;
	chain_end(&c);
	return spent;
}

static void
a_wrong_key_is_tried_once(void **state)
{
	(void)state;
	assert_int_equal(cost_behind(1), cost_behind(0) + 1);
	assert_int_equal(cost_behind(3), cost_behind(0) + 1);
}

static void
assert_told(int64_t before, int64_t after, const char *what)
{
	struct chain c;

	chain_begin(&c);
	c.leaf.not_before = FORGE_NOW + before;
	c.leaf.not_after = FORGE_NOW + after;
	chain_sign(&c);
	assert_true(chain_ask(&c) != CTN_V_NONE);
	if (strstr(c.result.reason.text, what) == NULL)
		fail_msg("'%s' is not in '%s'", what, c.result.reason.text);
	chain_end(&c);
}

static void
times_are_told_in_units_that_fit(void **state)
{
	(void)state;
	assert_told(-FORGE_DAY, -2 * 3600, "2 hours ago");
	assert_told(-FORGE_DAY, -2 * 3600 + 1, "7199 seconds ago");
	assert_told(-3 * FORGE_DAY, -2 * FORGE_DAY + 1, "47 hours ago");
	assert_told(-3 * FORGE_DAY, -2 * FORGE_DAY, "2 days ago");
	assert_told(3 * 3600, FORGE_DAY, "in 3 hours");
	assert_told(60, FORGE_DAY, "in 60 seconds");
}

static void
trust_stays_when_the_same_is_known_too(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	know(&c, &c.root);
	know(&c, &c.root);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	chain_end(&c);
}

/* Whatever is lacking when, nothing is trusted that would not be: the answer is the right one, or there is none. */
static void
lack_of_memory_is_never_an_answer(void **state)
{
	size_t answers = 0;
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.leaf.not_after = FORGE_NOW - 1;
	chain_sign(&c);
	for (size_t bound = 1; bound < 40000 && answers == 0; bound += 200) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(bound);
		struct ctn_err e = { 0 };

		assert_non_null(a);
		if (!ctn_verify(&c.result, c.v, &c.ask, a, &e)) {
			assert_int_equal(e.code, CTN_ENOMEM);
			continue;
		}
		assert_false(c.result.trusted);
		assert_int_equal(c.result.reason.check, CTN_V_expired);
		answers++;
	}
	assert_int_equal(answers, 1);
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_may_be_as_long_as_it_says_and_no_longer),
		cmocka_unit_test(a_root_that_nobody_trusts_is_named),
		cmocka_unit_test(names_that_only_hash_alike_are_told_apart),
		cmocka_unit_test(a_wrong_key_is_tried_once),
		cmocka_unit_test(times_are_told_in_units_that_fit),
		cmocka_unit_test(trust_stays_when_the_same_is_known_too),
		cmocka_unit_test(lack_of_memory_is_never_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
