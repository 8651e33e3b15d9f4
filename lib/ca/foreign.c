#include "ca/foreign.h"

#include <inttypes.h>

#include "base/file.h"
#include "hash/hash.h"
#include "store/authority.h"
#include "store/crl.h"
#include "x509/crl.h"

#define CRL_MAX ((size_t)256 << 20)

/* A large one is not kept in its row, but published; the row knows its digest. */
static bool
read_published(ctn_buf *room, ctn_span *der, ctn_ca *ca, const ctn_issuer_key_row *key, const ctn_crl_row *row, struct ctn_err *e)
{
	char *word = ctn_arena_hex(ca->arena, (ctn_span){ key->key_id.p, key->key_id.n < 4 ? key->key_id.n : 4 });
	const char *name = word == NULL ? NULL : ctn_arena_printf(ca->arena, "public/%s-%s.crl", key->authority, word);
	char *path = name == NULL ? NULL : ctn_ca_path(ca, name);
	uint8_t sha256[CTN_SHA256_LEN];

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_read(room, path, CRL_MAX, CTN_FILE_PLAIN, e) || !ctn_sha256(sha256, ctn_buf_view(room), e))
		return false;
	if (memcmp(sha256, row->sha256, sizeof sha256) != 0)
		return ctn_fail(e, CTN_ESTORE, "%s is not what was installed", name);
	*der = ctn_buf_view(room);
	return true;
}

static bool
say(const char **text, ctn_ca *ca, const ctn_issuer_key_row *key, const ctn_crl_row *row, const ctn_crl_entry *entry, struct ctn_err *e)
{
	char *serial = ctn_arena_hex(ca->arena, entry->serial);
	bool held = entry->has_reason && entry->reason == CTN_REASON_CERTIFICATE_HOLD;

	*text = serial == NULL ? NULL
	                       : ctn_arena_printf(ca->arena, "its CA certificate with serial %s is %s (CRL %" PRIu64 " of %s)", serial,
	                             held ? "on hold" : "revoked", row->number, key->authority);
	return *text != NULL || ctn_fail_memory(e);
}

static bool
look(const char **text, ctn_ca *ca, const ctn_crl_row *row, const ctn_cert *cert, struct ctn_err *e)
{
	CTN_OWN_BUF room = { .max = CRL_MAX };
	ctn_span der = row->der;
	ctn_issuer_key_row key;
	ctn_crl_entry entry;
	ctn_crl crl;
	bool found;

	if (!ctn_store_issuer_key(&key, ca->store, row->issuer_key_id, ca->arena, e))
		return false;
	if (der.n == 0 && !read_published(&room, &der, ca, &key, row, e))
		return ctn_wrap(e, "CRL %" PRIu64 " of %s", row->number, key.authority);
	if (!ctn_crl_parse(&crl, der, e) || !ctn_crl_find(&entry, &found, &crl, cert->issuer, cert->serial, e))
		return ctn_wrap(e, "CRL %" PRIu64 " of %s", row->number, key.authority);
	return !found || say(text, ca, &key, row, &entry, e);
}

bool
ctn_foreign_revoked(const char **text, ctn_ca *ca, int64_t issuer_key_id, const ctn_cert *cert, struct ctn_err *e)
{
	ctn_crl_row *rows;
	size_t n;

	*text = NULL;
	if (!ctn_store_crls_newest(&rows, &n, ca->store, issuer_key_id, ca->arena, e))
		return false;
	for (size_t i = 0; i < n && *text == NULL; i++)
		if (rows[i].entries > 0 && !look(text, ca, &rows[i], cert, e))
			return false;
	return true;
}
