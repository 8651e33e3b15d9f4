#include "name/dns.h"

#include <assert.h>
#include <idn2.h>
#include <libpsl.h>

#define LABEL_MAX 63

/* Which star labels a name may have. */
enum stars { STARS_NONE, STARS_FIRST, STARS_PATTERN };

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
same_label(ctn_span a, ctn_span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool
is_star(ctn_span label)
{
	return label.n == 1 && label.p[0] == '*';
}

static bool
is_double_star(ctn_span label)
{
	return label.n == 2 && label.p[0] == '*' && label.p[1] == '*';
}

/* Cut the first label and its dot off rest; more tells whether a dot was there, so that "a." has two labels. */
static ctn_span
first_label(ctn_span *rest, bool *more)
{
	ctn_span label = { rest->p, 0 };

	while (label.n < rest->n && rest->p[label.n] != '.')
		label.n++;
	*more = label.n < rest->n;
	rest->n -= label.n + (*more ? 1 : 0);
	rest->p = rest->n > 0 ? label.p + label.n + 1 : NULL;
	return label;
}

/* Cut the last label and its dot off rest. */
static ctn_span
last_label(ctn_span *rest)
{
	size_t at = rest->n;
	ctn_span label;

	while (at > 0 && rest->p[at - 1] != '.')
		at--;
	label = (ctn_span){ rest->p + at, rest->n - at };
	rest->n = at > 0 ? at - 1 : 0;
	return label;
}

static size_t
count_labels(ctn_span name)
{
	size_t n = name.n > 0 ? 1 : 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

/* NULL when the label is legal, else what is wrong with it. */
static const char *
label_flaw(ctn_span label)
{
	if (label.n == 0)
		return "an empty label";
	if (label.n > LABEL_MAX)
		return "a label over 63 characters";
	if (label.p[0] == '-' || label.p[label.n - 1] == '-')
		return "a hyphen at an end of a label";
	for (size_t i = 0; i < label.n; i++) {
		uint8_t c = lower(label.p[i]);

		if (c == '*')
			return "'*' that is not the whole left-most label";
		if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '-' && c != '_')
			return "a character that no DNS name has";
	}
	return NULL;
}

/* Of a label that is not empty. */
static bool
is_all_digits(ctn_span label)
{
	for (size_t i = 0; i < label.n; i++)
		if (!is_digit(label.p[i]))
			return false;
	return true;
}

static bool
star_allowed(ctn_span label, enum stars stars, bool first, bool more)
{
	if (stars == STARS_PATTERN)
		return is_star(label) || (first && is_double_star(label));
	return stars == STARS_FIRST && first && more && is_star(label);
}

/* NULL when the whole name is legal, else what is wrong with it. */
static const char *
name_flaw(ctn_span name, enum stars stars)
{
	ctn_span rest = name, label = { NULL, 0 };
	bool more = true;

	if (name.n == 0)
		return "it is empty";
	if (name.n > CTN_DNS_MAX)
		return "it is over 253 characters";
	for (bool first = true; more; first = false) {
		const char *flaw;

		label = first_label(&rest, &more);
		if (star_allowed(label, stars, first, more))
			continue;
		flaw = label_flaw(label);
		if (flaw != NULL)
			return flaw;
	}
	if (is_all_digits(label))
		return "its last label is a number, as in an IP address";
	return NULL;
}

bool
ctn_dns_valid(ctn_span name, bool allow_wildcard)
{
	return name_flaw(name, allow_wildcard ? STARS_FIRST : STARS_NONE) == NULL;
}

bool
ctn_dns_preferred(ctn_span name, bool allow_wildcard)
{
	return ctn_dns_valid(name, allow_wildcard) && memchr(name.p, '_', name.n) == NULL;
}

/* Only labels that IDNA has a say in go to libidn2: it drops or bends some ASCII that is legal here. */
static bool
needs_idna(ctn_span label)
{
	for (size_t i = 0; i < label.n; i++)
		if (label.p[i] >= 0x80)
			return true;
	return label.n >= 4 && same_label((ctn_span){ label.p, 4 }, CTN_SPAN("xn--"));
}

static bool
is_ascii(ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

/* What libidn2 made of a label: an A-label that was given must come out as itself. */
static bool
take_idna(ctn_buf *out, ctn_span label, const char *ascii, struct ctn_err *e)
{
	if (is_ascii(label) && !same_label(label, ctn_span_text(ascii)))
		return ctn_fail(e, CTN_EINPUT, "an A-label that is not what its own U-label gives");
	ctn_buf_text(out, ascii);
	return true;
}

static bool
add_idna(ctn_buf *out, ctn_span label, struct ctn_err *e)
{
	char text[4 * CTN_DNS_MAX + 1];
	char *ascii = NULL;
	bool ok;
	int r;

	if (!ctn_utf8_valid(label))
		return ctn_fail(e, CTN_EINPUT, "not valid UTF-8");
	/* canonical() has bounded the whole name. */
	assert(label.n < sizeof text);
	memcpy(text, label.p, label.n);
	text[label.n] = '\0';
	r = idn2_to_ascii_8z(text, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	if (r == IDN2_MALLOC)
		return ctn_fail_memory(e);
	if (r != IDN2_OK)
		return ctn_fail(e, CTN_EINPUT, "a label that IDNA refuses: %s", idn2_strerror(r));
	ok = take_idna(out, label, ascii, e);
	idn2_free(ascii);
	return ok;
}

static bool
add_label(ctn_buf *out, ctn_span label, struct ctn_err *e)
{
	if (needs_idna(label))
		return add_idna(out, label, e);
	for (size_t i = 0; i < label.n; i++)
		ctn_buf_byte(out, lower(label.p[i]));
	return true;
}

static bool
canonical(char **out, const char *text, enum stars stars, ctn_arena *a, struct ctn_err *e)
{
	ctn_span rest = ctn_span_text(text);
	CTN_OWN_BUF b = { .max = 8 * CTN_DNS_MAX };
	const char *flaw;
	bool more = true;

	/* UTF-8 takes up to four bytes for what becomes one character or none. */
	if (rest.n > 4 * CTN_DNS_MAX)
		return ctn_fail(e, CTN_EINPUT, "not a DNS name: it is over 253 characters");
	if (rest.n > 1 && rest.p[rest.n - 1] == '.')
		rest.n--;
	while (more) {
		if (!add_label(&b, first_label(&rest, &more), e))
			return ctn_wrap(e, "not a DNS name: '%.200s'", text);
		if (more)
			ctn_buf_byte(&b, '.');
	}
	if (!ctn_buf_ok(&b, e))
		return false;
	flaw = name_flaw(ctn_buf_view(&b), stars);
	if (flaw != NULL)
		return ctn_fail(e, CTN_EINPUT, "not a DNS name: '%.200s': %s", text, flaw);
	*out = ctn_arena_text_n(a, (const char *)b.p, b.n);
	return *out != NULL || ctn_fail_memory(e);
}

bool
ctn_dns_canonical(char **out, bool *wildcard, const char *text, ctn_arena *a, struct ctn_err *e)
{
	char *name;

	if (!canonical(&name, text, STARS_FIRST, a, e))
		return false;
	*out = name;
	*wildcard = name[0] == '*';
	return true;
}

bool
ctn_dns_matches(ctn_span presented, const char *reference)
{
	ctn_span name = ctn_span_text(reference);
	bool more;

	if (!ctn_dns_valid(presented, true) || !ctn_dns_valid(name, false))
		return false;
	if (presented.p[0] != '*')
		return same_label(presented, name);
	/* Behind the star's dot stands a name, and a name of one label has nothing behind it. */
	(void)first_label(&presented, &more);
	(void)first_label(&name, &more);
	return same_label(presented, name);
}

bool
ctn_dns_within(ctn_span name, ctn_span domain)
{
	size_t above;

	if (domain.n == 0)
		return true;
	if (name.n < domain.n)
		return false;
	above = name.n - domain.n;
	if (!same_label((ctn_span){ name.p + above, domain.n }, domain))
		return false;
	return above == 0 || name.p[above - 1] == '.';
}

bool
ctn_dns_pattern(char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	if (text[0] == '.')
		return ctn_fail(e, CTN_EINPUT, "a pattern does not begin with a dot: '%.200s'", text) ||
		    ctn_hint(e, "'**%s' is every name below it", text);
	return canonical(out, text, STARS_PATTERN, a, e);
}

static bool
label_covers(ctn_span pattern, ctn_span label)
{
	return is_star(pattern) || same_label(pattern, label);
}

static bool
label_overlaps(ctn_span pattern, ctn_span label)
{
	return is_star(pattern) || is_star(label) || same_label(pattern, label);
}

/* Labels are compared from the right; a left-most `**` stands for the one or more that are left over. */
static bool
compare(ctn_span pattern, ctn_span name, bool (*fits)(ctn_span, ctn_span))
{
	size_t n_pattern = count_labels(pattern), n_name = count_labels(name);
	bool open = pattern.n >= 2 && pattern.p[0] == '*' && pattern.p[1] == '*';

	if (open ? n_name < n_pattern : n_name != n_pattern)
		return false;
	for (size_t i = open ? 1 : 0; i < n_pattern; i++)
		if (!fits(last_label(&pattern), last_label(&name)))
			return false;
	return true;
}

bool
ctn_dns_pattern_covers(const char *pattern, const char *name)
{
	return compare(ctn_span_text(pattern), ctn_span_text(name), label_covers);
}

bool
ctn_dns_pattern_overlaps(const char *pattern, const char *name)
{
	return compare(ctn_span_text(pattern), ctn_span_text(name), label_overlaps);
}

bool
ctn_dns_is_public_suffix(const char *name)
{
	if (name[0] == '*')
		name += name[1] == '.' ? 2 : 1;
	if (name[0] == '\0')
		return true;
	return psl_is_public_suffix2(psl_builtin(), name, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}
