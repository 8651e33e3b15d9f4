/* DER in: what is read, what is refused, and that a refusal moves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "der/der.h"

#define OVER(literal) ctn_der_over(CTN_SPAN(literal))

static void
assert_unmoved(const ctn_der *r)
{
	assert_int_equal(ctn_der_offset(r), 0);
}

static void
assert_passed(const ctn_der *r)
{
	assert_true(ctn_der_end(r));
}

/* Neither read as any element nor well-formed. */
static void
refused(ctn_span bytes)
{
	ctn_der r = ctn_der_over(bytes);
	ctn_span whole;

	assert_false(ctn_der_any(&r, &whole));
	assert_unmoved(&r);
	assert_int_equal(ctn_der_peek(&r).n, 0);
	assert_false(ctn_der_well_formed(bytes, 8, NULL));
}

static void
lengths_of_every_size_are_read(void **state)
{
	static const size_t sizes[] = { 0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x12345 };
	static uint8_t bytes[6 + 0x12345];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i], octets = n < 0x80 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : 3;
		ctn_der r = ctn_der_over((ctn_span){ bytes, 2 + octets + n }), cut = r;
		ctn_span content;

		bytes[0] = CTN_TAG_OCTET_STRING;
		bytes[1] = octets == 0 ? (uint8_t)n : (uint8_t)(0x80 | octets);
		for (size_t k = 0; k < octets; k++)
			bytes[2 + k] = (uint8_t)(n >> 8 * (octets - 1 - k));
		assert_true(ctn_der_octets(&r, &content));
		assert_int_equal(content.n, n);
		assert_ptr_equal(content.p, bytes + 2 + octets);
		assert_passed(&r);
		cut.end--;
		assert_false(ctn_der_octets(&cut, &content));
	}
}

static void
malformed_heads_are_refused(void **state)
{
	static const ctn_span heads[] = {
		{ NULL, 0 },
		CTN_SPAN("\x30"),                             /* no length */
		CTN_SPAN("\x30\x01"),                         /* beyond the end */
		CTN_SPAN("\x30\x80\x00\x00"),                 /* indefinite */
		CTN_SPAN("\x04\x81\x01\x61"),                 /* short form would do */
		CTN_SPAN("\x04\x81\x7f\x61"),                 /* the same, and beyond the end */
		CTN_SPAN("\x04\x82\x00\x80\x61"),             /* leading zero */
		CTN_SPAN("\x04\x81"),                         /* length cut off */
		CTN_SPAN("\x04\x82\x01"),                     /* length cut off */
		CTN_SPAN("\x04\x84\xff\xff\xff\xff\x00"),     /* nearly 4 GiB */
		CTN_SPAN("\x04\x85\x01\x00\x00\x00\x00\x00"), /* 4 GiB */
		CTN_SPAN("\x04\xff\x00\x00"),                 /* reserved */
		CTN_SPAN("\x1f\x01\x00"),                     /* high tag number */
		CTN_SPAN("\xbf\x81\x01\x00"),                 /* high tag number */
		CTN_SPAN("\x00\x00"),                         /* end of contents */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		refused(heads[i]);
}

static void
lengths_that_are_not_minimal_are_refused_though_all_content_is_there(void **state)
{
	static const struct {
		uint8_t head[11];
		size_t octets, content;
	} rows[] = {
		{ { 0x04, 0x81, 0x7f }, 3, 0x7f },
		{ { 0x04, 0x82, 0x00, 0x80 }, 4, 0x80 },
		{ { 0x04, 0x83, 0x00, 0x01, 0x00 }, 5, 0x100 },
		/* nine octets of length, whose last eight are 0x80 */
		{ { 0x04, 0x89, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x80 }, 11, 0x80 },
	};
	uint8_t bytes[11 + 0x100] = { 0x04, 0x81, 0x80 };

	(void)state;
	assert_true(ctn_der_well_formed((ctn_span){ bytes, 3 + 0x80 }, 1, NULL));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(bytes, rows[i].head, sizeof(rows[i].head));
		refused((ctn_span){ bytes, rows[i].octets + rows[i].content });
	}
}

