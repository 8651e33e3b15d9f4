#include "monitor/spot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"

#define ACCESS_LIST "system.posix_acl_access"
enum { ACCESS_LIST_MAX = 4096, BESIDE = NAME_MAX + 32 };

static const char *const endings[] = { [CTN_SPOT_NOW] = NULL, [CTN_SPOT_NEW] = ".catena-new", [CTN_SPOT_OLD] = ".catena-old" };
static const char unfinished[] = ".catena-tmp";

static const char *
beside(char out[BESIDE], const char *name, const char *ending)
{
	if (ending == NULL)
		return name;
	(void)snprintf(out, BESIDE, ".%s%s", name, ending);
	return out;
}

static const char *
name_of(char out[BESIDE], const ctn_spot *s, enum ctn_spot_state which)
{
	return beside(out, s->name, endings[which]);
}

static bool
has(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* ---- folders */

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n > k && strcmp(text + n - k, end) == 0;
}

/* Does something of ours stand in it? */
static bool
look_for_ours(ctn_spot_folder *f, struct ctn_err *e)
{
	int fd = openat(f->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (dir == NULL) {
		(void)ctn_fail_errno(e, CTN_EFILE, "%s", f->path);
		ctn_fd_close(&fd);
		return false;
	}
	while (!f->begun && (entry = readdir(dir)) != NULL)
		f->begun = entry->d_name[0] == '.' && (ends_with(entry->d_name, endings[CTN_SPOT_NEW]) || ends_with(entry->d_name, endings[CTN_SPOT_OLD]));
	(void)closedir(dir);
	return true;
}

/* NULL: failed. */
static ctn_spot_folder *
open_folder(ctn_spots *all, const char *path, struct ctn_err *e)
{
	ctn_spot_folder *f;

	for (f = all->first; f != NULL; f = f->next)
		if (strcmp(f->path, path) == 0)
			return f;
	f = ctn_arena_new(all->a, ctn_spot_folder, 1);
	if (f == NULL || (f->path = ctn_arena_text(all->a, path)) == NULL) {
		(void)ctn_fail_memory(e);
		return NULL;
	}
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (f->fd < 0) {
		(void)ctn_fail_errno(e, CTN_EFILE, "%s", path);
		return NULL;
	}
	f->next = all->first;
	all->first = f;
	return look_for_ours(f, e) ? f : NULL;
}

void
ctn_spots_close(ctn_spots *all)
{
	for (ctn_spot_folder *f = all->first; f != NULL; f = f->next)
		ctn_fd_close(&f->fd);
	all->first = NULL;
}

/* Path and name of a path that has no links in it, which becomes its folder's. */
static bool
split(ctn_spot *s, ctn_spots *all, char *real, struct ctn_err *e)
{
	char *slash = strrchr(real, '/');

	if (slash == NULL || slash[1] == '\0')
		return ctn_fail(e, CTN_EFILE, "%s: is no regular file", real);
	s->path = ctn_arena_text(all->a, real);
	s->name = ctn_arena_text(all->a, slash + 1);
	if (s->path == NULL || s->name == NULL)
		return ctn_fail_memory(e);
	slash[slash == real ? 1 : 0] = '\0';
	return true;
}

bool
ctn_spot_find(ctn_spot *out, ctn_spots *all, const char *path, struct ctn_err *e)
{
	CTN_OWN_TEXT char *real = realpath(path, NULL);
	ctn_spot s = { 0 };
	struct stat st;

	if (real == NULL)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	if (!split(&s, all, real, e))
		return false;
	s.folder = open_folder(all, real, e);
	if (s.folder == NULL)
		return false;
	if (fstatat(s.folder->fd, s.name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", s.path);
	if (!S_ISREG(st.st_mode))
		return ctn_fail(e, CTN_EFILE, "%s: is no regular file", s.path);
	s.uid = st.st_uid;
	s.gid = st.st_gid;
	s.mode = st.st_mode & 0777;
	*out = s;
	return true;
}

/* ---- reading */

bool
ctn_spot_has(const ctn_spot *s, enum ctn_spot_state which)
{
	char name[BESIDE];

	return has(s->folder->fd, name_of(name, s, which));
}

static bool
read_all(ctn_buf *out, int fd, const char *path, struct ctn_err *e)
{
	uint8_t some[8192];
	size_t before = out->n;
	ssize_t got;

	do {
		got = read(fd, some, sizeof some);
		if (got > 0)
			ctn_buf_add(out, some, (size_t)got);
	} while ((got > 0 && out->n - before <= CTN_SPOT_MAX) || (got < 0 && errno == EINTR));
	ctn_wipe(some, sizeof some);
	if (got < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	if (out->n - before > CTN_SPOT_MAX)
		return ctn_fail(e, CTN_EFILE, "%s: larger than %u bytes", path, CTN_SPOT_MAX);
	return ctn_buf_ok(out, e);
}

bool
ctn_spot_read(ctn_buf *out, const ctn_spot *s, enum ctn_spot_state which, struct ctn_err *e)
{
	char name[BESIDE];
	CTN_OWN_FD fd = openat(s->folder->fd, name_of(name, s, which), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s/%s", s->folder->path, name_of(name, s, which));
	if (!S_ISREG(st.st_mode))
		return ctn_fail(e, CTN_EFILE, "%s/%s: is no regular file", s->folder->path, name_of(name, s, which));
	return read_all(out, fd, s->path, e);
}

/* ---- writing */

/* The access list says more than the mode, and holds it: so it comes last. */
static bool
keep_access_list(int fd, const ctn_spot *s, struct ctn_err *e)
{
	CTN_OWN_FD now = openat(s->folder->fd, s->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char list[ACCESS_LIST_MAX];
	ssize_t n = now < 0 ? -1 : fgetxattr(now, ACCESS_LIST, list, sizeof list);

	if (n < 0)
		return now >= 0 && errno != ERANGE ? true : ctn_fail_errno(e, CTN_EFILE, "%s: its access list", s->path);
	return fsetxattr(fd, ACCESS_LIST, list, (size_t)n, 0) == 0 || ctn_fail_errno(e, CTN_EFILE, "%s: keeping its access list", s->path);
}

static bool
like_now(int fd, const ctn_spot *s, struct ctn_err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", s->path);
	if ((st.st_uid != s->uid || st.st_gid != s->gid) && fchown(fd, s->uid, s->gid) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s: keeping its owner %ju and group %ju", s->path, (uintmax_t)s->uid, (uintmax_t)s->gid);
	if (fchmod(fd, s->mode) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s: keeping its mode %04o", s->path, (unsigned)s->mode);
	return keep_access_list(fd, s, e);
}

static bool
write_unfinished(const ctn_spot *s, ctn_span bytes, struct ctn_err *e)
{
	char name[BESIDE];
	CTN_OWN_FD fd = -1;

	(void)beside(name, s->name, unfinished);
	if (unlinkat(s->folder->fd, name, 0) != 0 && errno != ENOENT)
		return ctn_fail_errno(e, CTN_EFILE, "%s/%s", s->folder->path, name);
	fd = openat(s->folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s: making a file beside it", s->path);
	if (!like_now(fd, s, e) || !ctn_fd_write(fd, bytes, s->path, e))
		return false;
	return ctn_fd_sync(fd) || ctn_fail_errno(e, CTN_EFILE, "%s: syncing", s->path);
}

static void
drop(const ctn_spot *s, const char *ending)
{
	char name[BESIDE];

	(void)unlinkat(s->folder->fd, beside(name, s->name, ending), 0);
}

bool
ctn_spot_check(const ctn_spot *s, struct ctn_err *e)
{
	bool ok = write_unfinished(s, (ctn_span){ 0 }, e);

	drop(s, unfinished);
	return ok;
}

static bool
write_as(const ctn_spot *s, ctn_span bytes, const char *ending, struct ctn_err *e)
{
	char from[BESIDE], to[BESIDE];

	if (!write_unfinished(s, bytes, e)) {
		drop(s, unfinished);
		return false;
	}
	if (renameat(s->folder->fd, beside(from, s->name, unfinished), s->folder->fd, beside(to, s->name, ending)) == 0)
		return true;
	(void)ctn_fail_errno(e, CTN_EFILE, "%s/%s", s->folder->path, to);
	drop(s, unfinished);
	return false;
}

bool
ctn_spot_wait(const ctn_spot *s, ctn_span bytes, struct ctn_err *e)
{
	return write_as(s, bytes, endings[CTN_SPOT_NEW], e) && ctn_spot_sync(s, e);
}

void
ctn_spot_forget(const ctn_spot *s)
{
	drop(s, endings[CTN_SPOT_NEW]);
}

/* A second name for what is there now; a copy where a file system or the kernel's protection of links does not allow one. */
static bool
also_as(const ctn_spot *s, enum ctn_spot_state which, struct ctn_err *e)
{
	CTN_OWN_BUF bytes = { .secret = true };
	char name[BESIDE];

	if (linkat(s->folder->fd, s->name, s->folder->fd, name_of(name, s, which), 0) == 0)
		return true;
	if (errno == EEXIST)
		return ctn_fail_errno(e, CTN_EFILE, "%s/%s", s->folder->path, name);
	return ctn_spot_read(&bytes, s, CTN_SPOT_NOW, e) && write_as(s, ctn_buf_view(&bytes), endings[which], e);
}

bool
ctn_spot_keep(const ctn_spot *s, struct ctn_err *e)
{
	return also_as(s, CTN_SPOT_OLD, e);
}

/* Two names of one file are left as they are by rename(2): the one beside is not needed then. */
static bool
take_place(const ctn_spot *s, enum ctn_spot_state which, struct ctn_err *e)
{
	char name[BESIDE];

	if (renameat(s->folder->fd, name_of(name, s, which), s->folder->fd, s->name) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s: replacing it by %s", s->path, name);
	drop(s, endings[which]);
	return true;
}

bool
ctn_spot_switch(const ctn_spot *s, struct ctn_err *e)
{
	return take_place(s, CTN_SPOT_NEW, e);
}

bool
ctn_spot_unswitch(const ctn_spot *s, struct ctn_err *e)
{
	if (ctn_spot_has(s, CTN_SPOT_NEW) || !ctn_spot_has(s, CTN_SPOT_OLD) || !ctn_spot_has(s, CTN_SPOT_NOW))
		return true;
	return also_as(s, CTN_SPOT_NEW, e);
}

bool
ctn_spot_restore(const ctn_spot *s, struct ctn_err *e)
{
	return !ctn_spot_has(s, CTN_SPOT_OLD) || take_place(s, CTN_SPOT_OLD, e);
}

void
ctn_spot_done(const ctn_spot *s)
{
	drop(s, endings[CTN_SPOT_OLD]);
}

bool
ctn_spot_sync(const ctn_spot *s, struct ctn_err *e)
{
	return ctn_fd_sync(s->folder->fd) || ctn_fail_errno(e, CTN_EFILE, "%s: syncing", s->folder->path);
}

/* ---- nobody else */

bool
ctn_spot_lock(const ctn_spot *s, struct ctn_err *e)
{
	ctn_spot_folder *f = s->folder;

	if (f->locked)
		return true;
	if (flock(f->fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? ctn_fail(e, CTN_ELOCKED, "%s: somebody else is replacing files in it", f->path) :
					      ctn_fail_errno(e, CTN_EFILE, "%s: locking it", f->path);
	f->locked = true;
	return true;
}
