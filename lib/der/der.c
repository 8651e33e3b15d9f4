#include "der/der.h"

#include "base/time.h"

enum { HIGH_TAG = 0x1f, CONSTRUCTED = 0x20, CLASS = 0xc0, LENGTH_OCTETS_MAX = 4 };

static const uint8_t nothing[1];

/*
 * The length octets at p (p < end), a long form: true when definite and minimal (X.690 10.1).
 * *p moves to the content.
 */
static bool
long_length(const uint8_t **p, const uint8_t *end, size_t *n)
{
	size_t octets = **p & 0x7fu, v = 0;

	if (octets == 0 || octets > LENGTH_OCTETS_MAX || (size_t)(end - *p) <= octets)
		return false;
	for (size_t i = 1; i <= octets; i++)
		v = v << 8 | (*p)[i];
	*p += octets + 1;
	*n = v;
	return v >= 0x80 && v >> (8 * (octets - 1)) != 0;
}

/* Content of the element at p, which starts before end; content->p + content->n is where the next one starts. */
static inline bool
element(const uint8_t *p, const uint8_t *end, ctn_span *content)
{
	size_t n;

	if (end - p < 2 || p[0] == 0 || (p[0] & HIGH_TAG) == HIGH_TAG)
		return false;
	n = *++p;
	if (n < 0x80)
		p++;
	else if (!long_length(&p, end, &n))
		return false;
	if (n > (size_t)(end - p))
		return false;
	*content = (ctn_span){ p, n };
	return true;
}

static inline bool
look(const ctn_der *r, unsigned tag, ctn_span *content)
{
	return r->p != r->end && r->p[0] == tag && element(r->p, r->end, content);
}

static inline void
pass(ctn_der *r, ctn_span content)
{
	r->p = content.p + content.n;
}

static inline ctn_der
within(const ctn_der *r, ctn_span content)
{
	return (ctn_der){ .p = content.p, .end = content.p + content.n, .start = r->start };
}

ctn_der
ctn_der_over(ctn_span bytes)
{
	const uint8_t *p = bytes.p != NULL ? bytes.p : nothing;

	return (ctn_der){ .p = p, .end = p + bytes.n, .start = p };
}

size_t
ctn_der_offset(const ctn_der *r)
{
	return (size_t)(r->p - r->start);
}

bool
ctn_der_end(const ctn_der *r)
{
	return r->p == r->end;
}

unsigned
ctn_der_tag(const ctn_der *r)
{
	return r->p == r->end ? 0 : r->p[0];
}

ctn_span
ctn_der_peek(const ctn_der *r)
{
	ctn_span content;

	if (!element(r->p, r->end, &content))
		return (ctn_span){ r->p, 0 };
	return (ctn_span){ r->p, (size_t)(content.p - r->p) + content.n };
}

ctn_span
ctn_der_rest(const ctn_der *r)
{
	return (ctn_span){ r->p, (size_t)(r->end - r->p) };
}

bool
ctn_der_any(ctn_der *r, ctn_span *whole)
{
	ctn_span next = ctn_der_peek(r);

	if (next.n == 0)
		return false;
	*whole = next;
	pass(r, next);
	return true;
}

bool
ctn_der_take(ctn_der *r, unsigned tag, ctn_span *content)
{
	ctn_span c;

	if (!look(r, tag, &c))
		return false;
	*content = c;
	pass(r, c);
	return true;
}

bool
ctn_der_enter(ctn_der *r, unsigned tag, ctn_der *inner)
{
	ctn_span c;

	if (!look(r, tag, &c))
		return false;
	/* inner may be r itself: then nothing is left to pass */
	pass(r, c);
	*inner = within(r, c);
	return true;
}

bool
ctn_der_sequence(ctn_der *r, ctn_der *inner)
{
	return ctn_der_enter(r, CTN_TAG_SEQUENCE, inner);
}

bool
ctn_der_set(ctn_der *r, ctn_der *inner)
{
	return ctn_der_enter(r, CTN_TAG_SET, inner);
}

