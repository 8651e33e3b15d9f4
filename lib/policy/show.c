/* Part of policy/profile.h: a profile as YAML, every default spelt out. */
#include <stdio.h>

#include "base/time.h"
#include "der/oid.h"
#include "lint/lint.h"
#include "policy/names.h"
#include "policy/profile.h"
#include "policy/text.h"

/** What is being written: a line is put together in value, then goes out with the place it comes from. */
struct show {
	ctn_buf *out;
	const ctn_profile *p;
	ctn_buf value;
};

static void
origin(struct show *s, ctn_where where)
{
	if (where.line == 0)
		ctn_buf_text(s->out, "  # default\n");
	else
		ctn_buf_printf(s->out, "  # %s:%u\n", where.file, where.line);
}

/** "  key: VALUE  # file:line" and an empty value for the next. */
static void
line(struct show *s, int indent, const char *key, const char *dotted)
{
	ctn_buf_printf(s->out, "%*s%s: ", indent, "", key);
	ctn_buf_span(s->out, ctn_buf_view(&s->value));
	origin(s, ctn_profile_where(s->p, dotted));
	s->out->failed = s->out->failed || s->value.failed;
	ctn_buf_reset(&s->value);
}

static void
word(struct show *s, int indent, const char *key, const char *dotted, const char *value)
{
	ctn_buf_text(&s->value, value);
	line(s, indent, key, dotted);
}

static void
duration(struct show *s, int indent, const char *key, const char *dotted, int64_t seconds)
{
	char text[24];

	ctn_duration_text(text, seconds);
	word(s, indent, key, dotted, text);
}

static void
count(struct show *s, int indent, const char *key, const char *dotted, unsigned v)
{
	ctn_buf_printf(&s->value, "%u", v);
	line(s, indent, key, dotted);
}

static void
show_head(struct show *s)
{
	const ctn_profile *p = s->p;
	char kind[24];

	ctn_buf_printf(s->out, "# profile %s with every default spelt out\n", p->name);
	if (p->description[0] != '\0') {
		ctn_text_scalar(&s->value, p->description);
		line(s, 0, "description", "description");
	}
	ctn_text_scalar(&s->value, p->issuer);
	line(s, 0, "issuer", "issuer");
	ctn_buf_text(s->out, "lifetime:\n");
	duration(s, 2, "default", "lifetime.default", p->lifetime.default_s);
	duration(s, 2, "max", "lifetime.max", p->lifetime.max_s);
	word(s, 2, "past_issuer", "lifetime.past_issuer", p->lifetime.shorten ? "shorten" : "refuse");
	duration(s, 0, "backdate", "backdate", p->backdate_s);
	ctn_buf_text(s->out, "key:\n");
	ctn_key_kind_text(kind, p->key.generate);
	word(s, 2, "generate", "key.generate", kind);
	ctn_text_key_ranges(&s->value, p->key.allow, p->key.allow_n);
	line(s, 2, "allow", "key.allow");
	word(s, 2, "reuse", "key.reuse", p->key.reuse_allowed ? "allow" : "refuse");
}

static void
show_subject(struct show *s)
{
	if (s->p->subject_n == 0) {
		word(s, 0, "subject", "subject", "{}");
		return;
	}
	ctn_buf_text(s->out, "subject:\n");
	for (size_t i = s->p->subject_n; i-- > 0;) {
		const ctn_subject_rule *rule = &s->p->subject[i];

		ctn_buf_printf(s->out, "  %s: ", rule->word);
		ctn_text_subject_rule(s->out, rule);
		origin(s, rule->where);
	}
}

static void
show_patterns(struct show *s, const ctn_name_rule *rule, bool deny)
{
	size_t n = deny ? rule->deny_n : rule->allow_n;
	const ctn_where *at = deny ? rule->deny_where : rule->allow_where;
	CTN_OWN_BUF text = { .max = 16384 };

	if (n == 0) {
		ctn_buf_printf(s->out, "    %s: []  # default\n", deny ? "deny" : "allow");
		return;
	}
	ctn_buf_printf(s->out, "    %s:\n", deny ? "deny" : "allow");
	for (size_t i = 0; i < n; i++) {
		ctn_buf_reset(&text);
		ctn_text_pattern(&text, rule, deny, i);
		ctn_buf_text(s->out, "      - ");
		ctn_text_scalar(s->out, ctn_buf_cstr(&text) != NULL ? ctn_buf_cstr(&text) : "");
		origin(s, at[i]);
		s->out->failed = s->out->failed || text.failed;
	}
}

