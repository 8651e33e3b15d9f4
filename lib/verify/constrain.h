/* Name constraints over a path (RFC 5280 6.1.3 (b), (c); 4.2.1.10). For this module alone. */
#ifndef CTN_VERIFY_CONSTRAIN_H
#define CTN_VERIFY_CONSTRAIN_H

#include "verify/run.h"

/**
 * Do all certificates of path stand within the constraints of issuer, which comes next above? Self-issued ones count only as the target.
 * Holding each authority's constraints against all below it is the same as their intersection. False: r->why says why.
 */
CTN_MUST bool ctn_constrain(ctn_run *r, const ctn_member *issuer, const ctn_vpath *path);

#endif
