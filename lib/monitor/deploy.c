#include "monitor/deploy.h"

#include "hash/hash.h"
#include "monitor/beside.h"
#include "monitor/fresh.h"
#include "store/authority.h"
#include "store/find.h"

/* One preparation. */
struct work {
	ctn_deploy *d;
	const ctn_deploy_world *world;
	ctn_ca *ca;
	ctn_arena *a;
	ctn_cert_row newest;     /* of the lineage */
	ctn_spot *keys;          /* where the private key stands, also inside of files */
	size_t keys_n;
	ctn_privkey *key;        /* of the target; NULL: the key stays */
};

/* ---- what the files are */

bool
ctn_deploy_read(bool *known, ctn_deploy_file *file, const ctn_deploy_world *world, struct ctn_err *e)
{
	CTN_OWN_BUF bytes = { .secret = true };
	ctn_ca *ca = world->env->ca;
	uint8_t digest[32];
	ctn_cert_row *rows;
	ctn_span copy;
	size_t n;

	*known = false;
	if (!ctn_spot_find(&file->spot, world->spots, file->path, e) || !ctn_spot_read(&bytes, &file->spot, CTN_SPOT_NOW, e))
		return false;
	copy = (ctn_span){ ctn_arena_copy(ca->arena, bytes.p, bytes.n), bytes.n };
	if (copy.p == NULL)
		return ctn_fail_memory(e);
	if (!ctn_form_read(&file->form, copy, ca->arena, e))
		return ctn_wrap(e, "%s", file->path);
	if (file->form.leaf == NULL)
		return true;
	if (!ctn_sha256(digest, file->form.leaf->der, e) || !ctn_store_certs_by_sha256(&rows, &n, ca->store, digest, ca->arena, e))
		return false;
	*known = n > 0;
	if (n > 0)
		file->row = rows[0];
	return true;
}

static bool
find_newest(struct work *w, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	if (!ctn_store_certs_of_lineage(&rows, &n, w->ca->store, w->d->lineage, w->a, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].issued) {
			w->newest = rows[i];
			return true;
		}
	return ctn_fail(e, CTN_ENOTFOUND, "no certificate of this lineage was issued");
}

static bool
knows(bool *yes, const struct work *w, const ctn_cert *cert, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;
	size_t n;

	*yes = false;
	if (!ctn_store_ca_certs_named(&rows, &n, w->ca->store, cert->subject, w->a, e))
		return false;
	for (size_t i = 0; i < n && !*yes; i++) {
		ctn_cert known;

		if (!ctn_cert_parse(&known, rows[i].der, e))
			return ctn_wrap(e, "recorded CA certificate %lld", (long long)rows[i].id);
		*yes = ctn_span_equal(known.spki, cert->spki);
	}
	return true;
}

/* What is not made again must not be lost. */
static bool
judge_form(const struct work *w, const ctn_deploy_file *f, struct ctn_err *e)
{
	for (size_t i = 0; i < f->form.n; i++) {
		const ctn_form_part *part = &f->form.parts[i];
		CTN_OWN_BUF title = { 0 };
		bool known = true;

		if ((part->kind == CTN_FORM_CHAIN || part->kind == CTN_FORM_ROOT) && !knows(&known, w, &part->cert, e))
			return false;
		if (known)
			continue;
		ctn_cert_title(&title, &part->cert);
		return ctn_fail(e, CTN_EINPUT, "%s: holds a certificate of %s, which this home does not know: it would be lost", f->path,
		    ctn_buf_cstr(&title) != NULL ? ctn_buf_cstr(&title) : "a CA");
	}
	return true;
}

static bool
find_keys(struct work *w, struct ctn_err *e)
{
	w->keys = ctn_arena_new(w->a, ctn_spot, w->d->files_n);
	w->keys_n = 0;
	if (w->keys == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < w->d->files_n; i++) {
		const ctn_deploy_file *f = &w->d->files[i];
		ctn_spot *found = &w->keys[w->keys_n];
		bool again = false;

		if (!ctn_beside_find(found, w->world->spots, &(ctn_beside_wish){ f->path, &f->spot, &f->form }, e))
			return false;
		for (size_t k = 0; k < w->keys_n; k++)
			again = again || strcmp(w->keys[k].path, found->path) == 0;
		w->keys_n += !again;
	}
	return true;
}

