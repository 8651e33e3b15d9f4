/* Which libidn2 and libpsl is in use. */
#ifndef CTN_NAME_VERSION_H
#define CTN_NAME_VERSION_H

/** "2.3.3". */
const char *ctn_libidn2_version(void);
/** "0.21.2 (...)" as libpsl says it. */
const char *ctn_libpsl_version(void);

#endif
