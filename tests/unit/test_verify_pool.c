/* What a verifier knows: found by name, each once, signatures remembered, and what a check of each kind of key costs. */
#include "verify_forge.h"

#include <stdio.h>

#include "forge/status.h"
#include "verify/pool.h"

static int
set_up(void **state)
{
	static const char *const kinds[] = { "P-384", "P-521", "ED25519", "ED448", "DSA", "RSA-1024", "RSA-4096" };
	static bool done;

	(void)state;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds) && !done; i++)
		forge_kind(10 + i, kinds[i]);
	done = true;
	return 0;
}

static ctn_pool *
open_pool(void)
{
	struct ctn_err e = { 0 };
	ctn_pool *p = NULL;

	assert_true(ctn_pool_open(&p, &e));
	return p;
}

static void
add(ctn_pool *p, const char *subject, unsigned key, bool anchor)
{
	struct ctn_err e = { 0 };
	struct forged f;

	forge_begin(&f, subject, "CN=Root", key, 0, true);
	f.inner = f.outer = CTN_SIG_ECDSA_SHA256;
	forge_sign(&f, 0);
	assert_true(ctn_pool_add(p, ctn_buf_view(&f.der), "here", anchor, &e));
	forge_free(&f);
}

static ctn_member *
next_named(ctn_pool *p, ctn_member *after, const char *text)
{
	ctn_buf name = { 0 };
	ctn_member *m;

	forge_name(&name, text);
	m = ctn_pool_named(p, after, ctn_buf_view(&name), ctn_name_hash(ctn_buf_view(&name)));
	ctn_buf_free(&name);
	return m;
}

static void
members_are_found_by_name_in_their_order(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	char subject[24];
	ctn_member *m;

	(void)state;
	assert_null(next_named(p, NULL, "CN=A1"));
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(subject, sizeof(subject), "CN=A%u", i % 40);
		add(p, subject, 1 + i / 40, false);
	}
	for (unsigned i = 0; i < 40; i++) {
		(void)snprintf(subject, sizeof(subject), "CN=a%u", i);
		m = next_named(p, NULL, subject);
		assert_non_null(m);
		assert_int_equal(m->index, i);
		m = next_named(p, m, subject);
		assert_non_null(m);
		assert_int_equal(m->index, 40 + i);
		m = next_named(p, m, subject);
		assert_true(i < 20 ? m != NULL && m->index == 80 + i && next_named(p, m, subject) == NULL : m == NULL);
	}
	assert_null(next_named(p, NULL, "CN=A40"));
	assert_null(next_named(p, NULL, "CN=A-1"));
	assert_string_equal(next_named(p, NULL, "CN=A0")->source, "here");
}

static void
the_same_is_there_once_and_trust_wins(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	struct ctn_err e = { 0 };
	struct forged f;

	(void)state;
	forge_begin(&f, "CN=A", "CN=Root", 1, 0, true);
	forge_sign(&f, 0);
	assert_true(ctn_pool_add(p, ctn_buf_view(&f.der), NULL, false, &e));
	assert_false(next_named(p, NULL, "CN=A")->anchor);
	assert_null(next_named(p, NULL, "CN=A")->source);
	assert_true(ctn_pool_add(p, ctn_buf_view(&f.der), NULL, false, &e));
	assert_false(next_named(p, NULL, "CN=A")->anchor);
	assert_true(ctn_pool_add(p, ctn_buf_view(&f.der), NULL, true, &e));
	assert_true(next_named(p, NULL, "CN=A")->anchor);
	assert_true(ctn_pool_add(p, ctn_buf_view(&f.der), NULL, false, &e));
	assert_true(next_named(p, NULL, "CN=A")->anchor);
	assert_null(next_named(p, next_named(p, NULL, "CN=A"), "CN=A"));
	assert_ptr_equal(ctn_pool_same(p, &next_named(p, NULL, "CN=A")->cert), next_named(p, NULL, "CN=A"));
	forge_free(&f);
}

