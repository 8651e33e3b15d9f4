#include "cmd/commands.h"
#include "cmd/record.h"
#include "cmd/revoked.h"

struct unhold_args {
	const char *selector, *passphrase_file;
	bool dry_run, accept_clock;
};

static void
show_result(struct cmd *c, const ctn_revoke_result *r, bool dry_run)
{
	const ctn_revocation_row *row = &r->rows[0];
	const char *since = revoked_time(row->revoked_at, c->arena), *lifted = revoked_time(row->lifted_at, c->arena);
	const char *serial = ctn_arena_hex(c->arena, row->serial);
	ctn_json_out *j = show_json(c->out);

	if (dry_run)
		ctn_json_bool(j, "dry_run", true);
	ctn_json_array(j, "lifted");
	ctn_json_object(j, NULL);
	ctn_json_text(j, "serial", serial);
	ctn_json_text(j, "held_since", since);
	ctn_json_text(j, "at", lifted);
	ctn_json_close_object(j);
	ctn_json_close_array(j);
	show_line(c->out, "%s %s  %s  on hold since %s", dry_run ? "would be lifted" : "lifted", serial, record_title(&r->certs[0]), since);
	revoked_crls(c, r);
}

static int
run(struct cmd *c)
{
	const struct unhold_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	CTN_OWN(pki) p = NULL;
	ctn_revoke_result result;
	struct ctn_err e = { 0 };
	ctn_cert_row *rows;
	size_t n;

	if (!pki_open(&p, c, &wish, &e) || !record_pick(&rows, &n, p, a->selector, CTN_SELECT_HELD, &e) ||
	    !ctn_ca_unhold(&result, p->ca, rows[0].id, a->dry_run, &e))
		return show_fail(c->out, &e);
	show_result(c, &result, a->dry_run);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "SELECTOR", ARG(unhold_args, selector), .help = "Serial, SHA-256 fingerprint, certificate file, or the name of what is on hold" },
	PASSPHRASE_ROW(unhold_args),
	ACCEPT_CLOCK_ROW(unhold_args),
	DRY_RUN_ROW(unhold_args),
	{ 0 },
};

const struct command unhold_command = {
	.name = "unhold",
	.summary = "take a certificate off hold and publish the next CRL",
	.about = "Only a hold can be lifted; every other reason is for good. As with revoke, a CRL that cannot be made now is pending.",
	.opts = opts,
	.args_size = sizeof(struct unhold_args),
	.examples = { { "catena unhold web.internal.example", "It leaves the next CRL." } },
	.run = run,
};
