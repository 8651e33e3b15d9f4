/* Signature algorithms: one table of names, AlgorithmIdentifiers, and the keys that they fit. */
#ifndef CTN_KEY_SIG_H
#define CTN_KEY_SIG_H

#include <stdbool.h>

#include "base/bytes.h"
#include "key/alg.h"

/**
 * One row of the table each. What is read of an RSASSA-PSS signature whose salt is not as long as its hash is none of these values: it has that
 * length above the row, for ctn_sig_alg_salt; all functions here know it as its row.
 */
enum ctn_sig_alg {
	CTN_SIG_UNKNOWN = 0,
	CTN_SIG_RSA_SHA1, /* verified only where a caller asks for it; never made */
	CTN_SIG_RSA_SHA224,
	CTN_SIG_RSA_SHA256,
	CTN_SIG_RSA_SHA384,
	CTN_SIG_RSA_SHA512,
	CTN_SIG_RSA_PSS_SHA1, /* verified only, as all over SHA-1 */
	CTN_SIG_RSA_PSS_SHA224,
	CTN_SIG_RSA_PSS_SHA256,
	CTN_SIG_RSA_PSS_SHA384,
	CTN_SIG_RSA_PSS_SHA512,
	CTN_SIG_ECDSA_SHA1,
	CTN_SIG_ECDSA_SHA224,
	CTN_SIG_ECDSA_SHA256,
	CTN_SIG_ECDSA_SHA384,
	CTN_SIG_ECDSA_SHA512,
	CTN_SIG_ED25519,
	CTN_SIG_ED448,
	CTN_SIG_ML_DSA_44,
	CTN_SIG_ML_DSA_65,
	CTN_SIG_ML_DSA_87,
	CTN_SIG_DSA_SHA1,
	CTN_SIG_DSA_SHA224,
	CTN_SIG_DSA_SHA256,
	CTN_SIG_ALGS
};

/**
 * AlgorithmIdentifier whole (SEQUENCE) to a known algorithm, parameters as a reader must accept them; CTN_SIG_UNKNOWN otherwise.
 * RSA PKCS #1 has NULL or nothing (RFC 4055 5); RSASSA-PSS has MGF1 with the same hash, hash parameters NULL or absent (RFC 4055 2.1), a salt
 * of any length, the trailer absent or written out (RFC 4055 3.1).
 */
enum ctn_sig_alg ctn_sig_alg_of(ctn_span algorithm_identifier);
/** A known algorithm, and parameters as they must be written: RSA PKCS #1 has NULL, RSASSA-PSS no trailer. */
bool ctn_sig_alg_exact(ctn_span algorithm_identifier);
/** The AlgorithmIdentifier whole, as constant bytes. Empty for CTN_SIG_UNKNOWN. */
ctn_span ctn_sig_alg_der(enum ctn_sig_alg alg);
/** "ecdsa-with-SHA256", "sha256WithRSAEncryption", "RSASSA-PSS with SHA-256", "ED25519", "ML-DSA-65"; "unknown". */
const char *ctn_sig_alg_name(enum ctn_sig_alg alg);
/** libcrypto's name of the digest under it ("SHA256"); NULL for those that hash by themselves. */
const char *ctn_sig_alg_digest(enum ctn_sig_alg alg);
/** One of the RSASSA-PSS algorithms? */
bool ctn_sig_alg_is_pss(enum ctn_sig_alg alg);
/** Of RSASSA-PSS: the octets of its salt. */
unsigned ctn_sig_alg_salt(enum ctn_sig_alg alg);
/** May a key that is bound to such RSASSA-PSS parameters have signed so: the same hash, and a salt no shorter (RFC 4055 3.3)? */
bool ctn_sig_alg_within(enum ctn_sig_alg sig, enum ctn_sig_alg bound);
/** What this project signs with under such a key: P-256 SHA-256, P-384 SHA-384, P-521 SHA-512, RSA SHA-256 PKCS #1. */
enum ctn_sig_alg ctn_sig_alg_for(enum ctn_key_alg key);
/** Can a signature of this algorithm be checked with such a key? */
bool ctn_sig_alg_fits(enum ctn_sig_alg sig, enum ctn_key_alg key);
/** SHA-1 or weaker. */
bool ctn_sig_alg_weak(enum ctn_sig_alg sig);

#endif
