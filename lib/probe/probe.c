#include "probe/probe.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <time.h>

#include "base/version.h"
#include "probe/look.h"

/* Looks at once; the others wait for their turn, and their time begins with it. About 100 KiB each. */
#define LOOKS_MAX 200u
/*
 * Of these in the first quarter of their time: more would only compete for the processor and for name servers, and their time would run. Who
 * is older most likely waits for somebody who is silent, and holds nobody else up.
 */
#define FRESH_MAX 100u
#define FRESH_SHARE 4
#define TELL_MS 250
#define LONG_WAIT_MS 60000 /* when nothing is due for long, the clock is looked at all the same */

struct slot {
	ctn_look look;
	size_t polls_at, polls_n; /* its own among all that are polled */
};

struct run {
	ctn_looker looker;
	struct slot *slots; /* one whose look has ended is free */
	size_t slots_n;
	size_t next, n; /* endpoints: not begun from next on */
	const ctn_endpoint *at;
	ctn_probe_seen *seen;
	const ctn_probe_wish *how;
	struct pollfd *polls;
};

static void
run_close(struct run *r)
{
	for (size_t i = 0; i < r->slots_n; i++)
		ctn_look_close(&r->slots[i].look);
	ctn_free(r->slots);
	ctn_free(r->polls);
	if (r->looker.bell != NULL)
		ctn_bell_close(r->looker.bell);
	if (r->looker.shaker != NULL)
		ctn_shaker_close(r->looker.shaker);
}

static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A look may try several addresses at once, and others in this process need descriptors too. */
static size_t
slots_for(size_t n)
{
	struct rlimit files;
	size_t slots = n < LOOKS_MAX ? n : LOOKS_MAX;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY && files.rlim_cur / 4 < slots)
		slots = files.rlim_cur / 4;
	return slots == 0 ? 1 : slots;
}

/* What was opened when it fails, run_close closes. */
static bool
run_open(struct run *r, struct ctn_err *e)
{
	r->slots_n = slots_for(r->n);
	r->slots = ctn_new(struct slot, r->slots_n);
	r->polls = ctn_new(struct pollfd, r->slots_n * CTN_DIAL_MAX + 1);
	if (r->slots == NULL || r->polls == NULL) {
		r->slots_n = 0;
		return ctn_fail_memory(e);
	}
	for (size_t i = 0; i < r->slots_n; i++)
		r->slots[i].look = (ctn_look){ .step = CTN_LOOK_ENDED, .fd = -1 };
	return ctn_bell_open(&r->looker.bell, e) && ctn_shaker_open(&r->looker.shaker, e);
}

static struct slot *
free_slot(struct run *r)
{
	for (size_t i = 0; i < r->slots_n; i++)
		if (r->slots[i].look.step == CTN_LOOK_ENDED)
			return &r->slots[i];
	return NULL;
}

static bool
is_idle(const struct run *r)
{
	for (size_t i = 0; i < r->slots_n; i++)
		if (r->slots[i].look.step != CTN_LOOK_ENDED)
			return false;
	return true;
}

static int64_t
fresh_ms(const struct run *r)
{
	return r->looker.deadline_ms / FRESH_SHARE;
}

/* Are there as many fresh looks as make sense? */
static bool
has_enough(const struct run *r)
{
	int64_t since = now() - fresh_ms(r);
	size_t n = 0;

	for (size_t i = 0; i < r->slots_n; i++)
		n += r->slots[i].look.step != CTN_LOOK_ENDED && r->slots[i].look.start_ms > since;
	return n >= FRESH_MAX;
}

/* Begin with the next endpoint. *stop: not now, for want of a thread while others are under way. */
static bool
admit(struct run *r, struct slot *slot, bool *stop, struct ctn_err *e)
{
	ctn_probe_seen *seen = &r->seen[r->next];
	struct ctn_err why = { 0 };
	ctn_look *l = &slot->look;

	*stop = false;
	*l = (ctn_look){ .by = &r->looker, .at = &r->at[r->next], .seen = seen, .step = CTN_LOOK_ENDED, .fd = -1 };
	if (ctn_look_open(l, now(), &why)) {
		r->next++;
		return ctn_look_go_on(l, l->start_ms, e);
	}
	if (why.code == CTN_ENOMEM) {
		*e = why;
		return false;
	}
	*stop = !is_idle(r);
	if (!*stop) {
		seen->why = why;
		r->next++;
	}
	return true;
}

