/*
 * SubjectPublicKeyInfo: views stay inside the input, what passes the check can be imported, and no signature of noise is good.
 */
#include <stdlib.h>

#include "key/public.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
must_be_inside(ctn_span outer, ctn_span inner)
{
	must(inner.n == 0 || (inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n));
}

/* Every algorithm against the key; the key's own octets are the signature. */
static void
try_signatures(const ctn_pubkey *key, const ctn_spki *spki)
{
	for (unsigned i = 0; i < CTN_SIG_ALGS; i++) {
		enum ctn_sig_alg alg = (enum ctn_sig_alg)i;
		struct ctn_err e = { 0 };
		bool good = true;

		must(ctn_signature_check(&good, key, alg, spki->der, spki->bits, &e) || !good);
		must(!good || ctn_sig_alg_fits(alg, spki->kind.alg));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_span der = { data, size };
	struct ctn_err e = { 0 };
	ctn_spki spki = { 0 };
	CTN_OWN(ctn_pubkey) key = NULL;
	bool checked;

	(void)ctn_sig_alg_of(der);
	if (!ctn_spki_parse(&spki, der, &e)) {
		must(e.code == CTN_EINPUT && spki.der.p == NULL);
		return 0;
	}
	must_be_inside(der, spki.algorithm);
	must_be_inside(spki.algorithm, spki.oid);
	must_be_inside(spki.algorithm, spki.params);
	must_be_inside(der, spki.bits);
	must_be_inside(spki.bits, spki.rsa_n);
	must_be_inside(spki.bits, spki.rsa_e);
	checked = ctn_spki_check(&spki, &e);
	must(checked || e.code == CTN_EINPUT);
	if (ctn_pubkey_import(&key, &spki, (ctn_span){ 0 }, &e))
		try_signatures(key, &spki);
	else
		must(!checked);
	return 0;
}
