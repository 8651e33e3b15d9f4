/* OCSP responses as responders may write them: by name or key, of every digest, with delegates beside them. */
#include "verify_forge.h"

#include "forge/status.h"
#include "hash/hash.h"

#define DELEGATES 10

/* A response by hand about the leaf; zeroed, it is good, fresh and by the issuer's key. */
struct response {
	const char *by_name;      /* RFC 4514; NULL: by key */
	unsigned key;             /* of the signature; 0: the issuer's */
	bool no_next, other_digest, short_name_hash, other_responder, revoked, with_reason, spoil;
	unsigned reason;          /* 0: superseded */
	int64_t this_update;      /* before FORGE_NOW; 0: 5 seconds */
	ctn_span exts;            /* of the whole response, content of the SEQUENCE */
	ctn_span single_exts;     /* content of [1] */
	ctn_span certs[DELEGATES];
	unsigned certs_n;
};

static void
put_cert_id(ctn_buf *b, const struct chain *c, const struct response *r)
{
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), alg = ctn_der_open(b, CTN_TAG_SEQUENCE);
	uint8_t name[32], key[20];
	struct ctn_err e = { 0 };

	/* SHA-1, or MD5, which is not known. */
	ctn_der_put_oid(b, r->other_digest ? CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x02\x05") : CTN_SPAN("\x2b\x0e\x03\x02\x1a"));
	ctn_der_close(b, alg);
	assert_true(ctn_digest(name, CTN_SHA1, ctn_buf_view(&c->leaf.issuer), &e));
	ctn_der_put(b, CTN_TAG_OCTET_STRING, (ctn_span){ name, r->short_name_hash ? 19 : 20 });
	ctn_der_put(b, CTN_TAG_OCTET_STRING, forge_key_id(key, 2));
	ctn_der_put(b, CTN_TAG_INTEGER, c->leaf.serial);
	ctn_der_close(b, s);
}

static void
put_status(ctn_buf *b, const struct response *r)
{
	size_t s, reason;

	if (!r->revoked) {
		ctn_der_put(b, CTN_TAG_CONTEXT(0), (ctn_span){ 0 });
		return;
	}
	s = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1));
	ctn_der_put_generalized_time(b, FORGE_NOW - 10);
	if (r->with_reason) {
		reason = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put_enumerated(b, r->reason == 0 ? 4 : r->reason);
		ctn_der_close(b, reason);
	}
	ctn_der_close(b, s);
}

static void
put_single(ctn_buf *b, const struct chain *c, const struct response *r)
{
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), part;

	put_cert_id(b, c, r);
	put_status(b, r);
	ctn_der_put_generalized_time(b, FORGE_NOW - (r->this_update == 0 ? 5 : r->this_update));
	if (!r->no_next) {
		part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put_generalized_time(b, FORGE_NOW + 5);
		ctn_der_close(b, part);
	}
	if (r->single_exts.n > 0) {
		part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1));
		ctn_der_put(b, CTN_TAG_SEQUENCE, r->single_exts);
		ctn_der_close(b, part);
	}
	ctn_der_close(b, s);
}

static void
put_response_data(ctn_buf *b, const struct chain *c, const struct response *r, unsigned key)
{
	size_t tbs = ctn_der_open(b, CTN_TAG_SEQUENCE), part;
	ctn_buf name = { 0 };
	uint8_t id[20];

	part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(r->by_name != NULL ? 1 : 2));
	if (r->by_name != NULL) {
		forge_name(&name, r->by_name);
		ctn_buf_span(b, ctn_buf_view(&name));
	} else {
		ctn_der_put(b, CTN_TAG_OCTET_STRING, forge_key_id(id, r->other_responder ? 5 : key));
	}
	ctn_der_close(b, part);
	ctn_der_put_generalized_time(b, FORGE_NOW - 5);
	part = ctn_der_open(b, CTN_TAG_SEQUENCE);
	put_single(b, c, r);
	ctn_der_close(b, part);
	if (r->exts.n > 0) {
		part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(1));
		ctn_der_put(b, CTN_TAG_SEQUENCE, r->exts);
		ctn_der_close(b, part);
	}
	ctn_der_close(b, tbs);
	ctn_buf_free(&name);
}

