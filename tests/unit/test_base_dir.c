#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/dir.h"

static int
enter(void **state)
{
	static char dir[32];

	(void)snprintf(dir, sizeof(dir), "/tmp/catena-test-XXXXXX");
	*state = dir;
	return mkdtemp(dir) != NULL ? chdir(dir) : -1;
}

static int
leave(void **state)
{
	static const char *const files[] = { "b", "a", "C", ".hidden", "f" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(files[i]);
	(void)rmdir("d");
	(void)rmdir("away");
	return chdir("/") == 0 ? rmdir(*state) : -1;
}

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void
make_takes_an_existing_folder_but_not_a_file(void **state)
{
	struct ctn_err e = { 0 };
	struct stat st;

	(void)state;
	assert_true(ctn_dir_make("d", 0700, &e));
	assert_true(ctn_dir_make("d", 0700, &e));
	assert_int_equal(stat("d", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	touch("f");
	assert_false(ctn_dir_make("f", 0700, &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "f: exists and is not a folder");
	assert_false(ctn_dir_make("no/d", 0700, &e));
	assert_string_equal(e.text, "no/d: No such file or directory");
}

static void
sync_needs_a_folder(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_dir_sync(".", &e));
	assert_false(ctn_dir_sync("none", &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "none: No such file or directory");
}

static void
list_gives_sorted_names_without_dot_files(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char **names;
	size_t n;

	(void)state;
	touch("b");
	touch("a");
	touch("C");
	touch(".hidden");
	assert_int_equal(mkdir("d", 0700), 0);
	assert_true(ctn_dir_list(&names, &n, ".", a, &e));
	assert_int_equal(n, 4);
	assert_string_equal(names[0], "C");
	assert_string_equal(names[1], "a");
	assert_string_equal(names[2], "b");
	assert_string_equal(names[3], "d");
	assert_true(ctn_dir_list(&names, &n, "d", a, &e));
	assert_int_equal(n, 0);
	assert_false(ctn_dir_list(&names, &n, "none", a, &e));
	assert_int_equal(e.code, CTN_EFILE);
}

static void
list_fails_when_its_arena_is_full(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(16);
	struct ctn_err e = { 0 };
	char **names;
	size_t n;

	(void)state;
	touch("a");
	touch("b");
	assert_false(ctn_dir_list(&names, &n, ".", a, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
}

static void
a_local_folder_is_local_and_a_missing_one_is_an_error(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_dir_is_local("/proc", &e));
	assert_false(ctn_dir_is_local("none", &e));
	assert_int_equal(e.code, CTN_ESTORE);
	assert_string_equal(e.text, "none: No such file or directory");
}

static double
seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
a_lock_keeps_others_out_until_it_is_freed(void **state)
{
	ctn_lock first = { -1 };
	CTN_OWN_LOCK second = { -1 };
	struct ctn_err e = { 0 };
	double start;

	(void)state;
	assert_true(ctn_lock_take(&first, ".", 0, &e));
	start = seconds();
	assert_false(ctn_lock_take(&second, ".", 0.2, &e));
	assert_true(seconds() - start >= 0.2);
	assert_true(seconds() - start < 5);
	assert_int_equal(e.code, CTN_ELOCKED);
	assert_string_equal(e.text, ".: another process holds it");
	assert_int_equal(second.fd, -1);
	ctn_lock_free(&first);
	assert_int_equal(first.fd, -1);
	ctn_lock_free(&first);
	assert_true(ctn_lock_take(&second, ".", 0, &e));
}

static void
a_wait_that_is_no_number_does_not_wait_for_ever(void **state)
{
	CTN_OWN_LOCK first = { -1 };
	CTN_OWN_LOCK second = { -1 };
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_lock_take(&first, ".", -1, &e));
	assert_false(ctn_lock_take(&second, ".", (double)NAN, &e));
	assert_int_equal(e.code, CTN_ELOCKED);
}

static void
a_waiting_lock_is_had_when_its_holder_dies(void **state)
{
	CTN_OWN_LOCK mine = { -1 };
	struct ctn_err e = { 0 };
	int ready[2];
	pid_t child;
	char c;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		ctn_lock theirs = { -1 };

		if (!ctn_lock_take(&theirs, ".", 0, &e) || write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)usleep(200000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_false(ctn_lock_take(&mine, ".", 0, &e));
	assert_true(ctn_lock_take(&mine, ".", 10, &e));
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)close(ready[0]);
	(void)close(ready[1]);
}

/* A restore renames the old home away while others wait for it: they must come to wait for the new one. */
static void
a_lock_is_on_the_folder_that_has_the_name_now(void **state)
{
	CTN_OWN_LOCK old = { -1 };
	struct ctn_err e = { 0 };
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(mkdir("away", 0700), 0);
	assert_true(ctn_lock_take(&old, "d", 0, &e));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		ctn_lock new = { -1 };
		struct stat held, named;

		if (!ctn_lock_take(&new, "d", 10, &e) || fstat(new.fd, &held) != 0 || stat("d", &named) != 0)
			_exit(1);
		_exit(held.st_ino == named.st_ino ? 0 : 2);
	}
	(void)usleep(100000);
	assert_int_equal(renameat2(AT_FDCWD, "d", AT_FDCWD, "away", RENAME_EXCHANGE), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_lock_needs_a_folder(void **state)
{
	CTN_OWN_LOCK l = { -1 };
	struct ctn_err e = { 0 };

	(void)state;
	touch("f");
	assert_false(ctn_lock_take(&l, "none", 5, &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "none: locking: No such file or directory");
	assert_false(ctn_lock_take(&l, "f", 5, &e));
	assert_string_equal(e.text, "f: locking: Not a directory");
}

static void
the_folder_of_a_path_is_what_stands_before_its_last_slash(void **state)
{
	static const char *const pairs[][2] = { { "f", "." }, { "/f", "/" }, { "a/f", "a" }, { "/a/b/f", "/a/b" }, { "a/", "a" }, { "", "." } };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(ctn_dir_of(a, pairs[i][0]), pairs[i][1]);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(make_takes_an_existing_folder_but_not_a_file),
		IN_FOLDER(sync_needs_a_folder),
		IN_FOLDER(list_gives_sorted_names_without_dot_files),
		IN_FOLDER(list_fails_when_its_arena_is_full),
		IN_FOLDER(a_local_folder_is_local_and_a_missing_one_is_an_error),
		IN_FOLDER(a_lock_keeps_others_out_until_it_is_freed),
		IN_FOLDER(a_wait_that_is_no_number_does_not_wait_for_ever),
		IN_FOLDER(a_waiting_lock_is_had_when_its_holder_dies),
		IN_FOLDER(a_lock_is_on_the_folder_that_has_the_name_now),
		IN_FOLDER(a_lock_needs_a_folder),
		cmocka_unit_test(the_folder_of_a_path_is_what_stands_before_its_last_slash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
