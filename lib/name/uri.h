/* URIs as names (RFC 3986; RFC 5280 4.2.1.6: absolute, scheme and scheme-specific part), and SPIFFE IDs. */
#ifndef CTN_NAME_URI_H
#define CTN_NAME_URI_H

#include "base/bytes.h"
#include "base/err.h"

/** The parts, without their delimiters; they borrow the text. What is absent is empty. */
typedef struct ctn_uri {
	ctn_span scheme, userinfo, host, port, path; /* host of an IPv6 literal with its brackets */
	ctn_span query, fragment;                    /* p is NULL when absent */
	bool has_authority;
	bool has_userinfo;
	bool has_port;
} ctn_uri;

/**
 * Split and check an absolute URI: ASCII, legal characters, whole %XX, a port of digits. An authority may have an empty host here
 * (`ldap:///...` in distribution points); as a name it may not (ctn_general_check). Fails CTN_EINPUT with the byte.
 */
CTN_MUST bool ctn_uri_parse(ctn_uri *out, ctn_span text, struct ctn_err *e);
/** Is the host an IP address (an IPv4 dotted quad or a bracketed literal), so no DNS name? */
bool ctn_uri_host_is_ip(const ctn_uri *u);
/**
 * Canonical: scheme and host lower case, host in A-labels, IPv6 as RFC 5952; in the arena. A host is wanted where there is an authority,
 * and no `.` or `..` segments in its path, plain or percent-encoded. A spiffe:// URI must be a SPIFFE ID (trust domain [a-z0-9._-] to
 * 255 octets, path segments [a-zA-Z0-9._-] not empty, not . or .., no trailing slash, no query, fragment, port, userinfo; 2048 octets).
 * Fails CTN_EINPUT.
 */
CTN_MUST bool ctn_uri_canonical(char **out, const char *text, ctn_arena *a, struct ctn_err *e);
/**
 * Policy pattern: scheme and authority literal (host may be a DNS pattern), path segments of which `*` is exactly one and a last `**`
 * one or more; neither stands for an empty segment. No userinfo, query or fragment, and a URI that has one is never covered.
 * In the arena. Fails CTN_EINPUT.
 */
CTN_MUST bool ctn_uri_pattern(char **out, const char *text, ctn_arena *a, struct ctn_err *e);
/** Does the pattern cover the canonical URI? */
bool ctn_uri_pattern_covers(const char *pattern, const char *uri);

#endif
