#include "yaml/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "yaml/plain.h"

/** A list or map that is still open. */
struct frame {
	ctn_yaml *node;
	ctn_yaml **tail;
	const char *key; /* read, its value still to come */
	unsigned key_line, key_column;
	bool key_bad;
};

struct reader {
	ctn_arena *arena;
	ctn_yaml_errors *errors;
	ctn_span text;
	ctn_yaml *root;
	struct frame open[CTN_YAML_DEPTH];
	size_t depth;
	size_t nodes;
	unsigned documents;
	bool done;
};

const char *
ctn_yaml_kind_text(enum ctn_yaml_kind kind)
{
	static const char *const texts[] = { "text", "a list", "a map" };

	return texts[kind];
}

const ctn_yaml *
ctn_yaml_get(const ctn_yaml *map, const char *key)
{
	if (map == NULL || map->kind != CTN_YAML_MAP)
		return NULL;
	for (const ctn_yaml *v = map->first; v != NULL; v = v->next) {
		if (strcmp(v->key, key) == 0)
			return v;
	}
	return NULL;
}

static bool
make_room(ctn_yaml_errors *errors)
{
	size_t cap = errors->cap == 0 ? 8 : errors->cap * 2;
	ctn_yaml_error *more;

	if (errors->n < errors->cap)
		return true;
	more = ctn_arena_new(errors->arena, ctn_yaml_error, cap);
	if (more == NULL)
		return false;
	if (errors->n > 0)
		memcpy(more, errors->at, errors->n * sizeof(*more));
	errors->at = more;
	errors->cap = cap;
	return true;
}

static const char *
printable(ctn_arena *a, const char *text)
{
	CTN_OWN_BUF b = { .max = 8192 };
	const char *safe;

	ctn_buf_printable(&b, ctn_span_text(text));
	safe = ctn_buf_cstr(&b);
	return safe == NULL ? NULL : ctn_arena_text(a, safe);
}

void
ctn_yaml_say(ctn_yaml_errors *errors, unsigned line, unsigned column, const char *hint, const char *fmt, ...)
{
	char text[1024];
	ctn_yaml_error said = { .line = line, .column = column };
	va_list ap;

	if (errors->full || errors->no_memory)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (errors->n == CTN_YAML_ERRORS) {
		(void)snprintf(text, sizeof(text), "and more errors from here on: only the first %d are shown", CTN_YAML_ERRORS);
		hint = NULL;
		errors->full = true;
	}
	said.text = printable(errors->arena, text);
	said.hint = hint == NULL ? NULL : printable(errors->arena, hint);
	if (said.text == NULL || (hint != NULL && said.hint == NULL) || !make_room(errors)) {
		errors->no_memory = true;
		return;
	}
	errors->at[errors->n++] = said;
}

static unsigned
from_one(size_t n)
{
	return (unsigned)n + 1;
}

/** Where the character at a mark begins; marks count characters. */
static size_t
byte_at(ctn_span text, size_t line, size_t column)
{
	size_t i = 0;

	for (; line > 0 && i < text.n; i++) {
		if (text.p[i] == '\n')
			line--;
	}
	for (; column > 0 && i < text.n; column--) {
		i++;
		while (i < text.n && (text.p[i] & 0xc0) == 0x80)
			i++;
	}
	return i;
}

/** The plain word that begins at byte i, put into quotes as it should have been written. */
static void
quoted_word(char *out, size_t out_n, ctn_span text, size_t i)
{
	size_t n = 0;

	while (i + n < text.n && n < 100 && strchr(" \t\r\n,[]{}\"\\", text.p[i + n]) == NULL)
		n++;
	(void)snprintf(out, out_n, "if the text itself is meant, quote it: \"%.*s\"", (int)n, (const char *)text.p + i);
}

static void
say_quote(struct reader *r, const yaml_mark_t *at, const char *what)
{
	char hint[200];

	quoted_word(hint, sizeof(hint), r->text, byte_at(r->text, at->line, at->column));
	ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), hint, "%s", what);
}

/** Does a character that YAML keeps for itself begin here? Then that is what went wrong, whatever the scanner calls it. */
static bool
say_reserved(struct reader *r, const yaml_mark_t *at)
{
	size_t i = byte_at(r->text, at->line, at->column);
	yaml_mark_t first = *at;
	char what[80];

	if (i >= r->text.n || r->text.p[i] == '\0' || strchr("*&!%@:`", r->text.p[i]) == NULL)
		return false;
	for (; first.column > 0 && r->text.p[i - 1] == r->text.p[i]; i--)
		first.column--;
	if (first.column > 0 && strchr(" \t[{,", r->text.p[i - 1]) == NULL)
		return false;
	(void)snprintf(what, sizeof(what), "a value that begins with '%c' must be quoted", r->text.p[i]);
	say_quote(r, &first, what);
	return true;
}

