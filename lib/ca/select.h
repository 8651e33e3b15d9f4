/* Selectors: serial, fingerprint, file, or name, to one record. */
#ifndef CTN_CA_SELECT_H
#define CTN_CA_SELECT_H

#include "ca/ca.h"
#include "store/find.h"

enum ctn_select_how {
	CTN_SELECT_NEWEST, /* a name means the newest of its lineage; ambiguous only across lineages */
	CTN_SELECT_LIVE,   /* revoke: a name with several live certificates is refused */
	CTN_SELECT_ALL     /* revoke --all: every live one */
};

/** Candidates go to err's text (up to 8) and, all of them, to rows. Fails CTN_ESELECTOR. rows are in the ca's arena. */
CTN_MUST bool ctn_ca_select(ctn_cert_row **rows, size_t *n, ctn_ca *ca, const char *selector, enum ctn_select_how how, struct ctn_err *e);

#endif
