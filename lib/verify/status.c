#include "verify/status.h"

#include "base/time.h"
#include "verify/by_crl.h"
#include "verify/by_ocsp.h"

static bool
is_listed(const ctn_member *const *list, size_t n, const ctn_member *m)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == m)
			return true;
	return false;
}

static ctn_status
ask_caller(const ctn_run *r, const ctn_vpath *path, size_t at)
{
	ctn_status s = { .status = CTN_STATUS_UNKNOWN };

	if (r->ask->status != NULL)
		s.status = r->ask->status(r->ask->status_ctx, &path->certs[at]->cert, &path->certs[at + 1]->cert, &s.since_s, &s.reason);
	return s;
}

/* The first that knows. A revocation anywhere counts, so what says "good" does not stop the search for less. */
static ctn_status
look_everywhere(ctn_run *r, const ctn_vpath *path, size_t at)
{
	ctn_status s = ask_caller(r, path, at);

	if (s.status == CTN_STATUS_UNKNOWN && ctn_pool_ocsps(r->pool) > 0)
		s = ctn_by_ocsp(r, path, at);
	if (s.status == CTN_STATUS_UNKNOWN && !r->broken && ctn_pool_crls(r->pool) > 0)
		s = ctn_by_crl(r, path, at);
	return s;
}

static bool
say_revoked(ctn_run *r, const ctn_member *m, size_t at, const ctn_status *s)
{
	const char *reason = ctn_crl_reason_name(s->reason);
	char when[32];

	ctn_time_text(when, s->since_s);
	return ctn_run_no(r, CTN_V_revoked, at, "%s was revoked %s (%s)", ctn_run_title(r, &m->cert), when,
	    reason == NULL ? "no reason given" : reason);
}

static bool
say_unknown(ctn_run *r, const ctn_member *m, size_t at)
{
	const char *title = ctn_run_title(r, &m->cert);

	(void)ctn_run_no(r, CTN_V_unknown_status, at, "no fresh answer tells whether %s is revoked", title);
	if (r->broken || r->ask->revocation == CTN_REVOCATION_REQUIRE)
		return false;
	if (r->nested == 0)
		ctn_run_warn(r, CTN_V_unknown_status, at, r->why.text);
	return !r->broken;
}

bool
ctn_status_check(ctn_run *r, const ctn_vpath *path, size_t at)
{
	const ctn_member *m = path->certs[at];
	ctn_status s;

	/* Who signs the CRL on which it may stand itself is believed until that CRL is read (RFC 5280 6.3.3 (f)). */
	if (is_listed(r->judging, r->judging_n, m) || is_listed(r->good, r->good_n, m))
		return true;
	if (r->judging_n == CTN_RUN_NESTED_MAX)
		return say_unknown(r, m, at);
	r->judging[r->judging_n++] = m;
	s = look_everywhere(r, path, at);
	r->judging_n--;
	if (r->broken)
		return false;
	if (s.status == CTN_STATUS_REVOKED)
		return say_revoked(r, m, at, &s);
	if (s.status == CTN_STATUS_UNKNOWN)
		return say_unknown(r, m, at);
	/* What was found while another's answer was only assumed holds no longer than that. */
	if (r->judging_n == 0 && r->good_n < CTN_RUN_GOOD_MAX)
		r->good[r->good_n++] = m;
	return true;
}
