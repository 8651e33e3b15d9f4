/* A look as the one line that a check of Nagios, Icinga and their like prints. */
#ifndef CTN_REPORT_NAGIOS_H
#define CTN_REPORT_NAGIOS_H

#include "report/event.h"

/** Octets of the line; agents of old cut at 1,024. */
#define CTN_REPORT_NAGIOS_MAX 1000

/**
 * "CATENA CRITICAL - 2 critical, 1 warning of 120; certificate web: expires in 6 days | 'critical'=2;;0;0 ...", no newline (Monitoring
 * Plugins Development Guidelines: status text, |, performance data). The text holds no | whatever titles and reasons hold. The exit status
 * that belongs to it is look->state. Performance data: counts by state, expired, unreachable, acknowledged, undelivered, next_end (seconds
 * until the next item that is not acknowledged ends, negative when that is over), and run_age (seconds since the monitor last ran).
 * Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_nagios(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

#endif
