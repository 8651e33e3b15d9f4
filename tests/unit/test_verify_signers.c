/* Who may sign a CRL, which CRL is the later word, and names that only look alike. */
#include "verify_lists.h"

static void
know(struct chain *c, const struct forged *f, bool trusted)
{
	struct ctn_err e = { 0 };

	if (trusted)
		assert_true(ctn_verifier_trust(c->v, ctn_buf_view(&f->der), NULL, &e));
	else
		assert_true(ctn_verifier_know(c->v, ctn_buf_view(&f->der), NULL, &e));
}

#define SIGNER(name) static void name(struct chain *c, struct forged *signer)

/* The same for another root of the same key. */
SIGNER(of_another_root)
{
	struct forged root;

	forge_begin(&root, "CN=Other Root", "CN=Other Root", 0, 0, true);
	forge_sign(&root, 0);
	know(c, &root, true);
	forge_free(&root);
	forge_name(&signer->issuer, "CN=Other Root");
}

/* Below n authorities more, all with the root's key; the first for clients alone. */
static void
deepen(struct chain *c, struct forged *signer, unsigned n, bool for_clients)
{
	static const char *const names[] = { "CN=Root", "CN=Deep 1", "CN=Deep 2", "CN=Deep 3" };
	struct forged f;

	for (unsigned i = 1; i <= n; i++) {
		forge_begin(&f, names[i], names[i - 1], 0, 0, true);
		if (for_clients)
			forge_eku(&f, ctn_oid_kp_client_auth);
		forge_sign(&f, 0);
		know(c, &f, false);
		forge_free(&f);
	}
	forge_name(&signer->issuer, names[n]);
}

SIGNER(of_authority_for_clients) { deepen(c, signer, 1, true); }
SIGNER(deeper_than_asked) { deepen(c, signer, 3, false); c->ask.has_max_depth = true; c->ask.max_depth = 2; }
SIGNER(expired) { (void)c; signer->not_after = FORGE_NOW - 1; }
SIGNER(without_usage) { (void)c; forge_drop(signer, ctn_oid_key_usage); }
SIGNER(for_certificates_alone) { (void)c; forge_usage(signer, CTN_KU_KEY_CERT_SIGN); }
SIGNER(authority_without_id) { (void)c; forge_drop(signer, ctn_oid_subject_key_id); }
SIGNER(forged_signer) { (void)c; signer->spoil_signature = true; }
SIGNER(lower_without_usage) { (void)signer; forge_drop(&c->lower, ctn_oid_key_usage); }

SIGNER(no_authority)
{
	(void)c;
	forge_basic(signer, false, -1);
	forge_usage(signer, CTN_KU_CRL_SIGN);
	forge_drop(signer, ctn_oid_subject_key_id);
}

SIGNER(without_policies)
{
	static const ctn_span oid = { (const uint8_t *)"\x2a\x01", 2 };

	(void)signer;
	forge_policies(&c->upper, &oid, 1);
	forge_policies(&c->lower, &oid, 1);
	forge_policies(&c->leaf, &oid, 1);
	c->ask.require_policy = true;
}

#define APPOINTED POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT })

static void
a_signer_of_its_own_needs_a_path_to_the_same_anchor(void **state)
{
	static const struct list_case cases[] = {
		{ "under the root", APPOINTED, GOOD },
		{ "under another root", APPOINTED, UNKNOWN, of_another_root },
		{ "under an authority for another purpose", APPOINTED, GOOD, of_authority_for_clients },
		{ "deeper than leaves may be", APPOINTED, GOOD, deeper_than_asked },
		{ "without the policies that the leaf needs", APPOINTED, GOOD, without_policies },
		{ "expired", APPOINTED, UNKNOWN, expired },
		{ "forged", APPOINTED, UNKNOWN, forged_signer },
		{ "without key usage", APPOINTED, LAX, without_usage },
		{ "for certificates alone", APPOINTED, UNKNOWN, for_certificates_alone },
		{ "an authority without key identifier", APPOINTED, LAX, authority_without_id },
		{ "no authority, without key identifier", APPOINTED, GOOD, no_authority },
		{ "a list that it did not sign", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .spoil = true }), UNKNOWN },
		{ "the issuer without key usage", LISTS({ 0 }), CTN_V_NONE, CTN_V_ku_missing, lower_without_usage },
	};

	(void)state;
	RUN(cases);
	/* Where a leaf may not be an authority a signer may. */
	assert_true(run_list_case(&cases[0], CTN_WEBPKI, CTN_V_NONE));
}

