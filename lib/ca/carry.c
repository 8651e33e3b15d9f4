#include "ca/carry.h"

#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "hash/hash.h"
#include "store/certificate.h"
#include "store/crl.h"
#include "store/find.h"
#include "store/revocation.h"
#include "x509/crl.h"

#define SAME_SERIAL_MAX 64 /* authorities that may have a serial in common */

bool
ctn_carry_open(ctn_carrier *c, ctn_ca *to, ctn_problems *window, struct ctn_err *e)
{
	*c = (ctn_carrier){ .to = to, .window = window };
	return ctn_store_issuer_keys(&c->keys, &c->keys_n, to->store, to->arena, e);
}

const ctn_issuer_key_row *
ctn_carry_key(const ctn_carrier *c, ctn_span key_id)
{
	for (size_t i = 0; i < c->keys_n; i++)
		if (ctn_span_equal(c->keys[i].key_id, key_id))
			return &c->keys[i];
	return NULL;
}

/* ---- one revocation */

static bool
find_cert(ctn_cert_row *out, bool *found, const ctn_taking *t, ctn_span serial, ctn_arena *a, struct ctn_err *e)
{
	ctn_cert_row *rows;
	size_t n;

	*found = false;
	if (!ctn_store_certs_by_serial(&rows, &n, t->c->to->store, serial, SAME_SERIAL_MAX, a, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].issuer_key_id == t->key->id) {
			*out = rows[i];
			*found = true;
		}
	return true;
}

/* No certificate outlives its issuer: as long as that may live the entry is kept. */
static bool
last_day(int64_t *not_after, const ctn_taking *t, struct ctn_err *e)
{
	ctn_ca_cert_row *certs;
	size_t n;

	*not_after = CTN_TIME_NEVER;
	if (!ctn_store_ca_certs(&certs, &n, t->c->to->store, t->key->id, t->c->to->arena, e))
		return false;
	if (n > 0)
		*not_after = certs[0].not_after;
	return true;
}

/* Issued after the backup: all that is left of it is its serial. */
static bool
remember_unknown(int64_t *id, const ctn_taking *t, ctn_span serial, int64_t revoked_at, struct ctn_err *e)
{
	ctn_ca *ca = t->c->to;
	ctn_request_row request = { .kind = "issue", .profile = "restored", .names = "", .note = t->source, .allowed = true };
	ctn_cert_row cert = { .authority_id = t->key->authority_id, .issuer_key_id = t->key->id, .serial = serial, .profile = "restored",
		.subject = "", .not_before = revoked_at, .note = t->source };

	if (!last_day(&cert.not_after, t, e) || !ctn_sha256(cert.tbs_sha256, (ctn_span){ NULL, 0 }, e))
		return false;
	if (cert.not_before > cert.not_after)
		cert.not_before = cert.not_after;
	if (!ctn_store_intend(ca->store, &request, &cert, (ctn_span){ NULL, 0 }, &ca->act, e))
		return false;
	*id = cert.id;
	return true;
}

/* RFC 5280 5.3.1: 7 does not exist, 8 lifts an entry of a delta and revokes nothing. */
static unsigned
reason_kept(unsigned reason)
{
	return reason > 10 || reason == 7 || reason == CTN_REASON_REMOVE_FROM_CRL ? CTN_REASON_UNSPECIFIED : reason;
}

bool
ctn_carry_revocation(const ctn_taking *t, const ctn_revocation_row *row, struct ctn_err *e)
{
	ctn_ca *ca = t->c->to;
	ctn_revocation_row how = { .reason = reason_kept(row->reason), .revoked_at = row->revoked_at, .invalid_since = row->invalid_since };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0); /* a CRL may have a million entries */
	char *serial = a == NULL ? NULL : ctn_arena_hex(a, row->serial);
	ctn_cert_row cert = { 0 };
	bool found, already;

	if (serial == NULL)
		return ctn_fail_memory(e);
	if (!find_cert(&cert, &found, t, row->serial, a, e))
		return false;
	if (found && (cert.revoked == CTN_IS_REVOKED || (cert.revoked == CTN_IS_HELD && how.reason == CTN_REASON_CERTIFICATE_HOLD)))
		return true;
	/* Whoever has that key keeps its revocations; here only those of certificates that are known. */
	if (!found && (t->key->foreign || t->key->file == NULL))
		return true;
	if (!found && !remember_unknown(&cert.id, t, row->serial, row->revoked_at, e))
		return ctn_wrap(e, "serial %s", serial);
	if (!ctn_store_revoke(&already, ca->store, cert.id, &how, &ca->act, e))
		return ctn_wrap(e, "serial %s", serial);
	t->c->revocations++;
	return ctn_problems_say(t->c->window, e, "revocation", "%s %s, from %s%s", t->key->authority, serial, t->source,
	    found ? "" : "; the backup does not have its certificate");
}

