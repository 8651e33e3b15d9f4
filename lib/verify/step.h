/* The checks of one step of a path, each of which says why not (ctn_run_no). For this module alone. */
#ifndef CTN_VERIFY_STEP_H
#define CTN_VERIFY_STEP_H

#include "verify/run.h"

/** What a broken rule says of m, for people; never NULL. */
const char *ctn_step_says(ctn_run *r, enum ctn_vcheck rule, const ctn_member *m);
/** Can every extension that verification needs be read, is every critical one known, and none there twice? */
bool ctn_step_extensions(ctn_run *r, const ctn_member *m, size_t at);
/** All that can be said of a certificate without its path: these extensions, dates, and the profile's rules for its role. */
bool ctn_step_alone(ctn_run *r, ctn_member *m, enum ctn_vrole role, size_t at);
/** RFC 5280 6.1.4 (k), (n): may it issue? */
bool ctn_step_issuer(ctn_run *r, const ctn_member *m, size_t at);
/** Intermediates of a path that count for path lengths: those that are not self-issued (RFC 5280 6.1.4 (l)). */
unsigned ctn_step_intermediates(const ctn_vpath *path);
/** RFC 5280 6.1.4 (m): does m let so many authorities be below it? */
bool ctn_step_length(ctn_run *r, const ctn_member *m, size_t at, unsigned below);
/** The certificate policies of a path that is whole; its policy set goes to the result. */
bool ctn_step_policies(ctn_run *r, const ctn_vpath *path);

#endif
