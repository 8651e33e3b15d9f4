#include "store/journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hash/hash.h"
#include "store/certificate.h"
#include "store/db.h"
#include "store/leaf.h"
#include "store/rows.h"

#define TOLD_EVERY 4096 /* leaves between two words of progress */

bool
ctn_store_log_size(uint64_t *size, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_log_size);
	int64_t v;

	if (!query_int(&v, &q, e))
		return false;
	*size = (uint64_t)v;
	return true;
}

bool
ctn_store_log_root(ctn_node *root, ctn_store *s, uint64_t size, struct ctn_err *e)
{
	return ctn_merkle_root(root, size, node_get, s, e);
}

static void
read_leaf(struct query *q, void *into, ctn_arena *a)
{
	ctn_leaf_row *row = into;

	row->index = (uint64_t)take_int(q);
	row->at_s = take_int(q);
	row->act = take_text(q, a);
	row->actor = take_text(q, a);
	row->row_id = take_int(q);
	take_digest(q, row->hash.h);
	row->what[0] = '\0';
}

static bool
read_title(ctn_leaf_row *row, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	const struct act_kind *kind = row->act == NULL ? NULL : act_kind(row->act);
	struct query q;
	const char *text;
	bool found;

	if (kind == NULL)
		return true;
	q = query_on(s, kind->title);
	bind_int(&q, row->row_id);
	if (!query_row(&q, &found, e))
		return false;
	if (!found)
		return true;
	text = take_text(&q, a);
	(void)snprintf(row->what, sizeof row->what, "%s", text != NULL ? text : "");
	return query_end(&q, e);
}

typedef bool (*leaf_fn)(void *ctx, const ctn_leaf_row *leaf, struct ctn_err *e);

static bool
tell_leaf(struct query *q, leaf_fn leaf, void *ctx, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_leaf_row row;

	if (a == NULL)
		return ctn_fail_memory(e);
	read_leaf(q, &row, a);
	return q->no_memory ? ctn_fail_memory(e) : read_title(&row, q->s, a, e) && leaf(ctx, &row, e);
}

bool
ctn_store_log_list(ctn_store *s, int64_t since_s, uint64_t limit, leaf_fn leaf, void *ctx, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_leaves_newest);
	bool row;

	bind_int(&q, since_s);
	bind_int(&q, limit == 0 || limit > INT64_MAX ? -1 : (int64_t)limit);
	for (;;) {
		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		if (!tell_leaf(&q, leaf, ctx, e))
			return query_drop(&q);
	}
}

bool
ctn_store_log_of_cert(ctn_leaf_row **rows, size_t *n, ctn_store *s, int64_t certificate_id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_leaves_of_certificate);
	void *all;

	bind_int(&q, certificate_id);
	if (!query_all(&all, n, &q, sizeof **rows, read_leaf, a, e))
		return false;
	*rows = all;
	for (size_t i = 0; i < *n; i++)
		if (!read_title(&(*rows)[i], s, a, e))
			return false;
	return true;
}

struct verifier {
	ctn_store *s;
	ctn_problem problem;
	void *ctx;
	void (*progress)(void *ctx, uint64_t done, uint64_t all);
	uint64_t size;
	uint64_t next;       /* index that the next leaf must have */
	ctn_node peaks[64];  /* complete subtrees on the right edge, by level */
};

