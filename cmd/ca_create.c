#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

struct ca_create_args {
	const char *name, *passphrase_file;
	bool dry_run, accept_clock, no_passphrase;
};

static int
run(struct cmd *c)
{
	const struct ca_create_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_authority_wish what = { .name = a->name, .dry_run = a->dry_run, .no_passphrase = a->no_passphrase };
	CTN_OWN(pki) p = NULL;
	ctn_authority_result made;
	struct ctn_err e = { 0 };

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_create(&made, p->ca, &what, &e))
		return show_fail(c->out, &e);
	return authority_show(c, &made, a->dry_run ? "would be made" : "is made");
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_create_args, name), .help = "The authority, as policies/ca.yaml names it" },
	{ .name = "no-passphrase", FLAG(ca_create_args, no_passphrase), .help = "Leave the key without a passphrase, whatever ca.yaml says" },
	PASSPHRASE_ROW(ca_create_args),
	ACCEPT_CLOCK_ROW(ca_create_args),
	DRY_RUN_ROW(ca_create_args),
	{ 0 },
};

const struct command ca_create_command = {
	.name = "ca create",
	.summary = "make an authority that ca.yaml describes",
	.about = "Everything comes from the entry in policies/ca.yaml. The key of its issuer must be in this home; where it is not, catena ca csr makes a request.",
	.opts = opts,
	.args_size = sizeof(struct ca_create_args),
	.examples = { { "catena ca create people --dry-run", "What would be made; ca.yaml must describe it." } },
	.run = run,
};
