#include "name/dn.h"

#include "der/oid.h"
#include "der/write.h"
#include "name/attr.h"
#include "name/escape.h"
#include "name/prep.h"

#define VALUE_MAX 32768 /* RFC 5280 appendix A.1, ub-name */
#define SET_MAX 32      /* attributes of one RDN that are compared as a set */
#define RDN_MAX 1000    /* of a text */

/* One AttributeTypeAndValue. */
struct attr {
	ctn_span oid;
	unsigned tag;
	ctn_span content;
	ctn_span value; /* the element whole */
};

static bool
next_attr(ctn_der *rdn, struct attr *out)
{
	ctn_der pair, value;

	if (!ctn_der_sequence(rdn, &pair) || !ctn_der_oid(&pair, &out->oid))
		return false;
	out->tag = ctn_der_tag(&pair);
	out->value = ctn_der_peek(&pair);
	if (!ctn_der_enter(&pair, out->tag, &value) || !ctn_der_end(&pair))
		return false;
	out->content = ctn_der_rest(&value);
	return true;
}

static bool
open_name(ctn_span name, ctn_der *rdns)
{
	ctn_der r = ctn_der_over(name);

	return ctn_der_sequence(&r, rdns) && ctn_der_end(&r);
}

static size_t
utf8_length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool
has_controls(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static bool
is_country(const char *s)
{
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && s[2] == '\0';
}

static bool
check_value(const ctn_attr_type *type, const char *value, struct ctn_err *e)
{
	if (value[0] == '\0')
		return ctn_fail(e, CTN_EINPUT, "%s is empty", type->name);
	if (!ctn_utf8_valid(ctn_span_text(value)))
		return ctn_fail(e, CTN_EINPUT, "%s is not UTF-8", type->name);
	if (has_controls(value))
		return ctn_fail(e, CTN_EINPUT, "%s has a control character", type->name);
	if (type->oid == &ctn_oid_at_country && !is_country(value))
		return ctn_fail(e, CTN_EINPUT, "C is not two capital letters (ISO 3166): '%.200s'", value);
	if (utf8_length(value) > type->max)
		return ctn_fail(e, CTN_EINPUT, "%s is over %u characters (RFC 5280 appendix A.1)", type->name, type->max);
	if (!ctn_der_string_valid(type->tag, ctn_span_text(value)))
		return ctn_fail(e, CTN_EINPUT, "%s has a character that its string type lacks: '%.200s'", type->name, value);
	return true;
}

static bool
write_rdn(ctn_buf *out, const ctn_dn_attr *attr, struct ctn_err *e)
{
	static const ctn_attr_type unknown = { .name = "an attribute", .tag = CTN_TAG_UTF8_STRING, .max = VALUE_MAX };
	const ctn_attr_type *type = ctn_attr_by_oid(attr->oid);
	size_t rdn, pair;

	if (type == NULL)
		type = &unknown;
	if (!check_value(type, attr->value, e))
		return false;
	rdn = ctn_der_open(out, CTN_TAG_SET);
	pair = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, attr->oid);
	ctn_der_put(out, type->tag, ctn_span_text(attr->value));
	ctn_der_close(out, pair);
	ctn_der_close(out, rdn);
	return true;
}

bool
ctn_dn_write(ctn_buf *out, const ctn_dn_attr *attrs, size_t n, struct ctn_err *e)
{
	size_t name = ctn_der_open(out, CTN_TAG_SEQUENCE);

	for (size_t i = 0; i < n; i++)
		if (!write_rdn(out, &attrs[i], e))
			return false;
	ctn_der_close(out, name);
	return ctn_buf_ok(out, e);
}

static bool
check_rdn(ctn_der *rdn, struct ctn_err *e)
{
	size_t at = ctn_der_offset(rdn);
	struct attr attr;

	if (ctn_der_end(rdn))
		return ctn_fail(e, CTN_EINPUT, "an empty RDN, at byte %zu", at);
	while (!ctn_der_end(rdn)) {
		at = ctn_der_offset(rdn);
		if (!next_attr(rdn, &attr))
			return ctn_fail(e, CTN_EINPUT, "not an attribute of a name, at byte %zu", at);
		if (ctn_prep_is_text(attr.tag) && !ctn_der_string_valid(attr.tag, attr.content))
			return ctn_fail(e, CTN_EINPUT, "a string that is not legal for its type, at byte %zu", at);
	}
	return true;
}

