#include "monitor/leaves.h"

#include <stdlib.h>
#include <string.h>

#define CHANGES_MAX 20000 /* since the last run; with more of them everything is computed anew */

struct gather {
	ctn_leaves *out;
	const ctn_known *known;
	const ctn_expiry_rule *rule;
	int64_t now_s;
	size_t limit;
	ctn_expiry_row *rows; /* room for 2 * limit, or for the changes */
	size_t rows_n, cap;
	int64_t *ids;         /* what changed, in the order of ids */
	size_t ids_n, touched_n;
	bool too_many;
};

static int
worse_first(const void *a, const void *b)
{
	const ctn_expiry_row *x = a, *y = b;

	if (x->stage != y->stage)
		return y->stage - x->stage;
	if (x->ends_s != y->ends_s)
		return (x->ends_s > y->ends_s) - (x->ends_s < y->ends_s);
	return (x->certificate_id > y->certificate_id) - (x->certificate_id < y->certificate_id);
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t
end_of(const struct gather *g, const ctn_expiry_fact *f)
{
	for (size_t i = 0; i < g->known->ends_n; i++)
		if (g->known->ends[i].issuer_key_id == f->issuer_key_id && g->known->ends[i].ends_s < f->not_after)
			return g->known->ends[i].ends_s;
	return f->not_after;
}

/* Of many only the worst are kept. */
static void
keep(struct gather *g, int64_t id, int stage, int64_t ends_s)
{
	g->rows[g->rows_n++] = (ctn_expiry_row){ id, stage, ends_s };
	if (g->rows_n < g->cap)
		return;
	qsort(g->rows, g->rows_n, sizeof *g->rows, worse_first);
	g->rows_n = g->limit;
}

static bool
count_all(void *ctx, const ctn_expiry_fact *f, struct ctn_err *e)
{
	struct gather *g = ctx;
	int64_t ends = end_of(g, f);
	enum ctn_notice_stage stage = ctn_stage_at(g->rule, ends, f->lifetime_s, g->now_s);

	(void)e;
	g->out->counts[stage]++;
	keep(g, f->certificate_id, (int)stage, ends);
	return true;
}

static bool
count_acked(void *ctx, const ctn_expiry_fact *f, struct ctn_err *e)
{
	struct gather *g = ctx;

	(void)e;
	if (f->watched)
		g->out->acked[ctn_stage_at(g->rule, end_of(g, f), f->lifetime_s, g->now_s)]++;
	return true;
}

static void
finish(struct gather *g)
{
	qsort(g->rows, g->rows_n, sizeof *g->rows, worse_first);
	g->out->worst = g->rows;
	g->out->n = g->rows_n < g->limit ? g->rows_n : g->limit;
}

static bool
compute(struct gather *g, ctn_ca *ca, struct ctn_err *e)
{
	memset(g->out->counts, 0, sizeof g->out->counts);
	g->cap = 2 * g->limit + 2;
	g->rows_n = 0;
	g->rows = ctn_arena_new(ca->arena, ctn_expiry_row, g->cap);
	if (g->rows == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_expiry_all(ca->store, g->now_s, count_all, g, e))
		return false;
	finish(g);
	return true;
}

/* What the last run wrote down, corrected */

static bool
is_touched(const struct gather *g, int64_t id)
{
	return bsearch(&id, g->ids, g->touched_n, sizeof id, by_id) != NULL;
}

static bool
correct(void *ctx, const ctn_expiry_fact *f, struct ctn_err *e)
{
	struct gather *g = ctx;
	bool crossed = f->is >= 0;
	int64_t ends = crossed ? f->ends_s : end_of(g, f);
	int stage = crossed ? f->is : (int)ctn_stage_at(g->rule, ends, f->lifetime_s, g->now_s);

	(void)e;
	if (crossed && is_touched(g, f->certificate_id))
		return true;
	if (g->ids_n == CHANGES_MAX) {
		g->too_many = true;
		return true;
	}
	g->ids[g->ids_n++] = f->certificate_id;
	if (!crossed)
		g->touched_n = g->ids_n;
	if (f->was >= 0)
		g->out->counts[f->was]--;
	if (!f->watched)
		return true;
	g->out->counts[stage]++;
	g->rows[g->rows_n++] = (ctn_expiry_row){ f->certificate_id, stage, ends };
	return true;
}

static bool
add_stored(struct gather *g, ctn_ca *ca, bool well, size_t most, struct ctn_err *e)
{
	ctn_expiry_row *rows;
	size_t n;

	if (!ctn_store_expiry_worst(&rows, &n, ca->store, most, well, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (g->ids_n == 0 || bsearch(&rows[i].certificate_id, g->ids, g->ids_n, sizeof *g->ids, by_id) == NULL)
			g->rows[g->rows_n++] = rows[i];
	return true;
}

static bool
start(struct gather *g, ctn_ca *ca, const ctn_monitor_row *last, struct ctn_err *e)
{
	uint64_t bad = 0;

	for (size_t i = 1; i < CTN_STAGES; i++)
		bad += g->out->counts[i] = last->counts[i];
	g->out->counts[CTN_STAGE_OK] = last->leaves - bad;
	g->ids = ctn_arena_new(ca->arena, int64_t, CHANGES_MAX);
	g->rows = ctn_arena_new(ca->arena, ctn_expiry_row, CHANGES_MAX * 3 + 2 * g->limit);
	return (g->ids != NULL && g->rows != NULL) || ctn_fail_memory(e);
}

static bool
recall(struct gather *g, ctn_ca *ca, const ctn_monitor_row *last, struct ctn_err *e)
{
	if (!start(g, ca, last, e) || !ctn_store_expiry_since(ca->store, last->log_size, g->now_s, correct, g, e))
		return false;
	if (g->too_many)
		return compute(g, ca, e);
	qsort(g->ids, g->ids_n, sizeof *g->ids, by_id);
	if (!add_stored(g, ca, false, g->limit + g->ids_n, e) || (g->rows_n < g->limit + g->ids_n && !add_stored(g, ca, true, g->limit + g->ids_n, e)))
		return false;
	finish(g);
	return true;
}

/* Are the instants in the table those that would be computed now? */
static bool
is_current(bool *yes, ctn_ca *ca, const ctn_known *known, const ctn_expiry_rule *rule, const ctn_monitor_row *last, struct ctn_err *e)
{
	const char *text = ctn_expiry_rule_text(rule, ca->arena);
	ctn_issuer_end *ends;
	size_t n, same = 0;

	*yes = false;
	if (text == NULL)
		return ctn_fail_memory(e);
	if (!last->has_run || strcmp(text, last->thresholds) != 0)
		return true;
	if (!ctn_store_issuer_ends(&ends, &n, ca->store, ca->arena, e))
		return false;
	for (size_t i = 0; i < known->ends_n; i++)
		for (size_t k = 0; k < n; k++)
			same += ends[k].issuer_key_id == known->ends[i].issuer_key_id && ends[k].ends_s == known->ends[i].ends_s ? 1 : 0;
	*yes = same == known->ends_n;
	return true;
}

bool
ctn_leaves_look(ctn_leaves *out, ctn_ca *ca, const ctn_known *known, const ctn_expiry_rule *rule, const ctn_monitor_row *last, size_t limit,
    struct ctn_err *e)
{
	struct gather g = { .out = out, .known = known, .rule = rule, .now_s = ca->now_s, .limit = limit };
	bool current;

	*out = (ctn_leaves){ 0 };
	if (!is_current(&current, ca, known, rule, last, e))
		return false;
	return (current ? recall(&g, ca, last, e) : compute(&g, ca, e)) &&
	       ctn_store_expiry_acked(ca->store, ca->now_s, count_acked, &g, e);
}
