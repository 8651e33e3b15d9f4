/* Digests, random bytes, constant-time compare; and the library's own libcrypto context, which reads no configuration. */
#ifndef CTN_HASH_HASH_H
#define CTN_HASH_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct ossl_lib_ctx_st;
struct evp_md_st;

enum ctn_hash { CTN_SHA1, CTN_SHA224, CTN_SHA256, CTN_SHA384, CTN_SHA512, CTN_HASHES };
#define CTN_SHA256_LEN 32
#define CTN_HASH_MAX 64

/** Octets of a digest; 20 for SHA-1 and so on. */
size_t ctn_hash_len(enum ctn_hash h);
/** "SHA-256". */
const char *ctn_hash_name(enum ctn_hash h);

/** One digest. out holds ctn_hash_len octets. Fails CTN_ECRYPTO. */
CTN_MUST bool ctn_digest(uint8_t *out, enum ctn_hash h, ctn_span in, struct ctn_err *e);
CTN_MUST bool ctn_sha256(uint8_t out[CTN_SHA256_LEN], ctn_span in, struct ctn_err *e);
/** SHA-256 of several spans one after the other. */
CTN_MUST bool ctn_sha256_of(uint8_t out[CTN_SHA256_LEN], const ctn_span *parts, size_t n, struct ctn_err *e);

/**
 * Random bytes from the CSPRNG of the library's own context, the one that its signatures take theirs from: a process then seeds no second one. Fails CTN_ECRYPTO; out is wiped then.
 */
CTN_MUST bool ctn_random(uint8_t *out, size_t n, struct ctn_err *e);
/** Equal in time that depends on n alone. */
bool ctn_equal_ct(const uint8_t *a, const uint8_t *b, size_t n);

/**
 * The library's own libcrypto context, made once (thread-safe): the host's configuration is neither read nor changed.
 * NULL only when libcrypto could not make it.
 */
struct ossl_lib_ctx_st *ctn_libcrypto(void);
/** A digest fetched from that context when first asked for (thread-safe), then kept; NULL when libcrypto lacks it. */
const struct evp_md_st *ctn_md(enum ctn_hash h);
/** Does libcrypto's error queue say that memory ran out? It is cleared. */
bool ctn_crypto_no_memory(void);
/** ctn_fail(CTN_ECRYPTO, what) with libcrypto's own newest reason behind it (its number where texts are not loaded), CTN_ENOMEM where it ran out of memory; its error queue is cleared. */
CTN_MUST bool ctn_fail_crypto(struct ctn_err *e, const char *what);

#endif
