/* Extensions that a profile adds as they are: reading `extensions:`. */
#ifndef CTN_POLICY_EXTENSION_H
#define CTN_POLICY_EXTENSION_H

#include "policy/profile.h"
#include "yaml/schema.h"

/**
 * Read the list into p->extensions; ocspNoCheck (RFC 6960 4.2.2.2.1) becomes p->ocsp_nocheck. Refused: what this tool writes itself, values
 * that are no DER, the same OID twice. A ctn_schema_reader.
 */
ctn_schema_reader ctn_extensions_read;

#endif
