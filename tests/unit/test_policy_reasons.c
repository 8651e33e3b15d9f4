/* Decisions where one thing more decides: names, subjects and lifetimes at their edges, and the reason that is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key/private.h"
#include "policy_explain.h"

static void
decide(struct world *w)
{
	struct ctn_err e = { 0 };

	if (!ctn_decide(&w->plan, &w->request, w->p, &w->issuer, NOW, w->arena, &e))
		fail_msg("%s", e.text);
}

/* The i-th line of that rule; an empty one when there is none. */
static const ctn_rule_trace *
nth(const ctn_plan *plan, const char *key, size_t i)
{
	static const ctn_rule_trace none;

	for (size_t k = 0; k < plan->rules_n; k++) {
		if (strcmp(plan->rules[k].rule, key) == 0 && i-- == 0)
			return &plan->rules[k];
	}
	return &none;
}

static void
assert_rule(const ctn_plan *plan, const char *key, enum ctn_outcome outcome, const char *value, const char *text)
{
	const ctn_rule_trace *r = nth(plan, key, 0);

	assert_non_null(r->rule);
	assert_int_equal(r->outcome, outcome);
	assert_string_equal(r->value, value);
	assert_string_equal(r->text, text);
}

static void
each_curve_can_agree_on_keys(void **state)
{
	static const enum ctn_key_alg curves[] = { CTN_KEY_P256, CTN_KEY_P384, CTN_KEY_P521 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(ctn_key_usage_fit(CTN_KU_KEY_AGREEMENT | CTN_KU_KEY_ENCIPHERMENT, curves[i]), CTN_KU_KEY_AGREEMENT);
	assert_int_equal(ctn_key_usage_fit(CTN_KU_KEY_AGREEMENT, CTN_KEY_ED448), 0);
}

static void
the_last_minutes_of_an_issuer_are_told_in_seconds(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [a] } }\n");
	name(&w, "a");
	w.issuer.not_after = NOW + 1800;
	decide(&w);
	assert_false(w.plan.allowed);
	assert_string_equal(w.plan.hint, "catena ca renew issuing, or ask for at most 1801s");
	w.issuer.not_after = NOW;
	decide(&w);
	assert_string_equal(w.plan.hint, "catena ca renew issuing, or ask for at most 1s");
	w.issuer.not_after = NOW - 1;
	decide(&w);
	assert_string_equal(w.plan.hint, "catena ca renew issuing");
	end(&w);
}

static void
a_key_that_is_certified_again_is_given(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nkey: { reuse: allow }\nnames: { dns: { allow: [a] } }\n");
	name(&w, "a");
	csr(&w, CTN_KEY_P256, NULL, 0);
	w.request.csr = NULL;
	w.request.key = &w.csr.key;
	decide(&w);
	assert_rule(&w.plan, "key.generate", CTN_RULE_UNUSED, "ecdsa-p256", "the key is given");
	assert_rule(&w.plan, "key.reuse", CTN_RULE_PASS, "allow", "another lineage may have this key");
	assert_true(w.plan.key_reuse_allowed);
	end(&w);
}

static void
ocsp_nocheck_is_written_where_it_is_said_alone(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [a] } }\nextended_key_usage: [OCSPSigning]\nextensions: [{ oid: ocspNoCheck, value: '0500' }]\n");
	name(&w, "a");
	decide(&w);
	assert_true(w.plan.fields.ocsp_nocheck);
	assert_rule(&w.plan, "extensions", CTN_RULE_PASS, "1", "written as they are");
	end(&w);
	start(&w, rich);
	name(&w, "a.a.example");
	decide(&w);
	assert_false(w.plan.fields.ocsp_nocheck);
	end(&w);
}

static void
a_name_that_is_denied_is_not_made_up_for_by_another(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [a.test, b.test], deny: [b.test] } }\n");
	name(&w, "b.test");
	name(&w, "a.test");
	decide(&w);
	assert_rule(&w.plan, "names.dns", CTN_RULE_FAIL, "b.test", "'b.test' is denied by b.test");
	assert_null(nth(&w.plan, "names.dns", 1)->rule);
	end(&w);
}

static void
a_reason_stands_where_its_own_key_does(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames:\n  dns:\n    deny: [b]\n    min: 2\n    allow: [xx.a.test]\n");
	name(&w, "a.test");
	decide(&w);
	assert_int_equal(nth(&w.plan, "names.dns", 0)->where.line, 6);
	assert_int_equal(nth(&w.plan, "names.dns.min", 0)->where.line, 5);
	/* "xx." is no "**.": of such a pattern nothing is explained. */
	assert_string_equal(w.plan.hint, "ask for a name inside, or add it to names.dns.allow in policies/server.yaml");
	end(&w);
}

static void
too_few_names_are_not_no_names(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [a] }, total: { min: 2 } }\n");
	name(&w, "a");
	decide(&w);
	assert_false(w.plan.allowed);
	assert_null(w.plan.hint);
	end(&w);
}

/* Of whatever length its value is: an address of no known length is inside of nothing. */
static void
an_address_that_is_none_is_inside_of_nothing(void **state)
{
	static const uint8_t octets[64] = { 10 };
	static const size_t lengths[] = { 0, 3, 5, 15, 17, 64 };
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		start(&w, "issuer: issuing\nnames: { ip: { allow: [0.0.0.0/0, '::/0'], deny: [1.0.0.0/8] } }\n");
		w.names[0] = (ctn_name){ .type = CTN_NAME_IP, .text = "10", .value = { octets, lengths[i] } };
		w.request.names_n = 1;
		decide(&w);
		assert_false(w.plan.allowed);
		end(&w);
	}
}

