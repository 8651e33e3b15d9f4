#include "base/file.h"
#include "cmd/command.h"
#include "cmd/inspect_cert.h"
#include "cmd/inspect_crl.h"
#include "cmd/inspect_csr.h"
#include "cmd/inspect_der.h"
#include "cmd/inspect_endpoint.h"
#include "cmd/inspect_key.h"
#include "cmd/inspect_kind.h"
#include "cmd/inspect_ocsp.h"
#include "cmd/inspect_pkcs12.h"
#include "der/pem.h"
#include "name/endpoint.h"

/* A CRL of a few million entries fits. */
#define FILE_MAX (256u << 20)

struct inspect_args {
	const char *file;
	const char *passphrase_file;
	const char *server_name;
	int64_t timeout_s;
};

/* One run over one file. */
struct work {
	struct cmd *c;
	struct see see;
	const ctn_secret *passphrase; /* NULL: none given */
	size_t shown;                 /* objects that could be read */
	struct ctn_err first;         /* why the first of the others could not */
};

/* One object: its DER, and of PEM also the text that it stood in. */
struct object {
	ctn_span der;
	ctn_span pem; /* empty: the file is DER */
	ctn_pem_block block;
	enum inspect_kind kind;
};

static void
remember(struct work *w, const struct ctn_err *e)
{
	if (w->first.code == CTN_OK)
		w->first = *e;
}

static void
open_object(struct work *w, const struct object *o)
{
	ctn_json_out *j = show_json(w->c->out);
	CTN_OWN_BUF heading = { 0 };
	const char *text;

	ctn_buf_text(&heading, inspect_kind_title(o->kind));
	if (o->kind == INSPECT_UNKNOWN && o->block.label.n > 0) {
		ctn_buf_text(&heading, " ");
		ctn_buf_span(&heading, o->block.label);
	}
	if (o->block.line > 0)
		ctn_buf_printf(&heading, ", line %zu", o->block.line);
	text = ctn_buf_cstr(&heading);
	if (w->shown > 0 || w->first.code != CTN_OK)
		show_raw(w->c->out, CTN_SPAN("\n"));
	see_open(&w->see, NULL, text == NULL ? "?" : text);
	ctn_json_text(j, "object", inspect_kind_word(o->kind));
	if (o->block.label.n > 0)
		ctn_json_bytes(j, "label", o->block.label);
	if (o->block.line > 0)
		ctn_json_int(j, "line", (int64_t)o->block.line);
}

/* OpenSSL's TRUSTED CERTIFICATE has its settings behind the certificate. */
static ctn_span
certificate_alone(const struct object *o)
{
	ctn_der r = ctn_der_over(o->der);
	ctn_span whole = ctn_der_peek(&r);

	return ctn_span_equal(o->block.label, CTN_SPAN("TRUSTED CERTIFICATE")) && whole.n > 0 ? whole : o->der;
}

static bool
show_cert(struct work *w, const struct object *o, struct ctn_err *e)
{
	ctn_cert c;

	if (!ctn_cert_parse(&c, certificate_alone(o), e))
		return false;
	inspect_cert(&w->see, &c);
	return true;
}

static bool
show_csr(struct work *w, const struct object *o, struct ctn_err *e)
{
	ctn_csr c;

	if (!ctn_csr_read(&c, o->der, e))
		return false;
	inspect_csr(&w->see, &c);
	return true;
}

static bool
show_crl(struct work *w, const struct object *o, struct ctn_err *e)
{
	ctn_crl c;

	if (!ctn_crl_parse(&c, o->der, e))
		return false;
	inspect_crl(&w->see, &c, w->c->globals.verbose);
	return true;
}

static bool
show_unknown(struct work *w, const struct object *o, struct ctn_err *e)
{
	inspect_outline(&w->see, o->der);
	return ctn_fail(e, CTN_EINPUT, "DER, but no certificate, request, CRL, OCSP response, key or PKCS #12 file");
}

