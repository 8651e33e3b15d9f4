#include "name/mail.h"

#include "name/dns.h"

#define LOCAL_MAX 64

static bool
is_atext(uint8_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL;
}

/* Atoms with single dots between them; beyond ASCII they are of RFC 6531 3.3. */
static bool
is_dot_atom(ctn_span s, bool utf8)
{
	bool atom = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? !atom : !is_atext(s.p[i]) && !(utf8 && s.p[i] >= 0x80))
			return false;
		atom = s.p[i] != '.';
	}
	return atom;
}

/* RFC 5321, 4.1.2: "..." of printable ASCII, a backslash in front of any of it. */
static bool
is_quoted(ctn_span s)
{
	size_t i = 1;

	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	while (i < s.n - 1) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return false;
		if (i >= s.n - 1 || s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
		i++;
	}
	return true;
}

bool
ctn_mail_split(ctn_span *local, ctn_span *host, ctn_span mail)
{
	const uint8_t *at = mail.n == 0 ? NULL : memrchr(mail.p, '@', mail.n);
	ctn_span l, h;

	if (at == NULL)
		return false;
	l = (ctn_span){ mail.p, (size_t)(at - mail.p) };
	h = (ctn_span){ at + 1, mail.n - l.n - 1 };
	if (l.n > LOCAL_MAX || !(is_dot_atom(l, false) || is_quoted(l)) || !ctn_dns_valid(h, false))
		return false;
	*local = l;
	*host = h;
	return true;
}

static bool
check_local(ctn_span local, bool utf8, struct ctn_err *e)
{
	for (size_t i = 0; i < local.n && !utf8; i++)
		if (local.p[i] >= 0x80)
			return ctn_fail(e, CTN_EINPUT, "a local part that is not ASCII is no rfc822Name (RFC 9598)");
	if (local.n > LOCAL_MAX)
		return ctn_fail(e, CTN_EINPUT, "a local part over 64 characters");
	if (!is_dot_atom(local, utf8))
		return ctn_fail(e, CTN_EINPUT, "a local part that is no dot-atom (RFC 5321)");
	return true;
}

static bool
join(char **out, ctn_span local, const char *host, ctn_arena *a, struct ctn_err *e)
{
	*out = ctn_arena_printf(a, "%.*s@%s", (int)local.n, (const char *)local.p, host);
	return *out != NULL || ctn_fail_memory(e);
}

static bool
canonical(char **out, const char *text, bool utf8, ctn_arena *a, struct ctn_err *e)
{
	const char *at = strrchr(text, '@');
	ctn_span local;
	char *host;
	bool wildcard;

	if (at == NULL)
		return ctn_fail(e, CTN_EINPUT, "not an e-mail address: '%.200s': no @", text);
	local = (ctn_span){ (const uint8_t *)text, (size_t)(at - text) };
	if (!check_local(local, utf8, e) || !ctn_dns_canonical(&host, &wildcard, at + 1, a, e))
		return ctn_wrap(e, "not an e-mail address: '%.200s'", text);
	if (wildcard)
		return ctn_fail(e, CTN_EINPUT, "not an e-mail address: '%.200s': a wildcard host", text);
	return join(out, local, host, a, e);
}

bool
ctn_mail_canonical(char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	return canonical(out, text, false, a, e);
}

bool
ctn_mail_canonical_utf8(char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	return canonical(out, text, true, a, e);
}

bool
ctn_mail_pattern(char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	const char *at = strrchr(text, '@');
	ctn_span local = CTN_SPAN("*");
	char *host;

	if (at != NULL)
		local = (ctn_span){ (const uint8_t *)text, (size_t)(at - text) };
	if (!check_local(local, false, e) || !ctn_dns_pattern(&host, at == NULL ? text : at + 1, a, e))
		return ctn_wrap(e, "not an e-mail pattern: '%.200s'", text);
	return join(out, local, host, a, e);
}

bool
ctn_mail_pattern_covers(const char *pattern, const char *mail)
{
	const char *at = strrchr(pattern, '@'), *mail_at = strrchr(mail, '@');

	if (at == NULL || mail_at == NULL)
		return false;
	if (at - pattern != 1 || pattern[0] != '*')
		if (at - pattern != mail_at - mail || memcmp(pattern, mail, (size_t)(at - pattern)) != 0)
			return false;
	return ctn_dns_pattern_covers(at + 1, mail_at + 1);
}
