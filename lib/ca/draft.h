/* From a plan to a recorded, signed certificate: the way that leaves and authorities share. */
#ifndef CTN_CA_DRAFT_H
#define CTN_CA_DRAFT_H

#include "ca/ca.h"
#include "ca/chain.h"
#include "lint/lint.h"
#include "policy/decide.h"
#include "store/certificate.h"

/** One reason of a refusal. */
typedef struct ctn_reason {
	const char *rule, *text, *file; /* file NULL when it is no policy's */
	unsigned line;
} ctn_reason;

typedef struct ctn_reasons {
	ctn_reason *at;
	size_t n, cap;
} ctn_reasons;
/** Grows in the arena. Fails CTN_ENOMEM. */
CTN_MUST bool ctn_reasons_add(ctn_reasons *r, const ctn_reason *reason, ctn_arena *a, struct ctn_err *e);
/** Every failed rule of a plan. */
CTN_MUST bool ctn_reasons_of_plan(ctn_reasons *r, const ctn_plan *plan, ctn_arena *a, struct ctn_err *e);

/** A certificate on its way. The caller fills the first part; fields of the plan that depend on serial and key are filled here. */
typedef struct ctn_draft {
	ctn_plan *plan;
	const ctn_chain *chain;       /* NULL: a root that signs itself */
	const ctn_issuer_key_row *key; /* of the issuer; of the root itself */
	enum ctn_lint_role role;
	int fail_on;                  /* enum ctn_lint_level and above refuse */
	const char *const *ignore;    /* lint ids, NULL-ended; may be NULL */
	ctn_where lint_where;         /* where the profile says so */
	ctn_request_row request;      /* kind, profile, names, csr, lifetime_s, owner, note */
	const char *version_name;     /* policy text that decided */
	const uint8_t *version_digest;
	ctn_span version_text;
	int64_t lineage, replaces;

	uint8_t serial[20], key_id[20];
	unsigned shard;
	ctn_span tbs;                 /* in the ca's arena */
	ctn_cert view;                /* of tbs */
	ctn_finding *findings;
	size_t findings_n;
	ctn_cert_row row;             /* as recorded */
	ctn_span der;                 /* signed; in the ca's arena */
	uint64_t log_index;
} ctn_draft;

/** Serial and CRL shard: before the URLs of the plan are known. */
CTN_MUST bool ctn_draft_serial(ctn_draft *d, unsigned shards, const ctn_ca *ca, struct ctn_err *e);
/** Key identifier, build, lint, hold against the chain. Reasons are added for each that speaks against it. */
CTN_MUST bool ctn_draft_judge(ctn_draft *d, ctn_reasons *reasons, ctn_span spki, ctn_ca *ca, struct ctn_err *e);
/** Record the intent, sign it, record the certificate. Only then is it anybody's. */
CTN_MUST bool ctn_draft_commit(ctn_draft *d, ctn_ca *ca, struct ctn_err *e);
/** Record that it was refused. */
CTN_MUST bool ctn_draft_refuse(ctn_draft *d, const ctn_reasons *reasons, ctn_ca *ca, struct ctn_err *e);

/** Serial of 20 octets: 0x40 and 38 bits of seconds since 2020, which keep its index local, then 120 bits from the CSPRNG. */
CTN_MUST bool ctn_ca_serial(uint8_t out[20], int64_t now_s, struct ctn_err *e);

#endif
