#include "monitor/run.h"

#include <stdio.h>
#include <string.h>

#include "base/dir.h"
#include "base/time.h"
#include "monitor/served.h"
#include "report/phrase.h"
#include "store/home.h"
#include "store/notice.h"

/** A run while it goes on. */
struct run {
	const ctn_monitor_env *env;
	const ctn_run_args *args;
	ctn_ca *ca;
	ctn_monitor_row last, next;
	ctn_known known;
	ctn_items items;
	ctn_run_result *out;
};

/* Of two clocks that disagree the monitor cannot know which is right: it tells nobody nonsense. */
static bool
check_clock(const struct run *r, struct ctn_err *e)
{
	int64_t act_s, last_s;
	char now[32], last[32];

	if (!ctn_store_last_act(&act_s, r->ca->store, e))
		return false;
	last_s = r->last.has_run && r->last.last_run_s > act_s ? r->last.last_run_s : act_s;
	if (last_s == INT64_MIN || r->ca->now_s >= last_s - CTN_CLOCK_SLACK_S || r->ca->env.accept_clock)
		return true;
	ctn_time_text(now, r->ca->now_s);
	ctn_time_text(last, last_s);
	(void)ctn_fail(e, CTN_ECLOCK, "the clock says %s, but this home was at %s already: nothing is sent", now, last);
	return ctn_hint(e, "set the clock; if it is right now and was wrong before, run it again with --accept-clock");
}

static bool
begin(struct run *r, struct ctn_err *e)
{
	return ctn_store_monitor(&r->last, r->ca->store, r->ca->arena, e) && check_clock(r, e) && ctn_known_load(&r->known, r->ca, e);
}

/* Renewing */

static bool
say_failure(ctn_item *item, struct run *r, const ctn_renewal *renewal, struct ctn_err *e)
{
	item->at_least = CTN_STAGE_CRITICAL;
	if (renewal->why.hint[0] != '\0' && (item->r.fix = ctn_arena_text(r->ca->arena, renewal->why.hint)) == NULL)
		return ctn_fail_memory(e);
	r->out->incomplete = true;
	return true;
}

/* One that succeeds is an item too: that is how whoever was told of its failure is told of its end. */
static bool
say_renewal(struct run *r, const ctn_renewal *renewal, struct ctn_err *e)
{
	ctn_item *item = ctn_items_add(&r->items, renewal->item, "renewal", renewal->title);

	if (item == NULL)
		return ctn_fail_memory(e);
	item->detail = renewal->renewed ? ctn_arena_printf(r->ca->arena, "renewed: the certificate with serial %s is in place", renewal->new_serial) :
					  ctn_arena_text(r->ca->arena, renewal->why.text);
	if (item->detail == NULL)
		return ctn_fail_memory(e);
	item->r.where = renewal->file;
	item->r.serial = renewal->renewed ? renewal->new_serial : renewal->old_serial;
	return renewal->renewed || say_failure(item, r, renewal, e);
}

static bool
list_files(ctn_renewal_file **files, size_t *n, struct run *r, struct ctn_err *e)
{
	ctn_items items = { .arena = r->ca->arena };

	if (!ctn_items_files(&items, r->env->policy, &r->known, r->ca, e))
		return false;
	*files = ctn_arena_new(r->ca->arena, ctn_renewal_file, items.n + 1);
	if (*files == NULL)
		return ctn_fail_memory(e);
	for (*n = 0; *n < items.n; (*n)++)
		(*files)[*n] = (ctn_renewal_file){ items.at[*n].r.where, items.at[*n].certificate_id };
	return true;
}

/* Before anything is looked at: what is new is what counts. A failure is critical at once. */
static bool
renew(struct run *r, struct ctn_err *e)
{
	ctn_renewal_file *files;
	size_t n = 0;

	if (!r->env->policy->renew.wanted || r->args->no_renew || r->args->dry_run)
		return true;
	if (!list_files(&files, &n, r, e) || !ctn_monitor_renew(&r->out->renewals, &r->out->renewals_n, r->env, files, n, e))
		return ctn_wrap(e, "renewing");
	for (size_t i = 0; i < r->out->renewals_n; i++)
		if (r->out->renewals[i].tried && !say_renewal(r, &r->out->renewals[i], e))
			return false;
	return true;
}

/* Remembering */

static bool
remember(struct run *r, struct ctn_err *e)
{
	for (size_t i = 0; i < r->items.n; i++) {
		const ctn_item *item = &r->items.at[i];
		const ctn_watch_row row = { .item = item->r.item, .kind = item->r.kind, .stage = (int)item->stage, .title = item->r.title,
			.serial = item->r.serial, .has_end = item->r.has_end, .not_before = item->r.not_before, .ends_s = item->r.not_after,
			.lifetime_s = item->lifetime_s, .at_least = (int)item->at_least, .detail = item->detail, .failures = item->failures,
			.failing_since_s = item->failing_since_s, .failure = item->failure, .looked_s = r->ca->now_s };

		if (!item->remembered && !ctn_store_watch_put(r->ca->store, &row, e))
			return ctn_wrap(e, "%s", item->r.item);
	}
	return ctn_store_watch_gone(r->ca->store, r->ca->now_s, r->args->no_renew ? "renewal" : NULL, e);
}

