/* Attribute types of distinguished names: what they are called, as what string they are written, how long they may be. */
#ifndef CTN_NAME_ATTR_H
#define CTN_NAME_ATTR_H

#include "base/bytes.h"

typedef struct ctn_attr_type {
	const ctn_span *oid; /* content octets */
	const char *name;    /* as RFC 4514 or common use has it: "CN", "serialNumber" */
	const char *alias;   /* what people write too, or NULL */
	unsigned tag;        /* string type that is written */
	unsigned max;        /* characters; RFC 5280 appendix A.1 where it has a bound */
} ctn_attr_type;

/** The type of this OID, or NULL when it is none that is known by name. */
const ctn_attr_type *ctn_attr_by_oid(ctn_span oid);
/** The type by its name or alias, any case; or NULL. */
const ctn_attr_type *ctn_attr_by_name(ctn_span name);
/** The name that is most like this one, for a hint; or NULL. */
const char *ctn_attr_nearest(const char *name);

#endif
