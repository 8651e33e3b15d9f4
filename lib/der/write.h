/* DER out: writes forwards into a ctn_buf; lengths are put in when an element closes. Failures are the buffer's sticky one. */
#ifndef CTN_DER_WRITE_H
#define CTN_DER_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "der/der.h"

/** Open an element; give the mark back to ctn_der_close, innermost first. */
size_t ctn_der_open(ctn_buf *b, unsigned tag);
void ctn_der_close(ctn_buf *b, size_t mark);

/** A primitive element whole. */
void ctn_der_put(ctn_buf *b, unsigned tag, ctn_span content);
void ctn_der_put_bool(ctn_buf *b, bool v);
void ctn_der_put_uint(ctn_buf *b, uint64_t v);
/** Unsigned big-endian magnitude: leading zeros cut, a zero octet put in front when the top bit is set. */
void ctn_der_put_unsigned(ctn_buf *b, ctn_span magnitude);
/** v is 0 to 127. */
void ctn_der_put_enumerated(ctn_buf *b, unsigned v);
/** Named-bit list, trailing zero bits cut. */
void ctn_der_put_named_bits(ctn_buf *b, unsigned tag, uint32_t mask);
/** BIT STRING with no unused bits. */
void ctn_der_put_bits(ctn_buf *b, ctn_span bits);
void ctn_der_put_null(ctn_buf *b);
void ctn_der_put_oid(ctn_buf *b, ctn_span oid);
/** RFC 5280 4.1.2.5: UTCTime to 2049, GeneralizedTime from 2050 (and before 1950). The year is 0 to 9999. */
void ctn_der_put_time(ctn_buf *b, int64_t at_s);
void ctn_der_put_generalized_time(ctn_buf *b, int64_t at_s);

/** Sort the elements of the SET OF that starts at mark (still open) as X.690 11.6 wants. */
void ctn_der_sort_set(ctn_buf *b, size_t mark);

#endif
