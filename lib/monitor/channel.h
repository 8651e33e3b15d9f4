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
 * Deliver them. A webhook is tried three times, with a growing pause, before it fails. True: the receiver said yes.
 * Fails CTN_ENETWORK, CTN_EFILE (a password's or header's file), CTN_ENOMEM; to be tried again by the next run.
 */
CTN_MUST bool ctn_channel_deliver(const ctn_monitor_env *env, const ctn_channel *channel, const char *id, ctn_span message, struct ctn_err *e);

#endif
