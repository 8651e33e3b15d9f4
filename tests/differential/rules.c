/* Part of scene.h: disagreements that have a reason. */
#include <openssl/x509_vfy.h>

#include "der/oid.h"
#include "scene.h"
#include "x509/cert.h"

/* The certificate of the scene that is path[at]. */
static const struct forged *
cert_at(const struct scene *s, const struct verdict *v, int at)
{
	for (size_t i = 0; at >= 0 && (size_t)at < v->path_n && i < s->n; i++)
		if (ctn_span_equal(ctn_buf_view(&s->certs[i].f.der), v->path[at]))
			return &s->certs[i].f;
	return NULL;
}

static const struct forged_ext *
ext(const struct forged *f, ctn_span oid)
{
	for (size_t i = 0; f != NULL && i < f->exts_n; i++)
		if (ctn_span_equal(f->exts[i].oid, oid))
			return &f->exts[i];
	return NULL;
}

static bool
is_critical(const struct forged *f, ctn_span oid)
{
	const struct forged_ext *x = ext(f, oid);

	return x != NULL && x->critical;
}

#define RULE(name) static bool name(const struct scene *s, const struct verdict *ours, const struct verdict *theirs)

/* Given our path alone they say yes, or they have put other certificates together even then. */
RULE(another_path)
{
	if (s->other_path)
		return true;
	for (size_t i = 0; i < ours->path_n && i < theirs->path_n; i++)
		if (!ctn_span_equal(ours->path[i], theirs->path[i]))
			return true;
	return false;
}

RULE(last_second)
{
	const struct forged *f = cert_at(s, theirs, theirs->at);

	(void)ours;
	return f != NULL && f->not_after == s->at_s;
}

/* With the current one gone, their word is about another CRL. */
RULE(crl_last_second)
{
	int why = theirs->why;

	(void)ours;
	if (why != X509_V_ERR_CRL_HAS_EXPIRED && why != X509_V_ERR_CRL_NOT_YET_VALID && why != X509_V_ERR_UNABLE_TO_GET_CRL &&
	    why != X509_V_ERR_CERT_REVOKED && why != X509_V_ERR_CRL_SIGNATURE_FAILURE && why != X509_V_ERR_DIFFERENT_CRL_SCOPE)
		return false;
	for (size_t i = 0; i < s->crls_n; i++)
		if (s->crls[i].l.next_update == s->at_s)
			return true;
	return false;
}

/* Does the certificate where they stop name another key, or another issuer and serial, than its issuer in our path has? */
RULE(key_id)
{
	const struct forged *f = cert_at(s, theirs, theirs->at);
	size_t i = f == NULL ? ours->path_n : verdict_index(ours, ctn_buf_view(&f->der));
	const struct forged *up = cert_at(s, ours, (int)i + 1);
	const struct forged_ext *x = ext(f, ctn_oid_authority_key_id);
	struct ctn_err e;
	ctn_cert issuer;
	ctn_aki aki;

	if (up == NULL || x == NULL || !ctn_ext_aki(&aki, ctn_buf_view(&x->value), &e) ||
	    !ctn_cert_parse(&issuer, ctn_buf_view(&up->der), &e))
		return false;
	if (aki.key_id.n > 0 && ctn_cert_key_id(&issuer).n > 0 && !ctn_span_equal(aki.key_id, ctn_cert_key_id(&issuer)))
		return true;
	/* [4] of the issuer's issuer: a length of two octets at most in front of the Name. */
	return aki.serial.n > 0 && (!ctn_span_equal(aki.serial, issuer.serial) || aki.issuer_names.n < issuer.issuer.n ||
	    memcmp(aki.issuer_names.p + aki.issuer_names.n - issuer.issuer.n, issuer.issuer.p, issuer.issuer.n) != 0);
}

/* Critical, and nothing that we do not know. */
RULE(critical_known)
{
	const ctn_span known[] = { ctn_oid_authority_key_id, ctn_oid_subject_key_id, ctn_oid_authority_info_access,
		ctn_oid_ocsp_nocheck };
	const struct forged *f = cert_at(s, theirs, theirs->at);

	(void)ours;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (is_critical(f, known[i]))
			return !is_critical(f, CTN_SPAN("\x2a\x03\x04"));
	return false;
}

