#include "x509/ext.h"

#include "der/oid.h"
#include "x509/part.h"

enum { NUMBER_MAX = 20 };

bool
ctn_ext_next(ctn_der *r, ctn_ext *out)
{
	ctn_der at = *r, inner;
	ctn_ext x;

	if (!ctn_der_sequence(&at, &inner) || !ctn_der_oid(&inner, &x.oid))
		return false;
	if (!ctn_der_bool_default_false(&inner, &x.critical) || !ctn_der_octets(&inner, &x.value) || !ctn_der_end(&inner))
		return false;
	*out = x;
	*r = at;
	return true;
}

bool
ctn_part_exts(ctn_exts *out, ctn_der *r, struct ctn_err *e)
{
	ctn_der list;

	out->der = ctn_der_peek(r);
	out->n = 0;
	out->repeated = false;
	if (!ctn_der_sequence(r, &list))
		return ctn_part_bad("extensions", r, e);
	for (; !ctn_der_end(&list); out->n++) {
		if (out->n == CTN_EXT_MAX)
			return ctn_fail(e, CTN_EINPUT, "more than %d extensions", CTN_EXT_MAX);
		if (!ctn_ext_next(&list, &out->at[out->n]))
			return ctn_part_bad_ext(&list, e);
		out->repeated = out->repeated || ctn_exts_find(out, out->at[out->n].oid) != NULL;
	}
	return true;
}

bool
ctn_exts_parse(ctn_exts *out, ctn_span sequence_whole, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(sequence_whole);
	ctn_exts x;

	if (!ctn_part_exts(&x, &r, e))
		return false;
	if (!ctn_der_end(&r))
		return ctn_part_bad("bytes after the extensions", &r, e);
	*out = x;
	return true;
}

const ctn_ext *
ctn_exts_find(const ctn_exts *x, ctn_span oid)
{
	for (unsigned i = 0; i < x->n; i++)
		if (ctn_span_equal(x->at[i].oid, oid))
			return &x->at[i];
	return NULL;
}

static const char *const key_usage_names[] = {
	"digitalSignature",
	"contentCommitment",
	"keyEncipherment",
	"dataEncipherment",
	"keyAgreement",
	"keyCertSign",
	"cRLSign",
	"encipherOnly",
	"decipherOnly",
};
enum { KEY_USAGES = sizeof key_usage_names / sizeof *key_usage_names };

const char *
ctn_key_usage_name(uint32_t bit)
{
	for (unsigned i = 0; i < KEY_USAGES; i++)
		if (bit == 1u << i)
			return key_usage_names[i];
	return NULL;
}

bool
ctn_key_usage_parse(uint32_t *bit, const char *name)
{
	/* RFC 5280, 4.2.1.3: "recent editions of X.509 have renamed this bit" */
	if (strcmp(name, "nonRepudiation") == 0)
		name = "contentCommitment";
	for (unsigned i = 0; i < KEY_USAGES; i++)
		if (strcmp(name, key_usage_names[i]) == 0) {
			*bit = 1u << i;
			return true;
		}
	return false;
}

static bool
malformed(const char *what, struct ctn_err *e)
{
	return ctn_fail(e, CTN_EINPUT, "malformed %s", what);
}

/* The value is one SEQUENCE and nothing else. */
static bool
only_sequence(ctn_der *inner, ctn_span value)
{
	ctn_der r = ctn_der_over(value);

	return ctn_der_sequence(&r, inner) && ctn_der_end(&r);
}

/* The value is one SEQUENCE SIZE (1..MAX) of what next reads. */
static bool
only_list(ctn_der *list, ctn_span value, ctn_part_next next)
{
	ctn_der l;

	if (!only_sequence(&l, value) || !ctn_part_each(l, next))
		return false;
	*list = l;
	return true;
}

