#include "key/import.h"

#include <openssl/core_names.h>
#include <stdatomic.h>

#include "der/der.h"
#include "der/oid.h"
#include "hash/hash.h"
#include "key/kind.h"
#include "key/own.h"

enum { RSA_MAX_BITS = 16384, RSA_MAX_EXPONENT_OCTETS = 32, DSA_MAX_OCTETS = 512 };

/*
 * Making a context costs more than the import it is for, so one is kept between imports of RSA keys. It is lent to one at a time; who finds
 * it lent makes another, and the last to give one back leaves it here.
 */
static _Atomic(EVP_PKEY_CTX *) rsa_importer;

/* A key of each curve without a point, made when first needed: copying its parameters is cheaper than naming the curve again. */
static _Atomic(EVP_PKEY *) templates[CTN_KEY_ALGS];

static bool
new_importer(EVP_PKEY_CTX **out, const char *name, struct ctn_err *e)
{
	CTN_OWN(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(ctn_libcrypto(), name, NULL);

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1)
		return ctn_fail_crypto(e, "importing a key");
	*out = CTN_TAKE(ctx);
	return true;
}

static bool
from_data(EVP_PKEY **out, EVP_PKEY_CTX *importer, int selection, OSSL_PARAM *params, struct ctn_err *e)
{
	return EVP_PKEY_fromdata(importer, out, selection, params) == 1 || ctn_fail_crypto(e, "importing the key");
}

bool
ctn_key_from_params(EVP_PKEY **out, const char *name, int selection, OSSL_PARAM_BLD *builder, struct ctn_err *e)
{
	CTN_OWN(OSSL_PARAM) params = OSSL_PARAM_BLD_to_param(builder);
	CTN_OWN(EVP_PKEY_CTX) importer = NULL;

	if (params == NULL)
		return ctn_fail_memory(e);
	return new_importer(&importer, name, e) && from_data(out, importer, selection, params, e);
}

