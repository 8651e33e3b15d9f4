#include "der/pem.h"

#include "der/der.h"

enum { LINE_OCTETS = 64, LABEL_MAX = 64 };

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define BOM "\xef\xbb\xbf"

/* A block as it lies in the text. */
struct enclosed {
	ctn_pem_block block;
	ctn_span body;    /* base64 and line ends */
	size_t body_line; /* of the body's first line */
};

static bool
starts(ctn_span s, ctn_span with)
{
	return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* Without the blanks at its end. */
static ctn_span
trimmed(ctn_span s)
{
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The next line without its end (LF, CR or CRLF). */
static bool
next_line(ctn_pem_walk *w, ctn_span text, ctn_span *line)
{
	size_t i = w->at;

	if (i == 0 && starts(text, CTN_SPAN(BOM)))
		w->at = i = sizeof BOM - 1;
	if (i >= text.n)
		return false;
	while (i < text.n && text.p[i] != '\n' && text.p[i] != '\r')
		i++;
	*line = (ctn_span){ text.p + w->at, i - w->at };
	if (text.n - i >= 2 && text.p[i] == '\r' && text.p[i + 1] == '\n')
		i++;
	w->at = i < text.n ? i + 1 : i;
	w->line++;
	return true;
}

/* The label of a line that is `before` + label + "-----". */
static bool
label_of(ctn_span *label, ctn_span line, ctn_span before, size_t line_no, struct ctn_err *e)
{
	const size_t dashes = sizeof DASHES - 1;
	ctn_span s = trimmed((ctn_span){ line.p + before.n, line.n - before.n });
	const uint8_t *close = memmem(s.p, s.n, DASHES, dashes);

	if (close == NULL)
		return ctn_fail(e, CTN_EINPUT, "line %zu: no dashes behind %.*s", line_no, (int)(before.n - 1), before.p);
	if (close + dashes != s.p + s.n)
		return ctn_fail(e, CTN_EINPUT, "line %zu: something stands behind the closing dashes", line_no) ||
		       ctn_hint(e, "put a line break there; were two files joined without one?");
	s.n = (size_t)(close - s.p);
	if (s.n > LABEL_MAX || !ctn_der_string_valid(CTN_TAG_VISIBLE_STRING, s))
		return ctn_fail(e, CTN_EINPUT, "line %zu: a label that is too long or not printable", line_no);
	*label = s;
	return true;
}

/* RFC 1421 headers, if any: "Name: value" lines, folded by a leading blank; without the empty line behind they are none. */
static void
pass_headers(struct enclosed *found, ctn_pem_walk *w, ctn_span text)
{
	ctn_pem_walk ahead = *w;
	ctn_span line;
	ctn_span headers = { text.p + w->at, 0 };

	while (next_line(&ahead, text, &line)) {
		bool folded = headers.n > 0 && line.n > 0 && is_blank(line.p[0]);

		line = trimmed(line);
		if (line.n == 0 && headers.n > 0) {
			found->block.headers = headers;
			*w = ahead;
			return;
		}
		if (!folded && memchr(line.p, ':', line.n) == NULL)
			return;
		headers.n = (size_t)(line.p + line.n - headers.p);
	}
}

static bool
fail_no_end(const struct enclosed *found, size_t next_begin, struct ctn_err *e)
{
	ctn_span label = found->block.label;

	if (next_begin != 0)
		return ctn_fail(e, CTN_EINPUT, "line %zu: %s%.*s%s has no END before the BEGIN in line %zu",
		    found->block.line, BEGIN, (int)label.n, label.p, DASHES, next_begin);
	return ctn_fail(e, CTN_EINPUT, "line %zu: %s%.*s%s has no END", found->block.line, BEGIN, (int)label.n,
	           label.p, DASHES) ||
	       ctn_hint(e, "the file seems to be cut off");
}

static bool
check_end(const struct enclosed *found, ctn_span line, size_t line_no, struct ctn_err *e)
{
	ctn_span label = found->block.label, end;

	if (!label_of(&end, line, CTN_SPAN(END), line_no, e))
		return false;
	if (!ctn_span_equal(label, end))
		return ctn_fail(e, CTN_EINPUT, "line %zu: END %.*s closes the BEGIN %.*s of line %zu", line_no, (int)end.n,
		    end.p, (int)label.n, label.p, found->block.line);
	return true;
}

/* From behind the BEGIN line to behind the END line. */
static bool
read_block(struct enclosed *found, ctn_pem_walk *w, ctn_span text, struct ctn_err *e)
{
	ctn_span line;
	size_t from;

	pass_headers(found, w, text);
	from = w->at;
	found->body_line = w->line + 1;
	while (next_line(w, text, &line)) {
		if (!starts(line, CTN_SPAN(DASHES)))
			continue;
		if (starts(line, CTN_SPAN(BEGIN)))
			return fail_no_end(found, w->line, e);
		if (!starts(line, CTN_SPAN(END)))
			return ctn_fail(e, CTN_EINPUT, "line %zu: neither base64 nor an END line", w->line);
		found->body = (ctn_span){ text.p + from, (size_t)(line.p - text.p) - from };
		return check_end(found, line, w->line, e);
	}
	return fail_no_end(found, 0, e);
}

/* The next block, undecoded. */
static bool
next_block(struct enclosed *out, ctn_span text, ctn_pem_walk *w, bool *found, struct ctn_err *e)
{
	struct enclosed b = { 0 };
	ctn_span line;

	*found = false;
	while (next_line(w, text, &line)) {
		if (!starts(line, CTN_SPAN(BEGIN)))
			continue;
		b.block.line = w->line;
		if (!label_of(&b.block.label, line, CTN_SPAN(BEGIN), w->line, e) || !read_block(&b, w, text, e))
			return false;
		*out = b;
		*found = true;
		return true;
	}
	return true;
}

static bool
is_base64(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* Is there something in this line that cannot stand there? *padded: a '=' was seen, here or before. */
static bool
line_is_broken(ctn_span line, bool *padded)
{
	for (size_t i = 0; i < line.n; i++) {
		uint8_t c = line.p[i];

		if (c == '=')
			*padded = true;
		else if (!is_blank(c) && (*padded || !is_base64(c)))
			return true;
	}
	return false;
}

/* Why decoding failed; the text is gone through again only now. */
static bool
fail_base64(const struct enclosed *b, struct ctn_err *e)
{
	ctn_pem_walk w = { .line = b->body_line - 1 };
	size_t last = b->block.line;
	bool padded = false;
	ctn_span line;

	while (next_line(&w, b->body, &line)) {
		if (line_is_broken(line, &padded))
			return ctn_fail(e, CTN_EINPUT, "line %zu: not base64", w.line);
		if (trimmed(line).n > 0)
			last = w.line;
	}
	return ctn_fail(e, CTN_EINPUT, "line %zu: base64 that ends in the middle of an octet", last) ||
	       ctn_hint(e, "characters seem to be missing between lines %zu and %zu", b->block.line, w.line + 1);
}

static bool
decode(ctn_buf *der, const struct enclosed *b, struct ctn_err *e)
{
	bool decoded;

	ctn_buf_reset(der);
	decoded = ctn_unbase64(der, b->body);
	if (der->failed && der->max != 0 && b->body.n / 4 * 3 > der->max)
		return ctn_fail(e, CTN_EINPUT, "line %zu: a block of more than %zu octets", b->block.line, der->max);
	if (!ctn_buf_ok(der, e))
		return false;
	return decoded || fail_base64(b, e);
}

bool
ctn_pem_next(ctn_pem_block *block, ctn_buf *der, ctn_span text, ctn_pem_walk *walk, bool *found, struct ctn_err *e)
{
	struct enclosed b;

	if (!next_block(&b, text, walk, found, e))
		return false;
	if (!*found)
		return true;
	if (!decode(der, &b, e)) {
		*found = false;
		return false;
	}
	*block = b.block;
	return true;
}

bool
ctn_pem_looks(ctn_span bytes)
{
	ctn_span s = bytes;

	if (starts(s, CTN_SPAN(BOM)))
		s = (ctn_span){ s.p + sizeof BOM - 1, s.n - (sizeof BOM - 1) };
	if (starts(s, CTN_SPAN(BEGIN)))
		return true;
	while (s.n > 0) {
		const uint8_t *hit = memmem(s.p + 1, s.n - 1, BEGIN, sizeof BEGIN - 1);

		if (hit == NULL)
			return false;
		if (hit[-1] == '\n' || hit[-1] == '\r')
			return true;
		s = (ctn_span){ hit, (size_t)(s.p + s.n - hit) };
	}
	return false;
}

void
ctn_pem_write(ctn_buf *out, const char *label, ctn_span der)
{
	ctn_buf_printf(out, BEGIN "%s" DASHES "\n", label);
	ctn_buf_base64(out, der, LINE_OCTETS);
	ctn_buf_printf(out, END "%s" DASHES "\n", label);
}

static bool
is_listed(ctn_span label, const char *const *labels)
{
	for (; *labels != NULL; labels++)
		if (ctn_span_equal(label, ctn_span_text(*labels)))
			return true;
	return false;
}

static bool
take_whole(ctn_buf *der, ctn_span bytes, const char *label, struct ctn_err *e)
{

	if (bytes.n == 0)
		return ctn_fail(e, CTN_EINPUT, "empty, where a %s was expected", label);
	if (starts(bytes, CTN_SPAN("\xff\xfe")) || starts(bytes, CTN_SPAN("\xfe\xff")))
		return ctn_fail(e, CTN_EINPUT, "UTF-16 text, where a %s was expected", label) ||
		       ctn_hint(e, "save it as UTF-8 or ASCII");
	if (der->max > 0 && bytes.n > der->max)
		return ctn_fail(e, CTN_EINPUT, "%zu octets: larger than any %s that is read", bytes.n, label);
	ctn_buf_reset(der);
	ctn_buf_span(der, bytes);
	return ctn_buf_ok(der, e);
}

static bool
take_listed(ctn_buf *der, ctn_span text, const char *const *labels, struct ctn_err *e)
{
	ctn_pem_walk walk = { 0 };
	ctn_span other = { NULL, 0 };
	struct enclosed b;
	bool found;

	while (next_block(&b, text, &walk, &found, e)) {
		if (!found)
			return ctn_fail(e, CTN_EINPUT, "no %s block, but %.*s", labels[0], (int)other.n, other.p);
		if (is_listed(b.block.label, labels))
			return decode(der, &b, e);
		if (other.p == NULL)
			other = b.block.label;
	}
	return false;
}

bool
ctn_pem_one(ctn_buf *der, ctn_span bytes, const char *const *labels, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(bytes);
	ctn_span whole;

	/* text inside a DER string may look like PEM, so one whole element is DER */
	if ((ctn_der_any(&r, &whole) && ctn_der_end(&r)) || !ctn_pem_looks(bytes))
		return take_whole(der, bytes, labels[0], e);
	return take_listed(der, bytes, labels, e);
}
