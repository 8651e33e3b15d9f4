/* Directory strings (RFC 5280 7.1): text of any ASN.1 string type, prepared by a simplified RFC 4518 and compared. */
#ifndef CTN_NAME_PREP_H
#define CTN_NAME_PREP_H

#include "base/bytes.h"

/** Is it a string type that is read as text: Printable, UTF8, IA5, Numeric, Visible, Teletex (as Latin-1), BMP, Universal? */
bool ctn_prep_is_text(unsigned tag);

/** Append the string as UTF-8. False, with nothing appended, when the type is no text or the content cannot be decoded as it. */
CTN_MUST bool ctn_prep_utf8(ctn_buf *out, unsigned tag, ctn_span content);

/**
 * Equal as RFC 5280 7.1 wants: string types do not matter; RFC 4518's mapping (2.2) to space and to nothing; case folded by simple folding
 * for Latin, Greek, Cyrillic, Armenian, Georgian and full-width letters and exact for the rest, without normalisation (2.3: composed
 * and decomposed forms differ); spaces at the ends dropped and inner runs squeezed. What is no text, or cannot be decoded, is equal when
 * tag and content are.
 */
bool ctn_prep_equal(unsigned tag_a, ctn_span a, unsigned tag_b, ctn_span b);

#endif
