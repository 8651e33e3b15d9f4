/*
 * `list` as a whole process over a million certificates, a third of which end within 30 days.
 *
 *   bench_list [CATENA [DIR]]
 */
#include "home.h"

enum { ROUNDS = 41 };

static bool
measure(double *wall_ms, double *cpu_ms, const struct bench *b, const char *home)
{
	double wall[ROUNDS], cpu[ROUNDS];

	/* The first warms the caches and does not count. */
	for (unsigned i = 0; i <= ROUNDS; i++) {
		struct cost c;

		if (!RUN(&c, b->catena, "-C", home, "list", "--expiring", "30d", "--limit", "100"))
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
	char full[PATH_LEN];
	struct bench b;
	double wall_ms, cpu_ms;

	if (!bench_open(&b, argc, argv) || !full_home(full, &b) || !measure(&wall_ms, &cpu_ms, &b, full)) {
		(void)fprintf(stderr, "bench_list: it could not be measured\n");
		return 3;
	}
	(void)printf("%-52s %8.2f ms\n", "list --expiring 30d --limit 100: CPU", cpu_ms);
	return promise("list --expiring 30d --limit 100 of a million", wall_ms, "ms", 30) ? 0 : 1;
}
