#include "store/rows.h"

#include "store/certificate.h"
#include "store/revocation.h"

void
read_revocation(struct query *q, void *into, ctn_arena *a)
{
	ctn_revocation_row *row = into;

	row->id = take_int(q);
	row->certificate_id = take_int(q);
	row->issuer_key_id = take_int(q);
	row->serial = take_blob(q, a);
	row->crl_shard = (unsigned)take_int(q);
	row->reason = (unsigned)take_int(q);
	row->revoked_at = take_int(q);
	row->invalid_since = take_null(q) ? INT64_MIN : sqlite3_column_int64(q->st, q->column);
	q->column++;
	row->lifted_at = take_null(q) ? INT64_MIN : sqlite3_column_int64(q->st, q->column);
	q->column++;
}

bool
problems_of(ctn_store *s, enum ctn_query which, ctn_problem problem, void *ctx, struct ctn_err *e)
{
	struct query q = query_on(s, which);
	bool row;

	for (;;) {
		const char *where, *text;

		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		where = (const char *)sqlite3_column_text(q.st, 0);
		text = (const char *)sqlite3_column_text(q.st, 1);
		if (!problem(ctx, where != NULL ? where : "?", text != NULL ? text : "?", e))
			return query_drop(&q);
	}
}

void
read_name(struct query *q, void *into, ctn_arena *a)
{
	ctn_name_row *row = into;

	row->type = take_text(q, a);
	row->value = take_text(q, a);
	row->reversed = take_text(q, a);
}
