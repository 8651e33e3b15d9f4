/* Part of forge.h: keys and signatures. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/bn.h>
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
	FORGE_MUST(i < FORGE_KEYS && (keys[i].key == NULL || (keys[i].kind != NULL && strcmp(keys[i].kind, kind) == 0)));
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

/* Made once: parameters of DSA with 1024 bits take their time. */
static const uint8_t dsa_params[] = {
	0x30, 0x82, 0x01, 0x27, 0x02, 0x81, 0x81, 0x00, 0x8c, 0x87, 0x64, 0x21, 0x5f, 0xb3, 0x88, 0x2d, 0x56, 0x31, 0x3c, 0x14,
	0xda, 0x1c, 0x3f, 0xb9, 0xdd, 0xf4, 0x82, 0xaf, 0x86, 0xb0, 0xb8, 0x14, 0x31, 0x0e, 0x33, 0x55, 0xac, 0x60, 0xd2, 0xae,
	0xe7, 0x51, 0xdf, 0x22, 0x3f, 0x6e, 0x08, 0x4b, 0xc8, 0x98, 0x9a, 0xbc, 0x79, 0xda, 0x54, 0x9a, 0x2c, 0x4d, 0x8c, 0x4f,
	0x53, 0x8d, 0x4d, 0xa9, 0x9b, 0xa9, 0xdb, 0xc2, 0x6a, 0xea, 0x89, 0x7f, 0x45, 0xa5, 0x19, 0x27, 0x55, 0x7b, 0x82, 0x67,
	0xca, 0xa8, 0x3e, 0x4c, 0x93, 0x00, 0x8b, 0x03, 0xaa, 0xaf, 0x54, 0x91, 0x90, 0x39, 0x67, 0x0d, 0x8d, 0x22, 0xce, 0x5d,
	0xe4, 0x91, 0x21, 0x4a, 0x8d, 0xac, 0x11, 0x4b, 0x86, 0x70, 0x42, 0xa1, 0xe9, 0x42, 0xe5, 0xf4, 0x31, 0xec, 0x65, 0x6d,
	0xd8, 0x76, 0x59, 0x46, 0x80, 0xf7, 0xed, 0x45, 0x26, 0x9b, 0xfb, 0x73, 0x49, 0x07, 0x61, 0xbb, 0x02, 0x1d, 0x00, 0x98,
	0x0b, 0xd1, 0xfe, 0xa5, 0xb6, 0x3b, 0x45, 0x0c, 0xa6, 0xbf, 0xe7, 0x2e, 0x4a, 0x19, 0xdb, 0x5e, 0x26, 0x51, 0x80, 0xb8,
	0xcb, 0x1b, 0x58, 0x88, 0xeb, 0xef, 0x8d, 0x02, 0x81, 0x81, 0x00, 0x8b, 0x2d, 0xb7, 0x2c, 0xa5, 0x47, 0x41, 0xaa, 0x03,
	0xe8, 0x21, 0xed, 0xce, 0x9f, 0x0d, 0xc6, 0xea, 0x26, 0xc0, 0x9f, 0x98, 0x5e, 0x48, 0x84, 0x72, 0xf0, 0x08, 0x2b, 0x55,
	0x28, 0x9c, 0xdb, 0x18, 0x0e, 0x2e, 0x18, 0xf1, 0x8b, 0x48, 0x7d, 0xb4, 0xb5, 0xfd, 0x69, 0xcc, 0xb3, 0x38, 0x64, 0x6c,
	0xe7, 0xca, 0xc6, 0xa2, 0x93, 0x3e, 0x6a, 0x45, 0xb7, 0x32, 0x93, 0xfc, 0x4d, 0x53, 0x5a, 0x2f, 0xcf, 0x11, 0xd0, 0x31,
	0x2c, 0xe4, 0x62, 0xdb, 0xfa, 0x45, 0x6e, 0xfa, 0x0e, 0x5e, 0x39, 0x96, 0x60, 0x17, 0xeb, 0x3d, 0xae, 0x1e, 0xad, 0x76,
	0x2a, 0xce, 0xbc, 0xb9, 0xc6, 0x10, 0xcb, 0xff, 0x19, 0x9a, 0x5f, 0xd1, 0x94, 0x5a, 0x03, 0x00, 0xbf, 0x89, 0x62, 0x0a,
	0x09, 0x00, 0x93, 0xab, 0x25, 0x5e, 0xb0, 0x6e, 0x05, 0x60, 0x80, 0xbb, 0xf5, 0xe2, 0xae, 0x2f, 0x2d, 0xaf, 0xd9,
};

