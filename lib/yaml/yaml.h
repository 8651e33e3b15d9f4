/* YAML in: text to a small tree that remembers where everything stands. Only the plain part of YAML is read. */
#ifndef CTN_YAML_YAML_H
#define CTN_YAML_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"

#define CTN_YAML_MAX (256u * 1024u) /* octets of a file */
#define CTN_YAML_DEPTH 16           /* lists and maps inside each other; the outermost counts as one */
#define CTN_YAML_NODES 20000        /* values and keys of a file */
#define CTN_YAML_KEYS 256           /* keys of one map */
#define CTN_YAML_ERRORS 50          /* errors kept of one file; one more says that there are others */

enum ctn_yaml_kind { CTN_YAML_TEXT, CTN_YAML_LIST, CTN_YAML_MAP };

/** One value. Lines and columns count from 1, columns in characters. Everything lies in the arena. */
typedef struct ctn_yaml {
	enum ctn_yaml_kind kind;
	unsigned line, column;
	const char *key; /* inside a map: its key, else NULL */
	unsigned key_line, key_column;
	const char *text; /* CTN_YAML_TEXT: UTF-8 without NUL, exactly as written: no scalar is a number, date, boolean or null here */
	bool quoted;      /* false: plain; an empty plain text is a key without a value */
	bool bad;         /* an error was said about it already (alias, anchor, tag, second key): pass it over */
	struct ctn_yaml *first, *next; /* the first inside, the next beside it */
	size_t n;         /* how many are inside */
} ctn_yaml;

/** One thing wrong in a file. */
typedef struct ctn_yaml_error {
	unsigned line, column;
	const char *text; /* safe for a terminal */
	const char *hint; /* NULL when nothing would help */
} ctn_yaml_error;

/** All of a file, in the order found. Start with { .arena = a }. */
typedef struct ctn_yaml_errors {
	ctn_arena *arena;
	ctn_yaml_error *at;
	size_t n, cap;
	bool full;      /* there were more than CTN_YAML_ERRORS */
	bool no_memory; /* sticky */
} ctn_yaml_errors;

/** Add one; hint may be NULL and is copied. Control characters in either are made visible. */
void ctn_yaml_say(ctn_yaml_errors *errors, unsigned line, unsigned column, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/**
 * Read one document. What is refused, each as an error with its line and column: more than the limits above, text that is not UTF-8, control
 * characters, aliases, anchors, tags, merge keys, directives, a second document, duplicate keys, keys that are no text, and plain
 * values that begin with `* & ! % @ :` (they mean something else in YAML: the hint shows them quoted).
 *
 * root    NULL when there is no whole tree (broken syntax, a limit reached, an empty file); else the tree, even when errors were said
 * Fails   CTN_ENOMEM
 */
CTN_MUST bool ctn_yaml_parse(const ctn_yaml **root, ctn_yaml_errors *errors, ctn_span text, ctn_arena *a, struct ctn_err *e);

/** The value of a key of a map, or NULL. */
const ctn_yaml *ctn_yaml_get(const ctn_yaml *map, const char *key);
/** "text", "a list", "a map": for messages. */
const char *ctn_yaml_kind_text(enum ctn_yaml_kind kind);

#endif
