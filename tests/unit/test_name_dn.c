#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "name/attr.h"
#include "name/dn.h"

#define PRINTABLE CTN_TAG_PRINTABLE_STRING
#define UTF8 CTN_TAG_UTF8_STRING

/* C=DE, O=Example, CN=web as octets, to be seen against X.690 by eye. */
#define C_DE                                           \
	"\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02" \
	"DE"
#define O_EX                                           \
	"\x31\x10\x30\x0e\x06\x03\x55\x04\x0a\x0c\x07" \
	"Example"
#define CN_WEB                                         \
	"\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03" \
	"web"

static void
put_attr(ctn_buf *b, ctn_span oid, unsigned tag, ctn_span value)
{
	size_t pair = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, oid);
	ctn_der_put(b, tag, value);
	ctn_der_close(b, pair);
}

/* A Name of one RDN with one attribute. */
static ctn_span
one(ctn_buf *b, ctn_span oid, unsigned tag, ctn_span value)
{
	size_t name, rdn;

	ctn_buf_reset(b);
	name = ctn_der_open(b, CTN_TAG_SEQUENCE);
	rdn = ctn_der_open(b, CTN_TAG_SET);
	put_attr(b, oid, tag, value);
	ctn_der_close(b, rdn);
	ctn_der_close(b, name);
	return ctn_buf_view(b);
}

/* A Name from RFC 4514 text. */
static ctn_span
made(ctn_buf *b, const char *text)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n;

	ctn_buf_reset(b);
	if (!ctn_dn_parse(&attrs, &n, text, a, &e) || !ctn_dn_write(b, attrs, n, &e))
		fail_msg("%s", e.text);
	return ctn_buf_view(b);
}

static void
assert_text(ctn_span name, const char *want)
{
	CTN_OWN_BUF b = { 0 };

	ctn_dn_text(&b, name);
	assert_string_equal(ctn_buf_cstr(&b), want);
}

static void
write_gives_the_string_types_of_rfc_5280(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	made(&b, "CN=web,O=Example,C=DE");
	assert_int_equal(b.n, 2 + sizeof(C_DE O_EX CN_WEB) - 1);
	assert_memory_equal(b.p + 2, C_DE O_EX CN_WEB, b.n - 2);
	made(&b, "DC=example,emailAddress=a@b.example,serialNumber=12,dnQualifier=x");
	assert_int_equal(b.p[11], PRINTABLE);
	assert_non_null(memmem(b.p, b.n,
	    "\x13\x02"
	    "12",
	    4));
	assert_non_null(memmem(b.p, b.n,
	    "\x16\x0b"
	    "a@b.example",
	    13));
	assert_non_null(memmem(b.p, b.n,
	    "\x16\x07"
	    "example",
	    9));
	made(&b, "");
	assert_int_equal(b.n, 2);
	assert_memory_equal(b.p, "\x30\x00", 2);
}