RULE(any_purpose)
{
	const struct forged_ext *x = ext(cert_at(s, theirs, theirs->at), ctn_oid_ext_key_usage);

	(void)ours;
	return x != NULL && ctn_ext_eku_has(ctn_buf_view(&x->value), ctn_oid_any_ext_key_usage) &&
	    !ctn_ext_eku_has(ctn_buf_view(&x->value), s->purpose);
}

RULE(short_wildcard)
{
	const struct forged_ext *x = ext(cert_at(s, ours, 0), ctn_oid_subject_alt_name);

	(void)theirs;
	return x != NULL && memmem(x->value.p, x->value.n, "\x82\x09*.example", 11) != NULL;
}

RULE(unreadable_aside)
{
	(void)ours, (void)theirs;
	return !s->strict && scene_has(s, "malformed_aside");
}

RULE(old_anchor)
{
	const struct forged *f = cert_at(s, theirs, theirs->at);

	return f != NULL && f->version < 3 && verdict_index(ours, ctn_buf_view(&f->der)) + 1 == ours->path_n;
}

RULE(anchor_alone)
{
	(void)s, (void)theirs;
	return ours->path_n == 1;
}

RULE(stale_delta)
{
	(void)ours, (void)theirs;
	for (size_t i = 0; i < s->crls_n; i++)
		if (s->crls[i].l.is_delta && s->crls[i].l.next_update < s->at_s && s->crls[i].l.revoked.n > 0)
			return true;
	return false;
}

/* A complete CRL that is over and revokes, and an earlier one of its issuer. */
RULE(crl_over)
{
	(void)ours, (void)theirs;
	for (size_t i = 0; i < s->crls_n; i++)
		for (size_t k = 0; k < s->crls_n; k++)
			if (!s->crls[i].l.is_delta && s->crls[i].l.next_update < s->at_s && s->crls[i].l.revoked.n > 0 && !s->crls[k].l.is_delta &&
			    s->crls[k].l.this_update < s->crls[i].l.this_update && strcmp(s->crls[i].l.issuer, s->crls[k].l.issuer) == 0)
				return true;
	return false;
}

/* Two certificates of one key, one of which must not sign CRLs. */
RULE(crl_twin)
{
	(void)ours, (void)theirs;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = i + 1; k < s->n; k++)
			if (s->certs[i].f.key == s->certs[k].f.key)
				return scene_has(s, "crl_no_sign");
	return false;
}

RULE(mail_usage)
{
	const struct forged *f = cert_at(s, ours, 0);
	const struct forged_ext *x = ext(f, ctn_oid_key_usage);
	struct ctn_err e;
	uint32_t bits;

	return theirs->at == 0 && x != NULL && ctn_span_equal(s->purpose, ctn_oid_kp_email_protection) &&
	    ctn_ext_key_usage(&bits, ctn_buf_view(&x->value), &e) &&
	    (bits & (CTN_KU_KEY_ENCIPHERMENT | CTN_KU_KEY_AGREEMENT)) != 0 &&
	    (bits & (CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT)) == 0;
}

RULE(empty_usage)
{
	const struct forged_ext *x = ext(cert_at(s, ours, 0), ctn_oid_key_usage);

	(void)theirs;
	return !s->strict && x != NULL && ctn_span_equal(ctn_buf_view(&x->value), CTN_SPAN("\x03\x01\x00"));
}

RULE(leaf_key)
{
	const struct forged *f = cert_at(s, ours, 0);

	return theirs->at == 0 && f != NULL && f->spki.n > 0;
}

/* A subtree whose base is the empty text, of that form. */
static bool
has_empty_base(const struct scene *s, const struct verdict *v, unsigned type)
{
	const uint8_t base[] = { 0x30, 0x02, (uint8_t)CTN_TAG_CONTEXT(type), 0x00 };

	for (size_t i = 0; i < v->path_n; i++) {
		const struct forged_ext *x = ext(cert_at(s, v, (int)i), ctn_oid_name_constraints);

		if (x != NULL && memmem(x->value.p, x->value.n, base, sizeof(base)) != NULL)
			return true;
	}
	return false;
}

