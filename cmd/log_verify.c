#include <inttypes.h>

#include "base/file.h"
#include "ca/verdict.h"
#include "cmd/pki.h"
#include "cmd/problems.h"
#include "cmd/progress.h"
#include "log/checkpoint.h"

struct log_verify_args {
	const char *against;
};

static int
show_verdict(struct show *out, const ctn_log_verdict *v)
{
	ctn_json_out *j = show_json(out);
	char root[2 * CTN_NODE_LEN + 1];

	ctn_json_int(j, "size", (int64_t)v->size);
	if (v->has_root) {
		ctn_hex(root, (ctn_span){ v->root.h, sizeof v->root.h });
		ctn_json_text(j, "root", root);
	}
	ctn_json_array(j, "against");
	for (size_t i = 0; i < v->against_n; i++)
		ctn_json_text(j, NULL, v->against[i]);
	ctn_json_close_array(j);
	problems_show(out, "problems", "problem", &v->problems);
	show_line(out, "%" PRIu64 " acts, held against %s%s%s: %s", v->size, v->against_n > 0 ? v->against[0] : "nothing outside the database",
	    v->against_n > 1 ? " and " : "", v->against_n > 1 ? v->against[1] : "",
	    v->problems.found == 0 ? "nothing was changed" : "something was changed");
	if (v->has_root)
		show_line(out, "root %s", root);
	return v->problems.found == 0 ? 0 : 1;
}

static int
run(struct cmd *c)
{
	const struct log_verify_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	ctn_verdict_wish how = { .progress = progress_tell };
	CTN_OWN_BUF note = { .max = CTN_NOTE_MAX };
	struct progress progress;
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };
	ctn_log_verdict v;
	bool ok;

	if (a->against != NULL && !ctn_file_read(&note, a->against, CTN_NOTE_MAX, CTN_FILE_PLAIN, &e))
		return show_fail(c->out, &e);
	if (a->against != NULL && note.n == 0) {
		ctn_fail(&e, CTN_EINPUT, "%s: an empty file is no checkpoint", a->against);
		return show_fail(c->out, &e);
	}
	if (!pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	progress_begin(&progress, c->out, "checking acts");
	how.ctx = &progress;
	how.checkpoint = ctn_buf_view(&note);
	ok = ctn_ca_log_verify(&v, p->ca, &how, &e);
	progress_end(&progress);
	return ok ? show_verdict(c->out, &v) : show_fail(c->out, &e);
}

static const struct opt opts[] = {
	{ .name = "against", PATH(log_verify_args, against, "CHECKPOINT"), .help = "A checkpoint of this home that was kept elsewhere" },
	{ 0 },
};

const struct command log_verify_command = {
	.name = "log verify",
	.summary = "find what was changed, deleted or cut off in the records",
	.about = "Every act stands in a Merkle tree. This computes every leaf from the records and every node from the leaves, and holds the "
	         "tree against the file highwater in the home, which lies outside the database, and against a checkpoint that was kept "
	         "elsewhere. It says which of them it had: whoever can write the database can write highwater too, but not a checkpoint "
	         "on another machine.",
	.opts = opts,
	.args_size = sizeof(struct log_verify_args),
	.examples = {
	    { "catena log verify", "What is wrong, or that nothing is." },
	    { "catena log verify --json", "The same for scripts: size, root, against, problems." },
	},
	.exits = { { 1, "something was changed" } },
	.run = run,
};
