/* Escapes of RFC 4514 text. */
#ifndef CTN_NAME_ESCAPE_H
#define CTN_NAME_ESCAPE_H

#include "base/bytes.h"

/**
 * Append an attribute's value, which should be UTF-8 and may be anything: `,+"\<>;=`, a `#` or space in front and a space at the end get
 * a backslash; control characters (C0, DEL, C1, line and direction marks of Unicode) and octets that are no UTF-8 come as \XX.
 */
void ctn_escape_value(ctn_buf *out, ctn_span value);

#endif
