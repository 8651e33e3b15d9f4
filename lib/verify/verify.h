/* Is this certificate trusted, by which path, and if not, what exactly is wrong? RFC 5280 section 6, RFC 9618, RFC 9525. */
#ifndef CTN_VERIFY_VERIFY_H
#define CTN_VERIFY_VERIFY_H

#include "base/bytes.h"
#include "base/err.h"
#include "name/general.h"
#include "verify/rule.h"
#include "x509/cert.h"

/**
 * What verification may draw on: trusted certificates, helpers, CRLs, OCSP responses. It owns copies of all that is added, and remembers
 * what it learnt (keys, signatures of the certificates added), so one verifier for many leaves is the fast way.
 * For one thread at a time. Nothing is fetched, read or waited for; the time is an argument.
 */
typedef struct ctn_verifier ctn_verifier;

CTN_PUBLIC CTN_MUST bool ctn_verifier_open(ctn_verifier **out, struct ctn_err *e);
CTN_PUBLIC void ctn_verifier_close(ctn_verifier *v);
CTN_OWNED_BY(ctn_verifier, ctn_verifier_close)

/**
 * Trust a certificate (self-signed or not), or know it as a possible link. source is shown in results; may be NULL. Adding twice is no
 * harm, and trust wins. Fails CTN_EINPUT when it is no certificate: the rest still counts; CTN_ENOMEM.
 */
CTN_PUBLIC CTN_MUST bool ctn_verifier_trust(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e);
CTN_PUBLIC CTN_MUST bool ctn_verifier_know(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e);
/** A CRL (complete, delta, indirect, partitioned), a DER OCSPResponse. Their signatures are checked when they are used. */
CTN_PUBLIC CTN_MUST bool ctn_verifier_crl(ctn_verifier *v, ctn_span der, const char *source, struct ctn_err *e);
CTN_PUBLIC CTN_MUST bool ctn_verifier_ocsp(ctn_verifier *v, ctn_span der, struct ctn_err *e);

enum ctn_verify_status { CTN_STATUS_UNKNOWN, CTN_STATUS_GOOD, CTN_STATUS_REVOKED };
/** What a caller knows of one certificate's revocation (the home's records, an answer just fetched). *since_s and *reason count when revoked. */
typedef enum ctn_verify_status (*ctn_verify_revocation_fn)(
    void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason);

enum ctn_verify_revocation { CTN_REVOCATION_OFF, CTN_REVOCATION_PREFER, CTN_REVOCATION_REQUIRE };

/** The question. Zeroed, it asks for any purpose under pkix, without names and revocation. */
typedef struct ctn_verify_ask {
	ctn_span leaf;             /* DER */
	const char *leaf_source;   /* may be NULL */
	int64_t at_s;
	enum ctn_verify_profile profile;
	ctn_span purpose;          /* OID of an extended key usage; empty: any */
	uint32_t key_usage;        /* bits that the leaf's key usage must have, if it has one */
	const ctn_name *names;     /* canonical (ctn_name_parse): the leaf must have every one of them */
	size_t names_n;
	const ctn_span *policies;  /* OIDs: the user-initial-policy-set; none: any */
	size_t policies_n;
	bool require_policy, inhibit_mapping, inhibit_any;
	bool has_max_depth;
	unsigned max_depth;        /* intermediates that are not self-issued */
	enum ctn_verify_revocation revocation;
	const ctn_span *responses; /* DER OCSPResponses for this question alone, beside those of ctn_verifier_ocsp; borrowed */
	size_t responses_n;
	int64_t ahead_s;           /* how far a responder's clock may be ahead; 0 for answers that were made before */
	ctn_verify_revocation_fn status; /* beside CRLs and responses: one that says revoked is believed; may be NULL */
	void *status_ctx;
} ctn_verify_ask;

/** One certificate of a path. */
typedef struct ctn_verify_link {
	ctn_span der;       /* borrowed from the verifier or the question */
	const char *source; /* may be NULL */
	const char *title;  /* subject, for people; in the arena */
} ctn_verify_link;

/** Why not, or what should not be: text and fix are in the arena. */
typedef struct ctn_verify_reason {
	enum ctn_vcheck check;
	size_t certificate; /* index in its path */
	const char *text;
	const char *fix;    /* may be NULL */
} ctn_verify_reason;

/** One path that was tried, and the first check that it failed. It ends where it broke off. */
typedef struct ctn_verify_candidate {
	ctn_verify_link *path;
	size_t path_n;
	ctn_verify_reason failed;
} ctn_verify_candidate;

/** One check that held, for reports. */
typedef struct ctn_verify_check {
	size_t certificate;
	enum ctn_vcheck check;
} ctn_verify_check;

#define CTN_VERIFY_SIGNATURES_MAX 300u    /* budget, in units of a P-256 check */
#define CTN_VERIFY_PATHS_MAX 100u         /* complete paths */
#define CTN_VERIFY_NAMES_MAX 250000u      /* names held against subtrees, longer names counting for more */
#define CTN_VERIFY_PATH_MAX 32u           /* certificates in a path */
#define CTN_VERIFY_CANDIDATES_MAX 32u     /* candidates that are reported */

typedef struct ctn_verify_result {
	bool trusted;
	bool undetermined;       /* not trusted only because a revocation status could not be had */
	ctn_verify_link *path;   /* leaf first, anchor last; when not trusted, that of reason */
	size_t path_n;
	ctn_verify_reason reason; /* when not trusted */
	ctn_verify_candidate *candidates;
	size_t candidates_n;
	ctn_verify_check *checks;
	size_t checks_n;
	ctn_verify_reason *warnings;
	size_t warnings_n;
	int64_t expires_s;       /* the first not_after of the path */
	ctn_span *policies;      /* the user-constrained policy set */
	size_t policies_n;
	bool policies_any;       /* whatever policy is asked for */
	unsigned signatures_spent, paths_spent, names_spent;
} ctn_verify_result;

/**
 * Answer. An untrusted, malformed or unverifiable leaf is an answer (result->trusted is false), not an error.
 * Texts and lists are in the arena. Fails CTN_ENOMEM, CTN_ECRYPTO.
 */
CTN_PUBLIC CTN_MUST bool ctn_verify(ctn_verify_result *result, ctn_verifier *v, const ctn_verify_ask *ask, ctn_arena *a, struct ctn_err *e);

#endif
