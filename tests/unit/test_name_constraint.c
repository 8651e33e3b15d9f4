#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "name/constraint.h"

#define O_B                                                    \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01" \
	"b"
#define CN_A_O_B                                               \
	"\x30\x18\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01" \
	"B\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01"        \
	"a"
#define UPN                                    \
	"\x06\x03\x2a\x03\x04\xa0\x03\x0c\x01" \
	"u"
#define TEN "\x0a\0\0\0\xff\0\0\0"
#define LOCAL6 "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

#define NAME(t, literal) ((ctn_general_name){ CTN_NAME_##t, CTN_SPAN(literal) })
#define COVERS(t, base, name) ctn_constraint_covers(&NAME(t, base), &NAME(t, name))

static void
assert_unparsed(ctn_span value, const char *why)
{
	struct ctn_err e = { 0 };
	ctn_name_constraints c;

	assert_false(ctn_constraints_parse(&c, value, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
}

static void
what_is_written_is_read_again(void **state)
{
	const ctn_general_name permitted[] = { NAME(DNS, "a.b"), NAME(IP, TEN) }, excluded[] = { NAME(EMAIL, ".c") };
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 };
	ctn_name_constraints c;

	(void)state;
	ctn_constraints_write(&b, permitted, 2, excluded, 1);
	assert_true(ctn_span_equal(ctn_buf_view(&b),
	    CTN_SPAN("\x30\x1d\xa0\x13\x30\x05\x82\x03"
		     "a.b\x30\x0a\x87\x08" TEN "\xa1\x06\x30\x04\x81\x02.c")));
	assert_true(ctn_constraints_parse(&c, ctn_buf_view(&b), &e));
	assert_int_equal(c.subtrees, 3);
	assert_int_equal(c.permitted.n, 0x13);
	assert_int_equal(c.excluded.n, 6);
}

static void
an_absent_list_is_empty(void **state)
{
	struct ctn_err e = { 0 };
	ctn_name_constraints c;

	(void)state;
	assert_true(ctn_constraints_parse(&c, CTN_SPAN("\x30\x06\xa1\x04\x30\x02\x82\x00"), &e));
	assert_int_equal(c.permitted.n, 0);
	assert_int_equal(c.subtrees, 1);
}

static void
malformed_constraints_are_refused_with_a_reason(void **state)
{
	(void)state;
	assert_unparsed(CTN_SPAN(""), "not name constraints, or bytes after them");
	assert_unparsed(CTN_SPAN("\x30\x06\xa1\x04\x30\x02\x82\x00\x00"), "not name constraints, or bytes after them");
	assert_unparsed(CTN_SPAN("\x30\x00"), "neither permitted nor excluded subtrees (RFC 5280 4.2.1.10)");
	assert_unparsed(CTN_SPAN("\x30\x02\xa0\x00"), "an empty list of subtrees, at byte 4");
	assert_unparsed(CTN_SPAN("\x30\x03\xa0\x04\x30"), "not a list of subtrees, at byte 2");
	assert_unparsed(CTN_SPAN("\x30\x0c\xa1\x04\x30\x02\x82\x00\xa0\x04\x30\x02\x82\x00"),
	    "more than two lists of subtrees, at byte 8");
	assert_unparsed(CTN_SPAN("\x30\x08\xa0\x06\x30\x02\x82\x00\x30\x00"),
	    "no subtree: a general name with a minimum of 0 and no maximum, at byte 8");
	assert_unparsed(
	    CTN_SPAN("\x30\x04\xa0\x02\x82\x00"), "no subtree: a general name with a minimum of 0 and no maximum, at byte 4");
}

static void
minimum_and_maximum_are_refused(void **state)
{
	const char *why = "no subtree: a general name with a minimum of 0 and no maximum, at byte 4";

	(void)state;
	assert_unparsed(CTN_SPAN("\x30\x09\xa0\x07\x30\x05\x82\x00\x80\x01\x01"), why);
	assert_unparsed(CTN_SPAN("\x30\x0a\xa0\x08\x30\x06\x82\x00\x80\x02\x00\x00"), why);
	assert_unparsed(CTN_SPAN("\x30\x08\xa0\x06\x30\x04\x82\x00\x80\x00"), why);
	assert_unparsed(CTN_SPAN("\x30\x09\xa0\x07\x30\x05\x82\x00\x81\x01\x01"), why);
	assert_unparsed(CTN_SPAN("\x30\x09\xa0\x07\x30\x05\x82\x00\x81\x01\x00"), why);
	assert_unparsed(CTN_SPAN("\x30\x08\xa0\x06\x30\x04\x82\x01" "a\x80"), why);
	assert_unparsed(CTN_SPAN("\x30\x0c\xa0\x0a\x30\x08\x82\x00\x80\x01\x00\x81\x01\x00"), why);
}

/* .com permitted and b.com excluded, each with a minimum of 0 or without. */
static void
a_minimum_of_0_may_be_spelt_out_and_changes_nothing(void **state)
{
	static const struct {
		ctn_span value;
		bool spelt;
	} cases[] = {
		{ CTN_SPAN("\x30\x14\xa0\x07\x30\x05\x82\x03" "com\xa1\x09\x30\x07\x82\x05" "b.com"), false },
		{ CTN_SPAN("\x30\x17\xa0\x0a\x30\x08\x82\x03" "com\x80\x01\x00\xa1\x09\x30\x07\x82\x05" "b.com"), true },
		{ CTN_SPAN("\x30\x17\xa0\x07\x30\x05\x82\x03" "com\xa1\x0c\x30\x0a\x82\x05" "b.com\x80\x01\x00"), true },
	};
	const ctn_general_name a = NAME(DNS, "a.com"), b = NAME(DNS, "b.com"), c = NAME(DNS, "c.org");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ctn_err e = { 0 };
		ctn_name_constraints nc;

		assert_true(ctn_constraints_parse(&nc, cases[i].value, &e));
		assert_int_equal(nc.spelt, cases[i].spelt);
		assert_int_equal(nc.subtrees, 2);
		assert_int_equal(ctn_constraints_judge(&nc, &a, NULL, NULL), CTN_CONSTRAINT_OK);
		assert_int_equal(ctn_constraints_judge(&nc, &b, NULL, NULL), CTN_CONSTRAINT_EXCLUDED);
		assert_int_equal(ctn_constraints_judge(&nc, &c, NULL, NULL), CTN_CONSTRAINT_NOT_PERMITTED);
	}
}