RULE(empty_base)
{
	const struct verdict *v = ours->yes ? ours : theirs;

	return has_empty_base(s, v, CTN_NAME_URI) || has_empty_base(s, v, CTN_NAME_EMAIL);
}

static bool
has_delta(const struct scene *s)
{
	for (size_t i = 0; i < s->crls_n; i++)
		if (s->crls[i].l.is_delta)
			return true;
	return false;
}

/* There is a delta, and the certificate in question does not point to one. */
RULE(delta_unannounced)
{
	const struct verdict *v = ours->yes ? theirs : ours;
	const struct forged *f = cert_at(s, v, v->at);

	return has_delta(s) && f != NULL && ext(f, ctn_oid_freshest_crl) == NULL;
}

RULE(delta_renews)
{
	(void)ours, (void)theirs;
	for (size_t i = 0; i < s->crls_n; i++)
		if (!s->crls[i].l.is_delta && s->crls[i].l.next_update < s->at_s)
			return has_delta(s);
	return false;
}

RULE(delta_over_unknown)
{
	(void)ours, (void)theirs;
	return has_delta(s) && scene_has(s, "crl_unknown_critical");
}

/* Two complete CRLs of one authority and one moment. */
RULE(crl_same_moment)
{
	(void)ours, (void)theirs;
	for (size_t i = 0; i < s->crls_n; i++)
		for (size_t k = i + 1; k < s->crls_n; k++)
			if (!s->crls[i].l.is_delta && !s->crls[k].l.is_delta &&
			    s->crls[i].l.this_update == s->crls[k].l.this_update && strcmp(s->crls[i].l.issuer, s->crls[k].l.issuer) == 0)
				return true;
	return false;
}

/* An extension twice that they need not look at. */
RULE(repeated_unread)
{
	(void)ours, (void)theirs;
	return scene_has(s, "twice");
}

/* Without a dNSName they hold the constraints against the common name. */
RULE(name_is_common)
{
	const struct forged_ext *x = ext(cert_at(s, ours, 0), ctn_oid_subject_alt_name);
	ctn_general_name n;
	struct ctn_err e;
	ctn_der names;

	if (theirs->at != 0 || (!scene_has(s, "cn_only") && !scene_has(s, "cn_beside")))
		return false;
	if (x == NULL || !ctn_ext_general_names(&names, ctn_buf_view(&x->value), &e))
		return x == NULL;
	while (ctn_general_next(&names, &n))
		if (n.type == CTN_NAME_DNS)
			return false;
	return true;
}

RULE(map_from_inhibited)
{
	const struct verdict *v = theirs;

	(void)ours;
	for (size_t i = 1; i < v->path_n; i++) {
		const struct forged *f = cert_at(s, v, (int)i);
		const struct forged_ext *x = ext(f, ctn_oid_certificate_policies);

		if (x != NULL && ext(f, ctn_oid_policy_mappings) != NULL &&
		    memmem(x->value.p, x->value.n, "\x06\x04\x55\x1d\x20\x00", 6) != NULL)
			return s->inhibit_any || scene_has(s, "policy_no_any");
	}
	return false;
}

/* Two authorities of one name, and a CRL that names no key. */
RULE(crl_signer)
{
	(void)ours, (void)theirs;
	return scene_has(s, "crl_bare") && (scene_has(s, "rollover") || scene_has(s, "same_name") || scene_has(s, "same_name_same_id"));
}

/* A CRL that its issuer did not sign, beside another of the same name. */
RULE(crl_beside)
{
	(void)ours, (void)theirs;
	for (size_t i = 0; i < s->crls_n; i++)
		for (size_t k = 0; k < s->crls_n; k++)
			if (i != k && (s->crls[i].l.spoil || s->crls[i].l.key == scene_spare_key(s, 6)) &&
			    strcmp(s->crls[i].l.issuer, s->crls[k].l.issuer) == 0)
				return true;
	return false;
}

RULE(anchor_usage)
{
	const struct forged_ext *x = ext(cert_at(s, ours, 0), ctn_oid_key_usage);

	(void)theirs;
	return ours->path_n == 1 && x != NULL && ctn_span_equal(ctn_buf_view(&x->value), CTN_SPAN("\x03\x01\x00"));
}

