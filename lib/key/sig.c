#include "key/sig.h"

#include "der/der.h"
#include "key/kind.h"

#define SPAN(literal)                                           \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}
#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define SHA2 "\x60\x86\x48\x01\x65\x03\x04\x02"

/* RFC 4055 5: parameters NULL, as they are written; RFC 5758 3.2 (ECDSA), RFC 8410 3 (Ed), RFC 9881 2 (ML-DSA), RFC 5758 3.1 (DSA): absent. */
#define RSA_WITH(last) SPAN("\x30\x0d\x06\x09" PKCS1 last "\x05\x00")
#define ECDSA_WITH(last) SPAN("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" last)
#define NIST_SIGNATURE(last) SPAN("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03" last)
/* RFC 4055 3.1: hash, MGF1 with the same hash, salt as long as the hash, trailer by default */
#define HASH_ID(last) "\x30\x0d\x06\x09" SHA2 last "\x05\x00"
#define PSS_WITH(last, salt)                                                                                \
	SPAN("\x30\x41\x06\x09" PKCS1 "\x0a\x30\x34\xa0\x0f" HASH_ID(last) "\xa1\x1c\x30\x1a\x06\x09" PKCS1 \
									   "\x08" HASH_ID(last) "\xa2\x03\x02\x01" salt)

enum family { NO_FAMILY, RSA_PKCS1, RSA_PSS, ECDSA, EDDSA, ML_DSA, DSA };

struct sig_row {
	const char *name, *digest;
	ctn_span der;
	enum family family;
	enum ctn_key_alg key; /* EDDSA, ML_DSA: the one key that fits */
	unsigned salt;        /* RSA_PSS: as long as the hash */
};

static const struct sig_row rows[CTN_SIG_ALGS] = {
	[CTN_SIG_UNKNOWN] = { .name = "unknown" },
	[CTN_SIG_RSA_SHA1] = { "sha1WithRSAEncryption", "SHA1", RSA_WITH("\x05"), RSA_PKCS1, 0, 0 },
	[CTN_SIG_RSA_SHA224] = { "sha224WithRSAEncryption", "SHA224", RSA_WITH("\x0e"), RSA_PKCS1, 0, 0 },
	[CTN_SIG_RSA_SHA256] = { "sha256WithRSAEncryption", "SHA256", RSA_WITH("\x0b"), RSA_PKCS1, 0, 0 },
	[CTN_SIG_RSA_SHA384] = { "sha384WithRSAEncryption", "SHA384", RSA_WITH("\x0c"), RSA_PKCS1, 0, 0 },
	[CTN_SIG_RSA_SHA512] = { "sha512WithRSAEncryption", "SHA512", RSA_WITH("\x0d"), RSA_PKCS1, 0, 0 },
	[CTN_SIG_RSA_PSS_SHA1] = { "RSASSA-PSS with SHA-1", "SHA1", SPAN("\x30\x0d\x06\x09" PKCS1 "\x0a\x30\x00"), RSA_PSS, 0, 20 },
	[CTN_SIG_RSA_PSS_SHA224] = { "RSASSA-PSS with SHA-224", "SHA224", PSS_WITH("\x04", "\x1c"), RSA_PSS, 0, 28 },
	[CTN_SIG_RSA_PSS_SHA256] = { "RSASSA-PSS with SHA-256", "SHA256", PSS_WITH("\x01", "\x20"), RSA_PSS, 0, 32 },
	[CTN_SIG_RSA_PSS_SHA384] = { "RSASSA-PSS with SHA-384", "SHA384", PSS_WITH("\x02", "\x30"), RSA_PSS, 0, 48 },
	[CTN_SIG_RSA_PSS_SHA512] = { "RSASSA-PSS with SHA-512", "SHA512", PSS_WITH("\x03", "\x40"), RSA_PSS, 0, 64 },
	[CTN_SIG_ECDSA_SHA1] = { "ecdsa-with-SHA1", "SHA1", SPAN("\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x04\x01"), ECDSA, 0, 0 },
	[CTN_SIG_ECDSA_SHA224] = { "ecdsa-with-SHA224", "SHA224", ECDSA_WITH("\x01"), ECDSA, 0, 0 },
	[CTN_SIG_ECDSA_SHA256] = { "ecdsa-with-SHA256", "SHA256", ECDSA_WITH("\x02"), ECDSA, 0, 0 },
	[CTN_SIG_ECDSA_SHA384] = { "ecdsa-with-SHA384", "SHA384", ECDSA_WITH("\x03"), ECDSA, 0, 0 },
	[CTN_SIG_ECDSA_SHA512] = { "ecdsa-with-SHA512", "SHA512", ECDSA_WITH("\x04"), ECDSA, 0, 0 },
	[CTN_SIG_ED25519] = { "ED25519", NULL, SPAN("\x30\x05\x06\x03\x2b\x65\x70"), EDDSA, CTN_KEY_ED25519, 0 },
	[CTN_SIG_ED448] = { "ED448", NULL, SPAN("\x30\x05\x06\x03\x2b\x65\x71"), EDDSA, CTN_KEY_ED448, 0 },
	[CTN_SIG_ML_DSA_44] = { "ML-DSA-44", NULL, NIST_SIGNATURE("\x11"), ML_DSA, CTN_KEY_ML_DSA_44, 0 },
	[CTN_SIG_ML_DSA_65] = { "ML-DSA-65", NULL, NIST_SIGNATURE("\x12"), ML_DSA, CTN_KEY_ML_DSA_65, 0 },
	[CTN_SIG_ML_DSA_87] = { "ML-DSA-87", NULL, NIST_SIGNATURE("\x13"), ML_DSA, CTN_KEY_ML_DSA_87, 0 },
	[CTN_SIG_DSA_SHA1] = { "dsa-with-SHA1", "SHA1", SPAN("\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x03"), DSA, 0, 0 },
	[CTN_SIG_DSA_SHA224] = { "dsa-with-SHA224", "SHA224", NIST_SIGNATURE("\x01"), DSA, 0, 0 },
	[CTN_SIG_DSA_SHA256] = { "dsa-with-SHA256", "SHA256", NIST_SIGNATURE("\x02"), DSA, 0, 0 },
};

