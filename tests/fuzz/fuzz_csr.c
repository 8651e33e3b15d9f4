/* Requests: whatever is taken with its proof is also read without it, and its names are bounded. */
#include <stdlib.h>

#include "x509/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_span der = { data, size };
	bool read, taken;
	struct ctn_err e;
	ctn_csr c;

	read = ctn_csr_read(&c, der, &e);
	if (!read && e.code != CTN_EINPUT && e.code != CTN_ENOMEM)
		abort();
	if (read && (c.info.n == 0 || c.info.p < data || c.info.p + c.info.n > data + size))
		abort();
	taken = ctn_csr_parse(&c, der, &e);
	if (taken && !read)
		abort();
	return 0;
}