/* Constraints with a base that is no legal form of its type, or with maximum. */
RULE(constraint_form)
{
	static const struct {
		const char *p;
		size_t n;
	} odd[] = { { "\x82\x12*.internal.example", 20 }, { "\x82\x11internal.example.", 19 },
		{ "\x82\x01.", 3 }, { "\x0a\x00\x00\x01\xff\x00\xff\x00", 8 }, { "example\x81\x01\x01", 10 } };
	const struct forged_ext *x = ext(cert_at(s, ours, ours->at), ctn_oid_name_constraints);

	(void)theirs;
	for (size_t i = 0; x != NULL && i < sizeof(odd) / sizeof(*odd); i++)
		if (memmem(x->value.p, x->value.n, odd[i].p, odd[i].n) != NULL)
			return true;
	return false;
}

RULE(no_purposes)
{
	const struct forged_ext *x = ext(cert_at(s, ours, ours->at), ctn_oid_ext_key_usage);

	(void)theirs;
	return x != NULL && ctn_span_equal(ctn_buf_view(&x->value), CTN_SPAN("\x30\x00"));
}

/* What they do not look at: an anchor's extensions, policies without certificatePolicies, what the purpose does not ask for. */
RULE(unread_extension)
{
	const struct forged *f = cert_at(s, ours, ours->at);

	(void)theirs;
	for (size_t i = 0; f != NULL && i < f->exts_n; i++)
		if (ctn_span_equal(ctn_buf_view(&f->exts[i].value), CTN_SPAN("x")) ||
		    ctn_span_equal(ctn_buf_view(&f->exts[i].value), CTN_SPAN("\x04\x00")))
			return scene_has(s, "malformed_needed");
	return false;
}

RULE(unreadable_strict)
{
	(void)ours, (void)theirs;
	return s->strict && scene_has(s, "malformed_aside");
}

RULE(tiny_key)
{
	const struct forged *f = cert_at(s, ours, ours->at);

	(void)theirs;
	return f != NULL && f->key == SCENE_KEY_TINY;
}

RULE(other_curve)
{
	(void)theirs;
	for (size_t i = 0; i < ours->path_n; i++) {
		const struct forged *f = cert_at(s, ours, (int)i);

		if (f != NULL && f->key == SCENE_KEY_OTHER_CURVE)
			return true;
	}
	return false;
}

RULE(no_basic)
{
	const struct forged *f = cert_at(s, ours, ours->at);

	(void)theirs;
	return f != NULL && (f->version < 3 || ext(f, ctn_oid_basic_constraints) == NULL);
}

RULE(map_without_policies)
{
	const struct forged *f = cert_at(s, ours, ours->at);

	(void)theirs;
	return ext(f, ctn_oid_policy_mappings) != NULL && ext(f, ctn_oid_certificate_policies) == NULL;
}

RULE(anchor_algorithms)
{
	const struct forged *f = cert_at(s, ours, ours->at);

	(void)theirs;
	return f != NULL && f->inner != f->outer && (size_t)ours->at + 1 == ours->path_n;
}

RULE(crl_form)
{
	(void)ours, (void)theirs;
	return s->strict && (scene_has(s, "crl_bare") || scene_has(s, "crl_no_next"));
}

RULE(loop)
{
	(void)ours;
	return scene_has(s, "loop") && theirs->path_n > s->depth + 2;
}

/* *.internal.example stands for eb.internal.example too. */
RULE(wildcard_excluded)
{
	(void)theirs;
	return strstr(ours->text, "the name '*.") != NULL && strstr(ours->text, "is excluded") != NULL && s->n > 0;
}

RULE(authority_as_leaf)
{
	const struct forged *f = cert_at(s, ours, 0);
	const struct forged_ext *x = ext(f, ctn_oid_basic_constraints);

	return theirs->at == 0 && x != NULL && x->value.n > 2 && ext(f, ctn_oid_ext_key_usage) == NULL;
}

RULE(subject_mail_excluded)
{
	const struct forged *f = cert_at(s, ours, 0);

	return theirs->at == 0 && scene_has(s, "subject_mail") && ext(f, ctn_oid_subject_alt_name) != NULL;
}

