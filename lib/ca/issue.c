#include "ca/issue.h"

#include <string.h>

#include "der/pem.h"
#include "store/find.h"

static const char *const csr_labels[] = { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", NULL };

/* One request on its way through issue. */
struct work {
	ctn_ca *ca;
	const ctn_issue_args *args;
	ctn_policies policies;
	const ctn_profile *profile;
	ctn_chain chain;
	ctn_issuer_facts facts;
	ctn_csr csr;
	bool has_csr;
	ctn_spki kept;
	ctn_request request;
	ctn_draft draft;
};

static bool
read_csr(struct work *w, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .max = CTN_CSR_MAX + 1 };
	ctn_span copy;

	if (w->args->csr.n == 0)
		return true;
	if (!ctn_pem_one(&der, w->args->csr, csr_labels, e))
		return ctn_wrap(e, "request");
	copy = (ctn_span){ ctn_arena_copy(w->ca->arena, der.p, der.n), der.n };
	if (copy.p == NULL)
		return ctn_fail_memory(e);
	if (!ctn_csr_parse(&w->csr, copy, e))
		return ctn_wrap(e, "request");
	w->has_csr = true;
	return true;
}

/* A key that is kept was proven when it was certified first. */
static bool
keep_key(struct work *w, struct ctn_err *e)
{
	if (w->args->spki.n == 0)
		return true;
	w->request.key = &w->kept;
	return ctn_spki_parse(&w->kept, w->args->spki, e) && ctn_spki_check(&w->kept, e);
}

/* Some name errors quote the name, some do not. */
static bool
fail_name(const char *text, struct ctn_err *e)
{
	return *text != '\0' && strstr(e->text, text) != NULL ? ctn_wrap(e, "name") : ctn_wrap(e, "name '%.80s'", text);
}

static bool
read_names(struct work *w, struct ctn_err *e)
{
	ctn_name *names = ctn_arena_new(w->ca->arena, ctn_name, w->args->names_n + 1);

	if (names == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < w->args->names_n; i++)
		if (!ctn_name_parse(&names[i], w->args->names[i], w->ca->arena, e))
			return fail_name(w->args->names[i], e);
	w->request.names = names;
	w->request.names_n = w->args->names_n;
	return true;
}

/* What was asked for, one a line, as the record keeps it. */
static const char *
asked_names(const struct work *w)
{
	CTN_OWN_BUF b = { 0 };

	for (size_t i = 0; i < w->request.names_n; i++)
		ctn_buf_printf(&b, "%s%s", i == 0 ? "" : "\n", w->request.names[i].text);
	return ctn_buf_cstr(&b) == NULL ? NULL : ctn_arena_text(w->ca->arena, ctn_buf_cstr(&b));
}

static bool
fill_draft(struct work *w, ctn_plan *plan, struct ctn_err *e)
{
	ctn_draft *d = &w->draft;
	const ctn_issue_args *args = w->args;

	d->plan = plan;
	d->chain = &w->chain;
	d->key = &w->chain.key;
	d->role = CTN_ROLE_LEAF;
	d->fail_on = w->profile->lint_fail_on;
	d->ignore = w->profile->lint_ignore;
	d->lint_where = ctn_profile_where(w->profile, "lint.fail_on");
	d->version_name = w->profile->name;
	d->version_digest = w->profile->digest;
	d->version_text = w->profile->text;
	d->lineage = args->lineage;
	d->replaces = args->replaces;
	d->request = (ctn_request_row){ .kind = args->kind != NULL ? args->kind : "issue", .profile = w->profile->name, .names = asked_names(w),
		.csr = w->csr.der, .lifetime_s = args->lifetime_s, .owner = args->owner, .note = args->note };
	return d->request.names != NULL || ctn_fail_memory(e);
}

static bool
prepare(struct work *w, ctn_issued *out, struct ctn_err *e)
{
	ctn_ca *ca = w->ca;
	const ctn_issue_args *args = w->args;

	if (!ctn_ca_policies(&w->policies, &w->profile, ca, args->profile, e))
		return false;
	if (!read_csr(w, e) || !keep_key(w, e) || !read_names(w, e))
		return false;
	if (!ctn_chain_of(&w->chain, ca, w->profile->issuer, e))
		return ctn_wrap(e, "profile %s", w->profile->name);
	if (!fill_draft(w, &out->plan, e) || !ctn_draft_serial(&w->draft, w->chain.key.shards, ca, e))
		return false;
	if (!ctn_chain_facts(&w->facts, &w->chain, &w->policies, w->draft.shard, ca, e))
		return false;
	w->request.profile = args->profile;
	w->request.csr = w->has_csr ? &w->csr : NULL;
	w->request.lifetime_s = args->lifetime_s;
	w->request.owner = args->owner;
	w->request.note = args->note;
	out->authority = w->facts.authority;
	return true;
}

