/* DSA keys without parameters: those of the key above hold for them (RFC 3279 2.3.2), for certificates, CRLs and responses. */
#include "verify_forge.h"

#include "forge/status.h"
#include "key/public.h"

static int
set_up(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		forge_kind(i, "DSA");
	forge_kind(6, "DSA");
	forge_kind(7, "DSA-OTHER");
	forge_kind(8, "ED25519");
	return 0;
}

/* The same key; params: what stands in place of its parameters, may be nothing. */
static ctn_span
without_params(unsigned key, ctn_span params)
{
	static ctn_buf spkis[FORGE_KEYS];
	ctn_buf *b = &spkis[key], bits = { 0 };
	struct ctn_err e = { 0 };
	size_t whole, part;
	ctn_spki k;

	assert_true(ctn_spki_parse(&k, forge_spki(key), &e));
	ctn_buf_reset(b);
	whole = ctn_der_open(b, CTN_TAG_SEQUENCE);
	part = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(b, k.oid);
	ctn_buf_span(b, params);
	ctn_der_close(b, part);
	ctn_buf_byte(&bits, 0);
	ctn_buf_span(&bits, k.bits);
	ctn_der_put(b, CTN_TAG_BIT_STRING, ctn_buf_view(&bits));
	ctn_der_close(b, whole);
	ctn_buf_free(&bits);
	return ctn_buf_view(b);
}

#define ABSENT (ctn_span){ 0 }
#define NULLS CTN_SPAN("\x05\x00")
#define SPOIL(name) static void name(struct chain *c)

static void
know(struct chain *c, const struct forged *f)
{
	struct ctn_err e = { 0 };

	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f->der), NULL, &e));
}

/* root 0, upper 1, lower 2 have DSA keys; the leaf's is on P-256. */
static void
all_dsa(struct chain *c)
{
	struct forged *list[] = { &c->root, &c->upper, &c->lower, &c->leaf };

	for (size_t i = 0; i < 4; i++)
		list[i]->inner = list[i]->outer = CTN_SIG_DSA_SHA256;
}

SPOIL(spelt_out) { all_dsa(c); }
SPOIL(lower_inherits) { all_dsa(c); c->lower.spki = without_params(2, ABSENT); }
SPOIL(lower_inherits_by_null) { all_dsa(c); c->lower.spki = without_params(2, NULLS); }
SPOIL(both_inherit) { lower_inherits(c); c->upper.spki = without_params(1, ABSENT); }
SPOIL(both_inherit_by_null) { lower_inherits_by_null(c); c->upper.spki = without_params(1, NULLS); }
SPOIL(upper_inherits) { all_dsa(c); c->upper.spki = without_params(1, ABSENT); }
SPOIL(nobody_has_them) { both_inherit(c); c->upper_is_anchor = true; }
SPOIL(anchor_has_them) { lower_inherits(c); c->upper_is_anchor = true; }
SPOIL(forged_leaf) { lower_inherits(c); c->leaf.spoil_signature = true; }
SPOIL(forged_lower) { both_inherit(c); c->lower.spoil_signature = true; }

static void
parameters_come_from_the_key_above(void **state)
{
	static const struct {
		const char *what;
		void (*spoil)(struct chain *c);
		enum ctn_vcheck wanted;
	} cases[] = {
		{ "each its own", spelt_out, CTN_V_NONE },
		{ "the lower inherits", lower_inherits, CTN_V_NONE },
		{ "the lower inherits by NULL", lower_inherits_by_null, CTN_V_NONE },
		{ "both inherit", both_inherit, CTN_V_NONE },
		{ "both inherit by NULL", both_inherit_by_null, CTN_V_NONE },
		{ "the upper inherits", upper_inherits, CTN_V_NONE },
		{ "nobody has any", nobody_has_them, CTN_V_key },
		{ "an anchor that is no root has them", anchor_has_them, CTN_V_NONE },
		{ "a forged leaf", forged_leaf, CTN_V_signature },
		{ "a forged authority", forged_lower, CTN_V_signature },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct rule_case k = { .what = cases[i].what, .spoil = cases[i].spoil };

		assert_true(run_case_in(&k, CTN_PKIX, cases[i].wanted));
	}
}

