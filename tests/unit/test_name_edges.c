/* Names at the edges of their bytes: each is read from memory that ends where it ends, so that one octet too many is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "name/dns.h"
#include "name/mail.h"
#include "name/path.h"
#include "name/uri.h"

/* The octets alone; a sanitizer watches over both ends. */
static ctn_span
exact(ctn_span s)
{
	uint8_t *p = malloc(s.n);

	assert_non_null(p);
	memcpy(p, s.p, s.n);
	return (ctn_span){ p, s.n };
}

static void
drop(ctn_span s)
{
	union { const uint8_t *in; void *out; } p = { .in = s.p };

	free(p.out);
}

#define EACH(i, list) size_t i = 0; i < sizeof(list) / sizeof(*(list)); i++

static bool
is_uri(ctn_span text)
{
	ctn_span s = exact(text);
	struct ctn_err e = { 0 };
	ctn_uri u;
	bool ok = ctn_uri_parse(&u, s, &e);

	drop(s);
	return ok;
}

static void
a_uri_ends_with_its_last_octet(void **state)
{
	static const char *const good[] = { "x:a", "x:/", "x:/a//b", "a1:x", "a+b-c.d:x", "a1.2:b", "x:a?b", "x:a?", "x:a#", "x:a?b#c", "x://",
		"x://h", "x://h:1", "x://@h", "x://[::1]", "x:%4a%4F%aF%Fa%09", "x:a/?b/?c@d:e" };
	static const char *const bad[] = { "", "x", "abc", ":x", "1a:x", "+a:x", "x:", "x:%4", "x:%", "x:%z0", "x:%0z", "x:%g0", "x:%G0", "x:%@0", "x:%`0",
		"x:%0g", "x:%0G", "x:%0@", "x:%0`", "x:%/0", "x:%:0", "x://a b@h", "x://a/b?c d", "x:a b?c", "x: 12", "x:\"ab", "x:a?b c#d", "x:a#b c", "x:a#b#c",
		"x://[", "x://[]", "x://[:]", "x://[::1", "x://[zz]", "x://[1.2.3.4]", "x://[::1]a", "x://h:a", "x://h:123456", "x://h:/:1 ",
		"x://[0000000000000000000000000000000000000000000::1]" };

	(void)state;
	for (EACH(i, good))
		if (!is_uri(ctn_span_text(good[i])))
			fail_msg("'%s' is refused", good[i]);
	for (EACH(i, bad))
		if (is_uri(ctn_span_text(bad[i])))
			fail_msg("'%s' is taken", bad[i]);
	assert_false(is_uri(CTN_SPAN("x:a\0b")));
	assert_false(is_uri(CTN_SPAN("x:a?b\0c")));
	assert_false(is_uri(CTN_SPAN("x:a#b\0c")));
	assert_false(is_uri(CTN_SPAN("x://[::1\0]")));
}

static void
only_two_slashes_make_an_authority(void **state)
{
	struct ctn_err e = { 0 };
	ctn_uri u;

	(void)state;
	assert_true(ctn_uri_parse(&u, CTN_SPAN("x:/a//b"), &e));
	assert_false(u.has_authority);
	assert_true(ctn_uri_parse(&u, CTN_SPAN("x:a//b"), &e));
	assert_false(u.has_authority);
	assert_true(ctn_uri_parse(&u, CTN_SPAN("x://b"), &e));
	assert_true(u.has_authority);
}

static bool
canonical_uri(const char *text, const char *why)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out;

	if (ctn_uri_canonical(&out, text, a, &e))
		return true;
	if (why != NULL && strstr(e.text, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, e.text);
	return false;
}

/* A text of n octets that begins like that. */
static char *
long_text(const char *front, size_t n)
{
	char *s = malloc(n + 1);

	assert_non_null(s);
	memset(s, 'a', n);
	memcpy(s, front, strlen(front));
	s[n] = '\0';
	return s;
}

static void
canonical_uris_have_bounds(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *fits = long_text("x:", 8192), *too_long = long_text("x:", 8193), *pattern = long_text("x:/", 8193), *out;
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(canonical_uri(fits, NULL));
	assert_false(canonical_uri(too_long, "over 8192 octets"));
	assert_false(ctn_uri_pattern(&out, pattern, a, &e));
	pattern[8192] = '\0';
	assert_true(ctn_uri_pattern(&out, pattern, a, &e));
	memset(&e, 0, sizeof(e));
	assert_false(ctn_uri_pattern(&out, "x://h\xc3\xa9 llo/", a, &e));
	assert_non_null(strstr(e.text, "host of a URI"));
	memset(&e, 0, sizeof(e));
	assert_false(ctn_uri_pattern(&out, "spiffe://a*.b/x", a, &e));
	assert_true(canonical_uri("x://u@b\xc3\xbc" "cher.example/", NULL));
	assert_true(canonical_uri("x:a/../b", NULL));
	assert_false(canonical_uri("x://a/../b", NULL));
	assert_true(canonical_uri("spiffex://h/a?b", NULL));
	assert_true(canonical_uri("abcdef://h/a?b", NULL));
	assert_false(canonical_uri("spiffe://h/a?b", "trust domain and a path and nothing else"));
	assert_false(canonical_uri("spiffe:a", "trust domain and a path and nothing else"));
	assert_false(canonical_uri("x://h\xc3\xa9 llo/", "host of a URI"));
	free(fits);
	free(too_long);
	free(pattern);
}

