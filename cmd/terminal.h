/* The controlling terminal: a question whose answer is not shown. */
#ifndef CTN_CMD_TERMINAL_H
#define CTN_CMD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/** Can somebody be asked? */
bool terminal_there(void);

/**
 * Ask at /dev/tty with echo off and read one line of at most max octets, without its newline.
 * The terminal is as before afterwards, also when a signal arrives: the signal is delivered then.
 *
 * Fails CTN_EPASSPHRASE: end of input, line too long, interrupted; CTN_EFILE
 */
CTN_MUST bool terminal_ask(ctn_secret *out, size_t max, const char *prompt, struct ctn_err *e);
/** A question that is answered by y or anything else, at /dev/tty. Fails CTN_EFILE when there is no terminal. */
CTN_MUST bool terminal_confirm(bool *yes, const char *question, struct ctn_err *e);

#endif
