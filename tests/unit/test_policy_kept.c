/* What is refused is said and not kept; what is kept is what was said, wherever in the files it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "der/oid.h"
#include "policy/profile.h"
#include "x509/ext.h"

#define CA "authorities: { i: { subject: { CN: I }, lifetime: 5y } }\n"

struct world {
	ctn_arena *arena;
	ctn_policies policies;
	ctn_policy_errors errors;
	struct ctn_err e;
};

static void
load_all(struct world *w, const ctn_policy_file *files, size_t n)
{
	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	assert_true(ctn_policies_parse(&w->policies, &w->errors, files, n, w->arena, &w->e));
}

static void
end(struct world *w)
{
	ctn_arena_close(w->arena);
}

/* An authority with that beside its lifetime. */
static const ctn_authority_policy *
authority(struct world *w, const char *keys, size_t errors)
{
	char text[500];
	ctn_policy_file file = { .name = "ca.yaml", .shown = "ca.yaml" };

	(void)snprintf(text, sizeof(text), "authorities: { r: { lifetime: 1y, %s } }\n", keys);
	file.text = ctn_span_text(text);
	load_all(w, &file, 1);
	if (w->errors.n != errors)
		fail_msg("%zu errors, not %zu: %s", w->errors.n, errors, keys);
	assert_int_equal(w->policies.authorities_n, 1);
	return &w->policies.authorities[0];
}

static void
refused_attributes_are_in_no_subject(void **state)
{
	struct world w;

	(void)state;
	assert_int_equal(authority(&w, "subject: { C: XYZ }", 1)->subject_n, 0);
	end(&w);
	assert_int_equal(authority(&w, "subject: { CN: R, CM: x }", 1)->subject_n, 1);
	end(&w);
	assert_int_equal(authority(&w, "subject: { CN: R, OU: [a, [], b] }", 1)->subject_n, 3);
	end(&w);
}

static void
refused_urls_lengths_and_bases_are_in_no_authority(void **state)
{
	static const char *const bases[] = { "dns: [a..b, a.test]", "uri: [a..b, a.test]", "email: [a..b, a.test]", "email: [a@b@c, a.test]", "ip: [x, 10.0.0.0/8]" };
	const ctn_authority_policy *p;
	char keys[200];
	struct world w;

	(void)state;
	p = authority(&w, "subject: { CN: R }, ca_issuers: ['https://a.test/', 'http://a.test/{shard}', 'http://a.test/']", 2);
	assert_int_equal(p->ca_issuers_n, 1);
	assert_string_equal(p->ca_issuers[0], "http://a.test/");
	end(&w);
	assert_int_equal(authority(&w, "subject: { CN: R }, crl: { urls: ['https://a.test/', 'http://a.test/'] }", 1)->crl.urls_n, 1);
	end(&w);
	assert_false(authority(&w, "subject: { CN: R }, path_length: 11", 1)->has_path_length);
	end(&w);
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		(void)snprintf(keys, sizeof(keys), "subject: { CN: R }, name_constraints: { permitted: { %s } }", bases[i]);
		p = authority(&w, keys, 1);
		assert_int_equal(p->permitted_n, 1);
		assert_int_equal(p->excluded_n, 0);
		end(&w);
	}
}

static void
an_authority_that_cannot_be_read_is_none(void **state)
{
	static const ctn_policy_file file = { .name = "ca.yaml", .shown = "ca.yaml",
		.text = CTN_SPAN("authorities: { a: !x { subject: { CN: R }, lifetime: 1y }, b: { subject: { CN: R }, lifetime: 1y } }\n") };
	struct world w;

	(void)state;
	load_all(&w, &file, 1);
	assert_int_equal(w.errors.n, 1);
	assert_int_equal(w.policies.authorities_n, 1);
	assert_string_equal(w.policies.authorities[0].name, "b");
	end(&w);
}

static const ctn_profile *
profile(struct world *w, const char *text, size_t errors)
{
	const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN(CA) },
		{ .name = "a.yaml", .shown = "a.yaml", .text = ctn_span_text(text) },
	};

	load_all(w, files, 2);
	if (w->errors.n != errors)
		fail_msg("%zu errors, not %zu: %s%s", w->errors.n, errors, text, w->errors.n > 0 ? w->errors.at[0].text : "");
	assert_int_equal(w->policies.profiles_n, 1);
	return &w->policies.profiles[0];
}