/* How long the path is with which a forged leaf is refused. */
static size_t
refused_after(void (*spoil)(struct chain *c))
{
	struct chain c;
	size_t n;

	chain_begin(&c);
	spoil(&c);
	c.leaf.spoil_signature = true;
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_signature);
	n = c.result.path_n;
	chain_end(&c);
	return n;
}

static void
a_signature_waits_for_the_path_only_when_parameters_do(void **state)
{
	(void)state;
	assert_int_equal(refused_after(spelt_out), 2);
	assert_int_equal(refused_after(upper_inherits), 2);
	assert_int_equal(refused_after(lower_inherits), 4);
}

/* The lower authority's key, certified by two with parameters of their own; of the first it inherits what is not its own. */
static void
a_key_that_did_not_sign_with_these_parameters_may_have_with_others(void **state)
{
	struct forged other, by_other;
	struct chain c;

	(void)state;
	chain_begin(&c);
	lower_inherits(&c);
	forge_begin(&other, "CN=Other", "CN=Root", 7, 0, true);
	forge_begin(&by_other, "CN=Lower,O=Example", "CN=Other", 2, 7, true);
	by_other.spki = without_params(2, ABSENT);
	other.inner = other.outer = by_other.inner = by_other.outer = CTN_SIG_DSA_SHA256;
	forge_sign(&other, 0);
	forge_sign(&by_other, 7);
	know(&c, &other);
	know(&c, &by_other);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_string_equal(c.result.path[1].source, "lower");
	assert_int_equal(c.result.candidates_n, 1);
	assert_int_equal(c.result.candidates[0].failed.check, CTN_V_signature);
	assert_int_equal(c.result.candidates[0].path_n, 4);
	forge_free(&other);
	forge_free(&by_other);
	chain_end(&c);
}

/* Upper has that key, of another kind; the root has DSA with parameters. */
static void
assert_nothing_handed_on(unsigned between)
{
	struct ctn_err e = { 0 };
	struct chain c;

	chain_begin(&c);
	all_dsa(&c);
	forge_free(&c.upper);
	forge_begin(&c.upper, "CN=Upper,O=Example", "CN=Root", between, 0, true);
	c.upper.inner = c.upper.outer = CTN_SIG_DSA_SHA256;
	c.lower.inner = c.lower.outer = forge_alg(between);
	c.lower.spki = without_params(2, ABSENT);
	c.without_lower = true;
	chain_sign(&c);
	forge_sign(&c.lower, between);
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&c.lower.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_key);
	chain_end(&c);
}

/* On P-256 (key 4), whose parameter is its curve; of Ed25519 (key 8), which has none. */
static void
a_key_of_another_kind_hands_nothing_on(void **state)
{
	(void)state;
	assert_nothing_handed_on(4);
	assert_nothing_handed_on(8);
}

static enum ctn_verify_status
only_of_leaf(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)ctx, (void)issuer, (void)since_s, (void)reason;
	return cert->serial.p[0] == 0x44 ? CTN_STATUS_UNKNOWN : CTN_STATUS_GOOD;
}

static void
add_list(struct chain *c, unsigned key, bool revoked, bool spoil)
{
	struct forged_crl l = forge_crl_begin("CN=Lower,O=Example", key);
	struct ctn_err e = { 0 };
	ctn_buf der = { 0 };

	l.revoked = revoked ? CTN_SPAN("\x44") : CTN_SPAN("\x55");
	l.spoil = spoil;
	forge_crl(&der, &l);
	assert_true(ctn_verifier_crl(c->v, ctn_buf_view(&der), NULL, &e));
	ctn_buf_free(&der);
}

