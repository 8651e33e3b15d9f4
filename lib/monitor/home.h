/* The home's own few items: authorities, CRLs, the log's key; and when the chain above each key is over. */
#ifndef CTN_MONITOR_HOME_H
#define CTN_MONITOR_HOME_H

#include "ca/ca.h"
#include "monitor/item.h"
#include "store/authority.h"
#include "x509/cert.h"

/** One CA certificate that the home knows. */
typedef struct ctn_known_ca {
	const ctn_ca_cert_row *row;
	ctn_cert cert;
	bool revoked;
	int64_t ends_s; /* of the best chain from it upwards */
	bool reckoned, at_work;
} ctn_known_ca;

typedef struct ctn_known {
	ctn_known_ca *cas;
	size_t n;
	ctn_issuer_end *ends; /* of every key that has a certificate */
	size_t ends_n;
	ctn_issuer_key_row *keys;
	size_t keys_n;
} ctn_known;

/** Read them all; in the ca's arena. Fails CTN_ESTORE, CTN_EINPUT (a record that is no certificate), CTN_ENOMEM. */
CTN_MUST bool ctn_known_load(ctn_known *out, ctn_ca *ca, struct ctn_err *e);
/** When a certificate is over that one of these CAs issued: the best of them; INT64_MAX when none did. */
int64_t ctn_known_end_above(const ctn_known *known, const ctn_cert *below);

/** Did the owner of one certificate sign the other, as far as names and key identifiers tell (RFC 5280 4.2.1.1)? */
bool ctn_cert_issued(const ctn_cert *above, const ctn_cert *below);

/** Add authorities, CRLs and the log's key. */
CTN_MUST bool ctn_items_home(ctn_items *items, const ctn_known *known, ctn_ca *ca, struct ctn_err *e);

#endif
