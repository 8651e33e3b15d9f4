/* What stands where a home is to be restored, and what it remembers. */
#ifndef CTN_CA_PAST_H
#define CTN_CA_PAST_H

#include "ca/ca.h"
#include "ca/problem.h"
#include "store/highwater.h"

typedef struct ctn_past {
	const char *home;
	bool exists;            /* a folder is there */
	ctn_store *store;       /* NULL: the database is gone, or cannot be opened; else a transaction is open, so that nobody writes */
	const char *broken;     /* why store is not to be believed; NULL: it is whole, or there is none */
	bool has_highwater;
	const char *why_not;    /* the file is there, but cannot be read; else NULL */
	ctn_highwater highwater; /* of the file; it may be ahead of the database */
	ctn_lock lock;          /* of the folder */
} ctn_past;

/**
 * Look, and hold it still: the folder's lock, and a write transaction on its database where that opens. The database is believed when
 * SQLite, its schema, its log and the highwater file beside it all agree.
 * Fails CTN_ELOCKED; CTN_ESTORE for a database of another schema, which is neither broken nor to be compared.
 */
CTN_MUST bool ctn_past_open(ctn_past *out, const char *home, const ctn_ca_env *env, ctn_arena *a, struct ctn_err *e);
/** Undo the transaction and let go. */
void ctn_past_close(ctn_past *p);

#endif
