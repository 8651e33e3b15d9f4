/* Lint: rules over CRLs and their entries; each refuses one thing and lets its neighbour through. */
#include "lint_forge.h"

#define THIS NOT_BEFORE
#define NEXT NOT_AFTER
#define REVOKED UTC("251231000000Z")
#define ENTRY(...) SEQ(HEX("02020101"), REVOKED, SEQ(__VA_ARGS__))
#define ENTRY_EXT(id, ...) SEQ(OID(ctn_oid_##id), __VA_ARGS__)
#define REASON(hex) ENTRY_EXT(crl_reason, OCTETS(HEX(hex)))
#define FULL_NAME EL(CTN_TAG_CONTEXT_CONS(0), EL(CTN_TAG_CONTEXT_CONS(0), URI(TXT("http://pki.example/ca.crl"))))

static void
a_clean_crl_has_no_finding(void **state)
{
	const struct forge_part nothing[FORGE_PARTS] = { { 0 } };
	struct forge crl = forge_crl();

	(void)state;
	assert_false(forge_finds(&crl, nothing, NULL, true));
}

static void
fields_are_judged(void **state)
{
	const ctn_span sha384 = ctn_sig_alg_der(CTN_SIG_ECDSA_SHA384), sha1 = ctn_sig_alg_der(CTN_SIG_ECDSA_SHA1);
	const ctn_span with_null = SEQ(HEX("06082a8648ce3d0403020500"));
	const struct forge_row rows[] = {
		{ "crl-algorithm-mismatch", { F(OUTER, sha384) }, { F(INNER, sha384), F(OUTER, sha384) } },
		{ "crl-signature-unknown", { F(INNER, with_null) }, { F(INNER, sha384) } },
		{ "crl-signature-weak", { F(INNER, sha1) }, { F(INNER, sha384) } },
		{ "crl-signature-fits-key", { F(INNER, ctn_sig_alg_der(CTN_SIG_ED25519)) }, { F(INNER, sha384) } },
		{ "crl-version", { F(VERSION, NONE) }, { F(VERSION, HEX("020101")) } },
		{ "crl-issuer-empty", { F(ISSUER, NAME(NONE)) }, { F(ISSUER, CN("x")) } },
		{ "crl-issuer-name", { F(ISSUER, NAME(RDN(at_common_name, PRINTABLE(TXT("Issuing"))))) }, { F(ISSUER, CN("Issuing")) } },
		{ "crl-issuer-usage", { X_ISSUER(key_usage, HEX("03020204")) }, { X_ISSUER(key_usage, HEX("03020102")) } },
		{ "crl-time-encoding", { F(THIS, GENERALIZED("20260101000000Z")) }, { F(THIS, UTC("260101000000Z")) } },
		{ "crl-time-encoding", { F(NEXT, GENERALIZED("20491231235959Z")) }, { F(NEXT, GENERALIZED("20500101000000Z")) } },
		{ "crl-time-encoding", { F(LIST, SEQ(HEX("020101"), GENERALIZED("20251231000000Z"))) }, { F(LIST, SEQ(HEX("020101"), REVOKED)) } },
		{ "crl-next-update", { F(NEXT, NONE) }, { F(NEXT, UTC("270101000000Z")) } },
		{ "crl-update-order", { F(NEXT, UTC("260101000000Z")) }, { F(NEXT, UTC("260101000001Z")) } },
		{ "crl-future", { F(THIS, UTC("260102000001Z")) }, { F(THIS, UTC("260102000000Z")) } },
		{ "crl-list-empty", { F(LIST, NONE) }, { F(LIST, SEQ(HEX("020101"), REVOKED)) } },
		{ "crl-serial-repeated", { F(LIST, CAT(SEQ(HEX("020105"), REVOKED), SEQ(HEX("020103"), REVOKED), SEQ(HEX("020105"), REVOKED))) },
		    { F(LIST, CAT(SEQ(HEX("020105"), REVOKED), SEQ(HEX("020103"), REVOKED), SEQ(HEX("02020005"), REVOKED))) } },
		{ "crl-serial-repeated", { F(LIST, CAT(SEQ(HEX("020105"), REVOKED), SEQ(HEX("020105"), REVOKED))) },
		    { F(LIST, CAT(SEQ(HEX("020105"), REVOKED), SEQ(HEX("020106"), REVOKED))) } },
		{ "crl-serial-repeated", { F(LIST, CAT(SEQ(HEX("020105"), REVOKED), SEQ(HEX("020105"), REVOKED))) },
		    { F(LIST, CAT(SEQ(HEX("020105"), REVOKED), SEQ(HEX("020105"), REVOKED))),
		        X_CRITICAL(issuing_distribution_point, SEQ(HEX("8401ff"))) } },
	};
	struct forge crl = forge_crl();

	(void)state;
	forge_check(&crl, rows, COUNT_OF(rows), true);
}

