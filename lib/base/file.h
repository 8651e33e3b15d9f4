/* Files: bounded and mode-checked reads, writes that happen whole or not at all. */
#ifndef CTN_BASE_FILE_H
#define CTN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/dir.h"
#include "base/err.h"

/** How far a file is trusted to be what its name says. */
enum ctn_file_rule {
	CTN_FILE_PLAIN,      /* any readable file; FIFOs and /dev/stdin too; "-" is standard input */
	CTN_FILE_OWN,        /* database, policies: a regular file, not writable by group or others */
	CTN_FILE_PRIVATE,    /* keys: regular, one link, no symlink, owned by us or root, no bit for group or others */
	CTN_FILE_PASSPHRASE, /* regular, no bit for group or others, of a symlink's target; or /dev/fd/N, /dev/stdin taken as descriptors */
	CTN_FILE_CREDENTIAL  /* systemd credentials: regular, no mode check */
};

/**
 * Read a whole file of at most max bytes. Appends to out (set out->secret first for secrets).
 * Fails: CTN_EFILE with path and reason (missing, too large, unsafe mode with the mode seen and the
 * chmod to type as hint); CTN_EINPUT when larger than max under CTN_FILE_PLAIN; CTN_ENOMEM.
 */
CTN_MUST bool ctn_file_read(ctn_buf *out, const char *path, size_t max, enum ctn_file_rule rule, struct ctn_err *e);
/** The same, but of a larger file the first max bytes are read, which is no failure. */
CTN_MUST bool ctn_file_read_head(ctn_buf *out, const char *path, size_t max, enum ctn_file_rule rule, struct ctn_err *e);

/**
 * Write whole or not at all: a temporary file in the same folder, fsync, rename (or link when
 * !overwrite, so that an existing file is never replaced), fsync of the folder.
 * A symbolic link is replaced, not followed; what is there and is no regular file is never replaced.
 * Fails: CTN_EEXISTS when it exists and !overwrite; CTN_EFILE otherwise; nothing is left behind.
 */
CTN_MUST bool ctn_file_write(const char *path, ctn_span bytes, mode_t mode, bool overwrite, struct ctn_err *e);

/** Puts what a new file is to hold into fd, which is open for writing and empty. */
typedef bool (*ctn_file_fill)(void *ctx, int fd, struct ctn_err *e);
/** The same for what is too large for memory: fill writes it. Fails also as fill does. */
CTN_MUST bool ctn_file_make(const char *path, ctn_file_fill fill, void *ctx, mode_t mode, bool overwrite, struct ctn_err *e);
/** All of the bytes, however many write(2) takes at once; path is for the message. Fails CTN_EFILE. */
CTN_MUST bool ctn_fd_write(int fd, ctn_span bytes, const char *path, struct ctn_err *e);

/** Whatever stands there, a dangling symbolic link too. */
bool ctn_file_exists(const char *path);
/**
 * A name made safe for a file name: every byte outside A-Za-z0-9._@- becomes '_', a leading '.' too, a leading
 * `*` becomes `_wildcard`. Never empty, cut at 240 bytes so that an ending still fits. NULL: no memory.
 */
char *ctn_file_safe_name(ctn_arena *a, const char *name);

#endif
