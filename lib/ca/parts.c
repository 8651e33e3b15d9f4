#include "ca/parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/dir.h"

#define HOME_MODE 0711 /* public/ may be served by somebody else */
#define DEPTH 3

static const ctn_part parts[] = {
	{ .name = CTN_DATABASE_FILE, .max = UINT64_C(1) << 40, .mode = 0600 },
	{ .name = CTN_HIGHWATER_FILE, .max = 1u << 20, .mode = 0600 },
	{ .name = "keys", .is_folder = true, .max = 64u << 10, .mode = 0600, .folder_mode = 0700 },
	{ .name = "policies", .is_folder = true, .max = 256u << 10, .mode = 0600, .folder_mode = 0700 },
	{ .name = "public", .is_folder = true, .max = 256u << 20, .mode = 0644, .folder_mode = 0755 },
};

size_t
ctn_part_count(void)
{
	return sizeof parts / sizeof *parts;
}

const ctn_part *
ctn_part_at(size_t i)
{
	return &parts[i];
}

static bool
belongs(const ctn_part *p, const char *path)
{
	size_t n = strlen(p->name);

	if (!p->is_folder)
		return strcmp(path, p->name) == 0;
	if (strncmp(path, p->name, n) != 0 || path[n] != '/')
		return false;
	path += n + 1;
	return path[0] != '\0' && path[0] != '.' && strchr(path, '/') == NULL;
}

const ctn_part *
ctn_part_of(const char *path)
{
	for (size_t i = 0; i < ctn_part_count(); i++)
		if (belongs(&parts[i], path))
			return &parts[i];
	return NULL;
}

/* The umask may have taken bits that others need to reach public/. */
static bool
make_folder(const char *path, mode_t mode, struct ctn_err *e)
{
	if (mkdir(path, mode) != 0)
		return ctn_fail_errno(e, errno == EEXIST ? CTN_EEXISTS : CTN_EFILE, "%s", path);
	return chmod(path, mode) == 0 || ctn_fail_errno(e, CTN_EFILE, "%s", path);
}

bool
ctn_parts_make_home(const char *path, struct ctn_err *e)
{
	return make_folder(path, HOME_MODE, e);
}

bool
ctn_parts_make_folders(const char *path, struct ctn_err *e)
{
	for (size_t i = 0; i < ctn_part_count(); i++) {
		CTN_OWN_BUF folder = { 0 };

		if (!parts[i].is_folder)
			continue;
		ctn_buf_printf(&folder, "%s/%s", path, parts[i].name);
		if (ctn_buf_cstr(&folder) == NULL)
			return ctn_fail_memory(e);
		if (!make_folder(ctn_buf_cstr(&folder), parts[i].folder_mode, e))
			return false;
	}
	return true;
}

static void
remove_below(const char *path, unsigned depth)
{
	DIR *d = depth == 0 ? NULL : opendir(path);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		CTN_OWN_BUF below = { 0 };

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		ctn_buf_printf(&below, "%s/%s", path, entry->d_name);
		if (ctn_buf_cstr(&below) != NULL && unlink(ctn_buf_cstr(&below)) != 0)
			remove_below(ctn_buf_cstr(&below), depth - 1);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(path);
}

void
ctn_parts_remove(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		remove_below(path, DEPTH);
}

bool
ctn_parts_make_parents(const char *path, ctn_arena *a, struct ctn_err *e)
{
	char *copy = ctn_arena_text(a, path);

	if (copy == NULL)
		return ctn_fail_memory(e);
	for (char *p = copy + 1; *copy != '\0' && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			return ctn_fail_errno(e, CTN_EFILE, "%s", copy);
		*p = '/';
	}
	return true;
}

bool
ctn_parts_is_outside(const char *home, const char *path, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *folder = a == NULL ? NULL : ctn_dir_of(a, path), inner[PATH_MAX], outer[PATH_MAX];
	size_t n;

	if (folder == NULL)
		return ctn_fail_memory(e);
	if (realpath(folder, inner) == NULL)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	if (realpath(home, outer) == NULL)
		return ctn_fail_errno(e, CTN_EFILE, "%s", home);
	n = strlen(outer);
	if (strncmp(inner, outer, n) != 0 || (inner[n] != '\0' && inner[n] != '/'))
		return true;
	ctn_fail(e, CTN_EUSAGE, "%s: lies in the home itself", path);
	return ctn_hint(e, "name a file elsewhere, best on another machine's disk");
}
