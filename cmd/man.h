/* Manual pages in mdoc(7), from the same tables as the help. */
#ifndef CTN_CMD_MAN_H
#define CTN_CMD_MAN_H

#include "cmd/command.h"

/** catena(1). */
void man_overview(ctn_buf *b);
/** catena-COMMAND(1); usage as opts_usage gives it. */
void man_command(ctn_buf *b, const struct command *k, const char *usage);

#endif
