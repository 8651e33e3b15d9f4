#include "hash/start.h"

#include <openssl/crypto.h>

/*
 * Every process would else copy the names of some 200 legacy ciphers and digests, and hash the texts of 2,500 errors. Nothing here
 * asks by those names: all is fetched from the provider, which has its own. An error is told by its number then (ctn_fail_crypto).
 */
#define START \
	(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS | \
	    OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS)

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
