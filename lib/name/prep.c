#include "name/prep.h"

#include "der/der.h"

#define END UINT32_MAX
#define LENGTH(table) (sizeof(table) / sizeof(table)[0])

struct range {
	uint32_t first, last;
};

/* RFC 4518, 2.2 */
static const struct range to_space[] = {
	{ 0x09, 0x0d },
	{ 0x20, 0x20 },
	{ 0x85, 0x85 },
	{ 0xa0, 0xa0 },
	{ 0x1680, 0x1680 },
	{ 0x2000, 0x200a },
	{ 0x2028, 0x2029 },
	{ 0x202f, 0x202f },
	{ 0x205f, 0x205f },
	{ 0x3000, 0x3000 },
};
static const struct range to_nothing[] = {
	{ 0x00, 0x08 },
	{ 0x0e, 0x1f },
	{ 0x7f, 0x84 },
	{ 0x86, 0x9f },
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x6dd, 0x6dd },
	{ 0x70f, 0x70f },
	{ 0x1806, 0x1806 },
	{ 0x180b, 0x180e },
	{ 0x200b, 0x200f },
	{ 0x202a, 0x202e },
	{ 0x2060, 0x2063 },
	{ 0x206a, 0x206f },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffc },
	{ 0x1d173, 0x1d17a },
	{ 0xe0001, 0xe0001 },
	{ 0xe0020, 0xe007f },
};

/* Simple case folding: every step-th character of the range moves by delta. */
static const struct fold {
	uint32_t first, last;
	int32_t delta;
	uint32_t step;
} folds[] = {
	{ 0x41, 0x5a, 32, 1 },
	{ 0xb5, 0xb5, 775, 1 },
	{ 0xc0, 0xd6, 32, 1 },
	{ 0xd8, 0xde, 32, 1 },
	{ 0x100, 0x12e, 1, 2 },
	{ 0x132, 0x136, 1, 2 },
	{ 0x139, 0x147, 1, 2 },
	{ 0x14a, 0x176, 1, 2 },
	{ 0x178, 0x178, -121, 1 },
	{ 0x179, 0x17d, 1, 2 },
	{ 0x17f, 0x17f, -268, 1 },
	{ 0x386, 0x386, 38, 1 },
	{ 0x388, 0x38a, 37, 1 },
	{ 0x38c, 0x38c, 64, 1 },
	{ 0x38e, 0x38f, 63, 1 },
	{ 0x391, 0x3a1, 32, 1 },
	{ 0x3a3, 0x3ab, 32, 1 },
	{ 0x3c2, 0x3c2, 1, 1 },
	{ 0x400, 0x40f, 80, 1 },
	{ 0x410, 0x42f, 32, 1 },
	{ 0x460, 0x480, 1, 2 },
	{ 0x48a, 0x4be, 1, 2 },
	{ 0x4c1, 0x4cd, 1, 2 },
	{ 0x4d0, 0x52e, 1, 2 },
	{ 0x531, 0x556, 48, 1 },
	{ 0x10a0, 0x10c5, 7264, 1 },
	{ 0x1e00, 0x1e94, 1, 2 },
	{ 0x1ea0, 0x1efe, 1, 2 },
	{ 0xff21, 0xff3a, 32, 1 },
};

/* Characters of one string, one after the other. */
struct reader {
	unsigned tag;
	ctn_span rest;
	bool begun;     /* a character that is no space was seen */
	uint32_t ready; /* a character held back behind a space, or END */
};

bool
ctn_prep_is_text(unsigned tag)
{
	switch (tag) {
	case CTN_TAG_UTF8_STRING:
	case CTN_TAG_NUMERIC_STRING:
	case CTN_TAG_PRINTABLE_STRING:
	case CTN_TAG_TELETEX_STRING:
	case CTN_TAG_IA5_STRING:
	case CTN_TAG_VISIBLE_STRING:
	case CTN_TAG_UNIVERSAL_STRING:
	case CTN_TAG_BMP_STRING:
		return true;
	default:
		return false;
	}
}

