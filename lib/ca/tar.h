/* POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"): regular files alone, written to and read from a descriptor. */
#ifndef CTN_CA_TAR_H
#define CTN_CA_TAR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/err.h"

#define CTN_TAR_BLOCK 512
#define CTN_TAR_NAME_MAX 100                   /* of the name field; a longer name is refused */
#define CTN_TAR_SIZE_MAX (UINT64_C(1) << 50)   /* of one file, either way */

typedef struct ctn_tar_entry {
	char name[CTN_TAR_NAME_MAX + 1];
	uint64_t size;
	mode_t mode;    /* permission bits */
	int64_t mtime_s;
} ctn_tar_entry;

/** The header of one file. Fails CTN_EINPUT when the name does not fit or the size is out of bounds. */
CTN_MUST bool ctn_tar_header(uint8_t out[CTN_TAR_BLOCK], const ctn_tar_entry *entry, struct ctn_err *e);
/**
 * Read one header: a regular file with a relative name of plain parts (none empty, "." or ".."), a right checksum, every field canonical.
 * *end is true, and out untouched, for a block of zeroes. Fails CTN_EINPUT.
 */
CTN_MUST bool ctn_tar_parse(ctn_tar_entry *out, bool *end, const uint8_t block[CTN_TAR_BLOCK], struct ctn_err *e);

/** Append one file to the archive at fd: bytes, or all of the descriptor from, which must give exactly entry->size octets. path is for messages. */
CTN_MUST bool ctn_tar_put(int fd, const ctn_tar_entry *entry, ctn_span bytes, const char *path, struct ctn_err *e);
CTN_MUST bool ctn_tar_copy(int fd, const ctn_tar_entry *entry, int from, const char *path, struct ctn_err *e);
/** The two blocks that end it. */
CTN_MUST bool ctn_tar_finish(int fd, const char *path, struct ctn_err *e);

/**
 * Reads an archive file by file. accept opens what the octets of that entry go to, or refuses; the reader closes it.
 * Fails CTN_EINPUT: malformed, cut off, or bytes after its end (zeroes fill it up to a record); as accept fails; CTN_EFILE.
 */
typedef struct ctn_tar_sink {
	bool (*accept)(void *ctx, const ctn_tar_entry *entry, int *out, struct ctn_err *e);
	bool (*done)(void *ctx, const ctn_tar_entry *entry, int out, struct ctn_err *e); /* all octets are written */
	void *ctx;
} ctn_tar_sink;
CTN_MUST bool ctn_tar_read(int fd, const char *path, const ctn_tar_sink *sink, struct ctn_err *e);

#endif
