#include "cmd/help.h"

#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/man.h"

enum { COLUMNS = 80, HELP_AT = 26 };

struct help_args {
	struct opt_list words;
	bool man, names;
};

void
help_wrap(ctn_buf *b, const char *text, size_t indent)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " \n");

		if (column > 0 && column + 1 + n > COLUMNS) {
			ctn_buf_byte(b, '\n');
			column = 0;
		}
		if (column == 0)
			ctn_buf_printf(b, "%*s", (int)indent, "");
		else
			ctn_buf_byte(b, ' ');
		column = (column == 0 ? indent : column + 1) + n;
		ctn_buf_add(b, text, n);
		text += n;
		if (strncmp(text, "\n\n", 2) == 0) {
			ctn_buf_text(b, "\n\n");
			column = 0;
		}
		text += strspn(text, " \n");
	}
	ctn_buf_byte(b, '\n');
}

/* "  -n, --dry-run" and, from column 26 on, what it is for. */
static void
put_option(ctn_buf *b, const struct opt *o)
{
	char left[96];
	size_t n;

	if (opt_is_arg(o))
		n = (size_t)snprintf(left, sizeof left, "  %s", o->name);
	else
		n = (size_t)snprintf(left, sizeof left, "  %c%c%s --%s%s%s", o->abbr != 0 ? '-' : ' ',
		    o->abbr != 0 ? o->abbr : ' ', o->abbr != 0 ? "," : " ", o->name, o->value != NULL ? " " : "",
		    o->value != NULL ? o->value : "");
	ctn_buf_text(b, left);
	if (n + 2 > HELP_AT) {
		ctn_buf_byte(b, '\n');
		help_wrap(b, o->help, HELP_AT);
		return;
	}
	CTN_OWN_BUF wrapped = { 0 };
	help_wrap(&wrapped, o->help, HELP_AT);
	ctn_buf_printf(b, "%*s", (int)(HELP_AT - n), "");
	ctn_buf_add(b, wrapped.p + HELP_AT, wrapped.n < HELP_AT ? 0 : wrapped.n - HELP_AT);
}

static void
put_options(ctn_buf *b, const struct opt *rows, const char *heading, bool args)
{
	bool any = false;

	for (const struct opt *o = rows; o != NULL && o->name != NULL; o++) {
		if (opt_is_arg(o) != args)
			continue;
		if (!any)
			ctn_buf_printf(b, "\n%s:\n", heading);
		any = true;
		put_option(b, o);
	}
}

static void
put_examples(ctn_buf *b, const struct command *k)
{
	ctn_buf_text(b, k->examples[1].line == NULL ? "\nExample:\n" : "\nExamples:\n");
	for (size_t i = 0; i < 3 && k->examples[i].line != NULL; i++) {
		ctn_buf_printf(b, "  %s\n", k->examples[i].line);
		help_wrap(b, k->examples[i].shows, 6);
	}
}

static void
put_exits(ctn_buf *b, const struct command *k)
{
	if (k->exits[0].means == NULL)
		return;
	ctn_buf_text(b, "\nExit status:\n");
	for (size_t i = 0; i < 3 && k->exits[i].means != NULL; i++)
		ctn_buf_printf(b, "  %d  %s\n", k->exits[i].status, k->exits[i].means);
}

static void
put_command(ctn_buf *b, const struct command *k, const char *usage)
{
	ctn_buf_printf(
	    b, "catena %s - %s\n\nUsage: catena %s%s%s\n", k->name, k->summary, k->name, usage[0] == '\0' ? "" : " ", usage);
	if (k->about != NULL) {
		ctn_buf_byte(b, '\n');
		help_wrap(b, k->about, 0);
	}
	put_options(b, k->opts, "Arguments", true);
	put_options(b, k->opts, "Options", false);
	ctn_buf_text(b, "\nOptions of every command (-C, --json, --quiet, --wait ...): catena help\n");
	put_examples(b, k);
	put_exits(b, k);
}

static void
json_options(ctn_json_out *j, const struct opt *rows)
{
	ctn_json_array(j, "options");
	for (const struct opt *o = rows; o != NULL && o->name != NULL; o++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "name", o->name);
		ctn_json_bool(j, "argument", opt_is_arg(o));
		ctn_json_text(j, "value", o->value);
		ctn_json_text(j, "help", o->help);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
}

static void
json_command(ctn_json_out *j, const struct command *k, const char *usage)
{
	ctn_json_text(j, "name", k->name);
	ctn_json_text(j, "summary", k->summary);
	ctn_json_text(j, "usage", usage);
	json_options(j, k->opts);
	ctn_json_array(j, "examples");
	for (size_t i = 0; i < 3 && k->examples[i].line != NULL; i++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "line", k->examples[i].line);
		ctn_json_text(j, "shows", k->examples[i].shows);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
}

static int
put_text(struct cmd *c, ctn_buf *b)
{
	struct ctn_err e = { 0 };

	if (!ctn_buf_ok(b, &e))
		return show_fail(c->out, &e);
	show_raw(c->out, ctn_buf_view(b));
	return 0;
}

