#include "store/db.h"

#include <errno.h>
#include <string.h>

static bool
fail_full(struct ctn_err *e)
{
	(void)ctn_fail(e, CTN_ESTORE, "database: no space left on the disk");
	return ctn_hint(e, "free some space, then run it again");
}

/* SQLite's own text is "disk I/O error" for all that the kernel can say. */
static bool
fail_io(int number, int rc, const char *text, struct ctn_err *e)
{
	if (number == ENOSPC || number == EDQUOT)
		return fail_full(e);
	if (number == ENOMEM || rc == SQLITE_IOERR_NOMEM)
		return ctn_fail_memory(e);
	errno = number;
	(void)(number != 0 ? ctn_fail_errno(e, CTN_ESTORE, "database: %s", text) : ctn_fail(e, CTN_ESTORE, "database: %s", text));
	return ctn_hint(e, "the disk or its file system failed: see the kernel's log; then `catena db check`");
}

bool
db_fail(const ctn_store *s, int rc, struct ctn_err *e)
{
	const char *text = s->db != NULL ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return ctn_fail_memory(e);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		(void)ctn_fail(e, CTN_ELOCKED, "the home stayed locked by another process for %g s", s->wait_s);
		return ctn_hint(e, "run it again, or wait longer with --wait 2m");
	case SQLITE_FULL:
		return fail_full(e);
	case SQLITE_IOERR:
		return fail_io(s->db != NULL ? sqlite3_system_errno(s->db) : 0, rc, text, e);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		(void)ctn_fail(e, CTN_ESTORE, "the database is damaged: %s", text);
		return ctn_hint(e, "look with `catena db check`; put a backup back with `catena db restore FILE`");
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		(void)ctn_fail(e, CTN_ESTORE, "database: %s", text);
		return ctn_hint(e, "is the home's disk mounted read-only, or does the home belong to another user?");
	case SQLITE_CONSTRAINT:
		return ctn_fail(e, CTN_ESTORE, "the records refuse it: %s", text);
	default:
		return ctn_fail(e, CTN_ESTORE, "database: %s", text);
	}
}

int64_t
db_inserted(const ctn_store *s)
{
	return sqlite3_last_insert_rowid(s->db);
}

int
db_changed(const ctn_store *s)
{
	return sqlite3_changes(s->db);
}

struct query
query_on(ctn_store *s, enum ctn_query which)
{
	struct query q = { .s = s, .rc = SQLITE_OK };

	if (s->prepared[which] == NULL)
		q.rc = sqlite3_prepare_v3(s->db, ctn_queries[which].sql, -1, SQLITE_PREPARE_PERSISTENT, &s->prepared[which], NULL);
	q.st = s->prepared[which];
	return q;
}

static void
note(struct query *q, int rc)
{
	if (q->rc == SQLITE_OK)
		q->rc = rc;
}

void
bind_int(struct query *q, int64_t v)
{
	q->bound++;
	if (q->rc == SQLITE_OK)
		note(q, sqlite3_bind_int64(q->st, q->bound, v));
}

void
bind_int_or_null(struct query *q, int64_t v, bool is_null)
{
	if (!is_null) {
		bind_int(q, v);
		return;
	}
	q->bound++;
	if (q->rc == SQLITE_OK)
		note(q, sqlite3_bind_null(q->st, q->bound));
}

void
bind_text(struct query *q, const char *text)
{
	q->bound++;
	if (q->rc == SQLITE_OK)
		note(q, sqlite3_bind_text(q->st, q->bound, text, -1, SQLITE_STATIC));
}

void
bind_blob(struct query *q, ctn_span b)
{
	q->bound++;
	if (q->rc == SQLITE_OK)
		note(q, sqlite3_bind_blob64(q->st, q->bound, b.n == 0 ? (const void *)"" : b.p, b.n, SQLITE_STATIC));
}

void
bind_blob_or_null(struct query *q, ctn_span b)
{
	if (b.n > 0)
		bind_blob(q, b);
	else
		bind_int_or_null(q, 0, true);
}

static void
reset(struct query *q)
{
	/* Its result repeats that of the last step, which was looked at. */
	if (q->st != NULL) {
		(void)sqlite3_reset(q->st);
		(void)sqlite3_clear_bindings(q->st);
	}
	q->st = NULL;
}

static bool
failed(struct query *q, struct ctn_err *e)
{
	bool no_memory = q->no_memory;
	int rc = q->rc;

	if (no_memory) {
		reset(q);
		return ctn_fail_memory(e);
	}
	(void)db_fail(q->s, rc, e);
	reset(q);
	return false;
}

bool
query_row(struct query *q, bool *row, struct ctn_err *e)
{
	*row = false;
	if (q->rc != SQLITE_OK || q->no_memory)
		return failed(q, e);
	q->rc = sqlite3_step(q->st);
	if (q->rc == SQLITE_ROW) {
		q->rc = SQLITE_OK;
		q->column = 0;
		*row = true;
		return true;
	}
	if (q->rc != SQLITE_DONE)
		return failed(q, e);
	q->rc = SQLITE_OK;
	reset(q);
	return true;
}

bool
query_prepare(ctn_store *s, enum ctn_query which, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	return q.rc == SQLITE_OK ? true : failed(&q, e);
}

bool
query_run(struct query *q, struct ctn_err *e)
{
	bool row;

	if (!query_row(q, &row, e))
		return false;
	if (row) {
		reset(q);
		return ctn_fail(e, CTN_ESTORE, "database: a row where none was expected");
	}
	return true;
}

bool
query_end(struct query *q, struct ctn_err *e)
{
	if (q->no_memory)
		return failed(q, e);
	reset(q);
	return true;
}

bool
query_drop(struct query *q)
{
	reset(q);
	return false;
}

