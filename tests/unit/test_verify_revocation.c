/* Revocation: CRLs of every kind, OCSP responses, and what a caller knows. */
#include "verify_forge.h"

#include "forge/status.h"

static void
add_list(struct chain *c, const struct forged_crl *l)
{
	ctn_buf der = { 0 };
	struct ctn_err e = { 0 };

	forge_crl(&der, l);
	assert_true(ctn_verifier_crl(c->v, ctn_buf_view(&der), NULL, &e));
	ctn_buf_free(&der);
}

static struct forged_crl
of_root(void)
{
	return forge_crl_begin("CN=Root", 0);
}

static struct forged_crl
of_upper(void)
{
	return forge_crl_begin("CN=Upper,O=Example", 1);
}

static struct forged_crl
of_lower(void)
{
	return forge_crl_begin("CN=Lower,O=Example", 2);
}

static void
add_above(struct chain *c)
{
	struct forged_crl root = of_root(), upper = of_upper();

	c->ask.revocation = CTN_REVOCATION_REQUIRE;
	add_list(c, &root);
	add_list(c, &upper);
}

#define SPOIL(name) static void name(struct chain *c)
#define LOWER(name, change) \
	SPOIL(name) { struct forged_crl l = of_lower(); add_above(c); change; add_list(c, &l); }

/* Serials are those of forge_begin: leaf 0x44, lower 0x43, upper 0x42. */
LOWER(good, (void)0)
LOWER(other_revoked, l.revoked = CTN_SPAN("\x55"))
LOWER(leaf_revoked, l.revoked = CTN_SPAN("\x44"))
LOWER(leaf_held, (l.revoked = CTN_SPAN("\x44"), l.reason = CTN_REASON_CERTIFICATE_HOLD))
LOWER(stale, l.next_update = FORGE_NOW - 1)
LOWER(stale_lists, (l.next_update = FORGE_NOW - 1, l.revoked = CTN_SPAN("\x44")))
LOWER(stale_holds, (l.next_update = FORGE_NOW - 1, l.revoked = CTN_SPAN("\x44"), l.reason = CTN_REASON_CERTIFICATE_HOLD))
LOWER(stale_forged, (l.next_update = FORGE_NOW - 1, l.revoked = CTN_SPAN("\x44"), l.spoil = true))
LOWER(future_lists, (l.this_update = FORGE_NOW + 1, l.revoked = CTN_SPAN("\x44")))
LOWER(last_second, l.next_update = FORGE_NOW)
LOWER(from_the_future, l.this_update = FORGE_NOW + 1)
LOWER(this_second, l.this_update = FORGE_NOW)
LOWER(forged_signature, l.spoil = true)
LOWER(of_another_key, l.key = 4)
LOWER(of_another_name, l.issuer = "CN=Somebody")
LOWER(for_authorities, l.only_ca = true)
LOWER(for_users, l.only_user = true)
LOWER(endless, l.no_next_update = true)
LOWER(endless_revokes, (l.no_next_update = true, l.revoked = CTN_SPAN("\x44")))
SPOIL(missing) { add_above(c); }
SPOIL(preferred_missing) { add_above(c); c->ask.revocation = CTN_REVOCATION_PREFER; }
SPOIL(off_revoked) { leaf_revoked(c); c->ask.revocation = CTN_REVOCATION_OFF; }
SPOIL(no_crl_sign) { forge_usage(&c->lower, CTN_KU_KEY_CERT_SIGN); good(c); }
SPOIL(upper_revoked) { struct forged_crl root = of_root(), upper = of_upper(), l = of_lower(); root.revoked = CTN_SPAN("\x42");
	c->ask.revocation = CTN_REVOCATION_REQUIRE; add_list(c, &root); add_list(c, &upper); add_list(c, &l); }
SPOIL(authority_by_user_list) { struct forged_crl root = of_root(), upper = of_upper(), l = of_lower(); upper.only_user = true;
	c->ask.revocation = CTN_REVOCATION_REQUIRE; add_list(c, &root); add_list(c, &upper); add_list(c, &l); }
