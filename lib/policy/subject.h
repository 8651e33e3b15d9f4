/* How a leaf's subject comes about: reading `subject:`. */
#ifndef CTN_POLICY_SUBJECT_H
#define CTN_POLICY_SUBJECT_H

#include "policy/profile.h"
#include "yaml/schema.h"

/** "first_dns", "first_name", "first_email", "csr" as `from:` has them; NULL for CTN_SUBJECT_VALUE. */
const char *ctn_subject_from_word(const ctn_subject_rule *rule);

/** Read the map `subject` into p->subject, in the order of a Name (country first, common name last). A ctn_schema_reader. */
ctn_schema_reader ctn_subject_read;

#endif
