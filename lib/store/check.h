/* Are the records sound, and a copy of them while they are in use. */
#ifndef CTN_STORE_CHECK_H
#define CTN_STORE_CHECK_H

#include "base/err.h"
#include "store/journal.h"
#include "store/store.h"

/** SQLite's own integrity and foreign key checks, schema as it was migrated, marks that must agree with what they stand for. */
CTN_MUST bool ctn_store_check(ctn_store *s, ctn_problem problem, void *ctx, struct ctn_err *e);

/** Certificates intended, never issued and not revoked: what a crash leaves behind. No fault, but something to be revoked when in doubt. */
CTN_MUST bool ctn_store_intents(ctn_store *s, ctn_problem problem, void *ctx, struct ctn_err *e);

/** Online copy of the database into a new file (SQLite backup API), complete and consistent, mode 0600 and synced.
 *  Fails CTN_EEXISTS, CTN_EFILE, CTN_ESTORE; nothing is left behind. */
CTN_MUST bool ctn_store_backup(ctn_store *s, const char *to_path, struct ctn_err *e);

#endif
