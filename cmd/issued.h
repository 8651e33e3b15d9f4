/* A certificate that was issued, renewed or rekeyed: its files, and what is shown of it. */
#ifndef CTN_CMD_ISSUED_H
#define CTN_CMD_ISSUED_H

#include "ca/issue.h"
#include "cmd/command.h"

/** Where its files go. Zeroed but for c, dir and force. */
struct issued_out {
	struct cmd *c;
	const char *dir;  /* NULL: "."; "-": standard output */
	bool force;
	bool with_key;    /* a key file will be written */
	const char *key, *certificate, *chain; /* paths, once they are known */
};

/** As ctn_issue_args.ready with ctx an issued_out: names the files and refuses to overwrite before anything is signed. */
bool issued_ready(void *ctx, const ctn_plan *plan, struct ctn_err *e);
/** Reasons of a refusal; gives exit status 1. */
int issued_refused(struct cmd *c, const char *profile, const ctn_reasons *reasons, const char *hint);
/** Write the files and show the result, as members of the open JSON object and as text. Fails CTN_EFILE. */
CTN_MUST bool issued_show(struct issued_out *o, const ctn_issued *i, struct ctn_err *e);
/** For a dry run: what it would be. */
CTN_MUST bool issued_show_dry(struct cmd *c, const ctn_issued *i, struct ctn_err *e);

/** Members of one certificate: serial, sha256, subject, names, not_before, not_after; and text lines. der empty: no fingerprint. */
CTN_MUST bool issued_certificate(struct cmd *c, const ctn_cert *cert, struct ctn_err *e);

#endif
