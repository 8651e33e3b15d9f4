#include "cmd/inspect_kind.h"

#include "der/der.h"

static const struct {
	const char *word, *title;
} kinds[INSPECT_KINDS] = {
	[INSPECT_UNKNOWN] = { "unknown", "Unknown object" },
	[INSPECT_CERT] = { "certificate", "Certificate" },
	[INSPECT_CSR] = { "csr", "Certificate request" },
	[INSPECT_CRL] = { "crl", "Certificate revocation list" },
	[INSPECT_OCSP] = { "ocsp_response", "OCSP response" },
	[INSPECT_OCSP_BASIC] = { "ocsp_response", "OCSP response (basic)" },
	[INSPECT_SPKI] = { "public_key", "Public key" },
	[INSPECT_RSA_PUBLIC] = { "public_key", "Public key (PKCS #1)" },
	[INSPECT_PRIVATE] = { "private_key", "Private key" },
	[INSPECT_PKCS12] = { "pkcs12", "PKCS #12 file" },
};

static const struct {
	const char *label;
	enum inspect_kind kind;
} labels[] = {
	{ "CERTIFICATE", INSPECT_CERT },
	{ "X509 CERTIFICATE", INSPECT_CERT },
	{ "TRUSTED CERTIFICATE", INSPECT_CERT },
	{ "CERTIFICATE REQUEST", INSPECT_CSR },
	{ "NEW CERTIFICATE REQUEST", INSPECT_CSR },
	{ "X509 CRL", INSPECT_CRL },
	{ "OCSP RESPONSE", INSPECT_OCSP },
	{ "PUBLIC KEY", INSPECT_SPKI },
	{ "RSA PUBLIC KEY", INSPECT_RSA_PUBLIC },
	{ "PRIVATE KEY", INSPECT_PRIVATE },
	{ "ENCRYPTED PRIVATE KEY", INSPECT_PRIVATE },
	{ "RSA PRIVATE KEY", INSPECT_PRIVATE },
	{ "EC PRIVATE KEY", INSPECT_PRIVATE },
	{ "DSA PRIVATE KEY", INSPECT_PRIVATE },
};

const char *
inspect_kind_word(enum inspect_kind kind)
{
	return kinds[kind].word;
}

const char *
inspect_kind_title(enum inspect_kind kind)
{
	return kinds[kind].title;
}

/* Tags of the first elements at r. */
static void
tags_of(unsigned *tags, size_t n, ctn_der r)
{
	ctn_span whole;

	for (size_t i = 0; i < n; i++) {
		tags[i] = ctn_der_tag(&r);
		if (!ctn_der_any(&r, &whole))
			tags[i] = 0;
	}
}

static bool
is_time(unsigned tag)
{
	return tag == CTN_TAG_UTC_TIME || tag == CTN_TAG_GENERALIZED_TIME;
}

/* What is signed: TBSCertificate, CertificationRequestInfo, TBSCertList or ResponseData. */
static enum inspect_kind
signed_kind(ctn_der tbs)
{
	unsigned t[4];
	size_t at;

	tags_of(t, 4, tbs);
	if (t[0] == CTN_TAG_CONTEXT_CONS(1) || t[0] == CTN_TAG_CONTEXT_CONS(2) ||
	    (t[0] == CTN_TAG_CONTEXT_CONS(0) && t[1] != CTN_TAG_INTEGER))
		return INSPECT_OCSP_BASIC;
	if (t[0] == CTN_TAG_CONTEXT_CONS(0))
		return INSPECT_CERT;
	at = t[0] == CTN_TAG_INTEGER ? 1 : 0;
	if (t[at] != CTN_TAG_SEQUENCE || t[at + 1] != CTN_TAG_SEQUENCE)
		return INSPECT_UNKNOWN;
	if (is_time(t[at + 2]))
		return INSPECT_CRL;
	if (at == 0)
		return INSPECT_UNKNOWN;
	return t[3] == CTN_TAG_SEQUENCE ? INSPECT_CERT : INSPECT_CSR;
}

static enum inspect_kind
sequence_first(ctn_der whole, const unsigned *t)
{
	ctn_der first;

	if (t[1] == CTN_TAG_BIT_STRING && t[2] == 0)
		return INSPECT_SPKI;
	if (t[1] == CTN_TAG_OCTET_STRING && t[2] == 0)
		return INSPECT_PRIVATE;
	if (t[1] != CTN_TAG_SEQUENCE || t[2] != CTN_TAG_BIT_STRING || !ctn_der_sequence(&whole, &first))
		return INSPECT_UNKNOWN;
	return signed_kind(first);
}

/* PFX (RFC 7292, 4) is INTEGER 3 and a ContentInfo; PrivateKeyInfo an INTEGER, an AlgorithmIdentifier and an OCTET STRING. */
static enum inspect_kind
integer_first(ctn_der whole, const unsigned *t)
{
	uint64_t version;

	if (t[1] == CTN_TAG_SEQUENCE && t[2] == CTN_TAG_OCTET_STRING)
		return INSPECT_PRIVATE;
	if (t[1] == CTN_TAG_SEQUENCE && (t[2] == CTN_TAG_SEQUENCE || t[2] == 0))
		return ctn_der_uint(&whole, &version) && version == 3 ? INSPECT_PKCS12 : INSPECT_UNKNOWN;
	if (t[1] == CTN_TAG_OCTET_STRING)
		return INSPECT_PRIVATE;
	if (t[1] == CTN_TAG_INTEGER)
		return t[2] == 0 ? INSPECT_RSA_PUBLIC : INSPECT_PRIVATE;
	return INSPECT_UNKNOWN;
}

static enum inspect_kind
by_structure(ctn_span der)
{
	ctn_der r = ctn_der_over(der), whole;
	unsigned t[3];

	/* BER of indefinite length: among all these only PKCS #12 is written so, and it begins with INTEGER 3 */
	if (der.n > 5 && memcmp(der.p, "\x30\x80\x02\x01\x03", 5) == 0)
		return INSPECT_PKCS12;
	if (!ctn_der_sequence(&r, &whole))
		return INSPECT_UNKNOWN;
	tags_of(t, 3, whole);
	switch (t[0]) {
	case CTN_TAG_SEQUENCE:
		return sequence_first(whole, t);
	case CTN_TAG_INTEGER:
		return integer_first(whole, t);
	case CTN_TAG_ENUMERATED:
		return INSPECT_OCSP;
	default:
		return INSPECT_UNKNOWN;
	}
}

enum inspect_kind
inspect_kind_of(ctn_span der, ctn_span label)
{
	enum inspect_kind kind = by_structure(der);

	for (size_t i = 0; kind == INSPECT_UNKNOWN && i < sizeof labels / sizeof *labels; i++)
		if (ctn_span_equal(label, ctn_span_text(labels[i].label)))
			kind = labels[i].kind;
	return kind;
}
