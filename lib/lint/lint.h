/* Lint: a table of rules over a view and a plain role, each with its citation. Judges bytes, decides nothing. */
#ifndef CTN_LINT_LINT_H
#define CTN_LINT_LINT_H

#include "base/bytes.h"
#include "base/err.h"
#include "x509/cert.h"
#include "x509/crl.h"
#include "x509/csr.h"

enum ctn_lint_level { CTN_LINT_NOTICE, CTN_LINT_WARNING, CTN_LINT_ERROR };
enum ctn_lint_role {
	CTN_ROLE_ANY = 0,     /* told from the certificate itself */
	CTN_ROLE_ROOT = 1,
	CTN_ROLE_CA = 2,      /* issued by another authority */
	CTN_ROLE_LEAF = 4
};

/** What is judged, and what is known about it. Exactly one of cert and crl is set. */
typedef struct ctn_lint_subject {
	const ctn_cert *cert;   /* whole, or of ctn_cert_parse_tbs */
	const ctn_crl *crl;
	const ctn_cert *issuer; /* NULL when not known */
	enum ctn_lint_role role;
	int64_t now_s;          /* 0: not known, rules about the present say nothing */
	struct ctn_err *broken; /* ctn_lint sets it: a rule that could not judge says there why */
} ctn_lint_subject;

typedef struct ctn_finding {
	const char *id;    /* "serial-entropy"; constant */
	enum ctn_lint_level level;
	const char *cite;  /* "RFC 5280 4.1.2.2"; constant */
	char text[200];    /* what is wrong with this one */
} ctn_finding;

typedef struct ctn_rule {
	const char *id;
	enum ctn_lint_level level;
	const char *cite;
	const char *says;  /* the rule in one sentence, for lists */
	unsigned roles;    /* of enum ctn_lint_role; 0: every certificate */
	bool on_crl;       /* over CRLs; else over certificates */
	/** True: nothing to say. Else text says what is wrong. The role is never CTN_ROLE_ANY here. */
	bool (*check)(const ctn_lint_subject *s, char *text, size_t text_n);
	/** Instead of check (which is NULL then): over each entry of a CRL, all such rules in one pass. */
	bool (*check_entry)(const ctn_lint_subject *s, const ctn_crl_entry *entry, char *text, size_t text_n);
} ctn_rule;

/** The whole table. */
const ctn_rule *ctn_lint_rules(size_t *n);
/**
 * Judge by every rule that fits. findings are in the arena, in the table's order. ignore: ids that are passed over, NULL-ended, may be NULL;
 * an unknown id there is no error here (policy check names it).
 */
CTN_MUST bool ctn_lint(ctn_finding **findings, size_t *n, const ctn_lint_subject *s, const char *const *ignore, ctn_arena *a,
    struct ctn_err *e);
const char *ctn_lint_level_name(enum ctn_lint_level level);

#endif
