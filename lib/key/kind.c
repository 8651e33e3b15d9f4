#include "key/kind.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "hash/hash.h"
#include "key/own.h"

#define SPAN(literal)                                           \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}

#define OID_RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define OID_RSA_PSS "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define OID_DSA "\x2a\x86\x48\xce\x38\x04\x01"
#define OID_EC "\x2a\x86\x48\xce\x3d\x02\x01"
#define OID_ML_DSA "\x60\x86\x48\x01\x65\x03\x04\x03"

const ctn_span ctn_key_oid_ec = SPAN(OID_EC);

/* RFC 3279 2.3.1 (RSA), RFC 5480 2.1.1.1 (curves), RFC 8410 3 (Ed), RFC 9881 2 (ML-DSA), RFC 3279 2.3.2 (DSA) */
static const struct ctn_key_row rows[CTN_KEY_ALGS] = {
	[CTN_KEY_RSA] = { .word = "rsa", .evp = "RSA", .oid = SPAN(OID_RSA), .params = SPAN("\x05\x00"), .policy = true },
	[CTN_KEY_RSA_PSS] = { .word = "rsa-pss", .evp = "RSA", .oid = SPAN(OID_RSA_PSS) },
	[CTN_KEY_P256] = { .word = "ecdsa-p256",
	    .evp = "EC",
	    .group = "P-256",
	    .oid = SPAN(OID_EC),
	    .params = SPAN("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
	    .public_len = 65,
	    .policy = true },
	[CTN_KEY_P384] = { .word = "ecdsa-p384",
	    .evp = "EC",
	    .group = "P-384",
	    .oid = SPAN(OID_EC),
	    .params = SPAN("\x06\x05\x2b\x81\x04\x00\x22"),
	    .public_len = 97,
	    .policy = true },
	[CTN_KEY_P521] = { .word = "ecdsa-p521",
	    .evp = "EC",
	    .group = "P-521",
	    .oid = SPAN(OID_EC),
	    .params = SPAN("\x06\x05\x2b\x81\x04\x00\x23"),
	    .public_len = 133,
	    .policy = true },
	[CTN_KEY_ED25519] = { .word = "ed25519",
	    .evp = "ED25519",
	    .oid = SPAN("\x2b\x65\x70"),
	    .public_len = 32,
	    .policy = true },
	[CTN_KEY_ED448] = { .word = "ed448", .evp = "ED448", .oid = SPAN("\x2b\x65\x71"), .public_len = 57, .policy = true },
	[CTN_KEY_ML_DSA_44] = { .word = "ml-dsa-44",
	    .evp = "ML-DSA-44",
	    .oid = SPAN(OID_ML_DSA "\x11"),
	    .public_len = 1312,
	    .policy = true },
	[CTN_KEY_ML_DSA_65] = { .word = "ml-dsa-65",
	    .evp = "ML-DSA-65",
	    .oid = SPAN(OID_ML_DSA "\x12"),
	    .public_len = 1952,
	    .policy = true },
	[CTN_KEY_ML_DSA_87] = { .word = "ml-dsa-87",
	    .evp = "ML-DSA-87",
	    .oid = SPAN(OID_ML_DSA "\x13"),
	    .public_len = 2592,
	    .policy = true },
	[CTN_KEY_DSA] = { .word = "dsa", .evp = "DSA", .oid = SPAN(OID_DSA) },
};

const struct ctn_key_row *
ctn_key_row_of(enum ctn_key_alg alg)
{
	return (unsigned)alg < CTN_KEY_ALGS ? &rows[alg] : &rows[CTN_KEY_UNKNOWN];
}

enum ctn_key_alg
ctn_key_alg_of(ctn_span oid, ctn_span params)
{
	for (unsigned i = CTN_KEY_UNKNOWN + 1; i < CTN_KEY_ALGS; i++) {
		/* The parameters of these two say more than which algorithm it is; public.c reads them. */
		bool free_params = i == CTN_KEY_RSA_PSS || i == CTN_KEY_DSA;

		if (ctn_span_equal(oid, rows[i].oid) && (free_params || ctn_span_equal(params, rows[i].params)))
			return (enum ctn_key_alg)i;
	}
	return CTN_KEY_UNKNOWN;
}

bool
ctn_key_is_ec(enum ctn_key_alg alg)
{
	return ctn_key_row_of(alg)->group != NULL;
}

bool
ctn_key_is_ml_dsa(enum ctn_key_alg alg)
{
	return alg == CTN_KEY_ML_DSA_44 || alg == CTN_KEY_ML_DSA_65 || alg == CTN_KEY_ML_DSA_87;
}

bool
ctn_key_alg_usable(enum ctn_key_alg alg, struct ctn_err *e)
{
	const struct ctn_key_row *row = ctn_key_row_of(alg);
	CTN_OWN(EVP_PKEY_CTX) ctx = NULL;

	if (!ctn_key_is_ml_dsa(alg))
		return true;
	ctx = EVP_PKEY_CTX_new_from_name(ctn_libcrypto(), row->evp, NULL);
	if (ctx != NULL)
		return true;
	ERR_clear_error();
	return ctn_fail(e, CTN_EINPUT, "%s needs libcrypto 3.5 or later (this is %s)", row->word,
	    OpenSSL_version(OPENSSL_VERSION_STRING));
}
