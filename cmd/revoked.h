/* What revoke and unhold show of the CRLs that follow. */
#ifndef CTN_CMD_REVOKED_H
#define CTN_CMD_REVOKED_H

#include "ca/revoke.h"
#include "cmd/command.h"

/** Members crl_pending and, where some were made, crls; lines for people; a warning when one is pending. */
void revoked_crls(struct cmd *c, const ctn_revoke_result *r);
/** A time as text. */
const char *revoked_time(int64_t at_s, ctn_arena *a);

#endif
