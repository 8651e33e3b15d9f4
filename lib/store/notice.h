/* Notices: written before they are sent, marked when they were delivered. */
#ifndef CTN_STORE_NOTICE_H
#define CTN_STORE_NOTICE_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

/** Begin to decide: acknowledged items fall silent, and what is better but not well is told to nobody. In the group of the run. */
CTN_MUST bool ctn_store_news_begin(ctn_store *s, int64_t now_s, int64_t repeat_s, bool repeat_changed, struct ctn_err *e);

/** Channels that runs have told before; in the arena. */
CTN_MUST bool ctn_store_channels(const char ***names, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool ctn_store_channel_add(ctn_store *s, const char *name, int64_t now_s, struct ctn_err *e);
/** It is no channel any more: what waits for it is withdrawn. */
CTN_MUST bool ctn_store_channel_forget(ctn_store *s, const char *name, int64_t now_s, struct ctn_err *e);

typedef struct ctn_news_count {
	uint64_t items;
	int stage;     /* the highest; 0: there are only recoveries */
	bool repeated; /* all of them were told before */
} ctn_news_count;
/**
 * Gather what one channel is to be told: new stages, recoveries of what it heard of, repetitions; for a new channel everything that is not
 * well. Undelivered notices that are overtaken are withdrawn, and what else stood in them is told anew.
 * stages: those that the channel wants, 1 << stage.
 */
CTN_MUST bool ctn_store_news_gather(ctn_news_count *count, ctn_store *s, const char *channel, unsigned stages, bool is_new, int64_t now_s,
    struct ctn_err *e);

typedef struct ctn_news_row {
	int64_t watch_id;
	const char *item, *kind;
	int64_t certificate_id; /* 0: no leaf */
	int stage;              /* 0: recovered */
	bool repeated;
	const char *title, *detail;
	int64_t ends_s;         /* 0: it has no end */
} ctn_news_row;
/** What was gathered, the worst first, then what ends soonest; at most limit. In the arena. */
CTN_MUST bool ctn_store_news(ctn_news_row **rows, size_t *n, ctn_store *s, size_t limit, ctn_arena *a, struct ctn_err *e);

/** A notice to be written. */
typedef struct ctn_notice_row {
	int64_t id;
	const char *stable_id, *channel;
	int stage;
	const char *item;       /* NULL: a digest */
	uint64_t items;
	ctn_span message;
	int64_t written_s;
	int64_t attempts;
	const char *failure;
} ctn_notice_row;
/** Of one item (watch_id), or (0) of all that was gathered. */
CTN_MUST bool ctn_store_notice_add(ctn_store *s, const ctn_notice_row *row, int64_t watch_id, struct ctn_err *e);
/** The gathered is written: the next channel. */
CTN_MUST bool ctn_store_news_clear(ctn_store *s, struct ctn_err *e);
/** All channels are done: what was due is told, and what is well is forgotten (but for a kind that the run did not look for). */
CTN_MUST bool ctn_store_news_end(ctn_store *s, int64_t now_s, int64_t repeat_s, const char *except_kind, struct ctn_err *e);

/** The undelivered notice of a channel that comes behind *row (zeroed: the first), with its message: what was tried least, then the oldest. In the arena. */
CTN_MUST bool ctn_store_notice_next(ctn_notice_row *row, bool *found, ctn_store *s, const char *channel, ctn_arena *a, struct ctn_err *e);
/** Items of a notice with the stages that they were told at; at most limit, in the arena. */
typedef struct ctn_notice_item {
	const char *item;
	int stage;
} ctn_notice_item;
CTN_MUST bool ctn_store_notice_items(ctn_notice_item **rows, size_t *n, ctn_store *s, int64_t id, size_t limit, ctn_arena *a, struct ctn_err *e);
/** The receiver said yes: durable when it returns. */
CTN_MUST bool ctn_store_notice_delivered(ctn_store *s, int64_t id, int64_t now_s, struct ctn_err *e);
CTN_MUST bool ctn_store_notice_failed(ctn_store *s, int64_t id, const char *why, struct ctn_err *e);
CTN_MUST bool ctn_store_undelivered(uint64_t *n, ctn_store *s, struct ctn_err *e);
/** At most limit of them without their messages, by channel and age; in the arena. */
CTN_MUST bool ctn_store_notices_waiting(ctn_notice_row **rows, size_t *n, ctn_store *s, size_t limit, ctn_arena *a, struct ctn_err *e);

#endif
