/* Certificate policies: the graph of RFC 9618 over root, upper, lower, leaf. */
#include "verify_forge.h"

#define P1 CTN_SPAN("\x2a\x01")
#define P2 CTN_SPAN("\x2a\x02")
#define P3 CTN_SPAN("\x2a\x03")
#define ANY ctn_oid_any_policy

static void
policy(struct forged *c, ctn_span oid)
{
	forge_policies(c, &oid, 1);
}

static void
all(struct chain *c, ctn_span oid)
{
	policy(&c->upper, oid);
	policy(&c->lower, oid);
	policy(&c->leaf, oid);
}

static void
put_mapping(ctn_buf *b, ctn_span from, ctn_span to)
{
	size_t one = ctn_der_open(b, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(b, from);
	ctn_der_put_oid(b, to);
	ctn_der_close(b, one);
}

static void
map(struct forged *c, ctn_span from, ctn_span to)
{
	ctn_buf *b = forge_put(c, ctn_oid_policy_mappings, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	put_mapping(b, from, to);
	ctn_der_close(b, s);
}

/* From one policy to n others, or n times to the same; first: another mapping in front of them. */
static void
map_often(struct forged *c, unsigned n, bool distinct, const ctn_span *first)
{
	ctn_buf *b = forge_put(c, ctn_oid_policy_mappings, true);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	if (first != NULL)
		put_mapping(b, first[0], first[1]);
	for (unsigned i = 0; i < n; i++) {
		const uint8_t to[] = { 0x2a, 0x02, (uint8_t)(0x81 + i / 128), (uint8_t)(i % 128) };

		put_mapping(b, P1, (ctn_span){ to, distinct ? 4 : 2 });
	}
	ctn_der_close(b, s);
}

/* Tag 0: requireExplicitPolicy; 1: inhibitPolicyMapping. */
static void
constrain(struct forged *c, unsigned tag, uint8_t skip)
{
	uint8_t der[] = { 0x30, 0x03, (uint8_t)(0x80 + tag), 0x01, skip };

	forge_raw(c, ctn_oid_policy_constraints, true, (ctn_span){ der, sizeof(der) });
}

static void
inhibit_any(struct forged *c, uint8_t skip)
{
	uint8_t der[] = { 0x02, 0x01, skip };

	forge_raw(c, ctn_oid_inhibit_any_policy, true, (ctn_span){ der, sizeof(der) });
}

static void
want(struct chain *c, ctn_span oid)
{
	ctn_span *wanted = ctn_arena_new(c->a, ctn_span, 1);

	*wanted = oid;
	c->ask.policies = wanted;
	c->ask.policies_n = 1;
	c->ask.require_policy = true;
}

#define SPOIL(name) static void name(struct chain *c)

SPOIL(none) { (void)c; }
SPOIL(none_required) { c->ask.require_policy = true; }
SPOIL(same) { all(c, P1); c->ask.require_policy = true; }
SPOIL(same_wanted) { all(c, P1); want(c, P1); }
SPOIL(other_wanted) { all(c, P1); want(c, P2); }
SPOIL(different) { all(c, P1); policy(&c->leaf, P2); c->ask.require_policy = true; }
SPOIL(different_unasked) { all(c, P1); policy(&c->leaf, P2); }
SPOIL(different_above) { all(c, P1); policy(&c->upper, P2); c->ask.require_policy = true; }
SPOIL(leaf_without) { policy(&c->upper, P1); policy(&c->lower, P1); c->ask.require_policy = true; }
SPOIL(authority_requires) { all(c, P1); policy(&c->leaf, P2); constrain(&c->upper, 0, 0); }
SPOIL(authority_requires_later) { all(c, P1); policy(&c->leaf, P2); constrain(&c->upper, 0, 1); }
SPOIL(authority_requires_too_late) { all(c, P1); policy(&c->leaf, P2); constrain(&c->upper, 0, 3); }
SPOIL(leaf_requires) { constrain(&c->leaf, 0, 0); }
SPOIL(mapped) { policy(&c->upper, P1); map(&c->upper, P1, P2); policy(&c->lower, P2); policy(&c->leaf, P2); want(c, P1); }
SPOIL(mapped_other_wanted) { mapped(c); want(c, P2); }
SPOIL(mapped_old_in_leaf) { mapped(c); policy(&c->leaf, P1); }
SPOIL(mapping_inhibited) { mapped(c); c->ask.inhibit_mapping = true; }
SPOIL(mapping_inhibited_by_authority) { policy(&c->upper, P1); constrain(&c->upper, 1, 0); policy(&c->lower, P1);
	map(&c->lower, P1, P2); policy(&c->leaf, P2); c->ask.require_policy = true; }
SPOIL(mapping_inhibited_later) { mapping_inhibited_by_authority(c); constrain(&c->upper, 1, 1); }
SPOIL(map_from_any) { all(c, P1); map(&c->upper, ANY, P1); }
SPOIL(map_to_any) { all(c, P1); map(&c->upper, P1, ANY); }
SPOIL(any_above) { all(c, P1); policy(&c->upper, ANY); want(c, P1); }
SPOIL(any_all) { all(c, ANY); want(c, P3); }
SPOIL(any_inhibited) { any_above(c); c->ask.inhibit_any = true; }
SPOIL(any_inhibited_by_authority) { all(c, P1); policy(&c->lower, ANY); inhibit_any(&c->upper, 0); want(c, P1); }
SPOIL(any_inhibited_later) { all(c, P1); policy(&c->lower, ANY); inhibit_any(&c->upper, 1); want(c, P1); }
SPOIL(any_mapped) { policy(&c->upper, ANY); map(&c->upper, P1, P2); policy(&c->lower, P2); policy(&c->leaf, P2); want(c, P1); }
SPOIL(twice) { all(c, P1); forge_policies(&c->leaf, (const ctn_span[]){ P1, P1 }, 2); }

SPOIL(leaf_requires_later) { constrain(&c->leaf, 0, 1); }
SPOIL(any_required) { all(c, ANY); c->ask.require_policy = true; }
SPOIL(any_wanted) { all(c, P1); want(c, ANY); }
SPOIL(absent_mapped) { policy(&c->upper, P1); map(&c->upper, P3, P2); policy(&c->lower, P2); policy(&c->leaf, P2); want(c, P3); }
/* The root's name once more, under another key: self-issued. */
SPOIL(upper_self_issued) { forge_name(&c->upper.subject, "CN=Root"); forge_name(&c->lower.issuer, "CN=Root"); }
SPOIL(any_of_self_issued) { upper_self_issued(c); any_above(c); c->ask.inhibit_any = true; }
SPOIL(leaf_self_issued) { all(c, P1); policy(&c->leaf, ANY); forge_name(&c->leaf.subject, "CN=Lower,O=Example"); want(c, P1); }
SPOIL(any_of_self_issued_leaf) { leaf_self_issued(c); c->ask.inhibit_any = true; }
SPOIL(counted) { constrain(&c->upper, 0, 2); }
SPOIL(not_put_off) { constrain(&c->upper, 0, 1); constrain(&c->lower, 0, 5); }
SPOIL(not_counted) { counted(c); forge_name(&c->lower.subject, "CN=Upper,O=Example"); forge_name(&c->leaf.issuer, "CN=Upper,O=Example"); }

/* n policies in the leaf, of which the last repeated are the same. */
static void
many(struct chain *c, unsigned n, unsigned repeated)
{
	ctn_buf *b = forge_put(&c->leaf, ctn_oid_certificate_policies, false);
	size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);

	for (unsigned i = 0; i < n; i++) {
		unsigned k = i + repeated > n ? n - repeated : i;
		const uint8_t der[] = { 0x30, 0x06, 0x06, 0x04, 0x2a, 0x01, (uint8_t)(0x81 + k / 128), (uint8_t)(k % 128) };

		ctn_buf_add(b, der, sizeof(der));
	}
	ctn_der_close(b, s);
}
SPOIL(policies_256) { many(c, 256, 0); }
SPOIL(policies_257) { many(c, 257, 0); }
SPOIL(policies_300) { many(c, 300, 30); }
SPOIL(twice_first) { all(c, P1); forge_policies(&c->leaf, (const ctn_span[]){ P1, P1, P2 }, 3); }
SPOIL(twice_required) { all(c, P1); forge_policies(&c->upper, (const ctn_span[]){ P1, P1 }, 2); c->ask.require_policy = true; }
SPOIL(twice_below_none) { constrain(&c->upper, 0, 0); forge_policies(&c->lower, (const ctn_span[]){ P1, P1 }, 2); }

/* What an authority does not have itself it cannot map. */
SPOIL(dropped_mapped) { forge_policies(&c->upper, (const ctn_span[]){ P1, P2 }, 2); policy(&c->lower, P2); map(&c->lower, P1, P3);
	policy(&c->leaf, P3); c->ask.require_policy = true; }
SPOIL(gone_and_back) { forge_policies(&c->upper, (const ctn_span[]){ P1, P2 }, 2); policy(&c->lower, P2); policy(&c->leaf, P1);
	c->ask.require_policy = true; }
SPOIL(mapped_late_old) { policy(&c->upper, P1); policy(&c->lower, P1); map(&c->lower, P1, P2); policy(&c->leaf, P1);
	c->ask.require_policy = true; }
SPOIL(inhibited_old) { all(c, P1); map(&c->upper, P1, P2); c->ask.inhibit_mapping = true; want(c, P1); }
/* The mapped policy goes, and comes again from anyPolicy. */
SPOIL(inhibited_under_any) { inhibited_old(c); forge_policies(&c->upper, (const ctn_span[]){ ANY, P1 }, 2); }
SPOIL(inhibited_from_any) { any_mapped(c); c->ask.inhibit_mapping = true; want(c, P2); }

/* Of 4096 nodes, parents and mappings in all the last is allowed. */
SPOIL(mappings_4096) { map_often(&c->lower, 4096, false, NULL); }
SPOIL(mappings_4097) { map_often(&c->lower, 4097, false, NULL); }
SPOIL(nodes_4096) { all(c, ANY); map_often(&c->lower, 3840, false, NULL); c->ask.inhibit_mapping = true; many(c, 256, 0); }
SPOIL(nodes_4097) { nodes_4096(c); map_often(&c->lower, 3841, false, NULL); }
/* P1 twice with a parent, P2, and each mapping twice. */
SPOIL(parents_4096) { forge_policies(&c->upper, (const ctn_span[]){ ANY, P1 }, 2); forge_policies(&c->lower, (const ctn_span[]){ ANY, P1 }, 2);
	map_often(&c->lower, 2046, false, NULL); policy(&c->leaf, CTN_SPAN("\x2a\x02")); want(c, P1); }
SPOIL(parents_4098) { parents_4096(c); map_often(&c->lower, 2047, false, NULL); }
SPOIL(children_many) { policy(&c->upper, P1); policy(&c->lower, P1); map_often(&c->lower, 1400, true, NULL); }
SPOIL(any_mapped_before_many) { all(c, P1); map_often(&c->lower, 2100, true, (const ctn_span[]){ P1, ANY }); }

#define ALL(check) CTN_V_##check, CTN_V_##check, CTN_V_##check
#define FINE CTN_V_NONE, CTN_V_NONE, CTN_V_NONE

static const struct rule_case cases[] = {
	{ "no policies", none, FINE },
	{ "no policies where one is required", none_required, ALL(policies) },
	{ "the same policy everywhere", same, FINE },
	{ "the policy that is wanted", same_wanted, FINE },
	{ "a policy that is not wanted", other_wanted, ALL(policies) },
	{ "another policy in the leaf", different, ALL(policies) },
	{ "another policy where none is required", different_unasked, FINE },
	{ "another policy above", different_above, ALL(policies) },
	{ "no policy in the leaf", leaf_without, ALL(policies) },
	{ "an authority requires one", authority_requires, ALL(policies) },
	{ "an authority requires one a step later", authority_requires_later, ALL(policies) },
	{ "an authority requires one below the leaf", authority_requires_too_late, FINE },
	{ "the leaf requires one", leaf_requires, ALL(policies) },
	{ "a mapped policy", mapped, FINE },
	{ "the subject's name of a mapped policy is not the user's", mapped_other_wanted, ALL(policies) },
	{ "the issuer's name of a mapped policy does not hold below", mapped_old_in_leaf, ALL(policies) },
	{ "mapping is inhibited from the start", mapping_inhibited, ALL(policies) },
	{ "mapping is inhibited by an authority", mapping_inhibited_by_authority, ALL(policies) },
	{ "mapping is inhibited one step later", mapping_inhibited_later, FINE },
	{ "mapping from anyPolicy", map_from_any, ALL(policy_any_mapped) },
	{ "mapping to anyPolicy", map_to_any, ALL(policy_any_mapped) },
	{ "anyPolicy above", any_above, FINE },
	{ "anyPolicy everywhere", any_all, FINE },
	{ "anyPolicy is inhibited from the start", any_inhibited, ALL(policies) },
	{ "anyPolicy is inhibited by an authority", any_inhibited_by_authority, ALL(policies) },
	{ "anyPolicy is inhibited one step later", any_inhibited_later, FINE },
	{ "a mapping under anyPolicy", any_mapped, FINE },
	{ "a policy twice", twice, ALL(policy_form) },
	{ "the leaf requires one below itself", leaf_requires_later, FINE },
	{ "anyPolicy everywhere where one is required", any_required, FINE },
	{ "any policy is wanted", any_wanted, FINE },
	{ "what nobody has cannot be mapped", absent_mapped, ALL(policies) },
	{ "anyPolicy of a self-issued authority is not inhibited", any_of_self_issued, FINE },
	{ "anyPolicy of a self-issued leaf", leaf_self_issued, FINE },
	{ "anyPolicy of a self-issued leaf is inhibited", any_of_self_issued_leaf, ALL(policies) },
	{ "two steps and then one is required", counted, ALL(policies) },
	{ "a self-issued step does not count", not_counted, FINE },
	{ "what an authority requires the next cannot put off", not_put_off, ALL(policies) },
	{ "256 policies", policies_256, FINE },
	{ "257 policies", policies_257, ALL(work) },
	{ "300 policies, of which some stand more than once", policies_300, ALL(work) },
	{ "the first policy twice", twice_first, ALL(policy_form) },
	{ "a policy twice where one is required", twice_required, ALL(policy_form) },
	{ "a policy twice where none is left", twice_below_none, ALL(policy_form) },
	{ "a mapping of what the authority does not have", dropped_mapped, ALL(policies) },
	{ "a policy that an authority between does not have", gone_and_back, ALL(policies) },
	{ "the issuer's name of a mapped policy in the leaf alone", mapped_late_old, ALL(policies) },
	{ "an inhibited mapping takes the policy away", inhibited_old, ALL(policies) },
	{ "but not what is there under anyPolicy", inhibited_under_any, FINE },
	{ "nor what it maps to", inhibited_from_any, FINE },
};

static const struct rule_case bounds[] = {
	{ "4096 mappings", mappings_4096, FINE },
	{ "4097 mappings", mappings_4097, ALL(work) },
	{ "4096 nodes", nodes_4096, FINE },
	{ "4097 nodes", nodes_4097, ALL(work) },
	{ "4096 with parents", parents_4096, FINE },
	{ "4098 with parents", parents_4098, ALL(work) },
	{ "1400 children", children_many, ALL(work) },
	{ "a mapping to anyPolicy before many", any_mapped_before_many, ALL(policy_any_mapped) },
};

static void
the_graph_has_a_size(void **state)
{
	(void)state;
	run_cases(bounds, sizeof(bounds) / sizeof(*bounds));
}

static void
each_policy_rule_refuses_and_its_neighbour_passes(void **state)
{
	(void)state;
	run_cases(cases, sizeof(cases) / sizeof(*cases));
}

/* The set that came out: any, or n policies of which one is oid. */
static void
assert_set(void (*spoil)(struct chain *c), bool any, size_t n, ctn_span oid)
{
	struct chain c;

	chain_begin(&c);
	spoil(&c);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_NONE);
	assert_int_equal(c.result.policies_any, any);
	assert_int_equal(c.result.policies_n, n);
	if (n > 0)
		assert_true(ctn_span_equal(c.result.policies[0], oid));
	chain_end(&c);
}

