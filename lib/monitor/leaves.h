/* All leaves of the home at a glance: how many are in each stage, and which are the worst. */
#ifndef CTN_MONITOR_LEAVES_H
#define CTN_MONITOR_LEAVES_H

#include "ca/ca.h"
#include "monitor/home.h"
#include "monitor/item.h"

typedef struct ctn_leaves {
	uint64_t counts[CTN_STAGES];
	uint64_t acked[CTN_STAGES]; /* of these */
	ctn_expiry_row *worst;      /* the worst first, then what ends soonest */
	size_t n;
} ctn_leaves;

/** At most limit are listed. In the ca's arena. Fails CTN_ESTORE, CTN_ENOMEM. */
CTN_MUST bool ctn_leaves_look(ctn_leaves *out, ctn_ca *ca, const ctn_known *known, const ctn_expiry_rule *rule, const ctn_monitor_row *last,
    size_t limit, struct ctn_err *e);

#endif
