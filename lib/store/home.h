/* The home itself: which it is, events, the halt. */
#ifndef CTN_STORE_HOME_H
#define CTN_STORE_HOME_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

typedef struct ctn_home_row {
	const char *origin, *org, *domain, *url; /* url NULL when absent */
	uint8_t log_key[32];
	int64_t created_at;
} ctn_home_row;
CTN_MUST bool ctn_store_home_set(ctn_store *s, const ctn_home_row *row, const ctn_act *act, struct ctn_err *e);
CTN_MUST bool ctn_store_home_get(ctn_home_row *row, ctn_store *s, ctn_arena *a, struct ctn_err *e);
/** An act that is no record of another kind. issuer_key_id 0: none; else kind must not begin with "key-" (CTN_EUSAGE): see ctn_store_issuer_key_change. */
CTN_MUST bool ctn_store_event(ctn_store *s, const char *kind, int64_t issuer_key_id, const char *detail, const ctn_act *act,
    struct ctn_err *e);

/** Fails CTN_EEXISTS when halted already / CTN_ENOTFOUND when not. */
CTN_MUST bool ctn_store_halt(ctn_store *s, const char *why, const ctn_act *act, struct ctn_err *e);
CTN_MUST bool ctn_store_resume(ctn_store *s, const ctn_act *act, struct ctn_err *e);
/** *why is NULL when signing is allowed; else why, *since, *actor; in the arena. */
CTN_MUST bool ctn_store_halted(const char **why, int64_t *since_s, const char **actor, ctn_store *s, ctn_arena *a, struct ctn_err *e);
/** Time of the newest act; INT64_MIN when there is none. */
CTN_MUST bool ctn_store_last_act(int64_t *at_s, ctn_store *s, struct ctn_err *e);

#endif
