#include "ca/parts.h"
#include "cmd/pki.h"
#include "store/store.h"

struct db_migrate_args {
	bool dry_run;
};

static int
run(struct cmd *c)
{
	const struct db_migrate_args *a = c->args;
	struct pki_wish wish = { .read_only = a->dry_run };
	unsigned have, newest, done;
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;
	char *path;

	if (!pki_find(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	path = ctn_arena_printf(c->arena, "%s/%s", p->env.home, CTN_DATABASE_FILE);
	if (path == NULL)
		ctn_fail_memory(&e);
	if (path == NULL || !ctn_store_schema(&have, &newest, path, p->env.wait_s, &e) ||
	    !ctn_store_migrate(&done, path, p->env.wait_s, c->now_s, a->dry_run, &e))
		return show_fail(c->out, &e);
	ctn_json_int(show_json(c->out), "from", have);
	ctn_json_int(show_json(c->out), "to", newest);
	ctn_json_int(show_json(c->out), "migrations", done);
	if (done == 0)
		show_line(c->out, "schema %u is the newest: nothing to do", have);
	else
		show_line(c->out, "%s from schema %u to %u", a->dry_run ? "would migrate" : "migrated", have, newest);
	return 0;
}

static const struct opt opts[] = {
	DRY_RUN_ROW(db_migrate_args),
	{ 0 },
};

const struct command db_migrate_command = {
	.name = "db migrate",
	.summary = "bring the records up to the schema of this program",
	.about = "Needed once after an update that says so. Each step is one transaction. Take a backup first: older programs cannot read a "
	         "newer schema.",
	.opts = opts,
	.args_size = sizeof(struct db_migrate_args),
	.examples = {
	    { "catena db migrate --dry-run", "How many steps there would be." },
	    { "catena db migrate", "Take them." },
	},
	.run = run,
};
