/* What a chain lets be below it: every breach of one spoilt thing, and none of its neighbour. */
#include <stdio.h>

#include "verify/issuing.h"
#include "verify_forge.h"

/* What the last breach of the chain that words_of was asked for said. */
static char last_text[512];

/* The rule words of all breaches of the chain's leaf, in order. */
static const char *
words_of(struct chain *c, bool authority)
{
	static char words[512];
	struct forged *above[] = { &c->lower, &c->upper, &c->root };
	ctn_verify_reason *breaches;
	struct ctn_err e = { 0 };
	ctn_cert whole, cert, upwards[3];
	ctn_issuing q = { .cert = &cert, .above = upwards, .above_n = 3, .at_s = FORGE_NOW, .authority = authority };
	size_t n;

	chain_sign(c);
	assert_true(ctn_cert_parse(&whole, ctn_buf_view(&c->leaf.der), &e) && ctn_cert_parse_tbs(&cert, whole.tbs, &e));
	for (size_t i = 0; i < 3; i++)
		assert_true(ctn_cert_parse(&upwards[i], ctn_buf_view(&above[i]->der), &e));
	assert_true(ctn_verify_issuing(&breaches, &n, &q, c->a, &e));
	words[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		assert_true(breaches[i].text[0] != '\0' && ctn_vrule_of(breaches[i].check)->cite[0] != '\0');
		(void)snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", i == 0 ? "" : " ",
		    ctn_issuing_word(breaches[i].check));
		(void)snprintf(last_text, sizeof last_text, "%s", breaches[i].text);
	}
	return words;
}

static void
constrain_dns(struct forged *ca, const char *permitted)
{
	ctn_general_name base = { CTN_NAME_DNS, ctn_span_text(permitted) };

	ctn_constraints_write(forge_put(ca, ctn_oid_name_constraints, true), &base, 1, NULL, 0);
}

/* requireExplicitPolicy 0 */
static void
require_policy(struct forged *ca)
{
	forge_raw(ca, ctn_oid_policy_constraints, true, CTN_SPAN("\x30\x03\x80\x01\x00"));
}

static void
put_policy(struct forged *c)
{
	forge_raw(c, ctn_oid_certificate_policies, false, CTN_SPAN("\x30\x07\x30\x05\x06\x03\x2a\x03\x04"));
}

/* Version 1: without extensions. */
static void
age(struct forged *c)
{
	c->version = 1;
	while (c->exts_n > 0)
		forge_drop(c, c->exts[0].oid);
}

static void
exclude_example(struct forged *ca)
{
	ctn_general_name base = { CTN_NAME_DNS, ctn_span_text("in.example") }, out = { .type = CTN_NAME_DIRECTORY };
	ctn_buf name = { 0 };

	forge_name(&name, "O=Example");
	out.value = ctn_buf_view(&name);
	ctn_constraints_write(forge_put(ca, ctn_oid_name_constraints, true), &base, 1, &out, 1);
	ctn_buf_free(&name);
}

/* Two attributes emailAddress=a@b.c, no alternative names, and an authority for other mailboxes. */
static void
put_mails_outside(struct chain *c)
{
	static const char mailbox[] = "\x31\x14\x30\x12\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x16\x05" "a@b.c";
	ctn_general_name base = { CTN_NAME_EMAIL, ctn_span_text("in.example") };

	ctn_buf_reset(&c->leaf.subject);
	ctn_buf_span(&c->leaf.subject, CTN_SPAN("\x30\x2c"));
	for (unsigned i = 0; i < 2; i++)
		ctn_buf_text(&c->leaf.subject, mailbox);
	forge_drop(&c->leaf, ctn_oid_subject_alt_name);
	ctn_constraints_write(forge_put(&c->upper, ctn_oid_name_constraints, true), &base, 1, NULL, 0);
}

enum spoil {
	NOTHING,
	NAME_INSIDE,
	NAMES_OUTSIDE,
	AT_THE_END,
	PAST_THE_END,
	PURPOSE_INSIDE,
	PURPOSE_OUTSIDE,
	NO_PURPOSE,
	RESPONDER,
	OTHER_ISSUER,
	OTHER_KEY_ID,
	NO_POLICY,
	POLICY,
	AUTHORITY_TOO_DEEP,
	LEAF_AT_DEPTH,
	ISSUER_NO_CA,
	ISSUER_MAY_NOT_SIGN,
	ISSUER_ENDED,
	ISSUER_UNKNOWN_CRITICAL,
	OWN_UNKNOWN_CRITICAL,
	OWN_MALFORMED,
	ANY_PURPOSE,
	NO_KEY_IDS,
	OLD_ROOT,
	OLD_UPPER,
	SUBJECT_EXCLUDED,
	SUBJECT_MAILS_OUTSIDE,
};

