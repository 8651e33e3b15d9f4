/* Certificates as views over their own DER (RFC 5280 4). */
#ifndef CTN_X509_CERT_H
#define CTN_X509_CERT_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/sig.h"
#include "x509/ext.h"

#define CTN_CERT_MAX (1u << 20) /* octets; more is refused before anything is read */

/**
 * A parsed certificate; everything borrows der. The parser holds to DER and to the ASN.1 of RFC 5280 4.1 but not to the
 * profile: version, serial sign and size, an empty list of extensions and the like are lint's and verify's to judge.
 */
typedef struct ctn_cert {
	ctn_span der;       /* whole */
	ctn_span tbs;       /* TBSCertificate whole */
	unsigned version;   /* 1, 2 or 3 as people count; the encoded value + 1 */
	bool version_default_encoded; /* version 1 spelt out, which DER forbids (X.690 11.5) */
	ctn_span serial;    /* INTEGER content octets */
	ctn_span inner_alg; /* AlgorithmIdentifier whole */
	ctn_span issuer;    /* Name whole */
	int64_t not_before, not_after;
	bool not_before_generalized, not_after_generalized;
	ctn_span subject;   /* Name whole */
	ctn_span spki;      /* SubjectPublicKeyInfo whole */
	ctn_span issuer_uid, subject_uid; /* bits, empty when absent */
	ctn_exts exts;
	ctn_span outer_alg; /* AlgorithmIdentifier whole; not yet compared with inner_alg */
	enum ctn_sig_alg sig_alg; /* of outer_alg */
	ctn_span signature; /* bits; empty when they are no whole octets, which no algorithm makes: nothing verifies then */
} ctn_cert;

/** Fails CTN_EINPUT with what and where ("validity, at byte 93"). out is untouched then. Bytes after the certificate are an error. */
CTN_MUST bool ctn_cert_parse(ctn_cert *out, ctn_span der, struct ctn_err *e);
/** The same over a TBSCertificate alone (what is linted before it is signed): outer_alg and signature stay empty, der = tbs. */
CTN_MUST bool ctn_cert_parse_tbs(ctn_cert *out, ctn_span tbs, struct ctn_err *e);

/** A CA by its own words: v3 and basicConstraints cA TRUE. Malformed is false. */
bool ctn_cert_is_ca(const ctn_cert *c);
/** issuer equals subject by RFC 5280 7.1. */
bool ctn_cert_is_self_issued(const ctn_cert *c);
/** The subject key identifier, or empty. */
ctn_span ctn_cert_key_id(const ctn_cert *c);
/** Serial as lower-case hex without leading zero octet; in the arena. */
char *ctn_cert_serial_text(const ctn_cert *c, ctn_arena *a);
/** Its subject in RFC 4514 text, or its first SAN when the subject is empty; for messages. */
void ctn_cert_title(ctn_buf *out, const ctn_cert *c);

#endif
