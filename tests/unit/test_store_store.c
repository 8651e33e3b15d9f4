#include "store_make.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "schema_sql.h"
#include "store/check.h"

static void
reopen(struct made *m, bool read_only)
{
	ctn_store_close(m->s);
	m->s = NULL;
	OK(ctn_store_open(&m->s, "catena.db", 1, read_only, &e));
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
a_new_database_and_its_side_files_are_for_the_owner_alone(void **state)
{
	struct made *m = *state;

	make_authority(m);
	assert_int_equal(mode_of("catena.db"), 0600);
	assert_int_equal(mode_of("catena.db-wal"), 0600);
	assert_int_equal(mode_of("catena.db-shm"), 0600);
}

static void
an_existing_file_is_never_overwritten(void **state)
{
	ctn_store *s;

	(void)state;
	REFUSED(CTN_EEXISTS, ctn_store_create(&s, "catena.db", NOW, &e));
	REFUSED(CTN_ESTORE, ctn_store_create(&s, "no/catena.db", NOW, &e));
}

static void
what_was_written_is_there_after_opening_again(void **state)
{
	struct made *m = *state;
	ctn_home_row home;

	make_authority(m);
	reopen(m, false);
	OK(ctn_store_home_get(&home, m->s, m->a, &e));
	assert_string_equal(home.domain, "internal.example");
	assert_null(home.url);
}

static void
a_file_that_others_may_read_or_write_is_refused(void **state)
{
	static const mode_t modes[] = { 0660, 0602, 0604 };
	ctn_store *s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(chmod("catena.db", modes[i]), 0);
		REFUSED(CTN_ESTORE, ctn_store_open(&s, "catena.db", 0, false, &e));
	}
	assert_int_equal(chmod("catena.db", 0600), 0);
}

static void
a_missing_file_a_folder_and_a_link_are_refused(void **state)
{
	ctn_store *s;

	(void)state;
	REFUSED(CTN_ESTORE, ctn_store_open(&s, "none.db", 0, false, &e));
	REFUSED(CTN_ESTORE, ctn_store_open(&s, ".", 0, false, &e));
	assert_int_equal(symlink("catena.db", "link.db"), 0);
	REFUSED(CTN_ESTORE, ctn_store_open(&s, "link.db", 0, false, &e));
	REFUSED(CTN_ESTORE, ctn_store_open(&s, "file:catena.db", 0, false, &e));
}

static void
put_file(const char *path, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	assert_int_equal(close(fd), 0);
}

static void
a_damaged_or_foreign_file_is_refused(void **state)
{
	char noise[4096];
	ctn_store *s;

	(void)state;
	memset(noise, 0x55, sizeof noise);
	put_file("noise.db", noise, sizeof noise);
	REFUSED(CTN_ESTORE, ctn_store_open(&s, "noise.db", 0, false, &e));
	put_file("empty.db", "", 0);
	REFUSED(CTN_ESTORE, ctn_store_open(&s, "empty.db", 0, false, &e));
	put_file("other.db", "", 0);
	assert_int_equal(meddle("other.db", "CREATE TABLE t (a)"), SQLITE_OK);
	REFUSED(CTN_ESTORE, ctn_store_open(&s, "other.db", 0, true, &e));
}

static void
a_newer_schema_is_refused_and_says_which(void **state)
{
	struct made *m = *state;
	struct ctn_err told = { 0 };
	unsigned have, newest, done;
	char want[32];
	ctn_store *s;

	OK(ctn_store_schema(&have, &newest, "catena.db", 0, &e));
	assert_int_equal(have, newest);
	assert_int_equal(meddle("catena.db", "INSERT INTO schema_version VALUES (77, 0)"), SQLITE_OK);
	assert_false(ctn_store_open(&s, "catena.db", 0, false, &told));
	(void)snprintf(want, sizeof want, "up to %u", newest);
	assert_int_equal(told.code, CTN_ESTORE);
	assert_non_null(strstr(told.text, "schema 77"));
	assert_non_null(strstr(told.text, want));
	REFUSED(CTN_ESTORE, ctn_store_migrate(&done, "catena.db", 0, NOW, false, &e));
	assert_idle(m->s);
}

