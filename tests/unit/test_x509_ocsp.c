#include "x509_make.h"

#include "x509/ocsp.h"

#define HASH20 "hhhhhhhhhhhhhhhhhhhh"
#define HASH32 "HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH"

static ctn_ocsp_single
single(enum ctn_ocsp_answer answer)
{
	return (ctn_ocsp_single){
		.id = { .hash = CTN_SHA1, .issuer_name_hash = CTN_SPAN(HASH20), .issuer_key_hash = CTN_SPAN(HASH20), .serial = CTN_SPAN("\x40\x01") },
		.answer = answer,
		.this_update = 1767225600,
	};
}

static ctn_ocsp_fields
about(const ctn_ocsp_single *singles, size_t n)
{
	return (ctn_ocsp_fields){ .responder_key = CTN_SPAN("kkkkkkkkkkkkkkkkkkkk"), .produced_at = 1767225700, .singles = singles, .singles_n = n };
}

/* An OCSPResponse of these fields, signed by nothing. */
static void
put_response(ctn_buf *out, const ctn_ocsp_fields *f, ctn_span certs)
{
	CTN_OWN_BUF data = { 0 }, basic = { 0 };
	struct ctn_err e = { 0 };

	assert_true(ctn_ocsp_build(&data, f, &e));
	ctn_signed_build(&basic, ctn_buf_view(&data), CTN_SIG_ED25519, CTN_SPAN("signature"), certs);
	ctn_ocsp_wrap(out, ctn_buf_view(&basic));
	assert_true(ctn_buf_ok(out, &e));
}

static void
every_field_that_goes_in_comes_out(void **state)
{
	ctn_ocsp_single in[3] = { single(CTN_OCSP_GOOD), single(CTN_OCSP_REVOKED), single(CTN_OCSP_UNKNOWN) }, got;
	ctn_ocsp_fields f = about(in, 3);
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	unsigned status = 77;
	ctn_ocsp o;
	ctn_der r;

	(void)state;
	in[0].has_next_update = true;
	in[0].next_update = 1767312000;
	in[1].id.hash = CTN_SHA256;
	in[1].id.issuer_name_hash = in[1].id.issuer_key_hash = CTN_SPAN(HASH32);
	in[1].revoked_at = 1767225500;
	in[1].has_reason = true;
	in[1].reason = 1;
	in[2].exts = CTN_SPAN("\x30\x09\x30\x07\x06\x01\x2a\x04\x02\x05\x00");
	f.nonce = CTN_SPAN("nonce");
	put_response(&der, &f, CTN_SPAN("\x30\x00\x30\x00"));
	assert_true(ctn_ocsp_parse(&o, &status, ctn_buf_view(&der), &e));
	assert_int_equal(status, CTN_OCSP_SUCCESSFUL);
	assert_span(o.responder_key, f.responder_key);
	assert_int_equal(o.responder.n, 0);
	assert_int_equal(o.produced_at, f.produced_at);
	assert_int_equal(o.sig_alg, CTN_SIG_ED25519);
	assert_span(o.signature, CTN_SPAN("signature"));
	assert_span(o.certs, CTN_SPAN("\x30\x00\x30\x00"));
	assert_int_equal(o.exts.n, 1);
	assert_span(o.exts.at[0].oid, ctn_oid_ocsp_nonce);
	assert_span(o.exts.at[0].value, CTN_SPAN("\x04\x05nonce"));
	r = ctn_der_over(o.responses);
	for (unsigned i = 0; i < 3; i++) {
		assert_true(ctn_ocsp_next(&r, &got));
		assert_true(got.id.hash_known && got.id.hash == in[i].id.hash);
		assert_span(got.id.issuer_name_hash, in[i].id.issuer_name_hash);
		assert_span(got.id.issuer_key_hash, in[i].id.issuer_key_hash);
		assert_span(got.id.serial, in[i].id.serial);
		assert_int_equal(got.answer, in[i].answer);
		assert_int_equal(got.revoked_at, in[i].revoked_at);
		assert_int_equal(got.has_reason, in[i].has_reason);
		assert_int_equal(got.reason, in[i].reason);
		assert_int_equal(got.this_update, in[i].this_update);
		assert_int_equal(got.has_next_update, in[i].has_next_update);
		assert_int_equal(got.next_update, in[i].next_update);
		assert_span(got.exts, in[i].exts);
	}
	assert_true(ctn_der_end(&r));
}

