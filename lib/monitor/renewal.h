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
	struct ctn_err why;     /* when it was tried and failed */
} ctn_renewal;

/** A watched file with a certificate that this home issued. */
typedef struct ctn_renewal_file {
	const char *path;
	int64_t certificate_id; /* of the first certificate in it */
} ctn_renewal_file;

/**
 * Renew what renew.window of its profile covers among the certificates that stand in these files: a new key unless renew.key is same, to
 * the same files (certificate, chain, key beside them), each replaced whole; the hook is run once for all, and when it fails the old files
 * are put back. A renewal that was cut short before is ended first. Results for every file that holds a certificate which was due, or whose
 * last renewal failed. Fails only when nothing could be tried at all (CTN_ESTORE, CTN_ENOMEM).
 */
CTN_MUST bool ctn_monitor_renew(
    ctn_renewal **out, size_t *n, const ctn_monitor_env *env, const ctn_renewal_file *files, size_t files_n, struct ctn_err *e);

#endif
