/* Private keys into libcrypto by the fast ways: its decoder framework costs more than the rest of an issuance. For this module alone. */
#ifndef CTN_KEY_IMPORT_PRIVATE_H
#define CTN_KEY_IMPORT_PRIVATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/alg.h"

struct evp_pkey_st;

/**
 * The key pair of a PrivateKeyInfo as ctn_keyfile_read gives it, in the library's own context; the caller frees it.
 * EC and Edwards keys: the public half is computed, and one that the file has must be the same. EC scalars lie within 1 and the order less one.
 *
 * proven  the halves are known to belong together. RSA and ML-DSA keys leave that to a signature made and checked
 * Fails   CTN_EINPUT (says what is wrong with the key), CTN_ECRYPTO, CTN_ENOMEM
 */
CTN_MUST bool ctn_key_import_private(
    struct evp_pkey_st **out, enum ctn_key_alg *alg, bool *proven, ctn_span info, struct ctn_err *e);

#endif
