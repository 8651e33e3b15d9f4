#include "key/private.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "der/der.h"
#include "der/pem.h"
#include "der/write.h"
#include "hash/hash.h"
#include "key/import_private.h"
#include "key/keyfile.h"
#include "key/kind.h"
#include "key/own.h"
#include "key/pbe.h"

enum { RSA_MIN_BITS = 2048, RSA_MAX_BITS = 16384, RSA_MAX_NEW_BITS = 8192, MAX_COORDINATE = 66, MAX_RAW = 2592 };
/* The longest is that of ML-DSA-87, 4,627 octets. */
enum { MAX_SIGNATURE = 5120 };

struct ctn_privkey {
	EVP_PKEY *pkey;
	ctn_key_kind kind;
	ctn_buf spki;
};

void
ctn_privkey_free(ctn_privkey *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	ctn_buf_free(&k->spki);
	ctn_free(k);
}

ctn_key_kind
ctn_privkey_kind(const ctn_privkey *k)
{
	return k->kind;
}

/* SEC 1, 2.3.3: the point uncompressed, whatever form the key file had. */
static bool
put_point(ctn_buf *out, const EVP_PKEY *pkey, size_t point_len, struct ctn_err *e)
{
	CTN_OWN(BIGNUM) x = NULL;
	CTN_OWN(BIGNUM) y = NULL;
	uint8_t point[1 + 2 * MAX_COORDINATE] = { 4 };
	int half = (int)(point_len / 2);

	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, &x) != 1 ||
	    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &y) != 1)
		return ctn_fail_crypto(e, "reading the public point");
	if (BN_bn2binpad(x, point + 1, half) != half || BN_bn2binpad(y, point + 1 + half, half) != half)
		return ctn_fail_crypto(e, "reading the public point");
	ctn_der_put_bits(out, (ctn_span){ point, point_len });
	return true;
}

static bool
put_number(ctn_buf *out, const BIGNUM *v, struct ctn_err *e)
{
	uint8_t octets[RSA_MAX_BITS / 8];

	if (BN_num_bytes(v) > (int)sizeof(octets))
		return ctn_fail(e, CTN_EINPUT, "RSA number of %d bits", BN_num_bits(v));
	ctn_der_put_unsigned(out, (ctn_span){ octets, (size_t)BN_bn2bin(v, octets) });
	return true;
}

/* RSAPublicKey (RFC 8017, A.1.1). */
static bool
put_rsa(ctn_buf *out, const EVP_PKEY *pkey, struct ctn_err *e)
{
	CTN_OWN(BIGNUM) modulus = NULL;
	CTN_OWN(BIGNUM) exponent = NULL;
	CTN_OWN_BUF key = { 0 };
	size_t list;

	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1 ||
	    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1)
		return ctn_fail_crypto(e, "reading the public key");
	list = ctn_der_open(&key, CTN_TAG_SEQUENCE);
	if (!put_number(&key, modulus, e) || !put_number(&key, exponent, e))
		return false;
	ctn_der_close(&key, list);
	if (!ctn_buf_ok(&key, e))
		return false;
	ctn_der_put_bits(out, ctn_buf_view(&key));
	return true;
}

static bool
put_raw(ctn_buf *out, const EVP_PKEY *pkey, size_t len, struct ctn_err *e)
{
	uint8_t raw[MAX_RAW];
	size_t n = sizeof(raw);

	if (EVP_PKEY_get_raw_public_key(pkey, raw, &n) != 1 || n != len)
		return ctn_fail_crypto(e, "reading the public key");
	ctn_der_put_bits(out, (ctn_span){ raw, n });
	return true;
}

static bool
put_spki(ctn_buf *out, const EVP_PKEY *pkey, enum ctn_key_alg alg, struct ctn_err *e)
{
	const struct ctn_key_row *row = ctn_key_row_of(alg);
	size_t info = ctn_der_open(out, CTN_TAG_SEQUENCE), algorithm = ctn_der_open(out, CTN_TAG_SEQUENCE);
	bool ok;

	ctn_der_put_oid(out, row->oid);
	ctn_buf_span(out, row->params);
	ctn_der_close(out, algorithm);
	if (alg == CTN_KEY_RSA)
		ok = put_rsa(out, pkey, e);
	else if (ctn_key_is_ec(alg))
		ok = put_point(out, pkey, row->public_len, e);
	else
		ok = put_raw(out, pkey, row->public_len, e);
	if (!ok)
		return false;
	ctn_der_close(out, info);
	return ctn_buf_ok(out, e);
}

