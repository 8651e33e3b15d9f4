/*
 * A whole verification of hostile objects: octet 0 picks the profile, then come records of a kind (0 trust, 1 know, 2 CRL, 3 OCSP
 * response, 4 leaf) and a length of two octets. It must end, within its budgets, and give a reason for every no.
 */
#include <stdlib.h>

#include "der/oid.h"
#include "verify/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

static void
take(ctn_verifier *v, ctn_verify_ask *ask, unsigned kind, ctn_span der)
{
	struct ctn_err e;

	switch (kind % 5) {
	case 0:
		(void)!ctn_verifier_trust(v, der, "trust", &e);
		return;
	case 1:
		(void)!ctn_verifier_know(v, der, NULL, &e);
		return;
	case 2:
		(void)!ctn_verifier_crl(v, der, NULL, &e);
		return;
	case 3:
		(void)!ctn_verifier_ocsp(v, der, &e);
		return;
	default:
		ask->leaf = der;
	}
}

static void
judge(ctn_verifier *v, const ctn_verify_ask *ask)
{
	ctn_arena *a = ctn_arena_open(0);
	ctn_verify_result r;
	struct ctn_err e;

	must(a != NULL);
	if (ctn_verify(&r, v, ask, a, &e)) {
		must(r.trusted == (r.reason.check == CTN_V_NONE));
		must(r.trusted || r.reason.text != NULL);
		must(r.signatures_spent <= CTN_VERIFY_SIGNATURES_MAX && r.paths_spent <= CTN_VERIFY_PATHS_MAX);
		must(!r.trusted || (r.path_n > 0 && r.checks_n > 0));
	}
	ctn_arena_close(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_verify_ask ask = { .at_s = INT64_C(1780000000), .revocation = CTN_REVOCATION_REQUIRE };
	ctn_verifier *v = NULL;
	struct ctn_err e;
	size_t at = 1;

	if (size < 4)
		return 0;
	must(ctn_verifier_open(&v, &e));
	ask.profile = (enum ctn_verify_profile)(data[0] % CTN_VERIFY_PROFILES);
	if (data[0] & 0x80)
		ask.revocation = CTN_REVOCATION_PREFER;
	if (data[0] & 0x40)
		ask.purpose = ctn_oid_kp_server_auth;
	while (size - at >= 3) {
		size_t n = (size_t)data[at + 1] << 8 | data[at + 2];

		if (n > size - at - 3)
			n = size - at - 3;
		take(v, &ask, data[at], (ctn_span){ data + at + 3, n });
		at += 3 + n;
	}
	judge(v, &ask);
	judge(v, &ask);
	ctn_verifier_close(v);
	return 0;
}
