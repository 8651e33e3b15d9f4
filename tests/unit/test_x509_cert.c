#include "x509_make.h"

#include "corpora.h"
#include "x509/cert.h"

/* A certificate whose parts a test may replace; NULL leaves a part out. */
struct parts {
	const char *version, *serial, *alg, *issuer, *validity, *subject, *spki, *uids, *exts, *tail, *outer, *bits, *after;
};

static struct parts
sound(void)
{
	return (struct parts){
		.version = "a003020102", .serial = "020101", .alg = "300506032b6570", .issuer = "300c310a300806035504030c0154",
		.validity = "301e170d3236303130313030303030305a170d3236303430313030303030305a", .subject = "3000",
		.spki = "300a300506032b6570030100", .outer = "300506032b6570", .bits = "03020001",
	};
}

static void
put_hex(ctn_buf *b, const char *hex)
{
	if (hex != NULL && *hex != '\0')
		ctn_buf_span(b, octets(hex));
}

static void
assemble(ctn_buf *b, const struct parts *p)
{
	size_t whole = ctn_der_open(b, CTN_TAG_SEQUENCE), tbs = ctn_der_open(b, CTN_TAG_SEQUENCE);
	const char *const inner[] = { p->version, p->serial, p->alg, p->issuer, p->validity, p->subject, p->spki, p->uids, p->exts, p->tail };

	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
		put_hex(b, inner[i]);
	ctn_der_close(b, tbs);
	put_hex(b, p->outer);
	put_hex(b, p->bits);
	put_hex(b, p->after);
	ctn_der_close(b, whole);
}

static bool
parses(ctn_cert *c, ctn_buf *b, const struct parts *p, struct ctn_err *e)
{
	assemble(b, p);
	return ctn_cert_parse(c, ctn_buf_view(b), e);
}

static void
refuses(const struct parts *p, const char *text)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c = { .version = 77 };

	if (parses(&c, &b, p, &e))
		fail_msg("taken, but wanted: %s", text);
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, text);
	assert_int_equal(c.version, 77);
}

/* One part replaced, and what is said about it. */
static const struct broken {
	size_t part; /* offset in struct parts */
	const char *hex, *text;
} broken[] = {
	{ offsetof(struct parts, version), "a0030201ff", "version, at byte 6" },
	{ offsetof(struct parts, version), "a006020102020102", "version, at byte 9" },
	{ offsetof(struct parts, serial), "02020001", "serial number, at byte 9" },
	{ offsetof(struct parts, serial), "0200", "serial number, at byte 9" },
	{ offsetof(struct parts, alg), "3000", "inner signature algorithm, at byte 12" },
	{ offsetof(struct parts, alg), "300906032b657005000500", "inner signature algorithm, at byte 12" },
	{ offsetof(struct parts, issuer), "3100", "issuer, at byte 19" },
	{ offsetof(struct parts, validity), "3100", "validity, at byte 33" },
	{ offsetof(struct parts, validity), "301c170b323630313031303030305a170d3236303430313030303030305a", "notBefore, at byte 35" },
	{ offsetof(struct parts, validity), "301e170d3236303130313030303030305a170d3236303431333235303030305a", "notAfter, at byte 50" },
	{ offsetof(struct parts, validity), "3020170d3236303130313030303030305a170d3236303430313030303030305a0500", "validity, at byte 65" },
	{ offsetof(struct parts, subject), "0500", "subject, at byte 65" },
	{ offsetof(struct parts, spki), "0500", "public key, at byte 67" },
	{ offsetof(struct parts, uids), "81020801", "unique identifier, at byte 83" },
	{ offsetof(struct parts, uids), "820101", "unique identifier, at byte 82" },
	{ offsetof(struct parts, exts), "a30c300a300806012a0101000400",
	    "extension that spells out critical FALSE, which DER leaves out (X.690 11.5), at byte 83" },
	{ offsetof(struct parts, exts), "a30b3007300506012a04000500", "bytes after the extensions, at byte 90" },
	{ offsetof(struct parts, tail), "0500", "bytes after the to-be-signed certificate, at byte 79" },
	{ offsetof(struct parts, outer), "0500", "signature algorithm, at byte 79" },
	{ offsetof(struct parts, bits), "03020103", "signature, at byte 86" },
	{ offsetof(struct parts, bits), "0500", "signature, at byte 86" },
	{ offsetof(struct parts, after), "0500", "bytes after the signature, at byte 90" },
};

