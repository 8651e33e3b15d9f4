#include "base/jsonout.h"

#include <inttypes.h>

#include "base/time.h"

#define DEPTH_MAX 32

ctn_json_out
ctn_json_over(ctn_buf *b)
{
	return (ctn_json_out){ .b = b };
}

static bool
stands_as_itself(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* RFC 8259, 7. One character that is not plain ASCII, a control escaped so that a document on a terminal cannot steer it; returns its octets. */
static size_t
put_special(ctn_buf *b, ctn_span s)
{
	size_t step = ctn_utf8_step(s);

	if (step == 0) {
		ctn_buf_text(b, "\xef\xbf\xbd");
		return 1;
	}
	if (step == 1 && s.p[0] >= 0x20 && s.p[0] != 0x7f)
		ctn_buf_printf(b, "\\%c", s.p[0]);
	else if (ctn_utf8_shown(s.p, step))
		ctn_buf_add(b, s.p, step);
	else
		ctn_buf_printf(b, "\\u%04x", ctn_utf8_point(s.p, step)); /* none of these is above U+FFFF */
	return step;
}

static void
put_string(ctn_buf *b, ctn_span s)
{
	size_t i = 0;

	ctn_buf_byte(b, '"');
	while (i < s.n) {
		size_t start = i;

		while (i < s.n && stands_as_itself(s.p[i]))
			i++;
		if (i > start)
			ctn_buf_add(b, s.p + start, i - start);
		if (i < s.n)
			i += put_special(b, (ctn_span){ s.p + i, s.n - i });
	}
	ctn_buf_byte(b, '"');
}

static void
begin(ctn_json_out *j, const char *key)
{
	uint32_t bit = j->depth > 0 ? UINT32_C(1) << (j->depth - 1) : 0;

	if (j->filled & bit)
		ctn_buf_byte(j->b, ',');
	j->filled |= bit;
	if (key == NULL)
		return;
	put_string(j->b, ctn_span_text(key));
	ctn_buf_byte(j->b, ':');
}

static void
open_level(ctn_json_out *j, const char *key, uint8_t bracket)
{
	if (j->depth == DEPTH_MAX) {
		j->b->failed = true;
		return;
	}
	begin(j, key);
	ctn_buf_byte(j->b, bracket);
	j->filled &= ~(UINT32_C(1) << j->depth);
	j->depth++;
}

static void
close_level(ctn_json_out *j, uint8_t bracket)
{
	if (j->depth == 0) {
		j->b->failed = true;
		return;
	}
	j->depth--;
	ctn_buf_byte(j->b, bracket);
}

void
ctn_json_object(ctn_json_out *j, const char *key)
{
	open_level(j, key, '{');
}

void
ctn_json_array(ctn_json_out *j, const char *key)
{
	open_level(j, key, '[');
}

void
ctn_json_close_object(ctn_json_out *j)
{
	close_level(j, '}');
}

void
ctn_json_close_array(ctn_json_out *j)
{
	close_level(j, ']');
}

void
ctn_json_bytes(ctn_json_out *j, const char *key, ctn_span utf8)
{
	begin(j, key);
	put_string(j->b, utf8);
}

void
ctn_json_text(ctn_json_out *j, const char *key, const char *text)
{
	if (text != NULL)
		ctn_json_bytes(j, key, ctn_span_text(text));
}

void
ctn_json_hex(ctn_json_out *j, const char *key, ctn_span bytes)
{
	begin(j, key);
	ctn_buf_byte(j->b, '"');
	ctn_buf_hex(j->b, bytes);
	ctn_buf_byte(j->b, '"');
}

void
ctn_json_time(ctn_json_out *j, const char *key, int64_t at_s)
{
	char text[32];

	ctn_time_text(text, at_s);
	ctn_json_text(j, key, text);
}

void
ctn_json_int(ctn_json_out *j, const char *key, int64_t v)
{
	begin(j, key);
	ctn_buf_printf(j->b, "%" PRId64, v);
}

void
ctn_json_bool(ctn_json_out *j, const char *key, bool v)
{
	begin(j, key);
	ctn_buf_text(j->b, v ? "true" : "false");
}
