#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

struct ca_renew_args {
	const char *name, *passphrase_file;
	bool dry_run, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct ca_renew_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_authority_wish what = { .name = a->name, .dry_run = a->dry_run };
	CTN_OWN(pki) p = NULL;
	ctn_authority_result made;
	struct ctn_err e = { 0 };

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_renew_authority(&made, p->ca, &what, &e))
		return show_fail(c->out, &e);
	return authority_show(c, &made, a->dry_run ? "would be renewed" : "is renewed");
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_renew_args, name), .help = "The authority, as policies/ca.yaml names it" },
	PASSPHRASE_ROW(ca_renew_args),
	ACCEPT_CLOCK_ROW(ca_renew_args),
	DRY_RUN_ROW(ca_renew_args),
	{ 0 },
};

const struct command ca_renew_command = {
	.name = "ca renew",
	.summary = "renew an authority's certificate: new dates, same key",
	.about = "The old certificate stays valid until it ends. Where the issuer is in another home, catena ca csr makes a request for the same key.",
	.opts = opts,
	.args_size = sizeof(struct ca_renew_args),
	.examples = { { "catena ca renew issuing", "Certificates below it can then live longer." } },
	.run = run,
};
