/* Renew (same key) and rekey (new key) a certificate of this home. */
#ifndef CTN_CA_RENEW_H
#define CTN_CA_RENEW_H

#include "ca/issue.h"

typedef struct ctn_renew_args {
	int64_t certificate_id;
	bool rekey;
	ctn_span csr;          /* rekey: PEM or DER; empty: a key is made */
	int64_t lifetime_s;    /* 0: the profile's default */
	bool dry_run;
	bool revoke_old;
} ctn_renew_args;

/** Same profile and names, judged by today's policy. Refused: revoked or superseded certificates, CA certificates (hint: ca renew), expired beyond renew.after_expiry. */
CTN_MUST bool ctn_ca_renew(ctn_issued *out, ctn_ca *ca, const ctn_renew_args *args, struct ctn_err *e);
/** Ids of live, not superseded leaves that are inside their profile's renew.window now. */
CTN_MUST bool ctn_ca_due(int64_t **ids, size_t *n, ctn_ca *ca, struct ctn_err *e);

#endif
