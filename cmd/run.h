/* From argv to one command and back to an exit status. */
#ifndef CTN_CMD_RUN_H
#define CTN_CMD_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "cmd/runner.h"

/** What main found and prepared. */
struct run_world {
	int64_t now_s;
	mode_t caller_mask;
	struct runner *runner;
};

/** May the command on this line run other programs? Only looks at the words, so that it can be asked before anything else; a yes may be wrong. */
bool run_needs_runner(int argc, char **argv);
/** Find the command on the line, read its options, run it, show what came of it. Gives the exit status. */
int run_line(int argc, char **argv, const struct run_world *world);
/** Only show why the process cannot work at all, in the form that the line asks for. Gives the exit status. */
int run_nothing(int argc, char **argv, const struct ctn_err *why);

#endif
