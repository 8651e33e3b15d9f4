#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define READ_STEP ((size_t)16 << 10)
#define TEMP_TRIES 64
#define SAFE_NAME_MAX 240 /* of the 255 that file systems allow, so that endings still fit */

/* What each rule asks of an opened file. */
static const struct demand {
	int open_flags;
	bool regular;
	bool one_link;
	bool own;
	mode_t forbidden;
	const char *chmod;
} demands[] = {
	[CTN_FILE_PLAIN] = { .open_flags = 0 },
	[CTN_FILE_OWN] = { .open_flags = O_NONBLOCK, .regular = true, .forbidden = 022, .chmod = "go-w" },
	[CTN_FILE_PRIVATE] = { .open_flags = O_NONBLOCK | O_NOFOLLOW, .regular = true, .one_link = true, .own = true,
	    .forbidden = 077, .chmod = "600" },
	[CTN_FILE_PASSPHRASE] = { .open_flags = O_NONBLOCK, .regular = true, .forbidden = 077, .chmod = "600" },
	[CTN_FILE_CREDENTIAL] = { .open_flags = O_NONBLOCK, .regular = true },
};

static const char *
kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return S_ISCHR(mode) || S_ISBLK(mode) ? "a device" : "no regular file";
}

static bool
refuse_mode(const char *path, mode_t mode, const struct demand *d, struct ctn_err *e)
{
	mode_t bad = mode & d->forbidden;
	const char *who = (bad & 07) != 0 ? "others" : "its group";
	mode_t bits = (bad & 07) != 0 ? bad & 07 : bad >> 3;
	const char *what = (bits & 04) != 0 ? "read" : (bits & 02) != 0 ? "write" : "execute";

	(void)!ctn_fail(e, CTN_EFILE, "%s: mode %04o lets %s %s it", path, (unsigned)(mode & 07777), who, what);
	return ctn_hint(e, "chmod %s %s", d->chmod, path);
}

/* The descriptor is judged, not the name: what was opened cannot be swapped any more. */
static bool
judge(int fd, const char *path, const struct demand *d, struct ctn_err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	if (S_ISDIR(st.st_mode) || (d->regular && !S_ISREG(st.st_mode)))
		return ctn_fail(e, CTN_EFILE, "%s: is %s, not a file", path, kind_of(st.st_mode));
	if (d->one_link && st.st_nlink != 1)
		return ctn_fail(e, CTN_EFILE, "%s: has %ju hard links, and a key may have one", path, (uintmax_t)st.st_nlink);
	if (d->own && st.st_uid != geteuid() && st.st_uid != 0)
		return ctn_fail(e, CTN_EFILE, "%s: belongs to user %ju, not to this one or root", path, (uintmax_t)st.st_uid);
	return (st.st_mode & d->forbidden) == 0 || refuse_mode(path, st.st_mode, d, e);
}

static bool
open_judged(int *fd, const char *path, enum ctn_file_rule rule, struct ctn_err *e)
{
	const struct demand *d = &demands[rule];

	if (path[0] == '\0')
		return ctn_fail(e, CTN_EFILE, "a file name that is empty");
	do
		*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | d->open_flags);
	while (*fd < 0 && errno == EINTR);
	if (*fd < 0 && errno == ELOOP && (d->open_flags & O_NOFOLLOW) != 0)
		return ctn_fail(e, CTN_EFILE, "%s: is a symbolic link, which a key may not be", path);
	if (*fd < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	return judge(*fd, path, d, e);
}

/* read(2) that waits where the descriptor would not, as an inherited one may. */
static ssize_t
read_some(int fd, uint8_t *to, size_t n)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t got;

	for (;;) {
		got = read(fd, to, n);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
		if (errno == EAGAIN && poll(&ready, 1, -1) < 0 && errno != EINTR)
			return -1;
	}
}

static void
cut_back(ctn_buf *b, size_t n)
{
	if (b->secret && b->n > n)
		ctn_wipe(b->p + n, b->n - n);
	b->n = n;
}

