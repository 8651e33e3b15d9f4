/* What an answer tells: the checks that held, ends, names, purposes, which of several paths, and where a policy was lost. */
#include "verify_forge.h"

#include <stdio.h>

#include "verify/member.h"

static enum ctn_verify_status
all_good(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)ctx, (void)cert, (void)issuer, (void)since_s, (void)reason;
	return CTN_STATUS_GOOD;
}

/* "certificate:check" of each that is listed. */
static void
assert_checks(const struct chain *c, const char *wanted)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t i = 0; i < c->result.checks_n; i++)
		ctn_buf_printf(&b, "%zu:%s ", c->result.checks[i].certificate, ctn_vrule_of(c->result.checks[i].check)->name);
	assert_string_equal(ctn_buf_cstr(&b), wanted);
}

static void
every_check_that_held_is_listed(void **state)
{
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&c.lower.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_checks(&c, "0:signature 0:validity 0:critical_extension 0:name_constraints 1:validity 1:critical_extension 1:name_constraints "
	    "1:basic_constraints 1:path_length 0:policies 0:purpose 0:name ");
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = all_good;
	c.ask.names_n = 0;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_checks(&c, "0:signature 0:validity 0:critical_extension 0:name_constraints 0:revocation 1:validity 1:critical_extension "
	    "1:name_constraints 1:basic_constraints 1:path_length 0:policies 0:purpose ");
	c.ask.revocation = CTN_REVOCATION_OFF;
	c.ask.purpose = (ctn_span){ 0 };
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_checks(&c, "0:signature 0:validity 0:critical_extension 0:name_constraints 1:validity 1:critical_extension 1:name_constraints "
	    "1:basic_constraints 1:path_length 0:policies ");
	c.ask.at_s = FORGE_NOW + 1000 * FORGE_DAY;
	assert_int_equal(chain_ask(&c), CTN_V_expired);
	assert_false(c.result.undetermined);
	assert_int_equal(c.result.checks_n, 0);
	chain_end(&c);
	chain_begin(&c);
	c.without_lower = true;
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_issuer);
	assert_int_equal(c.result.checks_n, 0);
	chain_end(&c);
}

static void
a_path_ends_with_its_first_certificate_that_does(void **state)
{
	struct chain c;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct forged *list[] = { &c.root, &c.upper, &c.lower, &c.leaf };

		chain_begin(&c);
		list[i]->not_after = FORGE_NOW + 7;
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		assert_int_equal(c.result.expires_s, FORGE_NOW + 7);
		assert_false(c.result.undetermined);
		chain_end(&c);
	}
}

static void
assert_text(void (*spoil)(struct chain *c), const char *wanted)
{
	struct chain c;

	chain_begin(&c);
	spoil(&c);
	chain_sign(&c);
	assert_true(chain_ask(&c) != CTN_V_NONE);
	assert_string_equal(c.result.reason.text, wanted);
	chain_end(&c);
}

#define SPOIL(name) static void name(struct chain *c)

SPOIL(one_name) { chain_ask_name(c, "x.example"); }
SPOIL(no_name) { one_name(c); forge_drop(&c->leaf, ctn_oid_subject_alt_name); }
SPOIL(spelled_address) { chain_ask_name(c, "10.0.0.1"); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false,
	CTN_SPAN("\x30\x0f\x82\x03" "a.b\x82\x08" "10.0.0.1")); }
SPOIL(other_address) { chain_ask_name(c, "10.0.0.1"); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false,
	CTN_SPAN("\x30\x0f\x82\x03" "a.b\x82\x08" "10.0.0.2")); }
SPOIL(no_usage) { forge_usage(&c->leaf, 0); c->ask.profile = CTN_RFC5280; }
SPOIL(stamps) { forge_eku(&c->leaf, ctn_oid_kp_time_stamping); c->ask.purpose = ctn_oid_kp_time_stamping; }
SPOIL(stamps_and_more) { stamps(c); forge_raw(&c->leaf, ctn_oid_ext_key_usage, true,
	CTN_SPAN("\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01")); }
