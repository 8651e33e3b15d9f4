#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

/* Each test runs inside an empty folder of its own. */
static int
enter(void **state)
{
	static char dir[32];

	(void)snprintf(dir, sizeof(dir), "/tmp/catena-test-XXXXXX");
	*state = dir;
	return mkdtemp(dir) != NULL && chmod(dir, 0755) == 0 ? chdir(dir) : -1;
}

static int
leave(void **state)
{
	DIR *d = opendir(*state);
	struct dirent *entry;

	if (d == NULL)
		return -1;
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && unlink(entry->d_name) != 0)
			(void)rmdir(entry->d_name);
	}
	(void)closedir(d);
	return chdir("/") == 0 ? rmdir(*state) : -1;
}

static void
put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static size_t
count_entries(void)
{
	DIR *d = opendir(".");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2;
}

static void
assert_holds(const char *path, const char *text)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	assert_true(ctn_file_read(&b, path, 1 << 20, CTN_FILE_PLAIN, &e));
	assert_string_equal(ctn_buf_cstr(&b), text);
}

static void
assert_refused(const char *path, size_t max, enum ctn_file_rule rule, enum ctn_code code, const char *text)
{
	CTN_OWN_BUF b = { .secret = rule == CTN_FILE_PRIVATE };
	struct ctn_err e = { 0 };

	ctn_buf_text(&b, "kept");
	assert_false(ctn_file_read(&b, path, max, rule, &e));
	assert_string_equal(e.text, text);
	assert_int_equal(e.code, code);
	assert_int_equal(b.n, 4);
}

static void
read_appends_the_whole_file(void **state)
{
	CTN_OWN_BUF b = { 0 }, big = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	put("f", "hello", 0644);
	ctn_buf_text(&b, "<");
	assert_true(ctn_file_read(&b, "f", 5, CTN_FILE_PLAIN, &e));
	assert_string_equal(ctn_buf_cstr(&b), "<hello");
	for (int i = 0; i < 20000; i++)
		ctn_buf_printf(&big, "line %d\n", i);
	put("g", ctn_buf_cstr(&big), 0644);
	assert_holds("g", ctn_buf_cstr(&big));
}

static void
read_fills_a_buffer_that_is_bounded_to_the_files_size(void **state)
{
	CTN_OWN_BUF b = { .max = 5, .secret = true };
	struct ctn_err e = { 0 };

	(void)state;
	put("f", "hello", 0600);
	assert_true(ctn_file_read(&b, "f", 5, CTN_FILE_PRIVATE, &e));
	assert_int_equal(b.n, 5);
}

static void
a_head_is_read_and_the_rest_left(void **state)
{
	CTN_OWN_BUF b = { 0 }, big = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	put("f", "hello", 0600);
	ctn_buf_text(&b, "<");
	assert_true(ctn_file_read_head(&b, "f", 3, CTN_FILE_OWN, &e));
	assert_string_equal(ctn_buf_cstr(&b), "<hel");
	ctn_buf_reset(&b);
	assert_true(ctn_file_read_head(&b, "f", 5, CTN_FILE_OWN, &e));
	assert_string_equal(ctn_buf_cstr(&b), "hello");
	for (int i = 0; i < 20000; i++)
		ctn_buf_printf(&big, "line %d\n", i);
	put("g", ctn_buf_cstr(&big), 0600);
	ctn_buf_reset(&b);
	assert_true(ctn_file_read_head(&b, "g", 50001, CTN_FILE_OWN, &e));
	assert_int_equal(b.n, 50001);
	assert_memory_equal(b.p, big.p, 50001);
	put("w", "hello", 0622);
	assert_false(ctn_file_read_head(&b, "w", 3, CTN_FILE_OWN, &e));
}

static void
a_file_name_that_is_empty_is_told(void **state)
{
	(void)state;
	assert_refused("", 9, CTN_FILE_PLAIN, CTN_EFILE, "a file name that is empty");
}

static void
read_refuses_one_byte_over_the_bound(void **state)
{
	(void)state;
	put("f", "hello", 0600);
	assert_refused("f", 4, CTN_FILE_PLAIN, CTN_EINPUT, "f: larger than 4 bytes");
	assert_refused("f", 4, CTN_FILE_PRIVATE, CTN_EFILE, "f: larger than 4 bytes");
	assert_refused("/dev/zero", 100000, CTN_FILE_PLAIN, CTN_EINPUT, "/dev/zero: larger than 100000 bytes");
}

