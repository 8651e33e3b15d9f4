/* Webhooks: tries, pauses, headers from files. For this module alone. */
#ifndef CTN_MONITOR_CHANNEL_WEBHOOK_H
#define CTN_MONITOR_CHANNEL_WEBHOOK_H

#include "monitor/env.h"

/** As ctn_channel_deliver, for a webhook. */
CTN_MUST bool ctn_channel_post(const ctn_monitor_env *env, const ctn_channel *channel, const char *id, ctn_span message, struct ctn_err *e);
/** Append the value in a file that only its owner may read, without the newline at its end. Fails CTN_EFILE: its mode, or several lines. */
CTN_MUST bool ctn_channel_secret(ctn_buf *out, const char *path, struct ctn_err *e);

#endif
