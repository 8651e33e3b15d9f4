#include "ca/tar.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define STEP ((size_t)64 << 10)
#define FILL_MAX (1u << 20) /* zeroes after the end: a record is 10 KiB, some tools write larger ones */

/* Fields of a header: offset and octets. */
struct field {
	size_t at, n;
};
static const struct field NAME = { 0, 100 }, MODE = { 100, 8 }, UID = { 108, 8 }, GID = { 116, 8 }, SIZE = { 124, 12 }, MTIME = { 136, 12 },
    CHECKSUM = { 148, 8 }, TYPE = { 156, 1 }, LINK = { 157, 100 }, MAGIC = { 257, 8 }, PREFIX = { 345, 155 };

static const char magic[8] = { 'u', 's', 't', 'a', 'r', '\0', '0', '0' };

/* Octal digits that fill the field but for the NUL at its end. */
static void
put_octal(uint8_t *block, struct field f, uint64_t v)
{
	for (size_t i = f.n - 1; i-- > 0; v >>= 3)
		block[f.at + i] = (uint8_t)('0' + (v & 7));
}

/* From 8 GiB a size no longer fits into 11 octal digits: binary with the top bit set, as GNU tar, bsdtar and star write and read it. */
static void
put_size(uint8_t *block, uint64_t v)
{
	if (v < UINT64_C(1) << 33) {
		put_octal(block, SIZE, v);
		return;
	}
	for (size_t i = SIZE.n; i-- > 0; v >>= 8)
		block[SIZE.at + i] = (uint8_t)v;
	block[SIZE.at] |= 0x80;
}

static unsigned
sum_of(const uint8_t *block)
{
	unsigned sum = 0;

	for (size_t i = 0; i < CTN_TAR_BLOCK; i++)
		sum += i >= CHECKSUM.at && i < CHECKSUM.at + CHECKSUM.n ? (unsigned)' ' : block[i];
	return sum;
}

bool
ctn_tar_header(uint8_t out[CTN_TAR_BLOCK], const ctn_tar_entry *entry, struct ctn_err *e)
{
	size_t n = strnlen(entry->name, sizeof entry->name);

	if (n == 0 || n > NAME.n)
		return ctn_fail(e, CTN_EINPUT, "a name of %zu octets does not fit into an archive", n);
	if (entry->size > CTN_TAR_SIZE_MAX)
		return ctn_fail(e, CTN_EINPUT, "%s: %" PRIu64 " octets are too many for an archive", entry->name, entry->size);
	memset(out, 0, CTN_TAR_BLOCK);
	memcpy(out + NAME.at, entry->name, n);
	put_octal(out, MODE, entry->mode & 07777);
	put_octal(out, UID, 0);
	put_octal(out, GID, 0);
	put_size(out, entry->size);
	put_octal(out, MTIME, entry->mtime_s < 0 ? 0 : (uint64_t)entry->mtime_s);
	out[TYPE.at] = '0';
	memcpy(out + MAGIC.at, magic, sizeof magic);
	/* Six digits, NUL, space: as every tar has written it since the seventh edition. */
	put_octal(out, (struct field){ CHECKSUM.at, 7 }, sum_of(out));
	out[CHECKSUM.at + 7] = ' ';
	return true;
}

static bool
take_octal(uint64_t *v, const uint8_t *block, struct field f)
{
	size_t i = 0;

	*v = 0;
	while (i < f.n && block[f.at + i] == ' ')
		i++;
	for (; i < f.n && block[f.at + i] >= '0' && block[f.at + i] <= '7'; i++)
		*v = *v << 3 | (uint64_t)(block[f.at + i] - '0');
	for (; i < f.n; i++)
		if (block[f.at + i] != ' ' && block[f.at + i] != '\0')
			return false;
	return true;
}

static bool
take_size(uint64_t *v, const uint8_t *block)
{
	if ((block[SIZE.at] & 0x80) == 0)
		return take_octal(v, block, SIZE) && *v <= CTN_TAR_SIZE_MAX;
	*v = 0;
	for (size_t i = 0; i < SIZE.n; i++) {
		uint8_t octet = i == 0 ? block[SIZE.at] & 0x7f : block[SIZE.at + i];

		if (*v >> 56 != 0)
			return false;
		*v = *v << 8 | octet;
	}
	return *v <= CTN_TAR_SIZE_MAX;
}

