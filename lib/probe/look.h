/* One look at one endpoint: name, connection, the words before TLS, handshake; a step at a time, never waiting. */
#ifndef CTN_PROBE_LOOK_H
#define CTN_PROBE_LOOK_H

#include <poll.h>

#include "base/err.h"
#include "probe/dial.h"
#include "probe/lookup.h"
#include "probe/probe.h"
#include "probe/shake.h"
#include "probe/starttls.h"

enum ctn_look_step { CTN_LOOK_NAME, CTN_LOOK_CONNECT, CTN_LOOK_TALK, CTN_LOOK_SHAKE, CTN_LOOK_ENDED };

/** What all looks of a call share. */
typedef struct ctn_looker {
	ctn_shaker *shaker;
	ctn_bell *bell;
	ctn_arena *a;
	unsigned deadline_ms;
} ctn_looker;

typedef struct ctn_look {
	const ctn_looker *by;
	const ctn_endpoint *at;
	ctn_probe_seen *seen;
	enum ctn_look_step step;
	int64_t start_ms, end_ms;
	bool waits; /* for a descriptor that others hold */
	ctn_lookup *lookup;
	ctn_dial dial;
	int fd;
	ctn_talk talk;
	ctn_shake *shake;
	uint8_t out[1024]; /* for the server, not sent yet from out_at on */
	size_t out_n, out_at;
} ctn_look;

/** Zeroed but for by, at and seen, into a running one. Fails as ctn_lookup_open does, changing nothing. */
CTN_MUST bool ctn_look_open(ctn_look *l, int64_t now_ms, struct ctn_err *e);
/** Safe in every step. */
void ctn_look_close(ctn_look *l);
/**
 * Do what can be done now. The end of it all, good or bad, is step CTN_LOOK_ENDED, with seen filled and all else closed. Fails CTN_ENOMEM
 * alone, which ends the call.
 */
CTN_MUST bool ctn_look_go_on(ctn_look *l, int64_t now_ms, struct ctn_err *e);
/** What to poll for, into out; how many. */
size_t ctn_look_polls(const ctn_look *l, struct pollfd out[CTN_DIAL_MAX]);
/** When it must be gone on with though nothing happened. */
int64_t ctn_look_due_ms(const ctn_look *l);

#endif