/* Does the parser take a base of this form? */
static bool
takes(ctn_general_name base)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 };
	ctn_name_constraints c;

	ctn_constraints_write(&b, NULL, 0, &base, 1);
	return ctn_constraints_parse(&c, ctn_buf_view(&b), &e);
}

static void
one_illegal_base_among_legal_ones_refuses_all(void **state)
{
	const ctn_general_name good = NAME(DNS, "a"), mixed[] = { NAME(DNS, "a"), NAME(DNS, "*b") };
	struct ctn_err e = { 0 };
	CTN_OWN_BUF second = { 0 }, other = { 0 };
	ctn_name_constraints c;

	(void)state;
	ctn_constraints_write(&second, mixed, 2, NULL, 0);
	assert_false(ctn_constraints_parse(&c, ctn_buf_view(&second), &e));
	assert_string_equal(e.text, "subtree at byte 9: '*b' is no legal base of type dns");
	ctn_constraints_write(&other, &good, 1, &mixed[1], 1);
	assert_false(ctn_constraints_parse(&c, ctn_buf_view(&other), &e));
}

static void
dns_bases_are_names_without_star(void **state)
{
	(void)state;
	assert_true(takes(NAME(DNS, "example.com")));
	assert_true(takes(NAME(DNS, "com")));
	assert_true(takes(NAME(DNS, "")));
	assert_true(takes(NAME(DNS, ".example.com")));
	assert_false(takes(NAME(DNS, ".")));
	assert_false(takes(NAME(DNS, "..example.com")));
	assert_false(takes(NAME(DNS, "*.example.com")));
	assert_false(takes(NAME(DNS, "example.com.")));
	assert_false(takes(NAME(DNS, "a\0b")));
}

