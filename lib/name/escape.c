#include "name/escape.h"

/* Marks that could steer a terminal or turn the order of what is shown. */
static bool
is_mark(const uint8_t *p, size_t n)
{
	if (n == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	if (n != 3 || p[0] != 0xe2)
		return false;
	/* U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069 */
	if (p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae);
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
}

/* Octets of the UTF-8 character at the front of s, or 0 when there is none. */
static size_t
utf8_front(ctn_span s)
{
	size_t n = s.p[0] < 0x80 ? 1 : s.p[0] < 0xe0 ? 2 : s.p[0] < 0xf0 ? 3 : 4;

	return n <= s.n && ctn_utf8_valid((ctn_span){ s.p, n }) ? n : 0;
}

static void
add_escaped(ctn_buf *out, ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		ctn_buf_printf(out, "\\%02X", s.p[i]);
}

void
ctn_escape_value(ctn_buf *out, ctn_span s)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		ctn_span c = { s.p + i, 0 };
		bool edge = (i == 0 && (s.p[i] == ' ' || s.p[i] == '#')) || (i == s.n - 1 && s.p[i] == ' ');

		c.n = utf8_front((ctn_span){ s.p + i, s.n - i });
		n = c.n > 0 ? c.n : 1;
		if (c.n == 0 || s.p[i] < 0x20 || s.p[i] == 0x7f || is_mark(c.p, c.n)) {
			add_escaped(out, (ctn_span){ c.p, n });
			continue;
		}
		if (edge || (n == 1 && strchr(",+\"\\<>;=", s.p[i]) != NULL))
			ctn_buf_byte(out, '\\');
		ctn_buf_span(out, c);
	}
}