static void
an_older_schema_asks_for_migration_and_a_dry_run_counts(void **state)
{
	struct ctn_err told = { 0 };
	unsigned done = 9, have, newest;
	ctn_store *s;

	(void)state;
	OK(ctn_store_schema(&have, &newest, "catena.db", 0, &e));
	OK(ctn_store_migrate(&done, "catena.db", 0, NOW, false, &e));
	assert_int_equal(done, 0);
	put_file("old.db", "", 0);
	assert_int_equal(meddle("old.db", "CREATE TABLE schema_version (version INTEGER)"), SQLITE_OK);
	assert_false(ctn_store_open(&s, "old.db", 0, false, &told));
	assert_int_equal(told.code, CTN_ESTORE);
	assert_non_null(strstr(told.hint, "migrate"));
	OK(ctn_store_migrate(&done, "old.db", 0, NOW, true, &e));
	assert_int_equal(done, newest);
	/* a migration that fails leaves what was there */
	REFUSED(CTN_ESTORE, ctn_store_migrate(&done, "old.db", 0, NOW, false, &e));
	assert_int_equal(meddle("old.db", "CREATE TABLE home (a)"), SQLITE_OK);
}

static bool
count_problem(void *ctx, const char *where, const char *text, struct ctn_err *e)
{
	(void)e;
	++*(unsigned *)ctx;
	print_message("%s: %s\n", where, text);
	return true;
}

static void
the_first_schema_becomes_the_newest(void **state)
{
	unsigned done, problems = 0;
	ctn_store *s;

	(void)state;
	put_file("first.db", "", 0);
	assert_int_equal(meddle("first.db", ctn_migrations[0].sql), SQLITE_OK);
	assert_int_equal(meddle("first.db", "INSERT INTO schema_version VALUES (1, 0)"), SQLITE_OK);
	OK(ctn_store_migrate(&done, "first.db", 0, NOW, false, &e));
	assert_int_equal(done, ctn_migrations_n - 1);
	OK(ctn_store_open(&s, "first.db", 0, false, &e));
	OK(ctn_store_check(s, count_problem, &problems, &e));
	assert_int_equal(problems, 0);
	ctn_store_close(s);
}

static void
a_read_only_store_reads_but_acts_are_refused(void **state)
{
	struct made *m = *state;
	const char *because, *actor;
	int64_t since;

	make_authority(m);
	reopen(m, true);
	OK(ctn_store_halted(&because, &since, &actor, m->s, m->a, &e));
	REFUSED(CTN_ESTORE, ctn_store_halt(m->s, "drill", &someone, &e));
	assert_int_equal(log_size(m->s), 3);
}

static void
a_busy_database_is_waited_for_as_long_as_was_said(void **state)
{
	struct made *m = *state;
	struct timespec from, to;
	ctn_store *other;

	OK(ctn_store_open(&other, "catena.db", 0, false, &e));
	OK(ctn_store_begin(m->s, &e));
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	REFUSED(CTN_ELOCKED, ctn_store_begin(other, &e));
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9 < 0.2);
	ctn_store_close(other);
	OK(ctn_store_open(&other, "catena.db", 0.3, false, &e));
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	REFUSED(CTN_ELOCKED, ctn_store_begin(other, &e));
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9 >= 0.2);
	ctn_store_rollback(m->s);
	OK(ctn_store_begin(other, &e));
	OK(ctn_store_commit(other, &e));
	assert_idle(other);
	ctn_store_close(other);
}

