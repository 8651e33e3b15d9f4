/* What only the leaf is asked: the names that are wanted, its purpose. For this module alone. */
#ifndef CTN_VERIFY_TARGET_H
#define CTN_VERIFY_TARGET_H

#include "verify/run.h"

/** RFC 9525 6 and the question's purpose over the leaf alone. False: r->why says why. */
CTN_MUST bool ctn_target_fits(ctn_run *r, const ctn_member *leaf);
/** Does the extended key usage (if there is one) let m, or what is below it, serve the question's purpose? */
bool ctn_target_purpose(const ctn_verify_ask *ask, const ctn_member *m);

#endif