bool
ctn_der_enter_if(ctn_der *r, unsigned tag, ctn_der *inner, bool *present)
{
	*present = ctn_der_tag(r) == tag;
	if (*present)
		return ctn_der_enter(r, tag, inner);
	*inner = within(r, (ctn_span){ r->p, 0 });
	return true;
}

bool
ctn_der_take_if(ctn_der *r, unsigned tag, ctn_span *content, bool *present)
{
	*present = ctn_der_tag(r) == tag;
	if (*present)
		return ctn_der_take(r, tag, content);
	*content = (ctn_span){ r->p, 0 };
	return true;
}

bool
ctn_der_bool(ctn_der *r, bool *v)
{
	ctn_span c;

	if (!look(r, CTN_TAG_BOOLEAN, &c) || !ctn_der_bool_of(c, v))
		return false;
	pass(r, c);
	return true;
}

bool
ctn_der_bool_default_false(ctn_der *r, bool *v)
{
	ctn_span c;
	bool encoded;

	if (ctn_der_tag(r) != CTN_TAG_BOOLEAN) {
		*v = false;
		return true;
	}
	if (!look(r, CTN_TAG_BOOLEAN, &c) || !ctn_der_bool_of(c, &encoded) || !encoded)
		return false;
	*v = true;
	pass(r, c);
	return true;
}

bool
ctn_der_integer(ctn_der *r, ctn_span *v)
{
	ctn_span c;

	if (!look(r, CTN_TAG_INTEGER, &c) || !ctn_der_integer_valid(c))
		return false;
	*v = c;
	pass(r, c);
	return true;
}

bool
ctn_der_uint(ctn_der *r, uint64_t *v)
{
	ctn_span c;

	if (!look(r, CTN_TAG_INTEGER, &c) || !ctn_der_uint_of(c, v))
		return false;
	pass(r, c);
	return true;
}

bool
ctn_der_enumerated(ctn_der *r, unsigned *v)
{
	ctn_span c;

	if (!look(r, CTN_TAG_ENUMERATED, &c) || c.n != 1 || c.p[0] > 0x7f)
		return false;
	*v = c.p[0];
	pass(r, c);
	return true;
}

bool
ctn_der_bits(ctn_der *r, ctn_span *bits, unsigned *unused)
{
	ctn_span c;

	if (!look(r, CTN_TAG_BIT_STRING, &c) || !ctn_der_bits_of(c, bits, unused))
		return false;
	pass(r, c);
	return true;
}

bool
ctn_der_octet_bits(ctn_der *r, ctn_span *bits)
{
	ctn_span c;

	if (!look(r, CTN_TAG_BIT_STRING, &c) || c.n == 0 || c.p[0] != 0)
		return false;
	*bits = (ctn_span){ c.p + 1, c.n - 1 };
	pass(r, c);
	return true;
}

bool
ctn_der_named_bits(ctn_der *r, uint32_t *mask)
{
	ctn_span c;

	if (!look(r, CTN_TAG_BIT_STRING, &c) || !ctn_der_named_bits_of(c, mask))
		return false;
	pass(r, c);
	return true;
}

bool
ctn_der_octets(ctn_der *r, ctn_span *v)
{
	return ctn_der_take(r, CTN_TAG_OCTET_STRING, v);
}

bool
ctn_der_null(ctn_der *r)
{
	ctn_span c;

	if (!look(r, CTN_TAG_NULL, &c) || c.n != 0)
		return false;
	pass(r, c);
	return true;
}

bool
ctn_der_oid(ctn_der *r, ctn_span *oid)
{
	ctn_span c;

	if (!look(r, CTN_TAG_OID, &c) || !ctn_der_oid_valid(c))
		return false;
	*oid = c;
	pass(r, c);
	return true;
}

bool
ctn_der_bool_of(ctn_span content, bool *v)
{
	if (content.n != 1 || (content.p[0] != 0 && content.p[0] != 0xff))
		return false;
	*v = content.p[0] != 0;
	return true;
}

