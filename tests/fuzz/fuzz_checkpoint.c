/* Checkpoints: a note never opens as good under a key that signed nothing, and what is read is written back the same. */
#include <stdlib.h>

#include "log/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* RFC 8032 7.1, test 1: a sound public key */
	static const uint8_t key[32] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
		0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	CTN_OWN_BUF body = { 0 };
	ctn_checkpoint c;
	struct ctn_err e;
	bool good;

	if (a == NULL || !ctn_checkpoint_open(&c, &good, (ctn_span){ data, size }, "catena/fuzz", (ctn_span){ key, 32 }, a, &e))
		return 0;
	ctn_checkpoint_body(&body, &c);
	if (good || body.failed || size < body.n || memcmp(data, body.p, body.n) != 0)
		abort();
	return 0;
}
