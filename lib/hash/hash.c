#include "hash/hash.h"

#include <pthread.h>
#include <stdatomic.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

static const struct {
	const char *name;
	size_t len;
} hashes[CTN_HASHES] = {
	[CTN_SHA1] = { "SHA-1", 20 },
	[CTN_SHA224] = { "SHA-224", 28 },
	[CTN_SHA256] = { "SHA-256", 32 },
	[CTN_SHA384] = { "SHA-384", 48 },
	[CTN_SHA512] = { "SHA-512", 64 },
};

/*
 * The context is written once, under pthread_once; a digest is fetched when it is first asked for, by whoever is first. Both are
 * only read from then on and live as long as the process.
 */
static struct {
	pthread_once_t once;
	OSSL_LIB_CTX *ctx;
	_Atomic(EVP_MD *) md[CTN_HASHES];
} crypto = { .once = PTHREAD_ONCE_INIT };

/*
 * A fresh context reads no openssl.cnf: only the process's default context does. The built-in
 * provider is loaded by name, so that nothing else is ever loaded by fallback.
 *
 * Hash_DRBG with SHA-256 (SP 800-90A, 10.1.1) is as strong as libcrypto's default, CTR_DRBG with AES-256, is asked to be here: both
 * give 256 bits. But the digest is needed anyway, and the first cipher that is fetched makes libcrypto construct every cipher it
 * has, a tenth of what a process costs that issues one certificate.
 */
static void
make_crypto(void)
{
	OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();

	if (ctx == NULL)
		return;
	if (OSSL_PROVIDER_load(ctx, "default") == NULL ||
	    RAND_set_DRBG_type(ctx, "HASH-DRBG", NULL, NULL, hashes[CTN_SHA256].name) != 1) {
		OSSL_LIB_CTX_free(ctx);
		return;
	}
	crypto.ctx = ctx;
}

struct ossl_lib_ctx_st *
ctn_libcrypto(void)
{
	if (pthread_once(&crypto.once, make_crypto) != 0)
		return NULL;
	return crypto.ctx;
}

const struct evp_md_st *
ctn_md(enum ctn_hash h)
{
	OSSL_LIB_CTX *ctx = ctn_libcrypto();
	EVP_MD *have, *mine;

	if (ctx == NULL || (unsigned)h >= CTN_HASHES)
		return NULL;
	have = atomic_load(&crypto.md[h]);
	if (have != NULL)
		return have;
	mine = EVP_MD_fetch(ctx, hashes[h].name, NULL);
	if (mine == NULL || atomic_compare_exchange_strong(&crypto.md[h], &have, mine))
		return mine;
	EVP_MD_free(mine);
	return have;
}

size_t
ctn_hash_len(enum ctn_hash h)
{
	return (unsigned)h < CTN_HASHES ? hashes[h].len : 0;
}

const char *
ctn_hash_name(enum ctn_hash h)
{
	return (unsigned)h < CTN_HASHES ? hashes[h].name : "unknown";
}

bool
ctn_crypto_no_memory(void)
{
	/* Where a digest has no memory for what it works in, it says this. */
	const unsigned long no_room = ERR_PACK(ERR_LIB_EVP, 0, EVP_R_INITIALIZATION_ERROR);
	bool memory = false;

	for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error())
		memory = memory || code == no_room || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
	return memory;
}

bool
ctn_fail_crypto(struct ctn_err *e, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	if (ctn_crypto_no_memory())
		return ctn_fail(e, CTN_ENOMEM, "%s: out of memory", what);
	if (code == 0)
		return ctn_fail(e, CTN_ECRYPTO, "%s", what);
	if (reason != NULL)
		return ctn_fail(e, CTN_ECRYPTO, "%s: %s", what, reason);
	(void)!ctn_fail(e, CTN_ECRYPTO, "%s: libcrypto's error %08lX", what, code);
	return ctn_hint(e, "openssl errstr %08lX says what it is", code);
}

static bool
update_all(EVP_MD_CTX *md, const ctn_span *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n > 0 && EVP_DigestUpdate(md, parts[i].p, parts[i].n) != 1)
			return false;
	}
	return true;
}

static bool
digest_of(uint8_t *out, enum ctn_hash h, const ctn_span *parts, size_t n, struct ctn_err *e)
{
	const EVP_MD *type = ctn_md(h);
	EVP_MD_CTX *md;
	bool done;

	if (type == NULL)
		return ctn_fail_crypto(e, ctn_hash_name(h));
	md = EVP_MD_CTX_new();
	if (md == NULL)
		return ctn_fail_crypto(e, ctn_hash_name(h));
	done = EVP_DigestInit_ex2(md, type, NULL) == 1 && update_all(md, parts, n) && EVP_DigestFinal_ex(md, out, NULL) == 1;
	EVP_MD_CTX_free(md);
	return done || ctn_fail_crypto(e, ctn_hash_name(h));
}

bool
ctn_digest(uint8_t *out, enum ctn_hash h, ctn_span in, struct ctn_err *e)
{
	return digest_of(out, h, &in, 1, e);
}

bool
ctn_sha256(uint8_t out[CTN_SHA256_LEN], ctn_span in, struct ctn_err *e)
{
	return digest_of(out, CTN_SHA256, &in, 1, e);
}

bool
ctn_sha256_of(uint8_t out[CTN_SHA256_LEN], const ctn_span *parts, size_t n, struct ctn_err *e)
{
	return digest_of(out, CTN_SHA256, parts, n, e);
}

bool
ctn_random(uint8_t *out, size_t n, struct ctn_err *e)
{
	OSSL_LIB_CTX *ctx = ctn_libcrypto();

	if (n == 0)
		return true;
	if (ctx != NULL && RAND_priv_bytes_ex(ctx, out, n, 0) == 1)
		return true;
	ctn_wipe(out, n);
	return ctn_fail_crypto(e, "random bytes");
}

bool
ctn_equal_ct(const uint8_t *a, const uint8_t *b, size_t n)
{
	return n == 0 || CRYPTO_memcmp(a, b, n) == 0;
}
