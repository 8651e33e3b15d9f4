#include "ca/carry_crl.h"

#include <inttypes.h>
#include <string.h>

#include "der/oid.h"
#include "hash/hash.h"
#include "key/public.h"
#include "store/crl.h"
#include "x509/crl.h"

#define CRL_MAX ((size_t)256 << 20)

/* One file on its way. */
struct published {
	const char *name;
	ctn_span der;
	ctn_crl crl;
	const ctn_issuer_key_row *key;
	uint64_t number;
};

static bool
read_number(uint64_t *number, const ctn_crl *crl, struct ctn_err *e)
{
	const ctn_ext *x = ctn_exts_find(&crl->exts, ctn_oid_crl_number);
	ctn_span value;

	if (x == NULL)
		return ctn_fail(e, CTN_EINPUT, "it has no number");
	if (!ctn_ext_number(&value, x->value, e))
		return false;
	if (value.n > 8 || (value.n == 8 && value.p[0] > 0x7f))
		return ctn_fail(e, CTN_EINPUT, "its number is out of bounds");
	*number = 0;
	for (size_t i = 0; i < value.n; i++)
		*number = *number << 8 | value.p[i];
	return true;
}

static bool
find_key(struct published *p, const ctn_carrier *c, struct ctn_err *e)
{
	const ctn_ext *x = ctn_exts_find(&p->crl.exts, ctn_oid_authority_key_id);
	ctn_aki aki;

	if (x == NULL)
		return ctn_fail(e, CTN_EINPUT, "it does not say whose it is");
	if (!ctn_ext_aki(&aki, x->value, e))
		return false;
	p->key = ctn_carry_key(c, aki.key_id);
	return p->key != NULL || ctn_fail(e, CTN_EINPUT, "it is by no key that the backup knows");
}

/* Whoever can write public/ could put anything there: only what the key itself said counts. */
static bool
check_signature(const struct published *p, struct ctn_err *e)
{
	CTN_OWN(ctn_pubkey) key = NULL;
	bool good = false;
	ctn_spki spki;

	if (!ctn_spki_parse(&spki, p->key->spki, e) || !ctn_pubkey_import(&key, &spki, (ctn_span){ NULL, 0 }, e))
		return false;
	if (ctn_span_equal(p->crl.inner_alg, p->crl.outer_alg) &&
	    !ctn_signature_check(&good, key, p->crl.sig_alg, p->crl.tbs, p->crl.signature, e))
		return false;
	return good || ctn_fail(e, CTN_EINPUT, "its signature is not by the key it names");
}

static bool
parse(struct published *p, const ctn_carrier *c, struct ctn_err *e)
{
	if (!ctn_crl_parse(&p->crl, p->der, e) || !read_number(&p->number, &p->crl, e) || !find_key(p, c, e))
		return false;
	if (ctn_exts_find(&p->crl.exts, ctn_oid_delta_crl_indicator) != NULL)
		return ctn_fail(e, CTN_EINPUT, "it is a delta CRL");
	return check_signature(p, e);
}

static bool
carry_entries(uint64_t *entries, const struct published *p, ctn_carrier *c, struct ctn_err *e)
{
	ctn_taking t = { .c = c, .key = p->key, .source = ctn_arena_printf(c->to->arena, "CRL number %" PRIu64, p->number) };
	ctn_der r = ctn_der_over(p->crl.entries);
	ctn_crl_entry entry;

	if (t.source == NULL)
		return ctn_fail_memory(e);
	for (*entries = 0; !ctn_der_end(&r); (*entries)++) {
		ctn_revocation_row row = { .invalid_since = INT64_MIN };

		if (!ctn_crl_next(&r, &entry))
			return ctn_problems_say(c->window, e, p->name, "it is malformed after %" PRIu64 " entries", *entries);
		row.serial = entry.serial;
		row.reason = entry.has_reason ? entry.reason : CTN_REASON_UNSPECIFIED;
		row.revoked_at = entry.revoked_at;
		if (entry.has_invalidity)
			row.invalid_since = entry.invalid_since;
		if (!ctn_carry_revocation(&t, &row, e))
			return false;
	}
	return true;
}

static bool
newest_number(uint64_t *number, ctn_carrier *c, const struct published *p, struct ctn_err *e)
{
	ctn_highwater now;
	char id[17];

	*number = 0;
	if (!ctn_highwater_of(&now, c->to->store, c->to->arena, e))
		return false;
	ctn_hex(id, (ctn_span){ p->key->key_id.p, p->key->key_id.n < 8 ? p->key->key_id.n : 8 });
	for (size_t i = 0; i < now.crls_n; i++)
		if (strcmp(now.crls[i].key, id) == 0 && now.crls[i].number > *number)
			*number = now.crls[i].number;
	return true;
}

