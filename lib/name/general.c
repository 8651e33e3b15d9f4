#include "name/general.h"

#include "der/oid.h"
#include "der/write.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/ip.h"
#include "name/mail.h"
#include "name/uri.h"

#define WELL_FORMED_DEPTH 16
#define TEXT_MAX 8192

static const struct {
	const char *word;
	unsigned tag;
} forms[CTN_NAME_TYPES] = {
	[CTN_NAME_OTHER] = { "other", CTN_TAG_CONTEXT_CONS(0) },
	[CTN_NAME_EMAIL] = { "email", CTN_TAG_CONTEXT(1) },
	[CTN_NAME_DNS] = { "dns", CTN_TAG_CONTEXT(2) },
	[CTN_NAME_X400] = { "x400", CTN_TAG_CONTEXT_CONS(3) },
	[CTN_NAME_DIRECTORY] = { "dn", CTN_TAG_CONTEXT_CONS(4) },
	[CTN_NAME_EDI] = { "edi", CTN_TAG_CONTEXT_CONS(5) },
	[CTN_NAME_URI] = { "uri", CTN_TAG_CONTEXT(6) },
	[CTN_NAME_IP] = { "ip", CTN_TAG_CONTEXT(7) },
	[CTN_NAME_RID] = { "rid", CTN_TAG_CONTEXT(8) },
};

const char *
ctn_name_type_text(enum ctn_name_type t)
{
	return forms[t].word;
}

bool
ctn_general_next(ctn_der *r, ctn_general_name *out)
{
	unsigned tag = ctn_der_tag(r);
	ctn_span content;

	for (unsigned t = 0; t < CTN_NAME_TYPES; t++) {
		if (forms[t].tag != tag)
			continue;
		if (!ctn_der_take(r, tag, &content))
			return false;
		*out = (ctn_general_name){ .type = (enum ctn_name_type)t, .value = content };
		return true;
	}
	return false;
}

/* OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }, the SEQUENCE's tag being implicit. */
static bool
read_other(ctn_span value, ctn_span *oid, ctn_span *held)
{
	ctn_der r = ctn_der_over(value), inner;

	return ctn_der_oid(&r, oid) && ctn_der_enter(&r, CTN_TAG_CONTEXT_CONS(0), &inner) && ctn_der_end(&r) &&
	    ctn_der_any(&inner, held) && ctn_der_end(&inner);
}

static bool
is_well_formed(ctn_span content)
{
	ctn_der r = ctn_der_over(content);
	ctn_span element;
	size_t at;

	while (!ctn_der_end(&r))
		if (!ctn_der_any(&r, &element) || !ctn_der_well_formed(element, WELL_FORMED_DEPTH, &at))
			return false;
	return content.n > 0;
}

/* Contents of an OID under an implicit tag: put under their own tag to be read. */
static bool
is_oid(ctn_span content)
{
	uint8_t whole[130];
	ctn_span oid;
	ctn_der r;

	if (content.n == 0 || content.n > 127)
		return false;
	whole[0] = CTN_TAG_OID;
	whole[1] = (uint8_t)content.n;
	memcpy(whole + 2, content.p, content.n);
	r = ctn_der_over((ctn_span){ whole, content.n + 2 });
	return ctn_der_oid(&r, &oid);
}

static bool
check_uri(ctn_span value, struct ctn_err *e)
{
	ctn_uri u;

	if (!ctn_uri_parse(&u, value, e))
		return false;
	if (u.has_authority && u.host.n == 0)
		return ctn_fail(e, CTN_EINPUT, "a URI with an authority names a host (RFC 5280 4.2.1.6)");
	return true;
}

static bool
check_directory(ctn_span value, struct ctn_err *e)
{
	if (ctn_dn_is_empty(value))
		return ctn_fail(e, CTN_EINPUT, "a directoryName that is empty");
	return ctn_dn_check(value, e);
}

bool
ctn_general_check(const ctn_general_name *n, struct ctn_err *e)
{
	ctn_span a, b;
	bool ok = false;

	switch (n->type) {
	case CTN_NAME_EMAIL:
		ok = ctn_mail_split(&a, &b, n->value);
		break;
	case CTN_NAME_DNS:
		ok = ctn_dns_valid(n->value, true);
		break;
	case CTN_NAME_IP:
		ok = n->value.n == 4 || n->value.n == 16;
		break;
	case CTN_NAME_URI:
		return check_uri(n->value, e);
	case CTN_NAME_DIRECTORY:
		return check_directory(n->value, e);
	case CTN_NAME_OTHER:
		ok = read_other(n->value, &a, &b) && is_well_formed(n->value);
		break;
	case CTN_NAME_RID:
		ok = is_oid(n->value);
		break;
	case CTN_NAME_X400:
	case CTN_NAME_EDI:
		ok = is_well_formed(n->value);
		break;
	}
	return ok || ctn_fail(e, CTN_EINPUT, "not a legal name of type %s (RFC 5280 4.2.1.6)", ctn_name_type_text(n->type));
}