bool
ctn_ext_key_usage(uint32_t *mask, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	uint32_t m;

	if (!ctn_der_named_bits(&r, &m) || !ctn_der_end(&r))
		return malformed("keyUsage", e);
	*mask = m;
	return true;
}

static bool
read_path_length(ctn_basic_constraints *b, ctn_der *r)
{
	b->has_path_len = !ctn_der_end(r);
	return !b->has_path_len || (ctn_der_uint(r, &b->path_len) && ctn_der_end(r));
}

bool
ctn_ext_key_usage_padded(uint32_t *mask, ctn_span value)
{
	ctn_der r = ctn_der_over(value);
	unsigned unused;
	ctn_span bits;

	if (!ctn_der_bits(&r, &bits, &unused) || !ctn_der_end(&r) || bits.n > 4)
		return false;
	*mask = 0;
	for (unsigned i = 0; i < 8 * bits.n; i++)
		*mask |= (uint32_t)(bits.p[i / 8] >> (7 - i % 8) & 1) << i;
	return true;
}

bool
ctn_ext_basic_constraints(ctn_basic_constraints *out, ctn_span value, struct ctn_err *e)
{
	ctn_basic_constraints b = { 0 };
	ctn_der r;

	if (!only_sequence(&r, value) || !ctn_der_bool_default_false(&r, &b.ca) || !read_path_length(&b, &r))
		return malformed("basicConstraints", e);
	*out = b;
	return true;
}

bool
ctn_ext_basic_constraints_spelt(ctn_basic_constraints *out, ctn_span value)
{
	ctn_basic_constraints b = { 0 };
	ctn_der r;

	if (!only_sequence(&r, value) || !ctn_der_bool(&r, &b.ca) || b.ca || !read_path_length(&b, &r))
		return false;
	*out = b;
	return true;
}

static bool
next_oid(ctn_der *r)
{
	ctn_span oid;

	return ctn_der_oid(r, &oid);
}

bool
ctn_ext_eku(ctn_der *oids, ctn_span value, struct ctn_err *e)
{
	return only_list(oids, value, next_oid) || malformed("extendedKeyUsage", e);
}

bool
ctn_ext_general_names(ctn_der *names, ctn_span value, struct ctn_err *e)
{
	return only_list(names, value, ctn_part_general_name) || malformed("general names", e);
}

bool
ctn_ext_eku_has(ctn_span value, ctn_span oid)
{
	ctn_der r;
	ctn_span next;
	bool has = false;

	if (!only_list(&r, value, next_oid))
		return false;
	while (!has && ctn_der_oid(&r, &next))
		has = ctn_span_equal(next, oid);
	return has;
}

/* [n] IMPLICIT GeneralNames OPTIONAL: its content, empty when absent. */
static bool
names_if(ctn_der *r, unsigned n, ctn_span *content)
{
	bool present;

	if (!ctn_der_take_if(r, CTN_TAG_CONTEXT_CONS(n), content, &present))
		return false;
	return !present || ctn_part_each(ctn_der_over(*content), ctn_part_general_name);
}

bool
ctn_ext_aki(ctn_aki *out, ctn_span value, struct ctn_err *e)
{
	bool has_key_id, has_serial;
	ctn_aki a;
	ctn_der r;

	if (!only_sequence(&r, value))
		return malformed("authorityKeyIdentifier", e);
	if (!ctn_der_take_if(&r, CTN_TAG_CONTEXT(0), &a.key_id, &has_key_id) || !names_if(&r, 1, &a.issuer_names))
		return malformed("authorityKeyIdentifier", e);
	if (!ctn_der_take_if(&r, CTN_TAG_CONTEXT(2), &a.serial, &has_serial) || !ctn_der_end(&r))
		return malformed("authorityKeyIdentifier", e);
	if (has_serial && !ctn_der_integer_valid(a.serial))
		return malformed("authorityKeyIdentifier", e);
	*out = a;
	return true;
}

