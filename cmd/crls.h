/* CRLs that were made or installed, as they are shown. */
#ifndef CTN_CMD_CRLS_H
#define CTN_CMD_CRLS_H

#include "ca/crl.h"
#include "cmd/command.h"

/** Member crls and a line each. */
void crls_show(struct cmd *c, const ctn_crl_made *made, size_t n, bool dry_run);

#endif
