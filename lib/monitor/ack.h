/* Somebody knows: an item falls silent until a date, with a reason. */
#ifndef CTN_MONITOR_ACK_H
#define CTN_MONITOR_ACK_H

#include "monitor/env.h"

typedef struct ctn_ack_args {
	const char *item;   /* its name, a file's path, an endpoint as it is written, or a selector */
	int64_t until_s;
	const char *why;
	bool clear;         /* no more: what is not well is told again */
	bool dry_run;
} ctn_ack_args;

typedef struct ctn_ack_result {
	const char *item, *title;
	const char **candidates; /* when several or none were meant */
	size_t candidates_n;
} ctn_ack_result;

/**
 * Find the item and acknowledge it, higher stages included; recorded in the log of acts, with who did it. In the ca's arena.
 * Fails CTN_ESELECTOR (no item of that name, or several: candidates), CTN_ESTORE, CTN_ELOCKED, CTN_ECLOCK
 */
CTN_MUST bool ctn_monitor_ack(ctn_ack_result *out, const ctn_monitor_env *env, const ctn_ack_args *args, struct ctn_err *e);

#endif
