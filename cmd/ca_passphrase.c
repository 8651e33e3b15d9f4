#include "ca/custody.h"
#include "cmd/commands.h"
#include "cmd/pki.h"

struct ca_passphrase_args {
	const char *name, *passphrase_file, *new_passphrase_file;
	bool remove, dry_run, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct ca_passphrase_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .changes = true, .new_passphrase_file = a->new_passphrase_file,
		.accept_clock = a->accept_clock, .read_only = a->dry_run };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };

	if (a->remove && a->new_passphrase_file != NULL) {
		ctn_fail(&e, CTN_EUSAGE, "--remove and --new-passphrase-file exclude each other");
		return show_fail(c->out, &e);
	}
	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_passphrase(p->ca, a->name, a->remove, a->dry_run, &e))
		return show_fail(c->out, &e);
	ctn_json_text(show_json(c->out), "authority", a->name);
	show_line(c->out, a->dry_run ? "the key of authority %s opens; it would be written anew" : "the key of authority %s is written anew", a->name);
	if (a->remove && !a->dry_run)
		show_warn(c->out, "it has no passphrase now: whoever reads the file can sign");
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_passphrase_args, name), .help = "The authority" },
	PASSPHRASE_ROW(ca_passphrase_args),
	{ .name = "new-passphrase-file", PATH(ca_passphrase_args, new_passphrase_file, "FILE"), .help = "Read the new passphrase from FILE (or /dev/fd/N)" },
	{ .name = "remove", FLAG(ca_passphrase_args, remove), .help = "Keep the key without a passphrase" },
	ACCEPT_CLOCK_ROW(ca_passphrase_args),
	DRY_RUN_ROW(ca_passphrase_args),
	{ 0 },
};

const struct command ca_passphrase_command = {
	.name = "ca passphrase",
	.summary = "change the passphrase of an authority's key",
	.about = "The old file is gone only when the new one is durable.",
	.opts = opts,
	.args_size = sizeof(struct ca_passphrase_args),
	.examples = { { "catena ca passphrase issuing --remove --dry-run", "Does the key open?" } },
	.run = run,
};