static void
say_too_seldom(const struct run *r, const ctn_expiry_news *news)
{
	bool skipped = news->skipped > 0;
	char text[200], apart[32], often[32];

	if (!skipped && news->short_lived == 0)
		return;
	ctn_report_span(apart, r->ca->now_s - r->last.last_run_s);
	ctn_report_span(often, news->span_s / 2);
	(void)snprintf(text, sizeof text, "%llu certificates %s: runs are %s apart, run it every %s",
	    (unsigned long long)(skipped ? news->skipped : news->short_lived),
	    skipped ? "were past their warning before any run could see it" : "live so short that no run may see their warning", apart, often);
	r->ca->env.warn(r->ca->env.ctx, text);
}

static bool
sync_leaves(struct run *r, struct ctn_err *e)
{
	const ctn_expiry_rule rule = ctn_stages_rule(r->env->policy);
	ctn_expiry_news news;

	if (!ctn_look_has_home(r->env->policy))
		return ctn_store_expiry_off(&r->next, r->ca->store, r->ca->now_s, e);
	if (!ctn_store_expiry_sync(&news, &r->next, r->ca->store, &r->last, &rule, r->known.ends, r->known.ends_n, r->ca->now_s, r->ca->arena, e))
		return false;
	say_too_seldom(r, &news);
	return true;
}

static void
still_writing(void *ctx)
{
	const ctn_monitor_env *env = ((struct run *)ctx)->env;

	env->progress(env->progress_ctx, "writing down what ends when", 0, 0);
}

static bool
decide(struct run *r, struct ctn_err *e)
{
	r->next.first_run_s = r->last.has_run ? r->last.first_run_s : r->ca->now_s;
	r->next.last_run_s = r->ca->now_s;
	r->next.repeat_s = r->env->policy->repeat_s;
	return sync_leaves(r, e) && remember(r, e) &&
	       ctn_notices_decide(r->env, &r->items, &r->last, r->args->no_renew ? "renewal" : NULL, e) &&
	       ctn_store_monitor_set(r->ca->store, &r->next, e);
}

/* What is decided is durable before anything is sent. */
static bool
decide_and_keep(struct run *r, struct ctn_err *e)
{
	if (!ctn_store_begin(r->ca->store, e))
		return false;
	if (decide(r, e))
		return ctn_store_commit(r->ca->store, e);
	ctn_store_rollback(r->ca->store);
	return false;
}

static bool
report(struct run *r, struct ctn_err *e)
{
	ctn_report_look *look = &r->out->look.r;

	if (!ctn_look_join(&r->out->look, &r->items, r->env, &r->known, r->args->limit, e))
		return false;
	look->has_run = true;
	look->last_run_s = r->ca->now_s;
	r->out->incomplete = r->out->incomplete || r->out->look.incomplete || r->out->sending.unsent_n > 0;
	return true;
}

static bool
leave_outputs(struct run *r, struct ctn_err *e)
{
	ctn_run_result *out = r->out;

	if (!ctn_outputs_write(out->outputs, &out->outputs_n, r->env, &out->look.r, e))
		return false;
	for (size_t i = 0; i < out->outputs_n; i++)
		out->incomplete = out->incomplete || !out->outputs[i].written;
	return true;
}

/* Everything as in a real run, and then nothing of it. */
static bool
try_only(struct run *r, struct ctn_err *e)
{
	bool ok;

	if (!ctn_store_begin(r->ca->store, e))
		return false;
	ok = decide(r, e) && ctn_notices_send(&r->out->sending, r->env, true, e) && report(r, e);
	ctn_store_rollback(r->ca->store);
	return ok;
}

/* All records as of one moment, which also spares a lock for each of thousands of questions. */
static bool
look(struct run *r, struct ctn_err *e)
{
	bool ok;

	if (!ctn_store_look(r->ca->store, e))
		return false;
	ok = ctn_look_items(&r->items, r->env, &r->known, true, e);
	ctn_store_looked(r->ca->store);
	return ok;
}

static bool
go(struct run *r, struct ctn_err *e)
{
	if (!begin(r, e) || !renew(r, e) || !look(r, e))
		return false;
	if (r->env->progress != NULL)
		ctn_store_on_work(r->ca->store, still_writing, r);
	if (r->args->dry_run)
		return try_only(r, e);
	return decide_and_keep(r, e) && ctn_notices_send(&r->out->sending, r->env, false, e) && report(r, e) && leave_outputs(r, e);
}

bool
ctn_monitor_run(ctn_run_result *out, const ctn_monitor_env *env, const ctn_run_args *args, struct ctn_err *e)
{
	struct run r = { .env = env, .args = args, .ca = env->ca, .items = { .arena = env->ca->arena }, .out = out };
	char *folder = ctn_ca_path(env->ca, "policies");
	CTN_OWN_LOCK lock = { -1 };
	bool ok;

	*out = (ctn_run_result){ 0 };
	if (folder == NULL)
		return ctn_fail_memory(e);
	/* a lock of its own, so that nobody who issues waits for a mail server */
	if (!ctn_lock_take(&lock, folder, env->ca->env.wait_s, e))
		return e->code == CTN_ELOCKED ? ctn_wrap(e, "another run of the monitor") : false;
	ok = go(&r, e);
	ctn_store_on_work(env->ca->store, NULL, NULL);
	return ok;
}