static void
errors_carry_a_status_alone(void **state)
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	unsigned status = 77;
	ctn_ocsp o;

	(void)state;
	ctn_ocsp_put_error(&der, CTN_OCSP_TRY_LATER);
	assert_true(ctn_ocsp_parse(&o, &status, ctn_buf_view(&der), &e));
	assert_int_equal(status, CTN_OCSP_TRY_LATER);
	assert_string_equal(ctn_ocsp_status_name(status), "tryLater");
	assert_null(ctn_ocsp_status_name(4));
	assert_null(ctn_ocsp_status_name(7));
}

static void
what_no_client_could_use_is_not_built(void **state)
{
	ctn_ocsp_single one = single(CTN_OCSP_GOOD);
	ctn_ocsp_fields f = about(&one, 0);
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_ocsp_build(&b, &f, &e));
	assert_string_equal(e.text, "a response about no certificate");
	f = about(&one, 1);
	f.responder_key = CTN_SPAN("short");
	assert_false(ctn_ocsp_build(&b, &f, &e));
	assert_string_equal(e.text, "responder key hash of 5 octets");
	f = about(&one, 1);
	one.id.hash = CTN_SHA256;
	assert_false(ctn_ocsp_build(&b, &f, &e));
	assert_string_equal(e.text, "certificate id with hashes of a wrong length");
	one = single(CTN_OCSP_GOOD);
	one.id.serial = CTN_SPAN("");
	assert_false(ctn_ocsp_build(&b, &f, &e));
	assert_string_equal(e.text, "certificate id with a serial number that is no INTEGER");
	one = single(CTN_OCSP_REVOKED);
	one.has_reason = true;
	one.reason = 10;
	assert_true(ctn_ocsp_build(&b, &f, &e));
	ctn_buf_reset(&b);
	one.reason = 11;
	assert_false(ctn_ocsp_build(&b, &f, &e));
	assert_string_equal(e.text, "reason 11 is no CRLReason");
	assert_int_equal(b.n, 0);
}

