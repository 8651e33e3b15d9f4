#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"

/* The newest schema is that of the last migration. */
static unsigned
newest_schema(void)
{
	return (unsigned)ctn_migrations[ctn_migrations_n - 1].number;
}

static bool
run_script(ctn_store *s, const char *sql, struct ctn_err *e)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? true : db_fail(s, rc, e);
}

static int
milliseconds(double wait_s)
{
	if (!(wait_s > 0))
		return 0;
	return wait_s < INT_MAX / 1000.0 ? (int)(wait_s * 1000) : INT_MAX;
}

/* What ends a transaction must not need memory at the moment when there is none. */
static bool
prepare_ways_out(ctn_store *s, struct ctn_err *e)
{
	static const enum ctn_query ways[] = { CTN_Q_tx_commit, CTN_Q_tx_rollback, CTN_Q_act_release, CTN_Q_act_undo };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (!query_prepare(s, ways[i], e))
			return false;
	return true;
}

/* DESIGN "Records": durable at each commit; nothing of a hostile database file runs as code. */
static bool
set_up(ctn_store *s, struct ctn_err *e)
{
	static const enum ctn_query settings[] = { CTN_Q_set_synchronous, CTN_Q_set_temp_store, CTN_Q_set_cache, CTN_Q_set_cell_check,
		CTN_Q_set_no_mmap };
	int rc = sqlite3_busy_timeout(s->db, milliseconds(s->wait_s));

	if (rc != SQLITE_OK)
		return db_fail(s, rc, e);
	if (sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
	    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK ||
	    sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL) != SQLITE_OK)
		return ctn_fail(e, CTN_ESTORE, "database: it cannot be set up");
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		struct query q = query_on(s, settings[i]);
		bool row;

		if (!query_row(&q, &row, e) || !query_end(&q, e))
			return false;
	}
	return prepare_ways_out(s, e);
}

static bool
open_named(ctn_store **out, const char *name, double wait_s, int flags, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = ctn_new(ctn_store, 1);
	int rc;

	if (s == NULL)
		return ctn_fail_memory(e);
	s->wait_s = wait_s;
	s->read_only = (flags & SQLITE_OPEN_READONLY) != 0;
	rc = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK)
		return db_fail(s, rc, e);
	if (!set_up(s, e))
		return false;
	*out = CTN_TAKE(s);
	return true;
}

/* A path, whatever it looks like: "file:x" would be a URI, ":memory:" no file at all. */
static bool
open_at(ctn_store **out, const char *path, double wait_s, int flags, struct ctn_err *e)
{
	CTN_OWN_BUF name = { 0 };

	ctn_buf_printf(&name, "%s%s", path[0] == '/' ? "" : "./", path);
	return ctn_buf_cstr(&name) != NULL ? open_named(out, ctn_buf_cstr(&name), wait_s, flags, e) : ctn_fail_memory(e);
}

static bool
read_schema(unsigned *have, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_schema_number);
	int64_t v;

	if ((q.rc & 0xff) == SQLITE_ERROR) {
		(void)ctn_fail(e, CTN_ESTORE, "this is no database of catena: it has no table schema_version");
		return ctn_hint(e, "put a backup back with `catena db restore FILE`");
	}
	if (!query_int(&v, &q, e))
		return false;
	*have = v < 0 || v > 9999 ? 9999 : (unsigned)v;
	return true;
}

/* Two at once is one too many: only the first finds it at `have`. */
static bool
is_at(ctn_store *s, unsigned have, struct ctn_err *e)
{
	unsigned now;

	if (have == 0)
		return true;
	if (!read_schema(&now, s, e))
		return false;
	return now == have ? true : ctn_fail(e, CTN_ELOCKED, "another process is migrating the database");
}

static bool
judge_schema(ctn_store *s, struct ctn_err *e)
{
	unsigned have, newest = newest_schema();

	if (!read_schema(&have, s, e))
		return false;
	if (have > newest) {
		(void)ctn_fail(e, CTN_ESTORE, "the database has schema %u, this program knows up to %u", have, newest);
		return ctn_hint(e, "use the newer catena that wrote it");
	}
	if (have < newest) {
		(void)ctn_fail(e, CTN_ESTORE, "the database has schema %u, this program needs %u", have, newest);
		return ctn_hint(e, "catena db migrate");
	}
	return true;
}

/* A database that others may write to is no record of anything. */
static bool
judge_file(const char *path, struct ctn_err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		(void)ctn_fail_errno(e, CTN_ESTORE, "%s", path);
		return ctn_hint(e, "is this the right home? A new one is made by `catena init`");
	}
	if (!S_ISREG(st.st_mode))
		return ctn_fail(e, CTN_ESTORE, "%s: not a regular file", path);
	if ((st.st_mode & (S_IWGRP | S_IWOTH | S_IROTH)) != 0) {
		(void)ctn_fail(e, CTN_ESTORE, "%s: mode %04o lets others at the records", path, (unsigned)st.st_mode & 07777);
		return ctn_hint(e, "chmod 600 %s", path);
	}
	return true;
}

static bool
apply(ctn_store *s, const struct ctn_migration *m, int64_t now_s, struct ctn_err *e)
{
	struct query q;

	if (!run_script(s, m->sql, e))
		return ctn_wrap(e, "migration %d (%s)", m->number, m->name);
	q = query_on(s, CTN_Q_schema_add);
	bind_int(&q, m->number);
	bind_int(&q, now_s);
	return query_run(&q, e);
}

