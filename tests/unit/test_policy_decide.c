/* Decisions: what a profile allows, what it refuses and why, and what the certificate would be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"
#include "der/oid.h"
#include "der/write.h"
#include "policy/decide.h"
#include "x509/ext.h"

#define NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400)

static const char ca_text[] = "authorities: { issuing: { subject: { CN: CA }, lifetime: 20y } }\n";
static const char server[] =
    "issuer: issuing\n"
    "lifetime: { default: 90d, max: 398d }\n"
    "key: { allow: [ecdsa-p256, ed25519, rsa-2048..4096] }\n"
    "subject:\n"
    "  CN: { from: first_dns }\n"
    "  O: { value: Example }\n"
    "names:\n"
    "  dns: { allow: [\"**.internal.example\", localhost], deny: [ca.internal.example], max: 3 }\n"
    "  ip: { allow: [10.0.0.0/8], deny: [10.9.0.0/16], max: 1 }\n"
    "  total: { min: 1, max: 4 }\n"
    "key_usage: [digitalSignature, keyEncipherment]\n"
    "extended_key_usage: [serverAuth]\n"
    "extensions: [{ oid: 1.2.3, value: \"0500\" }]\n"
    "csr: { copy: [subjectAltName] }\n";
static const uint8_t ca_name[] = { 0x30, 0x0d, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x02, 'C', 'A' };
static const char *const crl_urls[] = { "http://pki.internal.example/issuing-00.crl" };

struct world {
	ctn_arena *arena;
	const ctn_profile *p;
	ctn_policies policies;
	ctn_name names[8];
	ctn_request request;
	ctn_issuer_facts issuer;
	ctn_buf san;
	ctn_csr csr;
	ctn_plan plan;
};

static void
start(struct world *w, const char *profile)
{
	const ctn_policy_file files[] = {
		{ .name = "ca.yaml", .shown = "policies/ca.yaml", .text = CTN_SPAN(ca_text) },
		{ .name = "server.yaml", .shown = "policies/server.yaml", .text = ctn_span_text(profile) },
	};
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	if (!ctn_policies_parse_for(&w->policies, &w->p, &errors, files, 2, "server", w->arena, &e))
		fail_msg("%s", e.text);
	w->request = (ctn_request){ .profile = "server", .names = w->names };
	w->issuer = (ctn_issuer_facts){ .authority = "issuing", .subject = { ca_name, sizeof(ca_name) }, .key_id = CTN_SPAN("01234567890123456789"),
		.sig_alg = CTN_SIG_ECDSA_SHA256, .not_before = NOW - DAY, .not_after = NOW + 3650 * DAY, .crl_urls = crl_urls, .crl_urls_n = 1 };
}

static void
name(struct world *w, const char *text)
{
	struct ctn_err e = { 0 };

	if (!ctn_name_parse(&w->names[w->request.names_n], text, w->arena, &e))
		fail_msg("%s", e.text);
	w->request.names_n++;
}

static void
decide_at(struct world *w, int64_t now_s)
{
	struct ctn_err e = { 0 };

	if (!ctn_decide(&w->plan, &w->request, w->p, &w->issuer, now_s, w->arena, &e))
		fail_msg("%s", e.text);
}

static void
decide(struct world *w)
{
	decide_at(w, NOW);
}

static void
end(struct world *w)
{
	ctn_buf_free(&w->san);
	ctn_arena_close(w->arena);
}

/** "rule:line text" of the i-th failure. */
static const char *
failure(const struct world *w, size_t i)
{
	static char out[1300];

	for (size_t k = 0; k < w->plan.rules_n; k++) {
		const ctn_rule_trace *r = &w->plan.rules[k];

		if (r->outcome != CTN_RULE_FAIL || i-- > 0)
			continue;
		(void)snprintf(out, sizeof(out), "%s:%u %s", r->rule, r->where.line, r->text);
		return out;
	}
	return "none";
}

