/* Names at the edges of their bytes: each is read from memory that ends where it ends, so that one octet too many is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "der/der.h"
#include "name/constraint.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/endpoint.h"
#include "name/escape.h"
#include "name/general.h"
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
		"x:%0g", "x:%0G", "x:%0@", "x:%0`", "x:%/0", "x:%:0", "x://a b@h", "x://a/b?c d", "x:a b?c", "x:a?b c#d", "x:a#b c", "x:a#b#c",
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
	assert_false(ctn_uri_pattern_covers("not a uri", "not a uri"));
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

static void
patterns_of_dns_names_know_their_stars(void **state)
{
	(void)state;
	assert_false(ctn_dns_pattern_covers("*x.b", "a.b"));
	assert_false(ctn_dns_pattern_covers("*", "a.b"));
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
	assert_false(covers("/*", "*"));
	assert_true(covers("a/*", "a/b"));
	assert_false(covers("a/*", "a/b/c"));
}

static void
assert_escaped(ctn_span text, const char *want)
{
	ctn_span s = exact(text);
	CTN_OWN_BUF out = { 0 };

	ctn_escape_value(&out, s);
	assert_string_equal(ctn_buf_cstr(&out), want);
	drop(s);
}

static void
marks_that_turn_what_is_shown_are_escaped(void **state)
{
	(void)state;
	assert_escaped(CTN_SPAN("\xe2\x80\x8e"), "\\E2\\80\\8E");
	assert_escaped(CTN_SPAN("\xe2\x80\x8f"), "\\E2\\80\\8F");
	assert_escaped(CTN_SPAN("\xe2\x80\x8d"), "\xe2\x80\x8d");
	assert_escaped(CTN_SPAN("\xe2\x80\xa7"), "\xe2\x80\xa7");
	assert_escaped(CTN_SPAN("\xe2\x80\xa8"), "\\E2\\80\\A8");
	assert_escaped(CTN_SPAN("\xe2\x80\xae"), "\\E2\\80\\AE");
	assert_escaped(CTN_SPAN("\xe2\x80\xaf"), "\xe2\x80\xaf");
	assert_escaped(CTN_SPAN("\xe2\x81\xa5"), "\xe2\x81\xa5");
	assert_escaped(CTN_SPAN("\xe2\x81\xa6"), "\\E2\\81\\A6");
	assert_escaped(CTN_SPAN("\xe2\x81\xa9"), "\\E2\\81\\A9");
	assert_escaped(CTN_SPAN("\xe2\x81\xaa"), "\xe2\x81\xaa");
	assert_escaped(CTN_SPAN("\xe2\x82\xa6"), "\xe2\x82\xa6");
	assert_escaped(CTN_SPAN("\xe1\x80\x8e"), "\xe1\x80\x8e");
	assert_escaped(CTN_SPAN("\xe3\x81\xa6"), "\xe3\x81\xa6");
	assert_escaped(CTN_SPAN("\xc2\x9f"), "\\C2\\9F");
	assert_escaped(CTN_SPAN("\xc2\xa0"), "\xc2\xa0");
	assert_escaped(CTN_SPAN("\xc3\x80"), "\xc3\x80");
	assert_escaped(CTN_SPAN("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
	assert_escaped(CTN_SPAN("\xf0\x9f\x98"), "\\F0\\9F\\98");
	assert_escaped(CTN_SPAN("\xc3"), "\\C3");
	assert_escaped(CTN_SPAN("\xe2\x80"), "\\E2\\80");
	assert_escaped(CTN_SPAN("\xc3\x28"), "\\C3(");
	assert_escaped(CTN_SPAN("a,b"), "a\\,b");
	assert_escaped(CTN_SPAN("\x7f"), "\\7F");
}

static bool
is_general(enum ctn_name_type type, ctn_span value)
{
	ctn_general_name n = { type, exact(value) };
	struct ctn_err e = { 0 };
	bool ok = ctn_general_check(&n, &e);

	drop(n.value);
	return ok;
}

static void
a_general_name_has_the_form_of_its_type(void **state)
{
	uint8_t many[128];

	(void)state;
	memset(many, 1, sizeof(many));
	assert_true(is_general(CTN_NAME_RID, CTN_SPAN("\x2a\x03")));
	assert_false(is_general(CTN_NAME_RID, CTN_SPAN("")));
	assert_true(is_general(CTN_NAME_RID, (ctn_span){ many, 127 }));
	assert_false(is_general(CTN_NAME_RID, (ctn_span){ many, 128 }));
	assert_true(is_general(CTN_NAME_OTHER, CTN_SPAN("\x06\x02\x2a\x03\xa0\x02\x05\x00")));
	assert_false(is_general(CTN_NAME_OTHER, CTN_SPAN("\x06\x02\x2a\x03\xa0\x04\x05\x00\x05\x00")));
	assert_false(is_general(CTN_NAME_OTHER, CTN_SPAN("\x06\x02\x2a\x03\xa0\x02\x05\x00\x05\x00")));
	assert_true(is_general(CTN_NAME_X400, CTN_SPAN("\x05\x00")));
	assert_false(is_general(CTN_NAME_X400, CTN_SPAN("")));
	assert_true(is_general(CTN_NAME_EDI, CTN_SPAN("\x05\x00")));
	assert_false(is_general(CTN_NAME_URI, CTN_SPAN("x://")));
	assert_false(is_general(CTN_NAME_DIRECTORY, CTN_SPAN("\x30\x00")));
}

/* One subtree of that type, permitted. */
static bool
is_subtree(unsigned tag, ctn_span base)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	ctn_name_constraints c;
	const uint8_t head[] = { 0x30, (uint8_t)(base.n + 6), 0xa0, (uint8_t)(base.n + 4), 0x30, (uint8_t)(base.n + 2), (uint8_t)tag, (uint8_t)base.n };
	ctn_span s;
	bool ok;

	ctn_buf_add(&b, head, sizeof(head));
	ctn_buf_span(&b, base);
	s = exact(ctn_buf_view(&b));
	ok = ctn_constraints_parse(&c, s, &e);
	drop(s);
	return ok;
}

