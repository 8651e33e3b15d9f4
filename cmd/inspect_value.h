/* Values of the extensions that are known: each shows its value whole, or fails before it has written anything. */
#ifndef CTN_CMD_INSPECT_VALUE_H
#define CTN_CMD_INSPECT_VALUE_H

#include "cmd/see.h"

/** Write the value's members. Fails CTN_EINPUT when it does not decode. */
typedef bool inspect_value(struct see *s, ctn_span value, struct ctn_err *e);

inspect_value inspect_key_id, inspect_authority_key_id, inspect_key_usage, inspect_ext_key_usage, inspect_basic_constraints;
inspect_value inspect_alt_names, inspect_name_constraints, inspect_dist_points, inspect_idp, inspect_info_access;
inspect_value inspect_policies, inspect_policy_mappings, inspect_policy_constraints, inspect_number, inspect_tls_feature;
inspect_value inspect_null, inspect_reason, inspect_invalidity_date, inspect_nonce, inspect_text, inspect_issuer_names;

#endif