static void
garbage_is_refused_and_says_where(void **state)
{
	static const struct {
		const char *hex, *text;
	} bad[] = {
		{ "", "not one DER OCSP response, at byte 0" },
		{ "30030a010000", "not one DER OCSP response, at byte 5" },
		{ "3003020100", "response status, at byte 2" },
		{ "30030a0100", "response bytes, at byte 5" },
		{ "30080a0103a003020100", "an error with response bytes, at byte 5" },
		{ "300c0a0100a007300506012a0400", "response type is not id-pkix-ocsp-basic" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct ctn_err e = { 0 };
		unsigned status = 77;
		ctn_ocsp o;

		assert_false(ctn_ocsp_parse(&o, &status, octets(bad[i].hex), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, bad[i].text);
		assert_int_equal(status, 77);
	}
}

/* Every place of a sound response where one octet decides, and what is said when it is another. */
static void
broken_parts_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *from, *to, *text;
	} breaks[] = {
		{ "180f32303236303130313030303134305a", "180f32303236303133323030303134305a", "producedAt" },
		{ "180f32303236303130313030303030305a", "180f32303236303133323030303030305a", "single responses" },
		{ "8000", "8300", "single responses" },
		{ "a2160414", "a3160414", "responder" },
		{ "300506032b6570", "300504032b6570", "signature algorithm" },
	};
	ctn_ocsp_single one = single(CTN_OCSP_GOOD);
	ctn_ocsp_fields f = about(&one, 1);

	(void)state;
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		CTN_OWN_BUF der = { 0 };
		struct ctn_err e = { 0 };
		unsigned status;
		ctn_ocsp o;

		put_response(&der, &f, (ctn_span){ 0 });
		patch(&der, octets(breaks[i].from), octets(breaks[i].to));
		assert_false(ctn_ocsp_parse(&o, &status, ctn_buf_view(&der), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_memory_equal(e.text, "basic response: ", 16);
		assert_non_null(strstr(e.text, breaks[i].text));
	}
}

#define AT "180f32303236303130313030303030305a"
#define ID "301030070605" "2b0e03021a" "04000400" "020101"

/* Content of one SingleResponse, and whether it is sound. */
static const struct {
	const char *content;
	bool sound;
} singles[] = {
	{ ID "8000" AT, true },
	{ "301230070605" "2b0e03021a" "04000400" "020101" "0500" "8000" AT, false }, /* after the serial */
	{ ID "8200" AT, true },
	{ ID "800100" AT, false },
	{ ID "a111" AT AT, true },
	{ ID "a116" AT "a0030a0101" AT, true },
	{ ID "a113" AT "0500" AT, false }, /* after the revocation */
	{ ID "a118" AT "a0050a01010500" AT, false },
	{ ID "8000" AT "a011" AT, true },
	{ ID "8000" AT "a013" AT "0500", false }, /* after nextUpdate */
	{ ID "8000" AT "a10b3009300706012a04020500", true },
	{ ID "8000" AT "a1023000", false },
	{ ID "8000" AT "a10d3009300706012a040205000500", false },
	{ ID "8000" AT "0500", false },
};

static void
single_responses_are_read_to_their_last_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof singles / sizeof *singles; i++) {
		CTN_OWN_BUF der = { 0 };
		ctn_ocsp_single got;
		ctn_der r;

		ctn_der_put(&der, CTN_TAG_SEQUENCE, octets(singles[i].content));
		r = ctn_der_over(ctn_buf_view(&der));
		if (ctn_ocsp_next(&r, &got) != singles[i].sound)
			fail_msg("%s", singles[i].content);
		assert_int_equal(ctn_der_end(&r), singles[i].sound);
	}
}

static void
every_cut_response_is_refused(void **state)
{
	ctn_ocsp_single one = single(CTN_OCSP_REVOKED);
	ctn_ocsp_fields f = about(&one, 1);
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	unsigned status;
	ctn_ocsp o;

	(void)state;
	put_response(&der, &f, (ctn_span){ 0 });
	for (size_t n = 0; n < der.n; n++)
		assert_false(ctn_ocsp_parse(&o, &status, (ctn_span){ der.p, n }, &e));
	assert_false(ctn_ocsp_parse(&o, &status, (ctn_span){ der.p, CTN_OCSP_MAX + 1 }, &e));
	assert_string_equal(e.text, "OCSP response of 1048577 bytes, more than 1048576");
}

static void
a_question_holds_its_certificate_id_and_nothing_else(void **state)
{
	ctn_ocsp_cert_id id = single(CTN_OCSP_GOOD).id;
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_ocsp_build_request(&b, &id, &e));
	assert_int_equal(b.n, 69);
	assert_memory_equal(b.p, "\x30\x43\x30\x41\x30\x3f\x30\x3d\x30\x3b\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00"
				  "\x04\x14" HASH20 "\x04\x14" HASH20 "\x02\x02\x40\x01", 69);
	ctn_buf_reset(&b);
	id.serial = CTN_SPAN("");
	assert_false(ctn_ocsp_build_request(&b, &id, &e));
	id = single(CTN_OCSP_GOOD).id;
	id.issuer_key_hash = CTN_SPAN("short");
	assert_false(ctn_ocsp_build_request(&b, &id, &e));
	assert_string_equal(e.text, "certificate id with hashes of a wrong length");
	assert_int_equal(b.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_holds_its_certificate_id_and_nothing_else),
		cmocka_unit_test(every_field_that_goes_in_comes_out),
		cmocka_unit_test(errors_carry_a_status_alone),
		cmocka_unit_test(what_no_client_could_use_is_not_built),
		cmocka_unit_test(garbage_is_refused_and_says_where),
		cmocka_unit_test(broken_parts_are_refused_with_a_reason),
		cmocka_unit_test(single_responses_are_read_to_their_last_part),
		cmocka_unit_test(every_cut_response_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