static void
assert_unwritten(ctn_span oid, const char *value, const char *why)
{
	const ctn_dn_attr attr = { oid, value };
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	assert_false(ctn_dn_write(&b, &attr, 1, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
}

static void
write_refuses_values_that_a_name_cannot_have(void **state)
{
	char long_cn[66];

	(void)state;
	memset(long_cn, 'a', sizeof long_cn);
	long_cn[65] = '\0';
	assert_unwritten(ctn_oid_at_common_name, "", "CN is empty");
	assert_unwritten(ctn_oid_at_common_name, long_cn, "CN is over 64 characters (RFC 5280 appendix A.1)");
	assert_unwritten(ctn_oid_at_common_name, "a\xff", "CN is not UTF-8");
	assert_unwritten(ctn_oid_at_common_name, "a\nb", "CN has a control character");
	assert_unwritten(ctn_oid_at_country, "de", "C is not two capital letters (ISO 3166): 'de'");
	assert_unwritten(ctn_oid_at_country, "DEU", "C is not two capital letters (ISO 3166): 'DEU'");
	assert_unwritten(ctn_oid_at_country, "D", "C is not two capital letters (ISO 3166): 'D'");
	assert_unwritten(ctn_oid_at_serial_number, "1_2", "serialNumber has a character that its string type lacks: '1_2'");
	assert_unwritten(
	    ctn_oid_at_email, "\xc3\xbc@b", "emailAddress has a character that its string type lacks: '\xc3\xbc@b'");
}

static void
write_counts_characters_and_not_octets(void **state)
{
	ctn_dn_attr attr = { ctn_oid_at_common_name, NULL };
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	char cn[129] = "";

	(void)state;
	for (size_t i = 0; i < 64; i++)
		memcpy(cn + 2 * i, "\xc3\xbc", 3);
	attr.value = cn;
	assert_true(ctn_dn_write(&b, &attr, 1, &e));
}

static void
check_takes_names_and_only_names(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_dn_check(CTN_SPAN("\x30\x1f" C_DE O_EX), &e));
	assert_true(ctn_dn_check(CTN_SPAN("\x30\x00"), &e));
	assert_false(ctn_dn_check(CTN_SPAN(""), &e));
	assert_false(ctn_dn_check(CTN_SPAN("\x30\x00\x00"), &e));
	assert_string_equal(e.text, "not a Name, or bytes after it, at byte 0");
	assert_false(ctn_dn_check(CTN_SPAN("\x30\x0f" C_DE "\x31\x00"), &e));
	assert_string_equal(e.text, "an empty RDN, at byte 17");
	assert_false(ctn_dn_check(CTN_SPAN("\x30\x0f" C_DE "\x30\x00"), &e));
	assert_string_equal(e.text, "not an RDN, at byte 15");
	assert_false(ctn_dn_check(CTN_SPAN("\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x06"), &e));
	assert_string_equal(e.text, "not an attribute of a name, at byte 4");
	assert_false(ctn_dn_check(CTN_SPAN("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"
					   "D@"),
	    &e));
	assert_string_equal(e.text, "a string that is not legal for its type, at byte 4");
	assert_int_equal(e.code, CTN_EINPUT);
}

static void
text_runs_from_the_last_rdn_to_the_first(void **state)
{
	(void)state;
	assert_text(CTN_SPAN("\x30\x2d" C_DE O_EX CN_WEB), "CN=web,O=Example,C=DE");
	assert_text(CTN_SPAN("\x30\x00"), "");
}

static void
text_escapes_what_rfc_4514_wants(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("a,b+c\"d\\e<f>g;h=i")),
	    "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\=i");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("#a#")), "CN=\\#a#");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN(" a b ")), "CN=\\ a b\\ ");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN(" ")), "CN=\\ ");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("M\xc3\xbcller")), "CN=M\xc3\xbcller");
}

static void
text_cannot_steer_a_terminal(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("a\0\x1b\x7f")), "CN=a\\00\\1B\\7F");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("\xc2\x9b\xc2\xa1")), "CN=\\C2\\9B\xc2\xa1");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa6\xe2\x80\x8f")),
	    "CN=\\E2\\80\\AE\\E2\\81\\A6\xe2\x80\xa6\\E2\\80\\8F");
	assert_text(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("a\xff\xc3")), "CN=a\\FF\\C3");
}

static void
text_shows_unknown_types_and_values_in_hex(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_text(one(&b, CTN_SPAN("\x2a\x03\x04"), UTF8, CTN_SPAN("a")), "1.2.3.4=#0c0161");
	assert_text(one(&b, ctn_oid_at_common_name, CTN_TAG_OCTET_STRING, CTN_SPAN("a")), "CN=#040161");
	assert_text(one(&b, ctn_oid_at_common_name, CTN_TAG_BMP_STRING, CTN_SPAN("a")), "CN=#1e0161");
	assert_text(CTN_SPAN("\x31\x00"), "#3100");
	assert_text(CTN_SPAN("\x30\x02\x31\x01"), "#30023101");
}

static void
text_joins_the_attributes_of_one_rdn(void **state)
{
	CTN_OWN_BUF b = { 0 };
	size_t name = ctn_der_open(&b, CTN_TAG_SEQUENCE), rdn = ctn_der_open(&b, CTN_TAG_SET);

	(void)state;
	put_attr(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("a"));
	put_attr(&b, ctn_oid_at_serial_number, PRINTABLE, CTN_SPAN("1"));
	ctn_der_close(&b, rdn);
	ctn_der_close(&b, name);
	assert_text(ctn_buf_view(&b), "CN=a+serialNumber=1");
}

