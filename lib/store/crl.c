#include "store/crl.h"

#include "hash/hash.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/leaf.h"
#include "store/rows.h"

#define KEPT_IN_ROW (1u << 20) /* DESIGN "Records": above it the CRL is a file and its digest */

static void
read_crl(struct query *q, void *into, ctn_arena *a)
{
	ctn_crl_row *row = into;
	const char *state;

	row->id = take_int(q);
	row->issuer_key_id = take_int(q);
	row->shard = (unsigned)take_int(q);
	row->number = (uint64_t)take_int(q);
	state = take_text(q, a);
	row->issued = state != NULL && state[1] == 's'; /* "issued", not "intended" */
	row->is_delta = take_int(q) != 0;
	row->this_update = take_int(q);
	row->next_update = take_int(q);
	row->entries = (uint64_t)take_int(q);
	take_digest(q, row->sha256);
	take_digest(q, row->tbs_sha256);
	row->der = take_blob(q, a);
	row->covers = (uint64_t)take_int(q);
}

static bool
number_max(uint64_t *number, ctn_store *s, int64_t issuer_key_id, unsigned shard, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crl_number_max);
	int64_t v;

	bind_int(&q, issuer_key_id);
	bind_int(&q, shard);
	if (!query_int(&v, &q, e))
		return false;
	*number = (uint64_t)v;
	return true;
}

static bool
add_row(ctn_store *s, ctn_crl_row *row, ctn_span sha256, ctn_span der, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crl_add);

	bind_int(&q, row->issuer_key_id);
	bind_int(&q, row->shard);
	bind_int(&q, (int64_t)row->number);
	bind_text(&q, sha256.n > 0 ? "issued" : "intended");
	bind_int(&q, row->is_delta);
	bind_int(&q, row->this_update);
	bind_int(&q, row->next_update);
	bind_int(&q, (int64_t)row->entries);
	bind_blob_or_null(&q, sha256);
	bind_blob_or_null(&q, der.n <= KEPT_IN_ROW ? der : (ctn_span){ NULL, 0 });
	bind_int_or_null(&q, (int64_t)der.n, der.n == 0);
	bind_int(&q, (int64_t)row->covers);
	if (!query_run(&q, e))
		return false;
	row->id = db_inserted(s);
	return true;
}

static bool
take_number(ctn_store *s, ctn_crl_row *row, uint64_t at_least, struct ctn_err *e)
{
	uint64_t newest;

	if (!number_max(&newest, s, row->issuer_key_id, row->shard, e) ||
	    !ctn_store_log_size(&row->covers, s, e))
		return false;
	if (at_least > INT64_MAX - 1 || newest > INT64_MAX - 1)
		return ctn_fail(e, CTN_ESTORE, "CRL numbers are used up");
	row->number = (newest > at_least ? newest : at_least) + 1;
	return add_row(s, row, (ctn_span){ NULL, 0 }, (ctn_span){ NULL, 0 }, e);
}

bool
ctn_store_crl_intend(ctn_store *s, ctn_crl_row *row, uint64_t at_least, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, take_number(s, row, at_least, e), e);
}

/* RFC 5280 3.3: an entry stays until it stood on one CRL that was issued after the certificate's end. */
static bool
kept_since(int64_t *since_s, ctn_store *s, int64_t issuer_key_id, unsigned shard, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crl_last_update);

	bind_int(&q, issuer_key_id);
	bind_int(&q, shard);
	return query_int(since_s, &q, e);
}

static bool
tell(struct query *q, ctn_crl_entry_fn entry, void *ctx, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(4096);
	ctn_revocation_row row;

	if (a == NULL)
		return ctn_fail_memory(e);
	read_revocation(q, &row, a);
	return q->no_memory ? ctn_fail_memory(e) : entry(ctx, &row, e);
}

bool
ctn_store_crl_entries(ctn_store *s, int64_t issuer_key_id, unsigned shard, int64_t now_s, ctn_crl_entry_fn entry, void *ctx,
    struct ctn_err *e)
{
	int64_t since_s;
	struct query q;
	bool row;

	if (!kept_since(&since_s, s, issuer_key_id, shard, e))
		return false;
	q = query_on(s, CTN_Q_crl_entries);
	bind_int(&q, issuer_key_id);
	bind_int(&q, shard);
	bind_int(&q, since_s < now_s ? since_s : now_s);
	for (;;) {
		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		if (!tell(&q, entry, ctx, e))
			return query_drop(&q);
	}
}

