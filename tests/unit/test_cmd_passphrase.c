/* Where a passphrase comes from, and what the terminal looks like meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/passphrase.h"

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/catena-passphrase-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	char command[128];

	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

static const char *
put(char path[128], const char *name, const char *bytes, size_t n, mode_t mode)
{
	FILE *f;

	snprintf(path, 128, "%s/%s", folder, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static void
expect_file(const char *bytes, size_t n, const char *wanted)
{
	struct passphrases p = { 0 };
	struct ctn_err e = { 0 };
	const ctn_secret *got = NULL;
	char path[128];

	assert_true(passphrase_get(&got, &p, put(path, "p", bytes, n, 0600), "root", &e));
	assert_int_equal(got->n, strlen(wanted));
	assert_memory_equal(got->p, wanted, got->n);
	passphrases_close(&p);
}

static void
one_newline_at_the_end_is_no_part_of_it(void **state)
{
	(void)state;
	expect_file("secret", 6, "secret");
	expect_file("secret\n", 7, "secret");
	expect_file("secret\r\n", 8, "secret");
	expect_file("secret\n\n", 8, "secret\n");
	expect_file(" a b \n", 6, " a b ");
}

static void
expect_refusal(const char *bytes, size_t n, mode_t mode, enum ctn_code code)
{
	struct passphrases p = { 0 };
	struct ctn_err e = { 0 };
	const ctn_secret *got = NULL;
	char path[128];

	assert_false(passphrase_get(&got, &p, put(path, "bad", bytes, n, mode), "root", &e));
	assert_int_equal(e.code, code);
	assert_null(got);
	passphrases_close(&p);
}

static void
an_empty_or_binary_passphrase_is_refused(void **state)
{
	(void)state;
	expect_refusal("", 0, 0600, CTN_EPASSPHRASE);
	expect_refusal("\n", 1, 0600, CTN_EPASSPHRASE);
	expect_refusal("a\0b", 3, 0600, CTN_EPASSPHRASE);
}

static void
a_file_that_others_can_read_is_refused(void **state)
{
	(void)state;
	expect_refusal("secret", 6, 0644, CTN_EFILE);
	expect_refusal("secret", 6, 0640, CTN_EFILE);
}

static void
a_file_over_the_bound_is_refused(void **state)
{
	static char big[PASSPHRASE_MAX + 10];

	(void)state;
	memset(big, 'x', sizeof big);
	expect_refusal(big, sizeof big, 0600, CTN_EFILE);
}

static void
the_credential_of_the_service_manager_is_taken_when_no_file_is_said(void **state)
{
	struct passphrases p = { 0 };
	struct ctn_err e = { 0 };
	const ctn_secret *got = NULL;
	char path[128];

	(void)state;
	put(path, "catena-passphrase", "from systemd\n", 13, 0444);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	assert_true(passphrase_get(&got, &p, NULL, "root", &e));
	assert_int_equal(got->n, 12);
	passphrases_close(&p);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void
it_is_read_once(void **state)
{
	struct passphrases p = { 0 };
	struct ctn_err e = { 0 };
	const ctn_secret *first = NULL, *second = NULL;
	char path[128];

	(void)state;
	assert_true(passphrase_get(&first, &p, put(path, "once", "x", 1, 0600), "root", &e));
	assert_int_equal(unlink(path), 0);
	assert_true(passphrase_get(&second, &p, path, "issuing", &e));
	assert_ptr_equal(first, second);
	passphrases_close(&p);
}

/* The child's exit status: 0 got "typed", else 10 and the error code. */
static int
ask_in_child(bool choose)
{
	struct passphrases p = { 0 };
	struct ctn_err e = { 0 };
	const ctn_secret *got = NULL;
	bool ok = choose ? passphrase_choose(&got, &p, NULL, "root", &e) : passphrase_get(&got, &p, NULL, "root", &e);
	int status = !ok ? 10 + (int)e.code : got->n == 5 && memcmp(got->p, "typed", 5) == 0 ? 0 : 1;

	passphrases_close(&p);
	return status;
}

/* Everything up to the text, which must come. */
static void
await(int fd, const char *text, char seen[1024])
{
	size_t n = strlen(seen);

	while (strstr(seen, text) == NULL) {
		ssize_t got = read(fd, seen + n, 1023 - n);

		assert_true(got > 0);
		n += (size_t)got;
		seen[n] = '\0';
	}
}

static bool
echoes(int fd)
{
	struct termios t;

	assert_int_equal(tcgetattr(fd, &t), 0);
	return (t.c_lflag & ECHO) != 0;
}

static pid_t
child_at_terminal(int *fd, bool choose)
{
	pid_t pid = forkpty(fd, NULL, NULL, NULL);

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(ask_in_child(choose));
	return pid;
}

static int
wait_for(pid_t pid, int fd)
{
	char rest[256];
	int status;

	while (read(fd, rest, sizeof rest) > 0)
		continue;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	return status;
}

static void
the_terminal_is_asked_with_echo_off(void **state)
{
	char seen[1024] = "";
	pid_t pid;
	int fd, status;

	(void)state;
	pid = child_at_terminal(&fd, false);
	await(fd, "Passphrase for root: ", seen);
	assert_false(echoes(fd));
	assert_int_equal(write(fd, "typed\n", 6), 6);
	status = wait_for(pid, fd);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_null(strstr(seen, "typed"));
}

static int
choose(const char *first, const char *second)
{
	char seen[1024] = "";
	pid_t pid;
	int fd, status;

	pid = child_at_terminal(&fd, true);
	await(fd, "New passphrase for root: ", seen);
	assert_int_equal(write(fd, first, strlen(first)), strlen(first));
	await(fd, "The same again for root: ", seen);
	assert_int_equal(write(fd, second, strlen(second)), strlen(second));
	status = wait_for(pid, fd);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
a_new_passphrase_is_asked_for_twice(void **state)
{
	(void)state;
	assert_int_equal(choose("typed\n", "typed\n"), 0);
	assert_int_equal(choose("typed\n", "tyqed\n"), 10 + CTN_EPASSPHRASE);
}

static void
a_signal_restores_the_terminal_and_ends_the_process(void **state)
{
	char seen[1024] = "";
	int fd, status, terminal;
	pid_t pid;

	(void)state;
	pid = child_at_terminal(&fd, false);
	await(fd, "Passphrase for root: ", seen);
	terminal = open(ptsname(fd), O_RDWR | O_NOCTTY);
	assert_true(terminal >= 0);
	assert_false(echoes(terminal));
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_true(echoes(terminal));
	close(terminal);
	close(fd);
}

static void
without_a_terminal_it_says_which_option_helps(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		setsid();
		_exit(ask_in_child(false));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 10 + CTN_EPASSPHRASE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_newline_at_the_end_is_no_part_of_it),
		cmocka_unit_test(an_empty_or_binary_passphrase_is_refused),
		cmocka_unit_test(a_file_that_others_can_read_is_refused),
		cmocka_unit_test(a_file_over_the_bound_is_refused),
		cmocka_unit_test(the_credential_of_the_service_manager_is_taken_when_no_file_is_said),
		cmocka_unit_test(it_is_read_once),
		cmocka_unit_test(the_terminal_is_asked_with_echo_off),
		cmocka_unit_test(a_new_passphrase_is_asked_for_twice),
		cmocka_unit_test(a_signal_restores_the_terminal_and_ends_the_process),
		cmocka_unit_test(without_a_terminal_it_says_which_option_helps),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
