/* What renew and rekey share: one certificate's next one, its files, and the end of the old one. */
#ifndef CTN_CMD_RENEWED_H
#define CTN_CMD_RENEWED_H

#include "ca/renew.h"
#include "cmd/issued.h"
#include "cmd/record.h"

/** How. Zeroed but for what is meant. */
struct renewed_wish {
	bool rekey;
	ctn_span csr;
	int64_t lifetime_s;
	const char *out; /* as --out */
	bool force, dry_run, revoke_old;
	/** Names of certificate files that this run has written: two certificates of one name must not replace each other. */
	const char **written;
	size_t written_n;
};

/**
 * Renew that one and show it as members of the open object and as lines. *refused is filled when the answer is no (its key is NULL).
 * Fails as ctn_ca_renew; CTN_EFILE and CTN_EEXISTS for its files.
 */
CTN_MUST bool renewed_one(ctn_issued *refused, pki *p, const ctn_cert_row *old, struct renewed_wish *wish, struct ctn_err *e);
/** The same for a command that renews one, picked by its selector; gives the exit status. */
int renewed_run(pki *p, const char *selector, struct renewed_wish *wish);

#define RENEWED_ROWS(S)                                                                                                                \
	{ .name = "lifetime", DURATION(S, lifetime_s, "T"), .help = "How long it lives, such as 30d; else the profile's default" },        \
	{ .name = "out", PATH(S, out, "DIR"), .help = "Folder for NAME.crt, NAME.chain.crt and a new NAME.key; - is standard output" },    \
	{ .name = "force", FLAG(S, force), .help = "Replace files of that name" },                                                         \
	{ .name = "revoke-old", FLAG(S, revoke_old), .help = "Revoke the old one (superseded) once the new one is written" }

#endif
