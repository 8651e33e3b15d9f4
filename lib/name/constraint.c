#include "name/constraint.h"

#include "der/write.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/mail.h"
#include "name/uri.h"

#define PERMITTED CTN_TAG_CONTEXT_CONS(0)
#define EXCLUDED CTN_TAG_CONTEXT_CONS(1)

/* A name taken apart once, to be held against many subtrees. */
struct subject {
	enum ctn_name_type type;
	ctn_span value;
	ctn_span host;  /* of a mailbox or URI; a wildcard's base */
	ctn_span local; /* of a mailbox */
	bool wildcard;
	bool utf8;      /* a mailbox out of an otherName */
};

static bool
is_contiguous(ctn_span mask)
{
	bool ended = false;

	for (size_t i = 0; i < mask.n; i++) {
		if (ended && mask.p[i] != 0)
			return false;
		if (mask.p[i] == 0xff)
			continue;
		/* 0xff00 >> n are the octets of ones then zeros: their complement and one is a power of two. */
		if (((uint8_t)~mask.p[i] & ((uint8_t)~mask.p[i] + 1u)) != 0)
			return false;
		ended = true;
	}
	return true;
}

static ctn_span
half_of(ctn_span s, bool second)
{
	return (ctn_span){ s.p + (second ? s.n / 2 : 0), s.n / 2 };
}

static bool
is_dotted(ctn_span base)
{
	return base.n > 0 && base.p[0] == '.';
}

/* Of a base that is not empty. */
static bool
is_host_base(ctn_span base)
{
	if (is_dotted(base))
		base = (ctn_span){ base.p + 1, base.n - 1 };
	return ctn_dns_valid(base, false);
}

static bool
is_mail_base(ctn_span base)
{
	ctn_span local, host;

	if (memchr(base.p, '@', base.n) != NULL)
		return ctn_mail_split(&local, &host, base);
	return is_host_base(base);
}

static bool
say_base(const ctn_general_name *base, struct ctn_err *e)
{
	CTN_OWN_BUF b = { .max = 200 };

	ctn_general_text(&b, base);
	if (b.failed && !b.full)
		return ctn_fail_memory(e);
	return ctn_fail(e, CTN_EINPUT, "'%.*s%s' is no legal base of type %s", (int)b.n, (const char *)b.p, b.full ? "..." : "",
	    ctn_name_type_text(base->type));
}

static bool
check_base(const ctn_general_name *base, struct ctn_err *e)
{
	ctn_span v = base->value;
	bool ok = v.n == 0;

	switch (base->type) {
	case CTN_NAME_DNS:
		ok = ok || is_host_base(v);
		break;
	case CTN_NAME_EMAIL:
		ok = ok || is_mail_base(v);
		break;
	case CTN_NAME_URI:
		ok = ok || is_host_base(v);
		break;
	case CTN_NAME_IP:
		ok = (v.n == 8 || v.n == 32) && is_contiguous(half_of(v, true));
		break;
	case CTN_NAME_DIRECTORY:
		return ctn_dn_check(v, e);
	case CTN_NAME_OTHER:
	case CTN_NAME_X400:
	case CTN_NAME_EDI:
	case CTN_NAME_RID:
		return ctn_general_check(base, e);
	}
	return ok || say_base(base, e);
}

/* GeneralSubtree with a minimum of 0, spelt out or not, and without maximum (RFC 5280 4.2.1.10). */
static bool
read_subtree(ctn_der *list, ctn_general_name *base, bool *spelt)
{
	ctn_span minimum = { 0 };
	ctn_der subtree;
	uint64_t n = 0;

	return ctn_der_sequence(list, &subtree) && ctn_general_next(&subtree, base) &&
	    ctn_der_take_if(&subtree, CTN_TAG_CONTEXT(0), &minimum, spelt) && ctn_der_end(&subtree) &&
	    (!*spelt || (ctn_der_uint_of(minimum, &n) && n == 0));
}

