#include "x509_make.h"

#include "x509/csr.h"

/* A request as a test wants it: parts in hex, or empty. */
struct request {
	const char *kind;       /* of its key */
	ctn_span subject, exts; /* exts: SEQUENCE whole */
	ctn_span spki;          /* instead of the key's own, when not empty */
	enum ctn_sig_alg alg;   /* said, whatever was used; CTN_SIG_UNKNOWN: the right one */
};

static void
make_request(ctn_buf *der, const struct request *q)
{
	CTN_OWN(ctn_privkey) key = make_key(q->kind != NULL ? q->kind : "ed25519");
	CTN_OWN_BUF info = { 0 }, spki = { 0 };
	enum ctn_sig_alg alg = q->alg != CTN_SIG_UNKNOWN ? q->alg : ctn_sig_alg_for(ctn_privkey_kind(key).alg);
	ctn_span subject = q->subject.n > 0 ? q->subject : CTN_SPAN(MAKE_NAME);
	struct ctn_err e = { 0 };

	assert_true(ctn_privkey_spki(&spki, key, &e));
	assert_true(ctn_csr_build_info(&info, subject, q->spki.n > 0 ? q->spki : ctn_buf_view(&spki), q->exts, &e));
	make_signed(der, key, ctn_buf_view(&info), alg, (ctn_span){ 0 });
}

static void
refuses(const struct request *q, const char *text)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_csr c = { .other_attributes = 77 };

	make_request(&der, q);
	if (ctn_csr_parse(&c, ctn_buf_view(&der), &e))
		fail_msg("taken, but wanted: %s", text);
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, text);
	assert_int_equal(c.other_attributes, 77);
}

static void
a_request_that_was_built_is_read(void **state)
{
	static const char *const kinds[] = { "ed25519", "ecdsa-p256", "ecdsa-p384", "rsa-2048" };
	ctn_span exts = octets("301430120603551d11040b3009820161820162820163");

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		CTN_OWN_BUF der = { 0 };
		struct ctn_err e = { 0 };
		ctn_csr c;

		make_request(&der, &(struct request){ .kind = kinds[i], .exts = exts });
		if (!ctn_csr_parse(&c, ctn_buf_view(&der), &e))
			fail_msg("%s: %s", kinds[i], e.text);
		assert_span(c.der, ctn_buf_view(&der));
		assert_span(c.subject, CTN_SPAN(MAKE_NAME));
		assert_int_equal(c.exts.n, 1);
		assert_span(c.exts.at[0].oid, ctn_oid_subject_alt_name);
		assert_int_equal(c.other_attributes, 0);
		assert_int_equal(c.sig_alg, ctn_sig_alg_for(c.key.kind.alg));
	}
}

static void
a_request_without_extensions_has_none(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_csr c;

	(void)state;
	make_request(&der, &(struct request){ 0 });
	assert_true(ctn_csr_parse(&c, ctn_buf_view(&der), &e));
	assert_int_equal(c.exts.n, 0);
	assert_int_equal(c.exts.der.n, 0);
}

static void
a_wrong_proof_is_refused_but_can_be_looked_at(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_csr c;

	(void)state;
	make_request(&der, &(struct request){ 0 });
	patch(&der, CTN_SPAN("\x0c\x01T"), CTN_SPAN("\x0c\x01U"));
	assert_false(ctn_csr_parse(&c, ctn_buf_view(&der), &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "wrong proof of possession: the request is not signed with the key that it asks for");
	assert_true(ctn_csr_read(&c, ctn_buf_view(&der), &e));
}

static void
keys_and_algorithms_that_prove_nothing_are_refused(void **state)
{
	static const char p256_off_curve[] = "3059301306072a8648ce3d020106082a8648ce3d030107034200"
	                                     "04" "0000000000000000000000000000000000000000000000000000000000000001"
	                                     "0000000000000000000000000000000000000000000000000000000000000001";
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_csr c;

	(void)state;
	refuses(&(struct request){ .kind = "ecdsa-p256", .alg = CTN_SIG_ECDSA_SHA1 },
	    "request signed with ecdsa-with-SHA1, which proves nothing");
	refuses(&(struct request){ .kind = "ecdsa-p256", .alg = CTN_SIG_ED25519 },
	    "request signed with ED25519, which does not fit its key");
	make_request(&der, &(struct request){ .spki = octets(p256_off_curve), .alg = CTN_SIG_ECDSA_SHA256 });
	assert_false(ctn_csr_parse(&c, ctn_buf_view(&der), &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_memory_equal(e.text, "public key: ", 12);
	patch(&der, CTN_SPAN("\x04\x03\x02"), CTN_SPAN("\x04\x03\x09"));
	assert_false(ctn_csr_parse(&c, ctn_buf_view(&der), &e));
	assert_string_equal(e.text, "request signed with an algorithm that is not supported");
}

/* SEQUENCE OF one Extension. */
static void
put_one_ext(ctn_buf *b, ctn_span oid, ctn_span value)
{
	size_t list = ctn_der_open(b, CTN_TAG_SEQUENCE), ext = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, oid);
	ctn_der_put(b, CTN_TAG_OCTET_STRING, value);
	ctn_der_close(b, ext);
	ctn_der_close(b, list);
}

static const struct {
	const ctn_span *oid;
	const char *value, *text;
} senseless[] = {
	{ &ctn_oid_subject_alt_name, "3000", "requested subjectAltName: malformed general names" },
	{ &ctn_oid_subject_alt_name, "0500", "requested subjectAltName: malformed general names" },
	{ &ctn_oid_key_usage, "0500", "requested keyUsage: malformed keyUsage" },
	{ &ctn_oid_basic_constraints, "3003010100", "requested basicConstraints: malformed basicConstraints" },
	{ &ctn_oid_ext_key_usage, "3000", "requested extendedKeyUsage: malformed extendedKeyUsage" },
	{ &ctn_oid_subject_key_id, "0500", "requested subjectKeyIdentifier: malformed subjectKeyIdentifier" },
};

static void
requested_values_without_sense_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
		CTN_OWN_BUF exts = { 0 };

		put_one_ext(&exts, *senseless[i].oid, octets(senseless[i].value));
		refuses(&(struct request){ .exts = ctn_buf_view(&exts) }, senseless[i].text);
	}
}

