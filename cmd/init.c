#include "ca/init.h"

#include <string.h>

#include "base/file.h"
#include "cmd/commands.h"
#include "cmd/pki.h"
#include "der/pem.h"
#include "policies_embedded.h"

struct init_args {
	const char *org, *domain, *url, *only, *passphrase_file;
	bool no_passphrase, dry_run;
};

static bool
starting(ctn_policy_file **files, ctn_arena *a, struct ctn_err *e)
{
	*files = ctn_arena_new(a, ctn_policy_file, ctn_policies_embedded_n + 1);
	if (*files == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < ctn_policies_embedded_n; i++)
		(*files)[i] = (ctn_policy_file){ .name = ctn_policies_embedded[i].name, .shown = ctn_policies_embedded[i].name,
			.text = ctn_span_text(ctn_policies_embedded[i].text) };
	return true;
}

static enum ctn_init_only
only_of(const char *word)
{
	if (word == NULL)
		return CTN_INIT_BOTH;
	return strcmp(word, "root") == 0 ? CTN_INIT_ROOT : CTN_INIT_ISSUING;
}

static void
tell(struct cmd *c, const char *home, const struct init_args *a)
{
	ctn_json_text(show_json(c->out), "home", home);
	if (a->dry_run) {
		ctn_json_bool(show_json(c->out), "dry_run", true);
		show_line(c->out, "would make a home at %s", home);
		return;
	}
	show_line(c->out, "%s is the home of a new PKI for %s.", home, a->domain);
	if (a->url == NULL)
		show_note(c->out, "Without --url certificates carry no CRL or issuer URL: whoever checks them must be given the CRL.");
	if (a->no_passphrase)
		show_warn(c->out, "the keys of its authorities have no passphrase: whoever reads %s/keys can sign", home);
}

/* As the next command has to be called: with the same -C. */
static const char *
again(struct cmd *c)
{
	const char *text = c->globals.home == NULL ? "catena" : ctn_arena_printf(c->arena, "catena -C %s", c->globals.home);

	return text != NULL ? text : "catena";
}

static bool
tell_next(struct cmd *c, const struct init_args *a, const ctn_init_result *made, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { 0 };

	if (a->dry_run)
		return true;
	if (a->only == NULL) {
		show_line(c->out, "Next: %s issue server web.%s", again(c), a->domain);
		return true;
	}
	if (strcmp(a->only, "root") == 0) {
		show_line(c->out, "Next: %s ca sign REQUEST --by root --as issuing, with the request that `catena init --only issuing` prints", again(c));
		show_line(c->out, "in the home that will issue.");
		return true;
	}
	ctn_pem_write(&pem, "CERTIFICATE REQUEST", made->csr);
	if (!ctn_buf_ok(&pem, e))
		return false;
	show_line(c->out, "Next: take this request to the root's home, sign it there with catena ca sign, and bring the answer back for");
	show_line(c->out, "%s ca install issuing CERT:", again(c));
	ctn_json_bytes(show_json(c->out), "csr", ctn_buf_view(&pem));
	show_raw(c->out, ctn_buf_view(&pem));
	return true;
}

static int
run(struct cmd *c)
{
	const struct init_args *a = c->args;
	struct pki_wish wish = { .passphrase_file = a->passphrase_file };
	ctn_init_args args = { .org = a->org, .domain = a->domain, .url = a->url, .only = only_of(a->only), .no_passphrase = a->no_passphrase,
		.dry_run = a->dry_run, .starting_n = ctn_policies_embedded_n };
	ctn_policy_file *files;
	CTN_OWN(pki) p = NULL;
	struct ctn_err e = { 0 };
	ctn_init_result made;

	if (a->no_passphrase && a->passphrase_file != NULL) {
		ctn_fail(&e, CTN_EUSAGE, "--no-passphrase and --passphrase-file exclude each other");
		return show_fail(c->out, &e);
	}
	if (!starting(&files, c->arena, &e) || !pki_find(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	args.starting = files;
	if (!ctn_home_init(&made, &args, &p->env, c->arena, &e)) {
		if (e.code == CTN_EPASSPHRASE && a->passphrase_file == NULL)
			ctn_hint(&e, "--passphrase-file FILE, or --no-passphrase to try it out");
		return show_fail(c->out, &e);
	}
	tell(c, p->env.home, a);
	return tell_next(c, a, &made, &e) ? 0 : show_fail(c->out, &e);
}

static const char *const only_words[] = { "root", "issuing", NULL };

static const struct opt opts[] = {
	{ .name = "org", TEXT(init_args, org, "NAME"), .required = true, .help = "Organisation, as it stands in the authorities' names" },
	{ .name = "domain", TEXT(init_args, domain, "DOMAIN"), .required = true, .help = "DNS domain that certificates will be for" },
	{ .name = "url", TEXT(init_args, url, "BASE"), .help = "Where HOME/public will be served (http://...): goes into certificates" },
	{ .name = "only", TEXT(init_args, only, "WHICH"), .one_of = only_words, .help = "Only the root (offline), or only the issuing authority" },
	{ .name = "passphrase-file", PATH(init_args, passphrase_file, "FILE"), .help = "Read the new keys' passphrase from FILE (or /dev/fd/N)" },
	{ .name = "no-passphrase", FLAG(init_args, no_passphrase), .help = "Leave the keys without a passphrase, protected by file modes alone" },
	DRY_RUN_ROW(init_args),
	{ 0 },
};

const struct command init_command = {
	.name = "init",
	.summary = "make a home with a root and an issuing authority",
	.about = "Writes starting policies for the organisation and domain, makes root and issuing authority with their first CRLs, and begins the "
		 "log. It is built beside the home and renamed when whole; where there is one already nothing is changed.",
	.opts = opts,
	.args_size = sizeof(struct init_args),
	.examples = {
	    { "catena -C ./pki init --org Example --domain internal.example --no-passphrase", "To try it out, in a folder of its own." },
	    { "catena -C ./top init --org Example --domain internal.example --only root -n", "A root for a machine without network; -n only tries." },
	},
	.run = run,
};