bool
ctn_der_integer_valid(ctn_span content)
{
	const uint8_t *p = content.p;

	if (content.n < 2)
		return content.n == 1;
	/* X.690 8.3.2: the first nine bits are neither all zero nor all one */
	return !(p[0] == 0 && p[1] < 0x80) && !(p[0] == 0xff && p[1] >= 0x80);
}

bool
ctn_der_uint_of(ctn_span content, uint64_t *v)
{
	uint64_t sum = 0;

	if (!ctn_der_integer_valid(content) || content.n > 8 || content.p[0] >= 0x80)
		return false;
	for (size_t i = 0; i < content.n; i++)
		sum = sum << 8 | content.p[i];
	*v = sum;
	return true;
}

bool
ctn_der_bits_of(ctn_span content, ctn_span *bits, unsigned *unused)
{
	unsigned spare, last;

	if (content.n == 0)
		return false;
	spare = content.p[0];
	last = content.n > 1 ? content.p[content.n - 1] : 0;
	/* X.690 8.6.2.3 and 11.2.1: an empty string has no unused bits, and unused bits are zero */
	if (spare > 7 || (content.n == 1 && spare != 0) || (last & ((1u << spare) - 1)) != 0)
		return false;
	*bits = (ctn_span){ content.p + 1, content.n - 1 };
	*unused = spare;
	return true;
}

bool
ctn_der_named_bits_of(ctn_span content, uint32_t *mask)
{
	ctn_span bits;
	unsigned unused;
	uint32_t sum = 0;

	if (!ctn_der_bits_of(content, &bits, &unused) || bits.n > 4)
		return false;
	if (bits.n > 0 && (bits.p[bits.n - 1] >> unused & 1) == 0)
		return false;
	for (unsigned i = 0; i < 8 * bits.n; i++)
		sum |= (uint32_t)(bits.p[i / 8] >> (7 - i % 8) & 1) << i;
	*mask = sum;
	return true;
}

bool
ctn_der_oid_valid(ctn_span content)
{
	bool begins = true;

	for (size_t i = 0; i < content.n; i++) {
		/* X.690 8.19.2: a sub-identifier has no leading 0x80 */
		if (begins && content.p[i] == 0x80)
			return false;
		begins = content.p[i] < 0x80;
	}
	return content.n > 0 && begins;
}

static bool
two_digits(const uint8_t *p, int *v)
{
	unsigned tens = p[0] - (unsigned)'0', ones = p[1] - (unsigned)'0';

	*v = (int)(tens * 10 + ones);
	return tens < 10 && ones < 10;
}

/* MMDDHHMMSSZ, 11 octets. */
static bool
month_to_second(const uint8_t *p, struct ctn_civil *c)
{
	return two_digits(p, &c->month) && two_digits(p + 2, &c->day) && two_digits(p + 4, &c->hour) &&
	       two_digits(p + 6, &c->minute) && two_digits(p + 8, &c->second) && p[10] == 'Z';
}

static bool
utc_time(ctn_span c, int64_t *at_s)
{
	struct ctn_civil civil;

	if (c.n != 13 || !two_digits(c.p, &civil.year) || !month_to_second(c.p + 2, &civil))
		return false;
	civil.year += civil.year >= 50 ? 1900 : 2000;
	return ctn_time_from_civil(at_s, &civil);
}

static bool
generalized_time(ctn_span c, int64_t *at_s)
{
	struct ctn_civil civil;
	int century;

	if (c.n != 15 || !two_digits(c.p, &century) || !two_digits(c.p + 2, &civil.year))
		return false;
	civil.year += 100 * century;
	return month_to_second(c.p + 4, &civil) && ctn_time_from_civil(at_s, &civil);
}

