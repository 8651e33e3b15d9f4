/* Policies and decisions where one more, or one of another kind, decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "policy/decide.h"
#include "policy/names.h"
#include "x509/ext.h"

#define NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400)

static const char ca_text[] = "authorities: { issuing: { subject: { CN: CA }, lifetime: 5y } }\n";

struct world {
	ctn_arena *arena;
	ctn_policies policies;
	ctn_policy_errors errors;
	const ctn_profile *p;
	ctn_request request;
	ctn_issuer_facts issuer;
	ctn_csr csr;
	ctn_plan plan;
	struct ctn_err e;
};

static void
start(struct world *w, const char *profile, const char *file)
{
	const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "policies/ca.yaml", .text = CTN_SPAN(ca_text) },
		{ .name = file, .shown = file, .text = ctn_span_text(profile) },
	};

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	assert_true(ctn_policies_parse(&w->policies, &w->errors, files, 2, w->arena, &w->e));
	w->p = ctn_policies_profile(&w->policies, "server");
	w->request = (ctn_request){ .profile = "server" };
	w->issuer = (ctn_issuer_facts){ .authority = "issuing", .subject = CTN_SPAN("\x30\x00"), .key_id = CTN_SPAN("01234567890123456789"),
		.sig_alg = CTN_SIG_ECDSA_SHA256, .not_before = NOW - DAY, .not_after = NOW + 3650 * DAY };
}

static void
end(struct world *w)
{
	ctn_arena_close(w->arena);
}

static bool
decide(struct world *w)
{
	return ctn_decide(&w->plan, &w->request, w->p, &w->issuer, NOW, w->arena, &w->e);
}

static void
assert_errors(const char *profile, size_t n)
{
	struct world w;

	start(&w, profile, "server.yaml");
	if (w.errors.n != n)
		fail_msg("%zu errors, not %zu: %s%s", w.errors.n, n, profile, w.errors.n > 0 ? w.errors.at[0].text : "");
	end(&w);
}

static void
what_a_profile_says_is_of_its_kind(void **state)
{
	static const char *const bad[] = { "key_usage: digitalSignature", "extended_key_usage: serverAuth", "key: { allow: ed25519 }",
		"key: { generate: [] }", "renew: { window: [] }", "subject: []", "lint: { ignore: x }", "key_usage: [decipherOnly]",
		"extensions: [{ oid: ocspNoCheck, value: '0500' }]\nextended_key_usage: [serverAuth]",
		"extensions: [{ oid: ocspNoCheck, critical: true, value: '0500' }]\nextended_key_usage: [OCSPSigning]",
		"extensions: [{ oid: ocspNoCheck, value: '0400' }]\nextended_key_usage: [OCSPSigning]",
		"extensions: [{ oid: 1.2.3, value: '' }]", "extended_key_usage: [1.3.6.1.5.5.7.2.1, serverAut]", "lifetime: { default: 6y, max: 7y }" };
	static const char *const good[] = { "key_usage: [keyAgreement, encipherOnly]", "key_usage: []", "extended_key_usage: []",
		"extensions: [{ oid: ocspNoCheck, value: '0500' }]\nextended_key_usage: [OCSPSigning]",
		"lifetime: { default: 6y, max: 7y, past_issuer: shorten }", "lifetime: { default: 5y, max: 7y }" };
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(text, sizeof(text), "issuer: issuing\n%s\n", bad[i]);
		assert_errors(text, 1);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(text, sizeof(text), "issuer: issuing\n%s\n", good[i]);
		assert_errors(text, 0);
	}
	assert_errors("[]\n", 1);
}

/* front, n times item with its number, back. */
static void
assert_many(const char *front, const char *item, size_t n, const char *back, size_t errors)
{
	CTN_OWN_BUF b = { 0 };

	ctn_buf_printf(&b, "issuer: issuing\n%s", front);
	for (size_t i = 0; i < n; i++)
		ctn_buf_printf(&b, "%s%s%zu%s", i == 0 ? "" : ", ", item, i + 1, item[0] == '{' ? ", value: '0500' }" : "");
	ctn_buf_printf(&b, "%s\n", back);
	assert_errors(ctn_buf_cstr(&b), errors);
}

static void
lists_of_a_profile_are_bounded(void **state)
{
	(void)state;
	assert_many("extended_key_usage: [", "1.3.6.1.4.1.99999.", 64, "]", 0);
	assert_many("extended_key_usage: [", "1.3.6.1.4.1.99999.", 65, "]", 1);
	assert_many("extensions: [", "{ oid: 1.3.6.1.4.1.99999.", 200, "]", 1);
}

static void
files_that_are_no_profiles_are_not_read_as_one(void **state)
{
	static const char *const names[] = { "audit.yaml", ".yml", "yml", "README", ".yaml" };
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		start(&w, "nonsense: [", names[i]);
		if (w.errors.n != 0)
			fail_msg("%s: %s", names[i], w.errors.at[0].text);
		assert_null(w.p);
		end(&w);
	}
	start(&w, "issuer: issuing\n", "server.yml");
	assert_int_equal(w.errors.n, 1);
	end(&w);
}

static void
no_usage_is_asked_for_and_none_is_missed(void **state)
{
	ctn_name name;
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nkey_usage: []\nnames: { dns: { allow: [a] } }\nextended_key_usage: [OCSPSigning]\n"
	          "extensions: [{ oid: ocspNoCheck, value: '0500' }]\n", "server.yaml");
	assert_true(ctn_name_parse(&name, "a", w.arena, &w.e));
	w.request.names = &name;
	w.request.names_n = 1;
	assert_true(decide(&w));
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.key_usage, 0);
	assert_true(w.plan.fields.ocsp_nocheck);
	end(&w);
}

