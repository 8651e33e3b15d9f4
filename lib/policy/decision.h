/* A decision while it is made: what the parts of ctn_decide share. */
#ifndef CTN_POLICY_DECISION_H
#define CTN_POLICY_DECISION_H

#include "policy/decide.h"

typedef struct ctn_decision {
	ctn_plan plan;
	const ctn_request *request;
	const ctn_profile *profile;
	const ctn_issuer_facts *issuer;
	int64_t now_s;
	ctn_arena *arena;
	size_t rules_cap, dropped_cap;
	ctn_key_kind kind;  /* of the key that is certified */
	ctn_name *names;    /* what is asked for, without repeats, in order */
	size_t names_n;
	bool names_many;    /* there were more than a certificate can have */
	ctn_name *csr_names; /* of the CSR's subjectAltName */
	size_t csr_names_n;
	bool no_memory;     /* sticky */
} ctn_decision;

/** Note one rule as it was applied; a failure makes the plan a refusal. value is copied. */
void ctn_decision_rule(ctn_decision *d, enum ctn_outcome outcome, const char *rule, ctn_where where, const char *value, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/** What would help; the first that is said stays. */
void ctn_decision_hint(ctn_decision *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ctn_decision_drop(ctn_decision *d, const char *what, const char *why);
/** Where a key of the profile is written. */
ctn_where ctn_decision_where(const ctn_decision *d, const char *key);

/** Is the issuer there now: valid, and nothing in its chain revoked? */
void ctn_decision_issuer(ctn_decision *d, ctn_where where);
/** Read the CSR's names and choose which names are asked for; lists what is dropped of the CSR. Fails CTN_EINPUT, CTN_ENOMEM. */
CTN_MUST bool ctn_decision_take_csr(ctn_decision *d, struct ctn_err *e);
/** names.*: judge every name and the counts. */
void ctn_decision_names(ctn_decision *d);
/** subject.*: put the subject together. */
void ctn_decision_subject(ctn_decision *d);

#endif
