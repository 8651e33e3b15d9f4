#include "verify/member.h"

#include "der/oid.h"
#include "name/dn.h"
#include "x509/ext.h"

uint64_t
ctn_bytes_hash(uint64_t seed, ctn_span bytes)
{
	uint64_t word;
	size_t i = 0;

	for (; bytes.n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, bytes.p + i, sizeof(word));
		seed = (seed ^ word) * UINT64_C(0x100000001b3);
		seed ^= seed >> 32;
	}
	for (; i < bytes.n; i++)
		seed = (seed ^ bytes.p[i]) * UINT64_C(0x100000001b3);
	return seed;
}

static size_t
width_of(unsigned tag)
{
	return tag == CTN_TAG_UNIVERSAL_STRING ? 4 : tag == CTN_TAG_BMP_STRING ? 2 : 1;
}

/* Only ASCII letters in one case and digits: all else may be mapped, squeezed or dropped by a comparison (RFC 4518). */
static uint64_t
hash_text(uint64_t h, unsigned tag, ctn_span text)
{
	size_t width = width_of(tag);

	for (size_t i = 0; i + width <= text.n; i += width) {
		uint8_t c = text.p[i + width - 1];

		for (size_t k = 0; k + 1 < width; k++)
			if (text.p[i + k] != 0)
				c = 0;
		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			h = ctn_bytes_hash(h, (ctn_span){ &c, 1 });
	}
	return h;
}

static bool
hash_attribute(ctn_der *set, uint64_t *sum)
{
	ctn_der attribute = { 0 };
	ctn_span oid, value = { 0 };
	unsigned tag;

	if (!ctn_der_sequence(set, &attribute) || !ctn_der_oid(&attribute, &oid))
		return false;
	tag = ctn_der_tag(&attribute);
	if (!ctn_der_take(&attribute, tag, &value))
		return false;
	/* A sum: the attributes of one RDN have no order. */
	*sum += hash_text(ctn_bytes_hash(CTN_HASH_SEED, oid), tag, value);
	return true;
}

uint64_t
ctn_name_hash(ctn_span name)
{
	ctn_der r = ctn_der_over(name), rdns, set;
	uint64_t h = CTN_HASH_SEED;

	if (!ctn_der_sequence(&r, &rdns))
		return 0;
	while (ctn_der_set(&rdns, &set)) {
		uint64_t sum = 0;

		while (!ctn_der_end(&set))
			if (!hash_attribute(&set, &sum))
				return 0;
		h = (h ^ sum) * UINT64_C(0x100000001b3);
	}
	return h;
}

typedef bool (*take)(ctn_member *m, ctn_span value, struct ctn_err *e);

/* A FALSE that is spelt out is no DER, and often found; there is but one way to read it. */
static bool
take_bc(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	m->has_bc = true;
	m->bc_spelt = ctn_ext_basic_constraints_spelt(&m->bc, value);
	return m->bc_spelt || ctn_ext_basic_constraints(&m->bc, value, e);
}

static bool
take_ku(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	m->has_ku = true;
	if (ctn_ext_key_usage(&m->ku, value, e))
		return true;
	m->ku_padded = ctn_ext_key_usage_padded(&m->ku, value);
	return m->ku_padded;
}

static bool
take_eku(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der oids;

	m->has_eku = true;
	m->eku = value;
	return ctn_ext_eku(&oids, value, e);
}

static bool
take_san(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der names;

	m->has_san = true;
	if (!ctn_ext_general_names(&names, value, e))
		return false;
	m->san = ctn_der_rest(&names);
	return true;
}

static bool
take_nc(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	m->has_nc = true;
	return ctn_constraints_parse(&m->nc, value, e);
}

static bool
take_policies(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	m->has_policies = true;
	return ctn_ext_policies(&list, value, e);
}

static bool
take_mappings(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	m->has_mappings = true;
	return ctn_ext_policy_mappings(&list, value, e);
}

static bool
take_pc(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	m->has_pc = true;
	return ctn_ext_policy_constraints(&m->pc, value, e);
}

/* A count of certificates larger than any path is as good as the largest. */
static bool
take_inhibit_any(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_span n;

	m->has_inhibit_any = true;
	if (!ctn_ext_number(&n, value, e))
		return false;
	for (size_t i = 0; i < n.n; i++)
		m->inhibit_any = m->inhibit_any > UINT32_MAX ? m->inhibit_any : m->inhibit_any << 8 | n.p[i];
	return true;
}

static bool
take_aki(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	m->has_aki = true;
	return ctn_ext_aki(&m->aki, value, e);
}

static bool
take_ski(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	m->has_ski = true;
	return ctn_ext_ski(&m->key_id, value, e);
}

static bool
take_names_aside(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der names;

	(void)m;
	return ctn_ext_general_names(&names, value, e);
}

static bool
take_access(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	(void)m;
	return ctn_ext_info_access(&list, value, e);
}

static bool
take_points(ctn_member *m, ctn_span value, struct ctn_err *e)
{
	ctn_der list;

	(void)m;
	return ctn_ext_dist_points(&list, value, e);
}