static bool
show_one(struct work *w, const struct object *o, struct ctn_err *e)
{
	switch (o->kind) {
	case INSPECT_CERT:
		return show_cert(w, o, e);
	case INSPECT_CSR:
		return show_csr(w, o, e);
	case INSPECT_CRL:
		return show_crl(w, o, e);
	case INSPECT_OCSP:
	case INSPECT_OCSP_BASIC:
		return inspect_ocsp(&w->see, o->der, o->kind == INSPECT_OCSP_BASIC, e);
	case INSPECT_SPKI:
		inspect_spki_members(&w->see, o->der);
		return true;
	case INSPECT_RSA_PUBLIC:
		inspect_rsa_public(&w->see, o->der);
		return true;
	case INSPECT_PRIVATE:
		return inspect_private(&w->see, o->pem.n > 0 ? o->pem : o->der, w->passphrase, e);
	case INSPECT_PKCS12:
		return inspect_pkcs12(&w->see, o->der, w->passphrase, e);
	default:
		return show_unknown(w, o, e);
	}
}

/* What could not be read as what it claims to be: why, and what can be seen of it; never the octets of a private key. */
static void
show_malformed(struct work *w, const struct object *o, const struct ctn_err *why)
{
	remember(w, why);
	if (o->kind == INSPECT_UNKNOWN)
		return;
	see_text(&w->see, "malformed", "Malformed", why->text);
	if (o->kind == INSPECT_PRIVATE || o->kind == INSPECT_PKCS12)
		return;
	inspect_outline(&w->see, o->der);
	w->shown += ctn_der_well_formed(o->der, CTN_DER_DEPTH_MAX, NULL);
}

/* One object whole, or why not. False only when going on makes no sense: a passphrase that was given does not fit. */
static bool
show_object(struct work *w, const struct object *o, struct ctn_err *e)
{
	struct ctn_err why = { 0 };

	open_object(w, o);
	if (show_one(w, o, &why)) {
		w->shown++;
	} else if (why.code == CTN_EPASSPHRASE || why.code == CTN_ENOMEM) {
		*e = why;
		return false;
	} else {
		show_malformed(w, o, &why);
	}
	see_close(&w->see);
	return true;
}

static void
show_broken(struct work *w, size_t line, const struct ctn_err *why)
{
	struct object o = { .block = { .line = line } };

	open_object(w, &o);
	see_text(&w->see, "malformed", "Malformed", why->text);
	see_close(&w->see);
	remember(w, why);
}

/* Behind the BEGIN line of a block that is broken, so that the next one is found. False: there is none. */
static bool
skip_broken(ctn_pem_walk *walk, size_t *broken_line, ctn_span text)
{
	static const char begin[] = "-----BEGIN ";
	const uint8_t *at = text.p + walk->at, *end = text.p + text.n, *hit = memmem(at, (size_t)(end - at), begin, sizeof begin - 1);

	if (hit == NULL)
		return false;
	for (; at < hit; at++)
		walk->line += *at == '\n';
	*broken_line = walk->line + 1;
	walk->at = (size_t)(hit - text.p) + sizeof begin - 1;
	return true;
}

static bool
is_labelled(const ctn_pem_block *block, const char *label)
{
	return ctn_span_equal(block->label, ctn_span_text(label));
}

static bool
show_pem(struct work *w, ctn_span text, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .secret = true };
	ctn_pem_walk walk = { 0 };
	size_t key_from = 0; /* an EC PARAMETERS block belongs to the key behind it */
	bool found = true;

	while (found) {
		struct object o = { 0 };
		struct ctn_err why = { 0 };
		ctn_pem_walk before = walk;
		size_t line = 0;

		if (!ctn_pem_next(&o.block, &der, text, &walk, &found, &why)) {
			walk = before;
			found = skip_broken(&walk, &line, text);
			show_broken(w, line, &why);
			key_from = walk.at;
			continue;
		}
		if (!found)
			break;
		o.der = ctn_buf_view(&der);
		o.pem = (ctn_span){ text.p + key_from, walk.at - key_from };
		o.kind = inspect_kind_of(o.der, o.block.label);
		if (!is_labelled(&o.block, "EC PARAMETERS"))
			key_from = walk.at;
		if (!show_object(w, &o, e))
			return false;
	}
	return true;
}

static bool
show_der(struct work *w, ctn_span bytes, struct ctn_err *e)
{
	struct object o = { .der = bytes, .kind = inspect_kind_of(bytes, (ctn_span){ 0 }) };

	if (bytes.n == 0)
		return ctn_fail(e, CTN_EINPUT, "the file is empty");
	if (o.kind == INSPECT_UNKNOWN && !ctn_der_well_formed(bytes, CTN_DER_DEPTH_MAX, NULL)) {
		ctn_fail(e, CTN_EINPUT, "neither PEM nor DER");
		return ctn_hint(e, "certificates, requests, CRLs, OCSP responses, keys and PKCS #12 files are read");
	}
	return show_object(w, &o, e);
}

