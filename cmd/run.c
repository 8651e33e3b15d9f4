#include "cmd/run.h"

#include <string.h>

#include "cmd/commands.h"
#include "cmd/help.h"

/* All that one line needs; freed in one place. */
struct line {
	int argc;
	char **argv;
	int at; /* first word not yet read */
	struct cmd cmd;
	struct show out;
	struct passphrases passphrases;
};

/* A line that could not be read to its end still says in which form its failure is wanted. */
static bool
asks_for_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

static bool
read_globals(struct line *l, struct ctn_err *e)
{
	struct opt_line line = { l->argc, l->argv, 1, true };
	struct opt_table none = { 0 }, global = { global_opts, &l->cmd.globals };

	if (opts_parse(&l->at, &line, none, global, l->cmd.arena, e))
		return true;
	if (e->hint[0] == '\0')
		(void)ctn_hint(e, "catena help; a command's own options follow its name");
	return false;
}

static bool
find_command(struct line *l, struct ctn_err *e)
{
	const char *first = l->argv[l->at], *second = l->at + 1 < l->argc ? l->argv[l->at + 1] : NULL;
	int words = 0;

	l->cmd.self = command_find(first, second, &words);
	if (l->cmd.self == NULL)
		return command_unknown(first, second, e);
	l->at += words;
	return true;
}

static bool
read_command(struct line *l, struct ctn_err *e)
{
	const struct command *k = l->cmd.self;
	struct opt_line line = { l->argc, l->argv, l->at, false };
	struct opt_table global = { global_opts, &l->cmd.globals };
	void *args = ctn_arena_calloc(l->cmd.arena, 1, k->args_size + 1);

	if (args == NULL)
		return ctn_fail_memory(e);
	if (k->defaults != NULL)
		memcpy(args, k->defaults, k->args_size);
	l->cmd.args = args;
	if (opts_parse(&l->at, &line, (struct opt_table){ k->opts, args }, global, l->cmd.arena, e))
		return true;
	if (e->hint[0] == '\0')
		(void)ctn_hint(e, "catena %s --help", k->name);
	return false;
}

static void
set_form(struct line *l)
{
	l->out.json = l->cmd.globals.json;
	l->out.quiet = l->cmd.globals.quiet;
	l->out.verbose = l->cmd.globals.verbose;
}

static int
run_command(struct line *l)
{
	struct ctn_err e = { 0 };
	bool understood = read_command(l, &e);

	set_form(l);
	if (l->cmd.globals.help)
		return help_about(&l->cmd, l->cmd.self);
	if (!understood) {
		l->out.json = l->out.json || asks_for_json(l->argc, l->argv);
		return show_fail(&l->out, &e);
	}
	return l->cmd.self->run(&l->cmd);
}

static int
run_words(struct line *l)
{
	struct ctn_err e = { 0 };

	if (!read_globals(l, &e)) {
		l->out.json = asks_for_json(l->argc, l->argv);
		return show_fail(&l->out, &e);
	}
	set_form(l);
	if (l->cmd.globals.version)
		return version_command.run(&l->cmd);
	if (l->at >= l->argc)
		return l->cmd.globals.help ? help_overview(&l->cmd) : help_short(&l->cmd);
	if (!find_command(l, &e)) {
		l->out.json = asks_for_json(l->argc, l->argv);
		return show_fail(&l->out, &e);
	}
	l->out.who = ctn_arena_printf(l->cmd.arena, "catena %s", l->cmd.self->name);
	return run_command(l);
}

bool
run_needs_runner(int argc, char **argv)
{
	for (int i = 1, words; i < argc; i++) {
		const struct command *k = command_find(argv[i], i + 1 < argc ? argv[i + 1] : NULL, &words);

		if (k != NULL && k->runs_commands)
			return true;
	}
	return false;
}

/* Nagios reads the first line of standard output, and knows four statuses. */
static int
end_status(struct line *l, int status)
{
	if (l->cmd.self == NULL || !l->cmd.self->speaks_nagios || l->out.err.code == CTN_OK)
		return status;
	show_line(&l->out, "CATENA UNKNOWN - %s", l->out.err.text);
	return 3;
}

int
run_nothing(int argc, char **argv, const struct ctn_err *why)
{
	struct show out;
	int status;

	show_open(&out, "catena");
	out.json = asks_for_json(argc, argv);
	status = show_fail(&out, why);
	return show_close(&out, status);
}

int
run_line(int argc, char **argv, const struct run_world *world)
{
	CTN_OWN(ctn_arena) arena = ctn_arena_open(0);
	struct line l = { .argc = argc, .argv = argv };
	int status;

	show_open(&l.out, "catena");
	l.cmd = (struct cmd){ .out = &l.out,
		.passphrases = &l.passphrases,
		.arena = arena,
		.now_s = world->now_s,
		.caller_mask = world->caller_mask,
		.runner = world->runner,
		.globals.wait_s = 30 };
	if (arena == NULL) {
		struct ctn_err e = { .code = CTN_ENOMEM, .text = "out of memory" };

		l.out.json = asks_for_json(argc, argv);
		status = show_fail(&l.out, &e);
	} else {
		status = end_status(&l, run_words(&l));
	}
	passphrases_close(&l.passphrases);
	return show_close(&l.out, status);
}
