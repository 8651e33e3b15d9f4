/*
 * Every check has its pair: a chain that breaks it alone, and a neighbour that differs in that one thing and is accepted. The tables of
 * verify/rule.h name the pairs, so that a check without one does not compile.
 */
#include "verify_forge.h"

#include "forge/status.h"

struct pair {
	size_t at; /* whose fault it is: 0 the leaf, 1 lower, 2 upper, 3 the root */
	void (*broken)(struct chain *c);
	void (*kept)(struct chain *c);
};

#define PAIR(id, whose, breaks, keeps)                                  \
	static void broken_##id(struct chain *c) { (void)c; breaks; }   \
	static void kept_##id(struct chain *c) { (void)c; keeps; }      \
	static const struct pair pair_##id = { whose, broken_##id, kept_##id };

#define P1 CTN_SPAN("\x2a\x01")
#define P2 CTN_SPAN("\x2a\x02")
#define UNKNOWN CTN_SPAN("\x2a\x03\x04")
#define NULL_VALUE CTN_SPAN("\x05\x00")
#define POINT CTN_SPAN("\x30\x0a\x30\x08\xa0\x06\xa0\x04\x86\x02" "x:")
#define ACCESS CTN_SPAN("\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x02" "x:")
#define PERMIT_EXAMPLE CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "example")
#define PERMIT_EXEMPLA CTN_SPAN("\x30\x0d\xa0\x0b\x30\x09\x82\x07" "exempla")
#define OFF_CURVE CTN_SPAN("\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00" \
	"\x04" "0123456789abcdef0123456789abcdef" "0123456789abcdef0123456789abcdef")

static void
policies_of(struct chain *c, ctn_span upper, ctn_span leaf)
{
	forge_policies(&c->upper, &upper, 1);
	forge_policies(&c->lower, &upper, 1);
	forge_policies(&c->leaf, &leaf, 1);
}

static void
map(struct chain *c, ctn_span from, ctn_span to)
{
	ctn_buf *b = forge_put(&c->upper, ctn_oid_policy_mappings, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), one = ctn_der_open(b, CTN_TAG_SEQUENCE);

	policies_of(c, P1, P1);
	ctn_der_put_oid(b, from);
	ctn_der_put_oid(b, to);
	ctn_der_close(b, one);
	ctn_der_close(b, s);
}

/* So many names under so many subtrees of another form of name. */
static void
crowd(struct chain *c, unsigned names, unsigned subtrees)
{
	ctn_buf *b = forge_put(&c->leaf, ctn_oid_subject_alt_name, false);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), list;

	for (unsigned i = 0; i < names; i++)
		ctn_der_put(b, CTN_TAG_CONTEXT(CTN_NAME_DNS), CTN_SPAN("web.internal.example"));
	ctn_der_close(b, s);
	b = forge_put(&c->lower, ctn_oid_name_constraints, true);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	list = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1));
	for (unsigned i = 0; i < subtrees; i++)
		ctn_buf_span(b, CTN_SPAN("\x30\x09\x82\x07" "exempla"));
	ctn_der_close(b, list);
	ctn_der_close(b, s);
}

/* Fresh CRLs of all three authorities; that of the leaf's issuer after change. */
static void
with_crls(struct chain *c, struct forged_crl lower)
{
	const struct forged_crl lists[] = { forge_crl_begin("CN=Root", 0), forge_crl_begin("CN=Upper,O=Example", 1), lower };
	struct ctn_err e = { 0 };
	ctn_buf der = { 0 };

	c->ask.revocation = CTN_REVOCATION_REQUIRE;
	for (size_t i = 0; i < 3; i++) {
		forge_crl(&der, &lists[i]);
		assert_true(ctn_verifier_crl(c->v, ctn_buf_view(&der), NULL, &e));
	}
	ctn_buf_free(&der);
}

