#include "hash/start.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

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

void
ctn_libcrypto_names(void)
{
	const EVP_MD *digests[] = { EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512() };

	/* The signature of a certificate is looked up by the name of its digest; one that cannot be added is not found then. */
	for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++)
		(void)EVP_add_digest(digests[i]);
}

const char *
ctn_libcrypto_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}
