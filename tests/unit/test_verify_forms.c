/* Forms that a rule of a certificate looks at: keys of every kind, names, times, identifiers, common names that look like hosts. */
#include "verify_forge.h"

#include <openssl/core_names.h>
#include <openssl/x509.h>

#define ALL(check) CTN_V_##check, CTN_V_##check, CTN_V_##check
#define STRICT(check) CTN_V_NONE, CTN_V_##check, CTN_V_##check
#define WEB(check) CTN_V_NONE, CTN_V_NONE, CTN_V_##check
#define FINE CTN_V_NONE, CTN_V_NONE, CTN_V_NONE
#define SPOIL(name) static void name(struct chain *c)
#define EACH_OF(cases) run_cases(cases, sizeof(cases) / sizeof(*(cases)))

#define OID_RSA CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_PSS CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")

/* A leaf's key is only read: its modulus need not be the product of anything. */
static void
rsa(struct chain *c, ctn_span oid, size_t bits)
{
	static ctn_buf spki;
	ctn_buf key = { 0 };
	uint8_t modulus[513] = { 0 }, bit_string[600] = { 0 };
	size_t n = (bits + 7) / 8, whole, part;

	memset(modulus + 1, 0xff, n);
	modulus[1] = (uint8_t)(0xff >> (8 * n - bits));
	part = ctn_der_open(&key, CTN_TAG_SEQUENCE);
	ctn_der_put(&key, CTN_TAG_INTEGER, bits % 8 == 0 ? (ctn_span){ modulus, n + 1 } : (ctn_span){ modulus + 1, n });
	ctn_der_put_uint(&key, 65537);
	ctn_der_close(&key, part);
	memcpy(bit_string + 1, key.p, key.n);
	ctn_buf_reset(&spki);
	whole = ctn_der_open(&spki, CTN_TAG_SEQUENCE);
	part = ctn_der_open(&spki, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(&spki, oid);
	if (ctn_span_equal(oid, OID_RSA))
		ctn_der_put(&spki, CTN_TAG_NULL, (ctn_span){ 0 });
	ctn_der_close(&spki, part);
	ctn_der_put(&spki, CTN_TAG_BIT_STRING, (ctn_span){ bit_string, key.n + 1 });
	ctn_der_close(&spki, whole);
	c->leaf.spki = ctn_buf_view(&spki);
	ctn_buf_free(&key);
}

static void
curve(struct chain *c, const char *name, const char *encoding)
{
	static ctn_buf spki;
	EVP_PKEY *key = EVP_EC_gen(name);
	uint8_t *der = NULL;
	int n;

	assert_non_null(key);
	if (encoding != NULL)
		assert_int_equal(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, encoding), 1);
	n = i2d_PUBKEY(key, &der);
	assert_true(n > 0);
	ctn_buf_reset(&spki);
	ctn_buf_add(&spki, der, (size_t)n);
	c->leaf.spki = ctn_buf_view(&spki);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
}

SPOIL(rsa_1023) { rsa(c, OID_RSA, 1023); }
SPOIL(rsa_1024) { rsa(c, OID_RSA, 1024); }
SPOIL(rsa_2047) { rsa(c, OID_RSA, 2047); }
SPOIL(rsa_2048) { rsa(c, OID_RSA, 2048); }
SPOIL(rsa_2049) { rsa(c, OID_RSA, 2049); }
SPOIL(rsa_2056) { rsa(c, OID_RSA, 2056); }
SPOIL(pss_1016) { rsa(c, OID_PSS, 1016); }
SPOIL(pss_2048) { rsa(c, OID_PSS, 2048); }
SPOIL(p384) { curve(c, "P-384", NULL); }
SPOIL(p521) { curve(c, "P-521", NULL); }
SPOIL(p256_explicit) { curve(c, "P-256", "explicit"); }
SPOIL(k256) { curve(c, "secp256k1", NULL); }

