#include "verify/policy.h"

#include "der/oid.h"
#include "x509/ext.h"

/*
 * A node of one depth. anyPolicy is no node but a flag of its depth, as its expected policies are always just itself.
 * parents are indexes of nodes of the depth above; none: the parent is anyPolicy.
 */
struct node {
	ctn_span policy;
	size_t *parents;
	size_t parents_n, parents_cap;
	bool mapped;    /* by the certificate of this depth */
	bool dropped;   /* not among the certificate's policies, or its mapping is inhibited */
	bool reachable; /* from the last depth */
};

struct depth {
	struct node *nodes;
	size_t n, cap;
	bool any;
};

struct graph {
	ctn_arena *a;
	struct depth *depths; /* [0] the certificate that the anchor issued */
	size_t n;
	size_t nodes;         /* in all */
	uint64_t explicit_policy, mapping, any;
	enum ctn_vcheck failed;
	bool no_memory;       /* e says so */
	struct ctn_err *e;
};

static struct node *
find(struct depth *d, ctn_span policy)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->nodes[i].dropped && ctn_span_equal(d->nodes[i].policy, policy))
			return &d->nodes[i];
	return NULL;
}

/* Room for one more of size in *list, in the arena; the old stays until all goes. */
static bool
grow(struct graph *g, void *list, size_t n, size_t *cap, size_t size)
{
	size_t wanted = *cap == 0 ? 4 : *cap * 2;
	void *old, *more;

	if (n < *cap)
		return true;
	more = ctn_arena_calloc(g->a, wanted, size);
	if (more == NULL) {
		g->no_memory = true;
		return ctn_fail_memory(g->e);
	}
	memcpy(&old, list, sizeof(old));
	if (n > 0)
		memcpy(more, old, n * size);
	memcpy(list, &more, sizeof(more));
	*cap = wanted;
	return true;
}

static struct node *
add(struct graph *g, struct depth *d, ctn_span policy)
{
	if (++g->nodes > CTN_POLICY_NODES_MAX) {
		g->failed = CTN_V_work;
		return NULL;
	}
	if (!grow(g, &d->nodes, d->n, &d->cap, sizeof(*d->nodes)))
		return NULL;
	d->nodes[d->n] = (struct node){ .policy = policy };
	return &d->nodes[d->n++];
}

static void
add_parent(struct graph *g, struct node *node, size_t parent)
{
	if (++g->nodes > CTN_POLICY_NODES_MAX) {
		g->failed = CTN_V_work;
		return;
	}
	if (!grow(g, &node->parents, node->parents_n, &node->parents_cap, sizeof(*node->parents)))
		return;
	node->parents[node->parents_n++] = parent;
}

static bool
is_any(ctn_span policy)
{
	return ctn_span_equal(policy, ctn_oid_any_policy);
}

/* Is the valid_policy_graph NULL? */
static bool
is_empty(const struct depth *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->nodes[i].dropped)
			return false;
	return !d->any;
}

/* None when the extension is absent or malformed. */
static ctn_der
policies_of(const ctn_member *m)
{
	const ctn_ext *x = ctn_exts_find(&m->cert.exts, ctn_oid_certificate_policies);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e;

	if (x != NULL)
		(void)!ctn_ext_policies(&list, x->value, &e);
	return list;
}

static bool
lists(const ctn_member *m, ctn_span policy)
{
	ctn_der list = policies_of(m);
	ctn_span oid, qualifiers;

	while (ctn_policy_next(&list, &oid, &qualifiers))
		if (ctn_span_equal(oid, policy))
			return true;
	return false;
}

/* Policies of m that the depth does not have yet are there as children of anyPolicy (RFC 9618 5.3 (d)(1)(ii)). */
static void
add_from_any(struct graph *g, struct depth *d, const ctn_member *m)
{
	ctn_der list = policies_of(m);
	ctn_span oid, qualifiers;

	while (ctn_policy_next(&list, &oid, &qualifiers))
		if (!is_any(oid) && find(d, oid) == NULL)
			(void)add(g, d, oid);
}

