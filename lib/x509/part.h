/* Steps that certificates, requests, CRLs and OCSP responses read alike. For this module alone. */
#ifndef CTN_X509_PART_H
#define CTN_X509_PART_H

#include "base/bytes.h"
#include "base/err.h"
#include "der/der.h"
#include "key/sig.h"
#include "x509/ext.h"

/** The deepest nesting that is believed: a directoryName in a GeneralName in an extension is at 12. */
#define CTN_X509_DEPTH 32u

/** CTN_EINPUT "what, at byte N", where N is where r stands. Returns false. */
CTN_MUST bool ctn_part_bad(const char *what, const ctn_der *r, struct ctn_err *e);
/** The same of an Extension that cannot be read, and by its name when it is the fault that is met most. */
CTN_MUST bool ctn_part_bad_ext(const ctn_der *r, struct ctn_err *e);

/** The next element, which must be a SEQUENCE, whole; its inside is not looked at. */
CTN_MUST bool ctn_part_sequence(ctn_der *r, ctn_span *whole);

/** An AlgorithmIdentifier whole: an OID, then at most one well-formed element. */
CTN_MUST bool ctn_part_algorithm(ctn_der *r, ctn_span *whole);

/** Extensions at r, as ctn_exts_parse; offsets in the error are those of r. */
CTN_MUST bool ctn_part_exts(ctn_exts *out, ctn_der *r, struct ctn_err *e);

/** BIT STRING of a signature; empty when the bits are no whole octets: legal DER, but no algorithm's signature. */
CTN_MUST bool ctn_part_signature_bits(ctn_der *r, ctn_span *bits);

/** The end of a SIGNED object (RFC 5280 4.1.1.2, 4.1.1.3): algorithm, signature bits, nothing more. Fails CTN_EINPUT. */
CTN_MUST bool ctn_part_signature(ctn_span *algorithm, ctn_span *bits, ctn_der *r, struct ctn_err *e);

/** GeneralizedTime alone, as RFC 6960 4.2.2.1 and RFC 5280 5.3.2 want it. */
CTN_MUST bool ctn_part_generalized(ctn_der *r, int64_t *at_s);

/**
 * Walk a whole list by next until its end: true when every element is well read and there is at least one. list is a copy,
 * so the caller's reader still stands at the first element.
 */
typedef bool (*ctn_part_next)(ctn_der *r);
CTN_MUST bool ctn_part_each(ctn_der list, ctn_part_next next);

/** One element of such lists. */
CTN_MUST bool ctn_part_general_name(ctn_der *r);

/** Append one Extension: open it, write the value, close it. The mark pair is what ctn_part_ext_close needs. */
typedef struct ctn_part_mark {
	size_t ext, value;
} ctn_part_mark;
ctn_part_mark ctn_part_ext_open(ctn_buf *b, ctn_span oid, bool critical);
void ctn_part_ext_close(ctn_buf *b, ctn_part_mark m);
/** The same around a value that is there already. */
void ctn_part_ext_put(ctn_buf *b, ctn_span oid, bool critical, ctn_span value);
/** AuthorityKeyIdentifier of a key identifier alone; nothing when it is empty. */
void ctn_part_aki_put(ctn_buf *b, ctn_span key_id);
/** [0] EXPLICIT DistributionPointName with fullName: all URLs lead to the same CRL (RFC 5280 4.2.1.13). */
void ctn_part_full_name_put(ctn_buf *b, const char *const *urls, size_t n);

#endif