/* Above the row: one more than the salt's length, or 0 for one that is as long as the hash. */
#define ROW_BITS 8u

static const struct sig_row *
row_of(enum ctn_sig_alg alg)
{
	unsigned row = (unsigned)alg & ((1u << ROW_BITS) - 1);

	return row < CTN_SIG_ALGS ? &rows[row] : &rows[CTN_SIG_UNKNOWN];
}

/* HashAlgorithm with parameters NULL or absent (RFC 4055, 2.1: both must be accepted) to the algorithm over it. */
static enum ctn_sig_alg
read_hash(ctn_der *r)
{
	static const enum ctn_sig_alg by_last[] = { CTN_SIG_UNKNOWN, CTN_SIG_RSA_PSS_SHA256, CTN_SIG_RSA_PSS_SHA384,
		CTN_SIG_RSA_PSS_SHA512, CTN_SIG_RSA_PSS_SHA224 };
	ctn_der id;
	ctn_span oid;

	if (!ctn_der_sequence(r, &id) || !ctn_der_oid(&id, &oid))
		return CTN_SIG_UNKNOWN;
	if (!ctn_der_end(&id) && (!ctn_der_null(&id) || !ctn_der_end(&id)))
		return CTN_SIG_UNKNOWN;
	if (ctn_span_equal(oid, CTN_SPAN("\x2b\x0e\x03\x02\x1a")))
		return CTN_SIG_RSA_PSS_SHA1;
	return oid.n == 9 && memcmp(oid.p, SHA2, 8) == 0 && oid.p[8] <= 4 ? by_last[oid.p[8]] : CTN_SIG_UNKNOWN;
}

