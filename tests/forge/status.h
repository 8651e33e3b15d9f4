/* CRLs and OCSP responses of the forge (forge.h), legal until one thing is spoilt. */
#ifndef TEST_FORGE_STATUS_H
#define TEST_FORGE_STATUS_H

#include "forge/forge.h"
#include "x509/crl.h"
#include "x509/ocsp.h"

/* What one CRL says. */
struct forged_crl {
	const char *issuer; /* RFC 4514 */
	unsigned key;
	ctn_span revoked;   /* serial; empty: no entry */
	unsigned reason;
	int64_t this_update, next_update;
	uint64_t number;
	bool is_delta, only_user, only_ca, spoil;
	uint64_t base;
	/* Instead of the extensions that the above would give: content of the SEQUENCE OF Extension, when not empty. */
	ctn_span exts;
	bool no_next_update;
	ctn_span entries;        /* content of revokedCertificates instead of the one above, when not empty */
	enum ctn_sig_alg outer;  /* what the signature is said to be of, when not the key's own */
};

/** A fresh one without entries, signed by that key. */
struct forged_crl forge_crl_begin(const char *issuer, unsigned key);
void forge_crl(ctn_buf *der, const struct forged_crl *l);

/* One response about one certificate. */
struct forged_ocsp {
	enum ctn_ocsp_answer answer;
	int64_t this_update, next_update; /* next 0: none */
	ctn_span serial;
	const ctn_buf *issuer;  /* Name of the certificate's issuer */
	unsigned issuer_key;    /* its key */
	unsigned key;           /* of the responder */
	const struct forged *delegate; /* signed already; NULL: none goes along */
	bool spoil, other_name, other_key;
	ctn_span exts;          /* of the single response */
};

/** Fresh, good, by the issuer itself. */
struct forged_ocsp forge_ocsp_begin(const struct forged *cert, unsigned issuer_key);
void forge_ocsp(ctn_buf *der, const struct forged_ocsp *r);

#endif
