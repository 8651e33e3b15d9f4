/* A generator of chains: certificates, CRLs and OCSP responses field by field, legal until a test spoils one thing. */
#ifndef TEST_VERIFY_FORGE_H
#define TEST_VERIFY_FORGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "key/private.h"
#include "name/constraint.h"
#include "verify/verify.h"
#include "x509/build.h"
#include "x509/crl.h"

#define FORGE_UNUSED __attribute__((unused))
#define FORGE_NOW INT64_C(1780000000) /* 2026-05-28 */
#define FORGE_DAY INT64_C(86400)
#define FORGE_EXTS 16
#define FORGE_KEYS 8

struct forged_ext {
	ctn_span oid;
	bool critical;
	ctn_buf value;
};

/* One certificate under construction; key is an index into the keys of the run. */
struct forged {
	unsigned version; /* as people count */
	ctn_span serial;  /* INTEGER content */
	enum ctn_sig_alg inner, outer;
	ctn_buf issuer, subject;
	int64_t not_before, not_after;
	bool generalized; /* both times, whatever the year */
	unsigned key;
	ctn_span spki;    /* instead of the key's own when not empty */
	struct forged_ext exts[FORGE_EXTS];
	size_t exts_n;
	bool spoil_signature;
	ctn_buf der;
};

static ctn_privkey *forge_key_list[FORGE_KEYS];
static ctn_buf forge_spki_list[FORGE_KEYS];

FORGE_UNUSED static ctn_privkey *
forge_key(unsigned i)
{
	struct ctn_err e = { 0 };
	ctn_key_kind kind;

	if (forge_key_list[i] == NULL) {
		assert_true(ctn_key_kind_parse(&kind, "ecdsa-p256", &e));
		assert_true(ctn_privkey_generate(&forge_key_list[i], kind, &e));
		assert_true(ctn_privkey_spki(&forge_spki_list[i], forge_key_list[i], &e));
	}
	return forge_key_list[i];
}

FORGE_UNUSED static int
forge_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FORGE_KEYS; i++) {
		if (forge_key_list[i] != NULL)
			ctn_privkey_free(forge_key_list[i]);
		forge_key_list[i] = NULL;
		ctn_buf_free(&forge_spki_list[i]);
	}
	return 0;
}

FORGE_UNUSED static ctn_span
forge_spki(unsigned i)
{
	(void)forge_key(i);
	return ctn_buf_view(&forge_spki_list[i]);
}

/* A Name out of RFC 4514 text. */
FORGE_UNUSED static void
forge_name(ctn_buf *out, const char *text)
{
	ctn_arena *a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n;

	ctn_buf_reset(out);
	assert_true(ctn_dn_parse(&attrs, &n, text, a, &e));
	assert_true(ctn_dn_write(out, attrs, n, &e));
	ctn_arena_close(a);
}

FORGE_UNUSED static struct forged_ext *
forge_ext(struct forged *c, ctn_span oid)
{
	for (size_t i = 0; i < c->exts_n; i++)
		if (ctn_span_equal(c->exts[i].oid, oid))
			return &c->exts[i];
	return NULL;
}

/* Add, or begin anew: the value is written into what comes back. */
FORGE_UNUSED static ctn_buf *
forge_put(struct forged *c, ctn_span oid, bool critical)
{
	struct forged_ext *x = forge_ext(c, oid);

	if (x == NULL) {
		assert_true(c->exts_n < FORGE_EXTS);
		x = &c->exts[c->exts_n++];
		x->oid = oid;
	}
	x->critical = critical;
	ctn_buf_reset(&x->value);
	return &x->value;
}

FORGE_UNUSED static void
forge_drop(struct forged *c, ctn_span oid)
{
	struct forged_ext *x = forge_ext(c, oid);

	if (x == NULL) {
		fail();
		return;
	}
	ctn_buf_free(&x->value);
	*x = c->exts[--c->exts_n];
	c->exts[c->exts_n] = (struct forged_ext){ 0 };
}

