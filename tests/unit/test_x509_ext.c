#include "x509_make.h"

#include "x509/ext.h"

/* Every decoder as "does it take this value?" */
static bool
key_usage(ctn_span v, struct ctn_err *e)
{
	uint32_t mask;

	return ctn_ext_key_usage(&mask, v, e);
}

static bool
basic_constraints(ctn_span v, struct ctn_err *e)
{
	ctn_basic_constraints b;

	return ctn_ext_basic_constraints(&b, v, e);
}

static bool
eku(ctn_span v, struct ctn_err *e)
{
	ctn_der r;

	return ctn_ext_eku(&r, v, e);
}

static bool
general_names(ctn_span v, struct ctn_err *e)
{
	ctn_der r;

	return ctn_ext_general_names(&r, v, e);
}

static bool
aki(ctn_span v, struct ctn_err *e)
{
	ctn_aki a;

	return ctn_ext_aki(&a, v, e);
}

static bool
ski(ctn_span v, struct ctn_err *e)
{
	ctn_span id;

	return ctn_ext_ski(&id, v, e);
}

static bool
info_access(ctn_span v, struct ctn_err *e)
{
	ctn_der r;

	return ctn_ext_info_access(&r, v, e);
}

static bool
dist_points(ctn_span v, struct ctn_err *e)
{
	ctn_der r;

	return ctn_ext_dist_points(&r, v, e);
}

static bool
idp(ctn_span v, struct ctn_err *e)
{
	ctn_idp i;

	return ctn_ext_idp(&i, v, e);
}

static bool
number(ctn_span v, struct ctn_err *e)
{
	ctn_span n;

	return ctn_ext_number(&n, v, e);
}

static bool
reason(ctn_span v, struct ctn_err *e)
{
	unsigned r;

	return ctn_ext_reason(&r, v, e);
}

static bool
invalidity(ctn_span v, struct ctn_err *e)
{
	int64_t at;

	return ctn_ext_invalidity_date(&at, v, e);
}

static bool
policies(ctn_span v, struct ctn_err *e)
{
	ctn_der r;

	return ctn_ext_policies(&r, v, e);
}

static bool
mappings(ctn_span v, struct ctn_err *e)
{
	ctn_der r;

	return ctn_ext_policy_mappings(&r, v, e);
}

static bool
policy_constraints(ctn_span v, struct ctn_err *e)
{
	ctn_policy_constraints p;

	return ctn_ext_policy_constraints(&p, v, e);
}

static const struct refused {
	bool (*decode)(ctn_span v, struct ctn_err *e);
	const char *hex, *text;
} refused[] = {
	{ key_usage, "0302058000", "malformed keyUsage" },
	{ key_usage, "030205a1", "malformed keyUsage" }, /* the unused bits are not zero */
	{ key_usage, "03020700", "malformed keyUsage" }, /* a trailing zero bit */
	{ key_usage, "040205a0", "malformed keyUsage" },
	{ key_usage, "030205a000", "malformed keyUsage" },
	{ reason, "0a010100", "malformed reasonCode" },
	{ info_access, "300e300c06022a038603613a62020100", "malformed information access" },
	{ policies, "3009300706012a30000500", "malformed certificatePolicies" },
	{ basic_constraints, "3003010100", "malformed basicConstraints" }, /* DEFAULT FALSE encoded */
	{ basic_constraints, "3003010101", "malformed basicConstraints" },
	{ basic_constraints, "30030201ff", "malformed basicConstraints" },
	{ basic_constraints, "3006020100010101", "malformed basicConstraints" },
	{ basic_constraints, "300000", "malformed basicConstraints" },
	{ eku, "3000", "malformed extendedKeyUsage" },
	{ eku, "3004060280aa", "malformed extendedKeyUsage" },
	{ eku, "30030101ff", "malformed extendedKeyUsage" },
	{ general_names, "3000", "malformed general names" },
	{ general_names, "30038a0161", "malformed general names" },
	{ general_names, "30038201610000", "malformed general names" },
	{ aki, "30038002aa", "malformed authorityKeyIdentifier" },
	{ aki, "3002a100", "malformed authorityKeyIdentifier" },
	{ aki, "300482020001", "malformed authorityKeyIdentifier" },
	{ aki, "30068201018001aa", "malformed authorityKeyIdentifier" }, /* wrong order */
	{ ski, "0401aa00", "malformed subjectKeyIdentifier" },
	{ ski, "0301aa", "malformed subjectKeyIdentifier" },
	{ info_access, "3000", "malformed information access" },
	{ info_access, "30023000", "malformed information access" },
	{ dist_points, "3000", "malformed distribution points" },
	{ dist_points, "30043002a000", "malformed distribution points" },
	{ dist_points, "30063004a002a000", "malformed distribution points" },
	{ dist_points, "30063004a002a100", "malformed distribution points" },
	{ idp, "3003810100", "malformed issuingDistributionPoint" },
	{ idp, "30068201ff8101ff", "malformed issuingDistributionPoint" },
	{ idp, "30068101ff8101ff", "malformed issuingDistributionPoint" },
	{ idp, "3003a40100", "malformed issuingDistributionPoint" },
	{ number, "0201ff", "malformed number" },
	{ number, "02020001", "malformed number" },
	{ number, "0215010000000000000000000000000000000000000000", "malformed number" },
	{ reason, "020101", "malformed reasonCode" },
	{ reason, "0a02007f", "malformed reasonCode" },
	{ invalidity, "170d3236303130313030303030305a", "malformed invalidityDate" },
	{ invalidity, "180f32303236303133323030303030305a", "malformed invalidityDate" },
	{ policies, "3000", "malformed certificatePolicies" },
	{ policies, "3005300306012a0000", "malformed certificatePolicies" },
	{ policies, "3007300506012a0500", "malformed certificatePolicies" },
	{ mappings, "3005300306012a", "malformed policyMappings" },
	{ policy_constraints, "30038001ff", "malformed policyConstraints" },
	{ policy_constraints, "3006810100800100", "malformed policyConstraints" },
};

