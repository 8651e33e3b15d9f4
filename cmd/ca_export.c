#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

struct ca_export_args {
	const char *name, *out;
	bool chain, force;
};

static int
run(struct cmd *c)
{
	const struct ca_export_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	CTN_OWN_BUF pem = { 0 };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_export(&pem, p->ca, a->name, a->chain, &e) ||
	    !authority_put(c, "pem", ctn_buf_view(&pem), a->out, a->force, &e))
		return show_fail(c->out, &e);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_export_args, name), .help = "The authority" },
	{ .name = "chain", FLAG(ca_export_args, chain), .help = "The certificates above it too, root last" },
	{ .name = "out", PATH(ca_export_args, out, "FILE"), .help = "Write there instead of to standard output" },
	{ .name = "force", FLAG(ca_export_args, force), .help = "Replace FILE" },
	{ 0 },
};

const struct command ca_export_command = {
	.name = "ca export",
	.summary = "print an authority's certificate as PEM",
	.opts = opts,
	.args_size = sizeof(struct ca_export_args),
	.examples = {
	    { "catena ca export root --out root.pem", "What clients trust." },
	    { "catena ca export issuing --chain", "With the certificates above it." },
	},
	.run = run,
};
