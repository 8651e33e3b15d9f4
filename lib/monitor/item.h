/* Items: what is watched one by one. A look finds out what it can, memory adds what it could not; then it has a stage and a reason. */
#ifndef CTN_MONITOR_ITEM_H
#define CTN_MONITOR_ITEM_H

#include "base/mem.h"
#include "policy/monitor.h"
#include "report/event.h"
#include "store/expiry.h"
#include "store/watch.h"

/** One that is no leaf of the home. */
typedef struct ctn_item {
	ctn_report_item r;          /* as it is reported; state, stage, reason and fix by ctn_item_settle */
	enum ctn_notice_stage stage;
	int64_t lifetime_s;         /* of what ends */
	enum ctn_notice_stage at_least; /* it has this stage whatever its end is */
	const char *detail;         /* why; or what else is to be said */
	const char *failure;        /* it could not be looked at */
	bool remembered;            /* nobody looked now: it is as the last run saw it */
	unsigned failures;
	int64_t failing_since_s;
	int64_t certificate_id;     /* of its first certificate when this home issued it */
} ctn_item;

typedef struct ctn_items {
	ctn_item *at;
	size_t n, cap;
	ctn_arena *arena;
} ctn_items;
/** A new one with its stable name; it stands until the next is added. NULL: no memory. */
ctn_item *ctn_items_add(ctn_items *items, const char *name, const char *kind, const char *title);

/** The moment and the rules that stages come from. */
typedef struct ctn_stages {
	ctn_expiry_rule rule;
	int64_t now_s;
	bool runs;                  /* a run counts what it could not look at; a look does not */
} ctn_stages;
#define CTN_UNREACHABLE_RUNS 3  /* this many in a row, and this long, before it is told that something cannot be looked at */
#define CTN_UNREACHABLE_S 3600

/** The rules of a policy. */
ctn_expiry_rule ctn_stages_rule(const ctn_monitor_policy *policy);
/** By time alone: of what is valid up to and including ends_s. */
enum ctn_notice_stage ctn_stage_at(const ctn_expiry_rule *rule, int64_t ends_s, int64_t lifetime_s, int64_t now_s);
enum ctn_report_state ctn_stage_state(enum ctn_notice_stage stage);
/** "ok" where a notice would say "recovered". */
const char *ctn_stage_word(enum ctn_notice_stage stage);
/** "expires in 6 days", "expired 2 days ago"; in the arena, NULL without memory. */
const char *ctn_stage_reason(int64_t ends_s, int64_t now_s, ctn_arena *a);

/**
 * Give each its stage, state and reason. was: what the last run remembered (n rows). What could not be looked at keeps the end that was
 * seen last. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_items_settle(ctn_items *items, const ctn_stages *st, const ctn_watch_row *was, size_t n, struct ctn_err *e);

/** Order of a list: critical, warning, unknown, acknowledged, ok; then what ends soonest. For qsort over ctn_report_item. */
int ctn_item_order(const void *a, const void *b);

#endif
