/* The rules of one certificate, each a function; which of them are fatal is the profile's word. For this module alone. */
#ifndef CTN_VERIFY_JUDGE_H
#define CTN_VERIFY_JUDGE_H

#include "verify/member.h"

/**
 * Is this rule broken by m in that role? False for rules of other roles. One of which it is not known whether it is self-signed is taken
 * for that when it is self-issued.
 */
bool ctn_judge_breaks(enum ctn_vcheck rule, const ctn_member *m, enum ctn_vrole role);
/** The first rule that is broken at level fatal in the profile, or CTN_V_NONE; remembered in m. */
enum ctn_vcheck ctn_judge(ctn_member *m, enum ctn_vrole role, enum ctn_verify_profile profile);
/** The first rule of certificates, and one behind the last: what ctn_judge_breaks knows. */
extern const enum ctn_vcheck ctn_judge_first, ctn_judge_end;

#endif
