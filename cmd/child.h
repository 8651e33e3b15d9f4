/* One command of somebody else's, run to its end or to its deadline. */
#ifndef CTN_CMD_CHILD_H
#define CTN_CMD_CHILD_H

#include "base/bytes.h"
#include "base/err.h"
#include "monitor/env.h"

struct child_wish {
	char *const *argv;  /* NULL-ended; argv[0] is looked up in PATH */
	ctn_span input;     /* for its standard input */
	int64_t timeout_s;  /* SIGTERM then, and SIGKILL when that did not help */
	int watch;          /* a socket: when its other end is closed, the command is ended too */
};

/**
 * Run it in a process group of its own, with signals as they are by default and standard output and error in one pipe. Whatever it leaves
 * behind in the background goes on, unless its time was over; what that writes later goes nowhere. Not reading its input is no failure.
 *
 * gone   watch was closed: nobody waits for the answer any more
 * Fails  CTN_EFILE when it cannot be started
 */
CTN_MUST bool child_run(ctn_command_end *end, bool *gone, const struct child_wish *w, struct ctn_err *e);

#endif