static void
malformed_values_are_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct ctn_err e = { 0 };

		if (refused[i].decode(octets(refused[i].hex), &e))
			fail_msg("%s was taken", refused[i].hex);
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, refused[i].text);
	}
}

static void
key_usage_bits_have_their_rfc_names(void **state)
{
	struct ctn_err e = { 0 };
	uint32_t mask = 0, bit = 0;

	(void)state;
	assert_true(ctn_ext_key_usage(&mask, octets("03020106"), &e));
	assert_int_equal(mask, CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN);
	assert_true(ctn_ext_key_usage(&mask, octets("0303070080"), &e));
	assert_int_equal(mask, CTN_KU_DECIPHER_ONLY);
	assert_string_equal(ctn_key_usage_name(CTN_KU_CRL_SIGN), "cRLSign");
	assert_string_equal(ctn_key_usage_name(CTN_KU_DECIPHER_ONLY), "decipherOnly");
	assert_null(ctn_key_usage_name(1u << 9));
	assert_null(ctn_key_usage_name(3));
	assert_true(ctn_key_usage_parse(&bit, "nonRepudiation"));
	assert_int_equal(bit, CTN_KU_CONTENT_COMMITMENT);
	assert_true(ctn_key_usage_parse(&bit, "keyCertSign"));
	assert_int_equal(bit, CTN_KU_KEY_CERT_SIGN);
	assert_false(ctn_key_usage_parse(&bit, "KeyCertSign"));
}

static void
key_usage_with_zero_bits_at_the_end_can_be_read_on_demand(void **state)
{
	uint32_t mask = 0;

	(void)state;
	assert_true(ctn_ext_key_usage_padded(&mask, CTN_SPAN("\x03\x03\x07\xa0\x00")));
	assert_int_equal(mask, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_ENCIPHERMENT);
	assert_true(ctn_ext_key_usage_padded(&mask, CTN_SPAN("\x03\x03\x07\x00\x80")));
	assert_int_equal(mask, CTN_KU_DECIPHER_ONLY);
	assert_false(ctn_ext_key_usage_padded(&mask, CTN_SPAN("\x03\x02\x08\x80")));
	assert_false(ctn_ext_key_usage_padded(&mask, CTN_SPAN("\x03\x02\x07\x80\x00")));
	assert_false(ctn_ext_key_usage_padded(&mask, CTN_SPAN("\x03\x06\x00\x80\x00\x00\x00\x00")));
	assert_false(ctn_ext_key_usage_padded(&mask, CTN_SPAN("\x04\x01\x80")));
}

static void
basic_constraints_tell_a_ca_and_its_path_length(void **state)
{
	ctn_basic_constraints b;
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_ext_basic_constraints(&b, octets("30060101ff020103"), &e));
	assert_true(b.ca && b.has_path_len && b.path_len == 3);
	assert_true(ctn_ext_basic_constraints(&b, octets("3000"), &e));
	assert_false(b.ca || b.has_path_len);
	assert_true(ctn_ext_basic_constraints(&b, octets("3003020100"), &e));
	assert_true(!b.ca && b.has_path_len && b.path_len == 0);
}