static int64_t
setting(ctn_store *s, const char *pragma)
{
	sqlite3_stmt *st;
	int64_t v;

	assert_int_equal(sqlite3_prepare_v2(s->db, pragma, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_type(st, 0) == SQLITE_TEXT ? strcmp((const char *)sqlite3_column_text(st, 0), "wal") == 0 : sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

static void
durability_and_defences_are_set(void **state)
{
	struct made *m = *state;
	int on = 0;

	reopen(m, false);
	assert_int_equal(setting(m->s, "PRAGMA journal_mode"), 1);
	assert_int_equal(setting(m->s, "PRAGMA synchronous"), 2);
	assert_int_equal(setting(m->s, "PRAGMA foreign_keys"), 1);
	assert_int_equal(setting(m->s, "PRAGMA trusted_schema"), 0);
	assert_int_equal(setting(m->s, "PRAGMA cell_size_check"), 1);
	assert_int_equal(setting(m->s, "PRAGMA mmap_size"), 0);
	assert_int_equal(setting(m->s, "PRAGMA temp_store"), 2);
	assert_int_equal(sqlite3_db_config(m->s->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &on), SQLITE_OK);
	assert_int_equal(on, 1);
}

static void
a_group_is_one_commit_and_a_refused_act_leaves_the_others(void **state)
{
	struct made *m = *state;
	ctn_cert_row again;

	make_authority(m);
	OK(ctn_store_begin(m->s, &e));
	(void)intend(m, 1);
	again = cert_of(m, 1);
	REFUSED(CTN_EEXISTS, intend_row(m->s, &again, "x", &(ctn_act){ NOW, "somebody new" }, &e));
	(void)intend(m, 2);
	OK(ctn_store_commit(m->s, &e));
	assert_int_equal(log_size(m->s), 5);
	reopen(m, false);
	assert_int_equal(log_size(m->s), 5);
	assert_int_equal(setting(m->s, "SELECT count(*) FROM actor"), 1);
}

static void
a_group_that_is_rolled_back_leaves_nothing(void **state)
{
	struct made *m = *state;

	make_authority(m);
	OK(ctn_store_begin(m->s, &e));
	OK(ctn_store_event(m->s, "clock", 0, "x", &(ctn_act){ NOW, "nobody" }, &e));
	ctn_store_rollback(m->s);
	ctn_store_rollback(m->s);
	assert_int_equal(log_size(m->s), 3);
	/* the actor's id went with it: it must not be remembered */
	OK(ctn_store_event(m->s, "clock", 0, "x", &(ctn_act){ NOW, "nobody" }, &e));
	assert_int_equal(setting(m->s, "SELECT count(*) FROM actor"), 2);
}

static void
a_group_that_sqlite_itself_ended_is_lost_as_a_whole(void **state)
{
	struct made *m = *state;

	make_authority(m);
	OK(ctn_store_begin(m->s, &e));
	(void)intend(m, 1);
	assert_int_equal(sqlite3_exec(m->s->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	REFUSED(CTN_ESTORE, ctn_store_issuer_key_change(m->s, &(ctn_issuer_key_row){ .id = 99, .protection = "none" }, "key-x", &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_halt(m->s, "after", &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_commit(m->s, &e));
	assert_int_equal(log_size(m->s), 3);
	OK(ctn_store_halt(m->s, "a fresh start", &someone, &e));
}

static void
a_backup_is_a_complete_database(void **state)
{
	struct made *m = *state;
	ctn_node here, there;
	ctn_store *copy;
	struct told t = { 0 };

	make_authority(m);
	(void)issue(m, 1);
	OK(ctn_store_backup(m->s, "copy.db", &e));
	assert_int_equal(mode_of("copy.db"), 0600);
	assert_int_not_equal(access("copy.db-wal", F_OK), 0);
	assert_int_not_equal(access("copy.db-journal", F_OK), 0);
	OK(ctn_store_open(&copy, "copy.db", 0, false, &e));
	OK(ctn_store_log_root(&here, m->s, log_size(m->s), &e));
	OK(ctn_store_log_root(&there, copy, log_size(m->s), &e));
	assert_memory_equal(here.h, there.h, 32);
	OK(ctn_store_check(copy, tell_problem, &t, &e));
	OK(ctn_store_log_verify(copy, tell_problem, &t, NULL, &e));
	assert_string_equal(t.text, "");
	assert_idle(copy);
	ctn_store_close(copy);
	REFUSED(CTN_EEXISTS, ctn_store_backup(m->s, "copy.db", &e));
	REFUSED(CTN_EFILE, ctn_store_backup(m->s, "no/copy.db", &e));
}

static void
a_changed_schema_is_a_problem(void **state)
{
	static const struct {
		const char *sql, *told;
	} cases[] = {
		{ "CREATE TRIGGER bad AFTER INSERT ON certificate BEGIN DELETE FROM name; END", "not of this program: trigger bad" },
		{ "DROP TRIGGER certificate_is_kept", "missing: trigger certificate_is_kept" },
		{ "DROP INDEX certificate_serial", "missing: index certificate_serial" },
		{ "ALTER TABLE notice ADD COLUMN more TEXT", "schema: changed: table notice" },
	};
	struct made *m = *state;
	struct told t = { 0 };

	make_authority(m);
	OK(ctn_store_check(m->s, tell_problem, &t, &e));
	assert_string_equal(t.text, "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(meddle("catena.db", cases[i].sql), SQLITE_OK);
		t = (struct told){ 0 };
		OK(ctn_store_check(m->s, tell_problem, &t, &e));
		if (strstr(t.text, cases[i].told) == NULL)
			fail_msg("%s told: %s", cases[i].sql, t.text);
	}
}

static void
check_names_rows_that_point_nowhere_and_intents_are_told_apart(void **state)
{
	struct made *m = *state;
	struct told t = { 0 };

	make_authority(m);
	(void)intend(m, 1);
	assert_int_equal(meddle("catena.db", "UPDATE issuer_key SET authority_id = 9"), SQLITE_OK);
	OK(ctn_store_check(m->s, tell_problem, &t, &e));
	assert_non_null(strstr(t.text, "issuer_key row 1"));
	assert_null(strstr(t.text, "intended, never issued"));
	OK(ctn_store_intents(m->s, tell_problem, &t, &e));
	assert_non_null(strstr(t.text, "intended, never issued"));
}

static void
who_looks_sees_one_moment_until_it_has_looked(void **state)
{
	struct made *m = *state;
	CTN_OWN(ctn_store) other = NULL;
	uint64_t before, then, after;

	make_authority(m);
	OK(ctn_store_open(&other, "catena.db", 1, false, &e));
	OK(ctn_store_look(m->s, &e));
	OK(ctn_store_log_size(&before, m->s, &e));
	OK(ctn_store_event(other, "test", 0, "", &someone, &e));
	OK(ctn_store_log_size(&then, m->s, &e));
	REFUSED(CTN_ESTORE, ctn_store_look(m->s, &e));
	ctn_store_looked(m->s);
	OK(ctn_store_log_size(&after, m->s, &e));
	assert_int_equal(then, before);
	assert_int_equal(after, before + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_empty, close_made)
		T(a_new_database_and_its_side_files_are_for_the_owner_alone),
		T(an_existing_file_is_never_overwritten),
		T(what_was_written_is_there_after_opening_again),
		T(a_file_that_others_may_read_or_write_is_refused),
		T(a_missing_file_a_folder_and_a_link_are_refused),
		T(a_damaged_or_foreign_file_is_refused),
		T(a_newer_schema_is_refused_and_says_which),
		T(an_older_schema_asks_for_migration_and_a_dry_run_counts),
		T(the_first_schema_becomes_the_newest),
		T(a_read_only_store_reads_but_acts_are_refused),
		T(a_busy_database_is_waited_for_as_long_as_was_said),
		T(durability_and_defences_are_set),
		T(a_group_is_one_commit_and_a_refused_act_leaves_the_others),
		T(a_group_that_is_rolled_back_leaves_nothing),
		T(a_group_that_sqlite_itself_ended_is_lost_as_a_whole),
		T(a_backup_is_a_complete_database),
		T(a_changed_schema_is_a_problem),
		T(check_names_rows_that_point_nowhere_and_intents_are_told_apart),
		T(who_looks_sees_one_moment_until_it_has_looked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
