/* What every run leaves behind for others: metrics, a calendar, a page. */
#ifndef CTN_MONITOR_OUTPUT_H
#define CTN_MONITOR_OUTPUT_H

#include "monitor/env.h"
#include "report/event.h"

typedef struct ctn_output {
	const char *path;
	bool written;
	struct ctn_err why; /* when not */
} ctn_output;
#define CTN_OUTPUTS_MAX 3

/**
 * Write those that the policy names, each whole or not at all, readable by all; a relative path is below the home. look: with every item that
 * is no leaf. n: how many there are. Fails CTN_ENOMEM; that one cannot be written is no failure.
 */
CTN_MUST bool ctn_outputs_write(ctn_output out[CTN_OUTPUTS_MAX], size_t *n, const ctn_monitor_env *env, const ctn_report_look *look,
    struct ctn_err *e);

#endif