static const ctn_rule_trace *
rule(const struct world *w, const char *key)
{
	for (size_t k = 0; k < w->plan.rules_n; k++) {
		if (strcmp(w->plan.rules[k].rule, key) == 0)
			return &w->plan.rules[k];
	}
	fail_msg("no rule %s", key);
	return NULL;
}

/** A CSR with a P-256 key's kind, this CN and these SAN octets (content of the SEQUENCE). */
static void
csr(struct world *w, const char *cn, const ctn_general_name *san, size_t n)
{
	const ctn_dn_attr attr = { .oid = ctn_oid_at_common_name, .value = cn };
	CTN_OWN_BUF subject = { 0 };
	struct ctn_err e = { 0 };
	size_t mark;

	assert_true(ctn_dn_write(&subject, &attr, cn != NULL ? 1 : 0, &e));
	w->csr = (ctn_csr){ .subject = { ctn_arena_copy(w->arena, subject.p, subject.n), subject.n },
		.key = { .kind = { .alg = CTN_KEY_P256 }, .der = CTN_SPAN("spki"), .bits = CTN_SPAN("bits") } };
	mark = ctn_der_open(&w->san, CTN_TAG_SEQUENCE);
	for (size_t i = 0; i < n; i++)
		ctn_general_write(&w->san, &san[i]);
	ctn_der_close(&w->san, mark);
	if (n > 0)
		w->csr.exts.at[w->csr.exts.n++] = (ctn_ext){ .oid = ctn_oid_subject_alt_name, .value = ctn_buf_view(&w->san) };
	w->request.csr = &w->csr;
}

static void
a_good_request_becomes_a_plan(void **state)
{
	const ctn_cert_fields *f;
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "Web.internal.example");
	name(&w, "10.1.2.3");
	name(&w, "web.internal.example");
	decide(&w);
	assert_string_equal(failure(&w, 0), "none");
	assert_true(w.plan.allowed);
	assert_null(w.plan.hint);
	f = &w.plan.fields;
	assert_int_equal(f->not_before, NOW - 300);
	assert_int_equal(f->not_after, NOW + 90 * DAY - 1);
	assert_int_equal(f->names_n, 2);
	assert_string_equal(f->names[0].text, "web.internal.example");
	assert_string_equal(f->names[1].text, "10.1.2.3");
	assert_int_equal(f->subject_n, 2);
	assert_string_equal(f->subject[0].value, "Example");
	assert_string_equal(f->subject[1].value, "web.internal.example");
	assert_int_equal(f->key_usage, CTN_KU_DIGITAL_SIGNATURE);
	assert_true(ctn_span_equal(f->eku[0], ctn_oid_kp_server_auth));
	assert_int_equal(f->extra_n, 1);
	assert_int_equal(f->sig_alg, CTN_SIG_ECDSA_SHA256);
	assert_memory_equal(f->issuer.p, ca_name, sizeof(ca_name));
	assert_int_equal(f->authority_key_id.n, 20);
	assert_string_equal(f->crl_urls[0], crl_urls[0]);
	assert_false(f->is_ca);
	assert_int_equal(f->spki.n, 0);
	assert_int_equal(w.plan.generate.alg, CTN_KEY_P256);
	assert_false(w.plan.key_reuse_allowed);
	end(&w);
}

static void
every_rule_is_shown_with_its_place(void **state)
{
	static const char *const order[] = { "issuer", "lifetime.default", "lifetime.max", "lifetime.past_issuer", "backdate", "key.generate",
		"key.allow", "key.reuse", "subject.O", "subject.CN", "names.dns", "names.ip", "names.total", "key_usage", "extended_key_usage",
		"extensions", "csr.copy", "renew.window", "renew.after_expiry", "lint.fail_on" };
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "web.internal.example");
	decide(&w);
	assert_int_equal(w.plan.rules_n, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < w.plan.rules_n; i++)
		assert_string_equal(w.plan.rules[i].rule, order[i]);
	assert_string_equal(rule(&w, "names.dns")->value, "**.internal.example, localhost");
	assert_int_equal(rule(&w, "names.dns")->where.line, 8);
	assert_int_equal(rule(&w, "names.ip")->outcome, CTN_RULE_UNUSED);
	assert_int_equal(rule(&w, "backdate")->where.line, 0);
	assert_string_equal(rule(&w, "key_usage")->text, "without [keyEncipherment], which a key of kind ecdsa-p256 cannot have");
	end(&w);
}