static enum ctn_vcheck
ask_with_list(bool revoked, bool spoil)
{
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	both_inherit(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	add_list(&c, 2, revoked, spoil);
	chain_sign(&c);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

static void
lists_are_signed_with_inherited_parameters_too(void **state)
{
	(void)state;
	assert_int_equal(ask_with_list(false, false), CTN_V_NONE);
	assert_int_equal(ask_with_list(true, false), CTN_V_revoked);
	assert_int_equal(ask_with_list(false, true), CTN_V_unknown_status);
}

/* The list's signer is first below others with parameters, then trusted itself. */
static void
a_list_that_was_checked_is_remembered_on_every_path(void **state)
{
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	spelt_out(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	add_list(&c, 2, false, false);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&c.lower.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 2);
	/* What the leaf's own signature costs. */
	assert_int_equal(c.result.signatures_spent, 2);
	chain_end(&c);
}

/* A second certificate of the authority's name, for lists alone, under the upper authority. */
static enum ctn_vcheck
ask_with_signer(bool spoil, bool spoil_signer, uint32_t usage)
{
	struct forged signer;
	struct ctn_err e = { 0 };
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	lower_inherits(&c);
	forge_usage(&c.lower, CTN_KU_KEY_CERT_SIGN);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	forge_begin(&signer, "CN=Lower,O=Example", "CN=Upper,O=Example", 6, 1, true);
	signer.inner = signer.outer = CTN_SIG_DSA_SHA256;
	signer.serial = CTN_SPAN("\x66");
	signer.spki = without_params(6, ABSENT);
	signer.spoil_signature = spoil_signer;
	forge_usage(&signer, usage);
	forge_sign(&signer, 1);
	add_list(&c, 6, false, spoil);
	chain_sign(&c);
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&signer.der), NULL, &e));
	got = chain_ask(&c);
	forge_free(&signer);
	chain_end(&c);
	return got;
}

static void
a_signer_of_lists_inherits_along_its_own_path(void **state)
{
	(void)state;
	assert_int_equal(ask_with_signer(false, false, CTN_KU_CRL_SIGN), CTN_V_NONE);
	assert_int_equal(ask_with_signer(true, false, CTN_KU_CRL_SIGN), CTN_V_unknown_status);
	assert_int_equal(ask_with_signer(false, true, CTN_KU_CRL_SIGN), CTN_V_unknown_status);
	assert_int_equal(ask_with_signer(false, false, CTN_KU_DIGITAL_SIGNATURE), CTN_V_unknown_status);
}

static enum ctn_vcheck
ask_with_response(enum ctn_ocsp_answer answer, bool spoil)
{
	struct forged_ocsp o;
	struct ctn_err e = { 0 };
	enum ctn_vcheck got;
	ctn_buf der = { 0 };
	struct chain c;

	chain_begin(&c);
	both_inherit(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	o = forge_ocsp_begin(&c.leaf, 2);
	o.answer = answer;
	o.spoil = spoil;
	forge_ocsp(&der, &o);
	assert_true(ctn_verifier_ocsp(c.v, ctn_buf_view(&der), &e));
	chain_sign(&c);
	got = chain_ask(&c);
	ctn_buf_free(&der);
	chain_end(&c);
	return got;
}

static void
responses_are_signed_with_inherited_parameters_too(void **state)
{
	(void)state;
	assert_int_equal(ask_with_response(CTN_OCSP_GOOD, false), CTN_V_NONE);
	assert_int_equal(ask_with_response(CTN_OCSP_REVOKED, false), CTN_V_revoked);
	assert_int_equal(ask_with_response(CTN_OCSP_GOOD, true), CTN_V_unknown_status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_come_from_the_key_above),
		cmocka_unit_test(a_signature_waits_for_the_path_only_when_parameters_do),
		cmocka_unit_test(a_key_that_did_not_sign_with_these_parameters_may_have_with_others),
		cmocka_unit_test(a_key_of_another_kind_hands_nothing_on),
		cmocka_unit_test(lists_are_signed_with_inherited_parameters_too),
		cmocka_unit_test(a_list_that_was_checked_is_remembered_on_every_path),
		cmocka_unit_test(a_signer_of_lists_inherits_along_its_own_path),
		cmocka_unit_test(responses_are_signed_with_inherited_parameters_too),
	};

	return cmocka_run_group_tests(tests, set_up, forge_end);
}
