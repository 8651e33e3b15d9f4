/* A chain of four out of the forge, and tables of what is done to it and what the answer is then. */
#ifndef TEST_VERIFY_FORGE_H
#define TEST_VERIFY_FORGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "forge/forge.h"
#include "name/constraint.h"
#include "verify/verify.h"
#include "x509/ext.h"

#define FORGE_UNUSED __attribute__((unused))

/* root, two intermediates, leaf: keys 0 to 3. What a test spoils, it spoils before the signatures are made. */
struct chain {
	struct forged root, upper, lower, leaf;
	ctn_verify_ask ask;
	ctn_arena *a;
	ctn_verifier *v;
	ctn_verify_result result;
	bool without_lower;
	bool upper_is_anchor; /* and no root */
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
	forge_sign(&c->leaf, c->lower.key);
	if (c->upper_is_anchor) {
		assert_true(ctn_verifier_trust(c->v, ctn_buf_view(&c->upper.der), "upper", &e));
	} else {
		assert_true(ctn_verifier_trust(c->v, ctn_buf_view(&c->root.der), "root", &e));
		assert_true(ctn_verifier_know(c->v, ctn_buf_view(&c->upper.der), "upper", &e));
	}
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

/* A list of n permitted subtrees h0.example, h1.example, ..., or of so many names. */
static void
put_hosts(ctn_buf *b, unsigned n, bool subtrees)
{
	for (unsigned i = 0; i < n; i++) {
		size_t one = subtrees ? ctn_der_open(b, CTN_TAG_SEQUENCE) : 0, host = ctn_der_open(b, CTN_TAG_CONTEXT(CTN_NAME_DNS));

		ctn_buf_printf(b, "h%u.example", i);
		ctn_der_close(b, host);
		if (subtrees)
			ctn_der_close(b, one);
	}
}

/* The authority may speak for n hosts, and the certificate below it has them all: n times n comparisons at most. */
FORGE_UNUSED static void
chain_put_hosts(struct forged *authority, struct forged *below, unsigned n)
{
	ctn_buf *b = forge_put(authority, ctn_oid_name_constraints, true);
	size_t whole = ctn_der_open(b, CTN_TAG_SEQUENCE), list = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(0));

	put_hosts(b, n, true);
	ctn_der_close(b, list);
	ctn_der_close(b, whole);
	b = forge_put(below, ctn_oid_subject_alt_name, false);
	whole = ctn_der_open(b, CTN_TAG_SEQUENCE);
	put_hosts(b, n, false);
	ctn_der_close(b, whole);
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
	for (size_t i = 0; i < n; i++) {
		assert_true(run_case_in(&cases[i], CTN_PKIX, cases[i].pkix));
		assert_true(run_case_in(&cases[i], CTN_RFC5280, cases[i].rfc5280));
		assert_true(run_case_in(&cases[i], CTN_WEBPKI, cases[i].webpki));
	}
}

#endif