static void
keys_are_of_a_kind_and_size_that_the_profile_takes(void **state)
{
	static const struct rule_case cases[] = {
		{ "RSA of 1023 bits", rsa_1023, ALL(broken_key) },
		{ "RSA of 1024 bits", rsa_1024, WEB(web_key) },
		{ "RSA of 2047 bits", rsa_2047, WEB(web_key) },
		{ "RSA of 2048 bits", rsa_2048, FINE },
		{ "RSA of 2049 bits", rsa_2049, WEB(web_key) },
		{ "RSA of 2056 bits", rsa_2056, FINE },
		{ "RSA-PSS of 1016 bits", pss_1016, ALL(broken_key) },
		{ "RSA-PSS of 2048 bits", pss_2048, WEB(web_key) },
		{ "P-384", p384, FINE },
		{ "P-521", p521, FINE },
		{ "P-256 spelt out", p256_explicit, ALL(curve_spelt) },
		{ "a curve that no profile knows", k256, WEB(web_key) },
	};

	(void)state;
	EACH_OF(cases);
}

/* CN as a PrintableString with an @, which that type does not have. */
#define ILL_NAME CTN_SPAN("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x13\x03" "a@b")

static void
name(ctn_buf *b, ctn_span der)
{
	ctn_buf_reset(b);
	ctn_buf_span(b, der);
}

SPOIL(subject_form) { name(&c->leaf.subject, ILL_NAME); }
SPOIL(issuer_form) { name(&c->leaf.issuer, ILL_NAME); name(&c->lower.subject, ILL_NAME); }
SPOIL(end_2051) { c->leaf.not_after = INT64_C(2556144000); }
SPOIL(all_2051) { c->ask.at_s = INT64_C(2556144000); c->leaf.not_before = c->ask.at_s - 1;
	c->root.not_after = c->upper.not_after = c->lower.not_after = c->leaf.not_after = c->ask.at_s + 1; }
SPOIL(end_generalized) { c->leaf.generalized_after = true; }
SPOIL(issuer_uid) { c->leaf.ids = CTN_SPAN("\x81\x02\x00\x01"); }
SPOIL(subject_uid) { c->leaf.ids = CTN_SPAN("\x82\x02\x00\x01"); }
SPOIL(empty_list) { while (c->leaf.exts_n > 0) forge_drop(&c->leaf, c->leaf.exts[0].oid); c->leaf.empty_list = true; c->ask.names_n = 0; }
SPOIL(san_address_3) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x1b\x82\x14" "web.internal.example\x87\x03\x0a\x00\x00")); }
SPOIL(sia_critical) { forge_raw(&c->leaf, CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x01\x0b"), true,
	CTN_SPAN("\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x05\x86\x02" "x:")); }
