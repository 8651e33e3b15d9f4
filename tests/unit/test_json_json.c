/* JSON in: what is refused, what getters give, and that errors say where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "json/json.h"

static ctn_json *
parsed(const char *text)
{
	struct ctn_err e = { 0 };
	ctn_json *j = NULL;

	if (!ctn_json_parse(&j, ctn_span_text(text), 10000, &e))
		fail_msg("%s", e.text);
	return j;
}

static void
refused(ctn_span text, const char *why)
{
	struct ctn_err e = { 0 };
	ctn_json *j = NULL;

	assert_false(ctn_json_parse(&j, text, 1000, &e));
	assert_null(j);
	assert_int_equal(e.code, CTN_EINPUT);
	if (strstr(e.text, why) == NULL)
		fail_msg("'%s' does not say '%s'", e.text, why);
}

static void
parse_refuses_a_text_over_its_bound(void **state)
{
	char text[1002];

	(void)state;
	memset(text, ' ', sizeof(text));
	text[0] = '[';
	text[1] = ']';
	refused((ctn_span){ (const uint8_t *)text, 1001 }, "JSON of 1001 bytes; at most 1000 are read");
}

static void
parse_refuses_a_level_over_its_depth_and_takes_the_one_below(void **state)
{
	char text[2 * (CTN_JSON_DEPTH_MAX + 1) + 1] = { 0 };

	(void)state;
	memset(text, '[', CTN_JSON_DEPTH_MAX + 1);
	memset(text + CTN_JSON_DEPTH_MAX + 1, ']', CTN_JSON_DEPTH_MAX + 1);
	refused(ctn_span_text(text), "nested deeper than 32");

	memset(text + CTN_JSON_DEPTH_MAX, ']', CTN_JSON_DEPTH_MAX);
	text[(size_t)2 * CTN_JSON_DEPTH_MAX] = '\0';
	CTN_OWN(ctn_json) j = parsed(text);
	assert_non_null(j);
}

static void
brackets_inside_texts_are_not_levels(void **state)
{
	(void)state;
	CTN_OWN(ctn_json) j = parsed("[\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[\"]");

	assert_int_equal(ctn_json_length(&(ctn_json_node){ .value = ctn_json_root(j).value }), 1);
}

static void
parse_refuses_what_is_not_strict_json(void **state)
{
	(void)state;
	refused(CTN_SPAN(""), "not JSON");
	refused(CTN_SPAN("{\"a\":1,\"a\":2}"), "duplicate object key");
	refused(CTN_SPAN("{\"a\":\"x\\u0000y\"}"), "not JSON");
	refused(CTN_SPAN("{\"a\":\"x\0y\"}"), "not JSON");
	refused(CTN_SPAN("{\"a\":1} x"), "end of file expected");
	refused(CTN_SPAN("\"bare\""), "not JSON");
	refused(CTN_SPAN("[\"\xff\"]"), "not JSON");
	refused(CTN_SPAN("[1,]"), "not JSON");
	refused(CTN_SPAN("[99999999999999999999]"), "too big integer");
	refused(CTN_SPAN("{\n\"a\" 1}"), "line 2, column 5");
}

static void
getters_give_each_type(void **state)
{
	static const char *const keys[] = { "n", "t", "b", "o", "l", NULL };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_json) j = parsed("{\"n\":-5,\"t\":\"text\",\"b\":true,\"o\":{\"x\":\"y\"},\"l\":[\"p\",\"q\"]}");
	ctn_json_node root = ctn_json_root(j), o, l;
	struct ctn_err e = { 0 };
	const char *text, **texts;
	int64_t number;
	size_t n;
	bool b;

	(void)state;
	assert_true(ctn_json_only(&root, keys, &e));
	assert_true(ctn_json_has(&root, "n"));
	assert_false(ctn_json_has(&root, "m"));
	assert_true(ctn_json_get_int(&number, &root, "n", -5, 5, &e));
	assert_int_equal(number, -5);
	assert_true(ctn_json_get_text(&text, &root, "t", &e));
	assert_string_equal(text, "text");
	assert_true(ctn_json_get_bool(&b, &root, "b", &e));
	assert_true(b);
	assert_true(ctn_json_get_object(&o, &root, "o", &e));
	assert_true(ctn_json_get_text(&text, &o, "x", &e));
	assert_string_equal(text, "y");
	assert_true(ctn_json_get_list(&l, &n, &root, "l", &e));
	assert_int_equal(n, 2);
	assert_true(ctn_json_item_text(&text, &l, 1, &e));
	assert_string_equal(text, "q");
	assert_true(ctn_json_get_texts(&texts, &n, &root, "l", a, &e));
	assert_int_equal(n, 2);
	assert_string_equal(texts[0], "p");
}

static void
a_wrong_type_is_named_with_its_path(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_json) j = parsed("{\"items\":[{\"names\":[1]},7]}");
	ctn_json_node root = ctn_json_root(j), items, first, out;
	struct ctn_err e = { 0 };
	const char *text, **texts;
	int64_t number;
	size_t n;
	bool b;

	(void)state;
	assert_true(ctn_json_get_list(&items, &n, &root, "items", &e));
	assert_true(ctn_json_item_object(&first, &items, 0, &e));
	assert_false(ctn_json_get_texts(&texts, &n, &first, "names", a, &e));
	assert_string_equal(e.text, "items[0].names: expected a list of texts");
	assert_false(ctn_json_get_texts(&texts, &n, &root, "none", a, &e));
	assert_string_equal(e.text, "none: missing");
	assert_false(ctn_json_get_text(&text, &first, "names", &e));
	assert_string_equal(e.text, "items[0].names: expected a text");
	assert_false(ctn_json_get_int(&number, &first, "names", 0, 1, &e));
	assert_string_equal(e.text, "items[0].names: expected a whole number");
	assert_false(ctn_json_get_bool(&b, &first, "names", &e));
	assert_string_equal(e.text, "items[0].names: expected true or false");
	assert_false(ctn_json_get_object(&out, &first, "names", &e));
	assert_string_equal(e.text, "items[0].names: expected an object");
	assert_false(ctn_json_item_object(&out, &items, 1, &e));
	assert_string_equal(e.text, "items[1]: expected an object");
	assert_false(ctn_json_item_text(&text, &items, 1, &e));
	assert_string_equal(e.text, "items[1]: expected a text");
	assert_false(ctn_json_item_text(&text, &items, 2, &e));
	assert_string_equal(e.text, "items[2]: missing");
	assert_false(ctn_json_item_text(&text, &root, 0, &e));
	assert_string_equal(e.text, "expected a list");
	assert_false(ctn_json_get_list(&out, NULL, &items, "x", &e));
	assert_string_equal(e.text, "items: expected an object");
	assert_false(ctn_json_get_list(&out, NULL, &root, "x", &e));
	assert_string_equal(e.text, "x: missing");
}

static void
a_number_outside_its_range_is_refused_and_its_ends_are_not(void **state)
{
	CTN_OWN(ctn_json) j = parsed("{\"n\":5,\"real\":5.0}");
	ctn_json_node root = ctn_json_root(j);
	struct ctn_err e = { 0 };
	int64_t number = 0;

	(void)state;
	assert_true(ctn_json_get_int(&number, &root, "n", 5, 5, &e));
	assert_false(ctn_json_get_int(&number, &root, "n", 6, 9, &e));
	assert_string_equal(e.text, "n: expected a number from 6 to 9");
	assert_false(ctn_json_get_int(&number, &root, "n", 1, 4, &e));
	assert_false(ctn_json_get_int(&number, &root, "real", 1, 9, &e));
	assert_string_equal(e.text, "real: expected a whole number");
}

static void
an_unknown_key_is_named_with_the_one_that_was_meant(void **state)
{
	static const char *const keys[] = { "names", "lifetime", NULL };
	CTN_OWN(ctn_json) j = parsed("{\"a\":{\"nmaes\":1},\"b\":[]}");
	ctn_json_node root = ctn_json_root(j), inner;
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_json_get_object(&inner, &root, "a", &e));
	assert_false(ctn_json_only(&inner, keys, &e));
	assert_string_equal(e.text, "a.nmaes: unknown key");
	assert_string_equal(e.hint, "did you mean names?");
	assert_true(ctn_json_get_list(&inner, NULL, &root, "b", &e));
	assert_false(ctn_json_only(&inner, keys, &e));
	assert_string_equal(e.text, "b: expected an object");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_refuses_a_text_over_its_bound),
		cmocka_unit_test(parse_refuses_a_level_over_its_depth_and_takes_the_one_below),
		cmocka_unit_test(brackets_inside_texts_are_not_levels),
		cmocka_unit_test(parse_refuses_what_is_not_strict_json),
		cmocka_unit_test(getters_give_each_type),
		cmocka_unit_test(a_wrong_type_is_named_with_its_path),
		cmocka_unit_test(a_number_outside_its_range_is_refused_and_its_ends_are_not),
		cmocka_unit_test(an_unknown_key_is_named_with_the_one_that_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
