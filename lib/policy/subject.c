#include "policy/subject.h"

#include "policy/read.h"

/* By the values of ctn_subject_rule.from, from 1. */
static const char *const sources[] = { "first_dns", "first_name", "first_email", "csr", NULL };

struct draft {
	const char *value;
	int from; /* index in sources, or -1 */
	bool required;
};
static const ctn_schema_key rule_keys[] = {
	{ .name = "value", CTN_KEY_TEXT(struct draft, value) },
	{ .name = "from", CTN_KEY_WORD(struct draft, from, sources) },
	{ .name = "required", CTN_KEY_BOOL(struct draft, required) },
	{ 0 },
};

const char *
ctn_subject_from_word(const ctn_subject_rule *rule)
{
	return rule->from == CTN_SUBJECT_VALUE ? NULL : sources[rule->from - 1];
}

static bool
read_rule(ctn_schema *s, const ctn_yaml *v, ctn_subject_rule *rule)
{
	struct draft d = { .from = -1 };
	size_t before = s->errors->n;

	if (v->bad || !ctn_read_attr_type(s, v, &rule->oid, &rule->word))
		return false;
	if (v->kind == CTN_YAML_TEXT) {
		ctn_schema_say(s, v, "write { value: ... }, or { from: first_dns }", "must say where its value comes from");
		return false;
	}
	ctn_schema_read_in(s, v->key, rule_keys, v, &d);
	if (s->errors->n > before)
		return false;
	if ((d.value != NULL) == (d.from >= 0)) {
		ctn_schema_say(s, v, "as in { value: Example } or { from: first_dns }", "must have exactly one of value and from");
		return false;
	}
	rule->value = d.value;
	rule->from = (unsigned)(d.from + 1);
	rule->required = d.required || d.value != NULL;
	rule->where = ctn_read_where(s, v);
	return d.value == NULL || ctn_read_attr_value(s, v, rule->oid, d.value);
}

void
ctn_subject_read(ctn_schema *s, const ctn_yaml *value, void *field)
{
	ctn_profile *p = ((ctn_reading *)s->user)->into;
	ctn_subject_rule rule;
	const char *before;
	size_t i;

	(void)field;
	if (!ctn_schema_is(s, value, CTN_YAML_MAP))
		return;
	p->subject = ctn_arena_new(s->arena, ctn_subject_rule, value->n + 1);
	if (p->subject == NULL) {
		s->errors->no_memory = true;
		return;
	}
	before = ctn_schema_enter(s, value->key);
	for (const ctn_yaml *v = value->first; v != NULL; v = v->next) {
		rule = (ctn_subject_rule){ 0 };
		if (!read_rule(s, v, &rule))
			continue;
		/* Written like RFC 4514 text, most specific first; a Name has them the other way round. */
		for (i = p->subject_n; i > 0 && ctn_read_attr_rank(p->subject[i - 1].oid) >= ctn_read_attr_rank(rule.oid); i--)
			p->subject[i] = p->subject[i - 1];
		p->subject[i] = rule;
		p->subject_n++;
	}
	ctn_schema_leave(s, before);
}