static void
names_over_a_thousand_are_not_even_judged(void **state)
{
	ctn_name *names;
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: ['**'], max: 1000 }, total: { max: 1000 } }\n");
	names = ctn_arena_new(w.arena, ctn_name, 1001);
	assert_non_null(names);
	for (size_t i = 0; i < 1001; i++) {
		names[i] = (ctn_name){ .type = CTN_NAME_DNS, .text = ctn_arena_printf(w.arena, "a%zu", i) };
		names[i].value = ctn_span_text(names[i].text);
	}
	w.request.names = names;
	w.request.names_n = 1001;
	decide(&w);
	assert_rule(&w.plan, "names.total", CTN_RULE_FAIL, "1 to 1000", "more than 1000 names");
	assert_int_equal(w.plan.fields.names_n, 1000);
	end(&w);
}

static void
a_name_in_a_value_of_the_profile_is_its_own(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nsubject: { O: { value: bank.example } }\nnames: { dns: { allow: [a] } }\n");
	name(&w, "a");
	decide(&w);
	assert_true(w.plan.allowed);
	assert_string_equal(w.plan.fields.subject[0].value, "bank.example");
	end(&w);
}

static void
a_subject_alone_names_enough(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nsubject: { O: { value: a } }\n");
	decide(&w);
	assert_true(w.plan.allowed);
	end(&w);
}

/* Without a dot a text is hardly a host; an address, a mailbox or a URI is one all the same. */
static void
what_a_csr_calls_its_subject_is_no_address_either(void **state)
{
	static const struct {
		ctn_span subject;
		bool allowed;
	} cases[] = {
		{ CTN_SPAN("\x30\x12\x31\x10\x30\x0e\x06\x03\x55\x04\x0a\x0c\x07" "fd00::1"), false },
		{ CTN_SPAN("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x0a\x0c\x03" "a@b"), false },
		{ CTN_SPAN("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c\x04" "acme"), true },
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(&w, "issuer: issuing\nsubject: { O: { from: csr } }\nnames: { dns: { allow: [a] } }\n");
		name(&w, "a");
		csr(&w, CTN_KEY_P256, NULL, 0);
		w.csr.subject = cases[i].subject;
		decide(&w);
		if (w.plan.allowed != cases[i].allowed)
			fail_msg("case %zu", i);
		end(&w);
	}
}

static void
what_an_authority_says_of_names_and_lengths_is_explained(void **state)
{
	static const ctn_policy_file file = { .name = "ca.yaml", .shown = "ca.yaml", .text = CTN_SPAN("authorities:\n"
		"  p: { subject: { CN: P }, lifetime: 1y, name_constraints: { permitted: { dns: [a.test] } } }\n"
		"  e: { subject: { CN: E }, lifetime: 1y, path_length: 3, name_constraints: { excluded: { dns: [a.test] } } }\n"
		"  n: { subject: { CN: N }, lifetime: 1y, path_length: 0 }\n") };
	static const struct {
		const char *length, *set, *text;
		enum ctn_outcome outcome;
	} wanted[] = { { "none", "set", "1 permitted, 0 excluded", CTN_RULE_PASS }, { "3", "set", "0 permitted, 1 excluded", CTN_RULE_PASS },
		{ "0", "none", "0 permitted, 0 excluded", CTN_RULE_UNUSED } };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF spki = { 0 };
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;
	ctn_policies policies;

	(void)state;
	assert_true(ctn_policies_parse(&policies, &errors, &file, 1, a, &e));
	assert_true(ctn_privkey_generate(&key, (ctn_key_kind){ CTN_KEY_P256, 0 }, &e));
	assert_true(ctn_privkey_spki(&spki, key, &e));
	for (size_t i = 0; i < 3; i++) {
		ctn_authority_policy p = policies.authorities[i];
		ctn_plan plan;

		p.key.bits = 256; /* counts for RSA alone */
		assert_true(ctn_decide_authority(&plan, &p, "ca.yaml", ctn_buf_view(&spki), NULL, NOW, a, &e));
		assert_true(plan.allowed);
		assert_rule(&plan, "path_length", CTN_RULE_PASS, wanted[i].length, "fits");
		assert_rule(&plan, "name_constraints", wanted[i].outcome, wanted[i].set, wanted[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_curve_can_agree_on_keys),
		cmocka_unit_test(the_last_minutes_of_an_issuer_are_told_in_seconds),
		cmocka_unit_test(a_key_that_is_certified_again_is_given),
		cmocka_unit_test(ocsp_nocheck_is_written_where_it_is_said_alone),
		cmocka_unit_test(a_name_that_is_denied_is_not_made_up_for_by_another),
		cmocka_unit_test(a_reason_stands_where_its_own_key_does),
		cmocka_unit_test(too_few_names_are_not_no_names),
		cmocka_unit_test(an_address_that_is_none_is_inside_of_nothing),
		cmocka_unit_test(names_over_a_thousand_are_not_even_judged),
		cmocka_unit_test(a_name_in_a_value_of_the_profile_is_its_own),
		cmocka_unit_test(a_subject_alone_names_enough),
		cmocka_unit_test(what_a_csr_calls_its_subject_is_no_address_either),
		cmocka_unit_test(what_an_authority_says_of_names_and_lengths_is_explained),
	};

	return cmocka_run_group_tests_name("reasons", tests, NULL, NULL);
}
