#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/der.h"
#include "name/general.h"

#define CN_X                                                   \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" \
	"x"
#define SMTP "\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09"
#define UPN                                    \
	"\x06\x03\x2a\x03\x04\xa0\x03\x0c\x01" \
	"u"

#define NAME(t, literal) ((ctn_general_name){ CTN_NAME_##t, CTN_SPAN(literal) })

static void
names_are_read_by_their_tags(void **state)
{
	static const enum ctn_name_type types[] = { CTN_NAME_OTHER, CTN_NAME_EMAIL, CTN_NAME_DNS, CTN_NAME_X400,
		CTN_NAME_DIRECTORY, CTN_NAME_EDI, CTN_NAME_URI, CTN_NAME_IP, CTN_NAME_RID };
	ctn_der r = ctn_der_over(CTN_SPAN("\xa0\x01\x00\x81\x01"
					  "a\x82\x01"
					  "b\xa3\x01\x00\xa4\x01\x00\xa5\x01\x00\x86\x01"
					  "c\x87\x01"
					  "d\x88\x01"
					  "e"));
	ctn_general_name n;

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		assert_true(ctn_general_next(&r, &n));
		assert_int_equal(n.type, types[i]);
		assert_int_equal(n.value.n, 1);
	}
	assert_true(ctn_der_end(&r));
	assert_false(ctn_general_next(&r, &n));
}

static void
unknown_tags_and_broken_lengths_are_refused(void **state)
{
	static const ctn_span bad[] = { { (const uint8_t *)"\x89\x01"
							   "a",
					    3 },
		{ (const uint8_t *)"\xa2\x01"
				   "a",
		    3 },
		{ (const uint8_t *)"\x84\x01"
				   "a",
		    3 },
		{ (const uint8_t *)"\x0c\x01"
				   "a",
		    3 },
		{ (const uint8_t *)"\x82\x02"
				   "a",
		    3 } };
	ctn_general_name n;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ctn_der r = ctn_der_over(bad[i]);

		assert_false(ctn_general_next(&r, &n));
	}
}

static void
assert_check(ctn_general_name n, bool want)
{
	struct ctn_err e = { 0 };

	if (ctn_general_check(&n, &e) != want)
		fail_msg("type %d: %s", (int)n.type, want ? e.text : "was taken");
	if (!want)
		assert_int_equal(e.code, CTN_EINPUT);
}

static void
legal_contents_pass_the_check(void **state)
{
	(void)state;
	assert_check(NAME(EMAIL, "a@b.example"), true);
	assert_check(NAME(DNS, "*.Example"), true);
	assert_check(NAME(IP, "\x0a\0\0\1"), true);
	assert_check(NAME(IP, "0123456789abcdef"), true);
	assert_check(NAME(URI, "urn:a"), true);
	assert_check(NAME(URI, "https://a/"), true);
	assert_check(NAME(DIRECTORY, CN_X), true);
	assert_check(NAME(OTHER, UPN), true);
	assert_check(NAME(RID, "\x2a\x03"), true);
	assert_check(NAME(X400, "\x30\x00"), true);
	assert_check(NAME(EDI,
			 "\xa1\x03\x0c\x01"
			 "p"),
	    true);
}

static void
illegal_contents_fail_the_check(void **state)
{
	(void)state;
	assert_check(NAME(EMAIL, "invalid@address@example.com"), false);
	assert_check(NAME(DNS, "a\0b"), false);
	assert_check(NAME(IP, "\x0a\0\0\1\xff\0\0\0"), false);
	assert_check(NAME(IP, ""), false);
	assert_check(NAME(URI, "/relative"), false);
	assert_check(NAME(URI, "ldap:///a"), false);
	assert_check(NAME(DIRECTORY, "\x30\x00"), false);
	assert_check(NAME(DIRECTORY, CN_X "\0"), false);
	assert_check(NAME(OTHER, "\x06\x03\x2a\x03\x04"), false);
	assert_check(NAME(OTHER, UPN "\0"), false);
	assert_check(NAME(OTHER, "\x06\x03\x2a\x03\x04\xa0\x00"), false);
	assert_check(NAME(OTHER, "\x06\x03\x2a\x03\x04\xa0\x04\x30\x02\x02\x01"), false);
	assert_check(NAME(OTHER, "\xa0\x02\x05\x00"), false);
	assert_check(NAME(RID, ""), false);
	assert_check(NAME(RID, "\x80\x01"), false);
	assert_check(NAME(RID, "\x2a\x83"), false);
	assert_check(NAME(X400, ""), false);
	assert_check(NAME(EDI, "\x30\x01"), false);
}