/* ---- another database */

static bool
take_row(void *ctx, const ctn_revocation_row *row, struct ctn_err *e)
{
	ctn_taking *t = ctx;

	t->failed = !ctn_carry_revocation(t, row, e);
	return !t->failed;
}

/* A database that is broken is read as far as it goes. */
static bool
carry_key(ctn_carrier *c, ctn_store *from, const ctn_issuer_key_row *old, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	ctn_taking t = { .c = c, .key = ctn_carry_key(c, old->key_id), .source = "the database that was there" };
	char *word = ctn_arena_hex(c->to->arena, old->key_id);

	if (word == NULL)
		return ctn_fail_memory(e);
	if (t.key == NULL)
		return ctn_problems_say(c->window, e, "key", "%s %s is not in the backup", old->authority, word);
	for (unsigned shard = 0; shard < old->shards; shard++)
		if (!ctn_store_crl_entries(from, old->id, shard, c->to->now_s, take_row, &t, &why)) {
			if (!t.failed)
				return ctn_problems_say(c->window, e, "database", "not all of its revocations can be read: %s", why.text);
			*e = why;
			return false;
		}
	return true;
}

bool
ctn_carry_records(ctn_carrier *c, ctn_store *from, struct ctn_err *e)
{
	struct ctn_err why = { 0 };
	ctn_issuer_key_row *keys;
	size_t n;

	if (!ctn_store_issuer_keys(&keys, &n, from, c->to->arena, &why))
		return ctn_problems_say(c->window, e, "database", "its revocations cannot be read: %s", why.text);
	for (size_t i = 0; i < n; i++)
		if (!carry_key(c, from, &keys[i], e))
			return false;
	return true;
}

/* ---- CRL numbers */

/* The number is taken as a CRL that was intended and never signed: whatever comes next is above it. */
static bool
take_number(ctn_carrier *c, const ctn_issuer_key_row *key, unsigned shard, uint64_t number, struct ctn_err *e)
{
	ctn_crl_row row = { .issuer_key_id = key->id, .shard = shard, .this_update = c->to->now_s, .next_update = c->to->now_s + 1 };

	if (!ctn_store_crl_intend(c->to->store, &row, number - 1, e))
		return false;
	return ctn_problems_say(c->window, e, "crl", "%s: numbers up to %" PRIu64 " are used", key->authority, row.number);
}

static uint64_t
number_in(const ctn_highwater *h, const char *key, unsigned shard)
{
	for (size_t i = 0; i < h->crls_n; i++)
		if (h->crls[i].shard == shard && strcmp(h->crls[i].key, key) == 0)
			return h->crls[i].number;
	return 0;
}

/* As highwater writes it: the first 8 octets. */
static void
short_id(char out[17], const ctn_issuer_key_row *key)
{
	ctn_hex(out, (ctn_span){ key->key_id.p, key->key_id.n < 8 ? key->key_id.n : 8 });
}

static bool
raise_key(ctn_carrier *c, const ctn_issuer_key_row *key, const ctn_highwater *now, const ctn_highwater *above, struct ctn_err *e)
{
	char id[17];

	short_id(id, key);
	for (size_t i = 0; i < above->crls_n; i++) {
		const ctn_highwater_crl *crl = &above->crls[i];

		if (strcmp(crl->key, id) == 0 && crl->number > number_in(now, id, crl->shard) && !take_number(c, key, crl->shard, crl->number, e))
			return false;
	}
	return true;
}

bool
ctn_carry_numbers(ctn_carrier *c, const ctn_highwater *above, struct ctn_err *e)
{
	ctn_highwater now;

	if (!ctn_highwater_of(&now, c->to->store, c->to->arena, e))
		return false;
	for (size_t i = 0; i < c->keys_n; i++)
		if (!c->keys[i].foreign && !raise_key(c, &c->keys[i], &now, above, e))
			return false;
	return true;
}

bool
ctn_carry_jump(ctn_carrier *c, uint64_t jump, struct ctn_err *e)
{
	ctn_highwater now;
	char id[17];

	if (!ctn_highwater_of(&now, c->to->store, c->to->arena, e))
		return false;
	for (size_t i = 0; i < c->keys_n; i++) {
		short_id(id, &c->keys[i]);
		for (unsigned shard = 0; !c->keys[i].foreign && shard < c->keys[i].shards; shard++)
			if (!take_number(c, &c->keys[i], shard, number_in(&now, id, shard) + jump, e))
				return false;
	}
	return true;
}