/* What is there becomes critical, or not. */
FORGE_UNUSED static void
forge_mark(struct forged *c, ctn_span oid, bool critical)
{
	struct forged_ext *x = forge_ext(c, oid);

	if (x == NULL)
		fail();
	else
		x->critical = critical;
}

FORGE_UNUSED static void
forge_raw(struct forged *c, ctn_span oid, bool critical, ctn_span value)
{
	ctn_buf_span(forge_put(c, oid, critical), value);
}

FORGE_UNUSED static void
forge_usage(struct forged *c, uint32_t bits)
{
	ctn_der_put_named_bits(forge_put(c, ctn_oid_key_usage, true), CTN_TAG_BIT_STRING, bits);
}

/* path_len under 0: none. */
FORGE_UNUSED static void
forge_basic(struct forged *c, bool ca, int path_len)
{
	ctn_buf *b = forge_put(c, ctn_oid_basic_constraints, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	if (ca)
		ctn_der_put_bool(b, true);
	if (path_len >= 0)
		ctn_der_put_uint(b, (uint64_t)path_len);
	ctn_der_close(b, s);
}

/* One purpose, or none at all (which is malformed). */
FORGE_UNUSED static void
forge_eku(struct forged *c, ctn_span oid)
{
	ctn_buf *b = forge_put(c, ctn_oid_ext_key_usage, false);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	if (oid.n > 0)
		ctn_der_put_oid(b, oid);
	ctn_der_close(b, s);
}

/* Names by their form, NULL-ended; text with a colon-free dot-free form is a DNS name too. */
FORGE_UNUSED static void
forge_san(struct forged *c, bool critical, const char *const *names)
{
	ctn_buf *b = forge_put(c, ctn_oid_subject_alt_name, critical);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_arena *a = ctn_arena_open(0);

	for (; *names != NULL; names++) {
		struct ctn_err e = { 0 };
		ctn_name n;

		assert_true(ctn_name_parse(&n, *names, a, &e));
		ctn_general_write(b, &(ctn_general_name){ n.type, n.value });
	}
	ctn_der_close(b, s);
	ctn_arena_close(a);
}

FORGE_UNUSED static void
forge_dns(struct forged *c, const char *name)
{
	forge_san(c, false, (const char *const[]){ name, NULL });
}

FORGE_UNUSED static void
forge_ids(struct forged *c, unsigned issuer_key)
{
	uint8_t id[20];
	struct ctn_err e = { 0 };
	ctn_spki k;
	ctn_buf *b;
	size_t s;

	assert_true(ctn_spki_parse(&k, forge_spki(c->key), &e) && ctn_spki_key_id(id, &k, &e));
	ctn_der_put(forge_put(c, ctn_oid_subject_key_id, false), CTN_TAG_OCTET_STRING, (ctn_span){ id, 20 });
	assert_true(ctn_spki_parse(&k, forge_spki(issuer_key), &e) && ctn_spki_key_id(id, &k, &e));
	b = forge_put(c, ctn_oid_authority_key_id, false);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put(b, CTN_TAG_CONTEXT(0), (ctn_span){ id, 20 });
	ctn_der_close(b, s);
}

/* An authority or a server, legal in every profile. */
FORGE_UNUSED static void
forge_begin(struct forged *c, const char *subject, const char *issuer, unsigned key, unsigned issuer_key, bool ca)
{
	static const uint8_t serials[] = { 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48 };

	*c = (struct forged){ .version = 3, .serial = { &serials[key], 1 }, .inner = CTN_SIG_ECDSA_SHA256,
		.outer = CTN_SIG_ECDSA_SHA256, .not_before = FORGE_NOW - FORGE_DAY, .not_after = FORGE_NOW + 90 * FORGE_DAY,
		.key = key };
	forge_name(&c->subject, subject);
	forge_name(&c->issuer, issuer);
	forge_ids(c, issuer_key);
	if (ca) {
		forge_basic(c, true, -1);
		forge_usage(c, CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN);
	} else {
		forge_usage(c, CTN_KU_DIGITAL_SIGNATURE);
		forge_eku(c, ctn_oid_kp_server_auth);
	}
}

FORGE_UNUSED static void
forge_put_time(ctn_buf *b, const struct forged *c, int64_t at)
{
	if (c->generalized)
		ctn_der_put_generalized_time(b, at);
	else
		ctn_der_put_time(b, at);
}

FORGE_UNUSED static void
forge_put_exts(ctn_buf *b, const struct forged *c)
{
	size_t outer, list;

	if (c->exts_n == 0)
		return;
	outer = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(3));
	list = ctn_der_open(b, CTN_TAG_SEQUENCE);
	for (size_t i = 0; i < c->exts_n; i++) {
		size_t one = ctn_der_open(b, CTN_TAG_SEQUENCE);

		ctn_der_put_oid(b, c->exts[i].oid);
		if (c->exts[i].critical)
			ctn_der_put_bool(b, true);
		ctn_der_put(b, CTN_TAG_OCTET_STRING, ctn_buf_view(&c->exts[i].value));
		ctn_der_close(b, one);
	}
	ctn_der_close(b, list);
	ctn_der_close(b, outer);
}

