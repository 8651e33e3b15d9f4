/* Which SQLite is in use. */
#ifndef CTN_STORE_VERSION_H
#define CTN_STORE_VERSION_H

/** "3.40.1". */
const char *ctn_sqlite_version(void);

#endif
