#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

static void
calloc_refuses_products_that_overflow(void **state)
{
	/* volatile: the compiler would warn about what the test is for */
	volatile size_t huge = SIZE_MAX / 2;

	(void)state;
	assert_null(ctn_calloc(huge, 3));
	assert_null(ctn_calloc(huge + 1, 1));
}

static void
calloc_of_nothing_is_one_object(void **state)
{
	uint64_t *p = ctn_new(uint64_t, 0);

	(void)state;
	assert_non_null(p);
	assert_int_equal(*p, 0);
	*p = 1;
	ctn_free(p);
}

static void
take_hands_on_and_leaves_null(void **state)
{
	CTN_OWN_TEXT char *s = strdup("x");
	CTN_OWN_TEXT char *t = CTN_TAKE(s);

	(void)state;
	assert_null(s);
	assert_string_equal(t, "x");
}

static void
an_arena_gives_aligned_zeroed_separate_memory(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	unsigned char *last = NULL;

	(void)state;
	assert_non_null(a);
	for (size_t n = 1; n < 9000; n += 37) {
		unsigned char *p = ctn_arena_calloc(a, n, 1);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
		assert_ptr_not_equal(p, last);
		last = p;
	}
}

static void
an_arena_keeps_what_it_gave_while_it_grows(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *texts[3000];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		texts[i] = ctn_arena_printf(a, "text %d", i);
		assert_non_null(texts[i]);
		if (i % 100 == 0)
			assert_non_null(ctn_arena_calloc(a, 20000, 1));
	}
	for (int i = 0; i < 3000; i++) {
		char want[32];

		(void)snprintf(want, sizeof(want), "text %d", i);
		assert_string_equal(texts[i], want);
	}
}

static void
an_arena_stops_at_its_bound(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(64);

	(void)state;
	assert_non_null(ctn_arena_calloc(a, 48, 1));
	assert_null(ctn_arena_calloc(a, 17, 1));
	assert_non_null(ctn_arena_calloc(a, 16, 1));
	assert_null(ctn_arena_calloc(a, 0, 1));
}

static void
an_arena_refuses_products_that_overflow(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	volatile size_t huge = SIZE_MAX / 2;

	(void)state;
	assert_null(ctn_arena_calloc(a, huge, 4));
	assert_null(ctn_arena_calloc(a, SIZE_MAX, 1));
	assert_null(ctn_arena_text_n(a, "", SIZE_MAX));
}

static void
an_arena_copies_bytes_and_ends_text(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);

	(void)state;
	assert_string_equal(ctn_arena_text(a, "abc"), "abc");
	assert_string_equal(ctn_arena_text_n(a, "abcdef", 2), "ab");
	assert_string_equal(ctn_arena_text_n(a, NULL, 0), "");
	assert_memory_equal(ctn_arena_copy(a, "a\0b", 3), "a\0b", 3);
	assert_non_null(ctn_arena_copy(a, NULL, 0));
}

static void
a_secret_starts_empty_and_zero_with_room_for_a_nul(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_SECRET s = { 0 };
	size_t max = 8192;

	(void)state;
	assert_true(ctn_secret_open(&s, max, &e));
	assert_int_equal(s.n, 0);
	assert_true(s.mapped > max);
	for (size_t i = 0; i <= max; i++)
		assert_int_equal(s.p[i], 0);
	memset(s.p, 'x', max);
	assert_int_equal(s.p[max], 0);
}

static void
a_closed_secret_is_empty_and_may_be_closed_again(void **state)
{
	struct ctn_err e = { 0 };
	ctn_secret s;

	(void)state;
	assert_true(ctn_secret_open(&s, 10, &e));
	ctn_secret_close(&s);
	assert_null(s.p);
	assert_int_equal(s.mapped, 0);
	ctn_secret_close(&s);
}

static void
a_secret_too_big_for_memory_is_an_error(void **state)
{
	struct ctn_err e = { 0 };
	ctn_secret s;

	(void)state;
	assert_false(ctn_secret_open(&s, SIZE_MAX, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_null(s.p);
	assert_false(ctn_secret_open(&s, PTRDIFF_MAX / 2, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
	assert_null(s.p);
}

static void
a_forked_child_does_not_see_a_secret(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_SECRET s = { 0 };
	int status;
	pid_t child;

	(void)state;
	assert_true(ctn_secret_open(&s, 10, &e));
	s.p[0] = 42;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(s.p[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(s.p[0], 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calloc_refuses_products_that_overflow),
		cmocka_unit_test(calloc_of_nothing_is_one_object),
		cmocka_unit_test(take_hands_on_and_leaves_null),
		cmocka_unit_test(an_arena_gives_aligned_zeroed_separate_memory),
		cmocka_unit_test(an_arena_keeps_what_it_gave_while_it_grows),
		cmocka_unit_test(an_arena_stops_at_its_bound),
		cmocka_unit_test(an_arena_refuses_products_that_overflow),
		cmocka_unit_test(an_arena_copies_bytes_and_ends_text),
		cmocka_unit_test(a_secret_starts_empty_and_zero_with_room_for_a_nul),
		cmocka_unit_test(a_closed_secret_is_empty_and_may_be_closed_again),
		cmocka_unit_test(a_secret_too_big_for_memory_is_an_error),
		cmocka_unit_test(a_forked_child_does_not_see_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