static void
crl_revoking(struct chain *c, ctn_span serial)
{
	struct forged_crl l = forge_crl_begin("CN=Lower,O=Example", 2);

	l.revoked = serial;
	with_crls(c, l);
}

static void
crl_until(struct chain *c, int64_t next_update)
{
	struct forged_crl l = forge_crl_begin("CN=Lower,O=Example", 2);

	l.next_update = next_update;
	with_crls(c, l);
}

static void
wildcard(struct chain *c, const char *presented, const char *asked)
{
	forge_dns(&c->leaf, presented);
	chain_ask_name(c, asked);
}

static void
max_depth(struct chain *c, unsigned n)
{
	c->ask.has_max_depth = true;
	c->ask.max_depth = n;
}

static void
subject_in(struct forged *c, const char *subject, bool critical_names)
{
	forge_name(&c->subject, subject);
	forge_mark(c, ctn_oid_subject_alt_name, critical_names);
}

/* A UTF8String whose octets are no UTF-8, or are. */
static void
subject_octet(struct chain *c, uint8_t octet)
{
	const uint8_t der[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x0a, 0x0c, 0x01, octet };

	ctn_buf_reset(&c->leaf.subject);
	ctn_buf_add(&c->leaf.subject, der, sizeof(der));
}

static void
bare(struct forged *c, unsigned version)
{
	c->version = version;
	while (c->exts_n > 0)
		forge_drop(c, c->exts[0].oid);
}

/* A CRL whose extensions are written by hand: a key identifier and number 5, and then some; each critical or not. */
static void
crl_of(struct chain *c, bool key_id, int number_critical, ctn_span more, bool endless)
{
	struct forged_crl l = forge_crl_begin("CN=Lower,O=Example", 2);
	uint8_t id[20];
	ctn_buf b = { 0 };

	if (key_id) {
		ctn_buf_span(&b, CTN_SPAN("\x30\x1f\x06\x03\x55\x1d\x23\x04\x18\x30\x16\x80\x14"));
		ctn_buf_span(&b, forge_key_id(id, 2));
	}
	if (number_critical == 0)
		ctn_buf_span(&b, CTN_SPAN("\x30\x0a\x06\x03\x55\x1d\x14\x04\x03\x02\x01\x05"));
	if (number_critical == 1)
		ctn_buf_span(&b, CTN_SPAN("\x30\x0d\x06\x03\x55\x1d\x14\x01\x01\xff\x04\x03\x02\x01\x05"));
	ctn_buf_span(&b, more);
	l.exts = ctn_buf_view(&b);
	l.no_next_update = endless;
	with_crls(c, l);
	ctn_buf_free(&b);
}

#define NOTHING ((ctn_span){ 0 })
/* An issuing distribution point that says nothing but onlyContainsUserCerts. */
#define IDP CTN_SPAN("\x30\x0c\x06\x03\x55\x1d\x1c\x04\x05\x30\x03\x81\x01\xff")
#define IDP_EMPTY CTN_SPAN("\x30\x0c\x06\x03\x55\x1d\x1c\x01\x01\xff\x04\x02\x30\x00")
#define IDP_CRITICAL CTN_SPAN("\x30\x0f\x06\x03\x55\x1d\x1c\x01\x01\xff\x04\x05\x30\x03\x81\x01\xff")

