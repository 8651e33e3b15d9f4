/* JSON out: a writer that makes commas and quotes right; invalid UTF-8 becomes U+FFFD. */
#ifndef CTN_BASE_JSONOUT_H
#define CTN_BASE_JSONOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/** Writes into a buffer that outlives it. key is NULL inside arrays and at the root. Depth at most 32. */
typedef struct ctn_json_out {
	ctn_buf *b;
	unsigned depth;
	uint32_t filled; /* bit per depth: something stands there already */
} ctn_json_out;

ctn_json_out ctn_json_over(ctn_buf *b);
void ctn_json_object(ctn_json_out *j, const char *key);
void ctn_json_array(ctn_json_out *j, const char *key);
void ctn_json_close_object(ctn_json_out *j);
void ctn_json_close_array(ctn_json_out *j);
/** NULL text writes nothing: what is absent is left out. */
void ctn_json_text(ctn_json_out *j, const char *key, const char *text);
/** Invalid UTF-8 becomes U+FFFD; what could steer a terminal (ctn_utf8_shown) is escaped. */
void ctn_json_bytes(ctn_json_out *j, const char *key, ctn_span utf8);
void ctn_json_hex(ctn_json_out *j, const char *key, ctn_span bytes);
void ctn_json_time(ctn_json_out *j, const char *key, int64_t at_s);
void ctn_json_int(ctn_json_out *j, const char *key, int64_t v);
void ctn_json_bool(ctn_json_out *j, const char *key, bool v);

#endif
