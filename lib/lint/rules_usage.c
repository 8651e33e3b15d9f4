/* Rules over what a certificate may be used for: basic constraints, key usage, extended key usage. */
#include "der/oid.h"
#include "key/public.h"
#include "lint/rules.h"
#include "lint/say.h"

#define SIGNING                                                                                        \
	(CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT | CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN)
#define AGREEING (CTN_KU_KEY_AGREEMENT | CTN_KU_ENCIPHER_ONLY | CTN_KU_DECIPHER_ONLY)
#define ENCIPHERING (CTN_KU_KEY_ENCIPHERMENT | CTN_KU_DATA_ENCIPHERMENT)
#define ALL_BITS (SIGNING | AGREEING | ENCIPHERING)

static const ctn_ext *
usage_ext(const ctn_cert *c)
{
	return ctn_exts_find(&c->exts, ctn_oid_key_usage);
}

bool
ctn_rule_basic_constraints_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_basic_constraints, true, text, text_n);
}

bool
ctn_rule_ca_not_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_cert_is_ca(s->cert) || ctn_say(text, text_n, "an authority's basic constraints do not say cA");
}

bool
ctn_rule_leaf_is_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return !ctn_cert_is_ca(s->cert) || ctn_say(text, text_n, "a leaf's basic constraints say cA");
}

bool
ctn_rule_path_length_misplaced(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_basic_constraints bc;
	uint32_t usage;

	if (!ctn_peek_basic_constraints(&bc, s->cert) || !bc.has_path_len)
		return true;
	if (!bc.ca)
		return ctn_say(text, text_n, "there is a path length, but no cA");
	if (ctn_peek_key_usage(&usage, s->cert) && (usage & CTN_KU_KEY_CERT_SIGN) == 0)
		return ctn_say(text, text_n, "there is a path length, but no keyCertSign");
	return true;
}

bool
ctn_rule_path_length_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_basic_constraints own = { 0 }, issuers;

	if (s->issuer == NULL || ctn_cert_is_self_issued(s->cert))
		return true;
	if (!ctn_peek_basic_constraints(&issuers, s->issuer) || !issuers.has_path_len)
		return true;
	if (issuers.path_len == 0)
		return ctn_say(text, text_n, "the issuer's path length is 0: it may certify leaves alone");
	if (!ctn_peek_basic_constraints(&own, s->cert) || !own.has_path_len || own.path_len < issuers.path_len)
		return true;
	return ctn_say(text, text_n, "the path length is %llu, the issuer's %llu", (unsigned long long)own.path_len,
	    (unsigned long long)issuers.path_len);
}

bool
ctn_rule_key_usage_missing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return usage_ext(s->cert) != NULL || ctn_say(text, text_n, "an authority has no key usage");
}

bool
ctn_rule_key_usage_critical_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_key_usage, true, text, text_n);
}

bool
ctn_rule_key_usage_critical_leaf(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return ctn_say_critical(&s->cert->exts, ctn_oid_key_usage, true, text, text_n);
}

bool
ctn_rule_key_usage_empty(const ctn_lint_subject *s, char *text, size_t text_n)
{
	uint32_t usage;

	return !ctn_peek_key_usage(&usage, s->cert) || usage != 0 || ctn_say(text, text_n, "the key usage has no bit");
}

bool
ctn_rule_key_usage_unknown_bit(const ctn_lint_subject *s, char *text, size_t text_n)
{
	uint32_t usage;

	if (!ctn_peek_key_usage(&usage, s->cert) || (usage & ~(uint32_t)ALL_BITS) == 0)
		return true;
	return ctn_say(text, text_n, "the key usage has a bit beyond decipherOnly");
}

bool
ctn_rule_cert_sign_without_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	uint32_t usage;

	if (!ctn_peek_key_usage(&usage, s->cert) || (usage & CTN_KU_KEY_CERT_SIGN) == 0 || ctn_cert_is_ca(s->cert))
		return true;
	return ctn_say(text, text_n, "the key usage has keyCertSign, but basic constraints do not say cA");
}

