#include "policy/decide.h"

#include <stdio.h>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/text.h"
#include "x509/ext.h"

#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)

#define SIGNING_BITS \
	(CTN_KU_DIGITAL_SIGNATURE | CTN_KU_CONTENT_COMMITMENT | CTN_KU_KEY_CERT_SIGN | CTN_KU_CRL_SIGN)

uint32_t
ctn_key_usage_fit(uint32_t mask, enum ctn_key_alg alg)
{
	uint32_t fit = SIGNING_BITS;

	if (alg == CTN_KEY_UNKNOWN)
		return 0;
	if (alg == CTN_KEY_RSA)
		fit |= CTN_KU_KEY_ENCIPHERMENT | CTN_KU_DATA_ENCIPHERMENT; /* RFC 3279 2.3.1 */
	if (alg == CTN_KEY_P256 || alg == CTN_KEY_P384 || alg == CTN_KEY_P521)
		fit |= CTN_KU_KEY_AGREEMENT | CTN_KU_ENCIPHER_ONLY | CTN_KU_DECIPHER_ONLY; /* RFC 5480 3 */
	return mask & fit;
}

/** A value put together in b as text; "" when memory ran out. */
static const char *
text_of(ctn_decision *d, ctn_buf *b)
{
	const char *text = ctn_buf_cstr(b);

	if (text == NULL)
		d->no_memory = true;
	return text == NULL ? "" : text;
}

/* Lifetime */

/** The longest round lifetime that still fits. */
static int64_t
round_down(int64_t seconds)
{
	if (seconds >= DAY_S)
		return seconds - seconds % DAY_S;
	return seconds >= HOUR_S ? seconds - seconds % HOUR_S : seconds;
}

static void
decide_max(ctn_decision *d, int64_t lifetime_s)
{
	const ctn_profile *p = d->profile;
	ctn_where where = ctn_decision_where(d, "lifetime.max");
	char asked[24], back[24], max[24], most[24];

	ctn_duration_text(max, p->lifetime.max_s);
	ctn_duration_text(back, p->backdate_s);
	if (lifetime_s < 1) {
		ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime.max", where, max, "a lifetime of %lld s: at least 1 s", (long long)lifetime_s);
		return;
	}
	ctn_duration_text(asked, lifetime_s);
	if (lifetime_s > p->lifetime.max_s)
		ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime.max", where, max, "%s is over %s", asked, max);
	else if (lifetime_s + p->backdate_s > p->lifetime.max_s)
		ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime.max", where, max,
		    "%s and the %s that backdate adds in front are over %s, both ends counted", asked, back, max);
	else
		ctn_decision_rule(d, CTN_RULE_PASS, "lifetime.max", where, max, "%s fits", asked);
	if (lifetime_s > p->lifetime.max_s - p->backdate_s) {
		ctn_duration_text(most, round_down(p->lifetime.max_s - p->backdate_s));
		ctn_decision_hint(d, "ask for at most %s", most);
	}
}

static void
decide_past_issuer(ctn_decision *d)
{
	const bool shorten = d->profile->lifetime.shorten;
	ctn_where where = ctn_decision_where(d, "lifetime.past_issuer");
	const char *value = shorten ? "shorten" : "refuse";
	char own[32], theirs[32], left[24];

	if (d->plan.fields.not_after <= d->issuer->not_after) {
		ctn_decision_rule(d, CTN_RULE_UNUSED, "lifetime.past_issuer", where, value, "the issuer lasts longer");
		return;
	}
	ctn_time_text(own, d->plan.fields.not_after);
	ctn_time_text(theirs, d->issuer->not_after);
	if (shorten) {
		d->plan.fields.not_after = d->issuer->not_after;
		ctn_decision_rule(d, CTN_RULE_PASS, "lifetime.past_issuer", where, value, "shortened from %s to the end of authority '%s', %s", own,
		    d->issuer->authority, theirs);
		return;
	}
	ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime.past_issuer", where, value, "it would end at %s, after authority '%s' (%s)", own,
	    d->issuer->authority, theirs);
	/* Of an issuer that has ended the hint was given with that. */
	ctn_duration_text(left, round_down(d->issuer->not_after - d->now_s + 1));
	ctn_decision_hint(d, "catena ca renew %s, or ask for at most %s", d->issuer->authority, left);
}

