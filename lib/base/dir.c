#include "base/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"

#define LIST_MAX 100000
#define POLL_NS 20000000L

void
ctn_fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

char *
ctn_dir_of(ctn_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ctn_arena_text(a, ".");
	return ctn_arena_text_n(a, path, slash == path ? 1 : (size_t)(slash - path));
}

/* Some file systems cannot sync a folder and say EINVAL; there is nothing better to do on them. */
bool
ctn_fd_sync(int fd)
{
	struct stat st;
	int rc;

	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return true;
	return errno == EINVAL && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
ctn_dir_make(const char *path, mode_t mode, struct ctn_err *e)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return true;
	if (errno != EEXIST)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	if (stat(path, &st) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	return S_ISDIR(st.st_mode) || ctn_fail(e, CTN_EFILE, "%s: exists and is not a folder", path);
}

bool
ctn_dir_sync(const char *path, struct ctn_err *e)
{
	CTN_OWN_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	return ctn_fd_sync(fd) || ctn_fail_errno(e, CTN_EFILE, "%s: syncing", path);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The pointers gather in a buffer, since how many there will be is not known. */
static bool
gather(ctn_buf *found, DIR *dir, const char *path, ctn_arena *a, struct ctn_err *e)
{
	for (;;) {
		const struct dirent *entry;
		char *name;

		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			return errno == 0 || ctn_fail_errno(e, CTN_EFILE, "%s", path);
		if (entry->d_name[0] == '.')
			continue;
		if (found->n / sizeof(name) == LIST_MAX)
			return ctn_fail(e, CTN_EFILE, "%s: more than %d entries", path, LIST_MAX);
		name = ctn_arena_text(a, entry->d_name);
		if (name == NULL)
			return ctn_fail_memory(e);
		ctn_buf_add(found, &name, sizeof(name));
	}
}

bool
ctn_dir_list(char ***names, size_t *n, const char *path, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN_BUF found = { 0 };
	DIR *dir = opendir(path);
	char **list;
	bool read;

	if (dir == NULL)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	read = gather(&found, dir, path, a, e);
	(void)closedir(dir);
	if (!read || !ctn_buf_ok(&found, e))
		return false;
	list = ctn_arena_copy(a, found.p, found.n);
	if (list == NULL)
		return ctn_fail_memory(e);
	*n = found.n / sizeof(*list);
	if (*n > 0)
		qsort(list, *n, sizeof(*list), by_name);
	*names = list;
	return true;
}

bool
ctn_dir_is_local(const char *path, struct ctn_err *e)
{
	static const struct {
		uint32_t magic;
		const char *name;
	} remote[] = {
		{ NFS_SUPER_MAGIC, "NFS" }, { SMB_SUPER_MAGIC, "SMB" }, { 0xff534d42U, "CIFS" }, { 0xfe534d42U, "SMB" },
		{ V9FS_MAGIC, "9P" }, { AFS_SUPER_MAGIC, "AFS" }, { AFS_FS_MAGIC, "AFS" }, { CODA_SUPER_MAGIC, "Coda" },
		{ NCP_SUPER_MAGIC, "NCP" }, { 0x00c36400U, "Ceph" }, { 0x0bd00bd0U, "Lustre" },
	};
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return ctn_fail_errno(e, CTN_ESTORE, "%s", path);
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
		if ((uint32_t)fs.f_type != remote[i].magic)
			continue;
		(void)!ctn_fail(e, CTN_ESTORE, "%s: lies on a network file system (%s), whose locks a database cannot rely on",
		    path, remote[i].name);
		return ctn_hint(e, "put it on a local file system");
	}
	return true;
}

/* The folder may have been renamed away while we waited: then the lock is on one that nobody will look at. */
static bool
still_there(int fd, const char *dir)
{
	struct stat held, named;

	if (fstat(fd, &held) != 0 || stat(dir, &named) != 0)
		return false;
	return held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static double
monotonic_s(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* EWOULDBLOCK in errno when somebody else holds it, or when what we locked is no longer the folder of that name. */
static int
try_lock(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int reason = EWOULDBLOCK;

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		reason = errno;
	else if (still_there(fd, dir))
		return fd;
	(void)close(fd);
	errno = reason;
	return -1;
}

bool
ctn_lock_take(ctn_lock *l, const char *dir, double wait_s, struct ctn_err *e)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	double until_s = monotonic_s() + wait_s;

	for (;;) {
		l->fd = try_lock(dir);
		if (l->fd >= 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return ctn_fail_errno(e, CTN_EFILE, "%s: locking", dir);
		if (!(monotonic_s() < until_s))
			break;
		(void)nanosleep(&pause, NULL);
	}
	(void)!ctn_fail(e, CTN_ELOCKED, "%s: another process holds it", dir);
	return ctn_hint(e, "try again, or wait longer with --wait");
}

void
ctn_lock_free(ctn_lock *l)
{
	ctn_fd_close(&l->fd);
}
