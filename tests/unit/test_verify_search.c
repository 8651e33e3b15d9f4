/* A search among issuers of one name: which is tried first, what one failure says about the next, and where it stops. */
#include "verify_forge.h"

#include <stdio.h>

enum id { NO_ID, RIGHT_ID, OTHER_ID };

/* A certificate of the leaf's issuer's name; wrong: of key 4, which did not sign the leaf. */
static void
know_lower(struct chain *c, bool wrong, enum id id)
{
	static const uint8_t serials[] = { 0x61, 0x62 };
	struct ctn_err e = { 0 };
	struct forged f;

	forge_begin(&f, "CN=Lower,O=Example", "CN=Upper,O=Example", wrong ? 4 : 2, 1, true);
	f.serial = (ctn_span){ &serials[wrong], 1 };
	if (id == NO_ID)
		forge_drop(&f, ctn_oid_subject_key_id);
	else
		forge_raw(&f, ctn_oid_subject_key_id, false, id == RIGHT_ID ? CTN_SPAN("\x04\x02\x01\x01") : CTN_SPAN("\x04\x02\x02\x02"));
	forge_sign(&f, 1);
	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f.der), NULL, &e));
	forge_free(&f);
}

static void
which_issuer_is_tried_first(void **state)
{
	static const struct {
		const char *what;
		bool leaf_names_one, wrong_added_first;
		enum id right, wrong;
		unsigned tried;
	} cases[] = {
		{ "nobody is named: the first", false, false, RIGHT_ID, OTHER_ID, 1 },
		{ "the same, the other first", false, true, RIGHT_ID, OTHER_ID, 2 },
		{ "an absent identifier is not the same as an absent one", false, false, RIGHT_ID, NO_ID, 1 },
		{ "an identifier that nobody asks for is no better", false, false, NO_ID, RIGHT_ID, 1 },
		{ "who is named", true, true, RIGHT_ID, OTHER_ID, 1 },
		{ "who has no identifier rather than another", true, true, NO_ID, OTHER_ID, 1 },
		{ "who is named rather than who has none", true, true, RIGHT_ID, NO_ID, 1 },
		{ "of two others the first", true, false, OTHER_ID, OTHER_ID, 1 },
		{ "of two others the second", true, true, OTHER_ID, OTHER_ID, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct chain c;

		chain_begin(&c);
		c.without_lower = true;
		if (cases[i].leaf_names_one)
			forge_raw(&c.leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x04\x80\x02\x01\x01"));
		else
			forge_drop(&c.leaf, ctn_oid_authority_key_id);
		know_lower(&c, cases[i].wrong_added_first, cases[i].wrong_added_first ? cases[i].wrong : cases[i].right);
		know_lower(&c, !cases[i].wrong_added_first, cases[i].wrong_added_first ? cases[i].right : cases[i].wrong);
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		/* Two above the leaf's own. */
		if (c.result.signatures_spent != cases[i].tried + 2)
			fail_msg("%s: %u checks", cases[i].what, c.result.signatures_spent);
		chain_end(&c);
	}
}

/* The only one of the issuer's name has another key. */
static enum ctn_vcheck
ask_below_another(enum id id)
{
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	c.without_lower = true;
	forge_raw(&c.leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x04\x80\x02\x01\x01"));
	know_lower(&c, true, id);
	chain_sign(&c);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

static void
who_has_another_identifier_and_did_not_sign_was_not_meant(void **state)
{
	(void)state;
	assert_int_equal(ask_below_another(RIGHT_ID), CTN_V_signature);
	assert_int_equal(ask_below_another(NO_ID), CTN_V_signature);
	assert_int_equal(ask_below_another(OTHER_ID), CTN_V_issuer);
}

/* Some certificate more, by that key's signature. */
static void
know(struct chain *c, const char *subject, const char *issuer, unsigned key, unsigned signer, uint8_t serial)
{
	struct ctn_err e = { 0 };
	struct forged f;

	forge_begin(&f, subject, issuer, key, signer, true);
	f.serial = (ctn_span){ &serial, 1 };
	forge_sign(&f, signer);
	assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f.der), NULL, &e));
	forge_free(&f);
}

static void
a_key_that_did_not_sign_the_leaf_may_have_signed_its_issuer(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_drop(&c.leaf, ctn_oid_authority_key_id);
	know(&c, "CN=Lower,O=Example", "CN=Upper,O=Example", 1, 1, 0x61);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 4);
	chain_end(&c);
}

static void
a_key_that_did_not_sign_an_issuer_may_have_signed_the_leaf(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	know(&c, "CN=Lower,O=Example", "CN=X", 2, 5, 0x61);
	know(&c, "CN=X", "CN=Root", 2, 0, 0x62);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 4);
	chain_end(&c);
}

