/* Policies and decisions where memory ends: what is answered is right and whole, or there is no answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key/private.h"
#include "policy/monitor.h"
#include "policy_explain.h"

#define FINE ((size_t)16) /* what an arena counts in */
#define COARSE ((size_t)256)
#define BOUND_MAX ((size_t)1 << 20)

/* What is asked of given: true with the answer as text, false for lack of memory. */
typedef bool question(ctn_buf *out, const void *given, ctn_arena *a, struct ctn_err *e);

static void
assert_whole_or_none(question *ask, const void *given, size_t step)
{
	CTN_OWN(ctn_arena) plenty = ctn_arena_open(0);
	CTN_OWN_BUF whole = { 0 };
	struct ctn_err e = { 0 };
	size_t answers = 0;

	assert_non_null(plenty);
	if (!ask(&whole, given, plenty, &e))
		fail_msg("%s", e.text);
	for (size_t bound = step; bound < BOUND_MAX && answers == 0; bound += step) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(bound);
		CTN_OWN_BUF said = { 0 };

		assert_non_null(a);
		e = (struct ctn_err){ 0 };
		if (!ask(&said, given, a, &e)) {
			assert_int_equal(e.code, CTN_ENOMEM);
			continue;
		}
		if (strcmp(ctn_buf_cstr(&said), ctn_buf_cstr(&whole)) != 0) {
			fprintf(stderr, "with plenty:\n%s\nwith %zu octets:\n%s\n", ctn_buf_cstr(&whole), bound, ctn_buf_cstr(&said));
			fail();
		}
		answers++;
	}
	assert_int_equal(answers, 1);
}

static void
tell_errors(ctn_buf *out, const ctn_policy_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++)
		ctn_buf_printf(out, "%s:%u: %s | %s\n", errors->at[i].where.file, errors->at[i].where.line, errors->at[i].text,
		    errors->at[i].hint == NULL ? "" : errors->at[i].hint);
}

struct files {
	ctn_policy_file at[4];
	size_t n;
	const char *profile;
};

static bool
all_policies(ctn_buf *out, const void *given, ctn_arena *a, struct ctn_err *e)
{
	const struct files *files = given;
	ctn_policies policies = { 0 };
	ctn_policy_errors errors = { 0 };

	if (!ctn_policies_parse(&policies, &errors, files->at, files->n, a, e))
		return false;
	tell_errors(out, &errors);
	tell_errors(out, &policies.warnings);
	for (size_t i = 0; i < policies.authorities_n; i++)
		ctn_buf_printf(out, "authority %s: %zu attributes\n", policies.authorities[i].name, policies.authorities[i].subject_n);
	for (size_t i = 0; i < policies.profiles_n && errors.n == 0; i++) {
		if (!ctn_profile_show(out, &policies.profiles[i], e))
			fail_msg("%s", e->text);
	}
	return true;
}

static bool
one_policy(ctn_buf *out, const void *given, ctn_arena *a, struct ctn_err *e)
{
	const struct files *files = given;
	const ctn_profile *profile = NULL;
	ctn_policies policies = { 0 };
	ctn_policy_errors errors = { 0 };

	if (!ctn_policies_parse_for(&policies, &profile, &errors, files->at, files->n, files->profile, a, e)) {
		ctn_buf_printf(out, "%s | %s\n", e->text, e->hint);
		return e->code != CTN_ENOMEM;
	}
	if (profile == NULL)
		return true;
	if (!ctn_profile_show(out, profile, e))
		fail_msg("%s", e->text);
	return true;
}

static bool
monitoring(ctn_buf *out, const void *given, ctn_arena *a, struct ctn_err *e)
{
	ctn_policy_errors errors = { 0 };
	ctn_monitor_policy p = { 0 };

	if (!ctn_monitor_policy_parse(&p, &errors, given, a, e))
		return false;
	tell_errors(out, &errors);
	for (size_t i = 0; i < p.channels_n; i++) {
		const ctn_channel *c = &p.channels[i];

		ctn_buf_printf(out, "%s %s %s %s %s\n", c->name, c->email.to != NULL ? c->email.to[0] : "", c->email.smtp != NULL ? c->email.smtp : "",
		    c->webhook.url != NULL ? c->webhook.url : "", c->command.argv != NULL ? c->command.argv[0] : "");
	}
	for (size_t i = 0; i < p.watch_n; i++)
		ctn_buf_printf(out, "watched: %d, %zu\n", (int)p.watch[i].kind, p.watch[i].what_n);
	return true;
}

#define FILE_OF(file, content) { .name = (file), .shown = "policies/" file, .text = CTN_SPAN(content) }

#define ONE(name) ", " name ": { subject: { CN: R }, lifetime: 1y }"
#define TEN(name) \
	ONE(name "0") ONE(name "1") ONE(name "2") ONE(name "3") ONE(name "4") ONE(name "5") ONE(name "6") ONE(name "7") ONE(name "8") ONE(name "9")

