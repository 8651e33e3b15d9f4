#include "cmd/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/time.h"

enum { LONG_BASE = 256, ROWS_MAX = 96 };

/* Both tables as one list of options (arguments apart), beside what getopt_long wants to see. */
struct known {
	const struct opt *row[ROWS_MAX];
	void *into[ROWS_MAX];
	struct option longs[ROWS_MAX + 1];
	char shorts[2 * ROWS_MAX + 3];
	size_t n;
};

bool
opt_is_arg(const struct opt *o)
{
	return o->kind >= OPT_ARG;
}

static void
add_short(char *shorts, const struct opt *o)
{
	size_t n = strlen(shorts);

	if (o->abbr == 0)
		return;
	shorts[n++] = o->abbr;
	if (o->kind != OPT_FLAG)
		shorts[n++] = ':';
	shorts[n] = '\0';
}

static void
know(struct known *k, struct opt_table t)
{
	for (const struct opt *o = t.rows; o != NULL && o->name != NULL && k->n < ROWS_MAX; o++) {
		if (opt_is_arg(o))
			continue;
		k->row[k->n] = o;
		k->into[k->n] = t.into;
		k->longs[k->n] = (struct option){ o->name, o->kind == OPT_FLAG ? no_argument : required_argument, NULL,
			LONG_BASE + (int)k->n };
		add_short(k->shorts, o);
		k->n++;
	}
}

/* The row that getopt_long's answer stands for, or NULL. */
static const struct opt *
row_of(const struct known *k, int answer, void **into)
{
	for (size_t i = 0; i < k->n; i++)
		if (answer == LONG_BASE + (int)i || (answer != 0 && answer == k->row[i]->abbr)) {
			*into = k->into[i];
			return k->row[i];
		}
	return NULL;
}

static bool
fail_unknown(const struct known *k, const char *word, struct ctn_err *e)
{
	const char *names[ROWS_MAX], *near;
	char bare[64];

	snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word + 2, "="), word + 2);
	for (size_t i = 0; i < k->n; i++)
		names[i] = k->row[i]->name;
	near = ctn_word_nearest(bare, names, k->n);
	for (size_t i = 0; near == NULL && bare[0] != '\0' && i < k->n; i++)
		if (strncmp(names[i], bare, strlen(bare)) == 0)
			near = names[i];
	if (near == NULL)
		return ctn_fail(e, CTN_EUSAGE, "unknown option --%s", bare);
	return ctn_fail(e, CTN_EUSAGE, "unknown option --%s", bare) || ctn_hint(e, "did you mean --%s?", near);
}

static bool
fail_value(const struct opt *o, const char *text, struct ctn_err *e)
{
	CTN_OWN_BUF list = { 0 };
	const char *near, *all;
	size_t n = 0;

	for (; o->one_of[n] != NULL; n++)
		ctn_buf_printf(&list, "%s%s", n == 0 ? "" : ", ", o->one_of[n]);
	near = ctn_word_nearest(text, o->one_of, n);
	all = ctn_buf_cstr(&list);
	if (ctn_fail(e, CTN_EUSAGE, "%s%s: '%s' is none of %s", opt_is_arg(o) ? "" : "--", o->name, text,
		all == NULL ? "those known" : all) ||
	    near == NULL)
		return false;
	return ctn_hint(e, "did you mean %s?", near);
}

static bool
is_one_of(const struct opt *o, const char *text)
{
	if (o->one_of == NULL)
		return true;
	for (size_t i = 0; o->one_of[i] != NULL; i++)
		if (strcmp(o->one_of[i], text) == 0)
			return true;
	return false;
}

static bool
read_count(int64_t *out, const struct opt *o, const char *text, struct ctn_err *e)
{
	size_t digits = strspn(text, "0123456789");
	long long v;

	errno = 0;
	v = strtoll(text, NULL, 10);
	if (digits == 0 || text[digits] != '\0' || errno != 0 || v < o->min || v > o->max)
		return ctn_fail(e, CTN_EUSAGE, "--%s: '%s' is not a number from %lld to %lld", o->name, text,
		    (long long)o->min, (long long)o->max);
	*out = v;
	return true;
}