static void
a_mailbox_outside_is_refused(void **state)
{
	ctn_name name;
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { email: { allow: ['*@a.test'] } }\n", "server.yaml");
	w.request.names = &name;
	w.request.names_n = 1;
	assert_true(ctn_name_parse(&name, "x@a.test", w.arena, &w.e));
	assert_true(decide(&w));
	assert_true(w.plan.allowed);
	assert_true(ctn_name_parse(&name, "x@b.test", w.arena, &w.e));
	assert_true(decide(&w));
	assert_false(w.plan.allowed);
	end(&w);
}

static void
a_thousand_names_are_judged_and_one_more_is_refused(void **state)
{
	char text[16];
	ctn_name *names;
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: ['**'], max: 1000 }, total: { max: 1000 } }\n", "server.yaml");
	assert_int_equal(w.errors.n, 0);
	names = ctn_arena_new(w.arena, ctn_name, CTN_POLICY_NAMES_MAX + 1);
	assert_non_null(names);
	for (size_t i = 0; i <= CTN_POLICY_NAMES_MAX; i++) {
		(void)snprintf(text, sizeof(text), "a%zu", i);
		assert_true(ctn_name_parse(&names[i], text, w.arena, &w.e));
	}
	w.request.names = names;
	w.request.names_n = CTN_POLICY_NAMES_MAX;
	assert_true(decide(&w));
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.names_n, CTN_POLICY_NAMES_MAX);
	w.request.names_n = CTN_POLICY_NAMES_MAX + 1;
	assert_true(decide(&w));
	assert_false(w.plan.allowed);
	end(&w);
}

static void
a_reason_for_each_of_many_names_is_kept(void **state)
{
	char text[16];
	ctn_name names[100];
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [b] } }\n", "server.yaml");
	for (size_t i = 0; i < 100; i++) {
		(void)snprintf(text, sizeof(text), "a%zu", i);
		assert_true(ctn_name_parse(&names[i], text, w.arena, &w.e));
	}
	w.request.names = names;
	w.request.names_n = 100;
	assert_true(decide(&w));
	assert_false(w.plan.allowed);
	assert_true(w.plan.rules_n > 100);
	assert_string_equal(w.plan.rules[0].rule, "issuer");
	end(&w);
}

static void
a_default_over_the_authoritys_lifetime_is_said_at_the_file(void **state)
{
	const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN("authorities: { issuing: { subject: { CN: CA }, lifetime: 30d } }\n") },
		{ .name = "a.yaml", .shown = "a.yaml", .text = CTN_SPAN("issuer: issuing\n") },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_policies policies;
	ctn_policy_errors errors;

	(void)state;
	assert_true(ctn_policies_parse(&policies, &errors, files, 2, a, &e));
	assert_int_equal(errors.n, 1);
	assert_int_equal(errors.at[0].where.line, 1);
	assert_int_equal(errors.at[0].where.column, 1);
}

/* The subjectAltName of a CSR: n DNS names, all the same text or with their number. */
static void
csr(struct world *w, ctn_buf *san, const char *text, size_t n)
{
	size_t mark = ctn_der_open(san, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < n; i++)
		ctn_general_write(san, &(ctn_general_name){ CTN_NAME_DNS, ctn_span_text(text) });
	ctn_der_close(san, mark);
	w->csr = (ctn_csr){ .subject = CTN_SPAN("\x30\x00"),
		.key = { .kind = { .alg = CTN_KEY_P256 }, .der = CTN_SPAN("spki"), .bits = CTN_SPAN("bits") } };
	w->csr.exts.at[w->csr.exts.n++] = (ctn_ext){ .oid = ctn_oid_subject_alt_name, .value = ctn_buf_view(san) };
	w->request.csr = &w->csr;
}

static void
names_of_a_csr_are_names_and_no_more_than_a_thousand(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		bool taken;
	} cases[] = { { "a", 1, true }, { "a", 1000, true }, { "a", 1001, false }, { "a..b", 1, false }, { "xn--a", 1, false } };
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CTN_OWN_BUF san = { 0 };

		start(&w, "issuer: issuing\nnames: { dns: { allow: ['**'] } }\ncsr: { copy: [subjectAltName] }\n", "server.yaml");
		csr(&w, &san, cases[i].text, cases[i].n);
		if (decide(&w) != cases[i].taken)
			fail_msg("%zu of '%s': %s", cases[i].n, cases[i].text, w.e.text);
		assert_true(!cases[i].taken || w.plan.allowed);
		end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_profile_says_is_of_its_kind),
		cmocka_unit_test(lists_of_a_profile_are_bounded),
		cmocka_unit_test(files_that_are_no_profiles_are_not_read_as_one),
		cmocka_unit_test(no_usage_is_asked_for_and_none_is_missed),
		cmocka_unit_test(a_mailbox_outside_is_refused),
		cmocka_unit_test(a_thousand_names_are_judged_and_one_more_is_refused),
		cmocka_unit_test(a_reason_for_each_of_many_names_is_kept),
		cmocka_unit_test(a_default_over_the_authoritys_lifetime_is_said_at_the_file),
		cmocka_unit_test(names_of_a_csr_are_names_and_no_more_than_a_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
