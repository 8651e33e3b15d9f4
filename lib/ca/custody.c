#include "ca/custody.h"

#include "mint/keyring.h"
#include "store/authority.h"

/* The authority's key, which must be here. */
static bool
own_key(ctn_issuer_key_row *key, ctn_ca *ca, const char *name, struct ctn_err *e)
{
	if (!ctn_store_issuer_key_of(key, ca->store, name, ca->arena, e))
		return false;
	return key->file != NULL || ctn_fail(e, CTN_EKEY, "the key of authority %s is not in this home", name);
}

static bool
change(ctn_ca *ca, ctn_issuer_key_row *key, const ctn_secret *old, const ctn_secret *fresh, struct ctn_err *e)
{
	if (!ctn_keyring_reencrypt(ca->env.home, key->file, old, fresh, e))
		return ctn_wrap(e, "key of authority %s", key->authority);
	key->protection = fresh != NULL ? "passphrase" : "none";
	return ctn_store_issuer_key_change(ca->store, key, "key-passphrase", &ca->act, e) && ctn_ca_end_act(ca, e);
}

bool
ctn_ca_passphrase(ctn_ca *ca, const char *name, bool remove, bool dry_run, struct ctn_err *e)
{
	CTN_OWN_SECRET old = { 0 };
	CTN_OWN_SECRET fresh = { 0 };
	CTN_OWN(ctn_privkey) key = NULL;
	ctn_issuer_key_row row;
	bool encrypted;

	if (!own_key(&row, ca, name, e) || !ctn_keyring_is_encrypted(&encrypted, ca->env.home, row.file, e))
		return false;
	if (encrypted && !ca->env.passphrase(ca->env.ctx, name, false, &old, e))
		return false;
	if (!ctn_keyring_open(&key, ca->env.home, row.file, encrypted ? &old : NULL, e))
		return ctn_wrap(e, "key of authority %s", name);
	if (dry_run)
		return true;
	if (!remove && !ca->env.passphrase(ca->env.ctx, name, true, &fresh, e))
		return false;
	return ctn_ca_begin_act(ca, e) && change(ca, &row, encrypted ? &old : NULL, remove ? NULL : &fresh, e);
}

bool
ctn_ca_detach(ctn_ca *ca, const ctn_detach_args *args, struct ctn_err *e)
{
	ctn_issuer_key_row key;
	const char *file;

	if (!own_key(&key, ca, args->name, e))
		return false;
	if (ctn_file_exists(args->out_path) && !args->force) {
		ctn_fail(e, CTN_EEXISTS, "%s exists", args->out_path);
		return ctn_hint(e, "name another file, or say --force");
	}
	if (args->dry_run)
		return true;
	if (!ctn_ca_begin_act(ca, e))
		return false;
	if (!ctn_keyring_copy(ca->env.home, key.file, args->out_path, args->force, e))
		return ctn_wrap(e, "key of authority %s", args->name);
	file = key.file;
	key.file = NULL;
	key.protection = "absent";
	if (!ctn_store_issuer_key_change(ca->store, &key, "key-detached", &ca->act, e) || !ctn_keyring_remove(ca->env.home, file, e))
		return ctn_wrap(e, "the key is copied to %s, but", args->out_path);
	return ctn_ca_end_act(ca, e);
}
