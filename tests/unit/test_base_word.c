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

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The matrix whole, as the books have it (optimal string alignment). */
static size_t
by_the_book(const char *a, size_t an, const char *b, size_t bn)
{
	size_t d[65][65];

	for (size_t i = 0; i <= an; i++)
		for (size_t j = 0; j <= bn; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[an][bn];
}

static void
distance_is_that_of_the_book(void **state)
{
	uint64_t dice = 1;
	char word[2][65];
	size_t n[2];

	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		for (unsigned w = 0; w < 2; w++) {
			dice = dice * UINT64_C(6364136223846793005) + 1;
			n[w] = turn % 4 == 0 ? 64 - (dice >> 33) % 3 : (dice >> 33) % 9;
			for (size_t i = 0; i < n[w]; i++) {
				dice = dice * UINT64_C(6364136223846793005) + 1;
				word[w][i] = (char)((dice >> 33) % 16 == 0 ? 0xff : 'a' + (dice >> 40) % 3);
			}
			word[w][n[w]] = '\0';
		}
		assert_int_equal(ctn_word_distance(word[0], word[1]), by_the_book(word[0], n[0], word[1], n[1]));
	}
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
		cmocka_unit_test(distance_is_that_of_the_book),
		cmocka_unit_test(the_nearest_word_is_one_that_may_be_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