/* A key that holds pkey and knows its public half. pkey is taken, on failure too. */
static bool
hold(ctn_privkey **out, EVP_PKEY *pkey, enum ctn_key_alg alg, struct ctn_err *e)
{
	CTN_OWN(EVP_PKEY) owned = pkey;
	CTN_OWN(ctn_privkey) key = ctn_new(ctn_privkey, 1);
	ctn_spki spki;

	if (key == NULL)
		return ctn_fail_memory(e);
	if (!put_spki(&key->spki, owned, alg, e) || !ctn_spki_parse(&spki, ctn_buf_view(&key->spki), e))
		return false;
	if (spki.kind.alg != alg)
		return ctn_fail(e, CTN_EINPUT, "private key without a public half");
	key->kind = spki.kind;
	key->pkey = CTN_TAKE(owned);
	*out = CTN_TAKE(key);
	return true;
}

static bool
choose_size(EVP_PKEY_CTX *ctx, ctn_key_kind kind, struct ctn_err *e)
{
	const char *group = ctn_key_row_of(kind.alg)->group;

	if (kind.alg == CTN_KEY_RSA && EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)kind.bits) != 1)
		return ctn_fail_crypto(e, "choosing the size of the key");
	if (group != NULL && EVP_PKEY_CTX_set_group_name(ctx, group) != 1)
		return ctn_fail_crypto(e, "choosing the curve");
	return true;
}

bool
ctn_privkey_generate(ctn_privkey **out, ctn_key_kind kind, struct ctn_err *e)
{
	const struct ctn_key_row *row = ctn_key_row_of(kind.alg);
	CTN_OWN(EVP_PKEY_CTX) ctx = NULL;
	EVP_PKEY *pkey = NULL;

	if (!row->policy)
		return ctn_fail(e, CTN_EINPUT, "%s keys are not made here", row->word != NULL ? row->word : "unknown");
	if (kind.alg == CTN_KEY_RSA && (kind.bits < RSA_MIN_BITS || kind.bits > RSA_MAX_NEW_BITS))
		return ctn_fail(e, CTN_EINPUT, "RSA keys of %u bits are not made here; %d to %d are", kind.bits,
		    RSA_MIN_BITS, RSA_MAX_NEW_BITS);
	if (!ctn_key_alg_usable(kind.alg, e))
		return false;
	ctx = EVP_PKEY_CTX_new_from_name(ctn_libcrypto(), row->evp, NULL);
	if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1)
		return ctn_fail_crypto(e, "starting to make a key");
	if (!choose_size(ctx, kind, e))
		return false;
	if (EVP_PKEY_generate(ctx, &pkey) != 1)
		return ctn_fail_crypto(e, "making a key");
	return hold(out, pkey, kind.alg, e);
}

bool
ctn_privkey_spki(ctn_buf *out, const ctn_privkey *k, struct ctn_err *e)
{
	ctn_buf_span(out, ctn_buf_view(&k->spki));
	return ctn_buf_ok(out, e);
}

