/* Certificate policies over one path: the policy graph of RFC 9618 (which replaces the tree of RFC 5280 6.1). For this module alone. */
#ifndef CTN_VERIFY_POLICY_H
#define CTN_VERIFY_POLICY_H

#include "base/mem.h"
#include "verify/member.h"

#define CTN_POLICY_NODES_MAX 4096u /* in one graph; more is refused as too much work */

/** RFC 5280 6.1.1 (c), (e) to (g). wanted: OIDs; none at all means any policy. */
typedef struct ctn_policy_inputs {
	const ctn_span *wanted;
	size_t wanted_n;
	bool require_explicit, inhibit_mapping, inhibit_any;
} ctn_policy_inputs;

/** The user-constrained policy set. any: whatever policy is asked for. */
typedef struct ctn_policy_outputs {
	ctn_span *oids;
	size_t n;
	bool any;
} ctn_policy_outputs;

/**
 * Run the graph over path, which is leaf first and ends below the anchor (n at least 1). failed gets CTN_V_NONE, or what is wrong with
 * which certificate (*at). Everything is in the arena and borrows the certificates. Fails CTN_ENOMEM alone.
 */
CTN_MUST bool ctn_policy_run(ctn_policy_outputs *out, enum ctn_vcheck *failed, size_t *at, ctn_member *const *path, size_t n,
    const ctn_policy_inputs *in, ctn_arena *a, struct ctn_err *e);

#endif
