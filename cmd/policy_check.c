#include "cmd/commands.h"
#include "cmd/policies.h"

/* One reason of the document; show_reason has no room for column and hint. */
static void
put_reason(struct show *out, const ctn_policy_error *p)
{
	ctn_json_out *j = &out->r;

	ctn_json_object(j, NULL);
	ctn_json_text(j, "text", p->text);
	ctn_json_text(j, "file", p->where.file);
	ctn_json_int(j, "line", p->where.line);
	ctn_json_int(j, "column", p->where.column);
	ctn_json_text(j, "hint", p->hint);
	ctn_json_close_object(j);
}

static int
show_errors(struct cmd *c, const ctn_policy_errors *errors)
{
	const ctn_policy_error *first = &errors->at[0];
	struct ctn_err e = { 0 };

	for (size_t i = 0; i < errors->n; i++) {
		const ctn_policy_error *p = &errors->at[i];

		put_reason(c->out, p);
		show_line(c->out, "%s:%u:%u: %s", p->where.file, p->where.line, p->where.column, p->text);
		if (p->hint != NULL)
			show_line(c->out, "  try: %s", p->hint);
	}
	if (errors->n == 1)
		ctn_fail(&e, CTN_EINPUT, "%s:%u:%u: %s", first->where.file, first->where.line, first->where.column, first->text);
	else
		ctn_fail(&e, CTN_EINPUT, "%zu errors, the first at %s:%u:%u: %s", errors->n, first->where.file, first->where.line,
		    first->where.column, first->text);
	if (first->hint != NULL)
		ctn_hint(&e, "%s", first->hint);
	return show_fail(c->out, &e);
}

static void
show_counts(struct cmd *c, const ctn_policies *p, size_t files)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_int(j, "files", (int64_t)files);
	ctn_json_int(j, "authorities", (int64_t)p->authorities_n);
	ctn_json_int(j, "profiles", (int64_t)p->profiles_n);
	show_line(c->out, "%zu files without errors: %zu authorities, %zu profiles", files, p->authorities_n, p->profiles_n);
}

static int
run(struct cmd *c)
{
	struct ctn_err e = { 0 };
	ctn_policy_errors errors;
	ctn_policy_file *files;
	ctn_policies policies;
	size_t n;

	if (!policies_files(&files, &n, c, &e) || !ctn_policies_parse(&policies, &errors, files, n, c->arena, &e))
		return show_fail(c->out, &e);
	for (size_t i = 0; i < policies.warnings.n; i++) {
		const ctn_policy_error *w = &policies.warnings.at[i];

		show_warn(c->out, "%s:%u:%u: %s", w->where.file, w->where.line, w->where.column, w->text);
	}
	if (errors.n > 0)
		return show_errors(c, &errors);
	show_counts(c, &policies, n);
	return 0;
}

const struct command policy_check_command = {
	.name = "policy check",
	.summary = "find every error in every policy file",
	.about = "All errors of all files come out in one run, each with file, line and column. Profiles whose authority ca.yaml does not "
		 "have are warnings: they are sound, but nothing can be issued by them yet.",
	.examples = {
	    { "catena policy check", "Exit 0 and how many there are, or exit 2 and what is wrong." },
	    { "catena policy check --json", "The same; errors stand in error.reasons." },
	},
	.exits = { { 2, "some file has an error" } },
	.run = run,
};
