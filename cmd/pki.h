/* The home that a command works on: found, opened, with who is acting, the clock and where passphrases come from. */
#ifndef CTN_CMD_PKI_H
#define CTN_CMD_PKI_H

#include "ca/ca.h"
#include "cmd/command.h"

/** Rows that every command which uses an authority's key has; S holds `const char *passphrase_file` and `bool accept_clock`. */
#define PASSPHRASE_ROW(S)                                                     \
	{ .name = "passphrase-file", PATH(S, passphrase_file, "FILE"),            \
	  .help = "Read the passphrase of the authority's key from FILE (or /dev/fd/N)" }
#define ACCEPT_CLOCK_ROW(S)                                                   \
	{ .name = "accept-clock", FLAG(S, accept_clock),                          \
	  .help = "Go on although the clock is behind this home's last act; it is logged" }
#define DRY_RUN_ROW(S)                                                        \
	{ .name = "dry-run", .abbr = 'n', FLAG(S, dry_run), .help = "Say what would be done, but change nothing" }

struct pki_wish {
	bool read_only;
	bool accept_clock;
	const char *passphrase_file;     /* NULL: credential or terminal */
	bool changes;                    /* a key gets another passphrase: that one comes from */
	const char *new_passphrase_file; /* this file, or the terminal */
};

typedef struct pki pki;
struct pki {
	ctn_ca *ca;       /* NULL until pki_open */
	ctn_ca_env env;   /* for what works on a home without opening it: init, restore, migrate */
	struct cmd *c;
	struct pki_wish wish;
	struct asked *asked; /* passphrases typed at the terminal, one an authority */
};

/** Find the home and fill env, without opening. The caller ends it with pki_close. Fails as home_find; CTN_ENOMEM. */
CTN_MUST bool pki_find(pki **out, struct cmd *c, const struct pki_wish *wish, struct ctn_err *e);
/** The same, opened. Fails as ctn_ca_open. */
CTN_MUST bool pki_open(pki **out, struct cmd *c, const struct pki_wish *wish, struct ctn_err *e);
void pki_close(pki *p);
CTN_OWNED_BY(pki, pki_close)

#endif
