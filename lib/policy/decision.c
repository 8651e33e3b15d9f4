#include "policy/decision.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"

static const char *
copied(ctn_decision *d, const char *text)
{
	const char *copy = ctn_arena_text(d->arena, text);

	if (copy == NULL)
		d->no_memory = true;
	return copy;
}

/** Room for one more of an array that lives in the arena; NULL when memory ran out. */
static void *
grown(ctn_decision *d, void *at, size_t n, size_t *cap, size_t size)
{
	size_t room = *cap == 0 ? 32 : *cap * 2;
	void *more;

	if (n < *cap)
		return at;
	more = ctn_arena_calloc(d->arena, room, size);
	if (more == NULL) {
		d->no_memory = true;
		return NULL;
	}
	if (n > 0)
		memcpy(more, at, n * size);
	*cap = room;
	return more;
}

void
ctn_decision_rule(ctn_decision *d, enum ctn_outcome outcome, const char *rule, ctn_where where, const char *value, const char *fmt, ...)
{
	ctn_rule_trace trace = { .rule = rule, .where = where, .outcome = outcome };
	CTN_OWN_BUF safe = { .max = 16384 };
	ctn_rule_trace *rules;
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (d->no_memory)
		return;
	ctn_buf_printable(&safe, ctn_span_text(text));
	rules = grown(d, d->plan.rules, d->plan.rules_n, &d->rules_cap, sizeof(*rules));
	if (rules == NULL || ctn_buf_cstr(&safe) == NULL) {
		d->no_memory = true;
		return;
	}
	trace.text = copied(d, ctn_buf_cstr(&safe));
	trace.value = copied(d, value);
	d->plan.rules = rules;
	d->plan.rules[d->plan.rules_n++] = trace;
	d->plan.allowed = d->plan.allowed && outcome != CTN_RULE_FAIL;
}

void
ctn_decision_hint(ctn_decision *d, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (d->plan.hint != NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->plan.hint = copied(d, text);
}

void
ctn_decision_drop(ctn_decision *d, const char *what, const char *why)
{
	ctn_dropped *all = grown(d, d->plan.dropped, d->plan.dropped_n, &d->dropped_cap, sizeof(*all));

	if (all == NULL)
		return;
	d->plan.dropped = all;
	all[d->plan.dropped_n++] = (ctn_dropped){ .from = "csr", .what = copied(d, what), .why = why };
}

ctn_where
ctn_decision_where(const ctn_decision *d, const char *key)
{
	return ctn_profile_where(d->profile, key);
}

void
ctn_decision_issuer(ctn_decision *d, ctn_where where)
{
	const ctn_issuer_facts *i = d->issuer;
	char when[32];

	if (d->now_s < i->not_before) {
		ctn_time_text(when, i->not_before);
		ctn_decision_rule(d, CTN_RULE_FAIL, "issuer", where, i->authority, "authority '%s' is valid only from %s on", i->authority, when);
		ctn_decision_hint(d, "is the clock right?");
	} else if (d->now_s > i->not_after) {
		ctn_time_text(when, i->not_after);
		ctn_decision_rule(d, CTN_RULE_FAIL, "issuer", where, i->authority, "authority '%s' or what is above it expired at %s", i->authority,
		    when);
		ctn_decision_hint(d, "catena ca renew %s", i->authority);
	} else if (i->revoked != NULL) {
		ctn_decision_rule(d, CTN_RULE_FAIL, "issuer", where, i->authority, "nobody trusts authority '%s': %s", i->authority, i->revoked);
		ctn_decision_hint(d, "describe another authority in ca.yaml, and name it as the issuer");
	} else {
		ctn_decision_rule(d, CTN_RULE_PASS, "issuer", where, i->authority, "signed by authority '%s'", i->authority);
	}
}
