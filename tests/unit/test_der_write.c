/* DER out: the octets themselves, and that the reader takes them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"

static void
assert_wrote(const ctn_buf *b, ctn_span expected)
{
	struct ctn_err e = { 0 };

	assert_true(ctn_buf_ok(b, &e));
	assert_int_equal(b->n, expected.n);
	assert_memory_equal(b->p, expected.p, expected.n);
}

static void
an_element_gets_its_length_when_it_closes(void **state)
{
	CTN_OWN_BUF b = { 0 };
	size_t outer, inner;

	(void)state;
	outer = ctn_der_open(&b, CTN_TAG_SEQUENCE);
	inner = ctn_der_open(&b, CTN_TAG_CONTEXT_CONS(3));
	ctn_der_put_bool(&b, true);
	ctn_der_close(&b, inner);
	ctn_der_put_null(&b);
	ctn_der_close(&b, outer);
	assert_wrote(&b, CTN_SPAN("\x30\x07\xa3\x03\x01\x01\xff\x05\x00"));
}

static void
long_elements_are_read_back_whole(void **state)
{
	static const size_t sizes[] = { 0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000 };
	static const uint8_t zeros[0x10000];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		CTN_OWN_BUF b = { 0 };
		ctn_der r, inner;
		ctn_span content;
		size_t mark = ctn_der_open(&b, CTN_TAG_SEQUENCE);

		ctn_der_put(&b, CTN_TAG_OCTET_STRING, (ctn_span){ zeros, sizes[i] });
		ctn_der_close(&b, mark);
		assert_true(ctn_der_well_formed(ctn_buf_view(&b), 2, NULL));
		r = ctn_der_over(ctn_buf_view(&b));
		assert_true(ctn_der_sequence(&r, &inner));
		assert_true(ctn_der_octets(&inner, &content));
		assert_int_equal(content.n, sizes[i]);
		assert_true(ctn_der_end(&inner));
		assert_true(ctn_der_end(&r));
	}
}

static void
integers_are_minimal_and_never_negative(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_der_put_uint(&b, 0);
	ctn_der_put_uint(&b, 127);
	ctn_der_put_uint(&b, 128);
	ctn_der_put_uint(&b, 256);
	ctn_der_put_uint(&b, UINT64_MAX);
	assert_wrote(&b, CTN_SPAN("\x02\x01\x00\x02\x01\x7f\x02\x02\x00\x80\x02\x02\x01\x00"
	                          "\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff"));
}

static void
magnitudes_lose_their_leading_zeros(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_der_put_unsigned(&b, CTN_SPAN("\x00\x00\x40\x00"));
	ctn_der_put_unsigned(&b, CTN_SPAN("\x00\xc0"));
	ctn_der_put_unsigned(&b, CTN_SPAN("\x00\x00"));
	ctn_der_put_unsigned(&b, (ctn_span){ NULL, 0 });
	assert_wrote(&b, CTN_SPAN("\x02\x02\x40\x00\x02\x02\x00\xc0\x02\x01\x00\x02\x01\x00"));
}

static void
named_bits_lose_their_trailing_zeros(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_der_put_named_bits(&b, CTN_TAG_BIT_STRING, 1u << 5 | 1u << 6);
	ctn_der_put_named_bits(&b, CTN_TAG_BIT_STRING, 1u << 8);
	ctn_der_put_named_bits(&b, CTN_TAG_CONTEXT(1), 1u << 7);
	ctn_der_put_named_bits(&b, CTN_TAG_BIT_STRING, 1u << 31);
	ctn_der_put_named_bits(&b, CTN_TAG_BIT_STRING, 0);
	assert_wrote(&b, CTN_SPAN("\x03\x02\x01\x06\x03\x03\x07\x00\x80\x81\x02\x00\x01"
	                          "\x03\x05\x00\x00\x00\x00\x01\x03\x01\x00"));
}

static void
plain_values_have_their_known_octets(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_der_put_bool(&b, false);
	ctn_der_put_enumerated(&b, 6);
	ctn_der_put_bits(&b, CTN_SPAN("\xab"));
	ctn_der_put_bits(&b, (ctn_span){ NULL, 0 });
	ctn_der_put_oid(&b, ctn_oid_key_usage);
	assert_wrote(&b, CTN_SPAN("\x01\x01\x00\x0a\x01\x06\x03\x02\x00\xab\x03\x01\x00\x06\x03\x55\x1d\x0f"));
}

static void
bit_strings_of_127_octets_need_a_long_length(void **state)
{
	static const uint8_t bits[127];
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_der_put_bits(&b, (ctn_span){ bits, sizeof(bits) });
	assert_int_equal(b.n, 3 + 1 + 127);
	assert_memory_equal(b.p, "\x03\x81\x80\x00", 4);
}

static void
time_is_written(int64_t at_s, ctn_span expected)
{
	CTN_OWN_BUF b = { 0 };

	ctn_der_put_time(&b, at_s);
	assert_wrote(&b, expected);
}

static void
times_change_their_kind_with_1950_and_2050(void **state)
{
	(void)state;
	time_is_written(-631152001, CTN_SPAN("\x18\x0f" "19491231235959Z"));
	time_is_written(-631152000, CTN_SPAN("\x17\x0d" "500101000000Z"));
	time_is_written(2524607999, CTN_SPAN("\x17\x0d" "491231235959Z"));
	time_is_written(2524608000, CTN_SPAN("\x18\x0f" "20500101000000Z"));
	time_is_written(INT64_C(253402300799), CTN_SPAN("\x18\x0f" "99991231235959Z"));
}

static void
generalized_time_is_written_for_any_year(void **state)
{
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_der_put_generalized_time(&b, 1709208001);
	assert_wrote(&b, CTN_SPAN("\x18\x0f" "20240229120001Z"));
}

static void
set_of_is_sorted_by_its_encodings(void **state)
{
	CTN_OWN_BUF b = { 0 };
	size_t mark = ctn_der_open(&b, CTN_TAG_SET);

	(void)state;
	ctn_der_put(&b, CTN_TAG_OCTET_STRING, CTN_SPAN("ab"));
	ctn_der_put(&b, CTN_TAG_OCTET_STRING, CTN_SPAN("z"));
	ctn_der_put(&b, CTN_TAG_OCTET_STRING, CTN_SPAN("aa"));
	ctn_der_put_uint(&b, 1);
	ctn_der_sort_set(&b, mark);
	ctn_der_close(&b, mark);
	assert_wrote(&b, CTN_SPAN("\x31\x0e\x02\x01\x01\x04\x01z\x04\x02" "aa\x04\x02" "ab"));
}

static void
sorting_leaves_what_stands_before_the_set(void **state)
{
	CTN_OWN_BUF b = { .secret = true };
	size_t mark;

	(void)state;
	ctn_der_put_uint(&b, 9);
	mark = ctn_der_open(&b, CTN_TAG_SET);
	ctn_der_sort_set(&b, mark);
	ctn_der_put_uint(&b, 5);
	ctn_der_sort_set(&b, mark);
	ctn_der_put_uint(&b, 4);
	ctn_der_sort_set(&b, mark);
	ctn_der_close(&b, mark);
	assert_wrote(&b, CTN_SPAN("\x02\x01\x09\x31\x06\x02\x01\x04\x02\x01\x05"));
}

static void
a_full_buffer_fails_once_and_for_all(void **state)
{
	CTN_OWN_BUF b = { .max = 16 };
	struct ctn_err e = { 0 };
	size_t outer = ctn_der_open(&b, CTN_TAG_SEQUENCE), inner;
	uint8_t content[32] = { 0 };

	(void)state;
	ctn_der_put(&b, CTN_TAG_OCTET_STRING, (ctn_span){ content, sizeof(content) });
	inner = ctn_der_open(&b, CTN_TAG_SET);
	ctn_der_put_uint(&b, 2);
	ctn_der_put_uint(&b, 1);
	ctn_der_sort_set(&b, inner);
	ctn_der_close(&b, inner);
	ctn_der_close(&b, outer);
	assert_false(ctn_buf_ok(&b, &e));
	assert_int_equal(e.code, CTN_ENOMEM);
}

static void
a_length_that_does_not_fit_any_more_fails(void **state)
{
	CTN_OWN_BUF b = { .max = 2 + 2 + 128 };
	uint8_t content[130] = { 0 };
	struct ctn_err e = { 0 };
	size_t mark = ctn_der_open(&b, CTN_TAG_SEQUENCE);

	(void)state;
	ctn_buf_add(&b, content, sizeof(content));
	assert_true(ctn_buf_ok(&b, &e));
	ctn_der_close(&b, mark);
	assert_false(ctn_buf_ok(&b, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_element_gets_its_length_when_it_closes),
		cmocka_unit_test(long_elements_are_read_back_whole),
		cmocka_unit_test(integers_are_minimal_and_never_negative),
		cmocka_unit_test(magnitudes_lose_their_leading_zeros),
		cmocka_unit_test(named_bits_lose_their_trailing_zeros),
		cmocka_unit_test(plain_values_have_their_known_octets),
		cmocka_unit_test(bit_strings_of_127_octets_need_a_long_length),
		cmocka_unit_test(times_change_their_kind_with_1950_and_2050),
		cmocka_unit_test(generalized_time_is_written_for_any_year),
		cmocka_unit_test(set_of_is_sorted_by_its_encodings),
		cmocka_unit_test(sorting_leaves_what_stands_before_the_set),
		cmocka_unit_test(a_full_buffer_fails_once_and_for_all),
		cmocka_unit_test(a_length_that_does_not_fit_any_more_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
