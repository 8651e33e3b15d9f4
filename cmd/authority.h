/* What the commands on authorities share. */
#ifndef CTN_CMD_AUTHORITY_H
#define CTN_CMD_AUTHORITY_H

#include "ca/authority.h"
#include "cmd/command.h"

/** The result of an act on an authority: members and text, or its refusal. Gives the exit status. verb: "made", "renewed". */
int authority_show(struct cmd *c, const ctn_authority_result *r, const char *verb);
/** PEM to --out FILE (never over another without force) or standard output, and as member key. */
CTN_MUST bool authority_put(struct cmd *c, const char *key, ctn_span pem, const char *out, bool force, struct ctn_err *e);
/** "active", "no certificate yet", "known by certificate alone". */
const char *authority_state(const ctn_issuer_key_row *key);

#endif
