/* The numbers of TLS by their registered names (IANA, TLS parameters). */
#ifndef CTN_PROBE_WORDS_H
#define CTN_PROBE_WORDS_H

#include <stdint.h>

/** "TLSv1.2"; NULL when unknown, as all of these. */
const char *ctn_tls_version_name(unsigned version);
/** "x25519", "secp256r1", "X25519MLKEM768". */
const char *ctn_tls_group_name(unsigned group);
/** "ecdsa_secp256r1_sha256". */
const char *ctn_tls_scheme_name(unsigned scheme);
/** "handshake_failure". */
const char *ctn_tls_alert_name(unsigned alert);

#endif
