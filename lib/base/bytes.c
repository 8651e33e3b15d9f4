#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>

#define BUF_MAX ((size_t)256 << 20)
#define BUF_FIRST ((size_t)64)

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

ctn_span
ctn_span_text(const char *s)
{
	return (ctn_span){ (const uint8_t *)s, s != NULL ? strlen(s) : 0 };
}

int
ctn_span_compare(ctn_span a, ctn_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

/* A secret moves by hand: realloc would leave a copy in the block that it gives back. */
static uint8_t *
regrow(const ctn_buf *b, size_t cap)
{
	uint8_t *p;

	if (!b->secret)
		return realloc(b->p, cap);
	p = malloc(cap);
	if (p == NULL)
		return NULL;
	if (b->p != NULL) {
		memcpy(p, b->p, b->n);
		ctn_wipe(b->p, b->cap);
		free(b->p);
	}
	return p;
}

/* Room for extra bytes and for the NUL that ctn_buf_cstr may want behind them. */
static bool
reserve(ctn_buf *b, size_t extra)
{
	size_t max = b->max > 0 && b->max < PTRDIFF_MAX / 2 ? b->max : BUF_MAX;
	size_t need, cap;
	uint8_t *p;

	if (b->failed)
		return false;
	if (b->n > max || extra > max - b->n) {
		b->failed = b->full = true;
		return false;
	}
	need = b->n + extra + 1;
	if (need <= b->cap)
		return true;
	cap = b->cap > 0 ? b->cap * 2 : BUF_FIRST;
	if (cap < need)
		cap = need;
	if (cap > max + 1)
		cap = max + 1;
	p = regrow(b, cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void
ctn_buf_add(ctn_buf *b, const void *p, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
ctn_buf_span(ctn_buf *b, ctn_span s)
{
	ctn_buf_add(b, s.p, s.n);
}

void
ctn_buf_byte(ctn_buf *b, uint8_t c)
{
	ctn_buf_add(b, &c, 1);
}

void
ctn_buf_text(ctn_buf *b, const char *s)
{
	ctn_buf_add(b, s, strlen(s));
}

void
ctn_buf_printf(ctn_buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if (!reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
ctn_buf_room(ctn_buf *b, size_t n)
{
	(void)reserve(b, n);
}

uint8_t *
ctn_buf_insert(ctn_buf *b, size_t at, size_t n)
{
	if (at > b->n)
		b->failed = true;
	if (!reserve(b, n))
		return NULL;
	memmove(b->p + at + n, b->p + at, b->n - at);
	b->n += n;
	return b->p + at;
}

bool
ctn_buf_ok(const ctn_buf *b, struct ctn_err *e)
{
	return !b->failed || ctn_fail_memory(e);
}

const char *
ctn_buf_cstr(ctn_buf *b)
{
	if (!reserve(b, 0))
		return NULL;
	b->p[b->n] = '\0';
	return (const char *)b->p;
}

ctn_span
ctn_buf_view(const ctn_buf *b)
{
	return (ctn_span){ b->p, b->n };
}

void
ctn_buf_reset(ctn_buf *b)
{
	if (b->secret && b->p != NULL)
		ctn_wipe(b->p, b->cap);
	b->n = 0;
	b->failed = b->full = false;
}

void
ctn_buf_free(ctn_buf *b)
{
	ctn_buf_reset(b);
	free(b->p);
	b->p = NULL;
	b->cap = 0;
}

void
ctn_hex(char *out, ctn_span in)
{
	for (size_t i = 0; i < in.n; i++) {
		out[2 * i] = hex_digits[in.p[i] >> 4];
		out[2 * i + 1] = hex_digits[in.p[i] & 15];
	}
	out[2 * in.n] = '\0';
}

char *
ctn_arena_hex(ctn_arena *a, ctn_span in)
{
	char *out;

	if (in.n > SIZE_MAX / 2 - 1)
		return NULL;
	out = ctn_arena_calloc(a, 2 * in.n + 1, 1);
	if (out != NULL)
		ctn_hex(out, in);
	return out;
}

void
ctn_buf_hex(ctn_buf *b, ctn_span in)
{
	if (in.n > SIZE_MAX / 2 - 1 || !reserve(b, 2 * in.n)) {
		b->failed = true;
		return;
	}
	ctn_hex((char *)b->p + b->n, in);
	b->n += 2 * in.n;
}

static int
unhex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
ctn_unhex(uint8_t *out, size_t max, size_t *n, const char *text)
{
	size_t len = strlen(text);
	bool colons = len > 2 && text[2] == ':';
	size_t step = colons ? 3 : 2;
	size_t count = colons ? (len + 1) / 3 : len / 2;

	if ((colons ? len + 1 : len) % step != 0 || count > max)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *at = text + i * step;
		int high = unhex_digit(at[0]);
		int low = high < 0 ? -1 : unhex_digit(at[1]);

		if (low < 0 || (colons && i + 1 < count && at[2] != ':'))
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	*n = count;
	return true;
}

static void
base64_group(char out[4], const uint8_t *p, size_t n)
{
	uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);

	out[0] = base64_digits[v >> 18];
	out[1] = base64_digits[v >> 12 & 63];
	out[2] = n > 1 ? base64_digits[v >> 6 & 63] : '=';
	out[3] = n > 2 ? base64_digits[v & 63] : '=';
}

void
ctn_buf_base64(ctn_buf *b, ctn_span in, size_t line)
{
	size_t column = 0;
	char group[4];

	for (size_t i = 0; i < in.n; i += 3) {
		base64_group(group, in.p + i, in.n - i);
		for (size_t k = 0; k < sizeof(group); k++) {
			ctn_buf_byte(b, (uint8_t)group[k]);
			if (line > 0 && ++column == line) {
				ctn_buf_byte(b, '\n');
				column = 0;
			}
		}
	}
	if (column > 0)
		ctn_buf_byte(b, '\n');
}

static int
unbase64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

struct base64_reader {
	uint32_t bits;
	unsigned digits; /* in the group being read */
	unsigned pads;
	bool ended;
};

/* RFC 4648, 3.5: the bits that padding leaves over must be zero. */
static bool
close_group(struct base64_reader *r, ctn_buf *out)
{
	uint32_t v = r->bits << 6 * r->pads;
	uint8_t octets[3] = { (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	if ((v & ((1U << 8 * r->pads) - 1)) != 0)
		return false;
	ctn_buf_add(out, octets, 3 - r->pads);
	ctn_wipe(octets, sizeof(octets));
	r->ended = r->pads > 0;
	r->bits = 0;
	r->digits = r->pads = 0;
	return true;
}

static bool
take_base64(struct base64_reader *r, ctn_buf *out, uint8_t c)
{
	int digit = unbase64_digit(c);

	if (r->ended || (r->pads > 0 && c != '='))
		return false;
	if (c == '=') {
		if (r->digits < 2)
			return false;
		r->pads++;
	} else {
		if (digit < 0)
			return false;
		r->bits = r->bits << 6 | (uint32_t)digit;
		r->digits++;
	}
	return r->digits + r->pads < 4 || close_group(r, out);
}

static void
cut_back(ctn_buf *b, size_t n)
{
	if (b->secret && b->n > n)
		ctn_wipe(b->p + n, b->n - n);
	b->n = n;
}

bool
ctn_unbase64(ctn_buf *out, ctn_span text)
{
	struct base64_reader r = { 0 };
	size_t before = out->n;
	bool good = true;

	for (size_t i = 0; good && i < text.n; i++) {
		if (memchr(" \t\r\n", text.p[i], 4) == NULL)
			good = take_base64(&r, out, text.p[i]);
	}
	if (good && r.digits + r.pads == 0 && !out->failed)
		return true;
	cut_back(out, before);
	return false;
}

/* RFC 3629, 4: the second octet's range is what keeps out overlong forms, surrogates and what is over U+10FFFF. */
static bool
second_fits(uint8_t lead, uint8_t second)
{
	if (lead == 0xe0)
		return second >= 0xa0;
	if (lead == 0xed)
		return second <= 0x9f;
	if (lead == 0xf0)
		return second >= 0x90;
	return lead != 0xf4 || second <= 0x8f;
}

size_t
ctn_utf8_step(ctn_span s)
{
	size_t n;

	if (s.n == 0)
		return 0;
	if (s.p[0] < 0x80)
		return 1;
	if (s.p[0] < 0xc2 || s.p[0] > 0xf4)
		return 0;
	n = s.p[0] < 0xe0 ? 2 : s.p[0] < 0xf0 ? 3 : 4;
	if (s.n < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
	}
	return second_fits(s.p[0], s.p[1]) ? n : 0;
}

bool
ctn_utf8_valid(ctn_span s)
{
	for (size_t i = 0, step; i < s.n; i += step) {
		step = ctn_utf8_step((ctn_span){ s.p + i, s.n - i });
		if (step == 0)
			return false;
	}
	return true;
}

/* Line and paragraph separators and the bidirectional marks and overrides make a line show other than what it says. */
static bool
is_format_trick(const uint8_t *p, size_t n)
{
	if (n == 2)
		return p[0] == 0xd8 && p[1] == 0x9c;
	if (n != 3 || p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae))) || (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
}

bool
ctn_utf8_shown(const uint8_t *p, size_t step)
{
	if (step == 0)
		return false;
	if (step == 1)
		return p[0] >= 0x20 && p[0] != 0x7f;
	if (step == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		return false;
	return !is_format_trick(p, step);
}

unsigned
ctn_utf8_point(const uint8_t *p, size_t step)
{
	unsigned point = step == 1 ? p[0] : p[0] & (0x7fu >> step);

	for (size_t i = 1; i < step; i++)
		point = point << 6 | (p[i] & 0x3fu);
	return point;
}

void
ctn_buf_printable(ctn_buf *b, ctn_span s)
{
	for (size_t i = 0, step; i < s.n; i += step) {
		step = ctn_utf8_step((ctn_span){ s.p + i, s.n - i });
		if (ctn_utf8_shown(s.p + i, step)) {
			ctn_buf_add(b, s.p + i, step);
			continue;
		}
		if (step == 0)
			step = 1;
		for (size_t k = 0; k < step; k++)
			ctn_buf_printf(b, "\\x%02x", s.p[i + k]);
	}
}
