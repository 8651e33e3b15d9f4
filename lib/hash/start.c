#include "hash/start.h"

#include <openssl/crypto.h>

bool
ctn_libcrypto_start(struct ctn_err *e)
{
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
		return ctn_fail(e, CTN_ECRYPTO, "libcrypto does not start");
	return true;
}

const char *
ctn_libcrypto_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