bool
ctn_dn_check(ctn_span name, struct ctn_err *e)
{
	ctn_der rdns, rdn;

	if (!open_name(name, &rdns))
		return ctn_fail(e, CTN_EINPUT, "not a Name, or bytes after it, at byte 0");
	while (!ctn_der_end(&rdns)) {
		size_t at = ctn_der_offset(&rdns);

		if (!ctn_der_set(&rdns, &rdn))
			return ctn_fail(e, CTN_EINPUT, "not an RDN, at byte %zu", at);
		if (!check_rdn(&rdn, e))
			return false;
	}
	return true;
}

bool
ctn_dn_is_empty(ctn_span name)
{
	ctn_der rdns;

	return open_name(name, &rdns) && ctn_der_end(&rdns);
}

/* An octet string type whose octets are not legal for it is still shown; a wide one is not. */
static bool
is_octet_text(unsigned tag)
{
	return ctn_prep_is_text(tag) && tag != CTN_TAG_BMP_STRING && tag != CTN_TAG_UNIVERSAL_STRING;
}

static void
add_attr(ctn_buf *out, const struct attr *attr)
{
	const ctn_attr_type *type = ctn_attr_by_oid(attr->oid);
	CTN_OWN_BUF text = { 0 };

	if (type != NULL)
		ctn_buf_text(out, type->name);
	else
		ctn_oid_dotted(out, attr->oid);
	ctn_buf_byte(out, '=');
	if (type != NULL && ctn_prep_utf8(&text, attr->tag, attr->content)) {
		out->failed |= text.failed;
		ctn_escape_value(out, ctn_buf_view(&text));
		return;
	}
	if (type != NULL && is_octet_text(attr->tag)) {
		ctn_escape_value(out, attr->content);
		return;
	}
	ctn_buf_byte(out, '#');
	ctn_buf_hex(out, attr->value);
}

/* Contents of all RDNs, in the DER's order, as ctn_span behind each other. False when it is no Name. */
static bool
list_rdns(ctn_buf *spans, ctn_span name)
{
	ctn_der rdns, rdn;
	struct attr attr;

	if (!open_name(name, &rdns))
		return false;
	while (!ctn_der_end(&rdns)) {
		ctn_span content;

		if (!ctn_der_set(&rdns, &rdn))
			return false;
		content = ctn_der_rest(&rdn);
		ctn_buf_add(spans, &content, sizeof content);
		while (!ctn_der_end(&rdn))
			if (!next_attr(&rdn, &attr))
				return false;
	}
	return true;
}

static void
add_rdn(ctn_buf *out, ctn_span content)
{
	ctn_der rdn = ctn_der_over(content);
	struct attr attr;

	for (bool first = true; next_attr(&rdn, &attr); first = false) {
		if (!first)
			ctn_buf_byte(out, '+');
		add_attr(out, &attr);
	}
}

void
ctn_dn_text(ctn_buf *out, ctn_span name)
{
	CTN_OWN_BUF spans = { 0 };
	bool legal = list_rdns(&spans, name);

	if (!legal || spans.failed) {
		out->failed |= spans.failed;
		ctn_buf_byte(out, '#');
		ctn_buf_hex(out, name);
		return;
	}
	for (size_t at = spans.n; at > 0; at -= sizeof(ctn_span)) {
		ctn_span content;

		memcpy(&content, spans.p + at - sizeof content, sizeof content);
		if (at < spans.n)
			ctn_buf_byte(out, ',');
		add_rdn(out, content);
	}
}

/* Do the two attributes say the same? */
static bool
same_attr(const struct attr *a, const struct attr *b)
{
	return ctn_span_equal(a->oid, b->oid) && ctn_prep_equal(a->tag, a->content, b->tag, b->content);
}

