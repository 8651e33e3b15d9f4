/* Commands are run by a process that never had a key: what it has, what it lacks, how a command ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/runner.h"

#define SH(script) ((const char *const[]){ "sh", "-c", (script), NULL })

/* One runner for most of the tests; what this process does afterwards must not reach it. */
static int
begin(void **state)
{
	static struct runner r = RUNNER_NONE;
	struct rlimit none = { 0, 0 };
	struct ctn_err e = { 0 };

	(void)umask(027);
	assert_int_equal(setenv("OPENSSL_CONF", "the caller's", 1), 0);
	assert_int_equal(dup2(STDERR_FILENO, 77), 77); /* inherited, as a passphrase's descriptor would be */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN);
	if (!runner_start(&r, &e))
		fail_msg("%s", e.text);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)close(77);
	(void)umask(077);
	assert_int_equal(unsetenv("OPENSSL_CONF"), 0);
	assert_int_equal(setrlimit(RLIMIT_CORE, &none), 0);
	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	*state = &r;
	return 0;
}

static int
end(void **state)
{
	runner_end(*state);
	return 0;
}

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static ctn_command_end
run(void **state, const char *script, ctn_span input, int64_t timeout_s)
{
	struct ctn_err e = { 0 };
	ctn_command_end got;

	if (!runner_command(*state, &got, SH(script), input, timeout_s, &e))
		fail_msg("%s: %s", script, e.text);
	return got;
}

/* Has that process ended? Given some time for it. */
static bool
is_gone(pid_t pid)
{
	char path[64], text[256] = "";

	for (int i = 0; i < 100; i++) {
		FILE *f;

		(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
		f = fopen(path, "re");
		if (f == NULL)
			return true;
		text[fread(text, 1, sizeof text - 1, f)] = '\0';
		(void)fclose(f);
		if (strstr(text, ") Z ") != NULL)
			return true;
		(void)usleep(50000);
	}
	return false;
}

static void
a_command_says_how_it_ended(void **state)
{
	ctn_command_end got = run(state, "cat; echo one; echo two >&2; echo; exit 3", CTN_SPAN("zero\n"), 10);

	assert_int_equal(got.status, 3);
	assert_false(got.timed_out);
	assert_string_equal(got.said, "zero; one; two");
	got = run(state, "printf 'a\\033[2Jb\\tc'; kill -9 $$", (ctn_span){ 0 }, 10);
	assert_int_equal(got.status, 128 + SIGKILL);
	assert_string_equal(got.said, "a\\x1b[2Jb c");
}

static void
a_command_has_the_callers_umask_privileges_and_environment(void **state)
{
	ctn_command_end got = run(state, "umask; grep -c 'NoNewPrivs:.0' /proc/self/status; echo $OPENSSL_CONF", (ctn_span){ 0 }, 10);

	assert_string_equal(got.said, "0027; 1; the caller's");
	got = run(state, "grep -c 'Sig\\(Ign\\|Blk\\):.0000000000000000' /proc/self/status; test $(ulimit -Hc) != 0 && echo cores", (ctn_span){ 0 }, 10);
	assert_string_equal(got.said, "2; cores");
	got = run(state, "test $(ps -o pgid= -p $$) = $$ && echo group", (ctn_span){ 0 }, 10);
	assert_string_equal(got.said, "group");
}

static void
nothing_that_was_open_is_handed_on(void **state)
{
	struct runner *r = *state;
	ctn_command_end got = run(state, "for f in 0 1 2 3 4 5 6 7 77; do test -e /proc/$$/fd/$f && echo $f; done; exit 0", (ctn_span){ 0 }, 10);
	char path[64], to[256] = "";

	assert_string_equal(got.said, "0; 1; 2");
	for (int fd = 0; fd < 100; fd++) {
		(void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)r->pid, fd);
		assert_int_equal(access(path, F_OK), fd <= 3 ? 0 : -1);
		if (fd <= 2) {
			assert_true(readlink(path, to, sizeof to - 1) > 0);
			assert_string_equal(to, "/dev/null");
		}
	}
}

