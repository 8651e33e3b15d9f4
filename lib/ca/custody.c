#include "ca/custody.h"

#include "ca/chain.h"
#include "ca/parts.h"
#include "mint/keyring.h"
#include "store/authority.h"

/* The authority's key, which must be here. */
static bool
own_key(ctn_issuer_key_row *key, ctn_ca *ca, const char *name, struct ctn_err *e)
{
	if (!ctn_store_issuer_key_of(key, ca->store, name, ca->arena, e))
		return false;
	if (key->file != NULL)
		return true;
	ctn_fail(e, CTN_EKEY, "the key of authority %s is not in this home", name);
	return ctn_hint(e, key->foreign ? "it is in the home that %s is of" : "catena ca attach %s FILE brings a detached key back", name);
}

/* File and record change together: a passphrase that is changed while the key is detached would bring the key back. */
static bool
hold(ctn_lock *lock, ctn_ca *ca, struct ctn_err *e)
{
	return ctn_lock_take(lock, ca->env.home, ca->env.wait_s, e) && ctn_ca_still_here(ca, e);
}

static bool
change(ctn_ca *ca, const char *name, const ctn_secret *old, const ctn_secret *fresh, struct ctn_err *e)
{
	CTN_OWN_LOCK lock = { -1 };
	ctn_issuer_key_row key;

	if (!hold(&lock, ca, e) || !own_key(&key, ca, name, e))
		return false;
	if (!ctn_keyring_reencrypt(ca->env.home, key.file, old, fresh, e))
		return ctn_wrap(e, "key of authority %s", name);
	key.protection = fresh != NULL ? "passphrase" : "none";
	return ctn_store_issuer_key_change(ca->store, &key, "key-passphrase", &ca->act, e);
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
	return ctn_ca_begin_act(ca, e) && change(ca, name, encrypted ? &old : NULL, remove ? NULL : &fresh, e) && ctn_ca_end_act(ca, e);
}

static bool
take_off(ctn_ca *ca, const ctn_detach_args *args, struct ctn_err *e)
{
	CTN_OWN_LOCK lock = { -1 };
	ctn_issuer_key_row key;
	const char *file;

	if (!hold(&lock, ca, e) || !own_key(&key, ca, args->name, e))
		return false;
	if (!ctn_keyring_copy(ca->env.home, key.file, args->out_path, args->force, e))
		return ctn_wrap(e, "key of authority %s", args->name);
	file = key.file;
	key.file = NULL;
	key.protection = "absent";
	if (!ctn_store_issuer_key_change(ca->store, &key, "key-detached", &ca->act, e) || !ctn_keyring_remove(ca->env.home, file, e))
		return ctn_wrap(e, "the key is copied to %s, but", args->out_path);
	return true;
}

bool
ctn_ca_detach(ctn_ca *ca, const ctn_detach_args *args, struct ctn_err *e)
{
	ctn_issuer_key_row key;

	if (!own_key(&key, ca, args->name, e) || !ctn_parts_is_outside(ca->env.home, args->out_path, e))
		return false;
	if (ctn_file_exists(args->out_path) && !args->force) {
		ctn_fail(e, CTN_EEXISTS, "%s exists", args->out_path);
		return ctn_hint(e, "name another file, or say --force");
	}
	return args->dry_run || (ctn_ca_begin_act(ca, e) && take_off(ca, args, e) && ctn_ca_end_act(ca, e));
}

/* The authority's key, which must be away. */
static bool
away_key(ctn_issuer_key_row *key, ctn_ca *ca, const char *name, struct ctn_err *e)
{
	if (!ctn_store_issuer_key_of(key, ca->store, name, ca->arena, e))
		return false;
	if (key->foreign)
		return ctn_fail(e, CTN_EINPUT, "authority %s is of another home: its key belongs there", name);
	return key->file == NULL || ctn_fail(e, CTN_EEXISTS, "the key of authority %s is in this home already", name);
}

static bool
adopt(ctn_issuer_key_row *key, ctn_ca *ca, const ctn_attach_args *args, const ctn_secret *passphrase, struct ctn_err *e)
{
	CTN_OWN_LOCK lock = { -1 };
	ctn_spki spki;

	if (!ctn_spki_parse(&spki, key->spki, e))
		return false;
	if (args->dry_run)
		return ctn_keyring_adopt(ca->env.home, key->file, args->path, &spki, passphrase, true, e);
	return hold(&lock, ca, e) && ctn_keyring_adopt(ca->env.home, key->file, args->path, &spki, passphrase, false, e) &&
	       ctn_store_issuer_key_change(ca->store, key, "key-attached", &ca->act, e);
}

static bool
bring_back(ctn_issuer_key_row *key, ctn_ca *ca, const ctn_attach_args *args, struct ctn_err *e)
{
	char *word = ctn_chain_key_word(key->key_id, ca->arena);
	CTN_OWN_SECRET passphrase = { 0 };
	bool encrypted;

	key->file = word == NULL ? NULL : ctn_arena_printf(ca->arena, "keys/%s-%s.key", args->name, word);
	if (key->file == NULL)
		return ctn_fail_memory(e);
	if (!ctn_keyring_outside_is_encrypted(&encrypted, args->path, e))
		return false;
	if (encrypted && !ca->env.passphrase(ca->env.ctx, args->name, false, &passphrase, e))
		return false;
	key->protection = encrypted ? "passphrase" : "none";
	return adopt(key, ca, args, encrypted ? &passphrase : NULL, e);
}

bool
ctn_ca_attach(ctn_ca *ca, const ctn_attach_args *args, struct ctn_err *e)
{
	ctn_issuer_key_row key;

	if (!away_key(&key, ca, args->name, e) || (!args->dry_run && !ctn_ca_begin_act(ca, e)))
		return false;
	if (!bring_back(&key, ca, args, e))
		return ctn_wrap(e, "key of authority %s", args->name);
	return args->dry_run || ctn_ca_end_act(ca, e);
}
