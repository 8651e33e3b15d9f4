/* One folder takes the place of another in one rename. */
#ifndef CTN_CA_SWAP_H
#define CTN_CA_SWAP_H

#include <stdint.h>

#include "base/dir.h"
#include "base/err.h"
#include "base/mem.h"

typedef struct ctn_swap {
	const char *target;  /* without slashes at its end */
	const char *sibling; /* TARGET.restoring: an empty home, to be filled */
	const char *aside;   /* after done: where the old one is; NULL when there was none */
	const char *parent, *spare;
	ctn_lock lock;       /* of the parent: one at a time */
	bool done;           /* the new one is in place */
} ctn_swap;

/**
 * Make the sibling, with the folders of a home. What an earlier one that was killed left is cleared up: an unfinished sibling is removed, an old
 * home that was exchanged but not yet renamed is put aside. On a file system on this machine. Fails CTN_ELOCKED, CTN_EFILE, CTN_ESTORE.
 */
CTN_MUST bool ctn_swap_begin(ctn_swap *s, const char *target, double wait_s, ctn_arena *a, struct ctn_err *e);
/** Exchange the two, durably, and rename the old one to TARGET.before-restore-TIME. On failure nothing is changed, or done says that it is. */
CTN_MUST bool ctn_swap_done(ctn_swap *s, int64_t now_s, ctn_arena *a, struct ctn_err *e);
/** Remove the sibling unless it took the place; let go of the lock. */
void ctn_swap_end(ctn_swap *s);

#endif
