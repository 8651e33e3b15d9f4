/* Every rule of a certificate, with a neighbour that keeps it: each row spoils one thing of a chain that is legal in all profiles. */
#include "verify_forge.h"

#define ALL(check) CTN_V_##check, CTN_V_##check, CTN_V_##check
#define STRICT(check) CTN_V_NONE, CTN_V_##check, CTN_V_##check
#define WEB(check) CTN_V_NONE, CTN_V_NONE, CTN_V_##check
#define FINE CTN_V_NONE, CTN_V_NONE, CTN_V_NONE
#define SPOIL(name) static void name(struct chain *c)

SPOIL(nothing) { (void)c; }
SPOIL(leaf_expired) { c->leaf.not_after = FORGE_NOW - 1; }
SPOIL(leaf_last_second) { c->leaf.not_after = FORGE_NOW; }
SPOIL(leaf_first_second) { c->leaf.not_before = FORGE_NOW; }
SPOIL(leaf_not_yet) { c->leaf.not_before = FORGE_NOW + 1; }
SPOIL(upper_expired) { c->upper.not_after = FORGE_NOW - 1; }
SPOIL(root_expired) { c->root.not_after = FORGE_NOW - 1; }
SPOIL(leaf_signature) { c->leaf.spoil_signature = true; }
SPOIL(upper_signature) { c->upper.spoil_signature = true; }
SPOIL(root_signature) { c->root.spoil_signature = true; }
SPOIL(leaf_algorithms) { c->leaf.inner = CTN_SIG_ECDSA_SHA384; }
SPOIL(no_lower) { c->without_lower = true; }
SPOIL(lower_no_ca) { forge_basic(&c->lower, false, -1); forge_usage(&c->lower, CTN_KU_CRL_SIGN); }
SPOIL(lower_no_basic) { forge_drop(&c->lower, ctn_oid_basic_constraints); }
SPOIL(lower_no_cert_sign) { forge_usage(&c->lower, CTN_KU_CRL_SIGN); }
SPOIL(lower_no_usage) { forge_drop(&c->lower, ctn_oid_key_usage); }
SPOIL(root_no_usage) { forge_drop(&c->root, ctn_oid_key_usage); }
SPOIL(root_no_cert_sign) { forge_usage(&c->root, CTN_KU_CRL_SIGN); }
SPOIL(root_no_basic) { forge_drop(&c->root, ctn_oid_basic_constraints); }
SPOIL(root_version_1) { c->root.version = 1; while (c->root.exts_n > 0) forge_drop(&c->root, c->root.exts[0].oid); }
SPOIL(lower_version_2) { c->lower.version = 2; }
SPOIL(lower_version_1) { c->lower.version = 1; while (c->lower.exts_n > 0) forge_drop(&c->lower, c->lower.exts[0].oid); }
SPOIL(lower_basic_not_critical) { forge_mark(&c->lower, ctn_oid_basic_constraints, false); }
SPOIL(root_basic_not_critical) { forge_mark(&c->root, ctn_oid_basic_constraints, false); }
SPOIL(upper_length_0) { forge_basic(&c->upper, true, 0); }
SPOIL(upper_length_1) { forge_basic(&c->upper, true, 1); }
SPOIL(lower_length_0) { forge_basic(&c->lower, true, 0); }
SPOIL(root_length_1) { forge_basic(&c->root, true, 1); }
SPOIL(root_length_2) { forge_basic(&c->root, true, 2); }
SPOIL(leaf_length) { forge_basic(&c->leaf, false, 0); }
SPOIL(leaf_basic) { forge_basic(&c->leaf, false, -1); }
SPOIL(leaf_basic_spelt) { forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x03\x01\x01\x00")); }
SPOIL(leaf_basic_spelt_length) { forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x06\x01\x01\x00\x02\x01\x00")); }
SPOIL(leaf_basic_spelt_more) { forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x05\x01\x01\x00\x05\x00")); }
SPOIL(leaf_basic_01) { forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x03\x01\x01\x01")); }
SPOIL(lower_basic_spelt) { forge_raw(&c->lower, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x03\x01\x01\x00")); }
SPOIL(leaf_version_4) { c->leaf.version = 4; }
SPOIL(lower_version_4) { c->lower.version = 4; }
SPOIL(root_version_4) { c->root.version = 4; }
SPOIL(leaf_version_2) { c->leaf.version = 2; }
SPOIL(leaf_cert_sign) { forge_usage(&c->leaf, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_CERT_SIGN); }
SPOIL(leaf_ca) { forge_basic(&c->leaf, true, -1); forge_usage(&c->leaf, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_CERT_SIGN); }
SPOIL(leaf_usage_empty) { forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x01\x00")); }
SPOIL(leaf_usage_padded) { forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x03\x07\x80\x00")); }
SPOIL(leaf_usage_padded_wrong) { forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x03\x07\x40\x00")); }
SPOIL(leaf_usage_long) { forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x06\x00\x80\x00\x00\x00\x00")); }
SPOIL(lower_usage_padded) { forge_raw(&c->lower, ctn_oid_key_usage, true, CTN_SPAN("\x03\x03\x07\x04\x00")); }
SPOIL(lower_usage_padded_wrong) { forge_raw(&c->lower, ctn_oid_key_usage, true, CTN_SPAN("\x03\x03\x07\x02\x00")); }
SPOIL(lower_usage_malformed) { forge_raw(&c->lower, ctn_oid_key_usage, true, CTN_SPAN("\x03\x02\x08\x04")); }
SPOIL(lower_basic_malformed) { forge_raw(&c->lower, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x03\x01\x01\x01")); }
SPOIL(leaf_no_usage) { forge_drop(&c->leaf, ctn_oid_key_usage); }
SPOIL(leaf_usage_wrong) { forge_usage(&c->leaf, CTN_KU_CONTENT_COMMITMENT); }
SPOIL(leaf_usage_wrong_no_eku) { leaf_usage_wrong(c); forge_drop(&c->leaf, ctn_oid_ext_key_usage); }
SPOIL(leaf_ca_no_eku) { forge_basic(&c->leaf, true, -1); forge_usage(&c->leaf, CTN_KU_KEY_CERT_SIGN); forge_drop(&c->leaf, ctn_oid_ext_key_usage); }
SPOIL(leaf_ca_usage) { forge_basic(&c->leaf, true, -1); forge_usage(&c->leaf, CTN_KU_KEY_CERT_SIGN); }
SPOIL(leaf_no_eku) { forge_drop(&c->leaf, ctn_oid_ext_key_usage); }
SPOIL(leaf_eku_other) { forge_eku(&c->leaf, ctn_oid_kp_client_auth); }
SPOIL(leaf_eku_any) { forge_eku(&c->leaf, ctn_oid_any_ext_key_usage); }
SPOIL(leaf_eku_empty) { forge_eku(&c->leaf, (ctn_span){ 0 }); }
SPOIL(leaf_eku_critical) { forge_mark(&c->leaf, ctn_oid_ext_key_usage, true); }
SPOIL(upper_eku) { forge_eku(&c->upper, ctn_oid_kp_server_auth); }
SPOIL(upper_eku_other) { forge_eku(&c->upper, ctn_oid_kp_client_auth); }
SPOIL(upper_eku_any) { forge_eku(&c->upper, ctn_oid_any_ext_key_usage); }
SPOIL(root_eku) { forge_eku(&c->root, ctn_oid_kp_server_auth); }
SPOIL(unknown_critical) { forge_raw(&c->leaf, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00")); }
SPOIL(unknown) { forge_raw(&c->leaf, CTN_SPAN("\x2a\x03\x04"), false, CTN_SPAN("\x05\x00")); }
SPOIL(upper_unknown_critical) { forge_raw(&c->upper, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00")); }
SPOIL(root_unknown_critical) { forge_raw(&c->root, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00")); }
SPOIL(repeated) { forge_repeat(&c->leaf, 0); }
SPOIL(serial_zero) { c->leaf.serial = CTN_SPAN("\x00"); }
SPOIL(serial_negative) { c->leaf.serial = CTN_SPAN("\xff"); }
SPOIL(serial_20) { c->leaf.serial = CTN_SPAN("\x01" "0123456789012345678"); }
SPOIL(serial_21) { c->leaf.serial = CTN_SPAN("\x01" "01234567890123456789"); }
SPOIL(root_serial_zero) { c->root.serial = CTN_SPAN("\x00"); }
SPOIL(time_form) { c->leaf.generalized = true; }
SPOIL(root_time_form) { c->root.generalized = true; }
SPOIL(aki_missing) { forge_drop(&c->leaf, ctn_oid_authority_key_id); }
SPOIL(upper_aki_missing) { forge_drop(&c->upper, ctn_oid_authority_key_id); }
SPOIL(root_aki_missing) { forge_drop(&c->root, ctn_oid_authority_key_id); }
SPOIL(aki_critical) { forge_mark(&c->leaf, ctn_oid_authority_key_id, true); }
SPOIL(aki_serial_alone) { forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x06\x80\x01\x01\x82\x01\x01")); }
SPOIL(aki_both) { forge_raw(&c->leaf, ctn_oid_authority_key_id, false,
	CTN_SPAN("\x30\x0b\x80\x01\x01\xa1\x03\x82\x01x\x82\x01\x01")); }
SPOIL(root_aki_both) { forge_raw(&c->root, ctn_oid_authority_key_id, false,
	CTN_SPAN("\x30\x0b\x80\x01\x01\xa1\x03\x82\x01x\x82\x01\x01")); }
SPOIL(root_aki_other) { forge_raw(&c->root, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01")); }
SPOIL(ski_missing) { forge_drop(&c->leaf, ctn_oid_subject_key_id); }
SPOIL(lower_ski_missing) { forge_drop(&c->lower, ctn_oid_subject_key_id); }
SPOIL(root_ski_missing) { forge_drop(&c->root, ctn_oid_subject_key_id); forge_drop(&c->root, ctn_oid_authority_key_id); }
SPOIL(lower_ski_critical) { forge_mark(&c->lower, ctn_oid_subject_key_id, true); }
SPOIL(no_names) { forge_drop(&c->leaf, ctn_oid_subject_alt_name); c->ask.names_n = 0; }
SPOIL(no_names_asked) { forge_drop(&c->leaf, ctn_oid_subject_alt_name); forge_name(&c->leaf.subject, "CN=web.internal.example"); }
SPOIL(names_malformed) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("web")); }
SPOIL(names_underscore) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x05\x82\x03" "a_b")); c->ask.names_n = 0; }
SPOIL(names_critical) { forge_mark(&c->leaf, ctn_oid_subject_alt_name, true); }
SPOIL(subject_empty) { forge_name(&c->leaf.subject, ""); }
SPOIL(subject_empty_critical) { forge_name(&c->leaf.subject, ""); forge_mark(&c->leaf, ctn_oid_subject_alt_name, true); }
SPOIL(names_mail) { forge_san(&c->leaf, false, (const char *const[]){ "web.internal.example", "a@internal.example", NULL }); }
SPOIL(names_address) { forge_san(&c->leaf, false, (const char *const[]){ "web.internal.example", "10.0.0.1", NULL }); }
SPOIL(name_other) { chain_ask_name(c, "db.internal.example"); }
SPOIL(name_case) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x16\x82\x14" "Web.Internal.EXAMPLE")); }
SPOIL(name_wildcard) { forge_dns(&c->leaf, "*.internal.example"); }
SPOIL(name_wildcard_two) { forge_dns(&c->leaf, "*.example"); chain_ask_name(c, "web.internal.example"); }
SPOIL(name_suffix) { forge_dns(&c->leaf, "*.com"); chain_ask_name(c, "example.com"); }
SPOIL(name_under_suffix) { forge_dns(&c->leaf, "*.example.com"); chain_ask_name(c, "web.example.com"); }
SPOIL(name_address) { forge_san(&c->leaf, false, (const char *const[]){ "10.0.0.1", NULL }); chain_ask_name(c, "10.0.0.1"); }
/* Its first octet is a star. */
SPOIL(name_address_2a) { forge_san(&c->leaf, false, (const char *const[]){ "2a00::1", NULL }); chain_ask_name(c, "2a00::1"); }
SPOIL(name_address_other) { forge_san(&c->leaf, false, (const char *const[]){ "10.0.0.2", NULL }); chain_ask_name(c, "10.0.0.1"); }
SPOIL(cn_listed) { forge_name(&c->leaf.subject, "CN=web.internal.example"); }
SPOIL(cn_other) { forge_name(&c->leaf.subject, "CN=db.internal.example"); }
SPOIL(cn_case) { forge_name(&c->leaf.subject, "CN=Web.internal.example"); }
SPOIL(cn_no_host) { forge_name(&c->leaf.subject, "CN=A web server"); }
SPOIL(cn_parent) { forge_dns(&c->leaf, "*.internal.example"); forge_name(&c->leaf.subject, "CN=internal.example"); }
SPOIL(issuer_empty) { forge_name(&c->leaf.issuer, ""); forge_name(&c->lower.subject, ""); }
SPOIL(nc_leaf) { forge_raw(&c->leaf, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "example")); }
SPOIL(nc_upper) { forge_raw(&c->upper, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "example")); }
SPOIL(nc_not_critical) { forge_raw(&c->upper, ctn_oid_name_constraints, false, CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "example")); }
SPOIL(nc_other) { forge_raw(&c->upper, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "exempla")); }
SPOIL(nc_root_other) { forge_raw(&c->root, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "exempla")); }
SPOIL(nc_excluded) { forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0d\xa1\x0b\x30\x09\x82\x07" "example")); }
SPOIL(nc_malformed) { forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0e\xa1\x0c\x30\x0a\x82\x08" "*example")); }
SPOIL(nc_dotted) { forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x17\xa0\x15\x30\x13\x82\x11" ".internal.example")); }
SPOIL(nc_dotted_above) { nc_dotted(c); chain_ask_name(c, "internal.example"); forge_dns(&c->leaf, "internal.example"); }
SPOIL(nc_other_type) { forge_raw(&c->upper, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x81\x07" "exempla")); }
SPOIL(access_malformed) { forge_raw(&c->leaf, ctn_oid_authority_info_access, false, CTN_SPAN("x")); }
SPOIL(access_malformed_critical) { forge_raw(&c->leaf, ctn_oid_authority_info_access, true, CTN_SPAN("\x30\x00")); }
SPOIL(upper_ski_malformed_critical) { forge_raw(&c->upper, ctn_oid_subject_key_id, true, CTN_SPAN("\x30\x00")); }
SPOIL(root_points_malformed_critical) { forge_raw(&c->root, ctn_oid_crl_distribution_points, true, CTN_SPAN("\x30\x00")); }
SPOIL(access_critical) { forge_raw(&c->leaf, ctn_oid_authority_info_access, true,
	CTN_SPAN("\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x02" "x:")); }
SPOIL(access) { forge_raw(&c->leaf, ctn_oid_authority_info_access, false,
	CTN_SPAN("\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x02" "x:")); }
SPOIL(pc_not_critical) { forge_raw(&c->upper, ctn_oid_policy_constraints, false, CTN_SPAN("\x30\x03\x81\x01\x00")); }
SPOIL(pc_empty) { forge_raw(&c->upper, ctn_oid_policy_constraints, true, CTN_SPAN("\x30\x00")); }
SPOIL(pc) { forge_raw(&c->upper, ctn_oid_policy_constraints, true, CTN_SPAN("\x30\x03\x81\x01\x00")); }
SPOIL(any_not_critical) { forge_raw(&c->upper, ctn_oid_inhibit_any_policy, false, CTN_SPAN("\x02\x01\x00")); }
SPOIL(any) { forge_raw(&c->upper, ctn_oid_inhibit_any_policy, true, CTN_SPAN("\x02\x01\x00")); }
SPOIL(depth_2) { c->ask.has_max_depth = true; c->ask.max_depth = 2; }
SPOIL(depth_1) { c->ask.has_max_depth = true; c->ask.max_depth = 1; }
SPOIL(weak) { c->leaf.inner = c->leaf.outer = CTN_SIG_ECDSA_SHA1; }
SPOIL(long_life) { c->leaf.not_after = FORGE_NOW + 3000 * FORGE_DAY; }
SPOIL(nocheck_critical) { forge_raw(&c->leaf, ctn_oid_ocsp_nocheck, true, CTN_SPAN("\x05\x00")); }
SPOIL(feature_critical) { forge_raw(&c->leaf, ctn_oid_tls_feature, true, CTN_SPAN("\x30\x03\x02\x01\x05")); }
SPOIL(points_critical) { forge_raw(&c->leaf, ctn_oid_crl_distribution_points, true,
	CTN_SPAN("\x30\x0a\x30\x08\xa0\x06\xa0\x04\x86\x02" "x:")); }
SPOIL(freshest_critical) { forge_raw(&c->leaf, ctn_oid_freshest_crl, true,
	CTN_SPAN("\x30\x0a\x30\x08\xa0\x06\xa0\x04\x86\x02" "x:")); }
SPOIL(leaf_ca_no_ski) { leaf_ca(c); forge_drop(&c->leaf, ctn_oid_subject_key_id); }
SPOIL(leaf_ca_no_usage) { leaf_ca(c); forge_drop(&c->leaf, ctn_oid_key_usage); }
SPOIL(leaf_ca_length_unsigned) { forge_basic(&c->leaf, true, 0); }
SPOIL(leaf_ca_length) { leaf_ca(c); forge_basic(&c->leaf, true, 0); }
SPOIL(cn_parent_of_name) { forge_name(&c->leaf.subject, "CN=internal.example"); }
SPOIL(cn_address) { forge_name(&c->leaf.subject, "CN=10.0.0.1"); name_address(c); }
SPOIL(cn_address_other) { forge_name(&c->leaf.subject, "CN=10.0.0.2"); name_address(c); }
SPOIL(cn_address_hex) { forge_name(&c->leaf.subject, "CN=0x0a000001"); name_address(c); }
SPOIL(cn_host_beside_address) { forge_name(&c->leaf.subject, "CN=web.internal.example"); name_address(c); }
SPOIL(cn_0x_in_words) { forge_name(&c->leaf.subject, "CN=0y server"); }
static void
mail(struct chain *c, const char *presented, const char *asked)
{
	forge_san(&c->leaf, false, (const char *const[]){ presented, NULL });
	forge_eku(&c->leaf, ctn_oid_kp_email_protection);
	c->ask.purpose = ctn_oid_kp_email_protection;
	chain_ask_name(c, asked);
}
SPOIL(mail_same) { mail(c, "a@internal.example", "a@internal.example"); }
SPOIL(mail_other_host) { mail(c, "a@internal.example", "a@external.example"); }
SPOIL(mail_other_user) { mail(c, "b@internal.example", "a@internal.example"); }
SPOIL(mail_user_case) { mail(c, "A@internal.example", "a@internal.example"); }
SPOIL(mail_host_case) { mail_same(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x14\x81\x12" "a@Internal.EXAMPLE")); }
SPOIL(mail_above) { mail(c, "a@internal.ex", "a@internal.example"); }
SPOIL(mail_without_at) { mail_same(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x14\x81\x12" "a-internal.example")); }
SPOIL(name_as_uri) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x16\x86\x14" "web.internal.example")); }
SPOIL(name_suffix_case) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x07\x82\x05" "*.COM")); chain_ask_name(c, "example.com"); }
SPOIL(mail_below) { mail(c, "a@internal.example", "a@x.internal.example"); }
SPOIL(leaf_without_key) { c->leaf.spki = CTN_SPAN("\x30\x00"); }
SPOIL(upper_without_key) { c->upper.spki = CTN_SPAN("\x30\x00"); }
SPOIL(critical_without_key) { unknown_critical(c); leaf_without_key(c); }
SPOIL(critical_algorithms) { unknown_critical(c); leaf_algorithms(c); }
SPOIL(root_without_key) { c->root.spki = CTN_SPAN("\x30\x00"); }
SPOIL(edwards_leaf) { c->leaf.spki = CTN_SPAN("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" "0123456789abcdef0123456789abcdef"); }

static const struct rule_case paths[] = {
	{ "a legal chain", nothing, FINE },
	{ "leaf expired", leaf_expired, ALL(expired) },
	{ "the last second counts", leaf_last_second, FINE },
	{ "the first second counts", leaf_first_second, FINE },
	{ "leaf not yet valid", leaf_not_yet, ALL(not_yet) },
	{ "intermediate expired", upper_expired, ALL(expired) },
	{ "anchor expired", root_expired, ALL(expired) },
	{ "leaf's signature", leaf_signature, ALL(signature) },
	{ "intermediate's signature", upper_signature, ALL(signature) },
	{ "an anchor's own signature does not matter", root_signature, FINE },
	{ "two algorithms", leaf_algorithms, ALL(algorithm) },
	{ "an intermediate is missing", no_lower, ALL(issuer) },
};

static const struct rule_case authorities[] = {
	{ "cA FALSE", lower_no_ca, ALL(not_ca) },
	{ "no basic constraints", lower_no_basic, ALL(not_ca) },
	{ "no keyCertSign", lower_no_cert_sign, ALL(key_usage) },
	{ "an authority without key usage", lower_no_usage, STRICT(ku_missing) },
	{ "a key usage with zero bits at the end", leaf_usage_padded, STRICT(ku_padded) },
	{ "the same with the wrong bit", leaf_usage_padded_wrong, CTN_V_usage, CTN_V_ku_padded, CTN_V_ku_padded },
	{ "a key usage of 40 bits", leaf_usage_long, ALL(extension) },
	{ "an authority's key usage with zero bits at the end", lower_usage_padded, STRICT(ku_padded) },
	{ "the same without keyCertSign", lower_usage_padded_wrong, ALL(key_usage) },
	{ "an authority's key usage that cannot be read", lower_usage_malformed, ALL(extension) },
	{ "an authority's basic constraints that cannot be read", lower_basic_malformed, ALL(extension) },
	{ "an anchor without key usage", root_no_usage, STRICT(ku_missing) },
	{ "an anchor without keyCertSign", root_no_cert_sign, ALL(key_usage) },
	{ "an anchor without basic constraints", root_no_basic, ALL(not_ca) },
	{ "a version 1 anchor", root_version_1, STRICT(version) },
	{ "a version 1 intermediate", lower_version_1, ALL(not_ca) },
	{ "a version 2 intermediate with the extensions of an authority", lower_version_2, ALL(not_ca) },
	{ "basic constraints not critical", lower_basic_not_critical, STRICT(bc_critical) },
	{ "basic constraints of an anchor not critical", root_basic_not_critical, STRICT(bc_critical) },
	{ "path length 0 over one", upper_length_0, ALL(path_length) },
	{ "path length 1 over one", upper_length_1, FINE },
	{ "path length 0 over none", lower_length_0, FINE },
	{ "an anchor's path length 1 over two", root_length_1, ALL(path_length) },
	{ "an anchor's path length 2 over two", root_length_2, FINE },
	{ "a leaf with a path length", leaf_length, STRICT(path_len_placed) },
	{ "a leaf with empty basic constraints", leaf_basic, FINE },
	{ "a leaf whose cA FALSE is spelt out", leaf_basic_spelt, STRICT(bc_spelt) },
	{ "the same with a path length", leaf_basic_spelt_length, STRICT(bc_spelt) },
	{ "the same with something behind", leaf_basic_spelt_more, ALL(extension) },
	{ "a cA that is neither TRUE nor FALSE", leaf_basic_01, ALL(extension) },
	{ "an intermediate whose cA FALSE is spelt out", lower_basic_spelt, ALL(not_ca) },
	{ "a leaf of version 4", leaf_version_4, ALL(version_known) },
	{ "a leaf of version 2", leaf_version_2, STRICT(version) },
	{ "an intermediate of version 4", lower_version_4, ALL(version_known) },
	{ "an anchor of version 4", root_version_4, ALL(version_known) },
	{ "a leaf with keyCertSign", leaf_cert_sign, STRICT(ku_not_ca) },
	{ "an authority as leaf", leaf_ca, WEB(web_leaf_ca) },
};

static const struct rule_case uses[] = {
	{ "no bit in key usage", leaf_usage_empty, CTN_V_usage, CTN_V_ku_empty, CTN_V_ku_empty },
	{ "a leaf without key usage", leaf_no_usage, FINE },
	{ "a key usage that no server needs", leaf_usage_wrong, ALL(usage) },
	{ "a key usage that no server needs, without purposes", leaf_usage_wrong_no_eku, CTN_V_usage, CTN_V_usage, CTN_V_web_eku_missing },
	{ "an authority's key usage, without purposes", leaf_ca_no_eku, WEB(web_leaf_ca) },
	{ "an authority's key usage, for servers", leaf_ca_usage, CTN_V_usage, CTN_V_usage, CTN_V_web_leaf_ca },
	{ "a leaf without purposes", leaf_no_eku, WEB(web_eku_missing) },
	{ "a leaf for something else", leaf_eku_other, ALL(purpose) },
	{ "a leaf for anything", leaf_eku_any, WEB(web_eku_any) },
	{ "an empty list of purposes", leaf_eku_empty, ALL(extension) },
	{ "critical purposes", leaf_eku_critical, WEB(web_eku_critical) },
	{ "an intermediate for servers", upper_eku, FINE },
	{ "an intermediate for something else", upper_eku_other, ALL(purpose) },
	{ "an intermediate for anything", upper_eku_any, FINE },
	{ "a root with purposes", root_eku, WEB(web_root_eku) },
};

static const struct rule_case forms[] = {
	{ "an unknown critical extension", unknown_critical, ALL(critical) },
	{ "an unknown extension", unknown, FINE },
	{ "an unknown critical extension in an intermediate", upper_unknown_critical, ALL(critical) },
	{ "an unknown critical extension in an anchor", root_unknown_critical, ALL(critical) },
	{ "an extension twice", repeated, ALL(repeated) },
	{ "serial zero", serial_zero, STRICT(serial) },
	{ "serial negative", serial_negative, STRICT(serial) },
	{ "serial of 20 octets", serial_20, FINE },
	{ "serial of 21 octets", serial_21, STRICT(serial) },
	{ "an anchor's serial does not matter", root_serial_zero, FINE },
	{ "GeneralizedTime too early", time_form, STRICT(time_form) },
	{ "an anchor's form of time does not matter", root_time_form, FINE },
	{ "no authority key identifier", aki_missing, STRICT(aki_missing) },
	{ "no authority key identifier in an intermediate", upper_aki_missing, STRICT(aki_missing) },
	{ "no authority key identifier in a self-signed root", root_aki_missing, FINE },
	{ "a critical authority key identifier", aki_critical, STRICT(aki_critical) },
	{ "serial without issuer", aki_serial_alone, STRICT(aki_pair) },
	{ "issuer and serial", aki_both, WEB(web_aki) },
	{ "issuer and serial in a root", root_aki_both, WEB(web_root_aki) },
	{ "a root that names another key", root_aki_other, WEB(web_root_aki) },
	{ "a leaf without subject key identifier", ski_missing, FINE },
	{ "an authority without subject key identifier", lower_ski_missing, STRICT(ski_missing) },
	{ "an anchor without subject key identifier", root_ski_missing, STRICT(ski_missing) },
	{ "a critical subject key identifier", lower_ski_critical, STRICT(ski_critical) },
};

static const struct rule_case names[] = {
	{ "no alternative names", no_names, WEB(web_san) },
	{ "the common name is no name", no_names_asked, CTN_V_name, CTN_V_name, CTN_V_web_san },
	{ "malformed names", names_malformed, ALL(extension) },
	{ "an underscore", names_underscore, STRICT(san_form) },
	{ "critical names beside a subject", names_critical, WEB(san_critical) },
	{ "no subject, names not critical", subject_empty, STRICT(san_missing) },
	{ "no subject, names critical", subject_empty_critical, FINE },
	{ "a mail address beside", names_mail, WEB(web_san) },
	{ "an address beside", names_address, FINE },
	{ "another name", name_other, ALL(name) },
	{ "the name in other case", name_case, FINE },
	{ "a wildcard", name_wildcard, FINE },
	{ "a wildcard for two labels", name_wildcard_two, ALL(name) },
	{ "a wildcard over a public suffix", name_suffix, WEB(public_suffix) },
	{ "a wildcard over a public suffix in other case", name_suffix_case, WEB(public_suffix) },
	{ "the name as another form", name_as_uri, CTN_V_name, CTN_V_san_form, CTN_V_san_form },
	{ "a wildcard under a public suffix", name_under_suffix, FINE },
	{ "an address", name_address, FINE },
	{ "another address", name_address_other, ALL(name) },
	{ "an address whose first octet is that of a star", name_address_2a, FINE },
};

static const struct rule_case common_names[] = {
	{ "a common name that is listed", cn_listed, FINE },
	{ "a common name that is not listed", cn_other, WEB(web_cn) },
	{ "a common name in other case", cn_case, WEB(web_cn) },
	{ "a common name that is no host", cn_no_host, FINE },
	{ "a common name that is the wildcard's parent", cn_parent, FINE },
	{ "an empty issuer", issuer_empty, STRICT(issuer_empty) },
};

static const struct rule_case constraints[] = {
	{ "constraints in a leaf", nc_leaf, STRICT(nc_leaf) },
	{ "constraints that permit it", nc_upper, FINE },
	{ "constraints not critical", nc_not_critical, CTN_V_NONE, CTN_V_nc_critical, CTN_V_NONE },
	{ "constraints that do not permit it", nc_other, ALL(constraints) },
	{ "an anchor's constraints count", nc_root_other, ALL(constraints) },
	{ "constraints that exclude it", nc_excluded, ALL(constraints) },
	{ "malformed constraints", nc_malformed, ALL(extension) },
	{ "a DNS base with a dot", nc_dotted, STRICT(nc_dotted) },
	{ "the name itself is not below a base with a dot", nc_dotted_above, CTN_V_constraints, CTN_V_nc_dotted, CTN_V_nc_dotted },
	{ "constraints over another form of name", nc_other_type, FINE },
	{ "a malformed pointer", access_malformed, STRICT(aside) },
	{ "a malformed pointer that is critical", access_malformed_critical, ALL(extension) },
	{ "a malformed key identifier that is critical, in an intermediate", upper_ski_malformed_critical, ALL(extension) },
	{ "malformed distribution points that are critical, in an anchor", root_points_malformed_critical, ALL(extension) },
	{ "a critical pointer", access_critical, STRICT(access_critical) },
	{ "a pointer", access, FINE },
	{ "policy constraints not critical", pc_not_critical, STRICT(pc_critical) },
	{ "policy constraints empty", pc_empty, STRICT(pc_critical) },
	{ "policy constraints", pc, FINE },
	{ "inhibitAnyPolicy not critical", any_not_critical, STRICT(any_critical) },
	{ "inhibitAnyPolicy", any, FINE },
	{ "two intermediates allowed", depth_2, FINE },
	{ "one intermediate allowed", depth_1, ALL(depth) },
	{ "critical nocheck", nocheck_critical, FINE },
	{ "critical TLS features", feature_critical, FINE },
	{ "critical distribution points", points_critical, FINE },
	{ "a critical pointer to deltas", freshest_critical, STRICT(freshest_critical) },
};

static const struct rule_case others[] = {
	{ "an authority as leaf without subject key identifier", leaf_ca_no_ski, CTN_V_NONE, CTN_V_ski_missing, CTN_V_ski_missing },
	{ "an authority as leaf without key usage", leaf_ca_no_usage, CTN_V_NONE, CTN_V_ku_missing, CTN_V_ku_missing },
	{ "a path length without keyCertSign", leaf_ca_length_unsigned, STRICT(path_len_placed) },
	{ "a path length with keyCertSign", leaf_ca_length, WEB(web_leaf_ca) },
	{ "a common name that is the parent of a plain name", cn_parent_of_name, WEB(web_cn) },
	{ "a common name that is the address", cn_address, FINE },
	{ "a common name that is another address", cn_address_other, WEB(web_cn) },
	{ "a common name that is an address in hexadecimal", cn_address_hex, WEB(web_cn) },
	{ "a host as common name where there are only addresses", cn_host_beside_address, FINE },
	{ "a common name of a few words", cn_0x_in_words, FINE },
	{ "a mail address", mail_same, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
	{ "a mail address of another host", mail_other_host, CTN_V_name, CTN_V_name, CTN_V_web_san },
	{ "a mail address of another user", mail_other_user, CTN_V_name, CTN_V_name, CTN_V_web_san },
	{ "local parts are exact", mail_user_case, CTN_V_name, CTN_V_name, CTN_V_web_san },
	{ "hosts are of any case", mail_host_case, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
	{ "the beginning of a mail address", mail_above, CTN_V_name, CTN_V_name, CTN_V_web_san },
	{ "what looks like a mail address", mail_without_at, CTN_V_name, CTN_V_san_form, CTN_V_san_form },
	{ "a mail address below", mail_below, CTN_V_name, CTN_V_name, CTN_V_web_san },
	{ "a long life is a warning", long_life, FINE },
	{ "no key in the leaf", leaf_without_key, ALL(key) },
	{ "an unknown critical extension and no key", critical_without_key, ALL(critical) },
	{ "an unknown critical extension and two algorithms", critical_algorithms, ALL(critical) },
	{ "no key in an intermediate", upper_without_key, ALL(key) },
	{ "no key in an anchor", root_without_key, ALL(key) },
	{ "an Edwards key", edwards_leaf, WEB(web_key) },
	{ "a signature over SHA-1", weak, STRICT(weak_signature) },
};

#define EACH_OF(cases) run_cases(cases, sizeof(cases) / sizeof(*(cases)))

static void
each_rule_of_paths_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(paths);
}

static void
each_rule_of_authorities_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(authorities);
}

static void
each_rule_of_uses_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(uses);
}

static void
each_rule_of_forms_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(forms);
}

static void
each_rule_of_names_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(names);
}

static void
each_rule_of_common_names_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(common_names);
}

static void
each_rule_of_constraints_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(constraints);
}

static void
each_rule_of_others_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	EACH_OF(others);
}

static void
what_is_only_a_warning_is_said(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	serial_zero(&c);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.warnings_n, 1);
	assert_int_equal(c.result.warnings[0].check, CTN_V_serial);
	assert_int_equal(c.result.warnings[0].certificate, 0);
	chain_end(&c);
}

/* Constraint, then the words that tell which way it was broken. */
static void
a_broken_constraint_says_how(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	nc_excluded(&c);
	chain_sign(&c);
	(void)chain_ask(&c);
	assert_string_equal(c.result.reason.text,
	    "the name 'web.internal.example' is excluded ('example') by the name constraints of CN=Lower,O=Example");
	chain_end(&c);
	chain_begin(&c);
	nc_other(&c);
	chain_sign(&c);
	(void)chain_ask(&c);
	assert_string_equal(c.result.reason.text,
	    "the name 'web.internal.example' is not permitted by the name constraints of CN=Upper,O=Example");
	chain_end(&c);
}

static void
one_verifier_may_judge_by_each_profile_in_turn(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	lower_ski_missing(&c);
	chain_sign(&c);
	for (unsigned turn = 0; turn < 2; turn++) {
		c.ask.profile = CTN_PKIX;
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		c.ask.profile = CTN_RFC5280;
		assert_int_equal(chain_ask(&c), CTN_V_ski_missing);
	}
	chain_end(&c);
}

static void
every_check_has_a_name_a_source_and_a_way_out(void **state)
{
	(void)state;
	for (unsigned i = CTN_V_NONE + 1; i < CTN_VCHECKS; i++) {
		const ctn_vrule *r = ctn_vrule_of((enum ctn_vcheck)i);

		assert_non_null(r->name);
		assert_non_null(r->cite);
		assert_non_null(r->fix);
		assert_true(r->roles == 0 || r->says != NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_paths_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_authorities_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_uses_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_forms_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_names_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_common_names_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_constraints_refuses_and_its_neighbour_passes),
		cmocka_unit_test(each_rule_of_others_refuses_and_its_neighbour_passes),
		cmocka_unit_test(what_is_only_a_warning_is_said),
		cmocka_unit_test(a_broken_constraint_says_how),
		cmocka_unit_test(one_verifier_may_judge_by_each_profile_in_turn),
		cmocka_unit_test(every_check_has_a_name_a_source_and_a_way_out),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
