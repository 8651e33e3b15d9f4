#include "ca/check.h"

#include <string.h>
#include <sys/stat.h>

#include "ca/chain.h"
#include "hash/hash.h"
#include "mint/keyring.h"
#include "store/authority.h"
#include "store/check.h"
#include "store/crl.h"
#include "store/highwater.h"
#include "store/home.h"

#define PUBLISHED_MAX (256u << 20)

struct checker {
	ctn_ca *ca;
	ctn_check *out;
	ctn_issuer_key_row *keys;
	size_t keys_n;
};

/* ---- the database */

static bool
check_records(struct checker *c, struct ctn_err *e)
{
	ctn_store *s = c->ca->store;

	return ctn_store_check(s, ctn_problems_add, &c->out->problems, e) && ctn_store_intents(s, ctn_problems_add, &c->out->notices, e);
}

static bool
check_highwater(struct checker *c, struct ctn_err *e)
{
	char *path = ctn_ca_path(c->ca, "highwater");
	struct ctn_err why = { 0 };
	ctn_highwater file;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_highwater_load(&file, path, c->ca->arena, &why))
		return ctn_problems_say(&c->out->problems, e, "highwater", "%s", why.text);
	if (ctn_highwater_compare(c->ca->store, &file, ctn_problems_add, &c->out->problems, c->ca->arena, &why))
		return true;
	return ctn_problems_say(&c->out->problems, e, "highwater", "it cannot be compared: %s", why.text);
}

/* ---- the folder and its keys */

static bool
check_modes(struct checker *c, struct ctn_err *e)
{
	static const char *const folders[] = { ".", "keys", "policies", "public" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path = ctn_ca_path(c->ca, folders[i]);
		struct stat st;

		if (path == NULL)
			return ctn_fail_memory(e);
		if (stat(path, &st) != 0) {
			if (!ctn_problems_say(&c->out->problems, e, folders[i], "the folder is missing"))
				return false;
		} else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
			if (!ctn_problems_say(&c->out->problems, e, folders[i], "mode %04o lets others change the home: chmod go-w %s",
			        (unsigned)st.st_mode & 07777, path))
				return false;
		}
	}
	return true;
}

/* Without its passphrase an encrypted key cannot be matched; its name holds its identifier. */
static bool
match_key(struct checker *c, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	CTN_OWN(ctn_privkey) open = NULL;
	struct ctn_err why = { 0 };
	ctn_spki spki;
	bool same;

	if (!ctn_keyring_open(&open, c->ca->env.home, key->file, NULL, &why) || !ctn_spki_parse(&spki, key->spki, &why) ||
	    !ctn_privkey_matches(&same, open, &spki, &why))
		return ctn_problems_say(&c->out->problems, e, key->file, "%s", why.text);
	return same || ctn_problems_say(&c->out->problems, e, key->file, "it is not the key of authority %s", key->authority);
}

static bool
check_key(struct checker *c, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	bool encrypted, said = strcmp(key->protection, "passphrase") == 0;
	struct ctn_err why = { 0 };

	if (key->file == NULL)
		return true;
	if (!ctn_keyring_is_encrypted(&encrypted, c->ca->env.home, key->file, &why))
		return ctn_problems_say(&c->out->problems, e, key->file, "%s", why.text);
	if (encrypted != said)
		return ctn_problems_say(&c->out->problems, e, key->file, encrypted ? "it is encrypted, but the records say that it is not"
		                                                                    : "it is not encrypted, but the records say that it is");
	return encrypted || match_key(c, key, e);
}

static bool
check_log_key(struct checker *c, struct ctn_err *e)
{
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF der = { 0 };
	struct ctn_err why = { 0 };
	ctn_home_row home;
	ctn_spki spki;

	if (!ctn_store_home_get(&home, c->ca->store, c->ca->arena, e))
		return false;
	if (!ctn_keyring_open(&key, c->ca->env.home, CTN_LOG_KEY_FILE, NULL, &why) || !ctn_privkey_spki(&der, key, &why) ||
	    !ctn_spki_parse(&spki, ctn_buf_view(&der), &why))
		return ctn_problems_say(&c->out->problems, e, CTN_LOG_KEY_FILE, "%s", why.text);
	return ctn_span_equal(spki.bits, (ctn_span){ home.log_key, sizeof home.log_key }) ||
	       ctn_problems_say(&c->out->problems, e, CTN_LOG_KEY_FILE, "it is not the key that this home's log was made with");
}

static bool
is_recorded(const struct checker *c, const char *file)
{
	if (strcmp(file, CTN_LOG_KEY_FILE) == 0)
		return true;
	for (size_t i = 0; i < c->keys_n; i++)
		if (c->keys[i].file != NULL && strcmp(c->keys[i].file, file) == 0)
			return true;
	return false;
}