/* One byte more than max is asked for, to tell a file that fills the bound from one that passes it. */
static bool
read_fd(ctn_buf *out, bool *more, int fd, const char *path, size_t max, struct ctn_err *e)
{
	uint8_t step[READ_STEP];
	size_t left = max;
	struct stat st;
	ssize_t got;

	/* Once, for all that a regular file will give; it may grow meanwhile. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (uintmax_t)st.st_size <= max)
		ctn_buf_room(out, (size_t)st.st_size);
	for (;;) {
		got = read_some(fd, step, left < sizeof(step) ? left + 1 : sizeof(step));
		if (got <= 0 || (size_t)got > left)
			break;
		ctn_buf_add(out, step, (size_t)got);
		left -= (size_t)got;
	}
	*more = got > 0;
	if (*more)
		ctn_buf_add(out, step, left);
	if (out->secret)
		ctn_wipe(step, sizeof(step));
	if (got < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", path);
	return ctn_buf_ok(out, e);
}

/* Opened by name, /dev/fd/N is judged as the file behind it, and a pipe is none; N itself was handed to us. */
static int
descriptor_in(const char *path)
{
	static const char prefix[] = "/dev/fd/";
	const char *at = path + sizeof(prefix) - 1;
	int n = 0;

	if (strcmp(path, "/dev/stdin") == 0)
		return STDIN_FILENO;
	if (strncmp(path, prefix, sizeof(prefix) - 1) != 0 || *at == '\0')
		return -1;
	for (; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || n > INT_MAX / 10 - 1)
			return -1;
		n = n * 10 + (*at - '0');
	}
	return n;
}

static int
borrowed_fd(const char *path, enum ctn_file_rule rule)
{
	if (rule == CTN_FILE_PLAIN && strcmp(path, "-") == 0)
		return STDIN_FILENO;
	return rule == CTN_FILE_PASSPHRASE ? descriptor_in(path) : -1;
}

static bool
read_path(ctn_buf *out, bool *more, const char *path, size_t max, enum ctn_file_rule rule, struct ctn_err *e)
{
	int borrowed = borrowed_fd(path, rule);
	size_t before = out->n;
	CTN_OWN_FD fd = -1;

	if (borrowed < 0 && !open_judged(&fd, path, rule, e))
		return false;
	if (read_fd(out, more, borrowed < 0 ? fd : borrowed, path, max, e))
		return true;
	cut_back(out, before);
	return false;
}

bool
ctn_file_read(ctn_buf *out, const char *path, size_t max, enum ctn_file_rule rule, struct ctn_err *e)
{
	size_t before = out->n;
	bool more;

	if (!read_path(out, &more, path, max, rule, e))
		return false;
	if (!more)
		return true;
	cut_back(out, before);
	return ctn_fail(e, rule == CTN_FILE_PLAIN ? CTN_EINPUT : CTN_EFILE, "%s: larger than %zu bytes", path, max);
}

bool
ctn_file_read_head(ctn_buf *out, const char *path, size_t max, enum ctn_file_rule rule, struct ctn_err *e)
{
	bool more;

	return read_path(out, &more, path, max, rule, e);
}

static bool
write_all(int fd, ctn_span bytes)
{
	while (bytes.n > 0) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			bytes.p += put;
			bytes.n -= (size_t)put;
		}
	}
	return true;
}

/* Where a file is to stand: its folder, opened once so that all steps happen in the same one, and its name there. */
struct place {
	int dir;
	const char *path;
	const char *name;
	char temp[80];
};

static bool
open_place(struct place *p, const char *path, struct ctn_err *e)
{
	const char *slash = strrchr(path, '/');
	CTN_OWN_TEXT char *dir = NULL;

	p->path = path;
	p->name = slash != NULL ? slash + 1 : path;
	if (p->name[0] == '\0')
		return ctn_fail(e, CTN_EFILE, "'%s': names a folder, not a file", path);
	dir = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
	if (dir == NULL)
		return ctn_fail_memory(e);
	p->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return p->dir >= 0 || ctn_fail_errno(e, CTN_EFILE, "%s", dir);
}

/* Unique by process, thread and moment; O_EXCL is what decides. */
static int
open_temp(struct place *p)
{
	struct timespec now = { 0 };
	int fd = -1;

	for (int try = 0; try < TEMP_TRIES; try++) {
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		(void)snprintf(p->temp, sizeof(p->temp), ".catena-%ld-%ld-%lld%09ld.tmp", (long)getpid(), (long)gettid(),
		    (long long)now.tv_sec, now.tv_nsec);
		fd = openat(p->dir, p->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || (errno != EEXIST && errno != EINTR))
			return fd;
	}
	return fd;
}

