/* Rules of single certificates that no chain shows alone: asked of each directly. */
#include "verify_forge.h"

#include <stdlib.h>

#include "verify/judge.h"
#include "verify/member.h"

#define SPOIL(name) static void name(struct forged *c)
#define AFTER_2050 INT64_C(2524608001)

static void
put_name(ctn_buf *b, ctn_span der)
{
	ctn_buf_reset(b);
	ctn_buf_span(b, der);
}

#define NO_NAME CTN_SPAN("\x30\x03\x02\x01\x05")

SPOIL(nothing) { (void)c; }
SPOIL(serial_of_a_high_octet) { c->serial = CTN_SPAN("\x00\xff"); }
SPOIL(issuer_malformed) { put_name(&c->issuer, NO_NAME); }
SPOIL(subject_malformed) { put_name(&c->subject, NO_NAME); }
SPOIL(first_time_generalized) { c->generalized = true; c->not_after = AFTER_2050; }
SPOIL(second_time_generalized) { c->generalized_after = true; c->not_after = AFTER_2050; }
SPOIL(length_without_ca) { forge_basic(c, false, 0); forge_drop(c, ctn_oid_key_usage); }
SPOIL(length_of_an_authority) { forge_basic(c, true, 0); forge_drop(c, ctn_oid_key_usage); }
SPOIL(no_key) { c->spki = CTN_SPAN("\x30\x00"); }
/* id-ecPublicKey whose parameters are a SEQUENCE instead of a curve's name. */
SPOIL(curve_spelt_out) { c->spki = CTN_SPAN("\x30\x11\x30\x0b\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x30\x00\x03\x02\x00\x04"); }
SPOIL(parent_of_one_letter) { forge_dns(c, "a.internal.example"); forge_name(&c->subject, "CN=internal.example"); }
SPOIL(parent_of_a_wildcard) { forge_dns(c, "*.internal.example"); forge_name(&c->subject, "CN=internal.example"); }
SPOIL(octets_of_a_host) { forge_dns(c, "a.bc"); forge_name(&c->subject, "CN=97.46.98.99"); }
SPOIL(octets_of_an_address) { forge_san(c, false, (const char *const[]){ "97.46.98.99", NULL }); forge_name(&c->subject, "CN=97.46.98.99"); }
SPOIL(address_without_names) { forge_drop(c, ctn_oid_subject_alt_name); forge_name(&c->subject, "CN=10.0.0.1"); }
SPOIL(address_of_20_octets) { forge_raw(c, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x16\x87\x14" "0123456789abcdefghij"));
	forge_name(&c->subject, "CN=10.0.0.1"); }
SPOIL(address_of_20_octets_and_another) { forge_raw(c, ctn_oid_subject_alt_name, false,
	CTN_SPAN("\x30\x1c\x87\x14" "0123456789abcdefghij" "\x87\x04" "\x0a\x00\x00\x02")); forge_name(&c->subject, "CN=10.0.0.1"); }

static const struct {
	const char *what;
	void (*spoil)(struct forged *c);
	enum ctn_vcheck rule;
	bool breaks;
} cases[] = {
	{ "a serial whose first octet is there for the sign", serial_of_a_high_octet, CTN_V_serial, false },
	{ "two names", nothing, CTN_V_name_form, false },
	{ "an issuer that is no name", issuer_malformed, CTN_V_name_form, true },
	{ "a subject that is no name", subject_malformed, CTN_V_name_form, true },
	{ "the first time as that of a later year", first_time_generalized, CTN_V_time_form, true },
	{ "the second time as that of its year", second_time_generalized, CTN_V_time_form, false },
	{ "a path length of no authority", length_without_ca, CTN_V_path_len_placed, true },
	{ "a path length of an authority", length_of_an_authority, CTN_V_path_len_placed, false },
	{ "no key for the web", no_key, CTN_V_web_key, true },
	{ "a curve that is spelt out", curve_spelt_out, CTN_V_web_key, true },
	{ "a curve that is named", nothing, CTN_V_web_key, false },
	{ "no key is no weak one", no_key, CTN_V_weak_key, false },
	{ "a common name behind a label of one letter", parent_of_one_letter, CTN_V_web_cn, true },
	{ "a common name behind a star", parent_of_a_wildcard, CTN_V_web_cn, false },
	{ "a common name of the octets of a host", octets_of_a_host, CTN_V_web_cn, true },
	{ "a common name of the octets of an address", octets_of_an_address, CTN_V_web_cn, false },
	{ "an address as common name, and no names", address_without_names, CTN_V_web_cn, false },
	{ "an address that is none", address_of_20_octets, CTN_V_web_cn, false },
	{ "an address that is none, and another", address_of_20_octets_and_another, CTN_V_web_cn, true },
};

static void
each_rule_is_broken_or_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ctn_err e = { 0 };
		struct forged f;
		bool broken;
		ctn_member m;

		forge_begin(&f, "O=Example", "CN=Lower", 1, 2, false);
		forge_dns(&f, "web.internal.example");
		cases[i].spoil(&f);
		forge_sign(&f, 2);
		assert_true(ctn_member_read(&m, ctn_buf_view(&f.der), &e));
		assert_true(ctn_judge_breaks(&broken, cases[i].rule, &m, CTN_AS_LEAF, &e));
		if (broken != cases[i].breaks)
			fail_msg("%s", cases[i].what);
		forge_free(&f);
	}
}