static const char *
syntax_hint(const char *problem)
{
	static const struct {
		const char *in, *hint;
	} hints[] = {
		{ "mapping values are not allowed", "a text with ': ' in it must be quoted; or is a line indented wrongly?" },
		{ "cannot start any token", "indent with spaces, never with tabs, and quote a text that begins with a special character" },
		{ "unexpected ':'", "quote a text that ends in ':'" },
		{ "<document start>", "a file holds one document: quote or remove what follows its end" },
		{ "unexpected end of stream", "a quote or bracket is opened and never closed" },
		{ "expected ',' or", "a bracket is opened and never closed, or a comma is missing" },
		{ "did not find expected key", "are all keys of this map indented alike?" },
		{ "expected node content", "a value is missing here, or a text that begins with a special character is not quoted" },
		{ "could not find expected ':'", "a key is followed by a colon and a blank; is the line broken in two?" },
		{ "escape code", "in \"...\" a backslash begins an escape: write \\\\ for itself, or use '...'" },
		{ "unknown escape character", "in \"...\" a backslash begins an escape: write \\\\ for itself, or use '...'" },
	};

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (strstr(problem, hints[i].in) != NULL)
			return hints[i].hint;
	}
	return NULL;
}

static void
say_syntax(struct reader *r, const yaml_parser_t *parser)
{
	const yaml_mark_t *at = &parser->problem_mark;
	const char *problem = parser->problem != NULL ? parser->problem : "unreadable";

	if (parser->error == YAML_MEMORY_ERROR) {
		r->errors->no_memory = true;
		return;
	}
	if ((parser->context != NULL && say_reserved(r, &parser->context_mark)) || say_reserved(r, at))
		return;
	ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), syntax_hint(problem), "not YAML: %s%s%s", problem,
	    parser->context != NULL ? " " : "", parser->context != NULL ? parser->context : "");
}

static bool
same_key_before(struct reader *r, const ctn_yaml *map, const yaml_event_t *event, const char *key)
{
	const ctn_yaml *before = ctn_yaml_get(map, key);
	const yaml_mark_t *at = &event->start_mark;

	if (before == NULL)
		return false;
	ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "remove one of the two", "key '%.80s' stands twice, first at line %u",
	    key, before->key_line);
	return true;
}

/** What is wrong with a key, once it is text. False: stop reading. */
static bool
judge_key(struct reader *r, struct frame *top, const yaml_event_t *event, const char *key)
{
	const yaml_mark_t *at = &event->start_mark;
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	if (plain && key[0] == '\0') {
		if (!say_reserved(r, at))
			ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), NULL, "a key that is empty");
		return false;
	}
	if (plain && strcmp(key, "<<") == 0) {
		ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "write the keys out", "merge keys are not read");
		top->key_bad = true;
	}
	if (top->node->n >= CTN_YAML_KEYS) {
		ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "is what should be a list written as keys?",
		    "more than %d keys in one map", CTN_YAML_KEYS);
		return false;
	}
	if (same_key_before(r, top->node, event, key))
		top->key_bad = true;
	return true;
}

static const char *
scalar_text(struct reader *r, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t n = event->data.scalar.length;
	const yaml_mark_t *at = &event->start_mark;
	const char *copy;

	if (memchr(text, '\0', n) != NULL) {
		ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "remove the \\0", "a text with a NUL character in it");
		return NULL;
	}
	copy = ctn_arena_text_n(r->arena, text, n);
	if (copy == NULL)
		r->errors->no_memory = true;
	return copy;
}

static bool
take_key(struct reader *r, struct frame *top, const yaml_event_t *event)
{
	const yaml_mark_t *at = &event->start_mark;

	if (event->type == YAML_ALIAS_EVENT)
		return say_quote(r, at, "aliases are not read, and a key must be text"), false;
	if (event->type != YAML_SCALAR_EVENT) {
		ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "as in { key: value }; is a bracket opened twice?",
		    "a key must be text, not a list or a map");
		return false;
	}
	top->key = scalar_text(r, event);
	top->key_line = from_one(at->line);
	top->key_column = from_one(at->column);
	top->key_bad = false;
	return top->key != NULL && judge_key(r, top, event, top->key);
}

/** Hang a value where it belongs. */
static void
place(struct reader *r, ctn_yaml *node)
{
	struct frame *top = r->depth == 0 ? NULL : &r->open[r->depth - 1];

	if (top == NULL) {
		r->root = node;
		return;
	}
	if (top->node->kind == CTN_YAML_MAP) {
		node->key = top->key;
		node->key_line = top->key_line;
		node->key_column = top->key_column;
		node->bad = node->bad || top->key_bad;
		top->key = NULL;
	}
	*top->tail = node;
	top->tail = &node->next;
	top->node->n++;
}