static void
an_absent_list_is_no_empty_one(void **state)
{
	const struct forge_part nothing[FORGE_PARTS] = { { 0 } };
	struct forge crl = forge_crl();

	(void)state;
	crl.has_list = false;
	assert_false(forge_finds(&crl, nothing, NULL, true));
}

static void
extensions_are_judged(void **state)
{
	const ctn_span names = SEQ(EL(CTN_TAG_CONTEXT_CONS(1), DIRECTORY(CN("x"))), EL(CTN_TAG_CONTEXT(2), HEX("05")));
	const ctn_span fresh = SEQ(SEQ(FULL_NAME));
	const struct forge_row rows[] = {
		{ "crl-extension-repeated", { { .what = EXT_AGAIN, .oid = ctn_oid_crl_number, .value = HEX("020105") } },
		    { { .what = EXT_AGAIN, .oid = HEX("2a0304"), .value = HEX("020105") } } },
		{ "crl-extension-malformed", { X_PLAIN(crl_number, HEX("02020005")) }, { X_PLAIN(crl_number, HEX("020105")) } },
		{ "crl-extension-malformed", { X_CRITICAL(issuing_distribution_point, HEX("0500")) },
		    { X_CRITICAL(issuing_distribution_point, SEQ(FULL_NAME)) } },
		{ "crl-extension-unknown-critical", { { .what = EXT, .oid = HEX("2a0304"), .value = HEX("0500"), .critical = true } },
		    { { .what = EXT, .oid = HEX("2a0304"), .value = HEX("0500") } } },
		{ "crl-authority-key-id-missing", { X_GONE(authority_key_id) }, { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) } },
		{ "crl-authority-key-id-missing", { X_PLAIN(authority_key_id, names) }, { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) } },
		{ "crl-authority-key-id-critical", { X_CRITICAL(authority_key_id, AKI_OF(ISSUER_KEY_ID)) },
		    { X_PLAIN(authority_key_id, AKI_OF(ISSUER_KEY_ID)) } },
		{ "crl-authority-key-id-mismatch", { X_PLAIN(authority_key_id, AKI_OF(LEAF_KEY_ID)) },
		    { X_PLAIN(authority_key_id, AKI_OF(ISSUER_KEY_ID)) } },
		{ "crl-number-missing", { X_GONE(crl_number) }, { X_PLAIN(crl_number, HEX("020100")) } },
		{ "crl-number-critical", { X_CRITICAL(crl_number, HEX("020105")) }, { X_PLAIN(crl_number, HEX("020105")) } },
		{ "crl-number-form", { X_PLAIN(crl_number, HEX("0201ff")) }, { X_PLAIN(crl_number, HEX("020200ff")) } },
		{ "crl-number-form", { X_PLAIN(crl_number, EL(CTN_TAG_INTEGER, RUN(0x7f, 21))) },
		    { X_PLAIN(crl_number, EL(CTN_TAG_INTEGER, RUN(0x7f, 20))) } },
		{ "crl-number-form", { X_CRITICAL(delta_crl_indicator, HEX("0201ff")) }, { X_CRITICAL(delta_crl_indicator, HEX("020101")) } },
		{ "crl-delta-critical", { X_PLAIN(delta_crl_indicator, HEX("020104")) }, { X_CRITICAL(delta_crl_indicator, HEX("020104")) } },
		{ "crl-delta-base", { X_CRITICAL(delta_crl_indicator, HEX("020105")) }, { X_CRITICAL(delta_crl_indicator, HEX("020104")) } },
		{ "crl-delta-base", { X_CRITICAL(delta_crl_indicator, HEX("02020101")) },
		    { X_CRITICAL(delta_crl_indicator, HEX("02017f")), X_PLAIN(crl_number, HEX("02020080")) } },
		{ "crl-distribution-point-critical", { X_PLAIN(issuing_distribution_point, SEQ(FULL_NAME)) },
		    { X_CRITICAL(issuing_distribution_point, SEQ(FULL_NAME)) } },
		{ "crl-distribution-point-form", { X_CRITICAL(issuing_distribution_point, SEQ(HEX("8101ff8201ff"))) },
		    { X_CRITICAL(issuing_distribution_point, SEQ(HEX("8101ff"))) } },
		{ "crl-distribution-point-form", { X_CRITICAL(issuing_distribution_point, SEQ(NONE)) },
		    { X_CRITICAL(issuing_distribution_point, SEQ(HEX("8201ff"))) } },
		{ "crl-freshest-crl", { X_CRITICAL(freshest_crl, fresh) }, { X_PLAIN(freshest_crl, fresh) } },
		{ "crl-freshest-crl", { X_PLAIN(freshest_crl, fresh), X_CRITICAL(delta_crl_indicator, HEX("020104")) },
		    { X_CRITICAL(delta_crl_indicator, HEX("020104")) } },
	};
	struct forge crl = forge_crl();

	(void)state;
	forge_check(&crl, rows, COUNT_OF(rows), true);
}

