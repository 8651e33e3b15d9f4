/* Lint: rules over fields, names and keys of certificates; each refuses one thing and lets its neighbour through. */
#include "lint_forge.h"

static void
clean_certificates_have_no_finding(void **state)
{
	const struct forge_part nothing[FORGE_PARTS] = { { 0 } };
	struct forge leaf = forge_leaf(), ca = forge_ca(), issuer = forge_root();

	(void)state;
	assert_false(forge_finds(&leaf, nothing, NULL, false));
	assert_false(forge_finds(&ca, nothing, NULL, false));
	assert_false(forge_finds(&issuer, nothing, NULL, false));
}

static void
algorithm_version_and_serial_are_judged(void **state)
{
	const ctn_span sha384 = ctn_sig_alg_der(CTN_SIG_ECDSA_SHA384), sha1 = ctn_sig_alg_der(CTN_SIG_ECDSA_SHA1);
	const ctn_span with_null = SEQ(HEX("06082a8648ce3d0403020500"));
	const struct forge_row rows[] = {
		{ "algorithm-mismatch", { F(OUTER, sha384) }, { F(INNER, sha384), F(OUTER, sha384) } },
		{ "algorithm-mismatch", { F(OUTER, with_null) }, { F(OUTER, NONE) } },
		{ "signature-unknown", { F(INNER, with_null) }, { F(INNER, sha384) } },
		{ "signature-unknown", { F(INNER, SEQ(HEX("06092a864886f70d01010b"))) }, { F(INNER, sha384) } },
		{ "signature-weak", { F(INNER, sha1) }, { F(INNER, sha384) } },
		{ "signature-fits-key", { F(INNER, ctn_sig_alg_der(CTN_SIG_RSA_SHA256)) }, { F(INNER, sha384) } },
		{ "version", { F(VERSION, HEX("a003020101")) }, { F(VERSION, HEX("a003020102")) } },
		{ "serial-positive", { F(SERIAL, HEX("ff11223344556677")) }, { F(SERIAL, HEX("00ff11223344556677")) } },
		{ "serial-positive", { F(SERIAL, HEX("00")) }, { F(SERIAL, HEX("01")) } },
		{ "serial-length", { F(SERIAL, CAT(HEX("00"), RUN(0xff, 20))) }, { F(SERIAL, CAT(HEX("00"), RUN(0xff, 19))) } },
		{ "serial-length", { F(SERIAL, RUN(0x7f, 21)) }, { F(SERIAL, RUN(0x7f, 20)) } },
		{ "serial-entropy", { F(SERIAL, RUN(0x7f, 7)) }, { F(SERIAL, RUN(0x7f, 8)) } },
		{ "unique-identifier", { F(UIDS, HEX("81020001")) }, { F(UIDS, NONE) } },
		{ "unique-identifier", { F(UIDS, HEX("82020001")) }, { F(UIDS, NONE) } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

static void
issuer_and_validity_are_judged(void **state)
{
	const ctn_span printable = NAME(RDN(at_common_name, PRINTABLE(TXT("Issuing"))));
	const struct forge_row rows[] = {
		{ "issuer-empty", { F(ISSUER, NAME(NONE)) }, { F(ISSUER, CN("x")) } },
		{ "issuer-name", { F(ISSUER, printable) }, { F(ISSUER, CN("Issuing")) } },
		{ "issuer-name", { F(ISSUER, CN("issuing")) }, { F(ISSUER, CN("Issuing")) } },
		{ "time-encoding", { F(NOT_AFTER, GENERALIZED("20491231235959Z")) }, { F(NOT_AFTER, UTC("491231235959Z")) } },
		{ "time-encoding", { F(NOT_BEFORE, GENERALIZED("20260101000000Z")) }, { F(NOT_AFTER, GENERALIZED("20500101000000Z")) } },
		{ "validity-order", { F(NOT_AFTER, UTC("251231235959Z")) }, { F(NOT_AFTER, UTC("260101000000Z")) } },
		{ "leaf-outlives-issuer", { F(NOT_AFTER, UTC("300101000001Z")) }, { F(NOT_AFTER, UTC("300101000000Z")) } },
		{ "issuer-malformed", { F(ISSUER, NAME(EL(CTN_TAG_SET, NONE))) }, { F(ISSUER, CN("x")) } },
		{ "issuer-encoding", { F(ISSUER, NAME(RDN(at_country, UTF8(TXT("DE"))))) },
		    { F(ISSUER, NAME(RDN(at_country, PRINTABLE(TXT("DE"))))) } },
		{ "issuer-whitespace", { F(ISSUER, CN("x ")) }, { F(ISSUER, CN("x y")) } },
	};
	const struct forge_row of_ca[] = {
		{ "ca-outlives-issuer", { F(NOT_AFTER, UTC("300101000001Z")) }, { F(NOT_AFTER, UTC("300101000000Z")) } },
	};
	const struct forge_row of_root[] = {
		{ "issuer-name", { F(ISSUER, CN("issuing")) }, { F(ISSUER, CN("Issuing")) } },
	};
	struct forge leaf = forge_leaf(), ca = forge_ca(), root = forge_root();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&ca, of_ca, COUNT_OF(of_ca), false);
	forge_check(&root, of_root, COUNT_OF(of_root), false);
}

static void
keys_are_judged(void **state)
{
	const ctn_span short_rsa = SPKI_RSA_WITH(HEX("0500"), CAT(HEX("00"), RUN(0xd3, 128)), HEX("010001"));
	const ctn_span no_null = SPKI_RSA_WITH(NONE, CAT(HEX("00"), RUN(0xd3, 256)), HEX("010001"));
	const ctn_span ed_null = SEQ(SEQ(HEX("06032b65700500")), EL(CTN_TAG_BIT_STRING, HEX("00"), RUN(0x11, 32)));
	const ctn_span no_key = SEQ(SEQ(OID(HEX("2a03"))), HEX("0500"));
	const struct forge_row rows[] = {
		{ "key-malformed", { F(SPKI, no_key) }, { F(SPKI, SPKI_ED25519) } },
		{ "key-weak", { F(SPKI, short_rsa) }, { F(SPKI, SPKI_ED25519) } },
		{ "key-weak", { F(SPKI, SEQ(SEQ(OID(HEX("2a03"))), HEX("03020000"))) }, { F(SPKI, SPKI_P256) } },
		{ "key-parameters", { F(SPKI, no_null) }, { F(SPKI, SPKI_RSA) } },
		{ "key-parameters", { F(SPKI, ed_null) }, { F(SPKI, SPKI_ED25519) } },
		{ "key-of-issuer", { F(SPKI, SPKI_P256_OTHER) }, { F(SPKI, SPKI_P256) } },
	};
	struct forge leaf = forge_leaf();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
}

#define SUBJ(attribute, string) F(SUBJECT, NAME(RDN(attribute, string)))

static void
subject_attributes_are_judged(void **state)
{
	const ctn_span bmp = EL(CTN_TAG_BMP_STRING, HEX("00410042"));
	const struct forge_row rows[] = {
		{ "subject-malformed", { F(SUBJECT, NAME(EL(CTN_TAG_SET, NONE))) }, { F(SUBJECT, CN("x")) } },
		{ "subject-length", { SUBJ(at_common_name, UTF8(RUN('a', 65))) }, { SUBJ(at_common_name, UTF8(RUN('a', 64))) } },
		{ "subject-length", { SUBJ(at_organization, UTF8(CAT(RUN('a', 64), HEX("c3a9")))) },
		    { SUBJ(at_organization, UTF8(CAT(RUN('a', 63), HEX("c3a9")))) } },
		{ "subject-length", { SUBJ(at_locality, UTF8(NONE)) }, { SUBJ(at_locality, UTF8(TXT("x"))) } },
		{ "subject-length", { SUBJ(at_postal_code, UTF8(RUN('1', 41))) }, { SUBJ(at_postal_code, UTF8(RUN('1', 40))) } },
		{ "subject-length", { SUBJ(at_serial_number, PRINTABLE(RUN('1', 65))) },
		    { SUBJ(at_serial_number, PRINTABLE(RUN('1', 64))) } },
		{ "subject-encoding", { SUBJ(at_serial_number, UTF8(TXT("1"))) }, { SUBJ(at_serial_number, PRINTABLE(TXT("1"))) } },
		{ "subject-encoding", { SUBJ(at_domain_component, UTF8(TXT("x"))) }, { SUBJ(at_domain_component, IA5(TXT("x"))) } },
		{ "subject-old-encoding", { SUBJ(at_common_name, bmp) }, { SUBJ(at_common_name, PRINTABLE(TXT("AB"))) } },
		{ "subject-country", { SUBJ(at_country, PRINTABLE(TXT("de"))) }, { SUBJ(at_country, PRINTABLE(TXT("DE"))) } },
		{ "subject-country", { SUBJ(at_country, PRINTABLE(TXT("ZZ"))) }, { SUBJ(at_country, PRINTABLE(TXT("ZW"))) } },
		{ "subject-control", { SUBJ(at_common_name, UTF8(HEX("610962"))) }, { SUBJ(at_common_name, UTF8(HEX("612062"))) } },
		{ "subject-control", { SUBJ(at_common_name, UTF8(HEX("61c28562"))) }, { SUBJ(at_common_name, UTF8(HEX("61c2a062"))) } },
		{ "subject-whitespace", { F(SUBJECT, CN(" a")) }, { F(SUBJECT, CN("a b")) } },
		{ "subject-whitespace", { F(SUBJECT, CN("a ")) }, { F(SUBJECT, CN("a")) } },
		{ "subject-meaningless", { SUBJ(at_organization, UTF8(TXT("-"))) }, { SUBJ(at_organization, UTF8(TXT("-a"))) } },
		{ "subject-meaningless", { SUBJ(at_common_name, UTF8(TXT("::"))) }, { SUBJ(at_common_name, UTF8(TXT(":1"))) } },
		{ "subject-repeated", { F(SUBJECT, NAME(RDN(at_common_name, UTF8(TXT("a"))), RDN(at_common_name, UTF8(TXT("b"))))) },
		    { F(SUBJECT, NAME(RDN(at_organizational_unit, UTF8(TXT("a"))), RDN(at_organizational_unit, UTF8(TXT("b"))))) } },
		{ "subject-email", { SUBJ(at_email, IA5(TXT("a@example.com"))) },
		    { SUBJ(at_email, IA5(TXT("a@example.com"))), X_PLAIN(subject_alt_name, SEQ(MAIL(TXT("a@example.com")))) } },
		{ "common-name", { F(SUBJECT, CN("mail.internal.example")) }, { F(SUBJECT, CN("WEB.internal.example")) } },
		{ "common-name", { F(SUBJECT, CN("a.b")) }, { F(SUBJECT, CN("A. B.")) } },
		{ "subject-empty-without-names", { F(SUBJECT, NAME(NONE)), X_GONE(subject_alt_name) }, { F(SUBJECT, NAME(NONE)) } },
	};
	const struct forge_row of_ca[] = {
		{ "subject-empty-ca", { F(SUBJECT, NAME(NONE)) }, { F(SUBJECT, CN("x")) } },
	};
	struct forge leaf = forge_leaf(), ca = forge_ca();

	(void)state;
	forge_check(&leaf, rows, COUNT_OF(rows), false);
	forge_check(&ca, of_ca, COUNT_OF(of_ca), false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(clean_certificates_have_no_finding, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(algorithm_version_and_serial_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(issuer_and_validity_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(keys_are_judged, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(subject_attributes_are_judged, forge_setup, forge_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
