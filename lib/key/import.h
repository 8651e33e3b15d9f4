/* Public keys into libcrypto by the fast ways (FACTS: the decoder framework costs ten times as much). For this module alone. */
#ifndef CTN_KEY_IMPORT_H
#define CTN_KEY_IMPORT_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/public.h"

struct evp_pkey_st;
struct ossl_param_bld_st;

/**
 * The key of spki in the library's own context; the caller frees it. dsa_params: inherited DSA parameters whole, or empty.
 * An EC point is on its curve then. RSA moduli to 16384 bits and exponents to 256 bits are taken.
 * Fails CTN_EINPUT (says what is wrong with the key), CTN_ECRYPTO, CTN_ENOMEM.
 */
CTN_MUST bool ctn_key_import(struct evp_pkey_st **out, const ctn_spki *spki, ctn_span dsa_params, struct ctn_err *e);

/** The key of these parameters, in the library's own context. name: libcrypto's of the algorithm; selection: EVP_PKEY_PUBLIC_KEY and the like. */
CTN_MUST bool ctn_key_from_params(
    struct evp_pkey_st **out, const char *name, int selection, struct ossl_param_bld_st *builder, struct ctn_err *e);

#endif
