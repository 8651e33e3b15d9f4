/* Halt: all signing on this home stops, in every process, until it is resumed. */
#ifndef CTN_CA_HALT_H
#define CTN_CA_HALT_H

#include "ca/ca.h"

/** Recorded; the mint looks before each signature. Revocations are still recorded. Fails CTN_EEXISTS when it is halted already. */
CTN_PUBLIC CTN_MUST bool ctn_ca_halt(ctn_ca *ca, const char *why, bool dry_run, struct ctn_err *e);
/** What ends with a resume: why it was halted, since when, by whom; in the ca's arena. */
typedef struct ctn_halt {
	const char *why, *actor;
	int64_t since_s;
} ctn_halt;
/** Fails CTN_ENOTFOUND when it is not halted. */
CTN_PUBLIC CTN_MUST bool ctn_ca_resume(ctn_halt *ended, ctn_ca *ca, bool dry_run, struct ctn_err *e);

#endif
