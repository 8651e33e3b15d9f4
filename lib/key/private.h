/* Private keys: made, held, used, and kept in files (PKCS #8; scrypt N = 2^14, r = 8, p = 5 and AES-256-CBC under a passphrase). */
#ifndef CTN_KEY_PRIVATE_H
#define CTN_KEY_PRIVATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/alg.h"
#include "key/public.h"

typedef struct ctn_privkey ctn_privkey;

/** Fails CTN_EINPUT for a kind that cannot be made here, CTN_ECRYPTO, CTN_ENOMEM. */
CTN_MUST bool ctn_privkey_generate(ctn_privkey **out, ctn_key_kind kind, struct ctn_err *e);
CTN_PUBLIC void ctn_privkey_free(ctn_privkey *k);
CTN_OWNED_BY(ctn_privkey, ctn_privkey_free)
ctn_key_kind ctn_privkey_kind(const ctn_privkey *k);

/** Append the SubjectPublicKeyInfo. Named curve, uncompressed point. */
CTN_MUST bool ctn_privkey_spki(ctn_buf *out, const ctn_privkey *k, struct ctn_err *e);
/** Append the signature over message with ctn_sig_alg_for(kind). */
CTN_MUST bool ctn_privkey_sign(ctn_buf *out, const ctn_privkey *k, ctn_span message, struct ctn_err *e);
/** Does this private key belong to that public key? Compares the SubjectPublicKeyInfo. */
CTN_MUST bool ctn_privkey_matches(bool *yes, const ctn_privkey *k, const ctn_spki *spki, struct ctn_err *e);

/**
 * Append a PEM file: "ENCRYPTED PRIVATE KEY" under passphrase, or "PRIVATE KEY" when passphrase is NULL. out->secret must be set.
 * An empty passphrase is refused with CTN_EPASSPHRASE.
 */
CTN_PUBLIC CTN_MUST bool ctn_privkey_encode(ctn_buf *out, const ctn_privkey *k, const ctn_secret *passphrase, struct ctn_err *e);
/** Does this key file need a passphrase? (PKCS #8 encrypted or RFC 1421 Proc-Type.) */
bool ctn_privkey_is_encrypted(ctn_span file);
/**
 * Read PEM or DER: PKCS #8 plain or encrypted, PKCS #1, SEC1. passphrase is NULL when there is none.
 * Fails CTN_EPASSPHRASE when one is needed or wrong (said which), CTN_EINPUT when it is no private key.
 */
CTN_MUST bool ctn_privkey_parse(ctn_privkey **out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e);

#endif
