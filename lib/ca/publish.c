#include "ca/publish.h"

#include <string.h>

#include "ca/chain.h"
#include "hash/hash.h"
#include "store/authority.h"
#include "store/crl.h"

#define FILE_MAX (256u << 20)

struct publisher {
	ctn_ca *ca;
	ctn_crl_made *made;
	size_t n;
};

static bool
is_there(const char *path, ctn_span bytes)
{
	CTN_OWN_BUF now = { .max = FILE_MAX };
	struct ctn_err ignored;

	return ctn_file_exists(path) && ctn_file_read(&now, path, FILE_MAX, CTN_FILE_PLAIN, &ignored) &&
	       ctn_span_equal(ctn_buf_view(&now), bytes);
}

static bool
put(struct publisher *p, const char *file, ctn_span bytes, struct ctn_err *e)
{
	char *path = file == NULL ? NULL : ctn_ca_path(p->ca, file);

	if (path == NULL)
		return ctn_fail_memory(e);
	return is_there(path, bytes) || ctn_file_write(path, bytes, 0644, true, e);
}

/* The CRL just made of that key and shard, if there is one. */
static ctn_crl_made *
fresh(struct publisher *p, const ctn_crl_row *row)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->made[i].issuer_key_id == row->issuer_key_id && p->made[i].shard == row->shard && p->made[i].number == row->number)
			return &p->made[i];
	return NULL;
}

static char *
crl_file(const ctn_issuer_key_row *key, const char *word, unsigned shard, ctn_arena *a)
{
	return key->shards > 1 ? ctn_arena_printf(a, "public/%s-%s-%u.crl", key->authority, word, shard)
	                       : ctn_arena_printf(a, "public/%s-%s.crl", key->authority, word);
}

static bool
put_crl(struct publisher *p, const ctn_issuer_key_row *key, const char *word, const ctn_crl_row *row, struct ctn_err *e)
{
	ctn_arena *a = p->ca->arena;
	ctn_crl_made *made = fresh(p, row);
	ctn_span der = made != NULL ? made->der : row->der;
	const char **files = ctn_arena_new(a, const char *, 2);
	size_t n = 0;

	if (files == NULL)
		return ctn_fail_memory(e);
	if (der.n == 0) /* over 1 MiB and made by somebody else: that process publishes it */
		return true;
	files[n++] = crl_file(key, word, row->shard, a);
	if (key->state == CTN_KEY_ACTIVE && key->shards == 1)
		files[n++] = ctn_arena_printf(a, "public/%s.crl", key->authority);
	for (size_t i = 0; i < n; i++)
		if (!put(p, files[i], der, e))
			return false;
	if (made != NULL) {
		made->files = files;
		made->files_n = n;
	}
	return true;
}

static bool
put_cert(struct publisher *p, const ctn_issuer_key_row *key, const char *word, struct ctn_err *e)
{
	ctn_arena *a = p->ca->arena;
	ctn_ca_cert_row *certs;
	size_t n;

	if (!ctn_store_ca_certs(&certs, &n, p->ca->store, key->id, a, e))
		return false;
	if (n == 0)
		return true;
	if (!put(p, ctn_arena_printf(a, "public/%s-%s.crt", key->authority, word), certs[0].der, e))
		return false;
	return key->state != CTN_KEY_ACTIVE || put(p, ctn_arena_printf(a, "public/%s.crt", key->authority), certs[0].der, e);
}

static bool
put_key(struct publisher *p, const ctn_issuer_key_row *key, struct ctn_err *e)
{
	char *word = ctn_chain_key_word(key->key_id, p->ca->arena);
	ctn_crl_row *crls;
	size_t n;

	if (word == NULL)
		return ctn_fail_memory(e);
	if (!put_cert(p, key, word, e) || !ctn_store_crls_newest(&crls, &n, p->ca->store, key->id, p->ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!put_crl(p, key, word, &crls[i], e))
			return false;
	return true;
}

bool
ctn_ca_publish_crls(ctn_ca *ca, ctn_crl_made *made, size_t n, struct ctn_err *e)
{
	struct publisher p = { .ca = ca, .made = made, .n = n };
	CTN_OWN_LOCK lock = { -1 };
	ctn_issuer_key_row *keys;
	size_t keys_n;

	if (!ctn_lock_take(&lock, ca->env.home, ca->env.wait_s, e) || !ctn_ca_still_here(ca, e) ||
	    !ctn_store_issuer_keys(&keys, &keys_n, ca->store, ca->arena, e))
		return false;
	for (size_t i = 0; i < keys_n; i++)
		if (!put_key(&p, &keys[i], e))
			return ctn_wrap(e, "publishing authority %s", keys[i].authority);
	return true;
}

bool
ctn_ca_publish(ctn_ca *ca, struct ctn_err *e)
{
	return ctn_ca_publish_crls(ca, NULL, 0, e);
}

bool
ctn_ca_crl_is_published(bool *is, ctn_ca *ca, const ctn_issuer_key_row *key, const ctn_crl_row *row, struct ctn_err *e)
{
	char *word = ctn_chain_key_word(key->key_id, ca->arena);
	char *file = word == NULL ? NULL : crl_file(key, word, row->shard, ca->arena);
	char *path = file == NULL ? NULL : ctn_ca_path(ca, file);
	CTN_OWN_BUF now = { .max = FILE_MAX };
	struct ctn_err ignored;
	uint8_t sha256[32];

	*is = false;
	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_exists(path) || !ctn_file_read(&now, path, FILE_MAX, CTN_FILE_PLAIN, &ignored))
		return true;
	if (!ctn_sha256(sha256, ctn_buf_view(&now), e))
		return false;
	*is = memcmp(sha256, row->sha256, sizeof sha256) == 0;
	return true;
}
