#include "ca/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "ca/carry.h"
#include "ca/carry_crl.h"
#include "ca/parts.h"
#include "ca/past.h"
#include "ca/publish.h"
#include "ca/swap.h"
#include "ca/unpack.h"
#include "ca/verdict.h"
#include "store/check.h"
#include "store/home.h"
#include "store/journal.h"

/* A restore on its way. */
struct restoring {
	ctn_restore_report *out;
	const char *from;
	ctn_ca_env env;     /* home is the folder beside the one to be replaced */
	ctn_swap swap;
	ctn_past past;
	ctn_ca *fresh;      /* what was unpacked, opened */
	ctn_arena *arena;
};

/* ---- is the backup itself sound? */

static bool
judge_problems(const char *from, const ctn_problems *found, struct ctn_err *e)
{
	if (found->found == 0)
		return true;
	ctn_fail(e, CTN_EINPUT, "%s: not as it was written: %s: %s", from, found->rows[0].where, found->rows[0].text);
	return found->found == 1 || ctn_hint(e, "%" PRIu64 " more of this kind: take another backup", found->found - 1);
}

static bool
judge_backup(struct restoring *r, struct ctn_err *e)
{
	ctn_problems found = { .arena = r->fresh->arena };
	ctn_verdict_wish wish = { 0 };
	ctn_log_verdict v;

	if (!ctn_store_check(r->fresh->store, ctn_problems_add, &found, e) || !judge_problems(r->from, &found, e) ||
	    !ctn_ca_log_verify(&v, r->fresh, &wish, e) || !judge_problems(r->from, &v.problems, e))
		return false;
	r->out->size = v.size;
	r->out->root = v.root;
	return true;
}

static bool
open_backup(struct restoring *r, struct ctn_err *e)
{
	char *database = ctn_arena_printf(r->arena, "%s/%s", r->env.home, CTN_DATABASE_FILE);
	unsigned have, newest, done;

	if (database == NULL)
		return ctn_fail_memory(e);
	if (!ctn_unpack(r->env.home, r->from, e))
		return false;
	if (!ctn_store_schema(&have, &newest, database, r->env.wait_s, e)) {
		e->code = e->code == CTN_ESTORE ? CTN_EINPUT : e->code;
		return ctn_wrap(e, "%s", r->from);
	}
	/* Older programs made backups too. */
	if (!ctn_store_migrate(&done, database, r->env.wait_s, r->env.clock(r->env.ctx), false, e) || !ctn_ca_open(&r->fresh, &r->env, e))
		return ctn_wrap(e, "%s", r->from);
	return judge_backup(r, e);
}

/* ---- may it take the place of what is there? */

