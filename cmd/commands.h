/*
 * The one list of commands, in the order of help. A command is a file in cmd/ that defines
 * `const struct command NAME_command`, and a line here; NAME has _ for the blank of two words.
 */
#ifndef CTN_CMD_COMMANDS_H
#define CTN_CMD_COMMANDS_H

#include "cmd/command.h"

#define COMMANDS(X)       \
	X(init)           \
	X(ca_create)      \
	X(ca_list)        \
	X(ca_show)        \
	X(ca_export)      \
	X(ca_csr)         \
	X(ca_sign)        \
	X(ca_install)     \
	X(ca_renew)       \
	X(ca_passphrase)  \
	X(ca_detach)      \
	X(ca_attach)      \
	X(issue)          \
	X(renew)          \
	X(rekey)          \
	X(revoke)         \
	X(unhold)         \
	X(crl)            \
	X(crl_install)    \
	X(list)           \
	X(show)           \
	X(history)        \
	X(verify)         \
	X(inspect)        \
	X(monitor_run)    \
	X(monitor_check)  \
	X(monitor_status) \
	X(monitor_ack)    \
	X(monitor_test)   \
	X(monitor_install) \
	X(policy_check)   \
	X(policy_show)    \
	X(policy_explain) \
	X(log_list)       \
	X(log_verify)     \
	X(log_checkpoint) \
	X(db_check)       \
	X(db_backup)      \
	X(db_restore)     \
	X(db_migrate)     \
	X(halt)           \
	X(resume)         \
	X(completion)     \
	X(help)           \
	X(version)

/** First words that several commands share. */
#define COMMAND_GROUPS(X)                             \
	X("ca", "authorities and their certificates") \
	X("monitor", "what ends when, and who is told") \
	X("policy", "what may be issued, and why")    \
	X("log", "the tamper-evident record of acts") \
	X("db", "the records' own care")

#define COMMAND_DECLARE_(name) extern const struct command name##_command;
COMMANDS(COMMAND_DECLARE_)
#undef COMMAND_DECLARE_

#endif
