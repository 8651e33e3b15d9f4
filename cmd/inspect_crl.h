/* CRLs (RFC 5280, 5), shown whole. */
#ifndef CTN_CMD_INSPECT_CRL_H
#define CTN_CMD_INSPECT_CRL_H

#include "cmd/see.h"
#include "x509/crl.h"

/**
 * The members: "issuer", "version", "this_update", "next_update", "days_left", "extensions", "revoked" (every entry: "serial",
 * "revoked_at", "reason", "invalidity_date", "certificate_issuer"; one that does not decode "malformed"), "revoked_count",
 * "signature_algorithm", "signature", "sha256". For people the first entries only, unless all.
 */
void inspect_crl(struct see *s, const ctn_crl *c, bool all);

#endif
