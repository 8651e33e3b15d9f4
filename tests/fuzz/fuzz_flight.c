/*
 * A server's handshake messages, each behind an octet that says how keys are agreed on and two of length. Whatever they hold: nothing is read
 * outside (the sanitizer looks), all that is kept is bounded by what came, and texts are printable.
 */
#include <stdlib.h>

#include "probe/flight.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
check_text(const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		must(*text > ' ' && *text <= '~');
}

static void
check(const ctn_flight *f, size_t size)
{
	const ctn_probe_seen *seen = f->seen;
	size_t kept = seen->stapled.n;

	must(seen->chain_n <= CTN_FLIGHT_CERTS_MAX);
	for (size_t i = 0; i < seen->chain_n; i++) {
		must(f->no_memory || seen->chain[i].n > 0);
		kept += seen->chain[i].n;
	}
	for (size_t i = 0; i < seen->client_cas_n; i++)
		kept += seen->client_cas[i].n;
	must(kept <= size);
	check_text(seen->version);
	check_text(seen->group);
	check_text(seen->signature);
	check_text(seen->alpn);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(1 << 20);
	ctn_probe_seen seen = { 0 };
	ctn_flight f = { .seen = &seen, .a = a };
	size_t at = 0;

	if (a == NULL)
		return 0;
	while (size - at >= 3) {
		size_t n = (size_t)data[at + 1] << 8 | data[at + 2];

		f.kx = (enum ctn_flight_kx)(data[at] % 3);
		at += 3;
		n = n > size - at ? size - at : n;
		ctn_flight_read(&f, (ctn_span){ data + at, n });
		at += n;
	}
	check(&f, size);
	return 0;
}
