/* Part of forge.h: keys and signatures. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "forge/forge.h"
#include "key/public.h"
#include "x509/build.h"

static struct {
	const char *kind;
	EVP_PKEY *key;
	ctn_buf spki;
	uint8_t id[20];
	enum ctn_sig_alg alg;
} keys[FORGE_KEYS];

void
forge_die(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: the forge failed: %s\n", file, line, what);
	abort();
}

void
forge_kind(unsigned i, const char *kind)
{
	FORGE_MUST(i < FORGE_KEYS && keys[i].key == NULL);
	keys[i].kind = kind;
}

/* Ed25519 of a secret that is no secret: what it signs is the same in every run. */
static EVP_PKEY *
fixed(unsigned n)
{
	uint8_t secret[32];

	memset(secret, (int)n, sizeof(secret));
	return EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, secret, sizeof(secret));
}

static EVP_PKEY *
generate(const char *kind)
{
	if (strncmp(kind, "RSA-", 4) == 0)
		return EVP_RSA_gen((unsigned)atoi(kind + 4));
	if (strncmp(kind, "FIXED-", 6) == 0)
		return fixed((unsigned)atoi(kind + 6));
	if (strncmp(kind, "ED", 2) == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, kind);
	return EVP_EC_gen(kind);
}

/* Curves that the library knows sign as it would; others as P-256 does. */
static enum ctn_sig_alg
usual_alg(ctn_span spki)
{
	struct ctn_err e = { 0 };
	enum ctn_sig_alg alg = CTN_SIG_UNKNOWN;
	ctn_spki k;

	if (ctn_spki_parse(&k, spki, &e))
		alg = ctn_sig_alg_for(k.kind.alg);
	return alg == CTN_SIG_UNKNOWN ? CTN_SIG_ECDSA_SHA256 : alg;
}

static void
make(unsigned i)
{
	struct ctn_err e = { 0 };
	uint8_t *der = NULL;
	ctn_spki k;
	int n;

	keys[i].key = generate(keys[i].kind == NULL ? "P-256" : keys[i].kind);
	FORGE_MUST(keys[i].key != NULL);
	n = i2d_PUBKEY(keys[i].key, &der);
	FORGE_MUST(n > 0);
	ctn_buf_add(&keys[i].spki, der, (size_t)n);
	OPENSSL_free(der);
	keys[i].alg = usual_alg(ctn_buf_view(&keys[i].spki));
	FORGE_MUST(ctn_spki_parse(&k, ctn_buf_view(&keys[i].spki), &e) && ctn_spki_key_id(keys[i].id, &k, &e));
}

EVP_PKEY *
forge_key(unsigned i)
{
	FORGE_MUST(i < FORGE_KEYS);
	if (keys[i].key == NULL)
		make(i);
	return keys[i].key;
}

ctn_span
forge_spki(unsigned i)
{
	(void)forge_key(i);
	return ctn_buf_view(&keys[i].spki);
}

ctn_span
forge_key_id(uint8_t room[20], unsigned i)
{
	(void)forge_key(i);
	memcpy(room, keys[i].id, 20);
	return (ctn_span){ room, 20 };
}

enum ctn_sig_alg
forge_alg(unsigned i)
{
	(void)forge_key(i);
	return keys[i].alg;
}

int
forge_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FORGE_KEYS; i++) {
		EVP_PKEY_free(keys[i].key);
		keys[i].key = NULL;
		keys[i].kind = NULL;
		ctn_buf_free(&keys[i].spki);
	}
	return 0;
}

/* The digest that alg names where the key is one of its kind, else that of the key: a signature that fits no word of the certificate. */
static const char *
digest_for(enum ctn_sig_alg alg, unsigned key)
{
	bool is_rsa = EVP_PKEY_is_a(forge_key(key), "RSA") == 1, is_ec = EVP_PKEY_is_a(forge_key(key), "EC") == 1;
	bool fits = (is_rsa && alg >= CTN_SIG_RSA_SHA1 && alg <= CTN_SIG_RSA_PSS_SHA512) ||
	    (is_ec && alg >= CTN_SIG_ECDSA_SHA1 && alg <= CTN_SIG_ECDSA_SHA512);

	return ctn_sig_alg_digest(fits ? alg : keys[key].alg);
}

static void
sign(ctn_buf *out, ctn_span tbs, enum ctn_sig_alg alg, unsigned key)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *p = NULL;
	uint8_t room[1024];
	size_t n = sizeof(room);

	FORGE_MUST(md != NULL);
	FORGE_MUST(EVP_DigestSignInit_ex(md, &p, digest_for(alg, key), NULL, NULL, forge_key(key), NULL) == 1);
	if (ctn_sig_alg_is_pss(alg) && EVP_PKEY_is_a(forge_key(key), "RSA") == 1) {
		FORGE_MUST(EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING) == 1);
		FORGE_MUST(EVP_PKEY_CTX_set_rsa_pss_saltlen(p, RSA_PSS_SALTLEN_DIGEST) == 1);
	}
	FORGE_MUST(EVP_DigestSign(md, room, &n, tbs.p, tbs.n) == 1);
	ctn_buf_add(out, room, n);
	EVP_MD_CTX_free(md);
}

void
forge_signed(ctn_buf *out, ctn_span tbs, enum ctn_sig_alg alg, unsigned key, bool spoil, ctn_span certs)
{
	ctn_buf signature = { 0 };
	struct ctn_err e = { 0 };

	ctn_buf_reset(out);
	sign(&signature, tbs, alg, key);
	if (spoil)
		signature.p[signature.n - 1] ^= 1;
	ctn_signed_build(out, tbs, alg, ctn_buf_view(&signature), certs);
	FORGE_MUST(ctn_buf_ok(out, &e));
	ctn_buf_free(&signature);
}
