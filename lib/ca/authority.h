/* Authorities: made as ca.yaml says, renewed, exported. */
#ifndef CTN_CA_AUTHORITY_H
#define CTN_CA_AUTHORITY_H

#include "ca/ca.h"
#include "ca/draft.h"
#include "store/authority.h"

/** What an act on an authority gives back; in the ca's arena. */
typedef struct ctn_authority_result {
	bool allowed;          /* else reasons */
	ctn_reasons reasons;
	const char *name;
	ctn_issuer_key_row key;
	ctn_cert cert;         /* its newest certificate; der empty when it has none (csr, dry runs) */
	ctn_span csr;          /* DER, of ctn_ca_csr */
	ctn_span *chain;       /* DER of the certificates above cert, of ctn_ca_sign */
	size_t chain_n;
	uint64_t log_index;
} ctn_authority_result;

typedef struct ctn_authority_wish {
	const char *name;
	bool no_passphrase;    /* although ca.yaml says protection: passphrase */
	bool dry_run;
} ctn_authority_wish;

/**
 * Make key and certificate of an authority as policies/ca.yaml describes it (self-signed, or signed by its issuer when that is here), and its
 * first CRL. Goes on where an interrupted one stopped. Fails CTN_EEXISTS, CTN_ENOTFOUND (ca.yaml does not have it), CTN_EINPUT
 * (issuer: external; hint: ca csr), CTN_EKEY (its issuer's key is not here).
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_create(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_wish *wish, struct ctn_err *e);
/** Same key, new dates, signed by the authority above. Fails CTN_EINPUT when that one is external. */
CTN_PUBLIC CTN_MUST bool ctn_ca_renew_authority(ctn_authority_result *out, ctn_ca *ca, const ctn_authority_wish *wish, struct ctn_err *e);
/** Append PEM of the newest certificate; with chain those above it too, root last. */
CTN_PUBLIC CTN_MUST bool ctn_ca_export(ctn_buf *pem, ctn_ca *ca, const char *name, bool chain, struct ctn_err *e);

/** ca.yaml's entry. Fails CTN_ENOTFOUND with the names there are. */
CTN_MUST bool ctn_authority_entry(const ctn_authority_policy **out, ctn_policies *policies, ctn_ca *ca, const char *name, struct ctn_err *e);
/** The authority's pending key, or a new one as its entry says; its files and records. *row is filled. */
CTN_MUST bool ctn_authority_key(ctn_issuer_key_row *row, ctn_ca *ca, const ctn_authority_policy *entry, bool no_passphrase, struct ctn_err *e);

#endif
