/* OCSP responses by delegates of the issuer, who come along with them. */
#include "verify_responses.h"

/* A delegate, legal until a case spoils it. */
static void
make_delegate(struct forged *d)
{
	forge_begin(d, "CN=Responder", "CN=Lower,O=Example", 5, 2, false);
	forge_eku(d, ctn_oid_kp_ocsp_signing);
	forge_raw(d, ctn_oid_ocsp_nocheck, false, CTN_SPAN("\x05\x00"));
}

#define DELEGATE(name, change) static void name(struct forged *d) { change; }
DELEGATE(legal, (void)d)
DELEGATE(no_purpose, forge_drop(d, ctn_oid_ext_key_usage))
DELEGATE(other_purpose, forge_eku(d, ctn_oid_kp_server_auth))
DELEGATE(any_purpose, forge_eku(d, ctn_oid_any_ext_key_usage))
DELEGATE(no_usage, forge_drop(d, ctn_oid_key_usage))
DELEGATE(usage_commits, forge_usage(d, CTN_KU_CONTENT_COMMITMENT))
DELEGATE(usage_other, forge_usage(d, CTN_KU_KEY_AGREEMENT))
DELEGATE(expired, d->not_after = FORGE_NOW - 1)
DELEGATE(last_second, d->not_after = FORGE_NOW)
DELEGATE(not_yet, d->not_before = FORGE_NOW + 1)
DELEGATE(first_second, d->not_before = FORGE_NOW)
DELEGATE(of_other, forge_name(&d->issuer, "CN=Upper,O=Example"))
DELEGATE(forged, d->spoil_signature = true)
DELEGATE(critical, forge_raw(d, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00")))

static enum ctn_vcheck
ask_delegate(void (*spoil)(struct forged *d), struct response r)
{
	enum ctn_vcheck got;
	struct forged d;

	make_delegate(&d);
	spoil(&d);
	forge_sign(&d, 2);
	r.key = 5;
	r.certs[r.certs_n++] = ctn_buf_view(&d.der);
	got = ask(&r);
	forge_free(&d);
	return got;
}

static void
a_delegate_is_appointed_by_the_issuer_for_this(void **state)
{
	static const struct {
		const char *what;
		void (*spoil)(struct forged *d);
		enum ctn_vcheck wanted;
	} cases[] = {
		{ "legal", legal, CTN_V_NONE },
		{ "without a purpose", no_purpose, CTN_V_unknown_status },
		{ "for another purpose", other_purpose, CTN_V_unknown_status },
		{ "for any purpose", any_purpose, CTN_V_unknown_status },
		{ "without key usage", no_usage, CTN_V_NONE },
		{ "that commits", usage_commits, CTN_V_NONE },
		{ "that agrees on keys", usage_other, CTN_V_unknown_status },
		{ "expired", expired, CTN_V_unknown_status },
		{ "in its last second", last_second, CTN_V_NONE },
		{ "not yet valid", not_yet, CTN_V_unknown_status },
		{ "in its first second", first_second, CTN_V_NONE },
		{ "of another issuer", of_other, CTN_V_unknown_status },
		{ "forged", forged, CTN_V_unknown_status },
		{ "with an unknown critical extension", critical, CTN_V_unknown_status },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (ask_delegate(cases[i].spoil, (struct response){ 0 }) != cases[i].wanted)
			fail_msg("%s", cases[i].what);
	assert_int_equal(ask_delegate(legal, (struct response){ .by_name = "CN=Responder" }), CTN_V_NONE);
	assert_int_equal(ask_delegate(legal, (struct response){ .by_name = "CN=Other" }), CTN_V_unknown_status);
	assert_int_equal(ask_delegate(legal, (struct response){ .spoil = true }), CTN_V_unknown_status);
	assert_int_equal(ask_delegate(legal, (struct response){ .revoked = true }), CTN_V_revoked);
}

/* A delegate of whom nothing is known is believed where a status is only preferred, whatever it says. */
static void
an_unchecked_delegate_is_believed_where_that_is_enough(void **state)
{
	struct response r = { .key = 5, .revoked = true };
	struct forged d;
	struct chain c;

	(void)state;
	make_delegate(&d);
	forge_drop(&d, ctn_oid_ocsp_nocheck);
	forge_sign(&d, 2);
	r.certs[r.certs_n++] = ctn_buf_view(&d.der);
	begin(&c);
	add(&c, &r);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	assert_non_null(strstr(c.result.reason.text, "is signed by a signer that is revoked itself, or of which nothing tells whether it is"));
	c.ask.revocation = CTN_REVOCATION_PREFER;
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	forge_free(&d);
	chain_end(&c);
}

/* One that is revoked speaks for nobody, wherever its status was asked for. */
static void
a_revoked_delegate_is_not_believed(void **state)
{
	struct response r = { .key = 5, .revoked = true };
	struct forged_crl l = forge_crl_begin("CN=Lower,O=Example", 2);
	struct ctn_err e = { 0 };
	ctn_buf der = { 0 };
	struct forged d;
	struct chain c;

	(void)state;
	make_delegate(&d);
	d.serial = CTN_SPAN("\x55");
	forge_drop(&d, ctn_oid_ocsp_nocheck);
	forge_sign(&d, 2);
	r.certs[r.certs_n++] = ctn_buf_view(&d.der);
	begin(&c);
	add(&c, &r);
	l.revoked = d.serial;
	forge_crl(&der, &l);
	assert_true(ctn_verifier_crl(c.v, ctn_buf_view(&der), NULL, &e));
	chain_sign(&c);
	c.ask.revocation = CTN_REVOCATION_PREFER;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	ctn_buf_free(&der);
	forge_free(&d);
	chain_end(&c);
}

/* Signature checks beside the path's three. */
static unsigned
spent_over(const struct response *r)
{
	unsigned spent;
	struct chain c;

	begin(&c);
	add(&c, r);
	chain_sign(&c);
	(void)chain_ask(&c);
	spent = c.result.signatures_spent - 3;
	chain_end(&c);
	return spent;
}

static void
nothing_is_checked_twice_or_for_nobody(void **state)
{
	struct response r = { .key = 5, .spoil = true }, nobody = { .key = 5, .no_responder = true, .certs = { CTN_SPAN("\x30\x00") }, .certs_n = 1 };
	struct forged d;

	(void)state;
	make_delegate(&d);
	forge_sign(&d, 2);
	r.certs[r.certs_n++] = ctn_buf_view(&d.der);
	assert_int_equal(spent_over(&r), 1);
	r.spoil = false;
	assert_int_equal(spent_over(&r), 2);
	assert_int_equal(spent_over(&nobody), 0);
	forge_free(&d);
}

/* The right one behind n that are of no use: broken ones, and others of its name. */
static enum ctn_vcheck
ask_behind(unsigned n, bool same_name)
{
	struct response r = { .by_name = same_name ? "CN=Responder" : NULL };
	enum ctn_vcheck got;
	struct forged other;

	forge_begin(&other, "CN=Responder", "CN=Lower,O=Example", 7, 2, false);
	forge_eku(&other, ctn_oid_kp_ocsp_signing);
	forge_sign(&other, 2);
	for (unsigned i = 0; i < n; i++)
		r.certs[r.certs_n++] = same_name ? ctn_buf_view(&other.der) : CTN_SPAN("\x30\x00");
	got = ask_delegate(legal, r);
	forge_free(&other);
	return got;
}

static void
a_delegate_is_found_behind_a_few_others(void **state)
{
	(void)state;
	assert_int_equal(ask_behind(7, false), CTN_V_NONE);
	assert_int_equal(ask_behind(8, false), CTN_V_unknown_status);
	assert_int_equal(ask_behind(7, true), CTN_V_NONE);
	assert_int_equal(ask_behind(8, true), CTN_V_unknown_status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delegate_is_appointed_by_the_issuer_for_this),
		cmocka_unit_test(an_unchecked_delegate_is_believed_where_that_is_enough),
		cmocka_unit_test(a_revoked_delegate_is_not_believed),
		cmocka_unit_test(nothing_is_checked_twice_or_for_nobody),
		cmocka_unit_test(a_delegate_is_found_behind_a_few_others),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
