#include "der/oid.h"
#include "name/dn.h"
#include "policy/decision.h"
#include "policy/text.h"

static const char *
first_of(const ctn_decision *d, bool any, enum ctn_name_type type)
{
	for (size_t i = 0; i < d->names_n; i++) {
		if (any || d->names[i].type == type)
			return d->names[i].text;
	}
	return NULL;
}

static const char *
first_of_csr(ctn_decision *d, ctn_span subject, ctn_span oid)
{
	const char *text;
	struct ctn_err e;

	if (!ctn_dn_first(&text, subject, oid, d->arena, &e))
		d->no_memory = true;
	return text;
}

/** What the rule takes, and what it is called when there is none. */
static const char *
source(ctn_decision *d, const ctn_subject_rule *rule, const char **none)
{
	switch (rule->from) {
	case CTN_SUBJECT_FIRST_DNS:
		*none = "there is no DNS name to take it from";
		return first_of(d, false, CTN_NAME_DNS);
	case CTN_SUBJECT_FIRST_NAME:
		*none = "there is no name to take it from";
		return first_of(d, true, CTN_NAME_DNS);
	case CTN_SUBJECT_FIRST_EMAIL:
		*none = "there is no e-mail address to take it from";
		return first_of(d, false, CTN_NAME_EMAIL);
	case CTN_SUBJECT_CSR:
		*none = d->request->csr == NULL ? "there is no CSR to take it from" : "the CSR's subject does not have it";
		return d->request->csr == NULL ? NULL : first_of_csr(d, d->request->csr->subject, rule->oid);
	default:
		return rule->value;
	}
}

/**
 * A host, address or mailbox in the CSR's subject would be a name that no rule has judged, and old clients believe it:
 * it must be one of the certificate's names.
 */
static bool
is_unjudged_name(ctn_decision *d, const ctn_subject_rule *rule, const char *value)
{
	struct ctn_err e = { 0 };
	ctn_name name;

	if (rule->from != CTN_SUBJECT_CSR)
		return false;
	if (!ctn_name_parse(&name, value, d->arena, &e)) {
		if (e.code == CTN_ENOMEM)
			d->no_memory = true;
		return false;
	}
	if (name.type == CTN_NAME_DNS && strchr(name.text, '.') == NULL)
		return false;
	for (size_t i = 0; i < d->names_n; i++) {
		if (ctn_name_equal(&d->names[i], &name))
			return false;
	}
	return true;
}

static void
add(ctn_decision *d, const ctn_subject_rule *rule, ctn_dn_attr *attrs, size_t *n)
{
	CTN_OWN_BUF value = { .max = 65536 }, der = { .max = 65536 };
	const char *none = NULL, *key = ctn_arena_printf(d->arena, "subject.%s", rule->word);
	const char *text = source(d, rule, &none);
	const ctn_dn_attr attr = { .oid = rule->oid, .value = text };
	enum ctn_outcome missing = rule->required ? CTN_RULE_FAIL : CTN_RULE_UNUSED;
	struct ctn_err e = { 0 };

	ctn_text_subject_rule(&value, rule);
	if (key == NULL)
		d->no_memory = true;
	if (ctn_buf_cstr(&value) == NULL)
		d->no_memory = true;
	if (d->no_memory)
		return;
	if (text == NULL) {
		ctn_decision_rule(d, missing, key, rule->where, ctn_buf_cstr(&value), rule->required ? "%s" : "left out: %s", none);
	} else if (is_unjudged_name(d, rule, text)) {
		ctn_decision_rule(d, CTN_RULE_FAIL, key, rule->where, ctn_buf_cstr(&value),
		    "'%s' in the CSR's subject reads like a name, but is none of the certificate's names", text);
	} else if (!ctn_dn_write(&der, &attr, 1, &e)) {
		ctn_decision_rule(d, missing, key, rule->where, ctn_buf_cstr(&value), rule->required ? "%s" : "left out: %s", e.text);
		if (e.code == CTN_ENOMEM)
			d->no_memory = true;
	} else {
		ctn_decision_rule(d, CTN_RULE_PASS, key, rule->where, ctn_buf_cstr(&value), "%s=%s", rule->word, text);
		attrs[(*n)++] = attr;
	}
}

void
ctn_decision_subject(ctn_decision *d)
{
	const ctn_profile *p = d->profile;
	ctn_dn_attr *attrs = ctn_arena_new(d->arena, ctn_dn_attr, p->subject_n + 1);
	size_t n = 0;

	if (attrs == NULL) {
		d->no_memory = true;
		return;
	}
	for (size_t i = 0; i < p->subject_n; i++)
		add(d, &p->subject[i], attrs, &n);
	if (n == 0 && d->names_n == 0 && p->total_min == 0)
		ctn_decision_rule(d, CTN_RULE_FAIL, "subject", ctn_decision_where(d, "subject"), "{}",
		    "neither a subject nor a name: a certificate must name something (RFC 5280 4.1.2.6)");
	d->plan.fields.subject = attrs;
	d->plan.fields.subject_n = n;
}
