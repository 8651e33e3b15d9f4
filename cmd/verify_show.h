/* An answer of verify, for people and scripts. */
#ifndef CTN_CMD_VERIFY_SHOW_H
#define CTN_CMD_VERIFY_SHOW_H

#include "cmd/command.h"
#include "verify/verify.h"

/** Members of the object that is open in the document, and lines. explain: every candidate too. name: which certificate was asked about. */
CTN_MUST bool verify_show(struct cmd *c, const ctn_verify_result *r, const ctn_verify_ask *ask, const char *name, bool explain,
    struct ctn_err *e);

#endif
