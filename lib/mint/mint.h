/* The only hand on a CA key: five calls over plain bytes and ids. Nothing here but what could sit behind a socket. */
#ifndef CTN_MINT_MINT_H
#define CTN_MINT_MINT_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

typedef struct ctn_mint ctn_mint;

/** Gives the passphrase of that authority's key into out (opened by the callee, closed by the caller). Asked at most once per key. */
typedef bool (*ctn_passphrase)(void *ctx, const char *authority, ctn_secret *out, struct ctn_err *e);

/** Borrows store and home (the folder's path). Keys are opened when they are first needed and wiped at close. */
CTN_MUST bool ctn_mint_open(ctn_mint **out, ctn_store *store, const char *home, ctn_passphrase passphrase, void *ctx, struct ctn_err *e);
void ctn_mint_close(ctn_mint *m);
CTN_OWNED_BY(ctn_mint, ctn_mint_close)

/** CTN_EKEY with who halted the home and why, when it is halted. Looked at before every signature; lets a use case fail before it does anything. */
CTN_MUST bool ctn_mint_allowed(ctn_mint *m, struct ctn_err *e);
/** Is this key here and usable? Opens it: CTN_EPASSPHRASE, CTN_EKEY, CTN_EFILE. Lets a use case fail before it records an intent. */
CTN_MUST bool ctn_mint_ready(ctn_mint *m, int64_t issuer_key_id, struct ctn_err *e);

/**
 * Sign the committed intent: re-read it, refuse when signing is halted, lint it again (errors but those in ignore, NULL-ended, refuse),
 * sign, verify the signature with the issuer's public key, compare what was signed with what was intended. Appends the certificate.
 * Fails CTN_EPOLICY (lint), CTN_EKEY (halted, absent, or a key that does not belong to its certificate), CTN_ECRYPTO, CTN_ESTORE.
 */
CTN_MUST bool ctn_mint_certificate(ctn_buf *der, ctn_mint *m, int64_t certificate_id, const char *const *ignore, int64_t now_s,
    struct ctn_err *e);
/** Sign the CRL whose number was taken as crl_id; tbs must have the digest bound to it, and its issuer, AKI and number. */
CTN_MUST bool ctn_mint_crl(ctn_buf *der, ctn_mint *m, int64_t crl_id, ctn_span tbs, int64_t now_s, struct ctn_err *e);
/** Sign a ResponseData whose statuses are what the records say of each certificate. Appends a BasicOCSPResponse. */
CTN_MUST bool ctn_mint_ocsp(ctn_buf *der, ctn_mint *m, int64_t issuer_key_id, ctn_span response_data, struct ctn_err *e);
/** Sign a CertificationRequestInfo whose key is this key. Appends a CertificationRequest. */
CTN_MUST bool ctn_mint_csr(ctn_buf *der, ctn_mint *m, int64_t issuer_key_id, ctn_span info, struct ctn_err *e);
/** Sign a checkpoint body whose size and root are the log's. Appends the note. */
CTN_MUST bool ctn_mint_checkpoint(ctn_buf *note, ctn_mint *m, ctn_span body, struct ctn_err *e);

#endif
