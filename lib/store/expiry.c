#include "store/expiry.h"

#include <string.h>

#include "store/db.h"
#include "store/journal.h"

#define NOT_WATCHED "none"

enum { WARNING = 1, CRITICAL = 3, EXPIRED = 4 }; /* stages as the table holds them */

bool
ctn_store_monitor(ctn_monitor_row *row, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_monitor_get);

	*row = (ctn_monitor_row){ 0 };
	if (!query_row(&q, &row->has_run, e))
		return false;
	if (!row->has_run)
		return true;
	row->first_run_s = take_int(&q);
	row->last_run_s = take_int(&q);
	row->log_size = (uint64_t)take_int(&q);
	row->leaves = (uint64_t)take_int(&q);
	row->counts[WARNING] = (uint64_t)take_int(&q);
	row->counts[CRITICAL] = (uint64_t)take_int(&q);
	row->counts[EXPIRED] = (uint64_t)take_int(&q);
	row->thresholds = take_text(&q, a);
	row->repeat_s = take_int(&q);
	return query_end(&q, e);
}

bool
ctn_store_monitor_set(ctn_store *s, const ctn_monitor_row *row, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_monitor_set);

	bind_int(&q, row->first_run_s);
	bind_int(&q, row->last_run_s);
	bind_int(&q, (int64_t)row->log_size);
	bind_int(&q, (int64_t)row->leaves);
	bind_int(&q, (int64_t)row->counts[WARNING]);
	bind_int(&q, (int64_t)row->counts[CRITICAL]);
	bind_int(&q, (int64_t)row->counts[EXPIRED]);
	bind_text(&q, row->thresholds);
	bind_int(&q, row->repeat_s);
	return query_run(&q, e);
}

static void
read_end(struct query *q, void *into, ctn_arena *a)
{
	ctn_issuer_end *row = into;

	(void)a;
	row->issuer_key_id = take_int(q);
	row->ends_s = take_int(q);
}

bool
ctn_store_issuer_ends(ctn_issuer_end **rows, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_issuer_ends);
	void *all;

	if (!query_all(&all, n, &q, sizeof **rows, read_end, a, e))
		return false;
	*rows = all;
	return true;
}

const char *
ctn_expiry_rule_text(const ctn_expiry_rule *rule, ctn_arena *a)
{
	return ctn_arena_printf(a, "%u%% %llds %u%% %llds", rule->warning_percent, (long long)rule->warning_max_s, rule->critical_percent,
	    (long long)rule->critical_max_s);
}

/* Bringing the table up to date */

static bool
run_plain(ctn_store *s, enum ctn_query which, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	return query_run(&q, e);
}

static bool
run_at(ctn_store *s, enum ctn_query which, int64_t at, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	bind_int(&q, at);
	return query_run(&q, e);
}

static void
bind_rule(struct query *q, const ctn_expiry_rule *rule)
{
	bind_int(q, rule->warning_percent);
	bind_int(q, rule->warning_max_s);
	bind_int(q, rule->critical_percent);
	bind_int(q, rule->critical_max_s);
}

/* Everything, for the first time. */
static bool
fill(ctn_store *s, const ctn_expiry_rule *rule, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_expiry_fill);

	bind_int(&q, now_s);
	bind_rule(&q, rule);
	return query_run(&q, e) && run_plain(s, CTN_Q_expiry_filled, e);
}

/* issuer_key_id 0: of every key. */
static bool
reset_instants(ctn_store *s, const ctn_expiry_rule *rule, int64_t issuer_key_id, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_expiry_reset);

	bind_rule(&q, rule);
	bind_int(&q, now_s);
	bind_int_or_null(&q, issuer_key_id, issuer_key_id == 0);
	return query_run(&q, e);
}

static bool
put_end(ctn_store *s, const ctn_issuer_end *end, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_issuer_end_set);

	bind_int(&q, end->issuer_key_id);
	bind_int(&q, end->ends_s);
	return query_run(&q, e);
}