/* Nothing is read behind the last name. */
static void
a_host_of_no_octets_is_no_wildcard(void **state)
{
	uint8_t *names = malloc(2);
	struct ctn_err e = { 0 };
	struct forged f;
	bool broken;
	ctn_member m;

	(void)state;
	assert_non_null(names);
	forge_begin(&f, "CN=internal.example", "CN=Lower", 1, 2, false);
	forge_sign(&f, 2);
	assert_true(ctn_member_read(&m, ctn_buf_view(&f.der), &e));
	memcpy(names, "\x82\x00", 2);
	m.san = (ctn_span){ names, 2 };
	assert_true(ctn_judge_breaks(&broken, CTN_V_web_cn, &m, CTN_AS_LEAF, &e));
	assert_true(broken);
	forge_free(&f);
	free(names);
}

static void
assert_judged(ctn_member *m, enum ctn_vrole role, enum ctn_verify_profile profile, enum ctn_vcheck wanted)
{
	enum ctn_vcheck broken = CTN_VCHECKS;
	struct ctn_err e = { 0 };

	assert_true(ctn_judge(&broken, m, role, profile, &e));
	assert_int_equal(broken, wanted);
}

/* What was found of it in one part is not what is found in another. */
static void
each_part_is_judged_alone(void **state)
{
	struct ctn_err e = { 0 };
	struct forged f;
	ctn_member m;

	(void)state;
	forge_begin(&f, "O=Example", "CN=Lower", 1, 2, false);
	forge_drop(&f, ctn_oid_subject_key_id);
	forge_sign(&f, 2);
	assert_true(ctn_member_read(&m, ctn_buf_view(&f.der), &e));
	for (unsigned turn = 0; turn < 2; turn++) {
		assert_judged(&m, CTN_AS_LEAF, CTN_RFC5280, CTN_V_NONE);
		assert_judged(&m, CTN_AS_CA, CTN_RFC5280, CTN_V_ski_missing);
		assert_judged(&m, CTN_AS_ANCHOR, CTN_RFC5280, CTN_V_ski_missing);
		assert_judged(&m, CTN_AS_LEAF, CTN_WEBPKI, CTN_V_web_san);
	}
	forge_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_broken_or_kept),
		cmocka_unit_test(a_host_of_no_octets_is_no_wildcard),
		cmocka_unit_test(each_part_is_judged_alone),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
