/* OCSP responses written by hand, about the leaf of a chain. */
#ifndef TEST_VERIFY_RESPONSES_H
#define TEST_VERIFY_RESPONSES_H

#include "verify_forge.h"

#include "forge/status.h"
#include "hash/hash.h"

#define DELEGATES 10
#define SHA1_OF_NOTHING "\xda\x39\xa3\xee\x5e\x6b\x4b\x0d\x32\x55\xbf\xef\x95\x60\x18\x90\xaf\xd8\x07\x09"

/* A response by hand about the leaf; zeroed, it is good, fresh and by the issuer's key. */
struct response {
	const char *by_name;      /* RFC 4514; NULL: by key */
	unsigned key;             /* of the signature; 0: the issuer's */
	bool no_next, other_digest, short_name_hash, other_responder, no_responder, revoked, with_reason, unknown, spoil;
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

	if (r->unknown) {
		ctn_der_put(b, CTN_TAG_CONTEXT(2), (ctn_span){ 0 });
		return;
	}
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
	} else if (r->no_responder) {
		ctn_der_put(b, CTN_TAG_OCTET_STRING, CTN_SPAN(SHA1_OF_NOTHING));
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
make(ctn_buf *der, struct chain *c, const struct response *r)
{
	ctn_buf tbs = { 0 }, basic = { 0 }, certs = { 0 };
	unsigned key = r->key == 0 ? 2 : r->key;

	put_response_data(&tbs, c, r, key);
	for (unsigned i = 0; i < r->certs_n; i++)
		ctn_buf_span(&certs, r->certs[i]);
	forge_signed(&basic, ctn_buf_view(&tbs), forge_alg(key), key, r->spoil, ctn_buf_view(&certs));
	ctn_ocsp_wrap(der, ctn_buf_view(&basic));
	ctn_buf_free(&tbs);
	ctn_buf_free(&basic);
	ctn_buf_free(&certs);
}

static void
add(struct chain *c, const struct response *r)
{
	struct ctn_err e = { 0 };
	ctn_buf der = { 0 };

	make(&der, c, r);
	assert_true(ctn_verifier_ocsp(c->v, ctn_buf_view(&der), &e));
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

#endif
