#include "mint/keyring.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "key/public.h"

#define KEY_FILE_MAX (64u << 10)

static char *
path_of(const char *home, const char *file, ctn_arena *a)
{
	return ctn_arena_printf(a, "%s/%s", home, file);
}

/* What is written must open again, with that passphrase, before anybody relies on it. */
static bool
save(const char *path, const ctn_privkey *key, const ctn_secret *passphrase, bool overwrite, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { .secret = true };
	CTN_OWN(ctn_privkey) again = NULL;

	if (!ctn_privkey_encode(&pem, key, passphrase, e) || !ctn_privkey_parse(&again, ctn_buf_view(&pem), passphrase, e))
		return ctn_wrap(e, "key file");
	return ctn_file_write(path, ctn_buf_view(&pem), 0600, overwrite, e);
}

static bool
name_file(char **file, ctn_buf *spki, uint8_t key_id[20], const char *name, const ctn_privkey *key, ctn_arena *a, struct ctn_err *e)
{
	size_t at = spki->n;
	ctn_spki view;
	char hex[9];

	if (!ctn_privkey_spki(spki, key, e) ||
	    !ctn_spki_parse(&view, (ctn_span){ spki->p + at, spki->n - at }, e) || !ctn_spki_key_id(key_id, &view, e))
		return false;
	ctn_hex(hex, (ctn_span){ key_id, 4 });
	*file = ctn_arena_printf(a, "keys/%s-%s.key", name, hex);
	return *file != NULL || ctn_fail_memory(e);
}

bool
ctn_keyring_make(char **file, ctn_buf *spki, uint8_t key_id[20], const ctn_keyring_wish *wish, ctn_arena *a, struct ctn_err *e)
{
	CTN_OWN(ctn_privkey) key = NULL;
	char *path;

	if (!ctn_privkey_generate(&key, wish->kind, e) || !name_file(file, spki, key_id, wish->name, key, a, e))
		return false;
	path = path_of(wish->home, *file, a);
	return path == NULL ? ctn_fail_memory(e) : save(path, key, wish->passphrase, false, e);
}

bool
ctn_keyring_make_log(uint8_t public_key[32], const char *home, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF spki = { 0 };
	ctn_spki view;
	char *path;

	if (a == NULL || (path = path_of(home, CTN_LOG_KEY_FILE, a)) == NULL)
		return ctn_fail_memory(e);
	if (!ctn_privkey_generate(&key, (ctn_key_kind){ CTN_KEY_ED25519, 0 }, e) || !ctn_privkey_spki(&spki, key, e) ||
	    !ctn_spki_parse(&view, ctn_buf_view(&spki), e))
		return false;
	if (view.bits.n != 32)
		return ctn_fail(e, CTN_ECRYPTO, "the log's key came out with %zu octets", view.bits.n);
	memcpy(public_key, view.bits.p, 32);
	return save(path, key, NULL, false, e);
}

static bool
read_file(ctn_buf *pem, const char *home, const char *file, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *path = a == NULL ? NULL : path_of(home, file, a);

	if (path == NULL)
		return ctn_fail_memory(e);
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		ctn_fail(e, CTN_EKEY, "%s: the key file is missing", path);
		return ctn_hint(e, "put it back from where it is kept, or from a backup (catena db restore FILE)");
	}
	return ctn_file_read(pem, path, KEY_FILE_MAX, CTN_FILE_PRIVATE, e);
}

bool
ctn_keyring_open(ctn_privkey **out, const char *home, const char *file, const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { .secret = true };

	if (!read_file(&pem, home, file, e))
		return false;
	return ctn_privkey_parse(out, ctn_buf_view(&pem), passphrase, e) || ctn_wrap(e, "%s", file);
}

bool
ctn_keyring_is_encrypted(bool *yes, const char *home, const char *file, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { .secret = true };

	*yes = false;
	if (!read_file(&pem, home, file, e))
		return false;
	*yes = ctn_privkey_is_encrypted(ctn_buf_view(&pem));
	return true;
}

bool
ctn_keyring_reencrypt(const char *home, const char *file, const ctn_secret *old, const ctn_secret *fresh, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN(ctn_privkey) key = NULL;
	char *path = a == NULL ? NULL : path_of(home, file, a);

	if (path == NULL)
		return ctn_fail_memory(e);
	return ctn_keyring_open(&key, home, file, old, e) && save(path, key, fresh, true, e);
}

/* The copy is read back before the original may go. */
static bool
copy(const char *out_path, ctn_span pem, bool force, struct ctn_err *e)
{
	CTN_OWN_BUF again = { .secret = true };

	if (!ctn_file_write(out_path, pem, 0600, force, e) || !ctn_file_read(&again, out_path, KEY_FILE_MAX, CTN_FILE_PRIVATE, e))
		return false;
	return ctn_span_equal(ctn_buf_view(&again), pem) || ctn_fail(e, CTN_EFILE, "%s: it does not read back as it was written", out_path);
}

bool
ctn_keyring_copy(const char *home, const char *file, const char *out_path, bool force, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { .secret = true };

	return read_file(&pem, home, file, e) && copy(out_path, ctn_buf_view(&pem), force, e);
}

bool
ctn_keyring_outside_is_encrypted(bool *yes, const char *path, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { .secret = true };

	*yes = false;
	if (!ctn_file_read(&pem, path, KEY_FILE_MAX, CTN_FILE_PRIVATE, e))
		return false;
	*yes = ctn_privkey_is_encrypted(ctn_buf_view(&pem));
	return true;
}

bool
ctn_keyring_adopt(const char *home, const char *file, const char *path, const ctn_spki *spki, const ctn_secret *passphrase, bool try_only,
    struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *to = a == NULL ? NULL : path_of(home, file, a);
	CTN_OWN_BUF pem = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	bool same;

	if (to == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_read(&pem, path, KEY_FILE_MAX, CTN_FILE_PRIVATE, e))
		return false;
	if (!ctn_privkey_parse(&key, ctn_buf_view(&pem), passphrase, e) || !ctn_privkey_matches(&same, key, spki, e))
		return ctn_wrap(e, "%s", path);
	if (!same)
		return ctn_fail(e, CTN_EKEY, "%s holds another key", path);
	return try_only || copy(to, ctn_buf_view(&pem), true, e);
}

bool
ctn_keyring_remove(const char *home, const char *file, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	char *path = a == NULL ? NULL : path_of(home, file, a);
	char *folder = a == NULL ? NULL : path_of(home, "keys", a);

	if (path == NULL || folder == NULL)
		return ctn_fail_memory(e);
	if (unlink(path) != 0 && errno != ENOENT)
		return ctn_fail_errno(e, CTN_EFILE, "%s: it cannot be removed", path);
	return ctn_dir_sync(folder, e);
}
