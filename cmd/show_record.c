#include <string.h>

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/record.h"
#include "cmd/see.h"
#include "der/pem.h"
#include "key/public.h"
#include "store/authority.h"
#include "store/list.h"
#include "store/revocation.h"
#include "x509/cert.h"
#include "x509/crl.h"

struct show_args {
	const char *selector;
};

/* One record and all that hangs on it. */
struct whole {
	pki *p;
	struct see see;
	ctn_cert_row row;
	ctn_request_row request;
	ctn_issuer_key_row issuer;
	ctn_revocation_row *revocations;
	size_t revocations_n;
	ctn_cert_row *lineage;
	size_t lineage_n;
	ctn_span der;
};

static bool
load(struct whole *w, const char *selector, struct ctn_err *e)
{
	ctn_ca *ca = w->p->ca;

	return record_pick_one(&w->row, w->p, selector, e) && ctn_store_request(&w->request, ca->store, w->row.request_id, ca->arena, e) &&
	       ctn_store_issuer_key(&w->issuer, ca->store, w->row.issuer_key_id, ca->arena, e) &&
	       ctn_store_revocations(&w->revocations, &w->revocations_n, ca->store, w->row.id, ca->arena, e) &&
	       ctn_store_certs_of_lineage(&w->lineage, &w->lineage_n, ca->store, w->row.lineage, ca->arena, e) &&
	       ctn_store_cert_der(&w->der, ca->store, w->row.id, ca->arena, e);
}

static void
show_identity(const struct whole *w)
{
	const struct see *s = &w->see;
	const ctn_cert_row *row = &w->row;
	CTN_OWN_BUF names = { 0 };

	record_members(show_json(s->out), row, s->now_s);
	see_text(s, NULL, "Serial", ctn_arena_hex(w->p->c->arena, row->serial));
	if (row->issued)
		see_text(s, NULL, "SHA-256", ctn_arena_hex(w->p->c->arena, (ctn_span){ row->sha256, sizeof row->sha256 }));
	see_text(s, NULL, "Status", ctn_cert_status(row, s->now_s));
	see_text(s, NULL, "Subject", row->subject[0] == '\0' ? "(empty)" : row->subject);
	record_names(&names, row, ", ");
	if (names.n > 0)
		see_buf(s, NULL, "Names", &names);
	see_text(s, NULL, "Profile", row->profile);
	see_text(s, NULL, "Authority", row->authority);
	see_hex(s, "issuer_key", "Issuer's key", w->issuer.key_id);
	see_time(s, NULL, "Not before", row->not_before);
	see_time(s, NULL, "Not after", row->not_after);
	see_text(s, NULL, "Owner", row->owner);
	see_text(s, "note", "Note", row->note);
	if (row->is_ca)
		see_bool(s, "ca", "CA certificate", true);
}

static void
show_key(const struct whole *w)
{
	const struct see *s = &w->see;
	struct ctn_err ignored;
	char kind[24];
	ctn_cert cert;
	ctn_spki spki;

	if (w->der.n > 0 && ctn_cert_parse(&cert, w->der, &ignored) && ctn_spki_parse(&spki, cert.spki, &ignored)) {
		ctn_key_kind_text(kind, spki.kind);
		see_text(s, "key_algorithm", "Key", kind);
	}
	see_hex(s, "spki_sha256", "Key's SHA-256", (ctn_span){ w->row.spki_sha256, sizeof w->row.spki_sha256 });
}

static void
show_serial_of(const struct whole *w, const char *key, const char *label, int64_t id)
{
	for (size_t i = 0; i < w->lineage_n; i++)
		if (w->lineage[i].id == id)
			see_hex(&w->see, key, label, w->lineage[i].serial);
}

static void
show_lineage(const struct whole *w)
{
	if (w->row.replaces != 0)
		show_serial_of(w, "replaces", "Replaces", w->row.replaces);
	for (size_t i = 0; i < w->lineage_n; i++)
		if (w->lineage[i].replaces == w->row.id && w->lineage[i].issued)
			see_hex(&w->see, "replaced_by", "Replaced by", w->lineage[i].serial);
	show_serial_of(w, "lineage", "Lineage since", w->row.lineage);
}

static void
show_revocation(struct whole *w)
{
	const ctn_revocation_row *r = w->revocations;
	struct see *s = &w->see;

	if (w->row.revoked == CTN_NOT_REVOKED || w->revocations_n == 0)
		return;
	see_open(s, "revocation", "Revocation");
	see_text(s, "reason", "Reason", ctn_crl_reason_name(r->reason));
	see_time(s, "at", "At", r->revoked_at);
	if (r->invalid_since != INT64_MIN)
		see_time(s, "compromised_since", "Compromised since", r->invalid_since);
	see_close(s);
}

static void
show_request(struct whole *w)
{
	struct see *s = &w->see;

	see_open(s, "request", "Request");
	see_text(s, "kind", "Kind", w->request.kind);
	see_time(s, "at", "At", w->request.at_s);
	see_text(s, "actor", "By", w->request.actor);
	see_bool(s, "csr", "With a CSR", w->request.csr.n > 0);
	see_close(s);
	see_time(s, "intended_at", "Intended at", w->row.intended_at);
	if (w->row.issued)
		see_time(s, "issued_at", "Issued at", w->row.issued_at);
}

static bool
show_pem(const struct whole *w, struct ctn_err *e)
{
	CTN_OWN_BUF pem = { 0 };

	if (w->der.n == 0)
		return true;
	ctn_pem_write(&pem, "CERTIFICATE", w->der);
	if (!ctn_buf_ok(&pem, e))
		return false;
	ctn_json_bytes(show_json(w->see.out), "certificate", ctn_buf_view(&pem));
	show_raw(w->see.out, ctn_buf_view(&pem));
	return true;
}

static int
run(struct cmd *c)
{
	const struct show_args *a = c->args;
	struct pki_wish wish = { .read_only = true };
	CTN_OWN(pki) p = NULL;
	struct whole w = { .see = { .out = c->out, .now_s = c->now_s } };
	struct ctn_err e = { 0 };

	if (!pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	w.p = p;
	if (!load(&w, a->selector, &e))
		return show_fail(c->out, &e);
	show_identity(&w);
	show_key(&w);
	show_lineage(&w);
	show_revocation(&w);
	show_request(&w);
	return show_pem(&w, &e) ? 0 : show_fail(c->out, &e);
}

static const struct opt opts[] = {
	{ .name = "SELECTOR", ARG(show_args, selector), .help = "Serial, SHA-256 fingerprint, certificate file, or a name: its newest certificate" },
	{ 0 },
};

const struct command show_command = {
	.name = "show",
	.summary = "everything about one certificate: record, request, revocation",
	.about = "The certificate itself follows as PEM, which openssl x509 finds behind the text. What it says in detail: catena inspect.",
	.opts = opts,
	.args_size = sizeof(struct show_args),
	.examples = {
	    { "catena show web.internal.example", "The newest certificate of that name." },
	    { "catena show web.internal.example.crt --json", "The record of a file, for scripts." },
	},
	.run = run,
};
