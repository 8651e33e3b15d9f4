/* The files under HOME/keys: making, re-encrypting and detaching an authority's key. Whoever opens one opens it here. */
#ifndef CTN_MINT_KEYRING_H
#define CTN_MINT_KEYRING_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/private.h"
#include "key/public.h"

#define CTN_LOG_KEY_FILE "keys/log.key"

/** A key that is to be made. passphrase NULL: the file is not encrypted. */
typedef struct ctn_keyring_wish {
	const char *home, *name; /* name: of the authority */
	ctn_key_kind kind;
	const ctn_secret *passphrase;
} ctn_keyring_wish;
/**
 * Make it and write it to HOME/keys/NAME-XXXXXXXX.key (first 8 hex digits of its key identifier). Never overwrites.
 *
 * file    path below the home, in the arena
 * spki    its SubjectPublicKeyInfo is appended
 * key_id  RFC 5280 4.2.1.2 (1)
 */
CTN_MUST bool ctn_keyring_make(char **file, ctn_buf *spki, uint8_t key_id[20], const ctn_keyring_wish *wish, ctn_arena *a,
    struct ctn_err *e);
/** Make HOME/keys/log.key (Ed25519, no passphrase: it vouches for order, not for names); its 32-octet public key. */
CTN_MUST bool ctn_keyring_make_log(uint8_t public_key[32], const char *home, struct ctn_err *e);
/** Open one: CTN_EKEY when missing (with what to try), CTN_EFILE for unsafe modes, CTN_EPASSPHRASE. */
CTN_MUST bool ctn_keyring_open(ctn_privkey **out, const char *home, const char *file, const ctn_secret *passphrase, struct ctn_err *e);
/** Does the file need a passphrase? */
CTN_MUST bool ctn_keyring_is_encrypted(bool *yes, const char *home, const char *file, struct ctn_err *e);
/** Write it anew under another passphrase (NULL: none); the old file is gone only when the new one is durable. */
CTN_MUST bool ctn_keyring_reencrypt(const char *home, const char *file, const ctn_secret *old, const ctn_secret *fresh, struct ctn_err *e);
/** Copy the file as it is to out_path (0600, never over another file unless force), durable and read back. */
CTN_MUST bool ctn_keyring_copy(const char *home, const char *file, const char *out_path, bool force, struct ctn_err *e);
/** Does a key file that is not in the home need a passphrase? Same file rules, same failures. */
CTN_MUST bool ctn_keyring_outside_is_encrypted(bool *yes, const char *path, struct ctn_err *e);
/**
 * Bring back a key file that was copied out: it must open and be the key of spki; then it is copied as it is to HOME/file, durable and read back.
 * try_only: nothing is copied. Fails CTN_EKEY for another key, CTN_EPASSPHRASE, CTN_EFILE.
 */
CTN_MUST bool ctn_keyring_adopt(const char *home, const char *file, const char *path, const ctn_spki *spki, const ctn_secret *passphrase,
    bool try_only, struct ctn_err *e);
/** Remove it from the home, durably; a file that is gone already is fine. */
CTN_MUST bool ctn_keyring_remove(const char *home, const char *file, struct ctn_err *e);

#endif
