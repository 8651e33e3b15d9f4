#include "policy/monitor.h"

#include <stdio.h>
#include <string.h>

#include "name/endpoint.h"
#include "policy/channel.h"
#include "policy/read.h"

#define DAY_S INT64_C(86400)
#define WATCH_MAX 100
#define WHAT_MAX 5000 /* globs or endpoints of one entry */
#define ARGS_MAX 64

/** The file while it is read. p comes first: ctn_reading.into is it. */
struct draft {
	ctn_monitor_policy p;
	int key;
};

static ctn_monitor_policy *
policy_of(const ctn_schema *s)
{
	return ((const ctn_reading *)s->user)->into;
}

const char **
ctn_policy_argv(ctn_schema *s, const ctn_yaml *value)
{
	const char **argv;
	size_t n;

	argv = ctn_read_items(s, value, sizeof(*argv), ctn_read_text, &n);
	if (argv == NULL)
		return NULL;
	if (value->n == 0 || value->n > ARGS_MAX) {
		ctn_schema_say(s, value, "the program and its arguments, as in [systemctl, reload, nginx]",
		    value->n == 0 ? "no command stands in it" : "more than %d words", ARGS_MAX);
		return NULL;
	}
	return argv;
}

static void
read_hook(ctn_schema *s, const ctn_yaml *value, void *field)
{
	*(const char ***)field = ctn_policy_argv(s, value);
}

static void
read_percent(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_yaml number = *value;
	const char *text;
	size_t n;

	if (!ctn_schema_text(s, value, &text))
		return;
	n = strlen(text);
	if (text[n - 1] != '%') {
		ctn_schema_say(s, value, "as in 25%; a time is warning_max and critical_max", "'%.40s' is no share of the lifetime", text);
		return;
	}
	number.text = ctn_arena_text_n(s->arena, text, n - 1);
	if (number.text == NULL)
		s->errors->no_memory = true;
	else
		(void)!ctn_schema_count(s, &number, 1, 99, field);
}

/* What is watched */

static bool
read_glob(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	if (text[0] != '/') {
		ctn_schema_say(s, at, "write the whole path, from / on", "'%.200s' is a relative path", text);
		return false;
	}
	*(const char **)slot = text;
	return true;
}

static bool
read_endpoint(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot)
{
	struct ctn_err e = { 0 };
	ctn_endpoint parsed;

	if (!ctn_endpoint_parse(&parsed, text, s->arena, &e))
		return ctn_schema_say_err(s, at, &e), false;
	*(const char **)slot = text;
	return true;
}

static void
read_what(ctn_schema *s, const ctn_yaml *list, ctn_watch_policy *w, ctn_read_item *read)
{
	size_t i = 0;

	w->what = ctn_read_items(s, list, sizeof(*w->what), read, &w->what_n);
	if (w->what == NULL)
		return;
	if (list->n == 0 || list->n > WHAT_MAX)
		ctn_schema_say(s, list, NULL, list->n == 0 ? "nothing stands in it" : "more than %d stand in it", WHAT_MAX);
	w->where = ctn_arena_new(s->arena, ctn_where, list->n + 1);
	if (w->where == NULL) {
		s->errors->no_memory = true;
		return;
	}
	/* Of a file in error nothing is used, so what was left out above does not matter here. */
	for (const ctn_yaml *v = list->first; v != NULL; v = v->next)
		w->where[i++] = ctn_read_where(s, v);
}

static void
read_files(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_watch_policy *w = ((ctn_reading *)s->user)->into;

	(void)field;
	w->kind = CTN_WATCH_FILES;
	read_what(s, value, w, read_glob);
}

static void
read_tls(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_watch_policy *w = ((ctn_reading *)s->user)->into;

	(void)field;
	w->kind = CTN_WATCH_TLS;
	read_what(s, value, w, read_endpoint);
}

static void
read_home(ctn_schema *s, const ctn_yaml *value, void *field)
{
	static const char *const words[] = { "all" };
	ctn_watch_policy *w = ((ctn_reading *)s->user)->into;
	const char *text;

	(void)field;
	w->kind = CTN_WATCH_HOME;
	if (ctn_schema_text(s, value, &text) && strcmp(text, "all") != 0)
		ctn_schema_say_words(s, value, "everything in the home is watched, or nothing", text, words, 1);
}