static void
add(struct chain *c, const struct response *r)
{
	ctn_buf tbs = { 0 }, basic = { 0 }, certs = { 0 }, der = { 0 };
	unsigned key = r->key == 0 ? 2 : r->key;
	struct ctn_err e = { 0 };

	put_response_data(&tbs, c, r, key);
	for (unsigned i = 0; i < r->certs_n; i++)
		ctn_buf_span(&certs, r->certs[i]);
	forge_signed(&basic, ctn_buf_view(&tbs), forge_alg(key), key, r->spoil, ctn_buf_view(&certs));
	ctn_ocsp_wrap(&der, ctn_buf_view(&basic));
	assert_true(ctn_verifier_ocsp(c->v, ctn_buf_view(&der), &e));
	ctn_buf_free(&tbs);
	ctn_buf_free(&basic);
	ctn_buf_free(&certs);
	ctn_buf_free(&der);
}

static enum ctn_verify_status
only_of_leaf(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)ctx, (void)issuer, (void)since_s, (void)reason;
	return cert->serial.p[0] == 0x44 ? CTN_STATUS_UNKNOWN : CTN_STATUS_GOOD;
}

static void
begin(struct chain *c)
{
	chain_begin(c);
	c->ask.revocation = CTN_REVOCATION_REQUIRE;
	c->ask.status = only_of_leaf;
}

