#include "store/notice.h"

#include <string.h>

#include "store/db.h"

static bool
run_plain(ctn_store *s, enum ctn_query which, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	return query_run(&q, e);
}

static bool
run_int(ctn_store *s, enum ctn_query which, int64_t v, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	bind_int(&q, v);
	return query_run(&q, e);
}

static bool
run_ints(ctn_store *s, enum ctn_query which, int64_t v, int64_t w, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	bind_int(&q, v);
	bind_int(&q, w);
	return query_run(&q, e);
}

static bool
run_text(ctn_store *s, enum ctn_query which, const char *text, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	bind_text(&q, text);
	return query_run(&q, e);
}

bool
ctn_store_news_begin(ctn_store *s, int64_t now_s, int64_t repeat_s, bool repeat_changed, struct ctn_err *e)
{
	if (repeat_changed && !run_int(s, CTN_Q_repeat_moved, repeat_s, e))
		return false;
	return run_int(s, CTN_Q_due_acked, now_s, e) && run_int(s, CTN_Q_told_acked_well, now_s, e) &&
	       run_int(s, CTN_Q_due_acked_well, now_s, e) && run_ints(s, CTN_Q_due_lower, now_s, repeat_s, e);
}

static void
read_text(struct query *q, void *into, ctn_arena *a)
{
	*(const char **)into = take_text(q, a);
}

bool
ctn_store_channels(const char ***names, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_channels_known);
	void *all;

	if (!query_all(&all, n, &q, sizeof **names, read_text, a, e))
		return false;
	*names = all;
	return true;
}

bool
ctn_store_channel_add(ctn_store *s, const char *name, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_channel_add);

	bind_text(&q, name);
	bind_int(&q, now_s);
	return query_run(&q, e);
}

bool
ctn_store_channel_forget(ctn_store *s, const char *name, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_channel_withdraw);

	bind_int(&q, now_s);
	bind_text(&q, name);
	return query_run(&q, e) && run_text(s, CTN_Q_channel_told_forget, name, e) && run_text(s, CTN_Q_channel_forget, name, e);
}

/* Queries of a channel: now, its name, the stages that it wants. */
static bool
run_channel(ctn_store *s, enum ctn_query which, const char *channel, unsigned stages, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	bind_int(&q, now_s);
	bind_text(&q, channel);
	bind_int(&q, stages);
	return query_run(&q, e);
}

static bool
count_news(ctn_news_count *count, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_news_counts);
	bool row;

	if (!query_row(&q, &row, e))
		return false;
	count->items = (uint64_t)take_int(&q);
	count->stage = (int)take_int(&q);
	count->repeated = take_int(&q) != 0;
	return query_end(&q, e);
}

bool
ctn_store_news_gather(ctn_news_count *count, ctn_store *s, const char *channel, unsigned stages, bool is_new, int64_t now_s, struct ctn_err *e)
{
	if (!run_plain(s, CTN_Q_news_clear, e))
		return false;
	if (is_new)
		return run_ints(s, CTN_Q_news_all, now_s, stages, e) && count_news(count, s, e);
	return run_channel(s, CTN_Q_news_due, channel, stages, now_s, e) && run_channel(s, CTN_Q_notices_overtaken, channel, stages, now_s, e) &&
	       run_channel(s, CTN_Q_news_of_withdrawn, channel, stages, now_s, e) && run_text(s, CTN_Q_news_waiting, channel, e) &&
	       count_news(count, s, e);
}

static void
read_news(struct query *q, void *into, ctn_arena *a)
{
	ctn_news_row *row = into;

	row->watch_id = take_int(q);
	row->item = take_text(q, a);
	row->kind = take_text(q, a);
	row->certificate_id = take_int(q);
	row->stage = (int)take_int(q);
	row->repeated = take_int(q) != 0;
	row->title = take_text(q, a);
	row->detail = take_text(q, a);
	row->ends_s = take_int(q);
}

bool
ctn_store_news(ctn_news_row **rows, size_t *n, ctn_store *s, size_t limit, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_news_list);
	void *all;

	bind_int(&q, (int64_t)limit);
	if (!query_all(&all, n, &q, sizeof **rows, read_news, a, e))
		return false;
	*rows = all;
	return true;
}

