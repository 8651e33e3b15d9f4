/* A test message to every channel: does it arrive before it matters? */
#ifndef CTN_MONITOR_TEST_H
#define CTN_MONITOR_TEST_H

#include "monitor/env.h"

typedef struct ctn_channel_test {
	const char *channel, *id;
	bool accepted;
	struct ctn_err why; /* when not */
} ctn_channel_test;

/** name NULL: all. Nothing is recorded. Fails CTN_ENOTFOUND (no such channel; with those there are), CTN_ENOMEM. */
CTN_MUST bool ctn_monitor_test(ctn_channel_test **out, size_t *n, const ctn_monitor_env *env, const char *name, struct ctn_err *e);

#endif
