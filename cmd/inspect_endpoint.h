/* What a TLS endpoint serves, as catena inspect shows it. */
#ifndef CTN_CMD_INSPECT_ENDPOINT_H
#define CTN_CMD_INSPECT_ENDPOINT_H

#include "cmd/command.h"
#include "cmd/see.h"

struct inspect_endpoint {
	const char *text;        /* as typed: "web:443", "smtp://mail" */
	const char *server_name; /* NULL: the host */
	int64_t timeout_s;       /* 0: the customary */
};

/**
 * Make a handshake and show "endpoint", "address", "handshake" ("finished", "version", "cipher_suite", "group", "signature", "alpn",
 * "stapled" as inspect_ocsp, "client_certificate": {"requested", "authorities"}, "incomplete", "took_ms") and "chain", each certificate as
 * inspect_cert. Fails CTN_EUSAGE, CTN_ENETWORK when no handshake came about, CTN_EFILE without libcatena-net.
 */
CTN_MUST bool inspect_endpoint(struct see *s, struct cmd *c, const struct inspect_endpoint *what, struct ctn_err *e);

#endif