/* Checks that it costs to find out who signed the leaf's list, behind another certificate of that name and another key. */
static unsigned
cost_of(const struct list *l, bool behind_another)
{
	static const struct point point = { .crl_issuer = "CN=Lists" };
	struct chain c;
	unsigned spent;

	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	put_points(&c.leaf, &point, 1);
	add(&c, l);
	for (unsigned key = behind_another ? 7 : 6; key >= 6; key--) {
		struct forged f;

		forge_begin(&f, "CN=Lists", "CN=Root", key, 0, true);
		forge_usage(&f, CTN_KU_CRL_SIGN | CTN_KU_KEY_CERT_SIGN);
		forge_sign(&f, 0);
		know(&c, &f, false);
		forge_free(&f);
	}
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	spent = c.result.signatures_spent;
	chain_end(&c);
	return spent;
}

static void
a_signer_is_looked_for_by_what_the_list_names(void **state)
{
	static const struct list naming = { INDIRECT }, silent = { INDIRECT, .no_aki = true };

	(void)state;
	assert_int_equal(cost_of(&naming, true), cost_of(&naming, false));
	/* The other is held against the list alone: no path of its own is looked for. */
	assert_int_equal(cost_of(&silent, true), cost_of(&silent, false) + 1);
}

/* Checks that it costs to hear the issuer's list, with another of its name and another key known first. */
static unsigned
cost_of_own(bool behind_another)
{
	struct forged f;
	struct chain c;
	unsigned spent;

	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	add(&c, &(struct list){ .no_aki = true });
	forge_begin(&f, LOWER, "CN=Root", 7, 0, true);
	forge_sign(&f, 0);
	if (behind_another)
		know(&c, &f, false);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	spent = c.result.signatures_spent;
	forge_free(&f);
	chain_end(&c);
	return spent;
}

static void
who_is_in_the_path_is_the_first_that_may_have_signed_a_list(void **state)
{
	(void)state;
	assert_int_equal(cost_of_own(true), cost_of_own(false));
}

