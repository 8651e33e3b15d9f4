#include "cmd/terminal.h"

#include <stdio.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* Signals arrive at a descriptor while echo is off: no handler, and so nothing global. */
struct asking {
	int tty;
	int signals;
	sigset_t watched, before;
	struct termios was;
};

bool
terminal_there(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool
echo_off(const struct asking *a)
{
	struct termios quiet = a->was;

	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	return tcsetattr(a->tty, TCSAFLUSH, &quiet) == 0;
}

static void
finish(struct asking *a)
{
	(void)!write(a->tty, "\n", 1);
	tcsetattr(a->tty, TCSAFLUSH, &a->was);
	if (a->signals >= 0)
		close(a->signals);
	close(a->tty);
	sigprocmask(SIG_SETMASK, &a->before, NULL);
}

static bool
begin(struct asking *a, const char *prompt, struct ctn_err *e)
{
	static const int wanted[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

	a->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (a->tty < 0)
		return ctn_fail_errno(e, CTN_EFILE, "/dev/tty");
	if (tcgetattr(a->tty, &a->was) != 0) {
		bool failed = ctn_fail_errno(e, CTN_EFILE, "/dev/tty");

		close(a->tty);
		return failed;
	}
	sigemptyset(&a->watched);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		sigaddset(&a->watched, wanted[i]);
	sigprocmask(SIG_BLOCK, &a->watched, &a->before);
	a->signals = signalfd(-1, &a->watched, SFD_CLOEXEC);
	if (a->signals >= 0 && echo_off(a) && write(a->tty, prompt, strlen(prompt)) >= 0)
		return true;
	if (!ctn_fail_errno(e, CTN_EFILE, "/dev/tty"))
		finish(a);
	return false;
}

/* 0: a line's bytes can be read; else the signal that came; -1: the terminal is gone. */
static int
wait_for_input(const struct asking *a)
{
	struct pollfd fds[2] = { { .fd = a->signals, .events = POLLIN }, { .fd = a->tty, .events = POLLIN } };
	struct signalfd_siginfo info;

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -1;
	if ((fds[0].revents & POLLIN) == 0)
		return 0;
	return read(a->signals, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : -1;
}

/* Bytes up to the newline; -1: gone, too long, or end of input; > 0 a signal. */
static int
read_line(const struct asking *a, ctn_secret *out, size_t max)
{
	for (out->n = 0;;) {
		int signal_no = wait_for_input(a);
		uint8_t c;

		if (signal_no != 0)
			return signal_no;
		if (read(a->tty, &c, 1) != 1)
			return -1;
		if (c == '\n')
			break;
		if (out->n == max)
			return -1;
		out->p[out->n++] = c;
	}
	out->p[out->n] = '\0';
	return 0;
}

bool
terminal_ask(ctn_secret *out, size_t max, const char *prompt, struct ctn_err *e)
{
	for (;;) {
		struct asking a;
		int came;

		if (!begin(&a, prompt, e))
			return false;
		came = read_line(&a, out, max);
		finish(&a);
		if (came == 0)
			return true;
		if (came < 0)
			return ctn_fail(e, CTN_EPASSPHRASE, "no passphrase was typed, or one of over %zu characters", max);
		kill(getpid(), came);
		/* Only a stop comes back: the question is asked anew. */
		if (came != SIGTSTP)
			return ctn_fail(e, CTN_EPASSPHRASE, "interrupted");
	}
}

bool
terminal_confirm(bool *yes, const char *question, struct ctn_err *e)
{
	char answer[16] = "";
	FILE *tty = fopen("/dev/tty", "r+e");

	*yes = false;
	if (tty == NULL)
		return ctn_fail_errno(e, CTN_EFILE, "/dev/tty");
	if (fputs(question, tty) == EOF || fflush(tty) != 0 || fgets(answer, sizeof answer, tty) == NULL)
		answer[0] = '\0';
	*yes = answer[0] == 'y' || answer[0] == 'Y';
	if (fclose(tty) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "/dev/tty");
	return true;
}
