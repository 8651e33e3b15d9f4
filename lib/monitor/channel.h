/* One message to one channel: as a mail, a webhook's JSON, a command's standard input, a line of syslog. */
#ifndef CTN_MONITOR_CHANNEL_H
#define CTN_MONITOR_CHANNEL_H

#include "monitor/env.h"
#include "report/event.h"

/**
 * The bytes that go out for an event: they are recorded before they are sent, so that whatever is sent again is the same message with the
 * same id. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_channel_compose(ctn_buf *out, const ctn_channel *channel, const ctn_report_event *event, struct ctn_err *e);
/**
 * Deliver them. True: the receiver said yes (250 of the mail server behind its data, 2xx of a webhook, exit status 0 of a command). A webhook is
 * tried three times, with a growing pause or what its Retry-After asks for, as long as another try may help: not after a 4xx but 408 and 429.
 * Passwords and secret headers are read from their files for each delivery and stand in no message.
 *
 * id     goes along as Idempotency-Key of a webhook; the other messages hold it
 * Fails  CTN_ENETWORK, CTN_EFILE (a password's or header's file, a command that failed), CTN_ENOMEM; to be tried again by the next run
 */
CTN_MUST bool ctn_channel_deliver(const ctn_monitor_env *env, const ctn_channel *channel, const char *id, ctn_span message, struct ctn_err *e);

#endif