static void
offsets_count_from_the_outermost_start(void **state)
{
	ctn_der r = OVER("\x30\x05\x31\x03\x02\x01\x05"), sequence, set;
	uint64_t v;

	(void)state;
	assert_true(ctn_der_sequence(&r, &sequence));
	assert_true(ctn_der_set(&sequence, &set));
	assert_int_equal(ctn_der_offset(&set), 4);
	assert_int_equal(ctn_der_tag(&set), CTN_TAG_INTEGER);
	assert_int_equal(ctn_der_rest(&set).n, 3);
	assert_true(ctn_der_uint(&set, &v));
	assert_int_equal(v, 5);
	assert_int_equal(ctn_der_offset(&set), 7);
	assert_int_equal(ctn_der_tag(&set), 0);
	assert_passed(&sequence);
	assert_passed(&r);
}

static void
an_inner_reader_cannot_leave_its_element(void **state)
{
	/* the INTEGER says 2 octets, the SEQUENCE around it holds one */
	ctn_der r = OVER("\x30\x03\x02\x02\x01\x05"), inner;
	ctn_span v;

	(void)state;
	assert_true(ctn_der_sequence(&r, &inner));
	assert_false(ctn_der_integer(&inner, &v));
	assert_int_equal(ctn_der_offset(&inner), 2);
}

static void
a_reader_may_enter_into_itself(void **state)
{
	ctn_der r = OVER("\x30\x02\x05\x00");

	(void)state;
	assert_true(ctn_der_sequence(&r, &r));
	assert_true(ctn_der_null(&r));
	assert_passed(&r);
}

static void
another_tag_is_refused_and_not_consumed(void **state)
{
	ctn_der r = OVER("\x04\x01\x61"), inner;
	ctn_span v = CTN_SPAN("untouched"), before = v;

	(void)state;
	assert_false(ctn_der_take(&r, CTN_TAG_UTF8_STRING, &v));
	assert_false(ctn_der_enter(&r, CTN_TAG_CONTEXT_CONS(0), &inner));
	assert_ptr_equal(v.p, before.p);
	assert_unmoved(&r);
}

static void
optional_elements_may_be_absent_but_not_broken(void **state)
{
	ctn_der r = OVER("\xa0\x02\x05\x00\x80\x05"), inner;
	ctn_span v;
	bool present = true;

	(void)state;
	assert_true(ctn_der_enter_if(&r, CTN_TAG_CONTEXT_CONS(1), &inner, &present));
	assert_false(present);
	assert_true(ctn_der_end(&inner));
	assert_true(ctn_der_enter_if(&r, CTN_TAG_CONTEXT_CONS(0), &inner, &present));
	assert_true(present);
	assert_true(ctn_der_null(&inner));
	assert_true(ctn_der_take_if(&r, CTN_TAG_CONTEXT(1), &v, &present));
	assert_false(present);
	assert_int_equal(v.n, 0);
	assert_false(ctn_der_take_if(&r, CTN_TAG_CONTEXT(0), &v, &present));
	assert_int_equal(ctn_der_offset(&r), 4);
}

static void
booleans_are_00_or_ff(void **state)
{
	static const ctn_span bad[] = { CTN_SPAN("\x01\x01\x01"), CTN_SPAN("\x01\x00"), CTN_SPAN("\x01\x02\xff\xff") };
	ctn_der no = OVER("\x01\x01\x00"), yes = OVER("\x01\x01\xff");
	bool v = true;

	(void)state;
	assert_true(ctn_der_bool(&no, &v));
	assert_false(v);
	assert_true(ctn_der_bool(&yes, &v));
	assert_true(v);
	for (size_t i = 0; i < 3; i++) {
		ctn_der r = ctn_der_over(bad[i]);

		assert_false(ctn_der_bool(&r, &v));
		assert_false(ctn_der_bool_default_false(&r, &v));
		assert_unmoved(&r);
	}
}

static void
default_false_must_not_be_encoded(void **state)
{
	ctn_der absent = OVER("\x04\x00"), end = OVER(""), yes = OVER("\x01\x01\xff"), no = OVER("\x01\x01\x00");
	bool v = true;

	(void)state;
	assert_true(ctn_der_bool_default_false(&absent, &v));
	assert_false(v);
	assert_unmoved(&absent);
	assert_true(ctn_der_bool_default_false(&end, &v));
	assert_false(v);
	assert_true(ctn_der_bool_default_false(&yes, &v));
	assert_true(v);
	assert_passed(&yes);
	assert_false(ctn_der_bool_default_false(&no, &v));
	assert_unmoved(&no);
}

