/* CSV out (RFC 4180): fields that start with = + - @ TAB CR are given a leading ' so that a spreadsheet does not run them. */
#ifndef CTN_BASE_CSV_H
#define CTN_BASE_CSV_H

#include "base/bytes.h"

/** One record; a NULL field is empty. Ends in CRLF as the RFC says. */
void ctn_csv_row(ctn_buf *b, const char *const *fields, size_t n);

#endif
