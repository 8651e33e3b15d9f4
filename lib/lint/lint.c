/* The table, and its runner. */
#include "lint/lint.h"

#include <assert.h>

#include "lint/rules.h"

#define CERT_ROW(fn, name, severity, source, who, sentence) \
	{ .id = name, .level = CTN_LINT_##severity, .cite = source, .says = sentence, .roles = CTN_ROLES_##who, \
		.check = ctn_rule_##fn },
#define CRL_ROW(fn, name, severity, source, who, sentence) \
	{ .id = name, .level = CTN_LINT_##severity, .cite = source, .says = sentence, .on_crl = true, .check = ctn_rule_##fn },
#define ENTRY_ROW(fn, name, severity, source, who, sentence) \
	{ .id = name, .level = CTN_LINT_##severity, .cite = source, .says = sentence, .on_crl = true, \
		.check_entry = ctn_rule_##fn },

static const ctn_rule rules[] = {
	CTN_CERT_RULES(CERT_ROW)
	CTN_CRL_RULES(CRL_ROW)
	CTN_ENTRY_RULES(ENTRY_ROW)
};

#define COUNT(fn, name, severity, source, who, sentence) +1
#define ENTRY_RULES (0 CTN_ENTRY_RULES(COUNT)) /* they are the table's last */
#define RULES (sizeof(rules) / sizeof(rules[0]))
#define TEXT_MAX sizeof(((ctn_finding *)0)->text)
#define FIRST_ROOM 8

/* What a run gathers: findings grow in the arena, and one failure ends it. */
struct run {
	ctn_finding *found;
	size_t n, room;
	ctn_arena *arena;
	const char *const *ignore;
};

const ctn_rule *
ctn_lint_rules(size_t *n)
{
	*n = RULES;
	return rules;
}

const char *
ctn_lint_level_name(enum ctn_lint_level level)
{
	static const char *const names[] = { "notice", "warning", "error" };

	return names[level];
}

static bool
ignored(const struct run *run, const char *id)
{
	for (size_t i = 0; run->ignore != NULL && run->ignore[i] != NULL; i++)
		if (strcmp(run->ignore[i], id) == 0)
			return true;
	return false;
}

static bool
fits(const struct run *run, const ctn_rule *rule, const ctn_lint_subject *s)
{
	if (rule->on_crl != (s->crl != NULL))
		return false;
	if (rule->roles != 0 && (rule->roles & (unsigned)s->role) == 0)
		return false;
	return !ignored(run, rule->id);
}

static bool
keep(struct run *run, const ctn_rule *rule, const char *text)
{
	ctn_finding *f;

	if (run->n == run->room) {
		size_t room = run->room == 0 ? FIRST_ROOM : run->room * 2;

		f = ctn_arena_new(run->arena, ctn_finding, room);
		if (f == NULL)
			return false;
		if (run->n > 0)
			memcpy(f, run->found, run->n * sizeof(*f));
		run->found = f;
		run->room = room;
	}
	f = &run->found[run->n++];
	f->id = rule->id;
	f->level = rule->level;
	f->cite = rule->cite;
	memcpy(f->text, text, sizeof(f->text));
	return true;
}

static bool
judge_whole(struct run *run, const ctn_lint_subject *s)
{
	for (size_t i = 0; i < RULES; i++) {
		char text[TEXT_MAX] = { 0 };

		if (rules[i].check == NULL || !fits(run, &rules[i], s))
			continue;
		if (!rules[i].check(s, text, sizeof(text)) && !keep(run, &rules[i], text))
			return false;
	}
	return true;
}

/* A CRL may have a million entries: each is decoded once, and a rule that has spoken is not asked again. */
static bool
judge_entries(struct run *run, const ctn_lint_subject *s)
{
	const ctn_rule *const first = &rules[RULES - ENTRY_RULES];
	char texts[ENTRY_RULES][TEXT_MAX] = { 0 };
	bool open[ENTRY_RULES], spoke[ENTRY_RULES] = { 0 };
	ctn_der r = ctn_der_over(s->crl->entries);
	ctn_crl_entry entry;

	for (size_t i = 0; i < ENTRY_RULES; i++)
		open[i] = fits(run, &first[i], s);
	while (!ctn_der_end(&r) && ctn_crl_next(&r, &entry)) {
		for (size_t i = 0; i < ENTRY_RULES; i++) {
			if (!open[i] || first[i].check_entry(s, &entry, texts[i], TEXT_MAX))
				continue;
			open[i] = false;
			spoke[i] = true;
		}
	}
	for (size_t i = 0; i < ENTRY_RULES; i++)
		if (spoke[i] && !keep(run, &first[i], texts[i]))
			return false;
	return true;
}

static enum ctn_lint_role
role_of(const ctn_lint_subject *s)
{
	if (s->role != CTN_ROLE_ANY || s->cert == NULL)
		return s->role;
	if (!ctn_cert_is_ca(s->cert))
		return CTN_ROLE_LEAF;
	return ctn_cert_is_self_issued(s->cert) ? CTN_ROLE_ROOT : CTN_ROLE_CA;
}

bool
ctn_lint(ctn_finding **findings, size_t *n, const ctn_lint_subject *s, const char *const *ignore, ctn_arena *a, struct ctn_err *e)
{
	struct run run = { .arena = a, .ignore = ignore };
	struct ctn_err broken = { 0 };
	ctn_lint_subject as = *s;

	assert((s->cert == NULL) != (s->crl == NULL));
	as.role = role_of(s);
	as.broken = &broken;
	if (!judge_whole(&run, &as))
		return ctn_fail_memory(e);
	if (as.crl != NULL && !judge_entries(&run, &as))
		return ctn_fail_memory(e);

	if (broken.code != CTN_OK) {
		*e = broken;
		return ctn_wrap(e, "lint");
	}
	*findings = run.found;
	*n = run.n;
	return true;
}