static void
every_broken_part_is_refused_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct parts p = sound();

		memcpy((char *)&p + broken[i].part, &broken[i].hex, sizeof broken[i].hex);
		refuses(&p, broken[i].text);
	}
}

static void
the_views_are_the_parts(void **state)
{
	struct parts p = sound();
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	p.uids = "8102008182020082";
	p.exts = "a30b3009300706012a04020500";
	assert_true(parses(&c, &b, &p, &e));
	assert_int_equal(c.version, 3);
	assert_span(c.der, ctn_buf_view(&b));
	assert_span(c.serial, CTN_SPAN("\x01"));
	assert_span(c.issuer, CTN_SPAN(MAKE_NAME));
	assert_span(c.subject, CTN_SPAN("\x30\x00"));
	assert_span(c.spki, octets(p.spki));
	assert_span(c.issuer_uid, CTN_SPAN("\x81"));
	assert_span(c.subject_uid, CTN_SPAN("\x82"));
	assert_int_equal(c.not_before, 1767225600);
	assert_int_equal(c.exts.n, 1);
	assert_span(c.exts.at[0].value, CTN_SPAN("\x05\x00"));
	assert_int_equal(c.sig_alg, CTN_SIG_ED25519);
	assert_span(c.signature, CTN_SPAN("\x01"));
	assert_int_equal(c.tbs.p - c.der.p, 2);
}

static void
versions_are_not_judged_here(void **state)
{
	struct parts p = sound();
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	for (unsigned v = 1; v <= 4; v++) {
		static const char *const encoded[] = { NULL, "a003020101", "a003020102", "a003020103" };
		CTN_OWN_BUF b = { 0 };

		p.version = encoded[v - 1];
		assert_true(parses(&c, &b, &p, &e));
		assert_int_equal(c.version, v);
		assert_false(c.version_default_encoded);
	}
}

static void
a_version_1_that_is_spelt_out_is_noted(void **state)
{
	struct parts p = sound();
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	p.version = "a003020100";
	assert_true(parses(&c, &b, &p, &e));
	assert_int_equal(c.version, 1);
	assert_true(c.version_default_encoded);
}

static void
a_signature_that_is_no_whole_octets_is_empty(void **state)
{
	struct parts p = sound();
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	p.bits = "03020180";
	assert_true(parses(&c, &b, &p, &e));
	assert_int_equal(c.signature.n, 0);
	p.bits = "03020181";
	refuses(&p, "signature, at byte 86");
}

