#include "yaml/plain.h"

/** Octets of the character at p, or 0 when it is no character that a text file has. */
static size_t
character(const uint8_t *p, size_t n)
{
	size_t want = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

	if (want > n || !ctn_utf8_valid((ctn_span){ p, want }))
		return 0;
	if ((p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r') || p[0] == 0x7f)
		return 0;
	/* YAML 1.1, 5.1: neither C1 controls but NEL, nor U+FFFE and U+FFFF */
	if ((want == 2 && p[0] == 0xc2 && p[1] < 0xa0 && p[1] != 0x85) || (want == 3 && p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe))
		return 0;
	return want;
}

static void
say_byte(ctn_yaml_errors *errors, unsigned line, unsigned column, ctn_span rest)
{
	bool control = rest.p[0] < 0x80 || ctn_utf8_step(rest) > 0;

	ctn_yaml_say(errors, line, column, "save the file as UTF-8 text", "%s (byte 0x%02x)", control ? "a control character" : "not UTF-8",
	    rest.p[0]);
}

bool
ctn_yaml_is_text(ctn_span text, ctn_yaml_errors *errors)
{
	unsigned line = 1, column = 1;
	size_t step;

	for (size_t i = 0; i < text.n; i += step) {
		step = character(text.p + i, text.n - i);
		if (step == 0) {
			say_byte(errors, line, column, (ctn_span){ text.p + i, text.n - i });
			return false;
		}
		column++;
		if (text.p[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return true;
}