SPOIL(any_unasked) { all(c, ANY); }
SPOIL(two) { const ctn_span both[] = { P1, P2 }; forge_policies(&c->upper, both, 2); forge_policies(&c->lower, both, 2); policy(&c->leaf, P2); }

SPOIL(found_twice) { policy(&c->upper, ANY); forge_policies(&c->lower, (const ctn_span[]){ ANY, P1 }, 2); map(&c->lower, P1, P2);
	forge_policies(&c->leaf, (const ctn_span[]){ P1, P2 }, 2); }
SPOIL(any_all_wanted) { all(c, ANY); want(c, ANY); }

/* Two are wanted; the first is named by the leaf, the second is only among any. */
SPOIL(any_and_one) { static const ctn_span both[] = { P1, P3 }; all(c, ANY); forge_policies(&c->leaf, (const ctn_span[]){ ANY, P1 }, 2);
	c->ask.policies = both; c->ask.policies_n = 2; }

SPOIL(six) { static const ctn_span list[] = { P1, P2, P3, { (const uint8_t *)"\x2a\x04", 2 }, { (const uint8_t *)"\x2a\x05", 2 }, { (const uint8_t *)"\x2a\x06", 2 } };
	forge_policies(&c->upper, list, 6); forge_policies(&c->lower, list, 6); forge_policies(&c->leaf, list, 6); }

