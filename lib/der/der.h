/* DER in: a bounded, zero-copy, strict reader (X.690 section 10 and 11). Nothing is allocated, nothing recurses. */
#ifndef CTN_DER_DER_H
#define CTN_DER_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/** Identifier octets that this project meets; all are single octets. */
enum ctn_tag {
	CTN_TAG_BOOLEAN = 0x01,
	CTN_TAG_INTEGER = 0x02,
	CTN_TAG_BIT_STRING = 0x03,
	CTN_TAG_OCTET_STRING = 0x04,
	CTN_TAG_NULL = 0x05,
	CTN_TAG_OID = 0x06,
	CTN_TAG_ENUMERATED = 0x0a,
	CTN_TAG_UTF8_STRING = 0x0c,
	CTN_TAG_NUMERIC_STRING = 0x12,
	CTN_TAG_PRINTABLE_STRING = 0x13,
	CTN_TAG_TELETEX_STRING = 0x14,
	CTN_TAG_IA5_STRING = 0x16,
	CTN_TAG_UTC_TIME = 0x17,
	CTN_TAG_GENERALIZED_TIME = 0x18,
	CTN_TAG_VISIBLE_STRING = 0x1a,
	CTN_TAG_UNIVERSAL_STRING = 0x1c,
	CTN_TAG_BMP_STRING = 0x1e,
	CTN_TAG_SEQUENCE = 0x30,
	CTN_TAG_SET = 0x31
};
/** [n] context tags: primitive and constructed. */
#define CTN_TAG_CONTEXT(n) (0x80u | (unsigned)(n))
#define CTN_TAG_CONTEXT_CONS(n) (0xa0u | (unsigned)(n))

/**
 * A reader over borrowed bytes. Every read takes the next element whole or fails and moves nothing.
 * Refused: indefinite and non-minimal lengths, lengths of 4 GiB and more, lengths beyond the end, high tag numbers,
 * the identifier octet 0.
 * A reader made by ctn_der_enter and friends keeps counting offsets from the outermost start.
 */
typedef struct ctn_der {
	const uint8_t *p;   /* next byte */
	const uint8_t *end; /* one behind the last */
	const uint8_t *start; /* outermost start, for offsets */
} ctn_der;

ctn_der ctn_der_over(ctn_span bytes);
/** Offset of the next byte from the outermost start. */
size_t ctn_der_offset(const ctn_der *r);
bool ctn_der_end(const ctn_der *r);
/** The identifier octet of the next element, or 0 at the end. */
unsigned ctn_der_tag(const ctn_der *r);
/** The next element whole (identifier, length, content), not consumed; an empty span when there is none. */
ctn_span ctn_der_peek(const ctn_der *r);
/** What is left, not consumed. */
ctn_span ctn_der_rest(const ctn_der *r);

/** Next element of any tag, whole, consumed. */
CTN_MUST bool ctn_der_any(ctn_der *r, ctn_span *whole);
/** Next element must bear tag; its content. */
CTN_MUST bool ctn_der_take(ctn_der *r, unsigned tag, ctn_span *content);
/** Next element must bear tag; a reader over its content. */
CTN_MUST bool ctn_der_enter(ctn_der *r, unsigned tag, ctn_der *inner);
CTN_MUST bool ctn_der_sequence(ctn_der *r, ctn_der *inner);
CTN_MUST bool ctn_der_set(ctn_der *r, ctn_der *inner);
/** OPTIONAL: true when absent (present = false, nothing in inner or content) or well read. */
CTN_MUST bool ctn_der_enter_if(ctn_der *r, unsigned tag, ctn_der *inner, bool *present);
CTN_MUST bool ctn_der_take_if(ctn_der *r, unsigned tag, ctn_span *content, bool *present);

/** BOOLEAN: 0x00 or 0xff alone (X.690 11.1). */
CTN_MUST bool ctn_der_bool(ctn_der *r, bool *v);
/** BOOLEAN DEFAULT FALSE: absent is false; an encoded FALSE is refused (X.690 11.5). */
CTN_MUST bool ctn_der_bool_default_false(ctn_der *r, bool *v);
/** INTEGER content, minimal two's complement, at least one octet. */
CTN_MUST bool ctn_der_integer(ctn_der *r, ctn_span *v);
/** INTEGER that is 0 to 2^63 - 1. */
CTN_MUST bool ctn_der_uint(ctn_der *r, uint64_t *v);
/** ENUMERATED 0 to 127. */
CTN_MUST bool ctn_der_enumerated(ctn_der *r, unsigned *v);
/** BIT STRING: unused 0 to 7, unused bits zero. */
CTN_MUST bool ctn_der_bits(ctn_der *r, ctn_span *bits, unsigned *unused);
/** BIT STRING without unused bits. */
CTN_MUST bool ctn_der_octet_bits(ctn_der *r, ctn_span *bits);
/** Named-bit list: bit n of the value is bit n of the list (n < 32); trailing zero bits are refused (X.690 11.2.2). */
CTN_MUST bool ctn_der_named_bits(ctn_der *r, uint32_t *mask);
CTN_MUST bool ctn_der_octets(ctn_der *r, ctn_span *v);
CTN_MUST bool ctn_der_null(ctn_der *r);
/** OID content: minimal sub-identifiers, at least one octet, last octet ends one. */
CTN_MUST bool ctn_der_oid(ctn_der *r, ctn_span *oid);
/**
 * Time (RFC 5280 4.1.2.5): UTCTime YYMMDDHHMMSSZ (50-99 are 19xx) or GeneralizedTime YYYYMMDDHHMMSSZ; nothing else.
 * generalized tells which; may be NULL.
 */
CTN_MUST bool ctn_der_time(ctn_der *r, int64_t *at_s, bool *generalized);

/**
 * Content already taken under an IMPLICIT tag: the same rules as the read of that name, without identifier and length.
 * `[1] IMPLICIT BOOLEAN` is ctn_der_take(r, CTN_TAG_CONTEXT(1), &c) && ctn_der_bool_of(c, &v).
 */
CTN_MUST bool ctn_der_bool_of(ctn_span content, bool *v);
CTN_MUST bool ctn_der_uint_of(ctn_span content, uint64_t *v);
CTN_MUST bool ctn_der_bits_of(ctn_span content, ctn_span *bits, unsigned *unused);
CTN_MUST bool ctn_der_named_bits_of(ctn_span content, uint32_t *mask);
/** Is this the content of a well-formed INTEGER, of a well-formed OBJECT IDENTIFIER? */
bool ctn_der_integer_valid(ctn_span content);
bool ctn_der_oid_valid(ctn_span content);

/** Is the text of this string tag legal for its type (PrintableString set, IA5 < 0x80, UTF-8 valid, BMP even, ...)? */
bool ctn_der_string_valid(unsigned tag, ctn_span content);

/** The deepest nesting that ctn_der_well_formed follows. */
#define CTN_DER_DEPTH_MAX 64u

/**
 * Walk a whole element, itself at depth 1, to a depth of at most `depth` (1 to CTN_DER_DEPTH_MAX), checking that every
 * constructed part is well-formed to its end and that no universal type has the form DER forbids it (X.690 8.9, 10.2).
 * Constructed context tags are walked, primitive ones are opaque. Used before anything else is believed.
 * False: *bad_offset (may be NULL) is where the first offending element, or the first byte behind the element, starts.
 */
CTN_MUST bool ctn_der_well_formed(ctn_span element, unsigned depth, size_t *bad_offset);

#endif
