/* Lint: rules over extensions and usages; each refuses one thing and lets its neighbour through. */
#include "lint_forge.h"

#define UNKNOWN_OID HEX("2a0304")
#define OID_SIA HEX("2b0601050507010b")
#define OID_DIRECTORY_ATTRIBUTES HEX("551d09")

static void
extensions_as_such_are_judged(void **state)
{
	const struct forge_row rows[] = {
		{ "extension-repeated",
		    { { .what = EXT_AGAIN, .oid = ctn_oid_subject_key_id, .value = OCTETS(LEAF_KEY_ID) } },
		    { { .what = EXT_AGAIN, .oid = UNKNOWN_OID, .value = HEX("0500") } } },
		{ "extension-malformed", { X_CRITICAL(key_usage, HEX("0303078000")) }, { X_CRITICAL(key_usage, HEX("03020780")) } },
		{ "extension-malformed", { X_PLAIN(ext_key_usage, SEQ(NONE)) }, { X_PLAIN(ext_key_usage, EKU(OID(HEX("2a03")))) } },
		{ "extension-malformed", { X_PLAIN(subject_alt_name, SEQ(NONE)) }, { X_PLAIN(subject_alt_name, SEQ(DNS(TXT("a")))) } },
		{ "extension-malformed", { X_PLAIN(subject_key_id, CAT(OCTETS(LEAF_KEY_ID), HEX("00"))) },
		    { X_PLAIN(subject_key_id, OCTETS(LEAF_KEY_ID)) } },
		{ "extension-malformed", { X_CRITICAL(basic_constraints, HEX("3003010100")) }, { X_CRITICAL(basic_constraints, HEX("3000")) } },
		{ "extension-malformed", { X_CRITICAL(policy_constraints, HEX("3000")) },
		    { X_CRITICAL(policy_constraints, HEX("3003800100")) } },
		{ "extension-malformed", { X_CRITICAL(inhibit_any_policy, HEX("0201ff")) }, { X_CRITICAL(inhibit_any_policy, HEX("020100")) } },
		{ "extension-malformed", { X_PLAIN(ocsp_nocheck, HEX("0400")) }, { X_PLAIN(ocsp_nocheck, HEX("0500")) } },
		{ "extension-malformed", { X_PLAIN(tls_feature, HEX("3000")) }, { X_PLAIN(tls_feature, HEX("3003020105")) } },
		{ "extension-malformed", { X_PLAIN(authority_info_access, HEX("3000")) }, { X_GONE(authority_info_access) } },
		{ "extension-malformed", { X_PLAIN(crl_distribution_points, HEX("3000")) }, { X_GONE(crl_distribution_points) } },
		{ "extension-malformed", { X_PLAIN(certificate_policies, HEX("3000")) }, { X_GONE(certificate_policies) } },
		{ "extension-malformed", { X_CRITICAL(policy_mappings, HEX("3000")) }, { X_GONE(policy_mappings) } },
		{ "extension-malformed", { X_PLAIN(authority_key_id, HEX("0500")) }, { X_PLAIN(authority_key_id, AKI_OF(ISSUER_KEY_ID)) } },
		{ "extension-unknown-critical", { { .what = EXT, .oid = UNKNOWN_OID, .value = HEX("0500"), .critical = true } },
		    { { .what = EXT, .oid = UNKNOWN_OID, .value = HEX("0500") } } },
		{ "issuer-alt-name-critical", { X_CRITICAL(issuer_alt_name, SEQ(DNS(TXT("a.example")))) },
		    { X_PLAIN(issuer_alt_name, SEQ(DNS(TXT("a.example")))) } },
		{ "directory-attributes-critical",
		    { { .what = EXT, .oid = OID_DIRECTORY_ATTRIBUTES, .value = HEX("30020500"), .critical = true } },
		    { { .what = EXT, .oid = OID_DIRECTORY_ATTRIBUTES, .value = HEX("30020500") } } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

static void
key_identifiers_are_judged(void **state)
{
	const ctn_span names_alone = SEQ(EL(CTN_TAG_CONTEXT(0), ISSUER_KEY_ID), EL(CTN_TAG_CONTEXT_CONS(1), DIRECTORY(CN("x"))));
	const ctn_span pair = SEQ(EL(CTN_TAG_CONTEXT(0), ISSUER_KEY_ID), EL(CTN_TAG_CONTEXT_CONS(1), DIRECTORY(CN("x"))),
	    EL(CTN_TAG_CONTEXT(2), HEX("05")));
	const struct forge_row rows[] = {
		{ "authority-key-id-missing", { X_GONE(authority_key_id) }, { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) } },
		{ "authority-key-id-empty", { X_PLAIN(authority_key_id, SEQ(NONE)) }, { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) } },
		{ "authority-key-id-critical", { X_CRITICAL(authority_key_id, AKI_OF(ISSUER_KEY_ID)) },
		    { X_PLAIN(authority_key_id, AKI_OF(ISSUER_KEY_ID)) } },
		{ "authority-key-id-pair", { X_PLAIN(authority_key_id, names_alone) }, { X_PLAIN(authority_key_id, pair) } },
		{ "authority-key-id-mismatch", { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) },
		    { X_PLAIN(authority_key_id, AKI_OF(ISSUER_KEY_ID)) } },
		{ "subject-key-id-missing-leaf", { X_GONE(subject_key_id) }, { X_PLAIN(subject_key_id, OCTETS(HEX("01"))) } },
		{ "subject-key-id-empty", { X_PLAIN(subject_key_id, OCTETS(NONE)) }, { X_PLAIN(subject_key_id, OCTETS(HEX("01"))) } },
		{ "subject-key-id-critical", { X_CRITICAL(subject_key_id, OCTETS(HEX("01"))) },
		    { X_PLAIN(subject_key_id, OCTETS(HEX("01"))) } },
	};
	const struct forge_row of_ca[] = {
		{ "authority-key-id-missing", { X_GONE(authority_key_id) }, { AS(CTN_ROLE_ROOT), X_GONE(authority_key_id) } },
		{ "subject-key-id-missing", { X_GONE(subject_key_id) }, { X_PLAIN(subject_key_id, OCTETS(HEX("01"))) } },
	};
	const struct forge_row of_root[] = {
		{ "authority-key-id-mismatch", { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) },
		    { X_PLAIN(authority_key_id, AKI_OF(ISSUER_KEY_ID)) } },
	};
	struct forge leaf = forge_leaf(), ca = forge_ca(), root = forge_root();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&ca, of_ca, COUNT_OF(of_ca), false);
	forge_check(&root, of_root, COUNT_OF(of_root), false);
}

