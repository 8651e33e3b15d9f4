#include "cmd/issued.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "der/oid.h"
#include "der/pem.h"
#include "hash/hash.h"
#include "name/dn.h"

static bool
to_stdout(const struct issued_out *o)
{
	return o->dir != NULL && strcmp(o->dir, "-") == 0;
}

/* Called after its first DNS name, else its first name, else its CN. */
static char *
base_name(const ctn_plan *plan, ctn_arena *a)
{
	const ctn_cert_fields *f = &plan->fields;
	const char *name = f->names_n > 0 ? f->names[0].text : NULL;

	for (size_t i = 0; i < f->names_n; i++)
		if (f->names[i].type == CTN_NAME_DNS) {
			name = f->names[i].text;
			break;
		}
	for (size_t i = 0; name == NULL && i < f->subject_n; i++)
		if (ctn_span_equal(f->subject[i].oid, ctn_oid_at_common_name))
			name = f->subject[i].value;
	return ctn_file_safe_name(a, name != NULL ? name : "certificate");
}

static bool
is_free(const char *path, bool force, struct ctn_err *e)
{
	if (force || !ctn_file_exists(path))
		return true;
	ctn_fail(e, CTN_EEXISTS, "%s exists; nothing was signed", path);
	return ctn_hint(e, "another folder with --out DIR, or --force to replace it");
}

static bool
is_folder(const char *dir, struct ctn_err *e)
{
	struct stat st;
	bool there = stat(dir, &st) == 0, missing = !there && errno == ENOENT;

	if (!there || (S_ISDIR(st.st_mode) && access(dir, W_OK | X_OK) != 0)) {
		(void)ctn_fail_errno(e, CTN_EFILE, "--out %s", dir);
		return missing && ctn_hint(e, "the files go into a folder that is there: mkdir -p '%s'", dir);
	}
	return S_ISDIR(st.st_mode) || ctn_fail(e, CTN_EFILE, "--out %s: it is a file, not a folder", dir);
}

bool
issued_ready(void *ctx, const ctn_plan *plan, struct ctn_err *e)
{
	struct issued_out *o = ctx;
	const char *dir = o->dir != NULL ? o->dir : ".", *folder, *slash;
	ctn_arena *a = o->c->arena;
	char *name;

	if (to_stdout(o))
		return true;
	if (!is_folder(dir, e))
		return false;
	name = base_name(plan, a);
	if (name == NULL)
		return ctn_fail_memory(e);
	folder = strcmp(dir, ".") == 0 ? "" : dir;
	slash = *folder == '\0' || folder[strlen(folder) - 1] == '/' ? "" : "/";
	o->key = ctn_arena_printf(a, "%s%s%s.key", folder, slash, name);
	o->certificate = ctn_arena_printf(a, "%s%s%s.crt", folder, slash, name);
	o->chain = ctn_arena_printf(a, "%s%s%s.chain.crt", folder, slash, name);
	if (o->key == NULL || o->certificate == NULL || o->chain == NULL)
		return ctn_fail_memory(e);
	return (!o->with_key || is_free(o->key, o->force, e)) && is_free(o->certificate, o->force, e) && is_free(o->chain, o->force, e);
}

/* "policy server: names.dns: ... (policies/server.yaml:22)" */
static void
refuse(struct ctn_err *e, const char *profile, const ctn_reason *r)
{
	if (r->file != NULL && r->line > 0)
		ctn_fail(e, CTN_EPOLICY, "policy %s: %s: %s (%s:%u)", profile, r->rule, r->text, r->file, r->line);
	else
		ctn_fail(e, CTN_EPOLICY, "policy %s: %s: %s", profile, r->rule, r->text);
}

int
issued_refused(struct cmd *c, const char *profile, const ctn_reasons *reasons, const char *hint)
{
	struct ctn_err e = { 0 };

	for (size_t i = 0; i < reasons->n; i++) {
		const ctn_reason *r = &reasons->at[i];
		struct ctn_err one = { 0 };

		show_reason(c->out, r->rule, r->text, r->file, (int)r->line);
		refuse(i == 0 ? &e : &one, profile, r);
		if (i > 0)
			show_also(c->out, "%s", one.text);
	}
	if (hint != NULL)
		ctn_hint(&e, "%s", hint);
	return show_fail(c->out, &e);
}

