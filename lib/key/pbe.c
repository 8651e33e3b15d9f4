#include "key/pbe.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <stdio.h>

#include "der/der.h"
#include "der/write.h"
#include "hash/hash.h"
#include "key/own.h"

#define OID_PBES2 "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
#define OID_PBKDF2 "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"
#define OID_SCRYPT "\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"
#define OID_AES_256_CBC "\x60\x86\x48\x01\x65\x03\x04\x01\x2a"

enum { SALT_LEN = 16, IV_LEN = 16, KEY_LEN = 32 };
enum { SCRYPT_N = 16384, SCRYPT_R = 8, SCRYPT_P = 5, SCRYPT_MAX_P = 16, PBKDF2_MAX_ROUNDS = 10000000 };
enum { MAX_CIPHER_TEXT = 1 << 20 };

static bool
derive_scrypt(uint8_t key[KEY_LEN], const uint8_t salt[SALT_LEN], const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN(EVP_KDF) kdf = EVP_KDF_fetch(ctn_libcrypto(), "SCRYPT", NULL);
	CTN_OWN(EVP_KDF_CTX) ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	uint64_t n = SCRYPT_N;
	uint32_t r = SCRYPT_R, p = SCRYPT_P;
	uint8_t salt_copy[SALT_LEN];
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, passphrase->p, passphrase->n),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt_copy, SALT_LEN),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_end(),
	};

	memcpy(salt_copy, salt, SALT_LEN);
	if (ctx == NULL || EVP_KDF_derive(ctx, key, KEY_LEN, params) != 1)
		return ctn_fail_crypto(e, "deriving a key from the passphrase");
	return true;
}

/* Append plain under one CBC cipher with PKCS #7 padding. */
static bool
encrypt_cbc(ctn_buf *out, ctn_span plain, const uint8_t key[KEY_LEN], const uint8_t iv[IV_LEN], struct ctn_err *e)
{
	CTN_OWN(EVP_CIPHER) cipher = EVP_CIPHER_fetch(ctn_libcrypto(), "AES-256-CBC", NULL);
	CTN_OWN(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	uint8_t *to = ctn_buf_insert(out, out->n, plain.n + IV_LEN);
	int n = 0, last = 0;

	if (to == NULL || ctx == NULL)
		return ctn_fail_memory(e);
	if (cipher == NULL || EVP_EncryptInit_ex2(ctx, cipher, key, iv, NULL) != 1 ||
	    EVP_EncryptUpdate(ctx, to, &n, plain.p, (int)plain.n) != 1 || EVP_EncryptFinal_ex(ctx, to + n, &last) != 1)
		return ctn_fail_crypto(e, "encrypting the private key");
	out->n -= plain.n + IV_LEN - (size_t)(n + last);
	return true;
}

/* PBES2-params (RFC 8018, A.4) with scrypt-params (RFC 7914, 7.1). */
static void
put_algorithm(ctn_buf *out, const uint8_t salt[SALT_LEN], const uint8_t iv[IV_LEN])
{
	size_t algorithm = ctn_der_open(out, CTN_TAG_SEQUENCE), params, scheme, scrypt;

	ctn_der_put_oid(out, CTN_SPAN(OID_PBES2));
	params = ctn_der_open(out, CTN_TAG_SEQUENCE);
	scheme = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, CTN_SPAN(OID_SCRYPT));
	scrypt = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put(out, CTN_TAG_OCTET_STRING, (ctn_span){ salt, SALT_LEN });
	ctn_der_put_uint(out, SCRYPT_N);
	ctn_der_put_uint(out, SCRYPT_R);
	ctn_der_put_uint(out, SCRYPT_P);
	ctn_der_close(out, scrypt);
	ctn_der_close(out, scheme);
	scheme = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, CTN_SPAN(OID_AES_256_CBC));
	ctn_der_put(out, CTN_TAG_OCTET_STRING, (ctn_span){ iv, IV_LEN });
	ctn_der_close(out, scheme);
	ctn_der_close(out, params);
	ctn_der_close(out, algorithm);
}

bool
ctn_pbe_encrypt(ctn_buf *out, ctn_span plain, const ctn_secret *passphrase, struct ctn_err *e)
{
	uint8_t salt_iv[SALT_LEN + IV_LEN], key[KEY_LEN];
	CTN_OWN_BUF cipher_text = { 0 };
	size_t outer;
	bool ok;

	if (!ctn_random(salt_iv, sizeof(salt_iv), e) || !derive_scrypt(key, salt_iv, passphrase, e))
		return false;
	ok = encrypt_cbc(&cipher_text, plain, key, salt_iv + SALT_LEN, e);
	ctn_wipe(key, sizeof(key));
	if (!ok)
		return false;
	outer = ctn_der_open(out, CTN_TAG_SEQUENCE);
	put_algorithm(out, salt_iv, salt_iv + SALT_LEN);
	ctn_der_put(out, CTN_TAG_OCTET_STRING, ctn_buf_view(&cipher_text));
	ctn_der_close(out, outer);
	return ctn_buf_ok(out, e);
}

