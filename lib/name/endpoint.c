#include "name/endpoint.h"

#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "name/dns.h"
#include "name/ip.h"

#define EXPECTED "host:port, [address]:port, or smtp://, imap://, pop3://, ldap://, postgres:// and a host"

/* By kind: the scheme, and the port that goes without saying; 0: it must be said. */
static const struct scheme {
	const char *name;
	uint16_t port;
} schemes[CTN_STARTTLS_KINDS] = {
	[CTN_TLS_AT_ONCE] = { "tls", 0 },
	[CTN_STARTTLS_SMTP] = { "smtp", 25 },
	[CTN_STARTTLS_IMAP] = { "imap", 143 },
	[CTN_STARTTLS_POP3] = { "pop3", 110 },
	[CTN_STARTTLS_LDAP] = { "ldap", 389 },
	[CTN_STARTTLS_POSTGRES] = { "postgres", 5432 },
};

/* Schemes of TLS at once, which people know: their port says all. */
static const struct scheme near[] = {
	{ "https", 443 }, { "smtps", 465 }, { "imaps", 993 }, { "pop3s", 995 }, { "ldaps", 636 },
};

/* The text, cut. */
struct parts {
	ctn_span scheme; /* empty: none */
	ctn_span host;   /* without brackets */
	ctn_span port;
	bool brackets, has_port;
};

