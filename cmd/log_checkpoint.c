#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "ca/vouch.h"
#include "cmd/authority.h"
#include "cmd/pki.h"

struct log_checkpoint_args {
	const char *out;
	bool accept_clock, force, dry_run;
};

static bool
to_file(const struct log_checkpoint_args *a)
{
	return a->out != NULL && strcmp(a->out, "-") != 0;
}

static int
show_note_made(struct cmd *c, const ctn_checkpoint *made, const ctn_buf *note)
{
	const struct log_checkpoint_args *a = c->args;
	ctn_json_out *j = show_json(c->out);

	ctn_json_text(j, "origin", made->origin);
	ctn_json_int(j, "size", (int64_t)made->size);
	ctn_json_hex(j, "root", (ctn_span){ made->root.h, sizeof made->root.h });
	if (a->dry_run) {
		show_line(c->out, "would sign a checkpoint over %" PRIu64 " acts", made->size);
		return 0;
	}
	ctn_json_bytes(j, "checkpoint", ctn_buf_view(note));
	if (!to_file(a)) {
		show_raw(c->out, ctn_buf_view(note));
		return 0;
	}
	ctn_json_text(j, "file", a->out);
	show_line(c->out, "%s: checkpoint over %" PRIu64 " acts; keep it on another machine", a->out, made->size);
	return 0;
}

static int
run(struct cmd *c)
{
	const struct log_checkpoint_args *a = c->args;
	struct pki_wish wish = { .read_only = a->dry_run, .accept_clock = a->accept_clock };
	CTN_OWN_BUF note = { .max = CTN_NOTE_MAX };
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;
	ctn_checkpoint made;

	if (!authority_out_ready(c, a->out, a->force, &e) || !pki_open(&p, c, &wish, &e) || !ctn_ca_checkpoint(&note, &made, p->ca, a->dry_run, &e))
		return show_fail(c->out, &e);
	if (to_file(a) && !a->dry_run && !ctn_file_write(a->out, ctn_buf_view(&note), 0666 & ~c->caller_mask, a->force, &e))
		return show_fail(c->out, &e);
	return show_note_made(c, &made, &note);
}

static const struct opt opts[] = {
	{ .name = "out", PATH(log_checkpoint_args, out, "FILE"), .help = "Write it to FILE instead of standard output (-)" },
	{ .name = "force", FLAG(log_checkpoint_args, force), .help = "Replace FILE if it exists" },
	ACCEPT_CLOCK_ROW(log_checkpoint_args),
	DRY_RUN_ROW(log_checkpoint_args),
	{ 0 },
};

const struct command log_checkpoint_command = {
	.name = "log checkpoint",
	.summary = "sign a note of how the log is now, to be kept elsewhere",
	.about = "A checkpoint is a C2SP signed note over the size and root of the log. Kept on another machine it shows, with log verify "
	         "--against, any later change of the records up to it, also when the whole home was put back to an older state.",
	.opts = opts,
	.args_size = sizeof(struct log_checkpoint_args),
	.examples = {
	    { "catena log checkpoint", "The note on standard output." },
	    { "catena log checkpoint --out today.checkpoint", "The same as a file." },
	},
	.run = run,
};
