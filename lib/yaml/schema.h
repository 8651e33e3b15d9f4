/* Schemas: a table says which keys a map may have and where each value goes; all errors of a file come out in one run. */
#ifndef CTN_YAML_SCHEMA_H
#define CTN_YAML_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yaml/yaml.h"

enum ctn_schema_kind {
	CTN_SCHEMA_TEXT,     /* const char *; not empty */
	CTN_SCHEMA_BOOL,     /* bool: true and false, no other word */
	CTN_SCHEMA_COUNT,    /* unsigned, min to max; no leading zero */
	CTN_SCHEMA_DURATION, /* int64_t seconds, min to max: "90d" */
	CTN_SCHEMA_WORD,     /* int: the index in words */
	CTN_SCHEMA_LIST,     /* const ctn_yaml *: a list of texts, none empty */
	CTN_SCHEMA_MAP,      /* the keys of another table, offsets into the same struct */
	CTN_SCHEMA_CUSTOM    /* whatever its reader makes of it */
};

struct ctn_schema;
/** Reads one value of the reader's own kind into field. Errors go to ctn_schema_say. */
typedef void ctn_schema_reader(struct ctn_schema *s, const ctn_yaml *value, void *field);

/** One key. A table ends with a key without name. */
typedef struct ctn_schema_key {
	const char *name;
	enum ctn_schema_kind kind;
	bool required;
	size_t offset;
	int64_t min, max;                   /* COUNT, DURATION; max 0: no bound of its own */
	const char *const *words;           /* WORD: NULL-ended */
	const struct ctn_schema_key *keys;  /* MAP */
	ctn_schema_reader *read;            /* CUSTOM */
	const char *refused;                /* not NULL: the key is known but never allowed, for this reason */
} ctn_schema_key;

/* Offsets that do not compile for a field of another type. */
#define CTN_FIELD(S, f, T) (offsetof(S, f) + 0 * sizeof(char[_Generic(((S *)0)->f, T: 1)]))
#define CTN_KEY_TEXT(S, f) .kind = CTN_SCHEMA_TEXT, .offset = CTN_FIELD(S, f, const char *)
#define CTN_KEY_BOOL(S, f) .kind = CTN_SCHEMA_BOOL, .offset = CTN_FIELD(S, f, bool)
#define CTN_KEY_COUNT(S, f, low, high) .kind = CTN_SCHEMA_COUNT, .offset = CTN_FIELD(S, f, unsigned), .min = (low), .max = (high)
#define CTN_KEY_DURATION(S, f, low) .kind = CTN_SCHEMA_DURATION, .offset = CTN_FIELD(S, f, int64_t), .min = (low)
#define CTN_KEY_WORD(S, f, list) .kind = CTN_SCHEMA_WORD, .offset = CTN_FIELD(S, f, int), .words = (list)
#define CTN_KEY_LIST(S, f) .kind = CTN_SCHEMA_LIST, .offset = CTN_FIELD(S, f, const ctn_yaml *)
#define CTN_KEY_MAP(table) .kind = CTN_SCHEMA_MAP, .keys = (table)
#define CTN_KEY_CUSTOM(S, f, reader) .kind = CTN_SCHEMA_CUSTOM, .offset = offsetof(S, f), .read = (reader)

/** Where the value of a dotted key stands: "names.dns.allow". */
typedef struct ctn_schema_place {
	const char *key;
	unsigned line, column;
} ctn_schema_place;

/** One reading. Start with { .arena, .errors, .user }. */
typedef struct ctn_schema {
	ctn_arena *arena;
	ctn_yaml_errors *errors;
	void *user;       /* for the readers of CUSTOM keys */
	const char *path; /* dotted key of the map that is being read; NULL at the top */
	ctn_schema_place *places;
	size_t places_n, places_cap;
} ctn_schema;

/**
 * Read a map by its table into the struct: what is absent keeps the value that the struct came with. Every key that was read is
 * added to places. Errors: not a map, unknown key (with "did you mean", or the keys there are), missing required key, wrong value.
 */
void ctn_schema_read(ctn_schema *s, const ctn_schema_key *keys, const ctn_yaml *map, void *into);
/** The same one level down: errors and places are called "name.key". */
void ctn_schema_read_in(ctn_schema *s, const char *name, const ctn_schema_key *keys, const ctn_yaml *map, void *into);

/** Step into a key: errors and places of what is inside are called "name.key". Returns what ctn_schema_leave wants back. */
const char *ctn_schema_enter(ctn_schema *s, const char *name);
void ctn_schema_leave(ctn_schema *s, const char *before);

/** An error at a value, with the dotted key in front of it: "lifetime.max: '90x' ...". hint may be NULL. */
void ctn_schema_say(ctn_schema *s, const ctn_yaml *at, const char *hint, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Values for the readers of CUSTOM keys. Each says its error and returns false. A value that is bad already returns false silently. */
CTN_MUST bool ctn_schema_text(ctn_schema *s, const ctn_yaml *value, const char **out);
CTN_MUST bool ctn_schema_is(ctn_schema *s, const ctn_yaml *value, enum ctn_yaml_kind kind);
CTN_MUST bool ctn_schema_count(ctn_schema *s, const ctn_yaml *value, int64_t min, int64_t max, unsigned *out);
CTN_MUST bool ctn_schema_duration(ctn_schema *s, const ctn_yaml *value, int64_t min, int64_t max, int64_t *out);
/** One of n words is wanted: says text, with "did you mean" or the words there are as its hint. */
void ctn_schema_say_words(ctn_schema *s, const ctn_yaml *at, const char *text, const char *word, const char *const *words, size_t n);
/** Say what a function of a floor below said; memory goes to the sticky no_memory. */
void ctn_schema_say_err(ctn_schema *s, const ctn_yaml *at, const struct ctn_err *e);
/** Remember the place of a dotted key that no table knows. */
void ctn_schema_place_add(ctn_schema *s, const char *key, const ctn_yaml *value);

#endif