/* Certificates of the leaf's issuer's name with keys of Ed25519 that nobody has. */
static void
crowd(struct chain *c, unsigned n, bool trusted)
{
	uint8_t spki[44] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
	struct ctn_err e = { 0 };

	for (unsigned i = 0; i < n; i++) {
		struct forged f;

		forge_begin(&f, "CN=Lower,O=Example", "CN=Upper,O=Example", 4, 1, true);
		memcpy(spki + 12, &i, sizeof(i));
		f.spki = (ctn_span){ spki, sizeof(spki) };
		forge_drop(&f, ctn_oid_subject_key_id);
		forge_sign(&f, 1);
		if (trusted)
			assert_true(ctn_verifier_trust(c->v, ctn_buf_view(&f.der), NULL, &e));
		else
			assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f.der), NULL, &e));
		forge_free(&f);
	}
}

static void
more_wrong_keys_than_are_remembered_change_nothing(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_kind(10, "ED25519");
	forge_drop(&c.leaf, ctn_oid_authority_key_id);
	c.leaf.inner = c.leaf.outer = forge_alg(10);
	crowd(&c, 70, false);
	know(&c, "CN=Lower,O=Example", "CN=Upper,O=Example", 10, 1, 0x61);
	chain_sign(&c);
	forge_sign(&c.leaf, 10);
	c.ask.leaf = ctn_buf_view(&c.leaf.der);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	chain_end(&c);
}

/* The last candidate is an anchor that did sign it; but by then nobody may look any more. */
static void
what_there_is_no_budget_to_check_is_not_signed(void **state)
{
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_drop(&c.leaf, ctn_oid_authority_key_id);
	crowd(&c, 400, true);
	chain_sign(&c);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&c.lower.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_work);
	assert_int_equal(c.result.signatures_spent, CTN_VERIFY_SIGNATURES_MAX);
	chain_end(&c);
}

/* The leaf's signature algorithm becomes another one of that length, inside and outside. */
static void
respell(struct chain *c, ctn_span oid, ctn_span other)
{
	unsigned changed = 0;

	for (size_t i = 0; i + oid.n <= c->leaf.der.n; i++)
		if (memcmp(c->leaf.der.p + i, oid.p, oid.n) == 0) {
			memcpy(c->leaf.der.p + i, other.p, other.n);
			changed++;
		}
	assert_int_equal(changed, 2);
}

#define ECDSA "\x2a\x86\x48\xce\x3d\x04\x03"
#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"

static void
what_is_signed_in_an_unknown_way_is_refused(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	respell(&c, CTN_SPAN(ECDSA "\x02"), CTN_SPAN(ECDSA "\x09"));
	for (unsigned profile = 0; profile < CTN_VERIFY_PROFILES; profile++) {
		c.ask.profile = (enum ctn_verify_profile)profile;
		assert_int_equal(chain_ask(&c), CTN_V_algorithm);
		assert_non_null(strstr(c.result.reason.text, "is signed with an algorithm, or parameters of it, that are not known: 1.2.840.10045.4.3.9"));
		assert_int_equal(c.result.path_n, 2);
	}
	chain_end(&c);
	/* Behind it stands the tag of a BIT STRING, 3, in which nothing is to be read. */
	chain_begin(&c);
	chain_sign(&c);
	respell(&c, CTN_SPAN(ECDSA "\x02"), CTN_SPAN(PKCS1));
	assert_int_equal(chain_ask(&c), CTN_V_algorithm);
	assert_non_null(strstr(c.result.reason.text, "not known: 1.2.840.113549.1.1"));
	chain_end(&c);
}

static void
what_is_signed_over_a_digest_that_is_broken_is_told_so(void **state)
{
	static const struct {
		ctn_span oid;
		const char *says;
	} cases[] = {
		{ CTN_SPAN(PKCS1 "\x02"), "O=Example is signed over MD2, which can be forged" },
		{ CTN_SPAN(PKCS1 "\x03"), "O=Example is signed over MD4, which can be forged" },
		{ CTN_SPAN(PKCS1 "\x04"), "O=Example is signed over MD5, which can be forged" },
		{ CTN_SPAN(PKCS1 "\x06"), "that are not known: 1.2.840.113549.1.1.6" },
		{ CTN_SPAN(PKCS1 "\x01"), "that are not known: 1.2.840.113549.1.1.1" },
		{ CTN_SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), "that are not known: 1.2.840.113549.1.9.4" },
	};

	(void)state;
	forge_kind(25, "RSA-2048");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct chain c;

		chain_begin(&c);
		c.lower.key = 25;
		forge_ids(&c.lower, 1);
		forge_ids(&c.leaf, 25);
		c.leaf.inner = c.leaf.outer = CTN_SIG_RSA_SHA256;
		chain_sign(&c);
		respell(&c, CTN_SPAN(PKCS1 "\x0b"), cases[i].oid);
		assert_int_equal(chain_ask(&c), CTN_V_algorithm);
		assert_non_null(strstr(c.result.reason.text, cases[i].says));
		chain_end(&c);
	}
}