static void
a_dot_in_front_of_a_dns_base_leaves_what_is_below(void **state)
{
	static const struct {
		const char *name;
		bool covered;
		enum ctn_constraint_answer excluded;
	} cases[] = {
		{ "example.com", false, CTN_CONSTRAINT_OK },
		{ "www.example.com", true, CTN_CONSTRAINT_EXCLUDED },
		{ "A.b.EXAMPLE.com", true, CTN_CONSTRAINT_EXCLUDED },
		{ "wwwexample.com", false, CTN_CONSTRAINT_OK },
		{ "com", false, CTN_CONSTRAINT_OK },
		{ "*.example.com", true, CTN_CONSTRAINT_EXCLUDED },
		{ "*.www.example.com", true, CTN_CONSTRAINT_EXCLUDED },
		{ "*.com", false, CTN_CONSTRAINT_OK },
	};
	const ctn_general_name base = NAME(DNS, ".example.com"), plain = NAME(DNS, "example.com"), both[] = { base, plain };
	const ctn_general_name others[] = { NAME(URI, ".example.com"), NAME(EMAIL, ".example.com"), plain };
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 }, other = { 0 }, two = { 0 };
	ctn_name_constraints c;

	(void)state;
	ctn_constraints_write(&other, others, 3, &plain, 1);
	assert_true(ctn_constraints_parse(&c, ctn_buf_view(&other), &e));
	assert_false(c.dotted);
	ctn_constraints_write(&two, both, 2, NULL, 0);
	assert_true(ctn_constraints_parse(&c, ctn_buf_view(&two), &e));
	assert_true(c.dotted);
	ctn_constraints_write(&b, NULL, 0, &base, 1);
	assert_true(ctn_constraints_parse(&c, ctn_buf_view(&b), &e));
	assert_true(c.dotted);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const ctn_general_name name = { CTN_NAME_DNS, ctn_span_text(cases[i].name) };

		assert_int_equal(ctn_constraint_covers(&base, &name), cases[i].covered);
		assert_int_equal(ctn_constraints_judge(&c, &name, NULL, NULL), cases[i].excluded);
	}
}

static void
mail_and_uri_bases_may_begin_with_a_dot(void **state)
{
	(void)state;
	assert_true(takes(NAME(EMAIL, "a@example.com")));
	assert_true(takes(NAME(EMAIL, "*@example.com")));
	assert_true(takes(NAME(EMAIL, "example.com")));
	assert_true(takes(NAME(EMAIL, ".example.com")));
	assert_true(takes(NAME(EMAIL, "")));
	assert_false(takes(NAME(EMAIL, "@example.com")));
	assert_false(takes(NAME(EMAIL, "a@b@example.com")));
	assert_false(takes(NAME(EMAIL, "a@.example.com")));
	assert_false(takes(NAME(EMAIL, "..example.com")));
	assert_true(takes(NAME(URI, "example.com")));
	assert_true(takes(NAME(URI, ".example.com")));
	assert_true(takes(NAME(URI, "")));
	assert_false(takes(NAME(URI, "https://example.com")));
	assert_false(takes(NAME(URI, "10.0.0.1")));
	assert_false(takes(NAME(URI, ".")));
}

static void
ip_bases_are_blocks_with_a_contiguous_mask(void **state)
{
	(void)state;
	assert_true(takes(NAME(IP, TEN)));
	assert_true(takes(NAME(IP, LOCAL6)));
	assert_true(takes(NAME(IP, "\0\0\0\0\0\0\0\0")));
	assert_true(takes(NAME(IP, "\x0a\1\2\3\xff\xff\xff\xff")));
	assert_true(takes(NAME(IP, "\x0a\1\2\3\xff\x80\0\0")));
	assert_false(takes(NAME(IP, "\x0a\0\0\1")));
	assert_false(takes(NAME(IP, "0123456789abcdef")));
	assert_false(takes(NAME(IP, "\x0a\0\0\0\xff\0\xff\0")));
	assert_false(takes(NAME(IP, "\x0a\0\0\0\xff\x81\0\0")));
	assert_false(takes(NAME(IP, "\x0a\0\0\0\xff\x80\x80\0")));
	assert_false(takes(NAME(IP, "\x0a\0\0\0\0\0\0\1")));
	assert_false(takes(NAME(IP, "")));
}

static void
other_bases_are_well_formed(void **state)
{
	(void)state;
	assert_true(takes(NAME(DIRECTORY, O_B)));
	assert_true(takes(NAME(DIRECTORY, "\x30\x00")));
	assert_false(takes(NAME(DIRECTORY, "\x30\x02\x31\x00")));
	assert_false(takes(NAME(DIRECTORY, "")));
	assert_true(takes(NAME(OTHER, UPN)));
	assert_false(takes(NAME(OTHER, "\x06")));
	assert_true(takes(NAME(RID, "\x2a\x03")));
	assert_false(takes(NAME(RID, "")));
}