/* Two complete CRLs of one authority, both fresh: the later one is the authority's word, in whatever order they come. */
static void
two_lists(struct chain *c, bool newer_first, bool newer_revokes)
{
	struct forged_crl older = of_lower(), newer = of_lower();

	add_above(c);
	newer.this_update = older.this_update + 50;
	newer.number = older.number + 1;
	*(newer_revokes ? &newer.revoked : &older.revoked) = CTN_SPAN("\x44");
	add_list(c, newer_first ? &newer : &older);
	add_list(c, newer_first ? &older : &newer);
}
SPOIL(newer_revokes) { two_lists(c, false, true); }
SPOIL(newer_revokes_first) { two_lists(c, true, true); }
SPOIL(newer_releases) { two_lists(c, false, false); }
SPOIL(newer_releases_first) { two_lists(c, true, false); }
SPOIL(delta_revokes) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 4; d.number = 6; d.revoked = CTN_SPAN("\x44"); add_list(c, &d); }
SPOIL(delta_of_later_base) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 6; d.number = 7; d.revoked = CTN_SPAN("\x44"); add_list(c, &d); }
SPOIL(delta_older) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 4; d.number = 5; d.revoked = CTN_SPAN("\x44"); add_list(c, &d); }
SPOIL(delta_stale) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 4; d.number = 6; d.revoked = CTN_SPAN("\x44");
	d.next_update = FORGE_NOW - 1; add_list(c, &d); }
SPOIL(delta_stale_holds) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 4; d.number = 6; d.revoked = CTN_SPAN("\x44");
	d.reason = CTN_REASON_CERTIFICATE_HOLD; d.next_update = FORGE_NOW - 1; add_list(c, &d); }
SPOIL(delta_stale_older) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 4; d.number = 5; d.revoked = CTN_SPAN("\x44");
	d.next_update = FORGE_NOW - 1; add_list(c, &d); }
/* RFC 5280 5.2.4: a complete CRL and its delta are current for as long as the delta. */
static void
stale_under_delta(struct chain *c, int64_t base_from, int64_t delta_until, bool revokes)
{
	struct forged_crl l = of_lower(), d = of_lower();

	add_above(c);
	l.this_update = base_from;
	l.next_update = FORGE_NOW - 1;
	d.is_delta = true;
	d.base = 4;
	d.number = 6;
	d.next_update = delta_until;
	d.revoked = revokes ? CTN_SPAN("\x44") : (ctn_span){ 0 };
	add_list(c, &l);
	add_list(c, &d);
}
SPOIL(stale_renewed) { stale_under_delta(c, FORGE_NOW - 100, FORGE_NOW, false); }
SPOIL(stale_revoked) { stale_under_delta(c, FORGE_NOW - 100, FORGE_NOW, true); }
SPOIL(stale_both) { stale_under_delta(c, FORGE_NOW - 100, FORGE_NOW - 1, false); }
SPOIL(stale_both_revokes) { stale_under_delta(c, FORGE_NOW - 100, FORGE_NOW - 1, true); }
SPOIL(base_not_begun) { stale_under_delta(c, FORGE_NOW + 1, FORGE_NOW, false); }
SPOIL(delta_forged) { struct forged_crl d = of_lower(); good(c); d.is_delta = true; d.base = 4; d.number = 6; d.revoked = CTN_SPAN("\x44"); d.spoil = true; add_list(c, &d); }
SPOIL(delta_releases) { struct forged_crl d = of_lower(); leaf_held(c); d.is_delta = true; d.base = 4; d.number = 6; d.revoked = CTN_SPAN("\x44");
	d.reason = CTN_REASON_REMOVE_FROM_CRL; add_list(c, &d); }
SPOIL(delta_alone) { struct forged_crl d = of_lower(); add_above(c); d.is_delta = true; d.base = 4; d.number = 6; add_list(c, &d); }

#define ALL(check) CTN_V_##check, CTN_V_##check, CTN_V_##check
#define FINE CTN_V_NONE, CTN_V_NONE, CTN_V_NONE

