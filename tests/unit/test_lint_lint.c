/* Lint: the table and its runner. */
#include "lint_forge.h"
#include "x509/build.h"

static void
every_rule_has_an_id_of_its_own_a_citation_and_a_sentence(void **state)
{
	const ctn_rule *rules;
	size_t n;

	(void)state;
	rules = ctn_lint_rules(&n);
	assert_true(n > 100);
	for (size_t i = 0; i < n; i++) {
		assert_true(strlen(rules[i].id) > 3 && strspn(rules[i].id, "abcdefghijklmnopqrstuvwxyz-") == strlen(rules[i].id));
		assert_true(strncmp(rules[i].cite, "RFC ", 4) == 0 || strncmp(rules[i].cite, "CA/Browser Forum BR ", 20) == 0);
		assert_true(strlen(rules[i].says) > 10 && rules[i].says[strlen(rules[i].says) - 1] != '.');
		assert_true((rules[i].check == NULL) != (rules[i].check_entry == NULL));
		for (size_t k = i + 1; k < n; k++)
			assert_string_not_equal(rules[i].id, rules[k].id);
	}
}

static size_t
judge(const struct forge *f, enum ctn_lint_role role, const char *const *ignore, ctn_finding **found)
{
	struct ctn_err e = { 0 };
	ctn_cert *c = ctn_arena_new(forge_arena, ctn_cert, 1);
	ctn_lint_subject s = { .cert = c, .role = role };
	size_t n = 0;

	assert_non_null(c);
	forge_cert(c, f);
	assert_true(ctn_lint(found, &n, &s, ignore, forge_arena, &e));
	return n;
}

static void
findings_come_in_the_order_of_the_table(void **state)
{
	struct forge f = forge_leaf();
	const ctn_rule *rules;
	ctn_finding *found;
	size_t n, rules_n, at = 0;

	(void)state;
	f.version = NONE;
	f.serial = HEX("81");
	f.issuer = NAME(NONE);
	f.outer = ctn_sig_alg_der(CTN_SIG_ECDSA_SHA384);
	f.not_after = UTC("250101000000Z");
	f.uids = HEX("81020001");
	f.spki = SPKI_RSA_WITH(NONE, HEX("23"), HEX("01"));
	f.n = 0;
	n = judge(&f, CTN_ROLE_LEAF, NULL, &found);
	assert_true(n > 8);
	rules = ctn_lint_rules(&rules_n);
	for (size_t i = 0; i < n; i++, at++) {
		while (at < rules_n && rules[at].id != found[i].id)
			at++;
		assert_true(at < rules_n);
		assert_int_equal(found[i].level, rules[at].level);
		assert_ptr_equal(found[i].cite, rules[at].cite);
	}
}

static void
an_ignored_rule_is_silent_and_an_unknown_id_changes_nothing(void **state)
{
	static const char *const ignore[] = { "serial-entropy", "no-such-rule", NULL };
	struct forge f = forge_leaf();
	ctn_finding *found;

	(void)state;
	f.serial = HEX("05");
	assert_int_equal(judge(&f, CTN_ROLE_LEAF, NULL, &found), 1);
	assert_string_equal(found[0].id, "serial-entropy");
	assert_string_equal(found[0].cite, "CA/Browser Forum BR 7.1");
	assert_string_equal(found[0].text, "the serial number takes 1 octet: guessable, 64 random bits take 8");
	assert_int_equal(judge(&f, CTN_ROLE_LEAF, ignore, &found), 0);
}

static void
the_role_is_told_from_the_certificate_when_nobody_says_it(void **state)
{
	struct forge leaf = forge_leaf(), ca = forge_ca(), root = forge_root();
	ctn_finding *found;

	(void)state;
	assert_int_equal(judge(&leaf, CTN_ROLE_ANY, NULL, &found), 0);
	assert_int_equal(judge(&ca, CTN_ROLE_ANY, NULL, &found), 0);
	assert_int_equal(judge(&root, CTN_ROLE_ANY, NULL, &found), 0);
	/* only a root does without the identifier of its issuer's key */
	assert_int_equal(judge(&root, CTN_ROLE_CA, NULL, &found), 1);
	assert_string_equal(found[0].id, "authority-key-id-missing");
	assert_true(judge(&leaf, CTN_ROLE_CA, NULL, &found) > 0);
}