/* maskGenAlgorithm: MGF1 over a hash. */
static enum ctn_sig_alg
read_mgf(ctn_der *r)
{
	ctn_der id;
	ctn_span oid;
	enum ctn_sig_alg hash;

	if (!ctn_der_sequence(r, &id) || !ctn_der_oid(&id, &oid) || !ctn_span_equal(oid, CTN_SPAN(PKCS1 "\x08")))
		return CTN_SIG_UNKNOWN;
	hash = read_hash(&id);
	return ctn_der_end(&id) ? hash : CTN_SIG_UNKNOWN;
}

/* The only trailer there is may be written out (RFC 4055 3.1: both forms must be recognised). */
static bool
read_trailer(ctn_der *params)
{
	ctn_der part;
	uint64_t n = 0;

	if (ctn_der_end(params))
		return true;
	return ctn_der_enter(params, CTN_TAG_CONTEXT_CONS(3), &part) && ctn_der_uint(&part, &n) && n == 1 && ctn_der_end(&part) &&
	    ctn_der_end(params);
}

/* A field of the parameters that has a DEFAULT, over SHA-1 all of them. */
static bool
read_digest_if(enum ctn_sig_alg *out, ctn_der *params, unsigned tag, enum ctn_sig_alg (*read)(ctn_der *))
{
	bool present;
	ctn_der part;

	*out = CTN_SIG_RSA_PSS_SHA1;
	if (!ctn_der_enter_if(params, CTN_TAG_CONTEXT_CONS(tag), &part, &present))
		return false;
	if (!present)
		return true;
	*out = read(&part);
	return *out != CTN_SIG_UNKNOWN && ctn_der_end(&part);
}

#define SALT_MAX 1024u /* octets of the longest modulus that is checked */

static bool
read_salt_if(uint64_t *out, ctn_der *params)
{
	bool present;
	ctn_der part;

	*out = 20;
	if (!ctn_der_enter_if(params, CTN_TAG_CONTEXT_CONS(2), &part, &present))
		return false;
	return !present || (ctn_der_uint(&part, out) && ctn_der_end(&part) && *out <= SALT_MAX);
}

/* RSASSA-PSS-params (RFC 4055 3.1) with one hash throughout. */
static enum ctn_sig_alg
read_pss(ctn_der *alg)
{
	enum ctn_sig_alg hash, mgf;
	ctn_der params;
	uint64_t salt;

	if (!ctn_der_sequence(alg, &params) || !ctn_der_end(alg))
		return CTN_SIG_UNKNOWN;
	if (!read_digest_if(&hash, &params, 0, read_hash) || !read_digest_if(&mgf, &params, 1, read_mgf) || mgf != hash)
		return CTN_SIG_UNKNOWN;
	if (!read_salt_if(&salt, &params) || !read_trailer(&params))
		return CTN_SIG_UNKNOWN;
	return salt == rows[hash].salt ? hash : (enum ctn_sig_alg)(hash | (unsigned)(salt + 1) << ROW_BITS);
}

/* PKCS #1 without parameters: "implementations MUST accept the parameters being absent as well as present" (RFC 4055 5). */
static enum ctn_sig_alg
read_bare_rsa(ctn_span oid)
{
	for (unsigned i = CTN_SIG_UNKNOWN + 1; i < CTN_SIG_ALGS; i++)
		if (rows[i].family == RSA_PKCS1 && ctn_span_equal(oid, (ctn_span){ rows[i].der.p + 4, rows[i].der.n - 6 }))
			return (enum ctn_sig_alg)i;
	return CTN_SIG_UNKNOWN;
}

enum ctn_sig_alg
ctn_sig_alg_of(ctn_span algorithm_identifier)
{
	ctn_der r = ctn_der_over(algorithm_identifier), alg;
	ctn_span oid;

	for (unsigned i = CTN_SIG_UNKNOWN + 1; i < CTN_SIG_ALGS; i++) {
		if (ctn_span_equal(algorithm_identifier, rows[i].der))
			return (enum ctn_sig_alg)i;
	}
	if (!ctn_der_sequence(&r, &alg) || !ctn_der_end(&r) || !ctn_der_oid(&alg, &oid))
		return CTN_SIG_UNKNOWN;
	if (ctn_der_end(&alg))
		return read_bare_rsa(oid);
	return ctn_span_equal(oid, CTN_SPAN(PKCS1 "\x0a")) ? read_pss(&alg) : CTN_SIG_UNKNOWN;
}

