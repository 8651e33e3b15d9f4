/*
 * What an act and a look cost with a million certificates on record, against an empty store.
 *
 *   bench_store generate FILE N   a database of N issued certificates, as the program itself would have written it
 *   bench_store fill FILE N       N more into the database of a home, by its authority "issuing", that end over the next 90 days
 *   bench_store [FILE [N]]        the measurements; FILE is generated when it is missing
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hash/hash.h"
#include "store/authority.h"
#include "store/certificate.h"
#include "store/find.h"
#include "store/highwater.h"
#include "store/home.h"
#include "store/journal.h"
#include "store/list.h"
#include "store/revocation.h"
#include "store/store.h"

enum { GROUP = 1000, ROUNDS = 200, DAY = 86400 };
#define START INT64_C(1700000000)

static const ctn_act act = { START, "bench@host" };

/* Whose certificates are made, and when: number n is valid from `start_s` and n * span_s / of seconds, for life_s. */
struct maker {
	int64_t authority, key, start_s, life_s, span_s;
	uint64_t of;
};
static const struct maker one_a_second = { .authority = 1, .key = 1, .start_s = START, .life_s = 365 * DAY, .span_s = 1, .of = 1 };

static bool
make_authority(ctn_store *s, struct ctn_err *e)
{
	ctn_home_row home = { .origin = "catena/0000000000000000", .org = "Bench", .domain = "example", .created_at = START };
	ctn_issuer_key_row key = { .authority = "issuing", .key_id = CTN_SPAN("bench-key"), .spki = CTN_SPAN("spki"), .algorithm = "ecdsa-p256",
		.protection = "none", .file = "keys/issuing.pem", .state = CTN_KEY_ACTIVE, .shards = 1 };

	return ctn_store_home_set(s, &home, &act, e) && ctn_store_issuer_key_add(s, &key, &act, e);
}

/* Serials begin with the time, digests are random, as issuance makes them. 600 octets are a P-256 certificate. */
static bool
issue(ctn_store *s, const struct maker *m, uint64_t n, struct ctn_err *e)
{
	int64_t from_s = m->start_s + (int64_t)n * m->span_s / (int64_t)m->of;
	uint8_t serial[20] = { 0x40 }, der[600];
	uint64_t leaf;
	char value[64], reversed[64], subject[80];
	ctn_name_row name = { "dns", value, reversed };
	ctn_request_row request = { .kind = "issue", .profile = "server", .names = value };
	ctn_cert_row c = { .authority_id = m->authority, .issuer_key_id = m->key, .serial = { serial, sizeof serial }, .profile = "server", .subject = subject,
		.not_before = from_s, .not_after = from_s + m->life_s, .names = &name, .names_n = 1 };

	for (int i = 0; i < 4; i++)
		serial[1 + i] = (uint8_t)(n >> (24 - 8 * i));
	if (!ctn_random(serial + 5, 15, e) || !ctn_random(der, sizeof der, e) || !ctn_random(c.spki_sha256, 32, e))
		return false;
	(void)snprintf(value, sizeof value, "%02x%02x.h%" PRIu64 ".example", serial[5], serial[6], n);
	(void)snprintf(reversed, sizeof reversed, "example.h%" PRIu64 ".%02x%02x", n, serial[5], serial[6]);
	(void)snprintf(subject, sizeof subject, "CN=%s", value);
	return ctn_store_intend(s, &request, &c, (ctn_span){ der, 500 }, &act, e) &&
	       ctn_store_issued(&leaf, s, c.id, (ctn_span){ der, sizeof der }, &act, e);
}

static bool
fill(ctn_store *s, const struct maker *m, uint64_t n, struct ctn_err *e)
{
	for (uint64_t i = 0; i < n;) {
		if (!ctn_store_begin(s, e))
			return false;
		for (uint64_t end = i + GROUP; i < n && i < end; i++)
			if (!issue(s, m, i, e)) {
				ctn_store_rollback(s);
				return false;
			}
		if (!ctn_store_commit(s, e))
			return false;
	}
	return true;
}

static bool
generate(const char *path, uint64_t n, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;

	return ctn_store_create(&s, path, START, e) && make_authority(s, e) && fill(s, &one_a_second, n, e);
}

static bool
fill_home(const char *path, uint64_t n, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_store) s = NULL;
	ctn_issuer_key_row key;
	struct maker m = { .start_s = (int64_t)time(NULL) - 90 * DAY, .life_s = 90 * DAY, .span_s = 90 * DAY, .of = n };

	if (a == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_open(&s, path, 1, false, e) || !ctn_store_issuer_key_of(&key, s, "issuing", a, e))
		return false;
	m.authority = key.authority_id;
	m.key = key.id;
	return fill(s, &m, n, e);
}

