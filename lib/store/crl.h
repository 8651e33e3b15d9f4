/* CRLs and OCSP responses as rows. */
#ifndef CTN_STORE_CRL_H
#define CTN_STORE_CRL_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/revocation.h"
#include "store/store.h"

typedef struct ctn_crl_row {
	int64_t id, issuer_key_id;
	unsigned shard;
	uint64_t number;
	bool issued, is_delta;
	int64_t this_update, next_update;
	uint64_t entries;
	uint8_t sha256[32], tbs_sha256[32];
	ctn_span der;   /* empty when over 1 MiB or not issued */
	uint64_t covers; /* size of the log when it was intended: it holds every revocation before */
} ctn_crl_row;
/** Take the next number (above every number taken, and above at_least) durably. Sets id, number, covers. */
CTN_MUST bool ctn_store_crl_intend(ctn_store *s, ctn_crl_row *row, uint64_t at_least, struct ctn_err *e);
typedef bool (*ctn_crl_entry_fn)(void *ctx, const ctn_revocation_row *row, struct ctn_err *e);
/**
 * What a CRL of that key and shard must hold now: in force, and not expired before the CRL issued last (RFC 5280 3.3). In no order.
 * A last CRL that is dated after now_s, as a clock that ran ahead leaves it, makes nothing expire.
 */
CTN_MUST bool ctn_store_crl_entries(ctn_store *s, int64_t issuer_key_id, unsigned shard, int64_t now_s, ctn_crl_entry_fn entry, void *ctx,
    struct ctn_err *e);
/** Set the digest of what is to be signed on an intended CRL, and its entry count; mint compares. */
CTN_MUST bool ctn_store_crl_bind(ctn_store *s, int64_t id, const uint8_t tbs_sha256[32], uint64_t entries, struct ctn_err *e);
CTN_MUST bool ctn_store_crl(ctn_crl_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e);
/** Issued now; it must have been bound. DER over 1 MiB is not kept in the row (the caller publishes it). Also for a foreign authority's CRL (row->id 0: inserted whole; number must grow). */
CTN_MUST bool ctn_store_crl_issued(ctn_store *s, ctn_crl_row *row, ctn_span der, const ctn_act *act, struct ctn_err *e);
/** The newest issued one per shard of a key (issuer_key_id 0: of every key). */
CTN_MUST bool ctn_store_crls_newest(ctn_crl_row **rows, size_t *n, ctn_store *s, int64_t issuer_key_id, ctn_arena *a, struct ctn_err *e);
/** Was anything of that key and shard revoked or lifted in a leaf at or after that log index (a CRL's covers)? */
CTN_MUST bool ctn_store_revoked_since(bool *yes, ctn_store *s, int64_t issuer_key_id, unsigned shard, uint64_t index, struct ctn_err *e);

typedef struct ctn_ocsp_row {
	int64_t issuer_key_id;
	ctn_span serial, der;
	int64_t this_update, next_update;
} ctn_ocsp_row;
/** Keep a response that was signed. */
CTN_MUST bool ctn_store_ocsp_add(ctn_store *s, const ctn_ocsp_row *row, struct ctn_err *e);

#endif
