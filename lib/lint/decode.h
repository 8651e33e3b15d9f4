/* What is known about extensions: which there are, and how each value is decoded to its end. */
#ifndef CTN_LINT_DECODE_H
#define CTN_LINT_DECODE_H

#include "lint/lint.h"

/** Each known extension's value can be decoded; text names the first that cannot. */
CTN_MUST bool ctn_say_decodes(const ctn_exts *exts, char *text, size_t text_n);
/** No critical extension that is not in the table. */
CTN_MUST bool ctn_say_known(const ctn_exts *exts, char *text, size_t text_n);
/** No OID stands twice; text names the first that does. */
CTN_MUST bool ctn_say_repeated(const ctn_exts *exts, char *text, size_t text_n);

#endif
