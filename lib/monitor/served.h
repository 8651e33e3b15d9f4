/* What files and endpoints hold: the first certificate counts, the others are its chain. */
#ifndef CTN_MONITOR_SERVED_H
#define CTN_MONITOR_SERVED_H

#include "monitor/env.h"
#include "monitor/home.h"
#include "monitor/item.h"

#define CTN_SERVED_FILES_MAX 10000 /* files that are looked at in all */

/**
 * Say of an item what it holds: n certificates in DER as they stand there. Its end is that of the chain that is given, completed by the home's
 * CA certificates; the home's records tell whether it was renewed ("renewed, not deployed") or revoked. What cannot be read is its failure.
 */
CTN_MUST bool ctn_item_serves(ctn_item *item, const ctn_span *chain, size_t n, const ctn_known *known, ctn_ca *ca, struct ctn_err *e);

/** Add the files that the policy's globs match now. A glob that matches nothing is an item of its own that fails. */
CTN_MUST bool ctn_items_files(ctn_items *items, const ctn_monitor_policy *policy, const ctn_known *known, ctn_ca *ca, struct ctn_err *e);
/** Add the endpoints, all looked at together; without look they are as the last run saw them. */
CTN_MUST bool ctn_items_endpoints(ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, bool look, struct ctn_err *e);

#endif
