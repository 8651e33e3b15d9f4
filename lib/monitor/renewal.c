#include "monitor/renewal.h"

#include <errno.h>
#include <string.h>

#include "hash/hash.h"
#include "monitor/deploy.h"
#include "store/find.h"

/* One lineage that is renewed now, and what is told about it. */
struct task {
	ctn_deploy deploy;
	size_t cap;           /* of deploy.files */
	ctn_renewal *result;
	bool replaced;        /* new files are in place, old ones kept */
	bool ended;           /* they were in place, and the hook had succeeded: only the old ones were still there */
	const struct ctn_err *blocked; /* one of its files is not to be replaced: then none may be, or key and certificate would part */
};

struct work {
	const ctn_monitor_env *env;
	ctn_arena *a;
	ctn_spots spots;
	const ctn_windows *windows;
	struct task *tasks;
	size_t tasks_n;
	ctn_renewal *results;
	size_t results_n;
	struct ctn_err sealed; /* no passphrase: the next one would ask for it again */
};

/* ---- results */

static bool
describe(ctn_renewal *out, const struct work *w, const char *path, const ctn_cert_row *row, struct ctn_err *e)
{
	*out = (ctn_renewal){ .item = ctn_arena_printf(w->a, "renewal:%s", path), .title = row->names_n > 0 ? row->names[0].value : row->subject,
		.file = path, .old_serial = ctn_arena_hex(w->a, row->serial), .not_after = row->not_after, .tried = !w->env->ca->env.read_only };
	return (out->item != NULL && out->old_serial != NULL) || ctn_fail_memory(e);
}

/* ---- which files */

static struct task *
task_of(struct work *w, int64_t lineage)
{
	for (size_t i = 0; i < w->tasks_n; i++)
		if (w->tasks[i].deploy.lineage == lineage)
			return &w->tasks[i];
	w->tasks[w->tasks_n].deploy.lineage = lineage;
	return &w->tasks[w->tasks_n++];
}

static bool
add_file(struct work *w, const ctn_deploy_file *file, struct ctn_err *e)
{
	struct task *t = task_of(w, file->row.lineage);
	ctn_deploy *d = &t->deploy;

	for (size_t i = 0; i < d->files_n; i++)
		if (strcmp(d->files[i].spot.path, file->spot.path) == 0)
			return true; /* two names of one file */
	if (d->files_n == t->cap) {
		size_t cap = t->cap == 0 ? 4 : t->cap * 2;
		ctn_deploy_file *more = ctn_arena_new(w->a, ctn_deploy_file, cap);

		if (more == NULL)
			return ctn_fail_memory(e);
		if (d->files_n > 0)
			memcpy(more, d->files, d->files_n * sizeof *more);
		d->files = more;
		t->cap = cap;
	}
	d->files[d->files_n++] = *file;
	return true;
}

static bool
block(struct work *w, ctn_deploy_file *file, const struct ctn_err *why, struct ctn_err *e)
{
	struct task *t;

	if (file->spot.path == NULL)
		file->spot.path = file->path;
	if (!add_file(w, file, e))
		return false;
	t = task_of(w, file->row.lineage);
	if (t->blocked == NULL)
		t->blocked = ctn_arena_copy(w->a, why, sizeof *why);
	return t->blocked != NULL || ctn_fail_memory(e);
}

/* Something of an earlier run waits beside it, or was cut short. */
static bool
is_begun(const ctn_spot *s)
{
	return s->folder->begun && (ctn_spot_has(s, CTN_SPOT_NEW) || ctn_spot_has(s, CTN_SPOT_OLD));
}

/* The look's record of a file's certificate; *concerns: its lineage is to be looked at. */
static bool
consider(ctn_cert_row *row, bool *concerns, struct work *w, const ctn_renewal_file *given, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	ctn_spot spot;

	*concerns = false;
	if (given->certificate_id == 0)
		return true;
	if (!ctn_store_cert(row, w->env->ca->store, given->certificate_id, w->a, e))
		return e->code == CTN_ENOTFOUND;
	if (row->is_ca || !row->issued)
		return true;
	*concerns = ctn_windows_cover(w->windows, row) || (ctn_spot_find(&spot, &w->spots, given->path, &why) && is_begun(&spot));
	if (*concerns)
		(void)task_of(w, row->lineage);
	return true;
}

static bool
is_concerned(const struct work *w, int64_t lineage)
{
	for (size_t i = 0; i < w->tasks_n; i++)
		if (w->tasks[i].deploy.lineage == lineage)
			return true;
	return false;
}

static bool
take_file(struct work *w, const char *path, const ctn_cert_row *looked, struct ctn_err *e)
{
	const ctn_deploy_world world = { w->env, w->windows, &w->spots };
	ctn_deploy_file file = { .path = path, .row = *looked };
	struct ctn_err why = { 0 };
	bool known;

	if (!ctn_deploy_read(&known, &file, &world, &why))
		return block(w, &file, &why, e);
	return !known || !is_concerned(w, file.row.lineage) || add_file(w, &file, e);
}

/* Every file of each lineage that is due in one of them, or was begun. */
static bool
gather(struct work *w, const ctn_renewal_file *files, size_t n, struct ctn_err *e)
{
	ctn_cert_row *rows = ctn_arena_new(w->a, ctn_cert_row, n + 1);
	bool concerns, dry = w->env->ca->env.read_only;

	if (rows == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n; i++) {
		if (!consider(&rows[i], &concerns, w, &files[i], e))
			return false;
		if (dry && concerns && !rows[i].superseded && !describe(&w->results[w->results_n++], w, files[i].path, &rows[i], e))
			return false;
	}
	for (size_t i = 0; i < n && !dry; i++)
		if (rows[i].id != 0 && is_concerned(w, rows[i].lineage) && !take_file(w, files[i].path, &rows[i], e))
			return false;
	return true;
}

