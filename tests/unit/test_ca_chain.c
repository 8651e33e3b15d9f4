/* The chain above a key, and what it lets its certificates be. */
#include "ca_home.h"

#include "key/private.h"

/* A leaf under the issuing authority, as the fields say; which rules of the chain it breaks, each once, in order. */
static const char *
broken(struct world *w, ctn_cert_fields *f, const char *name_text)
{
	static char rules[256];
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF spki = { 0 };
	CTN_OWN_BUF tbs = { 0 };
	ctn_verify_reason *breaches;
	ctn_chain chain;
	ctn_name name;
	ctn_cert view;
	ctn_spki parsed;
	uint8_t key_id[20];
	size_t n;

	OK(ctn_chain_of(&chain, w->ca, "issuing", &e));
	assert_true(chain.complete);
	assert_int_equal(chain.n, 2);
	OK(ctn_privkey_generate(&key, (ctn_key_kind){ CTN_KEY_P256, 0 }, &e));
	OK(ctn_privkey_spki(&spki, key, &e));
	OK(ctn_spki_parse(&parsed, ctn_buf_view(&spki), &e));
	OK(ctn_spki_key_id(key_id, &parsed, &e));
	OK(ctn_name_parse(&name, name_text, w->a, &e));
	f->serial = CTN_SPAN("\x40\x01\x02\x03\x04\x05\x06\x07\x08");
	f->sig_alg = CTN_SIG_ECDSA_SHA256;
	f->spki = ctn_buf_view(&spki);
	f->subject_key_id = (ctn_span){ key_id, sizeof key_id };
	f->names = &name;
	f->names_n = 1;
	f->not_before = NOW;
	if (f->not_after == 0)
		f->not_after = NOW + DAY;
	if (f->issuer.n == 0)
		f->issuer = chain.certs[0].subject;
	if (f->authority_key_id.n == 0)
		f->authority_key_id = chain.key.key_id;
	OK(ctn_cert_build(&tbs, f, &e));
	OK(ctn_cert_parse_tbs(&view, ctn_buf_view(&tbs), &e));
	OK(ctn_chain_judge(&breaches, &n, &chain, &view, w->ca, &e));
	rules[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		assert_true(breaches[i].text[0] != '\0');
		(void)snprintf(rules + strlen(rules), sizeof rules - strlen(rules), "%s%s", i == 0 ? "" : " ",
		    ctn_issuing_word(breaches[i].check));
	}
	return rules;
}

static void
names_inside_the_constraints_stand_and_others_do_not(void **state)
{
	static const struct {
		const char *name, *rules;
	} cases[] = {
		{ "web.internal.example", "" },
		{ "internal.example", "" },
		{ "localhost", "" },
		{ "10.1.2.3", "" },
		{ "anna@internal.example", "" },
		{ "spiffe://internal.example/web", "" },
		{ "web.elsewhere.example", "name_constraints" },
		{ "xinternal.example", "name_constraints" },
		{ "11.1.2.3", "name_constraints" },
		{ "2001:db8::1", "name_constraints" },
		{ "anna@elsewhere.example", "name_constraints" },
		{ "spiffe://elsewhere.example/web", "name_constraints" },
		{ "*.internal.example", "" },
		{ "*.example", "name_constraints" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ctn_cert_fields f = { .key_usage = CTN_KU_DIGITAL_SIGNATURE };

		assert_string_equal(broken(*state, &f, cases[i].name), cases[i].rules);
	}
}

static void
no_certificate_outlives_its_issuer(void **state)
{
	struct world *w = *state;
	ctn_chain chain;
	ctn_cert_fields at_end = { .key_usage = 1 }, past_end = { .key_usage = 1 };

	OK(ctn_chain_of(&chain, w->ca, "issuing", &e));
	at_end.not_after = chain.certs[0].not_after;
	past_end.not_after = chain.certs[0].not_after + 1;
	assert_string_equal(broken(w, &at_end, "localhost"), "");
	assert_string_equal(broken(w, &past_end, "localhost"), "validity");
}

static void
an_authority_below_a_path_length_of_zero_is_too_deep(void **state)
{
	ctn_cert_fields f = { .is_ca = true, .key_usage = CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN };

	assert_string_equal(broken(*state, &f, "internal.example"), "path_length path_length");
}

static void
issuer_and_key_identifier_must_be_the_issuers(void **state)
{
	struct world *w = *state;
	ctn_cert_fields name = { .key_usage = 1 }, key = { .key_usage = 1, .authority_key_id = CTN_SPAN("01234567890123456789") };
	ctn_chain root;

	OK(ctn_chain_of(&root, w->ca, "root", &e));
	assert_int_equal(root.n, 1);
	name.issuer = root.certs[0].subject;
	assert_string_equal(broken(w, &name, "localhost"), "issuer");
	assert_string_equal(broken(w, &key, "localhost"), "authority_key_id");
}

static void
urls_are_filled_with_key_and_shard(void **state)
{
	struct world *w = *state;
	const char *urls[] = { "http://x/{key}-{shard}.crl", "http://x/{other}", "{key}{key}" };
	const char *const *filled;
	ctn_issuer_key_row key = { .key_id = CTN_SPAN("\x01\x02\x03\x04\x05") };

	OK(ctn_chain_urls(&filled, urls, 3, &key, 7, w->a, &e));
	assert_string_equal(filled[0], "http://x/01020304-7.crl");
	assert_string_equal(filled[1], "http://x/{other}");
	assert_string_equal(filled[2], "0102030401020304");
}

static void
serials_are_positive_of_20_octets_and_rise_with_time(void **state)
{
	uint8_t a[20], b[20], later[20], far[20];

	(void)state;
	OK(ctn_ca_serial(a, NOW, &e));
	OK(ctn_ca_serial(b, NOW, &e));
	OK(ctn_ca_serial(later, NOW + 1, &e));
	OK(ctn_ca_serial(far, CTN_TIME_NEVER, &e));
	assert_int_equal(a[0] & 0xc0, 0x40);
	assert_int_equal(far[0] & 0xc0, 0x40);
	assert_memory_equal(a, b, 5);
	assert_memory_not_equal(a, b, 20);
	assert_true(memcmp(a, later, 5) < 0);
}

static void
a_clock_behind_the_last_act_is_not_believed(void **state)
{
	struct world *w = *state;
	const char *names[] = { "web.internal.example" };
	ctn_issue_args args = { .profile = "server", .names = names, .names_n = 1 };
	ctn_issued issued;

	world_at(w, NOW - CTN_CLOCK_SLACK_S - 1);
	REFUSED(CTN_ECLOCK, "last act was at 2027-01-15T08:00:00Z", ctn_ca_issue(&issued, w->ca, &args, &e));
	world_at(w, NOW - CTN_CLOCK_SLACK_S);
	(void)world_issue(w, "web.internal.example");
	w->env.accept_clock = true;
	world_at(w, NOW - CTN_CLOCK_SLACK_S);
	world_tamper(w, "UPDATE log_leaf SET at = at + 86400 WHERE id = (SELECT max(id) FROM log_leaf)");
	(void)world_issue(w, "other.internal.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)
		T(names_inside_the_constraints_stand_and_others_do_not),
		T(no_certificate_outlives_its_issuer),
		T(an_authority_below_a_path_length_of_zero_is_too_deep),
		T(issuer_and_key_identifier_must_be_the_issuers),
		T(urls_are_filled_with_key_and_shard),
		T(serials_are_positive_of_20_octets_and_rise_with_time),
		T(a_clock_behind_the_last_act_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