FORGE_UNUSED static void
forge_put_tbs(ctn_buf *b, const struct forged *c)
{
	size_t tbs = ctn_der_open(b, CTN_TAG_SEQUENCE), part;

	if (c->version > 1) {
		part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));
		ctn_der_put_uint(b, c->version - 1);
		ctn_der_close(b, part);
	}
	ctn_der_put(b, CTN_TAG_INTEGER, c->serial);
	ctn_buf_span(b, ctn_sig_alg_der(c->inner));
	ctn_buf_span(b, ctn_buf_view(&c->issuer));
	part = ctn_der_open(b, CTN_TAG_SEQUENCE);
	forge_put_time(b, c, c->not_before);
	forge_put_time(b, c, c->not_after);
	ctn_der_close(b, part);
	ctn_buf_span(b, ctn_buf_view(&c->subject));
	ctn_buf_span(b, c->spki.n > 0 ? c->spki : forge_spki(c->key));
	forge_put_exts(b, c);
	ctn_der_close(b, tbs);
}

/* tbs and its signature, into out. */
FORGE_UNUSED static void
forge_signed(ctn_buf *out, ctn_span tbs, enum ctn_sig_alg alg, unsigned key, bool spoil)
{
	ctn_buf signature = { 0 };
	struct ctn_err e = { 0 };

	ctn_buf_reset(out);
	assert_true(ctn_privkey_sign(&signature, forge_key(key), tbs, &e));
	if (spoil)
		signature.p[signature.n - 1] ^= 1;
	ctn_signed_build(out, tbs, alg, ctn_buf_view(&signature), (ctn_span){ 0 });
	assert_true(ctn_buf_ok(out, &e));
	ctn_buf_free(&signature);
}

FORGE_UNUSED static void
forge_sign(struct forged *c, unsigned issuer_key)
{
	ctn_buf tbs = { 0 };

	forge_put_tbs(&tbs, c);
	forge_signed(&c->der, ctn_buf_view(&tbs), c->outer, issuer_key, c->spoil_signature);
	ctn_buf_free(&tbs);
}

FORGE_UNUSED static void
forge_free(struct forged *c)
{
	for (size_t i = 0; i < c->exts_n; i++)
		ctn_buf_free(&c->exts[i].value);
	ctn_buf_free(&c->issuer);
	ctn_buf_free(&c->subject);
	ctn_buf_free(&c->der);
}

/* root, two intermediates, leaf: keys 0 to 3. What a test spoils, it spoils before the signatures are made. */
struct chain {
	struct forged root, upper, lower, leaf;
	ctn_verify_ask ask;
	ctn_arena *a;
	ctn_verifier *v;
	ctn_verify_result result;
	bool without_lower;
};

