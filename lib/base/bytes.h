/* Bytes: borrowed spans, growing buffers with a sticky failure, hex and base64. */
#ifndef CTN_BASE_BYTES_H
#define CTN_BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/word.h"

/** Borrowed bytes: outlives nothing. p may be NULL when n is 0. */
typedef struct ctn_span {
	const uint8_t *p;
	size_t n;
} ctn_span;

#define CTN_SPAN(literal) ((ctn_span){ (const uint8_t *)(literal), sizeof(literal) - 1 })
CTN_PUBLIC ctn_span ctn_span_text(const char *s);
static inline bool
ctn_span_equal(ctn_span a, ctn_span b)
{
	/* The last octet first: OIDs of one arc differ there. */
	return a.n == b.n && (a.n == 0 || (a.p[a.n - 1] == b.p[a.n - 1] && memcmp(a.p, b.p, a.n) == 0));
}
/** memcmp order, shorter first when one is a prefix of the other. */
int ctn_span_compare(ctn_span a, ctn_span b);

/**
 * A growing buffer. A failure (memory, or the bound reached) is sticky: later writes do nothing and
 * ctn_buf_ok is false, so a writer is checked once, at its end. What is added must not lie in the buffer itself.
 */
typedef struct ctn_buf {
	uint8_t *p;
	size_t n;
	size_t cap;
	size_t max; /* bound in bytes; 0: 256 MiB */
	bool failed;
	bool full;  /* failed because the bound was reached, not for want of memory: what is there is the beginning */
	bool secret; /* wiped when it grows and when it is freed */
} ctn_buf;

void ctn_buf_add(ctn_buf *b, const void *p, size_t n);
void ctn_buf_span(ctn_buf *b, ctn_span s);
void ctn_buf_byte(ctn_buf *b, uint8_t c);
void ctn_buf_text(ctn_buf *b, const char *s);
void ctn_buf_printf(ctn_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Make room for n bytes more, so that adding them moves nothing. Past the bound it is a failure like any other. */
void ctn_buf_room(ctn_buf *b, size_t n);
/** Make room for n bytes at offset at (moving what follows) and return it, or NULL on failure. */
uint8_t *ctn_buf_insert(ctn_buf *b, size_t at, size_t n);
/** False when any write failed; sets CTN_ENOMEM then. */
CTN_PUBLIC CTN_MUST bool ctn_buf_ok(const ctn_buf *b, struct ctn_err *e);
/** A NUL behind the last byte, not counted in n; NULL on failure. The buffer keeps owning it. */
CTN_PUBLIC const char *ctn_buf_cstr(ctn_buf *b);
CTN_PUBLIC ctn_span ctn_buf_view(const ctn_buf *b);
void ctn_buf_reset(ctn_buf *b);
CTN_PUBLIC void ctn_buf_free(ctn_buf *b);
#define CTN_OWN_BUF __attribute__((cleanup(ctn_buf_free))) ctn_buf

/** Lower-case hex. ctn_hex writes 2n characters and a NUL into out. */
void ctn_hex(char *out, ctn_span in);
char *ctn_arena_hex(ctn_arena *a, ctn_span in);
void ctn_buf_hex(ctn_buf *b, ctn_span in);
/** Hex with or without colons between octets (never both ways), any case. False: not hex, odd, or over max octets. */
CTN_MUST bool ctn_unhex(uint8_t *out, size_t max, size_t *n, const char *text);

/** RFC 4648 section 4 base64 with padding; line is the wrap column (64 for PEM), 0 for one line without newline. */
void ctn_buf_base64(ctn_buf *b, ctn_span in, size_t line);
/**
 * White space between characters is passed over; anything else that is not canonical base64 is false,
 * and so is running out of room (out->failed tells). On false out holds what it held before.
 */
CTN_MUST bool ctn_unbase64(ctn_buf *out, ctn_span text);

/** True when p..p+n is valid UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool ctn_utf8_valid(ctn_span s);
/** Octets of the character that s begins with; 0 when s is empty or does not begin with valid UTF-8. */
size_t ctn_utf8_step(ctn_span s);
/**
 * May this character of step octets (0: none) go to a terminal as it is? Not control characters, DEL, C1, line and
 * paragraph separators, bidirectional marks and overrides.
 */
bool ctn_utf8_shown(const uint8_t *p, size_t step);
/** Its code point; step is what ctn_utf8_step said, and not 0. */
unsigned ctn_utf8_point(const uint8_t *p, size_t step);
/** Append s so that a terminal cannot be steered by it: characters that are not shown and invalid UTF-8 become \xNN, octet by octet. */
void ctn_buf_printable(ctn_buf *b, ctn_span s);

#endif
