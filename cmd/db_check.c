#include <inttypes.h>

#include "ca/check.h"
#include "cmd/pki.h"
#include "cmd/problems.h"

static int
run(struct cmd *c)
{
	struct pki_wish wish = { .read_only = true };
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;
	ctn_check found;

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_check(&found, p->ca, &e))
		return show_fail(c->out, &e);
	problems_show(c->out, "problems", "problem", &found.problems);
	problems_show(c->out, "notices", "notice", &found.notices);
	if (found.problems.found == 0)
		show_line(c->out, "records, keys and published files agree");
	else
		show_line(c->out, "%" PRIu64 " problem%s", found.problems.found, found.problems.found == 1 ? "" : "s");
	return found.problems.found == 0 ? 0 : 1;
}

const struct command db_check_command = {
	.name = "db check",
	.summary = "check that records, keys and published files agree",
	.about = "Looks at the database itself and its schema, at highwater, at modes and keys, and at what public/ holds. What is wrong is a "
	         "problem. Certificates that were intended and never issued, as a crash leaves them, are notices and no failure: revoke "
	         "them when in doubt. The log has a check of its own, log verify.",
	.args_size = 0,
	.examples = {
	    { "catena db check", "Problems and notices, or that all agrees." },
	    { "catena db check --json", "The same for scripts." },
	},
	.exits = { { 1, "something is wrong" } },
	.run = run,
};
