#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hash/hash.h"
#include "log/merkle.h"

enum { SIZES = 1025, LEVELS = 11 };

/* Nodes of a tree in memory; what was never put cannot be had. */
static struct tree {
	ctn_node node[LEVELS][SIZES];
	bool has[LEVELS][SIZES];
	ctn_node root[SIZES + 1];
} tree;

static bool
get(void *ctx, unsigned level, uint64_t index, ctn_node *out, struct ctn_err *e)
{
	struct tree *t = ctx;

	if (level >= LEVELS || index >= SIZES || !t->has[level][index])
		return ctn_fail(e, CTN_ESTORE, "no node (%u, %llu)", level, (unsigned long long)index);
	*out = t->node[level][index];
	return true;
}

static bool
put(void *ctx, unsigned level, uint64_t index, const ctn_node *node, struct ctn_err *e)
{
	struct tree *t = ctx;

	if (level >= LEVELS || index >= SIZES || t->has[level][index])
		return ctn_fail(e, CTN_ESTORE, "node (%u, %llu) is there", level, (unsigned long long)index);
	t->node[level][index] = *node;
	t->has[level][index] = true;
	return true;
}

static ctn_node
leaf_of(uint64_t i)
{
	uint8_t record[2] = { (uint8_t)(i >> 8), (uint8_t)i };
	struct ctn_err e = { 0 };
	ctn_node leaf;

	assert_true(ctn_merkle_leaf(&leaf, (ctn_span){ record, 2 }, &e));
	return leaf;
}

/* MTH as RFC 9162 2.1.1 writes it down: the oracle. */
static ctn_node
tree_hash(uint64_t begin, uint64_t end)
{
	struct ctn_err e = { 0 };
	ctn_node left, right;
	uint64_t k = 1;

	if (end - begin == 1)
		return tree.node[0][begin];
	while (2 * k < end - begin)
		k *= 2;
	left = tree_hash(begin, begin + k);
	right = tree_hash(begin + k, end);
	assert_true(ctn_merkle_pair(&left, &left, &right, &e));
	return left;
}

static int
grow(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	if (!ctn_merkle_root(&tree.root[0], 0, get, &tree, &e))
		return -1;
	for (uint64_t i = 0; i < SIZES; i++) {
		ctn_node leaf = leaf_of(i);

		if (!ctn_merkle_append(i, &leaf, get, put, &tree, &e) || !ctn_merkle_root(&tree.root[i + 1], i + 1, get, &tree, &e))
			return -1;
	}
	return 0;
}

static void
leaves_and_pairs_are_hashed_apart(void **state)
{
	static const uint8_t leaf[] = "\x00" "catena";
	uint8_t wanted[32], both[65] = { 1 };
	struct ctn_err e = { 0 };
	ctn_node got, pair;

	(void)state;
	assert_true(ctn_merkle_leaf(&got, CTN_SPAN("catena"), &e));
	assert_true(ctn_sha256(wanted, (ctn_span){ leaf, 7 }, &e));
	assert_memory_equal(got.h, wanted, 32);
	memcpy(both + 1, got.h, 32);
	memcpy(both + 33, tree.root[0].h, 32);
	assert_true(ctn_merkle_pair(&pair, &got, &tree.root[0], &e));
	assert_true(ctn_sha256(wanted, (ctn_span){ both, 65 }, &e));
	assert_memory_equal(pair.h, wanted, 32);
}

/* The published vectors of RFC 6962 implementations: eight leaves, roots of one to eight. */
static void
roots_are_those_of_the_known_tree(void **state)
{
	static const char *const records[] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
		"606162636465666768696a6b6c6d6e6f" };
	static const char *const roots[] = {
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	};
	static struct tree known;
	struct ctn_err e = { 0 };
	ctn_node leaf, root;
	uint8_t record[16];
	char hex[65];
	size_t n;

	(void)state;
	for (uint64_t i = 0; i < 8; i++) {
		n = 0;
		assert_true(records[i][0] == '\0' || ctn_unhex(record, sizeof record, &n, records[i]));
		assert_true(ctn_merkle_leaf(&leaf, (ctn_span){ record, n }, &e));
		assert_true(ctn_merkle_append(i, &leaf, get, put, &known, &e));
		assert_true(ctn_merkle_root(&root, i + 1, get, &known, &e));
		ctn_hex(hex, (ctn_span){ root.h, 32 });
		assert_string_equal(hex, roots[i]);
	}
}