static int
fail_memory(struct cmd *c)
{
	struct ctn_err e = { 0 };

	if (ctn_fail_memory(&e))
		return 0;
	return show_fail(c->out, &e);
}

int
help_about(struct cmd *c, const struct command *k)
{
	CTN_OWN_BUF b = { 0 };
	const char *usage = opts_usage(k->opts, c->arena);

	if (usage == NULL)
		return fail_memory(c);
	json_command(show_json(c->out), k, usage);
	put_command(&b, k, usage);
	return put_text(c, &b);
}

static void
put_list(ctn_buf *b, ctn_json_out *j, const char *group)
{
	ctn_json_array(j, "commands");
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *k = command_at(i);

		if (group != NULL && !command_in_group(k, group))
			continue;
		ctn_buf_printf(b, "  %-16s  %s\n", k->name, k->summary);
		ctn_json_object(j, NULL);
		ctn_json_text(j, "name", k->name);
		ctn_json_text(j, "summary", k->summary);
		ctn_json_close_object(j);
	}
	ctn_json_close_array(j);
}

int
help_overview(struct cmd *c)
{
	CTN_OWN_BUF b = { 0 };

	ctn_buf_text(&b,
	    "catena - private certificate authority\n\n"
	    "Usage: catena [-C HOME] [--json] [--quiet | --verbose] [--wait T] COMMAND [ARG...]\n\n"
	    "Commands:\n");
	put_list(&b, show_json(c->out), NULL);
	put_options(&b, global_opts, "Options of every command", false);
	ctn_buf_text(&b,
	    "\nExit status:\n"
	    "   0  done; the answer is yes\n"
	    "   1  the answer is no: not trusted, findings, refused by policy\n"
	    "   2  wrong usage, or input that can never be used\n"
	    "   3  it could not be completed: store, file, passphrase, key, network\n"
	    "  75  the home stayed locked; try again\n"
	    "\ncatena help COMMAND tells more about one of them.\n");
	return put_text(c, &b);
}

int
help_short(struct cmd *c)
{
	struct ctn_err e = { 0 };

	show_note(c->out, "Usage: catena [-C HOME] [--json] COMMAND [ARG...]");
	for (size_t i = 0; i < command_count(); i++)
		show_note(c->out, "  %-16s  %s", command_at(i)->name, command_at(i)->summary);
	if (!ctn_fail(&e, CTN_EUSAGE, "a command is missing"))
		(void)ctn_hint(&e, "catena help");
	return show_fail(c->out, &e);
}

static int
help_group(struct cmd *c, const char *word)
{
	CTN_OWN_BUF b = { 0 };

	ctn_buf_printf(&b, "catena %s - %s\n\n", word, command_group(word));
	put_list(&b, show_json(c->out), word);
	return put_text(c, &b);
}

static int
put_names(struct cmd *c)
{
	ctn_json_array(show_json(c->out), "commands");
	for (size_t i = 0; i < command_count(); i++) {
		ctn_json_text(show_json(c->out), NULL, command_at(i)->name);
		show_line(c->out, "%s", command_at(i)->name);
	}
	ctn_json_close_array(show_json(c->out));
	return 0;
}

static int
put_man(struct cmd *c, const struct command *k)
{
	CTN_OWN_BUF b = { 0 };
	const char *usage = k == NULL ? "" : opts_usage(k->opts, c->arena);

	if (usage == NULL)
		return fail_memory(c);
	if (k == NULL)
		man_overview(&b);
	else
		man_command(&b, k, usage);
	ctn_json_bytes(show_json(c->out), "page", ctn_buf_view(&b));
	return put_text(c, &b);
}

static int
run(struct cmd *c)
{
	const struct help_args *a = c->args;
	const char *second = a->words.n > 1 ? a->words.v[1] : NULL;
	const struct command *k = NULL;
	struct ctn_err e = { 0 };
	int words = 0;

	if (a->names)
		return put_names(c);
	if (a->words.n == 0)
		return a->man ? put_man(c, NULL) : help_overview(c);
	k = command_find(a->words.v[0], second, &words);
	if (k == NULL && second == NULL && command_group(a->words.v[0]) != NULL && !a->man)
		return help_group(c, a->words.v[0]);
	if (k == NULL || (size_t)words < a->words.n)
		return command_unknown(a->words.v[0], second, &e) ? 0 : show_fail(c->out, &e);
	return a->man ? put_man(c, k) : help_about(c, k);
}

static const struct opt opts[] = {
	{ .name = "COMMAND",
	    ARGS(help_args, words),
	    .help = "One command (one or two words), or the first word of several" },
	{ .name = "man", FLAG(help_args, man), .help = "The manual page in mdoc; without COMMAND that of catena itself" },
	{ .name = "names", FLAG(help_args, names), .help = "The commands' names alone, one per line" },
	{ 0 },
};

const struct command help_command = {
	.name = "help",
	.summary = "what the commands do and how they are called",
	.opts = opts,
	.args_size = sizeof(struct help_args),
	.examples = {
	    { "catena help", "All commands, one line each." },
	    { "catena help version", "One command: arguments, options, examples." },
	    { "catena help --man completion", "The same as a manual page; man(1) shows it once it is installed." },
	},
	.run = run,
};
