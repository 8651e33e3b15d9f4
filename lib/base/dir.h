/* Folders: made, listed, synced, locked, and whether they lie on this machine. */
#ifndef CTN_BASE_DIR_H
#define CTN_BASE_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"

/** Close what the variable holds, when it is not -1, and leave -1. */
void ctn_fd_close(int *fd);
#define CTN_OWN_FD __attribute__((cleanup(ctn_fd_close))) int
/** fsync of a file or folder, errno set on failure; a file system that cannot sync folders is forgiven. */
CTN_MUST bool ctn_fd_sync(int fd);

/** The folder that path stands in: "." without a slash in it; in the arena. NULL: no memory. */
char *ctn_dir_of(ctn_arena *a, const char *path);
/** mkdir of one folder; an existing folder is fine. */
CTN_MUST bool ctn_dir_make(const char *path, mode_t mode, struct ctn_err *e);
/** fsync of a folder. */
CTN_MUST bool ctn_dir_sync(const char *path, struct ctn_err *e);
/** Names (not paths) of a folder's entries, sorted, without dot files; in the arena. At most 100,000. */
CTN_MUST bool ctn_dir_list(char ***names, size_t *n, const char *path, ctn_arena *a, struct ctn_err *e);
/**
 * False with CTN_ESTORE when the folder lies on a network file system as statfs tells: NFS, SMB, 9P, AFS, Coda,
 * NCP, Ceph, Lustre. FUSE passes: what is behind it cannot be seen.
 */
CTN_MUST bool ctn_dir_is_local(const char *path, struct ctn_err *e);

/** An exclusive lock on a folder (flock of the folder itself, no extra file). */
typedef struct ctn_lock {
	int fd; /* -1 when free: start with CTN_OWN_LOCK l = { -1 } */
} ctn_lock;
/**
 * Waits at most wait_s seconds. The kernel frees it when the process ends.
 * Fails: CTN_ELOCKED when somebody else holds it; CTN_EFILE when there is no such folder.
 */
CTN_MUST bool ctn_lock_take(ctn_lock *l, const char *dir, double wait_s, struct ctn_err *e);
void ctn_lock_free(ctn_lock *l);
#define CTN_OWN_LOCK __attribute__((cleanup(ctn_lock_free))) ctn_lock

#endif
