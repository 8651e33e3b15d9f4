#include "cmd/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, BETWEEN_MS = 250 };

static int64_t
monotonic_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
progress_begin(struct progress *p, const struct show *out, const char *what)
{
	*p = (struct progress){ .what = what, .wanted = !out->json && !out->quiet && isatty(STDERR_FILENO) == 1 };
	p->began_ms = monotonic_ms();
}

void
progress_tell(void *ctx, uint64_t done, uint64_t all)
{
	struct progress *p = ctx;
	int64_t now = p->wanted ? monotonic_ms() : 0;

	if (!p->wanted || now - p->began_ms < PATIENCE_MS || (p->shown && now - p->told_ms < BETWEEN_MS))
		return;
	p->told_ms = now;
	p->shown = true;
	if (all > 0)
		fprintf(stderr, "\r\033[K%s: %" PRIu64 " of %" PRIu64 " (%u %%)", p->what, done, all, (unsigned)(done * 100 / all));
	else if (done > 0)
		fprintf(stderr, "\r\033[K%s: %" PRIu64, p->what, done);
	else
		fprintf(stderr, "\r\033[K%s ...", p->what);
	fflush(stderr);
}

void
progress_about(void *ctx, const char *what, uint64_t done, uint64_t all)
{
	((struct progress *)ctx)->what = what;
	progress_tell(ctx, done, all);
}

void
progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