static void
decide_lifetime(ctn_decision *d)
{
	const ctn_profile *p = d->profile;
	int64_t lifetime_s = d->request->lifetime_s != 0 ? d->request->lifetime_s : p->lifetime.default_s;
	char text[24];

	ctn_duration_text(text, p->lifetime.default_s);
	ctn_decision_rule(d, d->request->lifetime_s != 0 ? CTN_RULE_UNUSED : CTN_RULE_PASS, "lifetime.default",
	    ctn_decision_where(d, "lifetime.default"), text, d->request->lifetime_s != 0 ? "another lifetime was asked for" : "taken");
	decide_max(d, lifetime_s);
	/* RFC 5280, 4.1.2.5: the last second is part of the validity. */
	lifetime_s = lifetime_s < 1 ? 1 : lifetime_s > p->lifetime.max_s ? p->lifetime.max_s : lifetime_s;
	d->plan.fields.not_before = d->now_s - p->backdate_s;
	d->plan.fields.not_after = d->now_s + lifetime_s - 1;
	decide_past_issuer(d);
	if (d->plan.fields.not_after > CTN_TIME_NEVER)
		ctn_decision_rule(d, CTN_RULE_FAIL, "lifetime", ctn_decision_where(d, "lifetime"), text, "it would end after the year 9999");
	ctn_duration_text(text, p->backdate_s);
	ctn_decision_rule(d, CTN_RULE_PASS, "backdate", ctn_decision_where(d, "backdate"), text, "valid from %s ago on", text);
}

/* Key */

static bool
key_allowed(const ctn_decision *d)
{
	const ctn_profile *p = d->profile;

	for (size_t i = 0; i < p->key.allow_n; i++) {
		if (ctn_key_range_has(&p->key.allow[i], d->kind))
			return true;
	}
	return false;
}

static void
decide_key(ctn_decision *d)
{
	const ctn_profile *p = d->profile;
	const bool given = d->request->csr != NULL || d->request->key != NULL;
	CTN_OWN_BUF allow = { .max = 65536 };
	char generate[24], kind[24];

	ctn_key_kind_text(generate, p->key.generate);
	ctn_key_kind_text(kind, d->kind);
	ctn_text_key_ranges(&allow, p->key.allow, p->key.allow_n);
	ctn_decision_rule(d, given ? CTN_RULE_UNUSED : CTN_RULE_PASS, "key.generate", ctn_decision_where(d, "key.generate"), generate,
	    given ? "the key is given" : "a key is made");
	if (key_allowed(d))
		ctn_decision_rule(d, CTN_RULE_PASS, "key.allow", ctn_decision_where(d, "key.allow"), text_of(d, &allow), "%s is allowed", kind);
	else
		ctn_decision_rule(d, CTN_RULE_FAIL, "key.allow", ctn_decision_where(d, "key.allow"), text_of(d, &allow),
		    "a key of kind %s is not among %s", kind, text_of(d, &allow));
	ctn_decision_rule(d, given ? CTN_RULE_PASS : CTN_RULE_UNUSED, "key.reuse", ctn_decision_where(d, "key.reuse"),
	    p->key.reuse_allowed ? "allow" : "refuse",
	    !given                   ? "a new key is nobody else's" :
	        p->key.reuse_allowed ? "another lineage may have this key" :
	                               "no other lineage may have this key: the records are asked before anything is signed");
	d->plan.generate = p->key.generate;
	d->plan.key_reuse_allowed = p->key.reuse_allowed;
}

/* Usages and the rest */

static void
decide_key_usage(ctn_decision *d)
{
	const uint32_t wanted = d->profile->key_usage, fit = ctn_key_usage_fit(wanted, d->kind.alg);
	CTN_OWN_BUF all = { .max = 4096 }, gone = { .max = 4096 };
	ctn_where where = ctn_decision_where(d, "key_usage");
	char kind[24];

	ctn_key_kind_text(kind, d->kind);
	ctn_text_key_usage(&all, wanted);
	ctn_text_key_usage(&gone, wanted & ~fit);
	d->plan.fields.key_usage = fit;
	if (wanted == 0)
		ctn_decision_rule(d, CTN_RULE_UNUSED, "key_usage", where, text_of(d, &all), "no keyUsage extension");
	else if (fit == 0)
		ctn_decision_rule(d, CTN_RULE_FAIL, "key_usage", where, text_of(d, &all), "a key of kind %s can have none of %s", kind,
		    text_of(d, &all));
	else if (fit != wanted)
		ctn_decision_rule(d, CTN_RULE_PASS, "key_usage", where, text_of(d, &all), "without %s, which a key of kind %s cannot have",
		    text_of(d, &gone), kind);
	else
		ctn_decision_rule(d, CTN_RULE_PASS, "key_usage", where, text_of(d, &all), "all of them");
}

