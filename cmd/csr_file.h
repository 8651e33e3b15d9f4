/* The request that --csr names. */
#ifndef CTN_CMD_CSR_FILE_H
#define CTN_CMD_CSR_FILE_H

#include "base/bytes.h"
#include "base/err.h"

/**
 * Append what stands in the file, PEM or DER, unread; path NULL leaves out empty: no request. Fails CTN_EINPUT when the file is empty,
 * which must not be taken for no request; else as ctn_file_read.
 */
CTN_MUST bool csr_file_read(ctn_buf *out, const char *path, struct ctn_err *e);

#endif
