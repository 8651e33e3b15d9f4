/* What looking at endpoints costs: 500 at once of which 20 accept and never speak, and what one handshake takes of the processor. */
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../unit/tls_server.h"
#include "probe/probe.h"

#define MANY 500u
#define SILENT_EVERY 25u

static double
now_s(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_s(struct rusage *used)
{
	(void)getrusage(RUSAGE_SELF, used);
	return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) + (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;
}

/* How many were seen; the rest was silent. */
static unsigned
look(ctn_probe_seen *seen, const ctn_endpoint *at, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	unsigned n = 0;

	if (a == NULL || !ctn_probe_many(seen, at, MANY, &(ctn_probe_wish){ .deadline_ms = CTN_PROBE_DEADLINE_MS }, a, e))
		return 0;
	for (unsigned i = 0; i < MANY; i++)
		n += seen[i].finished;
	return n;
}

static bool
measure(uint16_t tls_port, uint16_t silent_port, bool silent)
{
	static ctn_probe_seen seen[MANY];
	struct ctn_err e = { 0 };
	ctn_endpoint at[MANY];
	struct rusage used;
	double began, cpu;
	unsigned n, want = 0;

	for (unsigned i = 0; i < MANY; i++) {
		bool hangs = silent && i % SILENT_EVERY == 0;

		at[i] = (ctn_endpoint){ .host = "127.0.0.1", .port = hangs ? silent_port : tls_port };
		want += !hangs;
	}
	began = now_s();
	cpu = cpu_s(&used);
	n = look(seen, at, &e);
	cpu = cpu_s(&used) - cpu;
	printf("%u endpoints, %2u of them silent: %6.2f s, %5.2f s of processor (%.2f ms each), %u seen, peak %ld KiB\n", MANY, MANY - want,
	    now_s() - began, cpu, cpu * 1000 / MANY, n, used.ru_maxrss);
	if (n != want)
		fprintf(stderr, "%s\n", e.text);
	return n == want;
}

int
main(void)
{
	uint16_t tls_port, silent_port;
	pid_t server;
	bool ok;

	(void)listen_on_loopback(&silent_port);
	server = start_tls_server(&tls_port);
	ok = measure(tls_port, silent_port, false) && measure(tls_port, silent_port, true);
	stop_tls_server(server);
	return ok ? 0 : 1;
}