bool
ctn_store_crl_bind(ctn_store *s, int64_t id, const uint8_t tbs_sha256[32], uint64_t entries, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crl_bind);

	bind_blob(&q, (ctn_span){ tbs_sha256, 32 });
	bind_int(&q, (int64_t)entries);
	bind_int(&q, id);
	if (!query_run(&q, e))
		return false;
	return db_changed(s) == 1 ? true : ctn_fail(e, CTN_ESTORE, "CRL record %lld is not an intent", (long long)id);
}

bool
ctn_store_crl(ctn_crl_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crl_get);
	bool found;

	bind_int(&q, id);
	if (!query_row(&q, &found, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ENOTFOUND, "there is no CRL record %lld", (long long)id);
	read_crl(&q, row, a);
	return query_end(&q, e);
}

static bool
mark_issued(ctn_store *s, const ctn_crl_row *row, ctn_span sha256, ctn_span der, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crl_issued);

	bind_blob(&q, sha256);
	bind_blob_or_null(&q, der.n <= KEPT_IN_ROW ? der : (ctn_span){ NULL, 0 });
	bind_int(&q, (int64_t)der.n);
	bind_int(&q, row->id);
	if (!query_run(&q, e))
		return false;
	return db_changed(s) == 1 ? true : ctn_fail(e, CTN_ESTORE, "CRL record %lld is not an intent whose bytes are known", (long long)row->id);
}

/* A foreign authority's CRL comes whole; its number must grow. */
static bool
add_foreign(ctn_store *s, ctn_crl_row *row, ctn_span sha256, ctn_span der, struct ctn_err *e)
{
	uint64_t newest;

	if (!number_max(&newest, s, row->issuer_key_id, row->shard, e))
		return false;
	if (row->number <= newest)
		return ctn_fail(e, CTN_EINPUT, "CRL number %llu is not newer than the one this home has, %llu", (unsigned long long)row->number,
		    (unsigned long long)newest);
	return add_row(s, row, sha256, der, e);
}

bool
ctn_store_crl_issued(ctn_store *s, ctn_crl_row *row, ctn_span der, const ctn_act *act, struct ctn_err *e)
{
	ctn_span sha256 = { row->sha256, sizeof row->sha256 };
	bool ok;

	if (der.n == 0)
		return ctn_fail(e, CTN_EINPUT, "an empty CRL");
	if (!ctn_sha256(row->sha256, der, e) || !act_begin(s, e))
		return false;
	ok = row->id == 0 ? add_foreign(s, row, sha256, der, e) : mark_issued(s, row, sha256, der, e);
	return act_end(s, ok && leaf_add(s, ACT_CRL, row->id, act, e), e);
}

bool
ctn_store_crls_newest(ctn_crl_row **rows, size_t *n, ctn_store *s, int64_t issuer_key_id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_crls_newest);
	void *all;

	bind_int_or_null(&q, issuer_key_id, issuer_key_id == 0);
	if (!query_all(&all, n, &q, sizeof **rows, read_crl, a, e))
		return false;
	*rows = all;
	return true;
}

bool
ctn_store_revoked_since(bool *yes, ctn_store *s, int64_t issuer_key_id, unsigned shard, uint64_t index, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_revoked_since);
	int64_t v;

	bind_int(&q, (int64_t)index);
	bind_int(&q, issuer_key_id);
	bind_int(&q, shard);
	if (!query_int(&v, &q, e))
		return false;
	*yes = v != 0;
	return true;
}

static bool
add_ocsp(ctn_store *s, const ctn_ocsp_row *row, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_ocsp_add);
	uint8_t sha256[32];

	if (!ctn_sha256(sha256, row->der, e))
		return false;
	bind_int(&q, row->issuer_key_id);
	bind_blob(&q, row->serial);
	bind_int(&q, row->this_update);
	bind_int(&q, row->next_update);
	bind_blob(&q, (ctn_span){ sha256, sizeof sha256 });
	bind_blob(&q, row->der);
	return query_run(&q, e);
}

bool
ctn_store_ocsp_add(ctn_store *s, const ctn_ocsp_row *row, struct ctn_err *e)
{
	if (!act_begin(s, e))
		return false;
	return act_end(s, add_ocsp(s, row, e), e);
}
