/* The search for a path: depth first over candidate issuers, best first (RFC 4158), each step checked as soon as it can be. For this module alone. */
#ifndef CTN_VERIFY_WALK_H
#define CTN_VERIFY_WALK_H

#include "verify/run.h"

/** Find a valid path for the leaf of the question; what was found stands in r->result. False: none, or r->broken. */
CTN_MUST bool ctn_walk_leaf(ctn_run *r, ctn_member *leaf);
/**
 * Find a valid path from the signer of a CRL to that same anchor (RFC 5280 6.3.3 (f)): as for a leaf, without names, purpose and policies.
 * path counts on success alone. How deep such searches lie within one another is bounded by those whose status is being looked for (status.c).
 */
CTN_MUST bool ctn_walk_signer(ctn_run *r, ctn_vpath *path, ctn_member *signer, const ctn_member *anchor);
/** The DSA parameters that the key of path->certs[at] inherits from above (RFC 5280 6.1.4 (e)); empty for all that need none. */
ctn_span ctn_walk_params(const ctn_vpath *path, size_t at);
/** Is it a DSA key without parameters of its own? */
bool ctn_walk_inherits(const ctn_member *m);

#endif
