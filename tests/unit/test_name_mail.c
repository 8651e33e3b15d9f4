#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "name/mail.h"

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
canonical_keeps_the_local_part_and_folds_the_host(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out;

	(void)state;
	assert_true(ctn_mail_canonical(&out, "First.Last+tag@Example.COM", a, &e));
	assert_string_equal(out, "First.Last+tag@example.com");
	assert_true(ctn_mail_canonical(&out,
	    "x@b\xc3\xbc"
	    "cher.example",
	    a, &e));
	assert_string_equal(out, "x@xn--bcher-kva.example");
	assert_true(ctn_mail_canonical(&out, "*@example.com", a, &e));
}

static void
canonical_refuses_what_is_no_mailbox(void **state)
{
	(void)state;
	assert_refused(ctn_mail_canonical, "example.com", "no @");
	assert_refused(ctn_mail_canonical, "@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, ".a@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, "a.@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, "a..b@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, "a b@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, "\"a\"@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, "a@b@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical, "\xc3\xbc@example.com", "RFC 9598");
	assert_refused(ctn_mail_canonical, "a@*.example.com", "a wildcard host");
	assert_refused(ctn_mail_canonical, "a@", "it is empty");
	assert_refused(ctn_mail_canonical, "a@10.0.0.1", "its last label is a number");
	assert_refused(ctn_mail_canonical, "a2345678901234567890123456789012345678901234567890123456789012345@example.com",
	    "a local part over 64");
}

static void
canonical_takes_utf8_where_it_is_asked_for(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out;

	(void)state;
	assert_true(ctn_mail_canonical_utf8(&out, "J\xc3\xbc.b@\xc3\xa4.EXAMPLE", a, &e));
	assert_string_equal(out, "J\xc3\xbc.b@xn--4ca.example");
	assert_true(ctn_mail_canonical_utf8(&out, "a@example.com", a, &e));
	assert_string_equal(out, "a@example.com");
	assert_refused(ctn_mail_canonical_utf8, "\xc3\xbc.@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical_utf8, "\xc3\xbc b@example.com", "no dot-atom");
	assert_refused(ctn_mail_canonical_utf8, "\xc3\xbc", "no @");
}

static void
split_reads_mailboxes_of_certificates(void **state)
{
	ctn_span local, host;

	(void)state;
	assert_true(ctn_mail_split(&local, &host, CTN_SPAN("a.b@Example.com")));
	assert_true(ctn_span_equal(local, CTN_SPAN("a.b")));
	assert_true(ctn_span_equal(host, CTN_SPAN("Example.com")));
	assert_true(ctn_mail_split(&local, &host, CTN_SPAN("\"a b\\\"@c\"@example.com")));
	assert_true(ctn_span_equal(local, CTN_SPAN("\"a b\\\"@c\"")));
	assert_true(ctn_mail_split(&local, &host, CTN_SPAN("user*@example.com")));
}

static void
split_refuses_what_is_no_mailbox(void **state)
{
	ctn_span local, host;

	(void)state;
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("invalid@address@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("a@[10.0.0.1]")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("a\0@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("a@example.com\0")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("a@.example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("a@*.example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("\"a\"b\"@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("\"a\\\"@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("\"@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("\"a\n\"@example.com")));
	assert_false(ctn_mail_split(&local, &host, CTN_SPAN("\xc3\xbc@example.com")));
}

static void
a_pattern_always_has_an_at(void **state)
{
	static const char *const pairs[][2] = {
		{ "Host.example", "*@host.example" },
		{ "*@host.example", "*@host.example" },
		{ "**.host.example", "*@**.host.example" },
		{ "User@Host.example", "User@host.example" },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char *out;

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		assert_true(ctn_mail_pattern(&out, pairs[i][0], a, &e));
		assert_string_equal(out, pairs[i][1]);
	}
	assert_refused(ctn_mail_pattern, "@host.example", "no dot-atom");
	assert_refused(ctn_mail_pattern, "a@", "it is empty");
	assert_refused(ctn_mail_pattern, ".host.example", "does not begin with a dot");
}

static void
a_pattern_covers_mailboxes_at_exactly_its_hosts(void **state)
{
	(void)state;
	assert_true(ctn_mail_pattern_covers("*@host.example", "anyone@host.example"));
	assert_false(ctn_mail_pattern_covers("*@host.example", "anyone@sub.host.example"));
	assert_true(ctn_mail_pattern_covers("*@**.host.example", "anyone@a.sub.host.example"));
	assert_false(ctn_mail_pattern_covers("*@**.host.example", "anyone@host.example"));
	assert_true(ctn_mail_pattern_covers("user@host.example", "user@host.example"));
	assert_false(ctn_mail_pattern_covers("user@host.example", "User@host.example"));
	assert_false(ctn_mail_pattern_covers("user@host.example", "user2@host.example"));
	assert_false(ctn_mail_pattern_covers("user@host.example", "host.example"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_keeps_the_local_part_and_folds_the_host),
		cmocka_unit_test(canonical_refuses_what_is_no_mailbox),
		cmocka_unit_test(canonical_takes_utf8_where_it_is_asked_for),
		cmocka_unit_test(split_reads_mailboxes_of_certificates),
		cmocka_unit_test(split_refuses_what_is_no_mailbox),
		cmocka_unit_test(a_pattern_always_has_an_at),
		cmocka_unit_test(a_pattern_covers_mailboxes_at_exactly_its_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
