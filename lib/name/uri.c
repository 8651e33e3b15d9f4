#include "name/uri.h"

#include <ctype.h>

#include "name/dns.h"
#include "name/ip.h"
#include "name/path.h"

#define SPIFFE_MAX 2048
#define SPIFFE_DOMAIN_MAX 255

/* RFC 3986, 2: which characters beside unreserved and sub-delims a part may have. */
#define IN_USERINFO ":"
#define IN_HOST ""
#define IN_PATH ":@/"
#define IN_QUERY ":@/?"

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_one_of(uint8_t c, const char *set)
{
	return c != 0 && strchr(set, c) != NULL;
}

/* Index of the first byte that is not legal in the part, or its length. */
static size_t
legal_length(ctn_span part, const char *also)
{
	size_t i = 0;

	while (i < part.n) {
		uint8_t c = part.p[i];

		if (c == '%' && part.n - i >= 3 && is_hex(part.p[i + 1]) && is_hex(part.p[i + 2]))
			i += 3;
		else if (is_letter(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=") || is_one_of(c, also))
			i++;
		else
			return i;
	}
	return i;
}

static ctn_span
cut(ctn_span s, size_t from, size_t to)
{
	return (ctn_span){ s.p + from, to - from };
}

static size_t
find(ctn_span s, size_t from, const char *set)
{
	while (from < s.n && !is_one_of(s.p[from], set))
		from++;
	return from;
}

static bool
read_scheme(ctn_uri *u, ctn_span text, size_t *at)
{
	size_t n = 0;

	while (n < text.n && (is_letter(text.p[n]) || (n > 0 && (is_digit(text.p[n]) || is_one_of(text.p[n], "+-.")))))
		n++;
	if (n == 0 || n >= text.n || text.p[n] != ':')
		return false;
	u->scheme = cut(text, 0, n);
	*at = n + 1;
	return true;
}

static bool
is_ipv6_literal(ctn_span host)
{
	char text[46];
	struct ctn_err unused;
	ctn_ip ip;

	/* It begins with a bracket, so that one that ends with the other has two octets at least. */
	if (host.n > sizeof text + 1 || host.p[host.n - 1] != ']')
		return false;
	memcpy(text, host.p + 1, host.n - 2);
	text[host.n - 2] = '\0';
	return strlen(text) == host.n - 2 && ctn_ip_parse(&ip, text, &unused) && ip.n == 16;
}

static bool
check_host(ctn_span host)
{
	if (host.n > 0 && host.p[0] == '[')
		return is_ipv6_literal(host);
	return legal_length(host, IN_HOST) == host.n;
}

static bool
check_port(ctn_span port)
{
	for (size_t i = 0; i < port.n; i++)
		if (!is_digit(port.p[i]))
			return false;
	return port.n <= 5;
}

/* [userinfo@]host[:port] */
static bool
split_authority(ctn_uri *u, ctn_span s)
{
	size_t at = find(s, 0, "@"), from = at < s.n ? at + 1 : 0, end;

	if (at < s.n) {
		u->has_userinfo = true;
		u->userinfo = cut(s, 0, at);
	}
	end = from < s.n && s.p[from] == '[' ? find(s, from, "]") : from;
	end = find(s, end, ":");
	u->host = cut(s, from, end);
	if (end < s.n) {
		u->has_port = true;
		u->port = cut(s, end + 1, s.n);
	}
	return legal_length(u->userinfo, IN_USERINFO) == u->userinfo.n && check_host(u->host) && check_port(u->port);
}

/* What follows the path at byte at: [?query][#fragment]. False with the bad byte in *at. */
static bool
split_tail(ctn_uri *u, ctn_span text, size_t *at)
{
	if (*at < text.n && text.p[*at] == '?') {
		u->query = cut(text, *at + 1, find(text, *at + 1, "#"));
		*at += 1 + legal_length(u->query, IN_QUERY);
	}
	if (*at < text.n && text.p[*at] == '#') {
		u->fragment = cut(text, *at + 1, text.n);
		*at += 1 + legal_length(u->fragment, IN_QUERY);
	}
	return *at == text.n;
}

bool
ctn_uri_parse(ctn_uri *out, ctn_span text, struct ctn_err *e)
{
	ctn_uri u = { 0 };
	size_t at = 0, end;

	if (!read_scheme(&u, text, &at))
		return ctn_fail(e, CTN_EINPUT, "not an absolute URI: no scheme and colon at its start");
	if (at == text.n)
		return ctn_fail(e, CTN_EINPUT, "not a URI: nothing behind the scheme");
	if (text.n - at >= 2 && text.p[at] == '/' && text.p[at + 1] == '/') {
		u.has_authority = true;
		end = find(text, at + 2, "/?#");
		if (!split_authority(&u, cut(text, at + 2, end)))
			return ctn_fail(e, CTN_EINPUT, "not a URI: illegal authority, at byte %zu", at + 2);
		at = end;
	}
	u.path = cut(text, at, find(text, at, "?#"));
	at += legal_length(u.path, IN_PATH);
	if (!split_tail(&u, text, &at))
		return ctn_fail(e, CTN_EINPUT, "not a URI: illegal character, at byte %zu", at);
	*out = u;
	return true;
}

bool
ctn_uri_host_is_ip(const ctn_uri *u)
{
	char text[46];
	struct ctn_err unused;
	ctn_ip ip;

	if (u->host.n == 0 || u->host.n >= sizeof text)
		return false;
	if (u->host.p[0] == '[')
		return true;
	memcpy(text, u->host.p, u->host.n);
	text[u->host.n] = '\0';
	return ctn_ip_parse(&ip, text, &unused);
}

static bool
is_spiffe_text(ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && !is_one_of(s.p[i], "._-"))
			return false;
	return s.n > 0;
}

static const char *
spiffe_flaw(const ctn_uri *u, size_t total)
{
	ctn_span path = u->path, segment;

	if (total > SPIFFE_MAX)
		return "it is over 2048 octets";
	if (!u->has_authority || u->has_userinfo || u->has_port || u->query.p != NULL || u->fragment.p != NULL)
		return "it is a trust domain and a path and nothing else";
	if (u->host.n > SPIFFE_DOMAIN_MAX || !is_spiffe_text(u->host))
		return "a trust domain has 1 to 255 of a-z 0-9 . _ -";
	while (ctn_path_next(&path, &segment))
		if (!is_spiffe_text(segment) || ctn_path_is_dots(segment))
			return "path segments have a-z A-Z 0-9 . _ - and are not empty, . or ..";
	return NULL;
}

static bool
is_spiffe(const ctn_uri *u)
{
	return u->scheme.n == 6 && strncasecmp((const char *)u->scheme.p, "spiffe", 6) == 0;
}

static void
add_lower(ctn_buf *b, ctn_span s)
{
	for (size_t i = 0; i < s.n; i++)
		ctn_buf_byte(b, is_letter(s.p[i]) ? s.p[i] | 0x20 : s.p[i]);
}

static bool
add_ipv6(ctn_buf *b, ctn_span host, struct ctn_err *e)
{
	char text[46];
	ctn_ip ip;

	memcpy(text, host.p + 1, host.n - 2);
	text[host.n - 2] = '\0';
	if (!ctn_ip_parse(&ip, text, e))
		return false;
	ctn_ip_text(text, &ip);
	ctn_buf_printf(b, "[%s]", text);
	return true;
}

static bool
add_dns(ctn_buf *b, ctn_span host, bool pattern, ctn_arena *a, struct ctn_err *e)
{
	char *text = ctn_arena_text_n(a, (const char *)host.p, host.n), *name;
	bool wildcard = false;

	if (text == NULL)
		return ctn_fail_memory(e);
	if (!(pattern ? ctn_dns_pattern(&name, text, a, e) : ctn_dns_canonical(&name, &wildcard, text, a, e)))
		return ctn_wrap(e, "host of a URI");
	if (wildcard)
		return ctn_fail(e, CTN_EINPUT, "a URI has no wildcard host");
	ctn_buf_text(b, name);
	return true;
}

static bool
add_host(ctn_buf *b, const ctn_uri *u, bool pattern, ctn_arena *a, struct ctn_err *e)
{
	if (u->host.n == 0)
		return ctn_fail(e, CTN_EINPUT, "a URI with an authority names a host (RFC 5280 4.2.1.6)");
	if (u->host.p[0] == '[')
		return add_ipv6(b, u->host, e);
	if (!ctn_uri_host_is_ip(u) && !(is_spiffe(u) && !pattern))
		return add_dns(b, u->host, pattern, a, e);
	add_lower(b, u->host);
	return true;
}

static bool
add_authority(ctn_buf *b, const ctn_uri *u, bool pattern, ctn_arena *a, struct ctn_err *e)
{
	if (!u->has_authority)
		return true;
	ctn_buf_text(b, "//");
	if (u->has_userinfo) {
		ctn_buf_span(b, u->userinfo);
		ctn_buf_byte(b, '@');
	}
	if (!add_host(b, u, pattern, a, e))
		return false;
	if (u->has_port) {
		ctn_buf_byte(b, ':');
		ctn_buf_span(b, u->port);
	}
	return true;
}

static bool
write_canonical(char **out, const ctn_uri *u, bool pattern, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF b = { 0 };

	add_lower(&b, u->scheme);
	ctn_buf_byte(&b, ':');
	if (!add_authority(&b, u, pattern, a, e))
		return false;
	ctn_buf_span(&b, u->path);
	if (u->query.p != NULL) {
		ctn_buf_byte(&b, '?');
		ctn_buf_span(&b, u->query);
	}
	if (u->fragment.p != NULL) {
		ctn_buf_byte(&b, '#');
		ctn_buf_span(&b, u->fragment);
	}
	if (!ctn_buf_ok(&b, e))
		return false;
	*out = ctn_arena_text_n(a, (const char *)b.p, b.n);
	return *out != NULL || ctn_fail_memory(e);
}

/* A host in U-labels becomes A-labels first, so that the rest can be checked as the ASCII that a URI is. */
static bool
host_to_ascii(const char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	const char *slashes = strstr(text, "://"), *host, *end;
	char *name, *u_host;
	bool wildcard;

	*out = text;
	if (slashes == NULL)
		return true;
	end = slashes + 3 + strcspn(slashes + 3, "/?#");
	host = memrchr(slashes + 3, '@', (size_t)(end - slashes - 3));
	host = host == NULL ? slashes + 3 : host + 1;
	end = host + strcspn(host, ":/?#");
	u_host = ctn_arena_text_n(a, host, (size_t)(end - host));
	if (u_host == NULL)
		return ctn_fail_memory(e);
	for (name = u_host; *name != '\0' && isascii((unsigned char)*name); name++)
		continue;
	if (*name == '\0')
		return true;
	if (!ctn_dns_canonical(&name, &wildcard, u_host, a, e))
		return ctn_wrap(e, "host of a URI");
	*out = ctn_arena_printf(a, "%.*s%s%s", (int)(host - text), text, name, end);
	return *out != NULL || ctn_fail_memory(e);
}

bool
ctn_uri_canonical(char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	const char *ascii, *flaw;
	ctn_uri u;

	if (strlen(text) > 8192)
		return ctn_fail(e, CTN_EINPUT, "a URI over 8192 octets");
	if (!host_to_ascii(&ascii, text, a, e))
		return false;
	if (!ctn_uri_parse(&u, ctn_span_text(ascii), e))
		return ctn_wrap(e, "'%.200s'", text);
	flaw = is_spiffe(&u) ? spiffe_flaw(&u, strlen(ascii)) : NULL;
	if (flaw != NULL)
		return ctn_fail(e, CTN_EINPUT, "not a SPIFFE ID: '%.200s': %s", text, flaw);
	if (u.has_authority && ctn_path_has_dots(u.path))
		return ctn_fail(e, CTN_EINPUT, "'%.200s': a path with . or .. segments", text);
	return write_canonical(out, &u, false, a, e);
}

bool
ctn_uri_pattern(char **out, const char *text, ctn_arena *a, struct ctn_err *e)
{
	const char *ascii;
	ctn_uri u;

	if (strlen(text) > 8192)
		return ctn_fail(e, CTN_EINPUT, "a URI pattern over 8192 octets");
	if (!host_to_ascii(&ascii, text, a, e))
		return false;
	if (!ctn_uri_parse(&u, ctn_span_text(ascii), e))
		return ctn_wrap(e, "'%.200s'", text);
	if (u.has_userinfo || u.query.p != NULL || u.fragment.p != NULL)
		return ctn_fail(e, CTN_EINPUT, "'%.200s': a URI pattern has no user, query or fragment", text);
	if (!ctn_path_is_pattern(u.path))
		return ctn_fail(e, CTN_EINPUT, "'%.200s': '*' is one whole path segment, '**' the last", text);
	return write_canonical(out, &u, true, a, e);
}

static bool
host_covers(const ctn_uri *pattern, const ctn_uri *u)
{
	char host_pattern[4 * CTN_DNS_MAX], host[4 * CTN_DNS_MAX];

	if (ctn_span_equal(pattern->host, u->host))
		return true;
	if (ctn_uri_host_is_ip(u) || pattern->host.n >= sizeof host_pattern || u->host.n >= sizeof host)
		return false;
	memcpy(host_pattern, pattern->host.p, pattern->host.n);
	host_pattern[pattern->host.n] = '\0';
	memcpy(host, u->host.p, u->host.n);
	host[u->host.n] = '\0';
	return pattern->host.n > 0 && u->host.n > 0 && ctn_dns_pattern_covers(host_pattern, host);
}

bool
ctn_uri_pattern_covers(const char *pattern, const char *uri)
{
	struct ctn_err unused;
	ctn_uri p, u;

	if (!ctn_uri_parse(&p, ctn_span_text(pattern), &unused) || !ctn_uri_parse(&u, ctn_span_text(uri), &unused))
		return false;
	if (!ctn_span_equal(p.scheme, u.scheme) || p.has_authority != u.has_authority || u.has_userinfo ||
	    u.query.p != NULL || u.fragment.p != NULL)
		return false;
	if (p.has_port != u.has_port || !ctn_span_equal(p.port, u.port) || !host_covers(&p, &u))
		return false;
	return ctn_path_covers(p.path, u.path);
}
