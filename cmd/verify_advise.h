/* What to do about a no: the way out that the validator gives for any certificate, made one for this certificate. */
#ifndef CTN_CMD_VERIFY_ADVISE_H
#define CTN_CMD_VERIFY_ADVISE_H

#include "ca/ca.h"
#include "verify/verify.h"

/**
 * Better fixes for the reason of r and for its candidates, in the arena: where a missing issuer is to be had, the very command that renews or
 * replaces what this home issued. home: NULL when there is none. What cannot be found out leaves the fix as it is.
 */
void verify_advise(ctn_verify_result *r, const ctn_verify_ask *ask, ctn_ca *home, ctn_arena *a);

#endif
