/* Which names a profile allows: reading `names:`. */
#ifndef CTN_POLICY_NAMES_H
#define CTN_POLICY_NAMES_H

#include "policy/profile.h"
#include "yaml/schema.h"

#define CTN_POLICY_NAMES_MAX 1000 /* names of one certificate */

/** dns, ip, email, uri: the order of ctn_profile.names. */
extern const enum ctn_name_type ctn_policy_name_types[4];
/** The word of a type's key: "dns". */
const char *ctn_policy_name_word(enum ctn_name_type type);

/** Read the map `names` into p (names, total_min, total_max). A ctn_schema_reader; the profile is the reading's into. */
ctn_schema_reader ctn_names_read;
/** Fill defaults and check what must fit together, once the whole file is read. */
void ctn_names_finish(ctn_schema *s, const ctn_yaml *root, ctn_profile *p);

#endif