static void
policies_are_read_whole_or_not_at_all(void **state)
{
	static const char ca[] = "authorities: { r: { subject: { CN: R }, lifetime: 1y }, i: { subject: { CN: I, OU: [a, b] }, lifetime: 1d, issuer: r,\n"
	                         "  name_constraints: { permitted: { dns: [a.test], ip: [10.0.0.0/8], email: [.a.test, x@a.test], uri: [a.test] } },\n"
	                         "  extended_key_usage: [serverAuth], crl: { urls: [\"http://a/{key}\"] }, ca_issuers: [\"http://a/b\"] } }\n";
	static const char two[] = "authorities: { r: { subject: { CN: R }, lifetime: 1y },\n"
	                          "  i: { subject: { CN: I }, lifetime: 1d, extended_key_usage: [serverAuth] } }\n";
	static const char many[] = "authorities: { r: { subject: { CN: R }, lifetime: 1y }" TEN("a") TEN("b") TEN("c") " }\n";
	static const struct files authorities = { .n = 2, .profile = "h", .at = { FILE_OF("h.yaml", "issuer: r\n"), FILE_OF("ca.yaml", many) } };
	static const struct files sets[] = {
		{ .n = 2, .profile = "a", .at = { FILE_OF("ca.yaml", ca),
			FILE_OF("a.yaml", "issuer: r\nsubject: { CN: { from: first_dns }, O: { value: A } }\nkey: { allow: [ecdsa-p256] }\n"
			                  "names: { dns: { allow: [a.test], deny: [b.a.test] }, ip: { allow: [10.0.0.0/8] } }\n"
			                  "extensions: [{ oid: 1.2.3, value: '0500' }]\nextended_key_usage: [serverAuth]\n"
			                  "renew: { window: 40% }\nlint: { ignore: [serial-entropy] }\n") } },
		{ .n = 3, .profile = "b", .at = { FILE_OF("ca.yaml", two), FILE_OF("b.yaml", "issuer: i\nextended_key_usage: [1.2.3.4]\n"),
			FILE_OF("b c.yaml", "") } },
		{ .n = 3, .profile = "c", .at = { FILE_OF("ca.yaml", two), FILE_OF("c.yaml", "issuer: rr\nlint: { ignore: [serial-entropi, x] }\n"),
			FILE_OF("d.yml", "") } },
		{ .n = 2, .profile = "e", .at = { FILE_OF("ca.yaml", two), FILE_OF("e.yaml", "issuer: nobody\n") } },
		{ .n = 1, .profile = "i", .at = { FILE_OF("ca.yaml", ca) } },
		{ .n = 2, .profile = "g", .at = { FILE_OF("ca.yaml", two), FILE_OF("monitor.yaml", "watch: [x]\n") } },
		{ .n = 2, .profile = "elsewhere", .at = { FILE_OF("f.yaml", "issuer: r\n"), FILE_OF("monitor.yaml", "watch: [x]\n") } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		assert_whole_or_none(all_policies, &sets[i], FINE);
		assert_whole_or_none(one_policy, &sets[i], FINE);
	}
	assert_whole_or_none(one_policy, &authorities, COARSE);
}

static void
what_is_wrong_is_said_whole_however_far_away_the_file_is(void **state)
{
	char shown[3000];
	struct files files = { .n = 2, .profile = "a",
		.at = { FILE_OF("ca.yaml", "authorities: { issuing: { subject: { CN: R }, lifetime: 1y } }\n"), FILE_OF("a.yaml", "issuer: isuing\n") } };

	(void)state;
	memset(shown, 'a', sizeof(shown));
	shown[sizeof(shown) - 1] = '\0';
	files.at[0].shown = shown;
	assert_whole_or_none(all_policies, &files, FINE);
}

static void
channels_are_read_whole_or_not_at_all(void **state)
{
	static const ctn_policy_file files[] = {
		FILE_OF("monitor.yaml", "notify: [{ email: [a@a.test], from: b@a.test, smtp: 'smtp://a', tls: none, user: u, password_file: /p }]\n"),
		FILE_OF("monitor.yaml", "notify: [{ email: a@a.test, from: b@a.test, smtp: 'smtp://a', tls: none }]\n"),
		FILE_OF("monitor.yaml", "notify: [{ webhook: 'http://a', header_files: { A: /a } }]\n"),
		FILE_OF("monitor.yaml", "notify: [{ webhook: 'http://a', stages: [warning] }, { command: [a, b] }, { syslog: user }, { command: [a, c] }]\n"),
		FILE_OF("monitor.yaml",
		    "notify: [{ webhook: 'https://hooks.of-a-name-that-is-longer.than-all-else-that-is-said-of-it.and-of-its-errors.internal.example/pki' }]\n"),
		FILE_OF("monitor.yaml", "watch: [{ files: [/a, /b] }, { tls: ['a:443'] }]\nthresholds: { warning: 30% }\nrenew: { hook: [a] }\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_whole_or_none(monitoring, &files[i], FINE);
}

static bool
decision(ctn_buf *out, const void *given, ctn_arena *a, struct ctn_err *e)
{
	const struct world *w = given;
	ctn_plan plan = { 0 };

	if (!ctn_decide(&plan, &w->request, w->p, &w->issuer, NOW, a, e))
		return false;
	tell(out, &plan);
	ctn_buf_printf(out, "%zu attributes, %zu names, %zu octets of key identifier\n", plan.fields.subject_n, plan.fields.names_n,
	    plan.fields.subject_key_id.n);
	return true;
}

static void
decisions_are_whole_or_there_is_none(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } }, { CTN_NAME_IP, { (const uint8_t *)"\x0a\0\0\1", 4 } } };
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_ED25519, san, 2);
	assert_whole_or_none(decision, &w, FINE);
	name(&w, "e.example");
	assert_whole_or_none(decision, &w, FINE);
	end(&w);
	start(&w, bare);
	name(&w, "a.example");
	assert_whole_or_none(decision, &w, FINE);
	end(&w);
}

