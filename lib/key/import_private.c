#include "key/import_private.h"

#include <openssl/core_names.h>

#include "der/der.h"
#include "hash/hash.h"
#include "key/import.h"
#include "key/kind.h"
#include "key/own.h"

enum { MAX_POINT = 133, RSA_NUMBERS = 8 };

static bool
fail_decode(struct ctn_err *e)
{
	return ctn_crypto_no_memory() ? ctn_fail_memory(e) : ctn_fail(e, CTN_EINPUT, "private key does not decode");
}

/* A number that is wiped wherever libcrypto keeps or copies it: the flag makes it so, with or without its secure heap. */
static BIGNUM *
secret_number(ctn_span magnitude)
{
	BIGNUM *v = BN_secure_new();

	if (v == NULL || BN_bin2bn(magnitude.p, (int)magnitude.n, v) == NULL) {
		BN_clear_free(v);
		return NULL;
	}
	BN_set_flags(v, BN_FLG_CONSTTIME);
	return v;
}

/* The pair of builder's parameters; numbers that libcrypto refuses are the file's fault. */
static bool
pair_from(EVP_PKEY **out, const char *name, OSSL_PARAM_BLD *builder, struct ctn_err *e)
{
	if (ctn_key_from_params(out, name, EVP_PKEY_KEYPAIR, builder, e))
		return true;
	return e->code == CTN_ENOMEM ? false : fail_decode(e);
}

/* ECPrivateKey (RFC 5915, 3), whose curve is that of its wrapping. *point is empty when the file leaves it out. */
static bool
read_ec(ctn_span *scalar, ctn_span *point, ctn_span key)
{
	ctn_der r = ctn_der_over(key), fields, curve, public;
	uint64_t version;
	bool present;

	*point = (ctn_span){ 0 };
	if (!ctn_der_sequence(&r, &fields) || !ctn_der_end(&r) || !ctn_der_uint(&fields, &version) ||
	    !ctn_der_octets(&fields, scalar) || !ctn_der_enter_if(&fields, CTN_TAG_CONTEXT_CONS(0), &curve, &present))
		return false;
	if (!ctn_der_enter_if(&fields, CTN_TAG_CONTEXT_CONS(1), &public, &present) || !ctn_der_end(&fields))
		return false;
	return !present || (ctn_der_octet_bits(&public, point) && ctn_der_end(&public) && point->n > 0);
}

/* SEC 1, 3.2.1. */
static bool
compute_point(EC_POINT **out, const EC_GROUP *group, const BIGNUM *scalar, struct ctn_err *e)
{
	CTN_OWN(BN_CTX) ctx = BN_CTX_secure_new_ex(ctn_libcrypto());
	CTN_OWN(EC_POINT) point = EC_POINT_new(group);

	if (ctx == NULL || point == NULL)
		return ctn_fail_memory(e);
	if (BN_is_zero(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)
		return ctn_fail(e, CTN_EINPUT, "EC private key is not a number from 1 to the order of its curve less one");
	if (EC_POINT_mul(group, point, scalar, NULL, NULL, ctx) != 1)
		return ctn_fail_crypto(e, "computing the public point");
	*out = CTN_TAKE(point);
	return true;
}

static bool
compare_point(const EC_GROUP *group, const EC_POINT *computed, ctn_span given, struct ctn_err *e)
{
	CTN_OWN(EC_POINT) point = NULL;

	if (given.n == 0)
		return true;
	point = EC_POINT_new(group);
	if (point == NULL)
		return ctn_fail_memory(e);
	if (EC_POINT_oct2point(group, point, given.p, given.n, NULL) != 1)
		return fail_decode(e);
	return EC_POINT_cmp(group, computed, point, NULL) == 0 ||
	    ctn_fail(e, CTN_EINPUT, "private and public half of the key do not belong together");
}

static bool
find_point(uint8_t out[MAX_POINT], const struct ctn_key_row *row, const BIGNUM *scalar, ctn_span given, struct ctn_err *e)
{
	CTN_OWN(EC_GROUP) group = EC_GROUP_new_by_curve_name_ex(ctn_libcrypto(), NULL, EC_curve_nist2nid(row->group));
	CTN_OWN(EC_POINT) point = NULL;

	if (group == NULL)
		return ctn_fail_crypto(e, "naming the curve");
	if (!compute_point(&point, group, scalar, e) || !compare_point(group, point, given, e))
		return false;
	if (EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, MAX_POINT, NULL) != row->public_len)
		return ctn_fail_crypto(e, "encoding the public point");
	return true;
}

static bool
import_ec(EVP_PKEY **out, const struct ctn_key_row *row, ctn_span key, struct ctn_err *e)
{
	CTN_OWN(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
	CTN_OWN(BIGNUM) scalar = NULL;
	uint8_t point[MAX_POINT];
	ctn_span octets, given;

	if (!read_ec(&octets, &given, key))
		return fail_decode(e);
	scalar = secret_number(octets);
	if (builder == NULL || scalar == NULL)
		return ctn_fail_memory(e);
	if (!find_point(point, row, scalar, given, e))
		return false;
	/* Padded, so that the time it takes tells nothing of the number. */
	if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, row->group, 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, row->public_len) != 1 ||
	    OSSL_PARAM_BLD_push_BN_pad(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar, row->public_len / 2) != 1)
		return ctn_fail_memory(e);
	return pair_from(out, row->evp, builder, e);
}

