#include <inttypes.h>

#include "ca/backup.h"
#include "cmd/pki.h"

struct db_backup_args {
	const char *file;
	bool force, dry_run;
};

static int
run(struct cmd *c)
{
	const struct db_backup_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	ctn_json_out *j = show_json(c->out);
	ctn_backup_report made;
	struct ctn_err e = { 0 };
	CTN_OWN(pki) p = NULL;

	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_backup(&made, p->ca, a->file, a->force, a->dry_run, &e))
		return show_fail(c->out, &e);
	ctn_json_text(j, "file", a->file);
	ctn_json_int(j, "size", (int64_t)made.size);
	ctn_json_hex(j, "root", (ctn_span){ made.root.h, sizeof made.root.h });
	if (a->dry_run) {
		show_line(c->out, "would write %s with %" PRIu64 " acts", a->file, made.size);
		return 0;
	}
	ctn_json_int(j, "bytes", (int64_t)made.bytes);
	ctn_json_int(j, "files", (int64_t)made.files);
	show_line(c->out, "%s: %zu files, %" PRIu64 " bytes, %" PRIu64 " acts", a->file, made.files, made.bytes, made.size);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "FILE", ARG(db_backup_args, file), .help = "The archive to write, outside the home" },
	{ .name = "force", FLAG(db_backup_args, force), .help = "Replace FILE if it exists" },
	DRY_RUN_ROW(db_backup_args),
	{ 0 },
};

const struct command db_backup_command = {
	.name = "db backup",
	.summary = "write the whole home into one file, while it is in use",
	.about = "The file is an uncompressed tar that only its owner may read: database, keys (encrypted as they are), policies, public files, "
	         "highwater. Nobody has to stop for it. Whoever has it and the passphrases has the PKI: keep it as a key is kept.",
	.opts = opts,
	.args_size = sizeof(struct db_backup_args),
	.examples = {
	    { "catena db backup catena-backup.tar", "Everything, as of now." },
	    { "catena db backup catena-backup.tar --force", "The same over an older one, whole or not at all." },
	},
	.run = run,
};
