#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "name/endpoint.h"

static void
assert_read(const char *in, enum ctn_starttls protocol, const char *host, unsigned port, const char *canonical)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_endpoint at, again;
	char *text;

	if (!ctn_endpoint_parse(&at, in, a, &e))
		fail_msg("%s", e.text);
	assert_int_equal(at.protocol, protocol);
	assert_string_equal(at.host, host);
	assert_int_equal(at.port, port);
	assert_null(at.server_name);
	text = ctn_endpoint_text(&at, a);
	assert_string_equal(text, canonical);
	if (!ctn_endpoint_parse(&again, text, a, &e))
		fail_msg("canonical form: %s", e.text);
	assert_string_equal(ctn_endpoint_text(&again, a), canonical);
}

static void
endpoints_are_read_and_written_canonically(void **state)
{
	(void)state;
	assert_read("web.internal.example:443", CTN_TLS_AT_ONCE, "web.internal.example", 443, "tls:web.internal.example:443");
	assert_read("WEB.Internal.Example.:8443", CTN_TLS_AT_ONCE, "web.internal.example", 8443, "tls:web.internal.example:8443");
	assert_read("tls://web:65535", CTN_TLS_AT_ONCE, "web", 65535, "tls:web:65535");
	assert_read("localhost:1", CTN_TLS_AT_ONCE, "localhost", 1, "tls:localhost:1");
	assert_read("127.0.0.1:443", CTN_TLS_AT_ONCE, "127.0.0.1", 443, "tls:127.0.0.1:443");
	assert_read("[2001:DB8:0::1]:443", CTN_TLS_AT_ONCE, "2001:db8::1", 443, "tls:[2001:db8::1]:443");
	assert_read("smtp:25", CTN_TLS_AT_ONCE, "smtp", 25, "tls:smtp:25");
}

static void
each_protocol_has_its_customary_port(void **state)
{
	(void)state;
	assert_read("smtp://mail", CTN_STARTTLS_SMTP, "mail", 25, "smtp:mail:25");
	assert_read("SMTP://mail/", CTN_STARTTLS_SMTP, "mail", 25, "smtp:mail:25");
	assert_read("smtp://mail:587", CTN_STARTTLS_SMTP, "mail", 587, "smtp:mail:587");
	assert_read("imap://[::1]", CTN_STARTTLS_IMAP, "::1", 143, "imap:[::1]:143");
	assert_read("imap://[::1]:1143", CTN_STARTTLS_IMAP, "::1", 1143, "imap:[::1]:1143");
	assert_read("pop3://mail", CTN_STARTTLS_POP3, "mail", 110, "pop3:mail:110");
	assert_read("ldap://10.0.0.1", CTN_STARTTLS_LDAP, "10.0.0.1", 389, "ldap:10.0.0.1:389");
	assert_read("postgres://db.internal.example", CTN_STARTTLS_POSTGRES, "db.internal.example", 5432, "postgres:db.internal.example:5432");
}

static void
hosts_in_other_scripts_become_a_labels(void **state)
{
	(void)state;
	assert_read("b\xc3\xbc" "cher.example:443", CTN_TLS_AT_ONCE, "xn--bcher-kva.example", 443, "tls:xn--bcher-kva.example:443");
}

static void
assert_refused(const char *in, const char *text, const char *hint)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_endpoint at;

	if (ctn_endpoint_parse(&at, in, a, &e))
		fail_msg("'%s' was taken", in);
	assert_int_equal(e.code, CTN_EUSAGE);
	assert_string_equal(e.text, text);
	assert_string_equal(e.hint, hint);
}

#define EXPECTED "host:port, [address]:port, or smtp://, imap://, pop3://, ldap://, postgres:// and a host"

