#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probe/flight.h"
#include "probe/words.h"

#define RANDOM "0123456789abcdef0123456789abcdef"
/* ServerHello bodies: version, random, session, suite, compression, and what follows. */
#define HELLO_13 "\x03\x03" RANDOM "\x00\x13\x01\x00\x00\x0e\x00\x33\x00\x04\x00\x1d\x00\x00\x00\x2b\x00\x02\x03\x04"
#define HELLO_12 "\x03\x03" RANDOM "\x00\xc0\x2b\x00"

struct heard {
	ctn_flight f;
	ctn_probe_seen seen;
	ctn_arena *a;
};

static int
open_heard(void **state)
{
	static struct heard h;

	h = (struct heard){ .a = ctn_arena_open(0) };
	h.f = (ctn_flight){ .seen = &h.seen, .a = h.a };
	*state = &h;
	return h.a == NULL;
}

static int
close_heard(void **state)
{
	ctn_arena_close(((struct heard *)*state)->a);
	return 0;
}

static void
read_message(struct heard *h, uint8_t type, ctn_span body)
{
	uint8_t message[4096] = { type, (uint8_t)(body.n >> 16), (uint8_t)(body.n >> 8), (uint8_t)body.n };

	assert_true(body.n + 4 <= sizeof message);
	memcpy(message + 4, body.p, body.n);
	ctn_flight_read(&h->f, (ctn_span){ message, body.n + 4 });
}
#define READ(h, type, body) read_message(h, type, CTN_SPAN(body))

static void
assert_span(ctn_span got, ctn_span want)
{
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
}

static void
a_flight_of_tls_1_3_is_read_whole(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_13);
	READ(h, 8, "\x00\x09\x00\x10\x00\x05\x00\x03\x02h2");
	READ(h, 13, "\x00\x00\x12\x00\x2f\x00\x0e\x00\x0c\x00\x04\x30\x02\x31\x00\x00\x04\x30\x02\x31\x01");
	READ(h, 11, "\x00\x00\x00\x19\x00\x00\x02""AA\x00\x0a\x00\x05\x00\x06\x01\x00\x00\x02OK\x00\x00\x03""BBB\x00\x00");
	READ(h, 15, "\x08\x04\x00\x02XX");
	assert_false(h->f.malformed);
	assert_string_equal(h->seen.version, "TLSv1.3");
	assert_int_equal(h->f.cipher_suite, 0x1301);
	assert_string_equal(h->seen.group, "x25519");
	assert_string_equal(h->seen.alpn, "h2");
	assert_string_equal(h->seen.signature, "rsa_pss_rsae_sha256");
	assert_int_equal(h->seen.chain_n, 2);
	assert_span(h->seen.chain[0], CTN_SPAN("AA"));
	assert_span(h->seen.chain[1], CTN_SPAN("BBB"));
	assert_span(h->seen.stapled, CTN_SPAN("OK"));
	assert_true(h->seen.client_asked);
	assert_int_equal(h->seen.client_cas_n, 2);
	assert_span(h->seen.client_cas[1], CTN_SPAN("\x30\x02\x31\x01"));
}

static void
a_flight_of_tls_1_2_is_read_whole(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_12);
	h->f.kx = CTN_KX_ECDHE;
	READ(h, 11, "\x00\x00\x05\x00\x00\x02""AA");
	READ(h, 22, "\x01\x00\x00\x02OK");
	READ(h, 12, "\x03\x00\x17\x02PP\x04\x03\x00\x02SS");
	READ(h, 13, "\x01\x40\x00\x02\x04\x03\x00\x06\x00\x04\x30\x02\x31\x00");
	assert_false(h->f.malformed);
	assert_string_equal(h->seen.version, "TLSv1.2");
	assert_string_equal(h->seen.group, "secp256r1");
	assert_string_equal(h->seen.signature, "ecdsa_secp256r1_sha256");
	assert_int_equal(h->seen.chain_n, 1);
	assert_span(h->seen.stapled, CTN_SPAN("OK"));
	assert_true(h->seen.client_asked);
	assert_int_equal(h->seen.client_cas_n, 1);
}

static void
finite_fields_and_unknown_numbers_have_a_text_too(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_12);
	h->f.kx = CTN_KX_DHE;
	READ(h, 12, "\x00\x08PPPPPPPP\x00\x01G\x00\x01Y\x99\x98\x00\x02SS");
	assert_false(h->f.malformed);
	assert_string_equal(h->seen.group, "dh-64");
	assert_string_equal(h->seen.signature, "0x9998");
	assert_null(ctn_tls_version_name(0x0399));
	assert_string_equal(ctn_tls_alert_name(40), "handshake_failure");
}

