/* The option table: what a line means, and what it is refused for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/options.h"

struct line_args {
	const char *profile, *csr, *status, *org, *at;
	struct opt_list names, reasons;
	bool dry_run;
	int64_t lifetime_s, jobs;
};
struct line_globals {
	bool json;
	const char *home;
};

static const char *const statuses[] = { "valid", "expired", NULL };
static const struct opt opts[] = {
	{ .name = "PROFILE", ARG(line_args, profile), .help = "-" },
	{ .name = "NAME", ARGS(line_args, names), .help = "-" },
	{ .name = "csr", PATH(line_args, csr, "FILE"), .help = "-" },
	{ .name = "reason", LIST(line_args, reasons, "R"), .help = "-" },
	{ .name = "dry-run", .abbr = 'n', FLAG(line_args, dry_run), .help = "-" },
	{ .name = "lifetime", .abbr = 'l', DURATION(line_args, lifetime_s, "T"), .help = "-" },
	{ .name = "jobs", COUNT(line_args, jobs, "N", 1, 64), .help = "-" },
	{ .name = "status", TEXT(line_args, status, "S"), .one_of = statuses, .help = "-" },
	{ .name = "at", TIME(line_args, at), .help = "-" },
	{ .name = "org", TEXT(line_args, org, "NAME"), .required = true, .help = "-" },
	{ 0 },
};
static const struct opt global_rows[] = {
	{ .name = "json", FLAG(line_globals, json), .help = "-" },
	{ .name = "home", .abbr = 'C', PATH(line_globals, home, "HOME"), .help = "-" },
	{ 0 },
};

/* One line, read from its second word on. */
struct reading {
	ctn_arena *arena;
	struct line_args args;
	struct line_globals globals;
	struct ctn_err e;
	int stopped_at;
	char *argv[24];
};

static bool
read_words(struct reading *r, const char *const *words, bool stop_at_word)
{
	int argc = 0;

	memset(r, 0, sizeof *r);
	r->arena = ctn_arena_open(0);
	assert_non_null(r->arena);
	for (; words[argc] != NULL; argc++)
		r->argv[argc] = ctn_arena_text(r->arena, words[argc]);
	return opts_parse(&r->stopped_at, &(struct opt_line){ argc, r->argv, 1, stop_at_word },
	    (struct opt_table){ stop_at_word ? NULL : opts, &r->args }, (struct opt_table){ global_rows, &r->globals },
	    r->arena, &r->e);
}

#define WORDS(...) ((const char *const[]){ "issue", __VA_ARGS__, NULL })

static void
options_stand_anywhere(void **state)
{
	struct reading r;

	(void)state;
	assert_true(
	    read_words(&r, WORDS("--org", "x", "server", "-n", "a.example", "--csr=f", "b.example", "--json"), false));
	assert_string_equal(r.args.profile, "server");
	assert_int_equal(r.args.names.n, 2);
	assert_string_equal(r.args.names.v[0], "a.example");
	assert_string_equal(r.args.names.v[1], "b.example");
	assert_string_equal(r.args.csr, "f");
	assert_true(r.args.dry_run);
	assert_true(r.globals.json);
	ctn_arena_close(r.arena);
}

static void
two_dashes_end_the_options(void **state)
{
	struct reading r;

	(void)state;
	assert_true(read_words(&r, WORDS("--org=x", "server", "--", "-n", "--json"), false));
	assert_false(r.args.dry_run);
	assert_false(r.globals.json);
	assert_int_equal(r.args.names.n, 2);
	assert_string_equal(r.args.names.v[1], "--json");
	ctn_arena_close(r.arena);
}

static void
values_have_their_types(void **state)
{
	struct reading r;

	(void)state;
	assert_true(read_words(&r,
	    WORDS("--org", "x", "-l90d", "--jobs", "64", "--reason", "a", "--reason=b", "--status", "valid", "--at", "now",
		"p"),
	    false));
	assert_int_equal(r.args.lifetime_s, 90 * 86400);
	assert_int_equal(r.args.jobs, 64);
	assert_int_equal(r.args.reasons.n, 2);
	assert_string_equal(r.args.reasons.v[1], "b");
	ctn_arena_close(r.arena);
}

static void
the_last_value_counts_and_may_be_empty(void **state)
{
	struct reading r;

	(void)state;
	assert_true(read_words(&r, WORDS("p", "--org", "x", "--org", "", "--csr=a", "--csr", "b"), false));
	assert_string_equal(r.args.org, "");
	assert_string_equal(r.args.csr, "b");
	ctn_arena_close(r.arena);
}