static void
what_is_no_endpoint_is_refused_with_a_hint(void **state)
{
	(void)state;
	assert_refused("web", "not an endpoint: 'web': it says no port", "put the port behind the host, as in web:443");
	assert_refused("tls://web", "not an endpoint: 'tls://web': it says no port", "put the port behind the host, as in tls://web:443");
	assert_refused("", "not an endpoint: ''", "expected " EXPECTED);
	assert_refused(":443", "not an endpoint: ':443'", "expected " EXPECTED);
	assert_refused("smtp://", "not an endpoint: 'smtp://'", "expected " EXPECTED);
	assert_refused("[::1:443", "not an endpoint: '[::1:443'", "expected " EXPECTED);
	assert_refused("[::1]443", "not an endpoint: '[::1]443'", "expected " EXPECTED);
	assert_refused("::1", "not an endpoint: '::1': an IPv6 address stands in brackets", "write it like [::1]:443");
	assert_refused("2001:db8::1:443", "not an endpoint: '2001:db8::1:443': an IPv6 address stands in brackets", "write it like [::1]:443");
	assert_refused("1:2:3:4:5:6:7:8:443", "not an endpoint: '1:2:3:4:5:6:7:8:443': an IPv6 address stands in brackets", "write it like [::1]:443");
	assert_refused("10.0.0.1", "not an endpoint: '10.0.0.1': it says no port", "put the port behind the host, as in 10.0.0.1:443");
	assert_refused("https://web/", "not an endpoint: 'https://web/': no such scheme", "say HOST:443 for https");
	assert_refused("ldaps://web", "not an endpoint: 'ldaps://web': no such scheme", "say HOST:636 for ldaps");
	assert_refused("gopher://web", "not an endpoint: 'gopher://web': no such scheme", "what is known: " EXPECTED);
}

static void
ports_and_hosts_are_judged(void **state)
{
	static const char *const ports[] = { "web:", "web:0", "web:65536", "web:99999", "web:100000", "web:4a", "web:+443", "smtp://web: 25" };
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
		snprintf(text, sizeof text, "not an endpoint: '%s': the port is no number from 1 to 65535", ports[i]);
		assert_refused(ports[i], text, "");
	}
	assert_refused("*.web.example:443", "not an endpoint: '*.web.example:443': a wildcard is no host that can be asked", "");
	assert_refused("[web]:443", "not an endpoint: '[web]:443': no IPv6 address stands in the brackets", "");
	assert_refused("[10.0.0.1]:443", "not an endpoint: '[10.0.0.1]:443': no IPv6 address stands in the brackets", "");
	assert_refused("smtp://user@web", "not an endpoint: 'smtp://user@web': not a DNS name: 'user@web': a character that no DNS name has", "");
	assert_refused("a..b:1", "not an endpoint: 'a..b:1': not a DNS name: 'a..b': an empty label", "");
	assert_refused("10.0.0.256:1", "not an endpoint: '10.0.0.256:1': not a DNS name: '10.0.0.256': its last label is a number, as in an IP address", "");
}

static void
an_endpoint_is_told_from_a_file_by_its_form(void **state)
{
	static const char *const yes[] = { "web:443", "[::1]:443", "smtp://mail", "https://web", "10.0.0.1:1", "::1:443", "a1://x", "z9://x", "A0Z://x" };
	static const char *const no[] = { "web.crt", "web", "./web:443", "a/b:443", "web:", "web:crt", ":443", "://x", "", "-", "C:\\x", "1a://x", "a`://x", "a@://x", "a{://x",
		"a[://x", "a:://x", "a/://x", "a:-1", "a:123456", "a::" };

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (!ctn_endpoint_looks(yes[i]))
			fail_msg("'%s' looks like a file", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		if (ctn_endpoint_looks(no[i]))
			fail_msg("'%s' looks like an endpoint", no[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoints_are_read_and_written_canonically),
		cmocka_unit_test(each_protocol_has_its_customary_port),
		cmocka_unit_test(hosts_in_other_scripts_become_a_labels),
		cmocka_unit_test(what_is_no_endpoint_is_refused_with_a_hint),
		cmocka_unit_test(ports_and_hosts_are_judged),
		cmocka_unit_test(an_endpoint_is_told_from_a_file_by_its_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
