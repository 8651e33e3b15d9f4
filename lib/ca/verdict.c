#include "ca/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "log/checkpoint.h"
#include "store/highwater.h"
#include "store/home.h"
#include "store/journal.h"

/* What is held against the tree, read before the tree is looked at: the log may grow meanwhile, the witnesses must not. */
struct witnesses {
	bool has_highwater, has_checkpoint;
	ctn_highwater highwater;
	struct ctn_err why_not; /* of the highwater file */
	ctn_checkpoint checkpoint;
};

static bool
load_highwater(struct witnesses *w, ctn_ca *ca, struct ctn_err *e)
{
	char *path = ctn_ca_path(ca, "highwater");

	if (path == NULL)
		return ctn_fail_memory(e);
	w->has_highwater = ctn_highwater_load(&w->highwater, path, ca->arena, &w->why_not);
	return w->has_highwater || w->why_not.code != CTN_ENOMEM || ctn_fail_memory(e);
}

static bool
open_checkpoint(struct witnesses *w, ctn_log_verdict *out, ctn_ca *ca, ctn_span note, struct ctn_err *e)
{
	ctn_home_row home;

	if (note.n == 0)
		return true;
	if (!ctn_store_home_get(&home, ca->store, ca->arena, e) ||
	    !ctn_checkpoint_open(&w->checkpoint, &w->has_checkpoint, note, home.origin, (ctn_span){ home.log_key, sizeof home.log_key },
	        ca->arena, e))
		return false;
	if (w->has_checkpoint)
		return true;
	return ctn_problems_say(&out->problems, e, "checkpoint", "it is of %s, or not signed by the log key of this home (%s)",
	    w->checkpoint.origin, home.origin);
}

/* A root that cannot be had for want of nodes is a problem that the walk has named already. */
static bool
root_at(ctn_node *root, bool *found, ctn_ca *ca, uint64_t size, struct ctn_err *e)
{
	struct ctn_err missing = { 0 };

	*found = ctn_store_log_root(root, ca->store, size, &missing);
	if (*found || missing.code == CTN_ENOTFOUND)
		return true;
	*e = missing;
	return false;
}

static bool
hold_highwater(ctn_log_verdict *out, struct witnesses *w, ctn_ca *ca, struct ctn_err *e)
{
	struct ctn_err missing = { 0 };

	if (!w->has_highwater)
		return ctn_problems_say(&out->problems, e, "highwater", "%s", w->why_not.text);
	out->against[out->against_n++] = "highwater";
	if (ctn_highwater_compare(ca->store, &w->highwater, ctn_problems_add, &out->problems, ca->arena, &missing))
		return true;
	if (missing.code == CTN_ENOTFOUND)
		return ctn_problems_say(&out->problems, e, "highwater", "it cannot be compared: %s", missing.text);
	*e = missing;
	return false;
}

static bool
hold_checkpoint(ctn_log_verdict *out, const struct witnesses *w, ctn_ca *ca, struct ctn_err *e)
{
	const ctn_checkpoint *c = &w->checkpoint;
	ctn_node root;
	bool found;

	if (!w->has_checkpoint)
		return true;
	out->against[out->against_n++] = "checkpoint";
	if (c->size > out->size)
		return ctn_problems_say(&out->problems, e, "checkpoint", "the database is older than the checkpoint: %" PRIu64 " acts here, %" PRIu64 " there",
		    out->size, c->size);
	if (!root_at(&root, &found, ca, c->size, e))
		return false;
	if (found && memcmp(root.h, c->root.h, sizeof root.h) == 0)
		return true;
	return ctn_problems_say(&out->problems, e, "checkpoint", "the first %" PRIu64 " acts are not those that the checkpoint vouches for", c->size);
}

/* The store calls both with one context. */
struct walk {
	ctn_problems *problems;
	const ctn_verdict_wish *wish;
};

static bool
note_problem(void *ctx, const char *where, const char *text, struct ctn_err *e)
{
	const struct walk *w = ctx;

	return ctn_problems_add(w->problems, where, text, e);
}

static void
tell_progress(void *ctx, uint64_t done, uint64_t all)
{
	const struct walk *w = ctx;

	w->wish->progress(w->wish->ctx, done, all);
}

static bool
look(ctn_log_verdict *out, struct witnesses *w, ctn_ca *ca, const ctn_verdict_wish *wish, struct ctn_err *e)
{
	struct walk walk = { &out->problems, wish };

	if (!ctn_store_log_size(&out->size, ca->store, e) ||
	    !ctn_store_log_verify(ca->store, note_problem, &walk, wish->progress == NULL ? NULL : tell_progress, e) ||
	    !root_at(&out->root, &out->has_root, ca, out->size, e))
		return false;
	return hold_highwater(out, w, ca, e) && hold_checkpoint(out, w, ca, e);
}

bool
ctn_ca_log_verify(ctn_log_verdict *out, ctn_ca *ca, const ctn_verdict_wish *wish, struct ctn_err *e)
{
	struct witnesses w = { 0 };
	bool ok;

	*out = (ctn_log_verdict){ .problems.arena = ca->arena };
	if (!open_checkpoint(&w, out, ca, wish->checkpoint, e) || !load_highwater(&w, ca, e) || !ctn_store_look(ca->store, e))
		return false;
	ok = look(out, &w, ca, wish, e);
	ctn_store_looked(ca->store);
	return ok;
}
