#include <stdio.h>
#include <string.h>

#include "ca/issue.h"
#include "cmd/commands.h"
#include "cmd/csr_file.h"
#include "cmd/inspect_cert.h"
#include "cmd/pki.h"

struct policy_explain_args {
	const char *profile;
	struct opt_list names;
	const char *csr;
	int64_t lifetime_s;
};

/* One rule as it came out in the end. */
struct outcome {
	const char *rule, *value, *text;
	const char *file; /* NULL: written nowhere */
	unsigned line;
	enum ctn_outcome is;
};

static const char *
outcome_word(enum ctn_outcome o)
{
	return o == CTN_RULE_PASS ? "pass" : o == CTN_RULE_FAIL ? "fail" : "not used";
}

static void
show_rule(struct cmd *c, const struct outcome *o)
{
	ctn_json_out *j = show_json(c->out);
	char where[320] = "";

	ctn_json_object(j, NULL);
	ctn_json_text(j, "rule", o->rule);
	ctn_json_text(j, "value", o->value);
	if (o->line > 0) {
		ctn_json_text(j, "file", o->file);
		ctn_json_int(j, "line", o->line);
		(void)snprintf(where, sizeof where, "  (%s:%u)", o->file, o->line);
	}
	ctn_json_text(j, "outcome", outcome_word(o->is));
	ctn_json_text(j, "text", o->text);
	ctn_json_close_object(j);
	if (o->value != NULL)
		show_line(c->out, "  %-8s  %s: %s%s", outcome_word(o->is), o->rule, o->value, where);
	else
		show_line(c->out, "  %-8s  %s%s", outcome_word(o->is), o->rule, where);
	if (o->text != NULL)
		show_line(c->out, "            %s", o->text);
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The last reason with this rule: what the records, lint or the chain said goes over what the profile alone could tell. */
static const ctn_reason *
reason_of(const ctn_issued *i, const char *rule)
{
	const ctn_reason *found = NULL;

	for (size_t n = 0; n < i->reasons.n; n++)
		if (strcmp(i->reasons.at[n].rule, rule) == 0)
			found = &i->reasons.at[n];
	return found;
}

static bool
is_traced(const ctn_issued *i, const char *rule)
{
	for (size_t n = 0; n < i->plan.rules_n; n++)
		if (strcmp(i->plan.rules[n].rule, rule) == 0)
			return true;
	return false;
}

/* Lint looks at the finished bytes, so only now is it known how this rule came out. */
static void
judge_lint(struct outcome *o, const ctn_issued *i, char *text, size_t text_n)
{
	size_t refused = 0;

	if (!i->plan.allowed)
		return;
	for (size_t n = 0; n < i->reasons.n; n++)
		refused += begins(i->reasons.at[n].rule, "lint.");
	o->is = refused > 0 ? CTN_RULE_FAIL : CTN_RULE_PASS;
	(void)snprintf(text, text_n, "%zu findings, %zu of them refuse it", i->findings_n, refused);
	o->text = text;
}

static void
show_profile_rules(struct cmd *c, const ctn_issued *i)
{
	char text[80];

	for (size_t n = 0; n < i->plan.rules_n; n++) {
		const ctn_rule_trace *t = &i->plan.rules[n];
		struct outcome o = { t->rule, t->value, t->text, t->where.file, t->where.line, t->outcome };
		const ctn_reason *later = i->plan.allowed ? reason_of(i, t->rule) : NULL;

		if (later != NULL) {
			o.is = CTN_RULE_FAIL;
			o.text = later->text;
		}
		if (strcmp(t->rule, "lint.fail_on") == 0)
			judge_lint(&o, i, text, sizeof text);
		show_rule(c, &o);
	}
}

/* What the finished bytes met behind the profile: lint, and the authority's own constraints. */
static void
show_later_rules(struct cmd *c, const ctn_issued *i)
{
	size_t breaches = 0;

	if (!i->plan.allowed)
		return;
	for (size_t n = 0; n < i->reasons.n; n++) {
		const ctn_reason *r = &i->reasons.at[n];
		struct outcome o = { r->rule, NULL, r->text, r->file, r->line, CTN_RULE_FAIL };

		breaches += begins(r->rule, "issuer.");
		if (!is_traced(i, r->rule))
			show_rule(c, &o);
	}
	for (size_t n = 0; n < i->findings_n; n++) {
		char rule[96], text[300];
		struct outcome o = { .rule = rule, .value = ctn_lint_level_name(i->findings[n].level), .text = text, .is = CTN_RULE_PASS };

		(void)snprintf(rule, sizeof rule, "lint.%s", i->findings[n].id);
		(void)snprintf(text, sizeof text, "%s (%s)", i->findings[n].text, i->findings[n].cite);
		if (reason_of(i, rule) == NULL)
			show_rule(c, &o);
	}
	if (breaches == 0)
		show_rule(c, &(struct outcome){ .rule = "issuer.chain", .is = CTN_RULE_PASS,
				.text = "within the names, purposes, path length and validity of every CA above it" });
}

static void
show_dropped(struct cmd *c, const ctn_plan *p)
{
	ctn_json_out *j = show_json(c->out);

	if (p->dropped_n == 0)
		return;
	show_line(c->out, "Dropped:");
	ctn_json_array(j, "dropped");
	for (size_t n = 0; n < p->dropped_n; n++) {
		ctn_json_object(j, NULL);
		ctn_json_text(j, "from", p->dropped[n].from);
		ctn_json_text(j, "what", p->dropped[n].what);
		ctn_json_text(j, "why", p->dropped[n].why);
		ctn_json_close_object(j);
		show_line(c->out, "  %s: %s", p->dropped[n].what, p->dropped[n].why);
	}
	ctn_json_close_array(j);
}

static void
show_certificate(struct cmd *c, const ctn_issued *i)
{
	struct see s = { .out = c->out, .now_s = c->now_s };

	if (i->cert.tbs.n == 0)
		return;
	see_open(&s, "certificate", "The certificate as it would be (serial and, without a CSR, key are made anew):");
	inspect_cert(&s, &i->cert);
	see_close(&s);
}

static int
explain(struct cmd *c, const ctn_issued *i)
{
	const struct policy_explain_args *a = c->args;
	ctn_json_out *j = show_json(c->out);

	ctn_json_text(j, "decision", i->allowed ? "allow" : "deny");
	ctn_json_text(j, "profile", a->profile);
	ctn_json_text(j, "authority", i->authority);
	show_line(c->out, "%s: profile %s, authority %s", i->allowed ? "allow" : "deny", a->profile, i->authority);
	ctn_json_array(j, "rules");
	show_profile_rules(c, i);
	show_later_rules(c, i);
	ctn_json_close_array(j);
	show_dropped(c, &i->plan);
	if (!i->allowed && i->hint != NULL) {
		ctn_json_text(j, "hint", i->hint);
		show_line(c->out, "try: %s", i->hint);
	}
	show_certificate(c, i);
	return i->allowed ? 0 : 1;
}

static int
run(struct cmd *c)
{
	const struct policy_explain_args *a = c->args;
	const struct pki_wish wish = { .read_only = true };
	ctn_issue_args args = { .profile = a->profile, .names = a->names.v, .names_n = a->names.n, .lifetime_s = a->lifetime_s, .dry_run = true };
	CTN_OWN(pki) p = NULL;
	CTN_OWN_BUF csr = { 0 };
	struct ctn_err e = { 0 };
	ctn_issued issued;
	int status;

	if (!csr_file_read(&csr, a->csr, &e) || !pki_open(&p, c, &wish, &e))
		return show_fail(c->out, &e);
	args.csr = ctn_buf_view(&csr);
	if (!ctn_ca_issue(&issued, p->ca, &args, &e))
		return show_fail(c->out, &e);
	status = explain(c, &issued);
	ctn_issued_free(&issued);
	return status;
}

static const struct opt opts[] = {
	{ .name = "PROFILE", ARG(policy_explain_args, profile), .help = "Which policy decides: a file in HOME/policies without .yaml" },
	{ .name = "NAME", ARGS(policy_explain_args, names), .help = "DNS names, IP addresses, e-mail addresses or URIs, told apart by form" },
	{ .name = "csr", PATH(policy_explain_args, csr, "FILE"), .help = "PKCS #10 request, PEM or DER" },
	{ .name = "lifetime", DURATION(policy_explain_args, lifetime_s, "T"), .min = 1, .help = "How long it would live; else the profile's default" },
	{ 0 },
};

const struct command policy_explain_command = {
	.name = "policy explain",
	.summary = "what would be decided about a request, rule by rule",
	.about = "Shows every rule of the profile with its value, where it is written and how it came out; what lint and the constraints of the "
		 "authority say of the finished certificate; the decision; and the certificate as it would be. Nothing is signed and nothing is "
		 "stored, and no passphrase is needed.",
	.opts = opts,
	.args_size = sizeof(struct policy_explain_args),
	.examples = {
	    { "catena policy explain server web.internal.example", "Would it be issued, and why." },
	    { "catena policy explain client alice@internal.example --lifetime 7d --json", "The same for scripts, under rules and certificate." },
	},
	.exits = { { 0, "it would be issued" }, { 1, "it would be refused" } },
	.run = run,
};
