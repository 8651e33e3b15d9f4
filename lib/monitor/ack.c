#include "monitor/ack.h"

#include <string.h>

#include "base/time.h"
#include "ca/select.h"
#include "monitor/look.h"
#include "store/home.h"

#define CANDIDATES_MAX 5
#define LEAF "home:leaf:"

/** What was meant. */
struct meant {
	ctn_watch_row row;
	int64_t certificate_id; /* of a leaf */
};

static bool
names(const ctn_item *i, const char *text)
{
	return strcmp(i->r.item, text) == 0 || (i->r.where != NULL && strcmp(i->r.where, text) == 0) ||
	       (strcmp(i->r.kind, "authority") == 0 && strcmp(i->r.title, text) == 0);
}

static bool
find_other(struct meant *m, bool *found, const ctn_monitor_env *env, const char *text, struct ctn_err *e)
{
	ctn_items items = { .arena = env->ca->arena };
	ctn_known known;

	*found = false;
	if (!ctn_known_load(&known, env->ca, e) || !ctn_look_items(&items, env, &known, false, e))
		return false;
	for (size_t i = 0; i < items.n && !*found; i++) {
		const ctn_item *item = &items.at[i];

		if (!names(item, text))
			continue;
		*found = true;
		m->row = (ctn_watch_row){ .item = item->r.item, .kind = item->r.kind, .title = item->r.title };
	}
	return true;
}

static bool
take_leaf(struct meant *m, const ctn_cert_row *row, ctn_ca *ca, struct ctn_err *e)
{
	const char *serial = ctn_arena_hex(ca->arena, row->serial);
	const char *item = serial == NULL ? NULL
	                   : row->is_ca   ? ctn_arena_printf(ca->arena, "home:ca:%s", row->authority)
	                                  : ctn_arena_printf(ca->arena, LEAF "%s", serial);

	if (item == NULL)
		return ctn_fail_memory(e);
	m->row = (ctn_watch_row){ .item = item, .kind = "certificate", .title = row->names_n > 0 ? row->names[0].value : row->subject };
	m->certificate_id = row->id;
	return true;
}

/* A selector means a record; what it could not tell apart are the candidates. */
static bool
find_leaf(struct meant *m, ctn_ack_result *out, ctn_ca *ca, const char *text, struct ctn_err *e)
{
	bool by_item = strncmp(text, LEAF, strlen(LEAF)) == 0;
	ctn_cert_row *rows;
	size_t n = 0;

	if (ctn_ca_select(&rows, &n, ca, by_item ? text + strlen(LEAF) : text, CTN_SELECT_NEWEST, e)) {
		if (!rows[0].is_ca)
			return take_leaf(m, &rows[0], ca, e);
		(void)ctn_fail(e, CTN_ESELECTOR, "'%.200s' is the certificate of an authority", text);
		return ctn_hint(e, "name the authority: home:ca:NAME");
	}
	if (e->code != CTN_ESELECTOR)
		return false;
	out->candidates = ctn_arena_new(ca->arena, const char *, n + CANDIDATES_MAX + 1);
	if (out->candidates == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < n && i < CANDIDATES_MAX; i++) {
		const char *serial = ctn_arena_hex(ca->arena, rows[i].serial);

		out->candidates[out->candidates_n++] = serial == NULL ? LEAF "?" : ctn_arena_printf(ca->arena, LEAF "%s", serial);
	}
	return false;
}

/* Remembered items whose name holds the text. */
static bool
suggest(ctn_ack_result *out, ctn_ca *ca, const char *text, struct ctn_err *e)
{
	CTN_OWN_BUF list = { .max = 400 };
	struct ctn_err ignored = { 0 };
	const char **like;
	size_t n = 0;

	if (out->candidates_n > 0)
		return false;
	(void)ctn_fail(e, CTN_ESELECTOR, "nothing that is watched is called '%.200s'", text);
	if (out->candidates == NULL || !ctn_store_watch_like(&like, &n, ca->store, text, CANDIDATES_MAX, ca->arena, &ignored) || n == 0)
		return ctn_hint(e, "catena monitor status lists the items");
	for (size_t i = 0; i < n; i++) {
		out->candidates[out->candidates_n++] = like[i];
		ctn_buf_printf(&list, "%s%s", i > 0 ? ", " : "", like[i]);
	}
	return ctn_hint(e, "there are %s", ctn_buf_cstr(&list) != NULL ? ctn_buf_cstr(&list) : like[0]);
}

static bool
find(struct meant *m, ctn_ack_result *out, const ctn_monitor_env *env, const char *text, struct ctn_err *e)
{
	bool found;

	if (!find_other(m, &found, env, text, e))
		return false;
	if (found || find_leaf(m, out, env->ca, text, e))
		return true;
	return e->code == CTN_ESELECTOR ? suggest(out, env->ca, text, e) : false;
}

static bool
write(const struct meant *m, ctn_ca *ca, const ctn_ack_args *args, struct ctn_err *e)
{
	char until[32];
	const char *detail;

	ctn_time_text(until, args->until_s);
	detail = args->clear ? ctn_arena_text(ca->arena, m->row.item) : ctn_arena_printf(ca->arena, "%s until %s: %s", m->row.item, until, args->why);
	if (detail == NULL)
		return ctn_fail_memory(e);
	return ctn_store_event(ca->store, args->clear ? "monitor-unack" : "monitor-ack", 0, detail, &ca->act, e) &&
	       ctn_store_watch_ack(ca->store, &m->row, m->certificate_id, ca->now_s, e);
}

static bool
record(struct meant *m, ctn_ca *ca, const ctn_ack_args *args, struct ctn_err *e)
{
	m->row.acked_until_s = args->clear ? 0 : args->until_s;
	m->row.acked_why = args->why;
	m->row.acked_by = ca->env.actor;
	if (!ctn_ca_begin_act(ca, e) || !ctn_store_begin(ca->store, e))
		return false;
	if (!write(m, ca, args, e)) {
		ctn_store_rollback(ca->store);
		return false;
	}
	return ctn_store_commit(ca->store, e) && ctn_ca_end_act(ca, e);
}

bool
ctn_monitor_ack(ctn_ack_result *out, const ctn_monitor_env *env, const ctn_ack_args *args, struct ctn_err *e)
{
	struct meant m = { 0 };

	*out = (ctn_ack_result){ 0 };
	if (!find(&m, out, env, args->item, e))
		return false;
	out->item = m.row.item;
	out->title = m.row.title;
	return args->dry_run || record(&m, env->ca, args, e);
}