static bool
judge_properties(struct reader *r, const yaml_event_t *event, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		say_quote(r, &event->start_mark, "anchors are not read");
	else if (tag != NULL)
		say_quote(r, &event->start_mark, "tags are not read: every value is text already");
	return anchor == NULL && tag == NULL;
}

static bool
read_properties(struct reader *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		say_quote(r, &event->start_mark, "aliases are not read");
		return false;
	case YAML_SCALAR_EVENT:
		return judge_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag);
	case YAML_SEQUENCE_START_EVENT:
		return judge_properties(r, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
	default:
		return judge_properties(r, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
	}
}

/** Fill what a text has of its own. False: stop reading. */
static bool
fill_text(struct reader *r, ctn_yaml *node, const yaml_event_t *event)
{
	node->text = scalar_text(r, event);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (node->text == NULL)
		return false;
	if (!node->quoted && !node->bad && node->text[0] == ':')
		node->bad = say_reserved(r, &event->start_mark);
	return true;
}

static bool
open_frame(struct reader *r, ctn_yaml *node)
{
	if (r->depth == CTN_YAML_DEPTH) {
		ctn_yaml_say(r->errors, node->line, node->column, "no policy needs that: is a bracket opened and never closed?", "nested more than %d deep",
		    CTN_YAML_DEPTH);
		return false;
	}
	r->open[r->depth++] = (struct frame){ .node = node, .tail = &node->first };
	return true;
}

/** A value or a key begins. */
static bool
take_node(struct reader *r, const yaml_event_t *event)
{
	struct frame *top = r->depth == 0 ? NULL : &r->open[r->depth - 1];
	const yaml_mark_t *at = &event->start_mark;
	ctn_yaml *node;

	if (++r->nodes > CTN_YAML_NODES) {
		ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "a pattern such as '**.corp.example' says many names at once",
		    "more than %d values", CTN_YAML_NODES);
		return false;
	}
	if (top != NULL && top->node->kind == CTN_YAML_MAP && top->key == NULL)
		return take_key(r, top, event);
	node = ctn_arena_new(r->arena, ctn_yaml, 1);
	if (node == NULL)
		return r->errors->no_memory = true, false;
	node->line = from_one(at->line);
	node->column = from_one(at->column);
	node->bad = !read_properties(r, event);
	node->kind = event->type == YAML_SEQUENCE_START_EVENT ? CTN_YAML_LIST :
	    event->type == YAML_MAPPING_START_EVENT           ? CTN_YAML_MAP :
	                                                        CTN_YAML_TEXT;
	node->text = "";
	if (event->type == YAML_SCALAR_EVENT && !fill_text(r, node, event))
		return false;
	place(r, node);
	return node->kind == CTN_YAML_TEXT || open_frame(r, node);
}

static bool
take_document(struct reader *r, const yaml_event_t *event)
{
	const yaml_mark_t *at = &event->start_mark;

	if (event->data.document_start.version_directive != NULL ||
	    event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
		ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "remove the line", "directives (%%YAML, %%TAG) are not read");
	if (++r->documents == 1)
		return true;
	ctn_yaml_say(r->errors, from_one(at->line), from_one(at->column), "a file holds one document: remove the '---'", "a second document");
	return false;
}

/** False: stop reading. */
static bool
take_event(struct reader *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return take_document(r, event);
	case YAML_ALIAS_EVENT:
	case YAML_SCALAR_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return take_node(r, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return true;
	case YAML_STREAM_END_EVENT:
		r->done = true;
		return true;
	default:
		return true;
	}
}

/** True when the stream was read to its end. */
static bool
read_events(struct reader *r)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool go = true;

	if (yaml_parser_initialize(&parser) != 1)
		return r->errors->no_memory = true, false;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, r->text.p, r->text.n);
	while (go && !r->done && !r->errors->full && !r->errors->no_memory) {
		if (yaml_parser_parse(&parser, &event) != 1) {
			say_syntax(r, &parser);
			break;
		}
		go = take_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return go && r->done;
}

bool
ctn_yaml_parse(const ctn_yaml **root, ctn_yaml_errors *errors, ctn_span text, ctn_arena *a, struct ctn_err *e)
{
	struct reader r = { .arena = a, .errors = errors, .text = text };
	bool whole = false;

	*root = NULL;
	if (text.n > CTN_YAML_MAX)
		ctn_yaml_say(errors, 1, 1, "a pattern such as '**.corp.example' says many names at once",
		    "larger than the %u KiB that a policy may have", CTN_YAML_MAX / 1024);
	else if (ctn_yaml_is_text(text, errors))
		whole = read_events(&r);
	if (whole && r.root == NULL)
		ctn_yaml_say(errors, 1, 1, "write a policy into it, or remove the file", "the file is empty");
	if (errors->no_memory)
		return ctn_fail_memory(e);
	if (whole)
		*root = r.root;
	return true;
}