static void
a_uri_pattern_covers_its_like(void **state)
{
	char *host = long_text("x://", 1100), *other = long_text("x://", 1100);

	(void)state;
	assert_true(ctn_uri_pattern_covers("x://*.a.example/p", "x://b.a.example/p"));
	assert_false(ctn_uri_pattern_covers("x://*.a.example/p", "x://b.a.example:1/p"));
	assert_false(ctn_uri_pattern_covers("x://*.a.example:1/p", "x://b.a.example/p"));
	assert_false(ctn_uri_pattern_covers("x://*.a.example:/p", "x://b.a.example/p"));
	/* What an earlier answer left in memory is no answer. */
	assert_true(ctn_uri_pattern_covers("x:a", "x:a"));
	assert_false(ctn_uri_pattern_covers("not a uri", "not a uri"));
	assert_true(ctn_uri_pattern_covers("x:a", "x:a"));
	assert_false(ctn_uri_pattern_covers("not a uri", "x:a"));
	assert_false(ctn_uri_pattern_covers("x:a", "not a uri"));
	assert_false(ctn_uri_pattern_covers("x://**/p", "x:///p"));
	assert_false(ctn_uri_pattern_covers("x:///p", "x://a/p"));
	other[1099] = 'b';
	assert_true(ctn_uri_pattern_covers(host, host));
	assert_false(ctn_uri_pattern_covers(host, other));
	assert_false(ctn_uri_pattern_covers("x://*", other));
	assert_false(ctn_uri_pattern_covers(host, "x://a"));
	free(host);
	free(other);
}

static bool
is_dns(const char *text, bool wildcard)
{
	ctn_span s = exact(ctn_span_text(text));
	bool ok = ctn_dns_valid(s, wildcard);

	drop(s);
	return ok;
}

static bool
matches(const char *presented, const char *reference)
{
	ctn_span s = exact(ctn_span_text(presented));
	bool ok = ctn_dns_matches(s, reference);

	drop(s);
	return ok;
}

static bool
within(const char *name, const char *domain)
{
	ctn_span n = exact(ctn_span_text(name)), d = exact(ctn_span_text(domain));
	bool ok = ctn_dns_within(n, d);

	drop(n);
	drop(d);
	return ok;
}

static void
a_dns_name_ends_with_its_last_octet(void **state)
{
	(void)state;
	assert_true(is_dns("a", false));
	assert_true(is_dns("a.b", false));
	assert_true(is_dns("*.b", true));
	assert_false(is_dns("*.b", false));
	assert_false(is_dns("*", true));
	assert_false(is_dns("", true));
	assert_false(is_dns("a.", false));
	assert_false(is_dns(".", false));
	assert_false(is_dns("a.*", true));
	assert_false(is_dns("*a.b", true));
	assert_false(is_dns("a.1", false));
	/* One bit away from a hyphen and from a digit. */
	assert_false(is_dns("a\rb.c", false));
	assert_false(is_dns("a\x11.c", false));
	assert_false(is_dns("a@b.c", false));
	assert_false(is_dns("a[b.c", false));
	assert_false(is_dns("a/b.c", false));
	assert_false(is_dns("a:b.c", false));
	assert_false(is_dns("a`b.c", false));
	assert_false(is_dns("a{b.c", false));
	assert_true(is_dns("1.a", false));
	assert_true(matches("a.b", "A.B"));
	assert_true(matches("*.b", "a.b"));
	assert_false(matches("*.b", "b"));
	assert_false(matches("*.b", "a.c"));
	assert_true(within("a.b", "b"));
	assert_true(within("b", "b"));
	assert_true(within("b", ""));
	assert_false(within("ab", "b"));
	assert_false(within("b", "a.b"));
}

static bool
is_dns_pattern(const char *text)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out;

	return ctn_dns_pattern(&out, text, a, &e);
}

