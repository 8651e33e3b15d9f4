#include "base/time.h"
#include "name/constraint.h"
#include "name/dn.h"
#include "policy/decision.h"
#include "policy/text.h"
#include "x509/ext.h"

/* As leaves are: a relying party whose clock is a little behind believes a chain on its first day too. */
#define AUTHORITY_BACKDATE_S 300

/** A buffer's bytes kept in the arena. */
static bool
keep(ctn_decision *d, ctn_span *out, const ctn_buf *b, struct ctn_err *e)
{
	if (!ctn_buf_ok(b, e))
		return false;
	out->n = b->n;
	out->p = ctn_arena_copy(d->arena, b->p, b->n);
	return out->p != NULL || ctn_fail_memory(e);
}

static void
judge_key(ctn_decision *d, const ctn_authority_policy *p, ctn_where where)
{
	char wanted[24], given[24];

	ctn_key_kind_text(wanted, p->key);
	ctn_key_kind_text(given, d->kind);
	if (d->kind.alg == p->key.alg && (d->kind.alg != CTN_KEY_RSA || d->kind.bits == p->key.bits))
		ctn_decision_rule(d, CTN_RULE_PASS, "key.algorithm", where, wanted, "the key is one");
	else
		ctn_decision_rule(d, CTN_RULE_FAIL, "key.algorithm", where, wanted, "the key is of kind %s, not %s", given, wanted);
}

static void
judge_lifetime(ctn_decision *d, const ctn_authority_policy *p, ctn_where where)
{
	char text[24], own[32], theirs[32];

	ctn_duration_text(text, p->lifetime_s);
	d->plan.fields.not_before = d->now_s - AUTHORITY_BACKDATE_S;
	d->plan.fields.not_after = d->now_s + p->lifetime_s - 1;
	ctn_time_text(own, d->plan.fields.not_after);
	if (d->plan.fields.not_after > CTN_TIME_NEVER) {
		ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime", where, text, "it would end after the year 9999");
		return;
	}
	if (d->issuer == NULL || d->plan.fields.not_after <= d->issuer->not_after) {
		ctn_decision_rule(d, CTN_RULE_PASS, "lifetime", where, text, "until %s", own);
		return;
	}
	ctn_time_text(theirs, d->issuer->not_after);
	ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime", where, text, "it would end at %s, after its issuer '%s' (%s)", own, d->issuer->authority,
	    theirs);
	ctn_decision_hint(d, "shorten its lifetime in ca.yaml, or first: catena ca renew %s", d->issuer->authority);
}

static void
judge_path_length(ctn_decision *d, const ctn_authority_policy *p, ctn_where where)
{
	const ctn_issuer_facts *i = d->issuer;
	CTN_OWN_BUF value = { .max = 64 };

	if (p->has_path_length)
		ctn_buf_printf(&value, "%u", p->path_length);
	else
		ctn_buf_text(&value, "none");
	if (ctn_buf_cstr(&value) == NULL)
		d->no_memory = true;
	else if (i != NULL && i->has_path_len && i->path_len == 0)
		ctn_decision_rule(d, CTN_RULE_FAIL, "path_length", where, ctn_buf_cstr(&value),
		    "its issuer '%s' has path length 0: it cannot issue authorities (RFC 5280 4.2.1.9)", i->authority);
	else if (i != NULL && i->has_path_len && p->path_length >= i->path_len) /* 0 when it is not said */
		ctn_decision_rule(d, CTN_RULE_FAIL, "path_length", where, ctn_buf_cstr(&value), "%u must be less than the %u of its issuer '%s'",
		    p->path_length, i->path_len, i->authority);
	else
		ctn_decision_rule(d, CTN_RULE_PASS, "path_length", where, ctn_buf_cstr(&value), "fits");
	d->plan.fields.has_path_len = p->has_path_length;
	d->plan.fields.path_len = p->path_length;
}