static void
refused_values_are_in_no_profile(void **state)
{
	const ctn_profile *p;
	struct world w;

	(void)state;
	p = profile(&w, "issuer: i\nsubject: { XX: { value: a }, C: { value: Germany }, O: { value: a } }\n", 2);
	assert_int_equal(p->subject_n, 1);
	assert_string_equal(p->subject[0].word, "O");
	end(&w);
	p = profile(&w, "issuer: i\nnames: { dns: { allow: [a..b, a] }, email: { allow: [a@b@c, a@b] }, uri: { allow: [x, 'x://a'] } }\n", 3);
	assert_int_equal(p->names[0].allow_n, 1);
	assert_string_equal(p->names[0].allow[0], "a");
	assert_int_equal(p->names[2].allow_n, 1);
	assert_int_equal(p->names[3].allow_n, 1);
	end(&w);
	p = profile(&w, "issuer: i\nextensions: [{ oid: 1.2.3, value: '0500' }, { oid: 1.2.3, value: '0500' }, { oid: 1.2.4, value: '0c05' },\n"
	                "  { oid: 2.5.29.15, value: '03020780' }]\n", 3);
	assert_int_equal(p->extensions_n, 1);
	end(&w);
	p = profile(&w, "issuer: i\nkey_usage: x\nlint: { ignore: x }\n", 2);
	assert_int_equal(p->key_usage, CTN_KU_DIGITAL_SIGNATURE);
	assert_non_null(p->lint_ignore);
	assert_null(p->lint_ignore[0]);
	end(&w);
}

static void
rules_that_are_ignored_are_those_that_are_named(void **state)
{
	const ctn_profile *p;
	struct world w;

	(void)state;
	p = profile(&w, "issuer: i\nlint: { ignore: [serial-entropy, serial-length] }\n", 0);
	assert_string_equal(p->lint_ignore[0], "serial-entropy");
	assert_string_equal(p->lint_ignore[1], "serial-length");
	assert_null(p->lint_ignore[2]);
	end(&w);
}

static void
a_subject_is_in_the_order_of_names_however_it_is_written(void **state)
{
	static const char *const texts[] = { "issuer: i\nsubject: { C: { value: DE }, O: { value: a }, CN: { value: b } }\n",
		"issuer: i\nsubject: { CN: { value: b }, C: { value: DE }, O: { value: a } }\n" };
	const ctn_profile *p;
	struct world w;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		p = profile(&w, texts[i], 0);
		assert_string_equal(p->subject[0].word, "C");
		assert_string_equal(p->subject[1].word, "O");
		assert_string_equal(p->subject[2].word, "CN");
		end(&w);
	}
}

/* head, n times item, tail. */
static void
assert_many(const char *head, const char *item, size_t n, const char *tail, size_t errors)
{
	CTN_OWN_BUF b = { 0 };
	struct world w;

	ctn_buf_printf(&b, "issuer: i\n%s", head);
	for (size_t i = 0; i < n; i++)
		ctn_buf_printf(&b, "%s%s", i == 0 ? "" : ", ", item);
	ctn_buf_printf(&b, "%s\n", tail);
	(void)profile(&w, ctn_buf_cstr(&b), errors);
	end(&w);
}

static void
lists_are_bounded_whatever_stands_in_them(void **state)
{
	(void)state;
	assert_many("key: { generate: ed25519, allow: [", "ed25519", 64, "] }", 0);
	assert_many("key: { generate: ed25519, allow: [", "ed25519", 65, "] }", 1);
	assert_many("lint: { ignore: [", "serial-entropy", 256, "] }", 0);
	assert_many("lint: { ignore: [", "serial-entropy", 257, "] }", 1);
}

static void
every_error_of_many_files_is_kept(void **state)
{
	char texts[3][400], wanted[40];
	ctn_policy_file files[4] = { { .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN(CA) } };
	static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml" };
	struct world w;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		int n = snprintf(texts[i], sizeof(texts[i]), "issuer: i\n");

		for (unsigned k = 0; k < 30; k++)
			n += snprintf(texts[i] + n, sizeof(texts[i]) - (size_t)n, "z%zu%02u: x\n", i, k);
		files[i + 1] = (ctn_policy_file){ .name = names[i], .shown = names[i], .text = ctn_span_text(texts[i]) };
	}
	load_all(&w, files, 4);
	assert_int_equal(w.errors.n, 90);
	for (size_t i = 0; i < 90; i++) {
		(void)snprintf(wanted, sizeof(wanted), "unknown key 'z%zu%02zu'", i / 30, i % 30);
		assert_string_equal(w.errors.at[i].text, wanted);
		assert_string_equal(w.errors.at[i].where.file, names[i / 30]);
	}
	end(&w);
}

