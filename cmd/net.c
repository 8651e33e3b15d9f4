#include "cmd/net.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/version.h"

#define FILE_NAME "libcatena-net.so"

static bool
same_version(const char *version, const char *path, struct ctn_err *e)
{
	if (strcmp(version, CTN_VERSION) == 0)
		return true;
	(void)ctn_fail(e, CTN_EFILE, "%s is of version %s, and this program of %s", path, version, CTN_VERSION);
	return ctn_hint(e, "install catena and its libcatena-net from one release");
}

static bool
take_net(const ctn_net_api **net, void *library, const char *path, struct ctn_err *e)
{
	const ctn_net_api *table = dlsym(library, "ctn_net_table");

	if (table == NULL)
		return ctn_fail(e, CTN_EFILE, "%s is no libcatena-net", path);
	*net = table;
	return same_version(table->version, path, e);
}

static bool
take_probe(const ctn_probe_api **probe, void *library, const char *path, struct ctn_err *e)
{
	const ctn_probe_api *table = dlsym(library, "ctn_probe_table");

	if (table == NULL)
		return ctn_fail(e, CTN_EFILE, "%s is no libcatena-net", path);
	*probe = table;
	return same_version(table->version, path, e);
}

static bool
not_installed(struct ctn_err *e)
{
	(void)ctn_fail(e, CTN_EFILE, "libcatena-net is not installed, and nothing is fetched, sent or probed without it");
	return ctn_hint(e, "install the whole of catena: cmake --install puts it below lib/catena/");
}

bool
net_open_file(const ctn_net_api **net, const ctn_probe_api **probe, const char *path, struct ctn_err *e)
{
	void *library;

	if (!ctn_file_exists(path))
		return not_installed(e);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return ctn_fail(e, CTN_EFILE, "libcatena-net cannot be used: %s", dlerror());
	return (net == NULL || take_net(net, library, path, e)) && (probe == NULL || take_probe(probe, library, path, e));
}

/* Of the program, with the slash at its end. */
static bool
program_folder(char *folder, size_t max, struct ctn_err *e)
{
	ssize_t n = readlink("/proc/self/exe", folder, max - 1);
	char *slash;

	if (n < 0)
		return ctn_fail_errno(e, CTN_EFILE, "where this program lies: /proc/self/exe");
	folder[n] = '\0';
	slash = strrchr(folder, '/');
	if (slash == NULL || (size_t)n == max - 1)
		return ctn_fail(e, CTN_EFILE, "where this program lies is not known");
	slash[1] = '\0';
	return true;
}

bool
net_open(const ctn_net_api **net, const ctn_probe_api **probe, ctn_arena *a, struct ctn_err *e)
{
	const char *from_bin = CATENA_NET_FROM_BIN;
	char folder[PATH_MAX];
	const char *path;

	if (!program_folder(folder, sizeof folder, e))
		return false;
	path = ctn_arena_printf(a, "%s" FILE_NAME, folder);
	if (path != NULL && !ctn_file_exists(path))
		path = ctn_arena_printf(a, "%s%s/" FILE_NAME, from_bin[0] == '/' ? "" : folder, from_bin);
	return path == NULL ? ctn_fail_memory(e) : net_open_file(net, probe, path, e);
}
