/* StartTLS of LDAP (RFC 4511 4.14): the request, and the answer in BER. */
#ifndef CTN_PROBE_STARTTLS_LDAP_H
#define CTN_PROBE_STARTTLS_LDAP_H

#include "base/bytes.h"
#include "base/err.h"

/** LDAPMessage 1 with an ExtendedRequest of 1.3.6.1.4.1.1466.20037. */
#define CTN_LDAP_REQUEST CTN_SPAN("\x30\x1d\x02\x01\x01\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20037")

/**
 * What has come so far. True with *done: it is whole, with nothing behind it, and the server agrees; true without: more is needed. Lengths
 * are definite (RFC 4511 5.1) in as many octets as the server likes. Fails CTN_ENETWORK: refused, with the server's reason; no such answer.
 */
CTN_MUST bool ctn_ldap_answer(bool *done, ctn_span so_far, struct ctn_err *e);

#endif