static void
name_constraints_are_judged(void **state)
{
	const ctn_span nc = SEQ(EL(CTN_TAG_CONTEXT_CONS(0), SEQ(DNS(TXT("internal.example")))));
	const ctn_span maximum = SEQ(EL(CTN_TAG_CONTEXT_CONS(0), SEQ(DNS(TXT("internal.example")), HEX("810105"))));
	const ctn_span dotted = SEQ(EL(CTN_TAG_CONTEXT_CONS(0), SEQ(DNS(TXT(".internal.example")))));
	const ctn_span minimum = SEQ(EL(CTN_TAG_CONTEXT_CONS(0), SEQ(DNS(TXT("internal.example")), HEX("800100"))));
	const ctn_span excluded = SEQ(EL(CTN_TAG_CONTEXT_CONS(1), SEQ(DNS(TXT("internal.example")))));
	const ctn_span rid = SEQ(EL(CTN_TAG_CONTEXT_CONS(1), SEQ(EL(CTN_TAG_CONTEXT(8), HEX("2a03")))));
	const ctn_span elsewhere = SEQ(DNS(TXT("web.elsewhere.example")));
	const struct forge_row rows[] = {
		{ "name-constraints-leaf", { X_CRITICAL(name_constraints, nc) }, { X_GONE(name_constraints) } },
		{ "name-constraints-issuer", { X_ISSUER(name_constraints, nc), X_PLAIN(subject_alt_name, elsewhere) },
		    { X_ISSUER(name_constraints, nc) } },
		{ "name-constraints-issuer", { X_ISSUER(name_constraints, excluded) },
		    { X_ISSUER(name_constraints, excluded), X_PLAIN(subject_alt_name, elsewhere) } },
	};
	const struct forge_row of_ca[] = {
		{ "name-constraints-critical", { X_PLAIN(name_constraints, nc) }, { X_CRITICAL(name_constraints, nc) } },
		{ "name-constraints-malformed", { X_CRITICAL(name_constraints, HEX("3000")) }, { X_CRITICAL(name_constraints, nc) } },
		{ "name-constraints-malformed", { X_CRITICAL(name_constraints, maximum) }, { X_CRITICAL(name_constraints, excluded) } },
		{ "name-constraints-malformed", { X_CRITICAL(name_constraints, dotted) }, { X_CRITICAL(name_constraints, nc) } },
		{ "name-constraints-malformed", { X_CRITICAL(name_constraints, minimum) }, { X_CRITICAL(name_constraints, nc) } },
		{ "name-constraints-form", { X_CRITICAL(name_constraints, rid) }, { X_CRITICAL(name_constraints, excluded) } },
	};
	struct forge leaf = forge_leaf(), ca = forge_ca();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&ca, of_ca, COUNT_OF(of_ca), false);
}

