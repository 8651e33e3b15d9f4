/* CRLs: make, publish, install an offline authority's. */
#ifndef CTN_CA_CRL_H
#define CTN_CA_CRL_H

#include "ca/ca.h"
#include "x509/crl.h"

/** One CRL that was made or installed; in the ca's arena. */
typedef struct ctn_crl_made {
	const char *authority, *key; /* key: 8 hex digits */
	int64_t issuer_key_id;
	unsigned shard;
	uint64_t number, entries;
	int64_t this_update, next_update;
	ctn_span der;
	const char **files; /* published, below the home */
	size_t files_n;
} ctn_crl_made;

typedef struct ctn_crl_wish {
	const char *authority; /* NULL: all whose key is here */
	bool due_only, dry_run;
} ctn_crl_wish;
/**
 * Next CRL of each wanted authority, one per shard and per key that has one. due_only: where less than `refresh` of ca.yaml has passed
 * since this_update it makes none, unless a revocation came since. Number taken, signed, recorded, published.
 * An authority whose key does not open stops no other one: those are made and published, then it fails with that reason.
 * Fails CTN_EKEY when no wanted key is here, CTN_ENOTFOUND for an unknown authority.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_crl(ctn_crl_made **made, size_t *n, ctn_ca *ca, const ctn_crl_wish *wish, struct ctn_err *e);
/** The same for the one key and shard that a revocation touched. */
CTN_MUST bool ctn_ca_crl_for(ctn_crl_made *made, ctn_ca *ca, int64_t issuer_key_id, unsigned shard, struct ctn_err *e);
/** An offline authority's CRL: signature by a key this home knows, number must grow, recorded and published. */
CTN_PUBLIC CTN_MUST bool ctn_ca_crl_install(ctn_crl_made *made, ctn_ca *ca, ctn_span pem_or_der, bool dry_run, struct ctn_err *e);

#endif
