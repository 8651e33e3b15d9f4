/* The log of acts as rows: leaves, nodes, checkpoints, and the check that nothing was changed behind it. */
#ifndef CTN_STORE_JOURNAL_H
#define CTN_STORE_JOURNAL_H

#include "base/bytes.h"
#include "base/err.h"
#include "log/merkle.h"
#include "store/store.h"

typedef struct ctn_leaf_row {
	uint64_t index;
	int64_t at_s;
	const char *act;   /* "issue", "revoke", ... */
	const char *actor;
	int64_t row_id;    /* of the table that the act writes */
	ctn_node hash;
	char what[160];    /* for people: "issuing 4f00… web.internal.example" */
} ctn_leaf_row;

CTN_MUST bool ctn_store_log_size(uint64_t *size, ctn_store *s, struct ctn_err *e);
CTN_MUST bool ctn_store_log_root(ctn_node *root, ctn_store *s, uint64_t size, struct ctn_err *e);
/** Newest first unless from is given; the row's pointers are valid within the call. limit 0: all. */
CTN_MUST bool ctn_store_log_list(ctn_store *s, int64_t since_s, uint64_t limit,
    bool (*leaf)(void *ctx, const ctn_leaf_row *leaf, struct ctn_err *e), void *ctx, struct ctn_err *e);
/** Leaves that touch one certificate, oldest first; in the arena. */
CTN_MUST bool ctn_store_log_of_cert(ctn_leaf_row **rows, size_t *n, ctn_store *s, int64_t certificate_id, ctn_arena *a, struct ctn_err *e);

/** One thing that is not as it was written. */
typedef bool (*ctn_problem)(void *ctx, const char *where, const char *text, struct ctn_err *e);
/**
 * Recompute every leaf from the rows that its act wrote, every node from the leaves, the root, and look for rows that no leaf covers and
 * leaves without row. Calls problem for each, naming table, row and column where that can be told ("certificate 12 (serial 40…): ...").
 * progress (may be NULL) is told now and then.
 */
CTN_MUST bool ctn_store_log_verify(ctn_store *s, ctn_problem problem, void *ctx, void (*progress)(void *ctx, uint64_t done, uint64_t all),
    struct ctn_err *e);
CTN_MUST bool ctn_store_checkpoint_add(ctn_store *s, uint64_t size, const ctn_node *root, const char *note, const ctn_act *act,
    struct ctn_err *e);

#endif