static bool
is_known(const ctn_issuer_end *known, size_t n, const ctn_issuer_end *end)
{
	for (size_t i = 0; i < n; i++)
		if (known[i].issuer_key_id == end->issuer_key_id && known[i].ends_s == end->ends_s)
			return true;
	return false;
}

static bool
sync_ends(ctn_store *s, const ctn_expiry_rule *rule, const ctn_issuer_end *ends, size_t n, bool first, int64_t now_s, ctn_arena *a,
    struct ctn_err *e)
{
	ctn_issuer_end *known;
	size_t known_n;

	if (!ctn_store_issuer_ends(&known, &known_n, s, a, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (is_known(known, known_n, &ends[i]))
			continue;
		if (!put_end(s, &ends[i], e) || (!first && !reset_instants(s, rule, ends[i].issuer_key_id, now_s, e)))
			return false;
	}
	return true;
}

static bool
sync_acts(ctn_store *s, const ctn_expiry_rule *rule, uint64_t log_size, int64_t now_s, struct ctn_err *e)
{
	struct query q;

	if (!run_at(s, CTN_Q_expiry_touched, (int64_t)log_size, e) || !run_plain(s, CTN_Q_expiry_forget, e))
		return false;
	q = query_on(s, CTN_Q_expiry_refill);
	bind_rule(&q, rule);
	bind_int(&q, now_s);
	return query_run(&q, e);
}

static bool
count_skipped(ctn_expiry_news *news, ctn_store *s, int64_t last_s, int64_t now_s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_expiry_skipped);
	bool row;

	bind_int(&q, now_s);
	bind_int(&q, last_s);
	if (!query_row(&q, &row, e))
		return false;
	news->skipped = (uint64_t)take_int(&q);
	news->short_lived = (uint64_t)take_int(&q);
	news->span_s = take_int(&q);
	return query_end(&q, e);
}

static bool
advance(ctn_expiry_news *news, ctn_store *s, const ctn_monitor_row *last, int64_t now_s, struct ctn_err *e)
{
	if (last->has_run && !count_skipped(news, s, last->last_run_s, now_s, e))
		return false;
	return run_at(s, CTN_Q_expiry_crossing, now_s, e) && run_at(s, CTN_Q_expiry_advance, now_s, e);
}

static bool
follow(ctn_store *s, int64_t now_s, struct ctn_err *e)
{
	return run_at(s, CTN_Q_leaf_alarms, now_s, e) && run_at(s, CTN_Q_leaf_recoveries, now_s, e) && run_plain(s, CTN_Q_expiry_changed_clear, e);
}

static bool
count_stages(uint64_t counts[5], ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_expiry_counts);
	bool row;

	memset(counts, 0, 5 * sizeof *counts);
	for (;;) {
		int64_t stage, n;

		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		stage = take_int(&q);
		n = take_int(&q);
		if (stage > 0 && stage < 5)
			counts[stage] = (uint64_t)n;
	}
}

static bool
count_leaves(ctn_monitor_row *next, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_expiry_total);
	int64_t n;

	if (!query_int(&n, &q, e))
		return false;
	next->leaves = (uint64_t)n;
	return count_stages(next->counts, s, e);
}

bool
ctn_store_expiry_sync(ctn_expiry_news *news, ctn_monitor_row *next, ctn_store *s, const ctn_monitor_row *last, const ctn_expiry_rule *rule,
    const ctn_issuer_end *ends, size_t ends_n, int64_t now_s, ctn_arena *a, struct ctn_err *e)
{
	bool first = !last->has_run || strcmp(last->thresholds, NOT_WATCHED) == 0;

	*news = (ctn_expiry_news){ 0 };
	next->thresholds = ctn_expiry_rule_text(rule, a);
	if (next->thresholds == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_log_size(&next->log_size, s, e) || !sync_ends(s, rule, ends, ends_n, first, now_s, a, e))
		return false;
	if (first && !fill(s, rule, now_s, e))
		return false;
	if (!first && strcmp(last->thresholds, next->thresholds) != 0 && !reset_instants(s, rule, 0, now_s, e))
		return false;
	if (!first && (!sync_acts(s, rule, last->log_size, now_s, e) || !advance(news, s, last, now_s, e)))
		return false;
	return follow(s, now_s, e) && count_leaves(next, s, e);
}