/* ---- one after the other up to the hook */

static bool
prepare(struct work *w, struct task *t, struct ctn_err *why)
{
	const ctn_monitor_env *env = w->env;
	const ctn_deploy_world world = { env, w->windows, &w->spots };

	if (t->blocked != NULL || w->sealed.code != CTN_OK) {
		*why = t->blocked != NULL ? *t->blocked : w->sealed;
		return false;
	}
	if (env->policy->renew.hook != NULL && env->command == NULL)
		return ctn_fail(why, CTN_EUSAGE, "renew.hook cannot be run from here");
	if (!ctn_deploy_prepare(&t->deploy, &t->ended, &world, why)) {
		if (why->code == CTN_EPASSPHRASE)
			w->sealed = *why;
		return false;
	}
	if (!t->deploy.has_target || t->deploy.files_n == 0)
		return true;
	t->replaced = ctn_exchange_do(&t->deploy.exchange, why);
	return t->replaced;
}

static bool
begin(struct work *w, struct task *t, struct ctn_err *e)
{
	ctn_renewal *r = &w->results[w->results_n];
	bool ok;

	if (t->deploy.files_n == 0)
		return true;
	if (!describe(r, w, t->deploy.files[0].path, &t->deploy.files[0].row, e))
		return false;
	ok = prepare(w, t, &r->why);
	if (ok && !t->replaced && !t->ended)
		return true;
	t->result = r;
	w->results_n++;
	if (t->deploy.target.id != 0)
		r->new_serial = ctn_arena_hex(w->a, t->deploy.target.serial);
	if (ok && !t->replaced) {
		r->renewed = true;
		r->not_after = t->deploy.target.not_after;
	}
	return true;
}

/* ---- the hook, once for all */

static bool
run_hook(const struct work *w, struct ctn_err *e)
{
	const char **argv = w->env->policy->renew.hook;
	ctn_command_end end = { 0 };
	const char *colon;

	if (argv == NULL)
		return true;
	if (!w->env->command(w->env->command_ctx, &end, argv, (ctn_span){ 0 }, w->env->policy->renew.timeout_s, e))
		return ctn_wrap(e, "renew.hook");
	colon = end.said[0] != '\0' ? ": " : "";
	if (end.timed_out)
		return ctn_fail(e, CTN_EFILE, "renew.hook %s was ended after %lld s%s%s", argv[0], (long long)w->env->policy->renew.timeout_s, colon, end.said);
	return end.status == 0 || ctn_fail(e, CTN_EFILE, "renew.hook %s ended with status %d%s%s", argv[0], end.status, colon, end.said);
}

static void
succeed(struct task *t)
{
	ctn_exchange_done(&t->deploy.exchange);
	t->result->renewed = true;
	t->result->not_after = t->deploy.target.not_after;
}

static void
fail_hook(struct task *t, const struct ctn_err *hook)
{
	struct ctn_err also = { 0 };

	t->result->why = *hook;
	if (!ctn_exchange_undo(&t->deploy.exchange, &also)) {
		(void)ctn_fail(&t->result->why, CTN_EFILE, "%.400s; putting the old files back failed too: %.400s", hook->text, also.text);
		return;
	}
	(void)ctn_fail(&t->result->why, hook->code, "%s; the old files are back in place, the new ones wait beside them", hook->text);
	(void)ctn_hint(&t->result->why, "%s", hook->hint[0] != '\0' ? hook->hint : "mend the hook; the next run puts the same new files in place and runs it again");
}

static void
finish(struct work *w)
{
	struct ctn_err why = { 0 };
	bool any = false, ok;

	for (size_t i = 0; i < w->tasks_n; i++)
		any = any || w->tasks[i].replaced;
	if (!any)
		return;
	ok = run_hook(w, &why);
	for (size_t i = 0; i < w->tasks_n; i++) {
		if (w->tasks[i].replaced && ok)
			succeed(&w->tasks[i]);
		else if (w->tasks[i].replaced)
			fail_hook(&w->tasks[i], &why);
	}
}

/* ---- all */

static bool
renew(struct work *w, const ctn_renewal_file *files, size_t n, struct ctn_err *e)
{
	bool ok = true;

	w->tasks = ctn_arena_new(w->a, struct task, n + 1);
	w->results = ctn_arena_new(w->a, ctn_renewal, n + 1);
	if (w->tasks == NULL || w->results == NULL)
		return ctn_fail_memory(e);
	if (!ctn_ca_windows(&w->windows, w->env->ca, e) || !gather(w, files, n, e))
		return false;
	for (size_t i = 0; ok && i < w->tasks_n; i++)
		ok = begin(w, &w->tasks[i], e);
	finish(w);
	return ok;
}

bool
ctn_monitor_renew(ctn_renewal **out, size_t *n, const ctn_monitor_env *env, const ctn_renewal_file *files, size_t files_n, struct ctn_err *e)
{
	struct work w = { .env = env, .a = env->ca->arena, .spots = { .a = env->ca->arena } };
	bool ok = !env->policy->renew.wanted || renew(&w, files, files_n, e);

	ctn_spots_close(&w.spots);
	*out = w.results;
	*n = w.results_n;
	return ok;
}
