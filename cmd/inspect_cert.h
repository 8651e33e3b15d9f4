/* Certificates, shown whole: by inspect, and by whoever shows a record or a certificate that is yet to be signed. */
#ifndef CTN_CMD_INSPECT_CERT_H
#define CTN_CMD_INSPECT_CERT_H

#include "cmd/see.h"
#include "x509/cert.h"

/**
 * The members of a certificate, into an object that is open: "subject", "issuer", "serial", "version", "not_before", "not_after",
 * "days_left", "names" (of the SAN, as text), "key" (as inspect_spki), "extensions" (as inspect_exts), "signature_algorithm",
 * "signature", "sha256", "sha1". Of a certificate that is yet to be signed the last four are left out.
 */
void inspect_cert(struct see *s, const ctn_cert *c);
/** "sha256" of any object. */
void inspect_fingerprint(struct see *s, ctn_span der);

#endif