RULE(subject_mail)
{
	(void)theirs;
	return ours->at == 0 && scene_has(s, "subject_mail") && s->name != NULL && strchr(s->name, '@') != NULL;
}

RULE(uri_address)
{
	(void)theirs;
	return s->n > 0 && strstr(ours->text, "the name 'https://10.0.0.1/' cannot be held") != NULL;
}

/* Only under X509_STRICT and rfc5280: the fact itself, from what was forged. */
#define STRICT_RULE(name, fact)                                                      \
	RULE(strict_##name)                                                          \
	{                                                                            \
		const struct forged *f = cert_at(s, ours, ours->at);                 \
                                                                                     \
		(void)theirs;                                                        \
		return s->strict && f != NULL && (fact);                             \
	}
STRICT_RULE(weak_signature, f->outer == CTN_SIG_ECDSA_SHA1 || f->outer == CTN_SIG_RSA_SHA1)
STRICT_RULE(time_form, f->generalized && f->not_before < INT64_C(2524608000))
STRICT_RULE(nc_dotted, ext(f, ctn_oid_name_constraints) != NULL &&
    memmem(ext(f, ctn_oid_name_constraints)->value.p, ext(f, ctn_oid_name_constraints)->value.n, "\x82\x11.", 3) != NULL)
STRICT_RULE(nc_spelt, ext(f, ctn_oid_name_constraints) != NULL &&
    memmem(ext(f, ctn_oid_name_constraints)->value.p, ext(f, ctn_oid_name_constraints)->value.n, "\x80\x01\x00", 3) != NULL)
STRICT_RULE(nc_critical, ext(f, ctn_oid_name_constraints) != NULL && !is_critical(f, ctn_oid_name_constraints))
STRICT_RULE(nc_leaf, ours->at == 0 && ext(f, ctn_oid_name_constraints) != NULL)
STRICT_RULE(pc_critical, ext(f, ctn_oid_policy_constraints) != NULL && !is_critical(f, ctn_oid_policy_constraints))
STRICT_RULE(unique_id, f->ids.n > 0)
STRICT_RULE(version, f->version < 3)
STRICT_RULE(aki_missing, ext(f, ctn_oid_authority_key_id) == NULL && (size_t)ours->at + 1 == ours->path_n)
STRICT_RULE(serial, f->serial.n > 20 || f->serial.p[0] >= 0x80 || (f->serial.n == 1 && f->serial.p[0] == 0))
STRICT_RULE(no_extensions, f->empty_list && f->exts_n == 0)

const struct listed listed[] = {
	{ "another-path", true, 0, "they commit to one path, and say yes when given the one that we found (RFC 4158 2.4)", another_path },
	{ "last-second", true, X509_V_ERR_CERT_HAS_EXPIRED, "notAfter is within the validity (RFC 5280 4.1.2.5)", last_second },
	{ "crl-last-second", true, 0, "a CRL is current until nextUpdate (RFC 5280 5.1.2.5)", crl_last_second },
	{ "key-id", true, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	    "key identifiers help to find an issuer and are no part of validation (RFC 5280 6.1, RFC 4158 3.5.12)", key_id },
	{ "critical-known", true, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
	    "what is known may be critical in this profile (RFC 5280 4.2); they list fewer", critical_known },
	{ "any-purpose", true, X509_V_ERR_INVALID_PURPOSE, "anyExtendedKeyUsage serves every purpose (RFC 5280 4.2.1.12)", any_purpose },
	{ "short-wildcard", true, X509_V_ERR_HOSTNAME_MISMATCH, "a wildcard needs one label behind it, they want two (RFC 9525 6.3)", short_wildcard },
	{ "unreadable-aside", true, 0, "an extension that validation does not use and cannot read is a warning in pkix", unreadable_aside },
	{ "old-anchor", true, X509_V_ERR_INVALID_CA, "an anchor is a name and a key, of whatever version (RFC 5280 6.1.1 (d))", old_anchor },
	{ "anchor-alone", true, X509_V_ERR_NO_EXPLICIT_POLICY, "an anchor is no certificate of its path, so no policy is lost (RFC 5280 6.1)", anchor_alone },
	{ "stale-delta", true, X509_V_ERR_CERT_REVOKED, "they take a delta CRL past its nextUpdate (RFC 5280 6.3.3 (c))", stale_delta },
	{ "mail-usage", true, X509_V_ERR_INVALID_PURPOSE,
	    "keyEncipherment and keyAgreement are consistent with emailProtection (RFC 5280 4.2.1.12), they ask for signing", mail_usage },
	{ "empty-usage", true, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	    "a key usage without a bit breaks RFC 5280 4.2.1.3, which pkix warns of", empty_usage },
	{ "leaf-key", true, X509_V_ERR_UNSPECIFIED, "the leaf's key is an output of validation (RFC 5280 6.1.5), its user imports it", leaf_key },
	{ "empty-base-permitted", true, X509_V_ERR_PERMITTED_VIOLATION,
	    "a URI or mail subtree with an empty base is every name of the form (RFC 5280 4.2.1.10 is silent; so do NSS and GnuTLS)", empty_base },
	{ "delta-ignored", true, X509_V_ERR_CERT_REVOKED,
	    "deltas that are there count, also without a pointer to them in the certificate (RFC 5280 6.3.3 (c))", delta_unannounced },
	{ "delta-renews", true, X509_V_ERR_CRL_HAS_EXPIRED, "a complete CRL and its delta are current as long as the delta (RFC 5280 5.2.4)",
	    delta_renews },
	{ "delta-renews-revoked", false, CTN_V_revoked, "likewise", delta_renews },
	{ "delta-unannounced", false, CTN_V_revoked, "likewise", delta_unannounced },
	{ "stale-delta-releases", false, CTN_V_revoked, "as stale-delta", stale_delta },
	{ "stale-delta-covers", false, CTN_V_unknown_status, "as stale-delta", stale_delta },
	{ "repeated-unread", false, CTN_V_repeated, "no extension stands twice (RFC 5280 4.2), they see it only in those they read", repeated_unread },
	{ "cn-no-name", true, X509_V_ERR_EXCLUDED_VIOLATION, "the common name is no DNS name (RFC 9525 2)", name_is_common },
	{ "cn-no-name-permitted", true, X509_V_ERR_PERMITTED_VIOLATION, "likewise", name_is_common },
	{ "map-from-inhibited", false, CTN_V_policies,
	    "an anyPolicy that is inhibited gives nothing to map (RFC 5280 6.1.4 (b)(1)), they map it all the same", map_from_inhibited },
	{ "crl-beside", true, X509_V_ERR_CRL_SIGNATURE_FAILURE, "a forged CRL does not stand in the way of a good one, they try one", crl_beside },
	{ "anchor-usage", false, CTN_V_usage, "a key usage without a bit allows nothing (RFC 5280 4.2.1.3), of a trusted leaf too", anchor_usage },
	{ "crl-signer", true, X509_V_ERR_CRL_SIGNATURE_FAILURE, "every authority of the CRL's name may have signed it, they try one", crl_signer },
	{ "crl-signer-usage", true, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
	    "of two certificates of one authority either may say that its key signs CRLs (RFC 5280 6.3.3 (f)), they try one", crl_twin },
	{ "crl-over-revokes", false, CTN_V_revoked,
	    "whom a CRL revokes stays revoked when it is over, for a hold alone is lifted (RFC 5280 5.3.1), they take an earlier one that is not", crl_over },
	{ "crl-same-moment-good", true, X509_V_ERR_CERT_REVOKED, "as crl-same-moment", crl_same_moment },
	{ "crl-same-moment", false, CTN_V_revoked, "of two CRLs of one moment the one with the higher number counts (RFC 5280 5.2.3), they take the first",
	    crl_same_moment },
	{ "delta-over-unknown", false, CTN_V_unknown_status,
	    "a CRL with an unknown critical extension says nothing (RFC 5280 5.2), whatever a delta says", delta_over_unknown },
	{ "constraint-form", false, CTN_V_extension, "a base that RFC 5280 4.2.1.10 does not allow cannot be processed", constraint_form },
	{ "no-purposes", false, CTN_V_extension, "ExtKeyUsageSyntax has at least one element (RFC 5280 4.2.1.12)", no_purposes },
	{ "unread-extension", false, CTN_V_extension, "what is known must be processed (RFC 5280 4.2): they leave it unread", unread_extension },
	{ "unreadable-strict", false, CTN_V_aside, "rfc5280 refuses what it cannot read", unreadable_strict },
	{ "tiny-key", false, CTN_V_broken_key, "RSA under 1024 bits can be broken (SP 800-131A 3)", tiny_key },
	{ "other-curve", false, CTN_V_key, "curves are P-256, P-384 and P-521 (RFC 5480 2.1.1.1)", other_curve },
	{ "other-curve-self", false, CTN_V_aki_missing, "self-signed by a key of another curve cannot be told", other_curve },
	{ "no-basic", false, CTN_V_not_ca, "an authority says cA in a version 3 certificate (RFC 5280 6.1.4 (k)), they take keyCertSign for it", no_basic },
	{ "map-without-policies", false, CTN_V_policy_any_mapped,
	    "no mapping to or from anyPolicy (RFC 5280 6.1.4 (a)), they read none without certificatePolicies", map_without_policies },
	{ "anchor-algorithms", false, CTN_V_algorithm, "the two algorithm fields are the same (RFC 5280 4.1.1.2), of an anchor too", anchor_algorithms },
	{ "crl-form", false, CTN_V_unknown_status, "rfc5280 holds CRLs to RFC 5280 5, X509_STRICT does not", crl_form },
	{ "crl-form-revokes", false, CTN_V_revoked, "and what such a CRL lists stays revoked, whatever a delta over it says", crl_form },
	{ "loop", false, CTN_V_issuer, "no name and key stands twice in a path (RFC 4158 5.2)", loop },
	{ "wildcard-excluded", false, CTN_V_constraints, "a wildcard may stand for an excluded name (RFC 5280 4.2.1.10)", wildcard_excluded },
	{ "empty-base-excluded", false, CTN_V_constraints, "as empty-base-permitted", empty_base },
	{ "authority-as-leaf", true, X509_V_ERR_INVALID_PURPOSE,
	    "the key usage of an authority without purposes tells what it signs (RFC 5280 4.2.1.3)", authority_as_leaf },
	{ "subject-mail-permitted", true, X509_V_ERR_PERMITTED_VIOLATION,
	    "constraints reach emailAddress of the subject only without alternative names (RFC 5280 4.2.1.10)", subject_mail_excluded },
	{ "subject-mail-excluded", true, X509_V_ERR_EXCLUDED_VIOLATION, "likewise", subject_mail_excluded },
	{ "subject-mail", false, CTN_V_name, "mail addresses are asked of the alternative names (RFC 5280 4.2.1.6)", subject_mail },
	{ "uri-address", false, CTN_V_constraints, "a URI without a host name is refused under URI constraints (RFC 5280 4.2.1.10)", uri_address },
#define STRICTLY(id, what) { "strict-" #id, false, CTN_V_##id, what, strict_##id }
	STRICTLY(weak_signature, "SHA-1 (RFC 6194 2)"),
	STRICTLY(time_form, "UTCTime to 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5)"),
	STRICTLY(nc_dotted, "only URI and mail bases have a dot in front (RFC 5280 4.2.1.10)"),
	STRICTLY(nc_spelt, "DER leaves out a minimum of 0 (X.690 11.5)"),
	STRICTLY(nc_critical, "name constraints are critical (RFC 5280 4.2.1.10)"),
	STRICTLY(nc_leaf, "only authorities have name constraints (RFC 5280 4.2.1.10)"),
	STRICTLY(pc_critical, "policy constraints are critical (RFC 5280 4.2.1.11)"),
	STRICTLY(unique_id, "no unique identifiers (RFC 5280 4.1.2.8)"),
	STRICTLY(version, "version 3 (RFC 5280 4.1.2.1)"),
	STRICTLY(aki_missing, "an authority key identifier in an anchor that is not self-signed (RFC 5280 4.2.1.1)"),
	STRICTLY(serial, "positive serials of at most 20 octets (RFC 5280 4.1.2.2)"),
	STRICTLY(no_extensions, "a list of extensions has one (RFC 5280 4.1.2.9)"),
};
const size_t listed_n = sizeof(listed) / sizeof(*listed);
_Static_assert(sizeof(listed) / sizeof(*listed) <= LISTED_MAX, "the counts of the rules have room");
