#include "verify/step.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "der/oid.h"
#include "verify/judge.h"
#include "verify/policy.h"

static void
span_text(char out[40], int64_t seconds)
{
	if (seconds >= 2 * 86400)
		(void)snprintf(out, 40, "%" PRId64 " days", seconds / 86400);
	else if (seconds >= 2 * 3600)
		(void)snprintf(out, 40, "%" PRId64 " hours", seconds / 3600);
	else
		(void)snprintf(out, 40, "%" PRId64 " seconds", seconds);
}

static bool
check_validity(ctn_run *r, const ctn_member *m, size_t at)
{
	int64_t now = r->ask->at_s;
	char when[32], how_long[40];

	if (now < m->cert.not_before) {
		ctn_time_text(when, m->cert.not_before);
		span_text(how_long, m->cert.not_before - now);
		return ctn_run_no(r, CTN_V_not_yet, at, "%s is not valid yet: it begins %s, in %s",
		    ctn_run_title(r, &m->cert), when, how_long);
	}
	/* notAfter is in the validity (RFC 5280 4.1.2.5). */
	if (now > m->cert.not_after) {
		ctn_time_text(when, m->cert.not_after);
		span_text(how_long, now - m->cert.not_after);
		return ctn_run_no(r, CTN_V_expired, at, "%s expired %s, %s ago", ctn_run_title(r, &m->cert), when, how_long);
	}
	return true;
}

static const char *
flaw_text(ctn_run *r, const ctn_member *m)
{
	CTN_OWN_BUF b = { .max = CTN_RUN_TEXT_ROOM };

	ctn_member_flaw(&b, m);
	return ctn_run_text(r, &b, "an extension");
}

bool
ctn_step_extensions(ctn_run *r, const ctn_member *m, size_t at)
{
	const char *title;

	if (m->broken == CTN_V_NONE)
		return true;
	title = ctn_run_title(r, &m->cert);
	switch (m->broken) {
	case CTN_V_critical:
		return ctn_run_no(r, CTN_V_critical, at, "%s has a critical extension that is not known: %s", title,
		    flaw_text(r, m));
	case CTN_V_repeated:
		return ctn_run_no(r, CTN_V_repeated, at, "%s has an extension twice: %s", title, flaw_text(r, m));
	case CTN_V_algorithm:
		return ctn_run_no(r, CTN_V_algorithm, at, "%s names two signature algorithms", title);
	case CTN_V_key:
		return ctn_run_no(r, CTN_V_key, at, "the public key of %s cannot be read", title);
	default:
		return ctn_run_no(r, CTN_V_extension, at, "%s: %s", title, flaw_text(r, m));
	}
}

const char *
ctn_step_says(ctn_run *r, enum ctn_vcheck rule, const ctn_member *m)
{
	const char *says = ctn_vrule_of(rule)->says, *text;

	if (rule != CTN_V_aside)
		return says;
	text = ctn_arena_printf(r->a, "its %s cannot be read, which is not needed here", ctn_run_oid(r, m->aside_oid));
	if (text != NULL)
		return text;
	(void)ctn_fail_memory(r->e);
	(void)ctn_run_break(r);
	return says;
}

static bool
check_rules(ctn_run *r, ctn_member *m, enum ctn_vrole role, size_t at)
{
	enum ctn_vcheck broken;

	/* For a warning, a signature more is too dear. */
	if (m->aki.key_id.n == 0 && ctn_vrule_of(CTN_V_aki_missing)->level[r->ask->profile] == CTN_V_FATAL) {
		if (!ctn_pool_self_signed(r->pool, m, &r->signatures, r->e))
			return ctn_run_break(r);
	}
	if (!ctn_judge(&broken, m, role, r->ask->profile, r->e))
		return ctn_run_break(r);
	return broken == CTN_V_NONE ||
	    ctn_run_no(r, broken, at, "%s: %s", ctn_run_title(r, &m->cert), ctn_step_says(r, broken, m));
}

bool
ctn_step_alone(ctn_run *r, ctn_member *m, enum ctn_vrole role, size_t at)
{
	return ctn_step_extensions(r, m, at) && check_validity(r, m, at) && check_rules(r, m, role, at);
}

/* A version 1 anchor is an authority because it is trusted as one. */
bool
ctn_step_issuer(ctn_run *r, const ctn_member *m, size_t at)
{
	if (!ctn_member_is_ca(m) && !(m->anchor && m->cert.version < 3))
		return ctn_run_no(r, CTN_V_not_ca, at, "%s is no authority", ctn_run_title(r, &m->cert));
	if (m->has_ku && (m->ku & CTN_KU_KEY_CERT_SIGN) == 0)
		return ctn_run_no(r, CTN_V_key_usage, at, "%s may not sign certificates", ctn_run_title(r, &m->cert));
	return true;
}

unsigned
ctn_step_intermediates(const ctn_vpath *path)
{
	unsigned n = 0;

	for (size_t i = 1; i < path->n; i++)
		n += !path->certs[i]->self_issued;
	return n;
}

bool
ctn_step_length(ctn_run *r, const ctn_member *m, size_t at, unsigned below)
{
	return !m->bc.has_path_len || below <= m->bc.path_len ||
	    ctn_run_no(r, CTN_V_path_length, at, "%s allows %" PRIu64 " authorities below it, there %s %u", ctn_run_title(r, &m->cert),
		m->bc.path_len, below == 1 ? "is" : "are", below);
}

bool
ctn_step_policies(ctn_run *r, const ctn_vpath *path)
{
	const ctn_verify_ask *ask = r->ask;
	const ctn_policy_inputs in = { ask->policies, ask->policies_n, ask->require_policy, ask->inhibit_mapping, ask->inhibit_any };
	ctn_verify_result *res = r->result;
	enum ctn_vcheck failed = CTN_V_NONE;
	ctn_policy_outputs out = { 0 };
	size_t at = 0;

	if (path->n == 1)
		out.any = ask->policies_n == 0;
	else if (!ctn_policy_run(&out, &failed, &at, path->certs, path->n - 1, &in, r->a, r->e))
		return ctn_run_break(r);
	if (failed == CTN_V_policies)
		return ctn_run_no(r, failed, at, "no certificate policy is left that holds along the path and is asked for");
	if (failed == CTN_V_policy_any_mapped)
		return ctn_run_no(r, failed, at, "%s maps a policy to or from anyPolicy",
		    ctn_run_title(r, &path->certs[at]->cert));
	if (failed != CTN_V_NONE)
		return ctn_run_no(r, failed, at, "%s has a policy twice, or too many",
		    ctn_run_title(r, &path->certs[at]->cert));
	res->policies = out.oids;
	res->policies_n = out.n;
	res->policies_any = out.any;
	return true;
}
