#include "ca/trust.h"

#include "hash/hash.h"
#include "store/authority.h"
#include "store/crl.h"
#include "store/find.h"
#include "store/revocation.h"

static bool
add_certificates(ctn_verifier *v, ctn_ca *ca, struct ctn_err *e)
{
	ctn_ca_cert_row *rows;
	size_t n;

	if (!ctn_store_ca_certs(&rows, &n, ca->store, 0, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].is_anchor ? !ctn_verifier_trust(v, rows[i].der, "home", e) : !ctn_verifier_know(v, rows[i].der, "home", e))
			return ctn_wrap(e, "a CA certificate of this home");
	return true;
}

bool
ctn_ca_trust(ctn_verifier *v, ctn_ca *ca, struct ctn_err *e)
{
	ctn_crl_row *crls;
	size_t n;

	if (!add_certificates(v, ca, e) || !ctn_store_crls_newest(&crls, &n, ca->store, 0, ca->arena, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (crls[i].der.n > 0 && !ctn_verifier_crl(v, crls[i].der, "home", e))
			return ctn_wrap(e, "a CRL of this home");
	return true;
}

/* The revocation in force, if there is one. */
static enum ctn_verify_status
revocation_of(ctn_ca *ca, const ctn_cert_row *row, int64_t *since_s, unsigned *reason)
{
	ctn_revocation_row *rows;
	struct ctn_err e;
	size_t n;

	if (!row->issued)
		return CTN_STATUS_UNKNOWN;
	if (row->revoked == CTN_NOT_REVOKED)
		return CTN_STATUS_GOOD;
	*since_s = row->issued_at;
	if (ctn_store_revocations(&rows, &n, ca->store, row->id, ca->arena, &e) && n > 0) {
		*since_s = rows[0].revoked_at;
		*reason = rows[0].reason;
	}
	return CTN_STATUS_REVOKED;
}

enum ctn_verify_status
ctn_ca_status(void *ctx, const ctn_cert *cert, const ctn_cert *issuer, int64_t *since_s, unsigned *reason)
{
	uint8_t sha256[CTN_SHA256_LEN];
	ctn_cert_row *rows;
	ctn_ca *ca = ctx;
	struct ctn_err e;
	size_t n;

	(void)issuer;
	if (!ctn_sha256(sha256, cert->der, &e) || !ctn_store_certs_by_sha256(&rows, &n, ca->store, sha256, ca->arena, &e) || n == 0)
		return CTN_STATUS_UNKNOWN;
	return revocation_of(ca, &rows[0], since_s, reason);
}
