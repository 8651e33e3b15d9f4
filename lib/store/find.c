#include "store/find.h"

#include <string.h>

#include "store/db.h"
#include "store/rows.h"

static bool
read_names(ctn_cert_row *row, ctn_store *s, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_names_of_certificate);
	void *all;

	bind_int(&q, row->id);
	if (!query_all(&all, &row->names_n, &q, sizeof *row->names, read_name, a, e))
		return false;
	row->names = all;
	return true;
}

static void
read_cert(ctn_cert_row *row, struct query *q, ctn_arena *a)
{
	const char *state;

	row->id = take_int(q);
	row->authority_id = take_int(q);
	row->issuer_key_id = take_int(q);
	row->request_id = take_int(q);
	row->authority = take_text(q, a);
	row->serial = take_blob(q, a);
	row->profile = take_text(q, a);
	row->is_ca = take_int(q) != 0;
	state = take_text(q, a);
	row->issued = state != NULL && strcmp(state, "issued") == 0;
	row->revoked = (enum ctn_revoked)take_int(q);
	take_digest(q, row->sha256);
	take_digest(q, row->tbs_sha256);
	take_digest(q, row->spki_sha256);
	take_digest(q, row->names_sha256);
	row->subject = take_text(q, a);
	row->not_before = take_int(q);
	row->not_after = take_int(q);
	row->lineage = take_int(q);
	row->replaces = take_int(q);
	row->superseded = take_int(q) != 0;
	row->owner = take_text(q, a);
	row->note = take_text(q, a);
	row->crl_shard = (unsigned)take_int(q);
	row->intended_at = take_int(q);
	row->issued_at = take_int(q);
}

bool
ctn_store_cert(ctn_cert_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certificate_get);
	bool found;

	memset(row, 0, sizeof *row);
	bind_int(&q, id);
	if (!query_row(&q, &found, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ENOTFOUND, "there is no certificate record %lld", (long long)id);
	read_cert(row, &q, a);
	return query_end(&q, e) && read_names(row, s, a, e);
}

bool
ctn_store_cert_der(ctn_span *der, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_der_get);
	bool row;

	*der = (ctn_span){ NULL, 0 };
	bind_int(&q, id);
	if (!query_row(&q, &row, e))
		return false;
	if (!row)
		return true;
	*der = take_blob(&q, a);
	return query_end(&q, e);
}

bool
ctn_store_request(ctn_request_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_request_get);
	const char *decision;
	bool found;

	bind_int(&q, id);
	if (!query_row(&q, &found, e))
		return false;
	if (!found)
		return ctn_fail(e, CTN_ENOTFOUND, "there is no request %lld", (long long)id);
	row->id = take_int(&q);
	row->at_s = take_int(&q);
	row->actor = take_text(&q, a);
	row->kind = take_text(&q, a);
	row->profile = take_text(&q, a);
	row->profile_version = take_int(&q);
	row->names = take_text(&q, a);
	row->csr = take_blob(&q, a);
	row->lifetime_s = take_int(&q);
	row->owner = take_text(&q, a);
	row->note = take_text(&q, a);
	decision = take_text(&q, a);
	row->allowed = decision != NULL && strcmp(decision, "allow") == 0;
	row->reasons = take_text(&q, a);
	return query_end(&q, e);
}

static void
read_id(struct query *q, void *into, ctn_arena *a)
{
	(void)a;
	*(int64_t *)into = take_int(q);
}

/* The query gives ids; each row is then read by its own. */
static bool
certs_of_ids(ctn_cert_row **rows, size_t *n, struct query *q, ctn_arena *a, struct ctn_err *e)
{
	ctn_store *s = q->s;
	int64_t *ids;
	void *all;

	if (!query_all(&all, n, q, sizeof *ids, read_id, a, e))
		return false;
	ids = all;
	*rows = ctn_arena_new(a, ctn_cert_row, *n == 0 ? 1 : *n);
	if (*rows == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < *n; i++)
		if (!ctn_store_cert(&(*rows)[i], s, ids[i], a, e))
			return false;
	return true;
}

bool
ctn_store_certs_by_serial(ctn_cert_row **rows, size_t *n, ctn_store *s, ctn_span serial, size_t limit, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certs_by_serial);

	bind_blob(&q, serial);
	bind_int(&q, (int64_t)limit);
	return certs_of_ids(rows, n, &q, a, e);
}

bool
ctn_store_certs_by_sha256(ctn_cert_row **rows, size_t *n, ctn_store *s, const uint8_t sha256[32], ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_cert_by_sha256);

	bind_blob(&q, (ctn_span){ sha256, 32 });
	return certs_of_ids(rows, n, &q, a, e);
}

bool
ctn_store_certs_by_name(ctn_cert_row **rows, size_t *n, ctn_store *s, const char *name, size_t limit, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certs_by_name);

	bind_text(&q, name);
	bind_int(&q, (int64_t)limit);
	return certs_of_ids(rows, n, &q, a, e);
}

bool
ctn_store_certs_of_lineage(ctn_cert_row **rows, size_t *n, ctn_store *s, int64_t lineage, ctn_arena *a, struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_certs_of_lineage);

	bind_int(&q, lineage);
	return certs_of_ids(rows, n, &q, a, e);
}

bool
ctn_store_key_used(bool *used, ctn_span *serial, ctn_store *s, const uint8_t spki_sha256[32], int64_t lineage, ctn_arena *a,
    struct ctn_err *e)
{
	struct query q = query_on(s, CTN_Q_key_in_other_lineage);

	bind_blob(&q, (ctn_span){ spki_sha256, 32 });
	bind_int(&q, lineage);
	if (!query_row(&q, used, e))
		return false;
	if (!*used)
		return true;
	*serial = take_blob(&q, a);
	return query_end(&q, e);
}
