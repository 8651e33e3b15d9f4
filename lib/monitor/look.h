/* A look at everything: what monitor check and monitor status show, and what a run reports at its end. Nothing is written. */
#ifndef CTN_MONITOR_LOOK_H
#define CTN_MONITOR_LOOK_H

#include "monitor/env.h"
#include "monitor/home.h"
#include "monitor/item.h"
#include "report/event.h"

#define CTN_LOOK_ITEMS_MAX 1000 /* that results list */

/** In the ca's arena. */
typedef struct ctn_look {
	ctn_report_look r;
	bool incomplete;    /* something could not be looked at */
} ctn_look;

/** Is the home itself among what is watched? */
bool ctn_look_has_home(const ctn_monitor_policy *policy);
/**
 * Gather and settle all items that are no leaves. look: files are read in any case; endpoints are looked at only then, else they are as the
 * last run saw them, as are renewals.
 */
CTN_MUST bool ctn_look_items(ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, bool look, struct ctn_err *e);
/** Put leaves and these items together: counts over all; listed are all items and at most limit leaves. */
CTN_MUST bool ctn_look_join(ctn_look *out, const ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, size_t limit,
    struct ctn_err *e);

/**
 * How things are now: the stages that the last run wrote down, corrected by what was issued, renewed and revoked since and by what crossed an
 * instant; files as they are; endpoints as the last run saw them. Without a run before, or under other thresholds, everything is computed.
 * Fails CTN_ESTORE, CTN_ENOMEM; what is wrong with an item is no failure.
 */
CTN_MUST bool ctn_monitor_look(ctn_look *out, const ctn_monitor_env *env, size_t limit, struct ctn_err *e);

#endif
