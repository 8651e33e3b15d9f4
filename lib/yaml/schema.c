#include "yaml/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

#define WORDS_MAX 64 /* keys of one table, for "did you mean" */

/** Dotted name of a key of the map that is being read. */
static const char *
dotted(ctn_schema *s, const char *name)
{
	const char *path;

	if (s->path == NULL)
		return name;
	path = ctn_arena_printf(s->arena, "%s.%s", s->path, name);
	if (path == NULL)
		s->errors->no_memory = true;
	return path == NULL ? name : path;
}

void
ctn_schema_say(ctn_schema *s, const ctn_yaml *at, const char *hint, const char *fmt, ...)
{
	char text[900];
	const char *key = at->key != NULL ? dotted(s, at->key) : s->path;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (key == NULL)
		ctn_yaml_say(s->errors, at->line, at->column, hint, "%s", text);
	else
		ctn_yaml_say(s->errors, at->line, at->column, hint, "%.100s: %s", key, text);
}

void
ctn_schema_say_err(ctn_schema *s, const ctn_yaml *at, const struct ctn_err *e)
{
	if (e->code == CTN_ENOMEM)
		s->errors->no_memory = true;
	else
		ctn_schema_say(s, at, e->hint[0] != '\0' ? e->hint : NULL, "%s", e->text);
}

const char *
ctn_schema_enter(ctn_schema *s, const char *name)
{
	const char *before = s->path;

	s->path = dotted(s, name);
	return before;
}

void
ctn_schema_leave(ctn_schema *s, const char *before)
{
	s->path = before;
}

void
ctn_schema_place_add(ctn_schema *s, const char *key, const ctn_yaml *value)
{
	if (s->places_n == s->places_cap) {
		size_t cap = s->places_cap == 0 ? 32 : s->places_cap * 2;
		ctn_schema_place *more = ctn_arena_new(s->arena, ctn_schema_place, cap);

		if (more == NULL) {
			s->errors->no_memory = true;
			return;
		}
		if (s->places_n > 0)
			memcpy(more, s->places, s->places_n * sizeof(*more));
		s->places = more;
		s->places_cap = cap;
	}
	s->places[s->places_n++] = (ctn_schema_place){ .key = key, .line = value->line, .column = value->column };
}

bool
ctn_schema_is(ctn_schema *s, const ctn_yaml *value, enum ctn_yaml_kind kind)
{
	if (value->bad)
		return false;
	if (value->kind == CTN_YAML_TEXT && !value->quoted && value->text[0] == '\0')
		return ctn_schema_say(s, value, NULL, "has no value"), false;
	if (value->kind != kind) {
		ctn_schema_say(s, value, NULL, "must be %s, not %s", ctn_yaml_kind_text(kind), ctn_yaml_kind_text(value->kind));
		return false;
	}
	return true;
}

bool
ctn_schema_text(ctn_schema *s, const ctn_yaml *value, const char **out)
{
	if (!ctn_schema_is(s, value, CTN_YAML_TEXT))
		return false;
	if (value->text[0] == '\0')
		return ctn_schema_say(s, value, NULL, "is empty"), false;
	*out = value->text;
	return true;
}

bool
ctn_schema_count(ctn_schema *s, const ctn_yaml *value, int64_t min, int64_t max, unsigned *out)
{
	const char *text;
	int64_t v = 0;

	if (!ctn_schema_text(s, value, &text))
		return false;
	if (text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
		ctn_schema_say(s, value, "write it without the zero in front", "'%.40s' has a leading zero", text);
		return false;
	}
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return ctn_schema_say(s, value, NULL, "'%.40s' is no whole number", text), false;
		v = v > max ? v : v * 10 + (*p - '0');
	}
	if (v < min || v > max) {
		ctn_schema_say(s, value, NULL, "'%.40s' is outside %lld to %lld", text, (long long)min, (long long)max);
		return false;
	}
	*out = (unsigned)v;
	return true;
}

bool
ctn_schema_duration(ctn_schema *s, const ctn_yaml *value, int64_t min, int64_t max, int64_t *out)
{
	struct ctn_err e = { 0 };
	char bound[24];
	const char *text;
	int64_t v;

	if (!ctn_schema_text(s, value, &text))
		return false;
	if (text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
		ctn_schema_say(s, value, "write it without the zero in front", "'%.40s' has a leading zero", text);
		return false;
	}
	if (!ctn_duration_parse(&v, text, &e))
		return ctn_schema_say_err(s, value, &e), false;
	if (v < min || (max > 0 && v > max)) {
		ctn_duration_text(bound, v < min ? min : max);
		ctn_schema_say(s, value, NULL, "'%.40s' is %s %s", text, v < min ? "less than" : "more than", bound);
		return false;
	}
	*out = v;
	return true;
}

static void
read_bool(ctn_schema *s, const ctn_yaml *value, bool *out)
{
	const char *text;

	if (!ctn_schema_text(s, value, &text))
		return;
	*out = strcmp(text, "true") == 0;
	if (!*out && strcmp(text, "false") != 0)
		ctn_schema_say(s, value, NULL, "'%.40s' is neither true nor false", text);
}

