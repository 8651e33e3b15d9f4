/* Certificate requests (RFC 2986), shown whole. */
#ifndef CTN_CMD_INSPECT_CSR_H
#define CTN_CMD_INSPECT_CSR_H

#include "cmd/see.h"
#include "x509/csr.h"

/**
 * The members: "subject", "key", "extensions" (requested), "attributes" (others), "signature_algorithm", "signature",
 * "proof_of_possession" ("good", "wrong" or why it cannot be told), "sha256".
 */
void inspect_csr(struct see *s, const ctn_csr *c);

#endif