static void
a_key_exchange_without_named_curve_or_signature_shows_none(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_12);
	READ(h, 12, "whatever");
	assert_false(h->f.malformed);
	h->f.kx = CTN_KX_ECDHE;
	READ(h, 12, "\x01\x00\x17\x02PP\x04\x03\x00\x02SS");
	assert_true(h->f.malformed);
	assert_null(h->seen.group);
	assert_null(h->seen.signature);
}

static void
the_first_chain_counts(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_12);
	READ(h, 11, "\x00\x00\x05\x00\x00\x02""AA");
	READ(h, 11, "\x00\x00\x05\x00\x00\x02""BB");
	assert_int_equal(h->seen.chain_n, 1);
	assert_span(h->seen.chain[0], CTN_SPAN("AA"));
}

static void
what_is_cut_short_is_malformed_and_shows_no_chain(void **state)
{
	struct heard *h = *state;

	ctn_flight_read(&h->f, CTN_SPAN("\x0b\x00\x00"));
	assert_true(h->f.malformed);
	h->f.malformed = false;
	READ(h, 11, "\x00\x00\x05\x00\x00\x02""AA"); /* nobody said hello */
	assert_true(h->f.malformed);
	assert_int_equal(h->seen.chain_n, 0);
	h->f.malformed = false;
	READ(h, 2, "\x03\x03" RANDOM "\x00\xc0");
	assert_true(h->f.malformed);
	assert_null(h->seen.version);
	h->f.malformed = false;
	READ(h, 2, HELLO_12);
	READ(h, 11, "\x00\x00\x05\x00\x00\x03""AA");
	assert_true(h->f.malformed);
	assert_false(h->f.has_chain);
	h->f.malformed = false;
	READ(h, 11, "\x00\x00\x03\x00\x00\x00");
	assert_true(h->f.malformed);
	assert_int_equal(h->seen.chain_n, 0);
}

static void
malformed_extensions_of_a_certificate_leave_the_chain_whole(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_13);
	READ(h, 11, "\x00\x00\x00\x11\x00\x00\x02""AA\x00\x02\x00\x05\x00\x00\x03""BBB\x00\x00");
	assert_true(h->f.malformed);
	assert_int_equal(h->seen.chain_n, 2);
	assert_span(h->seen.chain[0], CTN_SPAN("AA"));
	assert_span(h->seen.chain[1], CTN_SPAN("BBB"));
}

static void
a_protocol_that_was_not_offered_is_not_repeated(void **state)
{
	struct heard *h = *state;

	READ(h, 2, HELLO_13);
	READ(h, 8, "\x00\x09\x00\x10\x00\x05\x00\x03\x02\x1b\x00");
	assert_null(h->seen.alpn);
	READ(h, 8, "\x00\x07\x00\x10\x00\x03\x00\x01\x00");
	assert_true(h->f.malformed);
}

static void
over_a_hundred_certificates_are_cut(void **state)
{
	uint8_t body[3 + 4 * 120] = { 0, (uint8_t)(480 >> 8), (uint8_t)(480 & 0xff) };
	struct heard *h = *state;

	for (size_t i = 0; i < 120; i++)
		memcpy(body + 3 + 4 * i, "\x00\x00\x01""A", 4);
	READ(h, 2, HELLO_12);
	read_message(h, 11, (ctn_span){ body, sizeof body });
	assert_int_equal(h->seen.chain_n, CTN_FLIGHT_CERTS_MAX);
	assert_true(h->f.too_long);
}

static void
want_of_memory_is_told(void **state)
{
	CTN_OWN(ctn_arena) small = ctn_arena_open(8);
	struct heard *h = *state;

	READ(h, 2, HELLO_12);
	h->f.a = small;
	READ(h, 11, "\x00\x00\x05\x00\x00\x02""AA");
	assert_true(h->f.no_memory);
	assert_int_equal(h->seen.chain_n, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_heard, close_heard)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_flight_of_tls_1_3_is_read_whole),
		TEST(a_flight_of_tls_1_2_is_read_whole),
		TEST(finite_fields_and_unknown_numbers_have_a_text_too),
		TEST(a_key_exchange_without_named_curve_or_signature_shows_none),
		TEST(the_first_chain_counts),
		TEST(what_is_cut_short_is_malformed_and_shows_no_chain),
		TEST(malformed_extensions_of_a_certificate_leave_the_chain_whole),
		TEST(a_protocol_that_was_not_offered_is_not_repeated),
		TEST(over_a_hundred_certificates_are_cut),
		TEST(want_of_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