/* All that can be read of a process; is the needle in it? */
static bool
holds(pid_t pid, const char *needle)
{
	char path[64], line[512];
	size_t n = strlen(needle);
	bool found = false;
	FILE *maps;
	int mem;

	(void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	assert_true(mem >= 0 && maps != NULL);
	while (!found && fgets(line, sizeof line, maps) != NULL) {
		unsigned long from, to;
		char mode[5];

		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || strncmp(mode, "rw", 2) != 0 || to - from > (64ul << 20))
			continue;
		uint8_t *all = malloc(to - from);
		ssize_t got = pread(mem, all, to - from, (off_t)from);

		found = got > 0 && memmem(all, (size_t)got, needle, n) != NULL;
		free(all);
	}
	(void)fclose(maps);
	(void)close(mem);
	return found;
}

static void
a_passphrase_never_reaches_the_process_that_runs_commands(void **state)
{
	static const char hidden[] = "Qmboufe.Qbttqisbtf"; /* each letter one too far, so that the program itself does not hold it */
	struct runner *r = *state;
	char *secret = strdup(hidden);

	for (char *c = secret; *c != '\0'; c++)
		*c = (char)(*c - 1);
	(void)run(state, "true", CTN_SPAN("the needle that must be found"), 10);
	assert_true(holds(getpid(), secret));
	assert_true(holds(r->pid, "the caller's"));
	assert_false(holds(r->pid, secret));
	free(secret);
}

static void
a_command_whose_time_is_over_is_ended_with_all_it_started(void **state)
{
	double from = seconds();
	ctn_command_end got = run(state, "sleep 300 & echo $!; wait", (ctn_span){ 0 }, 1);

	assert_true(got.timed_out);
	assert_int_equal(got.status, 128 + SIGTERM);
	assert_true(seconds() - from < 3);
	assert_true(is_gone(atoi(got.said)));
}

static void
one_that_ignores_the_polite_signal_is_killed(void **state)
{
	double from = seconds();
	ctn_command_end got = run(state, "trap '' TERM; echo $$; while :; do sleep 300; done", (ctn_span){ 0 }, 1);

	assert_true(got.timed_out);
	assert_int_equal(got.status, 128 + SIGKILL);
	assert_true(seconds() - from > 3 && seconds() - from < 8);
	assert_true(is_gone(atoi(got.said)));
}

static void
what_a_command_leaves_behind_is_not_waited_for(void **state)
{
	double from = seconds();
	ctn_command_end got = run(state, "sleep 300 & echo $!", (ctn_span){ 0 }, 60);
	pid_t left = atoi(got.said);

	assert_int_equal(got.status, 0);
	assert_true(seconds() - from < 10);
	assert_int_equal(kill(left, 0), 0);
	assert_int_equal(kill(left, SIGKILL), 0);
}

static void
much_output_and_much_input_are_no_trouble(void **state)
{
	size_t n = 4 << 20;
	uint8_t *much = calloc(1, n);
	ctn_command_end got = run(state, "head -c 20000000 /dev/zero | tr '\\0' '\\303'; echo; echo the end", (ctn_span){ 0 }, 60);

	assert_int_equal(got.status, 0);
	assert_true(strlen(got.said) > 400 && strlen(got.said) < sizeof got.said);
	assert_memory_equal(got.said, "...", 3);
	assert_string_equal(got.said + strlen(got.said) - 9, "; the end");
	assert_string_equal(run(state, "wc -c", (ctn_span){ much, n }, 60).said, "4194304");
	got = run(state, "exec 0<&-; sleep 0.1; echo deaf", (ctn_span){ much, n }, 60);
	assert_int_equal(got.status, 0);
	assert_string_equal(got.said, "deaf");
	free(much);
}

