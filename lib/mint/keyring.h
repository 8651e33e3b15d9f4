/* The files under HOME/keys: making, re-encrypting and detaching an authority's key. Whoever opens one opens it here. */
#ifndef CTN_MINT_KEYRING_H
#define CTN_MINT_KEYRING_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/private.h"

#define CTN_LOG_KEY_FILE "keys/log.key"

/**
 * Make a key of that kind and write it to HOME/keys/NAME-XXXXXXXX.key (first 8 hex digits of its key identifier), encrypted unless passphrase
 * is NULL. *file: path below the home; spki: appended; key_id: 20 octets. Never overwrites.
 */
CTN_MUST bool ctn_keyring_make(char **file, ctn_buf *spki, uint8_t key_id[20], const char *home, const char *name, ctn_key_kind kind,
    const ctn_secret *passphrase, ctn_arena *a, struct ctn_err *e);
/** Make HOME/keys/log.key (Ed25519, no passphrase: it vouches for order, not for names); its 32-octet public key. */
CTN_MUST bool ctn_keyring_make_log(uint8_t public_key[32], const char *home, struct ctn_err *e);
/** Open one: CTN_EKEY when missing (with what to try), CTN_EFILE for unsafe modes, CTN_EPASSPHRASE. */
CTN_MUST bool ctn_keyring_open(ctn_privkey **out, const char *home, const char *file, const ctn_secret *passphrase, struct ctn_err *e);
/** Does the file need a passphrase? */
CTN_MUST bool ctn_keyring_is_encrypted(bool *yes, const char *home, const char *file, struct ctn_err *e);
/** Write it anew under another passphrase (NULL: none); the old file is gone only when the new one is durable. */
CTN_MUST bool ctn_keyring_reencrypt(const char *home, const char *file, const ctn_secret *old, const ctn_secret *fresh, struct ctn_err *e);
/** Copy to out_path (0600, never overwritten unless force) and remove it from the home once the copy is durable and reads back the same. */
CTN_MUST bool ctn_keyring_detach(const char *home, const char *file, const char *out_path, bool force, struct ctn_err *e);

#endif