/* CurvePrivateKey (RFC 8410, 7): an OCTET STRING in the OCTET STRING. */
static bool
import_edwards(EVP_PKEY **out, const struct ctn_key_row *row, ctn_span key, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(key);
	ctn_span octets;

	if (!ctn_der_octets(&r, &octets) || !ctn_der_end(&r) || octets.n != row->public_len)
		return fail_decode(e);
	*out = EVP_PKEY_new_raw_private_key_ex(ctn_libcrypto(), row->evp, NULL, octets.p, octets.n);
	return *out != NULL || ctn_fail_crypto(e, "importing the private key");
}

static void
free_numbers(BIGNUM *(*numbers)[RSA_NUMBERS])
{
	for (unsigned i = 0; i < RSA_NUMBERS; i++)
		BN_clear_free((*numbers)[i]);
}

/* RSAPrivateKey (RFC 8017, A.1.2) of two primes, as ctn_keyfile_read has found it: version and eight numbers, none negative. */
static bool
import_rsa(EVP_PKEY **out, ctn_span key, struct ctn_err *e)
{
	static const char *const names[RSA_NUMBERS] = { OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	__attribute__((cleanup(free_numbers))) BIGNUM *numbers[RSA_NUMBERS] = { 0 };
	CTN_OWN(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
	ctn_der r = ctn_der_over(key), fields;
	uint64_t version;
	ctn_span v;

	if (builder == NULL)
		return ctn_fail_memory(e);
	if (!ctn_der_sequence(&r, &fields) || !ctn_der_uint(&fields, &version))
		return fail_decode(e);
	for (unsigned i = 0; i < RSA_NUMBERS; i++) {
		if (!ctn_der_integer(&fields, &v))
			return fail_decode(e);
		numbers[i] = secret_number(v);
		if (numbers[i] == NULL)
			return ctn_fail_memory(e);
		if (BN_is_zero(numbers[i]))
			return fail_decode(e);
		if (OSSL_PARAM_BLD_push_BN(builder, names[i], numbers[i]) != 1)
			return ctn_fail_memory(e);
	}
	return pair_from(out, "RSA", builder, e);
}

/* ML-DSA keys have three forms, of which libcrypto 3.5 knows all. */
static bool
import_by_decoder(EVP_PKEY **out, ctn_span info_der, struct ctn_err *e)
{
	const uint8_t *p = info_der.p;
	CTN_OWN(PKCS8_PRIV_KEY_INFO) info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)info_der.n);

	*out = info != NULL ? EVP_PKCS82PKEY_ex(info, ctn_libcrypto(), NULL) : NULL;
	return *out != NULL || fail_decode(e);
}

/* PrivateKeyInfo (RFC 5208, 5): which algorithm it is for, when it is one that signs here, and the octets of its key. */
static bool
read_info(enum ctn_key_alg *alg, ctn_span *key, ctn_span info, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(info), fields, algorithm;
	ctn_span oid, params = { 0 };
	uint64_t version = 0;

	if (!ctn_der_sequence(&r, &fields) || !ctn_der_uint(&fields, &version) || !ctn_der_sequence(&fields, &algorithm) ||
	    !ctn_der_oid(&algorithm, &oid) || (!ctn_der_end(&algorithm) && !ctn_der_any(&algorithm, &params)) ||
	    !ctn_der_octets(&fields, key))
		return ctn_fail(e, CTN_EINPUT, "PKCS #8 private key, at byte %zu", ctn_der_offset(&r));
	*alg = ctn_key_alg_of(oid, params);
	if (*alg == CTN_KEY_UNKNOWN && ctn_span_equal(oid, ctn_key_oid_ec))
		return ctn_fail(e, CTN_EINPUT, "EC private key on a curve other than P-256, P-384, P-521");
	if (!ctn_key_row_of(*alg)->policy)
		return ctn_fail(e, CTN_EINPUT, "private key of an algorithm that is not used here");
	return ctn_key_alg_usable(*alg, e);
}

bool
ctn_key_import_private(EVP_PKEY **out, enum ctn_key_alg *alg, bool *proven, ctn_span info, struct ctn_err *e)
{
	const struct ctn_key_row *row;
	ctn_span key;

	if (!read_info(alg, &key, info, e))
		return false;
	row = ctn_key_row_of(*alg);
	*proven = *alg != CTN_KEY_RSA && !ctn_key_is_ml_dsa(*alg);
	if (*alg == CTN_KEY_RSA)
		return import_rsa(out, key, e);
	if (ctn_key_is_ml_dsa(*alg))
		return import_by_decoder(out, info, e);
	return ctn_key_is_ec(*alg) ? import_ec(out, row, key, e) : import_edwards(out, row, key, e);
}
