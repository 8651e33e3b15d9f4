#include "ca/request.h"

#include <string.h>

#include "ca/chain.h"
#include "der/pem.h"
#include "x509/csr.h"

static const char *const csr_labels[] = { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", NULL };

/* A request is for those whose issuer cannot sign here. */
static bool
needs_request(ctn_ca *ca, const ctn_authority_policy *entry, struct ctn_err *e)
{
	struct ctn_err none = { 0 };
	ctn_issuer_key_row issuer;

	if (entry->issuer == NULL) {
		ctn_fail(e, CTN_EINPUT, "authority %s signs itself (%s:%u)", entry->name, entry->where.file, entry->where.line);
		return ctn_hint(e, "catena ca create %s; or write `issuer: external` there", entry->name);
	}
	if (strcmp(entry->issuer, "external") == 0)
		return true;
	if (!ctn_store_issuer_key_of(&issuer, ca->store, entry->issuer, ca->arena, &none) || issuer.file == NULL)
		return true;
	ctn_fail(e, CTN_EINPUT, "the key of its issuer %s is in this home", entry->issuer);
	return ctn_hint(e, "catena ca create %s", entry->name);
}

static bool
build_csr(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_policy *entry, struct ctn_err *e)
{
	CTN_OWN_BUF subject = { 0 };
	CTN_OWN_BUF info = { 0 };
	CTN_OWN_BUF der = { 0 };

	if (!ctn_dn_write(&subject, entry->subject, entry->subject_n, e) ||
	    !ctn_csr_build_info(&info, ctn_buf_view(&subject), out->key.spki, (ctn_span){ NULL, 0 }, e))
		return ctn_wrap(e, "request of authority %s", entry->name);
	if (!ctn_mint_csr(&der, ca->mint, out->key.id, ctn_buf_view(&info), e))
		return false;
	out->csr = (ctn_span){ ctn_arena_copy(ca->arena, der.p, der.n), der.n };
	return out->csr.p != NULL || ctn_fail_memory(e);
}

bool
ctn_ca_csr(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_wish *wish, struct ctn_err *e)
{
	const ctn_authority_policy *entry;
	ctn_policies policies;

	memset(out, 0, sizeof *out);
	if (!ctn_authority_entry(&entry, &policies, ca, wish->name, e) || !needs_request(ca, entry, e))
		return false;
	out->allowed = true;
	out->name = entry->name;
	if (wish->dry_run)
		return true;
	if (!ctn_ca_begin_act(ca, e) || !ctn_mint_allowed(ca->mint, e) || !ctn_authority_key(&out->key, ca, entry, wish->no_passphrase, e))
		return false;
	return build_csr(out, ca, entry, e) && ctn_ca_end_act(ca, e);
}

/* ---- signing in the home above */

struct signing {
	ctn_ca *ca;
	ctn_policies policies;
	const ctn_authority_policy *entry;
	ctn_chain chain;
	ctn_issuer_facts facts;
	ctn_csr csr;
	ctn_plan plan;
	ctn_draft draft;
};

static bool
read_csr(struct signing *s, ctn_span given, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .max = CTN_CSR_MAX + 1 };
	ctn_span copy;

	if (!ctn_pem_one(&der, given, csr_labels, e))
		return ctn_wrap(e, "request");
	copy = (ctn_span){ ctn_arena_copy(s->ca->arena, der.p, der.n), der.n };
	if (copy.p == NULL)
		return ctn_fail_memory(e);
	return ctn_csr_parse(&s->csr, copy, e) || ctn_wrap(e, "request");
}

static bool
entry_fits(struct signing *s, const ctn_sign_args *args, struct ctn_err *e)
{
	const char *issuer = s->entry->issuer;

	if (issuer == NULL) {
		ctn_fail(e, CTN_EINPUT, "%s:%u: %s is a root, which no other authority signs", s->entry->where.file, s->entry->where.line, args->as);
		return ctn_hint(e, "--as names the entry of the authority that the request is for, or write `issuer: %s` there", args->by);
	}
	if (strcmp(issuer, args->by) == 0)
		return true;
	ctn_fail(e, CTN_EINPUT, "%s:%u: the issuer of %s is %s, not %s", s->entry->where.file, s->entry->where.line, args->as, issuer, args->by);
	return ctn_hint(e, "sign it with --by %s, or write `issuer: %s` there", issuer, args->by);
}

static bool
judge(struct signing *s, ctn_authority_result *out, struct ctn_err *e)
{
	ctn_draft *d = &s->draft;

	d->plan = &s->plan;
	d->chain = &s->chain;
	d->key = &s->chain.key;
	d->role = CTN_ROLE_CA;
	d->fail_on = CTN_LINT_ERROR;
	d->lint_where = s->entry->where;
	d->version_name = "ca";
	d->version_digest = s->policies.ca_digest;
	d->version_text = s->policies.ca_text;
	d->request = (ctn_request_row){ .kind = "authority", .profile = "ca", .names = s->entry->name, .csr = s->csr.der };
	if (!ctn_draft_serial(d, s->chain.key.shards, s->ca, e) || !ctn_chain_facts(&s->facts, &s->chain, &s->policies, d->shard, s->ca, e) ||
	    !ctn_decide_authority(&s->plan, s->entry, s->entry->where.file, s->csr.key.der, &s->facts, s->ca->now_s, s->ca->arena, e))
		return false;
	if (!s->plan.allowed)
		return ctn_reasons_of_plan(&out->reasons, &s->plan, s->ca->arena, e);
	return ctn_draft_judge(d, &out->reasons, s->csr.key.der, s->ca, e);
}

static bool
finish(struct signing *s, ctn_authority_result *out, struct ctn_err *e)
{
	if (!out->allowed)
		return ctn_draft_refuse(&s->draft, &out->reasons, s->ca, e) && ctn_ca_end_act(s->ca, e);
	if (!ctn_mint_ready(s->ca->mint, s->chain.key.id, e) || !ctn_draft_commit(&s->draft, s->ca, e) || !ctn_cert_parse(&out->cert, s->draft.der, e))
		return false;
	out->log_index = s->draft.log_index;
	return ctn_ca_end_act(s->ca, e);
}

bool
ctn_ca_sign(ctn_authority_result *out, ctn_ca *ca, const ctn_sign_args *args, struct ctn_err *e)
{
	struct signing s = { .ca = ca };

	memset(out, 0, sizeof *out);
	if (!ctn_authority_entry(&s.entry, &s.policies, ca, args->as, e) || !entry_fits(&s, args, e) || !ctn_chain_of(&s.chain, ca, args->by, e) ||
	    !read_csr(&s, args->csr, e) || !judge(&s, out, e))
		return false;
	out->allowed = out->reasons.n == 0;
	out->name = args->as;
	out->cert = s.draft.view;
	out->chain_n = s.chain.n;
	out->chain = ctn_arena_new(ca->arena, ctn_span, CTN_CHAIN_MAX);
	if (out->chain == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < s.chain.n; i++)
		out->chain[i] = s.chain.certs[i].der;
	return args->dry_run || (ctn_ca_begin_act(ca, e) && finish(&s, out, e));
}
