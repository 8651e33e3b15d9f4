/*
 * Hooks and notify commands are run by a process that was split off before this one became one that may hold a key (process.h): it never had
 * a key, a passphrase or a descriptor of ours, and it still has the umask, privileges, limits and environment of whoever called.
 */
#ifndef CTN_CMD_RUNNER_H
#define CTN_CMD_RUNNER_H

#include <sys/types.h>

#include "monitor/env.h"

struct runner {
	int fd;    /* -1: there is none */
	pid_t pid;
};
#define RUNNER_NONE { -1, 0 }

/** Must come before process_start, while there is one thread. Fails CTN_EFILE. */
CTN_MUST bool runner_start(struct runner *r, struct ctn_err *e);
/**
 * A ctn_command_fn; ctx is the runner, for one thread at a time. The command runs in the folder that the program was started in. When this
 * process ends before the command, the command is ended too.
 */
CTN_MUST bool runner_command(void *ctx, ctn_command_end *end, const char *const *argv, ctn_span input, int64_t timeout_s, struct ctn_err *e);
/** Ends it and waits for that. */
void runner_end(struct runner *r);

#endif
