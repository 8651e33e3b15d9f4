#include "policy/starting.h"

#include "der/oid.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/uri.h"

#define URL "http://pki.internal.example"
#define DOMAIN "internal.example"
#define ORG "Example"

static size_t
characters(const char *utf8)
{
	size_t n = 0;

	for (; *utf8 != '\0'; utf8++)
		n += ((unsigned char)*utf8 & 0xc0) != 0x80 ? 1 : 0;
	return n;
}

static bool
check_org(const char **out, const char *org, ctn_arena *a, struct ctn_err *e)
{
	const ctn_dn_attr attr = { .oid = ctn_oid_at_organization, .value = org };
	CTN_OWN_BUF der = { 0 }, quoted = { 0 };
	size_t n = strlen(org);

	if (n == 0 || org[0] == ' ' || org[n - 1] == ' ')
		return ctn_fail(e, CTN_EINPUT, "--org: an organisation's name is not empty and has no space at its ends");
	if (ctn_utf8_valid(ctn_span_text(org)) && characters(org) > CTN_STARTING_ORG_MAX) {
		(void)!ctn_fail(e, CTN_EINPUT, "--org: %zu characters: at most %d", characters(org), CTN_STARTING_ORG_MAX);
		return ctn_hint(e, "shorten it: '%.40s... Issuing CA 1' would be over the 64 characters of a common name (RFC 5280 appendix A.1)",
		    org);
	}
	if (!ctn_dn_write(&der, &attr, 1, e))
		return ctn_wrap(e, "--org");
	for (const char *p = org; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			ctn_buf_byte(&quoted, '\\');
		ctn_buf_byte(&quoted, (uint8_t)*p);
	}
	*out = ctn_buf_cstr(&quoted) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(&quoted));
	return *out != NULL || ctn_fail_memory(e);
}

static bool
check_domain(const char **out, const char *domain, ctn_arena *a, struct ctn_err *e)
{
	bool wildcard = false;
	char *canonical = NULL;

	if (!ctn_dns_canonical(&canonical, &wildcard, domain, a, e))
		return ctn_wrap(e, "--domain");
	if (wildcard) {
		(void)!ctn_fail(e, CTN_EINPUT, "--domain: '%.100s' is a wildcard", domain);
		return ctn_hint(e, "give the domain itself: all names below it are meant");
	}
	*out = canonical;
	return true;
}

static bool
check_url(const char **out, const char *url, ctn_arena *a, struct ctn_err *e)
{
	char *canonical = NULL;
	ctn_uri parts;
	size_t n;

	if (!ctn_uri_canonical(&canonical, url, a, e) || !ctn_uri_parse(&parts, ctn_span_text(canonical), e))
		return ctn_wrap(e, "--url");
	if (!ctn_span_equal(parts.scheme, CTN_SPAN("http"))) {
		(void)!ctn_fail(e, CTN_EINPUT, "--url: '%.200s' is not http", url);
		return ctn_hint(e, "CRLs are signed themselves, and https would need a certificate check to check a certificate (RFC 5280 8)");
	}
	if (parts.has_userinfo || parts.query.p != NULL || parts.fragment.p != NULL)
		return ctn_fail(e, CTN_EINPUT, "--url: '%.200s' has a user, query or fragment", url);
	n = strlen(canonical);
	while (canonical[n - 1] == '/') /* it begins with its scheme */
		canonical[--n] = '\0';
	*out = canonical;
	return true;
}

bool
ctn_starting_check(ctn_starting *out, const char *org, const char *domain, const char *url, ctn_arena *a, struct ctn_err *e)
{
	ctn_starting with = { 0 };

	if (!check_org(&with.org, org, a, e) || !check_domain(&with.domain, domain, a, e))
		return false;
	if (url != NULL && !check_url(&with.url, url, a, e))
		return false;
	*out = with;
	return true;
}

static bool
begins(ctn_span rest, const char *word)
{
	return rest.n >= strlen(word) && memcmp(rest.p, word, strlen(word)) == 0;
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
has_url(ctn_span line)
{
	return memmem(line.p, line.n, URL, strlen(URL)) != NULL;
}

/** What stands at the beginning of rest gives way to; *n is how long it was. NULL: nothing does. */
static const char *
replacement(ctn_span rest, bool after_letter, const ctn_starting *with, size_t *n)
{
	if (begins(rest, URL)) { /* without one the line is left out */
		*n = strlen(URL);
		return with->url;
	}
	if (begins(rest, DOMAIN)) {
		*n = strlen(DOMAIN);
		return with->domain;
	}
	if (!after_letter && begins(rest, ORG) && (rest.n == strlen(ORG) || !is_letter(rest.p[strlen(ORG)]))) {
		*n = strlen(ORG);
		return with->org;
	}
	return NULL;
}

static void
add_line(ctn_buf *out, ctn_span line, const ctn_starting *with)
{
	size_t i = 0, n = 0;

	while (i < line.n) {
		const char *word = replacement((ctn_span){ line.p + i, line.n - i }, i > 0 && is_letter(line.p[i - 1]), with, &n);

		if (word != NULL) {
			ctn_buf_text(out, word);
			i += n;
		} else {
			ctn_buf_byte(out, line.p[i++]);
		}
	}
}

bool
ctn_policy_starting(ctn_buf *out, ctn_span text, const ctn_starting *with, struct ctn_err *e)
{
	while (text.n > 0) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		ctn_span line = { text.p, end == NULL ? text.n : (size_t)(end - text.p) + 1 };

		if (with->url != NULL || !has_url(line))
			add_line(out, line, with);
		text.p += line.n;
		text.n -= line.n;
	}
	return ctn_buf_ok(out, e);
}