static enum ctn_vcheck
ask(const struct response *r)
{
	enum ctn_vcheck got;
	struct chain c;

	begin(&c);
	add(&c, r);
	chain_sign(&c);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

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

/* A delegate, legal until a case spoils it. */
static void
make_delegate(struct forged *d)
{
	forge_begin(d, "CN=Responder", "CN=Lower,O=Example", 5, 2, false);
	forge_eku(d, ctn_oid_kp_ocsp_signing);
	forge_raw(d, ctn_oid_ocsp_nocheck, false, CTN_SPAN("\x05\x00"));
}

#define DELEGATE(name, change) static void name(struct forged *d) { change; }
DELEGATE(legal, (void)d)
DELEGATE(no_purpose, forge_drop(d, ctn_oid_ext_key_usage))
DELEGATE(other_purpose, forge_eku(d, ctn_oid_kp_server_auth))
DELEGATE(any_purpose, forge_eku(d, ctn_oid_any_ext_key_usage))
DELEGATE(no_usage, forge_drop(d, ctn_oid_key_usage))
DELEGATE(usage_commits, forge_usage(d, CTN_KU_CONTENT_COMMITMENT))
DELEGATE(usage_other, forge_usage(d, CTN_KU_KEY_AGREEMENT))
DELEGATE(expired, d->not_after = FORGE_NOW - 1)
DELEGATE(last_second, d->not_after = FORGE_NOW)
DELEGATE(not_yet, d->not_before = FORGE_NOW + 1)
DELEGATE(first_second, d->not_before = FORGE_NOW)
DELEGATE(of_other, forge_name(&d->issuer, "CN=Upper,O=Example"))
DELEGATE(forged, d->spoil_signature = true)
DELEGATE(critical, forge_raw(d, CTN_SPAN("\x2a\x03\x04"), true, CTN_SPAN("\x05\x00")))

static enum ctn_vcheck
ask_delegate(void (*spoil)(struct forged *d), struct response r)
{
	enum ctn_vcheck got;
	struct forged d;

	make_delegate(&d);
	spoil(&d);
	forge_sign(&d, 2);
	r.key = 5;
	r.certs[r.certs_n++] = ctn_buf_view(&d.der);
	got = ask(&r);
	forge_free(&d);
	return got;
}

static void
a_delegate_is_appointed_by_the_issuer_for_this(void **state)
{
	static const struct {
		const char *what;
		void (*spoil)(struct forged *d);
		enum ctn_vcheck wanted;
	} cases[] = {
		{ "legal", legal, CTN_V_NONE },
		{ "without a purpose", no_purpose, CTN_V_unknown_status },
		{ "for another purpose", other_purpose, CTN_V_unknown_status },
		{ "for any purpose", any_purpose, CTN_V_unknown_status },
		{ "without key usage", no_usage, CTN_V_NONE },
		{ "that commits", usage_commits, CTN_V_NONE },
		{ "that agrees on keys", usage_other, CTN_V_unknown_status },
		{ "expired", expired, CTN_V_unknown_status },
		{ "in its last second", last_second, CTN_V_NONE },
		{ "not yet valid", not_yet, CTN_V_unknown_status },
		{ "in its first second", first_second, CTN_V_NONE },
		{ "of another issuer", of_other, CTN_V_unknown_status },
		{ "forged", forged, CTN_V_unknown_status },
		{ "with an unknown critical extension", critical, CTN_V_unknown_status },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (ask_delegate(cases[i].spoil, (struct response){ 0 }) != cases[i].wanted)
			fail_msg("%s", cases[i].what);
	assert_int_equal(ask_delegate(legal, (struct response){ .by_name = "CN=Responder" }), CTN_V_NONE);
	assert_int_equal(ask_delegate(legal, (struct response){ .by_name = "CN=Other" }), CTN_V_unknown_status);
	assert_int_equal(ask_delegate(legal, (struct response){ .spoil = true }), CTN_V_unknown_status);
	assert_int_equal(ask_delegate(legal, (struct response){ .revoked = true }), CTN_V_revoked);
}

/* A delegate of whom nothing is known is believed where a status is only preferred, whatever it says. */
static void
an_unchecked_delegate_is_believed_where_that_is_enough(void **state)
{
	struct response r = { .key = 5, .revoked = true };
	struct forged d;
	struct chain c;

	(void)state;
	make_delegate(&d);
	forge_drop(&d, ctn_oid_ocsp_nocheck);
	forge_sign(&d, 2);
	r.certs[r.certs_n++] = ctn_buf_view(&d.der);
	begin(&c);
	add(&c, &r);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	c.ask.revocation = CTN_REVOCATION_PREFER;
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	forge_free(&d);
	chain_end(&c);
}

/* The right one behind n that are of no use: broken ones, and others of its name. */
static enum ctn_vcheck
ask_behind(unsigned n, bool same_name)
{
	struct response r = { .by_name = same_name ? "CN=Responder" : NULL };
	enum ctn_vcheck got;
	struct forged other;

	forge_begin(&other, "CN=Responder", "CN=Lower,O=Example", 7, 2, false);
	forge_eku(&other, ctn_oid_kp_ocsp_signing);
	forge_sign(&other, 2);
	for (unsigned i = 0; i < n; i++)
		r.certs[r.certs_n++] = same_name ? ctn_buf_view(&other.der) : CTN_SPAN("\x30\x00");
	got = ask_delegate(legal, r);
	forge_free(&other);
	return got;
}

static void
a_delegate_is_found_behind_a_few_others(void **state)
{
	(void)state;
	assert_int_equal(ask_behind(7, false), CTN_V_NONE);
	assert_int_equal(ask_behind(8, false), CTN_V_unknown_status);
	assert_int_equal(ask_behind(7, true), CTN_V_NONE);
	assert_int_equal(ask_behind(8, true), CTN_V_unknown_status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_response_counts_when_it_is_of_the_issuer_fresh_and_understood),
		cmocka_unit_test(the_reason_of_a_revocation_is_told),
		cmocka_unit_test(what_is_no_response_says_nothing),
		cmocka_unit_test(a_delegate_is_appointed_by_the_issuer_for_this),
		cmocka_unit_test(an_unchecked_delegate_is_believed_where_that_is_enough),
		cmocka_unit_test(a_delegate_is_found_behind_a_few_others),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
