#include "monitor/item.h"

#include <stdlib.h>
#include <string.h>

#include "report/phrase.h"

ctn_item *
ctn_items_add(ctn_items *items, const char *name, const char *kind, const char *title)
{
	size_t room = items->cap == 0 ? 32 : items->cap * 2;
	ctn_item *more;

	if (name == NULL)
		return NULL;
	if (items->n == items->cap) {
		more = ctn_arena_new(items->arena, ctn_item, room);
		if (more == NULL)
			return NULL;
		if (items->n > 0)
			memcpy(more, items->at, items->n * sizeof *more);
		items->at = more;
		items->cap = room;
	}
	items->at[items->n] = (ctn_item){ .r = { .item = name, .kind = kind, .title = title } };
	return &items->at[items->n++];
}

ctn_expiry_rule
ctn_stages_rule(const ctn_monitor_policy *p)
{
	return (ctn_expiry_rule){ p->thresholds.warning_percent, p->thresholds.critical_percent, p->thresholds.warning_max_s,
		p->thresholds.critical_max_s };
}

static int64_t
window(int64_t lifetime_s, unsigned percent, int64_t max_s)
{
	int64_t share = lifetime_s * percent / 100;

	return share < max_s ? share : max_s;
}

/* expiry_fill and its like say the same in SQL. */
enum ctn_notice_stage
ctn_stage_at(const ctn_expiry_rule *rule, int64_t ends_s, int64_t lifetime_s, int64_t now_s)
{
	if (now_s > ends_s)
		return CTN_STAGE_EXPIRED;
	if (now_s >= ends_s - window(lifetime_s, rule->critical_percent, rule->critical_max_s))
		return CTN_STAGE_CRITICAL;
	if (now_s >= ends_s - window(lifetime_s, rule->warning_percent, rule->warning_max_s))
		return CTN_STAGE_WARNING;
	return CTN_STAGE_OK;
}

enum ctn_report_state
ctn_stage_state(enum ctn_notice_stage stage)
{
	switch (stage) {
	case CTN_STAGE_WARNING:
		return CTN_REPORT_WARNING;
	case CTN_STAGE_UNREACHABLE:
		return CTN_REPORT_UNKNOWN;
	case CTN_STAGE_CRITICAL:
	case CTN_STAGE_EXPIRED:
		return CTN_REPORT_CRITICAL;
	default:
		return CTN_REPORT_OK;
	}
}

const char *
ctn_stage_word(enum ctn_notice_stage stage)
{
	return stage == CTN_STAGE_OK ? "ok" : ctn_stage_name(stage);
}

const char *
ctn_stage_reason(int64_t ends_s, int64_t now_s, ctn_arena *a)
{
	char when[32];

	ctn_report_when(when, ends_s, now_s);
	return ctn_arena_printf(a, "%s %s", now_s > ends_s ? "expired" : "expires", when);
}

/* Memory */

/* Items mostly come in the order in which they were remembered: the search goes on where it found the last one. */
static const ctn_watch_row *
find_row(const ctn_watch_row *rows, size_t n, const char *item, size_t *at)
{
	for (size_t i = 0; i < n; i++) {
		const ctn_watch_row *row = &rows[(*at + i) % n];

		if (strcmp(row->item, item) == 0) {
			*at = (*at + i + 1) % n;
			return row;
		}
	}
	return NULL;
}

static void
recall(ctn_item *i, const ctn_watch_row *was)
{
	i->r.has_end = was->has_end;
	i->r.not_before = was->not_before;
	i->r.not_after = was->ends_s;
	i->lifetime_s = was->lifetime_s;
	i->at_least = (enum ctn_notice_stage)was->at_least;
	i->detail = was->detail;
	if (was->title != NULL)
		i->r.title = was->title;
	i->r.serial = was->serial;
}

static bool
is_unreachable(const ctn_item *i, const ctn_stages *st, const ctn_watch_row *was)
{
	int64_t looked = st->runs || was == NULL ? st->now_s : was->looked_s;

	return i->failures >= CTN_UNREACHABLE_RUNS && looked - i->failing_since_s >= CTN_UNREACHABLE_S;
}

