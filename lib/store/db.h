/* Inside of store: prepared queries with sticky results, transactions, the log leaf of an act. No other module includes this. */
#ifndef CTN_STORE_DB_H
#define CTN_STORE_DB_H

#include <sqlite3.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"
#include "schema_sql.h"
#include "store/store.h"

struct ctn_store {
	sqlite3 *db;
	sqlite3_stmt *prepared[CTN_QUERIES];
	double wait_s;
	unsigned depth;    /* of transactions: 1 one act or a group, 2 an act inside a group */
	bool read_only;
	bool lost;         /* what the transaction held is gone or half done: nothing may follow it but its rollback */
	char actor[256];   /* whose id is remembered */
	int64_t actor_id;
	void (*still)(void *ctx);
	void *still_ctx;
};

/** A query being run. The first failure sticks and is told by the next call that gives bool. */
struct query {
	ctn_store *s;
	sqlite3_stmt *st;
	int rc;      /* SQLITE_OK, or the first failure */
	int bound;   /* parameters bound so far */
	int column;  /* next column of the row that stands */
	bool no_memory;
};

/** Prepared once per store, reset each time. */
struct query query_on(ctn_store *s, enum ctn_query which);
/** Make it ready ahead of need: then it cannot fail for want of memory when it is needed. */
CTN_MUST bool query_prepare(ctn_store *s, enum ctn_query which, struct ctn_err *e);
/** Bind the next parameter. Texts and blobs are borrowed until the query ends. */
void bind_int(struct query *q, int64_t v);
void bind_int_or_null(struct query *q, int64_t v, bool is_null);
void bind_text(struct query *q, const char *text); /* NULL binds NULL */
void bind_blob(struct query *q, ctn_span b);
void bind_blob_or_null(struct query *q, ctn_span b); /* an empty span binds NULL */
/** *row: does a row stand? Ends the query when there is none or it failed. */
CTN_MUST bool query_row(struct query *q, bool *row, struct ctn_err *e);
/** Run to the end, expecting no row. */
CTN_MUST bool query_run(struct query *q, struct ctn_err *e);
/** Values of the next column; copies go to the arena. */
int64_t take_int(struct query *q);
bool take_null(struct query *q); /* is the next column NULL? (it is not passed over) */
const char *take_text(struct query *q, ctn_arena *a); /* NULL for NULL */
ctn_span take_blob(struct query *q, ctn_arena *a);
void take_digest(struct query *q, uint8_t out[32]);   /* zeroes for NULL */
/** End it early; fails when memory ran out while values were taken. */
CTN_MUST bool query_end(struct query *q, struct ctn_err *e);

/** End it because of a failure that e tells already: false, to be returned. */
bool query_drop(struct query *q);

/** Takes the columns of the row that stands into `row`. */
typedef void (*row_reader)(struct query *q, void *row, ctn_arena *a);
/** All rows of a query into an array in the arena; size is that of one element. */
CTN_MUST bool query_all(void **rows, size_t *n, struct query *q, size_t size, row_reader read, ctn_arena *a, struct ctn_err *e);
/** The single integer of a query of one row. */
CTN_MUST bool query_int(int64_t *v, struct query *q, struct ctn_err *e);

/** An empty store in memory, with the newest schema. */
CTN_MUST bool store_model(ctn_store **out, struct ctn_err *e);

/** SQLite's failure as an error of ours. */
bool db_fail(const ctn_store *s, int rc, struct ctn_err *e);
/** id of the row inserted last. */
int64_t db_inserted(const ctn_store *s);
/** How many rows the last change touched. */
int db_changed(const ctn_store *s);

/** Around every act: a transaction of its own, or a savepoint inside a group. act_end commits when ok, else undoes; gives ok and committed. */
CTN_MUST bool act_begin(ctn_store *s, struct ctn_err *e);
CTN_MUST bool act_end(ctn_store *s, bool ok, struct ctn_err *e);

/** Id of the actor, recorded when new. */
CTN_MUST bool actor_id(int64_t *id, ctn_store *s, const char *name, struct ctn_err *e);

#endif
