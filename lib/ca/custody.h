/* Where an authority's key is kept: its passphrase, and off this home. */
#ifndef CTN_CA_CUSTODY_H
#define CTN_CA_CUSTODY_H

#include "ca/ca.h"

/** Change the passphrase of an authority's key file; remove: keep it without one. */
CTN_PUBLIC CTN_MUST bool ctn_ca_passphrase(ctn_ca *ca, const char *name, bool remove, bool dry_run, struct ctn_err *e);

typedef struct ctn_detach_args {
	const char *name, *out_path;
	bool force, dry_run;
} ctn_detach_args;
/**
 * Move the key file as it is to out_path and off this home: copied, durable, recorded, and only then removed here.
 * Fails CTN_EUSAGE when out_path lies in the home: the copy could be the very file that is removed.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_detach(ctn_ca *ca, const ctn_detach_args *args, struct ctn_err *e);

typedef struct ctn_attach_args {
	const char *name, *path;
	bool dry_run;
} ctn_attach_args;
/**
 * Bring a detached key back: the file must open and be this authority's key; it is copied, durable, and only then recorded. The file stays.
 * Fails CTN_EEXISTS when the key is here, CTN_EINPUT for an authority of another home, CTN_EKEY for another key.
 */
CTN_MUST bool ctn_ca_attach(ctn_ca *ca, const ctn_attach_args *args, struct ctn_err *e);

#endif
