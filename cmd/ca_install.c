#include <string.h>

#include "base/file.h"
#include "base/time.h"
#include "ca/install.h"
#include "cmd/authority.h"
#include "cmd/commands.h"
#include "cmd/pki.h"
#include "cmd/terminal.h"
#include "hash/hash.h"

#define BUNDLE_MAX (4u << 20)

struct ca_install_args {
	const char *name, *cert, *trust, *passphrase_file;
	bool yes, dry_run, accept_clock;
};

static bool
show_path(struct cmd *c, const ctn_install_plan *plan, struct ctn_err *e)
{
	ctn_json_out *j = show_json(c->out);

	show_line(c->out, "the path to the root:");
	ctn_json_array(j, "path");
	for (size_t i = 0; i < plan->path_n; i++) {
		CTN_OWN_BUF title = { 0 };
		char hex[65], until[32];
		uint8_t sha256[32];

		ctn_cert_title(&title, &plan->path[i]);
		if (ctn_buf_cstr(&title) == NULL || !ctn_sha256(sha256, plan->path[i].der, e))
			return ctn_fail_memory(e);
		ctn_hex(hex, (ctn_span){ sha256, sizeof sha256 });
		ctn_time_text(until, plan->path[i].not_after);
		ctn_json_object(j, NULL);
		ctn_json_text(j, "subject", ctn_buf_cstr(&title));
		ctn_json_text(j, "sha256", hex);
		ctn_json_text(j, "not_after", until);
		ctn_json_close_object(j);
		show_line(c->out, "  %s", ctn_buf_cstr(&title));
		show_line(c->out, "    SHA-256 %s, until %s", hex, until);
	}
	ctn_json_close_array(j);
	ctn_json_bool(j, "root_known", plan->root_known);
	return true;
}

/* A new root is somebody's word: a person compares the fingerprint, or says --yes. */
static bool
confirmed(const struct ca_install_args *a, const ctn_install_plan *plan, struct ctn_err *e)
{
	bool yes;

	if (plan->root_known || a->yes)
		return true;
	if (!terminal_confirm(&yes, "Is the root's fingerprint the one you were told? [y/N] ", e)) {
		ctn_fail(e, CTN_EUSAGE, "this home does not know the root yet, and there is no terminal to ask");
		return ctn_hint(e, "compare the SHA-256 of the root, then run it again with --yes");
	}
	return yes || ctn_fail(e, CTN_EUSAGE, "not confirmed; nothing was changed");
}

static bool
install(struct cmd *c, ctn_ca *ca, ctn_install_plan *plan, struct ctn_err *e)
{
	ctn_authority_result made;

	if (!ctn_ca_install(&made, ca, plan, e))
		return false;
	ctn_json_text(show_json(c->out), "authority", plan->name);
	show_line(c->out, plan->same ? "authority %s had this certificate already" : "authority %s is ready to issue", plan->name);
	return true;
}

static bool
read_files(ctn_buf *certs, ctn_buf *trust, const struct ca_install_args *a, struct ctn_err *e)
{
	if (!ctn_file_read(certs, a->cert, BUNDLE_MAX, CTN_FILE_PLAIN, e))
		return false;
	return a->trust == NULL || ctn_file_read(trust, a->trust, BUNDLE_MAX, CTN_FILE_PLAIN, e);
}

static int
run(struct cmd *c)
{
	const struct ca_install_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file, .accept_clock = a->accept_clock, .read_only = a->dry_run };
	ctn_install_args args = { .name = a->name };
	CTN_OWN_BUF certs = { 0 };
	CTN_OWN_BUF trust = { 0 };
	CTN_OWN(pki) p = NULL;
	ctn_install_plan plan;
	struct ctn_err e = { 0 };

	if (!read_files(&certs, &trust, a, &e) || !pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	args.certs = ctn_buf_view(&certs);
	args.trust = ctn_buf_view(&trust);
	if (!ctn_ca_install_plan(&plan, p->ca, &args, &e) || !show_path(c, &plan, &e))
		return show_fail(c->out, &e);
	if (a->dry_run) {
		show_line(c->out, plan.same ? "authority %s has this certificate already" : "it would become the certificate of authority %s", a->name);
		return 0;
	}
	if (!confirmed(a, &plan, &e) || !install(c, p->ca, &plan, &e))
		return show_fail(c->out, &e);
	return 0;
}

static const struct opt opts[] = {
	{ .name = "NAME", ARG(ca_install_args, name), .help = "The authority of this home" },
	{ .name = "CERT", ARG(ca_install_args, cert), .help = "Its certificate, with those above it if they are in the file" },
	{ .name = "trust", PATH(ca_install_args, trust, "FILE"), .help = "The root, when CERT does not hold it and this home does not know it" },
	{ .name = "yes", FLAG(ca_install_args, yes), .help = "The root's fingerprint was compared: do not ask" },
	PASSPHRASE_ROW(ca_install_args),
	ACCEPT_CLOCK_ROW(ca_install_args),
	DRY_RUN_ROW(ca_install_args),
	{ 0 },
};

const struct command ca_install_command = {
	.name = "ca install",
	.summary = "take the certificate that another home signed",
	.about = "It must be for the key that this home made, with every signature up to a root; path and root are shown and confirmed. Then the "
		 "authority can issue, and its first CRL is made.",
	.opts = opts,
	.args_size = sizeof(struct ca_install_args),
	.examples = { { "catena ca install issuing issuing.pem --yes --dry-run", "Show the path without changing anything." } },
	.run = run,
};
