/* Owners for libcrypto's objects: CTN_OWN(EVP_PKEY) frees at the end of the scope. For this module alone. */
#ifndef CTN_KEY_OWN_H
#define CTN_KEY_OWN_H

#include <openssl/bn.h>
#include <openssl/core.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include "base/mem.h"

/** Every BIGNUM is wiped: which of them hold secrets is then no question. */
CTN_OWNED_BY(BIGNUM, BN_clear_free)
CTN_OWNED_BY(BN_CTX, BN_CTX_free)
CTN_OWNED_BY(EC_GROUP, EC_GROUP_free)
CTN_OWNED_BY(EC_POINT, EC_POINT_free)
CTN_OWNED_BY(EVP_CIPHER, EVP_CIPHER_free)
CTN_OWNED_BY(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
CTN_OWNED_BY(EVP_KDF, EVP_KDF_free)
CTN_OWNED_BY(EVP_KDF_CTX, EVP_KDF_CTX_free)
CTN_OWNED_BY(EVP_MD, EVP_MD_free)
CTN_OWNED_BY(EVP_MD_CTX, EVP_MD_CTX_free)
CTN_OWNED_BY(EVP_PKEY, EVP_PKEY_free)
CTN_OWNED_BY(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
CTN_OWNED_BY(OSSL_PARAM, OSSL_PARAM_free)
CTN_OWNED_BY(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
CTN_OWNED_BY(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
CTN_OWNED_BY(X509_ALGOR, X509_ALGOR_free)

#endif