static void
spoil_bounds(struct chain *c, enum spoil how)
{
	static const char *const two[] = { "web.elsewhere.example", "db.elsewhere.example", "in.example", NULL };

	if (how == NAME_INSIDE)
		constrain_dns(&c->upper, "internal.example");
	if (how == NAMES_OUTSIDE) {
		constrain_dns(&c->upper, "in.example");
		forge_san(&c->leaf, false, two);
	}
	if (how == AT_THE_END || how == PAST_THE_END) {
		c->upper.not_after = FORGE_NOW + FORGE_DAY;
		c->leaf.not_after = FORGE_NOW + FORGE_DAY + (how == PAST_THE_END);
	}
	if (how == PURPOSE_INSIDE)
		forge_eku(&c->lower, ctn_oid_kp_server_auth);
	if (how == PURPOSE_OUTSIDE || how == NO_PURPOSE || how == RESPONDER)
		forge_eku(&c->lower, ctn_oid_kp_client_auth);
	if (how == NO_PURPOSE)
		forge_drop(&c->leaf, ctn_oid_ext_key_usage);
	if (how == RESPONDER)
		forge_eku(&c->leaf, ctn_oid_kp_ocsp_signing);
	if (how == NO_POLICY || how == POLICY)
		require_policy(&c->upper);
	if (how == POLICY) {
		put_policy(&c->upper);
		put_policy(&c->lower);
		put_policy(&c->leaf);
	}
}

static void
spoil_authorities(struct chain *c, enum spoil how)
{
	if (how == ANY_PURPOSE) {
		forge_eku(&c->lower, ctn_oid_any_ext_key_usage);
		forge_drop(&c->leaf, ctn_oid_ext_key_usage);
	}
	if (how == NO_KEY_IDS) {
		forge_drop(&c->leaf, ctn_oid_authority_key_id);
		forge_drop(&c->lower, ctn_oid_subject_key_id);
	}
	if (how == OLD_ROOT)
		age(&c->root);
	if (how == OLD_UPPER)
		age(&c->upper);
	if (how == SUBJECT_EXCLUDED)
		exclude_example(&c->upper);
	if (how == SUBJECT_MAILS_OUTSIDE)
		put_mails_outside(c);
}

static void
spoil_parts(struct chain *c, enum spoil how)
{
	static const ctn_span unknown = { (const uint8_t *)"\x2a\x03\x09", 3 };

	if (how == OTHER_ISSUER)
		forge_name(&c->leaf.issuer, "CN=lower,O=Example");
	if (how == OTHER_KEY_ID)
		forge_ids(&c->leaf, 5);
	if (how == AUTHORITY_TOO_DEEP || how == LEAF_AT_DEPTH)
		forge_basic(&c->lower, true, 0);
	if (how == AUTHORITY_TOO_DEEP)
		forge_basic(&c->leaf, true, -1);
	if (how == ISSUER_NO_CA)
		forge_basic(&c->lower, false, -1);
	if (how == ISSUER_MAY_NOT_SIGN)
		forge_usage(&c->lower, CTN_KU_CRL_SIGN);
	if (how == ISSUER_ENDED) {
		c->lower.not_after = FORGE_NOW - 1;
		c->leaf.not_after = FORGE_NOW - 1;
	}
	if (how == ISSUER_UNKNOWN_CRITICAL)
		forge_raw(&c->lower, unknown, true, CTN_SPAN("\x05\x00"));
	if (how == OWN_UNKNOWN_CRITICAL)
		forge_raw(&c->leaf, unknown, true, CTN_SPAN("\x05\x00"));
	if (how == OWN_MALFORMED)
		forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x05\x00"));
}

static const struct {
	enum spoil how;
	const char *words;
} spoils[] = {
	{ NOTHING, "" },
	{ NAME_INSIDE, "" },
	{ NAMES_OUTSIDE, "name_constraints name_constraints" },
	{ AT_THE_END, "" },
	{ PAST_THE_END, "validity" },
	{ PURPOSE_INSIDE, "" },
	{ PURPOSE_OUTSIDE, "extended_key_usage" },
	{ NO_PURPOSE, "extended_key_usage" },
	{ RESPONDER, "" },
	{ OTHER_ISSUER, "issuer" },
	{ OTHER_KEY_ID, "authority_key_id" },
	{ NO_POLICY, "policies" },
	{ POLICY, "" },
	{ AUTHORITY_TOO_DEEP, "path_length" },
	{ LEAF_AT_DEPTH, "" },
	{ ISSUER_NO_CA, "basic_constraints" },
	{ ISSUER_MAY_NOT_SIGN, "key_usage" },
	{ ISSUER_ENDED, "validity" },
	{ ISSUER_UNKNOWN_CRITICAL, "critical_extension" },
	{ OWN_UNKNOWN_CRITICAL, "" },
	{ OWN_MALFORMED, "extension" },
	{ ANY_PURPOSE, "" },
	{ NO_KEY_IDS, "authority_key_id" },
	{ OLD_ROOT, "" },
	{ OLD_UPPER, "basic_constraints" },
	/* The leaf's subject, its host, and the subject of its issuer. */
	{ SUBJECT_EXCLUDED, "name_constraints name_constraints name_constraints" },
	{ SUBJECT_MAILS_OUTSIDE, "name_constraints name_constraints" },
};

