/* What the conformance runners share: one line per case, the sum on the last line. */
#ifndef TEST_CONFORMANCE_RUNNER_H
#define TEST_CONFORMANCE_RUNNER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "der/pem.h"
#include "json/json.h"
#include "verify/verify.h"

#define CASE_MAX_MS 50.0 /* of CPU: no case may take longer, however hostile */

struct tally {
	unsigned passed, failed;
	double began_ms, slowest_ms;
	char slowest[200];
};

static double
cpu_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* What lies between this and its tell is the time of one case. */
static void
begin_case(struct tally *t)
{
	t->began_ms = cpu_ms();
}

/* ID, expected, got, reason, between tabs. */
static void
tell(struct tally *t, const char *id, const char *expected, const char *got, const char *reason)
{
	double ms = cpu_ms() - t->began_ms;
	bool ok = strcmp(expected, got) == 0;

	if (ms > t->slowest_ms) {
		t->slowest_ms = ms;
		(void)snprintf(t->slowest, sizeof t->slowest, "%s", id);
	}
	t->passed += ok;
	t->failed += !ok;
	printf("%s\t%s\t%s\t", id, expected, got);
	for (const char *c = reason; *c != '\0'; c++)
		putchar((unsigned char)*c < ' ' ? ' ' : *c);
	putchar('\n');
}

/* Time goes to standard error: the sum is the last line of the output. */
static int
sum_up(const struct tally *t)
{
	fflush(stdout);
	fprintf(stderr, "slowest: %.1f ms, %s%s\n", t->slowest_ms, t->slowest, t->slowest_ms > CASE_MAX_MS ? ": TOO LONG" : "");
	printf("%u passed, %u failed\n", t->passed, t->failed);
	return t->failed > 0;
}

/* The suite itself could not be read. */
static _Noreturn void
give_up(const struct ctn_err *e)
{
	fprintf(stderr, "%s\n", e->text);
	exit(3);
}

#endif