/* Where prime and generator stand there. */
enum { PRIME_AT = 8, GENERATOR_AT = 171, PRIME_OCTETS = 128 };

/* Another generator of the same order: the square, that of the square, ... until it needs a sign octet as this one does. */
static void
square_generator(uint8_t *params)
{
	BIGNUM *p = BN_bin2bn(params + PRIME_AT, PRIME_OCTETS, NULL), *g = BN_bin2bn(params + GENERATOR_AT, PRIME_OCTETS, NULL);
	BN_CTX *c = BN_CTX_new();

	FORGE_MUST(p != NULL && g != NULL && c != NULL);
	do
		FORGE_MUST(BN_mod_sqr(g, g, p, c) == 1);
	while (!BN_is_bit_set(g, PRIME_OCTETS * 8 - 1));
	FORGE_MUST(BN_bn2binpad(g, params + GENERATOR_AT, PRIME_OCTETS) == PRIME_OCTETS);
	BN_free(p);
	BN_free(g);
	BN_CTX_free(c);
}

static EVP_PKEY *
generate_dsa(bool other)
{
	uint8_t der[sizeof(dsa_params)];
	const uint8_t *p = der;
	EVP_PKEY *params, *key = NULL;
	EVP_PKEY_CTX *c;

	memcpy(der, dsa_params, sizeof(der));
	if (other)
		square_generator(der);
	params = d2i_KeyParams(EVP_PKEY_DSA, NULL, &p, (long)sizeof(der));
	c = params == NULL ? NULL : EVP_PKEY_CTX_new(params, NULL);
	FORGE_MUST(c != NULL && EVP_PKEY_keygen_init(c) == 1 && EVP_PKEY_keygen(c, &key) == 1);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(params);
	return key;
}

/* Of RSASSA-PSS alone, with any parameters. */
static EVP_PKEY *
generate_pss(unsigned bits)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	EVP_PKEY *key = NULL;

	FORGE_MUST(c != NULL && EVP_PKEY_keygen_init(c) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(c, (int)bits) == 1);
	FORGE_MUST(EVP_PKEY_keygen(c, &key) == 1);
	EVP_PKEY_CTX_free(c);
	return key;
}

static EVP_PKEY *
generate(const char *kind)
{
	if (strncmp(kind, "DSA", 3) == 0)
		return generate_dsa(strcmp(kind, "DSA-OTHER") == 0);
	if (strncmp(kind, "RSA-PSS-", 8) == 0)
		return generate_pss((unsigned)atoi(kind + 8));
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
		alg = k.kind.alg == CTN_KEY_DSA ? CTN_SIG_DSA_SHA256 : ctn_sig_alg_for(k.kind.alg);
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

static bool
is_rsa(unsigned key)
{
	return EVP_PKEY_is_a(forge_key(key), "RSA") == 1 || EVP_PKEY_is_a(forge_key(key), "RSA-PSS") == 1;
}

/* The digest that alg names where the key is one of its kind, else that of the key: a signature that fits no word of the certificate. */
static const char *
digest_for(enum ctn_sig_alg alg, unsigned key)
{
	bool is_ec = EVP_PKEY_is_a(forge_key(key), "EC") == 1;
	bool fits = (is_rsa(key) && alg >= CTN_SIG_RSA_SHA1 && alg <= CTN_SIG_RSA_PSS_SHA512) ||
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
	if (ctn_sig_alg_is_pss(alg) && is_rsa(key)) {
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
