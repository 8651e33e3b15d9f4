#include "ca/request.h"
#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/pki.h"
#include "der/pem.h"

struct ca_csr_args {
	const char *name, *out, *passphrase_file;
	bool no_passphrase, dry_run, force, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct ca_csr_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_authority_wish what = { .name = a->name, .no_passphrase = a->no_passphrase, .dry_run = a->dry_run };
	CTN_OWN_BUF pem = { 0 };
	CTN_OWN(pki) p = NULL;
	ctn_authority_result made;
	struct ctn_err e = { 0 };

	if (!authority_out_ready(c, a->out, a->force, &e) || !pki_open(&p, c, &wish, &e) || !ctn_ca_csr(&made, p->ca, &what, &e))
		return show_fail(c->out, &e);
	ctn_json_text(show_json(c->out), "authority", made.name);
	if (a->dry_run) {
		show_line(c->out, "would make a request for authority %s", made.name);
		return 0;
	}
	ctn_pem_write(&pem, "CERTIFICATE REQUEST", made.csr);
	if (!ctn_buf_ok(&pem, &e) || !authority_put(c, "csr", ctn_buf_view(&pem), a->out, a->force, &e))
		return show_fail(c->out, &e);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_csr_args, name), .help = "The authority; its entry in ca.yaml says `issuer: external`" },
	{ .name = "out", PATH(ca_csr_args, out, "FILE"), .help = "Write the request there instead of to standard output" },
	{ .name = "force", FLAG(ca_csr_args, force), .help = "Replace FILE" },
	{ .name = "no-passphrase", FLAG(ca_csr_args, no_passphrase), .help = "Leave a new key without a passphrase, whatever ca.yaml says" },
	PASSPHRASE_ROW(ca_csr_args),
	ACCEPT_CLOCK_ROW(ca_csr_args),
	DRY_RUN_ROW(ca_csr_args),
	{ 0 },
};

const struct command ca_csr_command = {
	.name = "ca csr",
	.summary = "make the request for an authority whose root is elsewhere",
	.about = "Makes the key if there is none yet, and prints a PKCS #10 request. The home of its issuer signs it with catena ca sign; catena ca install takes "
		 "the certificate.",
	.opts = opts,
	.args_size = sizeof(struct ca_csr_args),
	.examples = { { "catena ca csr issuing --out issuing.csr --dry-run", "What goes to the offline root." } },
	.run = run,
};