static void
entries_are_judged(void **state)
{
	const ctn_span hold = REASON("0a0106"), remove = REASON("0a0108");
	const ctn_span invalid_since = OCTETS(GENERALIZED("20251201000000Z"));
	const ctn_span issuer = OCTETS(SEQ(DIRECTORY(CN("x"))));
	const struct forge_row rows[] = {
		{ "crl-entry-malformed", { F(LIST, SEQ(HEX("020101"))) }, { F(LIST, SEQ(HEX("020101"), REVOKED)) } },
		{ "crl-entry-malformed", { F(LIST, ENTRY(REASON("0201"))) }, { F(LIST, ENTRY(hold)) } },
		{ "crl-entry-extension-repeated", { F(LIST, ENTRY(hold, hold)) },
		    { F(LIST, ENTRY(hold, ENTRY_EXT(invalidity_date, invalid_since))) } },
		{ "crl-entry-unknown-critical", { F(LIST, ENTRY(SEQ(OID(HEX("2a0304")), TRUE_BOOL, OCTETS(HEX("0500"))))) },
		    { F(LIST, ENTRY(SEQ(OID(HEX("2a0304")), OCTETS(HEX("0500"))))) } },
		{ "crl-reason-unspecified", { F(LIST, ENTRY(REASON("0a0100"))) }, { F(LIST, ENTRY(REASON("0a0101"))) } },
		{ "crl-reason-unknown", { F(LIST, ENTRY(REASON("0a0107"))) }, { F(LIST, ENTRY(hold)) } },
		{ "crl-reason-unknown", { F(LIST, ENTRY(REASON("0a010b"))) }, { F(LIST, ENTRY(REASON("0a010a"))) } },
		{ "crl-reason-remove", { F(LIST, ENTRY(remove)) }, { F(LIST, ENTRY(hold)) } },
		{ "crl-reason-remove", { F(LIST, ENTRY(remove)) },
		    { F(LIST, ENTRY(remove)), X_CRITICAL(delta_crl_indicator, HEX("020104")) } },
		{ "crl-entry-critical", { F(LIST, ENTRY(ENTRY_EXT(crl_reason, TRUE_BOOL, OCTETS(HEX("0a0106"))))) }, { F(LIST, ENTRY(hold)) } },
		{ "crl-entry-critical", { F(LIST, ENTRY(ENTRY_EXT(invalidity_date, TRUE_BOOL, invalid_since))) },
		    { F(LIST, ENTRY(ENTRY_EXT(invalidity_date, invalid_since))) } },
		{ "crl-entry-critical", { F(LIST, ENTRY(ENTRY_EXT(certificate_issuer, issuer))) },
		    { F(LIST, ENTRY(ENTRY_EXT(certificate_issuer, TRUE_BOOL, issuer))) } },
		{ "crl-entry-future", { F(LIST, SEQ(HEX("020101"), UTC("260101000001Z"))) },
		    { F(LIST, SEQ(HEX("020101"), UTC("260101000000Z"))) } },
		{ "crl-entry-issuer", { F(LIST, ENTRY(ENTRY_EXT(certificate_issuer, TRUE_BOOL, issuer))) },
		    { F(LIST, ENTRY(ENTRY_EXT(certificate_issuer, TRUE_BOOL, issuer))),
		        X_CRITICAL(issuing_distribution_point, SEQ(HEX("8401ff"))) } },
	};
	struct forge crl = forge_crl();

	(void)state;
	forge_check(&crl, rows, COUNT_OF(rows), true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_clean_crl_has_no_finding, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(fields_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(an_absent_list_is_no_empty_one, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(extensions_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(entries_are_judged, forge_setup, forge_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