static void
add_ip(ctn_buf *out, const uint8_t *octets, size_t n)
{
	ctn_ip ip = { .n = (uint8_t)n };
	char text[46];

	memcpy(ip.octets, octets, n);
	ctn_ip_text(text, &ip);
	ctn_buf_text(out, text);
}

/* Bits in front of the first zero, or -1 when a one follows it. */
static int
mask_bits(const uint8_t *mask, size_t n)
{
	int bits = 0;
	bool ended = false;

	for (size_t i = 0; i < 8 * n; i++) {
		bool one = (mask[i / 8] >> (7 - i % 8) & 1) != 0;

		if (one && ended)
			return -1;
		ended = !one;
		bits += one;
	}
	return bits;
}

static void
ip_text(ctn_buf *out, ctn_span v)
{
	size_t half = v.n / 2;
	int bits;

	if (v.n == 4 || v.n == 16) {
		add_ip(out, v.p, v.n);
		return;
	}
	bits = v.n == 8 || v.n == 32 ? mask_bits(v.p + half, half) : -1;
	if (bits < 0) {
		ctn_buf_byte(out, '#');
		ctn_buf_hex(out, v);
		return;
	}
	add_ip(out, v.p, half);
	ctn_buf_printf(out, "/%d", bits);
}

static void
other_text(ctn_buf *out, ctn_span value)
{
	ctn_span oid, held, mailbox;
	ctn_der r;

	if (!read_other(value, &oid, &held)) {
		ctn_buf_text(out, "otherName:#");
		ctn_buf_hex(out, value);
		return;
	}
	r = ctn_der_over(held);
	if (ctn_span_equal(oid, ctn_oid_on_smtp_utf8) && ctn_der_take(&r, CTN_TAG_UTF8_STRING, &mailbox)) {
		ctn_buf_text(out, "SmtpUTF8Mailbox:");
		ctn_buf_printable(out, mailbox);
		return;
	}
	ctn_buf_text(out, "otherName:");
	ctn_oid_dotted(out, oid);
}

void
ctn_general_text(ctn_buf *out, const ctn_general_name *n)
{
	switch (n->type) {
	case CTN_NAME_EMAIL:
	case CTN_NAME_DNS:
	case CTN_NAME_URI:
		ctn_buf_printable(out, n->value);
		return;
	case CTN_NAME_IP:
		ip_text(out, n->value);
		return;
	case CTN_NAME_DIRECTORY:
		ctn_buf_text(out, "dirName:");
		ctn_dn_text(out, n->value);
		return;
	case CTN_NAME_OTHER:
		other_text(out, n->value);
		return;
	case CTN_NAME_RID:
		ctn_buf_text(out, "registeredID:");
		ctn_oid_dotted(out, n->value);
		return;
	case CTN_NAME_X400:
		ctn_buf_text(out, "x400Address");
		return;
	case CTN_NAME_EDI:
		ctn_buf_text(out, "ediPartyName");
		return;
	}
}

void
ctn_general_write(ctn_buf *out, const ctn_general_name *n)
{
	ctn_der_put(out, forms[n->type].tag, n->value);
}

static ctn_name
name_of(enum ctn_name_type type, const char *text)
{
	return (ctn_name){ .type = type, .text = text, .value = ctn_span_text(text) };
}

static bool
take_ip(ctn_name *out, const ctn_ip *ip, ctn_arena *a, struct ctn_err *e)
{
	char text[46];
	ctn_name n = { .type = CTN_NAME_IP };

	ctn_ip_text(text, ip);
	n.text = ctn_arena_text(a, text);
	n.value = (ctn_span){ ctn_arena_copy(a, ip->octets, ip->n), ip->n };
	if (n.text == NULL || n.value.p == NULL)
		return ctn_fail_memory(e);
	*out = n;
	return true;
}

static bool
take_text(ctn_name *out, enum ctn_name_type type, const char *text, ctn_arena *a, struct ctn_err *e)
{
	char *canonical = NULL;
	bool wildcard = false, ok;

	if (type == CTN_NAME_DNS)
		ok = ctn_dns_canonical(&canonical, &wildcard, text, a, e);
	else if (type == CTN_NAME_EMAIL)
		ok = ctn_mail_canonical(&canonical, text, a, e);
	else
		ok = ctn_uri_canonical(&canonical, text, a, e);
	if (!ok)
		return false;
	*out = name_of(type, canonical);
	out->wildcard = wildcard;
	return true;
}

/* Octets of a leading "scheme:" (RFC 3986, 3.1), or 0. */
static size_t
scheme_length(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	bool letter = (text[0] | 0x20) >= 'a' && (text[0] | 0x20) <= 'z';

	return letter && text[n] == ':' ? n + 1 : 0;
}

static bool
is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && text[n] == '\0';
}

static bool
is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

/* Names come from files too, and their errors are printed. */
static bool
check_text(const char *text, struct ctn_err *e)
{
	if (text[0] == '\0')
		return ctn_fail(e, CTN_EINPUT, "an empty name");
	if (strlen(text) > TEXT_MAX)
		return ctn_fail(e, CTN_EINPUT, "a name over %d octets", TEXT_MAX);
	if (!ctn_utf8_valid(ctn_span_text(text)))
		return ctn_fail(e, CTN_EINPUT, "a name that is not UTF-8");
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return ctn_fail(e, CTN_EINPUT, "a name with a control character");
	return true;
}

