#include "cmd/inspect_der.h"

#include "base/time.h"
#include "der/oid.h"

enum { DEPTH_MAX = 24, LINES_MAX = 1000, OCTETS_MAX = 32, TAG_CONSTRUCTED = 0x20, TAG_CLASS = 0xc0, TAG_NUMBER = 0x1f };

struct outline {
	struct see *s;
	unsigned lines;
};

static const char *
type_name(unsigned tag)
{
	static const char *const names[] = {
		[CTN_TAG_BOOLEAN] = "BOOLEAN",
		[CTN_TAG_INTEGER] = "INTEGER",
		[CTN_TAG_BIT_STRING] = "BIT STRING",
		[CTN_TAG_OCTET_STRING] = "OCTET STRING",
		[CTN_TAG_NULL] = "NULL",
		[CTN_TAG_OID] = "OBJECT IDENTIFIER",
		[CTN_TAG_ENUMERATED] = "ENUMERATED",
		[CTN_TAG_UTF8_STRING] = "UTF8String",
		[CTN_TAG_NUMERIC_STRING] = "NumericString",
		[CTN_TAG_PRINTABLE_STRING] = "PrintableString",
		[CTN_TAG_TELETEX_STRING] = "TeletexString",
		[CTN_TAG_IA5_STRING] = "IA5String",
		[CTN_TAG_UTC_TIME] = "UTCTime",
		[CTN_TAG_GENERALIZED_TIME] = "GeneralizedTime",
		[CTN_TAG_VISIBLE_STRING] = "VisibleString",
		[CTN_TAG_UNIVERSAL_STRING] = "UniversalString",
		[CTN_TAG_BMP_STRING] = "BMPString",
		[CTN_TAG_SEQUENCE] = "SEQUENCE",
		[CTN_TAG_SET] = "SET",
	};

	return tag < sizeof names / sizeof *names ? names[tag] : NULL;
}

static void
put_type(ctn_buf *b, unsigned tag)
{
	const char *name = type_name(tag);

	if (name != NULL)
		ctn_buf_text(b, name);
	else if ((tag & TAG_CLASS) == 0x80)
		ctn_buf_printf(b, "[%u]", tag & TAG_NUMBER);
	else
		ctn_buf_printf(b, "tag 0x%02x", tag);
}

static bool
is_text(unsigned tag, ctn_span content)
{
	return tag >= CTN_TAG_UTF8_STRING && tag <= CTN_TAG_VISIBLE_STRING && ctn_utf8_valid(content);
}

static void
put_value(ctn_buf *b, unsigned tag, ctn_span content)
{
	const char *name = ctn_oid_name(content);

	if (tag == CTN_TAG_OID && ctn_der_oid_valid(content)) {
		if (name != NULL)
			ctn_buf_printf(b, " %s,", name);
		ctn_buf_byte(b, ' ');
		ctn_oid_dotted(b, content);
		return;
	}
	if (content.n == 0)
		return;
	ctn_buf_byte(b, ' ');
	if (is_text(tag, content)) {
		ctn_buf_printable(b, content);
		return;
	}
	ctn_buf_hex(b, (ctn_span){ content.p, content.n < OCTETS_MAX ? content.n : OCTETS_MAX });
	if (content.n > OCTETS_MAX)
		ctn_buf_printf(b, "... (%zu bytes)", content.n);
}

static void
put_line(struct outline *o, ctn_buf *b)
{
	const char *line = ctn_buf_cstr(b);

	ctn_json_text(show_json(o->s->out), NULL, line == NULL ? "?" : line);
	see_line(o->s, "%s", line == NULL ? "?" : line);
	ctn_buf_reset(b);
	o->lines++;
}

static void put_elements(struct outline *o, ctn_der *r, unsigned depth);

static bool
put_element(struct outline *o, ctn_der *r, unsigned depth)
{
	unsigned tag = ctn_der_tag(r);
	size_t at = ctn_der_offset(r);
	CTN_OWN_BUF line = { 0 };
	bool constructed = (tag & TAG_CONSTRUCTED) != 0 && depth < DEPTH_MAX;
	ctn_der inner;
	ctn_span content;

	if (constructed ? !ctn_der_enter(r, tag, &inner) : !ctn_der_take(r, tag, &content))
		return false;
	ctn_buf_printf(&line, "%5zu: %*s", at, (int)(2 * depth), "");
	put_type(&line, tag);
	if (!constructed)
		put_value(&line, tag, content);
	put_line(o, &line);
	if (constructed)
		put_elements(o, &inner, depth + 1);
	return true;
}

static void
put_elements(struct outline *o, ctn_der *r, unsigned depth)
{
	CTN_OWN_BUF line = { 0 };

	while (!ctn_der_end(r) && o->lines < LINES_MAX) {
		if (put_element(o, r, depth))
			continue;
		ctn_buf_printf(&line, "%5zu: %*snot DER:", ctn_der_offset(r), (int)(2 * depth), "");
		put_value(&line, 0, ctn_der_rest(r));
		put_line(o, &line);
		return;
	}
}

void
inspect_outline(struct see *s, ctn_span der)
{
	struct outline o = { .s = s };
	ctn_der r = ctn_der_over(der);

	see_array(s, "outline", "Outline:");
	put_elements(&o, &r, 0);
	if (o.lines >= LINES_MAX)
		see_line(s, "... and more");
	see_array_close(s);
}