static const ctn_span oid_subject_info_access = { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x0b", 8 };

static const struct known {
	const ctn_span *oid;
	take take;
	bool needed;
} known[] = {
	{ &ctn_oid_basic_constraints, take_bc, true },
	{ &ctn_oid_key_usage, take_ku, true },
	{ &ctn_oid_ext_key_usage, take_eku, true },
	{ &ctn_oid_subject_alt_name, take_san, true },
	{ &ctn_oid_name_constraints, take_nc, true },
	{ &ctn_oid_certificate_policies, take_policies, true },
	{ &ctn_oid_policy_mappings, take_mappings, true },
	{ &ctn_oid_policy_constraints, take_pc, true },
	{ &ctn_oid_inhibit_any_policy, take_inhibit_any, true },
	{ &ctn_oid_authority_key_id, take_aki, false },
	{ &ctn_oid_subject_key_id, take_ski, false },
	{ &ctn_oid_issuer_alt_name, take_names_aside, false },
	{ &ctn_oid_authority_info_access, take_access, false },
	{ &oid_subject_info_access, take_access, false },
	{ &ctn_oid_crl_distribution_points, take_points, false },
	{ &ctn_oid_freshest_crl, take_points, false },
};

static const struct known *
known_of(ctn_span oid)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (ctn_span_equal(*known[i].oid, oid))
			return &known[i];
	return NULL;
}

static const ctn_span oid_no_rev_avail = { (const uint8_t *)"\x55\x1d\x38", 3 };

/* Beside the known ones: what a path may meet as critical although nothing is to be done about it here. */
static bool
is_handled(ctn_span oid)
{
	return ctn_span_equal(oid, ctn_oid_ocsp_nocheck) || ctn_span_equal(oid, ctn_oid_tls_feature) ||
	    ctn_span_equal(oid, oid_no_rev_avail);
}

static void
note(ctn_member *m, enum ctn_vcheck check, ctn_span oid)
{
	if (m->broken != CTN_V_NONE)
		return;
	m->broken = check;
	m->broken_oid = oid;
}

static void
take_extension(ctn_member *m, const ctn_ext *x)
{
	const struct known *k = known_of(x->oid);
	struct ctn_err e;

	if (k == NULL) {
		if (x->critical && !is_handled(x->oid))
			note(m, CTN_V_critical, x->oid);
		return;
	}
	if (k->take(m, x->value, &e))
		return;
	/* RFC 5280 4.2: a critical one that cannot be processed is a reason to reject, whatever it is for. */
	if (k->needed || x->critical)
		note(m, CTN_V_extension, x->oid);
	else if (m->aside == CTN_V_NONE) {
		m->aside = CTN_V_aside;
		m->aside_oid = x->oid;
	}
}

void
ctn_member_view(ctn_member *out, const ctn_cert *cert)
{
	struct ctn_err why;

	*out = (ctn_member){ .cert = *cert, .index = CTN_MEMBER_LOOSE };
	(void)!ctn_spki_parse(&out->key, out->cert.spki, &why);
	for (unsigned i = 0; i < out->cert.exts.n; i++)
		take_extension(out, &out->cert.exts.at[i]);
	if (out->cert.exts.repeated)
		out->broken = CTN_V_repeated;
	out->subject_hash = ctn_name_hash(out->cert.subject);
	out->issuer_hash = ctn_name_hash(out->cert.issuer);
	out->self_issued = out->subject_hash == out->issuer_hash && ctn_cert_is_self_issued(&out->cert);
}

bool
ctn_member_read(ctn_member *out, ctn_span der, struct ctn_err *e)
{
	ctn_cert cert;

	if (!ctn_cert_parse(&cert, der, e))
		return false;
	ctn_member_view(out, &cert);
	if (out->broken == CTN_V_NONE && out->key.der.n == 0)
		out->broken = CTN_V_key;
	if (out->broken == CTN_V_NONE && !ctn_span_equal(cert.inner_alg, cert.outer_alg))
		out->broken = CTN_V_algorithm;
	return true;
}

static ctn_span
repeated_oid(const ctn_exts *x)
{
	for (unsigned i = 1; i < x->n; i++)
		if (ctn_exts_find(x, x->at[i].oid) != &x->at[i])
			return x->at[i].oid;
	return (ctn_span){ 0 };
}

void
ctn_member_flaw(ctn_buf *out, const ctn_member *m)
{
	ctn_span oid = m->broken == CTN_V_repeated ? repeated_oid(&m->cert.exts) : m->broken_oid;
	const ctn_ext *x = ctn_exts_find(&m->cert.exts, oid);
	const char *name = ctn_oid_name(oid);
	ctn_name_constraints nc;
	struct ctn_err e = { 0 };

	if (name != NULL)
		ctn_buf_text(out, name);
	else
		ctn_oid_dotted(out, oid);
	if (m->broken != CTN_V_extension)
		return;
	ctn_buf_text(out, " is malformed");
	if (x == NULL || !ctn_span_equal(oid, ctn_oid_name_constraints))
		return;
	(void)!ctn_constraints_parse(&nc, x->value, &e);
	ctn_buf_printf(out, ": %s", e.text);
	out->failed = out->failed || e.code == CTN_ENOMEM;
}

bool
ctn_member_is_ca(const ctn_member *m)
{
	return m->cert.version >= 3 && m->bc.ca;
}

bool
ctn_member_unrevocable(const ctn_member *m)
{
	if (ctn_member_is_ca(m))
		return false;
	if (ctn_exts_find(&m->cert.exts, oid_no_rev_avail) != NULL)
		return true;
	return ctn_exts_find(&m->cert.exts, ctn_oid_ocsp_nocheck) != NULL && ctn_ext_eku_has(m->eku, ctn_oid_kp_ocsp_signing);
}

bool
ctn_member_critical(const ctn_member *m, ctn_span oid)
{
	const ctn_ext *x = ctn_exts_find(&m->cert.exts, oid);

	return x != NULL && x->critical;
}
