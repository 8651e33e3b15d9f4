#include "ca/past.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "ca/parts.h"
#include "store/check.h"
#include "store/journal.h"

/* An older or newer schema is no damage: the program that fits must look first. */
static bool
judge_schema(bool *readable, const char *path, double wait_s, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	unsigned have, newest;

	*readable = ctn_store_schema(&have, &newest, path, wait_s, &why);
	if (!*readable) {
		*e = why;
		return why.code != CTN_ELOCKED && why.code != CTN_ENOMEM;
	}
	if (have == newest || have == 0)
		return true;
	ctn_fail(e, CTN_ESTORE, "the database there has schema %u, this program %u: they cannot be compared", have, newest);
	return ctn_hint(e, have < newest ? "catena db migrate first" : "use the newer catena that wrote it");
}

static bool
mark_broken(ctn_past *p, const char *why, ctn_arena *a, struct ctn_err *e)
{
	if (p->broken == NULL)
		p->broken = ctn_arena_text(a, why);
	return p->broken != NULL || ctn_fail_memory(e);
}

/* The first thing that is wrong decides; a check that cannot even go to its end is one. */
static bool
judge_records(ctn_past *p, ctn_arena *a, struct ctn_err *e)
{
	ctn_problems found = { .arena = a };
	struct ctn_err why = { 0 };

	if (!ctn_store_check(p->store, ctn_problems_add, &found, &why) ||
	    !ctn_store_log_verify(p->store, ctn_problems_add, &found, NULL, &why) ||
	    (p->has_highwater && !ctn_highwater_compare(p->store, &p->highwater, ctn_problems_add, &found, a, &why)))
		return why.code == CTN_ENOMEM ? ctn_fail_memory(e) : mark_broken(p, why.text, a, e);
	if (found.found == 0)
		return true;
	return mark_broken(p, ctn_arena_printf(a, "%s: %s", found.rows[0].where, found.rows[0].text), a, e);
}

static bool
open_store(ctn_past *p, const ctn_ca_env *env, ctn_arena *a, struct ctn_err *e)
{
	char *path = ctn_arena_printf(a, "%s/%s", p->home, CTN_DATABASE_FILE);
	struct ctn_err why = { 0 };
	bool readable;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_exists(path))
		return true;
	if (!judge_schema(&readable, path, env->wait_s, e))
		return false;
	if (readable && ctn_store_open(&p->store, path, env->wait_s, false, &why) && ctn_store_begin(p->store, &why))
		return judge_records(p, a, e);
	if (why.code == CTN_ELOCKED || why.code == CTN_ENOMEM) {
		*e = why;
		return false;
	}
	ctn_store_close(p->store);
	p->store = NULL;
	return mark_broken(p, why.code == CTN_OK ? "it is no database of a home" : why.text, a, e);
}

static bool
load_highwater(ctn_past *p, ctn_arena *a, struct ctn_err *e)
{
	char *path = ctn_arena_printf(a, "%s/%s", p->home, CTN_HIGHWATER_FILE);
	struct ctn_err why = { 0 };

	if (path == NULL)
		return ctn_fail_memory(e);
	p->has_highwater = ctn_highwater_load(&p->highwater, path, a, &why);
	if (p->has_highwater || why.code == CTN_ENOTFOUND)
		return true;
	p->why_not = ctn_arena_text(a, why.text);
	return p->why_not != NULL && why.code != CTN_ENOMEM ? true : ctn_fail_memory(e);
}

bool
ctn_past_open(ctn_past *out, const char *home, const ctn_ca_env *env, ctn_arena *a, struct ctn_err *e)
{
	struct stat st;

	*out = (ctn_past){ .home = home, .lock = { -1 } };
	if (lstat(home, &st) != 0)
		return true;
	if (!S_ISDIR(st.st_mode))
		return ctn_fail(e, CTN_EFILE, "%s: is not a folder", home);
	out->exists = true;
	if (ctn_lock_take(&out->lock, home, env->wait_s, e) && load_highwater(out, a, e) && open_store(out, env, a, e))
		return true;
	ctn_past_close(out);
	return false;
}

void
ctn_past_close(ctn_past *p)
{
	if (p->store != NULL) {
		ctn_store_rollback(p->store);
		ctn_store_close(p->store);
	}
	p->store = NULL;
	ctn_lock_free(&p->lock);
}
