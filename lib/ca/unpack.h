/* A backup's archive becomes a folder that looks like a home. */
#ifndef CTN_CA_UNPACK_H
#define CTN_CA_UNPACK_H

#include "base/err.h"

/**
 * Unpack the archive at from into the folder into, which has the folders of a home: parts of a home alone, each file once and within its bounds,
 * with the mode of its part whatever the archive says; synced.
 * Fails CTN_EINPUT (not such an archive, with what and where), CTN_EFILE.
 */
CTN_MUST bool ctn_unpack(const char *into, const char *from, struct ctn_err *e);

#endif