static void
show_names(struct cmd *c, const ctn_cert *cert)
{
	const ctn_ext *san = ctn_exts_find(&cert->exts, ctn_oid_subject_alt_name);
	ctn_json_out *j = show_json(c->out);
	CTN_OWN_BUF text = { 0 };
	struct ctn_err ignored;
	ctn_general_name name;
	ctn_der names;

	ctn_json_array(j, "names");
	if (san != NULL && ctn_ext_general_names(&names, san->value, &ignored))
		while (!ctn_der_end(&names) && ctn_general_next(&names, &name)) {
			CTN_OWN_BUF one = { 0 };

			ctn_general_text(&one, &name);
			ctn_json_bytes(j, NULL, ctn_buf_view(&one));
			ctn_buf_text(&text, text.n == 0 ? "" : ", ");
			ctn_buf_span(&text, ctn_buf_view(&one));
		}
	ctn_json_close_array(j);
	if (text.n > 0 && ctn_buf_cstr(&text) != NULL)
		show_line(c->out, "%-17s %s", "Names:", ctn_buf_cstr(&text));
}

static bool
text_of(const char **out, ctn_buf *b, ctn_arena *a, struct ctn_err *e)
{
	*out = ctn_buf_cstr(b) == NULL ? NULL : ctn_arena_text(a, ctn_buf_cstr(b));
	return *out != NULL || ctn_fail_memory(e);
}

static void
show_time(struct cmd *c, const char *key, const char *label, int64_t at_s)
{
	char text[32];

	ctn_time_text(text, at_s);
	ctn_json_text(show_json(c->out), key, text);
	show_line(c->out, "%-17s %s", label, text);
}

bool
issued_certificate(struct cmd *c, const ctn_cert *cert, struct ctn_err *e)
{
	const char *serial = ctn_cert_serial_text(cert, c->arena), *subject;
	CTN_OWN_BUF dn = { 0 };
	uint8_t sha256[32];
	bool is_signed = cert->signature.n > 0;

	ctn_dn_text(&dn, cert->subject);
	if (serial == NULL || !text_of(&subject, &dn, c->arena, e) || (is_signed && !ctn_sha256(sha256, cert->der, e)))
		return false;
	ctn_json_text(show_json(c->out), "serial", serial);
	show_line(c->out, "%-17s %s", "Serial:", serial);
	if (is_signed)
		ctn_json_hex(show_json(c->out), "sha256", (ctn_span){ sha256, sizeof sha256 });
	ctn_json_text(show_json(c->out), "subject", subject);
	if (*subject != '\0')
		show_line(c->out, "%-17s %s", "Subject:", subject);
	show_names(c, cert);
	show_time(c, "not_before", "Not before:", cert->not_before);
	show_time(c, "not_after", "Not after:", cert->not_after);
	return true;
}

static void
show_dropped(struct cmd *c, const ctn_plan *plan)
{
	ctn_json_out *j = show_json(c->out);

	ctn_json_array(j, "dropped");
	for (size_t i = 0; i < plan->dropped_n; i++) {
		const ctn_dropped *d = &plan->dropped[i];

		ctn_json_object(j, NULL);
		ctn_json_text(j, "from", d->from);
		ctn_json_text(j, "what", d->what);
		ctn_json_text(j, "why", d->why);
		ctn_json_close_object(j);
		show_note(c->out, "dropped from the %s: %s (%s)", d->from, d->what, d->why);
	}
	ctn_json_close_array(j);
}

static void
show_findings(struct cmd *c, const ctn_issued *i)
{
	for (size_t k = 0; k < i->findings_n; k++)
		if (i->findings[k].level != CTN_LINT_NOTICE)
			show_warn(c->out, "lint %s: %s (%s)", i->findings[k].id, i->findings[k].text, i->findings[k].cite);
}

struct pems {
	ctn_buf certificate, chain, key;
};

