/* Kinds of key, and the words that policies have for them. */
#ifndef CTN_KEY_ALG_H
#define CTN_KEY_ALG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

enum ctn_key_alg {
	CTN_KEY_UNKNOWN = 0, /* well-formed, but an algorithm that this library does not use */
	CTN_KEY_RSA,
	CTN_KEY_RSA_PSS, /* id-RSASSA-PSS keys: read and verified, never generated */
	CTN_KEY_P256,
	CTN_KEY_P384,
	CTN_KEY_P521,
	CTN_KEY_ED25519,
	CTN_KEY_ED448,
	CTN_KEY_ML_DSA_44,
	CTN_KEY_ML_DSA_65,
	CTN_KEY_ML_DSA_87,
	CTN_KEY_DSA, /* read and verified only (PKITS); never issued for */
	CTN_KEY_ALGS
};

/** A kind of key as policies name it: bits counts for RSA alone. */
typedef struct ctn_key_kind {
	enum ctn_key_alg alg;
	unsigned bits;
} ctn_key_kind;

/** "ecdsa-p256", "rsa-3072", "ed25519", "ml-dsa-65" into out[24]; also "rsa-pss-2048" and "dsa", which no policy may name; else "unknown". */
void ctn_key_kind_text(char out[24], ctn_key_kind kind);
/**
 * The other way. RSA of any size 2048 to 8192 in steps of 8 is understood. Fails CTN_EINPUT with the words there are;
 * for ml-dsa-* where the libcrypto in use lacks it, says which version is needed.
 */
CTN_MUST bool ctn_key_kind_parse(ctn_key_kind *kind, const char *word, struct ctn_err *e);
/** The kinds that one word allows. */
typedef struct ctn_key_range {
	enum ctn_key_alg alg;
	unsigned min_bits, max_bits; /* RSA alone */
} ctn_key_range;
/** "rsa-2048..4096", or one word as above. Fails CTN_EINPUT as above. */
CTN_MUST bool ctn_key_range_parse(ctn_key_range *range, const char *word, struct ctn_err *e);
/** Is kind inside? */
bool ctn_key_range_has(const ctn_key_range *range, ctn_key_kind kind);

#endif