static bool
refuse(struct restoring *r, struct ctn_err *e, const char *where, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static bool
refuse(struct restoring *r, struct ctn_err *e, const char *where, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return ctn_problems_add(&r->out->refused, where, text, e);
}

static void
saw(struct restoring *r, const char *witness)
{
	r->out->against[r->out->against_n++] = witness;
}

/* For the refusal: what exactly would be forgotten. The carrier's words are about what it would take over. */
static bool
name_forgotten(struct restoring *r, struct ctn_err *e)
{
	ctn_problems would = { .arena = r->arena };
	ctn_highwater old;
	ctn_carrier c;
	bool ok;

	if (!ctn_highwater_of(&old, r->past.store, r->arena, e) || !ctn_carry_open(&c, r->fresh, &would, e) ||
	    !ctn_store_begin(r->fresh->store, e))
		return false;
	ok = ctn_carry_records(&c, r->past.store, e) && ctn_carry_numbers(&c, &old, e);
	ctn_store_rollback(r->fresh->store);
	for (size_t i = 0; ok && i < would.n; i++) {
		bool number = strcmp(would.rows[i].where, "crl") == 0;

		ok = refuse(r, e, would.rows[i].where, "%s: %s", number ? "numbers would be used twice" : "would be forgotten", would.rows[i].text);
	}
	return ok;
}

static bool
compare_homes(struct restoring *r, struct ctn_err *e)
{
	ctn_home_row here, there;
	ctn_node old, fresh;
	uint64_t size;

	saw(r, "database");
	if (!ctn_store_home_get(&here, r->past.store, r->arena, e) || !ctn_store_home_get(&there, r->fresh->store, r->arena, e) ||
	    !ctn_store_log_size(&size, r->past.store, e))
		return false;
	if (strcmp(here.origin, there.origin) != 0)
		return refuse(r, e, "home", "the backup is of %s, the home there is %s", there.origin, here.origin);
	if (size > r->out->size)
		return refuse(r, e, "log", "the home there has %" PRIu64 " acts, the backup %" PRIu64 ": log sizes would be used twice", size, r->out->size) &&
		       name_forgotten(r, e);
	if (!ctn_store_log_root(&old, r->past.store, size, e) || !ctn_store_log_root(&fresh, r->fresh->store, size, e))
		return false;
	if (memcmp(old.h, fresh.h, sizeof old.h) == 0)
		return true;
	return refuse(r, e, "log", "the backup and the home there went different ways") && name_forgotten(r, e);
}

static bool
knows_a_key(struct restoring *r, bool *yes, struct ctn_err *e)
{
	const ctn_highwater *h = &r->past.highwater;
	ctn_highwater now;

	*yes = h->crls_n == 0;
	if (!ctn_highwater_of(&now, r->fresh->store, r->arena, e))
		return false;
	for (size_t i = 0; i < h->crls_n; i++)
		for (size_t j = 0; j < now.crls_n; j++)
			*yes = *yes || strcmp(h->crls[i].key, now.crls[j].key) == 0;
	return true;
}

static bool
compare_highwater(struct restoring *r, struct ctn_err *e)
{
	const ctn_highwater *h = &r->past.highwater;
	ctn_node root;
	char at[32];
	bool known;

	saw(r, "highwater");
	if (!knows_a_key(r, &known, e))
		return false;
	if (!known)
		return refuse(r, e, "home", "the backup has none of the keys that the highwater file there knows: it is of another home");
	if (h->size > r->out->size) {
		ctn_time_text(at, h->last_act_s);
		return ctn_problems_say(&r->out->window, e, "log", "%" PRIu64 " acts, up to %s, are not in the backup; checkpoints over more than %" PRIu64
		    " acts will not agree with this log", h->size - r->out->size, at, r->out->size);
	}
	if (!ctn_store_log_root(&root, r->fresh->store, h->size, e))
		return false;
	return memcmp(root.h, h->root.h, sizeof root.h) == 0 ||
	       refuse(r, e, "log", "the backup does not have the first %" PRIu64 " acts that the highwater file there vouches for", h->size);
}

static bool
compare(struct restoring *r, struct ctn_err *e)
{
	if (r->past.store != NULL && r->past.broken == NULL)
		return compare_homes(r, e);
	if (r->past.broken != NULL && !ctn_problems_say(&r->out->window, e, "database", "the one that was there is broken: %s", r->past.broken))
		return false;
	if (r->past.why_not != NULL && !ctn_problems_say(&r->out->window, e, "highwater", "it cannot be read: %s", r->past.why_not))
		return false;
	return !r->past.has_highwater || compare_highwater(r, e);
}

/* ---- what the backup does not know */

/* Nothing tells how far the home had come but the time of the newest act that is known. */
static bool
say_unknown(struct restoring *r, struct ctn_err *e)
{
	int64_t last_s;
	char at[32];

	if (!ctn_store_last_act(&last_s, r->fresh->store, e))
		return false;
	ctn_time_text(at, last_s);
	return ctn_problems_say(&r->out->window, e, "log", "whatever happened after %s is not in the backup; revoke what was issued since then and is not to be "
	    "trusted, and install the newest CRL if one was kept elsewhere", at);
}

static bool
carry_remains(struct restoring *r, ctn_carrier *c, struct ctn_err *e)
{
	char *folder = ctn_arena_printf(r->arena, "%s/public", r->past.home);
	size_t crls;

	if (folder == NULL)
		return ctn_fail_memory(e);
	if (!ctn_carry_crls(&crls, c, folder, e))
		return false;
	if (crls > 0)
		saw(r, "crl");
	if (r->past.store != NULL && !ctn_carry_records(c, r->past.store, e))
		return false;
	if (r->past.has_highwater)
		return ctn_carry_numbers(c, &r->past.highwater, e);
	return say_unknown(r, e) && ctn_carry_jump(c, CTN_RESTORE_JUMP, e);
}

/* A whole database: all its acts are in the backup, yet a number may have been taken for a CRL that never came to be. */
static bool
carry_numbers(struct restoring *r, ctn_carrier *c, struct ctn_err *e)
{
	ctn_highwater old;

	return ctn_highwater_of(&old, r->past.store, r->arena, e) && ctn_carry_numbers(c, &old, e);
}

static bool
record(struct restoring *r, struct ctn_err *e)
{
	char detail[128];

	(void)snprintf(detail, sizeof detail, "from a backup of %" PRIu64 " acts, %" PRIu64 " revocations taken over", r->out->size,
	    r->out->revocations);
	return ctn_store_event(r->fresh->store, "restored", 0, detail, &r->fresh->act, e);
}

static bool
carry_all(struct restoring *r, struct ctn_err *e)
{
	bool whole = r->past.store != NULL && r->past.broken == NULL;
	ctn_carrier c;

	if (!ctn_carry_open(&c, r->fresh, &r->out->window, e) || !(whole ? carry_numbers(r, &c, e) : carry_remains(r, &c, e)))
		return false;
	r->out->revocations = c.revocations;
	return record(r, e);
}

static bool
carry(struct restoring *r, struct ctn_err *e)
{
	bool ok;

	if (!ctn_ca_begin_act(r->fresh, e) || !ctn_store_begin(r->fresh->store, e))
		return false;
	ok = carry_all(r, e);
	if (!ok)
		ctn_store_rollback(r->fresh->store);
	return ok && ctn_store_commit(r->fresh->store, e) && ctn_ca_end_act(r->fresh, e) && ctn_ca_publish(r->fresh, e);
}

/* Keys made after the backup are in nobody's records any more; the files are kept with the old home. */
static bool
name_lost_keys(struct restoring *r, struct ctn_err *e)
{
	char *folder = ctn_arena_printf(r->arena, "%s/keys", r->past.home), **names;
	struct ctn_err none = { 0 };
	size_t n;

	if (folder == NULL)
		return ctn_fail_memory(e);
	if (!ctn_dir_list(&names, &n, folder, r->arena, &none))
		return true;
	for (size_t i = 0; i < n; i++) {
		char *path = ctn_arena_printf(r->arena, "%s/keys/%s", r->env.home, names[i]);

		if (path == NULL)
			return ctn_fail_memory(e);
		if (!ctn_file_exists(path) && !ctn_problems_say(&r->out->window, e, "key", "keys/%s is not in the backup; it stays with the old home", names[i]))
			return false;
	}
	return true;
}

/* ---- the whole way */

/* The old home must not sign any more, whoever has it open: what it signed would be in no record of the new one. */
static void
retire(struct restoring *r)
{
	ctn_act act = { .at_s = r->env.clock(r->env.ctx), .actor = r->env.actor };
	struct ctn_err e = { 0 };

	if (r->past.store == NULL || r->past.broken != NULL)
		return;
	if (!ctn_store_halt(r->past.store, "a backup was restored in its place", &act, &e) && e.code != CTN_EEXISTS)
		r->env.warn(r->env.ctx, "the old home that was put aside could not be halted: nobody may sign with it any more");
	else if (!ctn_store_commit(r->past.store, &e))
		r->env.warn(r->env.ctx, e.text);
}

static bool
prepare(struct restoring *r, struct ctn_err *e)
{
	if (!open_backup(r, e) || !ctn_past_open(&r->past, r->swap.target, &r->env, r->arena, e) || !compare(r, e))
		return false;
	r->out->allowed = r->out->refused.found == 0;
	return !r->out->allowed || (carry(r, e) && name_lost_keys(r, e));
}

static bool
run(struct restoring *r, bool dry_run, struct ctn_err *e)
{
	bool ok = prepare(r, e);

	/* Before the folder moves: SQLite knows its files by name. */
	ctn_ca_close(r->fresh);
	r->fresh = NULL;
	if (ok && r->out->allowed && !dry_run) {
		ok = ctn_swap_done(&r->swap, r->env.clock(r->env.ctx), r->arena, e);
		if (ok)
			retire(r);
		r->out->aside = r->swap.aside;
	}
	ctn_past_close(&r->past);
	return ok;
}

bool
ctn_home_restore(ctn_restore_report *out, const char *from_path, const ctn_ca_env *env, bool dry_run, ctn_arena *a, struct ctn_err *e)
{
	struct restoring r = { .out = out, .from = from_path, .env = *env, .past.lock = { -1 }, .arena = a };
	bool ok;

	*out = (ctn_restore_report){ .refused.arena = a, .window.arena = a };
	if (!ctn_swap_begin(&r.swap, env->home, env->wait_s, a, e))
		return false;
	r.env.home = r.swap.sibling;
	r.env.read_only = false;
	ok = run(&r, dry_run, e);
	ctn_swap_end(&r.swap);
	return ok;
}