static const ctn_schema_key watch_keys[] = {
	{ .name = "home", CTN_KEY_CUSTOM(ctn_watch_policy, kind, read_home) },
	{ .name = "files", CTN_KEY_CUSTOM(ctn_watch_policy, what, read_files) },
	{ .name = "tls", CTN_KEY_CUSTOM(ctn_watch_policy, what, read_tls) },
	{ 0 },
};

static void
read_watched(ctn_schema *s, const ctn_yaml *entry, ctn_monitor_policy *p)
{
	ctn_reading *reading = s->user;

	if (!ctn_schema_is(s, entry, CTN_YAML_MAP))
		return;
	if (entry->n != 1) {
		ctn_schema_say(s, entry, "begin each with '-'", "an entry is one of home, files, tls");
		return;
	}
	reading->into = &p->watch[p->watch_n++];
	ctn_schema_read(s, watch_keys, entry, reading->into);
	reading->into = p;
}

static void
read_watch(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_monitor_policy *p = policy_of(s);
	const char *before;

	(void)field;
	if (!ctn_schema_is(s, value, CTN_YAML_LIST))
		return;
	if (value->n == 0 || value->n > WATCH_MAX) {
		ctn_schema_say(s, value, value->n == 0 ? "- home: all" : NULL, value->n == 0 ? "nothing is watched" : "more than %d entries", WATCH_MAX);
		return;
	}
	p->watch = ctn_arena_new(s->arena, ctn_watch_policy, value->n + 1);
	if (p->watch == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *entry = value->first; entry != NULL; entry = entry->next)
		read_watched(s, entry, p);
	ctn_schema_leave(s, before);
}

/* Where results are put */

/* What the home itself is made of is never written over; no path from / on is of it. */
static bool
is_of_the_home(const char *path)
{
	static const char *const own[] = { "keys", "policies", "catena.db", "catena.db-wal", "catena.db-shm", "highwater" };
	size_t n = strcspn(path, "/");

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (strlen(own[i]) == n && strncmp(own[i], path, n) == 0)
			return true;
	}
	return path[0] == '.';
}

static void
read_output(ctn_schema *s, const ctn_yaml *value, void *field)
{
	const char *text, *last;

	if (!ctn_schema_text(s, value, &text))
		return;
	last = strrchr(text, '/');
	if (strstr(text, "/../") != NULL || (last != NULL && (last[1] == '\0' || strcmp(last, "/..") == 0)))
		ctn_schema_say(s, value, NULL, "'%.200s' names no file", text);
	else if (is_of_the_home(text))
		ctn_schema_say(s, value, "public/NAME is HOME/public/NAME; or write the whole path, from / on",
		    "'%.200s' is where the home keeps its own", text);
	*(const char **)field = text;
}

static const char *const key_words[] = { "new", "same", NULL };

static const ctn_schema_key threshold_keys[] = {
	{ .name = "warning", CTN_KEY_CUSTOM(struct draft, p.thresholds.warning_percent, read_percent) },
	{ .name = "critical", CTN_KEY_CUSTOM(struct draft, p.thresholds.critical_percent, read_percent) },
	{ .name = "warning_max", CTN_KEY_DURATION(struct draft, p.thresholds.warning_max_s, 60) },
	{ .name = "critical_max", CTN_KEY_DURATION(struct draft, p.thresholds.critical_max_s, 60) },
	{ 0 },
};
static const ctn_schema_key renew_keys[] = {
	{ .name = "key", CTN_KEY_WORD(struct draft, key, key_words) },
	{ .name = "hook", CTN_KEY_CUSTOM(struct draft, p.renew.hook, read_hook) },
	{ .name = "timeout", CTN_KEY_DURATION(struct draft, p.renew.timeout_s, 1), .max = 3600 },
	{ 0 },
};
static const ctn_schema_key output_keys[] = {
	{ .name = "prometheus", CTN_KEY_CUSTOM(struct draft, p.outputs.prometheus, read_output) },
	{ .name = "ics", CTN_KEY_CUSTOM(struct draft, p.outputs.ics, read_output) },
	{ .name = "html", CTN_KEY_CUSTOM(struct draft, p.outputs.html, read_output) },
	{ 0 },
};
static const ctn_schema_key monitor_keys[] = {
	{ .name = "thresholds", CTN_KEY_MAP(threshold_keys) },
	{ .name = "watch", CTN_KEY_CUSTOM(struct draft, p.watch, read_watch) },
	{ .name = "notify", CTN_KEY_CUSTOM(struct draft, p.channels, ctn_channels_read) },
	{ .name = "repeat", CTN_KEY_DURATION(struct draft, p.repeat_s, 60) },
	{ .name = "renew", CTN_KEY_MAP(renew_keys) },
	{ .name = "outputs", CTN_KEY_MAP(output_keys) },
	{ 0 },
};