static void
read_says_what_is_missing_or_a_folder(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	assert_refused("none", 9, CTN_FILE_PLAIN, CTN_EFILE, "none: No such file or directory");
	assert_refused("d", 9, CTN_FILE_PLAIN, CTN_EFILE, "d: is a folder, not a file");
	assert_refused("d", 9, CTN_FILE_PRIVATE, CTN_EFILE, "d: is a folder, not a file");
}

static void
an_unsafe_mode_is_named_with_the_chmod_to_type(void **state)
{
	static const struct {
		enum ctn_file_rule rule;
		mode_t mode;
		const char *text, *hint;
	} cases[] = {
		{ CTN_FILE_PRIVATE, 0644, "f: mode 0644 lets others read it", "chmod 600 f" },
		{ CTN_FILE_PRIVATE, 0640, "f: mode 0640 lets its group read it", "chmod 600 f" },
		{ CTN_FILE_PRIVATE, 0602, "f: mode 0602 lets others write it", "chmod 600 f" },
		{ CTN_FILE_PRIVATE, 0610, "f: mode 0610 lets its group execute it", "chmod 600 f" },
		{ CTN_FILE_PASSPHRASE, 0604, "f: mode 0604 lets others read it", "chmod 600 f" },
		{ CTN_FILE_OWN, 0666, "f: mode 0666 lets others write it", "chmod go-w f" },
		{ CTN_FILE_OWN, 0664, "f: mode 0664 lets its group write it", "chmod go-w f" },
	};

	(void)state;
	put("f", "x", 0600);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CTN_OWN_BUF b = { 0 };
		struct ctn_err e = { 0 };

		assert_int_equal(chmod("f", cases[i].mode), 0);
		assert_false(ctn_file_read(&b, "f", 9, cases[i].rule, &e));
		assert_int_equal(e.code, CTN_EFILE);
		assert_string_equal(e.text, cases[i].text);
		assert_string_equal(e.hint, cases[i].hint);
	}
}

static bool
is_safe(mode_t mode, enum ctn_file_rule rule)
{
	if ((mode & 0400) == 0)
		return false;
	if (rule == CTN_FILE_OWN)
		return (mode & 022) == 0;
	return rule == CTN_FILE_PLAIN || rule == CTN_FILE_CREDENTIAL || (mode & 077) == 0;
}

static int
wrong_modes(enum ctn_file_rule rule)
{
	int wrong = 0;

	for (mode_t mode = 0; mode <= 0777; mode++) {
		CTN_OWN_BUF b = { 0 };
		struct ctn_err e = { 0 };

		if (chmod("f", mode) != 0 || ctn_file_read(&b, "f", 9, rule, &e) != is_safe(mode, rule))
			wrong = 1;
	}
	return wrong;
}