static void
parse_reads_what_text_writes(void **state)
{
	static const char *const texts[] = { "CN=web,O=Example,C=DE", "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\=i", "CN=\\#a#",
		"CN=\\ a b\\ ", "CN=M\xc3\xbcller", "" };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_text(made(&b, texts[i]), texts[i]);
}

static void
parse_takes_the_forms_that_people_write(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_text(made(&b, " cn = a b , organizationName= Example "), "CN=a b,O=Example");
	assert_text(made(&b, "2.5.4.3=a,surname=b"), "CN=a,SN=b");
	assert_text(made(&b, "CN=M\\C3\\BCller\\20"), "CN=M\xc3\xbcller\\ ");
}

static void
parse_refuses_with_a_reason(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "web", "name 'web': an attribute without '='" },
		{ "CN=a,", "name 'CN=a,': an attribute without '='" },
		{ "CN=", "name 'CN=': an empty value" },
		{ "CN=a,O=", "name 'CN=a,O=': an empty value" },
		{ "XY=a", "name 'XY=a': unknown attribute type 'XY'" },
		{ "CN=#0c0161", "name 'CN=#0c0161': a value in hex is not taken: give its text" },
		{ "CN=a+O=b", "name 'CN=a+O=b': '+' in a value needs a backslash (RFC 4514)" },
		{ "CN=\"a\"", "name 'CN=\"a\"': '\"' in a value needs a backslash (RFC 4514)" },
		{ "CN=a\\", "name 'CN=a\\': a backslash without a special character or two hex digits behind it" },
		{ "CN=a\\4", "name 'CN=a\\4': a backslash without a special character or two hex digits behind it" },
		{ "CN=\\FF", "name 'CN=\\FF': a value that is not UTF-8, or has a NUL in it" },
		{ "CN=\\00", "name 'CN=\\00': a value that is not UTF-8, or has a NUL in it" },
	};
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_dn_attr *attrs;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ctn_err e = { 0 };

		assert_false(ctn_dn_parse(&attrs, &n, cases[i].text, a, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, cases[i].why);
	}
}

static void
parse_refuses_a_thousand_and_one_attributes_and_dotted_nonsense(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	char text[1002];
	ctn_dn_attr *attrs;
	size_t n;

	(void)state;
	memset(text, ',', sizeof text);
	text[1001] = '\0';
	assert_false(ctn_dn_parse(&attrs, &n, text, a, &e));
	assert_string_equal(e.text, "a name of over 1000 attributes");
	assert_false(ctn_dn_parse(&attrs, &n, "2.5.4.=a", a, &e));
	assert_int_equal(e.code, CTN_EINPUT);
}

static void
parse_says_what_was_meant(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n;

	(void)state;
	assert_false(ctn_dn_parse(&attrs, &n, "serialNumbr=1", a, &e));
	assert_string_equal(e.hint, "did you mean 'serialNumber'?");
}

static void
names_are_equal_whatever_case_type_and_spaces(void **state)
{
	CTN_OWN_BUF a = { 0 };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_true(ctn_dn_equal(made(&a, "CN=Web  Server,O=example"), made(&b, "CN=web server,O=EXAMPLE")));
	assert_true(ctn_dn_equal(one(&a, ctn_oid_at_common_name, UTF8, CTN_SPAN("x")),
	    one(&b, ctn_oid_at_common_name, PRINTABLE, CTN_SPAN("X"))));
	assert_false(ctn_dn_equal(
	    one(&a, ctn_oid_at_common_name, UTF8, CTN_SPAN("x")), one(&b, ctn_oid_at_organization, UTF8, CTN_SPAN("x"))));
	assert_false(ctn_dn_equal(one(&a, ctn_oid_at_common_name, CTN_TAG_OCTET_STRING, CTN_SPAN("x")),
	    one(&b, ctn_oid_at_common_name, CTN_TAG_OCTET_STRING, CTN_SPAN("X"))));
}