static bool
new_template(EVP_PKEY **out, const char *group, struct ctn_err *e)
{
	CTN_OWN(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();

	if (builder == NULL || OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1)
		return ctn_fail_memory(e);
	return ctn_key_from_params(out, "EC", EVP_PKEY_KEY_PARAMETERS, builder, e);
}

/* Threads may make it at once; the first one's stays, for as long as the process lives. */
static bool
template_of(EVP_PKEY **out, enum ctn_key_alg alg, struct ctn_err *e)
{
	EVP_PKEY *made = NULL;

	*out = atomic_load(&templates[alg]);
	if (*out != NULL)
		return true;
	if (!new_template(&made, ctn_key_row_of(alg)->group, e))
		return false;
	if (atomic_compare_exchange_strong(&templates[alg], out, made))
		*out = made;
	else
		EVP_PKEY_free(made);
	return true;
}

static bool
set_point(EVP_PKEY *pkey, ctn_span point, struct ctn_err *e)
{
	if (EVP_PKEY_set1_encoded_public_key(pkey, point.p, point.n) == 1)
		return true;
	return ctn_crypto_no_memory() ? ctn_fail_memory(e) : ctn_fail(e, CTN_EINPUT, "EC point is not on the curve");
}

static bool
import_ec(EVP_PKEY **out, const ctn_spki *spki, struct ctn_err *e)
{
	size_t whole = ctn_key_row_of(spki->kind.alg)->public_len;
	uint8_t form = spki->bits.n > 0 ? spki->bits.p[0] : 0;
	bool compressed = (form == 2 || form == 3) && spki->bits.n == (whole + 1) / 2;
	CTN_OWN(EVP_PKEY) pkey = NULL;
	EVP_PKEY *curve;

	/* SEC 1, 2.3.4; RFC 5480 2.2 has no hybrid form, and infinity is no key. */
	if (!compressed && (form != 4 || spki->bits.n != whole))
		return ctn_fail(
		    e, CTN_EINPUT, "EC point of %zu octets is neither compressed nor uncompressed", spki->bits.n);
	if (!template_of(&curve, spki->kind.alg, e))
		return false;
	pkey = EVP_PKEY_new();
	if (pkey == NULL)
		return ctn_fail_memory(e);
	/* From a template of ours: only memory can be what it lacks. */
	if (EVP_PKEY_copy_parameters(pkey, curve) != 1) {
		(void)ctn_crypto_no_memory();
		return ctn_fail_memory(e);
	}
	if (!set_point(pkey, spki->bits, e))
		return false;
	*out = CTN_TAKE(pkey);
	return true;
}

/* Ed25519, Ed448, ML-DSA. */
static bool
import_raw(EVP_PKEY **out, const ctn_spki *spki, struct ctn_err *e)
{
	const struct ctn_key_row *row = ctn_key_row_of(spki->kind.alg);

	if (spki->bits.n != row->public_len)
		return ctn_fail(
		    e, CTN_EINPUT, "%s key of %zu octets; it must have %zu", row->word, spki->bits.n, row->public_len);
	if (!ctn_key_alg_usable(spki->kind.alg, e))
		return false;
	*out = EVP_PKEY_new_raw_public_key_ex(ctn_libcrypto(), row->evp, NULL, spki->bits.p, spki->bits.n);
	return *out != NULL || ctn_fail_crypto(e, "importing the public key");
}

/* Big-endian octets as libcrypto takes an integer: in the order of the machine. */
static OSSL_PARAM
number_param(const char *key, uint8_t *room, ctn_span magnitude)
{
	for (size_t i = 0; i < magnitude.n; i++)
		room[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? magnitude.n - 1 - i : i] = magnitude.p[i];
	return OSSL_PARAM_construct_BN(key, room, magnitude.n);
}

static bool
import_rsa(EVP_PKEY **out, const ctn_spki *spki, struct ctn_err *e)
{
	uint8_t modulus[RSA_MAX_BITS / 8], exponent[RSA_MAX_EXPONENT_OCTETS];
	EVP_PKEY_CTX *importer;
	OSSL_PARAM params[3];
	bool ok;

	if (spki->rsa_n.n == 0)
		return ctn_fail(e, CTN_EINPUT, "not an RSA public key of two positive numbers");
	if (spki->kind.bits > RSA_MAX_BITS)
		return ctn_fail(
		    e, CTN_EINPUT, "RSA modulus of %u bits; at most %d can be used", spki->kind.bits, RSA_MAX_BITS);
	if (spki->rsa_e.n > RSA_MAX_EXPONENT_OCTETS)
		return ctn_fail(e, CTN_EINPUT, "RSA exponent of %zu octets; at most %d can be used", spki->rsa_e.n,
		    RSA_MAX_EXPONENT_OCTETS);
	params[0] = number_param(OSSL_PKEY_PARAM_RSA_N, modulus, spki->rsa_n);
	params[1] = number_param(OSSL_PKEY_PARAM_RSA_E, exponent, spki->rsa_e);
	params[2] = OSSL_PARAM_construct_end();
	importer = atomic_exchange(&rsa_importer, NULL);
	if (importer == NULL && !new_importer(&importer, "RSA", e))
		return false;
	ok = from_data(out, importer, EVP_PKEY_PUBLIC_KEY, params, e);
	EVP_PKEY_CTX_free(atomic_exchange(&rsa_importer, importer));
	return ok;
}

/* One positive INTEGER of at most 4096 bits. */
static bool
read_number(BIGNUM **out, ctn_der *r)
{
	ctn_span v;

	if (!ctn_der_integer(r, &v) || (v.p[0] & 0x80) != 0 || v.n > DSA_MAX_OCTETS + 1)
		return false;
	*out = BN_bin2bn(v.p, (int)v.n, NULL);
	return *out != NULL && !BN_is_zero(*out);
}

/* Dss-Parms (RFC 3279, 2.3.2). */
static bool
read_dsa_params(BIGNUM **p, BIGNUM **q, BIGNUM **g, ctn_span params)
{
	ctn_der r = ctn_der_over(params), list;

	return ctn_der_sequence(&r, &list) && ctn_der_end(&r) && read_number(p, &list) && read_number(q, &list) &&
	    read_number(g, &list) && ctn_der_end(&list);
}

static bool
push_dsa(OSSL_PARAM_BLD *builder, const BIGNUM *p, const BIGNUM *q, const BIGNUM *g, const BIGNUM *y)
{
	return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_FFC_P, p) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_FFC_Q, q) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_FFC_G, g) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PUB_KEY, y) == 1;
}

