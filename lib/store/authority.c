#include "store/authority.h"

#include <string.h>

#include "store/db.h"
#include "store/leaf.h"
#include "store/rows.h"

static const char *const states[] = { "pending", "active", "retired" };

static enum ctn_key_state
state_of(const char *word)
{
	for (size_t i = 0; word != NULL && i < 3; i++)
		if (strcmp(states[i], word) == 0)
			return (enum ctn_key_state)i;
	return CTN_KEY_RETIRED;
}

static void
read_key(struct query *q, void *into, ctn_arena *a)
{
	ctn_issuer_key_row *row = into;
	const char *kind;

	row->id = take_int(q);
	row->authority_id = take_int(q);
	row->authority = take_text(q, a);
	kind = take_text(q, a);
	row->foreign = kind != NULL && strcmp(kind, "foreign") == 0;
	row->key_id = take_blob(q, a);
	row->spki = take_blob(q, a);
	row->algorithm = take_text(q, a);
	row->protection = take_text(q, a);
	row->file = take_text(q, a);
	row->state = state_of(take_text(q, a));
	row->shards = (unsigned)take_int(q);
	row->created_at = take_int(q);
}

/* *id is 0 when there is none. */
static bool
find_authority(int64_t *id, bool *foreign, ctn_store *s, const char *name, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_authority_get);
	bool row;

	*id = 0;
	bind_text(&q, name);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	*id = take_int(&q);
	*foreign = take_int(&q) != 0;
	return query_end(&q, e);
}

static bool
key_is_new(ctn_store *s, const ctn_issuer_key_row *row, int64_t authority_id, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_issuer_key_taken);
	int64_t n;

	bind_int(&q, authority_id);
	bind_blob(&q, row->key_id);
	if (!query_int(&n, &q, e))
		return false;
	return n == 0 ? true : ctn_fail(e, CTN_EEXISTS, "authority %s has that key already", row->authority);
}

/* Found, or made; with a key that is new to it. */
static bool
own_authority(int64_t *id, ctn_store *s, const ctn_issuer_key_row *row, const ctn_act *act, struct ctn_err *e)
{
	struct query q;
	bool foreign = false;

	if (!find_authority(id, &foreign, s, row->authority, e))
		return false;
	if (*id != 0 && foreign != row->foreign)
		return ctn_fail(e, CTN_EEXISTS, "authority %s is known as %s already", row->authority, foreign ? "a foreign one" : "one of this home");
	if (*id != 0)
		return key_is_new(s, row, *id, e);
	q = query_on(s, CTN_Q_authority_add);
	bind_text(&q, row->authority);
	bind_text(&q, row->foreign ? "foreign" : "own");
	bind_int(&q, act->at_s);
	if (!query_run(&q, e))
		return false;
	*id = db_inserted(s);
	return true;
}

/* Query agree_states compares this with the row. */
static bool
log_state(ctn_store *s, const ctn_issuer_key_row *row, const char *kind, const ctn_act *act, struct ctn_err *e)
{
	CTN_OWN_BUF detail = { 0 };

	ctn_buf_printf(&detail, "%s %s", states[row->state], row->protection);
	if (row->file != NULL)
		ctn_buf_printf(&detail, " %s", row->file);
	return ctn_buf_cstr(&detail) != NULL ? event_add(s, kind, row->id, ctn_buf_cstr(&detail), act, e) : ctn_fail_memory(e);
}

static bool
add_key(ctn_store *s, ctn_issuer_key_row *row, const ctn_act *act, struct ctn_err *e)
{
	struct query q;

	if (!own_authority(&row->authority_id, s, row, act, e))
		return false;
	q = query_on(s, CTN_Q_issuer_key_add);
	bind_int(&q, row->authority_id);
	bind_blob(&q, row->key_id);
	bind_blob(&q, row->spki);
	bind_text(&q, row->algorithm);
	bind_text(&q, row->protection);
	bind_text(&q, row->file);
	bind_text(&q, states[row->state]);
	bind_int(&q, row->shards);
	bind_int(&q, act->at_s);
	if (!query_run(&q, e))
		return ctn_wrap(e, "key of authority %s", row->authority);
	row->id = db_inserted(s);
	row->created_at = act->at_s;
	return leaf_add(s, ACT_KEY, row->id, act, e) && log_state(s, row, "key-made", act, e);
}

bool
ctn_store_issuer_key_add(ctn_store *s, ctn_issuer_key_row *row, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, add_key(s, row, act, e), e);
}

static bool
change_key(ctn_store *s, const ctn_issuer_key_row *row, const char *kind, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_issuer_key_change);

	bind_text(&q, row->protection);
	bind_text(&q, row->file);
	bind_text(&q, states[row->state]);
	bind_int(&q, row->id);
	if (!query_run(&q, e))
		return false;
	if (db_changed(s) != 1)
		return ctn_fail(e, CTN_ENOTFOUND, "there is no issuer key %lld", (long long)row->id);
	return log_state(s, row, kind, act, e);
}

