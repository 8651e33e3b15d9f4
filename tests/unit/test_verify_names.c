/* Name constraints along a path, and the names that a leaf is asked for, where one octet decides. */
#include "verify_forge.h"

#define ALL(check) CTN_V_##check, CTN_V_##check, CTN_V_##check
#define STRICT(check) CTN_V_NONE, CTN_V_##check, CTN_V_##check
#define WEB(check) CTN_V_NONE, CTN_V_NONE, CTN_V_##check
#define FINE CTN_V_NONE, CTN_V_NONE, CTN_V_NONE
#define SPOIL(name) static void name(struct chain *c)

/* permitted (0) or excluded (1): one base. */
static void
constrain(struct forged *c, unsigned list, unsigned tag, ctn_span base)
{
	ctn_buf *b = forge_put(c, ctn_oid_name_constraints, true);
	size_t whole = ctn_der_open(b, CTN_TAG_SEQUENCE), part = ctn_der_open(b, CTN_TAG_CONTEXT_CONS(list)), one = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put(b, tag, base);
	ctn_der_close(b, one);
	ctn_der_close(b, part);
	ctn_der_close(b, whole);
}

#define MAIL CTN_TAG_CONTEXT(CTN_NAME_EMAIL)
#define HOST CTN_TAG_CONTEXT(CTN_NAME_DNS)
#define DIRECTORY CTN_TAG_CONTEXT_CONS(CTN_NAME_DIRECTORY)

static void
constrain_directory(struct forged *c, unsigned list, const char *text)
{
	ctn_buf name = { 0 };

	forge_name(&name, text);
	constrain(c, list, DIRECTORY, ctn_buf_view(&name));
	ctn_buf_free(&name);
}

/* CN=a, emailAddress=a@b as IA5String: the forge writes no such attribute. */
#define MAIL_SUBJECT "\x30\x1e\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a\x31\x10\x30\x0e\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x16\x01" "b"
/* CN=a, emailAddress=a@b.c */
#define MAILBOX_SUBJECT "\x30\x22\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "a\x31\x14\x30\x12\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x16\x05" "a@b.c"

static void
mail_subject(struct chain *c, const char *base)
{
	ctn_buf_reset(&c->leaf.subject);
	ctn_buf_span(&c->leaf.subject, CTN_SPAN(MAILBOX_SUBJECT));
	forge_drop(&c->leaf, ctn_oid_subject_alt_name);
	c->ask.names_n = 0;
	constrain(&c->upper, 0, MAIL, ctn_span_text(base));
}

#define MAIL_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
/* emailAddress=a@b.c, an attribute without a type behind it, an attribute without a value in front of it. */
#define MAILBOX "\x31\x14\x30\x12" MAIL_OID "\x16\x05" "a@b.c"
#define BEFORE_ODD "\x30\x1c" MAILBOX "\x31\x04\x30\x02\x05\x00"
#define BEHIND_EMPTY "\x30\x25\x31\x0d\x30\x0b" MAIL_OID MAILBOX

static void
odd_subject(struct chain *c, ctn_span subject, const char *base)
{
	mail_subject(c, base);
	ctn_buf_reset(&c->leaf.subject);
	ctn_buf_span(&c->leaf.subject, subject);
}

