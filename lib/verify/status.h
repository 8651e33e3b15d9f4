/* Is a certificate of a path revoked? The caller's word, then OCSP responses, then CRLs. For this module alone. */
#ifndef CTN_VERIFY_STATUS_H
#define CTN_VERIFY_STATUS_H

#include "verify/run.h"

/** What is known of one certificate. */
typedef struct ctn_status {
	enum ctn_verify_status status;
	int64_t since_s;
	unsigned reason; /* CRLReason; unspecified when none is given */
} ctn_status;

/** Note why something that was found says nothing of the status that is looked for. The first note stays. */
void ctn_status_doubt(ctn_run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * Check path->certs[at], whose issuer is the next; all above it are known to be good, and the last is the anchor. True when it is good, or
 * unknown where the question only prefers an answer (a warning tells). False: r->why says why, or r->broken.
 */
CTN_MUST bool ctn_status_check(ctn_run *r, const ctn_vpath *path, size_t at);

#endif
