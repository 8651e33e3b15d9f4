/* Requests for CA certificates: out of the home of an authority, and signed in the home of the one above it. */
#ifndef CTN_CA_REQUEST_H
#define CTN_CA_REQUEST_H

#include "ca/authority.h"

/**
 * A PKCS #10 request for an authority whose issuer is not here, with the key it has, or with one made now. out->csr is DER.
 * Fails CTN_EINPUT when its issuer's key is here (hint: ca create).
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_csr(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_wish *wish, struct ctn_err *e);

typedef struct ctn_sign_args {
	ctn_span csr;    /* PEM or DER */
	const char *by;  /* authority of this home that signs */
	const char *as;  /* entry of this home's ca.yaml: everything but the key comes from it */
	bool dry_run;
} ctn_sign_args;
/** Sign another home's authority. Fails CTN_EINPUT (a request that can never be used; an entry whose issuer is not `by`). */
CTN_PUBLIC CTN_MUST bool ctn_ca_sign(ctn_authority_result *out, ctn_ca *ca, const ctn_sign_args *args, struct ctn_err *e);

#endif
