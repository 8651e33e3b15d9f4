/* What the conformance runners share: one line per case, the sum on the last line. */
#ifndef TEST_CONFORMANCE_RUNNER_H
#define TEST_CONFORMANCE_RUNNER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "der/pem.h"
#include "json/json.h"
#include "verify/verify.h"

struct tally {
	unsigned passed, failed;
};

/* ID, expected, got, reason, between tabs. */
static void
tell(struct tally *t, const char *id, const char *expected, const char *got, const char *reason)
{
	bool ok = strcmp(expected, got) == 0;

	t->passed += ok;
	t->failed += !ok;
	printf("%s\t%s\t%s\t", id, expected, got);
	for (const char *c = reason; *c != '\0'; c++)
		putchar((unsigned char)*c < ' ' ? ' ' : *c);
	putchar('\n');
}

static int
sum_up(const struct tally *t)
{
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