/* Nobody trusts it, and that it is known leads nowhere: it is no issuer of its own. */
static void
a_root_that_is_only_known_is_told_alone(void **state)
{
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	ctn_verifier_close(c.v);
	assert_true(ctn_verifier_open(&c.v, &e));
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&c.root.der), NULL, &e));
	c.ask = (ctn_verify_ask){ .at_s = FORGE_NOW, .leaf = ctn_buf_view(&c.root.der) };
	assert_int_equal(chain_ask(&c), CTN_V_issuer);
	assert_string_equal(c.result.reason.text, "CN=Root is self-signed and not trusted");
	assert_int_equal(c.result.path_n, 1);
	assert_int_equal(c.result.candidates_n, 1);
	chain_end(&c);
}

/* Two that issue each other, and neither is trusted: what leads in a circle is no namesake of another key. */
static void
a_circle_is_a_missing_issuer(void **state)
{
	struct ctn_err e = { 0 };
	struct forged other;
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.without_lower = true;
	forge_name(&c.lower.issuer, "CN=Other");
	forge_ids(&c.lower, 7);
	forge_begin(&other, "CN=Other", "CN=Lower,O=Example", 7, 2, true);
	forge_sign(&other, 2);
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&other.der), NULL, &e));
	chain_sign(&c);
	forge_sign(&c.lower, 7);
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&c.lower.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_issuer);
	assert_string_equal(c.result.reason.text, "the issuer of CN=Other is missing: CN=Lower,O=Example");
	assert_int_equal(c.result.path_n, 3);
	forge_free(&other);
	chain_end(&c);
}

static void
authorities_below_are_counted_in_words(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	forge_basic(&c.upper, true, 0);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_path_length);
	assert_non_null(strstr(c.result.reason.text, "allows 0 authorities below it, there is 1"));
	chain_end(&c);
	chain_begin(&c);
	forge_basic(&c.root, true, 0);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_path_length);
	assert_non_null(strstr(c.result.reason.text, "allows 0 authorities below it, there are 2"));
	chain_end(&c);
}

static enum ctn_vcheck
answer(struct chain *c)
{
	enum ctn_vcheck got;

	chain_sign(c);
	got = chain_ask(c);
	chain_end(c);
	return got;
}

/* The issuer certified itself anew, and the anchor is the same name again: neither counts. */
static enum ctn_vcheck
ask_to_depth(unsigned depth, bool self_issued)
{
	struct chain c;

	chain_begin(&c);
	c.ask.has_max_depth = true;
	c.ask.max_depth = depth;
	if (self_issued) {
		c.without_lower = true;
		know(&c, "CN=Lower,O=Example", "CN=Lower,O=Example", 2, 4, 0x61);
		know(&c, "CN=Lower,O=Example", "CN=Upper,O=Example", 4, 1, 0x62);
	}
	return answer(&c);
}

/* The anchor is no intermediate, whoever issued it. */
static enum ctn_vcheck
ask_below_upper(unsigned depth)
{
	struct chain c;

	chain_begin(&c);
	c.upper_is_anchor = true;
	c.ask.has_max_depth = true;
	c.ask.max_depth = depth;
	return answer(&c);
}

/* Root is not asked: the issuer's older certificate is the anchor. */
static enum ctn_vcheck
ask_below_own_anchor(unsigned depth)
{
	struct ctn_err e = { 0 };
	struct forged f;
	struct chain c;

	chain_begin(&c);
	c.without_lower = true;
	c.ask.has_max_depth = true;
	c.ask.max_depth = depth;
	know(&c, "CN=Lower,O=Example", "CN=Lower,O=Example", 2, 4, 0x61);
	forge_begin(&f, "CN=Lower,O=Example", "CN=Lower,O=Example", 4, 4, true);
	forge_sign(&f, 4);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&f.der), NULL, &e));
	forge_free(&f);
	return answer(&c);
}

static void
a_depth_counts_intermediates_that_are_not_self_issued(void **state)
{
	(void)state;
	assert_int_equal(ask_below_own_anchor(0), CTN_V_NONE);
	assert_int_equal(ask_to_depth(2, false), CTN_V_NONE);
	assert_int_equal(ask_to_depth(1, false), CTN_V_depth);
	assert_int_equal(ask_to_depth(2, true), CTN_V_NONE);
	assert_int_equal(ask_to_depth(1, true), CTN_V_depth);
	assert_int_equal(ask_below_upper(1), CTN_V_NONE);
	assert_int_equal(ask_below_upper(0), CTN_V_depth);
}

