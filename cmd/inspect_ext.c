#include "cmd/inspect_ext.h"

#include "cmd/inspect_value.h"
#include "der/oid.h"

/* Those that the table of OIDs has no use for otherwise. */
#define OID_SIA CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x01\x0b")
#define OID_SUBJECT_DIRECTORY CTN_SPAN("\x55\x1d\x09")
#define OID_KEY_USAGE_PERIOD CTN_SPAN("\x55\x1d\x10")
#define OID_QC_STATEMENTS CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x01\x03")
#define OID_SCT_LIST CTN_SPAN("\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02")
#define OID_CT_POISON CTN_SPAN("\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03")
#define OID_CRL_REASONS_HOLD CTN_SPAN("\x55\x1d\x17")
#define OID_NETSCAPE_COMMENT CTN_SPAN("\x60\x86\x48\x01\x86\xf8\x42\x01\x0d")
#define OID_NETSCAPE_TYPE CTN_SPAN("\x60\x86\x48\x01\x86\xf8\x42\x01\x01")

struct known {
	const ctn_span *in_table; /* named by ctn_oid_name */
	inspect_value *show;
};

static const struct known known[] = {
	{ &ctn_oid_subject_key_id, inspect_key_id },
	{ &ctn_oid_authority_key_id, inspect_authority_key_id },
	{ &ctn_oid_key_usage, inspect_key_usage },
	{ &ctn_oid_ext_key_usage, inspect_ext_key_usage },
	{ &ctn_oid_basic_constraints, inspect_basic_constraints },
	{ &ctn_oid_subject_alt_name, inspect_alt_names },
	{ &ctn_oid_issuer_alt_name, inspect_alt_names },
	{ &ctn_oid_name_constraints, inspect_name_constraints },
	{ &ctn_oid_crl_distribution_points, inspect_dist_points },
	{ &ctn_oid_freshest_crl, inspect_dist_points },
	{ &ctn_oid_authority_info_access, inspect_info_access },
	{ &ctn_oid_certificate_policies, inspect_policies },
	{ &ctn_oid_policy_mappings, inspect_policy_mappings },
	{ &ctn_oid_policy_constraints, inspect_policy_constraints },
	{ &ctn_oid_inhibit_any_policy, inspect_number },
	{ &ctn_oid_crl_number, inspect_number },
	{ &ctn_oid_delta_crl_indicator, inspect_number },
	{ &ctn_oid_issuing_distribution_point, inspect_idp },
	{ &ctn_oid_crl_reason, inspect_reason },
	{ &ctn_oid_invalidity_date, inspect_invalidity_date },
	{ &ctn_oid_certificate_issuer, inspect_issuer_names },
	{ &ctn_oid_tls_feature, inspect_tls_feature },
	{ &ctn_oid_ocsp_nocheck, inspect_null },
	{ &ctn_oid_ocsp_nonce, inspect_nonce },
};

static const struct {
	ctn_span oid;
	const char *name;
	inspect_value *show; /* NULL: its octets */
} others[] = {
	{ OID_SIA, "subjectInfoAccess", inspect_info_access },
	{ OID_SUBJECT_DIRECTORY, "subjectDirectoryAttributes", NULL },
	{ OID_KEY_USAGE_PERIOD, "privateKeyUsagePeriod", NULL },
	{ OID_CRL_REASONS_HOLD, "holdInstructionCode", NULL },
	{ OID_QC_STATEMENTS, "qcStatements", NULL },
	{ OID_SCT_LIST, "signedCertificateTimestampList", NULL },
	{ OID_CT_POISON, "precertificatePoison", inspect_null },
	{ OID_NETSCAPE_COMMENT, "netscape-comment", inspect_text },
	{ OID_NETSCAPE_TYPE, "netscape-cert-type", NULL },
};

static inspect_value *
find(const char **name, ctn_span oid)
{
	*name = ctn_oid_name(oid);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (ctn_span_equal(*known[i].in_table, oid))
			return known[i].show;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (!ctn_span_equal(others[i].oid, oid))
			continue;
		*name = others[i].name;
		return others[i].show;
	}
	return NULL;
}

static void
show_heading(struct see *s, const ctn_ext *x, const char *name)
{
	ctn_json_out *j = show_json(s->out);
	CTN_OWN_BUF dotted = { 0 };
	const char *oid;

	ctn_oid_dotted(&dotted, x->oid);
	oid = ctn_buf_cstr(&dotted);
	if (oid == NULL)
		oid = "?";
	ctn_json_text(j, "oid", oid);
	ctn_json_text(j, "name", name);
	ctn_json_bool(j, "critical", x->critical);
	s->indent -= 2;
	see_line(s, "%s%s", name != NULL ? name : oid, x->critical ? ", critical" : "");
	s->indent += 2;
}

static void
show_one(struct see *s, const ctn_ext *x)
{
	struct ctn_err e = { 0 };
	const char *name;
	inspect_value *show = find(&name, x->oid);

	see_open(s, NULL, NULL);
	show_heading(s, x, name);
	if (show == NULL) {
		see_hex(s, "value", "Value", x->value);
	} else if (!show(s, x->value, &e)) {
		see_text(s, "malformed", "Malformed", e.text);
		see_hex(s, "value", "Value", x->value);
	}
	see_close(s);
}

void
inspect_exts(struct see *s, const ctn_exts *exts)
{
	if (exts->der.n == 0)
		return;
	see_array(s, "extensions", exts->n == 0 ? "Extensions: an empty list" : "Extensions:");
	for (unsigned i = 0; i < exts->n; i++)
		show_one(s, &exts->at[i]);
	see_array_close(s);
}

void
inspect_exts_of(struct see *s, ctn_span whole)
{
	struct ctn_err e = { 0 };
	ctn_exts exts;

	if (whole.n == 0)
		return;
	if (ctn_exts_parse(&exts, whole, &e))
		inspect_exts(s, &exts);
	else
		see_hex(s, "malformed_extensions", "Malformed extensions", whole);
}
