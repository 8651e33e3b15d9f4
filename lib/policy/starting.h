/* The starting policies that init writes: the texts of policies/ with somebody's own organisation, domain and URL in place of the example's. */
#ifndef CTN_POLICY_STARTING_H
#define CTN_POLICY_STARTING_H

#include "base/bytes.h"
#include "base/err.h"

/** Longest organisation in characters: "ORG Issuing CA 1" must fit a common name (RFC 5280 appendix A.1: 64). */
#define CTN_STARTING_ORG_MAX 51

/** What takes the example's place. Make it with ctn_starting_check. */
typedef struct ctn_starting {
	const char *org;    /* as it stands between double quotes in YAML */
	const char *domain; /* canonical */
	const char *url;    /* without a slash at its end; NULL: lines with the example's URL are left out */
} ctn_starting;

/**
 * Check --org, --domain and --url (NULL when not given), and bring them into the form that the policies want; in the arena.
 * Fails CTN_EINPUT with a reason and mostly a hint: an organisation that is empty, too long, not UTF-8 or has control characters or space
 * around it; a domain that is none, or a wildcard; a URL that is not http, or has a user, query or fragment.
 */
CTN_MUST bool ctn_starting_check(ctn_starting *out, const char *org, const char *domain, const char *url, ctn_arena *a, struct ctn_err *e);

/**
 * Append one starting policy's text with everything put in: `http://pki.internal.example`, `internal.example` and the whole word
 * `Example` are replaced wherever they stand, comments included; the texts keep `Example` between double quotes.
 * Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_policy_starting(ctn_buf *out, ctn_span text, const ctn_starting *with, struct ctn_err *e);

#endif