static void
bytes_after_and_hostile_lengths_are_refused(void **state)
{
	static const struct {
		const char *hex, *text;
	} bad[] = {
		{ "", "not one DER certificate, at byte 0" },
		{ "3080", "not one DER certificate, at byte 0" },
		{ "300005", "not one DER certificate, at byte 2" },
		{ "30820001ff", "not one DER certificate, at byte 0" },
		{ "3003020100ff", "not one DER certificate, at byte 5" },
		{ "020100", "certificate, at byte 0" },
		{ "3000", "to-be-signed certificate, at byte 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct ctn_err e = { 0 };
		ctn_cert c;

		assert_false(ctn_cert_parse(&c, octets(bad[i].hex), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, bad[i].text);
	}
}

static void
over_a_mebibyte_nothing_is_read(void **state)
{
	ctn_span huge = { (const uint8_t *)"", CTN_CERT_MAX + 1 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	assert_false(ctn_cert_parse(&c, huge, &e));
	assert_string_equal(e.text, "certificate of 1048577 bytes, more than 1048576");
	assert_false(ctn_cert_parse_tbs(&c, huge, &e));
	assert_string_equal(e.text, "to-be-signed certificate of 1048577 bytes, more than 1048576");
}

static void
nesting_without_end_is_refused(void **state)
{
	uint8_t deep[120];
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	for (size_t i = 0; i < sizeof deep; i += 2) {
		deep[i] = CTN_TAG_SEQUENCE;
		deep[i + 1] = (uint8_t)(sizeof deep - i - 2);
	}
	assert_false(ctn_cert_parse(&c, (ctn_span){ deep, sizeof deep }, &e));
	assert_string_equal(e.text, "not one DER certificate, at byte 64");
}

static void
every_cut_certificate_is_refused(void **state)
{
	struct parts p = sound();
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	assemble(&b, &p);
	for (size_t n = 0; n < b.n; n++) {
		/* a copy of its own, so that a byte too many is seen */
		uint8_t *copy = ctn_new(uint8_t, n > 0 ? n : 1);

		memcpy(copy, b.p, n);
		assert_false(ctn_cert_parse(&c, (ctn_span){ copy, n }, &e));
		ctn_free(copy);
	}
}

static void
a_ca_is_one_by_version_and_constraints(void **state)
{
	static const char ca[] = "a3133011300f0603551d130101ff040530030101ff", leaf[] = "a30d300b30090603551d1304023000";
	struct parts p = sound();
	CTN_OWN_BUF one = { 0 }, two = { 0 }, three = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	p.exts = ca;
	assert_true(parses(&c, &one, &p, &e));
	assert_true(ctn_cert_is_ca(&c));
	p.version = "a003020101";
	assert_true(parses(&c, &two, &p, &e));
	assert_false(ctn_cert_is_ca(&c));
	p = sound();
	p.exts = leaf;
	assert_true(parses(&c, &three, &p, &e));
	assert_false(ctn_cert_is_ca(&c));
}

static void
a_certificate_tells_its_serial_title_and_key_id(void **state)
{
	struct parts p = sound();
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF one = { 0 }, two = { 0 }, title = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert c;

	(void)state;
	p.serial = "020300ab01";
	p.exts = "a31f301d300a0603551d0e04030401aa300f0603551d110101ff04053003820161";
	assert_true(parses(&c, &one, &p, &e));
	assert_string_equal(ctn_cert_serial_text(&c, a), "ab01");
	assert_span(ctn_cert_key_id(&c), CTN_SPAN("\xaa"));
	ctn_cert_title(&title, &c);
	assert_string_equal(ctn_buf_cstr(&title), "a");
	assert_false(ctn_cert_is_self_issued(&c));
	p = sound();
	p.subject = p.issuer;
	assert_true(parses(&c, &two, &p, &e));
	ctn_buf_reset(&title);
	ctn_cert_title(&title, &c);
	assert_string_equal(ctn_buf_cstr(&title), "CN=T");
	assert_true(ctn_cert_is_self_issued(&c));
	assert_int_equal(ctn_cert_key_id(&c).n, 0);
}

struct tally {
	unsigned read, refused;
};

static void
count_cert(void *ctx, const char *file, ctn_span der)
{
	struct tally *t = ctx;
	struct ctn_err e = { 0 };
	ctn_cert c;

	if (ctn_cert_parse(&c, der, &e)) {
		t->read++;
		return;
	}
	t->refused++;
	assert_int_equal(e.code, CTN_EINPUT);
	printf("%s: %s\n", file, e.text);
}

static void
every_pkits_certificate_is_read(void **state)
{
	struct tally t = { 0 };

	(void)state;
	if (corpus_walk("pkits/certs", count_cert, &t) < 0)
		skip();
	assert_int_equal(t.refused, 0);
	assert_true(t.read > 400);
}

static void
every_zlint_certificate_is_read_or_refused_with_a_reason(void **state)
{
	struct tally t = { 0 };

	(void)state;
	if (corpus_walk("zlint/certs", count_cert, &t) < 0)
		skip();
	assert_true(t.read > 10 * t.refused);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_broken_part_is_refused_with_its_place),
		cmocka_unit_test(the_views_are_the_parts),
		cmocka_unit_test(versions_are_not_judged_here),
		cmocka_unit_test(a_version_1_that_is_spelt_out_is_noted),
		cmocka_unit_test(a_signature_that_is_no_whole_octets_is_empty),
		cmocka_unit_test(bytes_after_and_hostile_lengths_are_refused),
		cmocka_unit_test(over_a_mebibyte_nothing_is_read),
		cmocka_unit_test(nesting_without_end_is_refused),
		cmocka_unit_test(every_cut_certificate_is_refused),
		cmocka_unit_test(a_ca_is_one_by_version_and_constraints),
		cmocka_unit_test(a_certificate_tells_its_serial_title_and_key_id),
		cmocka_unit_test(every_pkits_certificate_is_read),
		cmocka_unit_test(every_zlint_certificate_is_read_or_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