int64_t
take_int(struct query *q)
{
	return sqlite3_column_int64(q->st, q->column++);
}

bool
take_null(struct query *q)
{
	return sqlite3_column_type(q->st, q->column) == SQLITE_NULL;
}

const char *
take_text(struct query *q, ctn_arena *a)
{
	const char *text;
	char *copy;

	if (take_null(q)) {
		q->column++;
		return NULL;
	}
	text = (const char *)sqlite3_column_text(q->st, q->column);
	copy = text == NULL ? NULL : ctn_arena_text_n(a, text, (size_t)sqlite3_column_bytes(q->st, q->column));
	q->column++;
	if (copy == NULL)
		q->no_memory = true;
	return copy;
}

ctn_span
take_blob(struct query *q, ctn_arena *a)
{
	const void *p = sqlite3_column_blob(q->st, q->column);
	size_t n = (size_t)sqlite3_column_bytes(q->st, q->column);
	ctn_span copy = { NULL, 0 };

	q->column++;
	if (n == 0)
		return copy;
	copy.p = p == NULL ? NULL : ctn_arena_copy(a, p, n);
	if (copy.p == NULL)
		q->no_memory = true;
	else
		copy.n = n;
	return copy;
}

void
take_digest(struct query *q, uint8_t out[32])
{
	const void *p = sqlite3_column_blob(q->st, q->column);

	memset(out, 0, 32);
	if (p != NULL && sqlite3_column_bytes(q->st, q->column) == 32)
		memcpy(out, p, 32);
	q->column++;
}

/* Grown in the arena by doubling: what is left behind is less than what is kept. */
static bool
grow(void **rows, size_t *cap, size_t n, size_t size, ctn_arena *a)
{
	size_t fresh = *cap == 0 ? 8 : *cap * 2;
	void *p = ctn_arena_calloc(a, fresh, size);

	if (p == NULL)
		return false;
	if (n > 0)
		memcpy(p, *rows, n * size);
	*rows = p;
	*cap = fresh;
	return true;
}

bool
query_all(void **rows, size_t *n, struct query *q, size_t size, row_reader read, ctn_arena *a, struct ctn_err *e)
{
	size_t cap = 0;
	bool row;

	*rows = NULL;
	*n = 0;
	for (;;) {
		if (!query_row(q, &row, e))
			return false;
		if (!row)
			return true;
		if (*n == cap && !grow(rows, &cap, *n, size, a)) {
			q->no_memory = true;
			return query_end(q, e);
		}
		read(q, (char *)*rows + *n * size, a);
		(*n)++;
	}
}

bool
query_int(int64_t *v, struct query *q, struct ctn_err *e)
{
	bool row;

	if (!query_row(q, &row, e))
		return false;
	if (!row)
		return ctn_fail(e, CTN_ESTORE, "database: no row where one was expected");
	*v = take_int(q);
	return query_end(q, e);
}

static bool
run_plain(ctn_store *s, enum ctn_query which, struct ctn_err *e)
{
	struct query q = query_on(s, which);

	return query_run(&q, e);
}

static bool
fail_lost(struct ctn_err *e)
{
	return ctn_fail(e, CTN_ESTORE, "an act before this one failed and took its whole group with it");
}

bool
act_begin(ctn_store *s, struct ctn_err *e)
{
	if (s->read_only)
		return ctn_fail(e, CTN_ESTORE, "the home is open for reading only");
	s->lost = s->lost || (s->depth > 0 && sqlite3_get_autocommit(s->db) != 0);
	if (s->lost)
		return fail_lost(e);
	if (!run_plain(s, s->depth == 0 ? CTN_Q_tx_begin : CTN_Q_act_begin, e))
		return false;
	s->depth++;
	return true;
}

/*
 * The error that made us undo is the one that counts. SQLite itself ends the transaction on some (a full disk, no memory): an
 * act that followed in the same group would then stand alone, so the group is lost as a whole. The same when undoing one act of it
 * failed. A rollback that failed leaves the transaction open; nothing can begin after it, and closing ends it.
 */
static void
undo(ctn_store *s)
{
	struct ctn_err ignored;
	bool gone = sqlite3_get_autocommit(s->db) != 0;

	s->actor[0] = '\0';
	s->depth--;
	if (s->depth == 0)
		s->lost = !gone && !run_plain(s, CTN_Q_tx_rollback, &ignored);
	else if (gone || !run_plain(s, CTN_Q_act_undo, &ignored) || !run_plain(s, CTN_Q_act_release, &ignored))
		s->lost = true;
}

bool
act_end(ctn_store *s, bool ok, struct ctn_err *e)
{
	if (ok && s->lost)
		ok = fail_lost(e);
	if (ok && run_plain(s, s->depth == 1 ? CTN_Q_tx_commit : CTN_Q_act_release, e)) {
		s->depth--;
		return true;
	}
	undo(s);
	return false;
}

bool
actor_id(int64_t *id, ctn_store *s, const char *name, struct ctn_err *e)
{
	struct query q;
	bool row;

	if (s->actor[0] != '\0' && strcmp(s->actor, name) == 0) {
		*id = s->actor_id;
		return true;
	}
	q = query_on(s, CTN_Q_actor_get);
	bind_text(&q, name);
	if (!query_row(&q, &row, e))
		return false;
	if (row) {
		*id = take_int(&q);
		if (!query_end(&q, e))
			return false;
	} else {
		q = query_on(s, CTN_Q_actor_add);
		bind_text(&q, name);
		if (!query_run(&q, e))
			return false;
		*id = db_inserted(s);
	}
	if (strlen(name) < sizeof s->actor) {
		strcpy(s->actor, name);
		s->actor_id = *id;
	}
	return true;
}