static void
an_eku_list_is_walked_and_searched(void **state)
{
	ctn_span value = octets("301406082b0601050507030106082b06010505070302"), oid;
	struct ctn_err e = { 0 };
	ctn_der r;

	(void)state;
	assert_true(ctn_ext_eku(&r, value, &e));
	assert_true(ctn_der_oid(&r, &oid));
	assert_span(oid, ctn_oid_kp_server_auth);
	assert_true(ctn_ext_eku_has(value, ctn_oid_kp_client_auth));
	assert_false(ctn_ext_eku_has(value, ctn_oid_kp_code_signing));
	assert_false(ctn_ext_eku_has(CTN_SPAN("\x30\x00"), ctn_oid_kp_code_signing));
}

static void
an_authority_key_id_has_three_parts(void **state)
{
	struct ctn_err e = { 0 };
	ctn_aki a;

	(void)state;
	assert_true(ctn_ext_aki(&a, octets("300e8002aabba103820161820300ff01"), &e));
	assert_span(a.key_id, CTN_SPAN("\xaa\xbb"));
	assert_span(a.issuer_names, CTN_SPAN("\x82\x01" "a"));
	assert_span(a.serial, CTN_SPAN("\x00\xff\x01"));
	assert_true(ctn_ext_aki(&a, octets("3000"), &e));
	assert_int_equal(a.key_id.n + a.issuer_names.n + a.serial.n, 0);
}

static void
information_access_gives_method_and_place(void **state)
{
	ctn_general_name where;
	struct ctn_err e = { 0 };
	ctn_span method;
	ctn_der r;

	(void)state;
	assert_true(ctn_ext_info_access(&r, octets("3011300f06082b060105050730028603613a62"), &e));
	assert_true(ctn_info_access_next(&r, &method, &where));
	assert_span(method, ctn_oid_ad_ca_issuers);
	assert_int_equal(where.type, CTN_NAME_URI);
	assert_span(where.value, CTN_SPAN("a:b"));
	assert_true(ctn_der_end(&r));
}

/* Full name a:b, reasons keyCompromise, CRL issuer dNSName c; then one relative to its issuer: an empty CN. */
static void
put_points(ctn_buf *b)
{
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put(b, CTN_TAG_SEQUENCE, octets("a007a0058603613a6281020640a203820163"));
	ctn_der_put(b, CTN_TAG_SEQUENCE, octets("a00ba109300706035504030c00"));
	ctn_der_close(b, list);
}

static void
a_distribution_point_has_names_reasons_and_issuer(void **state)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_dist_point p;
	ctn_der r;

	(void)state;
	put_points(&b);
	assert_true(ctn_ext_dist_points(&r, ctn_buf_view(&b), &e));
	assert_true(ctn_dist_point_next(&r, &p));
	assert_span(p.full_name, CTN_SPAN("\x86\x03" "a:b"));
	assert_int_equal(p.relative_name.n, 0);
	assert_true(p.has_reasons && p.reasons == 2);
	assert_span(p.crl_issuer, CTN_SPAN("\x82\x01" "c"));
	assert_true(ctn_dist_point_next(&r, &p));
	assert_int_equal(p.full_name.n, 0);
	assert_span(p.relative_name, octets("300706035504030c00"));
	assert_false(p.has_reasons);
	assert_true(ctn_der_end(&r));
}

static void
an_issuing_distribution_point_has_its_flags(void **state)
{
	struct ctn_err e = { 0 };
	ctn_idp i;

	(void)state;
	assert_true(ctn_ext_idp(&i, octets("3013a007a0058603613a628101ff830206408401ff"), &e));
	assert_true(i.has_point && i.only_user && !i.only_ca && i.indirect && !i.only_attribute);
	assert_true(i.has_reasons && i.reasons == 2);
	assert_span(i.point.full_name, CTN_SPAN("\x86\x03" "a:b"));
	assert_true(ctn_ext_idp(&i, octets("30068201ff8501ff"), &e));
	assert_true(!i.has_point && i.only_ca && i.only_attribute && !i.only_user && !i.indirect && !i.has_reasons);
}

static void
numbers_reasons_and_dates_are_read(void **state)
{
	struct ctn_err e = { 0 };
	ctn_span n;
	unsigned r = 0;
	int64_t at = 0;

	(void)state;
	assert_true(ctn_ext_number(&n, octets("02147fffffffffffffffffffffffffffffffffffffff"), &e));
	assert_int_equal(n.n, 20);
	assert_true(ctn_ext_reason(&r, octets("0a0106"), &e));
	assert_int_equal(r, 6);
	assert_true(ctn_ext_invalidity_date(&at, octets("180f32303236303130313030303030305a"), &e));
	assert_int_equal(at, 1767225600);
}