/* No policy may stand twice (RFC 5280 4.2.1.4); also how many there are. */
static size_t
count_policies(const ctn_member *m, bool *repeated)
{
	ctn_der list = policies_of(m), rest;
	ctn_span oid, other, qualifiers;
	size_t n = 0;

	*repeated = false;
	for (; ctn_policy_next(&list, &oid, &qualifiers); n++)
		for (rest = list; n < 256 && !*repeated && ctn_policy_next(&rest, &other, &qualifiers);)
			*repeated = ctn_span_equal(oid, other);
	return n;
}

/* RFC 9618 5.3 (d) and (e) over the depth that the mappings above have prepared. */
static void
take_policies(struct graph *g, struct depth *d, const ctn_member *m, bool any_allowed)
{
	bool any_above = d->any, lists_any, repeated;

	if (count_policies(m, &repeated) > 256 || repeated) {
		g->failed = repeated ? CTN_V_policy_form : CTN_V_work;
		return;
	}
	lists_any = lists(m, ctn_oid_any_policy) && any_allowed;
	if (!lists_any) {
		for (size_t i = 0; i < d->n; i++)
			d->nodes[i].dropped = !lists(m, d->nodes[i].policy);
		d->any = false;
	}
	if (any_above)
		add_from_any(g, d, m);
}

/* None when the extension is absent or malformed. */
static ctn_der
mappings_of(const ctn_member *m)
{
	const ctn_ext *x = ctn_exts_find(&m->cert.exts, ctn_oid_policy_mappings);
	ctn_der list = ctn_der_over((ctn_span){ 0 });
	struct ctn_err e;

	if (x != NULL)
		(void)!ctn_ext_policy_mappings(&list, x->value, &e);
	return list;
}

/* RFC 5280 6.1.4 (a), and (b) on this depth: what is mapped, or dropped instead. */
static void
mark_mapped(struct graph *g, struct depth *d, const ctn_member *m)
{
	ctn_der list = mappings_of(m);
	ctn_span from, to;
	struct node *node;

	while (ctn_policy_mapping_next(&list, &from, &to)) {
		if (is_any(from) || is_any(to)) {
			g->failed = CTN_V_policy_any_mapped;
			return;
		}
		if (++g->nodes > CTN_POLICY_NODES_MAX) {
			g->failed = CTN_V_work;
			return;
		}
		node = find(d, from);
		if (node == NULL && d->any && g->mapping > 0)
			node = add(g, d, from);
		if (node == NULL)
			continue;
		node->mapped = true;
		node->dropped = g->mapping == 0;
	}
}

static void
link_to(struct graph *g, struct depth *next, ctn_span policy, size_t parent)
{
	struct node *node = find(next, policy);

	if (node == NULL)
		node = add(g, next, policy);
	if (node != NULL)
		add_parent(g, node, parent);
}

/* The depth below, before its certificate's own policies are looked at: a node for each expected policy. */
static void
expect(struct graph *g, struct depth *next, struct depth *d, const ctn_member *m)
{
	ctn_der list = mappings_of(m);
	ctn_span from, to;
	struct node *node;

	next->any = d->any;
	for (size_t i = 0; i < d->n; i++)
		if (!d->nodes[i].dropped && !d->nodes[i].mapped)
			link_to(g, next, d->nodes[i].policy, i);
	while (ctn_policy_mapping_next(&list, &from, &to)) {
		node = find(d, from);
		if (node != NULL)
			link_to(g, next, to, (size_t)(node - d->nodes));
	}
}

static void
lower(uint64_t *counter)
{
	*counter -= *counter > 0;
}

static void
limit(uint64_t *counter, bool present, uint64_t v)
{
	if (present && v < *counter)
		*counter = v;
}

/* RFC 5280 6.1.4 (h) to (j). */
static void
count_down(struct graph *g, const ctn_member *m)
{
	if (!m->self_issued) {
		lower(&g->explicit_policy);
		lower(&g->mapping);
		lower(&g->any);
	}
	limit(&g->explicit_policy, m->pc.has_require, m->pc.require_explicit);
	limit(&g->mapping, m->pc.has_inhibit, m->pc.inhibit_mapping);
	limit(&g->any, m->has_inhibit_any, m->inhibit_any);
}

