/* Taking over into a restored home what its backup does not know: revocations, CRLs, CRL numbers. */
#ifndef CTN_CA_CARRY_H
#define CTN_CA_CARRY_H

#include "ca/ca.h"
#include "ca/problem.h"
#include "store/authority.h"
#include "store/highwater.h"
#include "store/revocation.h"

typedef struct ctn_carrier {
	ctn_ca *to;             /* the restored home, in an act */
	ctn_issuer_key_row *keys;
	size_t keys_n;
	ctn_problems *window;   /* every thing taken over, and what could not be */
	uint64_t revocations;
} ctn_carrier;

/** Reads the keys. */
CTN_MUST bool ctn_carry_open(ctn_carrier *c, ctn_ca *to, ctn_problems *window, struct ctn_err *e);
/** Where revocations come from: one key of the restored home, and what to call the source. */
typedef struct ctn_taking {
	ctn_carrier *c;
	const ctn_issuer_key_row *key;
	const char *source; /* "CRL number 12" */
	bool failed;        /* here, not where it is read from */
} ctn_taking;
/**
 * Revoke as row says, unless that is so already. A serial that no record knows is recorded as an intended certificate, revoked, so that the
 * next CRL has it too; but not for a key that is elsewhere: whoever has it keeps its revocations.
 */
CTN_MUST bool ctn_carry_revocation(const ctn_taking *t, const ctn_revocation_row *row, struct ctn_err *e);
/** The key of that identifier, or NULL. */
const ctn_issuer_key_row *ctn_carry_key(const ctn_carrier *c, ctn_span key_id);

/** What is in force in another database of the same home, as far as it can be read: where it fails, window says so. */
CTN_MUST bool ctn_carry_records(ctn_carrier *c, ctn_store *from, struct ctn_err *e);
/** CRL numbers go on above those. */
CTN_MUST bool ctn_carry_numbers(ctn_carrier *c, const ctn_highwater *above, struct ctn_err *e);
/** CRL numbers of every own key go on `jump` higher: nothing tells how far they had come. */
CTN_MUST bool ctn_carry_jump(ctn_carrier *c, uint64_t jump, struct ctn_err *e);

#endif