bool
ctn_sig_alg_exact(ctn_span algorithm_identifier)
{
	enum ctn_sig_alg alg = ctn_sig_alg_of(algorithm_identifier);
	ctn_span exact = ctn_sig_alg_der(alg);

	if (alg == CTN_SIG_UNKNOWN)
		return false;
	/* A trailer is longer than what absent hash parameters spare. */
	if (ctn_sig_alg_is_pss(alg))
		return ctn_sig_alg_salt(alg) == row_of(alg)->salt && algorithm_identifier.n <= exact.n;
	return ctn_span_equal(algorithm_identifier, exact);
}

ctn_span
ctn_sig_alg_der(enum ctn_sig_alg alg)
{
	return row_of(alg)->der;
}

const char *
ctn_sig_alg_name(enum ctn_sig_alg alg)
{
	return row_of(alg)->name;
}

const char *
ctn_sig_alg_digest(enum ctn_sig_alg alg)
{
	return row_of(alg)->digest;
}

bool
ctn_sig_alg_is_pss(enum ctn_sig_alg alg)
{
	return row_of(alg)->family == RSA_PSS;
}

unsigned
ctn_sig_alg_salt(enum ctn_sig_alg alg)
{
	unsigned above = (unsigned)alg >> ROW_BITS;

	return above > 0 ? above - 1 : row_of(alg)->salt;
}

bool
ctn_sig_alg_within(enum ctn_sig_alg sig, enum ctn_sig_alg bound)
{
	return row_of(sig) == row_of(bound) && ctn_sig_alg_salt(sig) >= ctn_sig_alg_salt(bound);
}

enum ctn_sig_alg
ctn_sig_alg_for(enum ctn_key_alg key)
{
	static const enum ctn_sig_alg by_key[CTN_KEY_ALGS] = {
		[CTN_KEY_RSA] = CTN_SIG_RSA_SHA256,
		[CTN_KEY_RSA_PSS] = CTN_SIG_RSA_PSS_SHA256,
		[CTN_KEY_P256] = CTN_SIG_ECDSA_SHA256,
		[CTN_KEY_P384] = CTN_SIG_ECDSA_SHA384,
		[CTN_KEY_P521] = CTN_SIG_ECDSA_SHA512,
		[CTN_KEY_ED25519] = CTN_SIG_ED25519,
		[CTN_KEY_ED448] = CTN_SIG_ED448,
		[CTN_KEY_ML_DSA_44] = CTN_SIG_ML_DSA_44,
		[CTN_KEY_ML_DSA_65] = CTN_SIG_ML_DSA_65,
		[CTN_KEY_ML_DSA_87] = CTN_SIG_ML_DSA_87,
		[CTN_KEY_DSA] = CTN_SIG_DSA_SHA256,
	};

	return (unsigned)key < CTN_KEY_ALGS ? by_key[key] : CTN_SIG_UNKNOWN;
}

bool
ctn_sig_alg_fits(enum ctn_sig_alg sig, enum ctn_key_alg key)
{
	const struct sig_row *row = row_of(sig);

	switch (row->family) {
	case RSA_PKCS1:
		return key == CTN_KEY_RSA;
	case RSA_PSS:
		return key == CTN_KEY_RSA || key == CTN_KEY_RSA_PSS;
	case ECDSA:
		return ctn_key_is_ec(key);
	case EDDSA:
	case ML_DSA:
		return key == row->key;
	case DSA:
		return key == CTN_KEY_DSA;
	case NO_FAMILY:
		break;
	}
	return false;
}

bool
ctn_sig_alg_weak(enum ctn_sig_alg sig)
{
	const char *digest = row_of(sig)->digest;

	return digest != NULL && strcmp(digest, "SHA1") == 0;
}
