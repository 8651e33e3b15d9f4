/* Forms where one octet decides: general names, bases, distinguished names, endpoints. Each is read from memory that ends where it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "der/der.h"
#include "der/oid.h"
#include "der/write.h"
#include "name/constraint.h"
#include "name/dn.h"
#include "name/endpoint.h"
#include "name/escape.h"
#include "name/general.h"

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
	uint8_t many[200];

	(void)state;
	memset(many, 1, sizeof(many));
	assert_true(is_general(CTN_NAME_RID, CTN_SPAN("\x2a\x03")));
	assert_false(is_general(CTN_NAME_RID, CTN_SPAN("")));
	assert_true(is_general(CTN_NAME_RID, (ctn_span){ many, 127 }));
	assert_false(is_general(CTN_NAME_RID, (ctn_span){ many, 128 }));
	assert_false(is_general(CTN_NAME_RID, (ctn_span){ many, sizeof(many) }));
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
	assert_true(is_subtree(0x82, CTN_SPAN(".a.b")));
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
	assert_true(is_subtree(0xa5, CTN_SPAN("\x05\x00")));
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
	assert_false(ctn_dn_check(CTN_SPAN("\x30\x07\x31\x05\x30\x03\x0c\x01" "a"), &e));
	assert_true(ctn_dn_check(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x04\x01" "a"), &e));
	assert_false(ctn_dn_within(tail, name));
	assert_false(ctn_dn_within(name, tail));
	assert_true(ctn_dn_within(upper, name));
}

static void
assert_not_written(ctn_span oid, const char *value, const char *why)
{
	const ctn_dn_attr attr = { .oid = oid, .value = value };
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	if (ctn_dn_write(&b, &attr, 1, &e))
		fail_msg("'%s' is written", value);
	if (strstr(e.text, why) == NULL)
		fail_msg("'%s': %s", value, e.text);
}

static void
a_country_is_two_capital_letters(void **state)
{
	static const char *const bad[] = { "1E", "E1", "@E", "E@", "[E", "E[", "eE", "Ee", "E", "EEE" };

	(void)state;
	for (EACH(i, bad))
		assert_not_written(ctn_oid_at_country, bad[i], "two capital letters");
	assert_not_written(ctn_oid_at_common_name, "a\x7f", "a control character");
	assert_not_written(ctn_oid_at_common_name, "a\x1f", "a control character");
	assert_not_written(ctn_oid_at_common_name, "", "is empty");
	assert_not_written(CTN_SPAN("\x2a\x03"), "", "an attribute is empty");
}

/* A Name of one RDN with that attribute n times. */
static ctn_span
crowd(ctn_buf *out, size_t n, const char *value)
{
	size_t name = ctn_der_open(out, CTN_TAG_SEQUENCE), rdn = ctn_der_open(out, CTN_TAG_SET), pair;

	for (size_t i = 0; i < n; i++) {
		pair = ctn_der_open(out, CTN_TAG_SEQUENCE);
		ctn_der_put_oid(out, ctn_oid_at_common_name);
		ctn_der_put(out, CTN_TAG_UTF8_STRING, ctn_span_text(value));
		ctn_der_close(out, pair);
	}
	ctn_der_close(out, rdn);
	ctn_der_close(out, name);
	return ctn_buf_view(out);
}

static void
an_rdn_of_more_than_can_be_compared_equals_none_but_its_octets(void **state)
{
	CTN_OWN_BUF a = { 0 }, b = { 0 }, c = { 0 };
	const ctn_span most = crowd(&a, 32, "a"), more = crowd(&b, 33, "a"), capital = crowd(&c, 32, "A");

	(void)state;
	assert_true(dn_equal(most, capital));
	assert_false(dn_equal(more, capital));
	assert_true(dn_equal(more, more));
}

static void
a_long_value_is_one_attribute(void **state)
{
	char *text = long_text("CN=", 1200);
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n = 0;

	(void)state;
	assert_true(ctn_dn_parse(&attrs, &n, text, a, &e));
	assert_int_equal(n, 1);
	free(text);
}

static void
assert_dn_text(ctn_span name, const char *want)
{
	ctn_span s = exact(name);
	CTN_OWN_BUF out = { 0 };

	ctn_dn_text(&out, s);
	assert_string_equal(ctn_buf_cstr(&out), want);
	drop(s);
}

