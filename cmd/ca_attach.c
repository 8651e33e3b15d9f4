#include "ca/custody.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

struct ca_attach_args {
	const char *name, *file, *passphrase_file;
	bool dry_run, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct ca_attach_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_attach_args args = { .name = a->name, .path = a->file, .dry_run = a->dry_run };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_attach(p->ca, &args, &e))
		return show_fail(c->out, &e);
	ctn_json_text(show_json(c->out), "authority", a->name);
	ctn_json_text(show_json(c->out), "file", a->file);
	if (a->dry_run)
		show_line(c->out, "%s is the key of authority %s; it would be copied into this home", a->file, a->name);
	else
		show_line(c->out, "the key of authority %s is back in this home; %s is left as it is", a->name, a->file);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_attach_args, name), .help = "The authority" },
	{ .name = "FILE", ARG(ca_attach_args, file), .help = "Its key, as catena ca detach wrote it" },
	PASSPHRASE_ROW(ca_attach_args),
	ACCEPT_CLOCK_ROW(ca_attach_args),
	DRY_RUN_ROW(ca_attach_args),
	{ 0 },
};

const struct command ca_attach_command = {
	.name = "ca attach",
	.summary = "bring an authority's detached key back into this home",
	.about = "For the day of the year on which the root is needed. The file must be the key of that authority; afterwards catena ca detach takes "
		 "it off again.",
	.opts = opts,
	.args_size = sizeof(struct ca_attach_args),
	.examples = { { "catena ca attach root root.key --dry-run", "Is this its key, and does it open?" } },
	.run = run,
};