static bool
read_duration(int64_t *out, const struct opt *o, const char *text, struct ctn_err *e)
{
	if (ctn_duration_parse(out, text, e)) {
		if (*out >= o->min)
			return true;
		ctn_fail(e, CTN_EUSAGE, "'%s' is too short", text);
	}
	e->code = CTN_EUSAGE;
	return ctn_wrap(e, "--%s", o->name);
}

static bool
read_time(const char **out, const struct opt *o, const char *text, struct ctn_err *e)
{
	int64_t at_s;

	if (!ctn_time_parse(&at_s, text, false, 0, e)) {
		e->code = CTN_EUSAGE;
		return ctn_wrap(e, "--%s", o->name);
	}
	*out = text;
	return true;
}

static bool
set(const struct opt *o, void *into, const char *text, struct ctn_err *e)
{
	void *field = (char *)into + o->at;

	if (text != NULL && !is_one_of(o, text))
		return fail_value(o, text, e);
	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)field = true;
		return true;
	case OPT_DURATION:
		return read_duration(field, o, text, e);
	case OPT_COUNT:
		return read_count(field, o, text, e);
	case OPT_TIME:
		return read_time(field, o, text, e);
	case OPT_LIST:
	case OPT_ARGS:
	case OPT_ARGS_SOME:
		((struct opt_list *)field)->v[((struct opt_list *)field)->n++] = text;
		return true;
	case OPT_TEXT:
	case OPT_PATH:
	case OPT_ARG:
	case OPT_ARG_MAYBE:
	case OPT_END:
		break;
	}
	*(const char **)field = text;
	return true;
}

/* No list can grow over the words on the line, so each gets that much room once. */
static bool
make_room(struct opt_table t, size_t words, ctn_arena *arena, struct ctn_err *e)
{
	for (const struct opt *o = t.rows; o != NULL && o->name != NULL; o++) {
		struct opt_list *list = (struct opt_list *)(void *)((char *)t.into + o->at);

		if (o->kind != OPT_LIST && o->kind != OPT_ARGS && o->kind != OPT_ARGS_SOME)
			continue;
		list->v = ctn_arena_new(arena, const char *, words + 1);
		if (list->v == NULL)
			return ctn_fail_memory(e);
	}
	return true;
}

/* The word on the line that getopt_long just took an option from. */
static const char *
word_taken(char **argv)
{
	return optarg != NULL && optarg == argv[optind - 1] ? argv[optind - 2] : argv[optind - 1];
}

/* getopt_long takes --life for --lifetime; scripts written so would break when an option is added. */
static bool
is_shortened(const char *word, const char *name)
{
	return strncmp(word, "--", 2) == 0 &&
	    (strcspn(word + 2, "=") != strlen(name) || strncmp(word + 2, name, strlen(name)) != 0);
}

static bool
fail_getopt(const struct known *k, int answer, char **argv, struct ctn_err *e)
{
	void *into;
	const struct opt *o = row_of(k, optopt, &into);

	if (answer == ':' && o != NULL)
		return ctn_fail(e, CTN_EUSAGE, "%s needs a value: --%s %s", word_taken(argv), o->name, o->value);
	if (optopt >= LONG_BASE && o != NULL)
		return ctn_fail(e, CTN_EUSAGE, "--%s takes no value", o->name);
	if (optopt != 0)
		return ctn_fail(e, CTN_EUSAGE, "unknown option -%c", optopt);
	return fail_unknown(k, argv[optind - 1], e);
}

/* Give one word to the first argument row that still has room. */
static bool
take_arg(struct opt_table own, size_t *taken, const char *word, struct ctn_err *e)
{
	size_t i = 0;

	for (const struct opt *o = own.rows; o != NULL && o->name != NULL; o++) {
		if (!opt_is_arg(o))
			continue;
		if (o->kind == OPT_ARGS || o->kind == OPT_ARGS_SOME)
			return set(o, own.into, word, e);
		if (i++ == *taken) {
			(*taken)++;
			return set(o, own.into, word, e);
		}
	}
	return ctn_fail(e, CTN_EUSAGE, "unexpected argument '%s'", word);
}

