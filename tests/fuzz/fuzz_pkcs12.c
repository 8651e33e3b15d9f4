/*
 * PKCS #12 files, without a passphrase and under "secret": what is locked gives nothing, what comes out is whole and inside its bounds.
 */
#include <stdlib.h>

#include "bundle/pkcs12.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
must_be_whole(const ctn_pkcs12 *p)
{
	must(p->certs_n + p->keys_n + p->others <= 2 * CTN_PKCS12_BAGS_MAX);
	must(!p->locked || p->certs_n + p->keys_n == 0);
	must(p->has_mac == (p->mac != NULL));
	for (size_t i = 0; i < p->certs_n; i++)
		must(p->certs[i].der.n > 0 && p->certs[i].der.p[0] == 0x30);
	for (size_t i = 0; i < p->keys_n; i++)
		must(p->keys[i].pkcs8.n > 0 && p->keys[i].pkcs8.p[p->keys[i].pkcs8.n] == '\0');
}

static void
try_with(ctn_span file, const ctn_secret *passphrase)
{
	CTN_OWN(ctn_pkcs12) p = NULL;
	struct ctn_err e = { 0 };

	if (ctn_pkcs12_read(&p, file, passphrase, &e)) {
		must(!p->locked || passphrase == NULL);
		must_be_whole(p);
		return;
	}
	must(p == NULL && (e.code == CTN_EINPUT || e.code == CTN_EPASSPHRASE || e.code == CTN_ECRYPTO));
	must(e.code != CTN_EPASSPHRASE || passphrase != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CTN_OWN_SECRET passphrase = { 0 };
	struct ctn_err e = { 0 };

	if (!ctn_secret_open(&passphrase, 16, &e))
		return 0;
	memcpy(passphrase.p, "secret", 7);
	passphrase.n = 6;
	try_with((ctn_span){ data, size }, NULL);
	try_with((ctn_span){ data, size }, &passphrase);
	return 0;
}