static void
the_order_and_number_of_rdns_count(void **state)
{
	CTN_OWN_BUF a = { 0 };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_false(ctn_dn_equal(made(&a, "CN=a,O=b"), made(&b, "O=b,CN=a")));
	assert_false(ctn_dn_equal(made(&a, "CN=a,O=b"), made(&b, "O=b")));
	assert_false(ctn_dn_equal(made(&a, "O=b"), made(&b, "CN=a,O=b")));
	assert_true(ctn_dn_equal(CTN_SPAN("\x30\x00"), CTN_SPAN("\x30\x00")));
}

static void
an_empty_rdn_never_equals_none(void **state)
{
	(void)state;
	assert_false(ctn_dn_equal(CTN_SPAN("\x30\x02\x31\x00"), CTN_SPAN("\x30\x00")));
	assert_false(ctn_dn_equal(CTN_SPAN("\x30\x00"), CTN_SPAN("\x30\x02\x31\x00")));
	assert_false(ctn_dn_equal(CTN_SPAN("\x30\x0e" CN_WEB), CTN_SPAN("\x30\x10\x31\x00" CN_WEB)));
	assert_false(ctn_dn_is_empty(CTN_SPAN("\x30\x02\x31\x00")));
	assert_true(ctn_dn_is_empty(CTN_SPAN("\x30\x00")));
	assert_false(ctn_dn_is_empty(CTN_SPAN("\x30\x00\x00")));
}

static void
what_is_no_name_equals_nothing(void **state)
{
	(void)state;
	assert_false(ctn_dn_equal(CTN_SPAN(""), CTN_SPAN("")));
	assert_false(ctn_dn_equal(CTN_SPAN("\x31\x00"), CTN_SPAN("\x31\x00")));
	assert_false(ctn_dn_within(CTN_SPAN("\x30\x00"), CTN_SPAN("")));
}

/* A Name of one RDN with the attributes CN=value for each character of values. */
static ctn_span
multi(ctn_buf *b, const char *values)
{
	size_t name, rdn;

	ctn_buf_reset(b);
	name = ctn_der_open(b, CTN_TAG_SEQUENCE);
	rdn = ctn_der_open(b, CTN_TAG_SET);
	for (; *values != '\0'; values++)
		put_attr(b, ctn_oid_at_common_name, UTF8, (ctn_span){ (const uint8_t *)values, 1 });
	ctn_der_close(b, rdn);
	ctn_der_close(b, name);
	return ctn_buf_view(b);
}

static void
attributes_of_one_rdn_are_a_set(void **state)
{
	CTN_OWN_BUF a = { 0 };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_true(ctn_dn_equal(multi(&a, "aB"), multi(&b, "bA")));
	assert_false(ctn_dn_equal(multi(&a, "ab"), multi(&b, "a")));
	assert_false(ctn_dn_equal(multi(&a, "aab"), multi(&b, "abc")));
	assert_false(ctn_dn_equal(multi(&a, "abc"), multi(&b, "aab")));
}

static void
a_huge_rdn_is_compared_by_its_octets(void **state)
{
	CTN_OWN_BUF a = { 0 };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_true(ctn_dn_equal(
	    multi(&a, "abcdefghijklmnopqrstuvwxyz0123456789"), multi(&b, "abcdefghijklmnopqrstuvwxyz0123456789")));
	assert_false(ctn_dn_equal(
	    multi(&a, "abcdefghijklmnopqrstuvwxyz0123456789"), multi(&b, "Abcdefghijklmnopqrstuvwxyz0123456789")));
	assert_true(
	    ctn_dn_equal(multi(&a, "abcdefghijklmnopqrstuvwxyz012345"), multi(&b, "Abcdefghijklmnopqrstuvwxyz012345")));
}