SPOIL(two_into_one) { ctn_buf *b = forge_put(&c->upper, ctn_oid_policy_mappings, true); size_t s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	put_mapping(b, P1, P3); put_mapping(b, P2, P3); ctn_der_close(b, s);
	forge_policies(&c->upper, (const ctn_span[]){ P1, P2 }, 2); policy(&c->lower, P3); policy(&c->leaf, P3); }

static void
the_user_constrained_set_comes_out(void **state)
{
	(void)state;
	assert_set(two_into_one, false, 2, P1);
	assert_set(six, false, 6, P1);
	assert_set(found_twice, false, 1, P1);
	assert_set(any_all_wanted, true, 0, (ctn_span){ 0 });
	assert_set(any_wanted, false, 1, P1);
	assert_set(any_and_one, false, 2, P1);
	assert_set(any_of_self_issued, false, 1, P1);
	assert_set(none, false, 0, (ctn_span){ 0 });
	assert_set(same, false, 1, P1);
	assert_set(mapped, false, 1, P1);
	assert_set(any_unasked, true, 0, (ctn_span){ 0 });
	assert_set(any_all, false, 1, P3);
	assert_set(any_above, false, 1, P1);
	assert_set(two, false, 1, P2);
}

/* Where the last policy went, which is what is to be mended. */
static void
the_certificate_without_a_policy_is_named(void **state)
{
	static const struct {
		void (*spoil)(struct chain *c);
		size_t certificate;
	} gone[] = { { different, 0 }, { different_above, 1 }, { absent_mapped, 1 }, { inhibited_old, 1 }, { leaf_without, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(gone) / sizeof(*gone); i++) {
		struct chain c;

		chain_begin(&c);
		gone[i].spoil(&c);
		chain_sign(&c);
		assert_int_equal(chain_ask(&c), CTN_V_policies);
		assert_int_equal(c.result.reason.certificate, gone[i].certificate);
		chain_end(&c);
	}
}

/* Graphs that a tree would make huge: every policy is mapped to every other. */
static void
many_mappings_are_bounded(void **state)
{
	struct chain c;
	ctn_buf *b;
	size_t s;

	(void)state;
	chain_begin(&c);
	all(&c, ANY);
	b = forge_put(&c.upper, ctn_oid_policy_mappings, true);
	s = ctn_der_open(b, CTN_TAG_SEQUENCE);
	for (unsigned i = 0; i < 100; i++)
		for (unsigned k = 0; k < 100; k++) {
			const uint8_t der[] = { 0x30, 0x0a, 0x06, 0x03, 0x2a, 0x01, (uint8_t)i, 0x06, 0x03, 0x2a, 0x01, (uint8_t)k };

			ctn_buf_add(b, der, sizeof(der));
		}
	ctn_der_close(b, s);
	chain_sign(&c);
	assert_int_equal(chain_ask(&c), CTN_V_work);
	chain_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_policy_rule_refuses_and_its_neighbour_passes),
		cmocka_unit_test(the_user_constrained_set_comes_out),
		cmocka_unit_test(the_graph_has_a_size),
		cmocka_unit_test(the_certificate_without_a_policy_is_named),
		cmocka_unit_test(many_mappings_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, forge_end);
}
