#include "ca/known.h"

#include "der/oid.h"
#include "hash/hash.h"
#include "store/authority.h"
#include "store/find.h"

#define NAMES_MAX 5

static const char *
names_text(const ctn_cert_row *row, ctn_arena *a)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t i = 0; i < row->names_n && i < NAMES_MAX; i++)
		ctn_buf_printf(&b, "%s%s", i == 0 ? "" : " ", row->names[i].value);
	return ctn_buf_cstr(&b) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(&b));
}

static bool
find_newer(ctn_known *out, ctn_ca *ca, const ctn_cert_row *row, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	if (!ctn_store_certs_of_lineage(&rows, &n, ca->store, row->lineage, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].issued && rows[i].revoked == CTN_NOT_REVOKED && rows[i].not_after >= ca->now_s &&
		    rows[i].id > row->id)
			out->newer = ctn_arena_hex(ca->arena, rows[i].serial);
	return true;
}

static bool
find_authority(ctn_known *out, ctn_ca *ca, const ctn_cert *cert, struct ctn_err *e)
{
	ctn_issuer_key_row key;
	ctn_ca_cert_row *rows;
	size_t n;

	if (!ctn_store_ca_certs_named(&rows, &n, ca->store, cert->subject, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!ctn_span_equal(rows[i].der, cert->der))
			continue;
		if (!ctn_store_issuer_key(&key, ca->store, rows[i].issuer_key_id, ca->arena, e))
			return false;
		out->authority = key.foreign ? NULL : key.authority;
	}
	return true;
}

bool
ctn_ca_known(ctn_known *out, ctn_ca *ca, const ctn_cert *cert, struct ctn_err *e)
{
	uint8_t sha256[CTN_SHA256_LEN];
	ctn_cert_row *rows;
	size_t n;

	*out = (ctn_known){ 0 };
	if (!ctn_sha256(sha256, cert->der, e) || !ctn_store_certs_by_sha256(&rows, &n, ca->store, sha256, ca->arena, e) ||
	    !find_authority(out, ca, cert, e))
		return false;
	if (n == 0)
		return true;
	out->serial = ctn_arena_hex(ca->arena, rows[0].serial);
	out->profile = rows[0].profile;
	out->names = names_text(&rows[0], ca->arena);
	if (out->serial == NULL || out->names == NULL)
		return ctn_fail_memory(e);
	return find_newer(out, ca, &rows[0], e);
}

bool
ctn_ca_issuer_known(const char **name, bool *anchor, ctn_ca *ca, const ctn_cert *below, struct ctn_err *e)
{
	const ctn_ext *x = ctn_exts_find(&below->exts, ctn_oid_authority_key_id);
	ctn_issuer_key_row key;
	ctn_ca_cert_row *rows;
	ctn_aki aki = { 0 };
	size_t n;

	*name = NULL;
	if (!ctn_store_ca_certs_named(&rows, &n, ca->store, below->issuer, ca->arena, e))
		return false;
	if (x != NULL && !ctn_ext_aki(&aki, x->value, e))
		aki = (ctn_aki){ 0 };
	for (size_t i = 0; i < n && *name == NULL; i++) {
		if (!ctn_store_issuer_key(&key, ca->store, rows[i].issuer_key_id, ca->arena, e))
			return false;
		if (aki.key_id.n > 0 && !ctn_span_equal(aki.key_id, key.key_id))
			continue;
		*name = key.authority;
		*anchor = rows[i].is_anchor;
	}
	return true;
}
