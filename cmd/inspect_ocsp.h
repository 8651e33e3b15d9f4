/* OCSP responses (RFC 6960), shown whole. */
#ifndef CTN_CMD_INSPECT_OCSP_H
#define CTN_CMD_INSPECT_OCSP_H

#include "cmd/see.h"

/**
 * The members: "status" ("successful", ...), and of a successful one "responder" or "responder_key", "produced_at", "responses"
 * ("serial", "hash", "issuer_name_hash", "issuer_key_hash", "certificate_status" "good"|"revoked"|"unknown", "revoked_at", "reason",
 * "this_update", "next_update", "extensions"), "extensions", "certificates" (as inspect_cert), "signature_algorithm", "signature", "sha256".
 * basic: der is a BasicOCSPResponse alone. Fails CTN_EINPUT; nothing is written then.
 */
CTN_MUST bool inspect_ocsp(struct see *s, ctn_span der, bool basic, struct ctn_err *e);

#endif
