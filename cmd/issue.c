#include <string.h>

#include "cmd/commands.h"
#include "cmd/csr_file.h"
#include "cmd/issued.h"
#include "cmd/pki.h"

struct issue_args {
	const char *profile;
	struct opt_list names;
	const char *csr, *out, *owner, *note, *passphrase_file;
	int64_t lifetime_s;
	bool dry_run, force, accept_clock;
};

static int
answer(struct cmd *c, struct issued_out *out, const ctn_issued *issued, const struct issue_args *a)
{
	struct ctn_err e = { 0 };

	if (!issued->allowed)
		return issued_refused(c, a->profile, &issued->reasons, issued->hint);
	ctn_json_text(show_json(c->out), "profile", a->profile);
	if (a->dry_run ? !issued_show_dry(c, issued, &e) : !issued_show(out, issued, &e))
		return show_fail(c->out, &e);
	return 0;
}

static int
run(struct cmd *c)
{
	const struct issue_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	struct issued_out out = { .c = c, .dir = a->out, .force = a->force, .with_key = a->csr == NULL };
	ctn_issue_args args = { .profile = a->profile, .names = a->names.v, .names_n = a->names.n, .lifetime_s = a->lifetime_s, .owner = a->owner,
		.note = a->note, .dry_run = a->dry_run, .ready = issued_ready, .ctx = &out };
	CTN_OWN(pki) p = NULL;
	CTN_OWN_BUF csr = { 0 };
	struct ctn_err e = { 0 };
	ctn_issued issued;
	int status;

	if (!csr_file_read(&csr, a->csr, &e) || !pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	args.csr = ctn_buf_view(&csr);
	if (!ctn_ca_issue(&issued, p->ca, &args, &e))
		return show_fail(c->out, &e);
	status = answer(c, &out, &issued, a);
	ctn_issued_free(&issued);
	return status;
}

static const struct opt opts[] = {
	{ .name = "PROFILE", ARG(issue_args, profile), .help = "Which policy decides: a file in HOME/policies without .yaml" },
	{ .name = "NAME", ARGS(issue_args, names), .help = "DNS names, IP addresses, e-mail addresses or URIs, told apart by form" },
	{ .name = "csr", PATH(issue_args, csr, "FILE"), .help = "PKCS #10 request, PEM or DER; without it a key is made" },
	{ .name = "lifetime", DURATION(issue_args, lifetime_s, "T"), .min = 1, .help = "How long it lives, such as 30d; else the profile's default" },
	{ .name = "out", PATH(issue_args, out, "DIR"), .help = "Folder for NAME.crt, NAME.chain.crt and NAME.key; - is standard output" },
	{ .name = "force", FLAG(issue_args, force), .help = "Replace files of that name" },
	{ .name = "owner", TEXT(issue_args, owner, "WHO"), .help = "Who is told before it expires" },
	{ .name = "note", TEXT(issue_args, note, "TEXT"), .help = "A remark that stays with the record" },
	PASSPHRASE_ROW(issue_args),
	ACCEPT_CLOCK_ROW(issue_args),
	DRY_RUN_ROW(issue_args),
	{ 0 },
};

const struct command issue_command = {
	.name = "issue",
	.summary = "issue a certificate, if its profile allows it",
	.about = "The profile decides, rule by rule; a refusal names every rule that fails, with file and line. Before anything is signed the "
		 "final bytes are linted and held against the chain of the issuer, and the intent is recorded.\n\n"
		 "With --csr the names given here are the names. Without any, the request's subjectAltName counts if the profile copies it; "
		 "a common name never does. Whatever else the request asks for is dropped, and listed.",
	.opts = opts,
	.args_size = sizeof(struct issue_args),
	.examples = {
	    { "catena issue server web.internal.example 10.0.0.7", "web.internal.example.crt, .chain.crt and .key in this folder." },
	    { "catena issue client --csr request.pem alice@internal.example --out certs", "For a key that never leaves its owner." },
	    { "catena issue server db.internal.example --dry-run", "What would be issued; nothing is signed or stored." },
	},
	.exits = { { 1, "refused by the policy, lint or the issuer's own constraints" } },
	.run = run,
};
