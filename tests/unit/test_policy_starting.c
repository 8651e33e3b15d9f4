/* The starting policies: each is usable as it stands, and filled in for anybody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "policy/profile.h"
#include "policy/starting.h"

#define FILES 10
static const char *const names[FILES] = { "ca", "server", "client", "peer", "spiffe", "device", "ocsp-signer", "person", "code-signing", "monitor" };

struct world {
	ctn_arena *arena;
	ctn_policy_file files[FILES];
	ctn_policies policies;
	ctn_policy_errors errors;
};

static ctn_span
text_of(ctn_arena *a, const char *name)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	void *copy;
	char path[100];

	(void)snprintf(path, sizeof(path), "policies/%s.yaml", name);
	if (!ctn_file_read(&b, path, 1 << 20, CTN_FILE_PLAIN, &e))
		fail_msg("%s", e.text);
	copy = ctn_arena_copy(a, b.p, b.n);
	assert_non_null(copy);
	return (ctn_span){ copy, b.n };
}

static void
load(struct world *w, const ctn_starting *with)
{
	struct ctn_err e = { 0 };

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	for (size_t i = 0; i < FILES; i++) {
		ctn_policy_file *f = &w->files[i];

		f->name = f->shown = ctn_arena_printf(w->arena, "%s.yaml", names[i]);
		f->text = text_of(w->arena, names[i]);
		if (with != NULL) {
			CTN_OWN_BUF filled = { 0 };

			assert_true(ctn_policy_starting(&filled, f->text, with, &e));
			f->text = (ctn_span){ ctn_arena_copy(w->arena, filled.p, filled.n), filled.n };
		}
	}
	assert_true(ctn_policies_parse(&w->policies, &w->errors, w->files, FILES, w->arena, &e));
	if (w->errors.n > 0)
		fail_msg("%s:%u:%u: %s", w->errors.at[0].where.file, w->errors.at[0].where.line, w->errors.at[0].where.column, w->errors.at[0].text);
}

static void
all_are_valid_as_they_stand(void **state)
{
	struct world w;

	(void)state;
	load(&w, NULL);
	assert_int_equal(w.policies.authorities_n, 2);
	assert_int_equal(w.policies.profiles_n, FILES - 2); /* all but ca and monitor */
	ctn_arena_close(w.arena);
}

static void
authorities_that_init_does_not_make_are_warnings_that_say_how(void **state)
{
	struct world w;

	(void)state;
	load(&w, NULL);
	assert_int_equal(w.policies.warnings.n, 2);
	assert_string_equal(w.policies.warnings.at[0].text, "issuer: authority 'people' does not exist: ca.yaml does not describe it");
	assert_string_equal(w.policies.warnings.at[0].hint, "describe it in ca.yaml, then: catena ca create people");
	ctn_arena_close(w.arena);
}

static void
using_such_a_profile_is_an_error_that_says_how(void **state)
{
	const ctn_profile *profile;
	struct ctn_err e = { 0 };
	ctn_policies one;
	struct world w;

	(void)state;
	load(&w, NULL);
	assert_false(ctn_policies_parse_for(&one, &profile, &w.errors, w.files, FILES, "code-signing", w.arena, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "policy code-signing: issuer: authority 'code' does not exist: ca.yaml does not describe it (code-signing.yaml:17:9)");
	assert_string_equal(e.hint, "describe it in ca.yaml, then: catena ca create code");
	ctn_arena_close(w.arena);
}

/** The block that a profile's comment offers for ca.yaml, taken out of it. */
static void
paste(ctn_buf *ca, ctn_span profile)
{
	const char *p = (const char *)profile.p, *end = p + profile.n;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		if (strncmp(p, "#   ", 4) == 0) {
			ctn_buf_text(ca, "  ");
			ctn_buf_add(ca, p + 4, (size_t)(eol - p) - 3);
		}
		p = eol + 1;
	}
}

static void
the_blocks_in_comments_can_be_pasted(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF ca = { 0 };
	struct world w;

	(void)state;
	load(&w, NULL);
	ctn_buf_span(&ca, w.files[0].text);
	paste(&ca, w.files[7].text);
	paste(&ca, w.files[8].text);
	w.files[0].text = ctn_buf_view(&ca);
	assert_true(ctn_policies_parse(&w.policies, &w.errors, w.files, FILES, w.arena, &e));
	if (w.errors.n > 0)
		fail_msg("%s:%u: %s", w.errors.at[0].where.file, w.errors.at[0].where.line, w.errors.at[0].text);
	assert_int_equal(w.policies.authorities_n, 4);
	assert_int_equal(w.policies.warnings.n, 0);
	ctn_arena_close(w.arena);
}