static bool
told(ctn_store *s, const char *channel, int64_t notice_id, int64_t watch_id, struct ctn_err *e)
{
	struct query q = query_on(s, watch_id != 0 ? CTN_Q_told_one : CTN_Q_told_all);

	if (watch_id != 0)
		bind_int(&q, watch_id);
	bind_text(&q, channel);
	bind_int(&q, notice_id);
	return query_run(&q, e);
}

bool
ctn_store_notice_add(ctn_store *s, const ctn_notice_row *row, int64_t watch_id, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_notice_add);

	bind_text(&q, row->stable_id);
	bind_text(&q, row->channel);
	bind_int(&q, row->stage);
	bind_text(&q, row->item);
	bind_int(&q, (int64_t)row->items);
	bind_blob(&q, row->message);
	bind_int(&q, row->written_s);
	return query_run(&q, e) && told(s, row->channel, db_inserted(s), watch_id, e);
}

bool
ctn_store_news_clear(ctn_store *s, struct ctn_err *e)
{
	return run_plain(s, CTN_Q_news_clear, e);
}

bool
ctn_store_news_end(ctn_store *s, int64_t now_s, int64_t repeat_s, const char *except_kind, struct ctn_err *e)
{
	struct query q;

	if (!run_int(s, CTN_Q_told_unheard, now_s, e) || !run_ints(s, CTN_Q_due_told, now_s, repeat_s, e))
		return false;
	q = query_on(s, CTN_Q_watch_clean);
	bind_int(&q, now_s);
	bind_text(&q, except_kind);
	return query_run(&q, e);
}

/* Sending */

bool
ctn_store_notice_next(ctn_notice_row *row, bool *found, ctn_store *s, const char *channel, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_notice_next);
	int64_t attempts = row->attempts, after_id = row->id;

	*row = (ctn_notice_row){ .channel = channel };
	bind_text(&q, channel);
	bind_int(&q, attempts);
	bind_int(&q, after_id);
	if (!query_row(&q, found, e))
		return false;
	if (!*found)
		return true;
	row->id = take_int(&q);
	row->stable_id = take_text(&q, a);
	row->stage = (int)take_int(&q);
	row->item = take_text(&q, a);
	row->items = (uint64_t)take_int(&q);
	row->message = take_blob(&q, a);
	row->attempts = take_int(&q);
	return query_end(&q, e);
}

static void
read_notice_item(struct query *q, void *into, ctn_arena *a)
{
	ctn_notice_item *row = into;

	row->item = take_text(q, a);
	row->stage = (int)take_int(q);
}

bool
ctn_store_notice_items(ctn_notice_item **rows, size_t *n, ctn_store *s, int64_t id, size_t limit, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_notice_items);
	void *all;

	bind_int(&q, id);
	bind_int(&q, (int64_t)limit);
	if (!query_all(&all, n, &q, sizeof **rows, read_notice_item, a, e))
		return false;
	*rows = all;
	return true;
}

bool
ctn_store_notice_delivered(ctn_store *s, int64_t id, int64_t now_s, struct ctn_err *e)
{
	if (!ctn_store_begin(s, e))
		return false;
	if (run_ints(s, CTN_Q_notice_delivered, now_s, id, e) && run_int(s, CTN_Q_told_delivered, id, e) && run_int(s, CTN_Q_told_recovered, id, e))
		return ctn_store_commit(s, e);
	ctn_store_rollback(s);
	return false;
}

bool
ctn_store_notice_failed(ctn_store *s, int64_t id, const char *why, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_notice_failed);

	bind_text(&q, why);
	bind_int(&q, id);
	return query_run(&q, e);
}

bool
ctn_store_undelivered(uint64_t *n, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_notices_undelivered);
	int64_t v;

	if (!query_int(&v, &q, e))
		return false;
	*n = (uint64_t)v;
	return true;
}

static void
read_waiting(struct query *q, void *into, ctn_arena *a)
{
	ctn_notice_row *row = into;

	row->stable_id = take_text(q, a);
	row->channel = take_text(q, a);
	row->stage = (int)take_int(q);
	row->item = take_text(q, a);
	row->items = (uint64_t)take_int(q);
	row->written_s = take_int(q);
	row->attempts = take_int(q);
	row->failure = take_text(q, a);
}

bool
ctn_store_notices_waiting(ctn_notice_row **rows, size_t *n, ctn_store *s, size_t limit, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_notices_waiting);
	void *all;

	bind_int(&q, (int64_t)limit);
	if (!query_all(&all, n, &q, sizeof **rows, read_waiting, a, e))
		return false;
	*rows = all;
	return true;
}