static void
a_value_that_looks_like_an_option_is_a_value(void **state)
{
	struct reading r;

	(void)state;
	assert_true(read_words(&r, WORDS("p", "--org", "--json"), false));
	assert_string_equal(r.args.org, "--json");
	assert_false(r.globals.json);
	ctn_arena_close(r.arena);
}

static void
reading_stops_at_the_first_word_when_asked(void **state)
{
	struct reading r;

	(void)state;
	assert_true(read_words(&r, WORDS("-C", "dir", "--json", "revoke", "--nothing-known"), true));
	assert_int_equal(r.stopped_at, 4);
	assert_string_equal(r.globals.home, "dir");
	ctn_arena_close(r.arena);
}

static const struct {
	const char *const words[8];
	const char *text, *hint;
} refused[] = {
	{ { "issue", "p", "--org", "x", "--dryrun" }, "unknown option --dryrun", "did you mean --dry-run?" },
	{ { "issue", "p", "--org", "x", "--life", "3d" }, "unknown option --life", "did you mean --lifetime?" },
	{ { "issue", "p", "--org", "x", "--life=3d" }, "unknown option --life", "did you mean --lifetime?" },
	{ { "issue", "p", "--org", "x", "--zebra-crossing" }, "unknown option --zebra-crossing", "" },
	{ { "issue", "p", "--org", "x", "-x" }, "unknown option -x", "" },
	{ { "issue", "p", "--org" }, "--org needs a value: --org NAME", "" },
	{ { "issue", "p", "--org", "x", "-l" }, "-l needs a value: --lifetime T", "" },
	{ { "issue", "p", "--org", "x", "--json=1" }, "--json takes no value", "" },
	{ { "issue", "--org", "x" }, "PROFILE is missing", "" },
	{ { "issue", "p" }, "--org NAME is missing", "" },
	{ { "issue", "p", "--org", "x", "--jobs", "0" }, "--jobs: '0' is not a number from 1 to 64", "" },
	{ { "issue", "p", "--org", "x", "--jobs", "65" }, "--jobs: '65' is not a number from 1 to 64", "" },
	{ { "issue", "p", "--org", "x", "--jobs", "4x" }, "--jobs: '4x' is not a number from 1 to 64", "" },
	{ { "issue", "p", "--org", "x", "--jobs", " 4" }, "--jobs: ' 4' is not a number from 1 to 64", "" },
	{ { "issue", "p", "--org", "x", "--jobs", "99999999999999999999" },
	    "--jobs: '99999999999999999999' is not a number from 1 to 64", "" },
	{ { "issue", "p", "--org", "x", "--status", "valdi" }, "--status: 'valdi' is none of valid, expired",
	    "did you mean valid?" },
};

static void
what_is_wrong_is_said_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct reading r;

		assert_false(read_words(&r, refused[i].words, false));
		assert_int_equal(r.e.code, CTN_EUSAGE);
		assert_string_equal(r.e.text, refused[i].text);
		assert_string_equal(r.e.hint, refused[i].hint);
		ctn_arena_close(r.arena);
	}
}

static void
malformed_times_and_durations_are_usage_errors(void **state)
{
	struct reading r;

	(void)state;
	assert_false(read_words(&r, WORDS("p", "--org", "x", "--lifetime", "1.5d"), false));
	assert_int_equal(r.e.code, CTN_EUSAGE);
	assert_memory_equal(r.e.text, "--lifetime: ", 12);
	ctn_arena_close(r.arena);
	assert_false(read_words(&r, WORDS("p", "--org", "x", "--at", "2026-02-30"), false));
	assert_int_equal(r.e.code, CTN_EUSAGE);
	assert_memory_equal(r.e.text, "--at: ", 6);
	ctn_arena_close(r.arena);
}

static void
the_usage_line_comes_from_the_table(void **state)
{
	CTN_OWN(ctn_arena) arena = ctn_arena_open(0);

	(void)state;
	assert_string_equal(opts_usage(opts, arena), "PROFILE [NAME...] --org NAME [OPTION...]");
	assert_string_equal(opts_usage(NULL, arena), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(values_have_their_types),
		cmocka_unit_test(the_last_value_counts_and_may_be_empty),
		cmocka_unit_test(a_value_that_looks_like_an_option_is_a_value),
		cmocka_unit_test(reading_stops_at_the_first_word_when_asked),
		cmocka_unit_test(what_is_wrong_is_said_exactly),
		cmocka_unit_test(malformed_times_and_durations_are_usage_errors),
		cmocka_unit_test(the_usage_line_comes_from_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
