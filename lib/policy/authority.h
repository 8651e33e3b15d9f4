/* ca.yaml: the authorities, what each may do, and who issues whom. */
#ifndef CTN_POLICY_AUTHORITY_H
#define CTN_POLICY_AUTHORITY_H

#include "policy/profile.h"
#include "yaml/schema.h"

#define CTN_AUTHORITY_EXTERNAL "external"

/**
 * Read the whole of ca.yaml. What is wrong goes to the schema's errors: also unknown issuers, issuers that go round in a circle, a lifetime
 * or path length that its issuer's does not allow. s->user is a ctn_reading. On memory failure s->errors->no_memory is set.
 */
void ctn_authorities_read(ctn_schema *s, const ctn_yaml *root, ctn_authority_policy **out, size_t *n);

/** Is it a name that an authority or a profile may have: letters, digits, `.`, `_`, `-`, at most 64, a letter or digit first? */
bool ctn_policy_name_ok(const char *name);

#endif