/** Subject and constraints as DER. */
static bool
fill_names(ctn_decision *d, const ctn_authority_policy *p, ctn_where where, struct ctn_err *e)
{
	CTN_OWN_BUF subject = { 0 }, constraints = { 0 }, text = { .max = 65536 };
	ctn_cert_fields *f = &d->plan.fields;

	if (!ctn_dn_write(&subject, p->subject, p->subject_n, e) || !keep(d, &f->subject_der, &subject, e))
		return ctn_wrap(e, "subject of '%s'", p->name);
	f->subject = p->subject;
	f->subject_n = p->subject_n;
	ctn_dn_text(&text, f->subject_der);
	if (ctn_buf_cstr(&text) == NULL)
		return ctn_fail_memory(e);
	ctn_decision_rule(d, CTN_RULE_PASS, "subject", where, ctn_buf_cstr(&text), "%s", ctn_buf_cstr(&text));
	ctn_decision_rule(d, p->permitted_n + p->excluded_n > 0 ? CTN_RULE_PASS : CTN_RULE_UNUSED, "name_constraints", where,
	    p->permitted_n + p->excluded_n > 0 ? "set" : "none", "%zu permitted, %zu excluded", p->permitted_n, p->excluded_n);
	if (p->permitted_n + p->excluded_n > 0)
		ctn_constraints_write(&constraints, p->permitted, p->permitted_n, p->excluded, p->excluded_n);
	return keep(d, &f->name_constraints, &constraints, e);
}

static bool
fill_key(ctn_decision *d, const ctn_spki *key, struct ctn_err *e)
{
	ctn_cert_fields *f = &d->plan.fields;
	uint8_t *id = ctn_arena_new(d->arena, uint8_t, 20);

	if (id == NULL)
		return ctn_fail_memory(e);
	f->spki = key->der;
	f->subject_key_id = (ctn_span){ id, 20 };
	return ctn_spki_key_id(id, key, e);
}

static void
fill_issuer(ctn_decision *d)
{
	const ctn_issuer_facts *i = d->issuer;
	ctn_cert_fields *f = &d->plan.fields;

	f->sig_alg = i != NULL ? i->sig_alg : ctn_sig_alg_for(d->kind.alg);
	f->issuer = i != NULL ? i->subject : f->subject_der;
	if (i == NULL)
		return;
	f->authority_key_id = i->key_id;
	f->crl_urls = i->crl_urls;
	f->crl_urls_n = i->crl_urls_n;
	f->ca_issuer_urls = i->ca_issuer_urls;
	f->ca_issuer_urls_n = i->ca_issuer_urls_n;
}

bool
ctn_decide_authority(ctn_plan *out, const ctn_authority_policy *p, const char *file, ctn_span spki, const ctn_issuer_facts *issuer, int64_t now_s,
    ctn_arena *a, struct ctn_err *e)
{
	ctn_decision d = { .issuer = issuer, .now_s = now_s, .arena = a, .plan = { .allowed = true } };
	const ctn_where where = { .file = file, .line = p->where.line, .column = p->where.column };
	ctn_spki key;

	if (!ctn_spki_parse(&key, spki, e))
		return ctn_wrap(e, "key of '%s'", p->name);
	d.kind = key.kind;
	if (issuer != NULL)
		ctn_decision_issuer(&d, where);
	else
		ctn_decision_rule(&d, CTN_RULE_PASS, "issuer", where, p->name, "it signs itself");
	if (!fill_names(&d, p, where, e) || !fill_key(&d, &key, e))
		return false;
	judge_key(&d, p, where);
	judge_lifetime(&d, p, where);
	judge_path_length(&d, p, where);
	fill_issuer(&d);
	d.plan.fields.is_ca = true;
	d.plan.fields.key_usage = CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN;
	d.plan.fields.eku = p->eku;
	d.plan.fields.eku_n = p->eku_n;
	d.plan.generate = p->key;
	if (d.no_memory)
		return ctn_fail_memory(e);
	*out = d.plan;
	return true;
}