/* ---- which certificate is to go there */

static bool
same_key(const uint8_t a[32], const uint8_t b[32])
{
	return memcmp(a, b, 32) == 0;
}

static bool
is_usable(const struct work *w, const ctn_cert_row *row)
{
	return row->revoked == CTN_NOT_REVOKED && row->not_after > w->ca->now_s && !ctn_windows_cover(w->world->windows, row);
}

/* The key that waits beside the old one since its certificate was issued. */
static void
find_waiting(struct work *w)
{
	for (size_t i = 0; i < w->keys_n && w->key == NULL; i++) {
		CTN_OWN_BUF file = { .secret = true };
		CTN_OWN(ctn_privkey) key = NULL;
		struct ctn_err ignored = { 0 };

		if (ctn_spot_has(&w->keys[i], CTN_SPOT_NEW) && ctn_spot_read(&file, &w->keys[i], CTN_SPOT_NEW, &ignored) &&
		    ctn_privkey_parse(&key, ctn_buf_view(&file), NULL, &ignored) && ctn_fresh_key_fits(key, &w->newest))
			w->key = CTN_TAKE(key);
	}
}

/* Was the newest one meant to go here, though it is not to be used any more? */
static bool
waits_for_newest(struct work *w)
{
	bool yes;

	find_waiting(w);
	yes = w->key != NULL;
	ctn_privkey_free(CTN_TAKE(w->key));
	return yes;
}

struct facts {
	size_t holding; /* files that hold the newest one */
	bool other_key; /* one of the others has a certificate with another key than the newest one has */
};

static struct facts
facts_of(const struct work *w)
{
	struct facts f = { 0 };

	for (size_t i = 0; i < w->d->files_n; i++) {
		const ctn_cert_row *row = &w->d->files[i].row;

		f.holding += row->id == w->newest.id;
		f.other_key = f.other_key || !same_key(row->spki_sha256, w->newest.spki_sha256);
	}
	return f;
}

static void
aim(struct work *w, const ctn_cert_row *at)
{
	w->d->target = *at;
	w->d->has_target = true;
}

/* ---- a new one */

struct issuing {
	struct work *w;
	const ctn_issued *issued;
};

/* Before anything is recorded: from here on the key outlives a crash. */
static bool
let_key_wait(void *ctx, const ctn_plan *plan, struct ctn_err *e)
{
	struct issuing *i = ctx;
	CTN_OWN_BUF pem = { .secret = true };

	(void)plan;
	if (i->issued->key == NULL)
		return true;
	return ctn_privkey_encode(&pem, i->issued->key, NULL, e) && ctn_spot_wait(&i->w->keys[0], ctn_buf_view(&pem), e);
}

static bool
refuse(const ctn_issued *refused, struct ctn_err *e)
{
	const ctn_reason *r = refused->reasons.n > 0 ? &refused->reasons.at[0] : NULL;

	if (r == NULL)
		return ctn_fail(e, CTN_EPOLICY, "refused by policy");
	if (r->file != NULL && r->line > 0)
		(void)ctn_fail(e, CTN_EPOLICY, "%s: %s (%s:%u)", r->rule, r->text, r->file, (unsigned)r->line);
	else
		(void)ctn_fail(e, CTN_EPOLICY, "%s: %s", r->rule, r->text);
	return refused->hint != NULL && ctn_hint(e, "%s", refused->hint);
}

/* Asked first without doing it: a refusal that comes again every hour is told by the monitor, and need not fill the log. */
static bool
would_be_allowed(struct work *w, const ctn_renew_args *args, struct ctn_err *e)
{
	ctn_renew_args dry = *args;
	ctn_issued issued;
	bool ok;

	dry.dry_run = true;
	if (!ctn_ca_renew(&issued, w->ca, &dry, e))
		return false;
	ok = issued.allowed || refuse(&issued, e);
	ctn_issued_free(&issued);
	return ok;
}

