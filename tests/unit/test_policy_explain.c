/* Explanations whole: every rule of a decision with its place, its value and what it did, for requests that differ in one thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "policy/decide.h"
#include "x509/ext.h"

#define NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400)

static const char ca_text[] = "authorities: { issuing: { subject: { CN: CA }, lifetime: 20y } }\n";

/* Everything is said. */
static const char rich[] =
    "description: 'all: of it'\n"
    "issuer: issuing\n"
    "lifetime: { default: 30d, max: 40d, past_issuer: shorten }\n"
    "backdate: 1h\n"
    "key: { generate: rsa-3072, allow: [rsa-3072, ecdsa-p521, ed25519], reuse: allow }\n"
    "subject:\n"
    "  CN: { from: first_name, required: false }\n"
    "  O: { from: csr }\n"
    "  C: { value: DE }\n"
    "names:\n"
    "  dns: { allow: ['*.a.example'], deny: [x.a.example], wildcard: true, min: 1, max: 2 }\n"
    "  ip: { allow: [10.0.0.0/8, 'fd00::/8'] }\n"
    "  email: { allow: ['*@a.example'], deny: [root@a.example] }\n"
    "  uri: { allow: ['x://a.example/**'], deny: ['x://a.example/b'] }\n"
    "  total: { min: 2, max: 3 }\n"
    "key_usage: [digitalSignature, keyEncipherment]\n"
    "extended_key_usage: [serverAuth, clientAuth]\n"
    "extensions: [{ oid: 1.2.3, value: '0500' }, { oid: 1.2.4, critical: true, value: '0500' }]\n"
    "csr: { copy: [subjectAltName] }\n"
    "renew: { window: 10d, after_expiry: 2d }\n"
    "lint: { fail_on: warning, ignore: [] }\n";

/* Nothing is said that need not be. */
static const char bare[] = "issuer: issuing\n";

struct world {
	ctn_arena *arena;
	const ctn_profile *p;
	ctn_policies policies;
	ctn_name names[8];
	ctn_request request;
	ctn_issuer_facts issuer;
	ctn_csr csr;
	ctn_buf san;
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
	w->issuer = (ctn_issuer_facts){ .authority = "issuing", .subject = CTN_SPAN("\x30\x00"), .key_id = CTN_SPAN("01234567890123456789"),
		.sig_alg = CTN_SIG_ECDSA_SHA256, .not_before = NOW - DAY, .not_after = NOW + 3650 * DAY };
}

static void
name(struct world *w, const char *text)
{
	struct ctn_err e = { 0 };

	if (!ctn_name_parse(&w->names[w->request.names_n], text, w->arena, &e))
		fail_msg("%s", e.text);
	w->request.names_n++;
}

/* A request for that kind of key, with a subject and the names that it wants. */
static void
csr(struct world *w, enum ctn_key_alg alg, const ctn_general_name *san, size_t n)
{
	size_t mark = ctn_der_open(&w->san, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < n; i++)
		ctn_general_write(&w->san, &san[i]);
	ctn_der_close(&w->san, mark);
	w->csr = (ctn_csr){ .subject = CTN_SPAN("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01" "o"), .other_attributes = 1,
		.key = { .kind = { .alg = alg }, .der = CTN_SPAN("spki"), .bits = CTN_SPAN("bits") } };
	w->csr.exts.at[w->csr.exts.n++] = (ctn_ext){ .oid = ctn_oid_key_usage, .value = CTN_SPAN("\x03\x02\x07\x80") };
	w->csr.exts.at[w->csr.exts.n++] = (ctn_ext){ .oid = CTN_SPAN("\x2a\x03\x09"), .value = CTN_SPAN("\x05\x00") };
	if (n > 0)
		w->csr.exts.at[w->csr.exts.n++] = (ctn_ext){ .oid = ctn_oid_subject_alt_name, .value = ctn_buf_view(&w->san) };
	w->request.csr = &w->csr;
}

