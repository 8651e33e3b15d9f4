#include "cmd/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/dir.h"

enum { TAIL = 2048, GRACE_MS = 3000, NOT_STARTED = 127 };

/* How far the end of a command has come. */
enum stage { RUNNING, ASKED, KILLED, OVER };

struct run {
	pid_t pid;
	int in, out, failed, child; /* its ends of the pipes, and where SIGCHLD is told; -1 when closed */
	ctn_span left;              /* input that it has not taken yet */
	uint8_t tail[2 * TAIL];     /* the end of what it wrote */
	size_t tail_n;
	enum stage stage;
	int64_t until_ms;           /* end of this stage */
	bool timed_out, gone, ended;
	int status;
};

/* The far ends, which become the command's own. */
struct ends {
	int in, out, failed;
};

static int64_t
now_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- started */

static bool
open_pipe(int *near, int *far, bool near_reads)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return false;
	*near = p[near_reads ? 0 : 1];
	*far = p[near_reads ? 1 : 0];
	return fcntl(*near, F_SETFL, O_NONBLOCK) == 0;
}

static bool
open_pipes(struct run *r, struct ends *far)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)signal(SIGCHLD, SIG_DFL); /* ignored, as a caller may have left it, the status would be lost */
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	r->child = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->child >= 0 && open_pipe(&r->in, &far->in, false) && open_pipe(&r->out, &far->out, true) &&
	       open_pipe(&r->failed, &far->failed, true);
}

static void
close_far(struct ends *far)
{
	ctn_fd_close(&far->in);
	ctn_fd_close(&far->out);
	ctn_fd_close(&far->failed);
}

/* In the new process: nothing of ours is left but its three descriptors. */
static _Noreturn void
become(char *const *argv, const struct ends *far)
{
	sigset_t none;

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(far->in, STDIN_FILENO) >= 0 && dup2(far->out, STDOUT_FILENO) >= 0 && dup2(far->out, STDERR_FILENO) >= 0)
		(void)execvp(argv[0], argv);
	(void)!write(far->failed, &errno, sizeof errno);
	_exit(NOT_STARTED);
}

static bool
start(struct run *r, const struct child_wish *w, struct ctn_err *e)
{
	struct ends far = { -1, -1, -1 };
	bool opened = open_pipes(r, &far);

	r->pid = opened ? fork() : -1;
	if (r->pid == 0)
		become(w->argv, &far);
	if (r->pid < 0)
		(void)ctn_fail_errno(e, CTN_EFILE, "%s: starting it", w->argv[0]);
	close_far(&far);
	if (r->pid < 0)
		return false;
	(void)setpgid(r->pid, r->pid); /* both do, so that neither needs to wait for the other */
	r->until_ms = now_ms() + (w->timeout_s > 0 ? w->timeout_s : 1) * 1000;
	return true;
}

/* ---- while it runs */

static void
feed(struct run *r)
{
	ssize_t put = r->left.n == 0 ? 0 : write(r->in, r->left.p, r->left.n);

	if (put > 0) {
		r->left.p += put;
		r->left.n -= (size_t)put;
	}
	if (r->left.n == 0 || (put < 0 && errno != EAGAIN && errno != EINTR))
		ctn_fd_close(&r->in);
}

static void
keep(struct run *r, const uint8_t *p, size_t n)
{
	if (r->tail_n + n > sizeof r->tail) {
		memmove(r->tail, r->tail + r->tail_n - TAIL, TAIL);
		r->tail_n = TAIL;
	}
	memcpy(r->tail + r->tail_n, p, n);
	r->tail_n += n;
}

/* What is there now; a step is never more than what the tail keeps. False: there will be no more. */
static bool
listen_once(struct run *r)
{
	uint8_t some[TAIL];
	ssize_t got = read(r->out, some, sizeof some);

	if (got > 0)
		keep(r, some, (size_t)got);
	return got > 0 || (got < 0 && errno == EINTR);
}

static void
hear(struct run *r)
{
	if (!listen_once(r) && errno != EAGAIN)
		ctn_fd_close(&r->out);
}

static void
stop(struct run *r, enum stage next)
{
	(void)kill(-r->pid, next == ASKED ? SIGTERM : SIGKILL);
	r->stage = next;
	r->until_ms = now_ms() + GRACE_MS;
}