static void
a_program_that_is_not_there_is_told(void **state)
{
	static const char *const nowhere[] = { "catena-no-such-program", "--now", NULL }, *const data[] = { "/etc/passwd", NULL };
	struct ctn_err e = { 0 };
	ctn_command_end got;

	assert_false(runner_command(*state, &got, nowhere, (ctn_span){ 0 }, 5, &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "catena-no-such-program: cannot be started: No such file or directory");
	assert_string_equal(e.hint, "name it with its whole path: PATH is short under cron and systemd");
	assert_false(runner_command(*state, &got, data, (ctn_span){ 0 }, 5, &e));
	assert_string_equal(e.text, "/etc/passwd: cannot be started: Permission denied");
	assert_string_equal(e.hint, "");
	assert_int_equal(run(state, "exit 127", (ctn_span){ 0 }, 5).status, 127);
}

static void
a_command_that_is_too_long_is_refused(void **state)
{
	static char word[200 << 10];
	const char *const argv[] = { "true", word, NULL };
	struct ctn_err e = { 0 };
	ctn_command_end got;

	memset(word, 'x', sizeof word - 1);
	assert_false(runner_command(*state, &got, argv, (ctn_span){ 0 }, 5, &e));
	assert_non_null(strstr(e.text, "a command of 2 words"));
	assert_int_equal(run(state, "exit 0", (ctn_span){ 0 }, 5).status, 0);
}

static pid_t
number_in(const char *path)
{
	int n = 0;

	for (int i = 0; i < 200 && n <= 1; i++) {
		FILE *f = fopen(path, "re");

		if (f != NULL) {
			(void)!fscanf(f, "%d ", &n);
			(void)fclose(f);
		}
		(void)usleep(20000);
	}
	return n;
}

static void
a_command_ends_with_the_program_that_wanted_it(void **state)
{
	char dir[] = "/tmp/catena-runner-XXXXXX", script[128], path[64];
	pid_t command, parent;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/pid", dir);
	(void)snprintf(script, sizeof script, "echo $$ >%s; sleep 300", path);
	parent = fork();
	if (parent == 0) {
		struct runner r = RUNNER_NONE;
		struct ctn_err e = { 0 };
		ctn_command_end got;

		_exit(runner_start(&r, &e) && runner_command(&r, &got, SH(script), (ctn_span){ 0 }, 300, &e));
	}
	command = number_in(path);
	assert_true(command > 1);
	assert_int_equal(kill(command, 0), 0);
	assert_int_equal(kill(parent, SIGKILL), 0);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	assert_true(is_gone(command));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void
a_runner_that_was_killed_is_told(void **state)
{
	struct runner r = RUNNER_NONE;
	struct ctn_err e = { 0 };
	ctn_command_end got;

	(void)state;
	assert_true(runner_start(&r, &e));
	assert_int_equal(kill(r.pid, SIGTERM), 0); /* it ends with its program alone */
	assert_true(runner_command(&r, &got, SH("exit 5"), (ctn_span){ 0 }, 5, &e));
	assert_int_equal(got.status, 5);
	assert_int_equal(kill(r.pid, SIGKILL), 0);
	assert_true(is_gone(r.pid));
	assert_false(runner_command(&r, &got, SH("exit 5"), (ctn_span){ 0 }, 5, &e));
	assert_string_equal(e.text, "sh: the process that runs commands has ended");
	runner_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_says_how_it_ended),
		cmocka_unit_test(a_command_has_the_callers_umask_privileges_and_environment),
		cmocka_unit_test(nothing_that_was_open_is_handed_on),
		cmocka_unit_test(a_passphrase_never_reaches_the_process_that_runs_commands),
		cmocka_unit_test(a_command_whose_time_is_over_is_ended_with_all_it_started),
		cmocka_unit_test(one_that_ignores_the_polite_signal_is_killed),
		cmocka_unit_test(what_a_command_leaves_behind_is_not_waited_for),
		cmocka_unit_test(much_output_and_much_input_are_no_trouble),
		cmocka_unit_test(a_program_that_is_not_there_is_told),
		cmocka_unit_test(a_command_that_is_too_long_is_refused),
		cmocka_unit_test(a_command_ends_with_the_program_that_wanted_it),
		cmocka_unit_test(a_runner_that_was_killed_is_told),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
