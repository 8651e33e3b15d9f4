#include "verify/judge.h"

#include "der/oid.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/ip.h"

/* Who is judged, and as what. */
struct judging {
	const ctn_member *m;
	enum ctn_vrole role;
	bool no_memory; /* the answer does not count */
};

typedef bool (*rule_fn)(struct judging *j);

static bool
is_authority(const struct judging *j)
{
	return j->role != CTN_AS_LEAF || ctn_member_is_ca(j->m);
}

static bool
bad_version_known(struct judging *j)
{
	return j->m->cert.version > 3;
}

/* What reading it has noted already, whatever its part. */
#define NOTED(id, flag)                         \
	static bool bad_##id(struct judging *j) \
	{                                       \
		return j->m->flag;              \
	}

NOTED(ku_padded, ku_padded)
NOTED(bc_spelt, bc_spelt)
NOTED(nc_dotted, nc.dotted)
NOTED(nc_spelt, nc.spelt)

static bool
bad_version(struct judging *j)
{
	return j->m->cert.version != 3;
}

static bool
bad_serial(struct judging *j)
{
	ctn_span s = j->m->cert.serial;

	return s.n > 20 || s.n == 0 || s.p[0] >= 0x80 || (s.n == 1 && s.p[0] == 0);
}

static bool
bad_issuer_empty(struct judging *j)
{
	return ctn_dn_is_empty(j->m->cert.issuer);
}

static bool
bad_subject_empty(struct judging *j)
{
	return is_authority(j) && ctn_dn_is_empty(j->m->cert.subject);
}

static bool
bad_name_form(struct judging *j)
{
	struct ctn_err e;

	return !ctn_dn_check(j->m->cert.subject, &e) || !ctn_dn_check(j->m->cert.issuer, &e);
}

/* 2050-01-01T00:00:00Z */
#define YEAR_2050 INT64_C(2524608000)

static bool
bad_time_form(struct judging *j)
{
	const ctn_cert *c = &j->m->cert;

	return c->not_before_generalized != (c->not_before >= YEAR_2050) ||
	    c->not_after_generalized != (c->not_after >= YEAR_2050);
}

static bool
bad_unique_id(struct judging *j)
{
	return j->m->cert.issuer_uid.n > 0 || j->m->cert.subject_uid.n > 0;
}

static bool
bad_no_extensions(struct judging *j)
{
	return j->m->cert.exts.der.n > 0 && j->m->cert.exts.n == 0;
}

static bool
bad_aside(struct judging *j)
{
	return j->m->aside != CTN_V_NONE;
}

static bool
bad_aki_missing(struct judging *j)
{
	if (j->m->aki.key_id.n > 0)
		return false;
	return j->m->self_signed == CTN_MEMO_NONE ? !j->m->self_issued : j->m->self_signed == CTN_MEMO_NO;
}

static bool
bad_aki_pair(struct judging *j)
{
	return (j->m->aki.issuer_names.n > 0) != (j->m->aki.serial.n > 0);
}

static bool
bad_aki_critical(struct judging *j)
{
	return ctn_member_critical(j->m, ctn_oid_authority_key_id);
}

static bool
bad_ski_missing(struct judging *j)
{
	return is_authority(j) && j->m->key_id.n == 0;
}

static bool
bad_ski_critical(struct judging *j)
{
	return ctn_member_critical(j->m, ctn_oid_subject_key_id);
}

static bool
bad_ku_missing(struct judging *j)
{
	return is_authority(j) && !j->m->has_ku;
}

static bool
bad_ku_empty(struct judging *j)
{
	return j->m->has_ku && j->m->ku == 0;
}

static bool
bad_ku_not_ca(struct judging *j)
{
	return (j->m->ku & CTN_KU_KEY_CERT_SIGN) != 0 && !j->m->bc.ca;
}

static bool
bad_bc_critical(struct judging *j)
{
	return j->m->bc.ca && !ctn_member_critical(j->m, ctn_oid_basic_constraints);
}

static bool
bad_bc_anchor(struct judging *j)
{
	return !ctn_member_is_ca(j->m);
}

static bool
bad_path_len_placed(struct judging *j)
{
	return j->m->bc.has_path_len && (!j->m->bc.ca || (j->m->has_ku && (j->m->ku & CTN_KU_KEY_CERT_SIGN) == 0));
}

static bool
bad_nc_leaf(struct judging *j)
{
	return j->m->has_nc && !j->m->bc.ca;
}

static bool
bad_nc_critical(struct judging *j)
{
	return j->m->has_nc && !ctn_member_critical(j->m, ctn_oid_name_constraints);
}