static void
policies_mappings_and_their_constraints_are_read(void **state)
{
	ctn_span oid, qualifiers, subject;
	ctn_policy_constraints p;
	struct ctn_err e = { 0 };
	ctn_der r;

	(void)state;
	assert_true(ctn_ext_policies(&r, octets("300c300306012a300506012b3000"), &e));
	assert_true(ctn_policy_next(&r, &oid, &qualifiers));
	assert_span(oid, CTN_SPAN("\x2a"));
	assert_int_equal(qualifiers.n, 0);
	assert_true(ctn_policy_next(&r, &oid, &qualifiers));
	assert_span(qualifiers, CTN_SPAN("\x30\x00"));
	assert_true(ctn_ext_policy_mappings(&r, octets("3008300606012a06012b"), &e));
	assert_true(ctn_policy_mapping_next(&r, &oid, &subject));
	assert_span(subject, CTN_SPAN("\x2b"));
	assert_true(ctn_ext_policy_constraints(&p, octets("3006800102810100"), &e));
	assert_true(p.has_require && p.require_explicit == 2 && p.has_inhibit && p.inhibit_mapping == 0);
}

/* SEQUENCE OF n times the extension 1.2 with an empty value. */
static void
put_list(ctn_buf *b, unsigned n)
{
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (unsigned i = 0; i < n; i++)
		ctn_buf_span(b, CTN_SPAN("\x30\x05\x06\x01\x2a\x04\x00"));
	ctn_der_close(b, list);
}

static void
extensions_are_found_and_repeats_noted(void **state)
{
	struct ctn_err e = { 0 };
	ctn_exts x;

	(void)state;
	assert_true(ctn_exts_parse(&x, octets("3013300a06012a0101ff0402aabb300506012b0400"), &e));
	assert_int_equal(x.n, 2);
	assert_false(x.repeated);
	assert_true(x.at[0].critical);
	assert_span(x.at[0].value, CTN_SPAN("\xaa\xbb"));
	assert_ptr_equal(ctn_exts_find(&x, CTN_SPAN("\x2b")), &x.at[1]);
	assert_false(x.at[1].critical);
	assert_null(ctn_exts_find(&x, CTN_SPAN("\x2c")));
	assert_true(ctn_exts_parse(&x, octets("300e300506012a0400300506012a0400"), &e));
	assert_true(x.repeated);
}

static void
an_empty_list_can_be_told_from_none(void **state)
{
	struct ctn_err e = { 0 };
	ctn_exts x;

	(void)state;
	assert_true(ctn_exts_parse(&x, octets("3000"), &e));
	assert_int_equal(x.n, 0);
	assert_int_equal(x.der.n, 2);
}

static void
bad_lists_of_extensions_are_refused_with_the_place(void **state)
{
	static const struct {
		const char *hex, *text;
	} bad[] = {
		{ "0400", "extensions, at byte 0" },
		{ "300a300806012a0101000400",
		    "extension that spells out critical FALSE, which DER leaves out (X.690 11.5), at byte 2" },
		{ "300a300806012a0101010400", "extension, at byte 2" },
		{ "300a300806012a0101ff0500", "extension, at byte 2" },
		{ "3007300506012a040000", "bytes after the extensions, at byte 9" },
		{ "3009300706012a04000500", "extension, at byte 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct ctn_err e = { 0 };
		ctn_exts x;

		assert_false(ctn_exts_parse(&x, octets(bad[i].hex), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, bad[i].text);
	}
}

static void
sixty_four_extensions_are_taken_and_one_more_is_refused(void **state)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_exts x;

	(void)state;
	put_list(&b, CTN_EXT_MAX);
	assert_true(ctn_exts_parse(&x, ctn_buf_view(&b), &e));
	assert_int_equal(x.n, CTN_EXT_MAX);
	ctn_buf_reset(&b);
	put_list(&b, CTN_EXT_MAX + 1);
	assert_false(ctn_exts_parse(&x, ctn_buf_view(&b), &e));
	assert_string_equal(e.text, "more than 64 extensions");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_values_are_refused_by_name),
		cmocka_unit_test(key_usage_bits_have_their_rfc_names),
		cmocka_unit_test(key_usage_with_zero_bits_at_the_end_can_be_read_on_demand),
		cmocka_unit_test(basic_constraints_tell_a_ca_and_its_path_length),
		cmocka_unit_test(an_eku_list_is_walked_and_searched),
		cmocka_unit_test(an_authority_key_id_has_three_parts),
		cmocka_unit_test(information_access_gives_method_and_place),
		cmocka_unit_test(a_distribution_point_has_names_reasons_and_issuer),
		cmocka_unit_test(an_issuing_distribution_point_has_its_flags),
		cmocka_unit_test(numbers_reasons_and_dates_are_read),
		cmocka_unit_test(policies_mappings_and_their_constraints_are_read),
		cmocka_unit_test(extensions_are_found_and_repeats_noted),
		cmocka_unit_test(an_empty_list_can_be_told_from_none),
		cmocka_unit_test(bad_lists_of_extensions_are_refused_with_the_place),
		cmocka_unit_test(sixty_four_extensions_are_taken_and_one_more_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