static void
patterns_of_dns_names_know_their_stars(void **state)
{
	(void)state;
	assert_false(ctn_dns_pattern_covers("*x.b", "a.b"));
	assert_false(ctn_dns_pattern_covers("*", "a.b"));
	assert_false(ctn_dns_pattern_covers("*", ""));
	assert_false(ctn_dns_pattern_covers("**", ""));
	assert_false(is_dns_pattern("*x.b"));
	assert_false(is_dns_pattern("x*.b"));
	assert_true(is_dns_pattern("**.b"));
	assert_true(ctn_dns_pattern_covers("*", "a"));
	assert_true(ctn_dns_pattern_covers("**", "a.b"));
	assert_false(ctn_dns_pattern_covers("a*.b", "c.d.b"));
	assert_true(ctn_dns_is_public_suffix("*.com"));
	assert_true(ctn_dns_is_public_suffix("com"));
	assert_true(ctn_dns_is_public_suffix("*com"));
	assert_true(ctn_dns_is_public_suffix("*."));
	assert_true(ctn_dns_is_public_suffix("*"));
	assert_false(ctn_dns_is_public_suffix("*.example.com"));
	assert_false(ctn_dns_is_public_suffix("x.com"));
}

static bool
splits(const char *text)
{
	ctn_span s = exact(ctn_span_text(text)), local, host;
	bool ok = ctn_mail_split(&local, &host, s);

	drop(s);
	return ok;
}

static void
a_mailbox_ends_with_its_last_octet(void **state)
{
	char *fits = long_text("", 64 + 4), *too_long = long_text("", 65 + 4);

	(void)state;
	memcpy(fits + 64, "@b.c", 4);
	memcpy(too_long + 65, "@b.c", 4);
	assert_true(splits(fits));
	assert_false(splits(too_long));
	assert_true(splits("a@b"));
	assert_true(splits("0a9@b"));
	assert_true(splits("AZaz@b"));
	assert_false(splits("a:@b"));
	assert_false(splits("a[@b"));
	assert_false(splits("ab\"@c"));
	assert_false(splits("\"ab@c"));
	assert_false(splits("\"a\\\x7f\"@b"));
	assert_true(splits("\"a b\\\"~\"@b"));
	assert_false(splits("\"a\x7f\"@b"));
	assert_false(splits("\"a\x1f\"@b"));
	assert_false(splits("\"\\\"@b"));
	assert_false(splits("\"@b"));
	assert_false(splits(""));
	assert_false(splits("@"));
	assert_false(splits("a@"));
	assert_false(splits("ab"));
	assert_true(ctn_mail_pattern_covers("*@b", "a@b"));
	assert_false(ctn_mail_pattern_covers("x@b", "a@b"));
	assert_false(ctn_mail_pattern_covers("ab@b", "*@b"));
	assert_false(ctn_mail_pattern_covers("*b@b", "ab@b"));
	assert_false(ctn_mail_pattern_covers("b", "a@b"));
	assert_false(ctn_mail_pattern_covers("*@b", "b"));
	free(fits);
	free(too_long);
}

static bool
dots(const char *text)
{
	ctn_span s = exact(ctn_span_text(text));
	bool ok = ctn_path_is_dots(s);

	drop(s);
	return ok;
}

static bool
covers(const char *pattern, const char *path)
{
	ctn_span p = exact(ctn_span_text(pattern)), q = exact(ctn_span_text(path));
	bool ok = ctn_path_covers(p, q);

	drop(p);
	drop(q);
	return ok;
}

static void
a_path_ends_with_its_last_octet(void **state)
{
	(void)state;
	assert_true(dots("."));
	assert_true(dots(".%2e"));
	assert_true(dots("%2E%2e"));
	assert_false(dots(""));
	assert_false(dots("..."));
	assert_false(dots("%2"));
	assert_false(dots("%3e"));
	assert_false(dots("%2f"));
	assert_false(dots("x2e"));
	assert_true(covers("", ""));
	assert_false(covers("", "/"));
	assert_false(covers("/", ""));
	assert_true(covers("/a", "/a"));
	assert_true(covers("a", "a"));
	assert_false(covers("a", "/a"));
	assert_false(covers("ab", "cb"));
	assert_true(ctn_path_covers((ctn_span){ (const uint8_t *)"/", 0 }, (ctn_span){ (const uint8_t *)"x", 0 }));
	assert_false(covers("/*", "*"));
	assert_true(covers("a/*", "a/b"));
	assert_false(covers("a/*", "a/b/c"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uri_ends_with_its_last_octet),
		cmocka_unit_test(only_two_slashes_make_an_authority),
		cmocka_unit_test(canonical_uris_have_bounds),
		cmocka_unit_test(a_uri_pattern_covers_its_like),
		cmocka_unit_test(a_dns_name_ends_with_its_last_octet),
		cmocka_unit_test(patterns_of_dns_names_know_their_stars),
		cmocka_unit_test(a_mailbox_ends_with_its_last_octet),
		cmocka_unit_test(a_path_ends_with_its_last_octet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
