/* Revoke, and lift a hold. */
#ifndef CTN_CA_REVOKE_H
#define CTN_CA_REVOKE_H

#include "ca/ca.h"
#include "ca/crl.h"
#include "store/find.h"
#include "store/revocation.h"

/**
 * A reason by its RFC 5280 name, if it is one that a certificate here can be revoked for: not removeFromCRL (delta CRLs alone) and not
 * aACompromise (attribute authorities). Fails CTN_EUSAGE.
 */
CTN_PUBLIC CTN_MUST bool ctn_revoke_reason(unsigned *reason, const char *word, struct ctn_err *e);

typedef struct ctn_revoke_args {
	const int64_t *certificate_ids;
	size_t n;
	unsigned reason;
	int64_t at_s;          /* revocation time; not in the future, not before the certificate begins (or now, if that is earlier) */
	int64_t invalid_since; /* invalidityDate; INT64_MIN: none */
	bool dry_run;
} ctn_revoke_args;

/** In the ca's arena. */
typedef struct ctn_revoke_result {
	ctn_cert_row *certs;
	ctn_revocation_row *rows; /* in force now; of unhold the one that was lifted; of a dry run as they would be (id 0) */
	bool *already;            /* it was revoked before: nothing changed */
	size_t n;
	bool crl_pending;         /* recorded, but no CRL says so yet */
	const char *why_pending;  /* NULL unless crl_pending */
	const char *hint_pending; /* may be NULL */
	ctn_crl_made *crls;       /* made now */
	size_t crls_n;
} ctn_revoke_result;

/**
 * Revoke all or none. The record comes first and needs no key; then the next CRL of every key and shard that was touched, or whose last CRL
 * does not hold an earlier revocation of these certificates yet. A CRL that cannot be made is no failure: crl_pending. A halted home
 * records, and its CRLs are pending. Revoking twice changes nothing; a certificate on hold gets the new reason.
 * Fails CTN_EINPUT (time in the future or before notBefore, cACompromise for what is no CA), CTN_ENOTFOUND, CTN_ECLOCK, CTN_ESTORE.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_revoke(ctn_revoke_result *out, ctn_ca *ca, const ctn_revoke_args *args, struct ctn_err *e);
/** Lift a hold; CRLs as above. Fails CTN_EINPUT when it is not on hold. */
CTN_PUBLIC CTN_MUST bool ctn_ca_unhold(ctn_revoke_result *out, ctn_ca *ca, int64_t certificate_id, bool dry_run, struct ctn_err *e);

#endif
