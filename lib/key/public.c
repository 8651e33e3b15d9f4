#include "key/public.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "der/der.h"
#include "hash/hash.h"
#include "key/import.h"
#include "key/kind.h"
#include "key/own.h"
#include "key/weak.h"

enum { PARAMS_DEPTH = 8 };

/* Magnitude of a positive INTEGER; false when it is negative or zero. */
static bool
read_positive(ctn_der *r, ctn_span *magnitude)
{
	ctn_span v;

	if (!ctn_der_integer(r, &v) || (v.p[0] & 0x80) != 0)
		return false;
	if (v.p[0] == 0)
		v = (ctn_span){ v.p + 1, v.n - 1 };
	*magnitude = v;
	return v.n > 0;
}

static unsigned
bits_of(ctn_span magnitude)
{
	unsigned bits = (unsigned)(magnitude.n - 1) * 8;

	for (unsigned top = magnitude.p[0]; top > 0; top >>= 1)
		bits++;
	return bits;
}

/* RSAPublicKey (RFC 8017, A.1.1). What does not decode leaves all empty. */
static void
read_rsa(ctn_spki *spki)
{
	ctn_der r = ctn_der_over(spki->bits), key;
	ctn_span n, e;

	if (!ctn_der_sequence(&r, &key) || !ctn_der_end(&r))
		return;
	if (!read_positive(&key, &n) || !read_positive(&key, &e) || !ctn_der_end(&key))
		return;
	spki->rsa_n = n;
	spki->rsa_e = e;
	spki->kind.bits = bits_of(n);
}

bool
ctn_spki_parse(ctn_spki *out, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), info, algorithm;
	ctn_spki spki = { .der = der };
	size_t bad = 0;

	if (!ctn_der_sequence(&r, &info) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "not a public key, or bytes after it");
	spki.algorithm = ctn_der_peek(&info);
	if (!ctn_der_well_formed(spki.algorithm, PARAMS_DEPTH, &bad))
		return ctn_fail(e, CTN_EINPUT, "public key algorithm, at byte %zu", ctn_der_offset(&info) + bad);
	if (!ctn_der_sequence(&info, &algorithm))
		return ctn_fail(e, CTN_EINPUT, "public key algorithm, at byte %zu", ctn_der_offset(&info));
	if (!ctn_der_oid(&algorithm, &spki.oid))
		return ctn_fail(e, CTN_EINPUT, "public key algorithm, at byte %zu", ctn_der_offset(&algorithm));
	if (!ctn_der_end(&algorithm) && (!ctn_der_any(&algorithm, &spki.params) || !ctn_der_end(&algorithm)))
		return ctn_fail(e, CTN_EINPUT, "public key parameters, at byte %zu", ctn_der_offset(&algorithm));
	if (!ctn_der_octet_bits(&info, &spki.bits) || !ctn_der_end(&info))
		return ctn_fail(e, CTN_EINPUT, "public key bits, at byte %zu", ctn_der_offset(&info));

	spki.kind.alg = ctn_key_alg_of(spki.oid, spki.params);
	spki.explicit_params =
	    ctn_span_equal(spki.oid, ctn_key_oid_ec) && spki.params.n > 0 && spki.params.p[0] == CTN_TAG_SEQUENCE;
	if (spki.kind.alg == CTN_KEY_RSA || spki.kind.alg == CTN_KEY_RSA_PSS)
		read_rsa(&spki);
	*out = spki;
	return true;
}

bool
ctn_spki_check(const ctn_spki *spki, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;

	if (spki->kind.alg == CTN_KEY_DSA)
		return ctn_fail(e, CTN_EINPUT, "DSA keys are not certified");
	/* The numbers first: import judges RSA keys by what libcrypto can use, not by what can be trusted. */
	if (spki->rsa_n.n > 0 && !ctn_rsa_check(spki->rsa_n, spki->rsa_e, e))
		return false;
	return ctn_pubkey_import(&key, spki, (ctn_span){ 0 }, e);
}

bool
ctn_spki_key_id(uint8_t out[20], const ctn_spki *spki, struct ctn_err *e)
{
	return ctn_digest(out, CTN_SHA1, spki->bits, e);
}

bool
ctn_spki_digest(uint8_t out[32], const ctn_spki *spki, struct ctn_err *e)
{
	return ctn_sha256(out, spki->der, e);
}

struct ctn_pubkey {
	EVP_PKEY *pkey;
	ctn_key_kind kind;
	enum ctn_sig_alg only; /* RSASSA-PSS key bound to one hash and a shortest salt; CTN_SIG_UNKNOWN: not bound */
};

