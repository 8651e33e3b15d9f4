/* From argv to one command and back to an exit status. */
#ifndef CTN_CMD_RUN_H
#define CTN_CMD_RUN_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/** Find the command on the line, read its options, run it, show what came of it. Gives the exit status. */
int run_line(int argc, char **argv, int64_t now_s, mode_t caller_mask);
/** Only show why the process cannot work at all, in the form that the line asks for. Gives the exit status. */
int run_nothing(int argc, char **argv, const struct ctn_err *why);

#endif