/* One that does not even die of SIGKILL hangs in the kernel: it is waited for no longer. */
static void
look_at_time(struct run *r)
{
	if (now_ms() < r->until_ms)
		return;
	r->timed_out = r->timed_out || r->stage == RUNNING;
	if (r->stage == KILLED)
		r->stage = OVER;
	else
		stop(r, r->stage == RUNNING ? ASKED : KILLED);
}

/* Not reaped before the rest of its group got SIGKILL: until then nobody else can have its number. */
static void
look_at_child(struct run *r)
{
	struct signalfd_siginfo told;
	siginfo_t info = { 0 };
	int status = 0;

	while (read(r->child, &told, sizeof told) > 0)
		;
	if (waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != r->pid)
		return;
	if (r->stage != RUNNING)
		(void)kill(-r->pid, SIGKILL);
	(void)waitpid(r->pid, &status, 0);
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	r->ended = true;
	r->stage = OVER;
}

static void
step(struct run *r, int watch)
{
	struct pollfd at[] = { { .fd = r->child, .events = POLLIN }, { .fd = r->gone ? -1 : watch, .events = POLLRDHUP },
		{ .fd = r->in, .events = POLLOUT }, { .fd = r->out, .events = POLLIN } };
	int64_t left = r->until_ms - now_ms();

	if (poll(at, sizeof at / sizeof at[0], left > 0 ? (int)(left < 60000 ? left : 60000) : 0) < 0)
		return look_at_time(r);
	if (at[2].revents != 0)
		feed(r);
	if (at[3].revents != 0)
		hear(r);
	if (at[1].revents != 0) {
		r->gone = true;
		stop(r, ASKED);
	}
	look_at_time(r);
	if (at[0].revents != 0)
		look_at_child(r);
}

/* ---- how it ended */

/* Next line of s that is not empty; false: none. */
static bool
next_line(ctn_span *line, ctn_span *s)
{
	size_t n = 0;

	while (s->n > 0 && (s->p[0] == '\n' || s->p[0] == '\r'))
		*s = (ctn_span){ s->p + 1, s->n - 1 };
	while (n < s->n && s->p[n] != '\n' && s->p[n] != '\r')
		n++;
	*line = (ctn_span){ s->p, n };
	*s = (ctn_span){ s->p + n, s->n - n };
	return n > 0;
}

/* The last lines on one line, whole characters, the end of them when they are long. */
static void
tell(char *said, size_t room, struct run *r)
{
	ctn_span left = { r->tail, r->tail_n }, line;
	CTN_OWN_BUF text = { 0 };
	size_t from = 0;

	for (size_t i = 0; i < r->tail_n; i++)
		if (r->tail[i] == '\t')
			r->tail[i] = ' ';
	while (next_line(&line, &left)) {
		ctn_buf_text(&text, text.n > 0 ? "; " : "");
		ctn_buf_printable(&text, line);
	}
	if (ctn_buf_cstr(&text) == NULL)
		return;
	if (text.n >= room)
		from = text.n - (room - 4);
	while (from > 0 && (text.p[from] & 0xc0) == 0x80)
		from++;
	snprintf(said, room, "%s%s", from > 0 ? "..." : "", (const char *)text.p + from);
}

static bool
finish(ctn_command_end *end, struct run *r, const char *name, struct ctn_err *e)
{
	int why = 0;

	if (r->ended && r->status == NOT_STARTED && read(r->failed, &why, sizeof why) == (ssize_t)sizeof why) {
		errno = why;
		(void)ctn_fail_errno(e, CTN_EFILE, "%s: cannot be started", name);
		return why == ENOENT && strchr(name, '/') == NULL && ctn_hint(e, "name it with its whole path: PATH is short under cron and systemd");
	}
	for (size_t most = 64; r->out >= 0 && most > 0 && listen_once(r); most--)
		;
	*end = (ctn_command_end){ .timed_out = r->timed_out, .status = r->ended ? r->status : 128 + SIGKILL };
	tell(end->said, sizeof end->said, r);
	return true;
}

bool
child_run(ctn_command_end *end, bool *gone, const struct child_wish *w, struct ctn_err *e)
{
	struct run r = { .in = -1, .out = -1, .failed = -1, .child = -1, .left = w->input };
	bool ok = start(&r, w, e);

	while (ok && r.stage != OVER)
		step(&r, w->watch);
	*gone = r.gone;
	ok = ok && finish(end, &r, w->argv[0], e);
	ctn_fd_close(&r.in);
	ctn_fd_close(&r.out);
	ctn_fd_close(&r.failed);
	ctn_fd_close(&r.child);
	return ok;
}
