/* Schemas: values go where the table says, and every error of a file comes out in one run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "yaml/schema.h"

struct box {
	const char *title;
	bool wild;
	unsigned max;
	int64_t life_s, back_s;
	int mode;
	const ctn_yaml *names;
	unsigned seen;
};

static const char *const modes[] = { "refuse", "shorten", NULL };

static void
count_items(ctn_schema *s, const ctn_yaml *value, void *field)
{
	if (ctn_schema_is(s, value, CTN_YAML_LIST))
		*(unsigned *)field = (unsigned)value->n;
}

static const ctn_schema_key life_keys[] = {
	{ .name = "default", CTN_KEY_DURATION(struct box, life_s, 60), .max = 86400 },
	{ .name = "back", CTN_KEY_DURATION(struct box, back_s, 0) },
	{ .name = "mode", CTN_KEY_WORD(struct box, mode, modes) },
	{ 0 },
};

static const ctn_schema_key box_keys[] = {
	{ .name = "title", CTN_KEY_TEXT(struct box, title), .required = true },
	{ .name = "wild", CTN_KEY_BOOL(struct box, wild) },
	{ .name = "max", CTN_KEY_COUNT(struct box, max, 1, 100) },
	{ .name = "life", CTN_KEY_MAP(life_keys) },
	{ .name = "names", CTN_KEY_LIST(struct box, names) },
	{ .name = "things", CTN_KEY_CUSTOM(struct box, seen, count_items) },
	{ .name = "provider", .refused = "'provider' is reserved" },
	{ 0 },
};

struct world {
	ctn_arena *arena;
	ctn_yaml_errors errors;
	ctn_schema schema;
	struct box box;
};

static void
read_text(struct world *w, const char *text)
{
	struct ctn_err e = { 0 };
	const ctn_yaml *root;

	*w = (struct world){ .arena = ctn_arena_open(0), .box = { .max = 7, .life_s = 90 } };
	assert_non_null(w->arena);
	w->errors.arena = w->arena;
	w->schema = (ctn_schema){ .arena = w->arena, .errors = &w->errors };
	assert_true(ctn_yaml_parse(&root, &w->errors, ctn_span_text(text), w->arena, &e));
	assert_non_null(root);
	ctn_schema_read(&w->schema, box_keys, root, &w->box);
	assert_false(w->errors.no_memory);
}

static void
every_kind_of_value_goes_where_the_table_says(void **state)
{
	struct world w;

	(void)state;
	read_text(&w, "title: NO\nwild: true\nmax: 12\nlife: { default: 5m, mode: shorten }\nnames: [a, b]\nthings: [1, 2, 3]\n");
	assert_int_equal(w.errors.n, 0);
	assert_string_equal(w.box.title, "NO");
	assert_true(w.box.wild);
	assert_int_equal(w.box.max, 12);
	assert_int_equal(w.box.life_s, 300);
	assert_int_equal(w.box.mode, 1);
	assert_string_equal(w.box.names->first->next->text, "b");
	assert_int_equal(w.box.seen, 3);
	ctn_arena_close(w.arena);
}

static void
what_is_absent_keeps_its_default(void **state)
{
	struct world w;

	(void)state;
	read_text(&w, "title: x\nwild: false\n");
	assert_int_equal(w.errors.n, 0);
	assert_int_equal(w.box.max, 7);
	assert_int_equal(w.box.life_s, 90);
	assert_false(w.box.wild);
	assert_null(w.box.names);
	ctn_arena_close(w.arena);
}

static void
places_are_kept_by_dotted_key(void **state)
{
	struct world w;

	(void)state;
	read_text(&w, "title: x\nlife:\n  default: 2m\n");
	assert_int_equal(w.schema.places_n, 3);
	assert_string_equal(w.schema.places[1].key, "life");
	assert_string_equal(w.schema.places[2].key, "life.default");
	assert_int_equal(w.schema.places[2].line, 3);
	assert_int_equal(w.schema.places[2].column, 12);
	ctn_arena_close(w.arena);
}

struct refusal {
	const char *text, *error;
};

static const struct refusal refusals[] = {
	{ "titel: x\ntitle: y\n", "1:1 unknown key 'titel' | did you mean 'title'?" },
	{ "title: x\nqqqqqqqq: 1\n", "2:1 unknown key 'qqqqqqqq' | there are title, wild, max, life, names, things" },
	{ "title: x\nlife: { defalt: 1d }\n", "2:9 life: unknown key 'defalt' | did you mean 'default'?" },
	{ "wild: true\n", "1:1 key 'title' is missing" },
	{ "title:\n", "1:7 title: has no value" },
	{ "title: ''\n", "1:8 title: is empty" },
	{ "title: [x]\n", "1:8 title: must be text, not a list" },
	{ "title: {x: y}\n", "1:8 title: must be text, not a map" },
	{ "title: x\nwild: yes\n", "2:7 wild: 'yes' is neither true nor false" },
	{ "title: x\nwild: True\n", "2:7 wild: 'True' is neither true nor false" },
	{ "title: x\nmax: 012\n", "2:6 max: '012' has a leading zero | write it without the zero in front" },
	{ "title: x\nmax: 0x10\n", "2:6 max: '0x10' is no whole number" },
	{ "title: x\nmax: -1\n", "2:6 max: '-1' is no whole number" },
	{ "title: x\nmax: 101\n", "2:6 max: '101' is outside 1 to 100" },
	{ "title: x\nmax: 0\n", "2:6 max: '0' is outside 1 to 100" },
	{ "title: x\nmax: 99999999999999999999999999999999999999\n", "2:6 max: '99999999999999999999999999999999999999' is outside 1 to 100" },
	{ "title: x\nmax: [1]\n", "2:6 max: must be text, not a list" },
	{ "title: x\nlife: { default: 05m }\n", "2:18 life.default: '05m' has a leading zero | write it without the zero in front" },
	{ "title: x\nlife: { default: 30s }\n", "2:18 life.default: '30s' is less than 1m" },
	{ "title: x\nlife: { default: 2d }\n", "2:18 life.default: '2d' is more than 1d" },
	{ "title: x\nlife: { mode: shrten }\n", "2:15 life.mode: 'shrten' is no word for it | did you mean 'shorten'?" },
	{ "title: x\nlife: { mode: qqqqqq }\n", "2:15 life.mode: 'qqqqqq' is no word for it | there are refuse, shorten" },
	{ "title: x\nlife: 3d\n", "2:7 life: must be a map of keys, not text" },
	{ "title: x\nnames: a\n", "2:8 names: must be a list, not text" },
	{ "title: x\nnames: [a, [b]]\n", "2:12 names: must be text, not a list" },
	{ "title: x\nnames: [a, '']\n", "2:12 names: is empty" },
	{ "title: x\nprovider: y\n", "2:11 provider: 'provider' is reserved" },
	{ "- a\n", "1:1 must be a map of keys, not a list" },
};

static void
every_wrong_value_says_what_where_and_what_to_do(void **state)
{
	char got[600];
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		read_text(&w, refusals[i].text);
		assert_int_equal(w.errors.n, 1);
		(void)snprintf(got, sizeof(got), "%u:%u %s%s%s", w.errors.at[0].line, w.errors.at[0].column, w.errors.at[0].text,
		    w.errors.at[0].hint == NULL ? "" : " | ", w.errors.at[0].hint == NULL ? "" : w.errors.at[0].hint);
		assert_string_equal(got, refusals[i].error);
		ctn_arena_close(w.arena);
	}
}

static void
a_duration_that_cannot_be_read_is_said(void **state)
{
	struct world w;

	(void)state;
	read_text(&w, "title: x\nlife: { back: 90x }\n");
	assert_int_equal(w.errors.n, 1);
	assert_non_null(strstr(w.errors.at[0].text, "life.back: "));
	assert_non_null(strstr(w.errors.at[0].text, "90x"));
	ctn_arena_close(w.arena);
}

static void
all_errors_come_out_in_one_run(void **state)
{
	struct world w;

	(void)state;
	read_text(&w, "wild: maybe\nmax: 1000\nmax: 2\nlife: { default: 1s, foo: x }\nbar: 1\n");
	assert_int_equal(w.errors.n, 7);
	ctn_arena_close(w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_goes_where_the_table_says),
		cmocka_unit_test(what_is_absent_keeps_its_default),
		cmocka_unit_test(places_are_kept_by_dotted_key),
		cmocka_unit_test(every_wrong_value_says_what_where_and_what_to_do),
		cmocka_unit_test(a_duration_that_cannot_be_read_is_said),
		cmocka_unit_test(all_errors_come_out_in_one_run),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