static const struct {
	const char *names[6], *failure, *hint;
} refusals[] = {
	{ { "db.corp" }, "names.dns:8 'db.corp' is outside **.internal.example, localhost",
	    "ask for a name inside, or add it to names.dns.allow in policies/server.yaml" },
	{ { "internal.example" }, "names.dns:8 'internal.example' is outside **.internal.example, localhost",
	    "'**.internal.example' is every name below internal.example, but not internal.example itself: add it to names.dns.allow if that is meant" },
	{ { "ca.internal.example" }, "names.dns:8 'ca.internal.example' is denied by ca.internal.example", NULL },
	{ { "*.a.internal.example" }, "names.dns.wildcard:8 '*.a.internal.example' is a wildcard, and names.dns.wildcard is false", NULL },
	{ { "11.0.0.1" }, "names.ip:9 '11.0.0.1' is outside 10.0.0.0/8", "ask for a name inside, or add it to names.ip.allow in policies/server.yaml" },
	{ { "10.9.1.1" }, "names.ip:9 '10.9.1.1' is denied by 10.9.0.0/16", NULL },
	{ { "a@internal.example" }, "names.email:8 'a@internal.example' is an e-mail address, and this profile allows none",
	    "add 'email: { allow: [...] }' to names in policies/server.yaml" },
	{ { "https://a.internal.example/" }, "names.uri:8 'https://a.internal.example/' is a URI, and this profile allows none",
	    "add 'uri: { allow: [...] }' to names in policies/server.yaml" },
	{ { "a.internal.example", "b.internal.example", "c.internal.example", "d.internal.example" }, "names.dns.max:8 4 names of this type: at most 3", NULL },
	{ { "a.internal.example", "b.internal.example", "c.internal.example", "10.0.0.1", "10.0.0.2" }, "names.ip.max:9 2 names of this type: at most 1", NULL },
	{ { NULL }, "names.total:10 0 names: at least 1 needed", "give the names: catena issue server NAME..." },
};

static void
every_refused_name_has_a_reason_and_a_place(void **state)
{
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		start(&w, server);
		for (size_t k = 0; refusals[i].names[k] != NULL; k++)
			name(&w, refusals[i].names[k]);
		decide(&w);
		assert_false(w.plan.allowed);
		assert_string_equal(failure(&w, 0), refusals[i].failure);
		if (refusals[i].hint == NULL)
			assert_null(w.plan.hint);
		else
			assert_string_equal(w.plan.hint, refusals[i].hint);
		end(&w);
	}
}

static void
all_reasons_come_at_once(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "db.corp");
	name(&w, "ca.internal.example");
	name(&w, "11.0.0.1");
	w.request.lifetime_s = 400 * DAY;
	decide(&w);
	assert_string_equal(failure(&w, 0), "lifetime.max:2 400d is over 398d");
	assert_string_equal(failure(&w, 1), "names.dns:8 'db.corp' is outside **.internal.example, localhost");
	assert_string_equal(failure(&w, 2), "names.dns:8 'ca.internal.example' is denied by ca.internal.example");
	assert_string_equal(failure(&w, 3), "names.ip:9 '11.0.0.1' is outside 10.0.0.0/8");
	assert_string_equal(failure(&w, 4), "none");
	end(&w);
}

static void
a_wildcard_is_refused_when_it_would_cover_a_denied_name(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [\"**.a.example\"], deny: [ca.a.example], wildcard: true } }\n");
	name(&w, "*.a.example");
	name(&w, "*.b.a.example");
	decide(&w);
	assert_string_equal(failure(&w, 0), "names.dns:2 '*.a.example' would cover the denied ca.a.example");
	assert_string_equal(failure(&w, 1), "none");
	end(&w);
}

