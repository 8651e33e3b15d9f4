/* One run of the monitor: it looks, renews, decides, sends, remembers. */
#ifndef CTN_MONITOR_RUN_H
#define CTN_MONITOR_RUN_H

#include "monitor/env.h"
#include "monitor/look.h"
#include "monitor/notice.h"
#include "monitor/output.h"
#include "monitor/renewal.h"

typedef struct ctn_run_args {
	bool dry_run;  /* nothing is renewed, sent, written or remembered */
	bool no_renew;
	size_t limit;  /* of the items that are listed */
} ctn_run_args;

/** In the ca's arena. */
typedef struct ctn_run_result {
	ctn_look look;
	ctn_sending sending;
	ctn_renewal *renewals;
	size_t renewals_n;
	ctn_output outputs[CTN_OUTPUTS_MAX];
	size_t outputs_n;
	bool incomplete; /* an item could not be looked at, a channel not be reached, a renewal failed, an output not be written */
} ctn_run_result;

/**
 * Run once; of two at the same time the second waits (env->ca's wait_s). Whatever is to be told is durable before it is sent. A run that is
 * cut short is ended by the next one: nothing is lost, and only what was delivered but not yet marked is sent again, with the same id.
 * Fails  CTN_ELOCKED another one goes on; CTN_ECLOCK the clock jumped back: nothing is sent; CTN_ESTORE, CTN_ENOMEM
 */
CTN_MUST bool ctn_monitor_run(ctn_run_result *out, const ctn_monitor_env *env, const ctn_run_args *args, struct ctn_err *e);

#endif