/* Root reads what it likes: the loop runs as nobody when the test runs as root. */
static void
of_all_modes_only_the_safe_ones_open(void **state)
{
	for (int rule = CTN_FILE_PLAIN; rule <= CTN_FILE_CREDENTIAL; rule++) {
		pid_t child;
		int status;

		put("f", "x", 0600);
		if (geteuid() == 0)
			assert_int_equal(chown("f", 65534, 65534), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
				_exit(2);
			_exit(wrong_modes((enum ctn_file_rule)rule));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	(void)state;
}

static void
a_key_may_not_be_a_link_a_fifo_or_a_device(void **state)
{
	(void)state;
	put("f", "x", 0600);
	assert_int_equal(symlink("f", "soft"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_refused("soft", 9, CTN_FILE_PRIVATE, CTN_EFILE, "soft: is a symbolic link, which a key may not be");
	assert_refused("fifo", 9, CTN_FILE_PRIVATE, CTN_EFILE, "fifo: is a FIFO, not a file");
	assert_refused("fifo", 9, CTN_FILE_OWN, CTN_EFILE, "fifo: is a FIFO, not a file");
	assert_refused("fifo", 9, CTN_FILE_PASSPHRASE, CTN_EFILE, "fifo: is a FIFO, not a file");
	assert_refused("/dev/zero", 9, CTN_FILE_PRIVATE, CTN_EFILE, "/dev/zero: is a device, not a file");
	assert_int_equal(link("f", "hard"), 0);
	assert_refused("f", 9, CTN_FILE_PRIVATE, CTN_EFILE, "f: has 2 hard links, and a key may have one");
}

static void
a_key_of_another_user_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	put("f", "x", 0600);
	assert_int_equal(chown("f", 65534, 65534), 0);
	assert_refused("f", 9, CTN_FILE_PRIVATE, CTN_EFILE, "f: belongs to user 65534, not to this one or root");
}

static void
a_passphrase_may_come_through_a_link_whose_target_is_judged(void **state)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	put("f", "secret", 0600);
	assert_int_equal(symlink("f", "link"), 0);
	assert_true(ctn_file_read(&b, "link", 9, CTN_FILE_PASSPHRASE, &e));
	assert_string_equal(ctn_buf_cstr(&b), "secret");
	assert_int_equal(chmod("f", 0644), 0);
	assert_refused("link", 9, CTN_FILE_PASSPHRASE, CTN_EFILE, "link: mode 0644 lets others read it");
}

static void
a_passphrase_may_come_through_a_pipe_that_was_handed_over(void **state)
{
	CTN_OWN_BUF b = { .secret = true };
	struct ctn_err e = { 0 };
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(write(ends[1], "secret", 6), 6);
	assert_int_equal(close(ends[1]), 0);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_true(ctn_file_read(&b, path, 9, CTN_FILE_PASSPHRASE, &e));
	assert_string_equal(ctn_buf_cstr(&b), "secret");
	/* The descriptor stays the caller's. */
	assert_int_equal(close(ends[0]), 0);
	assert_refused(path, 9, CTN_FILE_PASSPHRASE, CTN_EFILE, strcat(strcpy((char[64]){ 0 }, path), ": Bad file descriptor"));
}

static void
what_only_looks_like_a_descriptor_is_a_path(void **state)
{
	(void)state;
	assert_refused("/dev/fd/", 9, CTN_FILE_PASSPHRASE, CTN_EFILE, "/dev/fd/: is a folder, not a file");
	assert_refused("/dev/fd/3x", 9, CTN_FILE_PASSPHRASE, CTN_EFILE, "/dev/fd/3x: No such file or directory");
	assert_refused("/dev/fd/99999999999", 9, CTN_FILE_PASSPHRASE, CTN_EFILE,
	    "/dev/fd/99999999999: No such file or directory");
}

static void
write_makes_the_file_with_its_mode_and_leaves_nothing_else(void **state)
{
	struct ctn_err e = { 0 };
	struct stat st;
	mode_t before = umask(077);

	(void)state;
	assert_true(ctn_file_write("f", CTN_SPAN("one"), 0644, false, &e));
	(void)umask(before);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_nlink, 1);
	assert_holds("f", "one");
	assert_int_equal(count_entries(), 1);
	assert_true(ctn_file_exists("f"));
	assert_false(ctn_file_exists("g"));
}

static void
write_replaces_only_when_told_to(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	put("f", "old", 0644);
	assert_false(ctn_file_write("f", CTN_SPAN("new"), 0600, false, &e));
	assert_int_equal(e.code, CTN_EEXISTS);
	assert_string_equal(e.text, "f: exists already");
	assert_holds("f", "old");
	assert_true(ctn_file_write("./f", CTN_SPAN("new"), 0600, true, &e));
	assert_holds("f", "new");
	assert_int_equal(count_entries(), 1);
}

static void
write_without_leave_to_replace_respects_a_dangling_link(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_int_equal(symlink("nowhere", "f"), 0);
	assert_true(ctn_file_exists("f"));
	assert_false(ctn_file_write("f", CTN_SPAN("new"), 0600, false, &e));
	assert_int_equal(e.code, CTN_EEXISTS);
	assert_false(ctn_file_exists("nowhere"));
}

static void
write_never_replaces_a_device_a_fifo_or_a_folder(void **state)
{
	static const char *const names[] = { "null", "fifo", "d" };
	struct ctn_err e = { 0 };

	(void)state;
	assert_int_equal(symlink("/dev/null", "null"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("d", 0700), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_false(ctn_file_write(names[i], CTN_SPAN("x"), 0600, true, &e));
		assert_int_equal(e.code, CTN_EFILE);
	}
	assert_string_equal(e.text, "d: is a folder, not a file");
	assert_int_equal(count_entries(), 3);
}

static void
write_needs_a_folder_and_a_name(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_file_write("no/f", CTN_SPAN("x"), 0600, true, &e));
	assert_string_equal(e.text, "no: No such file or directory");
	assert_int_equal(e.code, CTN_EFILE);
	assert_false(ctn_file_write("no/", CTN_SPAN("x"), 0600, true, &e));
	assert_string_equal(e.text, "'no/': names a folder, not a file");
}

static void
write_that_fails_midway_leaves_nothing_behind(void **state)
{
	struct ctn_err e = { 0 };
	char name[300];

	(void)state;
	/* The temporary file can be made, the final name cannot. */
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_false(ctn_file_write(name, CTN_SPAN("x"), 0600, false, &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_non_null(strstr(e.text, "putting it in place: File name too long"));
	assert_int_equal(count_entries(), 0);
}

static void
write_from_many_processes_lets_one_win(void **state)
{
	int winners = 0;

	(void)state;
	for (int i = 0; i < 16; i++) {
		pid_t child = fork();
		struct ctn_err e = { 0 };

		assert_true(child >= 0);
		if (child == 0)
			_exit(ctn_file_write("f", CTN_SPAN("x"), 0600, false, &e) ? 0 : e.code == CTN_EEXISTS ? 1 : 2);
	}
	for (int i = 0; i < 16; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		winners += WEXITSTATUS(status) == 0;
	}
	assert_int_equal(winners, 1);
	assert_int_equal(count_entries(), 1);
}

static void
safe_names_cannot_leave_the_folder_or_hide(void **state)
{
	static const char *const cases[][2] = { { "www.example.com", "www.example.com" }, { "*.example.com", "_wildcard.example.com" },
		{ "../../etc", "_._.._etc" }, { ".hidden", "_hidden" }, { "a b/c\n\xc3\xa9", "a_b_c___" }, { "", "_" }, { "*", "_wildcard" },
		{ "a*b", "a_b" }, { "user@example.com", "user@example.com" }, { "fd00::1", "fd00__1" }, { "..", "_." } };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char big[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(ctn_file_safe_name(a, cases[i][0]), cases[i][1]);
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(strlen(ctn_file_safe_name(a, big)), 240);
	big[0] = '*';
	assert_true(strlen(ctn_file_safe_name(a, big)) <= 240);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

static bool
fill_half_and_fail(void *ctx, int fd, struct ctn_err *e)
{
	(void)ctx;
	return ctn_fd_write(fd, CTN_SPAN("half"), "out", e) && ctn_fail(e, CTN_ESTORE, "no more");
}

static bool
fill_in_two(void *ctx, int fd, struct ctn_err *e)
{
	(void)ctx;
	return ctn_fd_write(fd, CTN_SPAN("one "), "out", e) && ctn_fd_write(fd, CTN_SPAN("two"), "out", e);
}

static void
a_file_whose_filling_fails_is_not_made_and_replaces_nothing(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	put("out", "before", 0600);
	assert_false(ctn_file_make("out", fill_half_and_fail, NULL, 0600, true, &e));
	assert_string_equal(e.text, "no more");
	assert_true(ctn_file_read(&b, "out", 100, CTN_FILE_PLAIN, &e));
	assert_string_equal(ctn_buf_cstr(&b), "before");
	assert_true(ctn_file_make("out", fill_in_two, NULL, 0600, true, &e));
	ctn_buf_reset(&b);
	assert_true(ctn_file_read(&b, "out", 100, CTN_FILE_PLAIN, &e));
	assert_string_equal(ctn_buf_cstr(&b), "one two");
	assert_false(ctn_file_make("new", fill_half_and_fail, NULL, 0600, false, &e));
	assert_false(ctn_file_exists("new"));
	assert_int_equal(count_entries(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_file_whose_filling_fails_is_not_made_and_replaces_nothing),
		IN_FOLDER(read_appends_the_whole_file),
		IN_FOLDER(read_fills_a_buffer_that_is_bounded_to_the_files_size),
		IN_FOLDER(a_head_is_read_and_the_rest_left),
		IN_FOLDER(a_file_name_that_is_empty_is_told),
		IN_FOLDER(read_refuses_one_byte_over_the_bound),
		IN_FOLDER(read_says_what_is_missing_or_a_folder),
		IN_FOLDER(an_unsafe_mode_is_named_with_the_chmod_to_type),
		IN_FOLDER(of_all_modes_only_the_safe_ones_open),
		IN_FOLDER(a_key_may_not_be_a_link_a_fifo_or_a_device),
		IN_FOLDER(a_key_of_another_user_is_refused),
		IN_FOLDER(a_passphrase_may_come_through_a_link_whose_target_is_judged),
		IN_FOLDER(a_passphrase_may_come_through_a_pipe_that_was_handed_over),
		IN_FOLDER(what_only_looks_like_a_descriptor_is_a_path),
		IN_FOLDER(write_makes_the_file_with_its_mode_and_leaves_nothing_else),
		IN_FOLDER(write_replaces_only_when_told_to),
		IN_FOLDER(write_without_leave_to_replace_respects_a_dangling_link),
		IN_FOLDER(write_never_replaces_a_device_a_fifo_or_a_folder),
		IN_FOLDER(write_needs_a_folder_and_a_name),
		IN_FOLDER(write_that_fails_midway_leaves_nothing_behind),
		IN_FOLDER(write_from_many_processes_lets_one_win),
		cmocka_unit_test(safe_names_cannot_leave_the_folder_or_hide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
