/*
 * The monitor as whole processes: over a million certificates with 100 changes since the last run, and over 1,000 files.
 *
 *   bench_monitor [CATENA [DIR]]
 *
 * The home of a million is the one that bench_list fills; the first run over it, which writes down what ends when, is not part of the promise.
 */
#include "home.h"

enum { ROUNDS = 5, CHANGES = 100, FILES = 1000 };

/* Certificates of a day: each is a change, and soon another one. */
static bool
change(const struct bench *b, const char *home, unsigned round)
{
	char name[64];

	for (unsigned i = 0; i < CHANGES; i++) {
		(void)snprintf(name, sizeof name, "r%u-%u.internal.example", round, i);
		if (!MUST(b->catena, "-C", home, "issue", "server", name, "--lifetime", "1d", "--out", "-"))
			return false;
	}
	return true;
}

static bool
measure_runs(double *wall_ms, double *cpu_ms, long *peak_kib, const struct bench *b, const char *home)
{
	double wall[ROUNDS], cpu[ROUNDS];

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct cost c;

		if (!change(b, home, i) || !RUN(&c, b->catena, "-C", home, "monitor", "run"))
			return false;
		wall[i] = c.wall_ms;
		cpu[i] = c.cpu_ms;
		*peak_kib = c.peak_kib > *peak_kib ? c.peak_kib : *peak_kib;
	}
	*wall_ms = median(wall, ROUNDS);
	*cpu_ms = median(cpu, ROUNDS);
	return true;
}

/* Its status is what it found: a million certificates are never all well. */
static bool
check(struct cost *c, const struct bench *b, const char *home)
{
	char line[PATH_LEN];

	path_of(line, "'%s' -C '%s' monitor check; test $? -le 2", b->catena, home);
	return RUN(c, "sh", "-c", line);
}

static bool
measure_checks(double *wall_ms, double *cpu_ms, const struct bench *b, const char *home)
{
	double wall[21], cpu[21];

	for (unsigned i = 0; i < 21; i++) {
		struct cost c;

		if (!check(&c, b, home))
			return false;
		wall[i] = c.wall_ms;
		cpu[i] = c.cpu_ms;
	}
	*wall_ms = median(wall, 21);
	*cpu_ms = median(cpu, 21);
	return true;
}

static bool
copies(const char *from, const char *dir)
{
	char line[PATH_LEN];

	path_of(line, "mkdir -p '%s'; for i in $(seq %d); do cp '%s' '%s'/$i.crt || exit 1; done", dir, FILES, from, dir);
	return MUST("sh", "-c", line);
}

static bool
measure_files(double *wall_ms, double *cpu_ms, const struct bench *b)
{
	char home[PATH_LEN], dir[PATH_LEN], cert[PATH_LEN], line[3 * PATH_LEN];
	double wall[ROUNDS], cpu[ROUNDS];

	path_of(home, "%s/files", b->dir);
	path_of(dir, "%s/served", b->dir);
	path_of(cert, "%s/web.internal.example.crt", b->dir);
	(void)snprintf(line, sizeof line, "printf 'watch:\\n  - files: [\"%s/*.crt\"]\\n' > '%s/policies/monitor.yaml'", dir, home);
	if (!make_home(b, home) || !MUST(b->catena, "-C", home, "issue", "server", "web.internal.example", "--out", b->dir, "--force") ||
	    !copies(cert, dir) || !MUST("sh", "-c", line))
		return false;
	for (unsigned i = 0; i <= ROUNDS; i++) {
		struct cost c;

		if (!RUN(&c, b->catena, "-C", home, "monitor", "run"))
			return false;
		wall[i == 0 ? 0 : i - 1] = c.wall_ms;
		cpu[i == 0 ? 0 : i - 1] = c.cpu_ms;
	}
	*wall_ms = median(wall, ROUNDS);
	*cpu_ms = median(cpu, ROUNDS);
	return true;
}

int
main(int argc, char **argv)
{
	double run_ms, check_ms, files_ms, cpu_ms[3];
	char full[PATH_LEN];
	struct cost first;
	struct bench b;
	long peak = 0;
	bool kept;

	if (!bench_open(&b, argc, argv) || !full_home(full, &b) || !RUN(&first, b.catena, "-C", full, "monitor", "run") ||
	    !measure_runs(&run_ms, &cpu_ms[0], &peak, &b, full) || !measure_checks(&check_ms, &cpu_ms[1], &b, full) || !measure_files(&files_ms, &cpu_ms[2], &b)) {
		(void)fprintf(stderr, "bench_monitor: it could not be measured\n");
		return 3;
	}
	(void)printf("%-52s %8.0f ms, %ld KiB\n", "monitor run before (the first writes everything down)", first.wall_ms, first.peak_kib);
	(void)printf("%-52s %8.0f, %.0f, %.0f ms\n", "CPU of what follows: run, check, run over files", cpu_ms[0], cpu_ms[1], cpu_ms[2]);
	kept = promise("monitor run, a million and 100 changes", run_ms, "ms", 1000);
	kept = promise("its memory", (double)peak / 1024, "MiB", 32) && kept;
	kept = promise("monitor check, a million", check_ms, "ms", 50) && kept;
	kept = promise("monitor run, 1,000 files", files_ms, "ms", 200) && kept;
	return kept ? 0 : 1;
}
