/* What the commands on authorities share. */
#ifndef CTN_CMD_AUTHORITY_H
#define CTN_CMD_AUTHORITY_H

#include "ca/authority.h"
#include "cmd/command.h"

/** The result of an act on an authority: members and text, or its refusal. Gives the exit status. verb: "made", "renewed". */
int authority_show(struct cmd *c, const ctn_authority_result *r, const char *verb);
/** Before anything is signed: is FILE free (or force), and can its folder be written? Fails CTN_EEXISTS, CTN_EFILE. NULL and "-" are fine. */
CTN_MUST bool authority_out_ready(struct cmd *c, const char *out, bool force, struct ctn_err *e);
/** PEM to --out FILE (never over another without force) or standard output, and as member key. */
CTN_MUST bool authority_put(struct cmd *c, const char *key, ctn_span pem, const char *out, bool force, struct ctn_err *e);
/** "active", "no certificate yet", "known by certificate alone". */
const char *authority_state(const ctn_issuer_key_row *key);

#endif
