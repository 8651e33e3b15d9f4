/* Records: rows and blobs in SQLite, every act with its log leaf in the same transaction. Knows no X.509. */
#ifndef CTN_STORE_STORE_H
#define CTN_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"

/** For one thread at a time. A callback may read from the store it is called by, but not call the same function again, nor begin an act. */
typedef struct ctn_store ctn_store;

/** When and by whom: recorded with every act. */
typedef struct ctn_act {
	int64_t at_s;
	const char *actor;
} ctn_act;

/** Make a new database at path, mode 0600, newest schema. Fails CTN_EEXISTS, CTN_ESTORE; nothing is left behind. */
CTN_MUST bool ctn_store_create(ctn_store **out, const char *path, int64_t now_s, struct ctn_err *e);
/**
 * Open. wait_s: how long a busy database is waited for. Fails CTN_ESTORE: missing, damaged, schema newer than this program (says which) or
 * older (hint: catena db migrate), unsafe mode; CTN_ELOCKED.
 */
CTN_MUST bool ctn_store_open(ctn_store **out, const char *path, double wait_s, bool read_only, struct ctn_err *e);
void ctn_store_close(ctn_store *s);
CTN_OWNED_BY(ctn_store, ctn_store_close)
/** Number of the schema that path has, and the newest that this program knows. */
CTN_MUST bool ctn_store_schema(unsigned *have, unsigned *newest, const char *path, double wait_s, struct ctn_err *e);
/** Bring it to the newest schema, one transaction a migration. *done: how many were applied. */
CTN_MUST bool ctn_store_migrate(unsigned *done, const char *path, double wait_s, int64_t now_s, bool dry_run, struct ctn_err *e);

/**
 * Group acts: one durable commit for many. Without it each act is a transaction of its own. begin is BEGIN IMMEDIATE.
 * An act that is refused inside a group leaves the others as they are. When the disk is full or memory ran out the whole group may be
 * lost: then every later act of it, and commit, fail with CTN_ESTORE. After a failed commit nothing of the group stands and no group is open.
 */
CTN_MUST bool ctn_store_begin(ctn_store *s, struct ctn_err *e);
CTN_MUST bool ctn_store_commit(ctn_store *s, struct ctn_err *e);
void ctn_store_rollback(ctn_store *s);
/** From here to looked, all that is read is of one moment, however busy the writers are. No act may begin in between. */
CTN_MUST bool ctn_store_look(ctn_store *s, struct ctn_err *e);
void ctn_store_looked(ctn_store *s);
/** still is called now and then while a statement takes its time, until it is NULL. */
void ctn_store_on_work(ctn_store *s, void (*still)(void *ctx), void *ctx);

#endif
