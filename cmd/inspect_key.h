/* Keys, shown: public ones whole, private ones by their kind and public half alone. */
#ifndef CTN_CMD_INSPECT_KEY_H
#define CTN_CMD_INSPECT_KEY_H

#include "base/mem.h"
#include "cmd/see.h"

/**
 * The object that name says: {"kind":"ecdsa-p256","algorithm","key_id","spki_sha256", its numbers}; what is no SubjectPublicKeyInfo
 * has "malformed" and "value".
 */
void inspect_spki(struct see *s, const char *name, const char *heading, ctn_span spki);
/** The members of that object, into one that is open. */
void inspect_spki_members(struct see *s, ctn_span spki);
/** The members of a PKCS #1 RSAPublicKey, which is shown as the SubjectPublicKeyInfo that it would be. */
void inspect_rsa_public(struct see *s, ctn_span der);
/**
 * The members of a private key in PEM or DER: {"encrypted","kind","key_id","spki_sha256"}. Nothing private is ever shown. Without a
 * passphrase an encrypted one only says that it is.
 * Fails CTN_EPASSPHRASE (wrong), CTN_EINPUT (no private key that can be read), CTN_ECRYPTO, CTN_ENOMEM; nothing is written then.
 */
CTN_MUST bool inspect_private(struct see *s, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e);

/** A signature algorithm by name, or by the OID of its AlgorithmIdentifier. */
void inspect_sig_alg(struct see *s, const char *key, const char *label, ctn_span algorithm);

#endif
