/* Part of scene.h: twists of certificate policies. */
#include "twists.h"

#include "der/oid.h"
#include "der/write.h"

#define P1 CTN_SPAN("\x2a\x01")
#define P2 CTN_SPAN("\x2a\x02")
#define P3 CTN_SPAN("\x2a\x03")

static ctn_span
any_policy(struct scene *s)
{
	const ctn_span oids[] = { P1, P1, P2, P3, ctn_oid_any_policy };

	return oids[pick(s, sizeof(oids) / sizeof(*oids))];
}

static void
put(struct scene_cert *c, ctn_span oid)
{
	forge_policies(&c->f, &oid, 1);
}

bool
twist_policy_all(struct scene *s)
{
	for (unsigned i = 0; i <= s->depth; i++)
		put(&s->certs[i], P1);
	return true;
}

bool
twist_policy_any(struct scene *s)
{
	if (chance(s, 50))
		(void)twist_policy_all(s);
	put(any_cert(s), ctn_oid_any_policy);
	return true;
}

bool
twist_policy_drop(struct scene *s)
{
	struct scene_cert *c = any_cert(s);

	if (forge_ext(&c->f, ctn_oid_certificate_policies) == NULL)
		return false;
	forge_drop(&c->f, ctn_oid_certificate_policies);
	return true;
}

bool
twist_policy_other(struct scene *s)
{
	put(any_cert(s), any_policy(s));
	return true;
}

bool
twist_policy_two(struct scene *s)
{
	const ctn_span sets[][2] = { { P1, P2 }, { P1, P3 }, { P2, P3 }, { P1, ctn_oid_any_policy }, { P3, ctn_oid_any_policy } };

	(void)twist_policy_all(s);
	for (unsigned n = 1 + pick(s, 2); n > 0; n--)
		forge_policies(&any_cert(s)->f, sets[pick(s, 5)], 2);
	return true;
}

bool
twist_policy_twice(struct scene *s)
{
	forge_policies(&any_cert(s)->f, (const ctn_span[]){ P1, P1 }, 2);
	return true;
}

static void
map(struct scene_cert *c, ctn_span from, ctn_span to)
{
	ctn_buf *b = forge_put(&c->f, ctn_oid_policy_mappings, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE), one = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, from);
	ctn_der_put_oid(b, to);
	ctn_der_close(b, one);
	ctn_der_close(b, s);
}

/* P1 becomes P2 at an authority; mostly what is below speaks of P2. */
bool
twist_policy_map(struct scene *s)
{
	struct scene_cert *c = any_intermediate(s);

	if (c == NULL)
		return false;
	if (chance(s, 60))
		(void)twist_policy_all(s);
	map(c, P1, chance(s, 80) ? P2 : P3);
	for (unsigned i = 0; i < index_of(s, c) && chance(s, 80); i++)
		put(&s->certs[i], P2);
	return true;
}

bool
twist_policy_map_any(struct scene *s)
{
	struct scene_cert *c = any_intermediate(s);

	if (c == NULL)
		return false;
	map(c, chance(s, 50) ? P1 : ctn_oid_any_policy, chance(s, 50) ? P1 : ctn_oid_any_policy);
	return true;
}

/* Tag 0: requireExplicitPolicy; 1: inhibitPolicyMapping. */
static void
constrain(struct scene *s, struct scene_cert *c, unsigned tag, bool critical)
{
	uint8_t der[] = { 0x30, 0x03, (uint8_t)(0x80 + tag), 0x01, (uint8_t)pick(s, 4) };

	forge_raw(&c->f, ctn_oid_policy_constraints, critical, (ctn_span){ der, sizeof(der) });
}

bool
twist_policy_require(struct scene *s)
{
	constrain(s, any_authority(s), 0, true);
	return true;
}

bool
twist_policy_leaf_require(struct scene *s)
{
	constrain(s, &s->certs[0], 0, true);
	return true;
}

bool
twist_policy_no_map(struct scene *s)
{
	constrain(s, any_authority(s), 1, true);
	return true;
}

bool
twist_policy_no_any(struct scene *s)
{
	uint8_t der[] = { 0x02, 0x01, (uint8_t)pick(s, 3) };

	forge_raw(&any_authority(s)->f, ctn_oid_inhibit_any_policy, true, (ctn_span){ der, sizeof(der) });
	return true;
}

bool
twist_policy_soft(struct scene *s)
{
	constrain(s, any_authority(s), pick(s, 2), false);
	return true;
}

bool
twist_ask_policy(struct scene *s)
{
	s->policies[0] = any_policy(s);
	s->policies[1] = P3;
	s->policies_n = 1 + pick(s, 2);
	s->require_policy = true;
	return true;
}

bool
twist_ask_policy_soft(struct scene *s)
{
	s->policies[0] = any_policy(s);
	s->policies_n = 1;
	return true;
}

bool
twist_ask_explicit(struct scene *s)
{
	if (chance(s, 60))
		(void)twist_policy_all(s);
	s->require_policy = true;
	return true;
}

bool
twist_ask_no_map(struct scene *s)
{
	s->inhibit_mapping = true;
	return true;
}

bool
twist_ask_no_any(struct scene *s)
{
	s->inhibit_any = true;
	return true;
}