/* One line for each rule, then what was dropped, the hint and the validity. */
static void
assert_explained(struct world *w, const char *wanted)
{
	static const char *const outcomes[] = { "ok", "NO", "--" };
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	if (!ctn_decide(&w->plan, &w->request, w->p, &w->issuer, NOW, w->arena, &e))
		fail_msg("%s", e.text);
	for (size_t i = 0; i < w->plan.rules_n; i++) {
		const ctn_rule_trace *r = &w->plan.rules[i];

		ctn_buf_printf(&b, "%s %s:%u [%s] %s\n", outcomes[r->outcome], r->rule, r->where.line, r->value, r->text);
	}
	for (size_t i = 0; i < w->plan.dropped_n; i++)
		ctn_buf_printf(&b, "dropped %s %s: %s\n", w->plan.dropped[i].from, w->plan.dropped[i].what, w->plan.dropped[i].why);
	ctn_buf_printf(&b, "%s, %lld to %lld, usage %x, %s\n", w->plan.allowed ? "allowed" : "refused",
	    (long long)(w->plan.fields.not_before - NOW), (long long)(w->plan.fields.not_after - NOW), (unsigned)w->plan.fields.key_usage,
	    w->plan.hint == NULL ? "no hint" : w->plan.hint);
	/* cmocka cuts its messages after a kilobyte. */
	if (strcmp(ctn_buf_cstr(&b), wanted) != 0) {
		fprintf(stderr, "wanted:\n%s\ngot:\n%s.\n", wanted, ctn_buf_cstr(&b));
		fail();
	}
	ctn_buf_free(&w->san);
	ctn_arena_close(w->arena);
}

static void
a_request_that_fits(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "a.a.example");
	name(&w, "10.0.0.1");
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=a.a.example\n"
	    "ok names.dns:11 [*.a.example] 1 name inside\n"
	    "ok names.ip:12 [10.0.0.0/8, fd00::/8] 1 name inside\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "allowed, -3600 to 2591999, usage 5, no hint\n");
}

static void
a_request_that_breaks_every_name_rule(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "x.a.example");
	name(&w, "b.c.a.example");
	name(&w, "root@a.example");
	name(&w, "x://a.example/b");
	name(&w, "11.0.0.1");
	name(&w, "fe80::1");
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=x.a.example\n"
	    "NO names.dns:11 [x.a.example] 'x.a.example' is denied by x.a.example\n"
	    "NO names.dns:11 [*.a.example] 'b.c.a.example' is outside *.a.example\n"
	    "NO names.ip:12 [10.0.0.0/8, fd00::/8] '11.0.0.1' is outside 10.0.0.0/8, fd00::/8\n"
	    "NO names.ip:12 [10.0.0.0/8, fd00::/8] 'fe80::1' is outside 10.0.0.0/8, fd00::/8\n"
	    "NO names.email:13 [root@a.example] 'root@a.example' is denied by root@a.example\n"
	    "NO names.uri:14 [x://a.example/b] 'x://a.example/b' is denied by x://a.example/b\n"
	    "NO names.total:15 [2 to 3] 6 names: at most 3\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 2591999, usage 5, ask for a name inside, or add it to names.dns.allow in policies/server.yaml\n");
}

static void
a_wildcard_a_mailbox_and_a_uri(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "*.a.example");
	name(&w, "me@a.example");
	name(&w, "x://a.example/c/d");
	w.request.lifetime_s = 50 * DAY;
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "-- lifetime.default:3 [30d] another lifetime was asked for\n"
	    "NO lifetime.max:3 [40d] 50d is over 40d\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=*.a.example\n"
	    "NO names.dns:11 [x.a.example] '*.a.example' would cover the denied x.a.example\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "ok names.email:13 [*@a.example] 1 name inside\n"
	    "ok names.uri:14 [x://a.example/**] 1 name inside\n"
	    "ok names.total:15 [2 to 3] 3 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 3455999, usage 5, ask for at most 39d\n");
}

static void
a_request_for_too_little(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "fd00::1");
	w.request.lifetime_s = -1;
	w.issuer.revoked = "its CA certificate with serial 0a is revoked";
	assert_explained(&w,
	    "NO issuer:2 [issuing] nobody trusts authority 'issuing': its CA certificate with serial 0a is revoked\n"
	    "-- lifetime.default:3 [30d] another lifetime was asked for\n"
	    "NO lifetime.max:3 [40d] a lifetime of -1 s: at least 1 s\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=fd00::1\n"
	    "NO names.dns.min:11 [1] 0 names of this type: at least 1 needed\n"
	    "-- names.dns:11 [*.a.example] no name of this type\n"
	    "ok names.ip:12 [10.0.0.0/8, fd00::/8] 1 name inside\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "NO names.total:15 [2 to 3] 1 names: at least 2 needed\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 0, usage 5, describe another authority in ca.yaml, and name it as the issuer\n");
}