/* A complete CRL, and a delta over it that releases the leaf; whose indicator is critical or not. */
static void
delta_of(struct chain *c, bool critical)
{
	struct forged_crl d = forge_crl_begin("CN=Lower,O=Example", 2), l = d;
	struct ctn_err e = { 0 };
	ctn_buf der = { 0 }, b = { 0 };
	uint8_t id[20];

	l.revoked = CTN_SPAN("\x44");
	l.reason = CTN_REASON_CERTIFICATE_HOLD;
	with_crls(c, l);
	ctn_buf_span(&b, CTN_SPAN("\x30\x1f\x06\x03\x55\x1d\x23\x04\x18\x30\x16\x80\x14"));
	ctn_buf_span(&b, forge_key_id(id, 2));
	ctn_buf_span(&b, CTN_SPAN("\x30\x0a\x06\x03\x55\x1d\x14\x04\x03\x02\x01\x06"));
	ctn_buf_span(&b, critical ? CTN_SPAN("\x30\x0d\x06\x03\x55\x1d\x1b\x01\x01\xff\x04\x03\x02\x01\x05")
				  : CTN_SPAN("\x30\x0a\x06\x03\x55\x1d\x1b\x04\x03\x02\x01\x05"));
	d.exts = ctn_buf_view(&b);
	d.revoked = CTN_SPAN("\x44");
	d.reason = CTN_REASON_REMOVE_FROM_CRL;
	forge_crl(&der, &d);
	assert_true(ctn_verifier_crl(c->v, ctn_buf_view(&der), NULL, &e));
	ctn_buf_free(&der);
	ctn_buf_free(&b);
}

/* Another key for the leaf, of a kind that costs a while to make: one for the whole run. */
static void
leaf_rsa(struct chain *c, unsigned key, const char *kind)
{
	forge_kind(key, kind);
	c->leaf.spki = forge_spki(key);
}

/* The leaf is signed with RSA. */
static void
rsa_signed(struct chain *c, bool bare)
{
	forge_kind(25, "RSA-2048");
	c->lower.key = 25;
	forge_ids(&c->lower, 1);
	forge_ids(&c->leaf, 25);
	c->leaf.inner = c->leaf.outer = CTN_SIG_RSA_SHA256;
	c->leaf.bare = bare;
}

PAIR(malformed, 0, c->leaf.serial = CTN_SPAN(""), c->leaf.serial = CTN_SPAN("\x01"))
PAIR(issuer, 0, c->without_lower = true, c->without_lower = false)
PAIR(signature, 0, c->leaf.spoil_signature = true, c->root.spoil_signature = true)
PAIR(algorithm, 0, c->leaf.inner = CTN_SIG_ECDSA_SHA384, c->leaf.inner = c->leaf.outer = CTN_SIG_ECDSA_SHA384)
PAIR(key, 1, c->lower.spki = OFF_CURVE, c->lower.spki = forge_spki(2))
PAIR(not_yet, 0, c->leaf.not_before = FORGE_NOW + 1, c->leaf.not_before = FORGE_NOW)
PAIR(expired, 0, c->leaf.not_after = FORGE_NOW - 1, c->leaf.not_after = FORGE_NOW)
PAIR(revoked, 0, crl_revoking(c, CTN_SPAN("\x44")), crl_revoking(c, CTN_SPAN("\x45")))
PAIR(unknown_status, 0, crl_until(c, FORGE_NOW - 1), crl_until(c, FORGE_NOW))
PAIR(constraints, 0, forge_raw(&c->upper, ctn_oid_name_constraints, true, PERMIT_EXEMPLA),
    forge_raw(&c->upper, ctn_oid_name_constraints, true, PERMIT_EXAMPLE))
PAIR(policies, 0, policies_of(c, P1, P2); c->ask.require_policy = true, policies_of(c, P1, P1); c->ask.require_policy = true)
PAIR(policy_form, 0, forge_policies(&c->leaf, (const ctn_span[]){ P1, P1 }, 2), forge_policies(&c->leaf, (const ctn_span[]){ P1, P2 }, 2))
PAIR(policy_any_mapped, 2, map(c, P1, ctn_oid_any_policy), map(c, P1, P2))
PAIR(critical, 0, forge_raw(&c->leaf, UNKNOWN, true, NULL_VALUE), forge_raw(&c->leaf, UNKNOWN, false, NULL_VALUE))
PAIR(extension, 0, forge_eku(&c->leaf, (ctn_span){ 0 }), forge_eku(&c->leaf, ctn_oid_kp_server_auth))
PAIR(repeated, 0, forge_raw(&c->leaf, UNKNOWN, false, NULL_VALUE); forge_repeat(&c->leaf, c->leaf.exts_n - 1),
    forge_raw(&c->leaf, UNKNOWN, false, NULL_VALUE))