static bool
check_places(const struct work *w, struct ctn_err *e)
{
	if (!ctn_exchange_lock(&w->d->exchange, e))
		return false;
	for (size_t i = 0; i < w->d->exchange.n; i++)
		if (!ctn_spot_check(&w->d->exchange.at[i], e))
			return false;
	return true;
}

/* After a failure the key is of no use, unless its certificate was recorded all the same. */
static void
forget_key(struct work *w)
{
	struct ctn_err ignored = { 0 };
	int64_t before = w->newest.id;

	if (find_newest(w, &ignored) && w->newest.id == before)
		ctn_spot_forget(&w->keys[0]);
}

static bool
issue(struct work *w, bool rekey, struct ctn_err *e)
{
	ctn_issued issued = { 0 };
	struct issuing ctx = { w, &issued };
	ctn_renew_args args = { .certificate_id = w->newest.id, .rekey = rekey, .ready = let_key_wait, .ctx = &ctx };
	bool ok;

	if (!check_places(w, e) || !would_be_allowed(w, &args, e))
		return false;
	ok = ctn_ca_renew(&issued, w->ca, &args, e) && (issued.allowed || refuse(&issued, e));
	if (!ok) {
		ctn_issued_free(&issued);
		if (rekey)
			forget_key(w);
		return false;
	}
	w->key = CTN_TAKE(issued.key);
	if (!ctn_store_cert(&w->newest, w->ca->store, issued.certificate_id, w->a, e))
		return false;
	aim(w, &w->newest);
	return true;
}

/* ---- the new files */

static bool
collect_spots(struct work *w, struct ctn_err *e)
{
	ctn_deploy *d = w->d;

	d->exchange.at = ctn_arena_new(w->a, ctn_spot, d->files_n + w->keys_n);
	d->exchange.n = 0;
	if (d->exchange.at == NULL)
		return ctn_fail_memory(e);
	for (size_t k = 0; k < w->keys_n; k++) {
		bool inside = false;

		for (size_t i = 0; i < d->files_n; i++)
			inside = inside || strcmp(d->files[i].spot.path, w->keys[k].path) == 0;
		if (!inside)
			d->exchange.at[d->exchange.n++] = w->keys[k];
	}
	for (size_t i = 0; i < d->files_n; i++)
		d->exchange.at[d->exchange.n++] = d->files[i].spot;
	return true;
}

/* Only the certificate is new: where another key stands it would not fit, and where it stands already there is nothing to do. */
static void
keep_keys(struct work *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->d->files_n; i++)
		if (same_key(w->d->files[i].row.spki_sha256, w->newest.spki_sha256) && (!w->d->has_target || w->d->files[i].row.id != w->d->target.id))
			w->d->files[n++] = w->d->files[i];
	w->d->files_n = n;
	w->keys_n = 0;
}

static bool
let_files_wait(struct work *w, struct ctn_err *e)
{
	return check_places(w, e) && ctn_fresh_wait(w->d, w->key, w->world, e);
}

/* ---- what an earlier run began */

static bool
key_file_is_new(const struct work *w, const ctn_spot *spot)
{
	CTN_OWN_BUF file = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	struct ctn_err ignored = { 0 };

	return ctn_spot_read(&file, spot, CTN_SPOT_NOW, &ignored) && ctn_privkey_parse(&key, ctn_buf_view(&file), NULL, &ignored) && ctn_fresh_key_fits(key, &w->newest);
}

/* All are kept before the first is replaced, and all are put back before the first waits again: one that is new and has no old one beside it any
 * more was let go, and that comes behind the hook. */
static bool
is_behind_hook(const struct work *w)
{
	const ctn_deploy *d = w->d;
	size_t keys_n = d->exchange.n - d->files_n;

	for (size_t i = 0; i < d->exchange.n; i++) {
		if (ctn_spot_has(&d->exchange.at[i], CTN_SPOT_OLD))
			continue;
		if (i < keys_n ? key_file_is_new(w, &d->exchange.at[i]) : d->files[i - keys_n].row.id == w->newest.id)
			return true;
	}
	return false;
}

