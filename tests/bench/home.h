/* What whole processes cost: homes to run them in, and what the kernel says of each child. A folder of the build keeps what is dear. */
#ifndef TESTS_BENCH_HOME_H
#define TESTS_BENCH_HOME_H

#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { PATH_LEN = 4096, MILLION = 1000000 };

/* Programs and folder of one run of a bench. */
struct bench {
	char catena[PATH_LEN], store[PATH_LEN], dir[PATH_LEN - 64];
};

struct cost {
	double cpu_ms, wall_ms;
	long peak_kib;
};

__attribute__((format(printf, 2, 3))) static inline void
path_of(char out[PATH_LEN], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(out, PATH_LEN, fmt, args) >= PATH_LEN)
		exit(3);
	va_end(args);
}

static inline double
ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static inline double
now_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* One child, its output thrown away. The peak is the child's own: this program is smaller than any that it measures. */
static inline bool
run(struct cost *cost, const char *const *argv)
{
	posix_spawn_file_actions_t quiet;
	struct rusage used;
	char *words[24] = { 0 };
	double from = now_ms();
	pid_t pid;
	int status, rc;

	for (size_t i = 0; argv[i] != NULL && i < 23; i++)
		words[i] = strdup(argv[i]);
	(void)posix_spawn_file_actions_init(&quiet);
	(void)posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(&pid, words[0], &quiet, NULL, words, environ);
	(void)posix_spawn_file_actions_destroy(&quiet);
	for (size_t i = 0; words[i] != NULL; i++)
		free(words[i]);
	if (rc != 0 || wait4(pid, &status, 0, &used) != pid)
		return false;
	if (cost != NULL)
		*cost = (struct cost){ ms_of(used.ru_utime) + ms_of(used.ru_stime), now_ms() - from, used.ru_maxrss };
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static inline bool
must(const char *const *argv)
{
	if (run(NULL, argv))
		return true;
	(void)fprintf(stderr, "bench: %s %s failed\n", argv[0], argv[1] != NULL ? argv[1] : "");
	return false;
}
#define RUN(cost, ...) run(cost, (const char *const[]){ __VA_ARGS__, NULL })
#define MUST(...) must((const char *const[]){ __VA_ARGS__, NULL })

static inline int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double
median(const double *values, size_t n)
{
	double sorted[256];

	memcpy(sorted, values, n * sizeof *values);
	qsort(sorted, n, sizeof *sorted, by_size);
	return sorted[n / 2];
}

/* Prints a value and whether it keeps its promise. */
static inline bool
promise(const char *what, double value, const char *unit, double most)
{
	bool kept = value <= most;

	(void)printf("%-52s %8.2f %-5s %s %g\n", what, value, unit, kept ? "at most" : "BROKEN: at most", most);
	return kept;
}

/* argv[1]: the program; argv[2]: the folder. Without them: those of the build that this program lies in. */
static inline bool
bench_open(struct bench *b, int argc, char **argv)
{
	char self[PATH_LEN];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *here;

	if (n < 0)
		return false;
	self[n] = '\0';
	here = dirname(self);
	path_of(b->store, "%s/bench_store", here);
	if (argc > 1)
		path_of(b->catena, "%s", argv[1]);
	else
		path_of(b->catena, "%s/../../catena", here);
	if ((size_t)snprintf(b->dir, sizeof b->dir, "%s%s", argc > 2 ? argv[2] : here, argc > 2 ? "" : "/../../bench") >= sizeof b->dir)
		return false;
	return MUST("mkdir", "-p", b->dir);
}

static inline bool
make_home(const struct bench *b, const char *home)
{
	return MUST("rm", "-rf", home) && MUST(b->catena, "-C", home, "--quiet", "init", "--org", "Example", "--domain", "internal.example",
	    "--no-passphrase");
}

/* A home with a million certificates, a third of which end within 30 days. Made once, which takes minutes; `full` gets its path. */
static inline bool
full_home(char full[PATH_LEN], const struct bench *b)
{
	char database[PATH_LEN], fresh[PATH_LEN], made[PATH_LEN], count[16];

	path_of(full, "%s/full", b->dir);
	path_of(made, "%s/catena.db", full);
	if (access(made, F_OK) == 0)
		return true;
	path_of(fresh, "%s/filling", b->dir);
	path_of(database, "%s/catena.db", fresh);
	(void)snprintf(count, sizeof count, "%d", MILLION);
	(void)printf("making a home with %s certificates ...\n", count);
	(void)fflush(stdout);
	return make_home(b, fresh) && MUST(b->store, "fill", database, count) && rename(fresh, full) == 0;
}

#endif