static bool
check_list(ctn_der *list, ctn_name_constraints *c, struct ctn_err *e)
{
	ctn_general_name base;
	bool spelt;

	if (ctn_der_end(list))
		return ctn_fail(e, CTN_EINPUT, "an empty list of subtrees, at byte %zu", ctn_der_offset(list));
	while (!ctn_der_end(list)) {
		size_t at = ctn_der_offset(list);

		if (!read_subtree(list, &base, &spelt))
			return ctn_fail(e, CTN_EINPUT, "no subtree: a general name with a minimum of 0 and no maximum, at byte %zu", at);
		if (!check_base(&base, e))
			return ctn_wrap(e, "subtree at byte %zu", at);
		c->subtrees++;
		c->spelt = c->spelt || spelt;
		c->dotted = c->dotted || (base.type == CTN_NAME_DNS && is_dotted(base.value));
	}
	return true;
}

static bool
read_list(ctn_span *content, ctn_name_constraints *c, ctn_der *from, unsigned tag, struct ctn_err *e)
{
	ctn_der list;
	bool present;

	if (!ctn_der_enter_if(from, tag, &list, &present))
		return ctn_fail(e, CTN_EINPUT, "not a list of subtrees, at byte %zu", ctn_der_offset(from));
	if (!present)
		return true;
	*content = ctn_der_rest(&list);
	return check_list(&list, c, e);
}

bool
ctn_constraints_parse(ctn_name_constraints *out, ctn_span extension_value, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(extension_value), lists;
	ctn_name_constraints c = { 0 };

	if (!ctn_der_sequence(&r, &lists) || !ctn_der_end(&r))
		return ctn_fail(e, CTN_EINPUT, "not name constraints, or bytes after them");
	if (!read_list(&c.permitted, &c, &lists, PERMITTED, e) ||
	    !read_list(&c.excluded, &c, &lists, EXCLUDED, e))
		return false;
	if (!ctn_der_end(&lists))
		return ctn_fail(e, CTN_EINPUT, "more than two lists of subtrees, at byte %zu", ctn_der_offset(&lists));
	if (c.subtrees == 0)
		return ctn_fail(e, CTN_EINPUT, "neither permitted nor excluded subtrees (RFC 5280 4.2.1.10)");
	*out = c;
	return true;
}

static bool
take_uri(struct subject *s)
{
	struct ctn_err unused;
	ctn_uri u;

	if (!ctn_uri_parse(&u, s->value, &unused))
		return false;
	s->host = u.host;
	/* An address is no DNS name either. */
	return ctn_dns_valid(u.host, false);
}

static bool
take_dns(struct subject *s)
{
	if (!ctn_dns_valid(s->value, true))
		return false;
	s->wildcard = s->value.p[0] == '*';
	if (s->wildcard)
		s->host = (ctn_span){ s->value.p + 2, s->value.n - 2 };
	return true;
}

#define SMTP_UTF8_MAILBOX "\x2b\x06\x01\x05\x05\x07\x08\x09"

/* Is the name an SmtpUTF8Mailbox (RFC 9598)? With what stands behind its OID. */
static bool
is_smtp_utf8(const ctn_general_name *name, ctn_der *behind)
{
	ctn_span oid = { 0 };

	*behind = ctn_der_over(name->value);
	return name->type == CTN_NAME_OTHER && ctn_der_oid(behind, &oid) && ctn_span_equal(oid, CTN_SPAN(SMTP_UTF8_MAILBOX));
}

/* Its domain is in A-labels (RFC 9598 3), so it compares as any other. */
static bool
take_smtp_utf8(struct subject *s, ctn_der *behind)
{
	ctn_der text = { 0 };
	const uint8_t *at;

	*s = (struct subject){ .type = CTN_NAME_EMAIL, .utf8 = true };
	if (!ctn_der_enter(behind, CTN_TAG_CONTEXT_CONS(0), &text) || !ctn_der_end(behind) ||
	    !ctn_der_take(&text, CTN_TAG_UTF8_STRING, &s->value) || !ctn_der_end(&text) ||
	    !ctn_der_string_valid(CTN_TAG_UTF8_STRING, s->value))
		return false;
	at = s->value.n == 0 ? NULL : memrchr(s->value.p, '@', s->value.n);
	if (at == NULL || at == s->value.p)
		return false;
	s->local = (ctn_span){ s->value.p, (size_t)(at - s->value.p) };
	s->host = (ctn_span){ at + 1, s->value.n - s->local.n - 1 };
	return ctn_dns_valid(s->host, false);
}

