#include "base/file.h"
#include "ca/request.h"
#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/issued.h"
#include "cmd/pki.h"
#include "der/pem.h"

struct ca_sign_args {
	const char *csr, *by, *as, *out, *passphrase_file;
	bool dry_run, force, accept_clock;
};

static bool
put(struct cmd *c, const struct ca_sign_args *a, const ctn_authority_result *r, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { 0 };

	ctn_pem_write(&pem, "CERTIFICATE", r->cert.der);
	for (size_t i = 0; i < r->chain_n; i++)
		ctn_pem_write(&pem, "CERTIFICATE", r->chain[i]);
	return ctn_buf_ok(&pem, e) && authority_put(c, "certificate", ctn_buf_view(&pem), a->out, a->force, e);
}

static int
run(struct cmd *c)
{
	const struct ca_sign_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_sign_args args = { .by = a->by, .as = a->as, .dry_run = a->dry_run };
	CTN_OWN_BUF csr = { 0 };
	CTN_OWN(pki) p = NULL;
	ctn_authority_result made;
	struct ctn_err e = { 0 };

	if (!authority_out_ready(c, a->out, a->force, &e) || !ctn_file_read(&csr, a->csr, CTN_CSR_MAX * 2, CTN_FILE_PLAIN, &e))
		return show_fail(c->out, &e);
	args.csr = ctn_buf_view(&csr);
	if (!pki_open(&p, c, &wish, &e) || !ctn_ca_sign(&made, p->ca, &args, &e))
		return show_fail(c->out, &e);
	if (!made.allowed)
		return issued_refused(c, "ca", &made.reasons, NULL);
	if (a->dry_run)
		return authority_show(c, &made, "would be signed");
	ctn_json_text(show_json(c->out), "authority", made.name);
	if (c->out->json || a->out != NULL)
		if (!issued_certificate(c, &made.cert, &e))
			return show_fail(c->out, &e);
	ctn_json_int(show_json(c->out), "log_index", (int64_t)made.log_index);
	return put(c, a, &made, &e) ? 0 : show_fail(c->out, &e);
}

static const struct opt opts[] = {
	{ .name = "CSR", ARG(ca_sign_args, csr), .help = "The request of catena ca csr" },
	{ .name = "by", TEXT(ca_sign_args, by, "NAME"), .required = true, .help = "The authority of this home that signs" },
	{ .name = "as", TEXT(ca_sign_args, as, "AUTHORITY"), .required = true, .help = "The entry of this home's ca.yaml that says what it will be" },
	{ .name = "out", PATH(ca_sign_args, out, "FILE"), .help = "Write certificate and chain there instead of to standard output" },
	{ .name = "force", FLAG(ca_sign_args, force), .help = "Replace FILE" },
	PASSPHRASE_ROW(ca_sign_args),
	ACCEPT_CLOCK_ROW(ca_sign_args),
	DRY_RUN_ROW(ca_sign_args),
	{ 0 },
};

const struct command ca_sign_command = {
	.name = "ca sign",
	.summary = "sign another home's authority, as ca.yaml of this home says",
	.about = "Subject, lifetime, path length and constraints come from this home's ca.yaml, only the key from the request. The result is the "
		 "certificate and those above it.",
	.opts = opts,
	.args_size = sizeof(struct ca_sign_args),
	.examples = { { "catena ca sign issuing.csr --by root --as issuing --out issuing.pem --dry-run", "In the offline root's home: what it would sign." } },
	.run = run,
};
