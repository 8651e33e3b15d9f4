/* A whole home for tests of mint and ca: made by init from the starting policies, without passphrases, under a clock that the test sets. */
#ifndef CA_HOME_H
#define CA_HOME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/authority.h"
#include "ca/ca.h"
#include "ca/chain.h"
#include "ca/draft.h"
#include "ca/init.h"
#include "ca/issue.h"
#include "base/time.h"
#include "hash/hash.h"
#include "policies_embedded.h"
#include "store/find.h"

#define NOW INT64_C(1800000000)
#define DAY INT64_C(86400)
#define MADE __attribute__((unused)) static

/** Fails the test with the error's own text. */
#define OK(call)                                   \
	do {                                           \
		struct ctn_err e = { 0 };                  \
		if (!(call))                               \
			fail_msg("%s: %s", #call, e.text);     \
	} while (0)
/** The call must fail with that code, and its text must hold those words. */
#define REFUSED(want, words, call)                                        \
	do {                                                                  \
		struct ctn_err e = { 0 };                                         \
		assert_false(call);                                               \
		if (e.code != (want) || strstr(e.text, words) == NULL)            \
			fail_msg("%s: code %s, text %s", #call, ctn_code_name(e.code), e.text); \
	} while (0)

struct world {
	char dir[64];
	char home[80];
	int64_t now_s;
	ctn_ca_env env;
	ctn_arena *a;
	ctn_ca *ca;
};

MADE int64_t
world_clock(void *ctx)
{
	return ((struct world *)ctx)->now_s;
}

MADE bool
world_passphrase(void *ctx, const char *authority, bool fresh, ctn_secret *out, struct ctn_err *e)
{
	(void)ctx;
	(void)fresh;
	(void)out;
	return ctn_fail(e, CTN_EPASSPHRASE, "nobody knows the passphrase of %s", authority);
}

MADE void
world_warn(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

MADE void
world_open(struct world *w)
{
	OK(ctn_ca_open(&w->ca, &w->env, &e));
}

MADE void
world_close(struct world *w)
{
	ctn_ca_close(w->ca);
	w->ca = NULL;
}

/** The next use case happens at that time. */
MADE void
world_at(struct world *w, int64_t now_s)
{
	world_close(w);
	w->now_s = now_s;
	world_open(w);
}

MADE int
world_make(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	ctn_policy_file files[32];
	ctn_init_args args = { .org = "Example", .domain = "internal.example", .no_passphrase = true, .starting = files };
	ctn_init_result made;

	assert_non_null(w);
	strcpy(w->dir, "/tmp/catena-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->home, sizeof w->home, "%s/pki", w->dir);
	w->now_s = NOW;
	w->a = ctn_arena_open(0);
	assert_non_null(w->a);
	w->env = (ctn_ca_env){ .home = w->home, .actor = "anna@host", .clock = world_clock, .passphrase = world_passphrase,
		.warn = world_warn, .ctx = w, .wait_s = 5 };
	for (size_t i = 0; i < ctn_policies_embedded_n; i++)
		files[args.starting_n++] = (ctn_policy_file){ ctn_policies_embedded[i].name, ctn_policies_embedded[i].name,
			ctn_span_text(ctn_policies_embedded[i].text) };
	OK(ctn_home_init(&made, &args, &w->env, w->a, &e));
	world_open(w);
	*state = w;
	return 0;
}

MADE int
world_end(void **state)
{
	struct world *w = *state;
	char command[128];

	world_close(w);
	ctn_arena_close(w->a);
	(void)snprintf(command, sizeof command, "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
	free(w);
	return 0;
}

/** One server certificate of that name; its record's id. */
MADE int64_t
world_issue(struct world *w, const char *name)
{
	const char *names[] = { name };
	ctn_issue_args args = { .profile = "server", .names = names, .names_n = 1 };
	ctn_issued issued;
	int64_t id;

	OK(ctn_ca_issue(&issued, w->ca, &args, &e));
	assert_true(issued.allowed);
	id = issued.certificate_id;
	ctn_issued_free(&issued);
	return id;
}

MADE int64_t
world_key(struct world *w, const char *authority)
{
	ctn_issuer_key_row row;

	OK(ctn_store_issuer_key_of(&row, w->ca->store, authority, w->a, &e));
	return row.id;
}

/** A SQL statement behind the program's back. */
MADE void
world_tamper(struct world *w, const char *sql)
{
	char command[512];

	world_close(w);
	(void)snprintf(command, sizeof command, "sqlite3 %s/catena.db \"%s\"", w->home, sql);
	assert_int_equal(system(command), 0);
	world_open(w);
}

#endif