static void
one_that_backdating_makes_too_long(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	name(&w, "a.a.example");
	name(&w, "b.a.example");
	w.request.lifetime_s = 40 * DAY;
	w.issuer.not_after = NOW + 10 * DAY;
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "-- lifetime.default:3 [30d] another lifetime was asked for\n"
	    "NO lifetime.max:3 [40d] 40d and the 1h that backdate adds in front are over 40d, both ends counted\n"
	    "ok lifetime.past_issuer:3 [shorten] shortened from 2026-02-09T23:59:59Z to the end of authority 'issuing', 2026-01-11T00:00:00Z\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "ok key.generate:5 [rsa-3072] a key is made\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] rsa-3072 is allowed\n"
	    "-- key.reuse:5 [allow] a new key is nobody else's\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "-- subject.O:8 [{ from: csr, required: false }] left out: there is no CSR to take it from\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=a.a.example\n"
	    "ok names.dns:11 [*.a.example] 2 names inside\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] all of them\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] no CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "refused, -3600 to 864000, usage 5, ask for at most 39d\n");
}

static void
a_csr_whose_names_count(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } }, { CTN_NAME_EMAIL, { (const uint8_t *)"c@a.example", 11 } } };
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_ED25519, san, 2);
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "-- key.generate:5 [rsa-3072] the key is given\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] ed25519 is allowed\n"
	    "ok key.reuse:5 [allow] another lineage may have this key\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "ok subject.O:8 [{ from: csr, required: false }] O=o\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=c.a.example\n"
	    "ok names.dns:11 [*.a.example] 1 name inside\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "ok names.email:13 [*@a.example] 1 name inside\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] without [keyEncipherment], which a key of kind ed25519 cannot have\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "ok csr.copy:19 [[subjectAltName]] the names are those of the CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: only the attributes with 'from: csr' are taken\n"
	    "dropped csr 1 attribute other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "allowed, -3600 to 2591999, usage 1, no hint\n");
}

static void
a_csr_beside_names(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } }, { CTN_NAME_DNS, { (const uint8_t *)"d.a.example", 11 } } };
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_P521, san, 2);
	name(&w, "c.a.example");
	name(&w, "10.0.0.1");
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "-- key.generate:5 [rsa-3072] the key is given\n"
	    "ok key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] ecdsa-p521 is allowed\n"
	    "ok key.reuse:5 [allow] another lineage may have this key\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "ok subject.O:8 [{ from: csr, required: false }] O=o\n"
	    "ok subject.CN:7 [{ from: first_name, required: false }] CN=c.a.example\n"
	    "ok names.dns:11 [*.a.example] 1 name inside\n"
	    "ok names.ip:12 [10.0.0.0/8, fd00::/8] 1 name inside\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "ok names.total:15 [2 to 3] 2 names\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] without [keyEncipherment], which a key of kind ecdsa-p521 cannot have\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "-- csr.copy:19 [[subjectAltName]] the names were asked for beside the CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "dropped csr subjectAltName d.a.example: other names were asked for\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: only the attributes with 'from: csr' are taken\n"
	    "dropped csr 1 attribute other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "allowed, -3600 to 2591999, usage 1, no hint\n");
}

