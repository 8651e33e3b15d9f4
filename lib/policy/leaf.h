/* One profile: everything that its file says, with the defaults of what it does not say. */
#ifndef CTN_POLICY_LEAF_H
#define CTN_POLICY_LEAF_H

#include "policy/profile.h"
#include "yaml/schema.h"

/** Read a profile's file into p, whose name, file and text are set. What is wrong goes to the schema's errors. s->user is a ctn_reading. */
void ctn_leaf_read(ctn_schema *s, const ctn_yaml *root, ctn_profile *p);

#endif
