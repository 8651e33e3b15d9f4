/* TLS endpoints as people write them. */
#ifndef CTN_NAME_ENDPOINT_H
#define CTN_NAME_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

/** How the connection comes to TLS: at once, or after STARTTLS in that protocol. */
enum ctn_starttls {
	CTN_TLS_AT_ONCE,
	CTN_STARTTLS_SMTP,     /* RFC 3207 */
	CTN_STARTTLS_IMAP,     /* RFC 9051 6.2.1 */
	CTN_STARTTLS_POP3,     /* RFC 2595 4 */
	CTN_STARTTLS_LDAP,     /* RFC 4511 4.14 */
	CTN_STARTTLS_POSTGRES, /* SSLRequest */
	CTN_STARTTLS_KINDS
};

/** Where to look. */
typedef struct ctn_endpoint {
	enum ctn_starttls protocol;
	const char *host;        /* DNS name (A-labels) or address, without brackets */
	uint16_t port;
	const char *server_name; /* asked for in SNI; NULL: host, unless that is an address */
} ctn_endpoint;

/**
 * Read "host:port", "[::1]:443", "smtp://host[:port]", "imap://", "pop3://", "ldap://", "postgres://" (tls:// is the plain one), each with
 * its customary port as the default (tls has none: "host:port" must say it); the canonical form too. A host in U-labels becomes A-labels,
 * an address is written anew. In the arena. Fails CTN_EUSAGE with what was expected.
 */
CTN_MUST bool ctn_endpoint_parse(ctn_endpoint *out, const char *text, ctn_arena *a, struct ctn_err *e);
/** Does text look like an endpoint rather than a file: a scheme and "://", or host:port with a number and no slash? */
bool ctn_endpoint_looks(const char *text);
/** The canonical form: "tls:web.internal.example:443", "smtp:mail.internal.example:25"; in the arena, NULL when memory ran out. */
char *ctn_endpoint_text(const ctn_endpoint *at, ctn_arena *a);

#endif
