/* What a home knows of certificates that somebody verifies: whose they are, and what to do about them. */
#ifndef CTN_CA_KNOWN_H
#define CTN_CA_KNOWN_H

#include "ca/ca.h"
#include "x509/cert.h"

/** All in the ca's arena; NULL what is not so. */
typedef struct ctn_known {
	const char *serial;    /* issued here: its serial in hex */
	const char *profile;   /* and its profile */
	const char *names;     /* and its names, blanks between; a few of them */
	const char *newer;     /* serial of what replaced it and is live */
	const char *authority; /* it is this authority's own certificate, whose key is or was here */
} ctn_known;

/** Empty for a certificate that the records do not have. Fails as the store. */
CTN_MUST bool ctn_ca_known(ctn_known *out, ctn_ca *ca, const ctn_cert *cert, struct ctn_err *e);
/**
 * The authority that issued below, by name and key identifier: *name as `ca list` shows it, NULL when there is none; *anchor when its
 * certificate is one of the home's roots.
 */
CTN_MUST bool ctn_ca_issuer_known(const char **name, bool *anchor, ctn_ca *ca, const ctn_cert *below, struct ctn_err *e);

#endif
