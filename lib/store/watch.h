/* What the monitor remembers of each item. */
#ifndef CTN_STORE_WATCH_H
#define CTN_STORE_WATCH_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

/** One item. Texts are NULL when absent. Stages are enum ctn_notice_stage of lib/policy. */
typedef struct ctn_watch_row {
	int64_t id;
	const char *item, *kind;
	int stage;
	int64_t since_s;          /* of this stage */
	const char *title, *serial;
	bool has_end;
	int64_t not_before, ends_s, lifetime_s; /* as last seen */
	int at_least;             /* a stage that it has whatever its end is */
	const char *detail;       /* why */
	unsigned failures;        /* runs in a row that could not look at it */
	int64_t failing_since_s;  /* 0: none */
	const char *failure;
	int64_t looked_s;
	int64_t acked_until_s;    /* 0: never acknowledged */
	const char *acked_why, *acked_by;
} ctn_watch_row;

/** All that are no leaves of the home, in the order in which they came. */
CTN_MUST bool ctn_store_watch_others(ctn_watch_row **rows, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool ctn_store_watch_item(ctn_watch_row *row, bool *found, ctn_store *s, const char *item, ctn_arena *a, struct ctn_err *e);
/** Of a leaf: there is a row when it was not well once, or is acknowledged. */
CTN_MUST bool ctn_store_watch_leaf(ctn_watch_row *row, bool *found, ctn_store *s, int64_t certificate_id, ctn_arena *a, struct ctn_err *e);
/** Names of items that hold this text, at most limit. */
CTN_MUST bool ctn_store_watch_like(const char ***items, size_t *n, ctn_store *s, const char *text, size_t limit, ctn_arena *a, struct ctn_err *e);

/** Remember what a run saw of an item that is no leaf (looked_s: of the run). A new stage is due to be told. */
CTN_MUST bool ctn_store_watch_put(ctn_store *s, const ctn_watch_row *row, struct ctn_err *e);
/** What the run of now_s did not see is watched no more, but for one kind that it did not look for (NULL: it looked for all). */
CTN_MUST bool ctn_store_watch_gone(ctn_store *s, int64_t now_s, const char *except_kind, struct ctn_err *e);
/** Acknowledge until then (0: no more). certificate_id of a leaf, else 0; its undelivered notices are withdrawn. */
CTN_MUST bool ctn_store_watch_ack(ctn_store *s, const ctn_watch_row *row, int64_t certificate_id, int64_t now_s, struct ctn_err *e);

#endif
