#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
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

/* DESIGN "Records": durable at each commit; nothing of a hostile database file runs as code. */
static bool
set_up(ctn_store *s, struct ctn_err *e)
{
	int rc = sqlite3_busy_timeout(s->db, (int)(s->wait_s * 1000));

	if (rc != SQLITE_OK)
		return db_fail(s, rc, e);
	if (sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
	    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK ||
	    sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL) != SQLITE_OK)
		return ctn_fail(e, CTN_ESTORE, "database: it cannot be set up");
	(void)sqlite3_extended_result_codes(s->db, 1);
	for (size_t i = 0; i < 3; i++) {
		static const enum ctn_query pragmas[] = { CTN_Q_set_synchronous, CTN_Q_set_temp_store, CTN_Q_set_cache };
		struct query q = query_on(s, pragmas[i]);
		bool row;

		if (!query_row(&q, &row, e) || !query_end(&q, e))
			return false;
	}
	return true;
}

static bool
open_at(ctn_store **out, const char *path, double wait_s, int flags, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = ctn_new(ctn_store, 1);
	int rc;

	if (s == NULL)
		return ctn_fail_memory(e);
	s->wait_s = wait_s;
	s->read_only = (flags & SQLITE_OPEN_READONLY) != 0;
	rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK)
		return db_fail(s, rc, e);
	if (!set_up(s, e))
		return false;
	*out = CTN_TAKE(s);
	return true;
}

static bool
read_schema(unsigned *have, ctn_store *s, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_schema_number);
	int64_t v;

	if (!query_int(&v, &q, e))
		return false;
	*have = v < 0 || v > 9999 ? 9999 : (unsigned)v;
	return true;
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
		ok = apply(s, &ctn_migrations[i], now_s, e);
		if (!act_end(s, ok, e))
			return false;
		(*done)++;
	}
	return true;
}

bool
ctn_store_create(ctn_store **out, const char *path, int64_t now_s, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct query q;
	unsigned done;
	bool row;

	if (fd < 0)
		return ctn_fail_errno(e, CTN_ESTORE, "%s", path);
	if (close(fd) != 0)
		return ctn_fail_errno(e, CTN_ESTORE, "%s", path);
	if (!open_at(&s, path, 1, SQLITE_OPEN_READWRITE, e))
		return false;
	q = query_on(s, CTN_Q_set_wal);
	if (!query_row(&q, &row, e) || !query_end(&q, e))
		return false;
	if (!migrate_from(&done, s, 0, now_s, e))
		return false;
	*out = CTN_TAKE(s);
	return true;
}

bool
ctn_store_open(ctn_store **out, const char *path, double wait_s, bool read_only, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;

	if (!judge_file(path, e) || !open_at(&s, path, wait_s, read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, e))
		return false;
	if (!judge_schema(s, e))
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

	if (s->depth > 0)
		(void)!act_end(s, false, &ignored);
}
