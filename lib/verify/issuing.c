#include "verify/issuing.h"

#include "base/time.h"
#include "der/oid.h"
#include "verify/constrain.h"
#include "verify/step.h"
#include "verify/target.h"

const char *
ctn_issuing_word(enum ctn_vcheck check)
{
	return check == CTN_V_purpose ? "extended_key_usage" : ctn_vrule_of(check)->name;
}

/* Byte for byte, as those who compare names that way must find it too. */
static void
judge_issuer(ctn_run *r, const ctn_member *m, const ctn_member *issuer)
{
	if (!ctn_span_equal(m->cert.issuer, issuer->cert.subject))
		(void)ctn_run_no(r, CTN_V_issuer, 0, "its issuer is not the subject of %s, byte for byte", ctn_run_title(r, &issuer->cert));
	if (!m->has_aki || !ctn_span_equal(m->aki.key_id, issuer->key_id))
		(void)ctn_run_no(r, CTN_V_aki_missing, 0, "its authority key identifier is not the subject key identifier of %s",
		    ctn_run_title(r, &issuer->cert));
}

static void
judge_own_extensions(ctn_run *r, const ctn_member *m)
{
	const char *name = ctn_oid_name(m->broken_oid);

	if (m->broken != CTN_V_NONE && m->broken != CTN_V_critical)
		(void)ctn_run_no(r, m->broken, 0, "its %s is malformed, or stands twice", name == NULL ? "extension" : name);
}

/* Who outlives those above is invalid before it ends. */
static void
judge_end(ctn_run *r, const ctn_member *m, const ctn_member *above)
{
	char own[32], bound[32];

	if (m->cert.not_after <= above->cert.not_after)
		return;
	ctn_time_text(own, m->cert.not_after);
	ctn_time_text(bound, above->cert.not_after);
	(void)ctn_run_no(r, CTN_V_expired, 0, "it would end on %s, after %s (%s)", own, ctn_run_title(r, &above->cert), bound);
}

/* RFC 5280 4.2.1.12 as every validator applies it to authorities: what stands in their list bounds what is below. */
static void
judge_purposes(ctn_run *r, const ctn_member *m, const ctn_member *above)
{
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	ctn_verify_ask ask = { 0 };
	struct ctn_err e;
	const char *word;

	if (!above->has_eku || ctn_ext_eku_has(above->eku, ctn_oid_any_ext_key_usage))
		return;
	if (!m->has_eku) {
		(void)ctn_run_no(r, CTN_V_purpose, 0, "it is for every purpose, %s is not", ctn_run_title(r, &above->cert));
		return;
	}
	/* A malformed one names none; it is told of already. */
	(void)!ctn_ext_eku(&list, m->eku, &e);
	while (ctn_der_oid(&list, &ask.purpose)) {
		/* RFC 6960 4.2.2.2: a responder is appointed by its issuer directly, whatever that issues for. */
		if (ctn_target_purpose(&ask, above) || ctn_span_equal(ask.purpose, ctn_oid_kp_ocsp_signing))
			continue;
		word = ctn_oid_name(ask.purpose);
		(void)ctn_run_no(r, CTN_V_purpose, 0, "%s is no purpose of %s", word == NULL ? "a purpose of its own" : word,
		    ctn_run_title(r, &above->cert));
	}
}

/* One authority more. An authority that is to be issued will stand between those above and its leaves. */
static void
judge_step(ctn_run *r, ctn_vpath *path, ctn_member *above, bool last)
{
	const ctn_member *m = path->certs[0];
	unsigned below = ctn_step_intermediates(path) + (ctn_member_is_ca(m) && !m->self_issued);

	above->anchor = last;
	judge_end(r, m, above);
	(void)ctn_step_alone(r, above, last ? CTN_AS_ANCHOR : CTN_AS_CA, path->n);
	(void)ctn_step_issuer(r, above, path->n);
	(void)ctn_step_length(r, above, path->n, below);
	(void)!ctn_constrain(r, above, path);
	judge_purposes(r, m, above);
	path->certs[path->n++] = above;
}

static void
judge(ctn_run *r, ctn_member *members, size_t n, bool authority)
{
	ctn_vpath path = { .certs = { &members[0] }, .n = 1 };

	judge_own_extensions(r, &members[0]);
	if (authority)
		(void)ctn_step_issuer(r, &members[0], 0);
	judge_issuer(r, &members[0], &members[1]);
	for (size_t i = 1; i < n; i++)
		judge_step(r, &path, &members[i], i + 1 == n);
	(void)ctn_step_policies(r, &path);
}

bool
ctn_verify_issuing(ctn_verify_reason **breaches, size_t *n, const ctn_issuing *q, ctn_arena *a, struct ctn_err *e)
{
	const ctn_verify_ask ask = { .at_s = q->at_s };
	ctn_verify_result unused = { 0 };
	ctn_run r = { .ask = &ask, .result = &unused, .a = a, .e = e, .names = CTN_VERIFY_NAMES_MAX, .all_cap = CTN_ISSUING_BREACHES_MAX };
	ctn_member *members = ctn_arena_new(a, ctn_member, q->above_n + 1);

	r.all = ctn_arena_new(a, ctn_verify_reason, CTN_ISSUING_BREACHES_MAX);
	if (members == NULL || r.all == NULL)
		return ctn_fail_memory(e);
	ctn_member_view(&members[0], q->cert);
	for (size_t i = 0; i < q->above_n; i++)
		ctn_member_view(&members[i + 1], &q->above[i]);
	judge(&r, members, q->above_n + 1, q->authority);
	*breaches = r.all;
	*n = r.all_n;
	return !r.broken;
}
