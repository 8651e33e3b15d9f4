/* Revocation by CRLs (RFC 5280 6.3). For this module alone. */
#ifndef CTN_VERIFY_BY_CRL_H
#define CTN_VERIFY_BY_CRL_H

#include "verify/status.h"

/**
 * Complete, delta, indirect and partitioned CRLs of the pool, over the distribution points of the certificate and then its issuer's own
 * name. Good only when the CRLs together cover all reasons.
 */
ctn_status ctn_by_crl(ctn_run *r, const ctn_vpath *path, size_t at);

#endif