#define CA_OF(hex) X_CRITICAL(basic_constraints, HEX(hex))
#define CA_ALONE "30030101ff"

static void
basic_constraints_are_judged(void **state)
{
	const struct forge_row rows[] = {
		{ "leaf-is-ca", { CA_OF(CA_ALONE) }, { CA_OF("3000") } },
		{ "path-length-misplaced", { CA_OF("3003020100") }, { CA_OF("3000") } },
		{ "cert-sign-without-ca", { X_CRITICAL(key_usage, HEX("03020204")) }, { X_CRITICAL(key_usage, HEX("03020780")) } },
	};
	const struct forge_row of_ca[] = {
		{ "basic-constraints-critical", { X_PLAIN(basic_constraints, HEX(CA_ALONE)) }, { CA_OF(CA_ALONE) } },
		{ "ca-not-ca", { CA_OF("3000") }, { CA_OF(CA_ALONE) } },
		{ "ca-not-ca", { X_GONE(basic_constraints) }, { CA_OF(CA_ALONE) } },
		{ "path-length-misplaced", { X_CRITICAL(key_usage, HEX("03020102")) }, { X_CRITICAL(key_usage, HEX("03020204")) } },
		{ "path-length-issuer", { X_ISSUER(basic_constraints, HEX("30060101ff020100")) },
		    { X_ISSUER(basic_constraints, HEX("30060101ff020101")) } },
		{ "path-length-issuer", { X_ISSUER(basic_constraints, HEX("30060101ff020101")), CA_OF("30060101ff020101") },
		    { X_ISSUER(basic_constraints, HEX("30060101ff020102")), CA_OF("30060101ff020101") } },
		{ "cert-sign-without-ca", { CA_OF("3000") }, { CA_OF(CA_ALONE) } },
	};
	struct forge leaf = forge_leaf(), ca = forge_ca();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&ca, of_ca, COUNT_OF(of_ca), false);
}

#define KU(hex) X_CRITICAL(key_usage, HEX(hex))

