#include "ca/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/parts.h"
#include "ca/tar.h"
#include "store/authority.h"
#include "store/check.h"
#include "store/highwater.h"

#define WORK_FOLDER ".backup" /* in the home: the same disk, and as well guarded */

struct packing {
	ctn_ca *ca;
	const char *to_path;
	const char *work;     /* HOME/.backup */
	ctn_backup_report *out;
};

/* ---- one file after the other */

static bool
leave_out(struct packing *p, const char *name, const char *why)
{
	CTN_OWN_BUF text = { 0 };

	ctn_buf_printf(&text, "%s is not in the backup: %s", name, why);
	if (ctn_buf_cstr(&text) != NULL)
		p->ca->env.warn(p->ca->env.ctx, ctn_buf_cstr(&text));
	return true;
}

static bool
pack_open(struct packing *p, int fd, const char *name, int from, struct ctn_err *e)
{
	const ctn_part *part = ctn_part_of(name);
	ctn_tar_entry entry = { 0 };
	struct stat st;

	if (fstat(from, &st) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", name);
	if (part == NULL || !S_ISREG(st.st_mode))
		return leave_out(p, name, "it is no regular file");
	if (strlen(name) > CTN_TAR_NAME_MAX)
		return leave_out(p, name, "its name is over 100 octets");
	if ((uint64_t)st.st_size > part->max)
		return leave_out(p, name, "it is larger than such a file may be");
	(void)snprintf(entry.name, sizeof entry.name, "%s", name);
	entry.size = (uint64_t)st.st_size;
	entry.mode = part->mode;
	entry.mtime_s = st.st_mtime;
	p->out->files++;
	return ctn_tar_copy(fd, &entry, from, p->to_path, e);
}

static bool
pack(struct packing *p, int fd, const char *folder, const char *name, struct ctn_err *e)
{
	char *path = ctn_arena_printf(p->ca->arena, "%s/%s", folder, name);
	CTN_OWN_FD from = -1;

	if (path == NULL)
		return ctn_fail_memory(e);
	from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (from >= 0)
		return pack_open(p, fd, name, from, e);
	if (errno == ELOOP || errno == ENXIO)
		return leave_out(p, name, "it is no regular file");
	/* It was there when the folder was listed: replaced files keep their names, so this one was taken away. */
	return errno == ENOENT || ctn_fail_errno(e, CTN_EFILE, "%s", path);
}

/* Files are replaced by rename and published under the home's lock: while we hold it they belong together. */
static bool
pack_folder(struct packing *p, int fd, const char *folder, struct ctn_err *e)
{
	char *path = ctn_ca_path(p->ca, folder), **names;
	CTN_OWN_LOCK lock = { -1 };
	size_t n;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_lock_take(&lock, p->ca->env.home, p->ca->env.wait_s, e) || !ctn_dir_list(&names, &n, path, p->ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		char *name = ctn_arena_printf(p->ca->arena, "%s/%s", folder, names[i]);

		if (name == NULL)
			return ctn_fail_memory(e);
		if (!pack(p, fd, p->ca->env.home, name, e))
			return false;
	}
	return true;
}

/* ---- the database */

static bool
describe(struct packing *p, ctn_store *snapshot, struct ctn_err *e)
{
	char *path = ctn_arena_printf(p->ca->arena, "%s/%s", p->work, CTN_HIGHWATER_FILE);
	ctn_issuer_key_row *keys;
	ctn_highwater now;
	size_t n;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_highwater_of(&now, snapshot, p->ca->arena, e) || !ctn_highwater_raise(path, &now, p->ca->arena, e) ||
	    !ctn_store_issuer_keys(&keys, &n, snapshot, p->ca->arena, e))
		return false;
	p->out->size = now.size;
	p->out->root = now.root;
	for (size_t i = 0; i < n; i++) {
		char *file = keys[i].file == NULL ? NULL : ctn_ca_path(p->ca, keys[i].file);

		if (file != NULL && !ctn_file_exists(file))
			(void)leave_out(p, keys[i].file, "the file is missing");
	}
	return true;
}

/* The highwater in the archive is that of the snapshot: the home's own may be ahead by the time it is read. */
static bool
take_snapshot(struct packing *p, struct ctn_err *e)
{
	char *path = ctn_arena_printf(p->ca->arena, "%s/%s", p->work, CTN_DATABASE_FILE);
	CTN_OWN(ctn_store) snapshot = NULL;

	if (path == NULL)
		return ctn_fail_memory(e);
	return ctn_store_backup(p->ca->store, path, e) && ctn_store_open(&snapshot, path, p->ca->env.wait_s, true, e) &&
	       describe(p, snapshot, e);
}

static bool
fill(void *ctx, int fd, struct ctn_err *e)
{
	struct packing *p = ctx;
	off_t end;

	if (!pack_folder(p, fd, "public", e) || !take_snapshot(p, e) || !pack_folder(p, fd, "keys", e) || !pack_folder(p, fd, "policies", e) ||
	    !pack(p, fd, p->work, CTN_HIGHWATER_FILE, e) || !pack(p, fd, p->work, CTN_DATABASE_FILE, e) || !ctn_tar_finish(fd, p->to_path, e))
		return false;
	end = lseek(fd, 0, SEEK_CUR);
	p->out->bytes = end < 0 ? 0 : (uint64_t)end;
	return true;
}

/* ---- the folder it is made in */

/* One backup at a time; what one that was cut off left behind goes away. */
static bool
claim(ctn_lock *lock, const char *work, struct ctn_err *e)
{
	struct ctn_err why = { 0 };

	if (!ctn_dir_make(work, 0700, e))
		return false;
	if (!ctn_lock_take(lock, work, 0, &why)) {
		ctn_fail(e, CTN_ELOCKED, "another backup of this home is running");
		return ctn_hint(e, "wait until it is done");
	}
	ctn_parts_remove(work);
	ctn_lock_free(lock);
	return ctn_dir_make(work, 0700, e) && ctn_lock_take(lock, work, 0, e);
}

bool
ctn_ca_backup(ctn_backup_report *out, ctn_ca *ca, const char *to_path, bool force, bool dry_run, struct ctn_err *e)
{
	struct packing p = { .ca = ca, .to_path = to_path, .work = ctn_ca_path(ca, WORK_FOLDER), .out = out };
	CTN_OWN_LOCK lock = { -1 };
	bool done;

	memset(out, 0, sizeof *out);
	if (p.work == NULL)
		return ctn_fail_memory(e);
	if (!ctn_parts_is_outside(ca->env.home, to_path, e))
		return false;
	if (!force && ctn_file_exists(to_path)) {
		ctn_fail(e, CTN_EEXISTS, "%s: exists already", to_path);
		return ctn_hint(e, "name another file, or replace it with --force");
	}
	if (dry_run)
		return ctn_store_log_size(&out->size, ca->store, e) && ctn_store_log_root(&out->root, ca->store, out->size, e);
	if (!claim(&lock, p.work, e))
		return false;
	done = ctn_file_make(to_path, fill, &p, 0600, force, e);
	ctn_parts_remove(p.work);
	return done;
}
