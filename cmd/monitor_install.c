#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/commands.h"
#include "cmd/home.h"
#include "cmd/policies.h"
#include "cmd/schedule.h"
#include "policy/monitor.h"

#define UNIT_FOLDER "/etc/systemd/system"
#define CRON_FOLDER "/etc/cron.d"
enum { PATH_ROOM = 4096 };

struct install_args {
	bool systemd, cron, write, force, dry_run, sudo;
	int64_t every_s;
	const char *user, *passphrase_file, *name, *to, *program;
	struct opt_list writable;
};

/* One text and the file that it goes to. */
struct piece {
	const char *path;
	ctn_buf text;
};

struct job {
	struct cmd *c;
	const struct install_args *a;
	struct schedule schedule;
	const char **folders;
	size_t folders_n, folders_cap;
	struct piece pieces[2];
	size_t pieces_n;
};

/* ---- which folders are written beside the home */

static bool
is_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool
add_folder(struct job *j, const char *path, struct ctn_err *e)
{
	if (path == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < j->folders_n; i++)
		if (strcmp(j->folders[i], path) == 0)
			return true;
	if (is_inside(path, j->schedule.home))
		return true;
	if (j->folders_n == j->folders_cap) {
		size_t cap = j->folders_cap == 0 ? 16 : j->folders_cap * 2;
		const char **more = ctn_arena_new(j->c->arena, const char *, cap);

		if (more == NULL)
			return ctn_fail_memory(e);
		if (j->folders_n > 0)
			memcpy(more, j->folders, j->folders_n * sizeof *more);
		j->folders = more;
		j->folders_cap = cap;
	}
	j->folders[j->folders_n++] = path;
	return true;
}

/* "/etc/nginx/tls" of "/etc/nginx/tls/x.crt", and of every pattern that begins so. */
static const char *
fixed_folder(const char *pattern, ctn_arena *a)
{
	size_t n = strcspn(pattern, "*?[");

	while (n > 1 && pattern[n - 1] != '/')
		n--;
	return ctn_arena_text_n(a, pattern, n > 1 ? n - 1 : 1);
}

/* Where links lead to, the files of today stand too. */
static bool
add_matches(struct job *j, const char *pattern, struct ctn_err *e)
{
	glob_t found = { 0 };
	bool ok = true;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; ok && i < found.gl_pathc; i++) {
			CTN_OWN_TEXT char *real = realpath(found.gl_pathv[i], NULL);

			ok = real == NULL || add_folder(j, ctn_dir_of(j->c->arena, real), e);
		}
	globfree(&found);
	return ok;
}

static bool
add_watched(struct job *j, const ctn_monitor_policy *p, struct ctn_err *e)
{
	for (size_t i = 0; i < p->watch_n && p->renew.wanted; i++)
		for (size_t k = 0; p->watch[i].kind == CTN_WATCH_FILES && k < p->watch[i].what_n; k++) {
			const char *pattern = p->watch[i].what[k];

			if (pattern[0] == '/' && (!add_folder(j, fixed_folder(pattern, j->c->arena), e) || !add_matches(j, pattern, e)))
				return false;
		}
	return true;
}

static bool
add_outputs(struct job *j, const ctn_monitor_policy *p, struct ctn_err *e)
{
	const char *const outputs[] = { p->outputs.prometheus, p->outputs.ics, p->outputs.html };

	for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++)
		if (outputs[i] != NULL && outputs[i][0] == '/' && !add_folder(j, ctn_dir_of(j->c->arena, outputs[i]), e))
			return false;
	return true;
}

static bool
find_folders(struct job *j, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	ctn_monitor_policy policy;
	ctn_policy_errors errors;
	ctn_policy_file *files;
	size_t n;

	for (size_t i = 0; i < j->a->writable.n; i++)
		if (!add_folder(j, j->a->writable.v[i], e))
			return false;
	if (j->a->program != NULL)
		return true; /* for whoever installs a package: not what this machine has */
	if (!policies_files(&files, &n, j->c, &why)) {
		show_warn(j->c->out, "%s: what its policies/monitor.yaml lets be written is not known", why.text);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(files[i].name, "monitor.yaml") == 0 && (!ctn_monitor_policy_parse(&policy, &errors, &files[i], j->c->arena, e) ||
								      !add_watched(j, &policy, e) || !add_outputs(j, &policy, e)))
			return false;
	return true;
}

/* ---- the texts */

