/* Authorities: made as ca.yaml says, renewed, given other passphrases, taken off the home; requests and certificates between two homes. */
#ifndef CTN_CA_AUTHORITY_H
#define CTN_CA_AUTHORITY_H

#include "ca/ca.h"
#include "ca/issue.h"

/** What an act on an authority gives back; in the ca's arena. */
typedef struct ctn_authority_result {
	bool allowed;          /* else reasons */
	ctn_reasons reasons;
	const char *name;
	ctn_issuer_key_row key;
	ctn_cert cert;         /* its newest certificate; der empty when it has none (csr) */
	ctn_span csr;          /* DER, of ctn_ca_csr */
	uint64_t log_index;
} ctn_authority_result;

/**
 * Make key and certificate of an authority as policies/ca.yaml describes it (self-signed, or signed by its issuer when that is here), and its first CRL.
 * no_passphrase overrides `protection: passphrase` (init --no-passphrase). Fails CTN_EEXISTS, CTN_ENOTFOUND (ca.yaml does not have it), CTN_EINPUT
 * (issuer: external; hint: ca csr), CTN_EKEY (its issuer's key is not here).
 */
CTN_MUST bool ctn_ca_create(ctn_authority_result *out, ctn_ca *ca, const char *name, bool no_passphrase, bool dry_run, struct ctn_err *e);
/** A key (made when there is none yet) and a PKCS #10 request for an authority with `issuer: external`, or whose issuer's key is not here. */
CTN_MUST bool ctn_ca_csr(ctn_authority_result *out, ctn_ca *ca, const char *name, bool no_passphrase, bool dry_run, struct ctn_err *e);
/** Sign another home's authority: everything from this home's ca.yaml entry `as`, only the key from the CSR. */
CTN_MUST bool ctn_ca_sign(ctn_authority_result *out, ctn_ca *ca, ctn_span csr, const char *by, const char *as, bool dry_run, struct ctn_err *e);

/** What install found, to be shown and confirmed. path: leaf-most first, in RFC 4514 text with SHA-256. */
typedef struct ctn_install_plan {
	const char *name;
	ctn_issuer_key_row key;
	ctn_cert cert;
	ctn_span *path;        /* DER of each certificate up to the root, cert first */
	size_t path_n;
	bool root_known;       /* the root is an anchor of this home already */
} ctn_install_plan;
/** Judge a certificate for a pending or active key of this home: same key, path to a root in trust (PEM or DER bundle; may be empty when the root is known), CA, constraints sane, not expired. */
CTN_MUST bool ctn_ca_install_plan(ctn_install_plan *out, ctn_ca *ca, const char *name, ctn_span certs, ctn_span trust, struct ctn_err *e);
/** Do it: the root becomes an anchor, intermediates and certificate are recorded, the key becomes active, files are published. */
CTN_MUST bool ctn_ca_install(ctn_authority_result *out, ctn_ca *ca, const ctn_install_plan *plan, struct ctn_err *e);

/** Same key, new dates. */
CTN_MUST bool ctn_ca_renew_authority(ctn_authority_result *out, ctn_ca *ca, const char *name, bool dry_run, struct ctn_err *e);
/** Change the passphrase of its key file; remove: keep it without one. */
CTN_MUST bool ctn_ca_passphrase(ctn_ca *ca, const char *name, bool remove, bool dry_run, struct ctn_err *e);
/** Move the key into out_path and off this home. */
CTN_MUST bool ctn_ca_detach(ctn_ca *ca, const char *name, const char *out_path, bool force, bool dry_run, struct ctn_err *e);

/** PEM of the newest certificate; with chain its intermediates and root too. */
CTN_MUST bool ctn_ca_export(ctn_buf *pem, ctn_ca *ca, const char *name, bool chain, struct ctn_err *e);

#endif
