/* Part of monitor/served.h: TLS endpoints. */
#include <string.h>

#include "monitor/served.h"
#include "name/endpoint.h"

/** Those of the policy, each once. */
struct endpoints {
	ctn_endpoint *at;
	size_t n;
	size_t first; /* item of the first one */
};

static bool
is_listed(const ctn_items *items, size_t first, const char *name)
{
	for (size_t i = first; i < items->n; i++)
		if (strcmp(items->at[i].r.item, name) == 0)
			return true;
	return false;
}

static bool
add(struct endpoints *p, ctn_items *items, const char *text, ctn_arena *a, struct ctn_err *e)
{
	ctn_endpoint *at = &p->at[p->n];
	const char *name;
	ctn_item *i;

	if (!ctn_endpoint_parse(at, text, a, e))
		return false;
	name = ctn_endpoint_text(at, a);
	if (name != NULL && is_listed(items, p->first, name))
		return true;
	i = ctn_items_add(items, name, "endpoint", at->host);
	if (i == NULL)
		return ctn_fail_memory(e);
	i->r.where = text;
	p->n++;
	return true;
}

static size_t
count(const ctn_monitor_policy *policy)
{
	size_t n = 0;

	for (size_t i = 0; i < policy->watch_n; i++)
		n += policy->watch[i].kind == CTN_WATCH_TLS ? policy->watch[i].what_n : 0;
	return n;
}

static bool
list(struct endpoints *p, ctn_items *items, const ctn_monitor_policy *policy, ctn_arena *a, struct ctn_err *e)
{
	*p = (struct endpoints){ .at = ctn_arena_new(a, ctn_endpoint, count(policy) + 1), .first = items->n };
	if (p->at == NULL)
		return ctn_fail_memory(e);
	for (size_t i = 0; i < policy->watch_n; i++)
		for (size_t k = 0; policy->watch[i].kind == CTN_WATCH_TLS && k < policy->watch[i].what_n; k++)
			if (!add(p, items, policy->watch[i].what[k], a, e))
				return ctn_wrap(e, "%s:%u", policy->watch[i].where[k].file, policy->watch[i].where[k].line);
	return true;
}

struct teller {
	const ctn_monitor_env *env;
};

static void
tell(void *ctx, uint64_t done, uint64_t all)
{
	const ctn_monitor_env *env = ((struct teller *)ctx)->env;

	env->progress(env->progress_ctx, "looking at endpoints", done, all);
}

static bool
probe(struct endpoints *p, ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, struct ctn_err *e)
{
	ctn_arena *a = env->ca->arena;
	ctn_probe_seen *seen = ctn_arena_new(a, ctn_probe_seen, p->n);
	struct teller teller = { env };
	const ctn_probe_wish how = { CTN_PROBE_DEADLINE_MS, env->progress != NULL ? tell : NULL, &teller };

	if (seen == NULL)
		return ctn_fail_memory(e);
	if (!env->probe->many(seen, p->at, p->n, &how, a, e))
		return ctn_wrap(e, "looking at endpoints");
	for (size_t i = 0; i < p->n; i++) {
		ctn_item *item = &items->at[p->first + i];

		if (seen[i].chain_n == 0) {
			item->failure = ctn_arena_text(a, seen[i].why.code != CTN_OK ? seen[i].why.text : "no certificate was shown");
			if (item->failure == NULL)
				return ctn_fail_memory(e);
		} else if (!ctn_item_serves(item, seen[i].chain, seen[i].chain_n, known, env->ca, e)) {
			return false;
		}
	}
	return true;
}

bool
ctn_items_endpoints(ctn_items *items, const ctn_monitor_env *env, const ctn_known *known, bool look, struct ctn_err *e)
{
	struct endpoints p;

	if (!list(&p, items, env->policy, env->ca->arena, e))
		return false;
	if (look && env->probe != NULL)
		return p.n == 0 || probe(&p, items, env, known, e);
	for (size_t i = 0; i < p.n; i++) {
		items->at[p.first + i].remembered = !look;
		items->at[p.first + i].failure = look ? "libcatena-net is not there to look at it" : NULL;
	}
	return true;
}
