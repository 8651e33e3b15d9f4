/* Names and addresses, with a resolver of our own in place of libc's: it is the one function that can hang without an end. */
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "probe/probe.h"

#include "tls_server.h"

#define SLOW_MS 2500   /* until an answer that nobody waits for any more */
#define SHORT_MS 500u  /* where the end is a deadline */
#define AMPLE_MS 2000u /* where a handshake is to come about, on a busy machine too */

static struct {
	pid_t server;
	int full;   /* a socket whose queue is full: who connects to it waits */
	int fillers[8];
	uint16_t tls_port, closed_port, full_port;
} world;

/* An element of a list, as freeaddrinfo of libc expects it: its address behind it in one piece. */
static struct addrinfo *
address(uint16_t port, struct addrinfo *next)
{
	struct {
		struct addrinfo info;
		struct sockaddr_in at;
	} *one = calloc(1, sizeof *one);

	if (one == NULL)
		exit(1);
	one->at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
	one->info = (struct addrinfo){ .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP,
		.ai_addrlen = sizeof one->at, .ai_addr = (struct sockaddr *)&one->at, .ai_next = next };
	return &one->info;
}

/* In place of libc's, for names alone. */
int
getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **out)
{
	struct timespec slow = { .tv_sec = SLOW_MS / 1000, .tv_nsec = SLOW_MS % 1000 * 1000000 };

	(void)port;
	if (hints->ai_flags & AI_NUMERICHOST)
		return EAI_NONAME;
	if (strcmp(host, "slow.example") == 0) {
		(void)nanosleep(&slow, NULL);
		*out = address(world.tls_port, NULL);
		return 0;
	}
	if (strcmp(host, "good.example") == 0) {
		*out = address(world.tls_port, NULL);
		return 0;
	}
	if (strcmp(host, "second.example") == 0) {
		*out = address(world.full_port, address(world.closed_port, address(world.tls_port, NULL)));
		return 0;
	}
	if (strcmp(host, "refused.example") == 0) {
		*out = address(world.closed_port, address(world.closed_port, NULL));
		return 0;
	}
	if (strcmp(host, "deaf.example") == 0) {
		*out = address(world.full_port, address(world.closed_port, NULL));
		return 0;
	}
	return strcmp(host, "down.example") == 0 ? EAI_AGAIN : EAI_NONAME;
}

void
freeaddrinfo(struct addrinfo *list)
{
	while (list != NULL) {
		struct addrinfo *next = list->ai_next;

		free(list);
		list = next;
	}
}

static int
open_world(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int closed = listen_on_loopback(&world.closed_port);

	(void)state;
	(void)close(closed);
	world.full = listen_on_loopback(&world.full_port);
	if (listen(world.full, 0) != 0)
		return 1;
	at.sin_port = htons(world.full_port);
	for (size_t i = 0; i < 8; i++) {
		world.fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)connect(world.fillers[i], (struct sockaddr *)&at, sizeof at);
	}
	world.server = start_tls_server(&world.tls_port);
	return world.server < 0;
}

/* Lookups that were left behind end first, so that the sanitizer sees what they do. */
static int
close_world(void **state)
{
	struct timespec rest = { .tv_sec = 2 };

	(void)state;
	(void)nanosleep(&rest, NULL);
	stop_tls_server(world.server);
	for (size_t i = 0; i < 8; i++)
		(void)close(world.fillers[i]);
	return close(world.full);
}

static void
look(ctn_probe_seen *seen, const char *host, unsigned deadline_ms, ctn_arena *a)
{
	ctn_endpoint at = { .host = host, .port = 443 };
	struct ctn_err e = { 0 };

	if (!ctn_probe_many(seen, &at, 1, &(ctn_probe_wish){ .deadline_ms = deadline_ms }, a, &e))
		fail_msg("%s", e.text);
}

static void
assert_why(const char *host, const char *want)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_probe_seen seen;

	look(&seen, host, SHORT_MS, a);
	assert_false(seen.shook_hands);
	assert_int_equal(seen.why.code, CTN_ENETWORK);
	assert_string_equal(seen.why.text, want);
}

static void
a_name_that_is_not_found_is_told_from_one_that_nobody_answers_for(void **state)
{
	(void)state;
	assert_why("nowhere.example", "no such host: nowhere.example");
	assert_why("down.example", "no name server answers for down.example");
	assert_why("slow.example", "no name server answers for slow.example within 500 ms");
}

static void
names_that_hang_cost_nobody_else_anything(void **state)
{
	static ctn_probe_seen seen[130];
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_endpoint at[130];
	struct ctn_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < 130; i++)
		at[i] = (ctn_endpoint){ .host = i < 110 ? "slow.example" : "good.example", .port = 443 };
	assert_true(ctn_probe_many(seen, at, 130, &(ctn_probe_wish){ .deadline_ms = AMPLE_MS }, a, &e));
	for (size_t i = 0; i < 130; i++)
		if (seen[i].finished != (i >= 110))
			fail_msg("%zu: %s", i, seen[i].why.text);
}

static void
the_next_address_is_tried_beside_one_that_does_not_answer(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_probe_seen seen;
	char want[64];

	(void)state;
	look(&seen, "second.example", AMPLE_MS, a);
	if (!seen.finished)
		fail_msg("%s", seen.why.text);
	snprintf(want, sizeof want, "127.0.0.1:%u", (unsigned)world.tls_port);
	assert_string_equal(seen.address, want);
}

static void
when_no_address_answers_the_first_failure_is_told(void **state)
{
	char refused[64], want[160];

	(void)state;
	snprintf(refused, sizeof refused, "no connection to 127.0.0.1:%u: Connection refused", (unsigned)world.closed_port);
	snprintf(want, sizeof want, "none of 2 addresses answers: %s", refused);
	assert_why("refused.example", want);
	snprintf(want, sizeof want, "no connection within 500 ms: %s", refused);
	assert_why("deaf.example", want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_is_not_found_is_told_from_one_that_nobody_answers_for),
		cmocka_unit_test(names_that_hang_cost_nobody_else_anything),
		cmocka_unit_test(the_next_address_is_tried_beside_one_that_does_not_answer),
		cmocka_unit_test(when_no_address_answers_the_first_failure_is_told),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
