/* Which CRL speaks for which certificate: distribution points, reasons, indirect lists, deltas. */
#include "verify_lists.h"

static void
a_list_speaks_for_the_points_that_it_names(void **state)
{
	static const struct list_case cases[] = {
		{ "no point, no name", LISTS({ 0 }), GOOD },
		{ "no point, a distribution point without name", LISTS({ .idp = true, .user = true }), GOOD },
		{ "no point, the issuer's name", LISTS({ .idp = true, .point = { .directory = "CN=LOWER,O=Example" } }), GOOD },
		{ "no point, the issuer's name behind another", LISTS({ .idp = true, .point = { .uri = "x:1", .directory = LOWER } }), GOOD },
		{ "no point, another name", LISTS({ .idp = true, .point = { .directory = "CN=Lower" } }), UNKNOWN },
		{ "no point, a URI", LISTS({ .idp = true, .point = { .uri = "x:1" } }), UNKNOWN },
		{ "over attribute certificates", LISTS({ .idp = true, .attribute = true }), UNKNOWN },
		{ "over authorities", LISTS({ .idp = true, .ca = true }), UNKNOWN },
		{ "the same URI", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .uri = "x:1" } }), GOOD },
		{ "another URI", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .uri = "x:2" } }), UNKNOWN },
		{ "a list of everything", POINTS({ .uri = "x:1" }), LISTS({ 0 }), GOOD },
		{ "the second point", POINTS({ .uri = "x:0" }, { .uri = "x:1" }), LISTS({ .idp = true, .point = { .uri = "x:1" } }), GOOD },
		{ "the same directory name", POINTS({ .directory = "CN=One" }), LISTS({ .idp = true, .point = { .directory = "CN=ONE" } }), GOOD },
		{ "another directory name", POINTS({ .directory = "CN=One" }), LISTS({ .idp = true, .point = { .directory = "CN=Two" } }), UNKNOWN },
		{ "one of two names", POINTS({ .uri = "x:1", .directory = "CN=One" }), LISTS({ .idp = true, .point = { .uri = "x:2", .directory = "CN=One" } }), GOOD },
		{ "names of other forms", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .directory = "CN=x:1" } }), UNKNOWN },
		{ "the same relative name", POINTS({ .relative = "CN=One" }), LISTS({ .idp = true, .point = { .relative = "CN=one" } }), GOOD },
		{ "another relative name", POINTS({ .relative = "CN=One" }), LISTS({ .idp = true, .point = { .relative = "CN=Two" } }), UNKNOWN },
		{ "a relative name written in full", POINTS({ .relative = "CN=One" }), LISTS({ .idp = true, .point = { .directory = "CN=One,CN=Lower,O=Example" } }), GOOD },
		{ "written in full under another", POINTS({ .relative = "CN=One" }), LISTS({ .idp = true, .point = { .directory = "CN=One,CN=Upper,O=Example" } }), UNKNOWN },
		{ "the issuer's name, where the certificate has a point", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .directory = LOWER } }), UNKNOWN },
		{ "the same, which lists the leaf", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .directory = LOWER }, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "one without a name, where the certificate has a point", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .user = true }), GOOD },
		{ "the issuer's name, and the certificate's point", POINTS({ .uri = "x:1" }), LISTS({ .idp = true, .point = { .uri = "x:1", .directory = LOWER } }), GOOD },
		{ "a full name against a relative one", POINTS({ .directory = "CN=One,CN=Lower,O=Example" }), LISTS({ .idp = true, .point = { .relative = "CN=One" } }), GOOD },
	};

	(void)state;
	RUN(cases);
}

static void
reasons_add_up_over_lists(void **state)
{
	static const struct list_case cases[] = {
		{ "some reasons", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS } }), UNKNOWN },
		{ "the others", LISTS({ .idp = true, .point = { .reasons = OTHER_REASONS } }), UNKNOWN },
		{ "all in two lists", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS } }, { .idp = true, .point = { .reasons = OTHER_REASONS } }), GOOD },
		{ "the same twice", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS } }, { .idp = true, .point = { .reasons = SOME_REASONS } }), UNKNOWN },
		{ "revoked in the first", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS }, ENTRIES({ .serial = 0x44 }) }, { 0 }), REVOKED },
		{ "revoked in the second", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS } }, { .idp = true, .point = { .reasons = OTHER_REASONS }, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "a list that adds nothing is not asked", LISTS({ .idp = true, .point = { .reasons = SOME_REASONS } }, { .idp = true, .point = { .reasons = 0x002 }, ENTRIES({ .serial = 0x44 }) }, { .idp = true, .point = { .reasons = OTHER_REASONS } }), GOOD },
		{ "a point for some reasons", POINTS({ .uri = "x:1", .reasons = SOME_REASONS }), LISTS({ .idp = true, .point = { .uri = "x:1" } }), UNKNOWN },
		{ "points for all reasons", POINTS({ .uri = "x:1", .reasons = SOME_REASONS }, { .uri = "x:1", .reasons = OTHER_REASONS }), LISTS({ .idp = true, .point = { .uri = "x:1" } }), GOOD },
	};

	(void)state;
	RUN(cases);
}

