/* libcatena-net as the program opens it: found, of the same version, or an error that says what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/version.h"
#include "cmd/net.h"

/* The build's own: two folders above this test. */
static void
library(char *path, size_t max)
{
	ssize_t n = readlink("/proc/self/exe", path, max - 1);

	assert_true(n > 0);
	path[n] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(path, '/') = '\0';
	strncat(path, "/libcatena-net.so", max - strlen(path) - 1);
}

static void
the_built_one_opens_and_is_of_this_version(void **state)
{
	const ctn_net_api *net = NULL;
	struct ctn_err e = { 0 };
	char path[4096];

	(void)state;
	library(path, sizeof path);
	if (!net_open_file(&net, NULL, path, &e))
		fail_msg("%s", e.text);
	assert_string_equal(net->version, CTN_VERSION);
	assert_non_null(net->fetch);
	assert_non_null(net->send);
}

static void
a_missing_one_is_an_error_that_says_what_to_install(void **state)
{
	const ctn_net_api *net = NULL;
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(net_open_file(&net, NULL, "/nonexistent/libcatena-net.so", &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "libcatena-net is not installed, and nothing is fetched, sent or probed without it");
	assert_string_equal(e.hint, "install the whole of catena: cmake --install puts it below lib/catena/");
}

static void
open_text(const char *text, const char *wanted)
{
	char path[] = "/tmp/catena-net-XXXXXX";
	const ctn_net_api *net = NULL;
	struct ctn_err e = { 0 };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_false(net_open_file(&net, NULL, path, &e));
	unlink(path);
	assert_int_equal(e.code, CTN_EFILE);
	assert_non_null(strstr(e.text, wanted));
}

static void
what_is_no_library_is_refused(void **state)
{
	(void)state;
	open_text("no library at all", "libcatena-net cannot be used: ");
}

static void
another_library_is_refused(void **state)
{
	const ctn_net_api *net = NULL;
	struct ctn_err e = { 0 };
	char path[4096];

	(void)state;
	library(path, sizeof path);
	*strrchr(path, '/') = '\0';
	strncat(path, "/libcatena.so.0", sizeof path - strlen(path) - 1);
	assert_false(net_open_file(&net, NULL, path, &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_non_null(strstr(e.text, "is no libcatena-net"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_built_one_opens_and_is_of_this_version),
		cmocka_unit_test(a_missing_one_is_an_error_that_says_what_to_install),
		cmocka_unit_test(what_is_no_library_is_refused),
		cmocka_unit_test(another_library_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