static void
the_later_list_is_the_word_that_counts(void **state)
{
	static const struct list_case cases[] = {
		{ "later, of a lower number", LISTS({ .number = "05", .age = 1 }, { .number = "06", .age = 100, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "the same, the other first", LISTS({ .number = "06", .age = 100, ENTRIES({ .serial = 0x44 }) }, { .number = "05", .age = 1 }), GOOD },
		{ "of one moment the higher number", LISTS({ .number = "05", ENTRIES({ .serial = 0x44 }) }, { .number = "06" }), GOOD },
		{ "the same, the other first", LISTS({ .number = "06" }, { .number = "05", ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "the higher number lists it", LISTS({ .number = "05" }, { .number = "06", ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "of one moment and number the first", LISTS({ 0 }, { ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "the first lists it", LISTS({ ENTRIES({ .serial = 0x44 }) }, { 0 }), REVOKED },
		{ "a delta that is over revokes still", LISTS({ 0 }, { .base = "05", .number = "06", .over = true, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "not under one that is newer and fresh", LISTS({ 0 }, { .base = "05", .number = "07" }, { .base = "05", .number = "06", .over = true, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "over a list that takes it off", LISTS({ ENTRIES({ .serial = 0x44, .reason = CTN_REASON_REMOVE_FROM_CRL }) }, { .base = "05", .number = "06", .over = true, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "over a list that cannot be read", LISTS({ ENTRIES({ .serial = 0x55, .broken = true }) }, { .base = "05", .number = "06", .over = true, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "over a list of bad form", LISTS({ .number_critical = true }, { .base = "05", .number = "06", .over = true, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "a fresh one revokes over a list of bad form", LISTS({ .number_critical = true }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "and releases there", LISTS({ .number_critical = true, ENTRIES({ .serial = 0x44, .reason = CTN_REASON_CERTIFICATE_HOLD }) }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x44, .reason = CTN_REASON_REMOVE_FROM_CRL }) }), LAX },
		{ "a delta from the future does not yet", LISTS({ 0 }, { .base = "05", .number = "06", .age = -5, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "a delta from zero over a list without number", LISTS({ .no_number = true }, { .base = "00", .number = "06", ENTRIES({ .serial = 0x44 }) }), LAX },
	};

	(void)state;
	RUN(cases);
}

/* The reason for which the leaf is said to be revoked, and the checks that were spent. */
static unsigned
assert_reason(const struct list *lists, size_t n, const char *reason)
{
	struct chain c;
	unsigned spent;

	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = only_of_leaf;
	for (size_t i = 0; i < n; i++)
		add(&c, &lists[i]);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), reason == NULL ? CTN_V_NONE : CTN_V_revoked);
	if (reason != NULL && strstr(c.result.reason.text, reason) == NULL)
		fail_msg("'%s' is not in '%s'", reason, c.result.reason.text);
	spent = c.result.signatures_spent;
	chain_end(&c);
	return spent;
}

#define SUPERSEDED 4u
#define REVOKES(why) ENTRIES({ .serial = 0x44, .reason = why })

static void
the_first_word_against_it_is_told(void **state)
{
	static const struct list two[] = { { .age = 1, REVOKES(CTN_REASON_KEY_COMPROMISE) }, { .age = 100, REVOKES(SUPERSEDED) } };
	static const struct list deltas[] = { { 0 }, { .base = "05", .number = "06", .over = true, REVOKES(CTN_REASON_KEY_COMPROMISE) },
		{ .base = "05", .number = "07", .over = true, REVOKES(SUPERSEDED) } };

	(void)state;
	(void)assert_reason(two, 2, "keyCompromise");
	(void)assert_reason(deltas, 3, "keyCompromise");
}

static void
a_list_that_is_over_is_checked_when_it_says_something(void **state)
{
	static const struct list silent[] = { { 0 }, { .age = 1, .over = true, .number = "06" } };
	static const struct list telling[] = { { 0 }, { .age = 1, .over = true, .number = "06", REVOKES(SUPERSEDED) } };
	unsigned without;

	(void)state;
	without = assert_reason(silent, 1, NULL);
	assert_int_equal(assert_reason(silent, 2, NULL), without);
	assert_int_equal(assert_reason(telling, 2, "superseded"), without);
}

SIGNER(alike) { (void)c; forge_name(&signer->subject, "CN=Low-er,O=Example"); }

/* It has the issuer's key, too. */
SIGNER(alike_with_the_key)
{
	(void)c;
	forge_free(signer);
	forge_begin(signer, "CN=Low-er,O=Example", "CN=Root", 2, 0, true);
	forge_usage(signer, CTN_KU_CRL_SIGN | CTN_KU_KEY_CERT_SIGN);
}

/* The octets of the issuer's name. */
#define NAME_OCTETS "\x30\x22\x31\x10\x30\x0e\x06\x03\x55\x04\x0a\x0c\x07" "Example" "\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05" "Lower"
#define ALIKE "CN=Low-er,O=Example"

static void
what_looks_alike_is_not_the_same(void **state)
{
	static const struct list_case cases[] = {
		{ "an issuer whose name hashes alike", LISTS({ .issuer = ALIKE, .key = 6 }), UNKNOWN, alike },
		{ "the same with the key", LISTS({ .issuer = ALIKE }), UNKNOWN, alike_with_the_key },
		{ "a delta of one that hashes alike", LISTS({ 0 }, { .issuer = ALIKE, .base = "04", .number = "06", ENTRIES({ .serial = 0x44, .certificate_issuer = LOWER }) }), GOOD, alike_with_the_key },
		{ "an appointed name that hashes alike", POINTS({ .crl_issuer = ALIKE }), LISTS({ .issuer = ALIKE, .idp = true, .indirect = true }), UNKNOWN },
		{ "the same with a certificate of its own", POINTS({ .crl_issuer = ALIKE }), LISTS({ .issuer = ALIKE, .idp = true, .indirect = true }), GOOD, alike_with_the_key },
		{ "a host against a URI of the same letters", POINTS({ .uri = "x" }), LISTS({ .idp = true, .point = { .dns = "x" } }), UNKNOWN },
		{ "a host against the same host", POINTS({ .dns = "x" }), LISTS({ .idp = true, .point = { .dns = "x" } }), GOOD },
		{ "a URI of the octets of the issuer's name", LISTS({ .idp = true, .point = { .uri = NAME_OCTETS } }), UNKNOWN },
		{ "a relative name under the first directory name", POINTS({ .relative = "CN=One", .crl_issuer = "CN=Lists", .crl_issuer_uri = "x:1" }), LISTS({ INDIRECT, .point = { .relative = "CN=One" } }), GOOD },
	};

	(void)state;
	RUN(cases);
}

static enum ctn_verify_status
only_of_lower(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)ctx, (void)issuer, (void)since_s, (void)reason;
	return cert->serial.p[0] == 0x43 ? CTN_STATUS_UNKNOWN : CTN_STATUS_GOOD;
}

SIGNER(ask_about_lower) { (void)signer; c->ask.status = only_of_lower; }

/* How often the upper authority was asked about, and how often with the other root above it. */
struct asked {
	unsigned upper, under_other;
};

static enum ctn_verify_status
count_upper(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	struct asked *n = ctx;

	if (cert->serial.p[0] == 0x42) {
		n->upper++;
		n->under_other += issuer->serial.p[0] == 0x55;
	}
	return only_of_leaf(ctx, cert, issuer, since_s, reason);
}

/* Nobody tells of the leaf, so that both paths are tried. */
static void
what_is_known_under_one_anchor_is_asked_again_under_another(void **state)
{
	struct asked n = { 0 };
	struct forged other;
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = count_upper;
	c.ask.status_ctx = &n;
	forge_begin(&other, "CN=Root", "CN=Root", 0, 0, true);
	other.serial = CTN_SPAN("\x55");
	forge_sign(&other, 0);
	know(&c, &other, true);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	assert_int_equal(n.upper, 2);
	assert_int_equal(n.under_other, 1);
	forge_free(&other);
	chain_end(&c);
}

/* The signer of the leaf's list is below the upper authority, too. */
static void
what_is_known_of_an_authority_holds_for_the_signers_below_it(void **state)
{
	static const struct point point = { .crl_issuer = "CN=Lists" };
	struct asked n = { 0 };
	struct forged signer;
	struct chain c;

	(void)state;
	chain_begin(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = count_upper;
	c.ask.status_ctx = &n;
	put_points(&c.leaf, &point, 1);
	add(&c, &(struct list){ INDIRECT });
	forge_begin(&signer, "CN=Lists", "CN=Upper,O=Example", 6, 1, true);
	forge_usage(&signer, CTN_KU_CRL_SIGN | CTN_KU_KEY_CERT_SIGN);
	forge_sign(&signer, 1);
	know(&c, &signer, false);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(n.upper, 1);
	forge_free(&signer);
	chain_end(&c);
}

#define OF_UPPER .issuer = "CN=Upper,O=Example", .key = 1

static void
an_authority_is_told_of_by_lists_of_authorities(void **state)
{
	static const struct list_case cases[] = {
		{ "of all", LISTS({ OF_UPPER }), GOOD, ask_about_lower },
		{ "of authorities", LISTS({ OF_UPPER, .idp = true, .ca = true }), GOOD, ask_about_lower },
		{ "of users", LISTS({ OF_UPPER, .idp = true, .user = true }), UNKNOWN, ask_about_lower },
		{ "that lists it", LISTS({ OF_UPPER, .idp = true, .ca = true, ENTRIES({ .serial = 0x43 }) }), REVOKED, ask_about_lower },
	};

	(void)state;
	RUN(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signer_of_its_own_needs_a_path_to_the_same_anchor),
		cmocka_unit_test(a_signer_is_looked_for_by_what_the_list_names),
		cmocka_unit_test(who_is_in_the_path_is_the_first_that_may_have_signed_a_list),
		cmocka_unit_test(the_later_list_is_the_word_that_counts),
		cmocka_unit_test(the_first_word_against_it_is_told),
		cmocka_unit_test(a_list_that_is_over_is_checked_when_it_says_something),
		cmocka_unit_test(what_looks_alike_is_not_the_same),
		cmocka_unit_test(what_is_known_under_one_anchor_is_asked_again_under_another),
		cmocka_unit_test(what_is_known_of_an_authority_holds_for_the_signers_below_it),
		cmocka_unit_test(an_authority_is_told_of_by_lists_of_authorities),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