SPOIL(odd_within) { odd_subject(c, CTN_SPAN(BEFORE_ODD), "b.c"); }
SPOIL(odd_without) { odd_subject(c, CTN_SPAN(BEFORE_ODD), "d.c"); }
SPOIL(empty_within) { odd_subject(c, CTN_SPAN(BEHIND_EMPTY), "b.c"); }
SPOIL(empty_without) { odd_subject(c, CTN_SPAN(BEHIND_EMPTY), "d.c"); }
SPOIL(mail_within) { mail_subject(c, "b.c"); }
SPOIL(mail_without) { mail_subject(c, "d.c"); }
SPOIL(mail_beside_names) { mail_subject(c, "d.c"); forge_dns(&c->leaf, "web.internal.example"); }
SPOIL(mail_unconstrained) { mail_subject(c, "d.c"); constrain(&c->upper, 0, HOST, CTN_SPAN("d.c")); }
SPOIL(mail_illegal) { mail_subject(c, "b.c"); ctn_buf_reset(&c->leaf.subject); ctn_buf_span(&c->leaf.subject, CTN_SPAN(MAIL_SUBJECT)); }
SPOIL(directory_within) { constrain_directory(&c->lower, 0, "O=EXAMPLE"); }
SPOIL(directory_without) { constrain_directory(&c->lower, 0, "O=Example,C=DE"); }
SPOIL(directory_excluded) { constrain_directory(&c->lower, 1, "O=Example"); }
SPOIL(directory_of_nobody) { directory_without(c); forge_name(&c->leaf.subject, ""); forge_mark(&c->leaf, ctn_oid_subject_alt_name, true); }
SPOIL(authority_excluded) { constrain_directory(&c->upper, 1, "CN=Lower,O=Example"); }
SPOIL(self_issued_excluded) { forge_name(&c->lower.subject, "CN=Upper,O=Example"); forge_name(&c->leaf.issuer, "CN=Upper,O=Example");
	constrain_directory(&c->upper, 1, "CN=Upper,O=Example"); }
SPOIL(self_issued_leaf_excluded) { forge_name(&c->leaf.subject, "CN=Lower,O=Example"); constrain_directory(&c->lower, 1, "CN=Lower,O=Example"); }
SPOIL(second_name_without) { forge_san(&c->leaf, false, (const char *const[]){ "web.internal.example", "web.example.com", NULL });
	constrain(&c->upper, 0, HOST, CTN_SPAN("internal.example")); }
SPOIL(wildcard_over_excluded) { forge_dns(&c->leaf, "*.internal.example"); constrain(&c->upper, 1, HOST, CTN_SPAN("db.internal.example")); }
SPOIL(wildcard_beside_excluded) { forge_dns(&c->leaf, "*.internal.example"); constrain(&c->upper, 1, HOST, CTN_SPAN("a.db.internal.example")); }

static void
constraints_bind_every_name_below_but_self_issued_ones(void **state)
{
	static const struct rule_case cases[] = {
		{ "a mailbox in the subject within", mail_within, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "an attribute without a type behind it", odd_within, STRICT(name_form) },
		{ "the same without", odd_without, CTN_V_constraints, CTN_V_name_form, CTN_V_name_form },
		{ "an attribute without a value in front of it", empty_within, STRICT(name_form) },
		{ "the same without", empty_without, CTN_V_constraints, CTN_V_name_form, CTN_V_name_form },
		{ "a mailbox in the subject without", mail_without, CTN_V_constraints, CTN_V_constraints, CTN_V_web_san },
		{ "a mailbox in the subject beside names", mail_beside_names, FINE },
		{ "a mailbox in the subject under other constraints", mail_unconstrained, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "what is no mailbox", mail_illegal, CTN_V_constraints, CTN_V_constraints, CTN_V_web_san },
		{ "a subject within", directory_within, FINE },
		{ "a subject without", directory_without, ALL(constraints) },
		{ "a subject excluded", directory_excluded, ALL(constraints) },
		{ "no subject", directory_of_nobody, FINE },
		{ "an authority excluded", authority_excluded, ALL(constraints) },
		{ "a self-issued authority is not judged", self_issued_excluded, FINE },
		{ "a self-issued leaf is", self_issued_leaf_excluded, ALL(constraints) },
		{ "the second name without", second_name_without, ALL(constraints) },
		{ "a wildcard over what is excluded", wildcard_over_excluded, ALL(constraints) },
		{ "a wildcard beside what is excluded", wildcard_beside_excluded, FINE },
	};

	(void)state;
	run_cases(cases, sizeof(cases) / sizeof(*cases));
}

