#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"

struct completion_args {
	const char *shell;
};

static void
put_option_words(ctn_buf *b, const struct opt *rows)
{
	for (const struct opt *o = rows; o != NULL && o->name != NULL; o++)
		if (!opt_is_arg(o))
			ctn_buf_printf(b, " --%s", o->name);
}

/* The first words of all commands, each once: those of a group stand together in the table. */
static void
put_first_words(ctn_buf *b)
{
	const char *last = "";
	size_t last_n = 0;

	for (size_t i = 0; i < command_count(); i++) {
		const char *name = command_at(i)->name;
		size_t n = strcspn(name, " ");

		if (n == last_n && strncmp(name, last, n) == 0)
			continue;
		ctn_buf_byte(b, ' ');
		ctn_buf_add(b, name, n);
		last = name;
		last_n = n;
	}
}

static void
put_second_words(ctn_buf *b, const char *group)
{
	for (size_t i = 0; i < command_count(); i++)
		if (command_in_group(command_at(i), group))
			ctn_buf_printf(b, " %s", command_at(i)->name + strlen(group) + 1);
}

static void
put_groups(ctn_buf *b)
{
	for (size_t i = 0; i < command_count(); i++) {
		char group[32];
		const char *name = command_at(i)->name;
		size_t n = strcspn(name, " ");

		snprintf(group, sizeof group, "%.*s", (int)n, name);
		if (name[n] == '\0' || (i > 0 && command_in_group(command_at(i - 1), group)))
			continue;
		ctn_buf_printf(b, "\t%s) words=\"", group);
		put_second_words(b, group);
		ctn_buf_text(b, "\" ;;\n");
	}
}

static void
put_values(ctn_buf *b, const struct opt *o)
{
	ctn_buf_printf(b, "\t\t'%s') COMPREPLY=($(compgen -W '", o->name);
	for (size_t i = 0; o->one_of[i] != NULL; i++)
		ctn_buf_printf(b, "%s%s", i > 0 ? " " : "", o->one_of[i]);
	ctn_buf_text(b, "' -- \"$word\")) ; return ;;\n");
}

static void
put_command_case(ctn_buf *b, const struct command *k)
{
	ctn_buf_printf(b, "\t'%s')\n\t\toptions=\"", k->name);
	put_option_words(b, k->opts);
	ctn_buf_text(b, "\"\n\t\tcase \"${before#--}\" in\n");
	for (const struct opt *o = k->opts; o != NULL && o->name != NULL; o++)
		if (!opt_is_arg(o) && o->one_of != NULL)
			put_values(b, o);
	ctn_buf_text(b, "\t\tesac\n");
	for (const struct opt *o = k->opts; o != NULL && o->name != NULL; o++)
		if (opt_is_arg(o) && o->one_of != NULL) {
			ctn_buf_text(b, "\t\twords=\"");
			for (size_t i = 0; o->one_of[i] != NULL; i++)
				ctn_buf_printf(b, " %s", o->one_of[i]);
			ctn_buf_text(b, "\"\n");
			break;
		}
	ctn_buf_text(b, "\t\t;;\n");
}

/* What both shells share: given the words so far, which may come next. */
static void
put_bash(ctn_buf *b)
{
	ctn_buf_text(b,
	    "# Completion of catena; made by `catena completion`.\n_catena()\n{\n"
	    "\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	    "\tlocal i first='' second='' words='' options='' global=\"");
	put_option_words(b, global_opts);
	ctn_buf_text(b,
	    "\"\n\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase \"${COMP_WORDS[i]}\" in\n"
	    "\t\t-C|--home|--wait) ((i++)) ;;\n\t\t-*) ;;\n"
	    "\t\t*) if [ -z \"$first\" ]; then first=\"${COMP_WORDS[i]}\"\n"
	    "\t\t   elif [ -z \"$second\" ]; then second=\"${COMP_WORDS[i]}\"; fi ;;\n"
	    "\t\tesac\n\tdone\n"
	    "\tcase \"$first\" in\n\t'') words=\"");
	put_first_words(b);
	ctn_buf_text(b, "\" ;;\n");
	put_groups(b);
	ctn_buf_text(b, "\tesac\n\tcase \"$first $second\" in\n");
	for (size_t i = 0; i < command_count(); i++)
		if (strchr(command_at(i)->name, ' ') != NULL)
			ctn_buf_printf(b, "\t'%s') first=\"$first $second\" words='' ;;\n", command_at(i)->name);
	ctn_buf_text(b, "\tesac\n\tcase \"$first\" in\n");
	for (size_t i = 0; i < command_count(); i++)
		put_command_case(b, command_at(i));
	ctn_buf_text(b,
	    "\tesac\n"
	    "\tcase \"$word\" in\n"
	    "\t-*) COMPREPLY=($(compgen -W \"$options $global\" -- \"$word\")) ;;\n"
	    "\t*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
	    "\tesac\n}\n"
	    "complete -o default -F _catena catena\n");
}

static void
put_zsh(ctn_buf *b)
{
	ctn_buf_text(b, "#compdef catena\nautoload -U +X bashcompinit && bashcompinit\n");
	put_bash(b);
}

static int
run(struct cmd *c)
{
	const struct completion_args *a = c->args;
	struct ctn_err e = { 0 };
	CTN_OWN_BUF b = { 0 };

	if (strcmp(a->shell, "bash") == 0)
		put_bash(&b);
	else
		put_zsh(&b);
	if (!ctn_buf_ok(&b, &e))
		return show_fail(c->out, &e);
	ctn_json_bytes(show_json(c->out), "script", ctn_buf_view(&b));
	show_raw(c->out, ctn_buf_view(&b));
	return 0;
}

static const char *const shells[] = { "bash", "zsh", NULL };
static const struct opt opts[] = {
	{ .name = "SHELL", ARG(completion_args, shell), .one_of = shells, .help = "bash or zsh" },
	{ 0 },
};

const struct command completion_command = {
	.name = "completion",
	.summary = "a script that completes commands and options",
	.about = "Prints a script for the shell to read. Distributions install it where the shell finds it by itself.",
	.opts = opts,
	.args_size = sizeof(struct completion_args),
	.examples = {
	    { "catena completion bash", "To have it in this shell: source <(catena completion bash)." },
	    { "catena completion zsh", "For a folder of fpath, as the file _catena." },
	},
	.run = run,
};
