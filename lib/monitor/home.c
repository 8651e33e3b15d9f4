#include "monitor/home.h"

#include <string.h>

#include "ca/chain.h"
#include "key/private.h"
#include "key/public.h"
#include "mint/keyring.h"
#include "store/crl.h"
#include "store/home.h"

static const ctn_issuer_end *
end_of(const ctn_known *known, int64_t issuer_key_id)
{
	for (size_t i = 0; i < known->ends_n; i++)
		if (known->ends[i].issuer_key_id == issuer_key_id)
			return &known->ends[i];
	return NULL;
}

/* The newest certificate of a key stands first. */
static const ctn_known_ca *
newest_of(const ctn_known *known, int64_t issuer_key_id)
{
	for (size_t i = 0; i < known->n; i++)
		if (known->cas[i].row->issuer_key_id == issuer_key_id)
			return &known->cas[i];
	return NULL;
}

/* Authorities */

static bool
add_authority(ctn_items *items, const ctn_known *known, const ctn_issuer_key_row *key, ctn_arena *a, struct ctn_err *e)
{
	const ctn_known_ca *newest = newest_of(known, key->id);
	const ctn_issuer_end *end = end_of(known, key->id);
	ctn_item *i;

	if (newest == NULL || end == NULL)
		return true;
	i = ctn_items_add(items, ctn_arena_printf(a, "home:ca:%s", key->authority), "authority", key->authority);
	if (i == NULL)
		return ctn_fail_memory(e);
	i->r.has_end = true;
	i->r.not_before = newest->cert.not_before;
	i->r.not_after = end->ends_s;
	i->lifetime_s = newest->cert.not_after - newest->cert.not_before + 1;
	i->r.authority = key->authority;
	i->r.serial = ctn_arena_hex(a, newest->row->serial);
	i->r.sha256 = ctn_arena_hex(a, (ctn_span){ newest->row->sha256, 32 });
	i->r.fix = key->foreign ? NULL : ctn_arena_printf(a, "catena ca renew %s", key->authority);
	if (newest->revoked) {
		i->at_least = CTN_STAGE_CRITICAL;
		i->detail = "its certificate is revoked: nothing that it issued is trusted";
	} else if (end->ends_s < newest->cert.not_after) {
		i->detail = "an authority above it ends first";
	}
	return (i->r.serial != NULL && i->r.sha256 != NULL) || ctn_fail_memory(e);
}

/* CRLs */

static const ctn_issuer_key_row *
key_of(const ctn_known *known, int64_t id)
{
	for (size_t i = 0; i < known->keys_n; i++)
		if (known->keys[i].id == id)
			return &known->keys[i];
	return NULL;
}

/* "issuing", and what tells several of one authority apart: its key when another one is active, its shard. */
static char *
crl_name(const ctn_issuer_key_row *key, const ctn_crl_row *crl, ctn_arena *a)
{
	char *word = ctn_chain_key_word(key->key_id, a);
	char *name = word == NULL ? NULL
	             : key->state == CTN_KEY_ACTIVE ? ctn_arena_text(a, key->authority)
	                                            : ctn_arena_printf(a, "%s-%s", key->authority, word);

	return name == NULL || key->shards < 2 ? name : ctn_arena_printf(a, "%s-%u", name, crl->shard);
}

static bool
add_crl(ctn_items *items, const ctn_issuer_key_row *key, const ctn_crl_row *crl, ctn_arena *a, struct ctn_err *e)
{
	char *name = crl_name(key, crl, a);
	ctn_item *i;

	if (name == NULL || (i = ctn_items_add(items, ctn_arena_printf(a, "home:crl:%s", name), "CRL", name)) == NULL)
		return ctn_fail_memory(e);
	i->r.has_end = true;
	i->r.not_before = crl->this_update;
	i->r.not_after = crl->next_update;
	i->lifetime_s = crl->next_update - crl->this_update;
	i->r.authority = key->authority;
	i->r.fix = key->foreign ? "catena crl install FILE" : ctn_arena_printf(a, "catena crl %s", key->authority);
	return i->r.fix != NULL || ctn_fail_memory(e);
}

static bool
add_crls(ctn_items *items, const ctn_known *known, ctn_ca *ca, struct ctn_err *e)
{
	ctn_crl_row *rows;
	size_t n;

	if (!ctn_store_crls_newest(&rows, &n, ca->store, 0, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const ctn_issuer_key_row *key = key_of(known, rows[i].issuer_key_id);
		const ctn_issuer_end *end = key == NULL ? NULL : end_of(known, key->id);

		/* a retired key whose certificates are over needs no CRL any more */
		if (key == NULL || (key->state == CTN_KEY_RETIRED && end != NULL && end->ends_s < ca->now_s))
			continue;
		if (!add_crl(items, key, &rows[i], ca->arena, e))
			return false;
	}
	return true;
}

/* The log's key */

static bool
log_key_is_right(ctn_ca *ca, const char **why, struct ctn_err *e)
{
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_BUF der = { 0 };
	struct ctn_err said = { 0 };
	ctn_home_row home;
	ctn_spki spki;

	if (!ctn_store_home_get(&home, ca->store, ca->arena, e))
		return false;
	if (!ctn_keyring_open(&key, ca->env.home, CTN_LOG_KEY_FILE, NULL, &said) || !ctn_privkey_spki(&der, key, &said) ||
	    !ctn_spki_parse(&spki, ctn_buf_view(&der), &said))
		*why = ctn_arena_text(ca->arena, said.text);
	else if (!ctn_span_equal(spki.bits, (ctn_span){ home.log_key, sizeof home.log_key }))
		*why = "it is not the key that this home's log was made with";
	else
		return true;
	return *why != NULL || ctn_fail_memory(e);
}

static bool
add_log(ctn_items *items, ctn_ca *ca, struct ctn_err *e)
{
	const char *why = NULL;
	ctn_item *i;

	if (!log_key_is_right(ca, &why, e))
		return false;
	i = ctn_items_add(items, "home:log", "log key", "log");
	if (i == NULL)
		return ctn_fail_memory(e);
	i->r.where = CTN_LOG_KEY_FILE;
	i->detail = why;
	i->at_least = why != NULL ? CTN_STAGE_CRITICAL : CTN_STAGE_OK;
	i->r.fix = why != NULL ? "catena db check" : NULL;
	return true;
}

bool
ctn_items_home(ctn_items *items, const ctn_known *known, ctn_ca *ca, struct ctn_err *e)
{
	for (size_t i = 0; i < known->keys_n; i++)
		if (known->keys[i].state == CTN_KEY_ACTIVE && !add_authority(items, known, &known->keys[i], ca->arena, e))
			return false;
	return add_crls(items, known, ca, e) && add_log(items, ca, e);
}
