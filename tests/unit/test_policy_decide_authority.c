/* The plan of a CA certificate: as its entry in ca.yaml says, within what its issuer allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"
#include "der/write.h"
#include "key/private.h"
#include "name/constraint.h"
#include "policy/decide.h"
#include "x509/ext.h"

#define NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define YEAR (INT64_C(365) * 86400)

static const char ca_text[] =
    "authorities:\n"
    "  root: { subject: { CN: R, O: Acme }, lifetime: 20y, path_length: 1 }\n"
    "  sub:\n"
    "    issuer: external\n"
    "    subject: { CN: S }\n"
    "    lifetime: 5y\n"
    "    path_length: 0\n"
    "    name_constraints: { permitted: { dns: [a.test] } }\n"
    "    extended_key_usage: [serverAuth]\n"
    "  free: { subject: { CN: F }, lifetime: 5y, issuer: external }\n"
    "  old: { subject: { CN: O }, lifetime: 1000y }\n"
    "  rsa: { subject: { CN: O }, lifetime: 1y, key: { algorithm: rsa-3072 } }\n";

struct world {
	ctn_arena *arena;
	ctn_policies policies;
	ctn_buf spki;
	ctn_issuer_facts issuer;
	ctn_plan plan;
};

static void
start(struct world *w)
{
	const ctn_policy_file file = { .name = "ca.yaml", .shown = "policies/ca.yaml", .text = CTN_SPAN(ca_text) };
	CTN_OWN(ctn_privkey) key = NULL;
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	assert_true(ctn_policies_parse(&w->policies, &errors, &file, 1, w->arena, &e));
	if (errors.n > 0)
		fail_msg("%s", errors.at[0].text);
	assert_true(ctn_privkey_generate(&key, (ctn_key_kind){ CTN_KEY_P256, 0 }, &e));
	assert_true(ctn_privkey_spki(&w->spki, key, &e));
	w->issuer = (ctn_issuer_facts){ .authority = "root", .subject = CTN_SPAN("\x30\x00"), .key_id = CTN_SPAN("01234567890123456789"),
		.sig_alg = CTN_SIG_ECDSA_SHA384, .not_before = NOW, .not_after = NOW + 5 * YEAR - 1, .has_path_len = true, .path_len = 1 };
}

static void
decide_at(struct world *w, const char *name, const ctn_issuer_facts *issuer, int64_t now_s)
{
	const ctn_authority_policy *p = ctn_policies_authority(&w->policies, name);
	struct ctn_err e = { 0 };

	assert_non_null(p);
	if (!ctn_decide_authority(&w->plan, p, "policies/ca.yaml", ctn_buf_view(&w->spki), issuer, now_s, w->arena, &e))
		fail_msg("%s", e.text);
}

static const char *
failure(const struct world *w)
{
	static char out[1300];

	for (size_t k = 0; k < w->plan.rules_n; k++) {
		const ctn_rule_trace *r = &w->plan.rules[k];

		if (r->outcome != CTN_RULE_FAIL)
			continue;
		(void)snprintf(out, sizeof(out), "%s:%u %s", r->rule, r->where.line, r->text);
		return out;
	}
	return "none";
}

static void
end(struct world *w)
{
	ctn_buf_free(&w->spki);
	ctn_arena_close(w->arena);
}

static void
a_root_signs_itself(void **state)
{
	const ctn_cert_fields *f;
	struct world w;

	(void)state;
	start(&w);
	decide_at(&w, "root", NULL, NOW);
	assert_string_equal(failure(&w), "none");
	assert_true(w.plan.allowed);
	f = &w.plan.fields;
	assert_true(f->is_ca);
	assert_true(f->has_path_len);
	assert_int_equal(f->path_len, 1);
	assert_int_equal(f->key_usage, CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN);
	assert_true(ctn_span_equal(f->issuer, f->subject_der));
	assert_true(f->subject_der.n > 10);
	assert_int_equal(f->authority_key_id.n, 0);
	assert_int_equal(f->subject_key_id.n, 20);
	assert_int_equal(f->sig_alg, CTN_SIG_ECDSA_SHA256);
	assert_int_equal(f->not_before, NOW - 300);
	assert_int_equal(f->not_after, NOW + 20 * YEAR - 1);
	assert_int_equal(f->name_constraints.n, 0);
	end(&w);
}

static void
an_authority_below_takes_issuer_and_constraints(void **state)
{
	const ctn_cert_fields *f;
	ctn_name_constraints c;
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	start(&w);
	decide_at(&w, "sub", &w.issuer, NOW);
	assert_string_equal(failure(&w), "none");
	f = &w.plan.fields;
	assert_int_equal(f->sig_alg, CTN_SIG_ECDSA_SHA384);
	assert_int_equal(f->authority_key_id.n, 20);
	assert_int_equal(f->issuer.n, 2);
	assert_int_equal(f->eku_n, 1);
	assert_true(ctn_constraints_parse(&c, f->name_constraints, &e));
	assert_int_equal(c.subtrees, 1);
	end(&w);
}

static void
every_refusal_has_its_reason(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	w.issuer.not_after--;
	decide_at(&w, "sub", &w.issuer, NOW);
	assert_false(w.plan.allowed);
	assert_string_equal(failure(&w), "lifetime:3 it would end at 2030-12-30T23:59:59Z, after its issuer 'root' (2030-12-30T23:59:58Z)");
	assert_string_equal(w.plan.hint, "shorten its lifetime in ca.yaml, or first: catena ca renew root");
	w.issuer.not_after++;
	w.issuer.path_len = 0;
	decide_at(&w, "free", &w.issuer, NOW);
	assert_string_equal(failure(&w), "path_length:10 its issuer 'root' has path length 0: it cannot issue authorities (RFC 5280 4.2.1.9)");
	w.issuer.path_len = 1;
	decide_at(&w, "free", &w.issuer, NOW);
	assert_string_equal(failure(&w), "none");
	assert_false(w.plan.fields.has_path_len);
	decide_at(&w, "root", &w.issuer, NOW - 16 * YEAR);
	assert_string_equal(failure(&w), "issuer:2 authority 'root' is valid only from 2026-01-01T00:00:00Z on");
	w.issuer.not_after = NOW + 30 * YEAR;
	decide_at(&w, "root", &w.issuer, NOW);
	assert_string_equal(failure(&w), "path_length:2 1 must be less than the 1 of its issuer 'root'");
	decide_at(&w, "rsa", NULL, NOW);
	assert_string_equal(failure(&w), "key.algorithm:12 the key is of kind ecdsa-p256, not rsa-3072");
	decide_at(&w, "free", &w.issuer, w.issuer.not_after + 1);
	assert_string_equal(failure(&w), "issuer:10 authority 'root' or what is above it expired at 2055-12-25T00:00:00Z");
	decide_at(&w, "old", NULL, CTN_TIME_NEVER - 1000 * YEAR + 2);
	assert_string_equal(failure(&w), "lifetime:11 it would end after the year 9999");
	decide_at(&w, "old", NULL, CTN_TIME_NEVER - 1000 * YEAR + 1);
	assert_string_equal(failure(&w), "none");
	end(&w);
}

/* An RSA key of that many octets, as SubjectPublicKeyInfo. */
static void
rsa_spki(ctn_buf *out, size_t octets)
{
	uint8_t modulus[512];
	size_t whole, alg, bits, key;

	memset(modulus, 0xff, sizeof(modulus));
	ctn_buf_reset(out);
	whole = ctn_der_open(out, CTN_TAG_SEQUENCE);
	alg = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"));
	ctn_der_put(out, CTN_TAG_NULL, CTN_SPAN(""));
	ctn_der_close(out, alg);
	bits = ctn_der_open(out, CTN_TAG_BIT_STRING);
	ctn_buf_byte(out, 0);
	key = ctn_der_open(out, CTN_TAG_SEQUENCE);
	modulus[0] = 0;
	ctn_der_put(out, CTN_TAG_INTEGER, (ctn_span){ modulus, octets + 1 });
	ctn_der_put(out, CTN_TAG_INTEGER, CTN_SPAN("\x01\x00\x01"));
	ctn_der_close(out, key);
	ctn_der_close(out, bits);
	ctn_der_close(out, whole);
}

