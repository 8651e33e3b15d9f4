/* What a home knows for verification: its roots, authorities, CRLs and records. */
#ifndef CTN_CA_TRUST_H
#define CTN_CA_TRUST_H

#include "ca/ca.h"
#include "verify/verify.h"

/** Trust the home's anchors, know its other CA certificates and the newest CRLs that its records hold. Fails as the store; CTN_ENOMEM. */
CTN_MUST bool ctn_ca_trust(ctn_verifier *v, ctn_ca *ca, struct ctn_err *e);

/** ctn_verify_revocation_fn over the home's records (ctx is the ctn_ca): certificates that it did not issue are unknown. */
enum ctn_verify_status ctn_ca_status(
    void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason);

#endif
