/* One connection to one of a host's addresses: the next is tried when the one before fails or is slow (RFC 8305 5), the first wins. */
#ifndef CTN_PROBE_DIAL_H
#define CTN_PROBE_DIAL_H

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/err.h"

#define CTN_DIAL_MAX 8          /* addresses that are tried */
#define CTN_DIAL_STAGGER_MS 250 /* until the next is tried beside */

typedef struct ctn_dial {
	struct {
		struct sockaddr_storage to;
		socklen_t to_n;
		int fd; /* -1: not tried yet, or failed */
	} tries[CTN_DIAL_MAX];
	size_t n, next;
	size_t open;          /* attempts that are under way */
	int64_t next_at_ms;   /* when the next address is due */
	struct ctn_err first; /* why the first that failed did */
} ctn_dial;

/** Families take turns, in the resolver's order. Nothing is begun yet. */
void ctn_dial_open(ctn_dial *d, const struct addrinfo *list);
void ctn_dial_close(ctn_dial *d);
/**
 * Begin what is due, look at what is under way. *fd: the connected socket, non-blocking, the caller's; -1 while there is none. *waits: there is
 * no descriptor for an attempt now. Fails CTN_ENETWORK: no address answers.
 */
CTN_MUST bool ctn_dial_step(ctn_dial *d, int *fd, bool *waits, int64_t now_ms, struct ctn_err *e);
/** What to poll for, into out; how many. */
size_t ctn_dial_polls(const ctn_dial *d, struct pollfd out[CTN_DIAL_MAX]);
/** "127.0.0.1:443", "[::1]:443" of an address, into out. */
void ctn_dial_address(char out[64], const struct sockaddr_storage *at, socklen_t n);

#endif