static void
errors_and_warnings_are_kept_apart_in_any_order(void **state)
{
	static const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN("authorities: { issuing: { subject: { CN: I }, lifetime: 5y } }\n") },
		{ .name = "a.yaml", .shown = "a.yaml", .text = CTN_SPAN("issuer: nobody\n") },
		{ .name = "b.yaml", .shown = "b.yaml", .text = CTN_SPAN("issuer: isuing\n") },
		{ .name = "c.yaml", .shown = "c.yaml", .text = CTN_SPAN("issuer: nobody\n") },
		{ .name = "d.yaml", .shown = "d.yaml", .text = CTN_SPAN("issuer: issuin\n") },
	};
	struct world w;

	(void)state;
	load_all(&w, files, 5);
	assert_int_equal(w.errors.n, 2);
	assert_string_equal(w.errors.at[0].where.file, "b.yaml");
	assert_string_equal(w.errors.at[1].where.file, "d.yaml");
	assert_int_equal(w.policies.warnings.n, 2);
	assert_string_equal(w.policies.warnings.at[0].where.file, "a.yaml");
	assert_string_equal(w.policies.warnings.at[1].where.file, "c.yaml");
	end(&w);
}

static void
a_warning_stands_behind_errors(void **state)
{
	static const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN(CA) },
		{ .name = "a.yaml", .shown = "a.yaml", .text = CTN_SPAN("issuer: i\nx: y\n") },
		{ .name = "b.yaml", .shown = "b.yaml", .text = CTN_SPAN("issuer: nobody\n") },
	};
	struct world w;

	(void)state;
	load_all(&w, files, 3);
	assert_int_equal(w.errors.n, 1);
	assert_int_equal(w.policies.warnings.n, 1);
	assert_string_equal(w.policies.warnings.at[0].where.file, "b.yaml");
	end(&w);
}

/* What asking for one profile fails with, as "text | hint". */
static void
assert_fails(const ctn_policy_file *files, size_t n, const char *name, const char *wanted)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char got[1600];
	const ctn_profile *p;
	struct ctn_err e = { 0 };
	ctn_policies policies;
	ctn_policy_errors errors;

	assert_false(ctn_policies_parse_for(&policies, &p, &errors, files, n, name, a, &e));
	(void)snprintf(got, sizeof(got), "%s | %s", e.text, e.hint);
	assert_string_equal(got, wanted);
}

static void
one_profile_fails_with_what_helps_and_no_more(void **state)
{
	static const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN(CA) },
		{ .name = "monitor.yaml", .shown = "monitor.yaml", .text = CTN_SPAN("repeat: 1d\n") },
		{ .name = "a.yaml", .shown = "a.yaml", .text = CTN_SPAN("issuer: i\nnames: { dns: { allow: [a], min: 3, max: 2 } }\n") },
	};
	char names[9][70];
	ctn_policy_file many[9];

	(void)state;
	assert_fails(files, 2, "zzzzzz", "there is no profile 'zzzzzz' | catena policy check lists them");
	assert_fails(files, 3, "monitor", "there is no profile 'monitor' | there are a");
	assert_fails(files, 3, "a", "policy a: names.dns: min (3) is over max (2) (a.yaml:2:15) | ");
	for (size_t i = 0; i < 9; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%zu%050d.yaml", i, 0);
		many[i] = (ctn_policy_file){ .name = names[i], .shown = "x", .text = CTN_SPAN("issuer: i\n") };
	}
	assert_fails(many, 9, "zzzzzz", "there is no profile 'zzzzzz' | catena policy check lists them");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_attributes_are_in_no_subject),
		cmocka_unit_test(refused_urls_lengths_and_bases_are_in_no_authority),
		cmocka_unit_test(an_authority_that_cannot_be_read_is_none),
		cmocka_unit_test(refused_values_are_in_no_profile),
		cmocka_unit_test(rules_that_are_ignored_are_those_that_are_named),
		cmocka_unit_test(a_subject_is_in_the_order_of_names_however_it_is_written),
		cmocka_unit_test(lists_are_bounded_whatever_stands_in_them),
		cmocka_unit_test(every_error_of_many_files_is_kept),
		cmocka_unit_test(errors_and_warnings_are_kept_apart_in_any_order),
		cmocka_unit_test(a_warning_stands_behind_errors),
		cmocka_unit_test(one_profile_fails_with_what_helps_and_no_more),
	};

	return cmocka_run_group_tests_name("what is kept", tests, NULL, NULL);
}