static bool
report(struct verifier *v, struct ctn_err *e, const char *text, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static bool
report(struct verifier *v, struct ctn_err *e, const char *text, const char *fmt, ...)
{
	char where[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(where, sizeof where, fmt, ap);
	va_end(ap);
	return v->problem(v->ctx, where, text, e);
}

static bool
same_bytes(struct verifier *v, enum ctn_query content, const ctn_leaf_row *leaf, const char *table, const char *what, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct query q = query_on(v->s, content);
	uint8_t said[32], now[32];
	ctn_span bytes;
	bool row;

	if (a == NULL)
		return ctn_fail_memory(e);
	bind_int(&q, leaf->row_id);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	take_digest(&q, said);
	bytes = take_blob(&q, a);
	if (!query_end(&q, e) || !ctn_sha256(now, bytes, e))
		return false;
	if (memcmp(said, now, sizeof now) != 0)
		return report(v, e, what, "%s %lld", table, (long long)leaf->row_id);
	return true;
}

static bool
names_said(uint8_t out[32], ctn_store *s, int64_t id, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_names_said);
	bool row;

	memset(out, 0, 32);
	bind_int(&q, id);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	take_digest(&q, out);
	return query_end(&q, e);
}

static bool
same_names(struct verifier *v, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct query q = query_on(v->s, CTN_Q_names_of_certificate);
	uint8_t said[32], now[32];
	void *names;
	size_t n;

	if (a == NULL)
		return ctn_fail_memory(e);
	bind_int(&q, leaf->row_id);
	if (!query_all(&names, &n, &q, sizeof(ctn_name_row), read_name, a, e) || !names_digest(now, names, n, e) ||
	    !names_said(said, v->s, leaf->row_id, e))
		return false;
	if (memcmp(said, now, sizeof now) != 0)
		return report(v, e, "its names were changed", "name of certificate %lld", (long long)leaf->row_id);
	return true;
}

/* Leaves cover digests; here the digests are held against what they stand for. */
static bool
check_content(struct verifier *v, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	if (strcmp(leaf->act, act_word(ACT_INTEND)) == 0)
		return same_bytes(v, CTN_Q_content_intent, leaf, "certificate_der", "the bytes to be signed were changed", e) &&
		       same_names(v, leaf, e);
	if (strcmp(leaf->act, act_word(ACT_ISSUE)) == 0)
		return same_bytes(v, CTN_Q_content_der, leaf, "certificate_der", "the certificate was changed", e);
	if (strcmp(leaf->act, act_word(ACT_CRL)) == 0)
		return same_bytes(v, CTN_Q_content_crl, leaf, "crl", "the CRL was changed", e);
	return true;
}

static bool
check_rows(struct verifier *v, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	const struct act_kind *kind = act_kind(leaf->act);
	struct leaf_id id = { .at_s = leaf->at_s, .act = leaf->act, .actor = leaf->actor, .row_id = leaf->row_id };
	ctn_node now;
	bool found;

	if (kind == NULL)
		return report(v, e, "an act that this program does not know", "log_leaf %llu", (unsigned long long)leaf->index);
	if (!leaf_hash(&now, &found, v->s, &id, e))
		return false;
	if (!found)
		return report(v, e, "the row of this act was deleted", "%s %lld (log_leaf %llu, %s)", kind->table, (long long)leaf->row_id,
		    (unsigned long long)leaf->index, leaf->act);
	if (memcmp(now.h, leaf->hash.h, sizeof now.h) != 0)
		return report(v, e, "the row, or its leaf, is not as it was written", "%s %lld (log_leaf %llu, %s)", kind->table,
		    (long long)leaf->row_id, (unsigned long long)leaf->index, leaf->act);
	return check_content(v, leaf, e);
}

/* The right edge grows by one leaf; every subtree that it completes must stand in log_node as it comes out here. */
static bool
check_nodes(struct verifier *v, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	ctn_node carry = leaf->hash, kept;
	uint64_t index = v->next;
	unsigned level = 0;
	bool found;

	while ((index & 1) == 1) {
		if (!ctn_merkle_pair(&carry, &v->peaks[level], &carry, e))
			return false;
		level++;
		index >>= 1;
		if (!node_find(&kept, &found, v->s, level, index, e))
			return false;
		if (found && memcmp(kept.h, carry.h, sizeof kept.h) == 0)
			continue;
		if (!report(v, e, found ? "is not what its leaves give" : "missing", "log_node level %u number %llu", level,
		        (unsigned long long)index))
			return false;
	}
	v->peaks[level] = carry;
	return true;
}

static bool
check_leaf(struct verifier *v, ctn_leaf_row *leaf, struct ctn_err *e)
{
	if (leaf->index > INT64_MAX)
		return report(v, e, "no leaf can stand here", "log_leaf %lld", (long long)leaf->index);
	if (v->next < leaf->index &&
	    !report(v, e, "deleted", "log_leaf %llu to %llu", (unsigned long long)v->next, (unsigned long long)leaf->index - 1))
		return false;
	v->next = leaf->index;
	if (leaf->act == NULL || leaf->actor == NULL) {
		if (!report(v, e, "its act or actor is gone", "log_leaf %llu", (unsigned long long)leaf->index))
			return false;
	} else if (!check_rows(v, leaf, e)) {
		return false;
	}
	if (!check_nodes(v, leaf, e))
		return false;
	v->next++;
	if (v->progress != NULL && v->next % TOLD_EVERY == 0)
		v->progress(v->ctx, v->next, v->size);
	return true;
}

static bool
check_one(struct verifier *v, struct query *q, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_leaf_row leaf;

	if (a == NULL)
		return ctn_fail_memory(e);
	read_leaf(q, &leaf, a);
	return q->no_memory ? ctn_fail_memory(e) : check_leaf(v, &leaf, e);
}

static bool
check_leaves(struct verifier *v, struct ctn_err *e)
{
	struct query q = query_on(v->s, CTN_Q_leaves_oldest);
	bool row;

	for (;;) {
		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		if (!check_one(v, &q, e))
			return query_drop(&q);
	}
}

/* As many nodes as the leaves complete, and no more: size minus the one bits of size. */
static bool
check_node_count(struct verifier *v, struct ctn_err *e)
{
	struct query q = query_on(v->s, CTN_Q_node_count);
	int64_t have;

	if (!query_int(&have, &q, e))
		return false;
	if ((uint64_t)have != v->size - (uint64_t)__builtin_popcountll(v->size))
		return report(v, e, "there are more or fewer nodes than the leaves give", "log_node");
	return true;
}

bool
ctn_store_log_verify(ctn_store *s, ctn_problem problem, void *ctx, void (*progress)(void *ctx, uint64_t done, uint64_t all),
    struct ctn_err *e)
{
	struct verifier v = { .s = s, .problem = problem, .ctx = ctx, .progress = progress };

	if (!ctn_store_log_size(&v.size, s, e) || !check_leaves(&v, e) || !check_node_count(&v, e))
		return false;
	return problems_of(s, CTN_Q_agree_leaf_of_rows, problem, ctx, e) &&
	       problems_of(s, CTN_Q_agree_states, problem, ctx, e);
}

static bool
add_checkpoint(ctn_store *s, uint64_t size, const ctn_node *root, const char *note, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_checkpoint_add);

	bind_int(&q, (int64_t)size);
	bind_blob(&q, (ctn_span){ root->h, sizeof root->h });
	bind_text(&q, note);
	return query_run(&q, e) && leaf_add(s, ACT_CHECKPOINT, db_inserted(s), act, e);
}

bool
ctn_store_checkpoint_add(ctn_store *s, uint64_t size, const ctn_node *root, const char *note, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, add_checkpoint(s, size, root, note, act, e), e);
}