static void
max_counts_both_ends_and_the_backdate(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "a.internal.example");
	w.request.lifetime_s = 398 * DAY - 300;
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.not_after - w.plan.fields.not_before + 1, 398 * DAY);
	w.request.lifetime_s++;
	decide(&w);
	assert_string_equal(failure(&w, 0), "lifetime.max:2 34386901s and the 5m that backdate adds in front are over 398d, both ends counted");
	assert_string_equal(w.plan.hint, "ask for at most 397d");
	w.request.lifetime_s = -1;
	decide(&w);
	assert_string_equal(failure(&w, 0), "lifetime.max:2 a lifetime of -1 s: at least 1 s");
	end(&w);
}

static void
a_leaf_never_outlives_its_issuer(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "a.internal.example");
	w.issuer.not_after = NOW + 90 * DAY - 1;
	decide(&w);
	assert_true(w.plan.allowed);
	w.issuer.not_after--;
	decide(&w);
	assert_string_equal(failure(&w, 0),
	    "lifetime.past_issuer:0 it would end at 2026-03-31T23:59:59Z, after authority 'issuing' (2026-03-31T23:59:58Z)");
	assert_string_equal(w.plan.hint, "catena ca renew issuing, or ask for at most 89d");
	end(&w);
	start(&w, "issuer: issuing\nlifetime: { past_issuer: shorten }\nnames: { dns: { allow: [a] } }\n");
	name(&w, "a");
	w.issuer.not_after = NOW + DAY;
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.not_after, NOW + DAY);
	end(&w);
}

static void
an_issuer_that_is_not_valid_now_signs_nothing(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "a.internal.example");
	decide_at(&w, w.issuer.not_after + 1);
	assert_string_equal(failure(&w, 0), "issuer:1 authority 'issuing' or what is above it expired at 2035-12-30T00:00:00Z");
	decide_at(&w, w.issuer.not_before - 1);
	assert_string_equal(failure(&w, 0), "issuer:1 authority 'issuing' is valid only from 2025-12-31T00:00:00Z on");
	decide_at(&w, w.issuer.not_before);
	assert_true(w.plan.allowed);
	end(&w);
}

static void
a_key_of_a_kind_that_is_not_allowed_is_refused(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "a.internal.example");
	csr(&w, NULL, NULL, 0);
	w.csr.key.kind = (ctn_key_kind){ CTN_KEY_P384, 0 };
	decide(&w);
	assert_string_equal(failure(&w, 0), "key.allow:3 a key of kind ecdsa-p384 is not among [ecdsa-p256, ed25519, rsa-2048..4096]");
	w.csr.key.kind = (ctn_key_kind){ CTN_KEY_RSA, 2048 };
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.key_usage, CTN_KU_DIGITAL_SIGNATURE | CTN_KU_KEY_ENCIPHERMENT);
	assert_int_equal(w.plan.fields.spki.n, 4);
	assert_int_equal(w.plan.fields.subject_key_id.n, 20);
	w.request.csr = NULL;
	w.request.key = &w.csr.key;
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.spki.n, 4);
	end(&w);
}

static void
usages_that_no_bit_is_left_of_are_refused(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nkey_usage: [keyEncipherment]\nnames: { dns: { allow: [a] } }\n");
	name(&w, "a");
	decide(&w);
	assert_string_equal(failure(&w, 0), "key_usage:2 a key of kind ecdsa-p256 can have none of [keyEncipherment]");
	end(&w);
}

static void
bits_fit_the_kind_of_key(void **state)
{
	const uint32_t all = 0x1ff, sign = CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT | CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN;

	(void)state;
	assert_int_equal(ctn_key_usage_fit(all, CTN_KEY_RSA), sign | CTN_KU_KEY_ENCIPHERMENT | CTN_KU_DATA_ENCIPHERMENT);
	assert_int_equal(ctn_key_usage_fit(all, CTN_KEY_P384), sign | CTN_KU_KEY_AGREEMENT | CTN_KU_ENCIPHER_ONLY | CTN_KU_DECIPHER_ONLY);
	assert_int_equal(ctn_key_usage_fit(all, CTN_KEY_ED25519), sign);
	assert_int_equal(ctn_key_usage_fit(all, CTN_KEY_ML_DSA_65), sign);
	assert_int_equal(ctn_key_usage_fit(all, CTN_KEY_UNKNOWN), 0);
}

