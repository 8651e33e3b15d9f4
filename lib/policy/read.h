/* What the readers of ca.yaml and of profiles share: lists of values of one kind, and where things stand. */
#ifndef CTN_POLICY_READ_H
#define CTN_POLICY_READ_H

#include "base/bytes.h"
#include "policy/profile.h"
#include "yaml/schema.h"

/** One file that is being read; a schema's user points to it. */
typedef struct ctn_reading {
	const char *file; /* as messages call it */
	void *into;       /* the struct that readers of lists fill */
} ctn_reading;

ctn_where ctn_read_where(const ctn_schema *s, const ctn_yaml *at);

#define CTN_PURPOSES_MAX 64 /* extended key usages of one list */

/** Turn one text of a list into slot; says its error and returns false when it cannot. */
typedef bool ctn_read_item(ctn_schema *s, const ctn_yaml *at, const char *text, void *slot);
/**
 * Every text of a list through read, into an array of *n things of `size` octets with one zeroed thing behind the last; what is in error
 * is left out. NULL when the value is no list or memory ran out.
 */
void *ctn_read_items(ctn_schema *s, const ctn_yaml *list, size_t size, ctn_read_item *read, size_t *n);

/* Readers for the above, by what slot is. */
ctn_read_item ctn_read_text;       /* const char * */
ctn_read_item ctn_read_eku;        /* ctn_span: an OID; names of key purposes alone */
ctn_read_item ctn_read_key_usage;  /* uint32_t: one bit; not those of authorities */
ctn_read_item ctn_read_key_range;  /* ctn_key_range */
ctn_read_item ctn_read_cidr;       /* ctn_cidr */
ctn_read_item ctn_read_dns_pattern, ctn_read_mail_pattern, ctn_read_uri_pattern; /* const char *, canonical */

/** ecdsa-p256, ...: into a ctn_key_kind. A ctn_schema_reader. */
ctn_schema_reader ctn_read_key_kind;

/** An attribute type of a subject by its name. Says its error. */
CTN_MUST bool ctn_read_attr_type(ctn_schema *s, const ctn_yaml *at, ctn_span *oid, const char **word);
/** Would this attribute stand in a Name? Says its error (bounds of RFC 5280 appendix A, string types). */
CTN_MUST bool ctn_read_attr_value(ctn_schema *s, const ctn_yaml *at, ctn_span oid, const char *value);
/** Customary place of an attribute in a Name: domain and country first, common name and what identifies one thing last. */
unsigned ctn_read_attr_rank(ctn_span oid);

#endif
