#include "cmd/renewed.h"

#include <string.h>

#include "ca/revoke.h"
#include "cmd/revoked.h"
#include "cmd/show.h"

#define SUPERSEDED 4u /* RFC 5280 5.3.1 */

struct one {
	struct issued_out files;
	struct renewed_wish *wish;
};

static bool
is_fresh(void *ctx, const ctn_plan *plan, struct ctn_err *e)
{
	struct one *o = ctx;

	if (!issued_ready(&o->files, plan, e))
		return false;
	for (size_t i = 0; o->files.certificate != NULL && i < o->wish->written_n; i++)
		if (strcmp(o->wish->written[i], o->files.certificate) == 0)
			return ctn_fail(e, CTN_EEXISTS, "%s was written for another certificate a moment ago; nothing was signed", o->files.certificate) ||
			       ctn_hint(e, "renew this one by its serial, with another folder in --out");
	return true;
}

static bool
end_old(pki *p, const ctn_cert_row *old, bool dry_run, struct ctn_err *e)
{
	ctn_revoke_args how = { .certificate_ids = &old->id, .n = 1, .reason = SUPERSEDED, .at_s = p->ca->now_s, .invalid_since = INT64_MIN,
		.dry_run = dry_run };
	char *serial = ctn_arena_hex(p->c->arena, old->serial);
	ctn_revoke_result result;

	if (serial == NULL)
		return ctn_fail_memory(e);
	if (!ctn_ca_revoke(&result, p->ca, &how, e))
		return ctn_wrap(e, "the new certificate is written, but serial %s is not revoked", serial);
	ctn_json_text(show_json(p->c->out), "revoked", serial);
	show_line(p->c->out, "%-17s %s (superseded)", dry_run ? "Would revoke:" : "Revoked:", serial);
	revoked_crls(p->c, &result);
	return true;
}

static bool
show_new(struct one *o, const ctn_issued *issued, const ctn_cert_row *old, struct ctn_err *e)
{
	struct cmd *c = o->files.c;

	ctn_json_text(show_json(c->out), "profile", old->profile);
	ctn_json_hex(show_json(c->out), "replaces", old->serial);
	if (o->wish->dry_run)
		return issued_show_dry(c, issued, e);
	if (!issued_show(&o->files, issued, e))
		return false;
	if (o->wish->written != NULL && o->files.certificate != NULL)
		o->wish->written[o->wish->written_n++] = o->files.certificate;
	return true;
}

bool
renewed_one(ctn_issued *refused, pki *p, const ctn_cert_row *old, struct renewed_wish *wish, struct ctn_err *e)
{
	struct one o = { .files = { .c = p->c, .dir = wish->out, .force = wish->force, .with_key = wish->rekey && wish->csr.n == 0 }, .wish = wish };
	ctn_renew_args args = { .certificate_id = old->id, .rekey = wish->rekey, .csr = wish->csr, .lifetime_s = wish->lifetime_s,
		.dry_run = wish->dry_run, .ready = is_fresh, .ctx = &o };
	ctn_issued issued;
	bool ok;

	if (!ctn_ca_renew(&issued, p->ca, &args, e))
		return false;
	ok = !issued.allowed || show_new(&o, &issued, old, e);
	ctn_issued_free(&issued);
	*refused = issued;
	if (!ok || !issued.allowed || !wish->revoke_old)
		return ok;
	return end_old(p, old, wish->dry_run, e);
}

int
renewed_run(pki *p, const char *selector, struct renewed_wish *wish)
{
	struct ctn_err e = { 0 };
	ctn_issued result;
	ctn_cert_row old;

	if (!record_pick_one(&old, p, selector, &e) || !renewed_one(&result, p, &old, wish, &e))
		return show_fail(p->c->out, &e);
	return result.allowed ? 0 : issued_refused(p->c, old.profile, &result.reasons, result.hint);
}
