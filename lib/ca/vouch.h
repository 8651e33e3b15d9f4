/* Checkpoints: a signed note of how the log is now, to be kept elsewhere. */
#ifndef CTN_CA_VOUCH_H
#define CTN_CA_VOUCH_H

#include "ca/ca.h"
#include "log/checkpoint.h"

/**
 * Append a C2SP signed note over the log as it is now; recorded, unless dry_run. Its own record is the next leaf: a note over size N
 * stands in leaf N. out->origin lives in the ca's arena.
 * Fails CTN_EKEY when keys/log.key is missing or another; CTN_ESTORE; as ctn_ca_begin_act.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_checkpoint(ctn_buf *note, ctn_checkpoint *out, ctn_ca *ca, bool dry_run, struct ctn_err *e);

#endif
