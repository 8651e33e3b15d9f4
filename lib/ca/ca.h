/* An opened home: what every use case works on. Clock, passphrases and who is acting are given to it. */
#ifndef CTN_CA_CA_H
#define CTN_CA_CA_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/file.h"
#include "mint/mint.h"
#include "policy/profile.h"
#include "store/store.h"

#define CTN_CA_ARENA_MAX (1u << 30) /* bounds what one command may hold */
#define CTN_CLOCK_SLACK_S 300 /* a clock this far before the last act is not believed */

/** What the caller lends. Everything outlives the ctn_ca. */
typedef struct ctn_ca_env {
	const char *home;                /* folder */
	const char *actor;               /* "user@host" */
	int64_t (*clock)(void *ctx);     /* seconds since 1970 */
	/** The passphrase of an existing key, or (fresh) of one that is about to be made. */
	bool (*passphrase)(void *ctx, const char *authority, bool fresh, ctn_secret *out, struct ctn_err *e);
	void (*warn)(void *ctx, const char *text); /* something a person should know; never NULL */
	void *ctx;
	double wait_s;
	bool read_only;
	bool accept_clock;
} ctn_ca_env;

typedef struct ctn_ca {
	ctn_ca_env env;
	ctn_store *store;
	ctn_mint *mint;
	ctn_arena *arena;   /* lives as long as the home is open */
	int64_t now_s;      /* of this use case; frozen at open */
	ctn_act act;
	bool clock_accepted; /* logged already */
	uint64_t device, inode; /* of the database that is open */
} ctn_ca;

/** Fails CTN_ESTORE when there is no home (hint: catena init), on a network file system, a damaged or newer database; CTN_ELOCKED. */
CTN_PUBLIC CTN_MUST bool ctn_ca_open(ctn_ca **out, const ctn_ca_env *env, struct ctn_err *e);
CTN_PUBLIC void ctn_ca_close(ctn_ca *ca);
CTN_OWNED_BY(ctn_ca, ctn_ca_close)

/** Before any act that signs or records: the clock is not more than CTN_CLOCK_SLACK_S before the last act (CTN_ECLOCK) unless accept_clock, which is logged once. */
CTN_MUST bool ctn_ca_begin_act(ctn_ca *ca, struct ctn_err *e);
/**
 * Is the database that is open still that of the home? Not after a restore took its place: then nothing of this process stands in the new home.
 * Asked with the home's lock held, before a file of the home is written. Fails CTN_ESTORE.
 */
CTN_MUST bool ctn_ca_still_here(const ctn_ca *ca, struct ctn_err *e);
/** After acts are committed: raise HOME/highwater under the home's lock. A failure there is an error although the act stands; the text says so. */
CTN_MUST bool ctn_ca_end_act(ctn_ca *ca, struct ctn_err *e);

/** HOME/sub in the arena; NULL when memory ran out. */
char *ctn_ca_path(const ctn_ca *ca, const char *sub);

/** All policy files of HOME/policies, as they are. */
CTN_MUST bool ctn_ca_policy_files(ctn_policy_file **files, size_t *n, const ctn_ca *ca, struct ctn_err *e);
/** One profile and ca.yaml. */
CTN_MUST bool ctn_ca_policies(ctn_policies *out, const ctn_profile **profile, const ctn_ca *ca, const char *profile_name, struct ctn_err *e);
/** ca.yaml alone: what acts on authorities need. Fails CTN_EINPUT with its first error. */
CTN_MUST bool ctn_ca_authority_policies(ctn_policies *out, const ctn_ca *ca, struct ctn_err *e);

#endif