static void
assert_text(ctn_general_name n, const char *want)
{
	CTN_OWN_BUF b = { 0 };

	ctn_general_text(&b, &n);
	assert_string_equal(ctn_buf_cstr(&b), want);
}

static void
text_is_for_people(void **state)
{
	(void)state;
	assert_text(NAME(DNS, "web.example"), "web.example");
	assert_text(NAME(EMAIL, "a@b"), "a@b");
	assert_text(NAME(URI, "urn:a"), "urn:a");
	assert_text(NAME(IP, "\x0a\0\0\1"), "10.0.0.1");
	assert_text(NAME(IP, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "::1");
	assert_text(NAME(IP, "\x0a\0\0\0\xff\0\0\0"), "10.0.0.0/8");
	assert_text(NAME(IP, "\xac\x10\0\0\xff\xf0\0\0"), "172.16.0.0/12");
	assert_text(NAME(IP, "\x0a\0\0\0\xff\0\xff\0"), "#0a000000ff00ff00");
	assert_text(NAME(IP, "\x0a"), "#0a");
	assert_text(NAME(IP, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "fd00::/8");
	assert_text(NAME(DIRECTORY, CN_X), "dirName:CN=x");
	assert_text(NAME(OTHER, UPN), "otherName:1.2.3.4");
	assert_text(NAME(OTHER, "\x06"), "otherName:#06");
	assert_text(NAME(OTHER, SMTP "\xa0\x06\x0c\x04\xc3\xbc@b"), "SmtpUTF8Mailbox:\xc3\xbc@b");
	assert_text(NAME(OTHER, SMTP "\xa0\x05\x16\x03" "a@b"), "otherName:1.3.6.1.5.5.7.8.9");
	assert_text(NAME(RID, "\x2a\x03"), "registeredID:1.2.3");
	assert_text(NAME(X400, "\x30\x00"), "x400Address");
	assert_text(NAME(EDI, "\x30\x00"), "ediPartyName");
}

static void
text_of_hostile_octets_is_safe_to_print(void **state)
{
	(void)state;
	assert_text(NAME(DNS, "a\x1b[2J\0b"), "a\\x1b[2J\\x00b");
}

static void
types_have_the_words_of_policies(void **state)
{
	(void)state;
	assert_string_equal(ctn_name_type_text(CTN_NAME_DNS), "dns");
	assert_string_equal(ctn_name_type_text(CTN_NAME_IP), "ip");
	assert_string_equal(ctn_name_type_text(CTN_NAME_EMAIL), "email");
	assert_string_equal(ctn_name_type_text(CTN_NAME_URI), "uri");
	assert_string_equal(ctn_name_type_text(CTN_NAME_DIRECTORY), "dn");
	assert_string_equal(ctn_name_type_text(CTN_NAME_OTHER), "other");
	assert_string_equal(ctn_name_type_text(CTN_NAME_RID), "rid");
}

static void
write_puts_the_value_under_its_tag(void **state)
{
	const ctn_general_name dn = NAME(DIRECTORY, CN_X), dns = NAME(DNS, "a");
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_general_write(&b, &dn);
	ctn_general_write(&b, &dns);
	assert_true(ctn_span_equal(ctn_buf_view(&b),
	    CTN_SPAN("\xa4\x0e" CN_X "\x82\x01"
		     "a")));
}

static void
assert_parsed(const char *text, enum ctn_name_type type, const char *want, size_t octets, const char *reversed)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_name n;
	char *r;

	if (!ctn_name_parse(&n, text, a, &e))
		fail_msg("%s", e.text);
	assert_int_equal(n.type, type);
	assert_string_equal(n.text, want);
	assert_int_equal(n.value.n, octets);
	assert_int_equal(n.wildcard, text[0] == '*' && text[1] == '.');
	r = ctn_name_reversed(&n, a);
	if (reversed == NULL)
		assert_null(r);
	else
		assert_string_equal(r, reversed);
}

static void
a_name_is_told_by_its_form(void **state)
{
	(void)state;
	assert_parsed("Web.Internal.Example", CTN_NAME_DNS, "web.internal.example", 20, "example.internal.web");
	assert_parsed("*.example", CTN_NAME_DNS, "*.example", 9, "example.*");
	assert_parsed("localhost", CTN_NAME_DNS, "localhost", 9, "localhost");
	assert_parsed("10.0.0.1", CTN_NAME_IP, "10.0.0.1", 4, NULL);
	assert_parsed("FD00::1", CTN_NAME_IP, "fd00::1", 16, NULL);
	assert_parsed("Me@Example.com", CTN_NAME_EMAIL, "Me@example.com", 14, "com.example");
	assert_parsed("*@example.com", CTN_NAME_EMAIL, "*@example.com", 13, "com.example");
	assert_parsed("spiffe://td.example/a", CTN_NAME_URI, "spiffe://td.example/a", 21, "example.td");
	assert_parsed("https://u@h.example:1/", CTN_NAME_URI, "https://u@h.example:1/", 22, "example.h");
	assert_parsed("https://10.0.0.1/", CTN_NAME_URI, "https://10.0.0.1/", 17, NULL);
	assert_parsed("urn:a", CTN_NAME_URI, "urn:a", 5, NULL);
	assert_parsed("a:123456", CTN_NAME_URI, "a:123456", 8, NULL);
	assert_parsed("a:1b", CTN_NAME_URI, "a:1b", 4, NULL);
}

static void
an_address_carries_its_octets(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_name n;

	(void)state;
	assert_true(ctn_name_parse(&n, "10.0.0.1", a, &e));
	assert_true(ctn_span_equal(n.value, CTN_SPAN("\x0a\0\0\1")));
}

static void
assert_unparsed(const char *text, const char *why, const char *hint)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_name n;

	if (ctn_name_parse(&n, text, a, &e))
		fail_msg("'%s' was taken as '%s'", text, n.text);
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
	assert_string_equal(e.hint, hint);
}