static void
names_of_a_csr_are_taken_when_the_profile_copies_them(void **state)
{
	const ctn_general_name san[] = { { CTN_NAME_DNS, CTN_SPAN("b.internal.example") }, { CTN_NAME_DNS, CTN_SPAN("B.internal.example") },
		{ CTN_NAME_IP, CTN_SPAN("\x0a\x00\x00\x01") } };
	struct world w;

	(void)state;
	start(&w, server);
	csr(&w, "whatever", san, 3);
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.names_n, 2);
	assert_int_equal(w.plan.dropped_n, 1);
	assert_string_equal(w.plan.dropped[0].from, "csr");
	assert_string_equal(w.plan.dropped[0].what, "subject CN=whatever");
	assert_string_equal(w.plan.dropped[0].why, "the profile makes the subject");
	end(&w);
}

static void
one_forbidden_name_of_a_csr_refuses_the_whole(void **state)
{
	const ctn_general_name san[] = { { CTN_NAME_DNS, CTN_SPAN("b.internal.example") }, { CTN_NAME_DNS, CTN_SPAN("db.corp") } };
	struct world w;

	(void)state;
	start(&w, server);
	csr(&w, NULL, san, 2);
	decide(&w);
	assert_false(w.plan.allowed);
	assert_string_equal(failure(&w, 0), "names.dns:8 'db.corp' is outside **.internal.example, localhost");
	end(&w);
}

static void
a_type_of_name_that_no_profile_knows_refuses_the_whole(void **state)
{
	const ctn_general_name san[] = { { CTN_NAME_DNS, CTN_SPAN("b.internal.example") }, { CTN_NAME_RID, CTN_SPAN("\x2a\x03") } };
	struct world w;

	(void)state;
	start(&w, server);
	csr(&w, NULL, san, 2);
	decide(&w);
	assert_non_null(strstr(failure(&w, 0), "in the CSR is a name of type rid: only dns, ip, email and uri can be certified"));
	end(&w);
}

static void
what_is_not_taken_of_a_csr_is_listed(void **state)
{
	const ctn_general_name san[] = { { CTN_NAME_DNS, CTN_SPAN("b.internal.example") }, { CTN_NAME_DNS, CTN_SPAN("a.internal.example") } };
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "a.internal.example");
	csr(&w, NULL, san, 2);
	w.csr.exts.at[w.csr.exts.n++] = (ctn_ext){ .oid = ctn_oid_ext_key_usage, .value = CTN_SPAN("\x30\x00") };
	w.csr.exts.at[w.csr.exts.n++] = (ctn_ext){ .oid = CTN_SPAN("\x2a\x03"), .value = CTN_SPAN("\x05\x00") };
	w.csr.other_attributes = 1;
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.dropped_n, 4);
	assert_string_equal(w.plan.dropped[0].what, "subjectAltName b.internal.example");
	assert_string_equal(w.plan.dropped[0].why, "other names were asked for");
	assert_string_equal(w.plan.dropped[1].what, "extendedKeyUsage");
	assert_string_equal(w.plan.dropped[1].why, "csr.copy does not name it");
	assert_string_equal(w.plan.dropped[2].what, "1.2.3");
	assert_string_equal(w.plan.dropped[3].what, "1 attribute other than extensionRequest");
	end(&w);
}

static void
a_cn_is_never_a_name(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	csr(&w, "web.internal.example", NULL, 0);
	decide(&w);
	assert_string_equal(failure(&w, 0), "names.total:10 0 names: at least 1 needed");
	assert_string_equal(w.plan.hint, "a CSR's CN is never a name: give the name on the command line or add a subjectAltName");
	w.csr.subject = CTN_SPAN("\x30\x00");
	decide(&w);
	assert_string_equal(w.plan.hint, "the CSR has no name: give one on the command line or add a subjectAltName");
	end(&w);
}

