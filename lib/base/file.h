/* Files: bounded and mode-checked reads, writes that happen whole or not at all, locks on folders. */
#ifndef CTN_BASE_FILE_H
#define CTN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/err.h"

/** How far a file is trusted to be what its name says. */
enum ctn_file_rule {
	CTN_FILE_PLAIN,      /* any readable file; FIFOs and /dev/stdin too; "-" is standard input */
	CTN_FILE_OWN,        /* database, policies: a regular file, not writable by group or others */
	CTN_FILE_PRIVATE,    /* keys: regular, one link, no symlink, owned by us or root, no bit for group or others */
	CTN_FILE_PASSPHRASE, /* a symlink's target is judged; regular, no bit for group or others; or /dev/fd/N taken as descriptor N */
	CTN_FILE_CREDENTIAL  /* systemd credentials: regular, no mode check */
};

/**
 * Read a whole file of at most max bytes. Appends to out (set out->secret first for secrets).
 * Fails: CTN_EFILE with path and reason (missing, too large, unsafe mode with the mode seen and the
 * chmod to type as hint); CTN_EINPUT when larger than max under CTN_FILE_PLAIN; CTN_ENOMEM.
 */
CTN_MUST bool ctn_file_read(ctn_buf *out, const char *path, size_t max, enum ctn_file_rule rule, struct ctn_err *e);

/**
 * Write whole or not at all: a temporary file in the same folder, fsync, rename (or link when
 * !overwrite, so that an existing file is never replaced), fsync of the folder.
 * Fails: CTN_EEXISTS when it exists and !overwrite; CTN_EFILE otherwise; nothing is left behind.
 */
CTN_MUST bool ctn_file_write(const char *path, ctn_span bytes, mode_t mode, bool overwrite, struct ctn_err *e);

bool ctn_file_exists(const char *path);
/** mkdir of one folder; an existing folder is fine. */
CTN_MUST bool ctn_dir_make(const char *path, mode_t mode, struct ctn_err *e);
/** fsync of a folder. */
CTN_MUST bool ctn_dir_sync(const char *path, struct ctn_err *e);
/** Names (not paths) of a folder's entries, sorted, without dot files; in the arena. At most 100,000. */
CTN_MUST bool ctn_dir_list(char ***names, size_t *n, const char *path, ctn_arena *a, struct ctn_err *e);
/** False with CTN_ESTORE when the folder lies on NFS, CIFS, 9P-network or FUSE-network file systems (statfs). */
CTN_MUST bool ctn_dir_is_local(const char *path, struct ctn_err *e);

/** A name made safe for a file name: every byte outside A-Za-z0-9._@- becomes '_', a leading '.' too, a leading `*` becomes `_wildcard`; cut at 240 bytes, never empty. */
char *ctn_file_safe_name(ctn_arena *a, const char *name);

/** An exclusive lock on a folder (flock of the folder itself, no extra file). */
typedef struct ctn_lock {
	int fd; /* -1 when free: start with CTN_OWN_LOCK l = { -1 } */
} ctn_lock;
/** Waits at most wait_s seconds. Fails CTN_ELOCKED when somebody else holds it, CTN_EFILE when there is no such folder. The kernel frees it when the process ends. */
CTN_MUST bool ctn_lock_take(ctn_lock *l, const char *dir, double wait_s, struct ctn_err *e);
void ctn_lock_free(ctn_lock *l);
#define CTN_OWN_LOCK __attribute__((cleanup(ctn_lock_free))) ctn_lock

#endif