PAIR(not_ca, 1, forge_basic(&c->lower, false, -1), forge_basic(&c->lower, true, -1))
PAIR(path_length, 2, forge_basic(&c->upper, true, 0), forge_basic(&c->upper, true, 1))
PAIR(key_usage, 1, forge_usage(&c->lower, CTN_KU_CRL_SIGN), forge_usage(&c->lower, CTN_KU_KEY_CERT_SIGN))
PAIR(purpose, 0, forge_eku(&c->leaf, ctn_oid_kp_client_auth), forge_eku(&c->leaf, ctn_oid_kp_server_auth))
/* Who may stamp times is of no use to webpki: the neighbour is asked for another purpose. */
PAIR(stamps, 0, forge_eku(&c->leaf, ctn_oid_kp_time_stamping); c->ask.purpose = ctn_oid_kp_time_stamping,
    forge_eku(&c->leaf, ctn_oid_kp_code_signing); c->ask.purpose = ctn_oid_kp_code_signing)
PAIR(usage, 0, forge_usage(&c->leaf, CTN_KU_CONTENT_COMMITMENT), forge_usage(&c->leaf, CTN_KU_DIGITAL_SIGNATURE))
PAIR(name, 0, chain_ask_name(c, "eb.internal.example"), chain_ask_name(c, "web.internal.example"))
PAIR(public_suffix, 0, wildcard(c, "*.com", "example.com"), wildcard(c, "*.example.com", "www.example.com"))
PAIR(depth, 2, max_depth(c, 1), max_depth(c, 2))
PAIR(work, 0, crowd(c, 600, 600), crowd(c, 300, 300))

PAIR(version_known, 0, c->leaf.version = 4, c->leaf.version = 3)
PAIR(version, 0, c->leaf.version = 2, c->leaf.version = 3)
PAIR(serial, 0, c->leaf.serial = CTN_SPAN("\x00"), c->leaf.serial = CTN_SPAN("\x01"))
PAIR(issuer_empty, 3, forge_name(&c->root.issuer, ""), forge_name(&c->root.issuer, "CN=x"))
PAIR(subject_empty, 0, subject_in(&c->leaf, "", true); forge_basic(&c->leaf, true, -1),
    subject_in(&c->leaf, "", true); forge_basic(&c->leaf, false, -1))
PAIR(name_form, 0, subject_octet(c, 0xff), subject_octet(c, 'x'))
PAIR(time_form, 0, c->leaf.generalized = true, c->leaf.generalized = false)
PAIR(unique_id, 0, c->leaf.ids = CTN_SPAN("\x81\x02\x00\x55"), c->leaf.ids = (ctn_span){ 0 })
PAIR(no_extensions, 0, bare(&c->leaf, 3); c->leaf.empty_list = true; c->ask.names_n = 0, c->leaf.empty_list = true)
PAIR(aside, 0, forge_raw(&c->leaf, ctn_oid_authority_info_access, false, CTN_SPAN("x")),
    forge_raw(&c->leaf, ctn_oid_authority_info_access, false, ACCESS))
