/* The entries of notify in monitor.yaml: who is told, and how. */
#ifndef CTN_POLICY_CHANNEL_H
#define CTN_POLICY_CHANNEL_H

#include "policy/monitor.h"
#include "yaml/schema.h"

/** Read the list `notify` into the monitor's policy, which is the reading's into. A ctn_schema_reader. */
ctn_schema_reader ctn_channels_read;

/** The words of a command, NULL-ended: a list of texts, not empty. NULL after an error was said. */
const char **ctn_policy_argv(ctn_schema *s, const ctn_yaml *value);

#endif
