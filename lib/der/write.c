#include "der/write.h"

#include <assert.h>
#include <stdlib.h>

#include "base/time.h"

/* Big-endian octets of v without leading zeros, at the end of out; how many. */
static size_t
big_endian(uint8_t out[8], uint64_t v)
{
	size_t n = 0;

	for (; v != 0; v >>= 8)
		out[7 - n++] = (uint8_t)v;
	return n;
}

static void
put_header(ctn_buf *b, unsigned tag, size_t n)
{
	uint8_t octets[8];
	size_t k;

	ctn_buf_byte(b, (uint8_t)tag);
	if (n < 0x80) {
		ctn_buf_byte(b, (uint8_t)n);
		return;
	}
	k = big_endian(octets, n);
	ctn_buf_byte(b, (uint8_t)(0x80 | k));
	ctn_buf_add(b, octets + 8 - k, k);
}

/* The mark is where the content starts; one octet before it is kept for the length. */
size_t
ctn_der_open(ctn_buf *b, unsigned tag)
{
	const uint8_t head[2] = { (uint8_t)tag, 0 };

	ctn_buf_add(b, head, sizeof head);
	return b->n;
}

void
ctn_der_close(ctn_buf *b, size_t mark)
{
	uint8_t octets[8], *room;
	size_t n, k;

	if (b->failed)
		return;
	assert(mark >= 2 && mark <= b->n);
	n = b->n - mark;
	if (n < 0x80) {
		b->p[mark - 1] = (uint8_t)n;
		return;
	}
	k = big_endian(octets, n);
	room = ctn_buf_insert(b, mark, k);
	if (room == NULL)
		return;
	memcpy(room, octets + 8 - k, k);
	b->p[mark - 1] = (uint8_t)(0x80 | k);
}

void
ctn_der_put(ctn_buf *b, unsigned tag, ctn_span content)
{
	put_header(b, tag, content.n);
	ctn_buf_span(b, content);
}

void
ctn_der_put_bool(ctn_buf *b, bool v)
{
	put_header(b, CTN_TAG_BOOLEAN, 1);
	ctn_buf_byte(b, v ? 0xff : 0);
}

void
ctn_der_put_uint(ctn_buf *b, uint64_t v)
{
	uint8_t octets[8];
	size_t n = big_endian(octets, v);

	ctn_der_put_unsigned(b, (ctn_span){ octets + 8 - n, n });
}

void
ctn_der_put_unsigned(ctn_buf *b, ctn_span magnitude)
{
	bool pad;

	while (magnitude.n > 0 && magnitude.p[0] == 0) {
		magnitude.p++;
		magnitude.n--;
	}
	/* zero has no octets left, and is one zero octet */
	pad = magnitude.n == 0 || magnitude.p[0] >= 0x80;
	put_header(b, CTN_TAG_INTEGER, magnitude.n + pad);
	if (pad)
		ctn_buf_byte(b, 0);
	ctn_buf_span(b, magnitude);
}

void
ctn_der_put_enumerated(ctn_buf *b, unsigned v)
{
	assert(v <= 0x7f);
	put_header(b, CTN_TAG_ENUMERATED, 1);
	ctn_buf_byte(b, (uint8_t)v);
}

void
ctn_der_put_named_bits(ctn_buf *b, unsigned tag, uint32_t mask)
{
	uint8_t content[5] = { 0 };
	unsigned bits = 0;

	for (unsigned i = 0; i < 32; i++)
		if ((mask >> i & 1) != 0) {
			content[1 + i / 8] |= (uint8_t)(0x80u >> i % 8);
			bits = i + 1;
		}
	content[0] = (uint8_t)((8 - bits % 8) % 8);
	ctn_der_put(b, tag, (ctn_span){ content, 1 + (bits + 7) / 8 });
}

void
ctn_der_put_bits(ctn_buf *b, ctn_span bits)
{
	put_header(b, CTN_TAG_BIT_STRING, bits.n + 1);
	ctn_buf_byte(b, 0);
	ctn_buf_span(b, bits);
}

void
ctn_der_put_null(ctn_buf *b)
{
	put_header(b, CTN_TAG_NULL, 0);
}

void
ctn_der_put_oid(ctn_buf *b, ctn_span oid)
{
	ctn_der_put(b, CTN_TAG_OID, oid);
}

static void
two_digits(uint8_t *p, int v)
{
	p[0] = (uint8_t)('0' + v / 10);
	p[1] = (uint8_t)('0' + v % 10);
}

/* YYYYMMDDHHMMSSZ, or without its first `cut` digits. */
static void
put_civil(ctn_buf *b, unsigned tag, const struct ctn_civil *c, size_t cut)
{
	uint8_t text[15];

	assert(c->year >= 0 && c->year <= 9999);
	two_digits(text, c->year / 100);
	two_digits(text + 2, c->year % 100);
	two_digits(text + 4, c->month);
	two_digits(text + 6, c->day);
	two_digits(text + 8, c->hour);
	two_digits(text + 10, c->minute);
	two_digits(text + 12, c->second);
	text[14] = 'Z';
	ctn_der_put(b, tag, (ctn_span){ text + cut, sizeof text - cut });
}

void
ctn_der_put_time(ctn_buf *b, int64_t at_s)
{
	struct ctn_civil c;

	ctn_time_to_civil(&c, at_s);
	/* RFC 5280, 4.1.2.5.1: two digits reach from 1950 to 2049 */
	if (c.year >= 1950 && c.year < 2050)
		put_civil(b, CTN_TAG_UTC_TIME, &c, 2);
	else
		put_civil(b, CTN_TAG_GENERALIZED_TIME, &c, 0);
}

void
ctn_der_put_generalized_time(ctn_buf *b, int64_t at_s)
{
	struct ctn_civil c;

	ctn_time_to_civil(&c, at_s);
	put_civil(b, CTN_TAG_GENERALIZED_TIME, &c, 0);
}

static size_t
count_elements(ctn_der r)
{
	ctn_span whole;
	size_t n = 0;

	while (ctn_der_any(&r, &whole))
		n++;
	assert(ctn_der_end(&r));
	return n;
}

static int
by_octets(const void *a, const void *b)
{
	return ctn_span_compare(*(const ctn_span *)a, *(const ctn_span *)b);
}

/* The n elements of `set` in order into `sorted`. */
static void
sort_into(ctn_buf *sorted, ctn_der set, size_t n)
{
	ctn_span *elements = ctn_new(ctn_span, n);

	if (elements == NULL) {
		sorted->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!ctn_der_any(&set, &elements[i]))
			break;
	/* X.690 11.6 pads the shorter with zeros; no element is the head of another, so plain order is the same */
	qsort(elements, n, sizeof *elements, by_octets);
	for (size_t i = 0; i < n; i++)
		ctn_buf_span(sorted, elements[i]);
	ctn_free(elements);
}

void
ctn_der_sort_set(ctn_buf *b, size_t mark)
{
	CTN_OWN_BUF sorted = { .max = b->max, .secret = b->secret };
	ctn_der set;
	size_t n;

	if (b->failed)
		return;
	set = ctn_der_over((ctn_span){ b->p + mark, b->n - mark });
	n = count_elements(set);
	if (n < 2)
		return;
	sort_into(&sorted, set, n);
	b->failed = sorted.failed;
	if (!sorted.failed)
		memcpy(b->p + mark, sorted.p, sorted.n);
}
