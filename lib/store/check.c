#include "store/check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "store/db.h"
#include "store/rows.h"

struct part {
	const char *name, *sql;
};

static void
read_part(struct query *q, void *into, ctn_arena *a)
{
	struct part *p = into;

	p->name = take_text(q, a);
	p->sql = take_null(q) ? "" : take_text(q, a);
}

static bool
read_parts(struct part **parts, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_schema_parts);
	void *all;

	if (!query_all(&all, n, &q, sizeof **parts, read_part, a, e))
		return false;
	*parts = all;
	return true;
}

/* One part of each, either of which may be missing; order tells which comes first by name. */
static bool
tell_part(const struct part *have, const struct part *want, int order, ctn_problem problem, void *ctx, struct ctn_err *e)
{
	if (order < 0)
		return problem(ctx, "schema: not of this program", have->name, e);
	if (order > 0)
		return problem(ctx, "schema: missing", want->name, e);
	return strcmp(have->sql, want->sql) == 0 || problem(ctx, "schema: changed", have->name, e);
}

static int
order_of(const struct part *have, const struct part *have_end, const struct part *want, const struct part *want_end)
{
	if (have == have_end)
		return 1;
	return want == want_end ? -1 : strcmp(have->name, want->name);
}

/* Both are in order of name. */
static bool
compare_parts(const struct part *have, size_t have_n, const struct part *want, size_t want_n, ctn_problem problem, void *ctx,
    struct ctn_err *e)
{
	const struct part *have_end = have + have_n, *want_end = want + want_n;

	while (have < have_end || want < want_end) {
		int order = order_of(have, have_end, want, want_end);

		if (!tell_part(have, want, order, problem, ctx, e))
			return false;
		have += order <= 0;
		want += order >= 0;
	}
	return true;
}

/* A trigger that forgets, a table without its constraints: against what the migrations make in an empty database. */
static bool
check_schema(ctn_store *s, ctn_problem problem, void *ctx, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_store) model = NULL;
	struct part *have, *want;
	size_t have_n, want_n;

	if (a == NULL)
		return ctn_fail_memory(e);
	return store_model(&model, e) && read_parts(&have, &have_n, s, a, e) && read_parts(&want, &want_n, model, a, e) &&
	       compare_parts(have, have_n, want, want_n, problem, ctx, e);
}

bool
ctn_store_check(ctn_store *s, ctn_problem problem, void *ctx, struct ctn_err *e)
{
	static const enum ctn_query checks[] = { CTN_Q_check_integrity, CTN_Q_check_foreign_keys, CTN_Q_agree_states };

	if (!check_schema(s, problem, ctx, e))
		return false;
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (!problems_of(s, checks[i], problem, ctx, e))
			return false;
	return true;
}

bool
ctn_store_intents(ctn_store *s, ctn_problem problem, void *ctx, struct ctn_err *e)
{
	return problems_of(s, CTN_Q_check_intended, problem, ctx, e);
}

static bool
copy_all(ctn_store *s, sqlite3 *to, struct ctn_err *e)
{
	sqlite3_backup *job = sqlite3_backup_init(to, "main", s->db, "main");
	int rc, finish;

	if (job == NULL)
		return ctn_fail(e, CTN_ESTORE, "copying the database: %s", sqlite3_errmsg(to));
	/* In one step: one snapshot, however busy the writers are, and they do not wait for it. */
	rc = sqlite3_backup_step(job, -1);
	finish = sqlite3_backup_finish(job);
	if (rc == SQLITE_DONE && finish == SQLITE_OK)
		return true;
	return db_fail(s, rc == SQLITE_DONE ? finish : rc, e) || ctn_wrap(e, "copying the database");
}

static bool
sync_file(const char *path, struct ctn_err *e)
{
	CTN_OWN_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && ctn_fd_sync(fd) ? true : ctn_fail_errno(e, CTN_EFILE, "%s", path);
}

/* No lock file and no second journal: nobody knows the copy yet, and a copy that was cut off is thrown away. */
static bool
copy_into(ctn_store *s, const char *to_path, struct ctn_err *e)
{
	CTN_OWN_BUF name = { 0 };
	sqlite3 *to = NULL;
	int rc;
	bool ok;

	ctn_buf_printf(&name, "%s%s", to_path[0] == '/' ? "" : "./", to_path);
	if (ctn_buf_cstr(&name) == NULL)
		return ctn_fail_memory(e);
	rc = sqlite3_open_v2(ctn_buf_cstr(&name), &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	ok = rc == SQLITE_OK ? copy_all(s, to, e) : ctn_fail(e, CTN_ESTORE, "%s: %s", to_path, sqlite3_errstr(rc));
	rc = sqlite3_close(to);
	return ok && rc != SQLITE_OK ? ctn_fail(e, CTN_ESTORE, "%s: %s", to_path, sqlite3_errstr(rc)) : ok;
}

bool
ctn_store_backup(ctn_store *s, const char *to_path, struct ctn_err *e)
{
	int fd = open(to_path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return ctn_fail_errno(e, errno == EEXIST ? CTN_EEXISTS : CTN_EFILE, "%s", to_path);
	if (close(fd) != 0)
		(void)ctn_fail_errno(e, CTN_EFILE, "%s", to_path);
	else if (copy_into(s, to_path, e) && sync_file(to_path, e))
		return true;
	(void)unlink(to_path);
	return false;
}