static void
integers_are_minimal(void **state)
{
	static const ctn_span good[] = { CTN_SPAN("\x00"), CTN_SPAN("\x7f"), CTN_SPAN("\x80"), CTN_SPAN("\xff"),
		CTN_SPAN("\x00\x80"), CTN_SPAN("\xff\x7f"), CTN_SPAN("\x01\x00") };
	static const ctn_span bad[] = { CTN_SPAN(""), CTN_SPAN("\x00\x00"), CTN_SPAN("\x00\x7f"), CTN_SPAN("\xff\x80"),
		CTN_SPAN("\xff\xff") };
	ctn_der r = OVER("\x02\x02\x00\x01");
	ctn_span v;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(ctn_der_integer_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ctn_der_integer_valid(bad[i]));
	assert_false(ctn_der_integer(&r, &v));
	assert_unmoved(&r);
}

static void
uints_reach_from_0_to_2_63_less_1(void **state)
{
	ctn_der zero = OVER("\x02\x01\x00"), top = OVER("\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff");
	ctn_der over = OVER("\x02\x09\x00\x80\x00\x00\x00\x00\x00\x00\x00"), minus = OVER("\x02\x01\xff");
	uint64_t v = 1;

	(void)state;
	assert_true(ctn_der_uint(&zero, &v));
	assert_int_equal(v, 0);
	assert_true(ctn_der_uint(&top, &v));
	assert_true(v == INT64_MAX);
	assert_false(ctn_der_uint(&over, &v));
	assert_false(ctn_der_uint(&minus, &v));
	assert_unmoved(&minus);
	assert_true(v == INT64_MAX);
}

static void
enumerated_is_one_octet_below_128(void **state)
{
	ctn_der good = OVER("\x0a\x01\x7f"), minus = OVER("\x0a\x01\x80"), two = OVER("\x0a\x02\x00\x80");
	unsigned v = 0;

	(void)state;
	assert_true(ctn_der_enumerated(&good, &v));
	assert_int_equal(v, 127);
	assert_false(ctn_der_enumerated(&minus, &v));
	assert_false(ctn_der_enumerated(&two, &v));
}

static void
unused_bits_are_few_and_zero(void **state)
{
	static const ctn_span bad[] = { CTN_SPAN("\x03\x00"), CTN_SPAN("\x03\x01\x01"), CTN_SPAN("\x03\x02\x08\x00"),
		CTN_SPAN("\x03\x02\x01\x01"), CTN_SPAN("\x03\x02\x07\xc0") };
	ctn_der good = OVER("\x03\x02\x07\x80"), empty = OVER("\x03\x01\x00");
	ctn_span bits;
	unsigned unused;

	(void)state;
	assert_true(ctn_der_bits(&good, &bits, &unused));
	assert_int_equal(unused, 7);
	assert_int_equal(bits.n, 1);
	assert_true(ctn_der_bits(&empty, &bits, &unused));
	assert_int_equal(bits.n, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ctn_der r = ctn_der_over(bad[i]);

		assert_false(ctn_der_bits(&r, &bits, &unused));
		assert_unmoved(&r);
	}
}

static void
octet_bits_have_no_unused_bits(void **state)
{
	ctn_der good = OVER("\x03\x03\x00\xab\xcd"), spare = OVER("\x03\x02\x01\x02"), none = OVER("\x03\x00");
	ctn_span bits;

	(void)state;
	assert_true(ctn_der_octet_bits(&good, &bits));
	assert_memory_equal(bits.p, "\xab\xcd", 2);
	assert_int_equal(bits.n, 2);
	assert_false(ctn_der_octet_bits(&spare, &bits));
	assert_false(ctn_der_octet_bits(&none, &bits));
}

static void
named_bits_number_from_the_left(void **state)
{
	/* keyCertSign (5) and cRLSign (6); decipherOnly (8) */
	ctn_der sign = OVER("\x03\x02\x01\x06"), ninth = OVER("\x03\x03\x07\x00\x80"), none = OVER("\x03\x01\x00");
	ctn_der all = OVER("\x03\x05\x00\xff\xff\xff\xff");
	uint32_t mask = 0;

	(void)state;
	assert_true(ctn_der_named_bits(&sign, &mask));
	assert_int_equal(mask, 1 << 5 | 1 << 6);
	assert_true(ctn_der_named_bits(&ninth, &mask));
	assert_int_equal(mask, 1 << 8);
	assert_true(ctn_der_named_bits(&all, &mask));
	assert_true(mask == UINT32_MAX);
	assert_true(ctn_der_named_bits(&none, &mask));
	assert_int_equal(mask, 0);
}