static void
organisation_domain_and_url_are_filled_in(void **state)
{
	const ctn_authority_policy *issuing;
	struct ctn_err e = { 0 };
	ctn_starting with;
	struct world w, first;

	(void)state;
	load(&first, NULL);
	assert_true(ctn_starting_check(&with, "M\xc3\xbcller \"& S\xc3\xb6hne\": C:\\", "B\xc3\x9c" "CHER.example.", "HTTP://crl.buecher.example/pki/", first.arena, &e));
	load(&w, &with);
	issuing = ctn_policies_authority(&w.policies, "issuing");
	assert_string_equal(issuing->subject[0].value, "M\xc3\xbcller \"& S\xc3\xb6hne\": C:\\");
	assert_string_equal(issuing->subject[1].value, "M\xc3\xbcller \"& S\xc3\xb6hne\": C:\\ Issuing CA 1");
	assert_string_equal(issuing->crl.urls[0], "http://crl.buecher.example/pki/issuing-{key}.crl");
	assert_memory_equal(issuing->permitted[0].value.p, "xn--bcher-kva.example", 21);
	assert_string_equal(ctn_policies_profile(&w.policies, "server")->names[0].allow[0], "**.xn--bcher-kva.example");
	assert_string_equal(ctn_policies_profile(&w.policies, "spiffe")->names[3].allow[0], "spiffe://xn--bcher-kva.example/**");
	ctn_arena_close(w.arena);
	ctn_arena_close(first.arena);
}

static void
without_a_url_nothing_points_anywhere(void **state)
{
	const ctn_authority_policy *issuing;
	struct ctn_err e = { 0 };
	ctn_starting with;
	struct world w, first;

	(void)state;
	load(&first, NULL);
	assert_true(ctn_starting_check(&with, "Acme", "acme.test", NULL, first.arena, &e));
	load(&w, &with);
	issuing = ctn_policies_authority(&w.policies, "issuing");
	assert_int_equal(issuing->crl.urls_n, 0);
	assert_int_equal(issuing->ca_issuers_n, 0);
	assert_int_equal(issuing->crl.lifetime_s, 7 * 86400);
	ctn_arena_close(w.arena);
	ctn_arena_close(first.arena);
}

static void
only_the_whole_word_is_an_organisation(void **state)
{
	const ctn_starting with = { .org = "Acme", .domain = "acme.test" };
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_true(ctn_policy_starting(&out, CTN_SPAN("Example Examples anExample Example\nx\nurl http://pki.internal.example/\nlast Example"), &with, &e));
	assert_string_equal(ctn_buf_cstr(&out), "Acme Examples anExample Acme\nx\nlast Acme");
}

/* The first and last letters of both cases, and the characters beside them. */
static void
only_letters_make_a_word_longer(void **state)
{
	const ctn_starting with = { .org = "B", .domain = "b.test" };
	struct ctn_err e = { 0 };
	char text[16], wanted[16];

	(void)state;
	for (const char *c = "AZaz@[`{"; *c != '\0'; c++) {
		const bool letter = *c == 'A' || *c == 'Z' || *c == 'a' || *c == 'z';
		CTN_OWN_BUF behind = { 0 }, before = { 0 };

		(void)snprintf(text, sizeof(text), "Example%c", *c);
		(void)snprintf(wanted, sizeof(wanted), "%s%c", letter ? "Example" : "B", *c);
		assert_true(ctn_policy_starting(&behind, ctn_span_text(text), &with, &e));
		assert_string_equal(ctn_buf_cstr(&behind), wanted);
		(void)snprintf(text, sizeof(text), "%cExample", *c);
		(void)snprintf(wanted, sizeof(wanted), "%c%s", *c, letter ? "Example" : "B");
		assert_true(ctn_policy_starting(&before, ctn_span_text(text), &with, &e));
		assert_string_equal(ctn_buf_cstr(&before), wanted);
	}
}

static void
nothing_behind_the_text_is_read(void **state)
{
	const ctn_starting with = { .org = "B", .domain = "b.test" };
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };
	char *text = malloc(7); /* so that a sanitizer sees its end */

	(void)state;
	assert_non_null(text);
	memcpy(text, "Example", 7);
	assert_true(ctn_policy_starting(&out, (ctn_span){ (const uint8_t *)text, 7 }, &with, &e));
	assert_string_equal(ctn_buf_cstr(&out), "B");
	free(text);
}