static void
an_empty_tree_is_the_hash_of_nothing(void **state)
{
	char hex[65];

	(void)state;
	ctn_hex(hex, (ctn_span){ tree.root[0].h, 32 });
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
every_root_is_that_of_the_definition(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= SIZES; size++) {
		ctn_node wanted = tree_hash(0, size);

		assert_memory_equal(tree.root[size].h, wanted.h, 32);
	}
}

/* One proof good, and no more so for a neighbour, with a node less, or with one bit wrong. */
static void
check_one_inclusion(uint64_t index, uint64_t size, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	ctn_node *path, next;
	bool good;
	size_t n;

	assert_true(ctn_merkle_inclusion(&path, &n, index, size, get, &tree, a, &e));
	assert_true(ctn_merkle_check_inclusion(&good, index, size, &tree.node[0][index], path, n, &tree.root[size], &e));
	if (!good)
		fail_msg("proof of %llu in %llu", (unsigned long long)index, (unsigned long long)size);
	if ((index * 31 + size) % 61 != 0)
		return;
	next = leaf_of(index + 1);
	assert_true(ctn_merkle_check_inclusion(&good, index, size, &next, path, n, &tree.root[size], &e) && !good);
	if (n == 0)
		return;
	assert_true(ctn_merkle_check_inclusion(&good, index ^ 1, size, &tree.node[0][index], path, n, &tree.root[size], &e) && !good);
	assert_true(ctn_merkle_check_inclusion(&good, index, size, &tree.node[0][index], path, n - 1, &tree.root[size], &e) && !good);
	path[n - 1].h[31] ^= 1;
	assert_true(ctn_merkle_check_inclusion(&good, index, size, &tree.node[0][index], path, n, &tree.root[size], &e) && !good);
}

static void
every_leaf_is_proven_in_every_tree_to_1025(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= SIZES; size++) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);

		for (uint64_t index = 0; index < size; index++)
			check_one_inclusion(index, size, a);
	}
}

static void
check_one_consistency(uint64_t first, uint64_t second, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	ctn_node *path;
	bool good;
	size_t n;

	assert_true(ctn_merkle_consistency(&path, &n, first, second, get, &tree, a, &e));
	assert_true(ctn_merkle_check_consistency(&good, first, second, &tree.root[first], &tree.root[second], path, n, &e));
	if (!good)
		fail_msg("from %llu to %llu", (unsigned long long)first, (unsigned long long)second);
	if ((first * 31 + second) % 61 != 0 || n == 0)
		return;
	assert_true(ctn_merkle_check_consistency(&good, first, second, &tree.root[first - 1], &tree.root[second], path, n, &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, first, second, &tree.root[first], &tree.root[second - 1], path, n, &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, first, second, &tree.root[first], &tree.root[second], path, n - 1, &e) && !good);
	path[0].h[0] ^= 0x80;
	assert_true(ctn_merkle_check_consistency(&good, first, second, &tree.root[first], &tree.root[second], path, n, &e) && !good);
}

static void
every_tree_to_1025_is_proven_to_grow_out_of_every_smaller_one(void **state)
{
	(void)state;
	for (uint64_t second = 0; second <= SIZES; second++) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);

		for (uint64_t first = 0; first <= second; first++)
			check_one_consistency(first, second, a);
	}
}

