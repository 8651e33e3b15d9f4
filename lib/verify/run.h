/* One verification while it runs: the question, budgets, and what is to be told about it. For this module alone. */
#ifndef CTN_VERIFY_RUN_H
#define CTN_VERIFY_RUN_H

#include "verify/pool.h"
#include "verify/verify.h"

/** A path that grows from its target; certs[0] is the target. */
typedef struct ctn_vpath {
	ctn_member *certs[CTN_VERIFY_PATH_MAX];
	size_t n;
} ctn_vpath;

#define CTN_RUN_STEPS_MAX 20000u
#define CTN_RUN_REFUSED_MAX 64u
#define CTN_RUN_NESTED_MAX 6u /* paths within paths: signers of CRLs of signers of CRLs */

typedef struct ctn_run {
	ctn_pool *pool;
	const ctn_verify_ask *ask;
	ctn_verify_result *result;
	ctn_arena *a;
	struct ctn_err *e;
	bool broken;             /* memory or libcrypto failed: e says so, nothing else counts */
	unsigned signatures, paths, names, steps; /* budgets left; steps: candidates looked at */
	bool spent;              /* a budget ran out: there may be a path that was not tried */
	ctn_verify_reason why;   /* of the last no */
	ctn_verify_reason *all;  /* when set: every no is kept here, as far as it holds, and names are judged to the last */
	size_t all_n, all_cap;
	unsigned noted;          /* candidates noted so far, also those that are not kept */
	unsigned why_rank;       /* of the reason in result: how far its path came */
	const ctn_member *judging[CTN_RUN_NESTED_MAX + 1]; /* whose status is being looked for, outermost first */
	size_t judging_n;
	const ctn_member *good[CTN_VERIFY_PATH_MAX]; /* of the leaf's path, whose status is known to be good */
	size_t good_n;
	const char *doubt;       /* about the status that is looked for: why what was there says nothing; NULL: nothing was there */
	ctn_span refused[CTN_RUN_REFUSED_MAX]; /* keys (whole SubjectPublicKeyInfo) that did not sign the leaf */
	size_t refused_n;
	unsigned nested;         /* depth of walks for CRL signers */
} ctn_run;

/** Note why not: the check, the certificate's index in the path, and a sentence. Returns false. */
bool ctn_run_no(ctn_run *r, enum ctn_vcheck check, size_t certificate, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/** The run cannot go on (e is set). Returns false. */
bool ctn_run_break(ctn_run *r);
#define CTN_RUN_TEXT_MAX 300u   /* octets of what is quoted in a message */
#define CTN_RUN_TEXT_ROOM 4096u /* bound of a buffer that is written for one */
/** What b holds or, when that is longer, its beginning and "...", in the arena; never NULL, "empty" for nothing. Without memory the run cannot go on. */
const char *ctn_run_text(ctn_run *r, const ctn_buf *b, const char *empty);
/** The name of an OID, or its numbers. */
const char *ctn_run_oid(ctn_run *r, ctn_span oid);
/** A certificate's title for messages, likewise. */
const char *ctn_run_title(ctn_run *r, const ctn_cert *c);
/** Keep the last no as that of a candidate path; of several the one that came furthest is the result's reason. */
void ctn_run_candidate(ctn_run *r, const ctn_vpath *path, bool complete);
/** Add a warning to the result. */
void ctn_run_warn(ctn_run *r, enum ctn_vcheck check, size_t certificate, const char *text);
/** The path as it is shown. */
void ctn_run_links(ctn_run *r, ctn_verify_link **out, const ctn_vpath *path);

#endif
