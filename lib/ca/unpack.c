#include "ca/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "ca/parts.h"
#include "ca/tar.h"

#define FILES_MAX 100000

struct unpacking {
	const char *into;
	int folder; /* descriptor of it */
	size_t files;
};

/* O_EXCL: a name that comes twice is an archive that nobody of ours wrote. */
static bool
accept_entry(void *ctx, const ctn_tar_entry *entry, int *out, struct ctn_err *e)
{
	const ctn_part *part = ctn_part_of(entry->name);
	struct unpacking *u = ctx;

	if (part == NULL)
		return ctn_fail(e, CTN_EINPUT, "'%s' is no part of a home", entry->name);
	if (entry->size > part->max)
		return ctn_fail(e, CTN_EINPUT, "%s: %llu octets are more than such a file may have", entry->name, (unsigned long long)entry->size);
	if (u->files++ == FILES_MAX)
		return ctn_fail(e, CTN_EINPUT, "more than %d files", FILES_MAX);
	*out = openat(u->folder, entry->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*out < 0 && errno == EEXIST)
		return ctn_fail(e, CTN_EINPUT, "'%s' comes twice", entry->name);
	return *out >= 0 || ctn_fail_errno(e, CTN_EFILE, "%s/%s", u->into, entry->name);
}

static bool
finish_entry(void *ctx, const ctn_tar_entry *entry, int out, struct ctn_err *e)
{
	const ctn_part *part = ctn_part_of(entry->name);
	const struct unpacking *u = ctx;

	if (fchmod(out, part->mode) != 0 || !ctn_fd_sync(out))
		return ctn_fail_errno(e, CTN_EFILE, "%s/%s", u->into, entry->name);
	return true;
}

/* The folders hold the names: they too must be durable before the home is put in place. */
static bool
settle(const struct unpacking *u, const char *from, struct ctn_err *e)
{
	static const char *const needed[] = { CTN_DATABASE_FILE, CTN_HIGHWATER_FILE };
	struct stat st;

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (fstatat(u->folder, needed[i], &st, AT_SYMLINK_NOFOLLOW) != 0)
			return ctn_fail(e, CTN_EINPUT, "%s: there is no %s in it", from, needed[i]);
	for (size_t i = 0; i < ctn_part_count(); i++) {
		const ctn_part *part = ctn_part_at(i);
		CTN_OWN_FD fd = -1;

		if (!part->is_folder)
			continue;
		fd = openat(u->folder, part->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 || !ctn_fd_sync(fd))
			return ctn_fail_errno(e, CTN_EFILE, "%s/%s", u->into, part->name);
	}
	return ctn_fd_sync(u->folder) || ctn_fail_errno(e, CTN_EFILE, "%s", u->into);
}

bool
ctn_unpack(const char *into, const char *from, struct ctn_err *e)
{
	CTN_OWN_FD archive = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	CTN_OWN_FD folder = open(into, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct unpacking u = { .into = into, .folder = folder };
	ctn_tar_sink sink = { .accept = accept_entry, .done = finish_entry, .ctx = &u };

	if (archive < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", from);
	if (folder < 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", into);
	return ctn_tar_read(archive, from, &sink, e) && settle(&u, from, e);
}
