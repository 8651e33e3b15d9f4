#include "store/home.h"

#include <string.h>

#include "store/db.h"
#include "store/leaf.h"
#include "store/rows.h"

#define HOME_ROW 1 /* a database is of one home */

bool
event_add(ctn_store *s, const char *kind, int64_t issuer_key_id, const char *detail, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_event_add);

	bind_text(&q, kind);
	bind_int_or_null(&q, issuer_key_id, issuer_key_id == 0);
	bind_text(&q, detail);
	return query_run(&q, e) && leaf_add(s, ACT_EVENT, db_inserted(s), act, e);
}

bool
ctn_store_event(ctn_store *s, const char *kind, int64_t issuer_key_id, const char *detail, const ctn_act *act, struct ctn_err *e)
{
	if (issuer_key_id != 0 && strncmp(kind, "key-", 4) == 0)
		return ctn_fail(e, CTN_EUSAGE, "an event '%s' is written with the change of the key", kind);
	if (!act_begin(s, e))
		return false;
	return act_end(s, event_add(s, kind, issuer_key_id, detail, act, e), e);
}

static bool
set_home(ctn_store *s, const ctn_home_row *row, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_home_add);

	bind_text(&q, row->origin);
	bind_blob(&q, (ctn_span){ row->log_key, sizeof row->log_key });
	bind_text(&q, row->org);
	bind_text(&q, row->domain);
	bind_text(&q, row->url);
	bind_int(&q, row->created_at);
	return query_run(&q, e) && leaf_add(s, ACT_HOME, HOME_ROW, act, e);
}

bool
ctn_store_home_set(ctn_store *s, const ctn_home_row *row, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, set_home(s, row, act, e), e);
}

bool
ctn_store_home_get(ctn_home_row *row, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_home_get);
	bool found;

	if (!query_row(&q, &found, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ESTORE, "the database does not say which home it is");
	row->origin = take_text(&q, a);
	take_digest(&q, row->log_key);
	row->org = take_text(&q, a);
	row->domain = take_text(&q, a);
	row->url = take_text(&q, a);
	row->created_at = take_int(&q);
	return query_end(&q, e);
}

static bool
add_halt(ctn_store *s, const char *why, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_halt_add);

	bind_int(&q, act->at_s);
	bind_text(&q, why);
	return query_run(&q, e) && leaf_add(s, ACT_HALT, db_inserted(s), act, e);
}

/* id is 0 when signing is allowed. */
static bool
halt_in_force(int64_t *id, const char **why, int64_t *since_s, const char **actor, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_halt_in_force);
	bool row;

	*id = 0;
	*why = NULL;
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	*id = take_int(&q);
	*since_s = take_int(&q);
	*why = take_text(&q, a);
	*actor = take_text(&q, a);
	return query_end(&q, e);
}

bool
ctn_store_halted(const char **why, int64_t *since_s, const char **actor, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	int64_t id;

	return halt_in_force(&id, why, since_s, actor, s, a, e);
}

static bool
halt_unless_halted(ctn_store *s, const char *why, const ctn_act *act, ctn_arena *a, struct ctn_err *e)
{
	const char *before, *actor;
	int64_t id, since_s;

	if (!halt_in_force(&id, &before, &since_s, &actor, s, a, e))
		return false;
	if (before != NULL) {
		(void)ctn_fail(e, CTN_EEXISTS, "signing is halted already by %s: %s", actor, before);
		return ctn_hint(e, "catena resume ends it");
	}
	return add_halt(s, why, act, e);
}

bool
ctn_store_halt(ctn_store *s, const char *why, const ctn_act *act, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!act_begin(s, e))
		return false;
	return act_end(s, halt_unless_halted(s, why, act, a, e), e);
}

static bool
end_halt(ctn_store *s, const ctn_act *act, ctn_arena *a, struct ctn_err *e)
{
	const char *why, *actor;
	int64_t id, since_s;
	struct query q;

	if (!halt_in_force(&id, &why, &since_s, &actor, s, a, e))
		return false;
	if (why == NULL)
		return ctn_fail(e, CTN_ENOTFOUND, "signing is not halted");
	q = query_on(s, CTN_Q_halt_end);
	bind_int(&q, act->at_s);
	bind_int(&q, id);
	return query_run(&q, e) && leaf_add(s, ACT_RESUME, id, act, e);
}

bool
ctn_store_resume(ctn_store *s, const ctn_act *act, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!act_begin(s, e))
		return false;
	return act_end(s, end_halt(s, act, a, e), e);
}

bool
ctn_store_last_act(int64_t *at_s, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_last_act);
	bool row;

	*at_s = INT64_MIN;
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	*at_s = take_int(&q);
	return query_end(&q, e);
}
