#include "probe/look.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 16384

bool
ctn_look_open(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	l->fd = -1;
	if (!ctn_lookup_open(&l->lookup, l->at->host, l->at->port, l->by->bell, e))
		return false;
	l->start_ms = now_ms;
	l->end_ms = now_ms + l->by->deadline_ms;
	l->step = CTN_LOOK_NAME;
	return true;
}

void
ctn_look_close(ctn_look *l)
{
	if (l->lookup != NULL)
		ctn_lookup_close(l->lookup);
	if (l->shake != NULL)
		ctn_shake_close(l->shake);
	ctn_dial_close(&l->dial);
	if (l->fd >= 0)
		(void)close(l->fd);
	l->lookup = NULL;
	l->shake = NULL;
	l->fd = -1;
}

static void
end(ctn_look *l, int64_t now_ms)
{
	l->seen->took_ms = (unsigned)(now_ms - l->start_ms);
	ctn_look_close(l);
	l->step = CTN_LOOK_ENDED;
}

/* "10 s", "1500 ms" */
static void
span_text(char out[24], unsigned ms)
{
	if (ms % 1000 == 0)
		(void)snprintf(out, 24, "%u s", ms / 1000);
	else
		(void)snprintf(out, 24, "%u ms", ms);
}

/* The deadline is over: say how far it came. */
static bool
run_out(const ctn_look *l, struct ctn_err *e)
{
	char span[24], how[64];

	span_text(span, l->by->deadline_ms);
	switch (l->step) {
	case CTN_LOOK_NAME:
		return ctn_fail(e, CTN_ENETWORK, "no name server answers for %s within %s", l->at->host, span);
	case CTN_LOOK_CONNECT:
		if (l->dial.first.code == CTN_OK)
			return ctn_fail(e, CTN_ENETWORK, "no connection within %s", span);
		*e = l->dial.first;
		return ctn_wrap(e, "no connection within %s", span);
	case CTN_LOOK_TALK:
		return ctn_fail(e, CTN_ENETWORK, "connected, but %s does not come within %s", ctn_talk_awaits(&l->talk), span);
	default:
		(void)snprintf(how, sizeof how, "the deadline of %s was over", span);
		return ctn_shake_cut(l->shake, how, e);
	}
}

/* Send what waits. What the socket does not take waits on. */
static bool
flush(ctn_look *l, struct ctn_err *e)
{
	while (l->out_at < l->out_n) {
		ssize_t n = send(l->fd, l->out + l->out_at, l->out_n - l->out_at, MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n < 0)
			return ctn_fail_errno(e, CTN_ENETWORK, "sending");
		l->out_at += (size_t)n;
	}
	l->out_at = l->out_n = 0;
	return true;
}

/* Send, and refill from the handshake as long as there is something. */
static bool
flush_shake(ctn_look *l, struct ctn_err *e)
{
	do {
		if (l->out_n == 0)
			l->out_n = ctn_shake_fetch(l->shake, l->out, sizeof l->out);
		if (!flush(l, e))
			return false;
	} while (l->out_n == 0 && (l->out_n = ctn_shake_fetch(l->shake, l->out, sizeof l->out)) > 0);
	return true;
}

static bool
shake_on(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	struct ctn_err late = { 0 };
	bool finished;

	if (!ctn_shake_step(l->shake, &finished, e)) {
		(void)flush_shake(l, &late); /* the alert, if it can be sent */
		return false;
	}
	if (!finished)
		return flush_shake(l, e);
	(void)flush_shake(l, &late);
	l->seen->finished = true;
	end(l, now_ms);
	return true;
}

static bool
begin_shake(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	l->step = CTN_LOOK_SHAKE;
	return ctn_shake_open(&l->shake, l->by->shaker, l->at, l->seen, l->by->a, e) && shake_on(l, now_ms, e);
}