/* What a hostile file could make dear: the rounds (RFC 8018, A.2; RFC 7914, 7.1). Other derivations are libcrypto's to refuse. */
static bool
check_derivation(ctn_der *scheme, struct ctn_err *e)
{
	ctn_der kdf, params;
	ctn_span oid, salt;
	uint64_t n = 0, r = 0, p = 0;

	if (!ctn_der_sequence(scheme, &kdf) || !ctn_der_oid(&kdf, &oid) || !ctn_der_sequence(&kdf, &params))
		return ctn_fail(e, CTN_EINPUT, "key derivation of the encrypted key, at byte %zu", ctn_der_offset(scheme));
	if (ctn_span_equal(oid, CTN_SPAN(OID_SCRYPT))) {
		if (!ctn_der_octets(&params, &salt) || !ctn_der_uint(&params, &n) || !ctn_der_uint(&params, &r) ||
		    !ctn_der_uint(&params, &p))
			return ctn_fail(e, CTN_EINPUT, "scrypt parameters, at byte %zu", ctn_der_offset(&params));
		return p <= SCRYPT_MAX_P || ctn_fail(e, CTN_EINPUT, "scrypt with p over %d", SCRYPT_MAX_P);
	}
	if (!ctn_span_equal(oid, CTN_SPAN(OID_PBKDF2)))
		return ctn_fail(e, CTN_EINPUT, "encrypted under a key derivation other than scrypt and PBKDF2");
	if (!ctn_der_octets(&params, &salt) || !ctn_der_uint(&params, &n))
		return ctn_fail(e, CTN_EINPUT, "PBKDF2 parameters, at byte %zu", ctn_der_offset(&params));
	return n <= PBKDF2_MAX_ROUNDS || ctn_fail(e, CTN_EINPUT, "PBKDF2 with over %d rounds", PBKDF2_MAX_ROUNDS);
}

/* The parts of an EncryptedPrivateKeyInfo that may be handed to libcrypto. */
static bool
read_encrypted(ctn_span *algorithm, ctn_span *cipher_text, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), info, id, params;
	ctn_span oid;
	size_t bad = 0;

	if (!ctn_der_well_formed(der, 8, &bad) || !ctn_der_sequence(&r, &info) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "not an encrypted private key, at byte %zu", bad);
	*algorithm = ctn_der_peek(&info);
	if (!ctn_der_sequence(&info, &id) || !ctn_der_oid(&id, &oid) || !ctn_der_octets(&info, cipher_text) ||
	    !ctn_der_end(&info))
		return ctn_fail(e, CTN_EINPUT, "not an encrypted private key, at byte %zu", ctn_der_offset(&info));
	if (!ctn_span_equal(oid, CTN_SPAN(OID_PBES2)))
		return ctn_fail(e, CTN_EINPUT, "encrypted in an old way, not PBES2") ||
		    ctn_hint(e, "openssl pkcs8 -topk8 -in FILE -out NEW writes it anew");
	if (!ctn_der_sequence(&id, &params))
		return ctn_fail(e, CTN_EINPUT, "PBES2 parameters, at byte %zu", ctn_der_offset(&id));
	if (cipher_text->n == 0 || cipher_text->n > MAX_CIPHER_TEXT)
		return ctn_fail(e, CTN_EINPUT, "encrypted private key of %zu octets", cipher_text->n);
	return check_derivation(&params, e);
}

/* Only a wrong key makes the last block's padding wrong; everything else went wrong before it. */
static bool
fail_decrypt(struct ctn_err *e)
{
	bool padding = false, memory = false;

	for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
		memory = memory || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
		padding = padding ||
		    (ERR_GET_LIB(code) == ERR_LIB_PKCS12 && ERR_GET_REASON(code) == PKCS12_R_PKCS12_CIPHERFINAL_ERROR);
	}
	if (memory)
		return ctn_fail_memory(e);
	if (padding)
		return ctn_fail(e, CTN_EPASSPHRASE, "wrong passphrase");
	return ctn_fail(e, CTN_EINPUT, "encrypted in a way that libcrypto does not support");
}

