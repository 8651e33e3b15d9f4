/* Issue one certificate: the way from a request to a recorded, signed certificate. */
#ifndef CTN_CA_ISSUE_H
#define CTN_CA_ISSUE_H

#include "ca/ca.h"
#include "ca/draft.h"
#include "key/private.h"
#include "lint/lint.h"
#include "policy/decide.h"

/** What is asked for, as text and bytes. Borrowed. */
typedef struct ctn_issue_args {
	const char *profile;
	const char *const *names;
	size_t names_n;
	ctn_span csr;          /* PEM or DER; empty: a key is made */
	int64_t lifetime_s;    /* 0: the profile's default */
	const char *owner, *note;
	bool dry_run;
	/* renew and rekey set these; else 0 */
	const char *kind;      /* NULL: "issue" */
	int64_t replaces, lineage; /* certificate rows */
	ctn_span spki;         /* renew: the same key, no proof needed: whole SubjectPublicKeyInfo */
	/** Called before anything is recorded, with the certificate as it will be; a failure stops everything. May be NULL. */
	bool (*ready)(void *ctx, const ctn_plan *plan, struct ctn_err *e);
	void *ctx;
} ctn_issue_args;

/** What came of it. In the ca's arena but for key, which the caller frees. */
typedef struct ctn_issued {
	bool allowed;
	ctn_reasons reasons;
	const char *hint;      /* of a refusal; NULL when nothing would help */
	ctn_plan plan;
	const char *authority;
	ctn_cert cert;         /* of the signed bytes; of the to-be-signed ones in dry runs and refusals by lint or chain; tbs empty: never built */
	ctn_span der;          /* empty when dry_run or refused */
	ctn_span *chain;       /* intermediates' DER from the issuer upwards, without the anchor */
	size_t chain_n;
	ctn_privkey *key;      /* made here; NULL with a CSR */
	int64_t certificate_id;
	uint64_t log_index;    /* of the leaf of its issue */
	ctn_finding *findings; /* lint, those below the profile's bar too */
	size_t findings_n;
} ctn_issued;

/**
 * Decide, build, lint, record, sign, record. A refusal is true with allowed false; it is recorded (not in dry runs).
 * Fails CTN_EINPUT (a request that can never be used), CTN_ENOTFOUND (profile), CTN_EKEY, CTN_EPASSPHRASE, CTN_ESTORE, CTN_ECLOCK, ...
 * After a failure behind the intent the certificate stays listed as intended; the text names its serial.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_issue(ctn_issued *out, ctn_ca *ca, const ctn_issue_args *args, struct ctn_err *e);
CTN_PUBLIC void ctn_issued_free(ctn_issued *i);

#endif