static void
key_usages_are_judged(void **state)
{
	const struct forge_row rows[] = {
		{ "key-usage-critical-leaf", { X_PLAIN(key_usage, HEX("03020780")) }, { KU("03020780") } },
		{ "key-usage-empty", { KU("030100") }, { KU("03020780") } },
		{ "key-usage-unknown-bit", { KU("03030680c0") }, { KU("0303070080") } },
		{ "key-usage-unknown-bit", { KU("0303060040") }, { KU("0303070080") } },
		{ "leaf-crl-sign", { KU("03020182") }, { KU("03020780") } },
		{ "key-usage-ec", { KU("03020520") }, { KU("03020308") } },
		{ "key-usage-ec", { KU("03020410") }, { F(SPKI, SPKI_RSA), KU("03020410") } },
		{ "key-usage-rsa", { F(SPKI, SPKI_RSA), KU("03020308") }, { F(SPKI, SPKI_RSA), KU("03020520") } },
		{ "key-usage-rsa", { F(SPKI, SPKI_RSA), KU("03020001") }, { KU("03020308") } },
		{ "key-usage-signing", { F(SPKI, SPKI_ED25519), KU("03020308") }, { F(SPKI, SPKI_ED25519), KU("03020780") } },
		{ "key-usage-signing", { F(SPKI, SPKI_ED25519), KU("03020520") }, { F(SPKI, SPKI_ED25519), KU("030206c0") } },
		{ "key-usage-only", { KU("03020081") }, { KU("03020009") } },
		{ "key-usage-only", { KU("0303078080") }, { KU("0303070880") } },
	};
	const struct forge_row of_ca[] = {
		{ "key-usage-missing", { X_GONE(key_usage) }, { KU("03020106") } },
		{ "key-usage-critical", { X_PLAIN(key_usage, HEX("03020106")) }, { KU("03020106") } },
		{ "ca-without-cert-sign", { KU("03020102") }, { KU("03020204") } },
		{ "ca-without-crl-sign", { KU("03020204") }, { KU("03020102") } },
		{ "key-usage-rsa-ca", { F(SPKI, SPKI_RSA), KU("03020126") }, { F(SPKI, SPKI_RSA), KU("03020186") } },
	};
	struct forge leaf = forge_leaf(), ca = forge_ca();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&ca, of_ca, COUNT_OF(of_ca), false);
}

static void
purposes_are_judged(void **state)
{
	const ctn_span server = OID(ctn_oid_kp_server_auth), client = OID(ctn_oid_kp_client_auth), any = OID(ctn_oid_any_ext_key_usage);
	const ctn_span ocsp = OID(ctn_oid_kp_ocsp_signing);
	const struct forge_row rows[] = {
		{ "extended-key-usage-missing", { X_GONE(ext_key_usage) }, { X_PLAIN(ext_key_usage, EKU(client)) } },
		{ "extended-key-usage-any", { X_PLAIN(ext_key_usage, EKU(server, any)) }, { X_PLAIN(ext_key_usage, EKU(server)) } },
		{ "extended-key-usage-any-critical", { X_CRITICAL(ext_key_usage, EKU(any)) }, { X_PLAIN(ext_key_usage, EKU(any)) } },
		{ "extended-key-usage-any-critical", { X_CRITICAL(ext_key_usage, EKU(any)) }, { X_CRITICAL(ext_key_usage, EKU(server)) } },
		{ "extended-key-usage-repeated", { X_PLAIN(ext_key_usage, EKU(server, client, server)) },
		    { X_PLAIN(ext_key_usage, EKU(server, client)) } },
		{ "extended-key-usage-issuer", { X_ISSUER(ext_key_usage, EKU(client)) }, { X_ISSUER(ext_key_usage, EKU(client, server)) } },
		{ "extended-key-usage-issuer", { X_ISSUER(ext_key_usage, EKU(client)) }, { X_ISSUER(ext_key_usage, EKU(any)) } },
		{ "extended-key-usage-issuer", { X_ISSUER(ext_key_usage, EKU(client)) },
		    { X_ISSUER(ext_key_usage, EKU(client)), X_PLAIN(ext_key_usage, EKU(ocsp)) } },
		{ "extended-key-usage-inconsistent", { KU("03020640") }, { KU("03020308") } },
		{ "extended-key-usage-inconsistent", { X_PLAIN(ext_key_usage, EKU(OID(ctn_oid_kp_code_signing))), KU("03020308") },
		    { X_PLAIN(ext_key_usage, EKU(OID(ctn_oid_kp_code_signing))) } },
		{ "ocsp-nocheck-missing", { X_PLAIN(ext_key_usage, EKU(ocsp)) },
		    { X_PLAIN(ext_key_usage, EKU(ocsp)), X_PLAIN(ocsp_nocheck, HEX("0500")) } },
	};
	const struct forge_row of_root[] = {
		{ "extended-key-usage-root", { X_PLAIN(ext_key_usage, EKU(server)) }, { X_GONE(ext_key_usage) } },
	};
	struct forge leaf = forge_leaf(), root = forge_root();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&root, of_root, COUNT_OF(of_root), false);
}

