#include "log/merkle.h"

#include "hash/hash.h"

enum { LEVELS = 64, PATH_MAX_NODES = LEVELS + 1 };

bool
ctn_merkle_leaf(ctn_node *out, ctn_span record, struct ctn_err *e)
{
	const ctn_span parts[] = { CTN_SPAN("\x00"), record };

	return ctn_sha256_of(out->h, parts, 2, e);
}

bool
ctn_merkle_pair(ctn_node *out, const ctn_node *left, const ctn_node *right, struct ctn_err *e)
{
	uint8_t both[1 + 2 * CTN_NODE_LEN] = { 0x01 };

	memcpy(both + 1, left->h, CTN_NODE_LEN);
	memcpy(both + 1 + CTN_NODE_LEN, right->h, CTN_NODE_LEN);
	return ctn_sha256(out->h, (ctn_span){ both, sizeof both }, e);
}

bool
ctn_merkle_append(uint64_t index, const ctn_node *leaf, ctn_node_get get, ctn_node_put put, void *ctx, struct ctn_err *e)
{
	ctn_node node = *leaf, left;
	unsigned level = 0;

	if (!put(ctx, 0, index, &node, e))
		return false;
	for (; (index & 1) != 0; index >>= 1) {
		if (!get(ctx, level, index - 1, &left, e) || !ctn_merkle_pair(&node, &left, &node, e))
			return false;
		if (!put(ctx, ++level, index >> 1, &node, e))
			return false;
	}
	return true;
}

/*
 * Hash of the leaves of a tree of `size` that lie right of its last multiple of 2^below: the complete subtrees there are the
 * set bits of size under `below`, the smallest right-most. There must be at least one.
 */
static bool
right_edge(ctn_node *out, uint64_t size, unsigned below, ctn_node_get get, void *ctx, struct ctn_err *e)
{
	ctn_node node;
	bool any = false;

	for (unsigned level = 0; level < below; level++) {
		if ((size >> level & 1) == 0)
			continue;
		if (!get(ctx, level, (size >> level) - 1, &node, e))
			return false;
		if (any && !ctn_merkle_pair(&node, &node, out, e))
			return false;
		*out = node;
		any = true;
	}
	return true;
}

bool
ctn_merkle_root(ctn_node *root, uint64_t size, ctn_node_get get, void *ctx, struct ctn_err *e)
{
	if (size == 0)
		return ctn_sha256(root->h, (ctn_span){ 0 }, e);
	return right_edge(root, size, LEVELS, get, ctx, e);
}

/* A path as it grows from the bottom. */
struct path {
	ctn_node node[PATH_MAX_NODES];
	size_t n;
};

/* Append every sibling from (level, index) up to the root of a tree of size. A node without one moves up as it is. */
static bool
climb(struct path *p, unsigned level, uint64_t index, uint64_t size, ctn_node_get get, void *ctx, struct ctn_err *e)
{
	for (; level < LEVELS && (size - 1) >> level != 0; level++, index >>= 1) {
		uint64_t sibling = index ^ 1, complete = size >> level;

		if (sibling < complete) {
			if (!get(ctx, level, sibling, &p->node[p->n++], e))
				return false;
		} else if (sibling == complete && sibling << level != size) {
			if (!right_edge(&p->node[p->n++], size, level, get, ctx, e))
				return false;
		}
	}
	return true;
}

static bool
hand_out(ctn_node **path, size_t *n, const struct path *p, ctn_arena *a, struct ctn_err *e)
{
	ctn_node *copy = ctn_arena_new(a, ctn_node, p->n > 0 ? p->n : 1);

	if (copy == NULL)
		return ctn_fail_memory(e);
	memcpy(copy, p->node, p->n * sizeof *copy);
	*path = copy;
	*n = p->n;
	return true;
}

bool
ctn_merkle_inclusion(
    ctn_node **path, size_t *n, uint64_t index, uint64_t size, ctn_node_get get, void *ctx, ctn_arena *a, struct ctn_err *e)
{
	struct path p = { .n = 0 };

	if (index >= size)
		return ctn_fail(e, CTN_EINPUT, "leaf %llu is not in a tree of %llu", (unsigned long long)index, (unsigned long long)size);
	return climb(&p, 0, index, size, get, ctx, e) && hand_out(path, n, &p, a, e);
}

static bool
is_power_of_two(uint64_t v)
{
	return (v & (v - 1)) == 0;
}