bool
ctn_pbe_decrypt(ctn_buf *out, ctn_span der, const ctn_secret *passphrase, struct ctn_err *e)
{
	ctn_span algorithm_der, cipher_text;
	CTN_OWN(X509_ALGOR) algorithm = NULL;
	const uint8_t *p;
	unsigned char *plain = NULL;
	int plain_len = 0;

	if (!read_encrypted(&algorithm_der, &cipher_text, der, e))
		return false;
	p = algorithm_der.p;
	algorithm = d2i_X509_ALGOR(NULL, &p, (long)algorithm_der.n);
	if (algorithm == NULL)
		return fail_decrypt(e);
	if (PKCS12_pbe_crypt_ex(algorithm, (const char *)passphrase->p, (int)passphrase->n, cipher_text.p,
		(int)cipher_text.n, &plain, &plain_len, 0, ctn_libcrypto(), NULL) == NULL)
		return fail_decrypt(e);
	ctn_buf_add(out, plain, (size_t)plain_len);
	OPENSSL_clear_free(plain, (size_t)plain_len);
	return ctn_buf_ok(out, e);
}

/* The cipher and its IV from "DEK-Info: AES-256-CBC,0123...". */
static bool
read_dek_info(EVP_CIPHER **cipher, uint8_t iv[IV_LEN], ctn_span headers, struct ctn_err *e)
{
	static const char *const names[] = { "AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC" };
	static const char field[] = "DEK-Info:";
	char text[128] = { 0 }, hex[2 * IV_LEN + 1] = { 0 }, name[16] = { 0 };
	const uint8_t *at = memmem(headers.p, headers.n, field, sizeof(field) - 1);
	size_t left = at != NULL ? headers.n - (size_t)(at - headers.p) : 0, n = 0;

	if (at != NULL)
		memcpy(text, at, left < sizeof(text) ? left : sizeof(text) - 1);
	if (sscanf(text, "DEK-Info: %15[A-Z0-9-],%32[0-9A-Fa-f]", name, hex) != 2)
		return ctn_fail(e, CTN_EINPUT, "encrypted key without a readable DEK-Info header");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			*cipher = EVP_CIPHER_fetch(ctn_libcrypto(), name, NULL);
	}
	if (*cipher == NULL)
		return ctn_fail(e, CTN_EINPUT, "key encrypted with %s, which is not supported", name);
	if (!ctn_unhex(iv, IV_LEN, &n, hex) || n != (size_t)EVP_CIPHER_get_iv_length(*cipher))
		return ctn_fail(e, CTN_EINPUT, "encrypted key with a DEK-Info of %zu octets", n);
	return true;
}

/* The old derivation: one round of MD5 over passphrase and the first eight octets of the IV. */
static bool
derive_traditional(uint8_t key[EVP_MAX_KEY_LENGTH], const EVP_CIPHER *cipher, const uint8_t *iv,
    const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN(EVP_MD) md5 = EVP_MD_fetch(ctn_libcrypto(), "MD5", NULL);

	if (md5 == NULL || EVP_BytesToKey(cipher, md5, iv, passphrase->p, (int)passphrase->n, 1, key, NULL) <= 0)
		return ctn_fail_crypto(e, "deriving a key from the passphrase");
	return true;
}

static bool
decrypt_cbc(
    ctn_buf *out, ctn_span cipher_text, const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, struct ctn_err *e)
{
	CTN_OWN(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	uint8_t *to = ctn_buf_insert(out, out->n, cipher_text.n + IV_LEN);
	int n = 0, last = 0;

	if (to == NULL || ctx == NULL)
		return ctn_fail_memory(e);
	if (EVP_DecryptInit_ex2(ctx, cipher, key, iv, NULL) != 1 ||
	    EVP_DecryptUpdate(ctx, to, &n, cipher_text.p, (int)cipher_text.n) != 1)
		return ctn_fail_crypto(e, "decrypting the private key");
	if (EVP_DecryptFinal_ex(ctx, to + n, &last) != 1) {
		ERR_clear_error();
		return ctn_fail(e, CTN_EPASSPHRASE, "wrong passphrase");
	}
	out->n -= cipher_text.n + IV_LEN - (size_t)(n + last);
	return true;
}

bool
ctn_pbe_decrypt_traditional(
    ctn_buf *out, ctn_span headers, ctn_span cipher_text, const ctn_secret *passphrase, struct ctn_err *e)
{
	uint8_t iv[IV_LEN] = { 0 }, key[EVP_MAX_KEY_LENGTH];
	CTN_OWN(EVP_CIPHER) cipher = NULL;
	bool ok;

	if (!read_dek_info(&cipher, iv, headers, e))
		return false;
	if (cipher_text.n == 0 || cipher_text.n > MAX_CIPHER_TEXT ||
	    cipher_text.n % (size_t)EVP_CIPHER_get_block_size(cipher) != 0)
		return ctn_fail(e, CTN_EINPUT, "encrypted private key of %zu octets", cipher_text.n);
	ok = derive_traditional(key, cipher, iv, passphrase, e) && decrypt_cbc(out, cipher_text, cipher, key, iv, e);
	ctn_wipe(key, sizeof(key));
	return ok;
}