static void
an_indirect_list_speaks_where_it_was_appointed(void **state)
{
	static const struct list_case cases[] = {
		{ "appointed", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT }), GOOD },
		{ "appointed beside a name", POINTS({ .uri = "x:1", .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .point = { .uri = "x:1" } }), GOOD },
		{ "appointed for another name", POINTS({ .uri = "x:1", .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .point = { .uri = "x:2" } }), UNKNOWN },
		{ "named by its issuer", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .point = { .directory = "CN=Lists" } }), GOOD },
		{ "named otherwise", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .point = { .directory = "CN=Other" } }), UNKNOWN },
		{ "a relative name stands under the list's issuer", POINTS({ .relative = "CN=One", .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .point = { .relative = "CN=One" } }), GOOD },
		{ "not under the certificate's issuer", POINTS({ .relative = "CN=One", .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, .point = { .directory = "CN=One,CN=Lower,O=Example" } }), UNKNOWN },
		{ "not indirect", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ .issuer = "CN=Lists", .key = 6, .idp = true }), UNKNOWN },
		{ "another was appointed", POINTS({ .crl_issuer = "CN=Other" }), LISTS({ INDIRECT }), UNKNOWN },
		{ "nobody was appointed", LISTS({ INDIRECT }), UNKNOWN },
		{ "lists the leaf", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, ENTRIES({ .serial = 0x44, .certificate_issuer = LOWER }) }), REVOKED },
		{ "lists another's serial", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, ENTRIES({ .serial = 0x44, .certificate_issuer = "CN=Other" }) }), GOOD },
		{ "lists its own serial", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "an issuer holds for what follows", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, ENTRIES({ .serial = 0x55, .certificate_issuer = LOWER }, { .serial = 0x44 }) }), REVOKED },
		{ "until the next", POINTS({ .crl_issuer = "CN=Lists" }), LISTS({ INDIRECT, ENTRIES({ .serial = 0x55, .certificate_issuer = LOWER }, { .serial = 0x44, .certificate_issuer = "CN=Other" }) }), GOOD },
	};

	(void)state;
	RUN(cases);
}

static void
what_cannot_be_read_says_nothing(void **state)
{
	static const struct list_case cases[] = {
		{ "an unknown extension", LISTS({ .unknown = true }), GOOD },
		{ "an unknown critical extension", LISTS({ .unknown_critical = true }), UNKNOWN },
		{ "a distribution point that cannot be read", LISTS({ .idp_broken = true }), UNKNOWN },
		{ "a key identifier that cannot be read", LISTS({ .aki_broken = true }), UNKNOWN },
		{ "a number that cannot be read", LISTS({ .number_broken = true }), UNKNOWN },
		{ "a number twice", LISTS({ .number_twice = true }), UNKNOWN },
		{ "two algorithms", LISTS({ .two_algorithms = true }), UNKNOWN },
		{ "an entry of another that cannot be read", LISTS({ ENTRIES({ .serial = 0x55, .broken = true }) }), UNKNOWN },
		{ "an entry with an unknown critical extension", LISTS({ ENTRIES({ .serial = 0x55, .unknown_critical = true }) }), UNKNOWN },
		{ "the same, and others behind it", LISTS({ ENTRIES({ .serial = 0x55, .unknown_critical = true }, { .serial = 0x56 }) }), UNKNOWN },
		{ "the leaf behind it", LISTS({ ENTRIES({ .serial = 0x55, .unknown_critical = true }, { .serial = 0x44 }) }), REVOKED },
		{ "an entry that takes the leaf from the list", LISTS({ ENTRIES({ .serial = 0x44, .reason = CTN_REASON_REMOVE_FROM_CRL }) }), GOOD },
		{ "no number", LISTS({ .no_number = true }), LAX },
		{ "a critical number", LISTS({ .number_critical = true }), LAX },
		{ "no next update", LISTS({ .no_next = true }), LAX },
		{ "no key identifier", LISTS({ .no_aki = true }), LAX },
		{ "a distribution point that is not critical", LISTS({ .idp = true, .idp_plain = true, .user = true }), LAX },
	};

	(void)state;
	RUN(cases);
}

#define NO_REV_AVAIL CTN_SPAN("\x55\x1d\x38")
#define SPOIL(name) static void name(struct chain *c, struct forged *signer)

SPOIL(short_lived) { (void)signer; forge_raw(&c->leaf, NO_REV_AVAIL, false, CTN_SPAN("\x05\x00")); }
SPOIL(short_lived_critical) { (void)signer; forge_raw(&c->leaf, NO_REV_AVAIL, true, CTN_SPAN("\x05\x00")); }
SPOIL(short_lived_authority) { short_lived(c, signer); forge_basic(&c->leaf, true, -1); forge_usage(&c->leaf, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_CERT_SIGN); }
SPOIL(server_without_check) { (void)signer; forge_raw(&c->leaf, ctn_oid_ocsp_nocheck, false, CTN_SPAN("\x05\x00")); }
SPOIL(responder) { (void)signer; forge_eku(&c->leaf, ctn_oid_kp_ocsp_signing); c->ask.purpose = ctn_oid_kp_ocsp_signing; c->ask.names_n = 0; }
SPOIL(responder_without_check) { responder(c, signer); server_without_check(c, signer); }