bool
ctn_merkle_consistency(
    ctn_node **path, size_t *n, uint64_t first, uint64_t second, ctn_node_get get, void *ctx, ctn_arena *a, struct ctn_err *e)
{
	struct path p = { .n = 0 };
	unsigned level = 0;
	uint64_t index;

	if (first > second)
		return ctn_fail(e, CTN_EINPUT, "a tree of %llu does not grow out of one of %llu", (unsigned long long)second,
		    (unsigned long long)first);
	if (first == 0 || first == second)
		return hand_out(path, n, &p, a, e);
	/* RFC 9162, 2.1.4.1: begin at the right-most complete subtree of the first tree; its hash is known when it is all of it */
	while ((first >> level & 1) == 0)
		level++;
	index = (first >> level) - 1;
	if (!is_power_of_two(first) && !get(ctx, level, index, &p.node[p.n++], e))
		return false;
	return climb(&p, level, index, second, get, ctx, e) && hand_out(path, n, &p, a, e);
}

/* Where a check stands: the number of a node and of the last node on one level. */
struct place {
	uint64_t fn, sn;
};

static bool
is_right_child(struct place at)
{
	return (at.fn & 1) != 0 || at.fn == at.sn;
}

/* Up one level, and past those where the node had no sibling (RFC 9162 2.1.3.2 step 4, 2.1.4.2 step 6). */
static struct place
up(struct place at)
{
	if (at.fn == at.sn)
		while ((at.fn & 1) == 0 && at.fn != 0) {
			at.fn >>= 1;
			at.sn >>= 1;
		}
	return (struct place){ at.fn >> 1, at.sn >> 1 };
}

static bool
same(const ctn_node *a, const ctn_node *b)
{
	return memcmp(a->h, b->h, CTN_NODE_LEN) == 0;
}

bool
ctn_merkle_check_inclusion(bool *good, uint64_t index, uint64_t size, const ctn_node *leaf, const ctn_node *path, size_t n,
    const ctn_node *root, struct ctn_err *e)
{
	struct place at = { index, size - 1 };
	ctn_node r = *leaf;

	*good = false;
	if (index >= size)
		return true;
	for (size_t i = 0; i < n; i++, at = up(at)) {
		if (at.sn == 0)
			return true;
		if (is_right_child(at) ? !ctn_merkle_pair(&r, &path[i], &r, e) : !ctn_merkle_pair(&r, &r, &path[i], e))
			return false;
	}
	*good = at.sn == 0 && same(&r, root);
	return true;
}

/* One node of a consistency path: it lies left of both trees' hashes, or right of the second's alone. */
static bool
fold_both(ctn_node *fr, ctn_node *sr, struct place at, const ctn_node *c, struct ctn_err *e)
{
	if (is_right_child(at))
		return ctn_merkle_pair(fr, c, fr, e) && ctn_merkle_pair(sr, c, sr, e);
	return ctn_merkle_pair(sr, sr, c, e);
}

/* RFC 9162 2.1.4.2 for 0 < first < second. */
static bool
check_growth(bool *good, struct place at, const ctn_node *first_root, const ctn_node *second_root, const ctn_node *path, size_t n,
    struct ctn_err *e)
{
	bool whole = is_power_of_two(at.fn + 1);
	size_t i = whole ? 0 : 1;
	ctn_node fr, sr;

	if (n < i)
		return true;
	fr = sr = whole ? *first_root : path[0];
	for (; (at.fn & 1) != 0; at.sn >>= 1)
		at.fn >>= 1;
	for (; i < n; i++, at = up(at)) {
		if (at.sn == 0)
			return true;
		if (!fold_both(&fr, &sr, at, &path[i], e))
			return false;
	}
	*good = at.sn == 0 && same(&fr, first_root) && same(&sr, second_root);
	return true;
}

bool
ctn_merkle_check_consistency(bool *good, uint64_t first, uint64_t second, const ctn_node *first_root, const ctn_node *second_root,
    const ctn_node *path, size_t n, struct ctn_err *e)
{
	ctn_node empty;

	*good = false;
	if (first > second)
		return true;
	if (first == second) {
		*good = n == 0 && same(first_root, second_root);
		return true;
	}
	if (first > 0)
		return check_growth(good, (struct place){ first - 1, second - 1 }, first_root, second_root, path, n, e);
	if (!ctn_sha256(empty.h, (ctn_span){ 0 }, e))
		return false;
	*good = n == 0 && same(first_root, &empty);
	return true;
}
