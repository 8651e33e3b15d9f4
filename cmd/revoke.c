#include <string.h>

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/record.h"
#include "cmd/revoked.h"

struct revoke_args {
	struct opt_list selectors;
	const char *reason, *at, *compromised_since, *passphrase_file;
	bool all, yes, dry_run, accept_clock;
};

/* ---- which ones */

struct chosen {
	const struct revoke_args *args;
	pki *p;
	int64_t *ids;
	size_t n;
	bool any_ca;
};

static bool
is_chosen(const struct chosen *w, int64_t id)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->ids[i] == id)
			return true;
	return false;
}

static bool
needs_yes(const struct chosen *w, const ctn_cert_row *row, struct ctn_err *e)
{
	if (!row->is_ca || w->args->yes || w->args->dry_run)
		return false;
	ctn_fail(e, CTN_EUSAGE, "%s is a CA certificate: whatever it issued will be trusted no more", ctn_cert_row_title(row, w->p->ca->now_s, w->p->c->arena));
	ctn_hint(e, "--yes if that is meant");
	return true;
}

static bool
choose_rows(struct chosen *w, const ctn_cert_row *rows, size_t n, struct ctn_err *e)
{
	int64_t *ids = ctn_arena_new(w->p->c->arena, int64_t, w->n + n);

	if (ids == NULL)
		return ctn_fail_memory(e);
	if (w->n > 0)
		memcpy(ids, w->ids, w->n * sizeof *ids);
	w->ids = ids;
	for (size_t i = 0; i < n; i++) {
		if (needs_yes(w, &rows[i], e))
			return false;
		w->any_ca = w->any_ca || rows[i].is_ca;
		if (!is_chosen(w, rows[i].id))
			w->ids[w->n++] = rows[i].id;
	}
	return true;
}

static bool
choose(struct chosen *w, struct ctn_err *e)
{
	for (size_t i = 0; i < w->args->selectors.n; i++) {
		ctn_cert_row *rows;
		size_t n;

		if (!record_pick(&rows, &n, w->p, w->args->selectors.v[i], w->args->all ? CTN_SELECT_ALL : CTN_SELECT_LIVE, e) ||
		    !choose_rows(w, rows, n, e))
			return false;
	}
	return true;
}

/* ---- why and since when */

static bool
read_time(int64_t *at_s, const char *text, const char *option, int64_t now_s, struct ctn_err *e)
{
	return text == NULL || ctn_time_parse(at_s, text, false, now_s, e) || ctn_wrap(e, "--%s", option);
}

/* Whoever says since when a key was compromised has said the reason. */
static bool
read_how(ctn_revoke_args *how, const struct revoke_args *a, const struct chosen *w, struct ctn_err *e)
{
	int64_t now_s = w->p->ca->now_s;
	const char *implied = a->compromised_since == NULL ? "unspecified" : w->any_ca ? "cACompromise" : "keyCompromise";

	*how = (ctn_revoke_args){ .certificate_ids = w->ids, .n = w->n, .at_s = now_s, .invalid_since = INT64_MIN, .dry_run = a->dry_run };
	if (!ctn_revoke_reason(&how->reason, a->reason != NULL ? a->reason : implied, e))
		return ctn_wrap(e, "--reason");
	return read_time(&how->at_s, a->at, "at", now_s, e) && read_time(&how->invalid_since, a->compromised_since, "compromised-since", now_s, e);
}

static void
show_one(struct cmd *c, const ctn_revoke_result *r, size_t i)
{
	const ctn_revocation_row *row = &r->rows[i];
	const char *reason = ctn_crl_reason_name(row->reason), *at = revoked_time(row->revoked_at, c->arena);
	const char *serial = ctn_arena_hex(c->arena, row->serial);
	ctn_json_out *j = show_json(c->out);

	ctn_json_object(j, NULL);
	ctn_json_text(j, "serial", serial);
	ctn_json_text(j, "reason", reason);
	ctn_json_text(j, "at", at);
	if (row->invalid_since != INT64_MIN)
		ctn_json_time(j, "compromised_since", row->invalid_since);
	if (r->already[i])
		ctn_json_bool(j, "already", true);
	ctn_json_close_object(j);
	show_line(c->out, "%s %s  %s  %s, %s", r->already[i] ? "unchanged" : "revoked  ", serial, record_title(&r->certs[i]), reason, at);
	if (r->already[i])
		show_warn(c->out, "serial %s is revoked since %s (%s); nothing was changed", serial, at, reason);
	else if (r->certs[i].not_after < c->now_s)
		show_warn(c->out, "serial %s had expired already", serial);
}

static void
show_result(struct cmd *c, const ctn_revoke_result *r, bool dry_run)
{
	ctn_json_out *j = show_json(c->out);

	if (dry_run) {
		ctn_json_bool(j, "dry_run", true);
		show_line(c->out, "would be revoked, nothing was recorded:");
	}
	ctn_json_array(j, "revoked");
	for (size_t i = 0; i < r->n; i++)
		show_one(c, r, i);
	ctn_json_close_array(j);
	revoked_crls(c, r);
}

static int
run(struct cmd *c)
{
	const struct revoke_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	CTN_OWN(pki) p = NULL;
	struct chosen w = { .args = a };
	struct ctn_err e = { 0 };
	ctn_revoke_result result;
	ctn_revoke_args how;

	if (!pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	w.p = p;
	if (!choose(&w, &e) || !read_how(&how, a, &w, &e) || !ctn_ca_revoke(&result, p->ca, &how, &e))
		return show_fail(c->out, &e);
	show_result(c, &result, a->dry_run);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "SELECTOR", ARGS_SOME(revoke_args, selectors), .help = "Serial, SHA-256 fingerprint, certificate file, or a name with one live certificate" },
	{ .name = "reason", TEXT(revoke_args, reason, "R"),
	  .help = "keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation, certificateHold, privilegeWithdrawn or unspecified" },
	{ .name = "at", TIME(revoke_args, at), .help = "When it was revoked; not in the future, not before the certificate begins" },
	{ .name = "compromised-since", TIME(revoke_args, compromised_since), .help = "Since when its key is no longer trusted (invalidityDate); implies a reason" },
	{ .name = "all", FLAG(revoke_args, all), .help = "All live certificates of a name" },
	{ .name = "yes", FLAG(revoke_args, yes), .help = "Also a CA certificate" },
	PASSPHRASE_ROW(revoke_args),
	ACCEPT_CLOCK_ROW(revoke_args),
	DRY_RUN_ROW(revoke_args),
	{ 0 },
};

const struct command revoke_command = {
	.name = "revoke",
	.summary = "revoke certificates and publish the next CRL",
	.about = "The revocation is recorded first and needs no key. Then the next CRL is made and published, if the key of the authority is at hand; "
		 "else there is a warning, and catena crl does it later.\n\n"
		 "Several selectors are revoked together or not at all. A certificate that is revoked already stays as it is; one on hold gets the new "
		 "reason.",
	.opts = opts,
	.args_size = sizeof(struct revoke_args),
	.examples = {
	    { "catena revoke web.internal.example --reason superseded", "The one live certificate of that name." },
	    { "catena revoke web.internal.example --all --compromised-since 2026-01-31", "All of them, with the day since when their keys were bad." },
	    { "catena revoke web.internal.example.crt --reason certificateHold", "On hold, until catena unhold." },
	},
	.run = run,
};
