/* The server's side of a handshake, read off its own messages (RFC 8446 4, RFC 5246 7.4), so that it is kept as it was served. */
#ifndef CTN_PROBE_FLIGHT_H
#define CTN_PROBE_FLIGHT_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "probe/probe.h"

#define CTN_FLIGHT_CERTS_MAX 100u         /* certificates of a chain that are kept */
#define CTN_FLIGHT_MESSAGE_MAX (128u << 10) /* octets of one message */

/** How the keys are agreed on, which decides the form of ServerKeyExchange. */
enum ctn_flight_kx { CTN_KX_OTHER, CTN_KX_DHE, CTN_KX_ECDHE };

typedef struct ctn_flight {
	ctn_probe_seen *seen;
	ctn_arena *a;
	unsigned version;      /* 0x0304; 0: no ServerHello yet */
	unsigned cipher_suite; /* the number; its name and kx are the caller's to say */
	enum ctn_flight_kx kx;
	bool has_chain;        /* the Certificate message was there and could be read, be it empty */
	bool malformed;        /* some message was not */
	bool too_long;         /* over CTN_FLIGHT_CERTS_MAX */
	bool no_memory;
} ctn_flight;

/**
 * One handshake message of the server whole, its header of four octets first; in the order of arrival. What it shows goes to seen, copied
 * into the arena; what cannot be read sets a flag and shows nothing. Messages that show nothing here are passed over.
 */
void ctn_flight_read(ctn_flight *f, ctn_span message);

#endif