static void
what_is_no_name_is_shown_in_hex(void **state)
{
	(void)state;
	assert_dn_text(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a"), "CN=a");
	assert_dn_text(CTN_SPAN("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x1e\x02\x00" "a"), "CN=a");
	assert_dn_text(CTN_SPAN("\x30\x02\x31\x00"), "");
	assert_dn_text(CTN_SPAN("\x30\x04\x31\x02\x05\x00"), "#300431020500");
	assert_dn_text(CTN_SPAN("\x30\x0e\x31\x0c\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a\x05\x00"), "#300e310c300806035504030c01610500");
	assert_dn_text(CTN_SPAN("\x30\x0c\x30\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a"), "#300c300a300806035504030c0161");
	assert_dn_text(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x1c\x01" "a"), "CN=#1c0161");
}

static void
assert_no_dn(const char *text, const char *why, const char *hint)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_dn_attr *attrs;
	size_t n;

	if (ctn_dn_parse(&attrs, &n, text, a, &e))
		fail_msg("'%s' is taken", text);
	if (strstr(e.text, why) == NULL)
		fail_msg("'%s': %s", text, e.text);
	assert_string_equal(e.hint, hint);
}

static void
a_text_that_is_no_name_is_refused(void **state)
{
	(void)state;
	assert_no_dn("=a", "unknown attribute type ''", "");
	assert_no_dn("/=a", "unknown attribute type '/'", "");
	assert_no_dn("zzzzzzzzzz=a", "unknown attribute type 'zzzzzzzzzz'", "");
	assert_no_dn(":=a", "unknown attribute type ':'", "");
	assert_no_dn("CN=a\\", "a backslash without", "");
	assert_no_dn("CN=a\\4", "a backslash without", "");
	assert_no_dn("CN=a\\g1", "a backslash without", "");
	assert_no_dn("CN=\\41\\g1", "a backslash without", "");
	assert_no_dn("CN=a+O=b", "needs a backslash", "one RDN holds one attribute here");
	assert_no_dn("CN=a;O=b", "needs a backslash", "");
	assert_no_dn("CN=a\\00", "has a NUL in it", "");
	assert_no_dn("CN=", "an empty value", "");
	assert_no_dn("CN=a,", "an attribute without '='", "");
}

static bool
dn_first(ctn_span name)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_span s = exact(name);
	struct ctn_err e = { 0 };
	const char *text;

	assert_true(ctn_dn_first(&text, s, ctn_oid_at_common_name, a, &e));
	drop(s);
	return text != NULL;
}

static void
only_a_name_has_a_first_attribute(void **state)
{
	(void)state;
	assert_true(dn_first(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a")));
	assert_true(dn_first(CTN_SPAN("\x30\x0b\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00")));
	assert_false(dn_first(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x00")));
	assert_false(dn_first(CTN_SPAN("\x31\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a")));
	assert_false(dn_first(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01" "a")));
	assert_false(dn_first(CTN_SPAN("\x30\x00")));
	assert_false(dn_first(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a\x05\x00")));
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
	static const char *const good[] = { "a:1", "a:65535", "[::1]:1", "smtp://a", "smtp://a/", "smtp:a:25", "pop3://a", "tls:a:1", "smtp://[::1]", "1.2.3.4:5",
		"a234567890123456789012345678901234567890.b234567890123456789012345678901234567890:1" };
	static const char *const bad[] = { "", "a", ":1", "a:", "a:0", "a:65536", "a:1x", "a:x1", "a:/", "a::", "[::1]", "[::1", "[::1]x", "[::1]:", "[a]:1",
		"[1.2.3.4]:5", "::1", "::1:5", "smtp://", "smtp:a", "smtp:", "smtp:/a", "x://a:1", "3pop://a:1", "p p://a:1", "*.a:1", "a/:1", "smtp:/a:25", "smtp:/ab", "smtp:a/b", "smt://a", "s://a", "://x:443", "a:1/",
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
		cmocka_unit_test(marks_that_turn_what_is_shown_are_escaped),
		cmocka_unit_test(a_general_name_has_the_form_of_its_type),
		cmocka_unit_test(a_base_has_the_form_of_its_type),
		cmocka_unit_test(what_is_no_name_equals_none),
		cmocka_unit_test(a_country_is_two_capital_letters),
		cmocka_unit_test(an_rdn_of_more_than_can_be_compared_equals_none_but_its_octets),
		cmocka_unit_test(a_long_value_is_one_attribute),
		cmocka_unit_test(what_is_no_name_is_shown_in_hex),
		cmocka_unit_test(a_text_that_is_no_name_is_refused),
		cmocka_unit_test(only_a_name_has_a_first_attribute),
		cmocka_unit_test(an_endpoint_has_every_part_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
