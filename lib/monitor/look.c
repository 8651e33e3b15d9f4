#include "monitor/look.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/leaf.h"
#include "monitor/leaves.h"
#include "monitor/served.h"
#include "store/home.h"
#include "store/notice.h"

bool
ctn_look_has_home(const ctn_monitor_policy *policy)
{
	for (size_t i = 0; i < policy->watch_n; i++)
		if (policy->watch[i].kind == CTN_WATCH_HOME)
			return true;
	return false;
}

/* Renewals that failed: only a run that renews finds out anything new. */
static bool
add_renewals(ctn_items *items, const ctn_watch_row *was, size_t n, struct ctn_err *e)
{
	for (size_t i = 0; i < n; i++) {
		ctn_item *item;

		if (strcmp(was[i].kind, "renewal") != 0 || was[i].stage == 0)
			continue;
		item = ctn_items_add(items, was[i].item, "renewal", was[i].title);
		if (item == NULL)
			return ctn_fail_memory(e);
		item->remembered = true;
	}
	return true;
}

bool
ctn_look_items(ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, bool look, struct ctn_err *e)
{
	const ctn_stages st = { ctn_stages_rule(env->policy), env->ca->now_s, look };
	ctn_watch_row *was;
	size_t n;

	if (!ctn_store_watch_others(&was, &n, env->ca->store, env->ca->arena, e))
		return false;
	if (ctn_look_has_home(env->policy) && !ctn_items_home(items, known, env->ca, e))
		return false;
	if (!ctn_items_files(items, env->policy, known, env->ca, e) || !ctn_items_endpoints(items, env, known, look, e) ||
	    (!look && !add_renewals(items, was, n, e)))
		return false;
	return ctn_items_settle(items, &st, was, n, e);
}

/* Counts */

static void
count(ctn_report_look *r, enum ctn_report_state state, enum ctn_notice_stage stage, uint64_t n)
{
	r->total += n;
	if (state == CTN_REPORT_OK)
		r->ok += n;
	else if (state == CTN_REPORT_WARNING)
		r->warning += n;
	else if (state == CTN_REPORT_CRITICAL)
		r->critical += n;
	else
		r->unknown += n;
	if (stage == CTN_STAGE_EXPIRED)
		r->expired += n;
	if (stage == CTN_STAGE_UNREACHABLE)
		r->unreachable += n;
	if (n > 0)
		r->state = ctn_report_worse(r->state, state);
}

static void
count_acked(ctn_report_look *r, uint64_t n)
{
	r->total += n;
	r->ok += n;
	r->acknowledged += n;
}

static void
count_leaves(ctn_report_look *r, const ctn_leaves *leaves)
{
	for (int i = 0; i < CTN_STAGES; i++) {
		uint64_t acked = i == CTN_STAGE_OK ? 0 : leaves->acked[i];

		count(r, ctn_stage_state((enum ctn_notice_stage)i), (enum ctn_notice_stage)i, leaves->counts[i] - acked);
		count_acked(r, acked);
	}
}

static void
count_items(ctn_look *out, const ctn_items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		const ctn_item *item = &items->at[i];

		out->incomplete = out->incomplete || item->failure != NULL;
		if (item->r.acknowledged != NULL)
			count_acked(&out->r, 1);
		else
			count(&out->r, item->r.state, item->stage, 1);
	}
}

/* The list */

static bool
put_items(ctn_look *out, const ctn_items *items, const ctn_leaves *leaves, ctn_ca *ca, struct ctn_err *e)
{
	ctn_report_look *r = &out->r;

	r->items = ctn_arena_new(ca->arena, ctn_report_item, items->n + leaves->n + 1);
	if (r->items == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < items->n; i++)
		r->items[r->items_n++] = items->at[i].r;
	for (size_t i = 0; i < leaves->n; i++)
		if (!ctn_leaf_item(&r->items[r->items_n++], &leaves->worst[i], ca, ca->now_s, e))
			return false;
	qsort(r->items, r->items_n, sizeof *r->items, ctn_item_order);
	return true;
}

static bool
head(ctn_report_look *r, ctn_ca *ca, const ctn_monitor_row *last, struct ctn_err *e)
{
	ctn_home_row home;

	if (!ctn_store_home_get(&home, ca->store, ca->arena, e) || !ctn_store_undelivered(&r->undelivered, ca->store, e))
		return false;
	r->home = ca->env.home;
	r->org = home.org;
	r->at_s = ca->now_s;
	r->last_run_s = last->has_run ? last->last_run_s : 0;
	return true;
}

bool
ctn_look_join(ctn_look *out, const ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, size_t limit, struct ctn_err *e)
{
	const ctn_expiry_rule rule = ctn_stages_rule(env->policy);
	ctn_leaves leaves = { 0 };
	ctn_monitor_row last;

	*out = (ctn_look){ 0 };
	if (!ctn_store_monitor(&last, env->ca->store, env->ca->arena, e) || !head(&out->r, env->ca, &last, e))
		return false;
	if (ctn_look_has_home(env->policy) && !ctn_leaves_look(&leaves, env->ca, known, &rule, &last, limit, e))
		return false;
	count_leaves(&out->r, &leaves);
	count_items(out, items);
	return put_items(out, items, &leaves, env->ca, e);
}

bool
ctn_monitor_look(ctn_look *out, const ctn_monitor_env *env, size_t limit, struct ctn_err *e)
{
	ctn_items items = { .arena = env->ca->arena };
	ctn_known known;
	bool ok;

	if (!ctn_store_look(env->ca->store, e))
		return false;
	ok = ctn_known_load(&known, env->ca, e) && ctn_look_items(&items, env, &known, false, e) &&
	     ctn_look_join(out, &items, env, &known, limit, e);
	ctn_store_looked(env->ca->store);
	return ok;
}
