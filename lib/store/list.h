/* The list: certificates by filter, in order, one at a time. */
#ifndef CTN_STORE_LIST_H
#define CTN_STORE_LIST_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/certificate.h"
#include "store/store.h"

enum ctn_list_status { CTN_LIST_ANY, CTN_LIST_VALID, CTN_LIST_EXPIRED, CTN_LIST_REVOKED, CTN_LIST_HELD, CTN_LIST_INTENDED };
enum ctn_list_sort { CTN_SORT_NEWEST, CTN_SORT_NOT_AFTER, CTN_SORT_NOT_BEFORE, CTN_SORT_SUBJECT, CTN_SORT_SERIAL };
typedef struct ctn_list_filter {
	enum ctn_list_status status;
	int64_t now_s;
	const char *profile, *authority, *name_glob, *owner; /* NULL: any */
	int64_t expiring_before_s; /* 0: any; else live ones that end before it */
	int64_t since_s;           /* INT64_MIN: any; intended at or after it */
	enum ctn_list_sort sort;
	uint64_t limit;            /* 0: no limit */
} ctn_list_filter;
/** Calls row for each match in order; *total counts all matches, also those past the limit. The row's pointers are valid within the call. */
CTN_MUST bool ctn_store_list(uint64_t *total, ctn_store *s, const ctn_list_filter *f,
    bool (*row)(void *ctx, const ctn_cert_row *row, struct ctn_err *e), void *ctx, struct ctn_err *e);

/** "valid", "expired", "revoked", "held", "intended". */
const char *ctn_cert_status(const ctn_cert_row *row, int64_t now_s);

#endif