/* The key to certify: from the request, kept, or made now. A dry run makes one too, to show the certificate whole. */
static bool
take_key(ctn_span *spki, struct work *w, ctn_issued *out, struct ctn_err *e)
{
	CTN_OWN_BUF made = { 0 };

	if (w->has_csr || w->request.key != NULL) {
		*spki = w->has_csr ? w->csr.key.der : w->kept.der;
		return true;
	}
	if (!ctn_privkey_generate(&out->key, out->plan.generate, e) || !ctn_privkey_spki(&made, out->key, e))
		return ctn_wrap(e, "making the key");
	*spki = (ctn_span){ ctn_arena_copy(w->ca->arena, made.p, made.n), made.n };
	return spki->p != NULL || ctn_fail_memory(e);
}

static bool
judge_reuse(struct work *w, ctn_issued *out, struct ctn_err *e)
{
	ctn_where where = ctn_profile_where(w->profile, "key.reuse");
	ctn_reason r = { .rule = "key.reuse", .file = where.file, .line = where.line };
	ctn_span serial;
	bool used;

	if (out->key != NULL || out->plan.key_reuse_allowed)
		return true;
	if (!ctn_store_key_used(&used, &serial, w->ca->store, w->draft.row.spki_sha256, w->args->lineage, w->ca->arena, e))
		return false;
	w->draft.row.key_is_own = true;
	if (!used)
		return true;
	r.text = ctn_arena_printf(w->ca->arena, "another certificate has this key already (serial %s)", ctn_arena_hex(w->ca->arena, serial));
	if (r.text == NULL)
		return ctn_fail_memory(e);
	if (out->hint == NULL)
		out->hint = "make a new key for it; for new dates of the same certificate: catena renew";
	return ctn_reasons_add(&out->reasons, &r, w->ca->arena, e);
}

static bool
judge(struct work *w, ctn_issued *out, struct ctn_err *e)
{
	ctn_span spki;

	if (!ctn_decide(&out->plan, &w->request, w->profile, &w->facts, w->ca->now_s, w->ca->arena, e))
		return false;
	out->hint = out->plan.hint;
	if (!out->plan.allowed)
		return ctn_reasons_of_plan(&out->reasons, &out->plan, w->ca->arena, e);
	if (!take_key(&spki, w, out, e) || !ctn_draft_judge(&w->draft, &out->reasons, spki, w->ca, e))
		return false;
	return judge_reuse(w, out, e);
}

/* Intermediates from the issuer upwards; whoever trusts the anchor has it. */
static bool
show_chain(ctn_issued *out, const ctn_chain *c, ctn_arena *a, struct ctn_err *e)
{
	out->chain_n = c->complete ? c->n - 1 : c->n;
	out->chain = ctn_arena_new(a, ctn_span, out->chain_n == 0 ? 1 : out->chain_n);
	if (out->chain == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < out->chain_n; i++)
		out->chain[i] = c->certs[i].der;
	return true;
}

static bool
show_draft(ctn_issued *out, const struct work *w, struct ctn_err *e)
{
	const ctn_draft *d = &w->draft;

	out->cert = d->view;
	out->findings = d->findings;
	out->findings_n = d->findings_n;
	out->der = d->der;
	out->certificate_id = d->row.id;
	out->log_index = d->log_index;
	if (d->der.n > 0 && !ctn_cert_parse(&out->cert, d->der, e))
		return false;
	return show_chain(out, &w->chain, w->ca->arena, e);
}

static bool
record(struct work *w, ctn_issued *out, struct ctn_err *e)
{
	ctn_ca *ca = w->ca;

	if (!ctn_ca_begin_act(ca, e))
		return false;
	if (!out->allowed)
		return (ctn_draft_refuse(&w->draft, &out->reasons, ca, e) || ctn_wrap(e, "recording the refusal")) && ctn_ca_end_act(ca, e);
	if (w->args->ready != NULL && !w->args->ready(w->args->ctx, &out->plan, e))
		return false;
	if (!ctn_mint_ready(ca->mint, w->chain.key.id, e) || !ctn_draft_commit(&w->draft, ca, e))
		return false;
	return ctn_ca_end_act(ca, e);
}

bool
ctn_ca_issue(ctn_issued *out, ctn_ca *ca, const ctn_issue_args *args, struct ctn_err *e)
{
	struct work w = { .ca = ca, .args = args };

	bool ok;

	memset(out, 0, sizeof *out);
	ok = prepare(&w, out, e) && judge(&w, out, e);
	out->allowed = ok && out->reasons.n == 0;
	ok = ok && (args->dry_run || record(&w, out, e)) && (w.draft.tbs.n == 0 || show_draft(out, &w, e));
	if (!ok)
		ctn_issued_free(out);
	return ok;
}

void
ctn_issued_free(ctn_issued *i)
{
	ctn_privkey_free(i->key);
	i->key = NULL;
}
