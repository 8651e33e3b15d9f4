/* HTTP and mail over libcurl. Lives in libcatena-net, which only the commands open that fetch or send: no other has a mail client beside a key. */
#ifndef CTN_NET_NET_H
#define CTN_NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/** One HTTP exchange. No redirect is followed, no proxy and no setting is taken from the environment, no cookie is kept. */
typedef struct ctn_net_request {
	const char *url;            /* http:// or https:// */
	bool http_only;             /* refuse https too: fetching CRLs and OCSP responses, which are signed themselves (RFC 5280 8) */
	ctn_span body;              /* not empty: POST; else GET */
	const char *const *headers; /* "Name: value", NULL-ended; may be NULL. They may hold secrets and never stand in a message */
	const char *ca_file;        /* PEM of whom https is to trust; NULL: the system's store */
	size_t answer_max;          /* octets of the answer; more is a failure. 0: only the status is wanted, and the body is not waited for */
	unsigned timeout_ms;        /* for the whole exchange, connecting included */
} ctn_net_request;

typedef struct ctn_net_answer {
	unsigned status;            /* 200, ...; an answer of any status is a success of the call */
	int64_t retry_after_s;      /* Retry-After in seconds; 0: none */
	ctn_buf body;               /* the caller frees it */
} ctn_net_answer;

/** One mail to one server (RFC 5321). */
typedef struct ctn_net_mail {
	const char *url;            /* smtp://HOST[:PORT] (STARTTLS) or smtps://HOST[:PORT] */
	bool plaintext;             /* never STARTTLS; else a server without it is refused */
	const char *ca_file;        /* NULL: the system's store */
	const char *user;           /* NULL: no authentication. Else only under TLS, or on loopback */
	const char *password;       /* borrowed from a secret */
	const char *from;
	const char *const *to;      /* NULL-ended */
	ctn_span message;           /* RFC 5322, lines end in CRLF */
	unsigned timeout_ms;
} ctn_net_mail;

/**
 * Fails CTN_ENETWORK (who could not be reached and why; never a header, password, path or query of the URL), CTN_EUSAGE for a URL of another
 * kind, one that holds a password, or a header of more than one line, CTN_EFILE for ca_file, CTN_ENOMEM.
 */
CTN_MUST bool ctn_net_fetch(ctn_net_answer *out, const ctn_net_request *request, struct ctn_err *e);
/**
 * True: the server took responsibility for it. Fails CTN_ENETWORK with what the server said, CTN_EUSAGE for a URL of another kind, an address
 * that is none, a password without TLS, CTN_EFILE for ca_file, CTN_ENOMEM.
 */
CTN_MUST bool ctn_net_send(const ctn_net_mail *mail, struct ctn_err *e);

/** What libcatena-net offers: `ctn_net_table` is one of its two exported symbols. Whoever uses it is handed this table and links nothing. */
typedef struct ctn_net_api {
	const char *version; /* CTN_VERSION of the library: it must be the program's own */
	bool (*fetch)(ctn_net_answer *out, const ctn_net_request *request, struct ctn_err *e);
	bool (*send)(const ctn_net_mail *mail, struct ctn_err *e);
} ctn_net_api;
CTN_PUBLIC extern const ctn_net_api ctn_net_table;

#endif
