#include "probe/lookup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What a resolver with its modules needs, and not the eight MiB of a thread's customary stack. */
#define STACK_SIZE (256u << 10)

struct ctn_bell {
	atomic_uint owners;
	int fd;
};

/* Two own it: who asks, and the thread. What is not atomic is the thread's until done. */
struct ctn_lookup {
	atomic_uint owners;
	atomic_bool done;
	ctn_bell *bell;
	char *host;
	char port[8];
	struct addrinfo *list;
	int result; /* of getaddrinfo */
	int error;  /* errno behind EAI_SYSTEM */
};

bool
ctn_bell_open(ctn_bell **out, struct ctn_err *e)
{
	CTN_OWN(ctn_bell) b = ctn_new(ctn_bell, 1);

	if (b == NULL)
		return ctn_fail_memory(e);
	atomic_init(&b->owners, 1);
	b->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->fd < 0)
		return ctn_fail_errno(e, CTN_ENETWORK, "waiting for names");
	*out = CTN_TAKE(b);
	return true;
}

void
ctn_bell_close(ctn_bell *b)
{
	if (atomic_fetch_sub(&b->owners, 1) != 1)
		return;
	if (b->fd >= 0)
		(void)close(b->fd);
	ctn_free(b);
}

int
ctn_bell_fd(const ctn_bell *b)
{
	return b->fd;
}

void
ctn_bell_hush(ctn_bell *b)
{
	eventfd_t rung;

	(void)eventfd_read(b->fd, &rung);
}

static const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP };

static void *
look_up(void *arg)
{
	ctn_lookup *l = arg;

	l->result = getaddrinfo(l->host, l->port, &hints, &l->list);
	l->error = errno;
	atomic_store(&l->done, true);
	(void)eventfd_write(l->bell->fd, 1);
	ctn_lookup_close(l);
	return NULL;
}

/* Signals are for the program's own threads. */
static int
start_thread(ctn_lookup *l)
{
	sigset_t all, before;
	pthread_attr_t attr;
	pthread_t thread;
	int r;

	r = pthread_attr_init(&attr);
	if (r != 0)
		return r;
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, &attr, look_up, l);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attr);
	return r;
}

/* An address in text needs nobody's answer. */
static bool
answer_address(ctn_lookup *l)
{
	struct addrinfo numeric = hints;

	numeric.ai_flags = AI_NUMERICHOST;
	l->result = getaddrinfo(l->host, l->port, &numeric, &l->list);
	l->error = errno;
	return l->result != EAI_NONAME;
}

static bool
ask(ctn_lookup *l, ctn_bell *b, struct ctn_err *e)
{
	int r;

	if (answer_address(l)) {
		atomic_store(&l->done, true);
		return true;
	}
	l->bell = b;
	atomic_fetch_add(&b->owners, 1);
	atomic_fetch_add(&l->owners, 1);
	r = start_thread(l);
	if (r == 0)
		return true;
	atomic_fetch_sub(&l->owners, 1);
	errno = r;
	return ctn_fail_errno(e, CTN_ENETWORK, "a thread to look up %s", l->host);
}

bool
ctn_lookup_open(ctn_lookup **out, const char *host, uint16_t port, ctn_bell *b, struct ctn_err *e)
{
	CTN_OWN(ctn_lookup) l = ctn_new(ctn_lookup, 1);

	if (l == NULL)
		return ctn_fail_memory(e);
	atomic_init(&l->owners, 1);
	atomic_init(&l->done, false);
	l->host = strdup(host);
	if (l->host == NULL)
		return ctn_fail_memory(e);
	(void)snprintf(l->port, sizeof l->port, "%u", (unsigned)port);
	if (!ask(l, b, e))
		return false;
	*out = CTN_TAKE(l);
	return true;
}

void
ctn_lookup_close(ctn_lookup *l)
{
	if (atomic_fetch_sub(&l->owners, 1) != 1)
		return;
	if (l->list != NULL)
		freeaddrinfo(l->list);
	if (l->bell != NULL)
		ctn_bell_close(l->bell);
	ctn_free(l->host);
	ctn_free(l);
}

bool
ctn_lookup_done(const ctn_lookup *l)
{
	return atomic_load(&l->done);
}

bool
ctn_lookup_answer(const struct addrinfo **out, const ctn_lookup *l, struct ctn_err *e)
{
	*out = l->list;
	if (l->result == 0)
		return true;
	if (l->result == EAI_MEMORY)
		return ctn_fail_memory(e);
	if (l->result == EAI_NONAME || l->result == EAI_NODATA)
		return ctn_fail(e, CTN_ENETWORK, "no such host: %s", l->host) ||
		    ctn_hint(e, "is the name right, and does this machine's resolver know it?");
	if (l->result == EAI_AGAIN)
		return ctn_fail(e, CTN_ENETWORK, "no name server answers for %s", l->host);
	errno = l->error;
	if (l->result == EAI_SYSTEM)
		return ctn_fail_errno(e, CTN_ENETWORK, "looking up %s", l->host);
	return ctn_fail(e, CTN_ENETWORK, "looking up %s: %s", l->host, gai_strerror(l->result));
}
