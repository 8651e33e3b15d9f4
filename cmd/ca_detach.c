#include "ca/custody.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

struct ca_detach_args {
	const char *name, *out;
	bool dry_run, force, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct ca_detach_args *a = c->args;
	struct pki_wish wish = { .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_detach_args args = { .name = a->name, .out_path = a->out, .force = a->force, .dry_run = a->dry_run };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_detach(p->ca, &args, &e))
		return show_fail(c->out, &e);
	ctn_json_text(show_json(c->out), "authority", a->name);
	ctn_json_text(show_json(c->out), "file", a->out);
	if (a->dry_run)
		show_line(c->out, "the key of authority %s would be moved to %s", a->name, a->out);
	else
		show_line(c->out, "the key of authority %s is in %s and no longer in this home: put it into a safe", a->name, a->out);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_detach_args, name), .help = "The authority" },
	{ .name = "out", PATH(ca_detach_args, out, "FILE"), .required = true, .help = "Where the key goes" },
	{ .name = "force", FLAG(ca_detach_args, force), .help = "Replace FILE" },
	ACCEPT_CLOCK_ROW(ca_detach_args),
	DRY_RUN_ROW(ca_detach_args),
	{ 0 },
};

const struct command ca_detach_command = {
	.name = "ca detach",
	.summary = "move an authority's key out of this home, for a safe",
	.about = "The file keeps the passphrase that it has. The key is removed here only when the copy is durable and recorded.",
	.opts = opts,
	.args_size = sizeof(struct ca_detach_args),
	.examples = { { "catena ca detach root --out root.key --dry-run", "What would be moved." } },
	.run = run,
};