bool
ctn_ext_ski(ctn_span *key_id, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	ctn_span id;

	if (!ctn_der_octets(&r, &id) || !ctn_der_end(&r))
		return malformed("subjectKeyIdentifier", e);
	*key_id = id;
	return true;
}

bool
ctn_info_access_next(ctn_der *list, ctn_span *method, ctn_general_name *location)
{
	ctn_der at = *list, r;

	if (!ctn_der_sequence(&at, &r) || !ctn_der_oid(&r, method) || !ctn_general_next(&r, location) || !ctn_der_end(&r))
		return false;
	*list = at;
	return true;
}

static bool
next_access(ctn_der *r)
{
	ctn_general_name location;
	ctn_span method;

	return ctn_info_access_next(r, &method, &location);
}

bool
ctn_ext_info_access(ctn_der *list, ctn_span value, struct ctn_err *e)
{
	return only_list(list, value, next_access) || malformed("information access", e);
}

/* AttributeTypeAndValue of a nameRelativeToCRLIssuer. */
static bool
next_attribute(ctn_der *r)
{
	ctn_span oid, value;
	ctn_der inner;

	return ctn_der_sequence(r, &inner) && ctn_der_oid(&inner, &oid) && ctn_der_any(&inner, &value) && ctn_der_end(&inner);
}

/* [0] EXPLICIT DistributionPointName OPTIONAL: its tag is explicit because it is a CHOICE (RFC 5280, 4.2.1.13). */
static bool
point_name_if(ctn_der *r, ctn_dist_point *p, bool *present)
{
	bool relative;
	ctn_der name;

	if (!ctn_der_enter_if(r, CTN_TAG_CONTEXT_CONS(0), &name, present))
		return false;
	if (!*present)
		return true;
	if (!names_if(&name, 0, &p->full_name))
		return false;
	if (p->full_name.n > 0)
		return ctn_der_end(&name);
	if (!ctn_der_take_if(&name, CTN_TAG_CONTEXT_CONS(1), &p->relative_name, &relative) || !ctn_der_end(&name))
		return false;
	return relative && ctn_part_each(ctn_der_over(p->relative_name), next_attribute);
}

/* [n] IMPLICIT ReasonFlags OPTIONAL */
static bool
reasons_if(ctn_der *r, unsigned n, uint32_t *mask, bool *present)
{
	ctn_span content;

	return ctn_der_take_if(r, CTN_TAG_CONTEXT(n), &content, present) && (!*present || ctn_der_named_bits_of(content, mask));
}

bool
ctn_dist_point_next(ctn_der *list, ctn_dist_point *out)
{
	ctn_der at = *list, r;
	ctn_dist_point p = { 0 };
	bool named;

	if (!ctn_der_sequence(&at, &r) || !point_name_if(&r, &p, &named))
		return false;
	if (!reasons_if(&r, 1, &p.reasons, &p.has_reasons) || !names_if(&r, 2, &p.crl_issuer) || !ctn_der_end(&r))
		return false;
	*out = p;
	*list = at;
	return true;
}

static bool
next_point(ctn_der *r)
{
	ctn_dist_point p;

	return ctn_dist_point_next(r, &p);
}

bool
ctn_ext_dist_points(ctn_der *list, ctn_span value, struct ctn_err *e)
{
	return only_list(list, value, next_point) || malformed("distribution points", e);
}

/* [n] IMPLICIT BOOLEAN DEFAULT FALSE */
static bool
flag_if(ctn_der *r, unsigned n, bool *v)
{
	ctn_span content;
	bool present;

	if (!ctn_der_take_if(r, CTN_TAG_CONTEXT(n), &content, &present))
		return false;
	*v = false;
	/* X.690, 11.5: the default is not encoded */
	return !present || (ctn_der_bool_of(content, v) && *v);
}