bool
ctn_fd_write(int fd, ctn_span bytes, const char *path, struct ctn_err *e)
{
	return write_all(fd, bytes) || ctn_fail_errno(e, CTN_EFILE, "%s: writing", path);
}

/* What a new file is to hold, and how it is to stand. */
struct content {
	ctn_file_fill fill;
	void *ctx;
	mode_t mode;
};

static bool
fill_temp(int fd, const struct content *c, const char *path, struct ctn_err *e)
{
	if (fchmod(fd, c->mode) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s: setting mode %04o", path, (unsigned)c->mode);
	if (!c->fill(c->ctx, fd, e))
		return false;
	return ctn_fd_sync(fd) || ctn_fail_errno(e, CTN_EFILE, "%s: syncing", path);
}

/* Without RENAME_NOREPLACE (old kernels, some network file systems) a hard link gives the same promise. */
static bool
move_new(const struct place *p)
{
	if (renameat2(p->dir, p->temp, p->dir, p->name, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (linkat(p->dir, p->temp, p->dir, p->name, 0) != 0)
		return false;
	if (unlinkat(p->dir, p->temp, 0) == 0)
		return true;
	(void)unlinkat(p->dir, p->name, 0);
	return false;
}

static bool
move_temp(const struct place *p, bool overwrite, struct ctn_err *e)
{
	if (overwrite && renameat(p->dir, p->temp, p->dir, p->name) == 0)
		return true;
	if (!overwrite && move_new(p))
		return true;
	if (!overwrite && errno == EEXIST)
		return ctn_fail(e, CTN_EEXISTS, "%s: exists already", p->path);
	return ctn_fail_errno(e, CTN_EFILE, "%s: putting it in place", p->path);
}

/* rename would put a file where /dev/null or a FIFO was; following a link to one is no better. */
static bool
may_replace(const struct place *p, struct ctn_err *e)
{
	struct stat st;

	if (fstatat(p->dir, p->name, &st, 0) != 0 || S_ISREG(st.st_mode))
		return true;
	return ctn_fail(e, CTN_EFILE, "%s: is %s, not a file", p->path, kind_of(st.st_mode));
}

static bool
put_in_place(struct place *p, const struct content *c, bool overwrite, struct ctn_err *e)
{
	CTN_OWN_FD fd = open_temp(p);

	if (fd < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s: making a temporary file beside it", p->path);
	if (!fill_temp(fd, c, p->path, e) || !move_temp(p, overwrite, e)) {
		(void)unlinkat(p->dir, p->temp, 0);
		return false;
	}
	if (ctn_fd_sync(p->dir))
		return true;
	(void)!ctn_fail_errno(e, CTN_EFILE, "%s: syncing its folder", p->path);
	if (!overwrite)
		(void)unlinkat(p->dir, p->name, 0);
	return false;
}

bool
ctn_file_make(const char *path, ctn_file_fill fill, void *ctx, mode_t mode, bool overwrite, struct ctn_err *e)
{
	struct content c = { .fill = fill, .ctx = ctx, .mode = mode };
	struct place p = { .dir = -1 };
	bool done;

	if (!open_place(&p, path, e))
		return false;
	done = (!overwrite || may_replace(&p, e)) && put_in_place(&p, &c, overwrite, e);
	ctn_fd_close(&p.dir);
	return done;
}

struct whole {
	ctn_span bytes;
	const char *path;
};

static bool
fill_whole(void *ctx, int fd, struct ctn_err *e)
{
	const struct whole *w = ctx;

	return ctn_fd_write(fd, w->bytes, w->path, e);
}

bool
ctn_file_write(const char *path, ctn_span bytes, mode_t mode, bool overwrite, struct ctn_err *e)
{
	struct whole w = { .bytes = bytes, .path = path };

	return ctn_file_make(path, fill_whole, &w, mode, overwrite, e);
}

bool
ctn_file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

char *
ctn_file_safe_name(ctn_arena *a, const char *name)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
	bool wild = name[0] == '*';
	const char *prefix = wild ? "_wildcard" : name[0] == '\0' ? "_" : "";
	int room = SAFE_NAME_MAX - (int)strlen(prefix);
	char *out = ctn_arena_printf(a, "%s%.*s", prefix, room, name + wild);

	if (out == NULL)
		return NULL;
	for (char *c = out; *c != '\0'; c++) {
		if (strchr(safe, *c) == NULL || (c == out && *c == '.'))
			*c = '_';
	}
	return out;
}
