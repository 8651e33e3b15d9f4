/* Name constraints of ca.yaml: the subtrees that an authority may, or may not, certify names in. */
#ifndef CTN_POLICY_SUBTREE_H
#define CTN_POLICY_SUBTREE_H

#include "name/general.h"
#include "yaml/schema.h"

/**
 * Read `permitted` or `excluded`: lists of dns, ip, email and uri bases (RFC 5280 4.2.1.10) as ctn_constraints_write wants them. Errors go to
 * the schema; on memory failure s->errors->no_memory is set.
 */
void ctn_subtrees_read(ctn_schema *s, const ctn_yaml *value, ctn_general_name **out, size_t *out_n);

#endif
