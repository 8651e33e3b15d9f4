#include "hash/start.h"

#include <openssl/crypto.h>

/*
 * Without the last two every context would first copy the names of some 200 legacy ciphers and digests. Nothing here asks by those:
 * all is fetched from the provider, which has its own.
 */
#define START \
	(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS)

bool
ctn_libcrypto_start(struct ctn_err *e)
{
	if (OPENSSL_init_crypto(START, NULL) != 1)
		return ctn_fail(e, CTN_ECRYPTO, "libcrypto does not start");
	return true;
}

const char *
ctn_libcrypto_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
