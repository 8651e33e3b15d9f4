/* Archives of any kind: what is read keeps its bounds, and a header that was read is written again octet by octet. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/dir.h"
#include "ca/parts.h"
#include "ca/tar.h"

static bool
take(void *ctx, const ctn_tar_entry *entry, int *out, struct ctn_err *e)
{
	const char *name = entry->name;

	(void)ctx;
	(void)e;
	if (name[0] == '\0' || name[0] == '/' || strstr(name, "//") != NULL || strcmp(name, "..") == 0 || strncmp(name, "../", 3) == 0 ||
	    strstr(name, "/../") != NULL || entry->size > CTN_TAR_SIZE_MAX || (entry->mode & ~0777u) != 0)
		abort();
	if (ctn_part_of(name) != NULL && entry->size > ctn_part_of(name)->max)
		return ctn_fail(e, CTN_EINPUT, "too large");
	*out = memfd_create("out", MFD_CLOEXEC);
	return *out >= 0;
}

static bool
finish(void *ctx, const ctn_tar_entry *entry, int out, struct ctn_err *e)
{
	(void)ctx;
	(void)e;
	if (lseek(out, 0, SEEK_END) != (off_t)entry->size)
		abort();
	return true;
}

/* A header that is read tells the same when it is written and read again. */
static void
round_trip(const uint8_t *block)
{
	uint8_t again[CTN_TAR_BLOCK];
	ctn_tar_entry one, two;
	struct ctn_err e = { 0 };
	bool end;

	if (!ctn_tar_parse(&one, &end, block, &e) || end)
		return;
	if (!ctn_tar_header(again, &one, &e) || !ctn_tar_parse(&two, &end, again, &e) || end)
		abort();
	if (strcmp(one.name, two.name) != 0 || one.size != two.size || one.mode != two.mode)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_tar_sink sink = { .accept = take, .done = finish };
	CTN_OWN_FD fd = memfd_create("in", MFD_CLOEXEC);
	struct ctn_err e = { 0 };

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		return 0;
	if (size >= CTN_TAR_BLOCK)
		round_trip(data);
	if (!ctn_tar_read(fd, "input", &sink, &e) && e.code == CTN_OK)
		abort();
	return 0;
}