static void
a_name_of_no_form_is_refused_with_a_reason(void **state)
{
	char huge[8194];

	(void)state;
	memset(huge, 'a', sizeof huge);
	huge[8193] = '\0';
	assert_unparsed("", "an empty name", "");
	assert_unparsed(huge, "a name over 8192 octets", "");
	assert_unparsed("a\nb", "a name with a control character", "");
	assert_unparsed("a\x7f", "a name with a control character", "");
	assert_unparsed("a\xff", "a name that is not UTF-8", "");
	assert_unparsed("web.example:443", "a port is no part of a name: 'web.example:443'", "web.example");
	assert_unparsed("a:12345", "a port is no part of a name: 'a:12345'", "a");
	assert_unparsed("a:", "'a:': not a URI: nothing behind the scheme", "");
	assert_unparsed("x://a b/", "'x://a b/': not a URI: illegal authority, at byte 4", "");
	assert_unparsed("123", "not a DNS name: '123': its last label is a number, as in an IP address", "");
	assert_unparsed("{:1", "not a DNS name: '{:1': a character that no DNS name has", "");
	assert_unparsed("10.0.0.256", "not a DNS name: '10.0.0.256': its last label is a number, as in an IP address", "");
	assert_unparsed("10.0.0.1:443", "not a DNS name: '10.0.0.1:443': a character that no DNS name has", "");
}

static bool
of_general(ctn_name *out, ctn_general_name n, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	bool ok = ctn_name_of_general(out, &n, a, &e);

	if (!ok)
		assert_int_equal(e.code, CTN_EINPUT);
	return ok;
}

static void
a_csr_name_comes_out_canonical(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_name n, asked;

	(void)state;
	assert_true(of_general(&n, NAME(DNS, "*.EXAMPLE"), a));
	assert_string_equal(n.text, "*.example");
	assert_true(n.wildcard);
	assert_true(ctn_name_parse(&asked, "*.example", a, &e));
	assert_true(ctn_name_equal(&n, &asked));
	assert_true(of_general(&n, NAME(IP, "\x0a\0\0\1"), a));
	assert_string_equal(n.text, "10.0.0.1");
	assert_true(ctn_name_parse(&asked, "10.0.0.2", a, &e));
	assert_false(ctn_name_equal(&n, &asked));
	assert_true(of_general(&n, NAME(EMAIL, "A@B.example"), a));
	assert_string_equal(n.text, "A@b.example");
	assert_true(of_general(&n, NAME(URI, "URN:a"), a));
	assert_string_equal(n.text, "urn:a");
	assert_true(of_general(&n, NAME(DIRECTORY, CN_X), a));
	assert_string_equal(n.text, "dirName:CN=x");
	assert_true(ctn_span_equal(n.value, CTN_SPAN(CN_X)));
	assert_null(ctn_name_reversed(&n, a));
}

