/* Who is told what: decided and written down in the transaction of the run, then sent. */
#ifndef CTN_MONITOR_NOTICE_H
#define CTN_MONITOR_NOTICE_H

#include "monitor/env.h"
#include "monitor/item.h"

#define CTN_DIGEST_FROM 11        /* this many new notices for one channel are one digest */
#define CTN_DIGEST_ITEMS_MAX 200  /* that a digest lists; the rest is a number */
#define CTN_SENT_ITEMS_MAX 1000   /* of one notice that results list */

/** One item that a channel was told of, or (dry run) would be. */
typedef struct ctn_sent {
	const char *id, *item, *stage, *channel;
	bool digest;
} ctn_sent;
/** A channel that could not be reached. */
typedef struct ctn_unsent {
	const char *channel, *why;
	uint64_t waiting; /* notices */
} ctn_unsent;
typedef struct ctn_sending {
	ctn_sent *sent;
	size_t sent_n, sent_cap;
	ctn_unsent *unsent;
	size_t unsent_n;
} ctn_sending;

/**
 * Decide what each channel is told, and write the notices with their messages. In the group of the run; items: all that are no leaves.
 * except_kind: one that this run did not look for. Fails CTN_ESTORE, CTN_ENOMEM, CTN_EINPUT (a message that cannot be composed).
 */
CTN_MUST bool ctn_notices_decide(const ctn_monitor_env *env, const ctn_items *items, const ctn_monitor_row *last, const char *except_kind,
    struct ctn_err *e);
/**
 * Send what is written and not delivered, channel by channel, and mark each one when the receiver said yes: the oldest first, but what was
 * refused before behind what was not. A channel that fails is left alone until the next run. dry: only list them. Fails CTN_ESTORE, CTN_ENOMEM; that a channel cannot be reached is none.
 */
CTN_MUST bool ctn_notices_send(ctn_sending *out, const ctn_monitor_env *env, bool dry, struct ctn_err *e);
/** A new id: 32 hex digits; in the arena. */
CTN_MUST bool ctn_notice_id(const char **out, ctn_arena *a, struct ctn_err *e);

#endif
