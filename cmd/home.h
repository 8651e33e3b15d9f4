/* Where the home is: INTERFACE, section 1. */
#ifndef CTN_CMD_HOME_H
#define CTN_CMD_HOME_H

#include "base/err.h"
#include "base/mem.h"

/**
 * -C (given, may be NULL), else $CATENA_HOME, else $XDG_DATA_HOME/catena, else ~/.local/share/catena. Empty variables count as
 * unset; XDG_DATA_HOME must be absolute to count. The folder need not exist.
 *
 * home   in the arena
 * Fails  CTN_EUSAGE when -C is empty or nothing tells a home; CTN_ENOMEM
 */
CTN_MUST bool home_find(const char **home, const char *given, ctn_arena *arena, struct ctn_err *e);

#endif