static const struct rule_case cases[] = {
	{ "nothing revoked", good, FINE },
	{ "another serial revoked", other_revoked, FINE },
	{ "the leaf revoked", leaf_revoked, ALL(revoked) },
	{ "the leaf on hold", leaf_held, ALL(revoked) },
	{ "a stale CRL", stale, ALL(unknown_status) },
	{ "a stale CRL that revokes", stale_lists, ALL(revoked) },
	{ "a stale CRL with a hold, which may be lifted by now", stale_holds, ALL(unknown_status) },
	{ "a forged stale CRL that revokes", stale_forged, ALL(unknown_status) },
	{ "a CRL from the future that revokes", future_lists, ALL(unknown_status) },
	{ "the last second of a CRL", last_second, FINE },
	{ "a CRL from the future", from_the_future, ALL(unknown_status) },
	{ "the first second of a CRL", this_second, FINE },
	{ "a forged CRL", forged_signature, ALL(unknown_status) },
	{ "a CRL of another key", of_another_key, ALL(unknown_status) },
	{ "a CRL of another issuer", of_another_name, ALL(unknown_status) },
	{ "a CRL over authorities only", for_authorities, ALL(unknown_status) },
	{ "a CRL over users only", for_users, FINE },
	{ "a CRL without an end, number and key identifier", endless, CTN_V_NONE, CTN_V_unknown_status, CTN_V_unknown_status },
	{ "the same when it revokes", endless_revokes, ALL(revoked) },
	{ "no CRL", missing, ALL(unknown_status) },
	{ "no CRL where one is only preferred", preferred_missing, FINE },
	{ "revocation is not looked at", off_revoked, FINE },
	{ "an issuer without cRLSign", no_crl_sign, ALL(unknown_status) },
	{ "an intermediate revoked", upper_revoked, ALL(revoked) },
	{ "an authority is not on a CRL over users", authority_by_user_list, ALL(unknown_status) },
	{ "a newer CRL that revokes", newer_revokes, ALL(revoked) },
	{ "a newer CRL that revokes, given first", newer_revokes_first, ALL(revoked) },
	{ "a newer CRL that no longer revokes", newer_releases, FINE },
	{ "a newer CRL that no longer revokes, given first", newer_releases_first, FINE },
	{ "a delta that revokes", delta_revokes, ALL(revoked) },
	{ "a delta over a later base", delta_of_later_base, FINE },
	{ "a delta that is not newer", delta_older, FINE },
	{ "a stale delta that revokes", delta_stale, ALL(revoked) },
	{ "a stale delta with a hold", delta_stale_holds, FINE },
	{ "a stale delta that is not newer", delta_stale_older, FINE },
	{ "a stale CRL under a fresh delta", stale_renewed, FINE },
	{ "the same when the delta revokes", stale_revoked, ALL(revoked) },
	{ "a stale CRL under a stale delta", stale_both, ALL(unknown_status) },
	{ "the same when that delta revokes", stale_both_revokes, ALL(revoked) },
	{ "a CRL from the future under a fresh delta", base_not_begun, ALL(unknown_status) },
	{ "a forged delta", delta_forged, FINE },
	{ "a delta that releases a hold", delta_releases, FINE },
	{ "a delta without its base", delta_alone, ALL(unknown_status) },
};

static void
each_crl_rule_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	run_cases(cases, sizeof(cases) / sizeof(*cases));
}

static void
an_unknown_status_is_told_apart(void **state)
{
	struct chain c;

	(void)state;
	chain_begin(&c);
	missing(&c);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_unknown_status);
	assert_true(c.result.undetermined);
	c.ask.revocation = CTN_REVOCATION_PREFER;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.warnings_n, 1);
	assert_int_equal(c.result.warnings[0].check, CTN_V_unknown_status);
	chain_end(&c);
}

/* The authority's certificates are signed by one key, its CRLs by another, which stands on the CRL that it signs itself. */
static void
a_signer_may_be_on_its_own_crl(void **state)
{
	struct forged_crl l = forge_crl_begin("CN=Lower,O=Example", 6);
	struct forged signer;
	struct ctn_err e = { 0 };
	struct chain c;

	(void)state;
	for (unsigned revoked = 0; revoked < 2; revoked++) {
		chain_begin(&c);
		add_above(&c);
		forge_begin(&signer, "CN=Lower,O=Example", "CN=Lower,O=Example", 6, 2, true);
		forge_usage(&signer, CTN_KU_CRL_SIGN);
		forge_sign(&signer, 2);
		assert_true(ctn_verifier_know(c.v, ctn_buf_view(&signer.der), NULL, &e));
		l.revoked = revoked ? CTN_SPAN("\x47") : (ctn_span){ 0 };
		add_list(&c, &l);
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), revoked ? CTN_V_unknown_status : CTN_V_NONE);
		forge_free(&signer);
		chain_end(&c);
	}
}

static enum ctn_verify_status
records(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	(void)issuer;
	*since_s = FORGE_NOW - 5;
	*reason = CTN_REASON_KEY_COMPROMISE;
	return cert->serial.p[0] == *(const uint8_t *)ctx ? CTN_STATUS_REVOKED : CTN_STATUS_GOOD;
}