static bool
is_word(ctn_span s, const char *word)
{
	return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

static bool
find_scheme(enum ctn_starttls *out, ctn_span word)
{
	for (unsigned i = 0; i < CTN_STARTTLS_KINDS; i++)
		if (is_word(word, schemes[i].name)) {
			*out = (enum ctn_starttls)i;
			return true;
		}
	return false;
}

static bool
is_scheme_text(ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') && !(i > 0 && s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	return s.n > 0;
}

static bool
is_port_text(ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n >= 1 && s.n <= 5;
}

/* "smtp://", or of the canonical form "smtp:" with host:port behind it. What was cut off, in octets. */
static size_t
cut_scheme(ctn_span *scheme, ctn_span text)
{
	const uint8_t *colon = memchr(text.p, ':', text.n);
	ctn_span word = { text.p, colon == NULL ? 0 : (size_t)(colon - text.p) };
	ctn_span rest = { NULL, 0 };
	enum ctn_starttls known;

	if (colon == NULL || !is_scheme_text(word))
		return 0;
	*scheme = word;
	rest = (ctn_span){ colon + 1, text.n - word.n - 1 };
	if (rest.n >= 2 && rest.p[0] == '/' && rest.p[1] == '/')
		return word.n + 3;
	if (find_scheme(&known, word) && rest.n > 0 && memchr(rest.p, ':', rest.n) != NULL)
		return word.n + 1;
	*scheme = (ctn_span){ NULL, 0 };
	return 0;
}

static bool
cut_port(struct parts *p, ctn_span behind_host)
{
	if (behind_host.n == 0)
		return true;
	if (behind_host.p[0] != ':')
		return false;
	p->has_port = true;
	p->port = (ctn_span){ behind_host.p + 1, behind_host.n - 1 };
	return true;
}

/* "[address]" or all until the first colon, then ":port". */
static bool
cut_host(struct parts *p, ctn_span rest)
{
	const uint8_t *end;

	p->brackets = rest.n > 0 && rest.p[0] == '[';
	if (p->brackets) {
		end = memchr(rest.p, ']', rest.n);
		if (end == NULL)
			return false;
		p->host = (ctn_span){ rest.p + 1, (size_t)(end - rest.p) - 1 };
		return cut_port(p, (ctn_span){ end + 1, rest.n - p->host.n - 2 });
	}
	end = rest.n == 0 ? NULL : memchr(rest.p, ':', rest.n);
	p->host = (ctn_span){ rest.p, end == NULL ? rest.n : (size_t)(end - rest.p) };
	return cut_port(p, (ctn_span){ rest.p + p->host.n, rest.n - p->host.n });
}

static bool
read_scheme(enum ctn_starttls *out, ctn_span scheme, const char *text, struct ctn_err *e)
{
	*out = CTN_TLS_AT_ONCE;
	if (scheme.n == 0 || find_scheme(out, scheme))
		return true;
	ctn_fail(e, CTN_EUSAGE, "not an endpoint: '%.200s': no such scheme", text);
	for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
		if (is_word(scheme, near[i].name))
			return ctn_hint(e, "say HOST:%u for %s", (unsigned)near[i].port, near[i].name);
	return ctn_hint(e, "what is known: " EXPECTED);
}

static bool
read_port(uint16_t *out, const struct parts *p, const char *text, struct ctn_err *e)
{
	unsigned port = 0;

	if (!p->has_port && *out != 0)
		return true;
	if (!p->has_port) {
		ctn_fail(e, CTN_EUSAGE, "not an endpoint: '%.200s': it says no port", text);
		return ctn_hint(e, "put the port behind the host, as in %.200s:443", text);
	}
	if (is_port_text(p->port))
		for (size_t i = 0; i < p->port.n; i++)
			port = port * 10 + (unsigned)(p->port.p[i] - '0');
	if (port == 0 || port > 65535)
		return ctn_fail(e, CTN_EUSAGE, "not an endpoint: '%.200s': the port is no number from 1 to 65535", text);
	*out = (uint16_t)port;
	return true;
}

static bool
read_address(char **out, const struct parts *p, const char *host, ctn_arena *a, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	char canonical[46];
	ctn_ip ip;

	*out = NULL;
	if (!ctn_ip_parse(&ip, host, &why) || (ip.n == 16) != p->brackets)
		return !p->brackets || ctn_fail(e, CTN_EUSAGE, "no IPv6 address stands in the brackets");
	ctn_ip_text(canonical, &ip);
	*out = ctn_arena_text(a, canonical);
	return *out != NULL || ctn_fail_memory(e);
}

static bool
read_host(char **out, const struct parts *p, ctn_arena *a, struct ctn_err *e)
{
	char *host = ctn_arena_text_n(a, (const char *)p->host.p, p->host.n);
	bool wildcard;

	if (host == NULL)
		return ctn_fail_memory(e);
	if (!read_address(out, p, host, a, e))
		return false;
	if (*out != NULL)
		return true;
	if (!ctn_dns_canonical(out, &wildcard, host, a, e)) {
		e->code = e->code == CTN_ENOMEM ? CTN_ENOMEM : CTN_EUSAGE;
		return false;
	}
	return !wildcard || ctn_fail(e, CTN_EUSAGE, "a wildcard is no host that can be asked");
}

/* An IPv6 address without brackets: where it ends and the port begins nobody can tell. */
static bool
is_bare_ipv6(const char *text)
{
	struct ctn_err unused = { 0 };
	const char *last = strrchr(text, ':');
	char head[64];
	ctn_ip ip;

	if (ctn_ip_parse(&ip, text, &unused) && ip.n == 16)
		return true;
	if (last == NULL || (size_t)(last - text) >= sizeof head)
		return false;
	memcpy(head, text, (size_t)(last - text));
	head[last - text] = '\0';
	return ctn_ip_parse(&ip, head, &unused) && ip.n == 16;
}

bool
ctn_endpoint_parse(ctn_endpoint *out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	ctn_span rest = ctn_span_text(text);
	struct parts p = { 0 };
	ctn_endpoint at = { 0 };
	char *host;
	size_t cut;

	if (is_bare_ipv6(text))
		return ctn_fail(e, CTN_EUSAGE, "not an endpoint: '%.200s': an IPv6 address stands in brackets", text) ||
		    ctn_hint(e, "write it like [::1]:443");
	cut = cut_scheme(&p.scheme, rest);
	rest = (ctn_span){ rest.p + cut, rest.n - cut };
	if (cut > 0 && rest.n > 1 && rest.p[rest.n - 1] == '/')
		rest.n--;
	if (!read_scheme(&at.protocol, p.scheme, text, e))
		return false;
	at.port = schemes[at.protocol].port;
	if (!cut_host(&p, rest) || p.host.n == 0)
		return ctn_fail(e, CTN_EUSAGE, "not an endpoint: '%.200s'", text) || ctn_hint(e, "expected " EXPECTED);
	if (!read_port(&at.port, &p, text, e))
		return false;
	if (!read_host(&host, &p, a, e))
		return ctn_wrap(e, "not an endpoint: '%.200s'", text);
	at.host = host;
	*out = at;
	return true;
}

bool
ctn_endpoint_looks(const char *text)
{
	const char *slashes = strstr(text, "://"), *colon = strrchr(text, ':');

	if (slashes != NULL && is_scheme_text((ctn_span){ (const uint8_t *)text, (size_t)(slashes - text) }))
		return true;
	return colon != NULL && colon > text && strchr(text, '/') == NULL && is_port_text(ctn_span_text(colon + 1));
}

char *
ctn_endpoint_text(const ctn_endpoint *at, ctn_arena *a)
{
	bool is_ipv6 = strchr(at->host, ':') != NULL;

	return ctn_arena_printf(a, "%s:%s%s%s:%u", schemes[at->protocol].name, is_ipv6 ? "[" : "", at->host, is_ipv6 ? "]" : "",
	    (unsigned)at->port);
}
