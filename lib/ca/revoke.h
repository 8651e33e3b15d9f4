/* Revoke, and lift a hold. */
#ifndef CTN_CA_REVOKE_H
#define CTN_CA_REVOKE_H

#include "ca/ca.h"
#include "ca/crl.h"
#include "store/revocation.h"

typedef struct ctn_revoke_args {
	const int64_t *certificate_ids;
	size_t n;
	unsigned reason;
	int64_t at_s;          /* revocation time; not in the future */
	int64_t invalid_since; /* INT64_MIN: none */
	bool dry_run;
} ctn_revoke_args;

typedef struct ctn_revoke_result {
	ctn_revocation_row *rows;
	bool *already;         /* it was revoked before: nothing changed */
	size_t n;
	bool crl_pending;      /* recorded, but the next CRL could not be signed now */
	const char *why_pending;
	ctn_crl_made *crls;
	size_t crls_n;
} ctn_revoke_result;

/** Always recorded, also without the CA's passphrase, then the CRL at once if the key is at hand. */
CTN_MUST bool ctn_ca_revoke(ctn_revoke_result *out, ctn_ca *ca, const ctn_revoke_args *args, struct ctn_err *e);
CTN_MUST bool ctn_ca_unhold(ctn_revoke_result *out, ctn_ca *ca, int64_t certificate_id, bool dry_run, struct ctn_err *e);

#endif
