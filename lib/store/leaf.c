#include "store/leaf.h"

#include <string.h>

#include "hash/hash.h"
#include "store/certificate.h"

static const struct act_kind kinds[ACTS] = {
	[ACT_HOME] = { "home", "home", CTN_Q_record_home, CTN_Q_title_home },
	[ACT_EVENT] = { "event", "event", CTN_Q_record_event, CTN_Q_title_event },
	[ACT_POLICY] = { "policy", "profile_version", CTN_Q_record_policy, CTN_Q_title_policy },
	[ACT_KEY] = { "key", "issuer_key", CTN_Q_record_key, CTN_Q_title_key },
	[ACT_REFUSE] = { "refuse", "request", CTN_Q_record_refuse, CTN_Q_title_request },
	[ACT_INTEND] = { "intend", "certificate", CTN_Q_record_intend, CTN_Q_title_certificate },
	[ACT_ISSUE] = { "issue", "certificate", CTN_Q_record_issue, CTN_Q_title_certificate },
	[ACT_INSTALL] = { "install", "ca_certificate", CTN_Q_record_install, CTN_Q_title_install },
	[ACT_REVOKE] = { "revoke", "revocation", CTN_Q_record_revoke, CTN_Q_title_revocation },
	[ACT_UNHOLD] = { "unhold", "revocation", CTN_Q_record_unhold, CTN_Q_title_revocation },
	[ACT_CRL] = { "crl", "crl", CTN_Q_record_crl, CTN_Q_title_crl },
	[ACT_HALT] = { "halt", "halt", CTN_Q_record_halt, CTN_Q_title_halt },
	[ACT_RESUME] = { "resume", "halt", CTN_Q_record_resume, CTN_Q_title_halt },
	[ACT_CHECKPOINT] = { "checkpoint", "checkpoint", CTN_Q_record_checkpoint, CTN_Q_title_checkpoint },
};

const struct act_kind *
act_kind(const char *word)
{
	for (size_t i = 0; i < ACTS; i++)
		if (strcmp(kinds[i].word, word) == 0)
			return &kinds[i];
	return NULL;
}

const char *
act_word(enum act a)
{
	return kinds[a].word;
}

static void
put_u64(ctn_buf *b, uint64_t v)
{
	uint8_t octets[8];

	for (int i = 0; i < 8; i++)
		octets[i] = (uint8_t)(v >> (56 - 8 * i));
	ctn_buf_add(b, octets, sizeof octets);
}

/* Length first, so that no two records can look alike. */
static void
put_bytes(ctn_buf *b, char type, const void *p, size_t n)
{
	ctn_buf_byte(b, (uint8_t)type);
	put_u64(b, n);
	if (n > 0)
		ctn_buf_add(b, p, n);
}

/* The pointer first: asking for it may convert, and the length is that of what came out. */
static void
put_value(ctn_buf *b, char type, sqlite3_stmt *st, int i)
{
	const void *p = sqlite3_column_blob(st, i);
	size_t n = (size_t)sqlite3_column_bytes(st, i);

	if (p == NULL && n > 0)
		b->failed = true;
	else
		put_bytes(b, type, p, n);
}

static void
put_column(ctn_buf *b, sqlite3_stmt *st, int i)
{
	switch (sqlite3_column_type(st, i)) {
	case SQLITE_NULL:
		ctn_buf_byte(b, 'n');
		break;
	case SQLITE_INTEGER:
		ctn_buf_byte(b, 'i');
		put_u64(b, (uint64_t)sqlite3_column_int64(st, i));
		break;
	case SQLITE_TEXT:
		put_value(b, 't', st, i);
		break;
	default: /* a blob, or a float that no table of ours holds: its bytes differ either way */
		put_value(b, 'b', st, i);
		break;
	}
}

static bool
put_rows(ctn_buf *b, bool *found, ctn_store *s, const struct act_kind *kind, int64_t row_id, struct ctn_err *e)
{
	struct query q = query_on(s, kind->record);
	bool row;

	*found = false;
	bind_int(&q, row_id);
	for (;;) {
		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		*found = true;
		for (int i = 0; i < sqlite3_column_count(q.st); i++)
			put_column(b, q.st, i);
	}
}

