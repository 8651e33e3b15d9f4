/* Revocations: one row an act. */
#ifndef CTN_STORE_REVOCATION_H
#define CTN_STORE_REVOCATION_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

typedef struct ctn_revocation_row {
	int64_t id, certificate_id, issuer_key_id;
	ctn_span serial;
	unsigned crl_shard, reason;
	int64_t revoked_at;
	int64_t invalid_since; /* INT64_MIN: none */
	int64_t lifted_at;     /* INT64_MIN: in force */
} ctn_revocation_row;
/**
 * Revoke for the reason, at the time and invalid_since of how (its other fields are not looked at). A certificate on hold gets the new reason (its hold is lifted in the same transaction). *already is true, and nothing changes, when
 * it is revoked for good. Intents too.
 */
CTN_MUST bool ctn_store_revoke(bool *already, ctn_store *s, int64_t certificate_id, const ctn_revocation_row *how, const ctn_act *act,
    struct ctn_err *e);
/** Fails CTN_EINPUT when it is not on hold. */
CTN_MUST bool ctn_store_unhold(ctn_store *s, int64_t certificate_id, const ctn_act *act, struct ctn_err *e);
/** All revocation rows of a certificate, newest first. */
CTN_MUST bool ctn_store_revocations(ctn_revocation_row **rows, size_t *n, ctn_store *s, int64_t certificate_id, ctn_arena *a,
    struct ctn_err *e);

#endif
