/* Is the home sound: do records, keys and published files agree? */
#ifndef CTN_CA_CHECK_H
#define CTN_CA_CHECK_H

#include "ca/ca.h"
#include "ca/problem.h"

typedef struct ctn_check {
	ctn_problems problems; /* something is wrong */
	ctn_problems notices;  /* nothing is wrong, but somebody should look: intents left behind, files that no record knows */
} ctn_check;

/**
 * The database by SQLite's own checks and against its schema, HOME/highwater, modes of the home, every key file (there, safe, protected as
 * recorded; what has no passphrase is opened and matched), the log's key, and what public/ holds against the records. Rows live in the
 * ca's arena. The log has a check of its own (ca/verdict.h).
 * Fails CTN_ESTORE, CTN_ENOMEM when it cannot look.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_check(ctn_check *out, ctn_ca *ca, struct ctn_err *e);

#endif
