/* The log's verdict: is anything changed, deleted, reordered or cut off, and against what was it held? */
#ifndef CTN_CA_VERDICT_H
#define CTN_CA_VERDICT_H

#include "ca/ca.h"
#include "ca/problem.h"
#include "log/merkle.h"

typedef struct ctn_log_verdict {
	uint64_t size;
	ctn_node root;
	bool has_root;          /* false: nodes are missing, so there is none */
	const char *against[2]; /* "highwater", "checkpoint" */
	size_t against_n;
	ctn_problems problems;
} ctn_log_verdict;

typedef struct ctn_verdict_wish {
	ctn_span checkpoint; /* a note kept elsewhere, or empty */
	void (*progress)(void *ctx, uint64_t done, uint64_t all); /* or NULL */
	void *ctx;
} ctn_verdict_wish;

/**
 * Every leaf and node is recomputed from the rows, of one moment of the database; then the tree is held against HOME/highwater, and
 * against the checkpoint: signed by this home's log key, not larger than the log, of the same root at that size. What is wrong is
 * among the problems. In the ca's arena.
 * Fails CTN_EINPUT when the checkpoint is no note at all; CTN_ESTORE.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_log_verify(ctn_log_verdict *out, ctn_ca *ca, const ctn_verdict_wish *wish, struct ctn_err *e);

#endif