static void
each_breach_is_told_and_its_neighbour_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		struct chain c;

		chain_begin(&c);
		spoil_bounds(&c, spoils[i].how);
		spoil_parts(&c, spoils[i].how);
		spoil_authorities(&c, spoils[i].how);
		assert_string_equal(words_of(&c, false), spoils[i].words);
		chain_end(&c);
	}
}

static void
what_is_to_issue_must_be_an_authority(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	assert_string_equal(words_of(&c, true), "basic_constraints");
	chain_end(&c);
	chain_begin(&c);
	forge_basic(&c.leaf, true, -1);
	assert_string_equal(words_of(&c, true), "key_usage");
	chain_end(&c);
	chain_begin(&c);
	forge_basic(&c.leaf, true, -1);
	forge_usage(&c.leaf, CTN_KU_KEY_CERT_SIGN);
	assert_string_equal(words_of(&c, true), "");
	chain_end(&c);
}

static void
a_breach_says_what_it_is_about(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	spoil_parts(&c, OWN_MALFORMED);
	(void)words_of(&c, false);
	assert_string_equal(last_text, "its keyUsage is malformed, or stands twice");
	chain_end(&c);
	chain_begin(&c);
	forge_repeat(&c.leaf, 0);
	assert_string_equal(words_of(&c, false), "extension");
	assert_string_equal(last_text, "its extension is malformed, or stands twice");
	chain_end(&c);
	chain_begin(&c);
	spoil_bounds(&c, PURPOSE_OUTSIDE);
	(void)words_of(&c, false);
	assert_string_equal(last_text, "serverAuth is no purpose of CN=Lower,O=Example");
	chain_end(&c);
	chain_begin(&c);
	forge_eku(&c.lower, ctn_oid_kp_client_auth);
	forge_eku(&c.leaf, CTN_SPAN("\x2a\x03\x05"));
	(void)words_of(&c, false);
	assert_string_equal(last_text, "a purpose of its own is no purpose of CN=Lower,O=Example");
	chain_end(&c);
	/* What cannot be read has no purpose that could be outside. */
	chain_begin(&c);
	forge_eku(&c.lower, ctn_oid_kp_client_auth);
	forge_eku(&c.leaf, (ctn_span){ 0 });
	assert_string_equal(words_of(&c, false), "extension");
	chain_end(&c);
}

/* A new key of the same authority is no authority more. */
static void
a_self_issued_authority_does_not_count(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_basic(&c.lower, true, 0);
	forge_basic(&c.leaf, true, -1);
	forge_usage(&c.leaf, CTN_KU_KEY_CERT_SIGN);
	forge_name(&c.leaf.subject, "CN=Lower,O=Example");
	assert_string_equal(words_of(&c, true), "");
	chain_end(&c);
	chain_begin(&c);
	forge_basic(&c.lower, true, 0);
	forge_basic(&c.leaf, true, -1);
	forge_usage(&c.leaf, CTN_KU_KEY_CERT_SIGN);
	assert_string_equal(words_of(&c, true), "path_length");
	chain_end(&c);
}

/* It may stand, but those who validate would have to stop somewhere: so do we, and say it. */
static void
a_budget_ends_the_work(void **state)
{
	ctn_general_name bases[600];
	char hosts[600][24];
	struct chain c;
	size_t s;
	ctn_buf *b;

	(void)state;
	chain_begin(&c);
	for (size_t i = 0; i < 600; i++) {
		(void)snprintf(hosts[i], sizeof hosts[i], "h%zu.example", i);
		bases[i] = (ctn_general_name){ CTN_NAME_DNS, ctn_span_text(hosts[i]) };
	}
	ctn_constraints_write(forge_put(&c.lower, ctn_oid_name_constraints, true), NULL, 0, bases, 600);
	b = forge_put(&c.leaf, ctn_oid_subject_alt_name, false);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	for (size_t i = 0; i < 600; i++)
		ctn_general_write(b, &(ctn_general_name){ CTN_NAME_DNS, ctn_span_text("web.other.example") });
	ctn_der_close(b, s);
	assert_string_equal(words_of(&c, false), "budget");
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_breach_is_told_and_its_neighbour_stands, forge_end),
		cmocka_unit_test_teardown(what_is_to_issue_must_be_an_authority, forge_end),
		cmocka_unit_test_teardown(a_breach_says_what_it_is_about, forge_end),
		cmocka_unit_test_teardown(a_self_issued_authority_does_not_count, forge_end),
		cmocka_unit_test_teardown(a_budget_ends_the_work, forge_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
