#include "store/rows.h"

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
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct query q = query_on(s, which);
	bool row;

	if (a == NULL)
		return ctn_fail_memory(e);
	for (;;) {
		const char *where, *text;

		if (!query_row(&q, &row, e))
			return false;
		if (!row)
			return true;
		where = take_text(&q, a);
		text = take_text(&q, a);
		if (where == NULL || text == NULL || !problem(ctx, where, text, e)) {
			struct ctn_err ignored;
			bool memory = q.no_memory, ended = query_end(&q, &ignored);

			(void)ended;
			return memory ? ctn_fail_memory(e) : false;
		}
	}
}
