/* What this module knows of each kind of key: one row per enum ctn_key_alg. For this module alone. */
#ifndef CTN_KEY_KIND_H
#define CTN_KEY_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "key/alg.h"

struct ctn_key_row {
	const char *word;  /* as policies name it; NULL: none. RSA: without the size */
	const char *evp;   /* libcrypto's name of the algorithm */
	const char *group; /* libcrypto's name of the curve; NULL when not EC */
	ctn_span oid;      /* algorithm of the SubjectPublicKeyInfo, content */
	ctn_span params;   /* parameters element whole; empty: absent */
	size_t public_len; /* octets of the public key (EC: uncompressed point); 0 when it varies */
	bool policy;       /* a policy may name it */
};

/** The row of alg; that of CTN_KEY_UNKNOWN is all empty. Never NULL. */
const struct ctn_key_row *ctn_key_row_of(enum ctn_key_alg alg);
/** The algorithm whose OID and (for EC) curve these are; CTN_KEY_UNKNOWN when there is none. params: element whole, or empty. */
enum ctn_key_alg ctn_key_alg_of(ctn_span oid, ctn_span params);
/** Is it one of the NIST curves? */
bool ctn_key_is_ec(enum ctn_key_alg alg);
bool ctn_key_is_ml_dsa(enum ctn_key_alg alg);
/** Fails CTN_EINPUT when the libcrypto in use lacks the algorithm, and says which version has it. */
CTN_MUST bool ctn_key_alg_usable(enum ctn_key_alg alg, struct ctn_err *e);

/** id-ecPublicKey, content. */
extern const ctn_span ctn_key_oid_ec;

#endif
