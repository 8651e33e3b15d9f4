/* What is watched, as a list that grows until memory ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/item.h"

static void
a_list_that_cannot_grow_takes_no_more(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(100 * sizeof(ctn_item)); /* 32 and 64, not 128 */
	ctn_items items = { .arena = a };

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < 64; i++)
		assert_non_null(ctn_items_add(&items, "a", "file", "A"));
	for (size_t i = 0; i < 3; i++)
		assert_null(ctn_items_add(&items, "b", "file", "B"));
	assert_int_equal(items.n, 64);
	assert_string_equal(items.at[63].r.item, "a");
}

static void
what_has_no_name_is_no_item(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_items items = { .arena = a };

	(void)state;
	assert_null(ctn_items_add(&items, NULL, "file", "A"));
	assert_int_equal(items.n, 0);
	assert_non_null(ctn_items_add(&items, "a", "file", "A"));
	assert_null(ctn_items_add(&items, NULL, "file", "A"));
	assert_int_equal(items.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_that_cannot_grow_takes_no_more),
		cmocka_unit_test(what_has_no_name_is_no_item),
	};

	return cmocka_run_group_tests_name("items", tests, NULL, NULL);
}
