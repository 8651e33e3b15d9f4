/* CRL files that were published tell what a lost database knew. */
#ifndef CTN_CA_CARRY_CRL_H
#define CTN_CA_CARRY_CRL_H

#include "ca/carry.h"

/**
 * Every *.crl in that folder whose signature is by a key of this home: its entries (ctn_carry_revocation), and the CRL itself where it is
 * newer than the records know: recorded, and put into public/. Files that are no such CRL are named in the carrier's window.
 *
 * found  how many were by a key of this home
 */
CTN_MUST bool ctn_carry_crls(size_t *found, ctn_carrier *c, const char *folder, struct ctn_err *e);

#endif
