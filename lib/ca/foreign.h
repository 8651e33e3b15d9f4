/* What authorities of other homes say of the CA certificates that they signed for this one: their CRLs, once installed. */
#ifndef CTN_CA_FOREIGN_H
#define CTN_CA_FOREIGN_H

#include "ca/ca.h"
#include "x509/cert.h"

/**
 * Does an installed CRL of that key list the certificate? text: "its CA certificate with serial ... is revoked (CRL 3 of corp-root)" in the
 * ca's arena; NULL: none does. One that ran out counts as well: who was revoked stays so. Fails as the store.
 */
CTN_MUST bool ctn_foreign_revoked(const char **text, ctn_ca *ca, int64_t issuer_key_id, const ctn_cert *cert, struct ctn_err *e);

#endif