bool
leaf_hash(ctn_node *out, bool *found, ctn_store *s, const struct leaf_id *id, struct ctn_err *e)
{
	const struct act_kind *kind = act_kind(id->act);
	CTN_OWN_BUF b = { 0 };

	if (kind == NULL)
		return ctn_fail(e, CTN_ESTORE, "the log has an act '%s' that this program does not know", id->act);
	ctn_buf_text(&b, "catena act 1\n");
	put_bytes(&b, 't', id->act, strlen(id->act));
	put_bytes(&b, 't', id->actor, strlen(id->actor));
	put_u64(&b, (uint64_t)id->at_s);
	put_u64(&b, (uint64_t)id->row_id);
	if (!put_rows(&b, found, s, kind, id->row_id, e))
		return false;
	return ctn_buf_ok(&b, e) && ctn_merkle_leaf(out, ctn_buf_view(&b), e);
}

bool
node_find(ctn_node *out, bool *found, ctn_store *s, unsigned level, uint64_t index, struct ctn_err *e)
{
	struct query q = query_on(s, level == 0 ? CTN_Q_leaf_hash : CTN_Q_node_get);

	if (level > 0)
		bind_int(&q, level);
	bind_int(&q, (int64_t)index);
	if (!query_row(&q, found, e))
		return false;
	if (!*found)
		return true;
	take_digest(&q, out->h);
	return query_end(&q, e);
}

bool
node_get(void *store, unsigned level, uint64_t index, ctn_node *out, struct ctn_err *e)
{
	bool found;

	if (!node_find(out, &found, store, level, index, e))
		return false;
	return found ? true : ctn_fail(e, CTN_ENOTFOUND, "the log's node %llu on level %u is missing", (unsigned long long)index, level);
}

/* Leaves are rows of their own. */
static bool
node_put(void *store, unsigned level, uint64_t index, const ctn_node *node, struct ctn_err *e)
{
	struct query q;

	if (level == 0)
		return true;
	q = query_on(store, CTN_Q_node_add);
	bind_int(&q, level);
	bind_int(&q, (int64_t)index);
	bind_blob(&q, (ctn_span){ node->h, sizeof node->h });
	return query_run(&q, e);
}

bool
leaf_add_at(uint64_t *at, ctn_store *s, enum act a, int64_t row_id, const ctn_act *act, struct ctn_err *e)
{
	struct leaf_id id = { .at_s = act->at_s, .act = kinds[a].word, .actor = act->actor, .row_id = row_id };
	struct query q = query_on(s, CTN_Q_log_size);
	int64_t index, actor;
	ctn_node hash;
	bool found;

	if (!query_int(&index, &q, e) || !actor_id(&actor, s, act->actor, e) || !leaf_hash(&hash, &found, s, &id, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ESTORE, "the act '%s' wrote no row %lld", id.act, (long long)row_id);
	q = query_on(s, CTN_Q_leaf_add);
	bind_int(&q, index);
	bind_int(&q, act->at_s);
	bind_text(&q, id.act);
	bind_int(&q, actor);
	bind_int(&q, row_id);
	bind_blob(&q, (ctn_span){ hash.h, sizeof hash.h });
	*at = (uint64_t)index;
	return query_run(&q, e) && ctn_merkle_append(*at, &hash, node_get, node_put, s, e);
}

bool
leaf_add(ctn_store *s, enum act a, int64_t row_id, const ctn_act *act, struct ctn_err *e)
{
	uint64_t unasked;

	return leaf_add_at(&unasked, s, a, row_id, act, e);
}

bool
names_digest(uint8_t out[32], const ctn_name_row *names, size_t n, struct ctn_err *e)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t i = 0; i < n; i++) {
		put_bytes(&b, 't', names[i].type, strlen(names[i].type));
		put_bytes(&b, 't', names[i].value, strlen(names[i].value));
		if (names[i].reversed != NULL)
			put_bytes(&b, 'r', names[i].reversed, strlen(names[i].reversed));
	}
	return ctn_buf_ok(&b, e) && ctn_sha256(out, ctn_buf_view(&b), e);
}