PAIR(aki_missing, 0, forge_drop(&c->leaf, ctn_oid_authority_key_id), forge_drop(&c->root, ctn_oid_authority_key_id))
PAIR(aki_pair, 0, forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x06\x80\x01\x01\x82\x01\x01")),
    forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01")))
PAIR(aki_critical, 0, forge_mark(&c->leaf, ctn_oid_authority_key_id, true), forge_mark(&c->leaf, ctn_oid_authority_key_id, false))
PAIR(ski_missing, 1, forge_drop(&c->lower, ctn_oid_subject_key_id), forge_drop(&c->leaf, ctn_oid_subject_key_id))
PAIR(ski_critical, 1, forge_mark(&c->lower, ctn_oid_subject_key_id, true), forge_mark(&c->lower, ctn_oid_subject_key_id, false))
PAIR(ku_missing, 1, forge_drop(&c->lower, ctn_oid_key_usage), forge_drop(&c->leaf, ctn_oid_key_usage))
PAIR(ku_empty, 0, forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x01\x00")); c->ask.purpose = (ctn_span){ 0 },
    forge_usage(&c->leaf, CTN_KU_CONTENT_COMMITMENT); c->ask.purpose = (ctn_span){ 0 })
PAIR(ku_padded, 0, forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x03\x07\x80\x00")),
    forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x03\x02\x07\x80")))
PAIR(ku_not_ca, 0, forge_usage(&c->leaf, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_CERT_SIGN),
    forge_usage(&c->leaf, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CRL_SIGN))
PAIR(bc_critical, 1, forge_mark(&c->lower, ctn_oid_basic_constraints, false), forge_mark(&c->lower, ctn_oid_basic_constraints, true))
PAIR(bc_spelt, 0, forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x03\x01\x01\x00")),
    forge_raw(&c->leaf, ctn_oid_basic_constraints, true, CTN_SPAN("\x30\x00")))
PAIR(bc_anchor, 3, bare(&c->root, 1), c->root.version = 3)
PAIR(path_len_placed, 0, forge_basic(&c->leaf, false, 0), forge_basic(&c->leaf, false, -1))
PAIR(nc_leaf, 0, forge_raw(&c->leaf, ctn_oid_name_constraints, true, PERMIT_EXAMPLE),
    forge_raw(&c->lower, ctn_oid_name_constraints, true, PERMIT_EXAMPLE))
PAIR(nc_dotted, 2, forge_raw(&c->upper, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0e\xa0\x0c\x30\x0a\x82\x08" ".example")),
    forge_raw(&c->upper, ctn_oid_name_constraints, true, PERMIT_EXAMPLE))
PAIR(nc_spelt, 2, forge_raw(&c->upper, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x10\xa0\x0e\x30\x0c\x82\x07" "example\x80\x01\x00")),
    forge_raw(&c->upper, ctn_oid_name_constraints, true, PERMIT_EXAMPLE))
PAIR(nc_critical, 2, forge_raw(&c->upper, ctn_oid_name_constraints, false, PERMIT_EXAMPLE),
    forge_raw(&c->upper, ctn_oid_name_constraints, true, PERMIT_EXAMPLE))
PAIR(pc_critical, 2, forge_raw(&c->upper, ctn_oid_policy_constraints, false, CTN_SPAN("\x30\x03\x81\x01\x00")),
    forge_raw(&c->upper, ctn_oid_policy_constraints, true, CTN_SPAN("\x30\x03\x81\x01\x00")))
PAIR(any_critical, 2, forge_raw(&c->upper, ctn_oid_inhibit_any_policy, false, CTN_SPAN("\x02\x01\x00")),
    forge_raw(&c->upper, ctn_oid_inhibit_any_policy, true, CTN_SPAN("\x02\x01\x00")))
PAIR(san_form, 0, forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x05\x82\x03" "a_b")); c->ask.names_n = 0,
    forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x05\x82\x03" "a-b")); c->ask.names_n = 0)
PAIR(san_missing, 0, subject_in(&c->leaf, "", false), subject_in(&c->leaf, "", true))
PAIR(san_critical, 0, forge_mark(&c->leaf, ctn_oid_subject_alt_name, true), subject_in(&c->leaf, "", true))
PAIR(access_critical, 0, forge_raw(&c->leaf, ctn_oid_authority_info_access, true, ACCESS),
    forge_raw(&c->leaf, ctn_oid_authority_info_access, false, ACCESS))
PAIR(freshest_critical, 0, forge_raw(&c->leaf, ctn_oid_freshest_crl, true, POINT), forge_raw(&c->leaf, ctn_oid_freshest_crl, false, POINT))
PAIR(weak_signature, 0, c->leaf.inner = c->leaf.outer = CTN_SIG_ECDSA_SHA1, c->root.inner = c->root.outer = CTN_SIG_ECDSA_SHA1)
PAIR(algorithm_form, 0, rsa_signed(c, true), rsa_signed(c, false))
PAIR(curve_spelt, 0, c->leaf.spki = CTN_SPAN("\x30\x11\x30\x0b\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x30\x00\x03\x02\x00\x04"),
    leaf_rsa(c, 24, "P-384"))
PAIR(broken_key, 0, leaf_rsa(c, 20, "RSA-1016"), leaf_rsa(c, 21, "RSA-2048"))
PAIR(weak_key, 0, leaf_rsa(c, 22, "RSA-2040"), leaf_rsa(c, 21, "RSA-2048"))
PAIR(web_key, 0, leaf_rsa(c, 23, "ED25519"), leaf_rsa(c, 24, "P-384"))
PAIR(web_leaf_ca, 0, forge_basic(&c->leaf, true, -1), forge_basic(&c->leaf, false, -1))
PAIR(web_eku_missing, 0, forge_drop(&c->leaf, ctn_oid_ext_key_usage), forge_eku(&c->leaf, ctn_oid_kp_server_auth))
PAIR(web_eku_any, 0, forge_eku(&c->leaf, ctn_oid_any_ext_key_usage), forge_eku(&c->lower, ctn_oid_any_ext_key_usage))
PAIR(web_eku_critical, 0, forge_mark(&c->leaf, ctn_oid_ext_key_usage, true), forge_mark(&c->leaf, ctn_oid_ext_key_usage, false))
PAIR(web_root_eku, 3, forge_eku(&c->root, ctn_oid_kp_server_auth), forge_eku(&c->upper, ctn_oid_kp_server_auth))
PAIR(web_root_aki, 3, forge_raw(&c->root, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01")),
    forge_ids(&c->root, 0))
PAIR(web_aki, 0, forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x0b\x80\x01\x01\xa1\x03\x82\x01x\x82\x01\x01")),
    forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01")))
PAIR(web_cn, 0, forge_name(&c->leaf.subject, "CN=db.internal.example"), forge_name(&c->leaf.subject, "CN=web.internal.example"))
PAIR(web_san, 0, forge_san(&c->leaf, false, (const char *const[]){ "web.internal.example", "a@internal.example", NULL }),
    forge_san(&c->leaf, false, (const char *const[]){ "web.internal.example", "10.0.0.1", NULL }))
PAIR(web_lifetime, 0, c->leaf.not_before = FORGE_NOW; c->leaf.not_after = FORGE_NOW + 398 * FORGE_DAY,
    c->leaf.not_before = FORGE_NOW; c->leaf.not_after = FORGE_NOW + 398 * FORGE_DAY - 1)

PAIR(crl_number, 0, crl_of(c, true, -1, NOTHING, false), crl_of(c, true, 0, NOTHING, false))
PAIR(crl_number_critical, 0, crl_of(c, true, 1, NOTHING, false), crl_of(c, true, 0, NOTHING, false))
PAIR(crl_next_update, 0, crl_of(c, true, 0, NOTHING, true), crl_of(c, true, 0, NOTHING, false))
PAIR(crl_aki, 0, crl_of(c, false, 0, NOTHING, false), crl_of(c, true, 0, NOTHING, false))
PAIR(crl_idp_critical, 0, crl_of(c, true, 0, IDP, false), crl_of(c, true, 0, IDP_CRITICAL, false))
PAIR(crl_idp_empty, 0, crl_of(c, true, 0, IDP_EMPTY, false), crl_of(c, true, 0, IDP_CRITICAL, false))
PAIR(crl_delta_critical, 0, delta_of(c, false), delta_of(c, true))

/* Here a check without a pair stops the compiler. */
#define PATH_PAIR(id, name, cite, fix) [CTN_V_##id] = &pair_##id,
#define RULE_PAIR(id, name, cite, roles, pkix, rfc5280, webpki, says) [CTN_V_##id] = &pair_##id,
static const struct pair *const pairs[CTN_VCHECKS] = {
	CTN_PATH_CHECKS(PATH_PAIR)
	CTN_CERT_CHECKS(RULE_PAIR)
	CTN_CRL_CHECKS(RULE_PAIR)
};

/* What a check is worth in a profile. Public suffixes are webpki's alone, though the check is one of paths. */
static enum ctn_vlevel
level_of(enum ctn_vcheck check, enum ctn_verify_profile profile)
{
	return check == CTN_V_public_suffix && profile != CTN_WEBPKI ? CTN_V_OFF : ctn_vrule_of(check)->level[profile];
}

/* CRLs that break a rule are passed over: what is told is that there is no answer. bc_anchor only warns: version is judged before. */
static enum ctn_vcheck
told(enum ctn_vcheck check)
{
	if (check == CTN_V_crl_delta_critical)
		return CTN_V_revoked;
	if (check >= CTN_V_crl_number)
		return CTN_V_unknown_status;
	return check == CTN_V_bc_anchor ? CTN_V_version : check;
}

static bool
warned(const struct chain *c, enum ctn_vcheck check, size_t at)
{
	for (size_t i = 0; i < c->result.warnings_n; i++)
		if (c->result.warnings[i].check == check && c->result.warnings[i].certificate == at)
			return true;
	return false;
}

/* These cannot stand alone: a version 1 anchor has no extensions at all, nor has an empty list any. */
static bool
is_alone(const struct chain *c, enum ctn_vcheck check)
{
	return c->result.warnings_n == 1 || check == CTN_V_bc_anchor || check == CTN_V_no_extensions;
}

static bool
broken_is_right(const struct chain *c, enum ctn_vcheck check, enum ctn_vlevel level)
{
	const struct pair *p = pairs[check];

	if (level == CTN_V_FATAL)
		return !c->result.trusted && c->result.reason.check == told(check) && c->result.reason.certificate == p->at;
	if (level == CTN_V_WARN)
		return c->result.trusted && (check >= CTN_V_crl_number || (warned(c, check, p->at) && is_alone(c, check)));
	return c->result.trusted || c->result.reason.check != check;
}

static bool
holds(enum ctn_vcheck check, enum ctn_verify_profile profile, bool broken)
{
	struct chain c;
	bool ok;

	chain_begin(&c);
	c.ask.profile = profile;
	if (broken)
		pairs[check]->broken(&c);
	else
		pairs[check]->kept(&c);
	chain_sign(&c);
	(void)chain_ask(&c);
	ok = broken ? broken_is_right(&c, check, level_of(check, profile))
		    : c.result.trusted && !warned(&c, check, pairs[check]->at);
	if (!ok)
		print_error("check %d (%s), %s, %s: check %d at %zu (%s), %zu warnings\n", (int)check, ctn_vrule_of(check)->name,
		    ctn_verify_profile_name(profile), broken ? "broken" : "kept", (int)c.result.reason.check, c.result.reason.certificate,
		    c.result.trusted ? "trusted" : c.result.reason.text, c.result.warnings_n);
	chain_end(&c);
	return ok;
}

static void
each_check_refuses_what_breaks_it_alone_and_accepts_the_neighbour(void **state)
{
	bool ok = true;

	(void)state;
	for (unsigned check = CTN_V_NONE + 1; check < CTN_VCHECKS; check++)
		for (unsigned profile = 0; profile < CTN_VERIFY_PROFILES; profile++) {
			ok = holds((enum ctn_vcheck)check, (enum ctn_verify_profile)profile, true) && ok;
			ok = holds((enum ctn_vcheck)check, (enum ctn_verify_profile)profile, false) && ok;
		}
	assert_true(ok);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_check_refuses_what_breaks_it_alone_and_accepts_the_neighbour),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