static void
a_dns_base_covers_itself_and_what_is_below(void **state)
{
	(void)state;
	assert_true(COVERS(DNS, "example.com", "example.com"));
	assert_true(COVERS(DNS, "Example.com", "A.B.exAmple.COM"));
	assert_true(COVERS(DNS, "", "anything.example"));
	assert_true(COVERS(DNS, "example.com", "*.example.com"));
	assert_true(COVERS(DNS, "example.com", "*.a.example.com"));
	assert_false(COVERS(DNS, "example.com", "not-example.com"));
	assert_false(COVERS(DNS, "example.com", "com"));
	assert_false(COVERS(DNS, "a.example.com", "*.example.com"));
	assert_false(COVERS(DNS, "*.example.com", "*.example.com"));
	assert_false(COVERS(DNS, "example.com", "a..example.com"));
}

static void
a_mail_base_covers_a_mailbox_a_host_or_what_is_below(void **state)
{
	(void)state;
	assert_true(COVERS(EMAIL, "User@Example.com", "User@exAmple.com"));
	assert_false(COVERS(EMAIL, "User@example.com", "user@example.com"));
	assert_false(COVERS(EMAIL, "user@example.com", "user2@example.com"));
	assert_true(COVERS(EMAIL, "*@example.com", "*@example.com"));
	assert_false(COVERS(EMAIL, "*@example.com", "a@example.com"));
	assert_false(COVERS(EMAIL, "*@example.com", "*@sub.example.com"));
	assert_true(COVERS(EMAIL, "Example.com", "a@example.com"));
	assert_false(COVERS(EMAIL, "example.com", "a@sub.example.com"));
	assert_true(COVERS(EMAIL, ".example.com", "a@sub.example.com"));
	assert_true(COVERS(EMAIL, ".example.com", "a@b.sub.example.com"));
	assert_false(COVERS(EMAIL, ".example.com", "a@example.com"));
	assert_false(COVERS(EMAIL, ".example.com", "a@notexample.com"));
	assert_true(COVERS(EMAIL, "", "a@example.com"));
	assert_false(COVERS(EMAIL, "exbmple.com", "a@example.com"));
	assert_true(COVERS(EMAIL, "a@b.c", "a@b.c"));
	assert_false(COVERS(EMAIL, "a@b@b.c", "a@b.c"));
}

static void
a_uri_base_covers_a_host_or_what_is_below(void **state)
{
	(void)state;
	assert_true(COVERS(URI, "example.com", "https://u@EXAMPLE.com:8443/a?b"));
	assert_false(COVERS(URI, "example.com", "https://sub.example.com/"));
	assert_false(COVERS(URI, "exbmple.com", "https://example.com/"));
	assert_true(COVERS(URI, ".example.com", "https://sub.example.com/"));
	assert_false(COVERS(URI, ".example.com", "https://example.com/"));
	assert_false(COVERS(URI, "example.com", "https://example.com@evil.example/"));
	assert_true(COVERS(URI, "", "https://example.com/"));
	assert_false(COVERS(URI, "", "urn:example.com"));
	assert_true(COVERS(URI, "", "https://example.com/"));
	assert_false(COVERS(URI, "", "no uri"));
	assert_false(COVERS(URI, "", "https://10.0.0.1/"));
	assert_false(COVERS(URI, "", "https://[::1]/"));
}

static void
an_ip_base_covers_its_block_of_its_own_family(void **state)
{
	(void)state;
	assert_true(COVERS(IP, TEN, "\x0a\1\2\3"));
	assert_false(COVERS(IP, TEN, "\x0b\1\2\3"));
	assert_true(COVERS(IP, "\x0a\1\2\3\xff\0\0\0", "\x0a\4\5\6"));
	assert_true(COVERS(IP, LOCAL6, "\xfd\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1"));
	assert_false(COVERS(IP, LOCAL6, "\xfe\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1"));
	assert_false(COVERS(IP, "\0\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
	assert_false(COVERS(IP, TEN, TEN));
}

static void
a_directory_base_covers_what_it_is_a_prefix_of(void **state)
{
	(void)state;
	assert_true(COVERS(DIRECTORY, O_B, CN_A_O_B));
	assert_true(COVERS(DIRECTORY, "\x30\x00", CN_A_O_B));
	assert_false(COVERS(DIRECTORY, CN_A_O_B, O_B));
}

static void
a_base_of_another_type_covers_nothing(void **state)
{
	(void)state;
	assert_false(ctn_constraint_covers(&NAME(DNS, ""), &NAME(EMAIL, "a@b.example")));
	assert_false(COVERS(RID, "\x2a\x03", "\x2a\x03"));
	assert_false(COVERS(OTHER, UPN, UPN));
}

static enum ctn_constraint_answer
judge(const ctn_general_name *permitted, const ctn_general_name *excluded, ctn_general_name name)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 };
	ctn_name_constraints c;

	ctn_constraints_write(&b, permitted, permitted != NULL, excluded, excluded != NULL);
	if (!ctn_constraints_parse(&c, ctn_buf_view(&b), &e))
		fail_msg("%s", e.text);
	return ctn_constraints_judge(&c, &name, NULL, NULL);
}

