/* What a home is made of: its folders, what each may hold, with which bounds and modes. */
#ifndef CTN_CA_PARTS_H
#define CTN_CA_PARTS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"

#define CTN_DATABASE_FILE "catena.db"
#define CTN_HIGHWATER_FILE "highwater"

typedef struct ctn_part {
	const char *name;  /* "keys" is a folder of files, "catena.db" a file */
	bool is_folder;
	uint64_t max;      /* octets of one file */
	mode_t mode;       /* of its files */
	mode_t folder_mode;
} ctn_part;

size_t ctn_part_count(void);
const ctn_part *ctn_part_at(size_t i);
/** The part that a path below the home belongs to: "catena.db", or "keys/" and a name without slash that begins with no dot. NULL: none. */
const ctn_part *ctn_part_of(const char *path);

/** Make the folder at path, which must not exist. Fails CTN_EEXISTS, CTN_EFILE. */
CTN_MUST bool ctn_parts_make_home(const char *path, struct ctn_err *e);
/** Make the folders of a home in it. */
CTN_MUST bool ctn_parts_make_folders(const char *path, struct ctn_err *e);
/** Remove a folder and all below it, at most three deep; links are not followed. What cannot be removed stays. */
void ctn_parts_remove(const char *path);
/** mkdir -p of the folder that path stands in, 0700. */
CTN_MUST bool ctn_parts_make_parents(const char *path, ctn_arena *a, struct ctn_err *e);
/**
 * Does path lie outside the home? What leaves the home must: in it, it would be lost with it or served from public/, or be the very file that
 * is taken away. Its folder must exist. Fails CTN_EUSAGE, CTN_EFILE.
 */
CTN_MUST bool ctn_parts_is_outside(const char *home, const char *path, struct ctn_err *e);

#endif