/* False when the name cannot be held against a subtree. */
static bool
take_apart(struct subject *s, const ctn_general_name *name)
{
	struct ctn_err unused;

	*s = (struct subject){ .type = name->type, .value = name->value };
	switch (name->type) {
	case CTN_NAME_DNS:
		return take_dns(s);
	case CTN_NAME_EMAIL:
		return ctn_mail_split(&s->local, &s->host, name->value);
	case CTN_NAME_URI:
		return take_uri(s);
	case CTN_NAME_IP:
		return name->value.n == 4 || name->value.n == 16;
	case CTN_NAME_DIRECTORY:
		return ctn_dn_check(name->value, &unused);
	case CTN_NAME_OTHER:
	case CTN_NAME_X400:
	case CTN_NAME_EDI:
	case CTN_NAME_RID:
		break;
	}
	return false;
}

/* Exactly the host, or below it when the base has a dot in front. */
static bool
host_covers(ctn_span base, ctn_span host)
{
	if (base.n == 0)
		return true;
	if (base.p[0] != '.')
		return base.n == host.n && ctn_dns_within(host, base);
	base = (ctn_span){ base.p + 1, base.n - 1 };
	return host.n > base.n && ctn_dns_within(host, base);
}

static bool
mail_covers(ctn_span base, const struct subject *s)
{
	ctn_span local, host;

	if (base.n == 0 || memchr(base.p, '@', base.n) == NULL)
		return host_covers(base, s->host);
	/* RFC 5280, 7.5: local parts are exact, hosts are not case-sensitive. */
	return ctn_mail_split(&local, &host, base) && ctn_span_equal(local, s->local) && host_covers(host, s->host);
}

static bool
ip_covers(ctn_span base, ctn_span ip)
{
	ctn_span address = half_of(base, false), mask = half_of(base, true);

	if (address.n != ip.n)
		return false;
	for (size_t i = 0; i < ip.n; i++)
		if (((address.p[i] ^ ip.p[i]) & mask.p[i]) != 0)
			return false;
	return true;
}

/* A wildcard lies wholly in a subtree when its base does, and below a base with a dot when it is that base. */
static bool
dns_covers(ctn_span base, const struct subject *s)
{
	ctn_span name = s->wildcard ? s->host : s->value;

	if (!is_dotted(base))
		return ctn_dns_within(name, base);
	base = (ctn_span){ base.p + 1, base.n - 1 };
	return (s->wildcard || name.n > base.n) && ctn_dns_within(name, base);
}

static bool
covers(ctn_span base, const struct subject *s)
{
	switch (s->type) {
	case CTN_NAME_DNS:
		return dns_covers(base, s);
	case CTN_NAME_EMAIL:
		return mail_covers(base, s);
	case CTN_NAME_URI:
		return host_covers(base, s->host);
	case CTN_NAME_IP:
		return ip_covers(base, s->value);
	case CTN_NAME_DIRECTORY:
		return ctn_dn_within(s->value, base);
	case CTN_NAME_OTHER:
	case CTN_NAME_X400:
	case CTN_NAME_EDI:
	case CTN_NAME_RID:
		break;
	}
	return false;
}

/* RFC 9598 6 knows no local parts: what excludes one mailbox of a host excludes every SmtpUTF8Mailbox there. */
static bool
touches_utf8(ctn_span base, const struct subject *s)
{
	ctn_span local, host = { 0 };

	return ctn_mail_split(&local, &host, base) && host_covers(host, s->host);
}