static void
names_of_a_csr_count_for_nothing_when_the_profile_does_not_copy(void **state)
{
	const ctn_general_name san[] = { { CTN_NAME_DNS, CTN_SPAN("a") } };
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nnames: { dns: { allow: [a] } }\n");
	csr(&w, NULL, san, 1);
	decide(&w);
	assert_false(w.plan.allowed);
	assert_string_equal(w.plan.dropped[0].why, "csr.copy does not name it");
	assert_string_equal(w.plan.hint, "give the names on the command line, or let csr.copy in policies/server.yaml name subjectAltName");
	end(&w);
}

static void
a_malformed_san_is_an_error(void **state)
{
	struct ctn_err e = { 0 };
	struct world w;

	(void)state;
	start(&w, server);
	csr(&w, NULL, NULL, 0);
	w.csr.exts.at[w.csr.exts.n++] = (ctn_ext){ .oid = ctn_oid_subject_alt_name, .value = CTN_SPAN("\x30\x02\x82\x05") };
	assert_false(ctn_decide(&w.plan, &w.request, w.p, &w.issuer, NOW, w.arena, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_non_null(strstr(e.text, "the CSR's subjectAltName"));
	end(&w);
}

static void
a_common_name_over_64_characters_is_left_out_or_refused(void **state)
{
	const char *longest = "a23456789012345678901234567890123456789012345678901234567890.test", *shorter = longest + 1;
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nsubject: { CN: { from: first_dns } }\nnames: { dns: { allow: [\"**.test\"] } }\n");
	name(&w, longest);
	decide(&w);
	assert_true(w.plan.allowed);
	assert_int_equal(w.plan.fields.subject_n, 0);
	assert_string_equal(rule(&w, "subject.CN")->text, "left out: CN is over 64 characters (RFC 5280 appendix A.1)");
	end(&w);
	start(&w, "issuer: issuing\nsubject: { CN: { from: first_name, required: true } }\nnames: { dns: { allow: [\"**.test\"] } }\n");
	name(&w, longest);
	decide(&w);
	assert_string_equal(failure(&w, 0), "subject.CN:2 CN is over 64 characters (RFC 5280 appendix A.1)");
	w.request.names_n = 0;
	name(&w, shorter);
	decide(&w);
	assert_true(w.plan.allowed);
	assert_string_equal(w.plan.fields.subject[0].value, shorter);
	end(&w);
}

static void
a_subject_that_cannot_be_had_is_left_out_or_refused(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nsubject: { CN: { from: first_email }, serialNumber: { from: csr, required: true } }\n"
	          "names: { dns: { allow: [a] } }\n");
	name(&w, "a");
	decide(&w);
	assert_string_equal(rule(&w, "subject.CN")->text, "left out: there is no e-mail address to take it from");
	assert_string_equal(failure(&w, 0), "subject.serialNumber:2 there is no CSR to take it from");
	csr(&w, "x", NULL, 0);
	decide(&w);
	assert_string_equal(failure(&w, 0), "subject.serialNumber:2 the CSR's subject does not have it");
	end(&w);
	start(&w, "issuer: issuing\n");
	decide(&w);
	assert_string_equal(failure(&w, 0), "subject:0 neither a subject nor a name: a certificate must name something (RFC 5280 4.1.2.6)");
	end(&w);
}

static void
a_csr_brings_no_name_through_its_subject(void **state)
{
	struct world w;

	(void)state;
	start(&w, "issuer: issuing\nsubject: { CN: { from: csr } }\nnames: { dns: { allow: [\"**.a.test\"] } }\n");
	name(&w, "www.a.test");
	csr(&w, "Jane Doe", NULL, 0);
	decide(&w);
	assert_true(w.plan.allowed);
	assert_string_equal(w.plan.fields.subject[0].value, "Jane Doe");
	csr(&w, "WWW.a.test", NULL, 0);
	decide(&w);
	assert_true(w.plan.allowed);
	csr(&w, "bank.example", NULL, 0);
	decide(&w);
	assert_string_equal(failure(&w, 0), "subject.CN:2 'bank.example' in the CSR's subject reads like a name, but is none of the certificate's names");
	csr(&w, "10.0.0.1", NULL, 0);
	decide(&w);
	assert_false(w.plan.allowed);
	end(&w);
}

static void
exactly_one_spiffe_id(void **state)
{
	const char *spiffe = "issuer: issuing\nnames:\n  uri: { allow: [\"spiffe://a.test/**\"], min: 1, max: 1 }\n  total: { max: 1 }\n";
	struct world w;

	(void)state;
	start(&w, spiffe);
	name(&w, "spiffe://a.test/shop/cart");
	decide(&w);
	assert_true(w.plan.allowed);
	name(&w, "spiffe://a.test/shop");
	decide(&w);
	assert_string_equal(failure(&w, 0), "names.uri.max:3 2 names of this type: at most 1");
	assert_string_equal(failure(&w, 1), "names.total:4 2 names: at most 1");
	w.request.names_n = 0;
	decide(&w);
	assert_string_equal(failure(&w, 0), "names.uri.min:3 0 names of this type: at least 1 needed");
	name(&w, "spiffe://b.test/shop");
	decide(&w);
	assert_string_equal(failure(&w, 0), "names.uri:3 'spiffe://b.test/shop' is outside spiffe://a.test/**");
	end(&w);
}

static void
nothing_ends_after_the_year_9999(void **state)
{
	struct world w;

	(void)state;
	start(&w, server);
	name(&w, "a.internal.example");
	w.issuer.not_after = INT64_MAX;
	decide_at(&w, CTN_TIME_NEVER - 90 * DAY + 1);
	assert_true(w.plan.allowed);
	decide_at(&w, CTN_TIME_NEVER - 90 * DAY + 2);
	assert_string_equal(failure(&w, 0), "lifetime:2 it would end after the year 9999");
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_request_becomes_a_plan),
		cmocka_unit_test(every_rule_is_shown_with_its_place),
		cmocka_unit_test(every_refused_name_has_a_reason_and_a_place),
		cmocka_unit_test(all_reasons_come_at_once),
		cmocka_unit_test(a_wildcard_is_refused_when_it_would_cover_a_denied_name),
		cmocka_unit_test(max_counts_both_ends_and_the_backdate),
		cmocka_unit_test(a_leaf_never_outlives_its_issuer),
		cmocka_unit_test(an_issuer_that_is_not_valid_now_signs_nothing),
		cmocka_unit_test(a_key_of_a_kind_that_is_not_allowed_is_refused),
		cmocka_unit_test(usages_that_no_bit_is_left_of_are_refused),
		cmocka_unit_test(bits_fit_the_kind_of_key),
		cmocka_unit_test(names_of_a_csr_are_taken_when_the_profile_copies_them),
		cmocka_unit_test(one_forbidden_name_of_a_csr_refuses_the_whole),
		cmocka_unit_test(a_type_of_name_that_no_profile_knows_refuses_the_whole),
		cmocka_unit_test(what_is_not_taken_of_a_csr_is_listed),
		cmocka_unit_test(a_cn_is_never_a_name),
		cmocka_unit_test(names_of_a_csr_count_for_nothing_when_the_profile_does_not_copy),
		cmocka_unit_test(a_malformed_san_is_an_error),
		cmocka_unit_test(a_common_name_over_64_characters_is_left_out_or_refused),
		cmocka_unit_test(a_subject_that_cannot_be_had_is_left_out_or_refused),
		cmocka_unit_test(a_csr_brings_no_name_through_its_subject),
		cmocka_unit_test(exactly_one_spiffe_id),
		cmocka_unit_test(nothing_ends_after_the_year_9999),
	};

	return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