static double
now_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* As one process of `issue` does it: open, two durable acts, the highwater file, close. Median in milliseconds. */
static bool
time_issue(double *ms, const char *path, uint64_t from, struct ctn_err *e)
{
	static double took[ROUNDS];

	for (unsigned i = 0; i < ROUNDS; i++) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);
		CTN_OWN(ctn_store) s = NULL;
		ctn_highwater high;

		took[i] = now_ms();
		if (a == NULL || !ctn_store_open(&s, path, 1, false, e) || !issue(s, &one_a_second, from + i, e) || !ctn_highwater_of(&high, s, a, e))
			return false;
		ctn_store_close(CTN_TAKE(s));
		took[i] = now_ms() - took[i];
	}
	qsort(took, ROUNDS, sizeof *took, by_size);
	*ms = took[ROUNDS / 2];
	return true;
}

static bool
count_row(void *ctx, const ctn_cert_row *row, struct ctn_err *e)
{
	(void)row;
	(void)e;
	++*(unsigned *)ctx;
	return true;
}

static bool
time_list(const char *what, ctn_store *s, const ctn_list_filter *f, struct ctn_err *e)
{
	uint64_t total;
	unsigned shown = 0;
	double from = now_ms();

	if (!ctn_store_list(&total, s, f, count_row, &shown, e))
		return false;
	(void)printf("%-44s %8.1f ms   %u of %" PRIu64 "\n", what, now_ms() - from, shown, total);
	return true;
}

static bool
ignore_problem(void *ctx, const char *where, const char *text, struct ctn_err *e)
{
	(void)e;
	++*(unsigned *)ctx;
	(void)printf("  %s: %s\n", where, text);
	return true;
}

static bool
time_looks(const char *path, uint64_t n, struct ctn_err *e)
{
	CTN_OWN(ctn_store) s = NULL;
	ctn_list_filter f = { .now_s = START + 365 * DAY, .since_s = INT64_MIN, .limit = 100, .expiring_before_s = START + 365 * DAY + (int64_t)n / 10 };
	unsigned problems = 0;
	double from;

	if (!ctn_store_open(&s, path, 1, true, e) || !time_list("list --expiring, a tenth of them, 100 shown", s, &f, e))
		return false;
	f.expiring_before_s = 0;
	if (!time_list("list, newest 100", s, &f, e))
		return false;
	f.name_glob = "*.h77.example";
	if (!time_list("list --name *.h77.example", s, &f, e))
		return false;
	f.name_glob = "*h77*";
	if (!time_list("list --name *h77*", s, &f, e))
		return false;
	from = now_ms();
	if (!ctn_store_log_verify(s, ignore_problem, &problems, NULL, e))
		return false;
	(void)printf("%-44s %8.1f ms   %u problems\n", "log verify", now_ms() - from, problems);
	return true;
}

static bool
measure(const char *path, uint64_t n, struct ctn_err *e)
{
	char empty[4096];
	double few, many;

	(void)snprintf(empty, sizeof empty, "%s.empty", path);
	if (access(path, F_OK) != 0 && !generate(path, n, e))
		return false;
	(void)unlink(empty);
	if (!generate(empty, 0, e) || !time_issue(&few, empty, 0, e) || !time_issue(&many, path, n, e))
		return false;
	(void)unlink(empty);
	(void)printf("%-44s %8.2f ms\n%-44s %8.2f ms   %.2f times\n", "open, issue, close: empty", few, "open, issue, close: full", many, many / few);
	return time_looks(path, n, e);
}

/* generate and fill, and how long they took. */
static bool
make(const char *word, const char *path, uint64_t n, struct ctn_err *e)
{
	double from = now_ms();

	if (!(strcmp(word, "fill") == 0 ? fill_home(path, n, e) : generate(path, n, e)))
		return false;
	(void)printf("%" PRIu64 " certificates in %.1f s\n", n, (now_ms() - from) / 1e3);
	return true;
}

int
main(int argc, char **argv)
{
	bool only = argc > 3 && (strcmp(argv[1], "generate") == 0 || strcmp(argv[1], "fill") == 0);
	const char *path = only ? argv[2] : argc > 1 ? argv[1] : "bench_store.db";
	uint64_t n = strtoull(only ? argv[3] : argc > 2 ? argv[2] : "1000000", NULL, 10);
	struct ctn_err e = { 0 };

	if (!(only ? make(argv[1], path, n, &e) : measure(path, n, &e))) {
		(void)fprintf(stderr, "bench_store: %s\n", e.text);
		return 1;
	}
	return 0;
}