static const char *
absolute(const char *path, ctn_arena *a)
{
	CTN_OWN_TEXT char *real = realpath(path, NULL);
	char here[PATH_ROOM];

	if (real != NULL)
		return ctn_arena_text(a, real);
	if (path[0] == '/' || getcwd(here, sizeof here) == NULL)
		return ctn_arena_text(a, path);
	return ctn_arena_printf(a, "%s/%s", here, path);
}

static bool
fill(struct job *j, struct ctn_err *e)
{
	const struct install_args *a = j->a;
	ctn_arena *arena = j->c->arena;
	struct schedule *s = &j->schedule;

	*s = (struct schedule){ .user = a->user, .every_s = a->every_s, .sudo = a->sudo };
	if (!home_find(&s->home, j->c->globals.home, arena, e))
		return false;
	s->home = absolute(s->home, arena);
	s->program = a->program != NULL ? a->program : absolute("/proc/self/exe", arena);
	if (a->passphrase_file != NULL && (s->passphrase_file = absolute(a->passphrase_file, arena)) == NULL)
		return ctn_fail_memory(e);
	if (s->home == NULL || s->program == NULL)
		return ctn_fail_memory(e);
	if (s->program[0] != '/')
		return ctn_fail(e, CTN_EUSAGE, "--program: an absolute path");
	if (a->user != NULL && a->program == NULL && getpwnam(a->user) == NULL)
		return ctn_fail(e, CTN_EUSAGE, "--user: there is no user '%s'", a->user);
	if (!find_folders(j, e))
		return false;
	s->writable = j->folders;
	s->writable_n = j->folders_n;
	return schedule_check(s, e);
}

static struct piece *
add_piece(struct job *j, const char *folder, const char *ending)
{
	struct piece *p = &j->pieces[j->pieces_n++];

	p->path = ctn_arena_printf(j->c->arena, "%s/%s%s", j->a->to != NULL ? j->a->to : folder, j->a->name, ending);
	return p;
}

static bool
compose(struct job *j, struct ctn_err *e)
{
	if (j->a->systemd) {
		schedule_service(&add_piece(j, UNIT_FOLDER, ".service")->text, &j->schedule);
		schedule_timer(&add_piece(j, UNIT_FOLDER, ".timer")->text, &j->schedule);
	} else {
		schedule_cron(&add_piece(j, CRON_FOLDER, "")->text, &j->schedule, j->a->write);
	}
	for (size_t i = 0; i < j->pieces_n; i++)
		if (j->pieces[i].path == NULL || !ctn_buf_ok(&j->pieces[i].text, e))
			return j->pieces[i].path != NULL ? false : ctn_fail_memory(e);
	return true;
}

/* ---- what becomes of them */

static bool
judge_places(const struct job *j, struct ctn_err *e)
{
	for (size_t i = 0; i < j->pieces_n && !j->a->force; i++)
		if (ctn_file_exists(j->pieces[i].path))
			return ctn_fail(e, CTN_EEXISTS, "%s: exists already; nothing was written", j->pieces[i].path) || ctn_hint(e, "--force, or another --name");
	return true;
}

static bool
write_pieces(const struct job *j, struct ctn_err *e)
{
	for (size_t i = 0; i < j->pieces_n; i++) {
		const struct piece *p = &j->pieces[i];

		if (!j->a->dry_run && !ctn_file_write(p->path, ctn_buf_view(&p->text), 0644, j->a->force, e))
			return j->a->to == NULL && e->code == CTN_EFILE && ctn_hint(e, "as root, or --to DIR");
		show_line(j->c->out, "%-12s %s", j->a->dry_run ? "Would write:" : "Written:", p->path);
	}
	return true;
}

static void
show_pieces(const struct job *j)
{
	ctn_json_out *out = show_json(j->c->out);

	ctn_json_array(out, "files");
	for (size_t i = 0; i < j->pieces_n; i++) {
		const struct piece *p = &j->pieces[i];

		ctn_json_object(out, NULL);
		ctn_json_text(out, "path", p->path);
		ctn_json_bytes(out, "text", ctn_buf_view(&p->text));
		ctn_json_close_object(out);
		if (j->a->write)
			continue;
		if (i > 0)
			show_line(j->c->out, "%s", "");
		if (j->a->systemd)
			show_line(j->c->out, "# %s", p->path);
		show_raw(j->c->out, ctn_buf_view(&p->text));
	}
	ctn_json_close_array(out);
	ctn_json_bool(out, "written", j->a->write && !j->a->dry_run);
}