static void
raw_names(struct chain *c, ctn_span content, const char *asked)
{
	ctn_buf *b = forge_put(&c->leaf, ctn_oid_subject_alt_name, false);

	ctn_der_put(b, CTN_TAG_SEQUENCE, content);
	chain_ask_name(c, asked);
}

static void
mail(struct chain *c, const char *presented, const char *asked)
{
	forge_san(&c->leaf, false, (const char *const[]){ presented, NULL });
	forge_eku(&c->leaf, ctn_oid_kp_email_protection);
	c->ask.purpose = ctn_oid_kp_email_protection;
	chain_ask_name(c, asked);
}

SPOIL(upper_wildcard) { raw_names(c, CTN_SPAN("\x82\x05*.COM"), "example.com"); }
SPOIL(suffix_itself) { raw_names(c, CTN_SPAN("\x82\x03" "com"), "com"); }
SPOIL(star_address) { raw_names(c, CTN_SPAN("\x87\x04*.co"), "42.46.99.111"); }
SPOIL(suffix_then_name) { raw_names(c, CTN_SPAN("\x82\x05*.com\x82\x0b" "example.com"), "example.com"); }
SPOIL(name_then_suffix) { raw_names(c, CTN_SPAN("\x82\x0b" "example.com\x82\x05*.com"), "example.com"); }
SPOIL(other_then_name) { raw_names(c, CTN_SPAN("\x82\x01" "a\x82\x01" "b"), "b"); }
SPOIL(uri_same) { raw_names(c, CTN_SPAN("\x86\x03x:a"), "x:a"); }
SPOIL(uri_other) { raw_names(c, CTN_SPAN("\x86\x03x:a"), "x:b"); }
SPOIL(other_form) { raw_names(c, CTN_SPAN("\x86\x03x:a"), "a"); }
/* An u with dots over it at b.c, as SmtpUTF8Mailbox. */
#define UTF8_MAIL(host) "\xa0\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09\xa0\x08\x0c\x06\xc3\xbc@" host

static void
utf8_of(struct chain *c, ctn_span names, const char *asked)
{
	ctn_name *n = ctn_arena_new(c->a, ctn_name, 1);
	struct ctn_err e = { 0 };

	raw_names(c, names, "x.example");
	assert_true(ctn_name_parse_mail(n, asked, c->a, &e));
	c->ask.names = n;
}
static void
utf8_mail(struct chain *c, const char *asked)
{
	utf8_of(c, CTN_SPAN("\x81\x05" "a@b.c" UTF8_MAIL("B.c")), asked);
}
SPOIL(utf8_there) { utf8_mail(c, "\xc3\xbc@b.C"); }
SPOIL(utf8_other_local) { utf8_mail(c, "\xc3\xbd@b.c"); }
SPOIL(utf8_other_host) { utf8_mail(c, "\xc3\xbc@b.d"); }
SPOIL(utf8_longer) { utf8_mail(c, "\xc3\xbc@a.b.c"); }
SPOIL(utf8_asked_for_ascii) { utf8_mail(c, "a@b.c"); }
SPOIL(utf8_behind) { utf8_of(c, CTN_SPAN("\xa0\x16\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09\xa0\x08\x0c\x06\xc3\xbc@b.c\x05\x00"), "\xc3\xbc@b.c"); }
static void
other_name(struct chain *c, ctn_span asked)
{
	ctn_name *n = ctn_arena_new(c->a, ctn_name, 1);

	raw_names(c, CTN_SPAN("\xa0\x09\x06\x02\x2a\x03\xa0\x03\x02\x01\x05"), "x.example");
	*n = (ctn_name){ .type = CTN_NAME_OTHER, .text = "other", .value = asked };
	c->ask.names = n;
}
SPOIL(other_there) { other_name(c, CTN_SPAN("\x06\x02\x2a\x03\xa0\x03\x02\x01\x05")); }
SPOIL(other_not_there) { other_name(c, CTN_SPAN("\x06\x02\x2a\x03\xa0\x03\x02\x01\x06")); }
SPOIL(mail_above) { mail(c, "a@x.internal.example", "a@internal.example"); }
SPOIL(mail_host_case) { mail(c, "a@internal.example", "a@INTERNAL.example"); }
SPOIL(mail_ill) { raw_names(c, CTN_SPAN("\x81\x01" "b"), "a@b"); }
SPOIL(leaf_ca_nameless) { forge_basic(&c->leaf, true, -1); forge_usage(&c->leaf, CTN_KU_KEY_CERT_SIGN | CTN_KU_DIGITAL_SIGNATURE);
	forge_name(&c->leaf.subject, ""); forge_mark(&c->leaf, ctn_oid_subject_alt_name, true); }

