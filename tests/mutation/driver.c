/*
 * Linked in place of cmocka's group runner: runs each test once and tells which conditions it evaluated, then answers
 * lines "FILE CONDITION KIND TEST..." by running those tests with that mutant, until one fails. FILE "-" is no mutant; the
 * process that answered it makes room for a fresh one.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include <cmocka.h>

#include "mutant.h"

/* Beyond what the whole program needs without a mutant. */
#define STEPS_MORE UINT64_C(2000000)
#define SECONDS_MAX 30u
enum { HANGS = 90, ENDED, RENEWED, REFUSED }; /* how a child exits on its own */

const uint8_t *mutant_at;
enum mutant_kind mutant_kind;
uint64_t mutant_steps, mutant_steps_max = UINT64_MAX;

static struct mutant_file *files;
static volatile int *at_test; /* shared with the child */
static FILE *out;

int __real__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup,
    CMFixtureFunction teardown);
int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup,
    CMFixtureFunction teardown);

void
mutant_register(struct mutant_file *file)
{
	file->next = files;
	files = file;
}

void
mutant_hang(void)
{
	_exit(HANGS);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The group's teardown waits for the end of the program: what it frees, such as keys, is used by all. */
static bool
passes(const struct CMUnitTest *test, CMFixtureFunction setup)
{
	return __real__cmocka_run_group_tests("one", test, 1, setup, NULL) == 0;
}

static void
tell_seen(const struct mutant_file *f)
{
	bool any = false;

	for (size_t i = 0; i < f->n; i++)
		any = any || f->seen[i] != 0;
	if (!any)
		return;
	fprintf(out, "seen %s ", f->name);
	for (size_t i = 0; i < f->n; i++)
		fputc('0' + f->seen[i], out);
	fputc('\n', out);
}

/* Without a mutant: what passes, how long it takes, what it evaluates. */
static void
survey(const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup)
{
	uint64_t steps = 0;

	for (size_t i = 0; i < n; i++) {
		double begun = now();
		bool ok;

		for (struct mutant_file *f = files; f != NULL; f = f->next)
			memset(f->seen, 0, f->n);
		mutant_steps = 0;
		ok = passes(&tests[i], setup);
		fprintf(out, "test %zu %s %.6f %s\n", i, ok ? "passed" : "failed", now() - begun, tests[i].name);
		for (struct mutant_file *f = files; f != NULL; f = f->next)
			tell_seen(f);
		steps += mutant_steps;
	}
	mutant_steps_max = 10 * steps + STEPS_MORE;
	fprintf(out, "ready\n");
}

static bool
choose(const char *name, unsigned long condition, unsigned long kind)
{
	for (struct mutant_file *f = files; f != NULL; f = f->next)
		if (strcmp(f->name, name) == 0 && condition < f->n) {
			mutant_at = &f->seen[condition];
			mutant_kind = (enum mutant_kind)kind;
			return true;
		}
	return false;
}

/* The first of the tests that fails, or -1. */
static int
first_failure(char *list, const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup)
{
	char *word;

	while ((word = strsep(&list, " \n")) != NULL) {
		size_t i = strtoul(word, NULL, 10);

		if (*word == '\0')
			continue;
		*at_test = (int)i;
		mutant_steps = 0;
		if (i >= n || !passes(&tests[i], setup))
			return (int)i;
	}
	return -1;
}

/* "FILE CONDITION KIND TEST..."; FILE "-": no mutant. */
static bool
serve(char *line, const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup)
{
	char *name = strsep(&line, " "), *condition = strsep(&line, " "), *kind = strsep(&line, " ");
	int failed;

	if (kind == NULL || line == NULL)
		return false;
	if (strcmp(name, "-") != 0 && !choose(name, strtoul(condition, NULL, 10), strtoul(kind, NULL, 10)))
		return false;
	alarm(SECONDS_MAX);
	failed = first_failure(line, tests, n, setup);
	alarm(0);
	mutant_at = NULL;
	if (failed < 0)
		fprintf(out, "survived\n");
	else
		fprintf(out, "caught %d\n", failed);
	return fflush(out) == 0;
}

/* Many mutants in one process: the library has no state of its own, and the sanitizers end a process that is damaged. */
static _Noreturn void
serve_all(const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup)
{
	char line[1 << 16];

	while (fgets(line, sizeof(line), stdin) != NULL)
		if (!serve(line, tests, n, setup))
			_exit(REFUSED);
		else if (strncmp(line, "-", 1) == 0 && line[1] == '\0')
			_exit(RENEWED);
	_exit(ENDED);
}

/* Serve in children; a mutant that ends one is answered for here. Back at the end of the input. */
static bool
keep_serving(const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup)
{
	for (;;) {
		pid_t child = fork();
		int status;

		if (child < 0)
			return false;
		if (child == 0)
			serve_all(tests, n, setup);
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			continue;
		if (WIFEXITED(status) && (WEXITSTATUS(status) == ENDED || WEXITSTATUS(status) == REFUSED))
			return WEXITSTATUS(status) == ENDED;
		if (WIFEXITED(status) && WEXITSTATUS(status) == RENEWED)
			continue;
		if ((WIFEXITED(status) && WEXITSTATUS(status) == HANGS) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM))
			fprintf(out, "hangs %d\n", *at_test);
		else
			fprintf(out, "crashes %d\n", *at_test);
		fflush(out);
	}
}

int
__wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t n, CMFixtureFunction setup,
    CMFixtureFunction teardown)
{
	int null = open("/dev/null", O_WRONLY);
	bool served;

	(void)name;
	out = fdopen(dup(STDOUT_FILENO), "w");
	at_test = mmap(NULL, sizeof(*at_test), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (out == NULL || at_test == MAP_FAILED || null < 0)
		return 1;
	setvbuf(out, NULL, _IOFBF, 1 << 16);
	dup2(null, STDOUT_FILENO);
	if (getenv("CATENA_MUTATION_LOUD") == NULL)
		dup2(null, STDERR_FILENO);
	survey(tests, n, setup);
	fflush(out);
	served = keep_serving(tests, n, setup);
	if (teardown != NULL)
		(void)teardown(NULL);
	return !served;
}
