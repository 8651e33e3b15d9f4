/* Names of hosts to addresses, each asked for in a thread of its own: the resolver cannot be cut short, but it can be left behind. */
#ifndef CTN_PROBE_LOOKUP_H
#define CTN_PROBE_LOOKUP_H

#include <netdb.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

/** What rings when an answer is there: a descriptor to poll for reading. Lookups that were left behind keep it alive. */
typedef struct ctn_bell ctn_bell;
CTN_MUST bool ctn_bell_open(ctn_bell **out, struct ctn_err *e);
void ctn_bell_close(ctn_bell *b);
CTN_OWNED_BY(ctn_bell, ctn_bell_close)
int ctn_bell_fd(const ctn_bell *b);
/** Silence it, before the answers are looked at. */
void ctn_bell_hush(ctn_bell *b);

typedef struct ctn_lookup ctn_lookup;
/** Ask. An address in text is answered at once, without a thread. Fails CTN_ENETWORK (no thread to be had; try later), CTN_ENOMEM. */
CTN_MUST bool ctn_lookup_open(ctn_lookup **out, const char *host, uint16_t port, ctn_bell *b, struct ctn_err *e);
/** Take no more interest; an answer that comes later is thrown away. */
void ctn_lookup_close(ctn_lookup *l);
CTN_OWNED_BY(ctn_lookup, ctn_lookup_close)
bool ctn_lookup_done(const ctn_lookup *l);
/** Once done. The list is borrowed. Fails CTN_ENETWORK: no such name, no answer; CTN_ENOMEM. */
CTN_MUST bool ctn_lookup_answer(const struct addrinfo **out, const ctn_lookup *l, struct ctn_err *e);

#endif
