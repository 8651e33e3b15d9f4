/* What to ask a certificate's OCSP responders (RFC 6960), and why an answer settles nothing. The asking itself is the caller's. */
#ifndef CTN_VERIFY_INQUIRY_H
#define CTN_VERIFY_INQUIRY_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"

#define CTN_INQUIRY_URLS_MAX 4u

/** One question. In the arena. */
typedef struct ctn_inquiry {
	const char *urls[CTN_INQUIRY_URLS_MAX]; /* the certificate's responders that are asked by http, as it lists them */
	size_t urls_n;
	ctn_span request; /* DER OCSPRequest, unsigned */
	ctn_span serial;  /* of the certificate, INTEGER content */
} ctn_inquiry;

/**
 * The question about a certificate, both in DER. The CertID is made with SHA-1, which every responder knows (RFC 5019 2.1.1) and where nothing
 * rests on collisions; there is no nonce, since answers made in advance have none: how old an answer may be is its own nextUpdate.
 * Fails CTN_EINPUT: no certificates; CTN_ECRYPTO, CTN_ENOMEM.
 */
CTN_MUST bool ctn_inquiry_make(ctn_inquiry *out, ctn_span cert, ctn_span issuer, ctn_arena *a, struct ctn_err *e);
/**
 * Why a verifier that was given this response still does not know: it is no OCSP response, a refusal, about another certificate, "unknown",
 * not current at at_s (ahead_s as in ctn_verify_ask), or signed by nobody who may. In the arena; NULL when memory ran out.
 */
const char *ctn_inquiry_doubt(const ctn_inquiry *q, ctn_span response, int64_t at_s, int64_t ahead_s, ctn_arena *a);

#endif
