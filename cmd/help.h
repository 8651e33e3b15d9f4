/* Help on the screen, printed from the tables. */
#ifndef CTN_CMD_HELP_H
#define CTN_CMD_HELP_H

#include "cmd/command.h"

/** `catena COMMAND --help`: one screen about one command on standard output; gives the exit status. */
int help_about(struct cmd *c, const struct command *k);
/** `catena help`: all commands. */
int help_overview(struct cmd *c);
/** `catena` alone: a few lines, as an error. */
int help_short(struct cmd *c);

/** Text wrapped at 80 columns, each line behind indent blanks; appended to b. An empty line parts paragraphs. */
void help_wrap(ctn_buf *b, const char *text, size_t indent);

#endif