static void
the_callers_word_counts(void **state)
{
	uint8_t revoked = 0x99;
	struct chain c;

	(void)state;
	chain_begin(&c);
	chain_sign(&c);
	c.ask.revocation = CTN_REVOCATION_REQUIRE;
	c.ask.status = records;
	c.ask.status_ctx = &revoked;
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	revoked = 0x43;
	assert_int_equal(chain_ask(&c), CTN_V_revoked);
	assert_int_equal(c.result.reason.certificate, 1);
	assert_non_null(strstr(c.result.reason.text, "keyCompromise"));
	chain_end(&c);
}

/* One response about the leaf. */
struct response {
	enum ctn_ocsp_answer answer;
	int64_t this_update, next_update;
	uint8_t serial;
	unsigned key;       /* of the responder */
	bool delegate, without_eku, delegate_expired, spoil, other_name, other_key, checked, critical, harmless;
	unsigned delegate_issuer;
};

static void
make_delegate(struct forged *d, const struct response *r)
{
	forge_begin(d, "CN=Responder", "CN=Lower,O=Example", r->key, r->delegate_issuer, false);
	forge_eku(d, r->without_eku ? ctn_oid_kp_server_auth : ctn_oid_kp_ocsp_signing);
	if (!r->checked)
		forge_raw(d, ctn_oid_ocsp_nocheck, false, CTN_SPAN("\x05\x00"));
	if (r->delegate_expired)
		d->not_after = FORGE_NOW - 1;
	forge_sign(d, r->delegate_issuer);
}

static void
add_response(struct chain *c, const struct response *r)
{
	struct forged_ocsp o = forge_ocsp_begin(&c->leaf, 2);
	struct forged delegate;
	struct ctn_err e = { 0 };
	ctn_buf der = { 0 };

	make_delegate(&delegate, r);
	o.answer = r->answer;
	o.this_update = r->this_update;
	o.next_update = r->next_update;
	o.serial = (ctn_span){ &r->serial, 1 };
	o.key = r->key;
	o.delegate = r->delegate ? &delegate : NULL;
	o.spoil = r->spoil;
	o.other_name = r->other_name;
	o.other_key = r->other_key;
	if (r->critical)
		o.exts = CTN_SPAN("\x30\x0d\x30\x0b\x06\x02\x2a\x03\x01\x01\xff\x04\x02\x05\x00");
	if (r->harmless)
		o.exts = CTN_SPAN("\x30\x0a\x30\x08\x06\x02\x2a\x03\x04\x02\x05\x00");
	forge_ocsp(&der, &o);
	assert_true(ctn_verifier_ocsp(c->v, ctn_buf_view(&der), &e));
	forge_free(&delegate);
	ctn_buf_free(&der);
}

#define OCSP(name, change)                                                                                            \
	SPOIL(name)                                                                                                   \
	{                                                                                                             \
		struct response r = { .answer = CTN_OCSP_GOOD, .this_update = FORGE_NOW - 5, .next_update = FORGE_NOW + 5, \
			.serial = 0x44, .key = 2, .delegate_issuer = 2 };                                             \
		add_above(c);                                                                                         \
		change;                                                                                               \
		add_response(c, &r);                                                                                  \
	}
