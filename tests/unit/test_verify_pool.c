/* What a verifier knows: found by name, each once, signatures remembered, and what a check of each kind of key costs. */
#include "verify_forge.h"

#include <stdio.h>

#include "forge/status.h"
#include "verify/pool.h"

static int
set_up(void **state)
{
	static const char *const kinds[] = { "P-384", "P-521", "ED25519", "ED448", "DSA", "RSA-1024", "RSA-4096", "RSA-PSS-1024", "FIXED-7" };

	(void)state;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		forge_kind(10 + i, kinds[i]);
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
	} cases[] = { { 0, 1 }, { 10, 11 }, { 11, 20 }, { 12, 2 }, { 13, 8 }, { 14, 2 }, { 15, 1 }, { 16, 2 }, { 17, 1 } };

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

static void
what_is_no_key_signed_nothing(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	ctn_span none = CTN_SPAN("\x30\x00");
	ctn_buf room = { 0 };
	ctn_span signature = signature_of(&room, 0);
	struct ctn_err e = { 0 };
	unsigned budget = 5;

	(void)state;
	assert_int_equal(ask(p, 0, 0, CTN_MEMBER_LOOSE, &budget), CTN_SIGNED);
	assert_int_equal(ctn_pool_signed(p, none, (ctn_span){ 0 }, forge_alg(0), CTN_SPAN("\x04\x03tbs"), signature, CTN_MEMBER_LOOSE, &budget, &e),
	    CTN_KEY_UNUSABLE);
	assert_int_equal(budget, 3);
	ctn_buf_free(&room);
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

/*
 * Other octets of the same hash, as whoever likes can find them: those at changed differ, and the word at mended, which is behind them and a
 * multiple of eight, makes up for it.
 */
static ctn_span
like(uint8_t *room, ctn_span octets, uint64_t seed, size_t changed, size_t mended)
{
	uint64_t ours, theirs, word;

	memcpy(room, octets.p, octets.n);
	room[changed] ^= 1;
	ours = ctn_bytes_hash(seed, (ctn_span){ octets.p, mended });
	theirs = ctn_bytes_hash(seed, (ctn_span){ room, mended });
	memcpy(&word, room + mended, sizeof(word));
	word ^= ours ^ theirs;
	memcpy(room + mended, &word, sizeof(word));
	return (ctn_span){ room, octets.n };
}

/* A DSA key that inherits its parameters. */
#define DSA_WITHOUT "\x30\x11\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x01\x03\x04\x00\x02\x01\x02"

static uint64_t
key_hash(ctn_span spki, ctn_span params)
{
	return ctn_bytes_hash(ctn_bytes_hash(CTN_HASH_SEED, spki), params);
}

static void
keys_of_one_hash_are_not_taken_for_each_other(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	ctn_span tbs = CTN_SPAN("\x04\x03tbs"), signature, none = { 0 }, own, other, without = CTN_SPAN(DSA_WITHOUT);
	uint8_t spki[64], params[1024];
	struct ctn_err e = { 0 };
	ctn_buf room = { 0 };
	unsigned budget = 50;
	ctn_spki dsa;

	(void)state;
	signature = signature_of(&room, 18);
	own = forge_spki(18);
	assert_true(own.n <= sizeof spki);
	other = like(spki, own, CTN_HASH_SEED, 15, 16);
	assert_true(!ctn_span_equal(own, other) && key_hash(own, none) == key_hash(other, none));
	assert_int_equal(ctn_pool_signed(p, own, none, CTN_SIG_ED25519, tbs, signature, CTN_MEMBER_LOOSE, &budget, &e), CTN_SIGNED);
	assert_int_equal(ctn_pool_signed(p, other, none, CTN_SIG_ED25519, tbs, signature, CTN_MEMBER_LOOSE, &budget, &e), CTN_NOT_SIGNED);
	assert_true(ctn_spki_parse(&dsa, forge_spki(14), &e));
	assert_true(dsa.params.n <= sizeof params);
	other = like(params, dsa.params, ctn_bytes_hash(CTN_HASH_SEED, without), 0, 8);
	assert_true(!ctn_span_equal(dsa.params, other) && key_hash(without, dsa.params) == key_hash(without, other));
	assert_int_equal(ctn_pool_signed(p, without, dsa.params, CTN_SIG_DSA_SHA256, tbs, signature, CTN_MEMBER_LOOSE, &budget, &e), CTN_NOT_SIGNED);
	assert_int_equal(ctn_pool_signed(p, without, other, CTN_SIG_DSA_SHA256, tbs, signature, CTN_MEMBER_LOOSE, &budget, &e), CTN_KEY_UNUSABLE);
	ctn_buf_free(&room);
}

/* Several keys of one member, so numbered that they meet in the table; and many. */
static void
each_key_of_a_member_has_its_own_answer(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	CTN_OWN(ctn_pool) small = open_pool();
	unsigned budget = 1003;

	(void)state;
	assert_int_equal(ask(small, 0, 0, 75, &budget), CTN_SIGNED);
	assert_int_equal(ask(small, 1, 0, 11, &budget), CTN_NOT_SIGNED);
	assert_int_equal(ask(small, 0, 0, 11, &budget), CTN_SIGNED);
	for (unsigned turn = 0; turn < 2; turn++)
		for (unsigned i = 0; i < 125; i++)
			for (unsigned k = 0; k < 4; k++)
				assert_int_equal(ask(p, k, 0, i, &budget), k == 0 ? CTN_SIGNED : CTN_NOT_SIGNED);
	assert_int_equal(budget, 500);
}

/* A Name that is none, but the same octets: whoever bears it is found by them. */
static void
names_that_are_malformed_are_the_same_octet_for_octet(void **state)
{
	CTN_OWN(ctn_pool) p = open_pool();
	ctn_span odd = CTN_SPAN("\x30\x03\x02\x01\x05"), other = CTN_SPAN("\x30\x03\x02\x01\x06");
	struct ctn_err e = { 0 };
	struct forged f;

	(void)state;
	forge_begin(&f, "CN=A", "CN=Root", 1, 0, true);
	ctn_buf_reset(&f.subject);
	ctn_buf_span(&f.subject, odd);
	forge_sign(&f, 0);
	assert_true(ctn_pool_add(p, ctn_buf_view(&f.der), NULL, false, &e));
	assert_non_null(ctn_pool_named(p, NULL, odd, ctn_name_hash(odd)));
	assert_null(ctn_pool_named(p, NULL, other, ctn_name_hash(other)));
	forge_free(&f);
}

/* A base that is no number: the CRL is none that can be used. */
static void
a_delta_of_a_malformed_base_is_unusable(void **state)
{
	static const ctn_span bases[] = { { (const uint8_t *)"\x02\x01\x05", 3 }, { (const uint8_t *)"\x02\x01\xff", 3 } };
	CTN_OWN(ctn_pool) p = open_pool();
	struct ctn_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct forged_crl l = forge_crl_begin("CN=A", 1);
		ctn_buf exts = { 0 }, der = { 0 };
		size_t s = ctn_der_open(&exts, CTN_TAG_SEQUENCE);

		ctn_der_put_oid(&exts, ctn_oid_delta_crl_indicator);
		ctn_der_put_bool(&exts, true);
		ctn_der_put(&exts, CTN_TAG_OCTET_STRING, bases[i]);
		ctn_der_close(&exts, s);
		l.exts = ctn_buf_view(&exts);
		forge_crl(&der, &l);
		assert_true(ctn_pool_add_crl(p, ctn_buf_view(&der), NULL, &e));
		assert_true(ctn_pool_crl_at(p, i)->is_delta);
		assert_int_equal(ctn_pool_crl_at(p, i)->usable, i == 0);
		ctn_buf_free(&exts);
		ctn_buf_free(&der);
	}
}