static void
two(struct chain *c, const char *first, const char *second)
{
	ctn_name *n = ctn_arena_new(c->a, ctn_name, 2);
	struct ctn_err e = { 0 };

	assert_true(ctn_name_parse(&n[0], first, c->a, &e) && ctn_name_parse(&n[1], second, c->a, &e));
	c->ask.names = n;
	c->ask.names_n = 2;
}
SPOIL(both_asked) { forge_san(&c->leaf, false, (const char *const[]){ "a.example", "b.example", NULL }); two(c, "b.example", "a.example"); }
SPOIL(second_not_there) { forge_dns(&c->leaf, "a.example"); two(c, "a.example", "b.example"); }
SPOIL(first_by_suffix) { forge_san(&c->leaf, false, (const char *const[]){ "*.com", "b.example", NULL }); two(c, "a.com", "b.example"); }

static void
each_name_that_is_asked_for_is_there_as_its_form_compares(void **state)
{
	static const struct rule_case cases[] = {
		{ "a wildcard over a public suffix in capitals", upper_wildcard, WEB(public_suffix) },
		{ "a public suffix itself", suffix_itself, FINE },
		{ "an address whose octets look like a wildcard", star_address, FINE },
		{ "the name behind such a wildcard", suffix_then_name, FINE },
		{ "the name in front of such a wildcard", name_then_suffix, FINE },
		{ "the second of two", other_then_name, FINE },
		{ "a URI", uri_same, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "another URI", uri_other, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "a name of another form", other_form, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "a mailbox above", mail_above, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "a mailbox of a host in other case", mail_host_case, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "a mailbox of UTF-8, its host in another case", utf8_there, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "a mailbox of UTF-8 of another local part", utf8_other_local, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "a mailbox of UTF-8 of another host", utf8_other_host, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "a mailbox of UTF-8 of a host below", utf8_longer, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "a mailbox of UTF-8 with something behind it", utf8_behind, CTN_V_name, CTN_V_san_form, CTN_V_san_form },
		{ "an otherName of another kind", other_there, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "an otherName of another kind and value", other_not_there, CTN_V_name, CTN_V_name, CTN_V_web_san },
		{ "an ASCII mailbox beside one of UTF-8", utf8_asked_for_ascii, CTN_V_NONE, CTN_V_NONE, CTN_V_web_san },
		{ "what is no mailbox", mail_ill, CTN_V_name, CTN_V_san_form, CTN_V_san_form },
		{ "two names that are there", both_asked, FINE },
		{ "two of which one is there", second_not_there, ALL(name) },
		{ "the first only by a public suffix", first_by_suffix, WEB(public_suffix) },
		{ "an authority without a subject", leaf_ca_nameless, STRICT(subject_empty) },
	};

	(void)state;
	run_cases(cases, sizeof(cases) / sizeof(*cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constraints_bind_every_name_below_but_self_issued_ones),
		cmocka_unit_test(each_name_that_is_asked_for_is_there_as_its_form_compares),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
