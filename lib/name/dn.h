/* Distinguished names: DER in and out, RFC 4514 text, comparison of RFC 5280 7.1. */
#ifndef CTN_NAME_DN_H
#define CTN_NAME_DN_H

#include "base/bytes.h"
#include "base/err.h"
#include "der/der.h"

/** One attribute of a name that is to be written. */
typedef struct ctn_dn_attr {
	ctn_span oid;      /* content octets */
	const char *value; /* UTF-8 */
} ctn_dn_attr;

/**
 * Append a Name, one attribute per RDN in the given order; PrintableString for C, serialNumber, dnQualifier; IA5String for DC and
 * emailAddress; else UTF8String. No attributes: the empty Name.
 * Fails CTN_EINPUT: a value that is empty, over the bound of RFC 5280 appendix A.1, not UTF-8, with control characters or outside of its
 * string type; a C that is not two capital letters. What was appended until then stays in out.
 */
CTN_MUST bool ctn_dn_write(ctn_buf *out, const ctn_dn_attr *attrs, size_t n, struct ctn_err *e);
/**
 * Is it one well-formed Name and nothing behind it: no empty RDN, each attribute an OID and a value, strings legal for their type?
 * The order of a multi-valued RDN's attributes (X.690 11.6) and bounds are not judged. Fails CTN_EINPUT with the offset.
 */
CTN_MUST bool ctn_dn_check(ctn_span name, struct ctn_err *e);
/**
 * Append the name as RFC 4514 text: the last RDN of the DER first ("CN=web,O=Example" for a Name that holds O, then CN), attributes of
 * one RDN joined by `+`. Types that are known by name are named, others are a dotted OID with #hex of the value's DER, as are values
 * that are no text. `,+"\<>;=`, a `#` or space in front and a space at the end get a backslash; control characters (C0, DEL, C1,
 * line and direction marks of Unicode) and octets that are no UTF-8 come as \XX. What is no Name comes as # and hex of it all.
 */
void ctn_dn_text(ctn_buf *out, ctn_span name);
/**
 * RFC 4514 text ("CN=web,O=Example") to attributes in DER order, which is the text's from its end; in the arena. Type names in any case
 * or dotted OIDs; spaces around separators are passed over. Empty text is the empty name. Multi-valued RDNs (`+`), #hex values and
 * quoted values are refused. Values are not judged by their type: ctn_dn_write does that. Fails CTN_EINPUT.
 */
CTN_MUST bool ctn_dn_parse(ctn_dn_attr **attrs, size_t *n, const char *text, ctn_arena *a, struct ctn_err *e);
/**
 * RFC 5280 7.1 comparison: strings as ctn_prep_equal has it, whatever their type; other values byte by byte; RDNs as sets (over 32
 * attributes in one: byte by byte). An RDN without attributes equals another such only; names that are no Name are equal to none.
 */
bool ctn_dn_equal(ctn_span a, ctn_span b);
/** Is base a prefix of name, by whole RDNs (RFC 5280 4.2.1.10 for directoryName)? */
bool ctn_dn_within(ctn_span name, ctn_span base);
/** Is it the Name without any RDN? */
bool ctn_dn_is_empty(ctn_span name);
/**
 * The last attribute of one type, which is the most specific, as UTF-8 in the arena; *text is NULL when there is none or it is no text without
 * NUL. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_dn_first(const char **text, ctn_span name, ctn_span oid, ctn_arena *a, struct ctn_err *e);

#endif
