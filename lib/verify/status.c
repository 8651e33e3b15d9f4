#include "verify/status.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"
#include "verify/by_crl.h"
#include "verify/by_ocsp.h"

void
ctn_status_doubt(ctn_run *r, const char *fmt, ...)
{
	char text[500];
	va_list ap;

	if (r->doubt != NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->doubt = ctn_arena_text(r->a, text);
	if (r->doubt == NULL) {
		(void)ctn_fail_memory(r->e);
		(void)ctn_run_break(r);
	}
}

static bool
is_listed(const ctn_member *const *list, size_t n, const ctn_member *m)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == m)
			return true;
	return false;
}

static ctn_status
ask_caller(ctn_run *r, const ctn_vpath *path, size_t at)
{
	ctn_status s = { .status = CTN_STATUS_UNKNOWN };

	if (r->ask->status != NULL)
		s.status = r->ask->status(r->ask->status_ctx, &path->certs[at]->cert, &path->certs[at + 1]->cert, &s.since_s, &s.reason);
	return s;
}

typedef ctn_status (*source_fn)(ctn_run *r, const ctn_vpath *path, size_t at);

/* A revocation anywhere counts: what one source calls good is asked of the next as well. */
static ctn_status
look_everywhere(ctn_run *r, const ctn_vpath *path, size_t at)
{
	static const source_fn sources[] = { ask_caller, ctn_by_ocsp, ctn_by_crl };
	ctn_status best = { .status = CTN_STATUS_UNKNOWN };

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources) && !r->broken; i++) {
		ctn_status s = sources[i](r, path, at);

		if (s.status == CTN_STATUS_REVOKED)
			return s;
		if (s.status == CTN_STATUS_GOOD)
			best = s;
	}
	return best;
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
say_unknown(ctn_run *r, const ctn_member *m, size_t at, const char *doubt)
{
	const char *title = ctn_run_title(r, &m->cert);

	(void)ctn_run_no(r, CTN_V_unknown_status, at, "no fresh answer tells whether %s is revoked%s%s", title,
	    doubt == NULL ? "" : ": ", doubt == NULL ? "" : doubt);
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
	const char *doubt, *outer = r->doubt;
	ctn_status s;

	/* Who signs the CRL on which it may stand itself is believed until that CRL is read (RFC 5280 6.3.3 (f)). */
	if (is_listed(r->judging, r->judging_n, m) || is_listed(r->good, r->good_n, m))
		return true;
	if (r->judging_n == CTN_RUN_NESTED_MAX)
		return say_unknown(r, m, at, NULL);
	r->doubt = NULL;
	r->judging[r->judging_n++] = m;
	s = look_everywhere(r, path, at);
	r->judging_n--;
	doubt = r->doubt;
	r->doubt = outer;
	if (r->broken)
		return false;
	if (s.status == CTN_STATUS_REVOKED)
		return say_revoked(r, m, at, &s);
	/* RFC 9608 4 asks for no answer then. One that is there all the same counts. */
	if (s.status == CTN_STATUS_UNKNOWN && !ctn_member_unrevocable(m))
		return say_unknown(r, m, at, doubt);
	/* What was found while another's answer was only assumed holds no longer than that. */
	if (r->judging_n == 0 && r->good_n < CTN_VERIFY_PATH_MAX)
		r->good[r->good_n++] = m;
	return true;
}