/* AddressSanitizer's, where it is linked. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static void
closing_gives_everything_back(void **state)
{
	size_t before = 0;

	(void)state;
	if (__sanitizer_get_current_allocated_bytes == NULL)
		skip();
	for (unsigned turn = 0; turn < 3; turn++) {
		ctn_pool *p = open_pool();
		unsigned budget = 10;

		add(p, "CN=A", 1, false);
		assert_int_equal(ask(p, 0, 0, 1, &budget), CTN_SIGNED);
		ctn_pool_close(p);
		if (turn > 0)
			assert_int_equal(__sanitizer_get_current_allocated_bytes(), before);
		before = __sanitizer_get_current_allocated_bytes();
	}
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
		cmocka_unit_test(what_is_no_key_signed_nothing),
		cmocka_unit_test(keys_of_one_hash_are_not_taken_for_each_other),
		cmocka_unit_test(each_key_of_a_member_has_its_own_answer),
		cmocka_unit_test(names_that_are_malformed_are_the_same_octet_for_octet),
		cmocka_unit_test(a_delta_of_a_malformed_base_is_unusable),
		cmocka_unit_test(closing_gives_everything_back),
		cmocka_unit_test(self_signed_is_who_signed_with_its_own_key),
	};

	return cmocka_run_group_tests(tests, set_up, forge_end);
}
