#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key/alg.h"

static void
every_word_reads_back_as_itself(void **state)
{
	static const char *const words[] = { "rsa-2048", "rsa-3072", "rsa-8192", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521",
		"ed25519", "ed448" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_key_kind kind = { 0 };
		char text[24];

		assert_true(ctn_key_kind_parse(&kind, words[i], &e));
		ctn_key_kind_text(text, kind);
		assert_string_equal(text, words[i]);
	}
}

static void
what_no_policy_may_name_still_has_a_text(void **state)
{
	char text[24];

	(void)state;
	ctn_key_kind_text(text, (ctn_key_kind){ .alg = CTN_KEY_RSA_PSS, .bits = 2048 });
	assert_string_equal(text, "rsa-pss-2048");
	ctn_key_kind_text(text, (ctn_key_kind){ .alg = CTN_KEY_DSA });
	assert_string_equal(text, "dsa");
	ctn_key_kind_text(text, (ctn_key_kind){ .alg = CTN_KEY_UNKNOWN });
	assert_string_equal(text, "unknown");
	ctn_key_kind_text(text, (ctn_key_kind){ .alg = CTN_KEY_ALGS });
	assert_string_equal(text, "unknown");
	ctn_key_kind_text(text, (ctn_key_kind){ .alg = CTN_KEY_RSA, .bits = UINT32_MAX });
	assert_string_equal(text, "rsa-4294967295");
}

static void
unknown_words_are_refused_with_the_words_there_are(void **state)
{
	static const char *const words[] = { "", "p256", "ECDSA-P256", "ed25519 ", "rsa", "rsa-pss-2048", "dsa", "unknown" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_key_kind kind = { 0 };

		assert_false(ctn_key_kind_parse(&kind, words[i], &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_non_null(strstr(e.text, "there are rsa-2048 to rsa-8192, ecdsa-p256"));
	}
}

static void
rsa_sizes_outside_the_bounds_are_refused(void **state)
{
	static const char *const words[] = { "rsa-1024", "rsa-2047", "rsa-2049", "rsa-8200", "rsa-02048", "rsa-99999999",
		"rsa--2048", "rsa-2048x", "rsa-", "rsa-2048..", "rsa-2048...4096", "rsa-2048..16384" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_key_range range = { 0 };

		assert_false(ctn_key_range_parse(&range, words[i], &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_non_null(strstr(e.text, "RSA keys are 2048 to 8192 bits in steps of 8"));
	}
}

static void
a_range_holds_its_ends_and_nothing_outside(void **state)
{
	struct ctn_err e = { 0 };
	ctn_key_range range = { 0 };

	(void)state;
	assert_true(ctn_key_range_parse(&range, "rsa-3072..4096", &e));
	assert_true(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_RSA, 3072 }));
	assert_true(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_RSA, 4096 }));
	assert_false(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_RSA, 3071 }));
	assert_false(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_RSA, 4097 }));
	assert_false(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_RSA_PSS, 4096 }));
	assert_false(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_P256, 0 }));
	assert_true(ctn_key_range_parse(&range, "ecdsa-p384", &e));
	assert_true(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_P384, 0 }));
	assert_false(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_P256, 0 }));
}

static void
nothing_unknown_is_inside_a_range_that_was_never_read(void **state)
{
	ctn_key_range range = { 0 };

	(void)state;
	assert_false(ctn_key_range_has(&range, (ctn_key_kind){ CTN_KEY_UNKNOWN, 0 }));
}

static void
a_range_that_ends_before_it_begins_is_refused(void **state)
{
	struct ctn_err e = { 0 };
	ctn_key_range range = { 0 };

	(void)state;
	assert_false(ctn_key_range_parse(&range, "rsa-4096..2048", &e));
	assert_string_equal(e.text, "'rsa-4096..2048': the range ends before it begins");
}

static void
a_range_is_not_a_kind(void **state)
{
	struct ctn_err e = { 0 };
	ctn_key_kind kind = { 0 };

	(void)state;
	assert_false(ctn_key_kind_parse(&kind, "rsa-2048..4096", &e));
	assert_string_equal(e.text, "'rsa-2048..4096' is a range; one size is needed");
}

/* Whichever libcrypto runs this: either it has ML-DSA, or the error says which version does. */
static void
ml_dsa_is_there_or_its_version_is_named(void **state)
{
	struct ctn_err e = { 0 };
	ctn_key_kind kind = { 0 };

	(void)state;
	if (ctn_key_kind_parse(&kind, "ml-dsa-65", &e)) {
		assert_int_equal(kind.alg, CTN_KEY_ML_DSA_65);
		return;
	}
	assert_int_equal(e.code, CTN_EINPUT);
	assert_memory_equal(e.text, "ml-dsa-65 needs libcrypto 3.5 or later (this is 3.", 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_reads_back_as_itself),
		cmocka_unit_test(what_no_policy_may_name_still_has_a_text),
		cmocka_unit_test(unknown_words_are_refused_with_the_words_there_are),
		cmocka_unit_test(rsa_sizes_outside_the_bounds_are_refused),
		cmocka_unit_test(a_range_holds_its_ends_and_nothing_outside),
		cmocka_unit_test(nothing_unknown_is_inside_a_range_that_was_never_read),
		cmocka_unit_test(a_range_that_ends_before_it_begins_is_refused),
		cmocka_unit_test(a_range_is_not_a_kind),
		cmocka_unit_test(ml_dsa_is_there_or_its_version_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
