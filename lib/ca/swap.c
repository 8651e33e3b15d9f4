#include "ca/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "base/time.h"
#include "ca/parts.h"

#define UNFINISHED ".restoring" /* stands in a sibling until it is whole */
#define ASIDE_TRIES 100

/* What stands under this name may be removed at any time. */
static char *
spare_of(const ctn_swap *s, ctn_arena *a)
{
	return ctn_arena_printf(a, "%s.spare", s->sibling);
}

static bool
name_all(ctn_swap *s, const char *target, ctn_arena *a, struct ctn_err *e)
{
	size_t n = strlen(target);
	char *trimmed;

	while (n > 1 && target[n - 1] == '/')
		n--;
	trimmed = ctn_arena_text_n(a, target, n);
	if (trimmed == NULL)
		return ctn_fail_memory(e);
	s->target = trimmed;
	s->sibling = ctn_arena_printf(a, "%s.restoring", trimmed);
	s->parent = ctn_dir_of(a, trimmed);
	s->spare = s->sibling == NULL ? NULL : spare_of(s, a);
	return (s->spare != NULL && s->parent != NULL) || ctn_fail_memory(e);
}

static char *
marker_of(const ctn_swap *s, ctn_arena *a)
{
	return ctn_arena_printf(a, "%s/%s", s->sibling, UNFINISHED);
}

/* Under its other name first: half of it, found later, would look like a home of somebody. */
static void
discard(const ctn_swap *s)
{
	(void)rename(s->sibling, s->spare);
	ctn_parts_remove(s->spare);
}

/* Under a name that nothing has yet. Where that cannot be it stays where it is, and the next restore tries again. */
static void
put_aside(ctn_swap *s, int64_t now_s, ctn_arena *a)
{
	struct ctn_civil c;

	ctn_time_to_civil(&c, now_s);
	s->aside = s->sibling;
	for (int i = 0; i < ASIDE_TRIES; i++) {
		char more[16] = "", *aside;

		if (i > 0)
			(void)snprintf(more, sizeof more, "-%d", i);
		aside = ctn_arena_printf(a, "%s.before-restore-%04d%02d%02dT%02d%02d%02dZ%s", s->target, c.year, c.month, c.day, c.hour, c.minute,
		    c.second, more);

		if (aside == NULL)
			return;
		if (ctn_file_exists(aside))
			continue;
		if (rename(s->sibling, aside) == 0)
			s->aside = aside;
		return;
	}
}

/* Without its mark the sibling is whole. The target missing, it was on its way there; else it is the old home. */
static bool
finish_earlier(ctn_swap *s, int64_t then_s, ctn_arena *a, struct ctn_err *e)
{
	if (rmdir(s->sibling) == 0)
		return true;
	if (ctn_file_exists(s->target))
		put_aside(s, then_s, a);
	else if (rename(s->sibling, s->target) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", s->target);
	return !ctn_file_exists(s->sibling) || ctn_fail(e, CTN_EFILE, "%s: an old home that cannot be put aside", s->sibling);
}

static bool
clear_up(ctn_swap *s, ctn_arena *a, struct ctn_err *e)
{
	char *marker = marker_of(s, a);
	struct stat st;

	if (marker == NULL)
		return ctn_fail_memory(e);
	ctn_parts_remove(s->spare);
	if (lstat(s->sibling, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return ctn_fail(e, CTN_EFILE, "%s: is in the way", s->sibling);
		if (ctn_file_exists(marker))
			discard(s);
		else if (!finish_earlier(s, st.st_ctime, a, e))
			return false;
	}
	s->aside = NULL;
	return true;
}

/* It gets its mark under the name that may be removed at any time: at no moment does it look like a home without a mark. */
static bool
make_sibling(const ctn_swap *s, ctn_arena *a, struct ctn_err *e)
{
	char *marker = ctn_arena_printf(a, "%s/%s", s->spare, UNFINISHED);

	if (marker == NULL)
		return ctn_fail_memory(e);
	if (!ctn_parts_make_home(s->spare, e) || !ctn_file_write(marker, CTN_SPAN("a home that is being restored\n"), 0600, false, e))
		return false;
	if (rename(s->spare, s->sibling) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", s->sibling);
	return ctn_parts_make_folders(s->sibling, e) && ctn_dir_sync(s->parent, e) && ctn_dir_is_local(s->sibling, e);
}

bool
ctn_swap_begin(ctn_swap *s, const char *target, double wait_s, ctn_arena *a, struct ctn_err *e)
{
	*s = (ctn_swap){ .lock = { -1 } };
	if (!name_all(s, target, a, e) || !ctn_parts_make_parents(s->target, a, e) || !ctn_lock_take(&s->lock, s->parent, wait_s, e))
		return false;
	if (clear_up(s, a, e)) {
		if (make_sibling(s, a, e))
			return true;
		discard(s);
	}
	ctn_lock_free(&s->lock);
	return false;
}

/* A kill in between leaves the old home as the sibling, without a mark: the next restore puts it back first. */
static bool
replace_in_three(const ctn_swap *s, struct ctn_err *e)
{
	if (rename(s->sibling, s->spare) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", s->spare);
	if (rename(s->target, s->sibling) != 0) {
		(void)ctn_fail_errno(e, CTN_EFILE, "%s: putting the old home aside", s->target);
		(void)rename(s->spare, s->sibling);
		return false;
	}
	if (rename(s->spare, s->target) == 0)
		return true;
	(void)ctn_fail_errno(e, CTN_EFILE, "%s", s->target);
	(void)rename(s->sibling, s->target);
	(void)rename(s->spare, s->sibling);
	return false;
}

/* *old: there is an old home now where the sibling was. */
static bool
move_in(bool *old, const ctn_swap *s, struct ctn_err *e)
{
	*old = ctn_file_exists(s->target) && rmdir(s->target) != 0;
	if (!*old)
		return rename(s->sibling, s->target) == 0 || ctn_fail_errno(e, CTN_EFILE, "%s", s->target);
	if (renameat2(AT_FDCWD, s->sibling, AT_FDCWD, s->target, RENAME_EXCHANGE) == 0)
		return true;
	/* Some file systems cannot exchange. */
	if (errno == EINVAL || errno == ENOSYS)
		return replace_in_three(s, e);
	return ctn_fail_errno(e, CTN_EFILE, "%s", s->target);
}

bool
ctn_swap_done(ctn_swap *s, int64_t now_s, ctn_arena *a, struct ctn_err *e)
{
	char *marker = marker_of(s, a);
	bool old;

	if (marker == NULL)
		return ctn_fail_memory(e);
	if (unlink(marker) != 0)
		return ctn_fail_errno(e, CTN_EFILE, "%s", marker);
	if (!ctn_dir_sync(s->sibling, e) || !move_in(&old, s, e))
		return false;
	s->done = true;
	if (old)
		put_aside(s, now_s, a);
	return ctn_dir_sync(s->parent, e) || ctn_wrap(e, "the backup is in place, but a loss of power may undo that");
}

void
ctn_swap_end(ctn_swap *s)
{
	if (!s->done)
		discard(s);
	ctn_lock_free(&s->lock);
}