/* A root of name and key of the leaf's: trusted, or certified by the one that is, or neither. Itself it is no leaf's issuer. */
static enum ctn_vcheck
ask_about_twin(bool trusted, bool certified, const char *leaf_subject)
{
	struct ctn_err e = { 0 };
	enum ctn_vcheck got;
	struct forged twin;
	struct chain c;

	chain_begin(&c);
	forge_free(&c.leaf);
	forge_begin(&c.leaf, leaf_subject, "CN=Twin", 4, 4, true);
	forge_begin(&twin, "CN=Twin", certified ? "CN=Root" : "CN=Twin", 4, certified ? 0 : 4, true);
	twin.serial = CTN_SPAN("\x62");
	chain_sign(&c);
	forge_sign(&c.leaf, 4);
	forge_sign(&twin, certified ? 0 : 4);
	assert_true((trusted ? ctn_verifier_trust : ctn_verifier_know)(c.v, ctn_buf_view(&twin.der), NULL, &e));
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&c.leaf.der), NULL, &e));
	c.ask = (ctn_verify_ask){ .leaf = ctn_buf_view(&c.leaf.der), .at_s = FORGE_NOW };
	got = chain_ask(&c);
	assert_true(got != CTN_V_NONE || c.result.path_n == (certified && !trusted ? 3 : 2));
	forge_free(&twin);
	chain_end(&c);
	return got;
}

static void
a_root_may_be_issued_by_its_own_name_and_key(void **state)
{
	(void)state;
	assert_int_equal(ask_about_twin(true, false, "CN=Twin"), CTN_V_NONE);
	assert_int_equal(ask_about_twin(false, true, "CN=Twin"), CTN_V_NONE);
	assert_int_equal(ask_about_twin(true, true, "CN=Twin"), CTN_V_NONE);
	assert_int_equal(ask_about_twin(false, false, "CN=Twin"), CTN_V_issuer);
	assert_int_equal(ask_about_twin(true, false, "CN=Other"), CTN_V_NONE);
	assert_int_equal(ask_about_twin(false, false, "CN=Other"), CTN_V_issuer);
}

/* The issuer certified itself anew with another key: self-issued, but not self-signed. */
static enum ctn_vcheck
ask_about_renewal(enum ctn_verify_profile profile, bool names_its_signer)
{
	struct ctn_err e = { 0 };
	struct forged f;
	struct chain c;

	chain_begin(&c);
	c.ask.profile = profile;
	c.without_lower = true;
	know(&c, "CN=Lower,O=Example", "CN=Upper,O=Example", 4, 1, 0x62);
	forge_begin(&f, "CN=Lower,O=Example", "CN=Lower,O=Example", 2, 4, true);
	if (!names_its_signer)
		forge_drop(&f, ctn_oid_authority_key_id);
	forge_sign(&f, 4);
	assert_true(ctn_verifier_know(c.v, ctn_buf_view(&f.der), NULL, &e));
	forge_free(&f);
	return answer(&c);
}

static void
what_is_self_issued_but_not_self_signed_must_name_its_signer(void **state)
{
	(void)state;
	assert_int_equal(ask_about_renewal(CTN_RFC5280, true), CTN_V_NONE);
	assert_int_equal(ask_about_renewal(CTN_RFC5280, false), CTN_V_aki_missing);
	assert_int_equal(ask_about_renewal(CTN_PKIX, false), CTN_V_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_issuer_is_tried_first),
		cmocka_unit_test(who_has_another_identifier_and_did_not_sign_was_not_meant),
		cmocka_unit_test(a_key_that_did_not_sign_the_leaf_may_have_signed_its_issuer),
		cmocka_unit_test(a_key_that_did_not_sign_an_issuer_may_have_signed_the_leaf),
		cmocka_unit_test(more_wrong_keys_than_are_remembered_change_nothing),
		cmocka_unit_test(what_there_is_no_budget_to_check_is_not_signed),
		cmocka_unit_test(what_is_signed_in_an_unknown_way_is_refused),
		cmocka_unit_test(what_is_signed_over_a_digest_that_is_broken_is_told_so),
		cmocka_unit_test(a_root_that_is_only_known_is_told_alone),
		cmocka_unit_test(a_circle_is_a_missing_issuer),
		cmocka_unit_test(authorities_below_are_counted_in_words),
		cmocka_unit_test(a_depth_counts_intermediates_that_are_not_self_issued),
		cmocka_unit_test(a_root_may_be_issued_by_its_own_name_and_key),
		cmocka_unit_test(what_is_self_issued_but_not_self_signed_must_name_its_signer),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
