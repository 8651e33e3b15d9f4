/* Public keys: a SubjectPublicKeyInfo read without libcrypto, imported only to be used (FACTS: import costs more than the rest). */
#ifndef CTN_KEY_PUBLIC_H
#define CTN_KEY_PUBLIC_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/alg.h"
#include "key/sig.h"

/** A view over a SubjectPublicKeyInfo; borrows the bytes. */
typedef struct ctn_spki {
	ctn_span der;       /* whole SEQUENCE */
	ctn_span algorithm; /* AlgorithmIdentifier whole */
	ctn_span oid;       /* of the algorithm, content */
	ctn_span params;    /* parameters element whole, or empty */
	ctn_span bits;      /* subjectPublicKey content without the unused-bits octet */
	ctn_key_kind kind;  /* CTN_KEY_UNKNOWN for what is not used here; bits for RSA: modulus length */
	ctn_span rsa_n,
	    rsa_e; /* RSA: magnitudes without leading zero; both empty (and bits 0) when no RSAPublicKey is in there */
	bool explicit_params; /* EC with parameters spelt out: never usable */
} ctn_spki;

/** Fails CTN_EINPUT (with the offset) when the DER is malformed; an unknown algorithm is no failure. Point, modulus and lengths are not judged yet. */
CTN_MUST bool ctn_spki_parse(ctn_spki *out, ctn_span der, struct ctn_err *e);

/**
 * Is the key one that may be certified (REQUIREMENTS "Keys")? Known algorithm, named curve, point on the curve, RSA 2048 to
 * 8192 bits, odd modulus, exponent odd, over 65536 and under 2^256; no factor under 752; not a perfect power; Fermat 100 rounds; ROCA.
 * Fails CTN_EINPUT with the reason.
 */
CTN_MUST bool ctn_spki_check(const ctn_spki *spki, struct ctn_err *e);

/** RFC 5280 4.2.1.2 (1): SHA-1 of the subjectPublicKey bits. */
CTN_MUST bool ctn_spki_key_id(uint8_t out[20], const ctn_spki *spki, struct ctn_err *e);
/** SHA-256 of the whole SubjectPublicKeyInfo. */
CTN_MUST bool ctn_spki_digest(uint8_t out[32], const ctn_spki *spki, struct ctn_err *e);

typedef struct ctn_pubkey ctn_pubkey;
/** Import into libcrypto by the fast ways. The caller owns it. dsa_params: inherited DSA parameters whole, or empty. Fails CTN_EINPUT, CTN_ECRYPTO, CTN_ENOMEM. */
CTN_MUST bool ctn_pubkey_import(ctn_pubkey **out, const ctn_spki *spki, ctn_span dsa_params, struct ctn_err *e);
void ctn_pubkey_free(ctn_pubkey *k);
CTN_OWNED_BY(ctn_pubkey, ctn_pubkey_free)
ctn_key_kind ctn_pubkey_kind(const ctn_pubkey *k);

/**
 * Check one signature. *good is the answer; a signature that is wrong or malformed is not an error.
 * Safe to call from several threads with the same key. Fails CTN_ECRYPTO, CTN_ENOMEM when libcrypto itself failed; *good is false then.
 */
CTN_MUST bool ctn_signature_check(
    bool *good, const ctn_pubkey *key, enum ctn_sig_alg alg, ctn_span message, ctn_span signature, struct ctn_err *e);

#endif
