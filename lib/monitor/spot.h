/*
 * A file that is to be replaced, and what stands beside it meanwhile: `.NAME.catena-new` waits to take its place, `.NAME.catena-old` is what it
 * was, kept until the service has taken the new one. Every step leaves one of four states, so that a crash is read from the names alone:
 * neither (nothing is going on), new (waits, for the first time or after it was put back), both (about to be replaced, or to be put back), old
 * (replaced).
 * A symbolic link is followed: the file that it means is replaced, in its own folder.
 */
#ifndef CTN_MONITOR_SPOT_H
#define CTN_MONITOR_SPOT_H

#include <sys/types.h>

#include "base/bytes.h"
#include "base/err.h"

#define CTN_SPOT_MAX (1u << 20) /* octets of a file that is replaced */

/** A folder, opened once, so that all steps happen in the same one. */
typedef struct ctn_spot_folder {
	const char *path; /* without links */
	int fd;
	bool begun;       /* something of ours stands in it */
	bool locked;
	struct ctn_spot_folder *next;
} ctn_spot_folder;

/** All that were opened, each once; in the arena. Zeroed but for a. Ended by ctn_spots_close. */
typedef struct ctn_spots {
	ctn_spot_folder *first;
	ctn_arena *a;
} ctn_spots;

typedef struct ctn_spot {
	const char *path;  /* without links */
	const char *name;  /* in its folder */
	ctn_spot_folder *folder;
	uid_t uid;
	gid_t gid;
	mode_t mode;       /* permissions: those of the new file too */
} ctn_spot;

enum ctn_spot_state { CTN_SPOT_NOW, CTN_SPOT_NEW, CTN_SPOT_OLD };

/** The file at path, which must be there and be regular. Its folder is opened and looked at, once. Fails CTN_EFILE, CTN_ENOMEM. */
CTN_MUST bool ctn_spot_find(ctn_spot *out, ctn_spots *all, const char *path, struct ctn_err *e);
void ctn_spots_close(ctn_spots *all);
/** From here on nobody else replaces files in its folder, until ctn_spots_close. Fails CTN_ELOCKED when somebody else is at it, CTN_EFILE. */
CTN_MUST bool ctn_spot_lock(const ctn_spot *s, struct ctn_err *e);

/** Is there such a file? */
bool ctn_spot_has(const ctn_spot *s, enum ctn_spot_state which);
/** All of it, at most CTN_SPOT_MAX octets; appended. out->secret must be set when it may be a key. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_read(ctn_buf *out, const ctn_spot *s, enum ctn_spot_state which, struct ctn_err *e);
/** Could ctn_spot_wait write it, with the owner, group and permissions of what is there? Fails CTN_EFILE with the reason. */
CTN_MUST bool ctn_spot_check(const ctn_spot *s, struct ctn_err *e);
/** Let these bytes wait beside it: whole, synced, with owner, group, permissions and access list of what is there. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_wait(const ctn_spot *s, ctn_span bytes, struct ctn_err *e);
/** What waits is not wanted any more. */
void ctn_spot_forget(const ctn_spot *s);

/** Before ctn_spot_switch: keep what is there as the old one. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_keep(const ctn_spot *s, struct ctn_err *e);
/** What waits takes its place. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_switch(const ctn_spot *s, struct ctn_err *e);
/** First half of putting it back: what took its place waits again. Nothing to do when it never did. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_unswitch(const ctn_spot *s, struct ctn_err *e);
/** Second half: the old one takes its place. Nothing to do without an old one. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_restore(const ctn_spot *s, struct ctn_err *e);
/** The old one is not needed any more. */
void ctn_spot_done(const ctn_spot *s);
/** What happened in its folder until now outlives a lost power line. Fails CTN_EFILE. */
CTN_MUST bool ctn_spot_sync(const ctn_spot *s, struct ctn_err *e);

#endif
