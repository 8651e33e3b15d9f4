#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "probe/probe.h"

#include "tls_server.h"

#define MANY 500u
#define SILENT_EVERY 25u /* 20 of them */
#define DEADLINE_MS 10000u
/* Of 20 that hang one after the other it would be 200 s; a quiet machine takes 11. */
#define BOUND_MS 40000

static struct {
	pid_t server;
	int silent;
	uint16_t tls_port, silent_port, closed_port;
} world;

static int
open_world(void **state)
{
	int closed = listen_on_loopback(&world.closed_port);

	(void)state;
	(void)close(closed);
	world.silent = listen_on_loopback(&world.silent_port);
	world.server = start_tls_server(&world.tls_port);
	return world.server < 0;
}

static int
close_world(void **state)
{
	(void)state;
	stop_tls_server(world.server);
	return close(world.silent);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
five_hundred_endpoints_of_which_twenty_hang_cost_one_deadline(void **state)
{
	static ctn_probe_seen seen[MANY];
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_endpoint at[MANY];
	int64_t began;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		at[i] = (ctn_endpoint){ .host = i % 2 == 0 ? "localhost" : "127.0.0.1",
			.port = i % SILENT_EVERY == 0 ? world.silent_port : world.tls_port };
	began = now_ms();
	assert_true(ctn_probe_many(seen, at, MANY, &(ctn_probe_wish){ .deadline_ms = DEADLINE_MS }, a, &e));
	assert_in_range(now_ms() - began, DEADLINE_MS, BOUND_MS);
	for (size_t i = 0; i < MANY; i++) {
		if (i % SILENT_EVERY != 0) {
			if (!seen[i].finished || seen[i].chain_n != 1)
				fail_msg("%zu: %s", i, seen[i].why.text);
			continue;
		}
		assert_false(seen[i].shook_hands);
		assert_string_equal(seen[i].why.text, "the deadline of 10 s was over before a word of TLS came");
		assert_in_range(seen[i].took_ms, DEADLINE_MS, DEADLINE_MS + 10000);
	}
}

static void
few_descriptors_are_enough_for_many_endpoints(void **state)
{
	static ctn_probe_seen seen[100];
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct rlimit before, few;
	struct ctn_err e = { 0 };
	ctn_endpoint at[100];
	bool ok;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		at[i] = (ctn_endpoint){ .host = "127.0.0.1", .port = world.tls_port };
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){ .rlim_cur = 12, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	ok = ctn_probe_many(seen, at, 100, &(ctn_probe_wish){ .deadline_ms = 10000 }, a, &e);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_true(ok);
	for (size_t i = 0; i < 100; i++)
		if (!seen[i].finished)
			fail_msg("%zu: %s", i, seen[i].why.text);
}

static void
the_next_address_is_tried_when_one_does_not_answer(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_endpoint at[2] = { { .host = "127.0.0.1", .port = world.closed_port }, { .host = "localhost", .port = world.tls_port } };
	struct ctn_err e = { 0 };
	ctn_probe_seen seen[2];
	char want[64];

	/* The server listens on IPv4 alone, and localhost often is ::1 first. */
	(void)state;
	assert_true(ctn_probe_many(seen, at, 2, &(ctn_probe_wish){ .deadline_ms = DEADLINE_MS }, a, &e));
	snprintf(want, sizeof want, "no connection to 127.0.0.1:%u: Connection refused", (unsigned)world.closed_port);
	assert_string_equal(seen[0].why.text, want);
	assert_null(seen[0].address);
	assert_true(seen[1].finished);
	snprintf(want, sizeof want, "127.0.0.1:%u", (unsigned)world.tls_port);
	assert_string_equal(seen[1].address, want);
}

static void
an_arena_that_is_too_small_ends_the_call(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(200);
	ctn_endpoint one = { .host = "127.0.0.1", .port = world.tls_port };
	ctn_endpoint at[3] = { one, one, one };
	struct ctn_err e = { 0 };
	ctn_probe_seen seen[3];

	(void)state;
	assert_false(ctn_probe_many(seen, at, 3, &(ctn_probe_wish){ .deadline_ms = DEADLINE_MS }, a, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_true(ctn_probe_many(seen, at, 0, &(ctn_probe_wish){ .deadline_ms = DEADLINE_MS }, a, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_hundred_endpoints_of_which_twenty_hang_cost_one_deadline),
		cmocka_unit_test(few_descriptors_are_enough_for_many_endpoints),
		cmocka_unit_test(the_next_address_is_tried_when_one_does_not_answer),
		cmocka_unit_test(an_arena_that_is_too_small_ends_the_call),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