#define POINT(...) SEQ(SEQ(EL(CTN_TAG_CONTEXT_CONS(0), EL(CTN_TAG_CONTEXT_CONS(0), __VA_ARGS__))))
#define ACCESS(id, location) SEQ(OID(ctn_oid_ad_##id), location)

static void
places_to_fetch_from_are_judged(void **state)
{
	const ctn_span http = URI(TXT("http://pki.example/ca.crl"));
	const ctn_span reasons_alone = SEQ(SEQ(HEX("81020640")));
	const ctn_span crl_issuer = SEQ(SEQ(EL(CTN_TAG_CONTEXT_CONS(2), DIRECTORY(CN("x")))));
	const ctn_span ocsp = ACCESS(ocsp, http), twice = SEQ(ocsp, ACCESS(ca_issuers, http), ocsp);
	const struct forge_row rows[] = {
		{ "crl-points-critical", { X_CRITICAL(crl_distribution_points, POINT(http)) }, { X_PLAIN(crl_distribution_points, POINT(http)) } },
		{ "crl-points-incomplete", { X_PLAIN(crl_distribution_points, reasons_alone) },
		    { X_PLAIN(crl_distribution_points, crl_issuer) } },
		{ "crl-points-url", { X_PLAIN(crl_distribution_points, POINT(URI(TXT("https://pki.example/ca.crl")))) },
		    { X_PLAIN(crl_distribution_points, POINT(http)) } },
		{ "crl-points-url", { X_PLAIN(crl_distribution_points, POINT(URI(TXT("/ca.crl")))) },
		    { X_PLAIN(crl_distribution_points, POINT(URI(TXT("ldap://x.example/cn=a?certificateRevocationList")))) } },
		{ "freshest-crl-critical", { X_CRITICAL(freshest_crl, POINT(http)) }, { X_PLAIN(freshest_crl, POINT(http)) } },
		{ "info-access-critical", { X_CRITICAL(authority_info_access, SEQ(ocsp)) }, { X_PLAIN(authority_info_access, SEQ(ocsp)) } },
		{ "subject-info-access-critical", { { .what = EXT, .oid = OID_SIA, .value = SEQ(ocsp), .critical = true } },
		    { { .what = EXT, .oid = OID_SIA, .value = SEQ(ocsp) } } },
		{ "info-access-url", { X_PLAIN(authority_info_access, SEQ(ACCESS(ocsp, URI(TXT("pki.example/ocsp"))))) },
		    { X_PLAIN(authority_info_access, SEQ(ocsp)) } },
		{ "info-access-url", { X_PLAIN(authority_info_access, SEQ(ACCESS(ocsp, DNS(TXT("pki.example"))))) },
		    { X_PLAIN(authority_info_access, SEQ(SEQ(OID(HEX("2a03")), DNS(TXT("pki.example"))))) } },
		{ "info-access-repeated", { X_PLAIN(authority_info_access, twice) },
		    { X_PLAIN(authority_info_access, SEQ(ocsp, ACCESS(ca_issuers, http))) } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

#define POLICY(...) X_PLAIN(certificate_policies, SEQ(SEQ(__VA_ARGS__)))
#define WITH(...) SEQ(SEQ(__VA_ARGS__)) /* policyQualifiers of one */
#define CPS(text) OID(HEX("2b06010505070201")), IA5(TXT(text))
#define NOTICE(...) OID(HEX("2b06010505070202")), SEQ(__VA_ARGS__)
#define MAPPING(from, to) SEQ(SEQ(OID(from), OID(to)))

static void
policies_are_judged(void **state)
{
	const ctn_span a = HEX("2a0301"), b = HEX("2a0302");
	const ctn_span id_a = OID(a), id_any = OID(ctn_oid_any_policy);
	const struct forge_row rows[] = {
		{ "policies-repeated", { X_PLAIN(certificate_policies, SEQ(SEQ(id_a), SEQ(OID(b)), SEQ(id_a))) },
		    { X_PLAIN(certificate_policies, SEQ(SEQ(id_a), SEQ(OID(b)))) } },
		{ "policy-qualifiers", { POLICY(id_any, WITH(OID(b), HEX("0500"))) }, { POLICY(id_a, WITH(OID(b), HEX("0500"))) } },
		{ "policy-qualifiers", { POLICY(id_a, SEQ(HEX("0500"))) }, { POLICY(id_any, WITH(CPS("http://x.example/"))) } },
		{ "policy-qualifiers", { POLICY(id_a, WITH(OID(HEX("2b06010505070202")), HEX("0500"))) },
		    { POLICY(id_a, WITH(NOTICE(UTF8(TXT("x"))))) } },
		{ "policy-qualifiers", { POLICY(id_a, WITH(OID(HEX("2b06010505070201")), HEX("0500"))) },
		    { POLICY(id_a, WITH(CPS("http://x.example/"))) } },
		{ "policy-cps", { POLICY(id_a, WITH(CPS("x.example"))) }, { POLICY(id_a, WITH(CPS("https://x.example/cps"))) } },
		{ "policy-text-length", { POLICY(id_a, WITH(NOTICE(UTF8(RUN('a', 201))))) },
		    { POLICY(id_a, WITH(NOTICE(UTF8(CAT(RUN('a', 199), HEX("c3a9")))))) } },
		{ "policy-text-encoding", { POLICY(id_a, WITH(NOTICE(IA5(TXT("x"))))) }, { POLICY(id_a, WITH(NOTICE(UTF8(TXT("x"))))) } },
		{ "policy-text-encoding", { POLICY(id_a, WITH(NOTICE(UTF8(TXT("x\n"))))) }, { POLICY(id_a, WITH(NOTICE(NONE))) } },
		{ "policy-notice-ref", { POLICY(id_a, WITH(NOTICE(SEQ(UTF8(TXT("x")), SEQ(HEX("020101")))))) },
		    { POLICY(id_a, WITH(NOTICE(UTF8(TXT("x"))))) } },
		{ "policy-control-leaf", { X_CRITICAL(inhibit_any_policy, HEX("020100")) }, { X_GONE(inhibit_any_policy) } },
		{ "policy-control-leaf", { X_CRITICAL(policy_constraints, HEX("3003800100")) },
		    { AS(CTN_ROLE_CA), X_CRITICAL(policy_constraints, HEX("3003800100")) } },
		{ "policy-control-leaf", { X_CRITICAL(policy_mappings, MAPPING(a, b)) },
		    { AS(CTN_ROLE_CA), X_CRITICAL(policy_mappings, MAPPING(a, b)) } },
		{ "policy-mappings-any", { X_CRITICAL(policy_mappings, MAPPING(a, ctn_oid_any_policy)) },
		    { X_CRITICAL(policy_mappings, MAPPING(a, b)) } },
		{ "policy-mappings-any", { X_CRITICAL(policy_mappings, MAPPING(ctn_oid_any_policy, a)) },
		    { X_CRITICAL(policy_mappings, MAPPING(b, a)) } },
		{ "policy-mappings-critical", { X_PLAIN(policy_mappings, MAPPING(a, b)) }, { X_CRITICAL(policy_mappings, MAPPING(a, b)) } },
		{ "policy-mappings-listed", { X_CRITICAL(policy_mappings, MAPPING(b, a)), POLICY(id_a) },
		    { X_CRITICAL(policy_mappings, MAPPING(a, b)), POLICY(id_a) } },
		{ "policy-constraints-critical", { X_PLAIN(policy_constraints, HEX("3003800100")) },
		    { X_CRITICAL(policy_constraints, HEX("3003800100")) } },
		{ "inhibit-any-policy-critical", { X_PLAIN(inhibit_any_policy, HEX("020100")) },
		    { X_CRITICAL(inhibit_any_policy, HEX("020100")) } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(extensions_as_such_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(key_identifiers_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(name_constraints_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(basic_constraints_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(key_usages_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(purposes_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(places_to_fetch_from_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(policies_are_judged, forge_setup, forge_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
