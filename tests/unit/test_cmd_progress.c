/* Progress: for a person who waits, and for nobody else. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/progress.h"

/* Standard error becomes a terminal whose other end can be read. */
struct terminal {
	int there, kept;
};

static int
attach(void **state)
{
	static struct terminal t;
	int here;

	t.there = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (t.there < 0 || grantpt(t.there) != 0 || unlockpt(t.there) != 0)
		return -1;
	here = open(ptsname(t.there), O_RDWR | O_NOCTTY);
	t.kept = dup(STDERR_FILENO);
	*state = &t;
	return here < 0 || t.kept < 0 || dup2(here, STDERR_FILENO) < 0 ? -1 : close(here);
}

static int
detach(void **state)
{
	struct terminal *t = *state;

	return dup2(t->kept, STDERR_FILENO) < 0 || close(t->kept) != 0 ? -1 : close(t->there);
}

static size_t
seen(const struct terminal *t, char *text, size_t n)
{
	ssize_t got = read(t->there, text, n - 1);

	text[got < 0 ? 0 : got] = '\0';
	return got < 0 ? 0 : (size_t)got;
}

static void
nothing_is_shown_within_a_second_and_the_line_is_taken_away(void **state)
{
	struct show out = { 0 };
	struct progress p;
	char text[256];

	progress_begin(&p, &out, "checking");
	progress_tell(&p, 1, 10);
	assert_int_equal(seen(*state, text, sizeof text), 0);
	p.began_ms -= 2000;
	progress_tell(&p, 5, 10);
	(void)seen(*state, text, sizeof text);
	assert_string_equal(text, "\r\033[Kchecking: 5 of 10 (50 %)");
	progress_tell(&p, 6, 10);
	assert_int_equal(seen(*state, text, sizeof text), 0);
	p.told_ms -= 1000;
	progress_tell(&p, 7, 0);
	(void)seen(*state, text, sizeof text);
	assert_string_equal(text, "\r\033[Kchecking: 7");
	progress_end(&p);
	(void)seen(*state, text, sizeof text);
	assert_string_equal(text, "\r\033[K");
}

static void
nothing_is_shown_with_json_or_quiet(void **state)
{
	struct show outs[] = { { .json = true }, { .quiet = true } };
	struct progress p;
	char text[256];

	for (size_t i = 0; i < 2; i++) {
		progress_begin(&p, &outs[i], "checking");
		p.began_ms -= 2000;
		progress_tell(&p, 5, 10);
		progress_end(&p);
		assert_int_equal(seen(*state, text, sizeof text), 0);
	}
}

static void
nothing_is_shown_in_a_pipe(void **state)
{
	struct show out = { 0 };
	struct progress p;
	char text[256];
	int ends[2], terminal = dup(STDERR_FILENO);

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	progress_begin(&p, &out, "checking");
	p.began_ms -= 2000;
	progress_tell(&p, 5, 10);
	progress_end(&p);
	assert_true(dup2(terminal, STDERR_FILENO) >= 0);
	assert_true(read(ends[0], text, sizeof text) < 0);
	(void)close(terminal);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_shown_within_a_second_and_the_line_is_taken_away, attach, detach),
		cmocka_unit_test_setup_teardown(nothing_is_shown_with_json_or_quiet, attach, detach),
		cmocka_unit_test_setup_teardown(nothing_is_shown_in_a_pipe, attach, detach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
