/* Encryption of key files under a passphrase: PBES2 (RFC 8018) both ways, RFC 1421 headers to read only. For this module alone. */
#ifndef CTN_KEY_PBE_H
#define CTN_KEY_PBE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"

/** Append EncryptedPrivateKeyInfo (RFC 5958, 3) over plain: scrypt N = 2^14, r = 8, p = 5 (RFC 7914), AES-256-CBC. */
CTN_MUST bool ctn_pbe_encrypt(ctn_buf *out, ctn_span plain, const ctn_secret *passphrase, struct ctn_err *e);

/**
 * Append what an EncryptedPrivateKeyInfo holds. out->secret must be set. PBES2 alone, with the schemes that libcrypto has.
 * Bounded: 10 million PBKDF2 rounds; scrypt p at most 16 (its memory is bounded by libcrypto: 32 MiB).
 * Fails CTN_EPASSPHRASE when the padding shows a wrong passphrase (one time in 256 it does not: the caller must look at what comes out),
 * CTN_EINPUT malformed or unsupported, CTN_ENOMEM.
 */
CTN_MUST bool ctn_pbe_decrypt(ctn_buf *out, ctn_span der, const ctn_secret *passphrase, struct ctn_err *e);

/** The same for the bytes of a PEM block whose headers say "Proc-Type: 4,ENCRYPTED" (RFC 1421) and "DEK-Info: AES-256-CBC,hex". */
CTN_MUST bool ctn_pbe_decrypt_traditional(
    ctn_buf *out, ctn_span headers, ctn_span cipher_text, const ctn_secret *passphrase, struct ctn_err *e);

#endif