/* RFC 9162 2.1.5: the tree of seven leaves. */
static void
paths_are_those_of_the_rfc_example(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_node *path;
	size_t n;

	(void)state;
	assert_true(ctn_merkle_inclusion(&path, &n, 0, 7, get, &tree, a, &e));
	assert_int_equal(n, 3); /* b, h, l */
	assert_memory_equal(path[0].h, tree.node[0][1].h, 32);
	assert_memory_equal(path[1].h, tree.node[1][1].h, 32);
	assert_true(ctn_merkle_inclusion(&path, &n, 6, 7, get, &tree, a, &e));
	assert_int_equal(n, 2); /* i, k */
	assert_memory_equal(path[0].h, tree.node[1][2].h, 32);
	assert_memory_equal(path[1].h, tree.node[2][0].h, 32);
	assert_true(ctn_merkle_consistency(&path, &n, 3, 7, get, &tree, a, &e));
	assert_int_equal(n, 4); /* c, d, g, l */
	assert_memory_equal(path[0].h, tree.node[0][2].h, 32);
	assert_memory_equal(path[1].h, tree.node[0][3].h, 32);
	assert_memory_equal(path[2].h, tree.node[1][0].h, 32);
	assert_true(ctn_merkle_consistency(&path, &n, 4, 7, get, &tree, a, &e));
	assert_int_equal(n, 1); /* l */
	assert_true(ctn_merkle_consistency(&path, &n, 6, 7, get, &tree, a, &e));
	assert_int_equal(n, 3); /* i, j, k */
	assert_memory_equal(path[0].h, tree.node[1][2].h, 32);
	assert_memory_equal(path[1].h, tree.node[0][6].h, 32);
	assert_memory_equal(path[2].h, tree.node[2][0].h, 32);
}

static void
questions_without_an_answer_are_refused(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_node *path;
	bool good = true;
	size_t n;

	(void)state;
	assert_false(ctn_merkle_inclusion(&path, &n, 7, 7, get, &tree, a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "leaf 7 is not in a tree of 7");
	assert_false(ctn_merkle_consistency(&path, &n, 8, 7, get, &tree, a, &e));
	assert_string_equal(e.text, "a tree of 7 does not grow out of one of 8");
	assert_true(ctn_merkle_check_inclusion(&good, 7, 7, &tree.node[0][0], NULL, 0, &tree.root[7], &e) && !good);
	assert_true(ctn_merkle_check_inclusion(&good, 0, 0, &tree.node[0][0], NULL, 0, &tree.root[0], &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, 8, 7, &tree.root[8], &tree.root[7], NULL, 0, &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, 0, 7, &tree.root[1], &tree.root[7], NULL, 0, &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, 7, 7, &tree.root[7], &tree.root[6], NULL, 0, &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, 3, 7, &tree.root[3], &tree.root[7], NULL, 0, &e) && !good);
}

static void
a_path_longer_than_any_tree_is_no_proof(void **state)
{
	static ctn_node path[200];
	struct ctn_err e = { 0 };
	bool good = true;

	(void)state;
	assert_true(ctn_merkle_check_inclusion(&good, UINT64_MAX - 1, UINT64_MAX, &path[0], path, 200, &path[0], &e) && !good);
	assert_true(ctn_merkle_check_consistency(&good, 1, UINT64_MAX, &path[0], &path[0], path, 200, &e) && !good);
}

static void
a_store_that_fails_is_heard(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	static struct tree hollow;
	struct ctn_err e = { 0 };
	ctn_node *path, root;
	size_t n;

	(void)state;
	assert_false(ctn_merkle_root(&root, 3, get, &hollow, &e));
	assert_int_equal(e.code, CTN_ESTORE);
	assert_false(ctn_merkle_inclusion(&path, &n, 0, 2, get, &hollow, a, &e));
	assert_false(ctn_merkle_consistency(&path, &n, 1, 2, get, &hollow, a, &e));
	assert_false(ctn_merkle_append(1, &tree.node[0][0], get, put, &hollow, &e));
	assert_string_equal(e.text, "no node (0, 0)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_and_pairs_are_hashed_apart),
		cmocka_unit_test(roots_are_those_of_the_known_tree),
		cmocka_unit_test(an_empty_tree_is_the_hash_of_nothing),
		cmocka_unit_test(every_root_is_that_of_the_definition),
		cmocka_unit_test(every_leaf_is_proven_in_every_tree_to_1025),
		cmocka_unit_test(every_tree_to_1025_is_proven_to_grow_out_of_every_smaller_one),
		cmocka_unit_test(paths_are_those_of_the_rfc_example),
		cmocka_unit_test(questions_without_an_answer_are_refused),
		cmocka_unit_test(a_path_longer_than_any_tree_is_no_proof),
		cmocka_unit_test(a_store_that_fails_is_heard),
	};

	return cmocka_run_group_tests(tests, grow, NULL);
}
