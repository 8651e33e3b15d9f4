/* HOME/highwater: how far this home had come, kept outside the database, so that an older database put back is found. */
#ifndef CTN_STORE_HIGHWATER_H
#define CTN_STORE_HIGHWATER_H

#include "base/bytes.h"
#include "base/err.h"
#include "log/merkle.h"
#include "store/journal.h"
#include "store/store.h"

/** Newest CRL number of one key and shard. */
typedef struct ctn_highwater_crl {
	char key[17];      /* first 8 octets of the key identifier, hex */
	unsigned shard;
	uint64_t number;
} ctn_highwater_crl;
typedef struct ctn_highwater_serial {
	const char *authority;
	const char *serial; /* its greatest one, lower-case hex */
} ctn_highwater_serial;
typedef struct ctn_highwater {
	uint64_t size;
	ctn_node root;
	int64_t last_act_s;
	ctn_highwater_serial *serials;
	size_t serials_n;
	ctn_highwater_crl *crls;
	size_t crls_n;
	ctn_store *of;     /* set by ctn_highwater_of: borrowed */
} ctn_highwater;

/** As the database has it now. */
CTN_MUST bool ctn_highwater_of(ctn_highwater *out, ctn_store *s, ctn_arena *a, struct ctn_err *e);
/** As the file has it. A missing file is CTN_ENOTFOUND, a malformed one CTN_EINPUT with the line. */
CTN_MUST bool ctn_highwater_load(ctn_highwater *out, const char *path, ctn_arena *a, struct ctn_err *e);
/**
 * Write it whole, but never backwards: when the file is ahead, or vouches for acts that are not those of this database, it is left as it is
 * (ctn_highwater_compare tells). A CRL number or serial that was higher in the file stays. now is from ctn_highwater_of, its store still
 * open. Called with the home's lock held.
 */
CTN_MUST bool ctn_highwater_raise(const char *path, const ctn_highwater *now, ctn_arena *a, struct ctn_err *e);
/** What in the database is older than, or differs from, the file: problem for each. */
CTN_MUST bool ctn_highwater_compare(ctn_store *s, const ctn_highwater *file, ctn_problem problem, void *ctx, ctn_arena *a, struct ctn_err *e);

#endif
