/* Keep the home: check, back up, restore, halt, the log's verdict. */
#ifndef CTN_CA_KEEP_H
#define CTN_CA_KEEP_H

#include "ca/ca.h"
#include "store/highwater.h"
#include "store/journal.h"

/** Something that is not as it should be. */
typedef struct ctn_problem_row {
	const char *where, *text;
} ctn_problem_row;

/** Records, files and keys agree? Also intents left behind (problem "intended ..."), CRLs and certificates in public/, key files present and safe. */
CTN_MUST bool ctn_ca_check(ctn_problem_row **rows, size_t *n, ctn_ca *ca, struct ctn_err *e);

typedef struct ctn_log_verdict {
	uint64_t size;
	ctn_node root;
	const char *against[2]; /* "highwater", "checkpoint" */
	size_t against_n;
	ctn_problem_row *problems;
	size_t problems_n;
} ctn_log_verdict;
/** checkpoint: a note kept elsewhere, or empty. */
CTN_MUST bool ctn_ca_log_verify(ctn_log_verdict *out, ctn_ca *ca, ctn_span checkpoint, struct ctn_err *e);
/** A signed note over the log as it is now; recorded. */
CTN_MUST bool ctn_ca_checkpoint(ctn_buf *note, ctn_ca *ca, struct ctn_err *e);

CTN_MUST bool ctn_ca_halt(ctn_ca *ca, const char *why, struct ctn_err *e);
CTN_MUST bool ctn_ca_resume(ctn_ca *ca, struct ctn_err *e);

/** The whole home into one file, online: database, keys (still encrypted), policies, public, highwater. An uncompressed tar (POSIX ustar), 0600. */
CTN_MUST bool ctn_ca_backup(ctn_ca *ca, const char *to_path, bool force, struct ctn_err *e);

typedef struct ctn_restore_report {
	uint64_t size;              /* of the restored log */
	bool had_highwater;         /* the old home, or its highwater and public CRLs, were there to compare with */
	ctn_problem_row *window;    /* what may be missing: acts since, CRL numbers jumped */
	size_t window_n;
} ctn_restore_report;
/**
 * Put a backup in place of env->home. Refuses what would forget a revocation or reuse a CRL number or log size that the home there (or its highwater
 * and public CRLs) has; the old home is kept as HOME.before-restore-TIME. Nothing is changed on failure.
 */
CTN_MUST bool ctn_home_restore(ctn_restore_report *out, const char *from_path, const ctn_ca_env *env, bool dry_run, ctn_arena *a, struct ctn_err *e);

#endif