static void
what_cannot_be_filled_in_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *org, *domain, *url, *text;
	} refusals[] = {
		{ "", "a.test", NULL, "--org: an organisation's name is not empty and has no space at its ends" },
		{ " Acme", "a.test", NULL, "--org: an organisation's name is not empty and has no space at its ends" },
		{ "Acme ", "a.test", NULL, "--org: an organisation's name is not empty and has no space at its ends" },
		{ "0123456789012345678901234567890123456789012345678901", "a.test", NULL, "--org: 52 characters: at most 51" },
		{ "A\x1b[2J", "a.test", NULL, "--org: " },
		{ "A\xff", "a.test", NULL, "--org: " },
		{ "0123456789012345678901234567890123456789012345678901\xff", "a.test", NULL, "--org: O " },
		{ "Acme", "a b", NULL, "--domain: " },
		{ "Acme", "", NULL, "--domain: " },
		{ "Acme", "*.a.test", NULL, "--domain: '*.a.test' is a wildcard" },
		{ "Acme", "a.test", "https://a.test", "--url: 'https://a.test' is not http" },
		{ "Acme", "a.test", "pki.a.test", "--url: 'pki.a.test': not an absolute URI" },
		{ "Acme", "a.test", "http://u@a.test", "--url: 'http://u@a.test' has a user, query or fragment" },
		{ "Acme", "a.test", "http://a.test/#f", "--url: 'http://a.test/#f' has a user, query or fragment" },
		{ "Acme", "a.test", "http://a.test/?q", "--url: 'http://a.test/?q' has a user, query or fragment" },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_starting with;

		assert_false(ctn_starting_check(&with, refusals[i].org, refusals[i].domain, refusals[i].url, a, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		if (strncmp(e.text, refusals[i].text, strlen(refusals[i].text)) != 0)
			fail_msg("'%s', not '%s'", e.text, refusals[i].text);
	}
}

static void
an_organisation_of_51_characters_fits(void **state)
{
	struct ctn_err e = { 0 };
	ctn_starting with;
	struct world w, first;

	(void)state;
	load(&first, NULL);
	assert_true(ctn_starting_check(&with, "\xc3\xbc" "12345678901234567890123456789012345678901234567890", "acme.test", NULL, first.arena, &e));
	load(&w, &with);
	ctn_arena_close(w.arena);
	ctn_arena_close(first.arena);
}

/** Origins differ, values must not. */
static void
strip_comments(ctn_buf *b)
{
	bool comment = false;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		comment = (comment || b->p[i] == '#') && b->p[i] != '\n';
		if (!comment)
			b->p[n++] = b->p[i];
	}
	b->n = n;
}

static void
showing_a_profile_gives_yaml_that_reads_back_the_same(void **state)
{
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	load(&w, NULL);
	for (size_t i = 1; i < FILES - 1; i++) {
		CTN_OWN_BUF once = { 0 }, twice = { 0 };
		const ctn_profile *p = ctn_policies_profile(&w.policies, names[i]);
		ctn_policy_file again[2] = { w.files[0], { .name = w.files[i].name, .shown = "shown.yaml" } };
		ctn_policies shown;
		ctn_policy_errors errors;

		assert_true(ctn_profile_show(&once, p, &e));
		again[1].text = ctn_buf_view(&once);
		assert_true(ctn_policies_parse(&shown, &errors, again, 2, w.arena, &e));
		if (errors.n > 0)
			fail_msg("%s: %u: %s\n%s", names[i], errors.at[0].where.line, errors.at[0].text, ctn_buf_cstr(&once));
		assert_true(ctn_profile_show(&twice, &shown.profiles[0], &e));
		strip_comments(&once);
		strip_comments(&twice);
		assert_string_equal(ctn_buf_cstr(&twice), ctn_buf_cstr(&once));
		assert_true(once.n > 400);
	}
	ctn_arena_close(w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_valid_as_they_stand),
		cmocka_unit_test(authorities_that_init_does_not_make_are_warnings_that_say_how),
		cmocka_unit_test(using_such_a_profile_is_an_error_that_says_how),
		cmocka_unit_test(the_blocks_in_comments_can_be_pasted),
		cmocka_unit_test(organisation_domain_and_url_are_filled_in),
		cmocka_unit_test(without_a_url_nothing_points_anywhere),
		cmocka_unit_test(only_the_whole_word_is_an_organisation),
		cmocka_unit_test(only_letters_make_a_word_longer),
		cmocka_unit_test(nothing_behind_the_text_is_read),
		cmocka_unit_test(what_cannot_be_filled_in_is_refused_with_a_reason),
		cmocka_unit_test(an_organisation_of_51_characters_fits),
		cmocka_unit_test(showing_a_profile_gives_yaml_that_reads_back_the_same),
	};

	return cmocka_run_group_tests_name("starting policies", tests, NULL, NULL);
}