/* A usage that is absent is another rule's. */
static bool
has_usage(const ctn_lint_subject *s, uint32_t bit, char *text, size_t text_n)
{
	uint32_t usage;

	if (!ctn_peek_key_usage(&usage, s->cert) || (usage & bit) != 0)
		return true;
	return ctn_say(text, text_n, "an authority's key usage has no %s", ctn_key_usage_name(bit));
}

bool
ctn_rule_ca_without_cert_sign(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return has_usage(s, CTN_KU_KEY_CERT_SIGN, text, text_n);
}

bool
ctn_rule_ca_without_crl_sign(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return has_usage(s, CTN_KU_CRL_SIGN, text, text_n);
}

bool
ctn_rule_leaf_crl_sign(const ctn_lint_subject *s, char *text, size_t text_n)
{
	uint32_t usage;

	if (!ctn_peek_key_usage(&usage, s->cert) || (usage & CTN_KU_CRL_SIGN) == 0)
		return true;
	return ctn_say(text, text_n, "a leaf's key usage has cRLSign");
}

enum family { FAMILY_OTHER, FAMILY_RSA, FAMILY_EC, FAMILY_SIGNING };

static enum family
family_of(const ctn_cert *c)
{
	struct ctn_err e = { 0 };
	ctn_spki key;

	if (!ctn_spki_parse(&key, c->spki, &e))
		return FAMILY_OTHER;
	switch (key.kind.alg) {
	case CTN_KEY_RSA:
		return FAMILY_RSA;
	case CTN_KEY_P256:
	case CTN_KEY_P384:
	case CTN_KEY_P521:
		return FAMILY_EC;
	case CTN_KEY_UNKNOWN:
		return FAMILY_OTHER;
	default:
		return FAMILY_SIGNING;
	}
}

/* The key usage of a key of that family has none of the bits. */
static bool
without(const ctn_lint_subject *s, enum family family, uint32_t bits, char *text, size_t text_n)
{
	static const char *const names[] = { "", "an RSA key", "an elliptic-curve key", "a key that can only sign" };
	uint32_t usage, bit = 1;

	if (!ctn_peek_key_usage(&usage, s->cert) || (usage & bits) == 0 || family_of(s->cert) != family)
		return true;
	while ((usage & bits & bit) == 0)
		bit <<= 1;
	return ctn_say(text, text_n, "%s has the key usage %s", names[family], ctn_key_usage_name(bit));
}

bool
ctn_rule_key_usage_rsa(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return without(s, FAMILY_RSA, AGREEING, text, text_n);
}

bool
ctn_rule_key_usage_rsa_ca(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return without(s, FAMILY_RSA, ENCIPHERING, text, text_n);
}

bool
ctn_rule_key_usage_ec(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return without(s, FAMILY_EC, ENCIPHERING, text, text_n);
}

bool
ctn_rule_key_usage_signing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	return without(s, FAMILY_SIGNING, AGREEING | ENCIPHERING, text, text_n);
}

bool
ctn_rule_key_usage_only(const ctn_lint_subject *s, char *text, size_t text_n)
{
	uint32_t usage;

	if (!ctn_peek_key_usage(&usage, s->cert) || (usage & CTN_KU_KEY_AGREEMENT) != 0)
		return true;
	if ((usage & (CTN_KU_ENCIPHER_ONLY | CTN_KU_DECIPHER_ONLY)) == 0)
		return true;
	return ctn_say(text, text_n, "the key usage has %s without keyAgreement",
	    (usage & CTN_KU_ENCIPHER_ONLY) != 0 ? "encipherOnly" : "decipherOnly");
}

bool
ctn_rule_eku_missing(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_span value;

	return ctn_peek_eku(&value, s->cert) || ctn_say(text, text_n, "a leaf has no extended key usage: good for any purpose");
}

bool
ctn_rule_eku_root(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_span value;

	return !ctn_peek_eku(&value, s->cert) || ctn_say(text, text_n, "a root has an extended key usage");
}

bool
ctn_rule_eku_any(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (!ctn_peek_eku_has(s->cert, ctn_oid_any_ext_key_usage))
		return true;
	return ctn_say(text, text_n, "a leaf has anyExtendedKeyUsage");
}