bool
ctn_privkey_sign(ctn_buf *out, const ctn_privkey *k, ctn_span message, struct ctn_err *e)
{
	const char *digest = ctn_sig_alg_digest(ctn_sig_alg_for(k->kind.alg));
	const uint8_t *bytes = message.n > 0 ? message.p : (const uint8_t *)"";
	CTN_OWN(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	uint8_t signature[MAX_SIGNATURE];
	size_t n = sizeof(signature);

	if (ctx == NULL)
		return ctn_fail_memory(e);
	if (EVP_DigestSignInit_ex(ctx, NULL, digest, ctn_libcrypto(), NULL, k->pkey, NULL) != 1)
		return ctn_fail_crypto(e, "starting a signature");
	/* -1 is an answer too (FACTS), and a signature without octets is none. */
	if (EVP_DigestSign(ctx, signature, &n, bytes, message.n) != 1 || n == 0 || n > sizeof(signature))
		return ctn_fail_crypto(e, "signing");
	ctn_buf_add(out, signature, n);
	return ctn_buf_ok(out, e);
}

bool
ctn_privkey_matches(bool *yes, const ctn_privkey *k, const ctn_spki *spki, struct ctn_err *e)
{
	(void)e;
	*yes = ctn_span_equal(ctn_buf_view(&k->spki), spki->der);
	return true;
}

bool
ctn_privkey_encode(ctn_buf *out, const ctn_privkey *k, const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN(PKCS8_PRIV_KEY_INFO) info = NULL;
	CTN_OWN_BUF encrypted = { 0 };
	unsigned char *der = NULL;
	int len;
	bool ok = true;

	assert(out->secret);
	if (passphrase != NULL && passphrase->n == 0)
		return ctn_fail(e, CTN_EPASSPHRASE, "an empty passphrase protects nothing");
	info = EVP_PKEY2PKCS8(k->pkey);
	len = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	if (len <= 0)
		return ctn_fail_crypto(e, "encoding the private key");
	if (passphrase == NULL)
		ctn_pem_write(out, "PRIVATE KEY", (ctn_span){ der, (size_t)len });
	else
		ok = ctn_pbe_encrypt(&encrypted, (ctn_span){ der, (size_t)len }, passphrase, e);
	OPENSSL_clear_free(der, (size_t)len);
	if (!ok)
		return false;
	if (passphrase != NULL)
		ctn_pem_write(out, "ENCRYPTED PRIVATE KEY", ctn_buf_view(&encrypted));
	return ctn_buf_ok(out, e);
}

bool
ctn_privkey_is_encrypted(ctn_span file)
{
	return ctn_keyfile_is_encrypted(file);
}

/*
 * One signature made and checked tells whether the halves belong together, at a fraction of what libcrypto's own pairwise check
 * costs (it proves the primes). Only memory or randomness that runs out is not the file's fault here.
 */
static bool
check_pair(const ctn_privkey *k, struct ctn_err *e)
{
	static const char message[] = "Do these two halves belong together?";
	CTN_OWN(ctn_pubkey) public = NULL;
	CTN_OWN_BUF signature = { 0 };
	ctn_spki spki;
	uint8_t probe;
	bool good = false;

	if (!ctn_spki_parse(&spki, ctn_buf_view(&k->spki), e) || !ctn_pubkey_import(&public, &spki, (ctn_span){ 0 }, e))
		return false;
	if (!ctn_privkey_sign(&signature, k, ctn_span_text(message), e)) {
		if (e->code == CTN_ENOMEM || !ctn_random(&probe, 1, e))
			return false;
	} else if (!ctn_signature_check(
		       &good, public, ctn_sig_alg_for(k->kind.alg), ctn_span_text(message), ctn_buf_view(&signature), e)) {
		return false;
	}
	return good || ctn_fail(e, CTN_EINPUT, "private and public half of the key do not belong together");
}

/* proven: that the halves belong together is known already. */
static bool
check_read(const ctn_privkey *k, bool proven, struct ctn_err *e)
{
	if (k->kind.alg == CTN_KEY_RSA && (k->kind.bits < RSA_MIN_BITS || k->kind.bits > RSA_MAX_BITS))
		return ctn_fail(e, CTN_EINPUT, "RSA private key of %u bits; %d to %d are accepted", k->kind.bits,
		    RSA_MIN_BITS, RSA_MAX_BITS);
	return proven || check_pair(k, e);
}

static bool
parse(ctn_privkey **out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN_BUF info = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	EVP_PKEY *pkey = NULL;
	enum ctn_key_alg alg = CTN_KEY_UNKNOWN;
	bool proven = false;

	if (!ctn_keyfile_read(&info, file, passphrase, e))
		return false;
	if (!ctn_key_import_private(&pkey, &alg, &proven, ctn_buf_view(&info), e) || !hold(&key, pkey, alg, e) ||
	    !check_read(key, proven, e))
		return false;
	*out = CTN_TAKE(key);
	return true;
}

/* A key is refused when it is so twice: libcrypto does not always say that it had no memory. */
bool
ctn_privkey_parse(ctn_privkey **out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	return parse(out, file, passphrase, e) || (e->code == CTN_EINPUT && parse(out, file, passphrase, e));
}
