/* What a chain lets be below it: the final bytes of a certificate against every authority above, before they are signed. */
#ifndef CTN_VERIFY_ISSUING_H
#define CTN_VERIFY_ISSUING_H

#include "verify/verify.h"

typedef struct ctn_issuing {
	const ctn_cert *cert;  /* what is to be signed (ctn_cert_parse_tbs), or is; its signature is not looked at */
	const ctn_cert *above; /* from its issuer upwards, the last one trusted; who signed whom was found out when they came */
	size_t above_n;        /* at least 1, under CTN_VERIFY_PATH_MAX */
	int64_t at_s;
	bool authority;        /* it must be fit to issue itself */
} ctn_issuing;

#define CTN_ISSUING_BREACHES_MAX 64u

/**
 * Would it be valid under pkix, for each of its purposes and all of its life? Issuer name and key identifier, dates, name constraints (all
 * alternative names and the subject), path lengths, extended key usages, policies, and whether those above may issue at all. Every breach is
 * reported, as far as CTN_ISSUING_BREACHES_MAX; n = 0: it stands. Of its own extensions only the malformed are breaches: a critical one that is
 * not known here is its users' to know. Names and texts in the arena. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_verify_issuing(ctn_verify_reason **breaches, size_t *n, const ctn_issuing *q, ctn_arena *a, struct ctn_err *e);
/** The word by which issuing calls a check: that of its rule, but "extended_key_usage" for the purposes that an authority bounds. */
const char *ctn_issuing_word(enum ctn_vcheck check);

#endif
