/* OCSP responses (RFC 6960) as views over their own DER, and the builder of the bytes that a responder signs. */
#ifndef CTN_X509_OCSP_H
#define CTN_X509_OCSP_H

#include "base/bytes.h"
#include "base/err.h"
#include "hash/hash.h"
#include "key/sig.h"
#include "x509/ext.h"

#define CTN_OCSP_MAX (1u << 20) /* octets; more is refused before anything is read */

enum ctn_ocsp_status { /* OCSPResponseStatus, RFC 6960 4.2.1 */
	CTN_OCSP_SUCCESSFUL = 0,
	CTN_OCSP_MALFORMED_REQUEST = 1,
	CTN_OCSP_INTERNAL_ERROR = 2,
	CTN_OCSP_TRY_LATER = 3,
	CTN_OCSP_SIG_REQUIRED = 5,
	CTN_OCSP_UNAUTHORIZED = 6
};
/** "successful", "malformedRequest", ...; NULL for what RFC 6960 does not name. */
const char *ctn_ocsp_status_name(unsigned status);

/** A BasicOCSPResponse as a view. The certificates in it are not parsed: ctn_cert_parse does that for each. */
typedef struct ctn_ocsp {
	ctn_span der;           /* of the BasicOCSPResponse whole */
	ctn_span tbs;           /* ResponseData whole: the signed bytes */
	ctn_span responder;     /* by name: the Name whole; empty when by key */
	ctn_span responder_key; /* by key: SHA-1 of the responder's subjectPublicKey bits; empty when by name */
	int64_t produced_at;
	ctn_span responses;     /* content of SEQUENCE OF SingleResponse */
	ctn_exts exts;          /* responseExtensions (the nonce) */
	ctn_span algorithm;     /* AlgorithmIdentifier whole */
	enum ctn_sig_alg sig_alg;
	ctn_span signature;     /* bits */
	ctn_span certs;         /* content of SEQUENCE OF Certificate: ctn_der_any takes them one by one */
} ctn_ocsp;

/**
 * Parse an OCSPResponse. *status is set on success; out is filled only when it is CTN_OCSP_SUCCESSFUL (other statuses carry nothing).
 * Single responses and certificates are walked once, so that readers over them succeed.
 * Fails CTN_EINPUT with what and where: malformed, bytes after it, a response type that is not id-pkix-ocsp-basic, a version but 1.
 */
CTN_MUST bool ctn_ocsp_parse(ctn_ocsp *out, unsigned *status, ctn_span der, struct ctn_err *e);
/** The same over a BasicOCSPResponse alone. */
CTN_MUST bool ctn_ocsp_parse_basic(ctn_ocsp *out, ctn_span der, struct ctn_err *e);

/** CertID (RFC 6960 4.1.1). */
typedef struct ctn_ocsp_cert_id {
	bool hash_known;         /* hash is set: the algorithm is one of SHA-1 and SHA-2 */
	enum ctn_hash hash;
	ctn_span hash_oid;       /* content */
	ctn_span issuer_name_hash, issuer_key_hash;
	ctn_span serial;         /* INTEGER content octets */
} ctn_ocsp_cert_id;

enum ctn_ocsp_answer { CTN_OCSP_GOOD, CTN_OCSP_REVOKED, CTN_OCSP_UNKNOWN };

typedef struct ctn_ocsp_single {
	ctn_ocsp_cert_id id;
	enum ctn_ocsp_answer answer;
	int64_t revoked_at; /* when revoked */
	bool has_reason;
	unsigned reason;    /* CRLReason */
	int64_t this_update;
	bool has_next_update;
	int64_t next_update;
	ctn_span exts;      /* SEQUENCE OF Extension whole, empty when absent */
} ctn_ocsp_single;
/** Next SingleResponse of a reader over ctn_ocsp.responses. False on malformed DER. */
CTN_MUST bool ctn_ocsp_next(ctn_der *r, ctn_ocsp_single *out);

/** What a responder says. Of each single's id: hash, the two issuer hashes and serial are used; its exts are written as they are. */
typedef struct ctn_ocsp_fields {
	ctn_span responder_key; /* SHA-1 of the responder's subjectPublicKey bits, 20 octets */
	int64_t produced_at;
	const ctn_ocsp_single *singles;
	size_t singles_n;
	ctn_span nonce;         /* content of the request's nonce OCTET STRING (RFC 9654), empty: none */
} ctn_ocsp_fields;
/**
 * Append the ResponseData (responder by key hash); ctn_signed_build makes the BasicOCSPResponse of it, ctn_ocsp_wrap the whole.
 * Fails CTN_EINPUT when it would not be legal (no single response, a hash of the wrong length, a serial that is no INTEGER) and out is
 * untouched then; CTN_ENOMEM.
 */
CTN_MUST bool ctn_ocsp_build(ctn_buf *out, const ctn_ocsp_fields *f, struct ctn_err *e);
/**
 * Append an unsigned OCSPRequest about one certificate, without extensions (RFC 6960 4.1.1): hash, the two issuer hashes and serial are used.
 * Fails CTN_EINPUT (a hash of the wrong length, a serial that is no INTEGER) and out is untouched then; CTN_ENOMEM.
 */
CTN_MUST bool ctn_ocsp_build_request(ctn_buf *out, const ctn_ocsp_cert_id *id, struct ctn_err *e);
/** Append a successful OCSPResponse around a BasicOCSPResponse. */
void ctn_ocsp_wrap(ctn_buf *out, ctn_span basic);
/** Append an OCSPResponse that is an error (not CTN_OCSP_SUCCESSFUL). */
void ctn_ocsp_put_error(ctn_buf *out, enum ctn_ocsp_status status);

#endif