static bool
bad_pc_critical(struct judging *j)
{
	return j->m->has_pc &&
	    (!ctn_member_critical(j->m, ctn_oid_policy_constraints) || (!j->m->pc.has_require && !j->m->pc.has_inhibit));
}

static bool
bad_any_critical(struct judging *j)
{
	return j->m->has_inhibit_any && !ctn_member_critical(j->m, ctn_oid_inhibit_any_policy);
}

static bool
bad_san_form(struct judging *j)
{
	ctn_der names = ctn_der_over(j->m->san);
	ctn_general_name n;
	struct ctn_err e;

	while (ctn_general_next(&names, &n))
		if (!ctn_general_check(&n, &e) || (n.type == CTN_NAME_DNS && !ctn_dns_preferred(n.value, true)))
			return true;
	return false;
}

static bool
bad_san_missing(struct judging *j)
{
	return ctn_dn_is_empty(j->m->cert.subject) && !ctn_member_critical(j->m, ctn_oid_subject_alt_name);
}

static bool
bad_san_critical(struct judging *j)
{
	return !ctn_dn_is_empty(j->m->cert.subject) && ctn_member_critical(j->m, ctn_oid_subject_alt_name);
}

static const ctn_span oid_subject_info_access = { (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x0b", 8 };

static bool
bad_access_critical(struct judging *j)
{
	return ctn_member_critical(j->m, ctn_oid_authority_info_access) || ctn_member_critical(j->m, oid_subject_info_access);
}

static bool
bad_freshest_critical(struct judging *j)
{
	return ctn_member_critical(j->m, ctn_oid_freshest_crl);
}

static bool
bad_weak_signature(struct judging *j)
{
	return ctn_sig_alg_weak(j->m->cert.sig_alg);
}

static bool
bad_algorithm_form(struct judging *j)
{
	return j->m->cert.sig_alg != CTN_SIG_UNKNOWN && !ctn_sig_alg_exact(j->m->cert.outer_alg);
}

static bool
bad_curve_spelt(struct judging *j)
{
	return j->m->key.explicit_params;
}

static bool
is_rsa_under(const ctn_member *m, unsigned bits)
{
	ctn_key_kind kind = m->key.kind;

	return (kind.alg == CTN_KEY_RSA || kind.alg == CTN_KEY_RSA_PSS) && kind.bits < bits;
}

static bool
bad_broken_key(struct judging *j)
{
	return is_rsa_under(j->m, 1024);
}

static bool
bad_weak_key(struct judging *j)
{
	return is_rsa_under(j->m, 2048);
}

static bool
bad_web_key(struct judging *j)
{
	ctn_key_kind kind = j->m->key.kind;

	switch (kind.alg) {
	case CTN_KEY_RSA:
		return kind.bits < 2048 || kind.bits % 8 != 0;
	case CTN_KEY_P256:
	case CTN_KEY_P384:
	case CTN_KEY_P521:
		return false;
	default:
		return true;
	}
}

static bool
bad_web_leaf_ca(struct judging *j)
{
	return j->m->bc.ca;
}

static bool
bad_web_eku_missing(struct judging *j)
{
	return !j->m->has_eku;
}

static bool
bad_web_eku_any(struct judging *j)
{
	return ctn_ext_eku_has(j->m->eku, ctn_oid_any_ext_key_usage);
}

static bool
bad_web_eku_critical(struct judging *j)
{
	return ctn_member_critical(j->m, ctn_oid_ext_key_usage);
}

static bool
bad_web_root_eku(struct judging *j)
{
	return j->m->self_issued && j->m->has_eku;
}

static bool
bad_web_root_aki(struct judging *j)
{
	if (!j->m->self_issued || !j->m->has_aki)
		return false;
	return j->m->aki.issuer_names.n > 0 || j->m->aki.serial.n > 0 || !ctn_span_equal(j->m->aki.key_id, j->m->key_id);
}

static bool
bad_web_aki(struct judging *j)
{
	return j->m->aki.issuer_names.n > 0;
}

/* Which alternative names a common name is held against. */
struct hosts {
	bool dns, address;
	bool found;
};

static bool
is_parent_of(ctn_span wildcard, ctn_span cn)
{
	return wildcard.n > 2 && wildcard.p[0] == '*' &&
	    ctn_span_equal((ctn_span){ wildcard.p + 2, wildcard.n - 2 }, cn);
}

static void
hold_name(struct hosts *h, const ctn_general_name *n, ctn_span cn)
{
	char text[46];
	ctn_ip ip;

	if (n->type == CTN_NAME_DNS) {
		h->dns = true;
		h->found = h->found || ctn_span_equal(n->value, cn) || is_parent_of(n->value, cn);
	}
	if (n->type == CTN_NAME_IP && (n->value.n == 4 || n->value.n == 16)) {
		h->address = true;
		ip.n = (uint8_t)n->value.n;
		memcpy(ip.octets, n->value.p, n->value.n);
		ctn_ip_text(text, &ip);
		h->found = h->found || ctn_span_equal(ctn_span_text(text), cn);
	}
}

/* Does it look like an address, in whatever notation: colons, digits and dots, hexadecimal? */
static bool
is_address_like(ctn_span cn)
{
	size_t digits = 0;

	if (memchr(cn.p, ':', cn.n) != NULL)
		return true;
	if (cn.n > 2 && cn.p[0] == '0' && (cn.p[1] == 'x' || cn.p[1] == 'X'))
		return true;
	for (size_t i = 0; i < cn.n; i++)
		digits += (cn.p[i] >= '0' && cn.p[i] <= '9') || cn.p[i] == '.';
	return digits == cn.n;
}

/* A host has a dot and no white space; letters of any script count. */
static bool
is_host_like(ctn_span cn)
{
	return memchr(cn.p, '.', cn.n) != NULL && memchr(cn.p, ' ', cn.n) == NULL && memchr(cn.p, '@', cn.n) == NULL;
}

static bool
bad_web_cn(struct judging *j)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_der names = ctn_der_over(j->m->san);
	struct hosts h = { 0 };
	ctn_general_name n;
	struct ctn_err e;
	const char *text;
	ctn_span cn;

	if (a == NULL || !ctn_dn_first(&text, j->m->cert.subject, ctn_oid_at_common_name, a, &e)) {
		j->no_memory = true;
		return true;
	}
	cn = ctn_span_text(text);
	while (ctn_general_next(&names, &n))
		hold_name(&h, &n, cn);
	return cn.n > 0 && !h.found && ((h.dns && is_host_like(cn)) || ((h.dns || h.address) && is_address_like(cn)));
}

static bool
bad_web_san(struct judging *j)
{
	ctn_der names = ctn_der_over(j->m->san);
	ctn_general_name n;

	while (ctn_general_next(&names, &n))
		if (n.type != CTN_NAME_DNS && n.type != CTN_NAME_IP)
			return true;
	return !j->m->has_san;
}

static bool
bad_web_lifetime(struct judging *j)
{
	return j->m->cert.not_after - j->m->cert.not_before + 1 > INT64_C(398) * 86400;
}

#define CERT_FN(id, name, cite, roles, pkix, rfc5280, webpki, says) [CTN_V_##id] = bad_##id,
#define COUNT(id, name, cite, roles, pkix, rfc5280, webpki, says) +1

static const rule_fn functions[CTN_VCHECKS] = { CTN_CERT_CHECKS(CERT_FN) };

const enum ctn_vcheck ctn_judge_first = CTN_V_version_known;
const enum ctn_vcheck ctn_judge_end = (enum ctn_vcheck)(CTN_V_version_known CTN_CERT_CHECKS(COUNT));

bool
ctn_judge_breaks(bool *broken, enum ctn_vcheck rule, const ctn_member *m, enum ctn_vrole role, struct ctn_err *e)
{
	struct judging j = { .m = m, .role = role };

	*broken = (ctn_vrule_of(rule)->roles & (unsigned)role) != 0 && functions[rule](&j);
	return !j.no_memory || ctn_fail_memory(e);
}

bool
ctn_judge(enum ctn_vcheck *broken, ctn_member *m, enum ctn_vrole role, enum ctn_verify_profile profile, struct ctn_err *e)
{
	unsigned slot = (unsigned)role / 2; /* roles are 1, 2 and 4 */
	bool breaks = false;

	if (m->judged[slot].done && m->judged[slot].profile == profile) {
		*broken = m->judged[slot].failed;
		return true;
	}
	*broken = CTN_V_NONE;
	for (unsigned r = ctn_judge_first; r < ctn_judge_end && !breaks; r++) {
		if (ctn_vrule_of(r)->level[profile] != CTN_V_FATAL)
			continue;
		if (!ctn_judge_breaks(&breaks, r, m, role, e))
			return false;
		if (breaks)
			*broken = (enum ctn_vcheck)r;
	}
	m->judged[slot].done = true;
	m->judged[slot].profile = profile;
	m->judged[slot].failed = *broken;
	return true;
}