static bool
list_attrs(struct attr *attrs, size_t *n, ctn_der *rdn)
{
	for (*n = 0; !ctn_der_end(rdn); ++*n)
		if (*n == SET_MAX || !next_attr(rdn, &attrs[*n]))
			return false;
	return true;
}

static bool
all_in(const struct attr *a, size_t n_a, const struct attr *b, size_t n_b)
{
	for (size_t i = 0; i < n_a; i++) {
		size_t k = 0;

		while (k < n_b && !same_attr(&a[i], &b[k]))
			k++;
		if (k == n_b)
			return false;
	}
	return true;
}

static bool
same_rdn(ctn_der *a, ctn_der *b)
{
	struct attr in_a[SET_MAX], in_b[SET_MAX];
	size_t n_a, n_b;

	if (ctn_span_equal(ctn_der_rest(a), ctn_der_rest(b)))
		return true;
	if (!list_attrs(in_a, &n_a, a) || !list_attrs(in_b, &n_b, b) || n_a != n_b)
		return false;
	return all_in(in_a, n_a, in_b, n_b) && all_in(in_b, n_b, in_a, n_a);
}

/* Walk both names as long as base has RDNs; both readers stand behind what was the same. */
static bool
same_rdns(ctn_der *name, ctn_der *base)
{
	ctn_der a, b;

	while (!ctn_der_end(base))
		if (!ctn_der_set(name, &a) || !ctn_der_set(base, &b) || !same_rdn(&a, &b))
			return false;
	return true;
}

bool
ctn_dn_equal(ctn_span a, ctn_span b)
{
	ctn_der ra, rb;

	return open_name(a, &ra) && open_name(b, &rb) && same_rdns(&ra, &rb) && ctn_der_end(&ra);
}

bool
ctn_dn_within(ctn_span name, ctn_span base)
{
	ctn_der ra, rb;

	return open_name(name, &ra) && open_name(base, &rb) && same_rdns(&ra, &rb);
}

static bool
attr_text(const char **text, const struct attr *attr, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF b = { 0 };

	if (!ctn_prep_utf8(&b, attr->tag, attr->content))
		return true;
	if (!ctn_buf_ok(&b, e))
		return false;
	if (b.n > 0 && memchr(b.p, '\0', b.n) != NULL)
		return true;
	*text = ctn_arena_text_n(a, b.n > 0 ? (const char *)b.p : "", b.n);
	return *text != NULL || ctn_fail_memory(e);
}

bool
ctn_dn_first(const char **text, ctn_span name, ctn_span oid, ctn_arena *a, struct ctn_err *e)
{
	ctn_der rdns, rdn;
	struct attr attr, last = { 0 };

	*text = NULL;
	if (!open_name(name, &rdns))
		return true;
	while (ctn_der_set(&rdns, &rdn))
		while (next_attr(&rdn, &attr))
			if (ctn_span_equal(attr.oid, oid))
				last = attr;
	return last.oid.n == 0 || attr_text(text, &last, a, e);
}

/* Where a text is being read. */
struct cursor {
	const char *p;
	ctn_arena *a;
};

static void
skip_spaces(struct cursor *c)
{
	while (*c->p == ' ')
		c->p++;
}

static bool
parse_type(ctn_span *oid, struct cursor *c, struct ctn_err *e)
{
	size_t n = strcspn(c->p, "=,+"), cut = n;
	const ctn_attr_type *type;
	const char *near;
	char *word;

	if (c->p[n] != '=')
		return ctn_fail(e, CTN_EINPUT, "an attribute without '='");
	while (cut > 0 && c->p[cut - 1] == ' ')
		cut--;
	word = ctn_arena_text_n(c->a, c->p, cut);
	if (word == NULL)
		return ctn_fail_memory(e);
	c->p += n + 1;
	type = ctn_attr_by_name(ctn_span_text(word));
	if (type != NULL) {
		*oid = *type->oid;
		return true;
	}
	if (word[0] >= '0' && word[0] <= '9')
		return ctn_oid_parse(oid, word, c->a, e);
	near = ctn_attr_nearest(word);
	return ctn_fail(e, CTN_EINPUT, "unknown attribute type '%.200s'", word) ||
	    (near != NULL && ctn_hint(e, "did you mean '%s'?", near));
}