SPOIL(stamps_without) { stamps(c); forge_drop(&c->leaf, ctn_oid_ext_key_usage); }
SPOIL(unknown_critical) { forge_raw(&c->leaf, CTN_SPAN("\x2a\x03\x09"), true, CTN_SPAN("\x05\x00")); }
SPOIL(stands_twice) { forge_repeat(&c->leaf, c->leaf.exts_n - 1); }
SPOIL(starred_base) { forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0e\xa1\x0c\x30\x0a\x82\x08" "*example")); }
SPOIL(five_names) { one_name(c); forge_san(&c->leaf, false, (const char *const[]){ "a", "b", "c", "d", "e", NULL }); }
SPOIL(six_names) { one_name(c); forge_san(&c->leaf, false, (const char *const[]){ "a", "b", "c", "d", "e", "f", NULL }); }
SPOIL(known_purpose) { c->ask.purpose = ctn_oid_kp_code_signing; }
SPOIL(unknown_purpose) { c->ask.purpose = CTN_SPAN("\x2a\x03\x05"); }
SPOIL(six_purposes) { known_purpose(c); forge_raw(&c->leaf, ctn_oid_ext_key_usage, false, CTN_SPAN("\x30\x1e\x06\x03\x2a\x03\x01"
	"\x06\x03\x2a\x03\x02\x06\x03\x2a\x03\x03\x06\x03\x2a\x03\x04\x06\x03\x2a\x03\x05\x06\x03\x2a\x03\x06")); }
SPOIL(known_usage) { forge_usage(&c->leaf, CTN_KU_DATA_ENCIPHERMENT); }
SPOIL(unknown_usage) { unknown_purpose(c); forge_drop(&c->leaf, ctn_oid_ext_key_usage); c->ask.key_usage = CTN_KU_DATA_ENCIPHERMENT; }
SPOIL(odd_name) { forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x05\x82\x03" "a b")); c->ask.names_n = 0;
	forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x07\xa0\x05\x30\x03\x82\x01" "a")); }
SPOIL(odd_uri) { odd_name(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x07\x86\x05" "urn:a"));
	forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x07\xa0\x05\x30\x03\x86\x01" "a")); }
SPOIL(odd_mail) { odd_name(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x03\x81\x01" "a"));
	forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x07\xa0\x05\x30\x03\x81\x01" "a")); }
SPOIL(odd_address) { odd_name(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x03\x87\x01" "a"));
	forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x0e\xa0\x0c\x30\x0a\x87\x08\0\0\0\0\0\0\0\0")); }
SPOIL(odd_directory) { odd_name(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x06\xa4\x04\x30\x02\x31\x00"));
	forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x08\xa0\x06\x30\x04\xa4\x02\x30\x00")); }
SPOIL(odd_kind) { odd_name(c); forge_raw(&c->leaf, ctn_oid_subject_alt_name, false, CTN_SPAN("\x30\x04\x88\x02\x2a\x03"));
	forge_raw(&c->lower, ctn_oid_name_constraints, true, CTN_SPAN("\x30\x08\xa0\x06\x30\x04\x88\x02\x2a\x03")); }
SPOIL(odd_points) { forge_raw(&c->leaf, ctn_oid_crl_distribution_points, false, CTN_SPAN("\x30\x00"));
	forge_raw(&c->leaf, ctn_oid_authority_info_access, false, CTN_SPAN("\x30\x00")); c->ask.profile = CTN_RFC5280; }
SPOIL(odd_access) { forge_raw(&c->leaf, CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x01\x0b"), false, CTN_SPAN("\x30\x00")); c->ask.profile = CTN_RFC5280; }
#define EC_KEY(curve) CTN_SPAN("\x30\x1e\x30\x14\x06\x07\x2a\x86\x48\xce\x3d\x02\x01" curve "\x03\x06\x00\x04" "abcd")
SPOIL(key_of_odd_curve) { c->lower.spki = EC_KEY("\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"); }
SPOIL(key_off_curve) { c->lower.spki = CTN_SPAN("\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"
	"\x04" "0123456789abcdef0123456789abcdef" "0123456789abcdef0123456789abcdef"); }
SPOIL(key_of_another_kind) { c->lower.spki = CTN_SPAN("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" "0123456789abcdef0123456789abcdef"); }
SPOIL(other_key) { forge_raw(&c->leaf, ctn_oid_authority_key_id, false, CTN_SPAN("\x30\x03\x80\x01\x01")); c->leaf.spoil_signature = true; }
SPOIL(no_issuer) { c->without_lower = true; }
SPOIL(malformed) { forge_raw(&c->leaf, ctn_oid_key_usage, true, CTN_SPAN("\x31\x00")); }
SPOIL(no_policy) { c->ask.require_policy = true; }
SPOIL(any_mapped) { forge_raw(&c->upper, ctn_oid_policy_mappings, true, CTN_SPAN("\x30\x0c\x30\x0a\x06\x04\x55\x1d\x20\x00\x06\x02\x2a\x01")); }
SPOIL(policy_twice) { forge_raw(&c->upper, ctn_oid_certificate_policies, false, CTN_SPAN("\x30\x0c\x30\x04\x06\x02\x2a\x01\x30\x04\x06\x02\x2a\x01")); }
SPOIL(malformed_then_unknown) { malformed(c); forge_raw(&c->leaf, CTN_SPAN("\x2a\x03\x09"), true, CTN_SPAN("\x05\x00")); }
SPOIL(malformed_in_two_ways) { malformed(c); c->leaf.inner = CTN_SIG_ECDSA_SHA384; }
SPOIL(nameless) { malformed(c); forge_name(&c->leaf.subject, ""); forge_drop(&c->leaf, ctn_oid_subject_alt_name); }

#define STAMPS "it may not stamp times: that takes a critical extended key usage with timeStamping alone, and "

static void
texts_name_what_is_there_and_what_was_asked(void **state)
{
	(void)state;
	assert_text(one_name, "it is not valid for 'x.example', only for web.internal.example");
	assert_text(no_name, "it is not valid for 'x.example': it has no alternative names, and its subject does not count");
	assert_text(spelled_address, "it is not valid for the ip name '10.0.0.1': it has that as a name of type dns");
	assert_text(other_address, "it is not valid for '10.0.0.1', only for a.b, 10.0.0.2");
	assert_text(no_usage, "O=Example: its key usage has no bit set");
	assert_text(stamps, STAMPS "its own is not critical");
	assert_text(stamps_and_more, STAMPS "its own has others");
	assert_text(stamps_without, STAMPS "it has none");
	assert_text(unknown_critical, "O=Example has a critical extension that is not known: 1.2.3.9");
	assert_text(stands_twice, "O=Example has an extension twice: subjectAltName");
	assert_text(starred_base, "CN=Lower,O=Example: nameConstraints is malformed: subtree at byte 4: '*example' is no legal base of type dns");
	assert_text(five_names, "it is not valid for 'x.example', only for a, b, c, d, e");
	assert_text(six_names, "it is not valid for 'x.example', only for a, b, c, d, e, ...");
	assert_text(known_purpose, "it is not for codeSigning, only for serverAuth");
	assert_text(unknown_purpose, "it is not for the purpose asked for, only for serverAuth");
	assert_text(six_purposes, "it is not for codeSigning, only for 1.2.3.1, 1.2.3.2, 1.2.3.3, 1.2.3.4, 1.2.3.5");
	assert_text(known_usage, "its key usage does not allow what serverAuth needs");
	assert_text(unknown_usage, "its key usage does not allow what the purpose asked for needs");
	assert_text(odd_name, "the name 'a b' cannot be held against the name constraints of CN=Lower,O=Example: it is no legal DNS name");
	assert_text(odd_uri, "the name 'urn:a' cannot be held against the name constraints of CN=Lower,O=Example: it has no DNS name as its host");
	assert_text(odd_mail, "the name 'a' cannot be held against the name constraints of CN=Lower,O=Example: it is no legal mail address");
	assert_text(odd_address, "the name '#61' cannot be held against the name constraints of CN=Lower,O=Example: it is no address");
	assert_text(odd_directory,
	    "the name 'dirName:' cannot be held against the name constraints of CN=Lower,O=Example: it is no well-formed name");
	assert_text(odd_kind,
	    "the name 'registeredID:1.2.3' cannot be held against the name constraints of CN=Lower,O=Example: names of its type cannot be judged");
	assert_text(odd_points, "O=Example: its cRLDistributionPoints cannot be read, which is not needed here");
	assert_text(odd_access, "O=Example: its 1.3.6.1.5.5.7.1.11 cannot be read, which is not needed here");
	assert_text(malformed, "O=Example: keyUsage is malformed");
	assert_text(malformed_then_unknown, "O=Example: keyUsage is malformed");
	assert_text(malformed_in_two_ways, "O=Example: keyUsage is malformed");
	assert_text(nameless, "a certificate without a name: keyUsage is malformed");
	assert_text(no_issuer, "the issuer of O=Example is missing: CN=Lower,O=Example");
	assert_text(other_key,
	    "the issuer of O=Example is missing: CN=Lower,O=Example, with the key that it names: here is one of that name with another key");
	assert_text(no_policy, "no certificate policy is left that holds along the path and is asked for");
	assert_text(any_mapped, "CN=Upper,O=Example maps a policy to or from anyPolicy");
	assert_text(policy_twice, "CN=Upper,O=Example has a policy twice, or too many");
}

#define UNUSABLE "the key of CN=Lower,O=Example cannot be used for the signature of O=Example: "

static void
why_a_key_cannot_be_used_is_told(void **state)
{
	(void)state;
	assert_text(key_of_odd_curve, UNUSABLE "its algorithm or curve is not known");
	assert_text(key_off_curve, UNUSABLE "it is malformed, or no point of its curve");
	assert_text(key_of_another_kind, UNUSABLE "ed25519 makes no ecdsa-with-SHA256");
}

static void
an_extension_that_cannot_be_read_is_told_by_its_name(void **state)
{
	const ctn_span needed[] = { ctn_oid_basic_constraints, ctn_oid_key_usage, ctn_oid_ext_key_usage, ctn_oid_subject_alt_name,
		ctn_oid_name_constraints, ctn_oid_certificate_policies, ctn_oid_policy_mappings, ctn_oid_policy_constraints,
		ctn_oid_inhibit_any_policy };

	(void)state;
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		char wanted[80];
		struct chain c;

		chain_begin(&c);
		forge_raw(&c.leaf, needed[i], true, CTN_SPAN("\x31\x00"));
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_extension);
		assert_non_null(ctn_oid_name(needed[i]));
		(void)snprintf(wanted, sizeof(wanted), "O=Example: %s is malformed", ctn_oid_name(needed[i]));
		assert_int_equal(strncmp(c.result.reason.text, wanted, strlen(wanted)), 0);
		chain_end(&c);
	}
}

/* The same name and key, added last, but trusted. */
static void
an_anchor_is_the_shorter_way(void **state)
{
	struct forged x;
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	forge_begin(&x, "CN=Lower,O=Example", "CN=Lower,O=Example", 2, 2, true);
	forge_sign(&x, 2);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&x.der), "own", &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 2);
	assert_string_equal(c.result.path[1].source, "own");
	forge_free(&x);
	chain_end(&c);
}

/* Of two of one key the one that is valid now, and of two valid ones the one whose name is the same to the letter. */
static void
the_better_of_two_is_tried_first(void **state)
{
	struct forged x;
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	for (unsigned turn = 0; turn < 3; turn++) {
		chain_begin(&c);
		forge_begin(&x, turn == 0 ? "CN=LOWER,O=Example" : "CN=Lower,O=Example", "CN=Upper,O=Example", 2, 1, true);
		x.serial = CTN_SPAN("\x66");
		if (turn == 1)
			x.not_after = FORGE_NOW - 1;
		if (turn == 2)
			x.not_before = FORGE_NOW + 1;
		forge_sign(&x, 1);
		assert_true(ctn_verifier_know(c.v, ctn_buf_view(&x.der), "other", &e));
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		assert_string_equal(c.result.path[1].source, "lower");
		assert_int_equal(c.result.candidates_n, 0);
		forge_free(&x);
		chain_end(&c);
	}
}

/* One certificate is judged by the part that it plays, whichever part came first. */
static void
an_authority_may_be_asked_about_as_a_leaf(void **state)
{
	struct chain c;
	ctn_span leaf;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	c.ask.profile = CTN_WEBPKI;
	leaf = c.ask.leaf;
	for (unsigned turn = 0; turn < 2; turn++) {
		c.ask.leaf = leaf;
		assert_int_equal(chain_ask(&c), CTN_V_NONE);
		c.ask.leaf = ctn_buf_view(&c.lower.der);
		c.ask.names_n = 0;
		assert_int_equal(chain_ask(&c), CTN_V_web_leaf_ca);
		c.ask.names_n = 1;
	}
	chain_end(&c);
}

SPOIL(life_398) { c->leaf.not_before = FORGE_NOW; c->leaf.not_after = FORGE_NOW + 398 * FORGE_DAY - 1; }
SPOIL(life_longer) { life_398(c); c->leaf.not_after++; }
SPOIL(odd_upper) { c->upper.serial = CTN_SPAN("\x00"); }
SPOIL(odd_root) { c->root.serial = CTN_SPAN("\x00"); }
SPOIL(old_root) { c->root.version = 1; while (c->root.exts_n > 0) forge_drop(&c->root, c->root.exts[0].oid); }

/* "certificate:check" of each warning. */
static void
assert_warned(void (*spoil)(struct chain *c), enum ctn_verify_profile profile, const char *wanted)
{
	CTN_OWN_BUF b = { 0 };
	struct chain c;

	chain_begin(&c);
	c.ask.profile = profile;
	spoil(&c);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	for (size_t i = 0; i < c.result.warnings_n; i++)
		ctn_buf_printf(&b, "%zu:%s ", c.result.warnings[i].certificate, ctn_vrule_of(c.result.warnings[i].check)->name);
	assert_string_equal(b.n == 0 ? "" : ctn_buf_cstr(&b), wanted);
	chain_end(&c);
}

static void
warnings_say_whom_they_are_about(void **state)
{
	(void)state;
	assert_warned(life_398, CTN_WEBPKI, "");
	assert_warned(life_longer, CTN_WEBPKI, "0:validity ");
	assert_warned(life_longer, CTN_PKIX, "");
	assert_warned(odd_upper, CTN_PKIX, "2:serial ");
	assert_warned(odd_root, CTN_PKIX, "");
	assert_warned(old_root, CTN_PKIX, "3:version 3:subject_key_id 3:key_usage 3:basic_constraints ");
}

static void
assert_lost_at(unsigned policies_of, size_t at)
{
	const ctn_span oid = CTN_SPAN("\x2a\x01");
	struct chain c;
	struct forged *list[] = { &c.upper, &c.lower, &c.leaf };

	chain_begin(&c);
	for (unsigned i = 0; i < policies_of; i++)
		forge_policies(list[i], &oid, 1);
	c.ask.require_policy = true;
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_policies);
	assert_int_equal(c.result.reason.certificate, at);
	chain_end(&c);
}

static void
a_policy_is_lost_where_it_is_not_named(void **state)
{
	(void)state;
	assert_lost_at(0, 2);
	assert_lost_at(1, 1);
	assert_lost_at(2, 0);
}

/* The upper authority lets so many certificates below it have anyPolicy, of which the lower one makes use. */
static enum ctn_vcheck
ask_with_any_inhibited(ctn_span number)
{
	const ctn_span oid = CTN_SPAN("\x2a\x01"), any = CTN_SPAN("\x55\x1d\x20\x00");
	enum ctn_vcheck got;
	struct chain c;

	chain_begin(&c);
	forge_raw(&c.upper, ctn_oid_inhibit_any_policy, true, number);
	forge_policies(&c.upper, &oid, 1);
	forge_policies(&c.lower, &any, 1);
	forge_policies(&c.leaf, &oid, 1);
	c.ask.require_policy = true;
	chain_sign(&c);
	got = chain_ask(&c);
	chain_end(&c);
	return got;
}

static void
a_count_of_certificates_may_be_larger_than_any_path(void **state)
{
	(void)state;
	assert_int_equal(ask_with_any_inhibited(CTN_SPAN("\x02\x01\x00")), CTN_V_policies);
	assert_int_equal(ask_with_any_inhibited(CTN_SPAN("\x02\x01\x01")), CTN_V_NONE);
	/* Two to the power of 64. */
	assert_int_equal(ask_with_any_inhibited(CTN_SPAN("\x02\x09\x01\x00\x00\x00\x00\x00\x00\x00\x00")), CTN_V_NONE);
}

static void
a_trusted_leaf_has_any_policy_unless_one_is_asked_for(void **state)
{
	static const ctn_span one = { (const uint8_t *)"\x2a\x01", 2 };
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	assert_true(ctn_verifier_trust(c.v, ctn_buf_view(&c.leaf.der), NULL, &e));
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.path_n, 1);
	assert_true(c.result.policies_any);
	c.ask.policies = &one;
	c.ask.policies_n = 1;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_false(c.result.policies_any);
	assert_int_equal(c.result.policies_n, 0);
	chain_end(&c);
}

static uint64_t
hash_of(const char *text)
{
	ctn_buf name = { 0 };
	uint64_t h;

	forge_name(&name, text);
	h = ctn_name_hash(ctn_buf_view(&name));
	ctn_buf_free(&name);
	return h;
}

/* It may be equal for names that differ, but not for most; it must be for names that are the same. */
static void
a_names_hash_sees_letters_digits_types_and_order(void **state)
{
	static const char *const others[] = { "CN=aa,O=zz09", "CN=az,O=zz09", "CN=ab,O=zz08", "CN=ab,O=zz00", "CN=ab", "O=zz09,CN=ab", "OU=ab,O=zz09",
		"CN=zb,O=zz09", "CN=b,O=zz09", "CN=ab,O=zz9", "CN=ab,O=zz0", "" };

	(void)state;
	assert_true(hash_of("CN=ab,O=zz09") == hash_of("CN=AB,O=ZZ09"));
	assert_true(hash_of("CN=ab,O=zz09") == hash_of("CN=a b,O=z-z 09"));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (hash_of(others[i]) == hash_of("CN=ab,O=zz09"))
			fail_msg("'%s'", others[i]);
	/* CN=ab as UTF8String, BMPString, UniversalString; then what is no name. */
	assert_true(ctn_name_hash(CTN_SPAN("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x1e\x04\x00" "a\x00" "b")) == hash_of("CN=ab"));
	assert_true(ctn_name_hash(CTN_SPAN("\x30\x13\x31\x11\x30\x0f\x06\x03\x55\x04\x03\x1c\x08\x00\x00\x00" "a\x00\x00\x00" "b")) == hash_of("CN=ab"));
	assert_true(ctn_name_hash(CTN_SPAN("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x1e\x04\x01" "a\x00" "b")) == hash_of("CN=b"));
	assert_true(ctn_name_hash(CTN_SPAN("\x30\x13\x31\x11\x30\x0f\x06\x03\x55\x04\x03\x1c\x08\x00\x00\x01" "a\x00\x00\x00" "b")) == hash_of("CN=b"));
	/* E with an acute accent, large and small. */
	assert_true(hash_of("CN=ab\xc3\x89") == hash_of("CN=ab\xc3\xa9") && hash_of("CN=ab\xc3\x89") == hash_of("CN=ab"));
	assert_int_equal(ctn_name_hash(CTN_SPAN("\x31\x00")), 0);
	assert_int_equal(ctn_name_hash(CTN_SPAN("\x30\x04\x31\x02\x31\x00")), 0);
	assert_int_equal(ctn_name_hash(CTN_SPAN("\x30\x06\x31\x04\x30\x02\x05\x00")), 0);
	assert_int_equal(ctn_name_hash(CTN_SPAN("\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x03")), 0);
	assert_int_equal(ctn_name_hash(CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x05" "a")), 0);
	assert_true(hash_of("CN=ab") != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_check_that_held_is_listed),
		cmocka_unit_test(a_path_ends_with_its_first_certificate_that_does),
		cmocka_unit_test(texts_name_what_is_there_and_what_was_asked),
		cmocka_unit_test(why_a_key_cannot_be_used_is_told),
		cmocka_unit_test(an_extension_that_cannot_be_read_is_told_by_its_name),
		cmocka_unit_test(an_anchor_is_the_shorter_way),
		cmocka_unit_test(the_better_of_two_is_tried_first),
		cmocka_unit_test(an_authority_may_be_asked_about_as_a_leaf),
		cmocka_unit_test(warnings_say_whom_they_are_about),
		cmocka_unit_test(a_policy_is_lost_where_it_is_not_named),
		cmocka_unit_test(a_count_of_certificates_may_be_larger_than_any_path),
		cmocka_unit_test(a_trusted_leaf_has_any_policy_unless_one_is_asked_for),
		cmocka_unit_test(a_names_hash_sees_letters_digits_types_and_order),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