FORGE_UNUSED static void
chain_ask_name(struct chain *c, const char *text)
{
	ctn_name *n = ctn_arena_new(c->a, ctn_name, 1);
	struct ctn_err e = { 0 };

	assert_true(ctn_name_parse(n, text, c->a, &e));
	c->ask.names = n;
	c->ask.names_n = 1;
}

FORGE_UNUSED static void
chain_begin(struct chain *c)
{
	struct ctn_err e = { 0 };

	*c = (struct chain){ .a = ctn_arena_open(0) };
	assert_true(ctn_verifier_open(&c->v, &e));
	forge_begin(&c->root, "CN=Root", "CN=Root", 0, 0, true);
	forge_begin(&c->upper, "CN=Upper,O=Example", "CN=Root", 1, 0, true);
	forge_begin(&c->lower, "CN=Lower,O=Example", "CN=Upper,O=Example", 2, 1, true);
	forge_begin(&c->leaf, "O=Example", "CN=Lower,O=Example", 3, 2, false);
	forge_dns(&c->leaf, "web.internal.example");
	c->ask.at_s = FORGE_NOW;
	c->ask.purpose = ctn_oid_kp_server_auth;
	chain_ask_name(c, "web.internal.example");
}

FORGE_UNUSED static void
chain_sign(struct chain *c)
{
	struct ctn_err e = { 0 };

	forge_sign(&c->root, 0);
	forge_sign(&c->upper, 0);
	forge_sign(&c->lower, 1);
	forge_sign(&c->leaf, 2);
	assert_true(ctn_verifier_trust(c->v, ctn_buf_view(&c->root.der), "root", &e));
	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&c->upper.der), "upper", &e));
	if (!c->without_lower)
		assert_true(ctn_verifier_know(c->v, ctn_buf_view(&c->lower.der), "lower", &e));
	c->ask.leaf = ctn_buf_view(&c->leaf.der);
}

/* Ask; the check that failed, CTN_V_NONE when it is trusted. */
FORGE_UNUSED static enum ctn_vcheck
chain_ask(struct chain *c)
{
	struct ctn_err e = { 0 };

	assert_true(ctn_verify(&c->result, c->v, &c->ask, c->a, &e));
	if (c->result.trusted)
		return CTN_V_NONE;
	assert_non_null(c->result.reason.text);
	return c->result.reason.check;
}

FORGE_UNUSED static void
chain_end(struct chain *c)
{
	forge_free(&c->root);
	forge_free(&c->upper);
	forge_free(&c->lower);
	forge_free(&c->leaf);
	ctn_verifier_close(c->v);
	ctn_arena_close(c->a);
}

/* One rule: what is done to a legal chain, and what the answer is then. */
struct rule_case {
	const char *what;
	void (*spoil)(struct chain *c);
	enum ctn_vcheck pkix, rfc5280, webpki;
};

FORGE_UNUSED static bool
run_case_in(const struct rule_case *k, enum ctn_verify_profile profile, enum ctn_vcheck wanted)
{
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	c.ask.profile = profile;
	k->spoil(&c);
	chain_sign(&c);
	got = chain_ask(&c);
	if (got != wanted)
		print_error("%s, %s: got check %d (%s), wanted %d\n", k->what, ctn_verify_profile_name(profile), (int)got,
		    got == CTN_V_NONE ? "trusted" : c.result.reason.text, (int)wanted);
	chain_end(&c);
	return got == wanted;
}

FORGE_UNUSED static void
run_cases(const struct rule_case *cases, size_t n)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		ok = run_case_in(&cases[i], CTN_PKIX, cases[i].pkix) && ok;
		ok = run_case_in(&cases[i], CTN_RFC5280, cases[i].rfc5280) && ok;
		ok = run_case_in(&cases[i], CTN_WEBPKI, cases[i].webpki) && ok;
	}
	assert_true(ok);
}

#endif
