/* PKCS #12 files (RFC 7292), shown: what certificates are in there, and which keys, without anything private. */
#ifndef CTN_CMD_INSPECT_PKCS12_H
#define CTN_CMD_INSPECT_PKCS12_H

#include "base/mem.h"
#include "cmd/see.h"

/**
 * The members: "mac", "mac_iterations", "encrypted" (true: no passphrase was given and it needs one; then nothing else),
 * "certificates" (as inspect_cert) and "keys" (as inspect_private), each with "friendly_name" and "local_key_id", "others" (bags of
 * other kinds). Fails as ctn_pkcs12_read; nothing is written then.
 */
CTN_MUST bool inspect_pkcs12(struct see *s, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e);

#endif
