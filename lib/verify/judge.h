/* The rules of one certificate, each a function; which of them are fatal is the profile's word. For this module alone. */
#ifndef CTN_VERIFY_JUDGE_H
#define CTN_VERIFY_JUDGE_H

#include "verify/member.h"

/**
 * Is this rule broken by m in that role? False for rules of other roles. One of which it is not known whether it is self-signed is taken
 * for that when it is self-issued. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_judge_breaks(bool *broken, enum ctn_vcheck rule, const ctn_member *m, enum ctn_vrole role, struct ctn_err *e);
/** The first rule that is broken at level fatal in the profile, or CTN_V_NONE; remembered in m. Fails as the above, and nothing is remembered. */
CTN_MUST bool ctn_judge(enum ctn_vcheck *broken, ctn_member *m, enum ctn_vrole role, enum ctn_verify_profile profile, struct ctn_err *e);
/** The first rule of certificates, and one behind the last: what ctn_judge_breaks knows. */
extern const enum ctn_vcheck ctn_judge_first, ctn_judge_end;

#endif
