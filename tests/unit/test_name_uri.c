#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "name/uri.h"

static void
assert_refused(bool (*read)(char **, const char *, ctn_arena *, struct ctn_err *), const char *text, const char *why)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out = NULL;

	if (read(&out, text, a, &e))
		fail_msg("'%s' was taken as '%s'", text, out);
	assert_int_equal(e.code, CTN_EINPUT);
	if (strstr(e.text, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, e.text);
}

static void
assert_made(bool (*read)(char **, const char *, ctn_arena *, struct ctn_err *), const char *text, const char *want)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out = NULL;

	if (!read(&out, text, a, &e))
		fail_msg("'%s': %s", text, e.text);
	assert_string_equal(out, want);
}

static void
parse_splits_every_part(void **state)
{
	struct ctn_err e = { 0 };
	ctn_uri u;

	(void)state;
	assert_true(ctn_uri_parse(&u, CTN_SPAN("https://me:x@Web.example:8443/a/b?q=1#f"), &e));
	assert_true(ctn_span_equal(u.scheme, CTN_SPAN("https")));
	assert_true(ctn_span_equal(u.userinfo, CTN_SPAN("me:x")));
	assert_true(ctn_span_equal(u.host, CTN_SPAN("Web.example")));
	assert_true(ctn_span_equal(u.port, CTN_SPAN("8443")));
	assert_true(ctn_span_equal(u.path, CTN_SPAN("/a/b")));
	assert_true(ctn_span_equal(u.query, CTN_SPAN("q=1")));
	assert_true(ctn_span_equal(u.fragment, CTN_SPAN("f")));
	assert_true(u.has_authority && u.has_userinfo && u.has_port);
	assert_false(ctn_uri_host_is_ip(&u));
}

static void
parse_tells_absent_from_empty(void **state)
{
	struct ctn_err e = { 0 };
	ctn_uri u;

	(void)state;
	assert_true(ctn_uri_parse(&u, CTN_SPAN("urn:uuid:1"), &e));
	assert_false(u.has_authority);
	assert_true(ctn_span_equal(u.path, CTN_SPAN("uuid:1")));
	assert_null(u.query.p);
	assert_true(ctn_uri_parse(&u, CTN_SPAN("ldap:///CN=x?a"), &e));
	assert_true(u.has_authority);
	assert_int_equal(u.host.n, 0);
	assert_true(ctn_uri_parse(&u, CTN_SPAN("http://a?#"), &e));
	assert_non_null(u.query.p);
	assert_non_null(u.fragment.p);
}

static void
parse_knows_addresses_as_hosts(void **state)
{
	struct ctn_err e = { 0 };
	ctn_uri u;

	(void)state;
	assert_true(ctn_uri_parse(&u, CTN_SPAN("http://10.0.0.1:80/"), &e));
	assert_true(ctn_uri_host_is_ip(&u));
	assert_true(ctn_uri_parse(&u, CTN_SPAN("http://[::1]:80/"), &e));
	assert_true(ctn_uri_host_is_ip(&u));
	assert_true(ctn_span_equal(u.host, CTN_SPAN("[::1]")));
	assert_true(ctn_span_equal(u.port, CTN_SPAN("80")));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://[::1/"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://[10.0.0.1]/"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://[::1]x/"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://[::1\0]/"), &e));
}

