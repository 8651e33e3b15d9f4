/* Key files in: every form becomes one PKCS #8 PrivateKeyInfo. For this module alone. */
#ifndef CTN_KEY_KEYFILE_H
#define CTN_KEY_KEYFILE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"

/**
 * Append the PrivateKeyInfo (RFC 5208: version 0, no attributes) that file holds. out->secret must be set, out empty.
 * PEM or DER: PKCS #8 plain or encrypted (PBES2 alone), PKCS #1, SEC 1 with or without an EC PARAMETERS block; PEM also encrypted as of
 * RFC 1421 with AES-CBC or triple DES. The first private key counts; other blocks of a PEM file are passed over.
 * passphrase may be NULL; it is ignored where none is needed.
 * Refused as CTN_EINPUT: explicit EC parameters, several primes in one RSA key, derivations that would cost more than some seconds.
 * Fails CTN_EPASSPHRASE when there is none or it is wrong, CTN_EINPUT when it is no private key, CTN_ECRYPTO, CTN_ENOMEM.
 */
CTN_MUST bool ctn_keyfile_read(ctn_buf *out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e);
/** False also for what is no key file at all. */
bool ctn_keyfile_is_encrypted(ctn_span file);

#endif
