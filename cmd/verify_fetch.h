/* verify --ocsp: responders are asked about the certificates of a path that holds but for its revocation. */
#ifndef CTN_CMD_VERIFY_FETCH_H
#define CTN_CMD_VERIFY_FETCH_H

#include "cmd/command.h"
#include "verify/verify.h"

/** Who was asked so far in this run. */
typedef struct verify_fetch verify_fetch;

/** Opens libcatena-net. In the arena of the command. Fails CTN_EFILE, CTN_ENOMEM. */
CTN_MUST bool verify_fetch_open(verify_fetch **out, struct cmd *c, ctn_verifier *v, struct ctn_err *e);
/**
 * As ctn_verify, with what the responders of the path's certificates say. Nobody is asked about a certificate whose path does not hold
 * otherwise, twice, or by anything but http; a responder that failed once is not tried again. Why one gave no answer that counts stands
 * behind the result's own text.
 */
CTN_MUST bool verify_fetch_run(verify_fetch *f, ctn_verify_result *r, const ctn_verify_ask *ask, ctn_arena *a, struct ctn_err *e);

#endif