static void
a_name_must_lie_in_a_permitted_subtree_of_its_type(void **state)
{
	const ctn_general_name dns = NAME(DNS, "example.com");

	(void)state;
	assert_int_equal(judge(&dns, NULL, NAME(DNS, "web.example.com")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&dns, NULL, NAME(DNS, "not-example.com")), CTN_CONSTRAINT_NOT_PERMITTED);
	assert_int_equal(judge(&dns, NULL, NAME(IP, "\x0a\0\0\1")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&dns, NULL, NAME(RID, "\x2a\x03")), CTN_CONSTRAINT_OK);
}

static void
an_ipv6_address_is_not_permitted_by_ipv4_blocks_nor_excluded(void **state)
{
	const ctn_general_name ten = NAME(IP, TEN);

	(void)state;
	assert_int_equal(judge(&ten, NULL, NAME(IP, "\x0a\0\0\1")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&ten, NULL, NAME(IP, "0123456789abcdef")), CTN_CONSTRAINT_NOT_PERMITTED);
	assert_int_equal(judge(NULL, &ten, NAME(IP, "0123456789abcdef")), CTN_CONSTRAINT_OK);
}

static void
excluded_goes_before_permitted(void **state)
{
	const ctn_general_name all = NAME(DNS, "example.com"), not = NAME(DNS, "ca.example.com");

	(void)state;
	assert_int_equal(judge(&all, &not, NAME(DNS, "web.example.com")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&all, &not, NAME(DNS, "ca.example.com")), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(judge(&not, &all, NAME(DNS, "web.example.com")), CTN_CONSTRAINT_EXCLUDED);
}

static void
a_wildcard_touches_an_excluded_name_that_it_stands_for(void **state)
{
	const ctn_general_name ca = NAME(DNS, "CA.example.com"), deep = NAME(DNS, "b.a.example.com"), top = NAME(DNS, "com");
	const ctn_general_name other = NAME(DNS, "ca-example.com");

	(void)state;
	assert_int_equal(judge(NULL, &ca, NAME(DNS, "*.example.com")), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(judge(NULL, &top, NAME(DNS, "*.example.com")), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(judge(NULL, &deep, NAME(DNS, "*.example.com")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(NULL, &other, NAME(DNS, "*.example.com")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(NULL, &ca, NAME(DNS, "example.com")), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&ca, NULL, NAME(DNS, "*.example.com")), CTN_CONSTRAINT_NOT_PERMITTED);
}

static void
what_cannot_be_judged_under_a_constraint_of_its_type_is_unsupported(void **state)
{
	const ctn_general_name dns = NAME(DNS, "example.com"), uri = NAME(URI, ""), mail = NAME(EMAIL, "example.com");
	const ctn_general_name other = NAME(OTHER, UPN), rid = NAME(RID, "\x2a\x03"), ten = NAME(IP, TEN),
			       dn = NAME(DIRECTORY, O_B);

	(void)state;
	assert_int_equal(judge(NULL, &other, NAME(OTHER, UPN)), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&other, NULL, NAME(OTHER, UPN)), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&rid, NULL, NAME(RID, "\x2a\x03")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&uri, NULL, NAME(URI, "urn:a")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(NULL, &uri, NAME(URI, "https://10.0.0.1/")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&uri, NULL, NAME(URI, "https://[::1]/")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&uri, NULL, NAME(URI, "ldap:///a")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&mail, NULL, NAME(EMAIL, "invalid@address@example.com")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(NULL, &dns, NAME(DNS, "a\0.example.com")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(&ten, NULL, NAME(IP, TEN)), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(NULL, &dn, NAME(DIRECTORY, "\x30\x02\x31\x00")), CTN_CONSTRAINT_UNSUPPORTED);
	assert_int_equal(judge(NULL, &dns, NAME(OTHER, UPN)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(NULL, &dns, NAME(URI, "urn:a")), CTN_CONSTRAINT_OK);
}

#define SMTP_UTF8 "\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09"
/* 0xe9@example.com */
#define BOX SMTP_UTF8 "\xa0\x10\x0c\x0e\xc3\xa9@example.com"
#define BOX_ASCII SMTP_UTF8 "\xa0\x0f\x0c\x0d" "a@example.com"
#define BOX_TWO SMTP_UTF8 "\xa0\x11\x0c\x0f" "a@b@example.com"

static void
an_smtp_utf8_mailbox_stands_under_the_subtrees_for_mail(void **state)
{
	const ctn_general_name host = NAME(EMAIL, "Example.com"), below = NAME(EMAIL, ".example.com"), top = NAME(EMAIL, ".com"),
			       box = NAME(EMAIL, "a@example.com"), elsewhere = NAME(EMAIL, "a@example.org"), all = NAME(EMAIL, ""),
			       dns = NAME(DNS, "example.org"), other = NAME(OTHER, UPN), mailbox = NAME(OTHER, BOX);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF der = { 0 };
	ctn_name_constraints c;
	unsigned work = 0;

	(void)state;
	assert_int_equal(judge(&host, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&top, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&all, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&dns, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&below, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_NOT_PERMITTED);
	assert_int_equal(judge(&elsewhere, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_NOT_PERMITTED);
	assert_int_equal(judge(NULL, &host, NAME(OTHER, BOX)), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(judge(NULL, &top, NAME(OTHER, BOX)), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(judge(NULL, &below, NAME(OTHER, BOX)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&host, NULL, NAME(OTHER, BOX_TWO)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&host, &other, NAME(OTHER, BOX)), CTN_CONSTRAINT_UNSUPPORTED);
	/* One mailbox: permitted is that one, excluded its host. */
	assert_int_equal(judge(&box, NULL, NAME(OTHER, BOX_ASCII)), CTN_CONSTRAINT_OK);
	assert_int_equal(judge(&box, NULL, NAME(OTHER, BOX)), CTN_CONSTRAINT_NOT_PERMITTED);
	assert_int_equal(judge(NULL, &box, NAME(OTHER, BOX)), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(judge(NULL, &elsewhere, NAME(OTHER, BOX)), CTN_CONSTRAINT_OK);
	/* Whoever judges it pays for each subtree once. */
	ctn_constraints_write(&der, &host, 1, &dns, 1);
	assert_true(ctn_constraints_parse(&c, ctn_buf_view(&der), &e));
	assert_int_equal(ctn_constraints_judge(&c, &mailbox, &work, NULL), CTN_CONSTRAINT_OK);
	assert_int_equal(work, 2);
	/* Only an otherName is. */
	assert_int_equal(judge(NULL, &host, NAME(EDI, BOX)), CTN_CONSTRAINT_OK);
	/* A plain address is no such one. */
	assert_int_equal(judge(NULL, &box, NAME(EMAIL, "b@example.com")), CTN_CONSTRAINT_OK);
}

static void
an_smtp_utf8_mailbox_of_no_legal_form_is_unsupported(void **state)
{
	const ctn_general_name odd[] = {
		NAME(OTHER, SMTP_UTF8), NAME(OTHER, SMTP_UTF8 "\x0c\x03" "a@b"), NAME(OTHER, SMTP_UTF8 "\xa0\x00"), NAME(OTHER, BOX "\x05\x00"),
		NAME(OTHER, SMTP_UTF8 "\xa0\x02\x0c\x00"), NAME(OTHER, SMTP_UTF8 "\xa0\x05\x16\x03" "a@b"),
		NAME(OTHER, SMTP_UTF8 "\xa0\x07\x0c\x03" "a@b\x05\x00"), NAME(OTHER, SMTP_UTF8 "\xa0\x05\x0c\x03" "abc"),
		NAME(OTHER, SMTP_UTF8 "\xa0\x04\x0c\x02" "@b"), NAME(OTHER, SMTP_UTF8 "\xa0\x04\x0c\x02" "a@"),
		NAME(OTHER, SMTP_UTF8 "\xa0\x06\x0c\x04" "a@\xc3\xa9"), NAME(OTHER, SMTP_UTF8 "\xa0\x05\x0c\x03" "\xff@b"),
	};
	const ctn_general_name all = NAME(EMAIL, ""), dns = NAME(DNS, "b");

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		assert_int_equal(judge(&all, NULL, odd[i]), CTN_CONSTRAINT_UNSUPPORTED);
		assert_int_equal(judge(NULL, &all, odd[i]), CTN_CONSTRAINT_UNSUPPORTED);
		assert_int_equal(judge(&dns, NULL, odd[i]), CTN_CONSTRAINT_OK);
	}
	assert_int_equal(judge(&all, NULL, NAME(OTHER, UPN)), CTN_CONSTRAINT_OK);
}

static void
work_is_counted_and_the_breaker_named(void **state)
{
	const ctn_general_name permitted[] = { NAME(DNS, "a"), NAME(IP, TEN), NAME(DNS, "b") };
	const ctn_general_name excluded[] = { NAME(DNS, "x.b"), NAME(DNS, "y.b") };
	const ctn_general_name y = NAME(DNS, "y.b"), b = NAME(DNS, "b"), odd = NAME(OTHER, UPN);
	ctn_general_name breaker;
	struct ctn_err e = { 0 };
	CTN_OWN_BUF der = { 0 };
	ctn_name_constraints c;
	unsigned work = 0;

	(void)state;
	ctn_constraints_write(&der, permitted, 3, excluded, 2);
	assert_true(ctn_constraints_parse(&c, ctn_buf_view(&der), &e));
	assert_int_equal(ctn_constraints_judge(&c, &y, &work, &breaker), CTN_CONSTRAINT_EXCLUDED);
	assert_int_equal(work, 2);
	assert_true(ctn_span_equal(breaker.value, CTN_SPAN("y.b")));
	assert_int_equal(ctn_constraints_judge(&c, &b, &work, &breaker), CTN_CONSTRAINT_OK);
	assert_int_equal(work, 2 + 5);
	assert_int_equal(ctn_constraints_judge(&c, &odd, &work, NULL), CTN_CONSTRAINT_OK);
	assert_int_equal(work, 2 + 5 + 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(an_absent_list_is_empty),
		cmocka_unit_test(malformed_constraints_are_refused_with_a_reason),
		cmocka_unit_test(minimum_and_maximum_are_refused),
		cmocka_unit_test(a_minimum_of_0_may_be_spelt_out_and_changes_nothing),
		cmocka_unit_test(one_illegal_base_among_legal_ones_refuses_all),
		cmocka_unit_test(dns_bases_are_names_without_star),
		cmocka_unit_test(a_dot_in_front_of_a_dns_base_leaves_what_is_below),
		cmocka_unit_test(mail_and_uri_bases_may_begin_with_a_dot),
		cmocka_unit_test(ip_bases_are_blocks_with_a_contiguous_mask),
		cmocka_unit_test(other_bases_are_well_formed),
		cmocka_unit_test(a_dns_base_covers_itself_and_what_is_below),
		cmocka_unit_test(a_mail_base_covers_a_mailbox_a_host_or_what_is_below),
		cmocka_unit_test(a_uri_base_covers_a_host_or_what_is_below),
		cmocka_unit_test(an_ip_base_covers_its_block_of_its_own_family),
		cmocka_unit_test(a_directory_base_covers_what_it_is_a_prefix_of),
		cmocka_unit_test(a_base_of_another_type_covers_nothing),
		cmocka_unit_test(a_name_must_lie_in_a_permitted_subtree_of_its_type),
		cmocka_unit_test(an_ipv6_address_is_not_permitted_by_ipv4_blocks_nor_excluded),
		cmocka_unit_test(excluded_goes_before_permitted),
		cmocka_unit_test(a_wildcard_touches_an_excluded_name_that_it_stands_for),
		cmocka_unit_test(an_smtp_utf8_mailbox_stands_under_the_subtrees_for_mail),
		cmocka_unit_test(an_smtp_utf8_mailbox_of_no_legal_form_is_unsupported),
		cmocka_unit_test(what_cannot_be_judged_under_a_constraint_of_its_type_is_unsupported),
		cmocka_unit_test(work_is_counted_and_the_breaker_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