static bool
inspect(struct work *w, const struct inspect_args *a, struct ctn_err *e)
{
	CTN_OWN_BUF file = { .secret = true, .max = FILE_MAX };
	ctn_span bytes;

	if (a->passphrase_file != NULL && !passphrase_get(&w->passphrase, w->c->passphrases, a->passphrase_file, a->file, e))
		return false;
	if (!ctn_file_read(&file, a->file, FILE_MAX, CTN_FILE_PLAIN, e))
		return false;
	bytes = ctn_buf_view(&file);
	ctn_json_array(show_json(w->c->out), "objects");
	if (ctn_pem_looks(bytes) ? !show_pem(w, bytes, e) : !show_der(w, bytes, e))
		return ctn_wrap(e, "%s", a->file);
	ctn_json_close_array(show_json(w->c->out));
	if (w->shown > 0)
		return true;
	*e = w->first;
	return ctn_wrap(e, "%s", a->file);
}

/* What is there is a file, whatever it is called; else the form decides. */
static bool
is_endpoint(const struct inspect_args *a)
{
	return !ctn_file_exists(a->file) && ctn_endpoint_looks(a->file);
}

static bool
inspect_what(struct work *w, const struct inspect_args *a, struct ctn_err *e)
{
	struct inspect_endpoint what = { .text = a->file, .server_name = a->server_name, .timeout_s = a->timeout_s };

	if (is_endpoint(a)) {
		if (a->passphrase_file != NULL)
			return ctn_fail(e, CTN_EUSAGE, "--passphrase-file is for files, and %s is an endpoint", a->file);
		return inspect_endpoint(&w->see, w->c, &what, e);
	}
	if (a->server_name != NULL || a->timeout_s != 0) {
		(void)ctn_fail(e, CTN_EUSAGE, "--server-name and --timeout are for endpoints, and %s is %s", a->file,
		    ctn_file_exists(a->file) ? "a file" : "none");
		return ctn_hint(e, "an endpoint is HOST:PORT, or tls://HOST:PORT where a file is called so");
	}
	return inspect(w, a, e);
}

static int
run(struct cmd *c)
{
	struct work w = { .c = c, .see = { .out = c->out, .now_s = c->now_s } };
	struct ctn_err e = { 0 };

	return inspect_what(&w, c->args, &e) ? 0 : show_fail(c->out, &e);
}

static const struct opt opts[] = {
	{ .name = "FILE|HOST:PORT", ARG(inspect_args, file),
	  .help = "PEM or DER, with any number of PEM blocks; - is standard input. Or a TLS endpoint" },
	{ .name = "passphrase-file", PATH(inspect_args, passphrase_file, "FILE"),
	  .help = "Open encrypted keys and PKCS #12 with the passphrase in FILE" },
	{ .name = "server-name", TEXT(inspect_args, server_name, "NAME"), .help = "Ask the endpoint for NAME (SNI) instead of its host" },
	{ .name = "timeout", DURATION(inspect_args, timeout_s, "T"), .min = 1, .help = "How long the endpoint may take; 10s unless said" },
	{ 0 },
};

const struct command inspect_command = {
	.name = "inspect",
	.summary = "what a certificate, CRL or key holds, or an endpoint serves",
	.about = "Shows every object of a file whole: each field, each extension by its RFC name, validity, key and fingerprints. "
	         "What is malformed is shown as such, and the rest of the file all the same.\n\n"
	         "Of a private key only its kind and its public half are shown. Nothing is judged here: that is what lint and verify do.\n\n"
	         "HOST:PORT is asked by a TLS handshake, and nothing but that is sent: version, cipher suite, group, signature, ALPN, the stapled "
	         "OCSP response, whether a client certificate is asked for and of which authorities, and the chain as it is served. "
	         "smtp://HOST, imap://HOST, pop3://HOST, ldap://HOST and postgres://HOST begin TLS by STARTTLS. What exists as a file is taken "
	         "as a file: tls://HOST:PORT is always an endpoint, and ./NAME always a file.",
	.opts = opts,
	.args_size = sizeof(struct inspect_args),
	.examples = {
	    { "catena inspect home/public/root.crt", "The root's certificate, field by field." },
	    { "catena inspect home/public/issuing.crl --json", "A CRL with all its entries, for scripts." },
	},
	.run = run,
};