/* RFC 4055, 3.3: an RSASSA-PSS key with parameters signs with their hash alone, and with no shorter salt. */
static bool
read_restriction(enum ctn_sig_alg *only, const ctn_spki *spki, struct ctn_err *e)
{
	*only = CTN_SIG_UNKNOWN;
	if (spki->kind.alg != CTN_KEY_RSA_PSS || spki->params.n == 0)
		return true;
	/* The AlgorithmIdentifier of such a key is that of its signatures. */
	*only = ctn_sig_alg_of(spki->algorithm);
	return *only != CTN_SIG_UNKNOWN || ctn_fail(e, CTN_EINPUT, "RSASSA-PSS key with parameters that are not supported");
}

bool
ctn_pubkey_import(ctn_pubkey **out, const ctn_spki *spki, ctn_span dsa_params, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = ctn_new(ctn_pubkey, 1);

	if (key == NULL)
		return ctn_fail_memory(e);
	key->kind = spki->kind;
	if (!read_restriction(&key->only, spki, e) || !ctn_key_import(&key->pkey, spki, dsa_params, e))
		return false;
	*out = CTN_TAKE(key);
	return true;
}

void
ctn_pubkey_free(ctn_pubkey *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	ctn_free(k);
}

ctn_key_kind
ctn_pubkey_kind(const ctn_pubkey *k)
{
	return k->kind;
}

static bool
start_check(EVP_MD_CTX *ctx, const ctn_pubkey *key, enum ctn_sig_alg alg, struct ctn_err *e)
{
	EVP_PKEY_CTX *pctx = NULL;

	if (EVP_DigestVerifyInit_ex(ctx, &pctx, ctn_sig_alg_digest(alg), ctn_libcrypto(), NULL, key->pkey, NULL) != 1)
		return ctn_fail_crypto(e, "starting a signature check");
	/* It is used once: libcrypto needs no copy of it, nor fails without a word where it has no memory for one. */
	EVP_MD_CTX_set_flags(ctx, EVP_MD_CTX_FLAG_FINALISE);
	if (!ctn_sig_alg_is_pss(alg))
		return true;
	/* MGF1 takes the signature's own hash when nothing else is said. */
	if (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, (int)ctn_sig_alg_salt(alg)) != 1)
		return ctn_fail_crypto(e, "starting an RSASSA-PSS check");
	return true;
}

/*
 * After a no: may it be for want of memory, although libcrypto does not say so? EdDSA says nothing but no when there is none for its hash; of
 * ECDSA some computations just fail, as those of few odd signatures do.
 */
static bool
is_doubtful(const ctn_pubkey *key)
{
	unsigned long last = ERR_peek_last_error();
	int reason = ERR_GET_REASON(last);

	return key->kind.alg == CTN_KEY_ED25519 || key->kind.alg == CTN_KEY_ED448 ||
	    (ERR_GET_LIB(last) == ERR_LIB_EC && (reason == ERR_R_EC_LIB || reason == ERR_R_BN_LIB));
}

static bool
check_once(bool *good, bool *doubtful, const ctn_pubkey *key, enum ctn_sig_alg alg, ctn_span message, ctn_span signature, struct ctn_err *e)
{
	CTN_OWN(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	const uint8_t *bytes = message.n > 0 ? message.p : (const uint8_t *)"";

	if (ctx == NULL)
		return ctn_fail_memory(e);
	if (!start_check(ctx, key, alg, e))
		return false;
	*good = EVP_DigestVerify(ctx, signature.p, signature.n, bytes, message.n) == 1;
	*doubtful = !*good && is_doubtful(key);
	/* libcrypto answers 0 or -1 for all kinds of wrong signatures; only lack of memory is not the signature's fault. */
	return *good || !ctn_crypto_no_memory() || ctn_fail_memory(e);
}

bool
ctn_signature_check(
    bool *good, const ctn_pubkey *key, enum ctn_sig_alg alg, ctn_span message, ctn_span signature, struct ctn_err *e)
{
	bool doubtful;

	*good = false;
	if (!ctn_sig_alg_fits(alg, key->kind.alg) || signature.n == 0)
		return true;
	if (key->only != CTN_SIG_UNKNOWN && !ctn_sig_alg_within(alg, key->only))
		return true;
	if (!check_once(good, &doubtful, key, alg, message, signature, e))
		return false;
	return !doubtful || check_once(good, &doubtful, key, alg, message, signature, e);
}
