/* The policy files of a home, read without its records: they can be checked before there are any. */
#ifndef CTN_CMD_POLICIES_H
#define CTN_CMD_POLICIES_H

#include "cmd/command.h"
#include "policy/profile.h"

/** Every policy file of the home that this line names, in the arena. Fails as home_find and ctn_ca_policy_files. */
CTN_MUST bool policies_files(ctn_policy_file **files, size_t *n, struct cmd *c, struct ctn_err *e);

#endif