static void
a_base_is_a_prefix_of_whole_rdns(void **state)
{
	CTN_OWN_BUF a = { 0 };
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_true(ctn_dn_within(made(&a, "CN=a,O=B,C=DE"), made(&b, "O=b,C=DE")));
	assert_true(ctn_dn_within(made(&a, "O=b"), made(&b, "O=b")));
	assert_true(ctn_dn_within(made(&a, "O=b"), CTN_SPAN("\x30\x00")));
	assert_false(ctn_dn_within(made(&a, "O=b,C=DE"), made(&b, "CN=a,O=b,C=DE")));
	assert_false(ctn_dn_within(made(&a, "CN=a,O=b,C=DE"), made(&b, "CN=a")));
	assert_false(ctn_dn_within(made(&a, "CN=a,O=bc"), made(&b, "O=b")));
}

/* The common name; NULL when there is none. */
static const char *
first_cn(ctn_span name, ctn_arena *a)
{
	struct ctn_err e = { 0 };
	const char *text = "";

	assert_true(ctn_dn_first(&text, name, ctn_oid_at_common_name, a, &e));
	return text;
}

static void
first_gives_the_last_attribute_as_text(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF b = { 0 };

	(void)state;
	assert_string_equal(first_cn(made(&b, "CN=last,O=x,CN=first"), a), "last");
	assert_string_equal(first_cn(one(&b, ctn_oid_at_common_name, CTN_TAG_TELETEX_STRING, CTN_SPAN("\xfc")), a), "\xc3\xbc");
	assert_null(first_cn(made(&b, "O=x"), a));
	assert_null(first_cn(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("good\0evil")), a));
	assert_null(first_cn(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("\xff")), a));
	assert_string_equal(first_cn(one(&b, ctn_oid_at_common_name, UTF8, CTN_SPAN("")), a), "");
	assert_null(first_cn(CTN_SPAN("junk"), a));
}

static void
first_without_memory_is_an_error_and_no_absence(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(16);
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };
	const char *text = "";

	(void)state;
	assert_false(ctn_dn_first(&text, made(&b, "CN=longer than sixteen octets"), ctn_oid_at_common_name, a, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_null(text);
}

static void
attribute_types_are_known_by_name_alias_and_oid(void **state)
{
	(void)state;
	assert_string_equal(ctn_attr_by_name(CTN_SPAN("cn"))->name, "CN");
	assert_string_equal(ctn_attr_by_name(CTN_SPAN("domaincomponent"))->name, "DC");
	assert_string_equal(ctn_attr_by_oid(ctn_oid_at_email)->name, "emailAddress");
	assert_null(ctn_attr_by_name(CTN_SPAN("serverAuth")));
	assert_null(ctn_attr_by_oid(ctn_oid_kp_server_auth));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(write_gives_the_string_types_of_rfc_5280),
		cmocka_unit_test(write_refuses_values_that_a_name_cannot_have),
		cmocka_unit_test(write_counts_characters_and_not_octets),
		cmocka_unit_test(check_takes_names_and_only_names),
		cmocka_unit_test(text_runs_from_the_last_rdn_to_the_first),
		cmocka_unit_test(text_escapes_what_rfc_4514_wants),
		cmocka_unit_test(text_cannot_steer_a_terminal),
		cmocka_unit_test(text_shows_unknown_types_and_values_in_hex),
		cmocka_unit_test(text_joins_the_attributes_of_one_rdn),
		cmocka_unit_test(parse_reads_what_text_writes),
		cmocka_unit_test(parse_takes_the_forms_that_people_write),
		cmocka_unit_test(parse_refuses_with_a_reason),
		cmocka_unit_test(parse_refuses_a_thousand_and_one_attributes_and_dotted_nonsense),
		cmocka_unit_test(parse_says_what_was_meant),
		cmocka_unit_test(names_are_equal_whatever_case_type_and_spaces),
		cmocka_unit_test(the_order_and_number_of_rdns_count),
		cmocka_unit_test(an_empty_rdn_never_equals_none),
		cmocka_unit_test(what_is_no_name_equals_nothing),
		cmocka_unit_test(attributes_of_one_rdn_are_a_set),
		cmocka_unit_test(a_huge_rdn_is_compared_by_its_octets),
		cmocka_unit_test(a_base_is_a_prefix_of_whole_rdns),
		cmocka_unit_test(first_gives_the_last_attribute_as_text),
		cmocka_unit_test(first_without_memory_is_an_error_and_no_absence),
		cmocka_unit_test(attribute_types_are_known_by_name_alias_and_oid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