static bool
is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static bool
is_plain_part(const char *part, size_t n)
{
	if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)part[i] < ' ' || part[i] == 0x7f)
			return false;
	return true;
}

/* Relative, of plain parts: nothing that leads out of the folder it is unpacked into. */
static bool
is_plain_name(const char *name)
{
	for (;;) {
		size_t n = strcspn(name, "/");

		if (!is_plain_part(name, n))
			return false;
		if (name[n] == '\0')
			return true;
		name += n + 1;
	}
}

bool
ctn_tar_parse(ctn_tar_entry *out, bool *end, const uint8_t block[CTN_TAR_BLOCK], struct ctn_err *e)
{
	ctn_tar_entry entry = { 0 };
	uint64_t sum, mode, mtime;

	*end = is_zero(block, CTN_TAR_BLOCK);
	if (*end)
		return true;
	if (memcmp(block + MAGIC.at, magic, sizeof magic) != 0)
		return ctn_fail(e, CTN_EINPUT, "not a ustar header");
	if (!take_octal(&sum, block, CHECKSUM) || sum != sum_of(block))
		return ctn_fail(e, CTN_EINPUT, "a header whose checksum is wrong");
	if (block[TYPE.at] != '0' || block[LINK.at] != 0)
		return ctn_fail(e, CTN_EINPUT, "an entry that is no regular file");
	memcpy(entry.name, block + NAME.at, NAME.n);
	if (block[PREFIX.at] != 0 || !is_plain_name(entry.name))
		return ctn_fail(e, CTN_EINPUT, "an entry whose name leads elsewhere");
	if (!take_size(&entry.size, block) || !take_octal(&mode, block, MODE) || !take_octal(&mtime, block, MTIME))
		return ctn_fail(e, CTN_EINPUT, "%s: a header whose numbers are malformed", entry.name);
	entry.mode = (mode_t)(mode & 0777);
	entry.mtime_s = (int64_t)mtime;
	*out = entry;
	return true;
}

static size_t
padding_of(uint64_t size)
{
	return (size_t)((CTN_TAR_BLOCK - size % CTN_TAR_BLOCK) % CTN_TAR_BLOCK);
}

/* ---- writing */

static bool
pad(int fd, uint64_t size, const char *path, struct ctn_err *e)
{
	static const uint8_t zeroes[CTN_TAR_BLOCK];

	return ctn_fd_write(fd, (ctn_span){ zeroes, padding_of(size) }, path, e);
}

bool
ctn_tar_put(int fd, const ctn_tar_entry *entry, ctn_span bytes, const char *path, struct ctn_err *e)
{
	uint8_t header[CTN_TAR_BLOCK];

	if (bytes.n != entry->size)
		return ctn_fail(e, CTN_EINPUT, "%s: %zu octets where %" PRIu64 " were said", entry->name, bytes.n, entry->size);
	return ctn_tar_header(header, entry, e) && ctn_fd_write(fd, (ctn_span){ header, sizeof header }, path, e) &&
	       ctn_fd_write(fd, bytes, path, e) && pad(fd, entry->size, path, e);
}

static bool
read_step(size_t *got, int fd, uint8_t *to, size_t n, const char *path, struct ctn_err *e)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t r;

	for (;;) {
		r = read(fd, to, n);
		if (r >= 0)
			break;
		if (errno != EINTR && errno != EAGAIN)
			return ctn_fail_errno(e, CTN_EFILE, "%s: reading", path);
		if (errno == EAGAIN && poll(&ready, 1, -1) < 0 && errno != EINTR)
			return ctn_fail_errno(e, CTN_EFILE, "%s: reading", path);
	}
	*got = (size_t)r;
	return true;
}

