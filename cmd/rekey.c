#include "cmd/commands.h"
#include "cmd/csr_file.h"
#include "cmd/renewed.h"
#include "x509/csr.h"

struct rekey_args {
	const char *selector, *csr, *out, *passphrase_file;
	int64_t lifetime_s;
	bool force, revoke_old, dry_run, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct rekey_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	struct renewed_wish how = { .rekey = true, .lifetime_s = a->lifetime_s, .out = a->out, .force = a->force, .dry_run = a->dry_run,
		.revoke_old = a->revoke_old };
	CTN_OWN(pki) p = NULL;
	CTN_OWN_BUF csr = { 0 };
	struct ctn_err e = { 0 };

	if (!csr_file_read(&csr, a->csr, &e) || !pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	how.csr = ctn_buf_view(&csr);
	return renewed_run(p, a->selector, &how);
}

static const struct opt opts[] = {
	{ .name = "SELECTOR", ARG(rekey_args, selector), .help = "Serial, SHA-256 fingerprint, certificate file, or a name: its newest certificate" },
	{ .name = "csr", PATH(rekey_args, csr, "FILE"), .help = "PKCS #10 request with the new key, PEM or DER; without it a key is made" },
	RENEWED_ROWS(rekey_args),
	PASSPHRASE_ROW(rekey_args),
	ACCEPT_CLOCK_ROW(rekey_args),
	DRY_RUN_ROW(rekey_args),
	{ 0 },
};

const struct command rekey_command = {
	.name = "rekey",
	.summary = "replace a certificate: new key, same names",
	.about = "Today's policy decides. Names, owner and note are those of the old certificate, whatever the request says; it stays valid until it ends, or "
		 "until --revoke-old.",
	.opts = opts,
	.args_size = sizeof(struct rekey_args),
	.examples = {
	    { "catena rekey web.internal.example --out . --force", "A new key, and both certificate files." },
	    { "catena rekey web.internal.example --out . --force --revoke-old", "The old certificate ends now." },
	},
	.exits = { { 1, "refused by the policy, lint or the issuer's own constraints" } },
	.run = run,
};