static void
decide_extensions(ctn_decision *d)
{
	const ctn_profile *p = d->profile;
	const size_t n = p->extensions_n + (p->ocsp_nocheck ? 1 : 0);
	CTN_OWN_BUF value = { .max = 65536 };

	ctn_text_oids(&value, p->eku, p->eku_n);
	ctn_decision_rule(d, p->eku_n > 0 ? CTN_RULE_PASS : CTN_RULE_UNUSED, "extended_key_usage", ctn_decision_where(d, "extended_key_usage"),
	    text_of(d, &value), p->eku_n > 0 ? "written" : "no extendedKeyUsage extension");
	ctn_buf_reset(&value);
	ctn_buf_printf(&value, "%zu", n);
	ctn_decision_rule(d, n > 0 ? CTN_RULE_PASS : CTN_RULE_UNUSED, "extensions", ctn_decision_where(d, "extensions"), text_of(d, &value),
	    n > 0 ? "written as they are" : "none");
	d->plan.fields.eku = p->eku;
	d->plan.fields.eku_n = p->eku_n;
	d->plan.fields.extra = p->extensions;
	d->plan.fields.extra_n = p->extensions_n;
	d->plan.fields.ocsp_nocheck = p->ocsp_nocheck;
}

static void
decide_copy(ctn_decision *d)
{
	const ctn_request *r = d->request;
	ctn_where where = ctn_decision_where(d, "csr.copy");
	const char *value = d->profile->csr_copy_san ? "[subjectAltName]" : "[]";

	if (r->csr == NULL || r->names_n > 0)
		ctn_decision_rule(d, CTN_RULE_UNUSED, "csr.copy", where, value, r->csr == NULL ? "no CSR" : "the names were asked for beside the CSR");
	else
		ctn_decision_rule(d, CTN_RULE_PASS, "csr.copy", where, value,
		    d->profile->csr_copy_san ? "the names are those of the CSR" : "no name is taken from the CSR");
}

/** What the profile says of later, so that an explanation shows every rule. */
static void
decide_later(ctn_decision *d)
{
	static const char *const levels[] = { "notice", "warning", "error", "never" };
	const ctn_profile *p = d->profile;
	char window[24], after[24];

	if (p->renew.window_s > 0)
		ctn_duration_text(window, p->renew.window_s);
	else
		(void)snprintf(window, sizeof(window), "%u%%", p->renew.window_percent);
	ctn_duration_text(after, p->renew.after_expiry_s);
	ctn_decision_rule(d, CTN_RULE_UNUSED, "renew.window", ctn_decision_where(d, "renew.window"), window, "due for renewal so long before its end");
	ctn_decision_rule(d, CTN_RULE_UNUSED, "renew.after_expiry", ctn_decision_where(d, "renew.after_expiry"), after,
	    "renewed so long after its end at most");
	ctn_decision_rule(d, CTN_RULE_UNUSED, "lint.fail_on", ctn_decision_where(d, "lint.fail_on"), levels[p->lint_fail_on],
	    "the certificate is linted before it is signed");
}

static void
fill_fields(ctn_decision *d)
{
	const ctn_issuer_facts *i = d->issuer;
	ctn_cert_fields *f = &d->plan.fields;

	f->sig_alg = i->sig_alg;
	f->issuer = i->subject;
	f->authority_key_id = i->key_id;
	f->crl_urls = i->crl_urls;
	f->crl_urls_n = i->crl_urls_n;
	f->ca_issuer_urls = i->ca_issuer_urls;
	f->ca_issuer_urls_n = i->ca_issuer_urls_n;
	if (d->request->csr != NULL)
		f->spki = d->request->csr->key.der;
	else if (d->request->key != NULL)
		f->spki = d->request->key->der;
}

static bool
fill_key_id(ctn_decision *d, const ctn_spki *key, struct ctn_err *e)
{
	uint8_t *id = ctn_arena_new(d->arena, uint8_t, 20);

	if (id == NULL)
		return ctn_fail_memory(e);
	d->plan.fields.subject_key_id = (ctn_span){ id, 20 };
	return ctn_spki_key_id(id, key, e);
}

bool
ctn_decide(ctn_plan *out, const ctn_request *r, const ctn_profile *p, const ctn_issuer_facts *issuer, int64_t now_s, ctn_arena *a,
    struct ctn_err *e)
{
	const ctn_spki *key = r->csr != NULL ? &r->csr->key : r->key;
	ctn_decision d = { .request = r, .profile = p, .issuer = issuer, .now_s = now_s, .arena = a, .plan = { .allowed = true } };

	d.kind = key != NULL ? key->kind : p->key.generate;
	if (!ctn_decision_take_csr(&d, e))
		return false;
	ctn_decision_issuer(&d, ctn_decision_where(&d, "issuer"));
	decide_lifetime(&d);
	decide_key(&d);
	ctn_decision_subject(&d);
	ctn_decision_names(&d);
	decide_key_usage(&d);
	decide_extensions(&d);
	decide_copy(&d);
	decide_later(&d);
	fill_fields(&d);
	if (key != NULL && !fill_key_id(&d, key, e))
		return false;
	if (d.no_memory)
		return ctn_fail_memory(e);
	*out = d.plan;
	return true;
}