bool
ctn_tar_copy(int fd, const ctn_tar_entry *entry, int from, const char *path, struct ctn_err *e)
{
	uint8_t header[CTN_TAR_BLOCK], step[STEP];
	uint64_t left = entry->size;
	size_t got;

	if (!ctn_tar_header(header, entry, e) || !ctn_fd_write(fd, (ctn_span){ header, sizeof header }, path, e))
		return false;
	while (left > 0) {
		if (!read_step(&got, from, step, left < sizeof step ? (size_t)left : sizeof step, entry->name, e))
			return false;
		if (got == 0)
			return ctn_fail(e, CTN_EFILE, "%s: it became shorter while it was read", entry->name);
		if (!ctn_fd_write(fd, (ctn_span){ step, got }, path, e))
			return false;
		left -= got;
	}
	return pad(fd, entry->size, path, e);
}

bool
ctn_tar_finish(int fd, const char *path, struct ctn_err *e)
{
	static const uint8_t zeroes[2 * CTN_TAR_BLOCK];

	return ctn_fd_write(fd, (ctn_span){ zeroes, sizeof zeroes }, path, e);
}

/* ---- reading */

struct reader {
	int fd;
	const char *path;
	uint64_t at; /* octets read */
};

/* n octets, or fewer only where the file ends. */
static bool
read_some(size_t *got, struct reader *r, uint8_t *to, size_t n, struct ctn_err *e)
{
	size_t step;

	*got = 0;
	while (*got < n) {
		if (!read_step(&step, r->fd, to + *got, n - *got, r->path, e))
			return false;
		if (step == 0)
			break;
		*got += step;
	}
	r->at += *got;
	return true;
}

static bool
read_all(struct reader *r, uint8_t *to, size_t n, struct ctn_err *e)
{
	size_t got;

	if (!read_some(&got, r, to, n, e))
		return false;
	return got == n || ctn_fail(e, CTN_EINPUT, "%s: cut off after %" PRIu64 " octets", r->path, r->at);
}

static bool
copy_out(struct reader *r, const ctn_tar_entry *entry, int out, struct ctn_err *e)
{
	uint8_t step[STEP];
	size_t padding = padding_of(entry->size);

	for (uint64_t left = entry->size; left > 0;) {
		size_t n = left < sizeof step ? (size_t)left : sizeof step;

		if (!read_all(r, step, n, e) || !ctn_fd_write(out, (ctn_span){ step, n }, entry->name, e))
			return false;
		left -= n;
	}
	if (!read_all(r, step, padding, e))
		return false;
	return is_zero(step, padding) || ctn_fail(e, CTN_EINPUT, "%s: %s: octets between two files", r->path, entry->name);
}

static bool
read_entry(struct reader *r, const ctn_tar_entry *entry, const ctn_tar_sink *sink, struct ctn_err *e)
{
	CTN_OWN_FD out = -1;

	if (!sink->accept(sink->ctx, entry, &out, e))
		return ctn_wrap(e, "%s", r->path);
	return copy_out(r, entry, out, e) && sink->done(sink->ctx, entry, out, e);
}

/* One block of zeroes ended it; the second must stand, and nothing but zeroes may follow. */
static bool
read_end(struct reader *r, struct ctn_err *e)
{
	uint8_t block[CTN_TAR_BLOCK];
	uint64_t from = r->at;
	size_t got;

	if (!read_all(r, block, sizeof block, e))
		return false;
	while (is_zero(block, sizeof block) && r->at - from < FILL_MAX) {
		if (!read_some(&got, r, block, sizeof block, e))
			return false;
		if (got == 0)
			return true;
		memset(block + got, 0, sizeof block - got);
	}
	return ctn_fail(e, CTN_EINPUT, "%s: octets after its end", r->path);
}

bool
ctn_tar_read(int fd, const char *path, const ctn_tar_sink *sink, struct ctn_err *e)
{
	struct reader r = { .fd = fd, .path = path };
	uint8_t block[CTN_TAR_BLOCK];
	ctn_tar_entry entry;
	bool end;

	for (;;) {
		uint64_t at = r.at;

		if (!read_all(&r, block, sizeof block, e))
			return false;
		if (!ctn_tar_parse(&entry, &end, block, e))
			return ctn_wrap(e, "%s: at byte %" PRIu64, path, at);
		if (end)
			return read_end(&r, e);
		if (!read_entry(&r, &entry, sink, e))
			return false;
	}
}
