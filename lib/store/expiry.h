/* What ends when: one row for each leaf that somebody may miss, with the instants at which its stage changes. */
#ifndef CTN_STORE_EXPIRY_H
#define CTN_STORE_EXPIRY_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

/** Where the last run of the monitor came to. */
typedef struct ctn_monitor_row {
	bool has_run;
	int64_t first_run_s, last_run_s;
	uint64_t log_size;      /* acts before it are in the table */
	uint64_t leaves;        /* its rows */
	uint64_t counts[5];     /* of these by stage (enum ctn_notice_stage of lib/policy); [0] is not filled */
	const char *thresholds; /* that its instants were computed with; "none": the home was not watched */
	int64_t repeat_s;
} ctn_monitor_row;
CTN_MUST bool ctn_store_monitor(ctn_monitor_row *row, ctn_store *s, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool ctn_store_monitor_set(ctn_store *s, const ctn_monitor_row *row, struct ctn_err *e);

/** From when on a leaf is in a stage: a share of its lifetime before its end, but no longer than a maximum. */
typedef struct ctn_expiry_rule {
	unsigned warning_percent, critical_percent;
	int64_t warning_max_s, critical_max_s;
} ctn_expiry_rule;
/** The end of the best chain above a key. */
typedef struct ctn_issuer_end {
	int64_t issuer_key_id, ends_s;
} ctn_issuer_end;
/** In the arena, by key. */
CTN_MUST bool ctn_store_issuer_ends(ctn_issuer_end **rows, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e);

/** What a run found while it brought the table up to date. */
typedef struct ctn_expiry_news {
	uint64_t skipped;      /* whose warning stage lay wholly between two runs */
	uint64_t short_lived;  /* new, or at their warning, and that is shorter than the time between the two runs */
	int64_t span_s;        /* the shortest of these stages */
} ctn_expiry_news;
/**
 * Bring the table to now: what was issued, renewed, revoked or held since the run that `last` tells; other ends of chains; other thresholds
 * (all rows, in one statement each); what crossed an instant. Then the rows of watch follow. Inside a group (ctn_store_begin), in the time of
 * what changed; without a run before in that of all certificates. Sets next->log_size, leaves, counts, thresholds.
 */
CTN_MUST bool ctn_store_expiry_sync(ctn_expiry_news *news, ctn_monitor_row *next, ctn_store *s, const ctn_monitor_row *last,
    const ctn_expiry_rule *rule, const ctn_issuer_end *ends, size_t ends_n, int64_t now_s, ctn_arena *a, struct ctn_err *e);
/** The home is not watched: the table is empty, and its leaves are told of no more. Sets the same of next. */
CTN_MUST bool ctn_store_expiry_off(ctn_monitor_row *next, ctn_store *s, int64_t now_s, struct ctn_err *e);
/** The thresholds as ctn_monitor_row holds them; in the arena, NULL without memory. */
const char *ctn_expiry_rule_text(const ctn_expiry_rule *rule, ctn_arena *a);


typedef struct ctn_expiry_row {
	int64_t certificate_id;
	int stage;
	int64_t ends_s;
} ctn_expiry_row;
/** At most limit of them, the worst first, then what ends soonest; well: those that are, soonest first. In the arena. */
CTN_MUST bool ctn_store_expiry_worst(ctn_expiry_row **rows, size_t *n, ctn_store *s, size_t limit, bool well, ctn_arena *a, struct ctn_err *e);

/** One leaf as somebody sees it who only looks. */
typedef struct ctn_expiry_fact {
	int64_t certificate_id;
	int was;               /* its stage in the table; -1: it does not stand there */
	int is;                /* of one that crossed an instant: its stage now; else -1 */
	bool watched;
	int64_t issuer_key_id, not_after, lifetime_s; /* of one that acts concern */
	int64_t ends_s;        /* of one that crossed */
} ctn_expiry_fact;
typedef bool (*ctn_expiry_fn)(void *ctx, const ctn_expiry_fact *fact, struct ctn_err *e);
/** What the acts from that log index on concern, by id; then (is >= 0) what crossed an instant by now. One certificate may come twice. */
CTN_MUST bool ctn_store_expiry_since(ctn_store *s, uint64_t log_size, int64_t now_s, ctn_expiry_fn fact, void *ctx, struct ctn_err *e);
/** Those that are acknowledged beyond now. */
CTN_MUST bool ctn_store_expiry_acked(ctn_store *s, int64_t now_s, ctn_expiry_fn fact, void *ctx, struct ctn_err *e);
/** All leaves that are watched, without a look at the table. */
CTN_MUST bool ctn_store_expiry_all(ctn_store *s, int64_t now_s, ctn_expiry_fn fact, void *ctx, struct ctn_err *e);

#endif
