/* Which jansson is in use. */
#ifndef CTN_JSON_VERSION_H
#define CTN_JSON_VERSION_H

/** "2.14". */
const char *ctn_jansson_version(void);

#endif
