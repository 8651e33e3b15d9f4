#include "cmd/csr_file.h"

#include "base/file.h"
#include "x509/csr.h"

/* A request of CTN_CSR_MAX octets as PEM, with some text around it. */
#define FILE_MAX (2 * CTN_CSR_MAX)

bool
csr_file_read(ctn_buf *out, const char *path, struct ctn_err *e)
{
	if (path == NULL)
		return true;
	if (!ctn_file_read(out, path, FILE_MAX, CTN_FILE_PLAIN, e))
		return ctn_wrap(e, "--csr");
	return out->n > 0 || ctn_fail(e, CTN_EINPUT, "--csr: %s is empty", path);
}