static bool
admit_all(struct run *r, struct ctn_err *e)
{
	bool stop = false;

	while (!stop && r->next < r->n && !has_enough(r)) {
		struct slot *slot = free_slot(r);

		if (slot == NULL)
			return true;
		if (!admit(r, slot, &stop, e))
			return false;
	}
	return true;
}

/* Until something happens to one of them, or its time has come. */
static bool
wait_for_any(struct run *r, struct ctn_err *e)
{
	int64_t at = now(), due = at + (r->next < r->n ? fresh_ms(r) : LONG_WAIT_MS);
	size_t n = 0;

	if (r->how->progress != NULL && due > at + TELL_MS)
		due = at + TELL_MS;
	for (size_t i = 0; i < r->slots_n; i++) {
		struct slot *slot = &r->slots[i];

		slot->polls_at = n;
		slot->polls_n = ctn_look_polls(&slot->look, r->polls + n);
		n += slot->polls_n;
		if (slot->look.step != CTN_LOOK_ENDED && ctn_look_due_ms(&slot->look) < due)
			due = ctn_look_due_ms(&slot->look);
	}
	r->polls[n] = (struct pollfd){ .fd = ctn_bell_fd(r->looker.bell), .events = POLLIN };
	if (poll(r->polls, (nfds_t)n + 1, due <= at ? 0 : (int)(due - at)) < 0 && errno != EINTR)
		return ctn_fail_errno(e, CTN_ENETWORK, "waiting for endpoints");
	ctn_bell_hush(r->looker.bell);
	return true;
}

static bool
is_awake(const struct run *r, const struct slot *slot, int64_t now_ms)
{
	if (slot->look.step == CTN_LOOK_ENDED)
		return false;
	if (slot->look.step == CTN_LOOK_NAME || now_ms >= ctn_look_due_ms(&slot->look))
		return true;
	for (size_t i = 0; i < slot->polls_n; i++)
		if (r->polls[slot->polls_at + i].revents != 0)
			return true;
	return false;
}

static bool
go_on(struct run *r, struct ctn_err *e)
{
	for (size_t i = 0; i < r->slots_n; i++) {
		int64_t at = now();

		if (is_awake(r, &r->slots[i], at) && !ctn_look_go_on(&r->slots[i].look, at, e))
			return false;
	}
	return true;
}

static void
tell(const struct run *r)
{
	size_t busy = 0;

	if (r->how->progress == NULL)
		return;
	for (size_t i = 0; i < r->slots_n; i++)
		busy += r->slots[i].look.step != CTN_LOOK_ENDED;
	r->how->progress(r->how->progress_ctx, r->next - busy, r->n);
}

static bool
look_at_all(struct run *r, struct ctn_err *e)
{
	while (r->next < r->n || !is_idle(r)) {
		if (!admit_all(r, e))
			return false;
		if (!is_idle(r) && (!wait_for_any(r, e) || !go_on(r, e)))
			return false;
		tell(r);
	}
	return true;
}

bool
ctn_probe_many(ctn_probe_seen *seen, const ctn_endpoint *at, size_t n, const ctn_probe_wish *how, ctn_arena *a, struct ctn_err *e)
{
	struct run r = { .looker = { .a = a, .deadline_ms = how->deadline_ms }, .at = at, .seen = seen, .n = n, .how = how };
	bool ok;

	for (size_t i = 0; i < n; i++)
		seen[i] = (ctn_probe_seen){ 0 };
	if (n == 0)
		return true;
	ok = run_open(&r, e) && look_at_all(&r, e);
	run_close(&r);
	return ok;
}

const ctn_probe_api ctn_probe_table = { .version = CTN_VERSION, .many = ctn_probe_many };