static void
named_bits_refuse_trailing_zeros_and_more_than_32(void **state)
{
	static const ctn_span bad[] = { CTN_SPAN("\x03\x02\x00\x06"), CTN_SPAN("\x03\x03\x00\x06\x00"),
		CTN_SPAN("\x03\x02\x00\x00"), CTN_SPAN("\x03\x06\x07\x00\x00\x00\x00\x80") };
	uint32_t mask = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ctn_der r = ctn_der_over(bad[i]);

		assert_false(ctn_der_named_bits(&r, &mask));
		assert_unmoved(&r);
	}
	assert_int_equal(mask, 7);
}

static void
null_is_empty(void **state)
{
	ctn_der good = OVER("\x05\x00"), full = OVER("\x05\x01\x00");

	(void)state;
	assert_true(ctn_der_null(&good));
	assert_false(ctn_der_null(&full));
}

static void
oids_have_minimal_whole_subidentifiers(void **state)
{
	ctn_der good = OVER("\x06\x03\x55\x1d\x0f"), r = OVER("\x06\x02\x55\x80");
	ctn_span oid;

	(void)state;
	assert_true(ctn_der_oid(&good, &oid));
	assert_int_equal(oid.n, 3);
	assert_false(ctn_der_oid(&r, &oid));
	assert_unmoved(&r);
	assert_false(ctn_der_oid_valid(CTN_SPAN("")));
	assert_false(ctn_der_oid_valid(CTN_SPAN("\x80\x01")));
	assert_false(ctn_der_oid_valid(CTN_SPAN("\x55\x80\x01")));
	assert_false(ctn_der_oid_valid(CTN_SPAN("\x55\x81")));
	assert_true(ctn_der_oid_valid(CTN_SPAN("\x55\x81\x80\x01")));
}

static void
time_is_read(ctn_span bytes, int64_t expected, bool expect_generalized)
{
	ctn_der r = ctn_der_over(bytes);
	bool generalized = !expect_generalized;
	int64_t at_s = -1;

	assert_true(ctn_der_time(&r, &at_s, &generalized));
	assert_true(at_s == expected);
	assert_int_equal(generalized, expect_generalized);
	assert_passed(&r);
}

static void
times_of_both_kinds_are_read(void **state)
{
	(void)state;
	time_is_read(CTN_SPAN("\x17\x0d" "700101000000Z"), 0, false);
	time_is_read(CTN_SPAN("\x17\x0d" "500101000000Z"), -631152000, false);
	time_is_read(CTN_SPAN("\x17\x0d" "491231235959Z"), 2524607999, false);
	time_is_read(CTN_SPAN("\x17\x0d" "240229120000Z"), 1709208000, false);
	time_is_read(CTN_SPAN("\x18\x0f" "20500101000000Z"), 2524608000, true);
	time_is_read(CTN_SPAN("\x18\x0f" "99991231235959Z"), INT64_C(253402300799), true);
}

static void
times_of_other_forms_are_refused(void **state)
{
	static const ctn_span bad[] = {
		CTN_SPAN("\x17\x0b" "7001010000Z"),           /* no seconds */
		CTN_SPAN("\x17\x11" "700101000000+0000"),     /* offset */
		CTN_SPAN("\x17\x0d" "700101000000z"),         /* lower case */
		CTN_SPAN("\x17\x0d" "70010100000/Z"),         /* no digit, below */
		CTN_SPAN("\x17\x0d" "7001010000:0Z"),         /* no digit, above */
		CTN_SPAN("\x17\x0d" "701301000000Z"),         /* month 13 */
		CTN_SPAN("\x17\x0d" "230229000000Z"),         /* no such day */
		CTN_SPAN("\x17\x0d" "700101240000Z"),         /* hour 24 */
		CTN_SPAN("\x17\x0f" "20500101000000Z"),       /* long form under the short tag */
		CTN_SPAN("\x18\x0d" "700101000000Z"),         /* and the other way round */
		CTN_SPAN("\x18\x11" "20500101000000.5Z"),     /* fraction */
		CTN_SPAN("\x18\x0e" "20500101000000"),        /* local time */
		CTN_SPAN("\x16\x0d" "700101000000Z"),         /* an IA5String */
	};
	int64_t at_s = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ctn_der r = ctn_der_over(bad[i]);

		assert_false(ctn_der_time(&r, &at_s, NULL));
		assert_unmoved(&r);
	}
}