static bool
import_dsa(EVP_PKEY **out, const ctn_spki *spki, ctn_span inherited, struct ctn_err *e)
{
	/* RFC 3279, 2.3.2: parameters that are absent are the issuer's */
	bool own = spki->params.n > 0 && spki->params.p[0] == CTN_TAG_SEQUENCE;
	ctn_der r = ctn_der_over(spki->bits);
	CTN_OWN(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
	CTN_OWN(BIGNUM) p = NULL;
	CTN_OWN(BIGNUM) q = NULL;
	CTN_OWN(BIGNUM) g = NULL;
	CTN_OWN(BIGNUM) y = NULL;

	if (!own && inherited.n == 0)
		return ctn_fail(e, CTN_EINPUT, "DSA key without parameters, and none to inherit");
	if (!read_dsa_params(&p, &q, &g, own ? spki->params : inherited))
		return ctn_fail(
		    e, CTN_EINPUT, "DSA parameters are not three positive numbers of at most %d bits", DSA_MAX_OCTETS * 8);
	if (!read_number(&y, &r) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "DSA key is not one positive number");
	if (BN_cmp(q, p) >= 0 || BN_cmp(g, p) >= 0 || BN_cmp(y, p) >= 0)
		return ctn_fail(e, CTN_EINPUT, "DSA key or parameters are not smaller than the prime");
	if (builder == NULL || !push_dsa(builder, p, q, g, y))
		return ctn_fail_memory(e);
	return ctn_key_from_params(out, "DSA", EVP_PKEY_PUBLIC_KEY, builder, e);
}

static bool
fail_unknown(const ctn_spki *spki, struct ctn_err *e)
{
	CTN_OWN_BUF text = { .max = 256 };
	const char *dotted;

	if (spki->explicit_params)
		return ctn_fail(e, CTN_EINPUT, "EC key with its parameters spelt out; only named curves are accepted");
	if (ctn_span_equal(spki->oid, ctn_key_oid_ec))
		return ctn_fail(e, CTN_EINPUT, "EC key on a curve other than P-256, P-384, P-521");
	ctn_oid_dotted(&text, spki->oid);
	dotted = ctn_buf_cstr(&text);
	return ctn_fail(e, CTN_EINPUT, "key algorithm %s is unknown or has wrong parameters", dotted != NULL ? dotted : "");
}

static bool
import_once(EVP_PKEY **out, const ctn_spki *spki, ctn_span dsa_params, struct ctn_err *e)
{
	switch (spki->kind.alg) {
	case CTN_KEY_RSA:
	case CTN_KEY_RSA_PSS:
		return import_rsa(out, spki, e);
	case CTN_KEY_P256:
	case CTN_KEY_P384:
	case CTN_KEY_P521:
		return import_ec(out, spki, e);
	case CTN_KEY_ED25519:
	case CTN_KEY_ED448:
	case CTN_KEY_ML_DSA_44:
	case CTN_KEY_ML_DSA_65:
	case CTN_KEY_ML_DSA_87:
		return import_raw(out, spki, e);
	case CTN_KEY_DSA:
		return import_dsa(out, spki, dsa_params, e);
	case CTN_KEY_UNKNOWN:
	case CTN_KEY_ALGS:
		break;
	}
	return fail_unknown(spki, e);
}

/* A key is refused when it is so twice: libcrypto does not always say that it had no memory. */
bool
ctn_key_import(EVP_PKEY **out, const ctn_spki *spki, ctn_span dsa_params, struct ctn_err *e)
{
	return import_once(out, spki, dsa_params, e) || (e->code != CTN_ENOMEM && import_once(out, spki, dsa_params, e));
}
