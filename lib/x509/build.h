/* Builders of to-be-signed certificates, and of signed wholes out of signed parts. */
#ifndef CTN_X509_BUILD_H
#define CTN_X509_BUILD_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/sig.h"
#include "name/dn.h"
#include "name/general.h"
#include "x509/ext.h"

/** One extension that a profile adds as it is. */
typedef struct ctn_raw_ext {
	ctn_span oid, value;
	bool critical;
} ctn_raw_ext;

/** Every field of a certificate that is to be. Pointers are borrowed. */
typedef struct ctn_cert_fields {
	ctn_span serial;           /* magnitude octets, no leading zero; at most 20 as encoded: 19 when the top bit is set */
	enum ctn_sig_alg sig_alg;  /* of the issuer's key */
	ctn_span issuer;           /* Name whole: byte-identical to the issuer's subject */
	int64_t not_before, not_after;
	const ctn_dn_attr *subject;
	size_t subject_n;
	ctn_span subject_der;      /* when not empty: Name whole, used instead of subject */
	ctn_span spki;             /* whole */
	bool is_ca;
	bool has_path_len;
	unsigned path_len;
	uint32_t key_usage;        /* 0: no extension */
	const ctn_span *eku;       /* OIDs */
	size_t eku_n;
	const ctn_name *names;     /* SAN; critical exactly when the subject is empty */
	size_t names_n;
	ctn_span subject_key_id;   /* 20 octets */
	ctn_span authority_key_id; /* empty: none (self-signed root) */
	ctn_span name_constraints; /* extension value, empty: none */
	const char *const *crl_urls;
	size_t crl_urls_n;
	const char *const *ca_issuer_urls;
	size_t ca_issuer_urls_n;
	bool ocsp_nocheck;
	const ctn_raw_ext *extra;
	size_t extra_n;
} ctn_cert_fields;

/**
 * Append the TBSCertificate, always v3. Extensions stand in this order, each only where its field says something: basicConstraints
 * (critical; CAs alone), keyUsage (critical), extKeyUsage, subjectKeyIdentifier, authorityKeyIdentifier, subjectAltName,
 * nameConstraints (critical), cRLDistributionPoints (one point, every URL a name of it), authorityInfoAccess, id-pkix-ocsp-nocheck,
 * extra in its own order. No DEFAULT is encoded.
 * Fails CTN_EINPUT when a field cannot be encoded (subject bounds, serial over 20 octets, a URL that is not ASCII, an extension twice),
 * CTN_ENOMEM; out holds what it held then.
 */
CTN_MUST bool ctn_cert_build(ctn_buf *out, const ctn_cert_fields *f, struct ctn_err *e);

/**
 * Append SEQUENCE { to-be-signed, algorithm, BIT STRING signature }: a certificate, CRL, CSR or BasicOCSPResponse (certs: content
 * of its [0] EXPLICIT SEQUENCE OF Certificate, empty for none).
 */
void ctn_signed_build(ctn_buf *out, ctn_span tbs, enum ctn_sig_alg alg, ctn_span signature, ctn_span certs);

#endif
