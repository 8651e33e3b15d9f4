/* The new files of a certificate that is to be put in place: made in the form of the old ones, they wait beside them. */
#ifndef CTN_MONITOR_FRESH_H
#define CTN_MONITOR_FRESH_H

#include "key/private.h"
#include "monitor/deploy.h"

/** Is it the key of that certificate? */
bool ctn_fresh_key_fits(const ctn_privkey *key, const ctn_cert_row *row);
/**
 * Let all files of d->exchange wait with d->target in them: certificate and chain out of the store, and key unless it is NULL: then keys stay as they
 * are. Fails CTN_EFILE, CTN_EINPUT (ctn_form_write; a key's file that holds a certificate), CTN_EKEY (it is not the target's), CTN_ESTORE.
 */
CTN_MUST bool ctn_fresh_wait(const ctn_deploy *d, const ctn_privkey *key, const ctn_deploy_world *w, struct ctn_err *e);

#endif