static void
an_rsa_key_has_the_size_that_is_wanted(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	rsa_spki(&w.spki, 384);
	decide_at(&w, "rsa", NULL, NOW);
	assert_string_equal(failure(&w), "none");
	rsa_spki(&w.spki, 256);
	decide_at(&w, "rsa", NULL, NOW);
	assert_string_equal(failure(&w), "key.algorithm:12 the key is of kind rsa-2048, not rsa-3072");
	end(&w);
}

static void
an_issuer_without_path_length_limits_none(void **state)
{
	struct world w;

	(void)state;
	start(&w);
	w.issuer.has_path_len = false;
	w.issuer.path_len = 0;
	decide_at(&w, "free", &w.issuer, NOW);
	assert_string_equal(failure(&w), "none");
	decide_at(&w, "sub", &w.issuer, NOW);
	assert_string_equal(failure(&w), "none");
	end(&w);
}

static void
a_subject_that_no_name_can_have_is_an_error(void **state)
{
	ctn_authority_policy p;
	ctn_dn_attr attr;
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	start(&w);
	p = *ctn_policies_authority(&w.policies, "free");
	attr = (ctn_dn_attr){ .oid = p.subject[0].oid, .value = "" };
	p.subject = &attr;
	assert_false(ctn_decide_authority(&w.plan, &p, "policies/ca.yaml", ctn_buf_view(&w.spki), NULL, NOW, w.arena, &e));
	assert_string_equal(e.text, "subject of 'free': CN is empty");
	end(&w);
}

static void
a_key_that_is_none_is_an_error(void **state)
{
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	start(&w);
	assert_false(ctn_decide_authority(&w.plan, &w.policies.authorities[0], "policies/ca.yaml", CTN_SPAN("\x30\x00"), NULL, NOW, w.arena, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_non_null(strstr(e.text, "key of 'root'"));
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_signs_itself),
		cmocka_unit_test(an_authority_below_takes_issuer_and_constraints),
		cmocka_unit_test(every_refusal_has_its_reason),
		cmocka_unit_test(an_rsa_key_has_the_size_that_is_wanted),
		cmocka_unit_test(an_issuer_without_path_length_limits_none),
		cmocka_unit_test(a_subject_that_no_name_can_have_is_an_error),
		cmocka_unit_test(a_key_that_is_none_is_an_error),
	};

	return cmocka_run_group_tests_name("decisions on authorities", tests, NULL, NULL);
}