/* RFC 9608 */
static void
who_says_that_nobody_tells_needs_no_answer(void **state)
{
	static const struct list_case cases[] = {
		{ "noRevAvail", .lists_n = 0, GOOD, .spoil = short_lived },
		{ "critical", .lists_n = 0, GOOD, .spoil = short_lived_critical },
		{ "a list all the same", LISTS({ 0 }), GOOD, .spoil = short_lived },
		{ "which names it", LISTS({ ENTRIES({ .serial = 0x44 }) }), REVOKED, .spoil = short_lived },
		{ "in an authority", .lists_n = 0, UNKNOWN, .spoil = short_lived_authority },
		{ "nocheck in a server", .lists_n = 0, UNKNOWN, .spoil = server_without_check },
		{ "a responder", .lists_n = 0, UNKNOWN, .spoil = responder },
		{ "nocheck in a responder", .lists_n = 0, GOOD, .spoil = responder_without_check },
	};

	(void)state;
	RUN(cases);
}

/* A full list of that number, and a delta that revokes. */
#define DELTA(full, from, to) LISTS({ .number = full }, { .base = from, .number = to, ENTRIES({ .serial = 0x44 }) })
#define ON_HOLD ENTRIES({ .serial = 0x44, .reason = CTN_REASON_CERTIFICATE_HOLD })
#define RELEASED ENTRIES({ .serial = 0x44, .reason = CTN_REASON_REMOVE_FROM_CRL })

static void
a_delta_is_laid_over_what_it_fits(void **state)
{
	static const struct list_case cases[] = {
		{ "of the same base", DELTA("05", "05", "06"), REVOKED },
		{ "of an older base", DELTA("05", "04", "06"), REVOKED },
		{ "of a later base", DELTA("05", "06", "07"), GOOD },
		{ "not newer", DELTA("05", "04", "05"), GOOD },
		{ "older", DELTA("06", "04", "05"), GOOD },
		{ "numbers with a sign octet", DELTA("00ff", "00ff", "0100"), REVOKED },
		{ "a longer base", DELTA("00ff", "0100", "0101"), GOOD },
		{ "a shorter base", DELTA("0100", "00ff", "0101"), REVOKED },
		{ "a shorter number", DELTA("0100", "01", "00ff"), GOOD },
		{ "from zero", DELTA("00", "00", "01"), REVOKED },
		{ "zero is below one", DELTA("01", "00", "02"), REVOKED },
		{ "one is not below zero", DELTA("00", "01", "02"), GOOD },
		{ "of long numbers", DELTA("00ff00", "00ff00", "00ff01"), REVOKED },
		{ "without a number", LISTS({ 0 }, { .base = "04", .no_number = true, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "over a list without number", LISTS({ .no_number = true }, { .base = "04", .number = "06", ENTRIES({ .serial = 0x44 }) }), LAX },
		{ "of another point", LISTS({ 0 }, { .base = "04", .number = "06", .idp = true, .user = true, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "of another key", LISTS({ 0 }, { .base = "04", .number = "06", .aki_of_other = true, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "with an unknown critical extension", LISTS({ 0 }, { .base = "04", .number = "06", .unknown_critical = true, ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "not critical", LISTS({ 0 }, { .base = "04", .number = "06", .base_plain = true, ENTRIES({ .serial = 0x44 }) }), REVOKED },
		{ "the newest of two, first", LISTS({ ON_HOLD }, { .base = "05", .number = "07", RELEASED }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "the newest of two, last", LISTS({ ON_HOLD }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x44 }) }, { .base = "05", .number = "07", RELEASED }), GOOD },
		{ "of two of one number the first", LISTS({ ON_HOLD }, { .base = "05", .number = "06", RELEASED }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x44 }) }), GOOD },
		{ "what it does not mention holds as before", LISTS({ ON_HOLD }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x55 }) }), REVOKED },
		{ "what it cannot be read for is not known", LISTS({ 0 }, { .base = "05", .number = "06", ENTRIES({ .serial = 0x55, .broken = true }) }), UNKNOWN },
	};

	(void)state;
	RUN(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_speaks_for_the_points_that_it_names),
		cmocka_unit_test(reasons_add_up_over_lists),
		cmocka_unit_test(an_indirect_list_speaks_where_it_was_appointed),
		cmocka_unit_test(what_cannot_be_read_says_nothing),
		cmocka_unit_test(who_says_that_nobody_tells_needs_no_answer),
		cmocka_unit_test(a_delta_is_laid_over_what_it_fits),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