static bool
check_complete(struct opt_table own, struct ctn_err *e)
{
	for (const struct opt *o = own.rows; o != NULL && o->name != NULL; o++) {
		void *field = (char *)own.into + o->at;

		if (o->kind == OPT_ARGS_SOME && ((struct opt_list *)field)->n == 0)
			return ctn_fail(e, CTN_EUSAGE, "%s is missing", o->name);
		if (o->kind == OPT_ARG && *(const char **)field == NULL)
			return ctn_fail(e, CTN_EUSAGE, "%s is missing", o->name);
		if (o->required && o->kind == OPT_LIST && ((struct opt_list *)field)->n == 0)
			return ctn_fail(e, CTN_EUSAGE, "--%s %s is missing", o->name, o->value);
		if (o->required && o->kind != OPT_LIST && *(const char **)field == NULL)
			return ctn_fail(e, CTN_EUSAGE, "--%s %s is missing", o->name, o->value);
	}
	return true;
}

static bool
step(int answer, const struct known *k, char **argv, struct ctn_err *e)
{
	void *into = NULL;
	const struct opt *o = row_of(k, answer, &into);

	if (answer == '?' || answer == ':' || o == NULL)
		return fail_getopt(k, answer, argv, e);
	if (answer >= LONG_BASE && is_shortened(word_taken(argv), o->name))
		return fail_unknown(k, word_taken(argv), e);
	return set(o, into, optarg, e);
}

/* The first character of shorts says what words do: '+' ends the options, '-' hands them over one by one. */
static bool
walk(const struct known *k, const struct opt_line *line, struct opt_table own, struct ctn_err *e)
{
	int argc = line->argc - line->first + 1, answer;
	char **argv = line->argv + line->first - 1;
	size_t taken = 0;

	optind = 0;
	opterr = 0;
	while ((answer = getopt_long(argc, argv, k->shorts, k->longs, NULL)) != -1) {
		if (answer == 1 ? !take_arg(own, &taken, optarg, e) : !step(answer, k, argv, e))
			return false;
	}
	for (; !line->stop_at_word && optind < argc; optind++)
		if (!take_arg(own, &taken, argv[optind], e))
			return false;
	return true;
}

bool
opts_parse(int *stopped_at, const struct opt_line *line, struct opt_table own, struct opt_table global, ctn_arena *arena,
    struct ctn_err *e)
{
	struct known *k = ctn_arena_new(arena, struct known, 1);
	size_t words = (size_t)(line->argc - line->first);

	if (k == NULL)
		return ctn_fail_memory(e);
	memcpy(k->shorts, line->stop_at_word ? "+:" : "-:", 3);
	know(k, own);
	know(k, global);
	if (!make_room(own, words, arena, e) || !make_room(global, words, arena, e))
		return false;
	if (!walk(k, line, own, e))
		return false;
	*stopped_at = line->first - 1 + optind;
	return line->stop_at_word || check_complete(own, e);
}

const char *
opts_usage(const struct opt *rows, ctn_arena *arena)
{
	CTN_OWN_BUF b = { 0 };
	bool optional = false;
	const char *text;

	for (const struct opt *o = rows; o != NULL && o->name != NULL; o++)
		switch (o->kind) {
		case OPT_ARG:
			ctn_buf_printf(&b, " %s", o->name);
			break;
		case OPT_ARG_MAYBE:
			ctn_buf_printf(&b, " [%s]", o->name);
			break;
		case OPT_ARGS:
			ctn_buf_printf(&b, " [%s...]", o->name);
			break;
		case OPT_ARGS_SOME:
			ctn_buf_printf(&b, " %s...", o->name);
			break;
		default:
			optional = optional || !o->required;
		}
	for (const struct opt *o = rows; o != NULL && o->name != NULL; o++)
		if (o->required)
			ctn_buf_printf(&b, " --%s %s", o->name, o->value);
	if (optional)
		ctn_buf_text(&b, " [OPTION...]");
	text = ctn_buf_cstr(&b);
	return text == NULL ? NULL : ctn_arena_text(arena, text + (b.n > 0));
}