static void
pems_free(struct pems *p)
{
	ctn_buf_free(&p->certificate);
	ctn_buf_free(&p->chain);
	ctn_buf_free(&p->key);
}

static bool
make_pems(struct pems *p, const ctn_issued *i, struct ctn_err *e)
{
	p->key.secret = true;
	ctn_pem_write(&p->certificate, "CERTIFICATE", i->der);
	ctn_pem_write(&p->chain, "CERTIFICATE", i->der);
	for (size_t k = 0; k < i->chain_n; k++)
		ctn_pem_write(&p->chain, "CERTIFICATE", i->chain[k]);
	if (!ctn_buf_ok(&p->certificate, e) || !ctn_buf_ok(&p->chain, e))
		return false;
	return i->key == NULL || ctn_privkey_encode(&p->key, i->key, NULL, e);
}

static bool
write_files(struct issued_out *o, const struct pems *p, const ctn_issued *i, struct ctn_err *e)
{
	mode_t mode = 0666 & ~o->c->caller_mask;
	ctn_json_out *j = show_json(o->c->out);

	if (i->key != NULL && !ctn_file_write(o->key, ctn_buf_view(&p->key), 0600, o->force, e))
		return false;
	if (!ctn_file_write(o->certificate, ctn_buf_view(&p->certificate), mode, o->force, e) ||
	    !ctn_file_write(o->chain, ctn_buf_view(&p->chain), mode, o->force, e))
		return false;
	ctn_json_object(j, "files");
	ctn_json_text(j, "certificate", o->certificate);
	ctn_json_text(j, "chain", o->chain);
	if (i->key != NULL)
		ctn_json_text(j, "key", o->key);
	ctn_json_close_object(j);
	show_line(o->c->out, "%-17s %s, %s%s%s", "Files:", o->certificate, o->chain, i->key != NULL ? ", " : "", i->key != NULL ? o->key : "");
	return true;
}

static void
print_pems(struct issued_out *o, struct pems *p, const ctn_issued *i)
{
	ctn_json_out *j = show_json(o->c->out);

	/* The document holds a private key from here on. */
	o->c->out->body.secret = o->c->out->body.secret || i->key != NULL;
	ctn_json_bytes(j, "certificate", ctn_buf_view(&p->certificate));
	ctn_json_bytes(j, "chain", ctn_buf_view(&p->chain));
	if (i->key != NULL)
		ctn_json_bytes(j, "key", ctn_buf_view(&p->key));
	show_raw(o->c->out, ctn_buf_view(&p->key));
	show_raw(o->c->out, ctn_buf_view(&p->chain));
}

bool
issued_show(struct issued_out *o, const ctn_issued *i, struct ctn_err *e)
{
	__attribute__((cleanup(pems_free))) struct pems p = { 0 };
	struct cmd *c = o->c;
	bool shown = true;

	if (!make_pems(&p, i, e))
		return ctn_wrap(e, "the certificate is issued and recorded, but");
	if (to_stdout(o)) {
		/* In text form standard output is for the PEM alone. */
		if (c->out->json)
			shown = issued_certificate(c, &i->cert, e);
		print_pems(o, &p, i);
	} else {
		shown = issued_certificate(c, &i->cert, e);
		if (!write_files(o, &p, i, e))
			return ctn_wrap(e, "the certificate is issued and recorded, but");
	}
	ctn_json_text(show_json(c->out), "authority", i->authority);
	ctn_json_int(show_json(c->out), "log_index", (int64_t)i->log_index);
	show_dropped(c, &i->plan);
	show_findings(c, i);
	return shown;
}

bool
issued_show_dry(struct cmd *c, const ctn_issued *i, struct ctn_err *e)
{
	show_line(c->out, "would be issued by %s, nothing was signed or stored:", i->authority);
	if (!issued_certificate(c, &i->cert, e))
		return false;
	ctn_json_text(show_json(c->out), "authority", i->authority);
	ctn_json_bool(show_json(c->out), "dry_run", true);
	show_dropped(c, &i->plan);
	show_findings(c, i);
	return true;
}
