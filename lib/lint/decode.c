/* One decoder per known extension, each down to the last octet. */
#include "lint/decode.h"

#include "der/oid.h"
#include "lint/say.h"
#include "name/constraint.h"

typedef bool (*decoder)(ctn_span value, struct ctn_err *e);

static bool
bad(struct ctn_err *e, const char *what)
{
	return ctn_fail(e, CTN_EINPUT, "%s", what);
}

static bool
decode_ski(ctn_span value, struct ctn_err *e)
{
	ctn_span key_id;

	return ctn_ext_ski(&key_id, value, e);
}

static bool
decode_aki(ctn_span value, struct ctn_err *e)
{
	ctn_aki aki;

	return ctn_ext_aki(&aki, value, e);
}

static bool
decode_key_usage(ctn_span value, struct ctn_err *e)
{
	uint32_t mask;

	return ctn_ext_key_usage(&mask, value, e);
}

static bool
decode_basic_constraints(ctn_span value, struct ctn_err *e)
{
	ctn_basic_constraints bc;

	return ctn_ext_basic_constraints(&bc, value, e);
}

static bool
decode_names(ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	return ctn_ext_general_names(&list, value, e);
}

static bool
decode_eku(ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	return ctn_ext_eku(&list, value, e);
}

static bool
decode_dist_points(ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	return ctn_ext_dist_points(&list, value, e);
}

static bool
decode_info_access(ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	return ctn_ext_info_access(&list, value, e);
}

static bool
decode_policies(ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	return ctn_ext_policies(&list, value, e);
}

static bool
decode_mappings(ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	return ctn_ext_policy_mappings(&list, value, e);
}

/* RFC 5280, 4.2.1.11: must not be an empty sequence */
static bool
decode_policy_constraints(ctn_span value, struct ctn_err *e)
{
	ctn_policy_constraints pc;

	if (!ctn_ext_policy_constraints(&pc, value, e))
		return false;
	return pc.has_require || pc.has_inhibit || bad(e, "policy constraints are empty");
}

static bool
decode_number(ctn_span value, struct ctn_err *e)
{
	ctn_span number;

	return ctn_ext_number(&number, value, e);
}

static bool
decode_idp(ctn_span value, struct ctn_err *e)
{
	ctn_idp idp;

	return ctn_ext_idp(&idp, value, e);
}

static bool
decode_null(ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);

	return (ctn_der_null(&r) && ctn_der_end(&r)) || bad(e, "it is not NULL");
}

/* TLS features (RFC 7633) and directory attributes: a list of at least one well-formed element */
static bool
decode_list(ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value), list;
	size_t at;

	if (!ctn_der_well_formed(value, 16, &at))
		return ctn_fail(e, CTN_EINPUT, "malformed at byte %zu", at);
	if (!ctn_der_sequence(&r, &list) || ctn_der_end(&list))
		return bad(e, "it is no list, or an empty one");
	return ctn_der_end(&r) || bad(e, "bytes follow it");
}

/* Judged by name-constraints-malformed, which cites its own section: known here all the same. */
static bool
decode_nothing(ctn_span value, struct ctn_err *e)
{
	(void)value;
	(void)e;
	return true;
}

static const struct known {
	ctn_span oid;
	const char *name;
	decoder decode;
} known[] = {
	{ { (const uint8_t *)"\x55\x1d\x0e", 3 }, "subjectKeyIdentifier", decode_ski },
	{ { (const uint8_t *)"\x55\x1d\x23", 3 }, "authorityKeyIdentifier", decode_aki },
	{ { (const uint8_t *)"\x55\x1d\x0f", 3 }, "keyUsage", decode_key_usage },
	{ { (const uint8_t *)"\x55\x1d\x13", 3 }, "basicConstraints", decode_basic_constraints },
	{ { (const uint8_t *)"\x55\x1d\x11", 3 }, "subjectAltName", decode_names },
	{ { (const uint8_t *)"\x55\x1d\x12", 3 }, "issuerAltName", decode_names },
	{ { (const uint8_t *)"\x55\x1d\x25", 3 }, "extendedKeyUsage", decode_eku },
	{ { (const uint8_t *)"\x55\x1d\x1e", 3 }, "nameConstraints", decode_nothing },
	{ { (const uint8_t *)"\x55\x1d\x1f", 3 }, "cRLDistributionPoints", decode_dist_points },
	{ { (const uint8_t *)"\x55\x1d\x2e", 3 }, "freshestCRL", decode_dist_points },
	{ { (const uint8_t *)"\x55\x1d\x20", 3 }, "certificatePolicies", decode_policies },
	{ { (const uint8_t *)"\x55\x1d\x21", 3 }, "policyMappings", decode_mappings },
	{ { (const uint8_t *)"\x55\x1d\x24", 3 }, "policyConstraints", decode_policy_constraints },
	{ { (const uint8_t *)"\x55\x1d\x36", 3 }, "inhibitAnyPolicy", decode_number },
	{ { (const uint8_t *)"\x55\x1d\x09", 3 }, "subjectDirectoryAttributes", decode_list },
	{ { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x01", 8 }, "authorityInfoAccess", decode_info_access },
	{ { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x0b", 8 }, "subjectInfoAccess", decode_info_access },
	{ { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x18", 8 }, "tlsFeature", decode_list },
	{ { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x30\x01\x05", 9 }, "ocspNoCheck", decode_null },
	{ { (const uint8_t *)"\x55\x1d\x14", 3 }, "cRLNumber", decode_number },
	{ { (const uint8_t *)"\x55\x1d\x1b", 3 }, "deltaCRLIndicator", decode_number },
	{ { (const uint8_t *)"\x55\x1d\x1c", 3 }, "issuingDistributionPoint", decode_idp },
};

static const struct known *
find_known(ctn_span oid)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (ctn_span_equal(known[i].oid, oid))
			return &known[i];
	return NULL;
}

bool
ctn_say_decodes(const ctn_exts *exts, char *text, size_t text_n)
{
	for (unsigned i = 0; i < exts->n; i++) {
		const struct known *k = find_known(exts->at[i].oid);
		struct ctn_err e = { 0 };

		if (k != NULL && !k->decode(exts->at[i].value, &e))
			return ctn_say(text, text_n, "%s: %s", k->name, e.text);
	}
	return true;
}

static bool
say_oid(ctn_span oid, const char *what, char *text, size_t text_n)
{
	CTN_OWN_BUF dotted = { 0 };
	const char *shown;

	ctn_oid_dotted(&dotted, oid);
	shown = ctn_buf_cstr(&dotted);
	return ctn_say(text, text_n, "%s%s", shown != NULL ? shown : "an extension", what);
}

bool
ctn_say_known(const ctn_exts *exts, char *text, size_t text_n)
{
	for (unsigned i = 0; i < exts->n; i++)
		if (exts->at[i].critical && find_known(exts->at[i].oid) == NULL)
			return say_oid(exts->at[i].oid, " is critical, and unknown here", text, text_n);
	return true;
}

bool
ctn_say_repeated(const ctn_exts *exts, char *text, size_t text_n)
{
	for (unsigned i = 0; i < exts->n; i++)
		if (ctn_exts_find(exts, exts->at[i].oid) != &exts->at[i])
			return say_oid(exts->at[i].oid, " stands twice", text, text_n);
	return true;
}
