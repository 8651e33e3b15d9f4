/* policies/monitor.yaml of a home. */
#ifndef CTN_MONITOR_POLICY_H
#define CTN_MONITOR_POLICY_H

#include "ca/ca.h"
#include "policy/monitor.h"

/** Without the file its defaults; in the ca's arena. Fails CTN_EINPUT with the first error and its place, CTN_EFILE, CTN_ENOMEM. */
CTN_MUST bool ctn_monitor_policy_load(ctn_monitor_policy *out, ctn_ca *ca, struct ctn_err *e);

#endif