bool
ctn_name_parse(ctn_name *out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	struct ctn_err unused;
	size_t scheme;
	ctn_ip ip;

	if (!check_text(text, e))
		return false;
	if (ctn_ip_parse(&ip, text, &unused))
		return take_ip(out, &ip, a, e);
	scheme = scheme_length(text);
	if (scheme > 0 && is_port(text + scheme))
		return ctn_fail(e, CTN_EINPUT, "a port is no part of a name: '%.200s'", text) ||
		    ctn_hint(e, "%.*s", (int)(scheme - 1), text);
	if (scheme > 0)
		return take_text(out, CTN_NAME_URI, text, a, e);
	return take_text(out, strchr(text, '@') != NULL ? CTN_NAME_EMAIL : CTN_NAME_DNS, text, a, e);
}

bool
ctn_name_parse_mail(ctn_name *out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	ctn_name n = { .type = CTN_NAME_OTHER };
	CTN_OWN_BUF b = { 0 };
	char *mailbox;
	size_t value;

	if (!check_text(text, e) || !ctn_mail_canonical_utf8(&mailbox, text, a, e))
		return false;
	if (is_ascii(mailbox)) {
		*out = name_of(CTN_NAME_EMAIL, mailbox);
		return true;
	}
	ctn_der_put_oid(&b, ctn_oid_on_smtp_utf8);
	value = ctn_der_open(&b, CTN_TAG_CONTEXT_CONS(0));
	ctn_der_put(&b, CTN_TAG_UTF8_STRING, ctn_span_text(mailbox));
	ctn_der_close(&b, value);
	n.text = mailbox;
	n.value = (ctn_span){ b.failed ? NULL : ctn_arena_copy(a, b.p, b.n), b.n };
	if (n.value.p == NULL)
		return ctn_fail_memory(e);
	*out = n;
	return true;
}

static bool
take_foreign(ctn_name *out, const ctn_general_name *n, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF b = { 0 };
	const uint8_t *value;

	ctn_general_text(&b, n);
	if (!ctn_buf_ok(&b, e))
		return false;
	value = ctn_arena_copy(a, n->value.p, n->value.n);
	*out = (ctn_name){
		.type = n->type, .text = ctn_arena_text_n(a, (const char *)b.p, b.n), .value = { value, n->value.n }
	};
	return (value != NULL && out->text != NULL) || ctn_fail_memory(e);
}

bool
ctn_name_of_general(ctn_name *out, const ctn_general_name *n, ctn_arena *a, struct ctn_err *e)
{
	ctn_ip ip = { .n = (uint8_t)n->value.n };
	char *text;

	if (n->value.n > TEXT_MAX)
		return ctn_fail(e, CTN_EINPUT, "a name over %d octets", TEXT_MAX);
	if (!ctn_general_check(n, e))
		return false;
	switch (n->type) {
	case CTN_NAME_IP:
		memcpy(ip.octets, n->value.p, n->value.n);
		return take_ip(out, &ip, a, e);
	case CTN_NAME_DNS:
	case CTN_NAME_EMAIL:
	case CTN_NAME_URI:
		/* The check let only ASCII without NUL through. */
		text = ctn_arena_text_n(a, (const char *)n->value.p, n->value.n);
		return text == NULL ? ctn_fail_memory(e) : take_text(out, n->type, text, a, e);
	default:
		return take_foreign(out, n, a, e);
	}
}

bool
ctn_name_equal(const ctn_name *a, const ctn_name *b)
{
	return a->type == b->type && ctn_span_equal(a->value, b->value);
}

static bool
host_of(const ctn_name *n, ctn_span *host)
{
	struct ctn_err unused;
	ctn_span local;
	ctn_uri u;

	switch (n->type) {
	case CTN_NAME_DNS:
		*host = n->value;
		return true;
	case CTN_NAME_EMAIL:
		return ctn_mail_split(&local, host, n->value);
	case CTN_NAME_URI:
		if (!ctn_uri_parse(&u, n->value, &unused) || ctn_uri_host_is_ip(&u))
			return false;
		*host = u.host;
		return u.host.n > 0;
	default:
		return false;
	}
}

char *
ctn_name_reversed(const ctn_name *n, ctn_arena *a)
{
	ctn_span host;
	size_t end;
	char *out, *p;

	if (!host_of(n, &host))
		return NULL;
	p = out = ctn_arena_new(a, char, host.n + 1);
	if (out == NULL)
		return NULL;
	for (end = host.n; p < out + host.n;) {
		size_t at = end;

		while (at > 0 && host.p[at - 1] != '.')
			at--;
		memcpy(p, host.p + at, end - at);
		p += end - at;
		if (at > 0)
			*p++ = '.';
		end = at > 0 ? at - 1 : 0;
	}
	return out;
}
