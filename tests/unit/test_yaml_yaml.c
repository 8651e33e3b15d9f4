/* YAML: what is read, what is refused, and where it says it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "yaml/yaml.h"

struct world {
	ctn_arena *arena;
	ctn_yaml_errors errors;
	const ctn_yaml *root;
};

static void
read_bytes(struct world *w, ctn_span text)
{
	struct ctn_err e = { 0 };

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	w->errors.arena = w->arena;
	assert_true(ctn_yaml_parse(&w->root, &w->errors, text, w->arena, &e));
}

static void
end(struct world *w)
{
	ctn_arena_close(w->arena);
}

/** "line:column text | hint" of the first error. */
static const char *
first_error(const struct world *w)
{
	static char out[1200];

	if (w->errors.n == 0)
		return "none";
	(void)snprintf(out, sizeof(out), "%u:%u %s%s%s", w->errors.at[0].line, w->errors.at[0].column, w->errors.at[0].text,
	    w->errors.at[0].hint == NULL ? "" : " | ", w->errors.at[0].hint == NULL ? "" : w->errors.at[0].hint);
	return out;
}

struct refusal {
	const char *text, *error;
};

static const struct refusal refusals[] = {
	{ "", "1:1 the file is empty | write a policy into it, or remove the file" },
	{ "# nothing\n", "1:1 the file is empty | write a policy into it, or remove the file" },
	{ "a: *b\n", "1:4 aliases are not read | if the text itself is meant, quote it: \"*b\"" },
	{ "a: [x, **.b.example]\n", "1:8 a value that begins with '*' must be quoted | if the text itself is meant, quote it: \"**.b.example\"" },
	{ "a: *.b\n", "1:4 a value that begins with '*' must be quoted | if the text itself is meant, quote it: \"*.b\"" },
	{ "a: &b c\n", "1:4 anchors are not read | if the text itself is meant, quote it: \"&b\"" },
	{ "a: &.b\n", "1:4 a value that begins with '&' must be quoted | if the text itself is meant, quote it: \"&.b\"" },
	{ "a: &b [c]\n", "1:4 anchors are not read | if the text itself is meant, quote it: \"&b\"" },
	{ "a: &b {c: d}\n", "1:4 anchors are not read | if the text itself is meant, quote it: \"&b\"" },
	{ "a: !b c\n", "1:4 tags are not read: every value is text already | if the text itself is meant, quote it: \"!b\"" },
	{ "a: !!int 3\n", "1:4 tags are not read: every value is text already | if the text itself is meant, quote it: \"!!int\"" },
	{ "a: %b\n", "1:4 a value that begins with '%' must be quoted | if the text itself is meant, quote it: \"%b\"" },
	{ "a: @b\n", "1:4 a value that begins with '@' must be quoted | if the text itself is meant, quote it: \"@b\"" },
	{ "a: [x, ::1/128]\n", "1:8 a value that begins with ':' must be quoted | if the text itself is meant, quote it: \"::1/128\"" },
	{ "a: ::1/128\n", "1:4 a value that begins with ':' must be quoted | if the text itself is meant, quote it: \"::1/128\"" },
	{ "a: {b: ::1}\n", "1:8 a value that begins with ':' must be quoted | if the text itself is meant, quote it: \"::1\"" },
	{ "*a: b\n", "1:1 aliases are not read, and a key must be text | if the text itself is meant, quote it: \"*a:\"" },
	{ "a:\n  b: 1\n  c: 2\n  b: 3\n", "4:3 key 'b' stands twice, first at line 2 | remove one of the two" },
	{ "a: 1\n<<: {b: c}\n", "2:1 merge keys are not read | write the keys out" },
	{ "a: 1\n---\nb: 2\n", "2:1 a second document | a file holds one document: remove the '---'" },
	{ "a: 1\n...\nb\n", "3:1 not YAML: did not find expected <document start> | a file holds one document: quote or remove what follows its end" },
	{ "%YAML 1.1\n---\na: b\n", "1:1 directives (%YAML, %TAG) are not read | remove the line" },
	{ "? [a]\n: b\n", "1:3 a key must be text, not a list or a map | as in { key: value }; is a bracket opened twice?" },
	{ "? \n: b\n", "1:2 a key that is empty" },
	{ "a: b: c\n", "1:5 not YAML: mapping values are not allowed in this context | a text with ': ' in it must be quoted; or is a line indented wrongly?" },
	{ "a:\n\tb: c\n", "2:1 not YAML: found character that cannot start any token while scanning for the next token | indent with spaces, never with tabs, and quote a text that begins with a special character" },
	{ "a: [b\n", "2:1 not YAML: did not find expected ',' or ']' while parsing a flow sequence | a bracket is opened and never closed, or a comma is missing" },
	{ "a: \"b\n", "2:1 not YAML: found unexpected end of stream while scanning a quoted scalar | a quote or bracket is opened and never closed" },
	{ "a: [x, y:]\n", "1:9 not YAML: found unexpected ':' while scanning a plain scalar | quote a text that ends in ':'" },
	{ "a: 1\nb: caf\xe9\n", "2:7 not UTF-8 (byte 0xe9) | save the file as UTF-8 text" },
	{ "a: \xed\xa0\x80\n", "1:4 not UTF-8 (byte 0xed) | save the file as UTF-8 text" },
	{ "\xff\xfe", "1:1 not UTF-8 (byte 0xff) | save the file as UTF-8 text" },
	{ "a: \x1b[2J\n", "1:4 a control character (byte 0x1b) | save the file as UTF-8 text" },
	{ "a: \"x\\0y\"\n", "1:4 a text with a NUL character in it | remove the \\0" },
	{ "a: [[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]\n", "1:19 nested more than 16 deep | no policy needs that: is a bracket opened and never closed?" },
};