static bool
migrate_from(unsigned *done, ctn_store *s, unsigned have, int64_t now_s, struct ctn_err *e)
{
	*done = 0;
	for (size_t i = 0; i < ctn_migrations_n; i++) {
		bool ok;

		if ((unsigned)ctn_migrations[i].number <= have)
			continue;
		if (!act_begin(s, e))
			return false;
		ok = is_at(s, have, e) && apply(s, &ctn_migrations[i], now_s, e);
		if (!act_end(s, ok, e))
			return false;
		have = (unsigned)ctn_migrations[i].number;
		(*done)++;
	}
	return true;
}

/* A no-op where it is so already. Anything else would break the promise that a reader never waits for a writer. */
static bool
use_wal(ctn_store *s, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(4096);
	struct query q = query_on(s, CTN_Q_set_wal);
	const char *mode = NULL;
	bool row;

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!query_row(&q, &row, e))
		return false;
	if (row)
		mode = take_text(&q, a);
	if (!query_end(&q, e))
		return false;
	if (mode != NULL && strcmp(mode, "wal") == 0)
		return true;
	return ctn_fail(e, CTN_ESTORE, "the database cannot keep a write-ahead log here (journal mode %s)", mode != NULL ? mode : "unknown");
}

static bool
fill_new(ctn_store **out, const char *path, int64_t now_s, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;
	unsigned done;

	if (!open_at(&s, path, 1, SQLITE_OPEN_READWRITE, e) || !use_wal(s, e) || !migrate_from(&done, s, 0, now_s, e))
		return false;
	*out = CTN_TAKE(s);
	return true;
}

bool
store_model(ctn_store **out, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;
	unsigned done;

	if (!open_named(&s, ":memory:", 0, SQLITE_OPEN_READWRITE, e) || !migrate_from(&done, s, 0, 0, e))
		return false;
	*out = CTN_TAKE(s);
	return true;
}

static void
remove_all(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		CTN_OWN_BUF name = { 0 };

		ctn_buf_printf(&name, "%s%s", path, endings[i]);
		if (ctn_buf_cstr(&name) != NULL)
			(void)unlink(ctn_buf_cstr(&name));
	}
}

bool
ctn_store_create(ctn_store **out, const char *path, int64_t now_s, struct ctn_err *e)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return ctn_fail_errno(e, errno == EEXIST ? CTN_EEXISTS : CTN_ESTORE, "%s", path);
	if (close(fd) != 0)
		(void)ctn_fail_errno(e, CTN_ESTORE, "%s", path);
	else if (fill_new(out, path, now_s, e))
		return true;
	remove_all(path);
	return false;
}

bool
ctn_store_open(ctn_store **out, const char *path, double wait_s, bool read_only, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;

	if (!judge_file(path, e) || !open_at(&s, path, wait_s, read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, e))
		return false;
	if (!judge_schema(s, e) || (!read_only && !use_wal(s, e)))
		return false;
	*out = CTN_TAKE(s);
	return true;
}

void
ctn_store_close(ctn_store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < CTN_QUERIES; i++)
		(void)sqlite3_finalize(s->prepared[i]);
	/* Nothing is prepared any more, so it cannot be busy. */
	(void)sqlite3_close(s->db);
	ctn_free(s);
}

bool
ctn_store_schema(unsigned *have, unsigned *newest, const char *path, double wait_s, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;

	*newest = newest_schema();
	return judge_file(path, e) && open_at(&s, path, wait_s, SQLITE_OPEN_READONLY, e) && read_schema(have, s, e);
}

bool
ctn_store_migrate(unsigned *done, const char *path, double wait_s, int64_t now_s, bool dry_run, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;
	unsigned have;

	if (!judge_file(path, e) || !open_at(&s, path, wait_s, SQLITE_OPEN_READWRITE, e) || !read_schema(&have, s, e))
		return false;
	if (have > newest_schema())
		return judge_schema(s, e);
	*done = newest_schema() - have;
	return dry_run ? true : migrate_from(done, s, have, now_s, e);
}

bool
ctn_store_begin(ctn_store *s, struct ctn_err *e)
{
	return act_begin(s, e);
}

bool
ctn_store_commit(ctn_store *s, struct ctn_err *e)
{
	return act_end(s, true, e);
}

void
ctn_store_rollback(ctn_store *s)
{
	struct ctn_err ignored = { 0 };

	while (s->depth > 0)
		if (act_end(s, false, &ignored))
			return;
}

static int
still_working(void *ctx)
{
	const ctn_store *s = ctx;

	s->still(s->still_ctx);
	return 0;
}

void
ctn_store_on_work(ctn_store *s, void (*still)(void *ctx), void *ctx)
{
	enum { STEPS = 100000 }; /* of SQLite's machine: some milliseconds */

	s->still = still;
	s->still_ctx = ctx;
	sqlite3_progress_handler(s->db, still != NULL ? STEPS : 0, still != NULL ? still_working : NULL, s);
}

bool
ctn_store_look(ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_look_begin);

	return query_run(&q, e);
}

void
ctn_store_looked(ctn_store *s)
{
	struct ctn_err ignored = { 0 };
	struct query q;

	if (s->depth > 0 || sqlite3_get_autocommit(s->db) != 0)
		return;
	/* Nothing was written, so there is nothing to lose. */
	q = query_on(s, CTN_Q_tx_rollback);
	(void)!query_run(&q, &ignored);
}