static void
strings_hold_only_what_their_type_allows(void **state)
{
	static const struct {
		unsigned tag;
		ctn_span good, bad;
	} rows[] = {
		{ CTN_TAG_UTF8_STRING, CTN_SPAN("M\xc3\xbcller"), CTN_SPAN("M\xfcller") },
		{ CTN_TAG_NUMERIC_STRING, CTN_SPAN("01 9"), CTN_SPAN("1a") },
		{ CTN_TAG_PRINTABLE_STRING, CTN_SPAN("Az09 '()+,-./:=?"), CTN_SPAN("a@b") },
		{ CTN_TAG_PRINTABLE_STRING, CTN_SPAN(""), CTN_SPAN("a\0") },
		{ CTN_TAG_PRINTABLE_STRING, CTN_SPAN("?"), CTN_SPAN("*") },
		{ CTN_TAG_IA5_STRING, CTN_SPAN("a@b\x7f"), CTN_SPAN("\x80") },
		{ CTN_TAG_VISIBLE_STRING, CTN_SPAN(" ~"), CTN_SPAN("\x7f") },
		{ CTN_TAG_VISIBLE_STRING, CTN_SPAN("a"), CTN_SPAN("\x1f") },
		{ CTN_TAG_BMP_STRING, CTN_SPAN("\0a\xff\xfd"), CTN_SPAN("\0a\0") },
		{ CTN_TAG_BMP_STRING, CTN_SPAN("\xd7\xff\xe0\x00"), CTN_SPAN("\xd8\x00\xdc\x00") },
		{ CTN_TAG_UNIVERSAL_STRING, CTN_SPAN("\x00\x10\xff\xff"), CTN_SPAN("\x00\x11\x00\x00") },
		{ CTN_TAG_UNIVERSAL_STRING, CTN_SPAN("\x00\x00\x00\x61"), CTN_SPAN("\x00\x00\x61") },
		{ CTN_TAG_UNIVERSAL_STRING, CTN_SPAN("\x00\x00\xe0\x00"), CTN_SPAN("\x00\x00\xdf\xff") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(ctn_der_string_valid(rows[i].tag, rows[i].good));
		assert_false(ctn_der_string_valid(rows[i].tag, rows[i].bad));
	}
	assert_true(ctn_der_string_valid(CTN_TAG_TELETEX_STRING, CTN_SPAN("\xe4\x1b")));
	assert_false(ctn_der_string_valid(CTN_TAG_OCTET_STRING, CTN_SPAN("a")));
}

static void
well_formed_walks_to_the_end_of_every_part(void **state)
{
	static const struct {
		ctn_span der;
		size_t bad;
	} rows[] = {
		{ CTN_SPAN("\x30\x05\x30\x03\x02\x02\x05"), 4 }, /* deep inside, beyond its parent */
		{ CTN_SPAN("\x30\x03\x05\x00\x05"), 4 },         /* a head cut off at its parent's end */
		{ CTN_SPAN("\x30\x02\x05\x00\x00"), 4 },         /* bytes behind */
		{ CTN_SPAN("\x02\x01\x05\x05\x00"), 3 },         /* a second element */
		{ CTN_SPAN("\x30\x02\xa0\x01"), 2 },             /* context tag, constructed: walked */
		{ CTN_SPAN("\x30\x04\xa0\x02\x05\x01"), 4 },     /* the same, one deeper */
		{ CTN_SPAN("\x24\x03\x04\x01\x61"), 0 },         /* constructed OCTET STRING */
		{ CTN_SPAN("\x30\x02\x10\x00"), 2 },             /* primitive SEQUENCE */
		{ CTN_SPAN("\x30\x02\x11\x00"), 2 },             /* primitive SET */
		{ CTN_SPAN(""), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t bad = 99;

		assert_false(ctn_der_well_formed(rows[i].der, 8, &bad));
		assert_int_equal(bad, rows[i].bad);
	}
	assert_true(ctn_der_well_formed(CTN_SPAN("\x30\x08\x31\x00\xa0\x02\x05\x00\x80\x00"), 3, NULL));
	/* a primitive context tag is opaque */
	assert_true(ctn_der_well_formed(CTN_SPAN("\x80\x02\x30\x05"), 1, NULL));
}

/* n nested SEQUENCEs with short lengths, n up to 64; where they start in room. */
static ctn_span
nested(uint8_t room[128], size_t n)
{
	uint8_t *p = room + 128;

	for (size_t i = 0; i < n; i++) {
		p -= 2;
		p[0] = 0x30;
		p[1] = (uint8_t)(2 * i);
	}
	return (ctn_span){ p, 2 * n };
}

static void
well_formed_stops_at_the_depth_given(void **state)
{
	uint8_t room[128];
	size_t bad = 0;

	(void)state;
	assert_true(ctn_der_well_formed(nested(room, 5), 5, NULL));
	assert_false(ctn_der_well_formed(nested(room, 6), 5, &bad));
	assert_int_equal(bad, 10);
	assert_false(ctn_der_well_formed(nested(room, 1), 0, &bad));
	assert_int_equal(bad, 0);
	assert_true(ctn_der_well_formed(nested(room, 64), UINT32_MAX, NULL));
}

static void
well_formed_never_goes_below_its_greatest_depth(void **state)
{
	uint8_t deep[2 + 130];
	size_t bad = 0;

	(void)state;
	deep[0] = 0x30;
	deep[1] = 0x81;
	deep[2] = 0x80;
	nested(deep + 3, 64);
	assert_false(ctn_der_well_formed((ctn_span){ deep, 131 }, UINT32_MAX, &bad));
	assert_int_equal(bad, 3 + 2 * 63);
}

static void
content_under_implicit_tags_follows_the_same_rules(void **state)
{
	ctn_span bits;
	unsigned unused;
	uint32_t mask;
	uint64_t number;
	bool flag;

	(void)state;
	assert_true(ctn_der_bool_of(CTN_SPAN("\xff"), &flag));
	assert_true(flag);
	assert_false(ctn_der_bool_of(CTN_SPAN("\x01"), &flag));
	assert_true(ctn_der_uint_of(CTN_SPAN("\x00\xff"), &number));
	assert_int_equal(number, 255);
	assert_false(ctn_der_uint_of(CTN_SPAN(""), &number));
	assert_true(ctn_der_bits_of(CTN_SPAN("\x04\xf0"), &bits, &unused));
	assert_int_equal(unused, 4);
	assert_false(ctn_der_bits_of(CTN_SPAN(""), &bits, &unused));
	assert_true(ctn_der_named_bits_of(CTN_SPAN("\x06\x40"), &mask));
	assert_int_equal(mask, 2);
	assert_false(ctn_der_named_bits_of(CTN_SPAN("\x05\x40"), &mask));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_of_every_size_are_read),
		cmocka_unit_test(malformed_heads_are_refused),
		cmocka_unit_test(lengths_that_are_not_minimal_are_refused_though_all_content_is_there),
		cmocka_unit_test(offsets_count_from_the_outermost_start),
		cmocka_unit_test(an_inner_reader_cannot_leave_its_element),
		cmocka_unit_test(a_reader_may_enter_into_itself),
		cmocka_unit_test(another_tag_is_refused_and_not_consumed),
		cmocka_unit_test(optional_elements_may_be_absent_but_not_broken),
		cmocka_unit_test(booleans_are_00_or_ff),
		cmocka_unit_test(default_false_must_not_be_encoded),
		cmocka_unit_test(integers_are_minimal),
		cmocka_unit_test(uints_reach_from_0_to_2_63_less_1),
		cmocka_unit_test(enumerated_is_one_octet_below_128),
		cmocka_unit_test(unused_bits_are_few_and_zero),
		cmocka_unit_test(octet_bits_have_no_unused_bits),
		cmocka_unit_test(named_bits_number_from_the_left),
		cmocka_unit_test(named_bits_refuse_trailing_zeros_and_more_than_32),
		cmocka_unit_test(null_is_empty),
		cmocka_unit_test(oids_have_minimal_whole_subidentifiers),
		cmocka_unit_test(times_of_both_kinds_are_read),
		cmocka_unit_test(times_of_other_forms_are_refused),
		cmocka_unit_test(strings_hold_only_what_their_type_allows),
		cmocka_unit_test(well_formed_walks_to_the_end_of_every_part),
		cmocka_unit_test(well_formed_stops_at_the_depth_given),
		cmocka_unit_test(well_formed_never_goes_below_its_greatest_depth),
		cmocka_unit_test(content_under_implicit_tags_follows_the_same_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
