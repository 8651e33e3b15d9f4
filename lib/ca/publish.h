/* HOME/public: certificates and CRLs of authorities, as any web server may serve them. */
#ifndef CTN_CA_PUBLISH_H
#define CTN_CA_PUBLISH_H

#include "ca/ca.h"
#include "ca/crl.h"
#include "store/authority.h"
#include "store/crl.h"

/**
 * Write what differs: for every key NAME-KEY.crt and NAME-KEY.crl (NAME-KEY-SHARD.crl when it has shards), for the active one NAME.crt and
 * NAME.crl. Under the home's lock, from the records, so that an older CRL never stands over a newer one.
 */
CTN_MUST bool ctn_ca_publish(ctn_ca *ca, struct ctn_err *e);
/** The same with the bytes of CRLs just made, which may be too large for the records; fills their files. */
CTN_MUST bool ctn_ca_publish_crls(ctn_ca *ca, ctn_crl_made *made, size_t n, struct ctn_err *e);
/** Does NAME-KEY.crl hold this CRL? Told by the digest, so of one too large for the records as well. */
CTN_MUST bool ctn_ca_crl_is_published(bool *is, ctn_ca *ca, const ctn_issuer_key_row *key, const ctn_crl_row *row, struct ctn_err *e);

#endif
