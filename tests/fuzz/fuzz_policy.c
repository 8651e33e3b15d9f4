/* A profile, ca.yaml and a CSR's names, from one input (parts end at a NUL), to a decision; what is shown must read back. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "der/oid.h"
#include "policy/decide.h"

#define NOW INT64_C(1767225600)

static ctn_span
next_part(ctn_span *rest)
{
	const uint8_t *end = rest->n == 0 ? NULL : memchr(rest->p, 0, rest->n);
	ctn_span part = { rest->p, end == NULL ? rest->n : (size_t)(end - rest->p) };
	size_t used = part.n + (end == NULL ? 0 : 1);

	rest->p += used;
	rest->n -= used;
	return part;
}

static void
check(const ctn_plan *plan)
{
	bool failed = false;

	for (size_t i = 0; i < plan->rules_n; i++)
		failed = failed || plan->rules[i].outcome == CTN_RULE_FAIL;
	if (failed == plan->allowed)
		abort();
	if (plan->allowed && plan->fields.names_n == 0 && plan->fields.subject_n == 0)
		abort();
}

static void
show(const ctn_profile *p, const ctn_policy_file *ca, ctn_arena *a)
{
	CTN_OWN_BUF text = { 0 };
	ctn_policy_file files[2] = { *ca, { .name = "p.yaml", .shown = "p.yaml" } };
	ctn_policy_errors errors;
	ctn_policies again;
	struct ctn_err e = { 0 };

	if (!ctn_profile_show(&text, p, &e))
		abort();
	files[1].text = ctn_buf_view(&text);
	if (text.n <= 200000 && ctn_policies_parse(&again, &errors, files, 2, a, &e) && errors.n > 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_span rest = { data, size };
	ctn_policy_file files[2] = { { .name = "ca.yaml", .shown = "ca.yaml" }, { .name = "p.yaml", .shown = "p.yaml" } };
	ctn_issuer_facts issuer = { .authority = "r", .not_after = NOW + 86400 * 400, .sig_alg = CTN_SIG_ED25519 };
	ctn_csr csr = { .subject = CTN_SPAN("\x30\x00"), .key.kind.alg = CTN_KEY_P256 };
	ctn_request request = { .profile = "p", .csr = &csr };
	ctn_policy_errors errors;
	ctn_policies policies;
	ctn_plan plan;
	struct ctn_err e = { 0 };

	if (a == NULL)
		return 0;
	files[1].text = next_part(&rest);
	files[0].text = next_part(&rest);
	if (!ctn_policies_parse(&policies, &errors, files, 2, a, &e) || errors.n > 0 || policies.profiles_n == 0)
		return 0;
	show(&policies.profiles[0], &files[0], a);
	csr.exts.n = rest.n > 0 ? 1 : 0;
	csr.exts.at[0] = (ctn_ext){ .oid = ctn_oid_subject_alt_name, .value = rest };
	if (ctn_decide(&plan, &request, &policies.profiles[0], &issuer, NOW, a, &e))
		check(&plan);
	return 0;
}
