/* One handshake over libssl, without a socket: bytes are fed and fetched. Nothing is verified, all is kept. */
#ifndef CTN_PROBE_SHAKE_H
#define CTN_PROBE_SHAKE_H

#include <openssl/types.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "name/endpoint.h"
#include "probe/probe.h"

/** libssl's settings for looking: its own libcrypto context, no configuration, TLS 1.0 and weak keys allowed, no verification. */
typedef struct ctn_shaker ctn_shaker;
/** Fails CTN_ECRYPTO, CTN_ENOMEM. */
CTN_MUST bool ctn_shaker_open(ctn_shaker **out, struct ctn_err *e);
void ctn_shaker_close(ctn_shaker *s);
CTN_OWNED_BY(ctn_shaker, ctn_shaker_close)

typedef struct ctn_shake ctn_shake;
/**
 * Begin one: SNI as at says, ALPN where TLS comes at once, a stapled response asked for. What is seen goes to seen and into the arena, both
 * of which outlive it. Fails CTN_ECRYPTO, CTN_ENOMEM.
 */
CTN_MUST bool ctn_shake_open(ctn_shake **out, ctn_shaker *s, const ctn_endpoint *at, ctn_probe_seen *seen, ctn_arena *a, struct ctn_err *e);
void ctn_shake_close(ctn_shake *h);
CTN_OWNED_BY(ctn_shake, ctn_shake_close)

/** Octets that came from the server. */
CTN_MUST bool ctn_shake_feed(ctn_shake *h, ctn_span bytes, struct ctn_err *e);
/** Go on. False: it failed, CTN_ENETWORK with what the server did, or CTN_ENOMEM. *finished: it was completed, close_notify said. */
CTN_MUST bool ctn_shake_step(ctn_shake *h, bool *finished, struct ctn_err *e);
/** Octets for the server, up to max; how many. */
size_t ctn_shake_fetch(ctn_shake *h, uint8_t *out, size_t max);
/** The server closed the connection, or it broke: say how far it came. Returns false with CTN_ENETWORK. */
bool ctn_shake_cut(const ctn_shake *h, const char *how, struct ctn_err *e);

#endif
