/* Inside of store: what two files share. */
#ifndef CTN_STORE_ROWS_H
#define CTN_STORE_ROWS_H

#include "store/db.h"
#include "store/journal.h"

/** One ctn_revocation_row, in the column order of queries revocations_of and crl_entries. */
void read_revocation(struct query *q, void *into, ctn_arena *a);
/** One ctn_name_row, in the column order of query names_of_certificate. */
void read_name(struct query *q, void *into, ctn_arena *a);
/** An event and its leaf, inside an act. issuer_key_id 0: none. */
CTN_MUST bool event_add(ctn_store *s, const char *kind, int64_t issuer_key_id, const char *detail, const ctn_act *act, struct ctn_err *e);
/** Each row of the query is a problem: where, and what. */
CTN_MUST bool problems_of(ctn_store *s, enum ctn_query which, ctn_problem problem, void *ctx, struct ctn_err *e);

#endif
