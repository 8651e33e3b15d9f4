#include <string.h>

#include "base/file.h"
#include "ca/crl.h"
#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/crls.h"
#include "cmd/pki.h"
#include "der/pem.h"

struct crl_args {
	const char *name, *out, *passphrase_file;
	bool due, dry_run, force, accept_clock;
};

static bool
is_pem(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".pem") == 0;
}

/* The copy stands among the files that were written. */
static bool
mention(ctn_crl_made *made, const char *path, ctn_arena *a, struct ctn_err *e)
{
	const char **files = ctn_arena_new(a, const char *, made->files_n + 1);

	if (files == NULL)
		return ctn_fail_memory(e);
	if (made->files_n > 0)
		memcpy(files, made->files, made->files_n * sizeof *files);
	files[made->files_n++] = path;
	made->files = files;
	return true;
}

static bool
put(struct cmd *c, const struct crl_args *a, ctn_crl_made *made, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { 0 };
	ctn_span bytes = made->der;

	if (is_pem(a->out)) {
		ctn_pem_write(&pem, "X509 CRL", made->der);
		bytes = ctn_buf_view(&pem);
		if (!ctn_buf_ok(&pem, e))
			return false;
	}
	return ctn_file_write(a->out, bytes, 0666 & ~c->caller_mask, a->force, e) && mention(made, a->out, c->arena, e);
}

static int
run(struct cmd *c)
{
	const struct crl_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_crl_wish what = { .authority = a->name, .due_only = a->due, .dry_run = a->dry_run };
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };
	ctn_crl_made *made;
	size_t n;

	if (a->out != NULL && a->name == NULL) {
		ctn_fail(&e, CTN_EUSAGE, "--out needs the NAME of one authority");
		return show_fail(c->out, &e);
	}
	if (!authority_out_ready(c, a->out, a->force, &e) || !pki_open(&p, c, &wish, &e) || !ctn_ca_crl(&made, &n, p->ca, &what, &e))
		return show_fail(c->out, &e);
	if (a->out != NULL && n > 1)
		show_warn(c->out, "%s holds the first of %zu CRLs; all are in HOME/public", a->out, n);
	if (a->out != NULL && n > 0 && !a->dry_run && !put(c, a, &made[0], &e))
		return show_fail(c->out, &e);
	crls_show(c, made, n, a->dry_run);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG_MAYBE(crl_args, name), .help = "The authority; without it all whose key is in this home" },
	{ .name = "due", FLAG(crl_args, due), .help = "Only where `refresh` of ca.yaml says so, or something was revoked since: for a timer" },
	{ .name = "out", PATH(crl_args, out, "FILE"), .help = "Write it there too: DER, or PEM if FILE ends in .pem" },
	{ .name = "force", FLAG(crl_args, force), .help = "Replace FILE" },
	PASSPHRASE_ROW(crl_args),
	ACCEPT_CLOCK_ROW(crl_args),
	DRY_RUN_ROW(crl_args),
	{ 0 },
};

const struct command crl_command = {
	.name = "crl",
	.summary = "make and publish the next CRL",
	.about = "Its number is taken before it is signed and never used again. It is published in HOME/public, which any web server can serve.",
	.opts = opts,
	.args_size = sizeof(struct crl_args),
	.examples = {
	    { "catena crl issuing", "The next CRL of one authority." },
	    { "catena crl --due", "For cron: nothing is done twice." },
	    { "catena crl issuing --out issuing.pem --force", "A copy in PEM." },
	},
	.run = run,
};
