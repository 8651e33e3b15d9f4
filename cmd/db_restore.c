#include <inttypes.h>

#include "ca/restore.h"
#include "cmd/pki.h"
#include "cmd/problems.h"

struct db_restore_args {
	const char *file;
	bool accept_clock, dry_run;
};

static int
show_refused(struct cmd *c, const ctn_restore_report *r, struct ctn_err *e)
{
	for (size_t i = 0; i < r->refused.n; i++)
		show_reason(c->out, r->refused.rows[i].where, r->refused.rows[i].text, NULL, 0);
	for (size_t i = 0; i < r->refused.n; i++)
		show_note(c->out, "%s: %s", r->refused.rows[i].where, r->refused.rows[i].text);
	ctn_fail(e, CTN_ESTORE, "the home there knows what the backup does not: %s: %s", r->refused.rows[0].where, r->refused.rows[0].text);
	ctn_hint(e, "a newer backup; or, if the database there is truly lost, move its catena.db away: highwater and public/*.crl then take its place");
	return show_fail(c->out, e);
}

static int
show_restored(struct cmd *c, const pki *p, const ctn_restore_report *r)
{
	const struct db_restore_args *a = c->args;
	ctn_json_out *j = show_json(c->out);

	ctn_json_text(j, "home", p->env.home);
	ctn_json_int(j, "size", (int64_t)r->size);
	ctn_json_hex(j, "root", (ctn_span){ r->root.h, sizeof r->root.h });
	ctn_json_array(j, "against");
	for (size_t i = 0; i < r->against_n; i++)
		ctn_json_text(j, NULL, r->against[i]);
	ctn_json_close_array(j);
	ctn_json_int(j, "revocations", (int64_t)r->revocations);
	problems_show(c->out, "window", a->dry_run ? "would be" : "note", &r->window);
	ctn_json_text(j, "aside", r->aside);
	show_line(c->out, "%s %s: %" PRIu64 " acts, %" PRIu64 " revocations taken over", a->dry_run ? "would restore" : "restored", p->env.home, r->size,
	    r->revocations);
	if (r->aside != NULL)
		show_line(c->out, "the old home is %s; nothing may be signed with it", r->aside);
	if (r->against_n == 0)
		show_warn(c->out, "there was nothing to compare the backup with: what happened after it was taken is unknown here");
	return 0;
}

static int
run(struct cmd *c)
{
	const struct db_restore_args *a = c->args;
	struct pki_wish wish = { .accept_clock = a->accept_clock };
	struct ctn_err e = { 0 };
	ctn_restore_report r;
	CTN_OWN(pki) p = NULL;

	if (!pki_find(&p, c, &wish, &e) || !ctn_home_restore(&r, a->file, &p->env, a->dry_run, c->arena, &e))
		return show_fail(c->out, &e);
	return r.allowed ? show_restored(c, p, &r) : show_refused(c, &r, &e);
}

static const struct opt opts[] = {
	{ .name = "FILE", ARG(db_restore_args, file), .help = "What db backup wrote" },
	ACCEPT_CLOCK_ROW(db_restore_args),
	DRY_RUN_ROW(db_restore_args),
	{ 0 },
};

const struct command db_restore_command = {
	.name = "db restore",
	.summary = "put a backup in place of the home",
	.about = "The backup is checked whole, then compared with the home that is there. One that lacks acts of a sound home is refused: it would "
	         "forget revocations and use log sizes and CRL numbers twice. Where the database is gone or broken, the home's highwater and "
	         "public CRLs take its place: their revocations are taken over, CRL numbers go on above all that were used, and what may be "
	         "missing is listed. The old home is kept beside the new one. Both are exchanged in one step; nothing is changed on failure.",
	.opts = opts,
	.args_size = sizeof(struct db_restore_args),
	.examples = {
	    { "catena db restore catena-backup.tar --dry-run", "Whether it may take the home's place, and what would be missing." },
	},
	.run = run,
};