/* RFC 5321 4.1.3: a client without a name of its own gives its address. */
static void
own_name(char out[64], int fd)
{
	struct sockaddr_storage own;
	socklen_t n = sizeof own;
	char host[48];

	if (getsockname(fd, (struct sockaddr *)&own, &n) != 0 ||
	    getnameinfo((const struct sockaddr *)&own, n, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
		(void)snprintf(out, 64, "[127.0.0.1]");
	else
		(void)snprintf(out, 64, own.ss_family == AF_INET6 ? "[IPv6:%s]" : "[%s]", host);
}

static void
take_say(ctn_look *l)
{
	if (l->out_n == 0 && l->talk.say_n > 0) {
		memcpy(l->out, l->talk.say, l->talk.say_n);
		l->out_n = l->talk.say_n;
		l->talk.say_n = 0;
	}
}

static bool
connected(ctn_look *l, int fd, int64_t now_ms, struct ctn_err *e)
{
	struct sockaddr_storage peer;
	socklen_t n = sizeof peer;
	char name[64];

	l->fd = fd;
	if (getpeername(fd, (struct sockaddr *)&peer, &n) == 0) {
		ctn_dial_address(name, &peer, n);
		l->seen->address = ctn_arena_text(l->by->a, name);
		if (l->seen->address == NULL)
			return ctn_fail_memory(e);
	}
	own_name(name, fd);
	ctn_talk_open(&l->talk, l->at->protocol, name);
	if (l->talk.done)
		return begin_shake(l, now_ms, e);
	l->step = CTN_LOOK_TALK;
	take_say(l);
	return flush(l, e);
}

static bool
dial_on(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	int fd;

	if (!ctn_dial_step(&l->dial, &fd, &l->waits, now_ms, e))
		return false;
	return fd < 0 || connected(l, fd, now_ms, e);
}

static bool
name_on(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	const struct addrinfo *list;

	if (!ctn_lookup_done(l->lookup))
		return true;
	if (!ctn_lookup_answer(&list, l->lookup, e))
		return false;
	ctn_dial_open(&l->dial, list);
	ctn_lookup_close(CTN_TAKE(l->lookup));
	l->step = CTN_LOOK_CONNECT;
	return dial_on(l, now_ms, e);
}

/* What is there to read, at most one buffer. 0: nothing now. False: the connection is over. */
static bool
receive(ctn_look *l, uint8_t *buf, size_t *n, struct ctn_err *e)
{
	ssize_t r = recv(l->fd, buf, READ_SIZE, 0);
	const char *how = r == 0 ? "the server closed the connection" : "the connection broke";

	*n = r > 0 ? (size_t)r : 0;
	if (r > 0 || (r < 0 && (errno == EAGAIN || errno == EINTR)))
		return true;
	if (l->step == CTN_LOOK_SHAKE)
		return ctn_shake_cut(l->shake, how, e);
	return ctn_fail(e, CTN_ENETWORK, "%s where %s was to come", how, ctn_talk_awaits(&l->talk));
}

static bool
talk_on(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	uint8_t buf[READ_SIZE];
	size_t n;

	if (!flush(l, e) || !receive(l, buf, &n, e) || !ctn_talk_hear(&l->talk, (ctn_span){ buf, n }, e))
		return false;
	if (l->talk.done)
		return begin_shake(l, now_ms, e);
	take_say(l);
	return flush(l, e);
}

static bool
read_shake(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	uint8_t buf[READ_SIZE];
	struct ctn_err unsent = { 0 };
	size_t n;

	/* What the server said before it closed counts for more than that it cannot be told anything. */
	(void)flush_shake(l, &unsent);
	if (!receive(l, buf, &n, e))
		return false;
	return n == 0 || (ctn_shake_feed(l->shake, (ctn_span){ buf, n }, e) && shake_on(l, now_ms, e));
}

static bool
take_step(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	if (now_ms >= l->end_ms)
		return run_out(l, e);
	switch (l->step) {
	case CTN_LOOK_NAME:
		return name_on(l, now_ms, e);
	case CTN_LOOK_CONNECT:
		return dial_on(l, now_ms, e);
	case CTN_LOOK_TALK:
		return talk_on(l, now_ms, e);
	case CTN_LOOK_SHAKE:
		return read_shake(l, now_ms, e);
	default:
		return true;
	}
}

bool
ctn_look_go_on(ctn_look *l, int64_t now_ms, struct ctn_err *e)
{
	struct ctn_err why = { 0 };

	if (take_step(l, now_ms, &why))
		return true;
	if (why.code == CTN_ENOMEM) {
		*e = why;
		return false;
	}
	why.code = CTN_ENETWORK;
	l->seen->why = why;
	end(l, now_ms);
	return true;
}

size_t
ctn_look_polls(const ctn_look *l, struct pollfd out[CTN_DIAL_MAX])
{
	if (l->step == CTN_LOOK_CONNECT)
		return ctn_dial_polls(&l->dial, out);
	if (l->fd < 0)
		return 0;
	out[0] = (struct pollfd){ .fd = l->fd, .events = POLLIN };
	if (l->out_n > 0)
		out[0].events |= POLLOUT;
	return 1;
}

int64_t
ctn_look_due_ms(const ctn_look *l)
{
	bool more = l->step == CTN_LOOK_CONNECT && l->dial.next < l->dial.n;

	return more && l->dial.next_at_ms < l->end_ms ? l->dial.next_at_ms : l->end_ms;
}
