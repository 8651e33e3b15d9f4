/*
 * libcatena: what other programs may call. SOVERSION 0: no promise before 1.0.
 *
 * A function is exported when it is declared here with CTN_PUBLIC and the file that defines it
 * includes this header; everything else stays inside the library (tests/arch looks).
 */
#ifndef CATENA_H
#define CATENA_H

#define CTN_VERSION "0.1.0"
/** The day of this version as manual pages write it. */
#define CTN_RELEASE_DAY "November 21, 2026"

#define CTN_PUBLIC __attribute__((visibility("default")))

/** The version of the library in use, which may differ from CTN_VERSION of the header compiled with. */
CTN_PUBLIC const char *ctn_version(void);

#endif
