/* What the monitor's commands share: the opened home with its policy and what reaches outside, and how a look is shown. */
#ifndef CTN_CMD_MONITOR_H
#define CTN_CMD_MONITOR_H

#include "cmd/command.h"
#include "cmd/pki.h"
#include "monitor/env.h"
#include "report/event.h"

struct monitor {
	pki *p;
	ctn_monitor_policy policy;
	ctn_monitor_env env;
};

/** Open the home and read its monitor.yaml. The caller ends it with monitor_close, also after a failure. */
CTN_MUST bool monitor_open(struct monitor *m, struct cmd *c, const struct pki_wish *wish, struct ctn_err *e);
/** And what reaches outside: libcatena-net where the policy needs it, the runner of commands, syslog. A library that is missing is warned of. */
CTN_MUST bool monitor_reach(struct monitor *m, struct cmd *c, struct ctn_err *e);
void monitor_close(struct monitor *m);

/** Members of the document: state, at most limit items, counts over all, last_run, undelivered. */
void monitor_show_look(ctn_json_out *j, const ctn_report_look *look, size_t limit);
/** A table of at most limit items for people. */
void monitor_show_table(struct cmd *c, const ctn_report_look *look, size_t limit);

#endif