static void
list_words(ctn_buf *b, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ctn_buf_text(b, i == 0 ? "" : ", ");
		ctn_buf_text(b, words[i]);
	}
}

void
ctn_schema_say_words(ctn_schema *s, const ctn_yaml *at, const char *text, const char *word, const char *const *words, size_t n)
{
	CTN_OWN_BUF hint = { .max = 4096 };
	const char *near;

	if (s->errors->full)
		return;
	near = ctn_word_nearest(word, words, n);
	if (near != NULL) {
		ctn_buf_printf(&hint, "did you mean '%s'?", near);
	} else {
		ctn_buf_text(&hint, n == 1 ? "there is " : "there are ");
		list_words(&hint, words, n);
	}
	ctn_schema_say(s, at, ctn_buf_cstr(&hint), "%s", text);
}

static void
read_word(ctn_schema *s, const ctn_schema_key *key, const ctn_yaml *value, int *out)
{
	const char *text;
	char said[200];
	size_t n = 0;

	if (!ctn_schema_text(s, value, &text))
		return;
	for (; key->words[n] != NULL; n++) {
		if (strcmp(key->words[n], text) == 0) {
			*out = (int)n;
			return;
		}
	}
	(void)snprintf(said, sizeof(said), "'%.80s' is no word for it", text);
	ctn_schema_say_words(s, value, said, text, key->words, n);
}

static void
read_list(ctn_schema *s, const ctn_yaml *value, const ctn_yaml **out)
{
	const char *text;
	const char *before;

	if (!ctn_schema_is(s, value, CTN_YAML_LIST))
		return;
	*out = value;
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *item = value->first; item != NULL; item = item->next)
		(void)!ctn_schema_text(s, item, &text);
	ctn_schema_leave(s, before);
}

static void
read_value(ctn_schema *s, const ctn_schema_key *key, const ctn_yaml *value, void *into)
{
	void *field = (char *)into + key->offset;

	switch (key->kind) {
	case CTN_SCHEMA_TEXT:
		(void)!ctn_schema_text(s, value, field);
		return;
	case CTN_SCHEMA_BOOL:
		read_bool(s, value, field);
		return;
	case CTN_SCHEMA_COUNT:
		(void)!ctn_schema_count(s, value, key->min, key->max, field);
		return;
	case CTN_SCHEMA_DURATION:
		(void)!ctn_schema_duration(s, value, key->min, key->max, field);
		return;
	case CTN_SCHEMA_WORD:
		read_word(s, key, value, field);
		return;
	case CTN_SCHEMA_LIST:
		read_list(s, value, field);
		return;
	case CTN_SCHEMA_MAP:
		ctn_schema_read_in(s, key->name, key->keys, value, into);
		return;
	case CTN_SCHEMA_CUSTOM:
		key->read(s, value, field);
		return;
	}
}

static const ctn_schema_key *
find(const ctn_schema_key *keys, const char *name)
{
	for (; keys->name != NULL; keys++) {
		if (strcmp(keys->name, name) == 0)
			return keys;
	}
	return NULL;
}

static void
say_unknown(ctn_schema *s, const ctn_schema_key *keys, const ctn_yaml *value)
{
	const ctn_yaml at = { .line = value->key_line, .column = value->key_column };
	const char *words[WORDS_MAX];
	char text[200];
	size_t n = 0;

	for (; keys->name != NULL && n < WORDS_MAX; keys++) {
		if (keys->refused == NULL)
			words[n++] = keys->name;
	}
	(void)snprintf(text, sizeof(text), "unknown key '%.80s'", value->key);
	ctn_schema_say_words(s, &at, text, value->key, words, n);
}

static void
say_missing(ctn_schema *s, const ctn_schema_key *keys, const ctn_yaml *map)
{
	const ctn_yaml at = { .line = map->line, .column = map->column };

	for (; keys->name != NULL; keys++) {
		if (keys->required && ctn_yaml_get(map, keys->name) == NULL)
			ctn_schema_say(s, &at, NULL, "key '%s' is missing", keys->name);
	}
}

void
ctn_schema_read(ctn_schema *s, const ctn_schema_key *keys, const ctn_yaml *map, void *into)
{
	const ctn_schema_key *key;

	if (map->bad)
		return;
	if (map->kind != CTN_YAML_MAP) {
		const ctn_yaml at = { .line = map->line, .column = map->column };

		ctn_schema_say(s, &at, NULL, "must be a map of keys, not %s", ctn_yaml_kind_text(map->kind));
		return;
	}
	for (const ctn_yaml *v = map->first; v != NULL; v = v->next) {
		key = find(keys, v->key);
		if (v->bad)
			continue;
		if (key == NULL) {
			say_unknown(s, keys, v);
		} else if (key->refused != NULL) {
			ctn_schema_say(s, v, NULL, "%s", key->refused);
		} else {
			ctn_schema_place_add(s, dotted(s, v->key), v);
			read_value(s, key, v, into);
		}
	}
	say_missing(s, keys, map);
}

void
ctn_schema_read_in(ctn_schema *s, const char *name, const ctn_schema_key *keys, const ctn_yaml *map, void *into)
{
	const char *before = ctn_schema_enter(s, name);

	ctn_schema_read(s, keys, map, into);
	ctn_schema_leave(s, before);
}
