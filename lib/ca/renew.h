/* Renew (same key) and rekey (new key) a certificate of this home; which ones are due. */
#ifndef CTN_CA_RENEW_H
#define CTN_CA_RENEW_H

#include "ca/issue.h"

typedef struct ctn_renew_args {
	int64_t certificate_id;
	bool rekey;
	ctn_span csr;          /* rekey: PEM or DER; empty: a key is made */
	int64_t lifetime_s;    /* 0: the profile's default */
	bool dry_run;
	bool (*ready)(void *ctx, const ctn_plan *plan, struct ctn_err *e); /* as in ctn_issue_args */
	void *ctx;
} ctn_renew_args;

/**
 * Same profile, names, owner and note, judged by today's policy; the old certificate becomes superseded and stays valid.
 * Refused (out->allowed false, recorded): what is revoked, on hold, superseded, or expired beyond renew.after_expiry; a rekey with the same key.
 * Fails CTN_EUSAGE (a CA certificate; one that was never issued), CTN_EINPUT (its bytes were pruned), and as ctn_ca_issue.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_renew(ctn_issued *out, ctn_ca *ca, const ctn_renew_args *args, struct ctn_err *e);

/**
 * Ids of live, not superseded leaves that are inside their profile's renew.window now, the first to end first; in the ca's arena. A share of the
 * lifetime is of the certificate's own, but of no more than the profile's max. Where a profile cannot be read or is gone the last 30 days
 * count, so that its renewal fails aloud and not by silence.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_due(int64_t **ids, size_t *n, ctn_ca *ca, struct ctn_err *e);

/** The renew.window of every profile, read once; in the ca's arena. Fails as reading policies does. */
typedef struct ctn_windows ctn_windows;
CTN_MUST bool ctn_ca_windows(const ctn_windows **out, ctn_ca *ca, struct ctn_err *e);
/** Is it now inside the window of this leaf, or behind its end? Whether it was renewed already, or revoked, is not asked. */
bool ctn_windows_cover(const ctn_windows *w, const ctn_cert_row *row);

#endif