bool
ctn_store_issuer_key_change(ctn_store *s, const ctn_issuer_key_row *row, const char *kind, const ctn_act *act, struct ctn_err *e)
{
	if (strncmp(kind, "key-", 4) != 0)
		return ctn_fail(e, CTN_EUSAGE, "a change of a key is no '%s'", kind);
	if (!act_begin(s, e))
		return false;
	return act_end(s, change_key(s, row, kind, act, e), e);
}

static bool
keys_where(ctn_issuer_key_row **rows, size_t *n, ctn_store *s, int64_t id, const char *authority, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_issuer_keys);
	void *all;

	bind_int_or_null(&q, id, id == 0);
	bind_text(&q, authority);
	if (!query_all(&all, n, &q, sizeof **rows, read_key, a, e))
		return false;
	*rows = all;
	return true;
}

bool
ctn_store_issuer_keys(ctn_issuer_key_row **rows, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	return keys_where(rows, n, s, 0, NULL, a, e);
}

bool
ctn_store_issuer_key(ctn_issuer_key_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_issuer_key_of_id);
	bool found;

	bind_int(&q, id);
	if (!query_row(&q, &found, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ENOTFOUND, "there is no issuer key %lld", (long long)id);
	read_key(&q, row, a);
	return query_end(&q, e);
}

/* "there is no authority 'isuing'" and the one that was meant. */
static bool
fail_unknown(ctn_store *s, const char *name, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_authority_names);
	const char *names[64], *near;
	size_t n = 0;
	bool row = true;

	while (n < 64) {
		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			break;
		names[n] = take_text(&q, a);
		if (names[n] == NULL)
			return query_end(&q, e) ? ctn_fail_memory(e) : false;
		n++;
	}
	if (!query_end(&q, e))
		return false;
	near = ctn_word_nearest(name, names, n);
	(void)ctn_fail(e, CTN_ENOTFOUND, "there is no authority '%s'", name);
	if (near != NULL)
		return ctn_hint(e, "did you mean '%s'?", near);
	return ctn_hint(e, "catena ca list shows those there are; catena ca create %s makes it when policies/ca.yaml has it", name);
}

bool
ctn_store_issuer_key_of(ctn_issuer_key_row *row, ctn_store *s, const char *authority, ctn_arena *a, struct ctn_err *e)
{
	ctn_issuer_key_row *rows;
	size_t n;

	if (!keys_where(&rows, &n, s, 0, authority, a, e))
		return false;
	if (n == 0)
		return fail_unknown(s, authority, a, e);
	*row = rows[0];
	return true;
}

static void
read_ca_cert(struct query *q, void *into, ctn_arena *a)
{
	ctn_ca_cert_row *row = into;

	row->id = take_int(q);
	row->issuer_key_id = take_int(q);
	row->certificate_id = take_int(q);
	take_digest(q, row->sha256);
	row->der = take_blob(q, a);
	row->subject = take_blob(q, a);
	row->issuer = take_blob(q, a);
	row->serial = take_blob(q, a);
	row->not_before = take_int(q);
	row->not_after = take_int(q);
	row->is_anchor = take_int(q) != 0;
	row->installed_at = take_int(q);
}

static bool
add_ca_cert(ctn_store *s, ctn_ca_cert_row *row, const ctn_act *act, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_ca_cert_add);

	bind_int(&q, row->issuer_key_id);
	bind_int_or_null(&q, row->certificate_id, row->certificate_id == 0);
	bind_blob(&q, (ctn_span){ row->sha256, sizeof row->sha256 });
	bind_blob(&q, row->der);
	bind_blob(&q, row->subject);
	bind_blob(&q, row->issuer);
	bind_blob(&q, row->serial);
	bind_int(&q, row->not_before);
	bind_int(&q, row->not_after);
	bind_int(&q, row->is_anchor);
	bind_int(&q, act->at_s);
	if (!query_run(&q, e))
		return false;
	row->id = db_inserted(s);
	row->installed_at = act->at_s;
	return leaf_add(s, ACT_INSTALL, row->id, act, e);
}

bool
ctn_store_ca_cert_add(ctn_store *s, ctn_ca_cert_row *row, const ctn_act *act, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, add_ca_cert(s, row, act, e), e);
}

bool
ctn_store_ca_certs(ctn_ca_cert_row **rows, size_t *n, ctn_store *s, int64_t issuer_key_id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, issuer_key_id == 0 ? CTN_Q_ca_certs_all : CTN_Q_ca_certs_of_key);
	void *all;

	if (issuer_key_id != 0)
		bind_int(&q, issuer_key_id);
	if (!query_all(&all, n, &q, sizeof **rows, read_ca_cert, a, e))
		return false;
	*rows = all;
	return true;
}

bool
ctn_store_ca_certs_named(ctn_ca_cert_row **rows, size_t *n, ctn_store *s, ctn_span subject, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_ca_certs_by_subject);
	void *all;

	bind_blob(&q, subject);
	if (!query_all(&all, n, &q, sizeof **rows, read_ca_cert, a, e))
		return false;
	*rows = all;
	return true;
}
