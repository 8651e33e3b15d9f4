#include "ca/halt.h"
#include "cmd/pki.h"

struct halt_args {
	const char *why;
	bool accept_clock, dry_run;
};

static int
run(struct cmd *c)
{
	const struct halt_args *a = c->args;
	struct pki_wish wish = { .read_only = a->dry_run, .accept_clock = a->accept_clock };
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_halt(p->ca, a->why, a->dry_run, &e))
		return show_fail(c->out, &e);
	ctn_json_bool(show_json(c->out), "halted", !a->dry_run);
	ctn_json_text(show_json(c->out), "why", a->why);
	show_line(c->out, a->dry_run ? "would halt all signing on %s" : "all signing on %s is halted; catena resume ends it", p->env.home);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "why", TEXT(halt_args, why, "TEXT"), .required = true, .help = "The reason, shown to whoever is refused" },
	ACCEPT_CLOCK_ROW(halt_args),
	DRY_RUN_ROW(halt_args),
	{ 0 },
};

const struct command halt_command = {
	.name = "halt",
	.summary = "stop all signing on this home, in every process",
	.about = "Every process looks before each signature, so it takes effect at once. Revocations are still recorded; their CRL follows after "
	         "catena resume. Both are acts in the log.",
	.opts = opts,
	.args_size = sizeof(struct halt_args),
	.examples = {
	    { "catena halt --why 'key ceremony'", "Nothing is signed from here on." },
	},
	.run = run,
};
