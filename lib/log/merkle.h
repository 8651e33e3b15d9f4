/* RFC 6962 section 2.1 (the same arithmetic as RFC 9162): an append-only Merkle tree. Arithmetic alone: nodes come through a callback. */
#ifndef CTN_LOG_MERKLE_H
#define CTN_LOG_MERKLE_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define CTN_NODE_LEN 32
typedef struct ctn_node {
	uint8_t h[CTN_NODE_LEN];
} ctn_node;

/** Hash of the subtree of 2^level leaves that begins at leaf index << level: complete subtrees only. */
typedef bool (*ctn_node_get)(void *ctx, unsigned level, uint64_t index, ctn_node *out, struct ctn_err *e);
typedef bool (*ctn_node_put)(void *ctx, unsigned level, uint64_t index, const ctn_node *node, struct ctn_err *e);

/** SHA-256(0x00 || record). */
CTN_PUBLIC CTN_MUST bool ctn_merkle_leaf(ctn_node *out, ctn_span record, struct ctn_err *e);
/** SHA-256(0x01 || left || right). */
CTN_PUBLIC CTN_MUST bool ctn_merkle_pair(ctn_node *out, const ctn_node *left, const ctn_node *right, struct ctn_err *e);
/** Append leaf number `index` (0-based): puts it and every subtree that it completes. */
CTN_PUBLIC CTN_MUST bool ctn_merkle_append(uint64_t index, const ctn_node *leaf, ctn_node_get get, ctn_node_put put, void *ctx, struct ctn_err *e);
/** Root of the first size leaves; size 0 is SHA-256 of nothing. */
CTN_PUBLIC CTN_MUST bool ctn_merkle_root(ctn_node *root, uint64_t size, ctn_node_get get, void *ctx, struct ctn_err *e);
/** Inclusion proof of leaf index in a tree of size; path in the arena. */
CTN_PUBLIC CTN_MUST bool ctn_merkle_inclusion(ctn_node **path, size_t *n, uint64_t index, uint64_t size, ctn_node_get get, void *ctx, ctn_arena *a,
    struct ctn_err *e);
/** Consistency proof from size first to second. */
CTN_PUBLIC CTN_MUST bool ctn_merkle_consistency(ctn_node **path, size_t *n, uint64_t first, uint64_t second, ctn_node_get get, void *ctx, ctn_arena *a,
    struct ctn_err *e);
/** RFC 9162 2.1.3.2 and 2.1.4.2. */
CTN_PUBLIC CTN_MUST bool ctn_merkle_check_inclusion(bool *good, uint64_t index, uint64_t size, const ctn_node *leaf, const ctn_node *path, size_t n,
    const ctn_node *root, struct ctn_err *e);
CTN_PUBLIC CTN_MUST bool ctn_merkle_check_consistency(bool *good, uint64_t first, uint64_t second, const ctn_node *first_root,
    const ctn_node *second_root, const ctn_node *path, size_t n, struct ctn_err *e);

#endif