/* How often in a row it could not be looked at, this time included when it is a run that looks. */
static void
count_failures(ctn_item *i, const ctn_stages *st, const ctn_watch_row *was)
{
	unsigned before = was == NULL ? 0 : was->failures;

	if (i->failure == NULL)
		return;
	i->failures = before + (st->runs && !i->remembered ? 1 : 0);
	i->failing_since_s = before > 0 ? was->failing_since_s : st->now_s;
}

/* What was seen last, when nobody could look now. */
static const char *
failure_reason(const ctn_item *i, const char *ends, ctn_arena *a)
{
	if (ends == NULL)
		return ctn_arena_printf(a, "it could not be looked at: %s", i->failure);
	return ctn_arena_printf(a, "it could not be looked at: %s; what was seen last %s%s", i->failure, ends,
	    i->detail != NULL ? ", and more was wrong" : "");
}

static const char *
reason_of(const ctn_item *i, const ctn_stages *st, ctn_arena *a)
{
	const char *ends = i->r.has_end ? ctn_stage_reason(i->r.not_after, st->now_s, a) : NULL;

	if (i->r.has_end && ends == NULL)
		return NULL;
	if (i->failure != NULL)
		return failure_reason(i, ends, a);
	if (i->detail != NULL)
		return i->at_least == CTN_STAGE_OK && ends != NULL ? ctn_arena_printf(a, "%s; it %s", i->detail, ends) : i->detail;
	if (ends != NULL)
		return ends;
	return i->remembered ? "monitor run has not looked at it yet" : "as it should be";
}

/* The worst of what its end, its content and the failure to look at it say. */
static void
find_stage(ctn_item *i, const ctn_stages *st, const ctn_watch_row *was)
{
	enum ctn_notice_stage stage = i->r.has_end ? ctn_stage_at(&st->rule, i->r.not_after, i->lifetime_s, st->now_s) : CTN_STAGE_OK;
	enum ctn_report_state state;

	if (i->at_least > stage)
		stage = i->at_least;
	state = ctn_stage_state(stage);
	if (stage < CTN_STAGE_UNREACHABLE && i->failure != NULL && is_unreachable(i, st, was))
		stage = CTN_STAGE_UNREACHABLE;
	i->stage = stage;
	i->r.stage = ctn_stage_word(stage);
	i->r.state = ctn_report_worse(state, ctn_stage_state(stage));
	if (stage == CTN_STAGE_OK && !i->r.has_end && (i->failure != NULL || (i->remembered && was == NULL)))
		i->r.state = CTN_REPORT_UNKNOWN;
}

static bool
settle(ctn_item *i, const ctn_stages *st, const ctn_watch_row *was, ctn_arena *a, struct ctn_err *e)
{
	if (i->remembered && was != NULL && was->failures > 0)
		i->failure = was->failure != NULL ? was->failure : "nobody answers";
	count_failures(i, st, was);
	if ((i->failure != NULL || i->remembered) && was != NULL)
		recall(i, was);
	find_stage(i, st, was);
	i->r.reason = reason_of(i, st, a);
	if (was != NULL && was->acked_until_s > st->now_s) {
		i->r.acknowledged = was->acked_why;
		i->r.acknowledged_until = was->acked_until_s;
	}
	return i->r.reason != NULL || ctn_fail_memory(e);
}

bool
ctn_items_settle(ctn_items *items, const ctn_stages *st, const ctn_watch_row *was, size_t n, struct ctn_err *e)
{
	size_t at = 0;

	for (size_t i = 0; i < items->n; i++)
		if (!settle(&items->at[i], st, find_row(was, n, items->at[i].r.item, &at), items->arena, e))
			return false;
	return true;
}

/* The list */

static int
rank(const ctn_report_item *i)
{
	static const int ranks[] = { [CTN_REPORT_CRITICAL] = 0, [CTN_REPORT_WARNING] = 1, [CTN_REPORT_UNKNOWN] = 2, [CTN_REPORT_OK] = 4 };

	return i->acknowledged != NULL ? 3 : ranks[i->state];
}

int
ctn_item_order(const void *a, const void *b)
{
	const ctn_report_item *x = a, *y = b;
	int by_rank = rank(x) - rank(y);
	int64_t xe = x->has_end ? x->not_after : INT64_MAX, ye = y->has_end ? y->not_after : INT64_MAX;

	if (by_rank != 0)
		return by_rank;
	return xe != ye ? (xe > ye) - (xe < ye) : strcmp(x->item, y->item);
}
