#include "cmd/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/dir.h"
#include "cmd/child.h"

static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE };

enum { OWN_FD = 3, WORDS_MAX = 1024, WORDS_OCTETS_MAX = 128 << 10, INPUT_MAX = 16 << 20 };

/* What goes over: this, the words each with its NUL, the input. Both ends are the same program, so structs go as they are. */
struct request {
	size_t words, words_octets, input_octets;
	int64_t timeout_s;
};

struct answer {
	bool ok;
	ctn_command_end end;
	struct ctn_err why;
};

static bool
put(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n > 0) {
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL);

		if (done < 0 && errno != EINTR)
			return false;
		at += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

static bool
get(int fd, void *p, size_t n)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t done = recv(fd, at, n, MSG_WAITALL);

		if (done == 0 || (done < 0 && errno != EINTR))
			return false;
		at += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

/* ---- the process that runs commands */

static bool
split_words(char **argv, size_t words, char *text, size_t n)
{
	char *at = text;

	if (n == 0 || text[n - 1] != '\0')
		return false;
	for (size_t i = 0; i < words; i++) {
		if (at >= text + n)
			return false;
		argv[i] = at;
		at += strlen(at) + 1;
	}
	return true;
}

/* False: nobody is there any more. */
static bool
serve_one(int fd)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(2 * (WORDS_OCTETS_MAX + INPUT_MAX));
	struct answer answer = { 0 };
	struct request q;
	char **argv, *text;
	uint8_t *input;
	bool gone = false;

	if (a == NULL || !get(fd, &q, sizeof q) || q.words == 0 || q.words > WORDS_MAX || q.words_octets > WORDS_OCTETS_MAX || q.input_octets > INPUT_MAX)
		return false;
	argv = ctn_arena_new(a, char *, q.words + 1);
	text = ctn_arena_new(a, char, q.words_octets + 1);
	input = ctn_arena_new(a, uint8_t, q.input_octets + 1);
	if (argv == NULL || text == NULL || input == NULL || !get(fd, text, q.words_octets) || !get(fd, input, q.input_octets) ||
	    !split_words(argv, q.words, text, q.words_octets))
		return false;
	answer.ok = child_run(&answer.end, &gone, &(struct child_wish){ argv, { input, q.input_octets }, q.timeout_s, fd }, &answer.why);
	return !gone && put(fd, &answer, sizeof answer);
}

/* It holds nothing of the caller's: not a pipe that somebody waits to see closed, not a descriptor that a passphrase is read from. */
static void
let_go(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = STDIN_FILENO; null >= 0 && i <= STDERR_FILENO; i++)
		(void)dup2(null, i);
	if (dup3(fd, OWN_FD, O_CLOEXEC) < 0 && fd != OWN_FD)
		_exit(1);
	if (close_range(OWN_FD + 1, ~0U, 0) != 0)
		for (int i = OWN_FD + 1; i < (int)sysconf(_SC_OPEN_MAX); i++)
			(void)close(i);
}

/* Whoever stops the program stops it, and its end is told by the socket: then a command is ended properly. */
static _Noreturn void
serve(int fd, const sigset_t *callers)
{
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, callers, NULL);
	let_go(fd);
	(void)prctl(PR_SET_NAME, "catena-runner");
	while (serve_one(OWN_FD))
		;
	_exit(0);
}

/* ---- this process */

/* Above 2 also when the caller left those closed. */
static bool
lift(int *fd)
{
	int low = *fd;

	*fd = fcntl(low, F_DUPFD_CLOEXEC, OWN_FD);
	(void)close(low);
	return *fd >= 0;
}

/* What it ignores it must not meet before it does, so these wait meanwhile. */
static pid_t
split_off(const int pair[2])
{
	sigset_t waiting, callers;
	pid_t pid;

	(void)sigemptyset(&waiting);
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		(void)sigaddset(&waiting, ignored[i]);
	if (sigprocmask(SIG_BLOCK, &waiting, &callers) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		serve(pair[1], &callers);
	}
	(void)sigprocmask(SIG_SETMASK, &callers, NULL);
	return pid;
}

bool
runner_start(struct runner *r, struct ctn_err *e)
{
	int pair[2] = { -1, -1 };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "preparing to run commands");
	r->pid = lift(&pair[0]) && lift(&pair[1]) ? split_off(pair) : -1;
	if (r->pid < 0) {
		(void)ctn_fail_errno(e, CTN_EFILE, "preparing to run commands");
		ctn_fd_close(&pair[0]);
	}
	ctn_fd_close(&pair[1]);
	r->fd = pair[0];
	return r->fd >= 0;
}

static bool
ask(const struct runner *r, const struct request *q, const char *const *argv, ctn_span input)
{
	if (!put(r->fd, q, sizeof *q))
		return false;
	for (size_t i = 0; i < q->words; i++)
		if (!put(r->fd, argv[i], strlen(argv[i]) + 1))
			return false;
	return put(r->fd, input.p, input.n);
}

bool
runner_command(void *ctx, ctn_command_end *end, const char *const *argv, ctn_span input, int64_t timeout_s, struct ctn_err *e)
{
	const struct runner *r = ctx;
	struct request q = { .input_octets = input.n, .timeout_s = timeout_s };
	struct answer answer;

	for (; argv[q.words] != NULL; q.words++)
		q.words_octets += strlen(argv[q.words]) + 1;
	if (q.words == 0 || q.words > WORDS_MAX || q.words_octets > WORDS_OCTETS_MAX || input.n > INPUT_MAX)
		return ctn_fail(e, CTN_EFILE, "a command of %zu words and %zu octets of input: at most %d and %d are handed on", q.words, input.n,
		    WORDS_MAX, INPUT_MAX);
	if (!ask(r, &q, argv, input) || !get(r->fd, &answer, sizeof answer))
		return ctn_fail(e, CTN_EFILE, "%s: the process that runs commands has ended", argv[0]);
	if (answer.ok)
		*end = answer.end;
	else
		*e = answer.why;
	return answer.ok;
}

void
runner_end(struct runner *r)
{
	if (r->fd < 0)
		return;
	ctn_fd_close(&r->fd);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