/* A subject that is longer than all reasons: neither is it left out, nor a name in it passed over, where memory ends with it. */
static void
a_long_subject_is_read_or_there_is_no_decision(void **state)
{
	static const uint8_t tlv[] = { 0x30, 0x82, 0x12, 0x15, 0x31, 0x82, 0x12, 0x11, 0x30, 0x82, 0x12, 0x0d, 6, 3, 0x55, 4, 4, 0x0c, 0x82, 0x12, 0x04 };
	static const char url[] = "http://bank.example/";
	uint8_t subject[sizeof(tlv) + 0x1204];
	struct world w;

	(void)state;
	memset(subject, 'a', sizeof(subject));
	memcpy(subject, tlv, sizeof(tlv));
	start(&w, "issuer: issuing\nsubject: { SN: { from: csr } }\nnames: { dns: { allow: [a] } }\n");
	name(&w, "a");
	csr(&w, CTN_KEY_P256, NULL, 0);
	w.csr.subject = (ctn_span){ subject, sizeof(subject) };
	assert_whole_or_none(decision, &w, 4 * FINE);
	memcpy(subject + sizeof(tlv), url, sizeof(url) - 1);
	assert_whole_or_none(decision, &w, 4 * FINE);
	end(&w);
}

struct authority {
	const ctn_authority_policy *p;
	ctn_span spki;
};

static bool
decision_on_an_authority(ctn_buf *out, const void *given, ctn_arena *a, struct ctn_err *e)
{
	const struct authority *of = given;
	ctn_plan plan = { 0 };

	if (!ctn_decide_authority(&plan, of->p, "policies/ca.yaml", of->spki, NULL, NOW, a, e))
		return false;
	tell(out, &plan);
	ctn_buf_printf(out, "%zu octets of subject\n", plan.fields.subject_der.n);
	ctn_buf_hex(out, plan.fields.name_constraints);
	return true;
}

static void
decisions_on_authorities_are_whole_or_there_is_none(void **state)
{
	ctn_policy_file file = { .name = "ca.yaml", .shown = "ca.yaml" };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF text = { 0 };
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF spki = { 0 };
	struct authority of;
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;
	ctn_policies policies;

	(void)state;
	/* Constraints that are longer than all reasons. */
	ctn_buf_text(&text, "authorities: { r: { subject: { CN: R }, lifetime: 1y, name_constraints: { permitted: { dns: [a.test");
	for (unsigned i = 0; i < 100; i++)
		ctn_buf_printf(&text, ", a%u.internal.example", i);
	ctn_buf_text(&text, "] } } } }\n");
	file.text = ctn_buf_view(&text);
	assert_true(ctn_policies_parse(&policies, &errors, &file, 1, a, &e));
	assert_true(ctn_privkey_generate(&key, (ctn_key_kind){ CTN_KEY_P256, 0 }, &e));
	assert_true(ctn_privkey_spki(&spki, key, &e));
	of = (struct authority){ ctn_policies_authority(&policies, "r"), ctn_buf_view(&spki) };
	assert_non_null(of.p);
	assert_whole_or_none(decision_on_an_authority, &of, FINE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_are_read_whole_or_not_at_all),
		cmocka_unit_test(what_is_wrong_is_said_whole_however_far_away_the_file_is),
		cmocka_unit_test(channels_are_read_whole_or_not_at_all),
		cmocka_unit_test(decisions_are_whole_or_there_is_none),
		cmocka_unit_test(a_long_subject_is_read_or_there_is_no_decision),
		cmocka_unit_test(decisions_on_authorities_are_whole_or_there_is_none),
	};

	return cmocka_run_group_tests_name("where memory ends", tests, NULL, NULL);
}