static void
every_refusal_says_what_where_and_what_to_do(void **state)
{
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		read_bytes(&w, ctn_span_text(refusals[i].text));
		assert_string_equal(first_error(&w), refusals[i].error);
		end(&w);
	}
}

static void
every_scalar_is_text_and_remembers_its_place(void **state)
{
	const ctn_yaml *v;
	struct world w;

	(void)state;
	read_bytes(&w, CTN_SPAN("# comment\na: NO\nb:\n  - 007\n  - \"~\"\n  - ''\nc: { d\xc3\xa9: 2020-01-01, e: }\n"));
	assert_string_equal(first_error(&w), "none");
	assert_non_null(w.root);
	assert_int_equal(w.root->kind, CTN_YAML_MAP);
	assert_int_equal(w.root->n, 3);
	assert_string_equal(ctn_yaml_get(w.root, "a")->text, "NO");
	v = ctn_yaml_get(w.root, "b");
	assert_int_equal(v->kind, CTN_YAML_LIST);
	assert_string_equal(v->first->text, "007");
	assert_int_equal(v->first->line, 4);
	assert_int_equal(v->first->column, 5);
	assert_false(v->first->quoted);
	assert_true(v->first->next->quoted);
	assert_string_equal(v->first->next->next->text, "");
	v = ctn_yaml_get(w.root, "c");
	assert_int_equal(v->key_line, 7);
	assert_int_equal(v->key_column, 1);
	assert_string_equal(ctn_yaml_get(v, "d\xc3\xa9")->text, "2020-01-01");
	assert_int_equal(ctn_yaml_get(v, "e")->key_column, 22);
	assert_null(ctn_yaml_get(v, "f"));
	assert_null(ctn_yaml_get(v->first, "f"));
	end(&w);
}

static void
a_byte_order_mark_is_passed_over(void **state)
{
	struct world w;

	(void)state;
	read_bytes(&w, CTN_SPAN("\xef\xbb\xbf" "a: b\n"));
	assert_string_equal(first_error(&w), "none");
	assert_string_equal(ctn_yaml_get(w.root, "a")->text, "b");
	end(&w);
}

static void
sixteen_levels_are_read(void **state)
{
	struct world w;

	(void)state;
	read_bytes(&w, CTN_SPAN("[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]"));
	assert_string_equal(first_error(&w), "none");
	assert_non_null(w.root);
	end(&w);
}

static void
several_errors_come_out_in_one_run_and_the_tree_is_kept(void **state)
{
	struct world w;

	(void)state;
	read_bytes(&w, CTN_SPAN("a: &x 1\nb: !y 2\nb: 3\nc: *x\nd: 4\n"));
	assert_int_equal(w.errors.n, 4);
	assert_non_null(w.root);
	assert_true(ctn_yaml_get(w.root, "a")->bad);
	assert_true(ctn_yaml_get(w.root, "c")->bad);
	assert_string_equal(ctn_yaml_get(w.root, "d")->text, "4");
	assert_false(ctn_yaml_get(w.root, "d")->bad);
	end(&w);
}

