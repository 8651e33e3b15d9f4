/* Any DER, shown as an outline: the last resort for what is malformed or of no known kind. */
#ifndef CTN_CMD_INSPECT_DER_H
#define CTN_CMD_INSPECT_DER_H

#include "cmd/see.h"

/**
 * "outline": an array of lines "OFFSET: TYPE value", one per element, indented by depth; for people the same lines. Bounded in
 * depth and lines; where the DER ends to be any, the rest stands there in hex.
 */
void inspect_outline(struct see *s, ctn_span der);

#endif
