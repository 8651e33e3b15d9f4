#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/word.h"

static void
distance_counts_each_kind_of_slip_as_one(void **state)
{
	(void)state;
	assert_int_equal(ctn_word_distance("issue", "issue"), 0);
	assert_int_equal(ctn_word_distance("issue", "isue"), 1);
	assert_int_equal(ctn_word_distance("issue", "issuee"), 1);
	assert_int_equal(ctn_word_distance("issue", "issve"), 1);
	assert_int_equal(ctn_word_distance("issue", "isseu"), 1);
	assert_int_equal(ctn_word_distance("kitten", "sitting"), 3);
	assert_int_equal(ctn_word_distance("", "abc"), 3);
	assert_int_equal(ctn_word_distance("abc", ""), 3);
}

static void
distance_of_long_words_is_bounded(void **state)
{
	char a[66], b[65];

	(void)state;
	memset(a, 'a', sizeof(a));
	a[65] = '\0';
	memset(b, 'a', sizeof(b));
	b[64] = '\0';
	assert_int_equal(ctn_word_distance(a, a), 65);
	assert_int_equal(ctn_word_distance(b, b), 0);
	assert_int_equal(ctn_word_distance(b, ""), 64);
}

static void
the_nearest_word_is_one_that_may_be_meant(void **state)
{
	static const char *const words[] = { "issue", "renew", "revoke", "subject", NULL, "crl", "list" };
	const size_t n = sizeof(words) / sizeof(words[0]);

	(void)state;
	assert_string_equal(ctn_word_nearest("isue", words, n), "issue");
	assert_string_equal(ctn_word_nearest("revkoe", words, n), "revoke");
	assert_string_equal(ctn_word_nearest("subjct", words, n), "subject");
	assert_string_equal(ctn_word_nearest("SUBJECT", words, n), "subject");
	assert_string_equal(ctn_word_nearest("clr", words, n), "crl");
	assert_null(ctn_word_nearest("frobnicate", words, n));
	assert_null(ctn_word_nearest("ls", words, n));
	assert_null(ctn_word_nearest("x", words, n));
	assert_null(ctn_word_nearest("", words, n));
	assert_null(ctn_word_nearest("issue", words, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distance_counts_each_kind_of_slip_as_one),
		cmocka_unit_test(distance_of_long_words_is_bounded),
		cmocka_unit_test(the_nearest_word_is_one_that_may_be_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
