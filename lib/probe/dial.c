#include "probe/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct addrinfo *
next_of(const struct addrinfo *at, int family, bool same)
{
	while (at != NULL && (at->ai_family == family) != same)
		at = at->ai_next;
	return at;
}

static void
add(ctn_dial *d, const struct addrinfo *at)
{
	if (d->n == CTN_DIAL_MAX || at->ai_addrlen > sizeof d->tries[0].to)
		return;
	memcpy(&d->tries[d->n].to, at->ai_addr, at->ai_addrlen);
	d->tries[d->n].to_n = at->ai_addrlen;
	d->tries[d->n].fd = -1;
	d->n++;
}

void
ctn_dial_open(ctn_dial *d, const struct addrinfo *list)
{
	int family = list == NULL ? AF_UNSPEC : list->ai_family;
	const struct addrinfo *one = next_of(list, family, true), *other = next_of(list, family, false);

	*d = (ctn_dial){ 0 };
	while (one != NULL || other != NULL) {
		if (one != NULL) {
			add(d, one);
			one = next_of(one->ai_next, family, true);
		}
		if (other != NULL) {
			add(d, other);
			other = next_of(other->ai_next, family, false);
		}
	}
}

static void
drop(ctn_dial *d, size_t i)
{
	(void)close(d->tries[i].fd);
	d->tries[i].fd = -1;
	d->open--;
}

void
ctn_dial_close(ctn_dial *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->tries[i].fd >= 0)
			drop(d, i);
}

void
ctn_dial_address(char out[64], const struct sockaddr_storage *at, socklen_t n)
{
	char host[48], port[8];

	if (getnameinfo((const struct sockaddr *)at, n, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		(void)snprintf(out, 64, "?");
	else
		(void)snprintf(out, 64, at->ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static void
note_failure(ctn_dial *d, size_t i, int error)
{
	char address[64];

	if (d->first.code != CTN_OK)
		return;
	ctn_dial_address(address, &d->tries[i].to, d->tries[i].to_n);
	errno = error;
	(void)ctn_fail_errno(&d->first, CTN_ENETWORK, "no connection to %s", address);
}

static bool
out_of_descriptors(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS;
}

/* True: connected. A second connect() on a socket under way tells how it ended. */
static bool
ask(ctn_dial *d, size_t i)
{
	int r = connect(d->tries[i].fd, (const struct sockaddr *)&d->tries[i].to, d->tries[i].to_n), error = errno;

	if (r == 0 || error == EISCONN)
		return true;
	if (error == EINPROGRESS || error == EALREADY || error == EINTR)
		return false;
	note_failure(d, i, error);
	drop(d, i);
	return false;
}

/* Begin with the next address. True: connected at once. */
static bool
begin(ctn_dial *d, bool *waits, int64_t now_ms)
{
	size_t i = d->next;
	int fd = socket(d->tries[i].to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 && out_of_descriptors(errno)) {
		*waits = true;
		d->next_at_ms = now_ms + CTN_DIAL_STAGGER_MS;
		return false;
	}
	d->next++;
	d->next_at_ms = now_ms + CTN_DIAL_STAGGER_MS;
	if (fd < 0) {
		note_failure(d, i, errno);
		return false;
	}
	d->tries[i].fd = fd;
	d->open++;
	return ask(d, i);
}

static int
won(ctn_dial *d, size_t i)
{
	int fd = d->tries[i].fd;

	d->tries[i].fd = -1;
	d->open--;
	ctn_dial_close(d);
	return fd;
}

bool
ctn_dial_step(ctn_dial *d, int *fd, bool *waits, int64_t now_ms, struct ctn_err *e)
{
	*fd = -1;
	*waits = false;
	for (size_t i = 0; i < d->next; i++)
		if (d->tries[i].fd >= 0 && ask(d, i)) {
			*fd = won(d, i);
			return true;
		}
	while (d->next < d->n && !*waits && (d->open == 0 || now_ms >= d->next_at_ms))
		if (begin(d, waits, now_ms)) {
			*fd = won(d, d->next - 1);
			return true;
		}
	if (d->open > 0 || *waits)
		return true;
	*e = d->first;
	if (d->n == 0)
		return ctn_fail(e, CTN_ENETWORK, "the host has no address");
	(void)ctn_hint(e, "is the server running, and is the port right?");
	return d->n == 1 ? false : ctn_wrap(e, "none of %zu addresses answers", d->n);
}

size_t
ctn_dial_polls(const ctn_dial *d, struct pollfd out[CTN_DIAL_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < d->next; i++)
		if (d->tries[i].fd >= 0)
			out[n++] = (struct pollfd){ .fd = d->tries[i].fd, .events = POLLOUT };
	return n;
}
