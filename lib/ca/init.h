/* Make a home. */
#ifndef CTN_CA_INIT_H
#define CTN_CA_INIT_H

#include "ca/ca.h"

enum ctn_init_only { CTN_INIT_BOTH, CTN_INIT_ROOT, CTN_INIT_ISSUING };
typedef struct ctn_init_args {
	const char *org, *domain, *url; /* url NULL: certificates carry no CRL or issuer URL */
	enum ctn_init_only only;
	bool no_passphrase;
	bool dry_run;
	const ctn_policy_file *starting; /* the starting policies */
	size_t starting_n;
} ctn_init_args;

typedef struct ctn_init_result {
	ctn_span csr; /* DER, in the arena: with only = ISSUING the request for the root's home; else empty */
} ctn_init_result;

/**
 * In a sibling folder, renamed when whole: policies, database, log key, root and issuing authority with first CRLs, public files, highwater.
 * With only = ISSUING: `issuer: external`, and a request instead of a certificate. Fails CTN_EEXISTS, changing nothing, when there is one;
 * CTN_EINPUT for an organisation, domain or URL that cannot be used.
 */
CTN_PUBLIC CTN_MUST bool ctn_home_init(ctn_init_result *out, const ctn_init_args *args, const ctn_ca_env *env, ctn_arena *a, struct ctn_err *e);

#endif
