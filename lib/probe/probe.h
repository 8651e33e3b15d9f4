/* What TLS endpoints serve: many at once, each with a deadline. Nothing is ever sent but a handshake. Lives in libcatena-net. */
#ifndef CTN_PROBE_PROBE_H
#define CTN_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "name/endpoint.h"

/** What one endpoint showed. Spans and texts are in the arena of the call; NULL and empty for what was not seen. */
typedef struct ctn_probe_seen {
	bool shook_hands;            /* the handshake was completed, or went far enough for the server's chain */
	bool finished;               /* it was completed, and the server has proved that it holds the key of its chain; without a client
	                                certificate that a server insists on, TLS 1.2 does not get there */
	struct ctn_err why;          /* when it was not: CTN_ENETWORK; text says how far it came */
	const char *address;         /* "127.0.0.1:443" that answered */
	const char *version;         /* "TLSv1.3" */
	const char *cipher_suite;    /* "TLS_AES_256_GCM_SHA384" */
	const char *group;           /* "x25519"; of a finite field without a name "dh-1024", its bits */
	const char *signature;       /* "ecdsa_secp256r1_sha256": of the server's CertificateVerify or key exchange; NULL for RSA key transport */
	const char *alpn;            /* what was agreed on of h2, http/1.1 */
	ctn_span *chain;             /* certificates in DER, as served */
	size_t chain_n;
	ctn_span stapled;            /* DER OCSPResponse */
	bool client_asked;           /* a client certificate was asked for */
	ctn_span *client_cas;        /* Names in DER, of whom */
	size_t client_cas_n;
	unsigned took_ms;
} ctn_probe_seen;

#define CTN_PROBE_DEADLINE_MS 10000u /* customary for one endpoint */

typedef struct ctn_probe_wish {
	unsigned deadline_ms; /* for each endpoint, from its start, name resolution included */
	void (*progress)(void *ctx, uint64_t done, uint64_t all); /* told a few times a second; or NULL */
	void *progress_ctx;
} ctn_probe_wish;

/**
 * Look at n endpoints at once; seen[i] answers at[i]. Certificates are not judged here. No endpoint takes longer than its deadline; a peer that is silent, endless or hostile costs its deadline and nothing more (bounded memory).
 * Fails only for want of memory or descriptors: CTN_ENOMEM, CTN_ENETWORK.
 */
CTN_MUST bool ctn_probe_many(ctn_probe_seen *seen, const ctn_endpoint *at, size_t n, const ctn_probe_wish *how, ctn_arena *a, struct ctn_err *e);

/** What libcatena-net offers: `ctn_probe_table` is one of its two exported symbols. */
typedef struct ctn_probe_api {
	const char *version; /* CTN_VERSION of the library: it must be the program's own */
	bool (*many)(ctn_probe_seen *seen, const ctn_endpoint *at, size_t n, const ctn_probe_wish *how, ctn_arena *a, struct ctn_err *e);
} ctn_probe_api;
CTN_PUBLIC extern const ctn_probe_api ctn_probe_table;

#endif
