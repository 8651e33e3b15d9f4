/*
 * Private key files, under the passphrase "secret": what is read can sign, and is written and read back as the same key.
 */
#include <stdlib.h>

#include "key/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
must_survive(const ctn_privkey *key)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF file = { .secret = true };
	CTN_OWN_BUF one = { 0 };
	CTN_OWN_BUF other = { 0 };
	CTN_OWN(ctn_privkey) again = NULL;

	must(ctn_privkey_encode(&file, key, NULL, &e));
	must(!ctn_privkey_is_encrypted(ctn_buf_view(&file)));
	must(ctn_privkey_parse(&again, ctn_buf_view(&file), NULL, &e));
	must(ctn_privkey_spki(&one, key, &e) && ctn_privkey_spki(&other, again, &e));
	must(ctn_span_equal(ctn_buf_view(&one), ctn_buf_view(&other)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_span file = { data, size };
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_SECRET passphrase = { 0 };
	bool encrypted = ctn_privkey_is_encrypted(file);

	if (!ctn_secret_open(&passphrase, 16, &e))
		return 0;
	memcpy(passphrase.p, "secret", 7);
	passphrase.n = 6;
	if (!ctn_privkey_parse(&key, file, &passphrase, &e)) {
		must(e.code == CTN_EINPUT || e.code == CTN_EPASSPHRASE || e.code == CTN_ECRYPTO);
		must(e.code != CTN_EPASSPHRASE || encrypted);
		return 0;
	}
	must_survive(key);
	return 0;
}
