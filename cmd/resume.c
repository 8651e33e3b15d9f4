#include "base/time.h"
#include "ca/halt.h"
#include "cmd/pki.h"

struct resume_args {
	bool accept_clock, dry_run;
};

static int
run(struct cmd *c)
{
	const struct resume_args *a = c->args;
	struct pki_wish wish = { .read_only = a->dry_run, .accept_clock = a->accept_clock };
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;
	char since[32];
	ctn_halt was;

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_resume(&was, p->ca, a->dry_run, &e))
		return show_fail(c->out, &e);
	ctn_time_text(since, was.since_s);
	ctn_json_bool(show_json(c->out), "halted", a->dry_run);
	ctn_json_text(show_json(c->out), "why", was.why);
	ctn_json_time(show_json(c->out), "since", was.since_s);
	ctn_json_text(show_json(c->out), "by", was.actor);
	show_line(c->out, "%s; it was halted since %s by %s: %s", a->dry_run ? "signing would go on" : "signing goes on", since, was.actor, was.why);
	return 0;
}

static const struct opt opts[] = {
	ACCEPT_CLOCK_ROW(resume_args),
	DRY_RUN_ROW(resume_args),
	{ 0 },
};

const struct command resume_command = {
	.name = "resume",
	.summary = "end a halt",
	.about = "Certificates that were recorded and not signed meanwhile stay as they are: intended. Revocations that were recorded meanwhile "
	         "come into effect with the next catena crl.",
	.opts = opts,
	.args_size = sizeof(struct resume_args),
	.examples = {
	    { "catena resume --dry-run", "Why it is halted, and since when." },
	},
	.run = run,
};
