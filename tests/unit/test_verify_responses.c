/* OCSP responses as responders may write them: by name or key, of every digest, and how many. */
#include "verify_responses.h"

#define CRITICAL_EXT "\x30\x0b\x06\x02\x2a\x03\x01\x01\xff\x04\x02\x05\x00"
#define PLAIN_EXT "\x30\x08\x06\x02\x2a\x03\x04\x02\x05\x00"
#define OVER .no_next = true, .this_update = 2 * 86400
#define HOLD .with_reason = true, .reason = CTN_REASON_CERTIFICATE_HOLD
#define NONCE "\x30\x12\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02\x01\x01\xff\x04\x02\x04\x00"

static void
a_response_counts_when_it_is_of_the_issuer_fresh_and_understood(void **state)
{
	static const struct {
		const char *what;
		struct response r;
		enum ctn_vcheck wanted;
	} cases[] = {
		{ "good", { 0 }, CTN_V_NONE },
		{ "by the issuer's name", { .by_name = "CN=LOWER,O=Example" }, CTN_V_NONE },
		{ "by another name", { .by_name = "CN=Upper,O=Example" }, CTN_V_unknown_status },
		{ "by the issuer's name and another key", { .by_name = "CN=Lower,O=Example", .key = 5 }, CTN_V_unknown_status },
		{ "with a digest that is not known", { .other_digest = true }, CTN_V_unknown_status },
		{ "with a digest that is too short", { .short_name_hash = true }, CTN_V_unknown_status },
		{ "without an end, a day old", { .no_next = true, .this_update = 86400 }, CTN_V_NONE },
		{ "without an end, older", { .no_next = true, .this_update = 86401 }, CTN_V_unknown_status },
		{ "by another's key identifier", { .other_responder = true }, CTN_V_unknown_status },
		{ "revoked", { .revoked = true }, CTN_V_revoked },
		{ "revoked, and over", { .revoked = true, OVER }, CTN_V_revoked },
		{ "revoked for a reason, and over", { .revoked = true, .with_reason = true, OVER }, CTN_V_revoked },
		{ "on hold", { .revoked = true, HOLD }, CTN_V_revoked },
		{ "on hold, and over", { .revoked = true, HOLD, OVER }, CTN_V_unknown_status },
		{ "forged", { .spoil = true }, CTN_V_unknown_status },
		{ "with an unknown critical extension", { .exts = CTN_SPAN(CRITICAL_EXT) }, CTN_V_unknown_status },
		{ "with an unknown critical extension behind another", { .exts = CTN_SPAN(PLAIN_EXT CRITICAL_EXT) }, CTN_V_unknown_status },
		{ "with an unknown extension", { .exts = CTN_SPAN(PLAIN_EXT) }, CTN_V_NONE },
		{ "with a critical nonce", { .exts = CTN_SPAN(NONCE) }, CTN_V_NONE },
		{ "with a critical extension of its own", { .single_exts = CTN_SPAN(PLAIN_EXT CRITICAL_EXT) }, CTN_V_unknown_status },
		{ "with an extension of its own", { .single_exts = CTN_SPAN(PLAIN_EXT) }, CTN_V_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (ask(&cases[i].r) != cases[i].wanted)
			fail_msg("%s", cases[i].what);
}

static void
what_is_wrong_with_a_response_is_told(void **state)
{
	static const struct {
		struct response r;
		const char *doubt;
	} cases[] = {
		{ { .by_name = "CN=Upper,O=Example" }, ": the OCSP response is not signed by the issuer nor by a signer that the issuer appointed" },
		{ { .spoil = true }, ": the OCSP response is not signed by the issuer nor by a signer that the issuer appointed" },
		{ { .no_next = true, .this_update = 86401 }, ": the OCSP response was good until 2026-05-28T20:26:39Z" },
		{ { .this_update = -7 }, ": the OCSP response is from the future, 2026-05-28T20:26:47Z" },
		{ { .exts = CTN_SPAN(CRITICAL_EXT) }, ": the OCSP response has a critical extension that is not known" },
		{ { .unknown = true }, ": the OCSP response says that the certificate is not known" },
		{ { .other_digest = true }, "" },
	};
	struct chain old;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char wanted[200];
		struct chain c;

		begin(&c);
		add(&c, &cases[i].r);
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
		(void)snprintf(wanted, sizeof(wanted), "no fresh answer tells whether O=Example is revoked%s", cases[i].doubt);
		assert_string_equal(c.result.reason.text, wanted);
		chain_end(&c);
	}
	begin(&old);
	add(&old, &cases[sizeof(cases) / sizeof(*cases) - 2].r);
	chain_sign(&old);
	old.ask.at_s = FORGE_NOW + 60;
	assert_int_equal(chain_ask(&old), CTN_V_unknown_status);
	assert_string_equal(old.result.reason.text,
	    "no fresh answer tells whether O=Example is revoked: the OCSP response was good until 2026-05-28T20:26:45Z");
	chain_end(&old);
}

static void
an_error_instead_of_an_answer_is_told(void **state)
{
	static const struct {
		unsigned status;
		const char *doubt;
	} cases[] = {
		{ CTN_OCSP_TRY_LATER, ": the OCSP response is no answer, but says tryLater" },
		{ 4, ": the OCSP response is no answer, but says what RFC 6960 does not know" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ctn_err e = { 0 };
		ctn_buf der = { 0 };
		struct chain c;

		begin(&c);
		ctn_ocsp_put_error(&der, cases[i].status);
		assert_true(ctn_verifier_ocsp(c.v, ctn_buf_view(&der), &e));
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
		assert_string_equal(c.result.reason.text + strlen("no fresh answer tells whether O=Example is revoked"), cases[i].doubt);
		ctn_buf_free(&der);
		chain_end(&c);
	}
}

/* Who fetched it tells himself. */
static void
of_a_response_to_this_question_nothing_is_told(void **state)
{
	struct chain c;
	ctn_buf der = { 0 };
	ctn_span one;

	(void)state;
	begin(&c);
	make(&der, &c, &(struct response){ .spoil = true });
	one = ctn_buf_view(&der);
	c.ask.responses = &one;
	c.ask.responses_n = 1;
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	assert_string_equal(c.result.reason.text, "no fresh answer tells whether O=Example is revoked");
	ctn_buf_free(&der);
	chain_end(&c);
}

static void
the_reason_of_a_revocation_is_told(void **state)
{
	struct chain c;

	(void)state;
	begin(&c);
	add(&c, &(struct response){ .revoked = true, .with_reason = true });
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	assert_non_null(strstr(c.result.reason.text, "superseded"));
	chain_end(&c);
	begin(&c);
	add(&c, &(struct response){ .revoked = true });
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	assert_null(strstr(c.result.reason.text, "superseded"));
	chain_end(&c);
}

static void
what_is_no_response_says_nothing(void **state)
{
	struct ctn_err e = { 0 };
	ctn_buf later = { 0 };
	struct chain c;

	(void)state;
	begin(&c);
	ctn_ocsp_put_error(&later, CTN_OCSP_TRY_LATER);
	assert_true(ctn_verifier_ocsp(c.v, CTN_SPAN("garbage"), &e));
	assert_true(ctn_verifier_ocsp(c.v, ctn_buf_view(&later), &e));
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	add(&c, &(struct response){ 0 });
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_true(ctn_verifier_ocsp(c.v, CTN_SPAN("garbage behind it"), &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	add(&c, &(struct response){ .revoked = true });
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	ctn_buf_free(&later);
	chain_end(&c);
}

/* What the question brings along is heard like what was known before. */
static void
responses_may_come_with_the_question(void **state)
{
	ctn_buf good = { 0 }, revoked = { 0 };
	ctn_span both[2];
	struct chain c;

	(void)state;
	begin(&c);
	make(&good, &c, &(struct response){ 0 });
	make(&revoked, &c, &(struct response){ .revoked = true });
	both[0] = ctn_buf_view(&good);
	both[1] = ctn_buf_view(&revoked);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	c.ask.responses = both;
	c.ask.responses_n = 1;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	c.ask.responses_n = 2;
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	ctn_buf_free(&good);
	ctn_buf_free(&revoked);
	chain_end(&c);
}

/* More forged responses than there may be checks: that is why there is no answer. */
static void
the_budget_ends_with_a_word(void **state)
{
	struct chain c;

	(void)state;
	begin(&c);
	for (unsigned i = 0; i + 3 < CTN_VERIFY_SIGNATURES_MAX; i++)
		add(&c, &(struct response){ .spoil = true });
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	/* The authorities' signatures are remembered. */
	add(&c, &(struct response){ .spoil = true });
	add(&c, &(struct response){ .spoil = true });
	add(&c, &(struct response){ 0 });
	assert_int_equal(chain_ask(&c), CTN_V_work);
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_response_counts_when_it_is_of_the_issuer_fresh_and_understood),
		cmocka_unit_test(what_is_wrong_with_a_response_is_told),
		cmocka_unit_test(an_error_instead_of_an_answer_is_told),
		cmocka_unit_test(of_a_response_to_this_question_nothing_is_told),
		cmocka_unit_test(the_reason_of_a_revocation_is_told),
		cmocka_unit_test(what_is_no_response_says_nothing),
		cmocka_unit_test(responses_may_come_with_the_question),
		cmocka_unit_test(the_budget_ends_with_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
