/* What reports are made of: items that are watched, and the event that a notice tells. Plain values; no clock, no I/O. */
#ifndef CTN_REPORT_EVENT_H
#define CTN_REPORT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/** As Nagios counts, worst first: critical, warning, unknown, ok. */
enum ctn_report_state { CTN_REPORT_OK, CTN_REPORT_WARNING, CTN_REPORT_CRITICAL, CTN_REPORT_UNKNOWN };
/** "ok", "warning", "critical", "unknown". */
const char *ctn_report_state_name(enum ctn_report_state s);
/** The one of both that stands first in that order. */
enum ctn_report_state ctn_report_worse(enum ctn_report_state a, enum ctn_report_state b);

/** One thing that ends. Texts are borrowed; NULL for what is not known. */
typedef struct ctn_report_item {
	const char *item;      /* its stable name: "home:leaf:4af1...", "home:ca:issuing", "home:crl:issuing", "file:/etc/nginx/tls/web.crt", "tls:web:443" */
	const char *title;     /* for people: "web.internal.example" */
	const char *kind;      /* "certificate", "authority", "CRL", "file", "endpoint", "log key", "renewal" */
	enum ctn_report_state state;
	const char *stage;     /* "ok", "warning", "critical", "expired", "unreachable" */
	bool has_end;
	int64_t not_before;    /* of the certificate; thisUpdate of a CRL */
	int64_t not_after;     /* the effective end: of the chain when that ends first */
	const char *reason;    /* one sentence, lower case, no full stop: "expires in 6 days", "renewed, not deployed: ..." */
	const char *owner, *profile, *authority, *serial, *sha256;
	const char *where;     /* path or endpoint; NULL: the home's records */
	const char *fix;       /* what to type: "catena renew web.internal.example"; names that a shell would read otherwise are quoted in it */
	const char *acknowledged; /* why it is silenced; NULL: it is not */
	int64_t acknowledged_until;
} ctn_report_item;
/** One of the many: a leaf of the home's records. All else (authorities, CRLs, files, endpoints) is few enough to be listed one by one. */
bool ctn_report_is_leaf(const ctn_report_item *item);

/** All items of one look: the worst first, then what ends soonest. At most items_n are listed of total. */
typedef struct ctn_report_look {
	const char *home, *org;
	int64_t at_s;
	enum ctn_report_state state;
	ctn_report_item *items;
	size_t items_n;
	uint64_t total, ok, warning, critical, unknown; /* counts over all, listed or not; acknowledged ones count as ok */
	uint64_t expired, unreachable, acknowledged;    /* of these */
	bool has_run;          /* monitor run did this look; else last_run_s is that of the one before */
	int64_t last_run_s;    /* 0: never */
	uint64_t undelivered;  /* notices that wait for their channel */
} ctn_report_look;

/** What one notice tells: one item, or a digest of several. */
typedef struct ctn_report_event {
	const char *id;        /* stable: Message-ID, Idempotency-Key, event id */
	const char *stage;     /* the highest in it: "warning", "critical", "expired", "unreachable", "recovered" */
	bool digest;
	bool repeated;         /* told before, and still so */
	const char *home, *org;
	int64_t at_s;
	const ctn_report_item *items;
	size_t items_n;
	uint64_t total;        /* of the digest; items_n of them are listed */
} ctn_report_event;

#endif