static void
names_that_no_certificate_can_hold_are_refused(void **state)
{
	static const char *const values[] = { "30058203610062", "3003820120", "30058703010203", "30038201ff" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		CTN_OWN_BUF exts = { 0 }, der = { 0 };
		struct ctn_err e = { 0 };
		ctn_csr c;

		put_one_ext(&exts, ctn_oid_subject_alt_name, octets(values[i]));
		make_request(&der, &(struct request){ .exts = ctn_buf_view(&exts) });
		assert_false(ctn_csr_parse(&c, ctn_buf_view(&der), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_memory_equal(e.text, "requested subjectAltName: ", 26);
	}
}

static void
put_names(ctn_buf *exts, unsigned n)
{
	CTN_OWN_BUF names = { 0 };
	size_t list = ctn_der_open(&names, CTN_TAG_SEQUENCE);

	for (unsigned i = 0; i < n; i++)
		ctn_buf_span(&names, CTN_SPAN("\x82\x01" "a"));
	ctn_der_close(&names, list);
	put_one_ext(exts, ctn_oid_subject_alt_name, ctn_buf_view(&names));
}

static void
a_thousand_names_are_read_and_one_more_is_refused(void **state)
{
	CTN_OWN_BUF fits = { 0 }, over = { 0 }, der = { 0 }, subject = { 0 };
	struct ctn_err e = { 0 };
	size_t rdns;
	ctn_csr c;

	(void)state;
	put_names(&fits, CTN_CSR_NAMES_MAX);
	put_names(&over, CTN_CSR_NAMES_MAX + 1);
	make_request(&der, &(struct request){ .exts = ctn_buf_view(&fits) });
	assert_true(ctn_csr_parse(&c, ctn_buf_view(&der), &e));
	refuses(&(struct request){ .exts = ctn_buf_view(&over) }, "requested subjectAltName: more than 1000 names");
	rdns = ctn_der_open(&subject, CTN_TAG_SEQUENCE);
	for (unsigned i = 0; i <= CTN_CSR_NAMES_MAX; i++)
		ctn_buf_span(&subject, CTN_SPAN("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01T"));
	ctn_der_close(&subject, rdns);
	refuses(&(struct request){ .subject = ctn_buf_view(&subject) }, "more than 1000 names");
}

static void
a_subject_over_16_kib_is_refused_but_can_be_looked_at(void **state)
{
	static const uint8_t letters[CTN_CSR_SUBJECT_MAX + 1] = { 0 };
	CTN_OWN_BUF subject = { 0 }, der = { 0 };
	struct ctn_err e = { 0 };
	size_t name, rdn, attr;
	ctn_csr c;

	(void)state;
	name = ctn_der_open(&subject, CTN_TAG_SEQUENCE);
	rdn = ctn_der_open(&subject, CTN_TAG_SET);
	attr = ctn_der_open(&subject, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(&subject, ctn_oid_at_common_name);
	ctn_der_put(&subject, CTN_TAG_UTF8_STRING, (ctn_span){ letters, sizeof letters });
	ctn_der_close(&subject, attr);
	ctn_der_close(&subject, rdn);
	ctn_der_close(&subject, name);
	refuses(&(struct request){ .subject = ctn_buf_view(&subject) }, "a subject of 16406 octets, more than 16384");
	make_request(&der, &(struct request){ .subject = ctn_buf_view(&subject) });
	assert_true(ctn_csr_read(&c, ctn_buf_view(&der), &e));
}

static void
repeated_extensions_are_refused(void **state)
{
	(void)state;
	refuses(&(struct request){ .exts = octets("300e300506012a0400300506012a0400") }, "an extension is asked for twice");
}

/* A request around this content of attributes; the signature is of nothing, for ctn_csr_read. */
static bool
reads_attributes(ctn_csr *c, ctn_buf *der, const char *attributes, struct ctn_err *e)
{
	size_t whole = ctn_der_open(der, CTN_TAG_SEQUENCE), info = ctn_der_open(der, CTN_TAG_SEQUENCE);

	ctn_der_put_uint(der, 0);
	ctn_buf_span(der, CTN_SPAN("\x30\x00"));
	ctn_buf_span(der, CTN_SPAN(MAKE_SPKI));
	if (attributes != NULL)
		ctn_buf_span(der, octets(attributes));
	ctn_der_close(der, info);
	ctn_buf_span(der, octets("300506032b657003020001"));
	ctn_der_close(der, whole);
	return ctn_csr_read(c, ctn_buf_view(der), e);
}

#define REQUEST "301806092a864886f70d01090e310b3009300706012a04020500"
#define CHALLENGE "300f06092a864886f70d01090731020c00"

static void
attributes_are_counted_and_two_requests_refused(void **state)
{
	static const struct {
		const char *attributes, *text;
	} bad[] = {
		{ "a034" REQUEST REQUEST, "two extension requests, at byte 96" },
		{ "a021301f06092a864886f70d01090e31123007300506012a04003007300506012a0400", "two extension requests, at byte 79" },
		{ "a00f300d06092a864886f70d01090e3100", "attribute values, at byte 70" },
		{ "a0023100", "attribute, at byte 55" },
		{ "a00f300d06092a864886f70d0109070500", "attribute values, at byte 68" },
		{ "a0000500", "bytes after the attributes, at byte 55" },
	};
	CTN_OWN_BUF one = { 0 }, none = { 0 };
	struct ctn_err e = { 0 };
	ctn_csr c;

	(void)state;
	assert_true(reads_attributes(&c, &one, "a02b" REQUEST CHALLENGE, &e));
	assert_int_equal(c.other_attributes, 1);
	assert_int_equal(c.exts.n, 1);
	assert_true(reads_attributes(&c, &none, NULL, &e));
	assert_int_equal(c.exts.n + c.other_attributes, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CTN_OWN_BUF der = { 0 };

		assert_false(reads_attributes(&c, &der, bad[i].attributes, &e));
		assert_string_equal(e.text, bad[i].text);
	}
}

static void
garbage_is_refused_and_says_where(void **state)
{
	static const struct {
		const char *hex, *text;
	} bad[] = {
		{ "", "not one DER request, at byte 0" },
		{ "3080", "not one DER request, at byte 0" },
		{ "300000", "not one DER request, at byte 2" },
		{ "3000", "request info, at byte 2" },
		{ "30053003020101", "request version, at byte 4" },
		{ "30053003020100", "subject, at byte 7" },
		{ "300730050201003000", "public key, at byte 9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct ctn_err e = { 0 };
		ctn_csr c;

		assert_false(ctn_csr_parse(&c, octets(bad[i].hex), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, bad[i].text);
	}
}

static void
over_a_mebibyte_nothing_is_read(void **state)
{
	struct ctn_err e = { 0 };
	ctn_csr c;

	(void)state;
	assert_false(ctn_csr_parse(&c, (ctn_span){ (const uint8_t *)"", CTN_CSR_MAX + 1 }, &e));
	assert_string_equal(e.text, "request of 1048577 bytes, more than 1048576");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_that_was_built_is_read),
		cmocka_unit_test(a_request_without_extensions_has_none),
		cmocka_unit_test(a_wrong_proof_is_refused_but_can_be_looked_at),
		cmocka_unit_test(keys_and_algorithms_that_prove_nothing_are_refused),
		cmocka_unit_test(requested_values_without_sense_are_refused),
		cmocka_unit_test(names_that_no_certificate_can_hold_are_refused),
		cmocka_unit_test(a_thousand_names_are_read_and_one_more_is_refused),
		cmocka_unit_test(a_subject_over_16_kib_is_refused_but_can_be_looked_at),
		cmocka_unit_test(repeated_extensions_are_refused),
		cmocka_unit_test(attributes_are_counted_and_two_requests_refused),
		cmocka_unit_test(garbage_is_refused_and_says_where),
		cmocka_unit_test(over_a_mebibyte_nothing_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
