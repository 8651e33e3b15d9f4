#include "base/file.h"
#include "ca/crl.h"
#include "cmd/commands.h"
#include "cmd/crls.h"
#include "cmd/pki.h"

#define CRL_FILE_MAX (384u << 20)

struct crl_install_args {
	const char *file;
	bool dry_run, accept_clock;
};

static int
run(struct cmd *c)
{
	const struct crl_install_args *a = c->args;
	struct pki_wish wish = { .accept_clock = a->accept_clock, .read_only = a->dry_run };
	CTN_OWN_BUF bytes = { .max = CRL_FILE_MAX };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };
	ctn_crl_made made;

	if (!ctn_file_read(&bytes, a->file, CRL_FILE_MAX, CTN_FILE_PLAIN, &e) || !pki_open(&p, c, &wish, &e) ||
	    !ctn_ca_crl_install(&made, p->ca, ctn_buf_view(&bytes), a->dry_run, &e))
		return show_fail(c->out, &e);
	if (a->dry_run)
		show_line(c->out, "it would be installed, nothing was changed:");
	crls_show(c, &made, 1, false);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "FILE", ARG(crl_install_args, file), .help = "The CRL, PEM or DER" },
	ACCEPT_CLOCK_ROW(crl_install_args),
	DRY_RUN_ROW(crl_install_args),
	{ 0 },
};

const struct command crl_install_command = {
	.name = "crl install",
	.summary = "take an offline authority's CRL and publish it",
	.about = "Its signature must be by an authority that this home knows, and its number greater than the one before.",
	.opts = opts,
	.args_size = sizeof(struct crl_install_args),
	.examples = { { "catena crl install root.crl --dry-run", "One that came from the offline root." } },
	.run = run,
};
