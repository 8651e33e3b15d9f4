/* What is asked of responders, and why an answer settles nothing. */
#include "verify_forge.h"

#include "forge/status.h"
#include "verify/inquiry.h"

/* id-ad-ocsp at that URI, or another method or form when not. */
static void
put_access(ctn_buf *b, bool ocsp, unsigned tag, const char *text)
{
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, ocsp ? ctn_oid_ad_ocsp : CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x30\x02"));
	ctn_der_put(b, tag, ctn_span_text(text));
	ctn_der_close(b, s);
}

#define URI CTN_TAG_CONTEXT(CTN_NAME_URI)
#define HOST CTN_TAG_CONTEXT(CTN_NAME_DNS)

struct world {
	struct forged leaf, issuer;
	ctn_arena *a;
	ctn_inquiry q;
};

static void
begin(struct world *w)
{
	*w = (struct world){ .a = ctn_arena_open(0) };
	forge_begin(&w->issuer, "CN=Lower", "CN=Lower", 2, 2, true);
	forge_begin(&w->leaf, "CN=Leaf", "CN=Lower", 3, 2, false);
}

static void
ask(struct world *w)
{
	struct ctn_err e = { 0 };

	forge_sign(&w->issuer, 2);
	forge_sign(&w->leaf, 2);
	assert_true(ctn_inquiry_make(&w->q, ctn_buf_view(&w->leaf.der), ctn_buf_view(&w->issuer.der), w->a, &e));
}

static void
end(struct world *w)
{
	forge_free(&w->leaf);
	forge_free(&w->issuer);
	ctn_arena_close(w->a);
}

static void
only_responders_by_http_are_asked(void **state)
{
	static const struct {
		bool ocsp;
		unsigned tag;
		const char *text;
		bool asked;
	} cases[] = {
		{ true, URI, "http://a/", true }, { true, URI, "not a uri", false }, { false, URI, "http://b/", false },
		{ true, HOST, "http://host/", false }, { true, URI, "https://c/", false },
		{ true, URI, "httx://d/", false }, { true, URI, "HTTP://e/", true }, { true, URI, "http:f", false }, { true, URI, "http://u@g/", false },
		{ true, URI, "http://h/", true }, { true, URI, "http://i/", true }, { true, URI, "http://j/", false },
	};
	struct world w;
	ctn_buf *b;
	size_t s, n = 0;

	(void)state;
	begin(&w);
	b = forge_put(&w.leaf, ctn_oid_authority_info_access, false);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		put_access(b, cases[i].ocsp, cases[i].tag, cases[i].text);
	ctn_der_close(b, s);
	ask(&w);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (cases[i].asked)
			assert_string_equal(w.q.urls[n++], cases[i].text);
	assert_int_equal(w.q.urls_n, n);
	assert_true(w.q.request.n > 0 && ctn_span_equal(w.q.serial, w.leaf.serial));
	end(&w);
}

static size_t
asked_at_length(size_t n)
{
	char text[1100] = "http://a/";
	struct world w;
	ctn_buf *b;
	size_t s;

	memset(text + strlen(text), 'x', n - strlen(text));
	begin(&w);
	b = forge_put(&w.leaf, ctn_oid_authority_info_access, false);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	put_access(b, true, URI, text);
	ctn_der_close(b, s);
	ask(&w);
	n = w.q.urls_n;
	end(&w);
	return n;
}

static void
an_address_may_be_as_long_as_that_and_no_longer(void **state)
{
	(void)state;
	assert_int_equal(asked_at_length(1024), 1);
	assert_int_equal(asked_at_length(1025), 0);
}

static void
a_certificate_without_responders_has_none(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	ask(&w);
	assert_int_equal(w.q.urls_n, 0);
	end(&w);
	begin(&w);
	forge_raw(&w.leaf, ctn_oid_authority_info_access, false, CTN_SPAN("\x31\x00"));
	ask(&w);
	assert_int_equal(w.q.urls_n, 0);
	end(&w);
}

static void
what_is_no_certificate_cannot_be_asked_about(void **state)
{
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	begin(&w);
	ask(&w);
	assert_false(ctn_inquiry_make(&w.q, CTN_SPAN("\x30\x00"), ctn_buf_view(&w.issuer.der), w.a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_non_null(strstr(e.text, "to-be-signed certificate"));
	assert_false(ctn_inquiry_make(&w.q, ctn_buf_view(&w.leaf.der), CTN_SPAN("\x30\x00"), w.a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_non_null(strstr(e.text, "to-be-signed certificate"));
	end(&w);
}

static void
an_issuer_without_a_key_cannot_be_asked(void **state)
{
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	begin(&w);
	w.issuer.spki = CTN_SPAN("\x30\x00");
	forge_sign(&w.issuer, 2);
	forge_sign(&w.leaf, 2);
	assert_false(ctn_inquiry_make(&w.q, ctn_buf_view(&w.leaf.der), ctn_buf_view(&w.issuer.der), w.a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_non_null(strstr(e.text, "public key"));
	end(&w);
}

static void
assert_doubt(struct world *w, const struct forged_ocsp *r, int64_t at_s, const char *wanted)
{
	ctn_buf der = { 0 };
	const char *text;

	forge_ocsp(&der, r);
	text = ctn_inquiry_doubt(&w->q, ctn_buf_view(&der), at_s, 0, w->a);
	assert_non_null(strstr(text, wanted));
	ctn_buf_free(&der);
}

static void
a_doubt_says_what_is_wrong_with_the_answer(void **state)
{
	struct forged_ocsp r;
	ctn_buf later = { 0 };
	struct world w;

	(void)state;
	begin(&w);
	ask(&w);
	assert_non_null(strstr(ctn_inquiry_doubt(&w.q, CTN_SPAN("x"), FORGE_NOW, 0, w.a), "is no OCSP response"));
	ctn_ocsp_put_error(&later, CTN_OCSP_TRY_LATER);
	assert_string_equal(ctn_inquiry_doubt(&w.q, ctn_buf_view(&later), FORGE_NOW, 0, w.a), "it refused to answer: tryLater");
	ctn_buf_reset(&later);
	ctn_ocsp_put_error(&later, 4);
	assert_string_equal(ctn_inquiry_doubt(&w.q, ctn_buf_view(&later), FORGE_NOW, 0, w.a), "it refused to answer: ?");
	r = forge_ocsp_begin(&w.leaf, 2);
	assert_doubt(&w, &r, FORGE_NOW, "is not signed by");
	assert_doubt(&w, &r, r.next_update, "is not signed by");
	assert_doubt(&w, &r, r.next_update + 1, "was good until");
	assert_doubt(&w, &r, r.this_update, "is not signed by");
	assert_doubt(&w, &r, r.this_update - 1, "is from the future");
	r.next_update = 0;
	assert_doubt(&w, &r, FORGE_NOW + FORGE_DAY, "is not signed by");
	r.answer = CTN_OCSP_UNKNOWN;
	assert_doubt(&w, &r, FORGE_NOW, "does not know the certificate");
	r.serial = CTN_SPAN("\x77");
	assert_doubt(&w, &r, FORGE_NOW, "is about another certificate");
	ctn_buf_free(&later);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_responders_by_http_are_asked),
		cmocka_unit_test(an_address_may_be_as_long_as_that_and_no_longer),
		cmocka_unit_test(a_certificate_without_responders_has_none),
		cmocka_unit_test(what_is_no_certificate_cannot_be_asked_about),
		cmocka_unit_test(an_issuer_without_a_key_cannot_be_asked),
		cmocka_unit_test(a_doubt_says_what_is_wrong_with_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