OCSP(ocsp_good, (void)0)
OCSP(ocsp_revoked, r.answer = CTN_OCSP_REVOKED)
OCSP(ocsp_unknown, r.answer = CTN_OCSP_UNKNOWN)
OCSP(ocsp_stale, r.next_update = FORGE_NOW - 1)
OCSP(ocsp_stale_revoked, (r.next_update = FORGE_NOW - 1, r.answer = CTN_OCSP_REVOKED))
OCSP(ocsp_future_revoked, (r.this_update = FORGE_NOW + 1, r.next_update = FORGE_NOW + 2, r.answer = CTN_OCSP_REVOKED))
OCSP(ocsp_future, (r.this_update = FORGE_NOW + 1, r.next_update = FORGE_NOW + 2))
SPOIL(ocsp_ahead) { ocsp_future(c); c->ask.ahead_s = 1; }
OCSP(ocsp_other_serial, r.serial = 0x45)
OCSP(ocsp_forged, r.spoil = true)
OCSP(ocsp_stranger, r.key = 5)
OCSP(ocsp_delegate, (r.key = 5, r.delegate = true))
OCSP(ocsp_delegate_revoked, (r.key = 5, r.delegate = true, r.answer = CTN_OCSP_REVOKED))
OCSP(ocsp_delegate_no_eku, (r.key = 5, r.delegate = true, r.without_eku = true))
OCSP(ocsp_delegate_expired, (r.key = 5, r.delegate = true, r.delegate_expired = true))
OCSP(ocsp_delegate_of_other, (r.key = 5, r.delegate = true, r.delegate_issuer = 1))
OCSP(ocsp_last_second, r.next_update = FORGE_NOW)
OCSP(ocsp_other_name, r.other_name = true)
OCSP(ocsp_other_key, r.other_key = true)
OCSP(ocsp_critical, r.critical = true)
OCSP(ocsp_harmless, r.harmless = true)
OCSP(ocsp_delegate_unchecked, (r.key = 5, r.delegate = true, r.checked = true))
SPOIL(ocsp_delegate_preferred) { ocsp_delegate_unchecked(c); c->ask.revocation = CTN_REVOCATION_PREFER; }
/* A revoked delegate's word does not count: the CRL's does, and that knows nothing against the leaf. */
SPOIL(ocsp_delegate_revoked_itself) { struct forged_crl l = of_lower(); ocsp_delegate_unchecked(c); l.revoked = CTN_SPAN("\x46"); add_list(c, &l); }
OCSP(ocsp_says_revoked_unchecked, (r.key = 5, r.delegate = true, r.checked = true, r.answer = CTN_OCSP_REVOKED))
SPOIL(ocsp_revoked_by_revoked) { struct forged_crl l = of_lower(); ocsp_says_revoked_unchecked(c); l.revoked = CTN_SPAN("\x46"); add_list(c, &l); }
SPOIL(ocsp_good_crl_revoked) { struct forged_crl l = of_lower(); ocsp_good(c); l.revoked = CTN_SPAN("\x44"); add_list(c, &l); }
SPOIL(ocsp_revoked_by_good) { struct forged_crl l = of_lower(); ocsp_says_revoked_unchecked(c); add_list(c, &l); }

static const struct rule_case ocsp_cases[] = {
	{ "good", ocsp_good, FINE },
	{ "revoked", ocsp_revoked, ALL(revoked) },
	{ "unknown", ocsp_unknown, ALL(unknown_status) },
	{ "stale", ocsp_stale, ALL(unknown_status) },
	{ "stale, and revoked", ocsp_stale_revoked, ALL(revoked) },
	{ "from the future, and revoked", ocsp_future_revoked, ALL(unknown_status) },
	{ "from the future", ocsp_future, ALL(unknown_status) },
	{ "from a clock that may be ahead", ocsp_ahead, FINE },
	{ "about another serial", ocsp_other_serial, ALL(unknown_status) },
	{ "forged", ocsp_forged, ALL(unknown_status) },
	{ "by a stranger", ocsp_stranger, ALL(unknown_status) },
	{ "by a delegate", ocsp_delegate, FINE },
	{ "revoked by a delegate", ocsp_delegate_revoked, ALL(revoked) },
	{ "by a delegate that is none", ocsp_delegate_no_eku, ALL(unknown_status) },
	{ "by a delegate that expired", ocsp_delegate_expired, ALL(unknown_status) },
	{ "in its last second", ocsp_last_second, FINE },
	{ "about an issuer of another name", ocsp_other_name, ALL(unknown_status) },
	{ "about an issuer of another key", ocsp_other_key, ALL(unknown_status) },
	{ "with a critical extension", ocsp_critical, ALL(unknown_status) },
	{ "with another extension", ocsp_harmless, FINE },
	{ "by a delegate of whom nothing is known", ocsp_delegate_unchecked, ALL(unknown_status) },
	{ "the same where that is only preferred", ocsp_delegate_preferred, FINE },
	{ "by a delegate that is revoked", ocsp_delegate_revoked_itself, FINE },
	{ "revoked by a delegate that is revoked", ocsp_revoked_by_revoked, FINE },
	{ "revoked by a delegate that is not", ocsp_revoked_by_good, ALL(revoked) },
	{ "good by a response, revoked by a CRL", ocsp_good_crl_revoked, ALL(revoked) },
	{ "by a delegate of another", ocsp_delegate_of_other, ALL(unknown_status) },
};

static void
each_ocsp_rule_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	run_cases(ocsp_cases, sizeof(ocsp_cases) / sizeof(*ocsp_cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_crl_rule_refuses_and_its_neighbour_passes),
		cmocka_unit_test(an_unknown_status_is_told_apart),
		cmocka_unit_test(a_signer_may_be_on_its_own_crl),
		cmocka_unit_test(the_callers_word_counts),
		cmocka_unit_test(each_ocsp_rule_refuses_and_its_neighbour_passes),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
