/* PKCS #10 requests (RFC 2986) as views over their own DER. */
#ifndef CTN_X509_CSR_H
#define CTN_X509_CSR_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/public.h"
#include "key/sig.h"
#include "x509/ext.h"

#define CTN_CSR_MAX (1u << 20)
#define CTN_CSR_NAMES_MAX 1000
#define CTN_CSR_SUBJECT_MAX 16384 /* octets of the subject */

typedef struct ctn_csr {
	ctn_span der;
	ctn_span info;    /* CertificationRequestInfo whole: the signed bytes */
	ctn_span subject; /* Name whole */
	ctn_spki key;
	ctn_exts exts;    /* of the extensionRequest attribute; n = 0 when there is none */
	unsigned other_attributes; /* attributes that are no extensionRequest */
	enum ctn_sig_alg sig_alg;
	ctn_span signature;
} ctn_csr;

/**
 * Parse one DER request and check that its signer holds the private key (RFC 2986 4.2). Refused too: a key that ctn_spki_check
 * refuses, more than 1 MiB, a subject of more than 16 KiB, more than 1,000 subject attributes or alternative names, repeated extensions,
 * two extensionRequests, a requested subjectAltName, keyUsage, basicConstraints, extKeyUsage or subjectKeyIdentifier that is malformed,
 * bytes after the request, SHA-1 signatures.
 * Cheap refusals come before the signature. Fails CTN_EINPUT with a named reason.
 */
CTN_MUST bool ctn_csr_parse(ctn_csr *out, ctn_span der, struct ctn_err *e);
/** The same without judging signature algorithm, key and proof: for inspect. */
CTN_MUST bool ctn_csr_read(ctn_csr *out, ctn_span der, struct ctn_err *e);

/** Append a CertificationRequestInfo for a subject, key and extensions (SEQUENCE OF Extension whole, or empty for no request). Fails CTN_ENOMEM. */
CTN_MUST bool ctn_csr_build_info(ctn_buf *out, ctn_span subject_name, ctn_span spki, ctn_span extensions, struct ctn_err *e);

#endif