bool
ctn_store_expiry_off(ctn_monitor_row *next, ctn_store *s, int64_t now_s, struct ctn_err *e)
{
	next->thresholds = NOT_WATCHED;
	next->leaves = 0;
	memset(next->counts, 0, sizeof next->counts);
	return ctn_store_log_size(&next->log_size, s, e) && run_plain(s, CTN_Q_expiry_none, e) && run_at(s, CTN_Q_leaves_gone, now_s, e);
}

/* Looking */

static void
read_row(struct query *q, void *into, ctn_arena *a)
{
	ctn_expiry_row *row = into;

	(void)a;
	row->certificate_id = take_int(q);
	row->stage = (int)take_int(q);
	row->ends_s = take_int(q);
}

bool
ctn_store_expiry_worst(ctn_expiry_row **rows, size_t *n, ctn_store *s, size_t limit, bool well, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, well ? CTN_Q_expiry_well : CTN_Q_expiry_worst);
	void *all;

	bind_int(&q, (int64_t)limit);
	if (!query_all(&all, n, &q, sizeof **rows, read_row, a, e))
		return false;
	*rows = all;
	return true;
}

static bool
tell_facts(struct query *q, ctn_expiry_fn fact, void *ctx, struct ctn_err *e)
{
	bool row;

	for (;;) {
		ctn_expiry_fact f = { .is = -1 };

		if (!query_row(q, &row, e))
			return false;
		if (!row)
			return true;
		f.certificate_id = take_int(q);
		f.was = take_null(q) ? -1 : sqlite3_column_int(q->st, q->column);
		q->column++;
		f.watched = take_int(q) != 0;
		f.issuer_key_id = take_int(q);
		f.not_after = take_int(q);
		f.lifetime_s = take_int(q);
		if (!fact(ctx, &f, e))
			return query_drop(q);
	}
}

static bool
tell_crossed(struct query *q, ctn_expiry_fn fact, void *ctx, struct ctn_err *e)
{
	bool row;

	for (;;) {
		ctn_expiry_fact f = { .watched = true };

		if (!query_row(q, &row, e))
			return false;
		if (!row)
			return true;
		f.certificate_id = take_int(q);
		f.was = (int)take_int(q);
		f.is = (int)take_int(q);
		f.ends_s = take_int(q);
		if (!fact(ctx, &f, e))
			return query_drop(q);
	}
}

bool
ctn_store_expiry_since(ctn_store *s, uint64_t log_size, int64_t now_s, ctn_expiry_fn fact, void *ctx, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_expiry_since);

	bind_int(&q, (int64_t)log_size);
	bind_int(&q, now_s);
	if (!tell_facts(&q, fact, ctx, e))
		return false;
	q = query_on(s, CTN_Q_expiry_crossed);
	bind_int(&q, now_s);
	return tell_crossed(&q, fact, ctx, e);
}

bool
ctn_store_expiry_all(ctn_store *s, int64_t now_s, ctn_expiry_fn fact, void *ctx, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_leaves_watched);

	bind_int(&q, now_s);
	return tell_facts(&q, fact, ctx, e);
}

bool
ctn_store_expiry_acked(ctn_store *s, int64_t now_s, ctn_expiry_fn fact, void *ctx, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_leaves_acked);

	bind_int(&q, now_s);
	return tell_facts(&q, fact, ctx, e);
}
