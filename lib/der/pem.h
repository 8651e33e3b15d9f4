/* PEM (RFC 7468) as found in the world: text around blocks, CRLF, odd line lengths, old headers are read; strict form is written. */
#ifndef CTN_DER_PEM_H
#define CTN_DER_PEM_H

#include "base/bytes.h"

/** One block. label and headers borrow the text; the bytes are in the caller's buffer. */
typedef struct ctn_pem_block {
	ctn_span label;   /* "CERTIFICATE", "EC PRIVATE KEY", ... */
	ctn_span headers; /* RFC 1421 headers if there are any ("Proc-Type: 4,ENCRYPTED"), else empty */
	size_t line;      /* of its BEGIN, from 1 */
} ctn_pem_block;

/** Where a walk over one text stands; zeroed at its start. Counting on keeps a text of many blocks linear. */
typedef struct ctn_pem_walk {
	size_t at;   /* next byte */
	size_t line; /* lines read so far */
} ctn_pem_walk;

/**
 * Next block at or after *walk in text; its bytes replace what was in der, and are at most three quarters of the text.
 * Set der->secret when the text may hold private keys. *found is false when there is no further block.
 * Fails: CTN_EINPUT with the line (no END, other label at the END, broken base64, larger than der->max); CTN_ENOMEM.
 */
CTN_PUBLIC CTN_MUST bool ctn_pem_next(ctn_pem_block *block, ctn_buf *der, ctn_span text, ctn_pem_walk *walk, bool *found, struct ctn_err *e);
/** Does it look like PEM: a line that begins with "-----BEGIN "? */
bool ctn_pem_looks(ctn_span bytes);
/** Append "-----BEGIN label-----", base64 in lines of 64, END. */
CTN_PUBLIC void ctn_pem_write(ctn_buf *out, const char *label, ctn_span der);
/**
 * Bytes of one object, given PEM or DER: the first block whose label is one of the NULL-ended labels, or all of it when
 * it is one DER element or not PEM. Other blocks are passed over undecoded, so a private key beside a certificate is
 * not copied. der is replaced; labels[0] is the one that the error names.
 * Fails: CTN_EINPUT "no CERTIFICATE block, but PRIVATE KEY" and the like, larger than der->max, or as ctn_pem_next; CTN_ENOMEM.
 */
CTN_MUST bool ctn_pem_one(ctn_buf *der, ctn_span bytes, const char *const *labels, struct ctn_err *e);

#endif
