/* Revocation by OCSP responses (RFC 6960). For this module alone. */
#ifndef CTN_VERIFY_BY_OCSP_H
#define CTN_VERIFY_BY_OCSP_H

#include "verify/status.h"

/** The responses of the pool, signed by the issuer or by one whom it appointed (RFC 6960 4.2.2.2). */
ctn_status ctn_by_ocsp(ctn_run *r, const ctn_vpath *path, size_t at);

#endif
