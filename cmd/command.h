/* What a command is, and what it is handed when it runs. */
#ifndef CTN_CMD_COMMAND_H
#define CTN_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mem.h"
#include "cmd/options.h"
#include "cmd/passphrase.h"
#include "cmd/show.h"

/** A line as typed, and what it shows. The tests run every one. */
struct example {
	const char *line;
	const char *shows;
};

/** An exit status that means something of its own for this command. */
struct exit_note {
	int status;
	const char *means;
};

struct cmd;
struct runner;

struct command {
	const char *name;       /* "issue", or two words: "ca create" */
	const char *summary;    /* one line, small letter first, no full stop */
	const char *about;      /* paragraphs, an empty line between; NULL: the summary says it all */
	const struct opt *opts; /* arguments and options, { 0 } behind the last; NULL: none */
	size_t args_size;       /* of the struct that opts fills */
	const void *defaults;   /* a struct of that size to begin with; NULL: zeroes */
	struct example examples[3];
	struct exit_note exits[3];
	bool runs_commands;     /* hooks and the like: c->runner is there then */
	bool speaks_nagios;     /* whatever fails is UNKNOWN: a line on standard output, and exit 3 */
	int (*run)(struct cmd *c); /* gives the exit status, best by show_fail or 0 */
};

/** Options that every command has. */
struct globals {
	const char *home;
	bool json, quiet, verbose, help, version;
	int64_t wait_s;
};
extern const struct opt global_opts[];

/** What run is handed. Everything in the arena lives until the program ends. */
struct cmd {
	const struct command *self;
	const void *args; /* the command's own struct */
	struct globals globals;
	struct show *out;
	struct passphrases *passphrases;
	ctn_arena *arena;
	int64_t now_s;      /* the clock, read once at the start */
	mode_t caller_mask; /* umask of who called; ours is 077 */
	struct runner *runner; /* of a command whose row says runs_commands */
};

/** Every command, in the order in which help lists them. */
size_t command_count(void);
const struct command *command_at(size_t i);
/** The command that first (and second, may be NULL) name; words says how many of the two it took. NULL: none. */
const struct command *command_find(const char *first, const char *second, int *words);
/** "authorities" for the group `ca`; NULL when no command begins with this word and another follows. */
const char *command_group(const char *word);
/** Is the command's name `group` and a second word? */
bool command_in_group(const struct command *k, const char *group);
/** CTN_EUSAGE: no such command, with the nearest as hint. */
CTN_MUST bool command_unknown(const char *first, const char *second, struct ctn_err *e);

#endif