static void
garbage_is_not_taken(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	struct ctn_err e = { 0 };
	struct forged_crl l = forge_crl_begin("CN=A", 1);
	ctn_buf der = { 0 };

	(void)state;
	assert_false(ctn_pool_add(p, CTN_SPAN("\x30\x00"), NULL, false, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_false(ctn_pool_add_crl(p, CTN_SPAN("\x30\x00"), NULL, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_int_equal(ctn_pool_crls(p), 0);
	forge_crl(&der, &l);
	for (unsigned i = 0; i < 20; i++)
		assert_true(ctn_pool_add_crl(p, ctn_buf_view(&der), i == 0 ? NULL : "list", &e) && ctn_pool_add_ocsp(p, CTN_SPAN("x"), &e));
	assert_int_equal(ctn_pool_crls(p), 20);
	assert_null(ctn_pool_crl_at(p, 0)->source);
	assert_string_equal(ctn_pool_crl_at(p, 19)->source, "list");
	assert_int_equal(ctn_pool_ocsps(p), 20);
	assert_int_equal(ctn_pool_ocsp_at(p, 19).n, 1);
	ctn_buf_free(&der);
}

/* A signature over "tbs" by that key, as the forge makes it. */
static ctn_span
signature_of(ctn_buf *room, unsigned key)
{
	ctn_der r, whole;
	ctn_span tbs, alg, bits;

	forge_signed(room, CTN_SPAN("\x04\x03tbs"), forge_alg(key), key, false, (ctn_span){ 0 });
	r = ctn_der_over(ctn_buf_view(room));
	assert_true(ctn_der_sequence(&r, &whole) && ctn_der_any(&whole, &tbs) && ctn_der_any(&whole, &alg));
	assert_true(ctn_der_take(&whole, CTN_TAG_BIT_STRING, &bits));
	return (ctn_span){ bits.p + 1, bits.n - 1 };
}

static enum ctn_pool_answer
ask(ctn_pool *p, unsigned spki, unsigned signer, unsigned memory, unsigned *budget)
{
	struct ctn_err e = { 0 };
	ctn_buf room = { 0 };
	ctn_span signature = signature_of(&room, signer);
	enum ctn_pool_answer a = ctn_pool_signed(p, forge_spki(spki), (ctn_span){ 0 }, forge_alg(signer), CTN_SPAN("\x04\x03tbs"), signature,
	    memory, budget, &e);

	ctn_buf_free(&room);
	return a;
}

static void
a_check_costs_what_its_key_costs(void **state)
{
	static const struct {
		unsigned key, cost;
	} cases[] = { { 0, 1 }, { 10, 11 }, { 11, 20 }, { 12, 2 }, { 13, 8 }, { 14, 2 }, { 15, 1 }, { 16, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CTN_OWN(ctn_pool) p = open_pool();
		unsigned budget = cases[i].cost;

		assert_int_equal(ask(p, cases[i].key, cases[i].key, CTN_MEMBER_LOOSE, &budget), CTN_SIGNED);
		assert_int_equal(budget, 0);
		budget = cases[i].cost - 1;
		assert_int_equal(ask(p, cases[i].key, cases[i].key, CTN_MEMBER_LOOSE, &budget), CTN_NO_BUDGET);
		assert_int_equal(budget, 0);
	}
}

static void
a_key_that_does_not_fit_costs_one(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	unsigned budget = 5;

	(void)state;
	assert_int_equal(ask(p, 12, 0, CTN_MEMBER_LOOSE, &budget), CTN_KEY_UNUSABLE);
	assert_int_equal(budget, 4);
	assert_int_equal(ask(p, 1, 0, CTN_MEMBER_LOOSE, &budget), CTN_NOT_SIGNED);
	assert_int_equal(budget, 3);
}

/* Of n pairs none is forgotten, and none is taken for another. */
static void
signatures_are_remembered_by_member_and_key(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	unsigned budget = 1000;

	(void)state;
	for (unsigned i = 0; i < 150; i++)
		assert_int_equal(ask(p, i % 3, 0, i, &budget), i % 3 == 0 ? CTN_SIGNED : CTN_NOT_SIGNED);
	assert_int_equal(budget, 850);
	for (unsigned i = 0; i < 150; i++)
		assert_int_equal(ask(p, i % 3, 0, i, &budget), i % 3 == 0 ? CTN_SIGNED : CTN_NOT_SIGNED);
	assert_int_equal(budget, 850);
	assert_int_equal(ask(p, 1, 0, 0, &budget), CTN_NOT_SIGNED);
	assert_int_equal(ask(p, 0, 0, 1, &budget), CTN_SIGNED);
	assert_int_equal(budget, 848);
	assert_int_equal(ask(p, 0, 0, CTN_MEMBER_LOOSE, &budget), CTN_SIGNED);
	assert_int_equal(ask(p, 0, 0, CTN_MEMBER_LOOSE, &budget), CTN_SIGNED);
	assert_int_equal(budget, 846);
}

static void
self_signed_is_who_signed_with_its_own_key(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	struct ctn_err e = { 0 };
	unsigned budget = 0;
	ctn_member *m;

	(void)state;
	add(p, "CN=Root", 0, true);
	add(p, "CN=A", 1, false);
	m = next_named(p, NULL, "CN=Root");
	assert_true(ctn_pool_self_signed(p, m, &budget, &e));
	assert_int_equal(m->self_signed, CTN_MEMO_NONE);
	budget = 10;
	assert_true(ctn_pool_self_signed(p, m, &budget, &e));
	assert_int_equal(m->self_signed, CTN_MEMO_YES);
	assert_int_equal(budget, 9);
	m->index = CTN_MEMBER_LOOSE;
	assert_true(ctn_pool_self_signed(p, m, &budget, &e));
	assert_int_equal(budget, 9);
	m = next_named(p, NULL, "CN=A");
	assert_true(ctn_pool_self_signed(p, m, &budget, &e));
	assert_int_equal(m->self_signed, CTN_MEMO_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_by_name_in_their_order),
		cmocka_unit_test(the_same_is_there_once_and_trust_wins),
		cmocka_unit_test(garbage_is_not_taken),
		cmocka_unit_test(a_check_costs_what_its_key_costs),
		cmocka_unit_test(a_key_that_does_not_fit_costs_one),
		cmocka_unit_test(signatures_are_remembered_by_member_and_key),
		cmocka_unit_test(self_signed_is_who_signed_with_its_own_key),
	};

	return cmocka_run_group_tests(tests, set_up, forge_end);
}