bool
ctn_rule_eku_any_critical(const ctn_lint_subject *s, char *text, size_t text_n)
{
	const ctn_ext *ext = ctn_exts_find(&s->cert->exts, ctn_oid_ext_key_usage);

	if (ext == NULL || !ext->critical || !ctn_ext_eku_has(ext->value, ctn_oid_any_ext_key_usage))
		return true;
	return ctn_say(text, text_n, "the extended key usage is critical, and holds anyExtendedKeyUsage");
}

/* Purposes of a certificate, one by one; none when they are absent or malformed. */
static ctn_der
purposes(const ctn_cert *c)
{
	ctn_der oids = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e = { 0 };
	ctn_span value;

	if (!ctn_peek_eku(&value, c) || !ctn_ext_eku(&oids, value, &e))
		return ctn_der_over((ctn_span){ 0 });
	return oids;
}

static bool
say_purpose(ctn_span oid, const char *what, char *text, size_t text_n)
{
	const char *name = ctn_oid_name(oid);

	return ctn_say(text, text_n, "%s %s", name != NULL ? name : "an unnamed purpose", what);
}

bool
ctn_rule_eku_repeated(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der rest = purposes(s->cert);
	ctn_span oid, other;

	while (!ctn_der_end(&rest) && ctn_der_oid(&rest, &oid)) {
		ctn_der behind = rest;

		while (!ctn_der_end(&behind) && ctn_der_oid(&behind, &other))
			if (ctn_span_equal(oid, other))
				return say_purpose(oid, "stands twice", text, text_n);
	}
	return true;
}

/* An OCSP responder is appointed by its issuer directly (RFC 6960, 4.2.2.2), whatever else that issuer is limited to. */
bool
ctn_rule_eku_issuer(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der oids = purposes(s->cert);
	ctn_span allowed, oid;

	if (s->issuer == NULL || !ctn_peek_eku(&allowed, s->issuer) || ctn_ext_eku_has(allowed, ctn_oid_any_ext_key_usage))
		return true;
	while (!ctn_der_end(&oids) && ctn_der_oid(&oids, &oid)) {
		if (ctn_span_equal(oid, ctn_oid_kp_ocsp_signing) || ctn_ext_eku_has(allowed, oid))
			continue;
		return say_purpose(oid, "is not among the issuer's purposes", text, text_n);
	}
	return true;
}

/* RFC 5280, 4.2.1.12: "key usage bits that may be consistent" */
static const struct {
	const ctn_span *oid;
	uint32_t bits;
} consistent[] = {
	{ &ctn_oid_kp_server_auth, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_ENCIPHERMENT | CTN_KU_KEY_AGREEMENT },
	{ &ctn_oid_kp_client_auth, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_AGREEMENT },
	{ &ctn_oid_kp_code_signing, CTN_KU_DIGITAL_SIGNATURE },
	{ &ctn_oid_kp_email_protection,
	    CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT | CTN_KU_KEY_ENCIPHERMENT | CTN_KU_KEY_AGREEMENT },
	{ &ctn_oid_kp_time_stamping, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT },
	{ &ctn_oid_kp_ocsp_signing, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT },
};

static uint32_t
consistent_with(ctn_span oid)
{
	for (size_t i = 0; i < sizeof(consistent) / sizeof(consistent[0]); i++)
		if (ctn_span_equal(*consistent[i].oid, oid))
			return consistent[i].bits;
	return ALL_BITS;
}

bool
ctn_rule_eku_key_usage(const ctn_lint_subject *s, char *text, size_t text_n)
{
	ctn_der oids = purposes(s->cert);
	uint32_t usage;
	ctn_span oid;

	if (!ctn_peek_key_usage(&usage, s->cert))
		return true;
	while (!ctn_der_end(&oids) && ctn_der_oid(&oids, &oid))
		if ((usage & consistent_with(oid)) == 0)
			return say_purpose(oid, "has no use for any bit of the key usage", text, text_n);
	return true;
}

bool
ctn_rule_ocsp_nocheck(const ctn_lint_subject *s, char *text, size_t text_n)
{
	if (!ctn_peek_eku_has(s->cert, ctn_oid_kp_ocsp_signing))
		return true;
	if (ctn_exts_find(&s->cert->exts, ctn_oid_ocsp_nocheck) != NULL)
		return true;
	return ctn_say(text, text_n, "an OCSP responder's certificate has no ocspNoCheck: its own status has to be asked for");
}
