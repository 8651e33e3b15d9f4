/* libcrypto in a program of our own: started without the host's configuration. */
#ifndef CTN_HASH_START_H
#define CTN_HASH_START_H

#include <stdbool.h>

#include "base/err.h"

/**
 * For programs, not for the library: start libcrypto so that openssl.cnf is never read, not even by the default
 * context, no handler is left for the end of the process, and no texts of errors are loaded. Fails CTN_ECRYPTO.
 */
CTN_MUST bool ctn_libcrypto_start(struct ctn_err *e);
/**
 * What ctn_libcrypto_start leaves out and libssl cannot verify a certificate without: digests by their names, for the default context.
 * For libcatena-net; more than once is no harm, several threads at once are.
 */
void ctn_libcrypto_names(void);
/** "3.0.19" of the libcrypto in use. */
const char *ctn_libcrypto_version(void);

#endif