static void
parse_says_at_which_byte_it_stopped(void **state)
{
	struct ctn_err e = { 0 };
	ctn_uri u;

	(void)state;
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a/b c"), &e));
	assert_string_equal(e.text, "not a URI: illegal character, at byte 10");
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a/b%2"), &e));
	assert_string_equal(e.text, "not a URI: illegal character, at byte 10");
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a/b?c\0"), &e));
	assert_string_equal(e.text, "not a URI: illegal character, at byte 12");
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a/b#c#d"), &e));
	assert_string_equal(e.text, "not a URI: illegal character, at byte 12");
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a b/"), &e));
	assert_string_equal(e.text, "not a URI: illegal authority, at byte 7");
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a:8x/"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a:123456/"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http://a@b@c/"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("/relative"), &e));
	assert_string_equal(e.text, "not an absolute URI: no scheme and colon at its start");
	assert_false(ctn_uri_parse(&u, CTN_SPAN("1http://a"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN(""), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http"), &e));
	assert_false(ctn_uri_parse(&u, CTN_SPAN("http:"), &e));
	assert_string_equal(e.text, "not a URI: nothing behind the scheme");
}

static void
canonical_folds_scheme_and_host_only(void **state)
{
	(void)state;
	assert_made(ctn_uri_canonical, "HTTPS://Me@Web.Example:443/Path?Q#F", "https://Me@web.example:443/Path?Q#F");
	assert_made(ctn_uri_canonical,
	    "http://b\xc3\xbc"
	    "cher.example/",
	    "http://xn--bcher-kva.example/");
	assert_made(ctn_uri_canonical, "http://[2001:DB8:0::1]:80/", "http://[2001:db8::1]:80/");
	assert_made(ctn_uri_canonical, "http://10.0.0.1", "http://10.0.0.1");
	assert_made(ctn_uri_canonical, "URN:Example:x", "urn:Example:x");
	assert_made(ctn_uri_canonical, "http://a.example/b..c/...", "http://a.example/b..c/...");
}

static void
canonical_refuses_hosts_and_paths_that_deceive(void **state)
{
	(void)state;
	assert_refused(ctn_uri_canonical, "file:///etc", "names a host");
	assert_refused(ctn_uri_canonical, "http://*.example/", "no wildcard host");
	assert_refused(ctn_uri_canonical, "http://a..example/", "an empty label");
	assert_refused(ctn_uri_canonical, "http://a.example/b/../c", ". or .. segments");
	assert_refused(ctn_uri_canonical, "http://a.example/.", ". or .. segments");
	assert_refused(ctn_uri_canonical, "http://a.example/%2e%2E/c", ". or .. segments");
	assert_refused(ctn_uri_canonical, "http://a.example/\xc3\xbc", "illegal character");
	assert_refused(ctn_uri_canonical, "http://\xc3\xbc-.example/", "IDNA refuses");
}

static void
a_spiffe_id_is_a_trust_domain_and_a_path(void **state)
{
	char longest[2060];

	(void)state;
	assert_made(ctn_uri_canonical, "SPIFFE://Prod.Example/ns/Web/sa_1", "spiffe://prod.example/ns/Web/sa_1");
	assert_made(ctn_uri_canonical, "spiffe://td_1", "spiffe://td_1");
	memset(longest, 'a', sizeof longest);
	memcpy(longest, "spiffe://td/", 12);
	longest[2048] = '\0';
	assert_made(ctn_uri_canonical, longest, longest);
	longest[2048] = 'a';
	longest[2049] = '\0';
	assert_refused(ctn_uri_canonical, longest, "over 2048");
}

static void
what_a_spiffe_id_must_not_have_is_refused(void **state)
{
	static const char *const refused[] = { "spiffe://td/", "spiffe://td/a/", "spiffe://td//a", "spiffe://td/a/../b",
		"spiffe://td/.", "spiffe://td/a%20b", "spiffe://td/a?q", "spiffe://td/a#f", "spiffe://td:1/a",
		"spiffe://u@td/a", "spiffe:///a", "spiffe:td/a", "spiffe://t~d/a", "spiffe://[::1]/a", "spiffe://td/a:b" };
	char domain[300] = "spiffe://";

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		assert_refused(ctn_uri_canonical, refused[i], "not a SPIFFE ID");
	memset(domain + 9, 'a', 256);
	assert_refused(ctn_uri_canonical, domain, "a trust domain has 1 to 255");
	domain[9 + 255] = '\0';
	assert_made(ctn_uri_canonical, domain, domain);
}

static void
patterns_are_checked(void **state)
{
	(void)state;
	assert_made(ctn_uri_pattern, "SPIFFE://Prod.example/ns/*/sa/**", "spiffe://prod.example/ns/*/sa/**");
	assert_made(ctn_uri_pattern, "https://**.Example:443/a", "https://**.example:443/a");
	assert_refused(ctn_uri_pattern, "https://a.example/x*", "one whole path segment");
	assert_refused(ctn_uri_pattern, "https://a.example/**/x", "one whole path segment");
	assert_refused(ctn_uri_pattern, "https://a.example/../x", "one whole path segment");
	assert_refused(ctn_uri_pattern, "https://a.example/?q", "no user, query or fragment");
	assert_refused(ctn_uri_pattern, "https://u@a.example/", "no user, query or fragment");
	assert_refused(ctn_uri_pattern, "https://a.example/#f", "no user, query or fragment");
	assert_refused(ctn_uri_pattern, "https:///a", "names a host");
	assert_refused(ctn_uri_pattern, "https://a*.example/", "'*' that is not");
	assert_refused(ctn_uri_pattern, "a.example", "not an absolute URI");
}

static void
a_pattern_covers_by_segments(void **state)
{
	(void)state;
	assert_true(ctn_uri_pattern_covers("spiffe://td/ns/*/sa/**", "spiffe://td/ns/a/sa/b"));
	assert_true(ctn_uri_pattern_covers("spiffe://td/ns/*/sa/**", "spiffe://td/ns/a/sa/b/c/d"));
	assert_false(ctn_uri_pattern_covers("spiffe://td/ns/*/sa/**", "spiffe://td/ns/a/sa"));
	assert_false(ctn_uri_pattern_covers("spiffe://td/ns/*/sa/**", "spiffe://td/ns/a/b/sa/c"));
	assert_false(ctn_uri_pattern_covers("spiffe://td/ns/*", "spiffe://td/ns/a/b"));
	assert_false(ctn_uri_pattern_covers("https://h.example/*", "https://h.example/"));
	assert_false(ctn_uri_pattern_covers("https://h.example/**", "https://h.example/a//b"));
	assert_false(ctn_uri_pattern_covers("https://h.example/**", "https://h.example/a/../b"));
	assert_false(ctn_uri_pattern_covers("https://h.example/*", "https://h.example/.."));
	assert_true(ctn_uri_pattern_covers("https://h.example/a", "https://h.example/a"));
	assert_false(ctn_uri_pattern_covers("https://h.example/a", "https://h.example/a/"));
	assert_false(ctn_uri_pattern_covers("https://h.example/a/", "https://h.example/a"));
	assert_true(ctn_uri_pattern_covers("urn:a/*", "urn:a/b"));
	assert_false(ctn_uri_pattern_covers("urn:a", "urn:/a"));
}

static void
a_pattern_covers_only_its_scheme_and_authority(void **state)
{
	(void)state;
	assert_true(ctn_uri_pattern_covers("https://**.example/a", "https://x.y.example/a"));
	assert_false(ctn_uri_pattern_covers("https://**.example/a", "https://example/a"));
	assert_true(ctn_uri_pattern_covers("https://*.example:8443/a", "https://x.example:8443/a"));
	assert_false(ctn_uri_pattern_covers("https://*.example/a", "https://x.example:8443/a"));
	assert_false(ctn_uri_pattern_covers("https://x.example:443/a", "https://x.example:8443/a"));
	assert_false(ctn_uri_pattern_covers("https://x.example/a", "http://x.example/a"));
	assert_false(ctn_uri_pattern_covers("https://**/a", "https://10.0.0.1/a"));
	assert_true(ctn_uri_pattern_covers("https://10.0.0.1/a", "https://10.0.0.1/a"));
	assert_false(ctn_uri_pattern_covers("https://x.example/a", "https://u@x.example/a"));
	assert_false(ctn_uri_pattern_covers("https://x.example/a", "https://x.example/a?q"));
	assert_false(ctn_uri_pattern_covers("https://x.example/a", "https://x.example/a#f"));
	assert_false(ctn_uri_pattern_covers("urn:a", "urn://a"));
	assert_false(ctn_uri_pattern_covers("https://x.example/a", "x.example/a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_splits_every_part),
		cmocka_unit_test(parse_tells_absent_from_empty),
		cmocka_unit_test(parse_knows_addresses_as_hosts),
		cmocka_unit_test(parse_says_at_which_byte_it_stopped),
		cmocka_unit_test(canonical_folds_scheme_and_host_only),
		cmocka_unit_test(canonical_refuses_hosts_and_paths_that_deceive),
		cmocka_unit_test(a_spiffe_id_is_a_trust_domain_and_a_path),
		cmocka_unit_test(what_a_spiffe_id_must_not_have_is_refused),
		cmocka_unit_test(patterns_are_checked),
		cmocka_unit_test(a_pattern_covers_by_segments),
		cmocka_unit_test(a_pattern_covers_only_its_scheme_and_authority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
