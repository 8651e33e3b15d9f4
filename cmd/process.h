/* A process that may hold a CA key: nothing inherited is trusted, nothing of it can be dumped. */
#ifndef CTN_CMD_PROCESS_H
#define CTN_CMD_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/**
 * Before anything else: descriptors 0 to 2 are open; no core file, no ptrace by the same user, no new privileges; umask 077;
 * SIGPIPE is ignored (show_close ends by it), and SIGXFSZ (write(2) says EFBIG); variables that would steer libcrypto, SQLite
 * or fetches are removed.
 *
 * caller_mask  the umask as it was, for files that are meant to be read by others
 * Fails        CTN_EFILE when descriptors 0 to 2 cannot be made; CTN_ECRYPTO
 */
CTN_MUST bool process_start(mode_t *caller_mask, struct ctn_err *e);

#endif
