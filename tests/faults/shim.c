/*
 * Loaded before the C library: fails the n-th allocation (and, sticky, all that follow), fails every source of
 * randomness from the n-th request on, or lets write(2) take only part of what it is given.
 *
 * SHIM_MEMORY=N[+]  the N-th allocation gives NULL; with + every one after it too
 * SHIM_RANDOM=N     the N-th request for randomness fails, and all after it; the devices cannot be opened
 * SHIM_SHORT=1      a write to a file takes half of its bytes at a time
 * SHIM_COUNT=FILE   "allocations requests" is written there at the end
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t align, size_t n);

static long memory_at, random_at, allocations, requests;
static int sticky, shorten, started;
static const char *count_file;

__attribute__((constructor)) static void
start(void)
{
	const char *memory = getenv("SHIM_MEMORY"), *randomness = getenv("SHIM_RANDOM");

	memory_at = memory != NULL ? atol(memory) : 0;
	sticky = memory != NULL && strchr(memory, '+') != NULL;
	random_at = randomness != NULL ? atol(randomness) : 0;
	shorten = getenv("SHIM_SHORT") != NULL;
	count_file = getenv("SHIM_COUNT");
	started = 1;
}

__attribute__((destructor)) static void
finish(void)
{
	char text[64];
	int fd, n;

	started = 0;
	if (count_file == NULL)
		return;
	fd = open(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	n = snprintf(text, sizeof text, "%ld %ld\n", allocations, requests);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		abort();
	close(fd);
}

static int
fails(void)
{
	if (!started)
		return 0;
	allocations++;
	if (memory_at == 0 || allocations < memory_at || (allocations > memory_at && !sticky))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

void *
aligned_alloc(size_t align, size_t n)
{
	return fails() ? NULL : __libc_memalign(align, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	*p = fails() ? NULL : __libc_memalign(align, n);
	return *p == NULL ? ENOMEM : 0;
}

void *
mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	if ((flags & MAP_ANONYMOUS) != 0 && fails())
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, n, protection, flags, fd, offset);
}

/* Spared: glibc's own name service asserts and crashes without memory (seen in 2.36), before anything of ours has begun. */
struct passwd *
getpwuid(uid_t uid)
{
	struct passwd *(*real)(uid_t);
	struct passwd *found;
	int was = started;

	started = 0;
	*(void **)&real = dlsym(RTLD_NEXT, "getpwuid");
	found = real(uid);
	started = was;
	return found;
}

static int
random_fails(void)
{
	if (!started)
		return 0;
	requests++;
	if (random_at == 0 || requests < random_at)
		return 0;
	errno = EIO;
	return 1;
}

ssize_t
getrandom(void *p, size_t n, unsigned flags)
{
	return random_fails() ? -1 : (ssize_t)syscall(SYS_getrandom, p, n, flags);
}

int
getentropy(void *p, size_t n)
{
	return random_fails() || syscall(SYS_getrandom, p, n, 0) != (long)n ? -1 : 0;
}

static int
is_random_device(const char *path)
{
	static const char *const names[] = { "/dev/urandom", "/dev/random", "/dev/hwrng", "/dev/srandom" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (random_at != 0 && strcmp(path, names[i]) == 0)
			return 1;
	return 0;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (is_random_device(path)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

static size_t
part_of(int fd, size_t n)
{
	struct stat st;

	return shorten && n > 1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? n / 2 : n;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	return (ssize_t)syscall(SYS_write, fd, p, part_of(fd, n));
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return (ssize_t)syscall(SYS_pwrite64, fd, p, part_of(fd, n), at);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at) __attribute__((alias("pwrite64")));
