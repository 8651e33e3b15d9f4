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
		{ "a delta from the future does not yet", LISTS({ 0 }, { .base = "05", .number = "06", .age = -5, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "a delta from zero over a list without number", LISTS({ .no_number = true }, { .base = "00", .number = "06", ENTRIES({ .serial = 0x44 }) }), LAX },
	};

	(void)state;
	RUN(cases);
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
		cmocka_unit_test(the_later_list_is_the_word_that_counts),
		cmocka_unit_test(what_looks_alike_is_not_the_same),
		cmocka_unit_test(an_authority_is_told_of_by_lists_of_authorities),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
