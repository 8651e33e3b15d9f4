#include "store/watch.h"

#include <string.h>

#include "store/db.h"

static void
read_watch(struct query *q, void *into, ctn_arena *a)
{
	ctn_watch_row *row = into;

	row->id = take_int(q);
	row->item = take_text(q, a);
	row->kind = take_text(q, a);
	row->stage = (int)take_int(q);
	row->since_s = take_int(q);
	row->title = take_text(q, a);
	row->serial = take_text(q, a);
	row->not_before = take_int(q);
	row->has_end = !take_null(q);
	row->ends_s = take_int(q);
	row->lifetime_s = take_int(q);
	row->at_least = (int)take_int(q);
	row->detail = take_text(q, a);
	row->failures = (unsigned)take_int(q);
	row->failing_since_s = take_int(q);
	row->failure = take_text(q, a);
	row->looked_s = take_int(q);
	row->acked_until_s = take_int(q);
	row->acked_why = take_text(q, a);
	row->acked_by = take_text(q, a);
}

bool
ctn_store_watch_others(ctn_watch_row **rows, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_others);
	void *all;

	if (!query_all(&all, n, &q, sizeof **rows, read_watch, a, e))
		return false;
	*rows = all;
	return true;
}

static bool
read_one(ctn_watch_row *row, bool *found, struct query *q, ctn_arena *a, struct ctn_err *e)
{
	memset(row, 0, sizeof *row);
	if (!query_row(q, found, e))
		return false;
	if (!*found)
		return true;
	read_watch(q, row, a);
	return query_end(q, e);
}

bool
ctn_store_watch_item(ctn_watch_row *row, bool *found, ctn_store *s, const char *item, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_by_item);

	bind_text(&q, item);
	return read_one(row, found, &q, a, e);
}

bool
ctn_store_watch_leaf(ctn_watch_row *row, bool *found, ctn_store *s, int64_t certificate_id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_of_leaf);

	bind_int(&q, certificate_id);
	return read_one(row, found, &q, a, e);
}

static void
read_item(struct query *q, void *into, ctn_arena *a)
{
	*(const char **)into = take_text(q, a);
}

bool
ctn_store_watch_like(const char ***items, size_t *n, ctn_store *s, const char *text, size_t limit, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_items);
	void *all;

	bind_text(&q, text);
	bind_int(&q, (int64_t)limit);
	if (!query_all(&all, n, &q, sizeof **items, read_item, a, e))
		return false;
	*items = all;
	return true;
}

bool
ctn_store_watch_put(ctn_store *s, const ctn_watch_row *row, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_put);

	bind_text(&q, row->item);
	bind_text(&q, row->kind);
	bind_int(&q, row->stage);
	bind_int(&q, row->looked_s);
	bind_text(&q, row->title);
	bind_text(&q, row->serial);
	bind_int_or_null(&q, row->not_before, !row->has_end);
	bind_int_or_null(&q, row->ends_s, !row->has_end);
	bind_int_or_null(&q, row->lifetime_s, !row->has_end);
	bind_int(&q, row->at_least);
	bind_text(&q, row->detail);
	bind_int(&q, row->failures);
	bind_int_or_null(&q, row->failing_since_s, row->failures == 0);
	bind_text(&q, row->failure);
	return query_run(&q, e);
}

bool
ctn_store_watch_gone(ctn_store *s, int64_t now_s, const char *except_kind, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_gone);

	bind_int(&q, now_s);
	bind_text(&q, except_kind);
	return query_run(&q, e);
}

static bool
withdraw(ctn_store *s, const char *item, int64_t now_s, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_watch_row row;
	struct query q;
	bool found;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_watch_item(&row, &found, s, item, a, e) || !found)
		return found;
	q = query_on(s, CTN_Q_notice_withdraw_of);
	bind_int(&q, now_s);
	bind_int(&q, row.id);
	return query_run(&q, e);
}

bool
ctn_store_watch_ack(ctn_store *s, const ctn_watch_row *row, int64_t certificate_id, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_watch_ack);
	bool none = row->acked_until_s == 0;

	bind_text(&q, row->item);
	bind_text(&q, row->kind);
	bind_int_or_null(&q, certificate_id, certificate_id == 0);
	bind_int(&q, row->stage);
	bind_int(&q, now_s);
	bind_int_or_null(&q, row->acked_until_s, none);
	bind_text(&q, none ? NULL : row->acked_why);
	bind_text(&q, none ? NULL : row->acked_by);
	return query_run(&q, e) && (none || withdraw(s, row->item, now_s, e));
}