/* One certificate; last: the leaf. False when the path ends here. */
static bool
step(struct graph *g, size_t i, const ctn_member *m, bool last)
{
	struct depth *d = &g->depths[i];

	take_policies(g, d, m, g->any > 0 || (!last && m->self_issued));
	if (g->failed != CTN_V_NONE || g->no_memory)
		return false;
	if (g->explicit_policy == 0 && is_empty(d)) {
		g->failed = CTN_V_policies;
		return false;
	}
	if (last)
		return true;
	mark_mapped(g, d, m);
	if (g->failed == CTN_V_NONE && !g->no_memory)
		expect(g, &g->depths[i + 1], d, m);
	count_down(g, m);
	return g->failed == CTN_V_NONE && !g->no_memory;
}

static void
mark_reachable(struct graph *g)
{
	struct depth *d = &g->depths[g->n - 1];

	for (size_t i = 0; i < d->n; i++)
		d->nodes[i].reachable = !d->nodes[i].dropped;
	for (size_t k = g->n; k-- > 1;)
		for (size_t i = 0; i < g->depths[k].n; i++) {
			const struct node *node = &g->depths[k].nodes[i];

			for (size_t p = 0; node->reachable && p < node->parents_n; p++)
				g->depths[k - 1].nodes[node->parents[p]].reachable = true;
		}
}

static bool
has(const ctn_policy_outputs *out, ctn_span oid)
{
	for (size_t i = 0; i < out->n; i++)
		if (ctn_span_equal(out->oids[i], oid))
			return true;
	return false;
}

static bool
is_wanted(const ctn_policy_inputs *in, ctn_span oid)
{
	for (size_t i = 0; i < in->wanted_n; i++)
		if (ctn_span_equal(in->wanted[i], oid) || is_any(in->wanted[i]))
			return true;
	return in->wanted_n == 0;
}

/* RFC 9618 5.5 (g): nodes whose parent is anyPolicy are in the anchor's domain, which is the user's. */
static void
collect(ctn_policy_outputs *out, const struct graph *g, const ctn_policy_inputs *in)
{
	bool any = g->depths[g->n - 1].any;

	for (size_t k = 0; k < g->n; k++)
		for (size_t i = 0; i < g->depths[k].n; i++) {
			const struct node *node = &g->depths[k].nodes[i];

			if (node->reachable && node->parents_n == 0 && is_wanted(in, node->policy) && !has(out, node->policy))
				out->oids[out->n++] = node->policy;
		}
	out->any = any && is_wanted(in, ctn_oid_any_policy);
	for (size_t i = 0; any && !out->any && i < in->wanted_n; i++)
		if (!has(out, in->wanted[i]))
			out->oids[out->n++] = in->wanted[i];
}

/* RFC 5280 6.1.5 (a), (b), (g). */
static bool
wrap_up(ctn_policy_outputs *out, enum ctn_vcheck *failed, struct graph *g, const ctn_member *leaf, const ctn_policy_inputs *in)
{
	lower(&g->explicit_policy);
	if (leaf->pc.has_require && leaf->pc.require_explicit == 0)
		g->explicit_policy = 0;
	out->oids = ctn_arena_new(g->a, ctn_span, g->nodes + in->wanted_n + 1);
	if (out->oids == NULL)
		return ctn_fail_memory(g->e);
	mark_reachable(g);
	collect(out, g, in);
	if (g->explicit_policy == 0 && out->n == 0 && !out->any)
		*failed = CTN_V_policies;
	return true;
}

bool
ctn_policy_run(ctn_policy_outputs *out, enum ctn_vcheck *failed, size_t *at, ctn_member *const *path, size_t n,
    const ctn_policy_inputs *in, ctn_arena *a, struct ctn_err *e)
{
	struct graph g = { .a = a, .n = n, .e = e };

	*out = (ctn_policy_outputs){ 0 };
	g.depths = ctn_arena_new(a, struct depth, n);
	if (g.depths == NULL)
		return ctn_fail_memory(e);
	g.depths[0].any = true;
	g.explicit_policy = in->require_explicit ? 0 : n + 1;
	g.mapping = in->inhibit_mapping ? 0 : n + 1;
	g.any = in->inhibit_any ? 0 : n + 1;
	for (size_t i = 0; i < n; i++) {
		*at = n - 1 - i;
		if (!step(&g, i, path[*at], i + 1 == n))
			break;
	}
	if (g.no_memory)
		return ctn_fail_memory(e);
	*failed = g.failed;
	if (g.failed != CTN_V_NONE)
		return true;
	return wrap_up(out, failed, &g, path[0], in);
}
