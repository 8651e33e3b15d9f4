/*
 * Options and arguments as data: one table says how a command is called. The parser, the usage line, --help, the man page
 * and the completion all read it, so that none of them can drift.
 */
#ifndef CTN_CMD_OPTIONS_H
#define CTN_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

enum opt_kind {
	OPT_END = 0,
	OPT_FLAG,     /* bool */
	OPT_TEXT,     /* const char * */
	OPT_PATH,     /* const char *, a file or folder; not opened here */
	OPT_TIME,     /* const char *, checked to be a TIME; the command reads it, for only it knows whether it is an end */
	OPT_DURATION, /* int64_t seconds */
	OPT_COUNT,    /* int64_t between min and max */
	OPT_LIST,     /* struct opt_list, one entry each time the option is given */
	OPT_ARG,      /* const char *, a word without dashes that must be there */
	OPT_ARG_MAYBE,
	OPT_ARGS,     /* struct opt_list, any number of words; last in its table */
	OPT_ARGS_SOME /* the same, at least one */
};

/** Words given; they live as long as argv. */
struct opt_list {
	const char **v;
	size_t n;
};

/** One row. The macros below fill kind, at and value, and refuse a field of the wrong type when compiled. */
struct opt {
	const char *name; /* "lifetime"; of an argument what the usage shows, "PROFILE". NULL ends the table */
	char abbr;        /* 'n' for -n; 0: none */
	enum opt_kind kind;
	size_t at;                 /* offset of the field in the command's argument struct */
	const char *value;         /* what stands for the value in help, "FILE"; NULL for flags and arguments */
	int64_t min, max;          /* OPT_COUNT; of OPT_DURATION min alone, in seconds */
	bool required;             /* an option that must be given */
	const char *const *one_of; /* the only values there are, NULL behind the last; NULL: any */
	const char *help;          /* one sentence without full stop */
};

#define OPT_FIELD_(S, f, T) \
	(offsetof(struct S, f) + 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((struct S *)0)->f), T) ? 1 : -1]))
#define FLAG(S, f) .kind = OPT_FLAG, .at = OPT_FIELD_(S, f, bool)
#define TEXT(S, f, V) .kind = OPT_TEXT, .at = OPT_FIELD_(S, f, const char *), .value = (V)
#define PATH(S, f, V) .kind = OPT_PATH, .at = OPT_FIELD_(S, f, const char *), .value = (V)
#define TIME(S, f) .kind = OPT_TIME, .at = OPT_FIELD_(S, f, const char *), .value = "TIME"
#define DURATION(S, f, V) .kind = OPT_DURATION, .at = OPT_FIELD_(S, f, int64_t), .value = (V)
#define COUNT(S, f, V, MIN, MAX) .kind = OPT_COUNT, .at = OPT_FIELD_(S, f, int64_t), .value = (V), .min = (MIN), .max = (MAX)
#define LIST(S, f, V) .kind = OPT_LIST, .at = OPT_FIELD_(S, f, struct opt_list), .value = (V)
#define ARG(S, f) .kind = OPT_ARG, .at = OPT_FIELD_(S, f, const char *)
#define ARG_MAYBE(S, f) .kind = OPT_ARG_MAYBE, .at = OPT_FIELD_(S, f, const char *)
#define ARGS(S, f) .kind = OPT_ARGS, .at = OPT_FIELD_(S, f, struct opt_list)
#define ARGS_SOME(S, f) .kind = OPT_ARGS_SOME, .at = OPT_FIELD_(S, f, struct opt_list)

/** A table and the zeroed or preset struct that its offsets point into. rows is NULL for none. */
struct opt_table {
	const struct opt *rows;
	void *into;
};

/** argv[first] to the end is read. */
struct opt_line {
	int argc;
	char **argv;
	int first;
	bool stop_at_word; /* end before the first word that is no option, instead of taking it as an argument */
};

/**
 * Read the line by the command's own table and the global one (own first). Long options may not be shortened, stand
 * anywhere, and take their value as --name VALUE or --name=VALUE; the last one given counts; `--` ends them.
 *
 * stopped_at  index of the first word not read
 * Fails       CTN_EUSAGE: unknown (with the nearest as hint), value missing or malformed, argument missing or surplus,
 *             required option missing; CTN_ENOMEM
 */
CTN_MUST bool opts_parse(int *stopped_at, const struct opt_line *line, struct opt_table own, struct opt_table global,
    ctn_arena *arena, struct ctn_err *e);

/** Is this row a word without dashes? */
bool opt_is_arg(const struct opt *o);
/** "PROFILE [NAME...] --org NAME [OPTION...]" in the arena; NULL without memory. */
const char *opts_usage(const struct opt *rows, ctn_arena *arena);

#endif