static void
show_rule(struct show *s, const ctn_name_rule *rule)
{
	const char *type = ctn_policy_name_word(rule->type);
	char min[32], max[32], wildcard[32];

	(void)snprintf(min, sizeof(min), "names.%s.min", type);
	(void)snprintf(max, sizeof(max), "names.%s.max", type);
	(void)snprintf(wildcard, sizeof(wildcard), "names.%s.wildcard", type);
	ctn_buf_printf(s->out, "  %s:\n", type);
	show_patterns(s, rule, false);
	show_patterns(s, rule, true);
	if (rule->type == CTN_NAME_DNS)
		word(s, 4, "wildcard", wildcard, rule->wildcard ? "true" : "false");
	count(s, 4, "min", min, rule->min);
	count(s, 4, "max", max, rule->max);
}

static void
show_names(struct show *s)
{
	ctn_buf_text(s->out, "names:\n");
	for (size_t i = 0; i < 4; i++) {
		if (s->p->names[i].present)
			show_rule(s, &s->p->names[i]);
	}
	ctn_buf_text(s->out, "  total:\n");
	count(s, 4, "min", "names.total.min", s->p->total_min);
	count(s, 4, "max", "names.total.max", s->p->total_max);
}

static void
show_extensions(struct show *s)
{
	const ctn_profile *p = s->p;
	const ctn_raw_ext nocheck = { .oid = ctn_oid_ocsp_nocheck, .value = CTN_SPAN("\x05\x00") };

	if (p->extensions_n == 0 && !p->ocsp_nocheck) {
		word(s, 0, "extensions", "extensions", "[]");
		return;
	}
	ctn_buf_text(s->out, "extensions:");
	origin(s, ctn_profile_where(p, "extensions"));
	for (size_t i = 0; i < p->extensions_n + (p->ocsp_nocheck ? 1 : 0); i++) {
		ctn_buf_text(s->out, "  - ");
		ctn_text_extension(s->out, i < p->extensions_n ? &p->extensions[i] : &nocheck);
		ctn_buf_byte(s->out, '\n');
	}
}

static void
show_tail(struct show *s)
{
	static const char *const levels[] = { "notice", "warning", "error", "never" };
	const ctn_profile *p = s->p;

	ctn_buf_text(s->out, "csr:\n");
	word(s, 2, "copy", "csr.copy", p->csr_copy_san ? "[subjectAltName]" : "[]");
	ctn_buf_text(s->out, "renew:\n");
	if (p->renew.window_s > 0) {
		duration(s, 2, "window", "renew.window", p->renew.window_s);
	} else {
		ctn_buf_printf(&s->value, "%u%%", p->renew.window_percent);
		line(s, 2, "window", "renew.window");
	}
	duration(s, 2, "after_expiry", "renew.after_expiry", p->renew.after_expiry_s);
	ctn_buf_text(s->out, "lint:\n");
	word(s, 2, "fail_on", "lint.fail_on", levels[p->lint_fail_on]);
	ctn_buf_byte(&s->value, '[');
	for (size_t i = 0; p->lint_ignore[i] != NULL; i++)
		ctn_buf_printf(&s->value, "%s%s", i == 0 ? "" : ", ", p->lint_ignore[i]);
	ctn_buf_byte(&s->value, ']');
	line(s, 2, "ignore", "lint.ignore");
}

bool
ctn_profile_show(ctn_buf *out, const ctn_profile *p, struct ctn_err *e)
{
	struct show s = { .out = out, .p = p };

	show_head(&s);
	show_subject(&s);
	show_names(&s);
	ctn_text_key_usage(&s.value, p->key_usage);
	line(&s, 0, "key_usage", "key_usage");
	ctn_text_oids(&s.value, p->eku, p->eku_n);
	line(&s, 0, "extended_key_usage", "extended_key_usage");
	show_extensions(&s);
	show_tail(&s);
	ctn_buf_free(&s.value);
	return ctn_buf_ok(out, e);
}