static void
a_base_has_the_form_of_its_type(void **state)
{
	(void)state;
	assert_true(is_subtree(0x82, CTN_SPAN("a.b")));
	assert_true(is_subtree(0x82, CTN_SPAN("")));
	assert_false(is_subtree(0x82, CTN_SPAN(".a.b")));
	assert_true(is_subtree(0x81, CTN_SPAN("")));
	assert_true(is_subtree(0x81, CTN_SPAN(".b")));
	assert_true(is_subtree(0x81, CTN_SPAN("b")));
	assert_true(is_subtree(0x81, CTN_SPAN("a@b")));
	assert_false(is_subtree(0x81, CTN_SPAN("a@.b")));
	assert_false(is_subtree(0x81, CTN_SPAN(".")));
	assert_true(is_subtree(0x86, CTN_SPAN("")));
	assert_true(is_subtree(0x86, CTN_SPAN("a.b")));
	assert_true(is_subtree(0x86, CTN_SPAN(".a.b")));
	assert_false(is_subtree(0x86, CTN_SPAN("..b")));
	assert_false(is_subtree(0x86, CTN_SPAN("_ b")));
	assert_true(is_subtree(0x87, CTN_SPAN("\x0a\x00\x00\x00\xff\xe0\x00\x00")));
	assert_false(is_subtree(0x87, CTN_SPAN("\x0a\x00\x00\x00\xff\xe0\x00\x01")));
	assert_false(is_subtree(0x87, CTN_SPAN("\x0a\x00\x00\x00\xff\xe1\x00\x00")));
	assert_false(is_subtree(0x87, CTN_SPAN("\x0a\x00\x00\xff\xe0\x00\x00")));
	assert_true(is_subtree(0x88, CTN_SPAN("\x2a\x03")));
	assert_false(is_subtree(0x88, CTN_SPAN("")));
	assert_true(is_subtree(0xa3, CTN_SPAN("\x05\x00")));
	assert_false(is_subtree(0xa3, CTN_SPAN("\x05")));
}

static bool
dn_equal(ctn_span a, ctn_span b)
{
	ctn_span x = exact(a), y = exact(b);
	bool ok = ctn_dn_equal(x, y), other = ctn_dn_equal(y, x);

	assert_int_equal(ok, other);
	drop(x);
	drop(y);
	return ok;
}

static void
what_is_no_name_equals_none(void **state)
{
	const ctn_span name = CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a");
	const ctn_span upper = CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "A");
	const ctn_span tail = CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "A\x05\x00");
	const ctn_span broken = CTN_SPAN("\x30\x0c\x31\x0a\x31\x08\x06\x03\x55\x04\x03\x0c\x01" "A");
	const ctn_span no_oid = CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x05\x03\x55\x04\x03\x0c\x01" "A");
	const ctn_span more = CTN_SPAN("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x01" "A\x05\x00");
	const ctn_span two = CTN_SPAN("\x30\x16\x31\x14\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "A");
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(dn_equal(name, upper));
	assert_false(dn_equal(name, tail));
	assert_false(dn_equal(name, broken));
	assert_false(dn_equal(name, no_oid));
	assert_false(dn_equal(name, more));
	assert_false(dn_equal(name, two));
	assert_false(dn_equal(name, CTN_SPAN("\x30\x00")));
	assert_true(ctn_dn_check(upper, &e));
	assert_false(ctn_dn_check(tail, &e));
	assert_false(ctn_dn_check(broken, &e));
	assert_false(ctn_dn_check(no_oid, &e));
	assert_false(ctn_dn_check(more, &e));
	assert_false(ctn_dn_within(tail, name));
	assert_false(ctn_dn_within(name, tail));
	assert_true(ctn_dn_within(upper, name));
}

static void
assert_looks(const char *text, bool like_endpoint)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_endpoint at;

	if (ctn_endpoint_parse(&at, text, a, &e) != like_endpoint)
		fail_msg("'%s' is %s an endpoint", text, like_endpoint ? "not" : "");
}

static void
an_endpoint_has_every_part_or_none(void **state)
{
	static const char *const good[] = { "a:1", "a:65535", "[::1]:1", "smtp://a", "smtp://a/", "smtp:a:25", "pop3://a", "tls:a:1", "smtp://[::1]", "1.2.3.4:5" };
	static const char *const bad[] = { "", "a", ":1", "a:", "a:0", "a:65536", "a:1x", "a:x1", "a:/", "a::", "[::1]", "[::1", "[::1]x", "[::1]:", "[a]:1",
		"[1.2.3.4]:5", "::1", "::1:5", "smtp://", "smtp:a", "smtp:", "smtp:/a", "x://a:1", "3pop://a:1", "p p://a:1", "*.a:1", "a/:1", "smtp:/a:25",
		"tls://a" };

	(void)state;
	for (EACH(i, good))
		assert_looks(good[i], true);
	for (EACH(i, bad))
		assert_looks(bad[i], false);
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
		cmocka_unit_test(marks_that_turn_what_is_shown_are_escaped),
		cmocka_unit_test(a_general_name_has_the_form_of_its_type),
		cmocka_unit_test(a_base_has_the_form_of_its_type),
		cmocka_unit_test(what_is_no_name_equals_none),
		cmocka_unit_test(an_endpoint_has_every_part_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
