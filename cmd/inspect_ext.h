/* Extensions of certificates, requests, CRLs and OCSP responses, shown by their RFC names. */
#ifndef CTN_CMD_INSPECT_EXT_H
#define CTN_CMD_INSPECT_EXT_H

#include "cmd/see.h"
#include "x509/ext.h"

/**
 * "extensions": an array of {"oid","name","critical", the members of its value}; one that is known but does not decode has "malformed"
 * (why) and "value" (hex), one that is not known "value". Nothing when there are none.
 */
void inspect_exts(struct see *s, const ctn_exts *exts);
/** The same over a SEQUENCE OF Extension whole; what cannot be read at all is shown as hex under "malformed". */
void inspect_exts_of(struct see *s, ctn_span whole);

#endif