/* covers stays 0: the next CRL is due at once, with whatever this one did not have. */
static bool
record(const struct published *p, uint64_t entries, ctn_carrier *c, struct ctn_err *e)
{
	ctn_crl_row row = { .issuer_key_id = p->key->id, .number = p->number, .this_update = p->crl.this_update,
		.next_update = p->crl.next_update, .entries = entries };

	if (!ctn_store_crl_issued(c->to->store, &row, p->der, &c->to->act, e))
		return false;
	return ctn_problems_say(c->window, e, "crl", "%s: number %" PRIu64 ", from %s", p->key->authority, p->number, p->name);
}

/* Do the records have this very CRL as the newest of its key? One over 1 MiB is only a file, so it must come along. */
static bool
is_newest(bool *yes, const struct published *p, ctn_carrier *c, struct ctn_err *e)
{
	uint8_t digest[CTN_SHA256_LEN];
	ctn_crl_row *rows;
	size_t n;

	*yes = false;
	if (!ctn_sha256(digest, p->der, e) || !ctn_store_crls_newest(&rows, &n, c->to->store, p->key->id, c->to->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		*yes = *yes || memcmp(rows[i].sha256, digest, sizeof digest) == 0;
	return true;
}

/* Every shard of the key goes on above this number. */
static bool
raise_shards(const struct published *p, ctn_carrier *c, struct ctn_err *e)
{
	ctn_highwater above = { .crls_n = p->key->shards };

	above.crls = ctn_arena_new(c->to->arena, ctn_highwater_crl, above.crls_n);
	if (above.crls == NULL)
		return ctn_fail_memory(e);
	for (unsigned shard = 0; shard < p->key->shards; shard++) {
		ctn_hex(above.crls[shard].key, (ctn_span){ p->key->key_id.p, p->key->key_id.n < 8 ? p->key->key_id.n : 8 });
		above.crls[shard].shard = shard;
		above.crls[shard].number = p->number;
	}
	return ctn_carry_numbers(c, &above, e);
}

/* Which shard a CRL is of cannot be told from its key: then the number alone is taken, for every shard. */
static bool
keep(const struct published *p, uint64_t entries, ctn_carrier *c, struct ctn_err *e)
{
	bool whole = p->key->shards == 1 && p->crl.has_next_update && p->crl.next_update > p->crl.this_update, newest;
	char *path = ctn_arena_printf(c->to->arena, "%s/public/%s", c->to->env.home, p->name);
	uint64_t number;

	if (path == NULL)
		return ctn_fail_memory(e);
	if (!newest_number(&number, c, p, e) || (p->number > number && whole && !record(p, entries, c, e)) || !is_newest(&newest, p, c, e))
		return false;
	return newest ? ctn_file_write(path, p->der, 0644, true, e) : raise_shards(p, c, e);
}

static bool
carry_file(size_t *found, ctn_carrier *c, const char *folder, const char *name, struct ctn_err *e)
{
	struct published p = { .name = ctn_arena_text(c->to->arena, name) };
	char *path = ctn_arena_printf(c->to->arena, "%s/%s", folder, name);
	CTN_OWN_BUF der = { .max = CRL_MAX };
	struct ctn_err why = { 0 };
	uint64_t entries = 0;

	if (path == NULL || p.name == NULL)
		return ctn_fail_memory(e);
	if (!ctn_file_read(&der, path, CRL_MAX, CTN_FILE_OWN, &why))
		return ctn_problems_say(c->window, e, name, "it cannot be read: %s", why.text);
	p.der = ctn_buf_view(&der);
	if (!parse(&p, c, &why))
		return ctn_problems_say(c->window, e, name, "it was not looked at: %s", why.text);
	(*found)++;
	return carry_entries(&entries, &p, c, e) && keep(&p, entries, c, e);
}

bool
ctn_carry_crls(size_t *found, ctn_carrier *c, const char *folder, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	char **names;
	size_t n;

	*found = 0;
	if (!ctn_dir_list(&names, &n, folder, c->to->arena, &why))
		return true; /* no folder, no CRLs */
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (len > 4 && strcmp(names[i] + len - 4, ".crl") == 0 && !carry_file(found, c, folder, names[i], e))
			return false;
	}
	return true;
}
