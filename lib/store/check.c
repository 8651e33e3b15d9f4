#include "store/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/db.h"
#include "store/rows.h"

#define PAGES_AT_ONCE 1024 /* copied between two looks at who else wants the database */

bool
ctn_store_check(ctn_store *s, ctn_problem problem, void *ctx, struct ctn_err *e)
{
	static const enum ctn_query checks[] = { CTN_Q_check_integrity, CTN_Q_check_foreign_keys, CTN_Q_check_schema, CTN_Q_agree_states,
		CTN_Q_check_intended };

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (!problems_of(s, checks[i], problem, ctx, e))
			return false;
	return true;
}

static bool
copy_all(ctn_store *s, sqlite3 *to, struct ctn_err *e)
{
	sqlite3_backup *job = sqlite3_backup_init(to, "main", s->db, "main");
	int rc;

	if (job == NULL)
		return ctn_fail(e, CTN_ESTORE, "copying the database: %s", sqlite3_errmsg(to));
	do {
		rc = sqlite3_backup_step(job, PAGES_AT_ONCE);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			(void)sqlite3_sleep(20);
	} while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
	if (sqlite3_backup_finish(job) != SQLITE_OK || rc != SQLITE_DONE)
		return ctn_fail(e, CTN_ESTORE, "copying the database: %s", sqlite3_errstr(rc));
	return true;
}

static bool
sync_file(const char *path, struct ctn_err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	ok = fsync(fd) == 0 || ctn_fail_errno(e, CTN_EFILE, "%s", path);
	(void)close(fd);
	return ok;
}

bool
ctn_store_backup(ctn_store *s, const char *to_path, struct ctn_err *e)
{
	sqlite3 *to = NULL;
	int rc, fd = open(to_path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok;

	if (fd < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", to_path);
	(void)close(fd);
	rc = sqlite3_open_v2(to_path, &to, SQLITE_OPEN_READWRITE, NULL);
	ok = rc == SQLITE_OK ? copy_all(s, to, e) : ctn_fail(e, CTN_ESTORE, "%s: %s", to_path, sqlite3_errstr(rc));
	(void)sqlite3_close(to);
	ok = ok && sync_file(to_path, e);
	if (!ok)
		(void)unlink(to_path);
	return ok;
}
