/* Explanations whole: a profile that says everything and one that says nothing, a request, and the explanation as lines. */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H

#include <stdio.h>

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

static inline void
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

static inline void
name(struct world *w, const char *text)
{
	struct ctn_err e = { 0 };

	if (!ctn_name_parse(&w->names[w->request.names_n], text, w->arena, &e))
		fail_msg("%s", e.text);
	w->request.names_n++;
}

/* A request for that kind of key, with a subject and the names that it wants. */
static inline void
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
static inline void
tell(ctn_buf *b, const ctn_plan *plan)
{
	static const char *const outcomes[] = { "ok", "NO", "--" };

	for (size_t i = 0; i < plan->rules_n; i++) {
		const ctn_rule_trace *r = &plan->rules[i];

		ctn_buf_printf(b, "%s %s:%u [%s] %s\n", outcomes[r->outcome], r->rule, r->where.line, r->value, r->text);
	}
	for (size_t i = 0; i < plan->dropped_n; i++)
		ctn_buf_printf(b, "dropped %s %s: %s\n", plan->dropped[i].from, plan->dropped[i].what, plan->dropped[i].why);
	ctn_buf_printf(b, "%s, %lld to %lld, usage %x, %s\n", plan->allowed ? "allowed" : "refused", (long long)(plan->fields.not_before - NOW),
	    (long long)(plan->fields.not_after - NOW), (unsigned)plan->fields.key_usage, plan->hint == NULL ? "no hint" : plan->hint);
}

static inline void
end(struct world *w)
{
	ctn_buf_free(&w->san);
	ctn_arena_close(w->arena);
}

static inline void
assert_explained(struct world *w, const char *wanted)
{
	CTN_OWN_BUF b = { 0 };
	struct ctn_err e = { 0 };

	if (!ctn_decide(&w->plan, &w->request, w->p, &w->issuer, NOW, w->arena, &e))
		fail_msg("%s", e.text);
	tell(&b, &w->plan);
	/* cmocka cuts its messages after a kilobyte. */
	if (strcmp(ctn_buf_cstr(&b), wanted) != 0) {
		fprintf(stderr, "wanted:\n%s\ngot:\n%s.\n", wanted, ctn_buf_cstr(&b));
		fail();
	}
	end(w);
}

#endif
