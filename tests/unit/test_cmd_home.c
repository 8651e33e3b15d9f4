/* Which folder is the home: what was said last comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cmd/home.h"

static int
clear_variables(void **state)
{
	(void)state;
	unsetenv("CATENA_HOME");
	unsetenv("XDG_DATA_HOME");
	return setenv("HOME", "/h", 1);
}

static void
expect_home(const char *given, const char *wanted)
{
	CTN_OWN(ctn_arena) arena = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	const char *home = NULL;

	assert_true(home_find(&home, given, arena, &e));
	assert_string_equal(home, wanted);
}

static void
the_option_comes_before_the_variables(void **state)
{
	(void)state;
	setenv("CATENA_HOME", "/c", 1);
	setenv("XDG_DATA_HOME", "/x", 1);
	expect_home("said", "said");
	expect_home(NULL, "/c");
	unsetenv("CATENA_HOME");
	expect_home(NULL, "/x/catena");
	unsetenv("XDG_DATA_HOME");
	expect_home(NULL, "/h/.local/share/catena");
}

static void
empty_variables_count_as_unset(void **state)
{
	(void)state;
	setenv("CATENA_HOME", "", 1);
	setenv("XDG_DATA_HOME", "", 1);
	expect_home(NULL, "/h/.local/share/catena");
}

static void
a_relative_data_folder_does_not_count(void **state)
{
	(void)state;
	setenv("XDG_DATA_HOME", "x", 1);
	expect_home(NULL, "/h/.local/share/catena");
}

static void
an_empty_option_is_refused(void **state)
{
	CTN_OWN(ctn_arena) arena = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	const char *home = NULL;

	(void)state;
	assert_false(home_find(&home, "", arena, &e));
	assert_int_equal(e.code, CTN_EUSAGE);
	assert_string_equal(e.text, "-C: the folder's name is empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_option_comes_before_the_variables, clear_variables),
		cmocka_unit_test_setup(empty_variables_count_as_unset, clear_variables),
		cmocka_unit_test_setup(a_relative_data_folder_does_not_count, clear_variables),
		cmocka_unit_test_setup(an_empty_option_is_refused, clear_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
