/* Certificates that are due are renewed into the files that they are served from. */
#ifndef CTN_MONITOR_RENEWAL_H
#define CTN_MONITOR_RENEWAL_H

#include "monitor/env.h"

/** What became of one certificate that was due and stands in watched files. */
typedef struct ctn_renewal {
	const char *item;       /* "renewal:/etc/nginx/tls/web.crt" */
	const char *title;      /* its first name */
	const char *file;       /* the file that its certificate stands in */
	bool renewed;           /* new files are in place and the hook succeeded */
	bool tried;             /* false: not due, or a dry run */
	const char *old_serial, *new_serial; /* hex; new_serial NULL when nothing was issued */
	int64_t not_after;      /* of what stands in the file now */
	struct ctn_err why;     /* when it was tried and failed: CTN_EPOLICY, CTN_EKEY (none, encrypted, shared), CTN_EFILE (files, the hook), ... */
} ctn_renewal;

/** A watched file with a certificate that this home issued. */
typedef struct ctn_renewal_file {
	const char *path;
	int64_t certificate_id; /* of the first certificate in it; 0: not of this home */
} ctn_renewal_file;

/**
 * Renew what renew.window of its profile covers among the certificates that stand in these files: a new key unless renew.key is same, to
 * the same files, each replaced whole and with its owner, group and permissions. Files of one lineage are replaced together: every one given
 * here whose first certificate is of it, in its own form (leaf, chain, root, key in the same order; PEM or DER), and the key that belongs to it
 * (monitor/beside.h). A symbolic link is followed: what it means is replaced, in that folder.
 *
 * The hook is run once for all. The old files wait beside the new ones until it succeeded (`.NAME.catena-old`), and are put back when it fails;
 * the new ones wait then (`.NAME.catena-new`), and the next run puts the same ones in place instead of issuing again. A run that was cut short
 * is ended by the next: whatever was replaced is put back first, so that key and certificate fit whatever comes then.
 *
 * One result for each lineage that was due, or whose last renewal failed or was cut short; its file is the first one given. Without
 * policy->renew.wanted there are none. In a home that is opened read_only only what is due is said. Results are in the ca's arena.
 * Fails only when nothing could be tried at all (CTN_ESTORE, CTN_ENOMEM).
 */
CTN_MUST bool ctn_monitor_renew(
    ctn_renewal **out, size_t *n, const ctn_monitor_env *env, const ctn_renewal_file *files, size_t files_n, struct ctn_err *e);

#endif
