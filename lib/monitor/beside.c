#include "monitor/beside.h"

#include <string.h>

#include "base/file.h"
#include "key/private.h"

/* The longest first: what is in front of it is the stem. */
static const char *const endings[] = { ".fullchain.pem", "-fullchain.pem", ".chain.pem", "-chain.pem", ".chain.crt", "-chain.crt", "-cert.pem",
	".cert", ".pem", ".crt", ".cer", ".der" };

struct search {
	const ctn_beside_wish *wish;
	ctn_spots *all;
	ctn_spki key;
	const char *stem;
	const char *encrypted; /* a key that could be it */
	ctn_spot *out;
};

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && strcmp(text + n - k, end) == 0;
}

static const char *
stem_of(const char *path, ctn_arena *a)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (ends_with(name, endings[i]) && n > strlen(endings[i]))
			return ctn_arena_text_n(a, name, n - strlen(endings[i]));
	return ctn_arena_text(a, name);
}

/* One that cannot be read or is no key is not the one. */
static bool
belongs_as(struct search *s, const ctn_spot *spot, enum ctn_spot_state which)
{
	CTN_OWN_BUF file = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	struct ctn_err ignored = { 0 };
	bool yes = false;

	if (!ctn_spot_read(&file, spot, which, &ignored))
		return false;
	if (ctn_privkey_is_encrypted(ctn_buf_view(&file))) {
		if (s->encrypted == NULL)
			s->encrypted = spot->path;
		return false;
	}
	return ctn_privkey_parse(&key, ctn_buf_view(&file), NULL, &ignored) && ctn_privkey_matches(&yes, key, &s->key, &ignored) && yes;
}

/* After a crash the one may be replaced and the other not: what waits beside a key, or was there before it, counts too. */
static bool
belongs(struct search *s, const ctn_spot *spot)
{
	if (belongs_as(s, spot, CTN_SPOT_NOW))
		return true;
	return spot->folder->begun && ((ctn_spot_has(spot, CTN_SPOT_NEW) && belongs_as(s, spot, CTN_SPOT_NEW)) ||
					  (ctn_spot_has(spot, CTN_SPOT_OLD) && belongs_as(s, spot, CTN_SPOT_OLD)));
}

static bool
try_path(struct search *s, const char *path)
{
	struct ctn_err ignored = { 0 };
	ctn_spot spot;

	if (path == NULL || !ctn_file_exists(path) || !ctn_spot_find(&spot, s->all, path, &ignored) || !belongs(s, &spot))
		return false;
	*s->out = spot;
	return true;
}

static bool
try_stem(struct search *s, const char *dir)
{
	const char *slash = strrchr(dir, '/'), *last = slash != NULL ? slash + 1 : dir;

	if (try_path(s, ctn_arena_printf(s->all->a, "%s/%s.key", dir, s->stem)))
		return true;
	return strcmp(last, "certs") == 0 && try_path(s, ctn_arena_printf(s->all->a, "%s/../private/%s.key", dir, s->stem));
}

static bool
try_all(struct search *s, const char *dir)
{
	struct ctn_err ignored = { 0 };
	char **names;
	size_t n;

	if (!ctn_dir_list(&names, &n, dir, s->all->a, &ignored))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((ends_with(names[i], ".key") || ends_with(names[i], "key.pem")) && try_path(s, ctn_arena_printf(s->all->a, "%s/%s", dir, names[i])))
			return true;
	return false;
}

static bool
fail_none(const struct search *s, const char *dir, struct ctn_err *e)
{
	if (s->encrypted != NULL)
		return ctn_fail(e, CTN_EKEY, "%s: its key was not found, and %s is encrypted: nobody could give the new one its passphrase", s->wish->path, s->encrypted) ||
		       ctn_hint(e, "renew: { key: same } in policies/monitor.yaml keeps the key, or let the key stand there without passphrase");
	return ctn_fail(e, CTN_EKEY, "%s: its key was not found: looked in it, for %s/%s.key, and for any *.key or *key.pem there", s->wish->path, dir, s->stem) ||
	       ctn_hint(e, "put the key there, or renew: { key: same } in policies/monitor.yaml");
}

bool
ctn_beside_find(ctn_spot *out, ctn_spots *all, const ctn_beside_wish *w, struct ctn_err *e)
{
	struct search s = { .wish = w, .all = all, .stem = stem_of(w->path, all->a), .out = out };
	const char *dir = ctn_dir_of(all->a, w->path), *real = w->spot->folder->path;
	bool linked;

	if (s.stem == NULL || dir == NULL)
		return ctn_fail_memory(e);
	if (!ctn_spki_parse(&s.key, w->form->leaf->spki, e))
		return false;
	if (w->form->has_key && belongs(&s, w->spot)) {
		*out = *w->spot;
		return true;
	}
	if (w->form->has_key)
		return ctn_fail(e, CTN_EKEY, "%s: the key in it is not the certificate's, or is encrypted", w->path);
	linked = strcmp(dir, real) != 0;
	if (try_stem(&s, dir) || (linked && try_stem(&s, real)) || try_all(&s, dir) || (linked && try_all(&s, real)))
		return true;
	return fail_none(&s, dir, e);
}
