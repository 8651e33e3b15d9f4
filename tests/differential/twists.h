/* Part of scene.h: what the files of twists share, and the names of all twists. */
#ifndef TEST_DIFFERENTIAL_TWISTS_H
#define TEST_DIFFERENTIAL_TWISTS_H

#include "scene.h"

/* X(name, area, weight): each is a function twist_NAME. */
#define TWISTS(X)                                                                                                     \
	X(missing, 0, 3) X(root_known_only, 0, 1) X(root_absent, 0, 1) X(trust_intermediate, 0, 3) X(trust_both, 0, 2)  \
	X(trust_leaf, 0, 1) X(extra, 0, 2) X(same_name, 0, 4) X(same_name_same_id, 0, 3) X(cross_trusted, 0, 4)         \
	X(cross_unknown, 0, 4) X(cross_expired, 0, 3) X(rollover, 0, 4) X(loop, 0, 3) X(other_issuer_name, 0, 2)        \
	X(issuer_case, 0, 3) X(issuer_string_type, 0, 2) X(issuer_spaces, 0, 1) X(expired, 0, 3) X(not_yet, 0, 3)       \
	X(last_second, 0, 3) X(first_second, 0, 3) X(far_end, 0, 3) X(wide, 0, 2) X(aki_other, 0, 3) X(aki_none, 0, 3)   \
	X(aki_pair, 0, 3) X(aki_pair_other, 0, 2) X(ski_none, 0, 3) X(twin, 0, 2)                                        \
	X(basic_none, 1, 2) X(basic_false, 1, 2) X(basic_soft, 1, 2) X(length, 1, 6) X(length_tight, 1, 4)              \
	X(leaf_basic, 1, 3) X(leaf_length, 1, 1) X(leaf_is_ca, 1, 2) X(usage_none, 1, 3) X(usage_no_sign, 1, 2)         \
	X(usage_soft, 1, 2) X(usage_more, 1, 3) X(leaf_usage, 1, 5) X(leaf_usage_sign, 1, 1) X(leaf_usage_none, 1, 2)   \
	X(leaf_usage_empty, 1, 1) X(leaf_eku, 1, 4) X(leaf_eku_none, 1, 2) X(leaf_eku_many, 1, 3) X(eku_critical, 1, 2) \
	X(ca_eku, 1, 5) X(ca_eku_many, 1, 3) X(ask_client, 1, 3) X(ask_mail, 1, 2) X(ask_none, 1, 2) X(eku_empty, 1, 1) \
	X(san_wild, 2, 4) X(san_wild_deep, 2, 2) X(san_case, 2, 2) X(san_ip, 2, 4) X(san_ip6, 2, 2) X(san_mail, 2, 4)    \
	X(san_uri, 2, 2) X(san_many, 2, 3) X(san_none, 2, 2) X(san_critical, 2, 2) X(san_odd, 2, 5) X(ask_other, 2, 3)   \
	X(ask_upper, 2, 1) X(cn_only, 2, 3) X(cn_beside, 2, 2) X(subject_none, 2, 2) X(subject_none_critical, 2, 2)     \
	X(subject_mail, 2, 2) X(san_dn, 2, 2)                                                                           \
	X(nc_dns, 3, 5) X(nc_dns_odd, 3, 2) X(nc_ip, 3, 4) X(nc_mail, 3, 5) X(nc_uri, 3, 4) X(nc_dn, 3, 5)               \
	X(nc_mixed, 3, 4) X(nc_soft, 3, 2) X(nc_root, 3, 3) X(nc_leaf, 3, 1) X(nc_min, 3, 1) X(nc_names, 3, 10)          \
	X(nc_other_form, 3, 1)                                                                                          \
	X(policy_all, 4, 6) X(policy_any, 4, 3) X(policy_drop, 4, 3) X(policy_other, 4, 3) X(policy_two, 4, 3)          \
	X(policy_twice, 4, 1) X(policy_map, 4, 4) X(policy_map_any, 4, 1) X(policy_require, 4, 3) X(policy_no_map, 4, 2) \
	X(policy_no_any, 4, 3) X(policy_soft, 4, 1) X(ask_policy, 4, 6) X(ask_policy_soft, 4, 2) X(ask_explicit, 4, 4)  \
	X(ask_no_map, 4, 2) X(ask_no_any, 4, 2) X(policy_leaf_require, 4, 1)                                            \
	X(crl_fresh, 5, 8) X(crl_other_revoked, 5, 3) X(crl_revoked, 5, 5) X(crl_stale, 5, 3) X(crl_future, 5, 2)       \
	X(crl_last_second, 5, 2) X(crl_missing, 5, 2) X(crl_forged, 5, 2) X(crl_other_key, 5, 2) X(crl_user, 5, 3)      \
	X(crl_ca, 5, 3) X(crl_delta_revokes, 5, 4) X(crl_delta_releases, 5, 3) X(crl_delta_stale, 5, 2)                 \
	X(crl_delta_base, 5, 2) X(crl_unknown_critical, 5, 2) X(crl_unknown, 5, 2) X(crl_no_next, 5, 2)                 \
	X(crl_no_sign, 5, 2) X(crl_two, 5, 3) X(crl_bare, 5, 2) X(crl_point, 5, 3) X(crl_point_other, 5, 2)             \
	X(spoilt, 6, 3) X(root_spoilt, 6, 2) X(algs_differ, 6, 1) X(hash, 6, 5) X(sha1, 6, 3) X(version_1, 6, 2)         \
	X(version_2, 6, 1) X(version_1_exts, 6, 1) X(unknown_critical, 6, 2) X(unknown, 6, 4) X(twice, 6, 2)            \
	X(malformed_needed, 6, 2) X(malformed_aside, 6, 2) X(empty_list, 6, 1) X(serial, 6, 6) X(unique_id, 6, 1)       \
	X(aki_critical, 6, 1) X(ski_critical, 6, 1) X(leaf_key, 6, 4) X(ca_key, 6, 6) X(bad_key, 6, 1)                  \
	X(nocheck_critical, 6, 1) X(utc_as_generalized, 6, 2) X(access_critical, 6, 1)

#define TWIST_DECLARE(name, area, weight) bool twist_##name(struct scene *s);
TWISTS(TWIST_DECLARE)

/** One of the path: any, an authority (the root too), an intermediate (NULL when there is none). */
struct scene_cert *any_cert(struct scene *s);
struct scene_cert *any_authority(struct scene *s);
struct scene_cert *any_intermediate(struct scene *s);
unsigned index_of(const struct scene *s, const struct scene_cert *c);
/** Who signs c: its algorithms and authority key identifier follow. */
void set_signer(struct scene_cert *c, unsigned key);
/** Another key for certs[i] of the path; what it signs follows. */
void set_key(struct scene *s, unsigned i, unsigned key);

#endif