static size_t
unit_size(unsigned tag)
{
	if (tag == CTN_TAG_UNIVERSAL_STRING)
		return 4;
	return tag == CTN_TAG_BMP_STRING ? 2 : 1;
}

/* One character of valid UTF-8. */
static uint32_t
take_utf8(ctn_span *s)
{
	uint8_t lead = s->p[0];
	size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? lead : lead & (0x7fu >> n);

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (s->p[i] & 0x3fu);
	s->p += n;
	s->n -= n;
	return c;
}

static uint32_t
take_unit(ctn_span *s, size_t size)
{
	uint32_t c = 0;

	for (size_t i = 0; i < size; i++)
		c = c << 8 | s->p[i];
	s->p += size;
	s->n -= size;
	return c;
}

static uint32_t
next_char(struct reader *r)
{
	if (r->rest.n == 0)
		return END;
	if (r->tag == CTN_TAG_UTF8_STRING)
		return take_utf8(&r->rest);
	return take_unit(&r->rest, unit_size(r->tag));
}

/* BMPString is UCS-2: a surrogate is no character there. */
static bool
wide_decodable(unsigned tag, ctn_span content)
{
	struct reader r = { .tag = tag, .rest = content };

	if (content.n % unit_size(tag) != 0)
		return false;
	while (r.rest.n > 0) {
		uint32_t c = next_char(&r);

		if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return false;
	}
	return true;
}

static bool
decodable(unsigned tag, ctn_span content)
{
	if (!ctn_prep_is_text(tag))
		return false;
	if (tag == CTN_TAG_UTF8_STRING)
		return ctn_utf8_valid(content);
	if (unit_size(tag) > 1)
		return wide_decodable(tag, content);
	if (tag == CTN_TAG_TELETEX_STRING)
		return true;
	for (size_t i = 0; i < content.n; i++)
		if (content.p[i] >= 0x80)
			return false;
	return true;
}

static void
add_utf8(ctn_buf *out, uint32_t c)
{
	uint8_t u[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--) {
		u[i] = (uint8_t)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	u[0] = (uint8_t)(lead[n] | c);
	ctn_buf_add(out, u, n);
}

bool
ctn_prep_utf8(ctn_buf *out, unsigned tag, ctn_span content)
{
	struct reader r = { .tag = tag, .rest = content };
	uint32_t c;

	if (!decodable(tag, content))
		return false;
	while ((c = next_char(&r)) != END)
		add_utf8(out, c);
	return true;
}

static bool
in_ranges(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n && ranges[i].first <= c; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

static uint32_t
fold_case(uint32_t c)
{
	for (size_t i = 0; i < LENGTH(folds) && folds[i].first <= c; i++)
		if (c <= folds[i].last && (c - folds[i].first) % folds[i].step == 0)
			return (uint32_t)((int32_t)c + folds[i].delta);
	return c;
}

/* Next character after preparation: runs of space between other characters come out as one, others not at all. */
static uint32_t
next_prepared(struct reader *r)
{
	bool space = false;
	uint32_t c = r->ready;

	r->ready = END;
	if (c != END)
		return c;
	while ((c = next_char(r)) != END) {
		if (in_ranges(c, to_space, LENGTH(to_space)))
			space = r->begun;
		else if (!in_ranges(c, to_nothing, LENGTH(to_nothing)))
			break;
	}
	if (c == END)
		return END;
	r->begun = true;
	c = fold_case(c);
	if (!space)
		return c;
	r->ready = c;
	return ' ';
}

bool
ctn_prep_equal(unsigned tag_a, ctn_span a, unsigned tag_b, ctn_span b)
{
	struct reader ra = { .tag = tag_a, .rest = a, .ready = END }, rb = { .tag = tag_b, .rest = b, .ready = END };
	uint32_t c;

	if (tag_a == tag_b && ctn_span_equal(a, b))
		return true;
	if (!decodable(tag_a, a) || !decodable(tag_b, b))
		return false;
	do {
		c = next_prepared(&ra);
		if (c != next_prepared(&rb))
			return false;
	} while (c != END);
	return true;
}