static void
equal_octets_of_other_types_are_other_names(void **state)
{
	const ctn_name dns = { .type = CTN_NAME_DNS, .text = "a", .value = CTN_SPAN("a") };
	const ctn_name uri = { .type = CTN_NAME_URI, .text = "a", .value = CTN_SPAN("a") };

	(void)state;
	assert_false(ctn_name_equal(&dns, &uri));
	assert_true(ctn_name_equal(&dns, &dns));
}

static void
a_csr_name_with_hostile_octets_is_refused(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	static const uint8_t huge[8193];
	ctn_name n;

	(void)state;
	assert_false(of_general(&n, NAME(DNS, "good.example\0.evil.example"), a));
	assert_false(of_general(&n,
	    NAME(DNS,
		"b\xc3\xbc"
		"cher.example"),
	    a));
	assert_false(of_general(&n, NAME(DNS, "xn--a.example"), a));
	assert_false(of_general(&n, NAME(EMAIL, "\"a b\"@c.example"), a));
	assert_false(of_general(&n, NAME(IP, "\x0a\0\0"), a));
	assert_false(of_general(&n, (ctn_general_name){ CTN_NAME_X400, { huge, sizeof huge } }, a));
}

static void
a_foreign_name_of_over_8192_octets_is_refused(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	uint8_t huge[8193] = { 0x04, 0x82, 0x1f, 0xfd };
	ctn_name n;

	(void)state;
	assert_false(of_general(&n, (ctn_general_name){ CTN_NAME_X400, { huge, sizeof huge } }, a));
	huge[3] = 0xfc;
	assert_true(of_general(&n, (ctn_general_name){ CTN_NAME_X400, { huge, sizeof huge - 1 } }, a));
}

static void
what_is_no_name_has_no_host(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	const ctn_name mail = { .type = CTN_NAME_EMAIL, .value = CTN_SPAN("a@b.c") }, no_mail = { .type = CTN_NAME_EMAIL, .value = CTN_SPAN("b.c") };
	const ctn_name uri = { .type = CTN_NAME_URI, .value = CTN_SPAN("x://b.c") }, no_uri = { .type = CTN_NAME_URI, .value = CTN_SPAN("b.c") };

	(void)state;
	assert_string_equal(ctn_name_reversed(&mail, a), "c.b");
	assert_null(ctn_name_reversed(&no_mail, a));
	assert_string_equal(ctn_name_reversed(&uri, a), "c.b");
	assert_null(ctn_name_reversed(&no_uri, a));
}

static void
a_mailbox_of_no_legal_form_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "an empty name" },
		{ "\xff@example.com", "a name that is not UTF-8" },
		{ "\xc3\xbc", "no @" },
		{ "web.internal.example", "no @" },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ctn_err e = { 0 };
		ctn_name n;

		assert_false(ctn_name_parse_mail(&n, cases[i].text, a, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_non_null(strstr(e.text, cases[i].why));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_by_their_tags),
		cmocka_unit_test(unknown_tags_and_broken_lengths_are_refused),
		cmocka_unit_test(legal_contents_pass_the_check),
		cmocka_unit_test(illegal_contents_fail_the_check),
		cmocka_unit_test(text_is_for_people),
		cmocka_unit_test(text_of_hostile_octets_is_safe_to_print),
		cmocka_unit_test(types_have_the_words_of_policies),
		cmocka_unit_test(write_puts_the_value_under_its_tag),
		cmocka_unit_test(a_name_is_told_by_its_form),
		cmocka_unit_test(an_address_carries_its_octets),
		cmocka_unit_test(a_name_of_no_form_is_refused_with_a_reason),
		cmocka_unit_test(a_csr_name_comes_out_canonical),
		cmocka_unit_test(equal_octets_of_other_types_are_other_names),
		cmocka_unit_test(a_csr_name_with_hostile_octets_is_refused),
		cmocka_unit_test(a_foreign_name_of_over_8192_octets_is_refused),
		cmocka_unit_test(what_is_no_name_has_no_host),
		cmocka_unit_test(a_mailbox_of_no_legal_form_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