SPOIL(sia) { sia_critical(c); forge_mark(&c->leaf, CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x01\x0b"), false); }
SPOIL(issuer_alt) { forge_raw(&c->leaf, ctn_oid_issuer_alt_name, false, CTN_SPAN("\x30\x04\x86\x02" "x:")); }
SPOIL(issuer_alt_malformed) { forge_raw(&c->leaf, ctn_oid_issuer_alt_name, false, CTN_SPAN("\x31\x00")); }
SPOIL(ski_malformed) { forge_raw(&c->leaf, ctn_oid_subject_key_id, false, CTN_SPAN("\x31\x00")); }
SPOIL(aki_malformed) { forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x31\x00")); }
SPOIL(points_malformed) { forge_raw(&c->leaf, ctn_oid_crl_distribution_points, false, CTN_SPAN("\x31\x00")); }
SPOIL(policies_malformed) { forge_raw(&c->leaf, ctn_oid_certificate_policies, false, CTN_SPAN("\x31\x00")); }
SPOIL(mappings_malformed) { forge_raw(&c->upper, ctn_oid_policy_mappings, true, CTN_SPAN("\x31\x00")); }
SPOIL(pc_malformed) { forge_raw(&c->upper, ctn_oid_policy_constraints, true, CTN_SPAN("\x31\x00")); }
SPOIL(any_malformed) { forge_raw(&c->upper, ctn_oid_inhibit_any_policy, true, CTN_SPAN("\x31\x00")); }
SPOIL(usage_malformed) { forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x31\x00")); }
SPOIL(basic_malformed) { forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x31\x00")); }
SPOIL(root_aki_alike) { forge_raw(&c->upper, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01"));
	forge_raw(&c->root, ctn_oid_subject_key_id, false, CTN_SPAN("\x04\x01\x01"));
	forge_raw(&c->root, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01")); }
SPOIL(root_aki_serial) { root_aki_alike(c); forge_raw(&c->root, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x06\x80\x01\x01\x82\x01\x01")); }
SPOIL(root_aki_names) { root_aki_alike(c); forge_raw(&c->root, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x08\x80\x01\x01\xa1\x03\x82\x01x")); }
SPOIL(anchor_below_root) { c->upper_is_anchor = true; }
SPOIL(anchor_below_root_eku) { c->upper_is_anchor = true; forge_eku(&c->upper, ctn_oid_kp_server_auth); }
SPOIL(anchor_below_root_aki) { c->upper_is_anchor = true; forge_raw(&c->upper, ctn_oid_authority_key_id, false,
	CTN_SPAN("\x30\x0b\x80\x01\x01\xa1\x03\x82\x01x\x82\x01\x01")); }

static void
forms_that_no_reader_should_meet_are_told(void **state)
{
	static const struct rule_case cases[] = {
		{ "a subject that is no legal name", subject_form, STRICT(name_form) },
		{ "an issuer that is no legal name", issuer_form, STRICT(name_form) },
		{ "an end in 2051", end_2051, FINE },
		{ "a beginning in 2051", all_2051, FINE },
		{ "an end to 2049 as GeneralizedTime", end_generalized, STRICT(time_form) },
		{ "an issuer's unique identifier", issuer_uid, STRICT(unique_id) },
		{ "a subject's unique identifier", subject_uid, STRICT(unique_id) },
		{ "an empty list of extensions", empty_list, STRICT(no_extensions) },
		{ "an address of three octets", san_address_3, STRICT(san_form) },
		{ "a critical subject information access", sia_critical, STRICT(access_critical) },
		{ "a subject information access", sia, FINE },
		{ "issuer's alternative names", issuer_alt, FINE },
		{ "malformed issuer's alternative names", issuer_alt_malformed, STRICT(aside) },
		{ "a malformed subject key identifier", ski_malformed, STRICT(aside) },
		{ "a malformed authority key identifier", aki_malformed, STRICT(aside) },
		{ "malformed distribution points", points_malformed, STRICT(aside) },
		{ "malformed policies", policies_malformed, ALL(extension) },
		{ "malformed mappings", mappings_malformed, ALL(extension) },
		{ "malformed policy constraints", pc_malformed, ALL(extension) },
		{ "a malformed inhibitAnyPolicy", any_malformed, ALL(extension) },
		{ "a malformed key usage", usage_malformed, ALL(extension) },
		{ "malformed basic constraints", basic_malformed, ALL(extension) },
		{ "a root's own key identifier", root_aki_alike, FINE },
		{ "a root that names a serial", root_aki_serial, WEB(web_root_aki) },
		{ "a root that names an issuer", root_aki_names, WEB(web_root_aki) },
		{ "an anchor that is no root", anchor_below_root, FINE },
		{ "an anchor that is no root, with purposes", anchor_below_root_eku, FINE },
		{ "an anchor that is no root, with issuer and serial", anchor_below_root_aki, FINE },
	};

	(void)state;
	EACH_OF(cases);
}

static void
common(struct chain *c, const char *cn, const char *first, const char *second)
{
	forge_san(&c->leaf, false, (const char *const[]){ first, second, NULL });
	forge_name(&c->leaf.subject, cn);
	chain_ask_name(c, first);
}

SPOIL(cn_first) { common(c, "CN=web.example", "web.example", "db.example"); }
SPOIL(cn_second) { common(c, "CN=db.example", "web.example", "db.example"); }
SPOIL(cn_neither) { common(c, "CN=x.example", "web.example", "db.example"); }
SPOIL(cn_before_address) { common(c, "CN=web.example", "web.example", "10.0.0.1"); }
SPOIL(cn_first_address) { common(c, "CN=10.0.0.1", "10.0.0.1", "10.0.0.2"); }
SPOIL(cn_address_before_name) { common(c, "CN=10.0.0.1", "10.0.0.1", "web.example"); }
SPOIL(cn_v6) { common(c, "CN=fd00::1", "fd00::1", NULL); }
SPOIL(cn_other_v6) { common(c, "CN=fd00::2", "fd00::1", NULL); }
SPOIL(cn_colon) { common(c, "CN=a:b", "10.0.0.1", NULL); }
SPOIL(cn_hex) { common(c, "CN=0X0a000001", "10.0.0.1", NULL); }
SPOIL(cn_0x) { common(c, "CN=0x", "10.0.0.1", NULL); }
SPOIL(cn_x) { common(c, "CN=1x0a000001", "10.0.0.1", NULL); }
SPOIL(cn_digits) { common(c, "CN=12", "10.0.0.1", NULL); }
SPOIL(cn_digits_beside_name) { common(c, "CN=12", "web.example", NULL); }
SPOIL(cn_digits_and_slash) { common(c, "CN=1/2", "10.0.0.1", NULL); }
SPOIL(cn_digits_and_colon_like) { common(c, "CN=12\\3b", "10.0.0.1", NULL); }
SPOIL(cn_words) { common(c, "CN=Server of web.example", "web.example", NULL); }
SPOIL(cn_mail) { common(c, "CN=a@web.example", "web.example", NULL); }
SPOIL(cn_label) { common(c, "CN=web", "web.example", NULL); }
SPOIL(cn_star) { common(c, "CN=*.web.example", "*.web.example", NULL); chain_ask_name(c, "a.web.example"); }
SPOIL(cn_star_parent) { common(c, "CN=web.example", "*.web.example", NULL); chain_ask_name(c, "a.web.example"); }
SPOIL(cn_star_other) { common(c, "CN=db.example", "*.web.example", NULL); chain_ask_name(c, "a.web.example"); }

static void
a_common_name_that_is_a_host_is_among_the_names(void **state)
{
	static const struct rule_case cases[] = {
		{ "the first name", cn_first, FINE },
		{ "the second name", cn_second, FINE },
		{ "neither", cn_neither, WEB(web_cn) },
		{ "a name before an address", cn_before_address, FINE },
		{ "the first address", cn_first_address, FINE },
		{ "an address before a name", cn_address_before_name, FINE },
		{ "an address of version 6", cn_v6, FINE },
		{ "another address of version 6", cn_other_v6, WEB(web_cn) },
		{ "anything with a colon", cn_colon, WEB(web_cn) },
		{ "hexadecimal", cn_hex, WEB(web_cn) },
		{ "0x and nothing", cn_0x, FINE },
		{ "no hexadecimal", cn_x, FINE },
		{ "digits", cn_digits, WEB(web_cn) },
		{ "digits beside a name", cn_digits_beside_name, WEB(web_cn) },
		{ "digits and a slash", cn_digits_and_slash, FINE },
		{ "digits and a semicolon", cn_digits_and_colon_like, FINE },
		{ "a sentence with a host", cn_words, FINE },
		{ "a mailbox", cn_mail, FINE },
		{ "one label", cn_label, FINE },
		{ "a wildcard itself", cn_star, FINE },
		{ "the parent of a wildcard", cn_star_parent, FINE },
		{ "not the parent of a wildcard", cn_star_other, WEB(web_cn) },
	};

	(void)state;
	EACH_OF(cases);
}

SPOIL(usage_any) { c->ask.purpose = (ctn_span){ 0 }; forge_usage(&c->leaf, CTN_KU_DATA_ENCIPHERMENT); }
SPOIL(usage_asked) { usage_any(c); c->ask.key_usage = CTN_KU_DATA_ENCIPHERMENT; }
SPOIL(usage_asked_other) { usage_any(c); c->ask.key_usage = CTN_KU_DATA_ENCIPHERMENT | CTN_KU_KEY_AGREEMENT; }
SPOIL(usage_asked_of_none) { usage_asked_other(c); forge_drop(&c->leaf, ctn_oid_key_usage); }
SPOIL(usage_without_eku) { forge_drop(&c->leaf, ctn_oid_ext_key_usage); forge_usage(&c->leaf, CTN_KU_DATA_ENCIPHERMENT); }
SPOIL(usage_of_ca) { usage_without_eku(c); forge_basic(&c->leaf, true, -1); forge_usage(&c->leaf, CTN_KU_KEY_CERT_SIGN); }
static void
purpose(struct chain *c, ctn_span oid, uint32_t usage)
{
	forge_eku(&c->leaf, oid);
	forge_usage(&c->leaf, usage);
	c->ask.purpose = oid;
	c->ask.names_n = 0;
}
SPOIL(server_agreement) { purpose(c, ctn_oid_kp_server_auth, CTN_KU_KEY_AGREEMENT); }
SPOIL(client_signs) { purpose(c, ctn_oid_kp_client_auth, CTN_KU_DIGITAL_SIGNATURE); }
SPOIL(client_enciphers) { purpose(c, ctn_oid_kp_client_auth, CTN_KU_KEY_ENCIPHERMENT); }
SPOIL(code_signs) { purpose(c, ctn_oid_kp_code_signing, CTN_KU_DIGITAL_SIGNATURE); }
SPOIL(code_commits) { purpose(c, ctn_oid_kp_code_signing, CTN_KU_CONTENT_COMMITMENT); }
static void
stamps(struct chain *c, uint32_t usage)
{
	purpose(c, ctn_oid_kp_time_stamping, usage);
	forge_mark(&c->leaf, ctn_oid_ext_key_usage, true);
}
SPOIL(times_commits) { stamps(c, CTN_KU_CONTENT_COMMITMENT); }
SPOIL(times_agrees) { stamps(c, CTN_KU_KEY_AGREEMENT); }
SPOIL(times_uncritical) { times_commits(c); forge_mark(&c->leaf, ctn_oid_ext_key_usage, false); }
SPOIL(times_no_eku) { times_commits(c); forge_drop(&c->leaf, ctn_oid_ext_key_usage); }
SPOIL(times_any) { forge_eku(&c->leaf, ctn_oid_any_ext_key_usage); forge_mark(&c->leaf, ctn_oid_ext_key_usage, true);
	c->ask.purpose = ctn_oid_kp_time_stamping; }
SPOIL(times_and_servers) { forge_raw(&c->leaf, ctn_oid_ext_key_usage, true,
	CTN_SPAN("\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"));
	c->ask.purpose = ctn_oid_kp_time_stamping; }
SPOIL(times_not_asked) { times_and_servers(c); c->ask.purpose = ctn_oid_kp_server_auth; }
SPOIL(ocsp_commits) { purpose(c, ctn_oid_kp_ocsp_signing, CTN_KU_CONTENT_COMMITMENT); }
SPOIL(ocsp_agrees) { purpose(c, ctn_oid_kp_ocsp_signing, CTN_KU_KEY_AGREEMENT); }
SPOIL(unknown_purpose) { purpose(c, CTN_SPAN("\x2a\x03\x05"), CTN_KU_DATA_ENCIPHERMENT); }

static void
key_usage_is_consistent_with_the_purpose(void **state)
{
	static const struct rule_case cases[] = {
		{ "any purpose", usage_any, FINE },
		{ "the usage that is asked for", usage_asked, FINE },
		{ "one of two that are asked for", usage_asked_other, ALL(usage) },
		{ "no key usage, which allows all", usage_asked_of_none, FINE },
		{ "no purposes, and a usage that no server needs", usage_without_eku, CTN_V_usage, CTN_V_usage, CTN_V_web_eku_missing },
		{ "the same of an authority", usage_of_ca, CTN_V_NONE, CTN_V_NONE, CTN_V_web_leaf_ca },
		{ "a server that agrees on keys", server_agreement, FINE },
		{ "a client that signs", client_signs, FINE },
		{ "a client that enciphers", client_enciphers, ALL(usage) },
		{ "code is signed", code_signs, FINE },
		{ "code is committed to", code_commits, ALL(usage) },
		{ "times are committed to", times_commits, CTN_V_NONE, CTN_V_NONE, CTN_V_web_eku_critical },
		{ "times are agreed on", times_agrees, CTN_V_usage, CTN_V_usage, CTN_V_web_eku_critical },
		{ "times, not critical", times_uncritical, ALL(stamps) },
		{ "times without an extended key usage", times_no_eku, CTN_V_stamps, CTN_V_stamps, CTN_V_web_eku_missing },
		{ "times under any purpose", times_any, CTN_V_stamps, CTN_V_stamps, CTN_V_web_eku_any },
		{ "times and servers", times_and_servers, CTN_V_stamps, CTN_V_stamps, CTN_V_web_eku_critical },
		{ "times and servers, asked for servers", times_not_asked, CTN_V_NONE, CTN_V_NONE, CTN_V_web_eku_critical },
		{ "answers are committed to", ocsp_commits, FINE },
		{ "answers are agreed on", ocsp_agrees, ALL(usage) },
		{ "a purpose that is not known", unknown_purpose, FINE },
	};

	(void)state;
	EACH_OF(cases);
}

static void
profiles_have_names(void **state)
{
	enum ctn_verify_profile p = CTN_PKIX;

	(void)state;
	for (unsigned i = 0; i < CTN_VERIFY_PROFILES; i++) {
		assert_true(ctn_verify_profile_parse(&p, ctn_verify_profile_name((enum ctn_verify_profile)i)));
		assert_int_equal(p, i);
	}
	assert_false(ctn_verify_profile_parse(&p, "pki"));
	assert_false(ctn_verify_profile_parse(&p, ""));
}

/* All warnings about the leaf in pkix, in the order of the rules; CTN_V_NONE ends them. */
static void
assert_warnings(void (*spoil)(struct chain *c), const enum ctn_vcheck *wanted)
{
	struct chain c;
	size_t n = 0;

	chain_begin(&c);
	spoil(&c);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	for (size_t i = 0; i < c.result.warnings_n; i++)
		if (c.result.warnings[i].certificate == 0)
			assert_int_equal(c.result.warnings[i].check, wanted[n++]);
	assert_int_equal(wanted[n], CTN_V_NONE);
	chain_end(&c);
}

SPOIL(legal) { (void)c; }
SPOIL(length_without_usage) { forge_basic(&c->leaf, true, 0); forge_drop(&c->leaf, ctn_oid_key_usage); }
SPOIL(root_serial_zero) { c->root.serial = CTN_SPAN("\x00"); }

static void
each_breach_is_one_warning(void **state)
{
	(void)state;
	assert_warnings(legal, (const enum ctn_vcheck[]){ CTN_V_NONE });
	assert_warnings(root_serial_zero, (const enum ctn_vcheck[]){ CTN_V_NONE });
	assert_warnings(length_without_usage, (const enum ctn_vcheck[]){ CTN_V_ku_missing, CTN_V_NONE });
	assert_warnings(rsa_1024, (const enum ctn_vcheck[]){ CTN_V_weak_key, CTN_V_NONE });
	assert_warnings(rsa_2047, (const enum ctn_vcheck[]){ CTN_V_weak_key, CTN_V_NONE });
	assert_warnings(rsa_2048, (const enum ctn_vcheck[]){ CTN_V_NONE });
	assert_warnings(k256, (const enum ctn_vcheck[]){ CTN_V_NONE });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_of_a_kind_and_size_that_the_profile_takes),
		cmocka_unit_test(forms_that_no_reader_should_meet_are_told),
		cmocka_unit_test(a_common_name_that_is_a_host_is_among_the_names),
		cmocka_unit_test(key_usage_is_consistent_with_the_purpose),
		cmocka_unit_test(profiles_have_names),
		cmocka_unit_test(each_breach_is_one_warning),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
