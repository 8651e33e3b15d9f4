/* The version of the library. It is written here once; the build, the program and its pages read it. */
#ifndef CTN_BASE_VERSION_H
#define CTN_BASE_VERSION_H

#include "base/err.h"

#define CTN_VERSION "0.1.0"
/** The day of this version as manual pages write it. */
#define CTN_RELEASE_DAY "November 21, 2026"

/** The version of the library in use, which may differ from CTN_VERSION of the headers compiled with. */
CTN_PUBLIC const char *ctn_version(void);

#endif