/* What is typed next, as a note where the text itself may go into a pipe. */
static void
show_next(const struct job *j)
{
	const char *next = NULL;

	if (j->a->systemd && j->a->write)
		next = ctn_arena_printf(j->c->arena, "systemctl daemon-reload && systemctl enable --now %s.timer", j->a->name);
	else if (j->a->systemd)
		next = "catena monitor install --systemd --write";
	else if (!j->a->write)
		next = "crontab -e, and put the line there";
	if (next == NULL)
		return;
	ctn_json_text(show_json(j->c->out), "next", next);
	if (j->a->write)
		show_line(j->c->out, "%-12s %s", "Next:", next);
	else
		show_note(j->c->out, "next: %s", next);
}

static bool
judge_args(const struct install_args *a, struct ctn_err *e)
{
	if (a->systemd == a->cron)
		return ctn_fail(e, CTN_EUSAGE, "either --systemd or --cron") || ctn_hint(e, "catena monitor install --systemd");
	if (strchr(a->name, '/') != NULL || a->name[0] == '.' || a->name[0] == '\0' || (a->cron && strchr(a->name, '.') != NULL))
		return ctn_fail(e, CTN_EUSAGE, "--name: a name without slashes%s", a->cron ? " and dots: cron passes such files over" : "");
	if (!a->write && (a->force || a->dry_run || a->to != NULL))
		return ctn_fail(e, CTN_EUSAGE, "--force, --dry-run and --to go with --write");
	return true;
}

static int
install(struct job *j)
{
	struct ctn_err e = { 0 };

	if (!judge_args(j->a, &e) || !fill(j, &e) || !compose(j, &e))
		return show_fail(j->c->out, &e);
	if (j->a->write && (!judge_places(j, &e) || !write_pieces(j, &e)))
		return show_fail(j->c->out, &e);
	show_pieces(j);
	show_next(j);
	return 0;
}

static int
run(struct cmd *c)
{
	struct job j = { .c = c, .a = c->args };
	int status = install(&j);

	for (size_t i = 0; i < j.pieces_n; i++)
		ctn_buf_free(&j.pieces[i].text);
	return status;
}

static const struct install_args defaults = { .every_s = 3600, .name = "catena-monitor" };

static const struct opt opts[] = {
	{ .name = "systemd", FLAG(install_args, systemd), .help = "A service and a timer" },
	{ .name = "cron", FLAG(install_args, cron), .help = "A line for a crontab" },
	{ .name = "write", FLAG(install_args, write), .help = "Put them into " UNIT_FOLDER " or " CRON_FOLDER " instead of printing them" },
	{ .name = "every", DURATION(install_args, every_s, "T"), .help = "How often: 5m to 1d; 1h unless said" },
	{ .name = "user", TEXT(install_args, user, "USER"), .help = "As whom it runs; who owns the home" },
	{ .name = "passphrase-file", PATH(install_args, passphrase_file, "FILE"), .help = "Where the passphrase of the authority's key is read from, each time" },
	{ .name = "writable", LIST(install_args, writable, "DIR"), .help = "systemd: a folder that a hook writes; those of renewed files and outputs are known" },
	{ .name = "sudo", FLAG(install_args, sudo), .help = "systemd: a hook gains privileges, by sudo for one; most fences are left out then" },
	{ .name = "name", TEXT(install_args, name, "NAME"), .help = "What the files are called; catena-monitor unless said" },
	{ .name = "to", PATH(install_args, to, "DIR"), .help = "With --write: into this folder" },
	{ .name = "program", PATH(install_args, program, "FILE"), .help = "For packages: the program's path; neither the user nor the home's policies are looked up" },
	{ .name = "force", FLAG(install_args, force), .help = "With --write: replace what is there" },
	{ .name = "dry-run", .abbr = 'n', FLAG(install_args, dry_run), .help = "With --write: say what would be written, but write nothing" },
	{ 0 },
};

const struct command monitor_install_command = {
	.name = "monitor install",
	.summary = "let monitor run and crl --due run by themselves",
	.about = "Prints a systemd service and timer, or a crontab line. The service is hardened: it may write the home, the folders of watched files "
		 "where policies/monitor.yaml lets them be renewed, the folders of its outputs, and what --writable names; hooks run behind the same "
		 "fences. A hook that only calls systemctl needs none of that, for systemd does the work. The passphrase becomes a systemd credential.\n\n"
		 "After a change of watch, renew or outputs, run it again: the folders are written into the unit.",
	.opts = opts,
	.args_size = sizeof(struct install_args),
	.defaults = &defaults,
	.examples = {
	    { "catena monitor install --systemd", "Shows catena-monitor.service and catena-monitor.timer; --write installs them." },
	    { "catena monitor install --cron --every 6h", "A line for crontab -e." },
	},
	.run = run,
};