static bool
read_again(struct work *w, struct ctn_err *e)
{
	bool known;

	for (size_t i = 0; i < w->d->files_n; i++)
		if (!ctn_deploy_read(&known, &w->d->files[i], w->world, e))
			return false;
	return true;
}

/* no_keys: why not all keys were found, which is no failure as long as none is needed. */
static bool
recover(struct work *w, bool *ended, struct ctn_err *no_keys, struct ctn_err *e)
{
	if (!find_keys(w, no_keys) && no_keys->code != CTN_EKEY) {
		*e = *no_keys;
		return false;
	}
	if (!collect_spots(w, e))
		return false;
	if (!ctn_exchange_is_begun(&w->d->exchange))
		return true;
	if (!ctn_exchange_lock(&w->d->exchange, e))
		return false;
	*ended = is_behind_hook(w);
	if (*ended)
		ctn_exchange_done(&w->d->exchange);
	else if (!ctn_exchange_undo(&w->d->exchange, e))
		return false;
	*no_keys = (struct ctn_err){ 0 };
	return read_again(w, e) && (find_keys(w, no_keys) || no_keys->code == CTN_EKEY);
}

/* ---- all of it */

/* Another certificate with this key would be left with a key that is not its own. */
static bool
judge_sharing(const struct work *w, struct ctn_err *e)
{
	for (size_t i = 0; i < w->d->files_n; i++) {
		ctn_span serial;
		bool used;

		if (!ctn_store_key_used(&used, &serial, w->ca->store, w->d->files[i].row.spki_sha256, w->d->lineage, w->a, e))
			return false;
		if (used)
			return ctn_fail(e, CTN_EKEY, "%s: serial %s has the same key, which a new one would take away from it", w->d->files[i].path,
				   ctn_arena_hex(w->a, serial)) ||
			       ctn_hint(e, "renew: { key: same } in policies/monitor.yaml");
	}
	return true;
}

/* The newest one is good, and not everywhere. It goes there when its key is there: in place, or waiting since its certificate was recorded. */
static bool
choose_newest(struct work *w, const struct facts *f, struct ctn_err *e)
{
	if (!f->other_key) {
		aim(w, &w->newest);
		keep_keys(w);
		return collect_spots(w, e);
	}
	find_waiting(w);
	if (w->key == NULL)
		return true; /* renewed by somebody else, into other files */
	aim(w, &w->newest);
	return collect_spots(w, e);
}

static bool
choose_new(struct work *w, const struct ctn_err *no_keys, struct ctn_err *e)
{
	if (w->world->env->policy->renew.same_key) {
		keep_keys(w);
		return w->d->files_n == 0 || (collect_spots(w, e) && issue(w, false, e));
	}
	if (no_keys->code != CTN_OK) {
		*e = *no_keys;
		return false;
	}
	return judge_sharing(w, e) && collect_spots(w, e) && issue(w, true, e);
}

/* Sets the target, or leaves it unset when nothing is to be done here. */
static bool
choose(struct work *w, const struct ctn_err *no_keys, struct ctn_err *e)
{
	struct facts f = facts_of(w);

	if (is_usable(w, &w->newest))
		return f.holding == w->d->files_n || choose_newest(w, &f, e);
	return (f.holding == 0 && !waits_for_newest(w)) || choose_new(w, no_keys, e);
}

bool
ctn_deploy_prepare(ctn_deploy *d, bool *ended, const ctn_deploy_world *world, struct ctn_err *e)
{
	struct work w = { .d = d, .world = world, .ca = world->env->ca, .a = world->env->ca->arena };
	struct ctn_err no_keys = { 0 };
	bool ok = find_newest(&w, e) && recover(&w, ended, &no_keys, e);

	for (size_t i = 0; ok && i < d->files_n; i++)
		ok = judge_form(&w, &d->files[i], e);
	ok = ok && choose(&w, &no_keys, e) && (!d->has_target || d->files_n == 0 || let_files_wait(&w, e));
	if (*ended && !d->has_target)
		d->target = w.newest;
	ctn_privkey_free(w.key);
	return ok;
}
