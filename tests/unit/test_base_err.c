#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/err.h"

static void
every_code_has_the_word_that_json_shows(void **state)
{
	static const char *const words[CTN_CODES] = { "ok", "usage", "input", "policy", "selector", "not_found", "exists",
		"store", "file", "key", "passphrase", "crypto", "network", "locked", "memory", "clock" };

	(void)state;
	for (int code = 0; code < CTN_CODES; code++)
		assert_string_equal(ctn_code_name((enum ctn_code)code), words[code]);
	assert_string_equal(ctn_code_name(CTN_CODES), "unknown");
}

static void
fail_sets_code_and_text_and_clears_the_hint(void **state)
{
	struct ctn_err e = { .hint = "old" };

	(void)state;
	assert_false(ctn_fail(&e, CTN_EINPUT, "at byte %d", 7));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "at byte 7");
	assert_string_equal(e.hint, "");
}

static void
wrap_reads_outside_in_and_keeps_code_and_hint(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_fail(&e, CTN_EKEY, "wrong"));
	assert_false(ctn_hint(&e, "try %s", "this"));
	assert_false(ctn_wrap(&e, "serial %d", 5));
	assert_false(ctn_wrap(&e, "issuing"));
	assert_string_equal(e.text, "issuing: serial 5: wrong");
	assert_string_equal(e.hint, "try this");
	assert_int_equal(e.code, CTN_EKEY);
}

static void
an_error_may_be_built_from_its_own_text(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_fail(&e, CTN_EKEY, "inner"));
	assert_false(ctn_fail(&e, CTN_ESTORE, "outer (%s)", e.text));
	assert_string_equal(e.text, "outer (inner)");
	assert_false(ctn_hint(&e, "see %s", e.text));
	assert_string_equal(e.hint, "see outer (inner)");
}

static void
a_text_that_just_fits_is_not_cut(void **state)
{
	struct ctn_err e = { 0 };
	char just[sizeof(e.text)];

	(void)state;
	memset(just, 'a', sizeof(just) - 1);
	just[sizeof(just) - 1] = '\0';
	assert_false(ctn_fail(&e, CTN_EINPUT, "%s", just));
	assert_string_equal(e.text, just);
}

static void
a_text_that_is_too_long_ends_in_dots(void **state)
{
	struct ctn_err e = { 0 };
	char big[4000];

	(void)state;
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_false(ctn_fail(&e, CTN_EINPUT, "%s", big));
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_string_equal(e.text + sizeof(e.text) - 6, "aa...");
	assert_false(ctn_wrap(&e, "%s", "what"));
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_memory_equal(e.text, "what: aaa", 9);
	assert_string_equal(e.text + sizeof(e.text) - 6, "aa...");
	assert_false(ctn_hint(&e, "%s", big));
	assert_string_equal(e.hint + sizeof(e.hint) - 6, "aa...");
}

static void
a_cut_never_leaves_half_a_character(void **state)
{
	struct ctn_err e = { 0 };
	char big[4001];

	(void)state;
	/* Every offset of a three-octet character at the edge. */
	for (size_t shift = 0; shift < 3; shift++) {
		memset(big, 'a', sizeof(big));
		for (size_t i = shift; i + 3 < sizeof(big); i += 3)
			memcpy(big + i, "\xe2\x82\xac", 3);
		big[sizeof(big) - 1] = '\0';
		assert_false(ctn_fail(&e, CTN_EINPUT, "%s", big));
		assert_true(ctn_utf8_valid(ctn_span_text(e.text)));
		assert_string_equal(e.text + strlen(e.text) - 3, "...");
	}
}

static void
fail_errno_ends_in_the_systems_reason(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	errno = ENOENT;
	assert_false(ctn_fail_errno(&e, CTN_EFILE, "opening %s", "x"));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "opening x: No such file or directory");
}

static void
fail_errno_cuts_the_what_and_never_the_why(void **state)
{
	struct ctn_err e = { 0 };
	char big[4000];

	(void)state;
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	errno = EACCES;
	assert_false(ctn_fail_errno(&e, CTN_EFILE, "%s", big));
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_non_null(strstr(e.text, "a...: Permission denied"));
}

static void
memory_has_a_code_of_its_own(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	errno = ENOMEM;
	assert_false(ctn_fail_errno(&e, CTN_EFILE, "reading"));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_false(ctn_fail(&e, CTN_EKEY, "x"));
	assert_false(ctn_fail_memory(&e));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_string_equal(e.text, "out of memory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_the_word_that_json_shows),
		cmocka_unit_test(fail_sets_code_and_text_and_clears_the_hint),
		cmocka_unit_test(wrap_reads_outside_in_and_keeps_code_and_hint),
		cmocka_unit_test(an_error_may_be_built_from_its_own_text),
		cmocka_unit_test(a_text_that_just_fits_is_not_cut),
		cmocka_unit_test(a_text_that_is_too_long_ends_in_dots),
		cmocka_unit_test(a_cut_never_leaves_half_a_character),
		cmocka_unit_test(fail_errno_ends_in_the_systems_reason),
		cmocka_unit_test(fail_errno_cuts_the_what_and_never_the_why),
		cmocka_unit_test(memory_has_a_code_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
