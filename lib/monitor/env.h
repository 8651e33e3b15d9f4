/* What the monitor is given to look and to tell with. Like the clock, all that reaches outside comes as an argument. */
#ifndef CTN_MONITOR_ENV_H
#define CTN_MONITOR_ENV_H

#include "ca/ca.h"
#include "net/net.h"
#include "policy/monitor.h"
#include "probe/probe.h"

/** How a command that was run ended. */
typedef struct ctn_command_end {
	bool timed_out;   /* it was killed when its time was over */
	int status;       /* its exit status, or 128 + the signal that ended it */
	char said[512];   /* the end of what it wrote to standard error and output, printable */
} ctn_command_end;

/**
 * Run argv (argv[0] by PATH) with input on its standard input, in a process that never had a key or passphrase and has the caller's umask
 * and privileges. True when it was run, however it ended. Fails CTN_EFILE when it could not be started.
 */
typedef bool (*ctn_command_fn)(void *ctx, ctn_command_end *end, const char *const *argv, ctn_span input, int64_t timeout_s, struct ctn_err *e);

typedef struct ctn_monitor_env {
	ctn_ca *ca;                        /* the opened home */
	const ctn_monitor_policy *policy;
	const ctn_net_api *net;            /* NULL: e-mail and webhooks cannot be reached, which fails their deliveries */
	const ctn_probe_api *probe;        /* NULL: endpoints cannot be looked at */
	ctn_command_fn command;            /* NULL: commands cannot be run */
	void *command_ctx;
	void (*to_syslog)(void *ctx, const char *facility, int level, const char *line); /* level as syslog(3) counts, which may be a macro */
	void *to_syslog_ctx;
	void (*wait)(void *ctx, int64_t ms); /* between the tries of one delivery; NULL: they follow one another at once */
	void *wait_ctx;
	/* Told now and then what goes on, for somebody who waits; all 0: how much there is to do is not known. NULL: nobody does. */
	void (*progress)(void *ctx, const char *what, uint64_t done, uint64_t all);
	void *progress_ctx;
} ctn_monitor_env;

#endif
