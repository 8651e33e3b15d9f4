/* Extensions: one walk finds them all; each known one is decoded when it is asked for. */
#ifndef CTN_X509_EXT_H
#define CTN_X509_EXT_H

#include "base/bytes.h"
#include "base/err.h"
#include "der/der.h"
#include "name/general.h"

/** One Extension as a view. */
typedef struct ctn_ext {
	ctn_span oid;   /* content octets */
	ctn_span value; /* what the OCTET STRING holds */
	bool critical;
} ctn_ext;

#define CTN_EXT_MAX 64 /* an object with more is refused: no certificate of this world has half of that */

/** Extensions of a certificate, CSR, CRL or CRL entry in their order. */
typedef struct ctn_exts {
	ctn_span der; /* the SEQUENCE OF Extension whole; empty when absent */
	unsigned n;
	ctn_ext at[CTN_EXT_MAX];
	bool repeated; /* some OID stands twice (RFC 5280 4.2 forbids it) */
} ctn_exts;

/** Next Extension of a reader over a list of them. False on malformed DER or an encoded critical FALSE (X.690 11.5). */
CTN_MUST bool ctn_ext_next(ctn_der *r, ctn_ext *out);
/**
 * Reads Extensions whole. An encoded critical FALSE or more than CTN_EXT_MAX are CTN_EINPUT. Repeats are only noted, and an empty list
 * (der is not empty, n is 0; RFC 5280 4.1 forbids it) can be seen: both are found in the world.
 */
CTN_MUST bool ctn_exts_parse(ctn_exts *out, ctn_span sequence_whole, struct ctn_err *e);
/** The first one with that OID, or NULL. */
const ctn_ext *ctn_exts_find(const ctn_exts *x, ctn_span oid);

/* Values. Each fails CTN_EINPUT when the value is malformed or bytes follow it. All views borrow. */

enum ctn_key_usage { /* bit n of the named-bit list is 1u << n */
	CTN_KU_DIGITAL_SIGNATURE = 1u << 0,
	CTN_KU_CONTENT_COMMITMENT = 1u << 1, /* nonRepudiation */
	CTN_KU_KEY_ENCIPHERMENT = 1u << 2,
	CTN_KU_DATA_ENCIPHERMENT = 1u << 3,
	CTN_KU_KEY_AGREEMENT = 1u << 4,
	CTN_KU_KEY_CERT_SIGN = 1u << 5,
	CTN_KU_CRL_SIGN = 1u << 6,
	CTN_KU_ENCIPHER_ONLY = 1u << 7,
	CTN_KU_DECIPHER_ONLY = 1u << 8
};
/** "digitalSignature", ... for one bit; NULL when there is no such bit. nonRepudiation is read as contentCommitment. */
const char *ctn_key_usage_name(uint32_t bit);
bool ctn_key_usage_parse(uint32_t *bit, const char *name);

CTN_MUST bool ctn_ext_key_usage(uint32_t *mask, ctn_span value, struct ctn_err *e);
/** The same with zero bits at the end as well, which X.690 11.2.2 forbids and some issuers wrote: what it allows is plain all the same. */
CTN_MUST bool ctn_ext_key_usage_padded(uint32_t *mask, ctn_span value);

typedef struct ctn_basic_constraints {
	bool ca;
	bool has_path_len;
	uint64_t path_len;
} ctn_basic_constraints;
CTN_MUST bool ctn_ext_basic_constraints(ctn_basic_constraints *out, ctn_span value, struct ctn_err *e);
/** The same of those that spell out cA FALSE, which DER leaves out (X.690 11.5). False for all others: they are not this kind. */
CTN_MUST bool ctn_ext_basic_constraints_spelt(ctn_basic_constraints *out, ctn_span value);

/** Readers over lists, every element of which was well read once; at least one element is demanded where the RFC says SIZE (1..MAX). */
CTN_MUST bool ctn_ext_eku(ctn_der *oids, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_ext_general_names(ctn_der *names, ctn_span value, struct ctn_err *e);
/** Does the EKU list hold oid? Malformed is false. */
bool ctn_ext_eku_has(ctn_span value, ctn_span oid);

typedef struct ctn_aki {
	ctn_span key_id;        /* empty when absent */
	ctn_span issuer_names;  /* content of GeneralNames, empty when absent */
	ctn_span serial;        /* INTEGER content, empty when absent */
} ctn_aki;
CTN_MUST bool ctn_ext_aki(ctn_aki *out, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_ext_ski(ctn_span *key_id, ctn_span value, struct ctn_err *e);

/** AuthorityInfoAccess / SubjectInfoAccess: next AccessDescription. */
CTN_MUST bool ctn_ext_info_access(ctn_der *list, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_info_access_next(ctn_der *list, ctn_span *method, ctn_general_name *location);

typedef struct ctn_dist_point {
	ctn_span full_name;     /* content of GeneralNames, empty when absent */
	ctn_span relative_name; /* content of the RDN, empty when absent */
	bool has_reasons;
	uint32_t reasons;       /* bit n as in ReasonFlags */
	ctn_span crl_issuer;    /* content of GeneralNames, empty when absent */
} ctn_dist_point;
CTN_MUST bool ctn_ext_dist_points(ctn_der *list, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_dist_point_next(ctn_der *list, ctn_dist_point *out);

typedef struct ctn_idp {
	bool has_point;
	ctn_dist_point point; /* name parts alone */
	bool only_user, only_ca, only_attribute, indirect;
	bool has_reasons;
	uint32_t reasons;
} ctn_idp;
CTN_MUST bool ctn_ext_idp(ctn_idp *out, ctn_span value, struct ctn_err *e);

/** CRLNumber, deltaCRLIndicator, inhibitAnyPolicy: a non-negative INTEGER, content octets of at most 20. */
CTN_MUST bool ctn_ext_number(ctn_span *v, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_ext_reason(unsigned *reason, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_ext_invalidity_date(int64_t *at_s, ctn_span value, struct ctn_err *e);

/** Certificate policies: next PolicyInformation; qualifiers is their SEQUENCE whole, empty when absent. */
CTN_MUST bool ctn_ext_policies(ctn_der *list, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_policy_next(ctn_der *list, ctn_span *oid, ctn_span *qualifiers);
CTN_MUST bool ctn_ext_policy_mappings(ctn_der *list, ctn_span value, struct ctn_err *e);
CTN_MUST bool ctn_policy_mapping_next(ctn_der *list, ctn_span *issuer_domain, ctn_span *subject_domain);
typedef struct ctn_policy_constraints {
	bool has_require, has_inhibit;
	uint64_t require_explicit, inhibit_mapping;
} ctn_policy_constraints;
CTN_MUST bool ctn_ext_policy_constraints(ctn_policy_constraints *out, ctn_span value, struct ctn_err *e);

#endif
