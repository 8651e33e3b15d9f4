/* DNS names: canonical form, wildcards, policy patterns. */
#ifndef CTN_NAME_DNS_H
#define CTN_NAME_DNS_H

#include "base/bytes.h"
#include "base/err.h"

/** Octets of a name in text, without a final dot (RFC 1035 2.3.4). */
#define CTN_DNS_MAX 253

/**
 * Canonical form: lower case, IDNA2008 A-labels (UTS 46 non-transitional for input), one final dot cut. A whole left-most label `*` is
 * kept (*wildcard tells) when a label follows it; letters, digits, hyphen and underscore are allowed in labels. A-labels that are given
 * must be what their own U-label turns into. In the arena.
 * Fails CTN_EINPUT: NUL, space, empty label, label over 63, name over 253, `*` elsewhere, hyphen at an end, all-numeric last label, a
 * label that IDNA refuses.
 */
CTN_MUST bool ctn_dns_canonical(char **out, bool *wildcard, const char *text, ctn_arena *a, struct ctn_err *e);

/**
 * Is a dNSName from a certificate of a form that can be compared: labels of 1 to 63 letters, digits, hyphens (not at an end) and
 * underscores, 253 octets in all, the last label not all digits (that would be an address), no final dot, any case? With
 * allow_wildcard the left-most of at least two labels may be `*` (RFC 9525 6.3). A-labels are not decoded.
 */
bool ctn_dns_valid(ctn_span name, bool allow_wildcard);
/** The same, and in the preferred name syntax that RFC 5280 4.2.1.6 wants (RFC 1034 3.5, RFC 1123 2.1): no underscore. */
bool ctn_dns_preferred(ctn_span name, bool allow_wildcard);

/** RFC 9525 6.3: presented (may be a whole-label wildcard, which stands for exactly one label) against a reference name in canonical form. */
bool ctn_dns_matches(ctn_span presented, const char *reference);
/** Is name the domain itself or below it, by whole labels, any case? An empty domain is the root: everything. */
bool ctn_dns_within(ctn_span name, ctn_span domain);

/**
 * Policy pattern: labels of which `*` is exactly one and `**` one or more (only left-most). Checked and canonical, in the arena.
 * A pattern never begins with a dot. Fails CTN_EINPUT.
 */
CTN_MUST bool ctn_dns_pattern(char **out, const char *text, ctn_arena *a, struct ctn_err *e);
/** Does the pattern cover the canonical name? A wildcard name `*.x` is covered when every name it stands for is. */
bool ctn_dns_pattern_covers(const char *pattern, const char *name);
/** Is there a name that both the pattern and the canonical (perhaps wildcard) name stand for? For deny lists. */
bool ctn_dns_pattern_overlaps(const char *pattern, const char *name);

/**
 * Is this canonical name, or the base of this wildcard (`*.com`: `com`), a public suffix by the ICANN section of libpsl's built-in list?
 * The list's "anything unlisted" rule is not used, so `localhost` and private top-level names are none. The empty name (the root) is one.
 */
bool ctn_dns_is_public_suffix(const char *name);

#endif
