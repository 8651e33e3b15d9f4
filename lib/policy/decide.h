/* The decision: request + profile + issuer + clock in, a plan or all the reasons why not out. No I/O. */
#ifndef CTN_POLICY_DECIDE_H
#define CTN_POLICY_DECIDE_H

#include "base/bytes.h"
#include "base/err.h"
#include "name/general.h"
#include "policy/profile.h"
#include "x509/build.h"
#include "x509/csr.h"

/** What somebody asks for. Borrowed. */
typedef struct ctn_request {
	const char *profile;
	const ctn_name *names; /* canonical, as ctn_name_parse gives them */
	size_t names_n;
	const ctn_csr *csr;    /* NULL: a key is made for the request, or it is */
	const ctn_spki *key;   /* a key that is certified again (renew); NULL otherwise */
	int64_t lifetime_s;    /* 0: the profile's default */
	const char *owner, *note; /* NULL when absent */
} ctn_request;

/** What the decision needs to know of the authority that will sign. */
typedef struct ctn_issuer_facts {
	const char *authority;
	ctn_span subject;          /* Name whole */
	ctn_span key_id;           /* its subject key identifier */
	enum ctn_sig_alg sig_alg;
	int64_t not_before, not_after; /* the earliest end of its chain */
	const char *revoked;       /* which certificate of its chain is revoked or on hold: "its CA certificate with serial 0a is revoked"; NULL: none */
	bool has_path_len;         /* of its certificate; only authorities ask */
	unsigned path_len;
	const char *const *crl_urls; /* {key} and {shard} replaced */
	size_t crl_urls_n;
	const char *const *ca_issuer_urls;
	size_t ca_issuer_urls_n;
} ctn_issuer_facts;

enum ctn_outcome { CTN_RULE_PASS, CTN_RULE_FAIL, CTN_RULE_UNUSED };
/** One rule of the profile as it was applied: what policy explain shows line by line. */
typedef struct ctn_rule_trace {
	const char *rule;  /* dotted key: "names.dns", "lifetime.max" */
	const char *value; /* as the profile has it */
	ctn_where where;
	enum ctn_outcome outcome;
	const char *text;  /* for a failure: 'db.corp' is outside *.internal.example; else what it did */
} ctn_rule_trace;

typedef struct ctn_dropped {
	const char *from, *what, *why; /* "csr", "extendedKeyUsage", "csr.copy does not name it" */
} ctn_dropped;

/** The answer. Everything is in the arena or borrowed from request, profile and issuer. */
typedef struct ctn_plan {
	bool allowed;
	ctn_rule_trace *rules; /* every rule in the profile's order */
	size_t rules_n;
	ctn_dropped *dropped;
	size_t dropped_n;
	ctn_cert_fields fields; /* complete but for serial, spki and subject_key_id when a key is yet to be made */
	ctn_key_kind generate;  /* the kind to make when there is no CSR */
	bool key_reuse_allowed; /* the store answers whether another lineage has this key */
	const char *hint;       /* what to try when refused; NULL when nothing would help */
} ctn_plan;

/**
 * Decide. A refusal is plan->allowed false with every failed rule, never an error.
 * CSR rules: a CN is never a name (a CSR with only a CN is refused with a hint); without names the SAN counts when csr.copy has it; other
 * extensions, attributes and subject are dropped and listed. key_usage bits that the key type cannot have are dropped as RFC 3279, 5480, 8410 say.
 * Fails CTN_ENOMEM, CTN_EINPUT (a CSR whose SAN is malformed).
 */
CTN_MUST bool ctn_decide(ctn_plan *out, const ctn_request *r, const ctn_profile *p, const ctn_issuer_facts *issuer, int64_t now_s,
    ctn_arena *a, struct ctn_err *e);

/**
 * The plan of a CA certificate, as its ca.yaml entry says; never from a CSR. issuer is NULL for a self-signed root. The key is given.
 * Refusals as above: lifetime past the issuer's, path length too deep for the issuer.
 */
CTN_MUST bool ctn_decide_authority(ctn_plan *out, const ctn_authority_policy *p, const char *file, ctn_span spki, const ctn_issuer_facts *issuer,
    int64_t now_s, ctn_arena *a, struct ctn_err *e);

/** Bits of mask that such a key can have (RFC 3279 2.3, RFC 5480 3, RFC 8410 5). */
uint32_t ctn_key_usage_fit(uint32_t mask, enum ctn_key_alg alg);

#endif
