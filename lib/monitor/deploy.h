/* One lineage's newest certificate on its way into the files that an older one of it stands in. */
#ifndef CTN_MONITOR_DEPLOY_H
#define CTN_MONITOR_DEPLOY_H

#include "ca/renew.h"
#include "monitor/env.h"
#include "monitor/form.h"
#include "monitor/exchange.h"
#include "store/certificate.h"

/** A watched file, and which certificate of the home stands in it first. Each of the lineage is one, also where nothing is to be done. */
typedef struct ctn_deploy_file {
	const char *path;   /* as it is watched */
	ctn_spot spot;
	ctn_form form;
	ctn_cert_row row;
} ctn_deploy_file;

typedef struct ctn_deploy {
	int64_t lineage;
	ctn_deploy_file *files;
	size_t files_n;
	ctn_exchange exchange;     /* all that are replaced: files with nothing but the key first */
	bool has_target;    /* a certificate that is to go there; else there is nothing to do here */
	ctn_cert_row target;
} ctn_deploy;

typedef struct ctn_deploy_world {
	const ctn_monitor_env *env;
	const ctn_windows *windows;
	ctn_spots *spots;
} ctn_deploy_world;

/**
 * Read what stands in file->path now: spot, form, and the record of its first certificate. *known: there is one, and it is of this home; else
 * row stays as it was. Fails CTN_EFILE, CTN_EINPUT (ctn_form_read), CTN_ESTORE.
 */
CTN_MUST bool ctn_deploy_read(bool *known, ctn_deploy_file *file, const ctn_deploy_world *w, struct ctn_err *e);
/**
 * End what an earlier run began: where it was cut short before its hook had succeeded, every file becomes what it was and the new ones wait; where
 * it was cut short behind that, only the old ones are removed, and *ended says so. Then find or make the certificate and key that belong there, and let the new files wait
 * beside the old ones. What an earlier run issued and could not put in place is taken before anything is issued. A new key waits beside the old one before its certificate is recorded, so that no crash
 * can lose the one without the other; what was issued is in the store, and files with it can always be made again.
 *
 * Fails CTN_EPOLICY with the policy's reason, CTN_EKEY (ctn_beside_find), CTN_EINPUT (a file that cannot be made again with another
 * certificate), CTN_EPASSPHRASE, CTN_EFILE, and as ctn_ca_renew. No file was replaced then.
 */
CTN_MUST bool ctn_deploy_prepare(ctn_deploy *d, bool *ended, const ctn_deploy_world *w, struct ctn_err *e);

#endif
