#include <inttypes.h>

#include "cmd/commands.h"
#include "cmd/renewed.h"
#include "store/find.h"

struct renew_args {
	const char *selector, *out, *passphrase_file;
	int64_t lifetime_s;
	bool due, force, revoke_old, dry_run, accept_clock;
};

/* What one item of --due came to, in its open object. */
static void
show_no(pki *p, const ctn_cert_row *old, const ctn_issued *refused, const struct ctn_err *e)
{
	ctn_json_out *j = show_json(p->c->out);
	const char *text = e->code != CTN_OK ? e->text : refused->reasons.at[0].text;
	const char *hint = e->code == CTN_OK ? refused->hint : e->hint[0] != '\0' ? e->hint : NULL;

	ctn_json_object(j, "error");
	ctn_json_text(j, "code", ctn_code_name(e->code != CTN_OK ? e->code : CTN_EPOLICY));
	ctn_json_text(j, "text", text);
	ctn_json_text(j, "hint", hint);
	ctn_json_array(j, "reasons");
	for (size_t i = 0; e->code == CTN_OK && i < refused->reasons.n; i++) {
		const ctn_reason *r = &refused->reasons.at[i];

		ctn_json_object(j, NULL);
		ctn_json_text(j, "rule", r->rule);
		ctn_json_text(j, "text", r->text);
		ctn_json_text(j, "file", r->file);
		if (r->line > 0)
			ctn_json_int(j, "line", r->line);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
	ctn_json_close_object(j);
	show_line(p->c->out, "Not renewed: %s %s: %s", ctn_arena_hex(p->c->arena, old->serial), record_title(old), text);
	if (hint != NULL)
		show_line(p->c->out, "             try: %s", hint);
}

static bool
renew_item(pki *p, int64_t id, struct renewed_wish *wish, struct ctn_err *fatal)
{
	ctn_json_out *j = show_json(p->c->out);
	ctn_issued result = { 0 };
	struct ctn_err e = { 0 };
	ctn_cert_row old;
	bool ok;

	if (!ctn_store_cert(&old, p->ca->store, id, p->ca->arena, fatal))
		return false;
	ctn_json_object(j, NULL);
	ok = renewed_one(&result, p, &old, wish, &e) && result.allowed;
	if (!ok) {
		if (result.reasons.n == 0 && e.code == CTN_OK)
			ctn_fail_memory(&e);
		show_no(p, &old, &result, &e);
	}
	ctn_json_bool(j, "ok", ok);
	ctn_json_close_object(j);
	return ok;
}

static int
renew_due(pki *p, struct renewed_wish *wish)
{
	ctn_json_out *j = show_json(p->c->out);
	struct ctn_err e = { 0 };
	size_t n, failed = 0;
	int64_t *ids;

	if (!ctn_ca_due(&ids, &n, p->ca, &e))
		return show_fail(p->c->out, &e);
	wish->written = ctn_arena_new(p->c->arena, const char *, n + 1);
	if (wish->written == NULL) {
		ctn_fail_memory(&e);
		return show_fail(p->c->out, &e);
	}
	ctn_json_array(j, "results");
	for (size_t i = 0; i < n && e.code == CTN_OK; i++) {
		failed += !renew_item(p, ids[i], wish, &e);
		show_line(p->c->out, "%s", "");
	}
	ctn_json_close_array(j);
	if (e.code != CTN_OK)
		return show_fail(p->c->out, &e);
	ctn_json_int(j, "renewed", (int64_t)(n - failed));
	ctn_json_int(j, "failed", (int64_t)failed);
	show_line(p->c->out, n == 0 ? "Nothing is due." : "%zu of %zu renewed.", n - failed, n);
	if (failed > 0)
		show_not_ok(p->c->out);
	return failed > 0 ? 1 : 0;
}

static bool
judge_args(const struct renew_args *a, struct ctn_err *e)
{
	if (a->due == (a->selector != NULL))
		return ctn_fail(e, CTN_EUSAGE, a->due ? "SELECTOR and --due exclude each other" : "SELECTOR is missing") ||
		       ctn_hint(e, "catena renew SELECTOR, or catena renew --due");
	if (a->due && a->out != NULL && a->out[0] == '-' && a->out[1] == '\0')
		return ctn_fail(e, CTN_EUSAGE, "--due writes many certificates: standard output holds one") || ctn_hint(e, "--out DIR");
	return true;
}

static int
run(struct cmd *c)
{
	const struct renew_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	struct renewed_wish how = { .lifetime_s = a->lifetime_s, .out = a->out, .force = a->force, .dry_run = a->dry_run, .revoke_old = a->revoke_old };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };

	if (!judge_args(a, &e) || !pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	return a->due ? renew_due(p, &how) : renewed_run(p, a->selector, &how);
}

static const struct opt opts[] = {
	{ .name = "SELECTOR", ARG_MAYBE(renew_args, selector), .help = "Serial, SHA-256 fingerprint, certificate file, or a name: its newest certificate" },
	{ .name = "due", FLAG(renew_args, due), .help = "Every live certificate that is inside the renew.window of its profile" },
	RENEWED_ROWS(renew_args),
	PASSPHRASE_ROW(renew_args),
	ACCEPT_CLOCK_ROW(renew_args),
	DRY_RUN_ROW(renew_args),
	{ 0 },
};

const struct command renew_command = {
	.name = "renew",
	.summary = "renew a certificate: new dates, same key and names",
	.about = "Today's policy decides. No private key of the certificate is needed: its public key is certified again. The old certificate stays valid "
		 "until it ends, or until --revoke-old.\n\n"
		 "With --due one that cannot be renewed does not stop the others.",
	.opts = opts,
	.args_size = sizeof(struct renew_args),
	.examples = {
	    { "catena renew web.internal.example --out . --force", "The files of the old one are replaced; the key stays as it is." },
	    { "catena renew --due --out . --force", "For a timer: whatever is in its window." },
	},
	.exits = { { 1, "refused, or with --due one of them could not be renewed" } },
	.run = run,
};