/* Beyond what it covers, a subtree touches `*.x` when its base is one of the names that `*.x` stands for: one label and x. */
static bool
touches(ctn_span base, const struct subject *s)
{
	size_t label;

	if (covers(base, s) || (s->utf8 && touches_utf8(base, s)))
		return true;
	if (!s->wildcard || base.n <= s->host.n + 1 || !ctn_dns_within(base, s->host))
		return false;
	label = base.n - s->host.n - 1;
	return memchr(base.p, '.', label) == NULL;
}

bool
ctn_constraint_covers(const ctn_general_name *base, const ctn_general_name *name)
{
	struct subject s;

	return base->type == name->type && take_apart(&s, name) && covers(base->value, &s);
}

/* What holding a name against one list told. */
struct tally {
	bool typed; /* there is a subtree of its type */
	bool hit;
};

static struct tally
hold_against(ctn_span list, const struct subject *s, bool (*fits)(ctn_span, const struct subject *), unsigned *work,
    ctn_general_name *which)
{
	ctn_der r = ctn_der_over(list);
	struct tally t = { 0 };
	ctn_general_name base;
	bool spelt;

	while (!t.hit && read_subtree(&r, &base, &spelt)) {
		++*work;
		if (base.type != s->type)
			continue;
		t.typed = true;
		t.hit = fits(base.value, s);
		*which = base;
	}
	return t;
}

/* For names that cannot be judged. */
static bool
fits_all(ctn_span base, const struct subject *s)
{
	(void)base;
	(void)s;
	return true;
}

/* A name that cannot be judged. */
static enum ctn_constraint_answer
judge_odd(const ctn_name_constraints *c, const struct subject *s, unsigned *count)
{
	ctn_general_name which;
	bool any = hold_against(c->excluded, s, fits_all, count, &which).typed ||
	    hold_against(c->permitted, s, fits_all, count, &which).typed;

	return any ? CTN_CONSTRAINT_UNSUPPORTED : CTN_CONSTRAINT_OK;
}

enum ctn_constraint_answer
ctn_constraints_judge(const ctn_name_constraints *c, const ctn_general_name *name, unsigned *work, ctn_general_name *breaker)
{
	unsigned looked_at = 0, *count = work == NULL ? &looked_at : work;
	ctn_general_name which = { 0 };
	ctn_der behind;
	struct subject s;
	struct tally t;

	if (!take_apart(&s, name)) {
		unsigned before = *count;

		if (judge_odd(c, &s, count) != CTN_CONSTRAINT_OK)
			return CTN_CONSTRAINT_UNSUPPORTED;
		if (!is_smtp_utf8(name, &behind))
			return CTN_CONSTRAINT_OK;
		/* A mailbox is held against the same subtrees once more, and nobody is to pay for them twice. */
		*count = before;
		if (!take_smtp_utf8(&s, &behind))
			return judge_odd(c, &s, count);
	}
	t = hold_against(c->excluded, &s, touches, count, &which);
	if (t.hit) {
		if (breaker != NULL)
			*breaker = which;
		return CTN_CONSTRAINT_EXCLUDED;
	}
	t = hold_against(c->permitted, &s, covers, count, &which);
	return t.typed && !t.hit ? CTN_CONSTRAINT_NOT_PERMITTED : CTN_CONSTRAINT_OK;
}

static void
write_list(ctn_buf *out, unsigned tag, const ctn_general_name *bases, size_t n)
{
	size_t list, subtree;

	if (n == 0)
		return;
	list = ctn_der_open(out, tag);
	for (size_t i = 0; i < n; i++) {
		subtree = ctn_der_open(out, CTN_TAG_SEQUENCE);
		ctn_general_write(out, &bases[i]);
		ctn_der_close(out, subtree);
	}
	ctn_der_close(out, list);
}

void
ctn_constraints_write(
    ctn_buf *out, const ctn_general_name *permitted, size_t n_permitted, const ctn_general_name *excluded, size_t n_excluded)
{
	size_t whole = ctn_der_open(out, CTN_TAG_SEQUENCE);

	write_list(out, PERMITTED, permitted, n_permitted);
	write_list(out, EXCLUDED, excluded, n_excluded);
	ctn_der_close(out, whole);
}
