/* Take the certificate that somebody else signed for an authority of this home. */
#ifndef CTN_CA_INSTALL_H
#define CTN_CA_INSTALL_H

#include "ca/authority.h"
#include "ca/chain.h"

/** What was found, to be shown and confirmed. In the ca's arena. */
typedef struct ctn_install_plan {
	const char *name;
	ctn_issuer_key_row key;
	ctn_cert path[CTN_CHAIN_MAX]; /* the authority's own first, its root last */
	size_t path_n;
	bool root_known;              /* the root is an anchor of this home already */
	bool same;                    /* the certificate is installed already */
} ctn_install_plan;

typedef struct ctn_install_args {
	const char *name;
	ctn_span certs;  /* PEM bundle or DER: its certificate, and any between it and the root */
	ctn_span trust;  /* PEM bundle or DER with the root; empty when the root is known or in certs */
} ctn_install_args;

/**
 * Judge it: for the key of this home, a CA, not expired, every signature up to a self-signed root, path lengths and constraints sane, no lint
 * error. Fails CTN_EINPUT with what is wrong.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_install_plan(ctn_install_plan *out, ctn_ca *ca, const ctn_install_args *args, struct ctn_err *e);
/** Do it, in one transaction: the root becomes an anchor, what lies between is recorded, the key becomes active; then its first CRL, published. */
CTN_PUBLIC CTN_MUST bool ctn_ca_install(ctn_authority_result *out, ctn_ca *ca, const ctn_install_plan *plan, struct ctn_err *e);

#endif