static void
what_the_builder_builds_has_no_finding(void **state)
{
	const ctn_name names[] = { { .type = CTN_NAME_DNS, .text = "web.internal.example", .value = TXT("web.internal.example") } };
	const char *const urls[] = { "http://pki.internal.example/issuing.crl" };
	const ctn_dn_attr subject[] = { { ctn_oid_at_common_name, "web.internal.example" } };
	const ctn_cert_fields fields = { .serial = RUN(0x41, 20), .sig_alg = CTN_SIG_ECDSA_SHA256, .issuer = CN("Issuing"),
		.not_before = 1767225600, .not_after = 1775001599, .subject = subject, .subject_n = 1, .spki = SPKI_P256,
		.key_usage = CTN_KU_DIGITAL_SIGNATURE, .eku = &ctn_oid_kp_server_auth, .eku_n = 1, .names = names, .names_n = 1,
		.subject_key_id = LEAF_KEY_ID, .authority_key_id = ISSUER_KEY_ID, .crl_urls = urls, .crl_urls_n = 1,
		.ca_issuer_urls = urls, .ca_issuer_urls_n = 1 };
	ctn_cert *c = ctn_arena_new(forge_arena, ctn_cert, 2);
	ctn_lint_subject s = { .role = CTN_ROLE_LEAF };
	struct forge issuer = forge_issuer();
	CTN_OWN_BUF tbs = { 0 };
	struct ctn_err e = { 0 };
	ctn_finding *found;
	size_t n;

	(void)state;
	assert_non_null(c);
	assert_true(ctn_cert_build(&tbs, &fields, &e));
	assert_true(ctn_cert_parse_tbs(&c[0], ctn_buf_view(&tbs), &e));
	forge_cert(&c[1], &issuer);
	s.cert = &c[0];
	s.issuer = &c[1];
	assert_true(ctn_lint(&found, &n, &s, NULL, forge_arena, &e));
	assert_int_equal(n, 0);
}

static void
levels_have_names(void **state)
{
	(void)state;
	assert_string_equal(ctn_lint_level_name(CTN_LINT_NOTICE), "notice");
	assert_string_equal(ctn_lint_level_name(CTN_LINT_WARNING), "warning");
	assert_string_equal(ctn_lint_level_name(CTN_LINT_ERROR), "error");
}

static void
foreign_bytes_in_a_text_cannot_steer_a_terminal(void **state)
{
	struct forge f = forge_leaf();
	ctn_finding *found;

	(void)state;
	forge_put(&f, ctn_oid_subject_alt_name, SEQ(DNS(CAT(HEX("1b5b326a"), RUN(0xff, 400))), DNS(TXT("web.internal.example"))), false);
	assert_true(judge(&f, CTN_ROLE_LEAF, NULL, &found) > 0);
	assert_string_equal(found[0].id, "dns-characters");
	assert_memory_equal(found[0].text, "dns name \"\\x1b[2j\\xff\\xff", 25);
	for (const char *p = found[0].text; *p != '\0'; p++)
		assert_true(*p >= 0x20 && *p < 0x7f);
}

static void
no_memory_for_findings_is_an_error(void **state)
{
	CTN_OWN(ctn_arena) small = ctn_arena_open(64);
	ctn_lint_subject s = { .role = CTN_ROLE_LEAF };
	struct forge f = forge_leaf();
	struct ctn_err e = { 0 };
	ctn_finding *found;
	ctn_cert *c = ctn_arena_new(forge_arena, ctn_cert, 1);
	size_t n;

	(void)state;
	assert_true(small != NULL && c != NULL);
	f.serial = HEX("05");
	forge_cert(c, &f);
	s.cert = c;
	assert_false(ctn_lint(&found, &n, &s, NULL, small, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_rule_has_an_id_of_its_own_a_citation_and_a_sentence, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(findings_come_in_the_order_of_the_table, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(an_ignored_rule_is_silent_and_an_unknown_id_changes_nothing, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(the_role_is_told_from_the_certificate_when_nobody_says_it, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(what_the_builder_builds_has_no_finding, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(levels_have_names, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(foreign_bytes_in_a_text_cannot_steer_a_terminal, forge_setup, forge_teardown),
		cmocka_unit_test_setup_teardown(no_memory_for_findings_is_an_error, forge_setup, forge_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