bool
ctn_ext_idp(ctn_idp *out, ctn_span value, struct ctn_err *e)
{
	ctn_idp i = { 0 };
	ctn_der r;

	if (!only_sequence(&r, value) || !point_name_if(&r, &i.point, &i.has_point))
		return malformed("issuingDistributionPoint", e);
	if (!flag_if(&r, 1, &i.only_user) || !flag_if(&r, 2, &i.only_ca) || !reasons_if(&r, 3, &i.reasons, &i.has_reasons))
		return malformed("issuingDistributionPoint", e);
	if (!flag_if(&r, 4, &i.indirect) || !flag_if(&r, 5, &i.only_attribute) || !ctn_der_end(&r))
		return malformed("issuingDistributionPoint", e);
	*out = i;
	return true;
}

bool
ctn_ext_number(ctn_span *v, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	ctn_span n;

	if (!ctn_der_integer(&r, &n) || !ctn_der_end(&r) || n.p[0] >= 0x80 || n.n > NUMBER_MAX)
		return malformed("number", e);
	*v = n;
	return true;
}

bool
ctn_ext_reason(unsigned *reason, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	unsigned v;

	if (!ctn_der_enumerated(&r, &v) || !ctn_der_end(&r))
		return malformed("reasonCode", e);
	*reason = v;
	return true;
}

bool
ctn_ext_invalidity_date(int64_t *at_s, ctn_span value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(value);
	int64_t at;

	if (!ctn_part_generalized(&r, &at) || !ctn_der_end(&r))
		return malformed("invalidityDate", e);
	*at_s = at;
	return true;
}

bool
ctn_policy_next(ctn_der *list, ctn_span *oid, ctn_span *qualifiers)
{
	ctn_der at = *list, r;

	*qualifiers = (ctn_span){ 0 };
	if (!ctn_der_sequence(&at, &r) || !ctn_der_oid(&r, oid))
		return false;
	if (!ctn_der_end(&r) && (!ctn_part_sequence(&r, qualifiers) || !ctn_der_end(&r)))
		return false;
	*list = at;
	return true;
}

static bool
next_policy(ctn_der *r)
{
	ctn_span oid, qualifiers;

	return ctn_policy_next(r, &oid, &qualifiers);
}

bool
ctn_ext_policies(ctn_der *list, ctn_span value, struct ctn_err *e)
{
	return only_list(list, value, next_policy) || malformed("certificatePolicies", e);
}

bool
ctn_policy_mapping_next(ctn_der *list, ctn_span *issuer_domain, ctn_span *subject_domain)
{
	ctn_der at = *list, r;

	if (!ctn_der_sequence(&at, &r) || !ctn_der_oid(&r, issuer_domain))
		return false;
	if (!ctn_der_oid(&r, subject_domain) || !ctn_der_end(&r))
		return false;
	*list = at;
	return true;
}

static bool
next_mapping(ctn_der *r)
{
	ctn_span issuer, subject;

	return ctn_policy_mapping_next(r, &issuer, &subject);
}

bool
ctn_ext_policy_mappings(ctn_der *list, ctn_span value, struct ctn_err *e)
{
	return only_list(list, value, next_mapping) || malformed("policyMappings", e);
}

/* [n] IMPLICIT SkipCerts OPTIONAL */
static bool
skip_if(ctn_der *r, unsigned n, uint64_t *v, bool *present)
{
	ctn_span content;

	return ctn_der_take_if(r, CTN_TAG_CONTEXT(n), &content, present) && (!*present || ctn_der_uint_of(content, v));
}

bool
ctn_ext_policy_constraints(ctn_policy_constraints *out, ctn_span value, struct ctn_err *e)
{
	ctn_policy_constraints p = { 0 };
	ctn_der r;

	if (!only_sequence(&r, value) || !skip_if(&r, 0, &p.require_explicit, &p.has_require))
		return malformed("policyConstraints", e);
	if (!skip_if(&r, 1, &p.inhibit_mapping, &p.has_inhibit) || !ctn_der_end(&r))
		return malformed("policyConstraints", e);
	*out = p;
	return true;
}
