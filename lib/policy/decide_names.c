#include <stdio.h>

#include "der/oid.h"
#include "name/dn.h"
#include "name/dns.h"
#include "name/mail.h"
#include "name/uri.h"
#include "policy/decision.h"
#include "policy/names.h"
#include "policy/text.h"

/** The dotted keys of one type, which outlive the plan. */
struct keys {
	const char *rule, *allow, *wildcard, *min, *max, *what;
};
static const struct keys keys_of[4] = {
	{ "names.dns", "names.dns.allow", "names.dns.wildcard", "names.dns.min", "names.dns.max", "a DNS name" },
	{ "names.ip", "names.ip.allow", "", "names.ip.min", "names.ip.max", "an IP address" },
	{ "names.email", "names.email.allow", "", "names.email.min", "names.email.max", "an e-mail address" },
	{ "names.uri", "names.uri.allow", "", "names.uri.min", "names.uri.max", "a URI" },
};

static ctn_where
place_or(const ctn_decision *d, const char *key, ctn_where otherwise)
{
	ctn_where w = ctn_decision_where(d, key);

	return w.line != 0 ? w : otherwise;
}

static bool
in_block(const ctn_cidr *block, ctn_span octets)
{
	ctn_ip ip = { .n = (uint8_t)octets.n };

	if (octets.n != 4 && octets.n != 16)
		return false;
	memcpy(ip.octets, octets.p, octets.n);
	return ctn_cidr_has(block, &ip);
}

static bool
allows(const ctn_name_rule *rule, size_t i, const ctn_name *name)
{
	switch (rule->type) {
	case CTN_NAME_IP:
		return in_block(&rule->allow_ip[i], name->value);
	case CTN_NAME_DNS:
		return ctn_dns_pattern_covers(rule->allow[i], name->text);
	case CTN_NAME_EMAIL:
		return ctn_mail_pattern_covers(rule->allow[i], name->text);
	default:
		return ctn_uri_pattern_covers(rule->allow[i], name->text);
	}
}

/** A wildcard is denied when anything that it stands for is. */
static bool
denies(const ctn_name_rule *rule, size_t i, const ctn_name *name)
{
	switch (rule->type) {
	case CTN_NAME_IP:
		return in_block(&rule->deny_ip[i], name->value);
	case CTN_NAME_DNS:
		return ctn_dns_pattern_overlaps(rule->deny[i], name->text);
	case CTN_NAME_EMAIL:
		return ctn_mail_pattern_covers(rule->deny[i], name->text);
	default:
		return ctn_uri_pattern_covers(rule->deny[i], name->text);
	}
}

static const char *
text_of(ctn_decision *d, ctn_buf *b)
{
	const char *text = ctn_buf_cstr(b);

	if (text == NULL)
		d->no_memory = true;
	return text == NULL ? "" : text;
}

/** True when nothing denies the name. */
static bool
not_denied(ctn_decision *d, const struct keys *k, const ctn_name_rule *rule, const ctn_name *name)
{
	CTN_OWN_BUF pattern = { .max = 16384 };

	for (size_t i = 0; i < rule->deny_n; i++) {
		if (!denies(rule, i, name))
			continue;
		ctn_text_pattern(&pattern, rule, true, i);
		ctn_decision_rule(d, CTN_RULE_FAIL, k->rule, rule->deny_where[i], text_of(d, &pattern),
		    name->wildcard ? "'%s' would cover the denied %s" : "'%s' is denied by %s", name->text, text_of(d, &pattern));
		return false;
	}
	return true;
}

/** A name that just misses a pattern of its own domain deserves a word about it. */
static void
hint_outside(ctn_decision *d, const struct keys *k, const ctn_name_rule *rule, const ctn_name *name)
{
	for (size_t i = 0; rule->type == CTN_NAME_DNS && i < rule->allow_n; i++) {
		const char *p = rule->allow[i];

		if (strncmp(p, "**.", 3) == 0 && strcmp(p + 3, name->text) == 0) {
			ctn_decision_hint(d, "'%s' is every name below %s, but not %s itself: add it to %s if that is meant", p, name->text,
			    name->text, k->allow);
			return;
		}
	}
	ctn_decision_hint(d, "ask for a name inside, or add it to %s in %s", k->allow, d->profile->file);
}

static bool
is_inside(ctn_decision *d, const struct keys *k, const ctn_name_rule *rule, const ctn_name *name)
{
	CTN_OWN_BUF allowed = { .max = 65536 };

	for (size_t i = 0; i < rule->allow_n; i++) {
		if (allows(rule, i, name))
			return true;
	}
	ctn_text_allowed(&allowed, rule);
	ctn_decision_rule(d, CTN_RULE_FAIL, k->rule, place_or(d, k->allow, rule->where), text_of(d, &allowed), "'%s' is outside %s", name->text,
	    text_of(d, &allowed));
	hint_outside(d, k, rule, name);
	return false;
}