/* What follows a backslash: two hex digits, or a character as it is (RFC 4514, 3). */
static bool
parse_escape(ctn_buf *value, struct cursor *c)
{
	char pair[3] = { c->p[0], c->p[0] == '\0' ? '\0' : c->p[1], '\0' };
	uint8_t octet;
	size_t n;

	if (c->p[0] != '\0' && strchr(" \"#+,;<=>\\", c->p[0]) != NULL) {
		ctn_buf_byte(value, (uint8_t)*c->p++);
		return true;
	}
	if (!ctn_unhex(&octet, 1, &n, pair) || n != 1)
		return false;
	ctn_buf_byte(value, octet);
	c->p += 2;
	return true;
}

/* Up to an unescaped comma or the end; unescaped spaces at its end are not part of it. */
static bool
parse_text(ctn_buf *value, struct cursor *c, struct ctn_err *e)
{
	size_t keep = 0;

	if (*c->p == '#')
		return ctn_fail(e, CTN_EINPUT, "a value in hex is not taken: give its text");
	while (*c->p != '\0' && *c->p != ',') {
		if (strchr("+\"<>;", *c->p) != NULL)
			return ctn_fail(e, CTN_EINPUT, "'%c' in a value needs a backslash (RFC 4514)", *c->p) ||
			    (*c->p == '+' && ctn_hint(e, "one RDN holds one attribute here"));
		if (*c->p == '\\') {
			c->p++;
			if (!parse_escape(value, c))
				return ctn_fail(
				    e, CTN_EINPUT, "a backslash without a special character or two hex digits behind it");
			keep = value->n;
			continue;
		}
		ctn_buf_byte(value, (uint8_t)*c->p);
		if (*c->p++ != ' ')
			keep = value->n;
	}
	value->n = keep;
	return ctn_buf_ok(value, e);
}

static bool
parse_value(const char **out, struct cursor *c, struct ctn_err *e)
{
	CTN_OWN_BUF value = { .max = VALUE_MAX * 4 };

	skip_spaces(c);
	if (!parse_text(&value, c, e))
		return false;
	if (value.n == 0)
		return ctn_fail(e, CTN_EINPUT, "an empty value");
	if (!ctn_utf8_valid(ctn_buf_view(&value)) || memchr(value.p, '\0', value.n) != NULL)
		return ctn_fail(e, CTN_EINPUT, "a value that is not UTF-8, or has a NUL in it");
	*out = ctn_arena_text_n(c->a, (const char *)value.p, value.n);
	return *out != NULL || ctn_fail_memory(e);
}

/* An upper bound on the RDNs of a text. */
static size_t
count_rdns(const char *text)
{
	size_t n = 1;

	for (; *text != '\0'; text++)
		n += *text == ',';
	return n;
}

bool
ctn_dn_parse(ctn_dn_attr **attrs, size_t *n, const char *text, ctn_arena *a, struct ctn_err *e)
{
	struct cursor c = { .p = text, .a = a };
	size_t max = count_rdns(text), left = max;
	ctn_dn_attr *list;

	if (max > RDN_MAX)
		return ctn_fail(e, CTN_EINPUT, "a name of over %d attributes", RDN_MAX);
	list = ctn_arena_new(a, ctn_dn_attr, max);
	if (list == NULL)
		return ctn_fail_memory(e);
	skip_spaces(&c);
	while (*c.p != '\0' || left < max) {
		left--;
		if (!parse_type(&list[left].oid, &c, e) || !parse_value(&list[left].value, &c, e))
			return ctn_wrap(e, "name '%.200s'", text);
		if (*c.p == '\0')
			break;
		c.p++;
		skip_spaces(&c);
	}
	*attrs = list + left;
	*n = max - left;
	return true;
}