/* Detaching was cut short: the records say that this key is away. */
static const ctn_issuer_key_row *
detached(struct checker *c, const char *file)
{
	for (size_t i = 0; i < c->keys_n; i++) {
		const ctn_issuer_key_row *key = &c->keys[i];
		char *word = ctn_chain_key_word(key->key_id, c->ca->arena);
		char *name = word == NULL ? NULL : ctn_arena_printf(c->ca->arena, "keys/%s-%s.key", key->authority, word);

		if (key->file == NULL && !key->foreign && name != NULL && strcmp(name, file) == 0)
			return key;
	}
	return NULL;
}

static bool
tell_stray(struct checker *c, const char *file, struct ctn_err *e)
{
	const ctn_issuer_key_row *key = detached(c, file);

	if (key == NULL)
		return ctn_problems_say(&c->out->notices, e, file, "no record knows this file");
	return ctn_problems_say(&c->out->problems, e, file, "the key of authority %s is recorded as detached, but is still here: when the copy is safe, "
	    "remove this file", key->authority);
}

static bool
check_strays(struct checker *c, struct ctn_err *e)
{
	char *folder = ctn_ca_path(c->ca, "keys"), **names;
	struct ctn_err why = { 0 };
	size_t n;

	if (folder == NULL)
		return ctn_fail_memory(e);
	if (!ctn_dir_list(&names, &n, folder, c->ca->arena, &why))
		return ctn_problems_say(&c->out->problems, e, "keys", "%s", why.text);
	for (size_t i = 0; i < n; i++) {
		char *file = ctn_arena_printf(c->ca->arena, "keys/%s", names[i]);

		if (file == NULL)
			return ctn_fail_memory(e);
		if (!is_recorded(c, file) && !tell_stray(c, file, e))
			return false;
	}
	return true;
}

static bool
check_keys(struct checker *c, struct ctn_err *e)
{
	for (size_t i = 0; i < c->keys_n; i++)
		if (!check_key(c, &c->keys[i], e))
			return false;
	return check_log_key(c, e) && check_strays(c, e);
}

/* ---- what is published */

/* A published file is a copy: it is compared by digest, since a CRL over 1 MiB is nothing but that in the records. */
static bool
check_file(struct checker *c, const char *file, const uint8_t sha256[32], const char *what, struct ctn_err *e)
{
	CTN_OWN_BUF bytes = { .max = PUBLISHED_MAX };
	char *path = file == NULL ? NULL : ctn_ca_path(c->ca, file);
	struct ctn_err why = { 0 };
	uint8_t now[32];

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_read(&bytes, path, PUBLISHED_MAX, CTN_FILE_OWN, &why))
		return ctn_problems_say(&c->out->problems, e, file, "%s", why.text);
	if (!ctn_sha256(now, ctn_buf_view(&bytes), e))
		return false;
	return memcmp(now, sha256, sizeof now) == 0 || ctn_problems_say(&c->out->problems, e, file, "it is not %s", what);
}

static bool
check_crls(struct checker *c, const ctn_issuer_key_row *key, const char *word, struct ctn_err *e)
{
	ctn_arena *a = c->ca->arena;
	ctn_crl_row *crls;
	size_t n;

	if (!ctn_store_crls_newest(&crls, &n, c->ca->store, key->id, a, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *file = key->shards > 1 ? ctn_arena_printf(a, "public/%s-%s-%u.crl", key->authority, word, crls[i].shard)
		                                   : ctn_arena_printf(a, "public/%s-%s.crl", key->authority, word);

		if (!check_file(c, file, crls[i].sha256, "the newest CRL of this key", e))
			return false;
	}
	return true;
}

static bool
check_published(struct checker *c, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	ctn_arena *a = c->ca->arena;
	char *word = ctn_chain_key_word(key->key_id, a);
	ctn_ca_cert_row *certs;
	size_t n;

	if (word == NULL)
		return ctn_fail_memory(e);
	if (!ctn_store_ca_certs(&certs, &n, c->ca->store, key->id, a, e))
		return false;
	if (n > 0 && !check_file(c, ctn_arena_printf(a, "public/%s-%s.crt", key->authority, word), certs[0].sha256,
	                 "the newest certificate of this key", e))
		return false;
	return check_crls(c, key, word, e);
}

static bool
check_public(struct checker *c, struct ctn_err *e)
{
	for (size_t i = 0; i < c->keys_n; i++)
		if (!check_published(c, &c->keys[i], e))
			return false;
	return true;
}

bool
ctn_ca_check(ctn_check *out, ctn_ca *ca, struct ctn_err *e)
{
	struct checker c = { .ca = ca, .out = out };

	*out = (ctn_check){ .problems.arena = ca->arena, .notices.arena = ca->arena };
	return ctn_store_issuer_keys(&c.keys, &c.keys_n, ca->store, ca->arena, e) && check_records(&c, e) && check_highwater(&c, e) &&
	       check_modes(&c, e) && check_keys(&c, e) && check_public(&c, e);
}