/** True when the name may stand; otherwise the reason has been noted. */
static bool
judge(ctn_decision *d, const struct keys *k, const ctn_name_rule *rule, const ctn_name *name)
{
	if (!rule->present) {
		ctn_decision_rule(d, CTN_RULE_FAIL, k->rule, ctn_decision_where(d, "names"), "absent", "'%s' is %s, and this profile allows none",
		    name->text, k->what);
		ctn_decision_hint(d, "add '%s: { allow: [...] }' to names in %s", ctn_policy_name_word(rule->type), d->profile->file);
		return false;
	}
	if (name->wildcard && !rule->wildcard) {
		ctn_decision_rule(d, CTN_RULE_FAIL, k->wildcard, place_or(d, k->wildcard, rule->where), "false",
		    "'%s' is a wildcard, and names.dns.wildcard is false", name->text);
		return false;
	}
	return not_denied(d, k, rule, name) && is_inside(d, k, rule, name);
}

static void
judge_count(ctn_decision *d, const struct keys *k, const ctn_name_rule *rule, unsigned n)
{
	char value[16];

	if (n < rule->min) {
		(void)snprintf(value, sizeof(value), "%u", rule->min);
		ctn_decision_rule(d, CTN_RULE_FAIL, k->min, place_or(d, k->min, rule->where), value, "%u name%s of this type: at least %u needed", n,
		    n == 1 ? "" : "s", rule->min);
	}
	if (n > rule->max) {
		(void)snprintf(value, sizeof(value), "%u", rule->max);
		ctn_decision_rule(d, CTN_RULE_FAIL, k->max, place_or(d, k->max, rule->where), value, "%u names of this type: at most %u", n, rule->max);
	}
}

static void
judge_type(ctn_decision *d, size_t t)
{
	const ctn_name_rule *rule = &d->profile->names[t];
	const struct keys *k = &keys_of[t];
	CTN_OWN_BUF allowed = { .max = 65536 };
	unsigned n = 0;
	bool good = true;

	for (size_t i = 0; i < d->names_n; i++) {
		if (d->names[i].type != rule->type)
			continue;
		n++;
		good = judge(d, k, rule, &d->names[i]) && good;
	}
	if (!rule->present)
		return;
	judge_count(d, k, rule, n);
	ctn_text_allowed(&allowed, rule);
	if (n == 0)
		ctn_decision_rule(d, CTN_RULE_UNUSED, k->rule, rule->where, text_of(d, &allowed), "no name of this type");
	else if (good)
		ctn_decision_rule(d, CTN_RULE_PASS, k->rule, rule->where, text_of(d, &allowed), "%u name%s inside", n, n == 1 ? "" : "s");
}

/** Names of the CSR that no profile can allow. */
static void
judge_other_types(ctn_decision *d)
{
	for (size_t i = 0; i < d->names_n; i++) {
		enum ctn_name_type t = d->names[i].type;

		if (t != CTN_NAME_DNS && t != CTN_NAME_IP && t != CTN_NAME_EMAIL && t != CTN_NAME_URI)
			ctn_decision_rule(d, CTN_RULE_FAIL, "names", ctn_decision_where(d, "names"), "dns, ip, email, uri",
			    "'%s' in the CSR is a name of type %s: only dns, ip, email and uri can be certified", d->names[i].text,
			    ctn_name_type_text(t));
	}
}

/** No name at all: say where one could have come from. */
static void
hint_no_names(ctn_decision *d)
{
	const ctn_csr *csr = d->request->csr;
	const char *cn;
	struct ctn_err e;

	if (csr == NULL) {
		ctn_decision_hint(d, "give the names: catena issue %s NAME...", d->profile->name);
		return;
	}
	if (!ctn_dn_first(&cn, csr->subject, ctn_oid_at_common_name, d->arena, &e))
		d->no_memory = true;
	if (d->csr_names_n > 0)
		ctn_decision_hint(d, "give the names on the command line, or let csr.copy in %s name subjectAltName", d->profile->file);
	else if (cn != NULL)
		ctn_decision_hint(d, "a CSR's CN is never a name: give the name on the command line or add a subjectAltName");
	else
		ctn_decision_hint(d, "the CSR has no name: give one on the command line or add a subjectAltName");
}

static void
judge_total(ctn_decision *d)
{
	const ctn_profile *p = d->profile;
	ctn_where min = ctn_decision_where(d, "names.total.min"), max = ctn_decision_where(d, "names.total.max");
	char value[40];

	(void)snprintf(value, sizeof(value), "%u to %u", p->total_min, p->total_max);
	if (d->names_many) {
		ctn_decision_rule(d, CTN_RULE_FAIL, "names.total", max, value, "more than %d names", CTN_POLICY_NAMES_MAX);
	} else if (d->names_n < p->total_min) {
		ctn_decision_rule(d, CTN_RULE_FAIL, "names.total", min, value, "%zu names: at least %u needed", d->names_n, p->total_min);
		if (d->names_n == 0)
			hint_no_names(d);
	} else if (d->names_n > p->total_max) {
		ctn_decision_rule(d, CTN_RULE_FAIL, "names.total", max, value, "%zu names: at most %u", d->names_n, p->total_max);
	} else {
		ctn_decision_rule(d, CTN_RULE_PASS, "names.total", max, value, "%zu name%s", d->names_n, d->names_n == 1 ? "" : "s");
	}
}

void
ctn_decision_names(ctn_decision *d)
{
	for (size_t t = 0; t < 4; t++)
		judge_type(d, t);
	judge_other_types(d);
	judge_total(d);
	d->plan.fields.names = d->names;
	d->plan.fields.names_n = d->names_n;
}