/* What must fit together */

static void
check_thresholds(ctn_schema *s, const ctn_yaml *root, const ctn_monitor_policy *p)
{
	const ctn_yaml *t = ctn_yaml_get(root, "thresholds");
	ctn_yaml at;

	if (t == NULL)
		return;
	at = (ctn_yaml){ .line = t->line, .column = t->column };
	if (p->thresholds.critical_percent > p->thresholds.warning_percent)
		ctn_schema_say(s, &at, "a warning comes first", "thresholds: critical (%u%%) is over warning (%u%%)", p->thresholds.critical_percent,
		    p->thresholds.warning_percent);
	if (p->thresholds.critical_max_s > p->thresholds.warning_max_s)
		ctn_schema_say(s, &at, "a warning comes first", "thresholds: critical_max is over warning_max");
}

static void
check_home_once(ctn_schema *s, const ctn_yaml *root, const ctn_monitor_policy *p)
{
	const ctn_yaml *w = ctn_yaml_get(root, "watch");
	ctn_yaml at;
	size_t n = 0;

	for (size_t i = 0; i < p->watch_n; i++)
		n += p->watch[i].kind == CTN_WATCH_HOME ? 1 : 0;
	if (n < 2 || s->errors->n > 0)
		return;
	at = (ctn_yaml){ .line = w->line, .column = w->column };
	ctn_schema_say(s, &at, NULL, "watch: home stands in it %zu times", n);
}

static bool
set_defaults(ctn_monitor_policy *p, ctn_arena *a)
{
	*p = (ctn_monitor_policy){
		.thresholds = { 25, 10, 30 * DAY_S, 14 * DAY_S },
		.repeat_s = 7 * DAY_S,
		.renew = { .timeout_s = 60 },
		.watch_n = 1,
	};
	p->watch = ctn_arena_new(a, ctn_watch_policy, 1);
	return p->watch != NULL;
}

static void
read_root(ctn_schema *s, const ctn_yaml *root, ctn_monitor_policy *p)
{
	struct draft d = { .p = *p };
	const ctn_yaml *renew;

	((ctn_reading *)s->user)->into = &d.p;
	if (ctn_yaml_get(root, "watch") != NULL)
		d.p.watch_n = 0;
	ctn_schema_read(s, monitor_keys, root, &d);
	check_thresholds(s, root, &d.p);
	check_home_once(s, root, &d.p);
	renew = ctn_yaml_get(root, "renew");
	if (renew != NULL) {
		d.p.renew.wanted = true;
		d.p.renew.same_key = d.key == 1;
		d.p.renew.where = ctn_read_where(s, renew);
	}
	*p = d.p;
}

static bool
take_errors(ctn_policy_errors *out, const ctn_yaml_errors *from, const char *file, ctn_arena *a, struct ctn_err *e)
{
	*out = (ctn_policy_errors){ .at = ctn_arena_new(a, ctn_policy_error, from->n + 1) };
	if (out->at == NULL || from->no_memory)
		return ctn_fail_memory(e);
	for (; out->n < from->n; out->n++) {
		const ctn_yaml_error *said = &from->at[out->n];

		out->at[out->n] = (ctn_policy_error){ { file, said->line, said->column }, said->text, said->hint };
	}
	return true;
}

bool
ctn_monitor_policy_parse(ctn_monitor_policy *out, ctn_policy_errors *errors, const ctn_policy_file *file, ctn_arena *a, struct ctn_err *e)
{
	ctn_yaml_errors said = { .arena = a };
	ctn_reading reading = { .file = file == NULL ? NULL : file->shown };
	ctn_schema s = { .arena = a, .errors = &said, .user = &reading };
	const ctn_yaml *root = NULL;

	*errors = (ctn_policy_errors){ 0 };
	if (!set_defaults(out, a))
		return ctn_fail_memory(e);
	if (file == NULL)
		return true;
	out->file = file->shown;
	out->text = file->text;
	if (!ctn_yaml_parse(&root, &said, file->text, a, e))
		return false;
	if (root != NULL)
		read_root(&s, root, out);
	return take_errors(errors, &said, file->shown, a, e);
}