bool
ctn_der_time(ctn_der *r, int64_t *at_s, bool *generalized)
{
	bool is_generalized = ctn_der_tag(r) == CTN_TAG_GENERALIZED_TIME;
	ctn_span c;

	if (!look(r, is_generalized ? CTN_TAG_GENERALIZED_TIME : CTN_TAG_UTC_TIME, &c))
		return false;
	if (!(is_generalized ? generalized_time(c, at_s) : utc_time(c, at_s)))
		return false;
	if (generalized != NULL)
		*generalized = is_generalized;
	pass(r, c);
	return true;
}

static bool
is_numeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || c == ' ';
}

/* X.680 41.4, table 10. */
static bool
is_printable(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       memchr(" '()+,-./:=?", c, 12) != NULL;
}

static bool
is_ia5(uint8_t c)
{
	return c < 0x80;
}

static bool
is_visible(uint8_t c)
{
	return c >= 0x20 && c <= 0x7e;
}

static bool
all(ctn_span s, bool (*is)(uint8_t c))
{
	for (size_t i = 0; i < s.n; i++)
		if (!is(s.p[i]))
			return false;
	return true;
}

/* Big-endian code points of `width` octets: no surrogates, none beyond Unicode. */
static bool
wide_valid(ctn_span s, size_t width)
{
	for (size_t i = 0; i + width <= s.n; i += width) {
		uint32_t c = 0;

		for (size_t k = 0; k < width; k++)
			c = c << 8 | s.p[i + k];
		if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return false;
	}
	return s.n % width == 0;
}

bool
ctn_der_string_valid(unsigned tag, ctn_span content)
{
	switch (tag) {
	case CTN_TAG_UTF8_STRING:
		return ctn_utf8_valid(content);
	case CTN_TAG_NUMERIC_STRING:
		return all(content, is_numeric);
	case CTN_TAG_PRINTABLE_STRING:
		return all(content, is_printable);
	case CTN_TAG_TELETEX_STRING:
		/* T.61 switches code pages by escapes, so every octet can be legal */
		return true;
	case CTN_TAG_IA5_STRING:
		return all(content, is_ia5);
	case CTN_TAG_VISIBLE_STRING:
		return all(content, is_visible);
	case CTN_TAG_UNIVERSAL_STRING:
		return wide_valid(content, 4);
	case CTN_TAG_BMP_STRING:
		return wide_valid(content, 2);
	default:
		return false;
	}
}

/* X.690 8.9, 10.2: SEQUENCE, SET and the three other structured types are constructed, everything else is primitive. */
static inline bool
form_allowed(unsigned tag)
{
	const uint32_t structured = 1u << 8 | 1u << 11 | 1u << 16 | 1u << 17 | 1u << 29;

	return (tag & CLASS) != 0 || (structured >> (tag & HIGH_TAG) & 1) == (tag & CONSTRUCTED) / CONSTRUCTED;
}

/* Where the first fault is, or NULL. The outermost element fills p to end. */
static const uint8_t *
first_fault(const uint8_t *p, const uint8_t *end, unsigned depth)
{
	const uint8_t *ends[CTN_DER_DEPTH_MAX + 1] = { end };
	unsigned open = 0;
	ctn_span c;

	do {
		if (open == depth || !element(p, ends[open], &c) || !form_allowed(p[0]))
			return p;
		if ((p[0] & CONSTRUCTED) != 0) {
			p = c.p;
			ends[++open] = c.p + c.n;
		} else {
			p = c.p + c.n;
		}
		while (open > 0 && p == ends[open])
			open--;
	} while (open > 0);
	return p == end ? NULL : p;
}

bool
ctn_der_well_formed(ctn_span whole, unsigned depth, size_t *bad_offset)
{
	ctn_der r = ctn_der_over(whole);
	const uint8_t *bad = first_fault(r.p, r.end, depth < CTN_DER_DEPTH_MAX ? depth : CTN_DER_DEPTH_MAX);

	if (bad != NULL && bad_offset != NULL)
		*bad_offset = (size_t)(bad - r.start);
	return bad == NULL;
}
