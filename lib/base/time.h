/* Time: seconds since 1970-01-01T00:00:00Z (no leap seconds) as int64_t; durations in seconds. The clock is an argument, never read here. */
#ifndef CTN_BASE_TIME_H
#define CTN_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct ctn_civil {
	int year, month, day, hour, minute, second; /* month and day from 1 */
};

/** 9999-12-31T23:59:59Z, RFC 5280 4.1.2.5: no well-defined expiration. */
#define CTN_TIME_NEVER INT64_C(253402300799)

/** Proleptic Gregorian, years 0 to 9999. False when a field is out of range (29 February counted right). */
CTN_MUST bool ctn_time_from_civil(int64_t *at_s, const struct ctn_civil *c);
void ctn_time_to_civil(struct ctn_civil *c, int64_t at_s);

/** "2026-01-01T00:00:00Z" into out[32]. */
void ctn_time_text(char out[32], int64_t at_s);
/**
 * RFC 3339 (with Z or an offset, fractions cut), a date, or `now`. A date means 00:00:00Z, or
 * 23:59:59Z of it when is_end. Fails CTN_EINPUT with what was expected.
 */
CTN_MUST bool ctn_time_parse(int64_t *at_s, const char *text, bool is_end, int64_t now_s, struct ctn_err *e);

/** "90d", "12h", "1y" (365 d), "5m" (minutes), "2w", "30s"; no sign, no fraction, no combination; at most 1000 y. */
CTN_MUST bool ctn_duration_parse(int64_t *seconds, const char *text, struct ctn_err *e);
/** The shortest exact form of the above ("90d", "36h", "1y"), into out[24]. */
void ctn_duration_text(char out[24], int64_t seconds);

#endif