static void
a_csr_without_names(void **state)
{
	struct world w;

	(void)state;
	start(&w, rich);
	csr(&w, CTN_KEY_P256, NULL, 0);
	assert_explained(&w,
	    "ok issuer:2 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:3 [30d] taken\n"
	    "ok lifetime.max:3 [40d] 30d fits\n"
	    "-- lifetime.past_issuer:3 [shorten] the issuer lasts longer\n"
	    "ok backdate:4 [1h] valid from 1h ago on\n"
	    "-- key.generate:5 [rsa-3072] the key is given\n"
	    "NO key.allow:5 [[rsa-3072, ecdsa-p521, ed25519]] a key of kind ecdsa-p256 is not among [rsa-3072, ecdsa-p521, ed25519]\n"
	    "ok key.reuse:5 [allow] another lineage may have this key\n"
	    "ok subject.C:9 [{ value: DE }] C=DE\n"
	    "ok subject.O:8 [{ from: csr, required: false }] O=o\n"
	    "-- subject.CN:7 [{ from: first_name, required: false }] left out: there is no name to take it from\n"
	    "NO names.dns.min:11 [1] 0 names of this type: at least 1 needed\n"
	    "-- names.dns:11 [*.a.example] no name of this type\n"
	    "-- names.ip:12 [10.0.0.0/8, fd00::/8] no name of this type\n"
	    "-- names.email:13 [*@a.example] no name of this type\n"
	    "-- names.uri:14 [x://a.example/**] no name of this type\n"
	    "NO names.total:15 [2 to 3] 0 names: at least 2 needed\n"
	    "ok key_usage:16 [[digitalSignature, keyEncipherment]] without [keyEncipherment], which a key of kind ecdsa-p256 cannot have\n"
	    "ok extended_key_usage:17 [[serverAuth, clientAuth]] written\n"
	    "ok extensions:18 [2] written as they are\n"
	    "ok csr.copy:19 [[subjectAltName]] the names are those of the CSR\n"
	    "-- renew.window:20 [10d] due for renewal so long before its end\n"
	    "-- renew.after_expiry:20 [2d] renewed so long after its end at most\n"
	    "-- lint.fail_on:21 [warning] the certificate is linted before it is signed\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: only the attributes with 'from: csr' are taken\n"
	    "dropped csr 1 attribute other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "refused, -3600 to 2591999, usage 1, the CSR has no name: give one on the command line or add a subjectAltName\n");
}

static void
nothing_at_all_under_a_bare_profile(void **state)
{
	struct world w;

	(void)state;
	start(&w, bare);
	assert_explained(&w,
	    "ok issuer:1 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:0 [90d] taken\n"
	    "ok lifetime.max:0 [398d] 90d fits\n"
	    "-- lifetime.past_issuer:0 [refuse] the issuer lasts longer\n"
	    "ok backdate:0 [5m] valid from 5m ago on\n"
	    "ok key.generate:0 [ecdsa-p256] a key is made\n"
	    "ok key.allow:0 [[ecdsa-p256]] ecdsa-p256 is allowed\n"
	    "-- key.reuse:0 [refuse] a new key is nobody else's\n"
	    "NO subject:0 [{}] neither a subject nor a name: a certificate must name something (RFC 5280 4.1.2.6)\n"
	    "ok names.total:0 [0 to 100] 0 names\n"
	    "ok key_usage:0 [[digitalSignature]] all of them\n"
	    "-- extended_key_usage:0 [[]] no extendedKeyUsage extension\n"
	    "-- extensions:0 [0] none\n"
	    "-- csr.copy:0 [[]] no CSR\n"
	    "-- renew.window:0 [33%] due for renewal so long before its end\n"
	    "-- renew.after_expiry:0 [0s] renewed so long after its end at most\n"
	    "-- lint.fail_on:0 [error] the certificate is linted before it is signed\n"
	    "refused, -300 to 7775999, usage 1, no hint\n");
}

static void
a_name_under_a_bare_profile(void **state)
{
	struct world w;

	(void)state;
	start(&w, bare);
	name(&w, "a.example");
	name(&w, "a@b.example");
	name(&w, "1.2.3.4");
	name(&w, "x:a");
	assert_explained(&w,
	    "ok issuer:1 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:0 [90d] taken\n"
	    "ok lifetime.max:0 [398d] 90d fits\n"
	    "-- lifetime.past_issuer:0 [refuse] the issuer lasts longer\n"
	    "ok backdate:0 [5m] valid from 5m ago on\n"
	    "ok key.generate:0 [ecdsa-p256] a key is made\n"
	    "ok key.allow:0 [[ecdsa-p256]] ecdsa-p256 is allowed\n"
	    "-- key.reuse:0 [refuse] a new key is nobody else's\n"
	    "NO names.dns:0 [absent] 'a.example' is a DNS name, and this profile allows none\n"
	    "NO names.ip:0 [absent] '1.2.3.4' is an IP address, and this profile allows none\n"
	    "NO names.email:0 [absent] 'a@b.example' is an e-mail address, and this profile allows none\n"
	    "NO names.uri:0 [absent] 'x:a' is a URI, and this profile allows none\n"
	    "ok names.total:0 [0 to 100] 4 names\n"
	    "ok key_usage:0 [[digitalSignature]] all of them\n"
	    "-- extended_key_usage:0 [[]] no extendedKeyUsage extension\n"
	    "-- extensions:0 [0] none\n"
	    "-- csr.copy:0 [[]] no CSR\n"
	    "-- renew.window:0 [33%] due for renewal so long before its end\n"
	    "-- renew.after_expiry:0 [0s] renewed so long after its end at most\n"
	    "-- lint.fail_on:0 [error] the certificate is linted before it is signed\n"
	    "refused, -300 to 7775999, usage 1, add 'dns: { allow: [...] }' to names in policies/server.yaml\n");
}

static void
a_csr_under_a_bare_profile(void **state)
{
	static const ctn_general_name san[] = { { CTN_NAME_DNS, { (const uint8_t *)"c.a.example", 11 } } };
	struct world w;

	(void)state;
	start(&w, bare);
	csr(&w, CTN_KEY_P384, san, 1);
	w.csr.other_attributes = 2;
	w.issuer.not_after = NOW + 5400;
	assert_explained(&w,
	    "ok issuer:1 [issuing] signed by authority 'issuing'\n"
	    "ok lifetime.default:0 [90d] taken\n"
	    "ok lifetime.max:0 [398d] 90d fits\n"
	    "NO lifetime.past_issuer:0 [refuse] it would end at 2026-03-31T23:59:59Z, after authority 'issuing' (2026-01-01T01:30:00Z)\n"
	    "ok backdate:0 [5m] valid from 5m ago on\n"
	    "-- key.generate:0 [ecdsa-p256] the key is given\n"
	    "NO key.allow:0 [[ecdsa-p256]] a key of kind ecdsa-p384 is not among [ecdsa-p256]\n"
	    "ok key.reuse:0 [refuse] no other lineage may have this key: the records are asked before anything is signed\n"
	    "NO subject:0 [{}] neither a subject nor a name: a certificate must name something (RFC 5280 4.1.2.6)\n"
	    "ok names.total:0 [0 to 100] 0 names\n"
	    "ok key_usage:0 [[digitalSignature]] all of them\n"
	    "-- extended_key_usage:0 [[]] no extendedKeyUsage extension\n"
	    "-- extensions:0 [0] none\n"
	    "ok csr.copy:0 [[]] no name is taken from the CSR\n"
	    "-- renew.window:0 [33%] due for renewal so long before its end\n"
	    "-- renew.after_expiry:0 [0s] renewed so long after its end at most\n"
	    "-- lint.fail_on:0 [error] the certificate is linted before it is signed\n"
	    "dropped csr subjectAltName c.a.example: csr.copy does not name it\n"
	    "dropped csr keyUsage: csr.copy does not name it\n"
	    "dropped csr 1.2.3.9: csr.copy does not name it\n"
	    "dropped csr subject O=o: the profile makes the subject\n"
	    "dropped csr 2 attributes other than extensionRequest: nothing but key and names is ever taken from a CSR\n"
	    "refused, -300 to 7775999, usage 1, catena ca renew issuing, or ask for at most 1h\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_that_fits),
		cmocka_unit_test(a_request_that_breaks_every_name_rule),
		cmocka_unit_test(a_wildcard_a_mailbox_and_a_uri),
		cmocka_unit_test(a_request_for_too_little),
		cmocka_unit_test(one_that_backdating_makes_too_long),
		cmocka_unit_test(a_csr_whose_names_count),
		cmocka_unit_test(a_csr_beside_names),
		cmocka_unit_test(a_csr_without_names),
		cmocka_unit_test(nothing_at_all_under_a_bare_profile),
		cmocka_unit_test(a_name_under_a_bare_profile),
		cmocka_unit_test(a_csr_under_a_bare_profile),
	};

	return cmocka_run_group_tests_name("explanations", tests, NULL, NULL);
}
