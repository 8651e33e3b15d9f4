#include "der/oid.h"

#include <inttypes.h>

#include "der/der.h"

#define DEFINE(id, dotted, name, bytes) const ctn_span ctn_oid_##id = { (const uint8_t *)(bytes), sizeof(bytes) - 1 };
CTN_OID_LIST(DEFINE)

#define NAME(id, dotted, name, bytes) name,
static const char *const names[] = { CTN_OID_LIST(NAME) };
#define OCTETS(id, dotted, name, bytes) &ctn_oid_##id,
static const ctn_span *const oids[] = { CTN_OID_LIST(OCTETS) };

enum {
	COUNT = sizeof names / sizeof names[0],
	TEXT_MAX = 1024,   /* characters of dotted text */
	SUBID_OCTETS = 10, /* seven bits each: 64 bits */
};

const char *
ctn_oid_name(ctn_span oid)
{
	for (size_t i = 0; i < COUNT; i++)
		if (ctn_span_equal(*oids[i], oid))
			return names[i];
	return NULL;
}

static bool
fail_word(const char *text, struct ctn_err *e)
{
	const char *near = ctn_word_nearest(text, names, COUNT);

	if (near == NULL)
		return ctn_fail(e, CTN_EINPUT, "'%.64s' is no known OID name", text) ||
		       ctn_hint(e, "write it as numbers, such as 1.3.6.1.5.5.7.3.1");
	return ctn_fail(e, CTN_EINPUT, "'%.64s' is no known OID name", text) || ctn_hint(e, "did you mean '%s'?", near);
}

/* One decimal arc at *text, which moves behind it. */
static bool
read_arc(const char **text, uint64_t *v)
{
	const char *p = *text;
	uint64_t sum = 0;

	if (*p < '0' || *p > '9' || (*p == '0' && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(sum, UINT64_C(10), &sum) ||
		    __builtin_add_overflow(sum, (uint64_t)(*p - '0'), &sum))
			return false;
	*text = p;
	*v = sum;
	return true;
}

static size_t
put_subid(uint8_t *out, uint64_t v)
{
	size_t n = 1;

	while (n < SUBID_OCTETS && v >> 7 * n != 0)
		n++;
	for (size_t i = n; i-- > 0; v >>= 7)
		out[i] = (uint8_t)((v & 0x7f) | (i + 1 < n ? 0x80 : 0));
	return n;
}

/* The first two arcs are one sub-identifier (X.690 8.19.4). */
static bool
read_first_two(const char **text, uint64_t *subid)
{
	uint64_t root;

	if (!read_arc(text, &root) || root > 2 || **text != '.')
		return false;
	++*text;
	if (!read_arc(text, subid) || (root < 2 && *subid > 39))
		return false;
	return !__builtin_add_overflow(*subid, 40 * root, subid);
}

/* Octets into out, which has room for one per character of text; how many, or 0. An arc is never longer than its digits. */
static size_t
encode_dotted(uint8_t *out, const char *text)
{
	uint64_t v;
	size_t n;

	if (!read_first_two(&text, &v))
		return 0;
	n = put_subid(out, v);
	while (*text == '.') {
		text++;
		if (!read_arc(&text, &v))
			return 0;
		n += put_subid(out + n, v);
	}
	return *text == '\0' ? n : 0;
}

bool
ctn_oid_parse(ctn_span *oid, const char *text, ctn_arena *a, struct ctn_err *e)
{
	uint8_t octets[TEXT_MAX];
	void *copy;
	size_t n;

	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(names[i], text) == 0) {
			*oid = *oids[i];
			return true;
		}
	if (text[0] < '0' || text[0] > '9')
		return fail_word(text, e);
	if (strnlen(text, TEXT_MAX + 1) > TEXT_MAX)
		return ctn_fail(e, CTN_EINPUT, "an OID of more than %d characters", TEXT_MAX);
	n = encode_dotted(octets, text);
	if (n == 0)
		return ctn_fail(e, CTN_EINPUT, "'%.64s' is no OID in dotted form", text);
	copy = ctn_arena_copy(a, octets, n);
	if (copy == NULL)
		return ctn_fail_memory(e);
	*oid = (ctn_span){ copy, n };
	return true;
}

/* The sub-identifier at the start of s: its octets; *v is its value when *fits. */
static ctn_span
read_subid(ctn_span s, uint64_t *v, bool *fits)
{
	size_t n = 0;

	*v = 0;
	*fits = true;
	while (n < s.n) {
		*fits = *fits && *v >> 57 == 0;
		*v = *v << 7 | (s.p[n] & 0x7fu);
		if (s.p[n++] < 0x80)
			return (ctn_span){ s.p, n };
	}
	*fits = false;
	return s;
}

static void
put_first_two(ctn_buf *b, uint64_t subid)
{
	uint64_t root = subid < 80 ? subid / 40 : 2;

	ctn_buf_printf(b, "%" PRIu64 ".%" PRIu64, root, subid - 40 * root);
}

void
ctn_oid_dotted(ctn_buf *b, ctn_span oid)
{
	for (size_t at = 0; at < oid.n;) {
		uint64_t v;
		bool fits;
		ctn_span subid = read_subid((ctn_span){ oid.p + at, oid.n - at }, &v, &fits);

		if (!fits) {
			ctn_buf_text(b, at == 0 ? "…" : ".…");
			ctn_buf_hex(b, subid);
		} else if (at == 0) {
			put_first_two(b, v);
		} else {
			ctn_buf_printf(b, ".%" PRIu64, v);
		}
		at += subid.n;
	}
}