static void
a_terminal_is_never_steered_by_an_error(void **state)
{
	struct world w;

	(void)state;
	read_bytes(&w, CTN_SPAN("\"\\e[2J\": 1\n\"\\e[2J\": 2\n"));
	assert_string_equal(first_error(&w), "2:1 key '\\x1b[2J' stands twice, first at line 1 | remove one of the two");
	end(&w);
}

static char *
repeated(const char *head, const char *part, size_t octets)
{
	size_t n = strlen(part), at = strlen(head);
	char *text = malloc(octets + n + at + 1);

	assert_non_null(text);
	memcpy(text, head, at);
	for (; at < octets; at += n)
		memcpy(text + at, part, n);
	text[at] = '\0';
	return text;
}

static double
seconds_of_cpu(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sanitisers slow everything down about tenfold; the bound that people have is 50 ms. */
#if defined(__SANITIZE_ADDRESS__)
#define BUDGET_S 1.0
#else
#define BUDGET_S 0.05
#endif

static void
a_bomb_is_refused_at_once(void **state)
{
	static const struct {
		const char *head, *part;
	} bombs[] = {
		{ "", "[" }, { "", "{" }, { "", "- " }, { "", "? " }, { "a: ", "[a, " }, { "a:\n", "- &x y\n" }, { "", "a: b\n" }, { "- a\n", "- a\n" },
		{ "a: [", "b," }, { "a: ", "\"" }, { "", "&a " }, { "", "!a " }, { "", "#\n" }, { "a: {", "b: c, " }, { "a: [", "{}, " },
		{ "", "--- \n" }, { "a: |\n", "  x\n" }, { "a: \"", "\\x41" }, { "", "a: {b: [c, " }, { "", "\n" }, { "- [", "? a " }, { "a: ", ": " },
		{ "a: [", ":" }, { "", "%" }, { "a: >\n", " \n" }, { "[", "a: b, " },
	};
	const size_t sizes[] = { 100 * 1024, CTN_YAML_MAX - 16 };
	struct world w;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(bombs) / sizeof(bombs[0]); i++) {
		char *text = repeated(bombs[i / 2].head, bombs[i / 2].part, sizes[i % 2]);
		double before = seconds_of_cpu(), took;

		read_bytes(&w, ctn_span_text(text));
		took = seconds_of_cpu() - before;
		if (took > BUDGET_S)
			fail_msg("'%s' took %.3f s", bombs[i / 2].part, took);
		assert_true(w.errors.n <= CTN_YAML_ERRORS + 1);
		end(&w);
		free(text);
	}
}

static void
limits_are_said(void **state)
{
	char *big = repeated("a: ", "x", CTN_YAML_MAX + 1), *many = repeated("", "- a\n", 100000), *anchors = repeated("", "- &a b\n", 2000);
	CTN_OWN_BUF keys = { 0 };
	struct world w;

	(void)state;
	read_bytes(&w, ctn_span_text(big));
	assert_string_equal(first_error(&w), "1:1 larger than the 256 KiB that a policy may have | a pattern such as '**.corp.example' says many names at once");
	end(&w);
	read_bytes(&w, ctn_span_text(many));
	assert_string_equal(first_error(&w), "20000:3 more than 20000 values | a pattern such as '**.corp.example' says many names at once");
	assert_null(w.root);
	end(&w);
	read_bytes(&w, ctn_span_text(anchors));
	assert_int_equal(w.errors.n, CTN_YAML_ERRORS + 1);
	assert_string_equal(w.errors.at[CTN_YAML_ERRORS].text, "and more errors from here on: only the first 50 are shown");
	end(&w);
	for (unsigned i = 0; i <= CTN_YAML_KEYS; i++)
		ctn_buf_printf(&keys, "k%u: v\n", i);
	read_bytes(&w, ctn_buf_view(&keys));
	assert_string_equal(first_error(&w), "257:1 more than 256 keys in one map | is what should be a list written as keys?");
	end(&w);
	free(big);
	free(many);
	free(anchors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_refusal_says_what_where_and_what_to_do),
		cmocka_unit_test(every_scalar_is_text_and_remembers_its_place),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(sixteen_levels_are_read),
		cmocka_unit_test(several_errors_come_out_in_one_run_and_the_tree_is_kept),
		cmocka_unit_test(a_terminal_is_never_steered_by_an_error),
		cmocka_unit_test(a_bomb_is_refused_at_once),
		cmocka_unit_test(limits_are_said),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
