/* Restore: a backup in place of a home, without forgetting what the place remembers. */
#ifndef CTN_CA_RESTORE_H
#define CTN_CA_RESTORE_H

#include "ca/ca.h"
#include "ca/problem.h"
#include "log/merkle.h"

typedef struct ctn_restore_report {
	bool allowed;           /* else refused says why, and nothing was changed */
	ctn_problems refused;
	uint64_t size;          /* of the backup's log */
	ctn_node root;
	const char *against[3]; /* what was there to compare with: "database", "highwater", "crl" */
	size_t against_n;
	uint64_t revocations;   /* taken over from the CRLs or the broken database that stood there */
	ctn_problems window;    /* what was taken over, and what may be missing */
	const char *aside;      /* where the old home is kept; NULL: there was none */
} ctn_restore_report;

/**
 * Unpack the backup beside env->home, check it (schema, records, log, its own highwater), compare it with what stands there, and exchange the
 * two folders in one rename; the old home is kept as HOME.before-restore-TIME, halted.
 *
 * A home whose database is whole must not have acts that the backup lacks: they would be forgotten, and log sizes and CRL numbers used
 * twice. Where the database is gone or broken, its highwater, its public CRLs (each checked against its key) and what the database still
 * tells take its place: revocations are taken over, the newest CRLs recorded, CRL numbers go on above all that were used, and window says
 * what cannot be known. Without any of them numbers jump by CTN_RESTORE_JUMP. It is all in the log, with an event "restored".
 *
 * Nothing is changed on failure, when refused, or by dry_run. One that was killed leaves the old home or the new one; the next
 * restore clears up behind it.
 * Fails CTN_EINPUT (not a backup, or one that was tampered with), CTN_ELOCKED, CTN_ESTORE, CTN_EFILE, CTN_ECLOCK.
 */
#define CTN_RESTORE_JUMP 65536
CTN_PUBLIC CTN_MUST bool ctn_home_restore(ctn_restore_report *out, const char *from_path, const ctn_ca_env *env, bool dry_run, ctn_arena *a,
    struct ctn_err *e);

#endif
