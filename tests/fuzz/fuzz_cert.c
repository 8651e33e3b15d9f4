/* Certificates: what is read lies inside the input, and every known extension and every shown text survives hostile values. */
#include <stdlib.h>

#include "name/constraint.h"
#include "name/dn.h"
#include "x509/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
inside(ctn_span part, ctn_span whole)
{
	if (part.n > 0 && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

/* Lists: once the decoder took the value, walking it must reach the end. */
static void
walk_lists(ctn_span value)
{
	ctn_span a, b;
	ctn_general_name name;
	ctn_dist_point point;
	struct ctn_err e;
	ctn_der r;

	if (ctn_ext_general_names(&r, value, &e)) {
		while (ctn_general_next(&r, &name))
			(void)!ctn_general_check(&name, &e);
		if (!ctn_der_end(&r))
			abort();
	}
	if (ctn_ext_dist_points(&r, value, &e)) {
		while (ctn_dist_point_next(&r, &point))
			inside(point.full_name, value);
		if (!ctn_der_end(&r))
			abort();
	}
	if (ctn_ext_info_access(&r, value, &e))
		while (ctn_info_access_next(&r, &a, &name))
			inside(name.value, value);
	if (ctn_ext_policies(&r, value, &e))
		while (ctn_policy_next(&r, &a, &b))
			inside(b, value);
	if (ctn_ext_policy_mappings(&r, value, &e))
		while (ctn_policy_mapping_next(&r, &a, &b))
			inside(b, value);
}

static void
decode_all(ctn_span value)
{
	ctn_name_constraints constraints;
	ctn_policy_constraints policy;
	ctn_basic_constraints basic;
	uint32_t mask;
	struct ctn_err e;
	ctn_span s;
	ctn_aki aki;
	ctn_idp idp;
	ctn_der r;

	walk_lists(value);
	(void)!ctn_ext_key_usage(&mask, value, &e);
	(void)!ctn_ext_basic_constraints(&basic, value, &e);
	(void)!ctn_ext_policy_constraints(&policy, value, &e);
	(void)!ctn_constraints_parse(&constraints, value, &e);
	if (ctn_ext_aki(&aki, value, &e))
		inside(aki.issuer_names, value);
	if (ctn_ext_idp(&idp, value, &e))
		inside(idp.point.relative_name, value);
	if (ctn_ext_ski(&s, value, &e) || ctn_ext_number(&s, value, &e))
		inside(s, value);
	if (ctn_ext_eku(&r, value, &e) && !ctn_ext_eku_has(value, ctn_der_peek(&r)))
		inside(ctn_der_rest(&r), value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_span der = { data, size };
	CTN_OWN_BUF text = { 0 };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e;
	ctn_cert c;

	if (a == NULL || (!ctn_cert_parse(&c, der, &e) && !ctn_cert_parse_tbs(&c, der, &e)))
		return 0;
	inside(c.tbs, der);
	inside(c.signature, der);
	inside(c.spki, der);
	for (unsigned i = 0; i < c.exts.n; i++) {
		inside(c.exts.at[i].value, der);
		decode_all(c.exts.at[i].value);
	}
	ctn_cert_title(&text, &c);
	ctn_dn_text(&text, c.issuer);
	(void)ctn_cert_is_ca(&c);
	(void)ctn_cert_is_self_issued(&c);
	inside(ctn_cert_key_id(&c), der);
	if (ctn_cert_serial_text(&c, a) == NULL)
		abort();
	return 0;
}
