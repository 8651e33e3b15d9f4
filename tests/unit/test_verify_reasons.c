/* Reasons and warnings: whose they are, how long, and how many. */
#include "verify_forge.h"

#include <stdio.h>

/* A subject of so many letters of two octets is told by 148 of them: another would be cut in two. */
static void
assert_cut(size_t letters)
{
	CTN_OWN_BUF name = { 0 };
	CTN_OWN_BUF wanted = { 0 };
	ctn_buf *b;
	struct chain c;
	size_t at[3];

	for (size_t i = 0; i < letters; i++)
		ctn_buf_text(&name, "\xc3\xbc");
	ctn_buf_text(&wanted, "CN=");
	ctn_buf_add(&wanted, name.p, (size_t)2 * 148);
	ctn_buf_text(&wanted, "...: keyUsage is malformed");
	chain_begin(&c);
	forge_raw(&c.leaf, ctn_oid_key_usage, true, CTN_SPAN("\x31\x00"));
	b = &c.leaf.subject;
	ctn_buf_reset(b);
	at[0] = ctn_der_open(b, CTN_TAG_SEQUENCE);
	at[1] = ctn_der_open(b, CTN_TAG_SET);
	at[2] = ctn_der_open(b, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(b, ctn_oid_at_common_name);
	ctn_der_put(b, CTN_TAG_UTF8_STRING, ctn_buf_view(&name));
	for (size_t i = 3; i-- > 0;)
		ctn_der_close(b, at[i]);
	chain_sign(&c);
	assert_true(chain_ask(&c) != CTN_V_NONE);
	assert_string_equal(c.result.reason.text, ctn_buf_cstr(&wanted));
	chain_end(&c);
}

static void
a_long_name_is_cut(void **state)
{
	(void)state;
	assert_cut(149);
	assert_cut(5000);
}

/* Of a path that came to an anchor, not of a longer one that came to none. */
static void
the_reason_is_that_of_the_path_that_came_furthest(void **state)
{
	static const char *const names[] = { "CN=Nobody", "CN=Mid 2", "CN=Mid 1", "CN=Upper,O=Example" };
	static const unsigned keys[] = { 9, 8, 7, 1 };
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.require_policy = true;
	chain_sign(&c);
	for (unsigned i = 1; i < 4; i++) {
		struct forged f;

		forge_begin(&f, names[i], names[i - 1], keys[i], keys[i - 1], true);
		forge_sign(&f, keys[i - 1]);
		assert_true(ctn_verifier_know(c.v, ctn_buf_view(&f.der), NULL, &e));
		forge_free(&f);
	}
	assert_int_equal(chain_ask(&c), CTN_V_policies);
	assert_int_equal(c.result.candidates_n, 2);
	assert_int_equal(c.result.candidates[0].failed.check, CTN_V_policies);
	assert_int_equal(c.result.candidates[1].failed.check, CTN_V_issuer);
	assert_int_equal(c.result.candidates[1].path_n, 5);
	assert_int_equal(c.result.path_n, 4);
	chain_end(&c);
}

/* 30 authorities of which each breaks six rules. */
static void
warnings_are_as_many_as_there_is_room_for(void **state)
{
	ctn_verify_ask ask = { .at_s = FORGE_NOW };
	ctn_arena *a = ctn_arena_open(0);
	ctn_verify_result result;
	struct ctn_err e = { 0 };
	struct forged f;
	ctn_verifier *v;

	(void)state;
	assert_true(ctn_verifier_open(&v, &e));
	for (unsigned i = 0; i < 30; i++) {
		char subject[24], issuer[24];

		(void)snprintf(subject, sizeof(subject), "CN=A%u", i);
		(void)snprintf(issuer, sizeof(issuer), "CN=A%u", i == 0 ? 0 : i - 1);
		forge_begin(&f, subject, issuer, i % 2, (i + 1) % 2, true);
		f.serial = CTN_SPAN("\x00");
		f.generalized = true;
		forge_drop(&f, ctn_oid_key_usage);
		forge_drop(&f, ctn_oid_subject_key_id);
		forge_drop(&f, ctn_oid_authority_key_id);
		forge_mark(&f, ctn_oid_basic_constraints, false);
		forge_sign(&f, i == 0 ? 0 : (i + 1) % 2);
		assert_true(i == 0 ? ctn_verifier_trust(v, ctn_buf_view(&f.der), NULL, &e) : ctn_verifier_know(v, ctn_buf_view(&f.der), NULL, &e));
		forge_free(&f);
	}
	forge_begin(&f, "O=Leaf", "CN=A29", 3, 1, false);
	forge_sign(&f, 1);
	ask.leaf = ctn_buf_view(&f.der);
	assert_true(ctn_verify(&result, v, &ask, a, &e));
	assert_true(result.trusted);
	assert_int_equal(result.path_n, 31);
	assert_int_equal(result.warnings_n, CTN_VCHECKS * 2);
	forge_free(&f);
	ctn_verifier_close(v);
	ctn_arena_close(a);
}

static enum ctn_verify_status
revoked_for_99(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)ctx, (void)cert, (void)issuer;
	*since_s = FORGE_NOW;
	*reason = 99;
	return CTN_STATUS_REVOKED;
}

static void
a_reason_that_nobody_knows_is_none(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = revoked_for_99;
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	assert_non_null(strstr(c.result.reason.text, "(no reason given)"));
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(the_reason_is_that_of_the_path_that_came_furthest),
		cmocka_unit_test(warnings_are_as_many_as_there_is_room_for),
		cmocka_unit_test(a_reason_that_nobody_knows_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
