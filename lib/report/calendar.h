/* A look as a calendar to subscribe to (iCalendar, RFC 5545): one event for each end. */
#ifndef CTN_REPORT_CALENDAR_H
#define CTN_REPORT_CALENDAR_H

#include "report/event.h"

/** Leaves in it: the most urgent. Authorities, CRLs, files, endpoints are all in it. */
#define CTN_REPORT_CALENDAR_LEAVES 200
/** What ends later than this, authorities excepted, comes in when its time is near; what ended longer ago than the other is gone. */
#define CTN_REPORT_CALENDAR_AHEAD_S (400 * INT64_C(86400))
#define CTN_REPORT_CALENDAR_PAST_S (30 * INT64_C(86400))

/**
 * Each item keeps its UID for good, so that an end that moves moves its event; events take no time from anybody (TRANSPARENT) and have an
 * alarm when the life they end was long enough. With nothing to tell the calendar holds one event that says so, because a calendar without
 * any is none (RFC 5545, 3.6). Fails CTN_ECRYPTO, CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_calendar(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

#endif
