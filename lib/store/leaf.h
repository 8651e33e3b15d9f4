/* Inside of store: the leaf of an act, written in the act's own transaction, and its hash recomputed later. */
#ifndef CTN_STORE_LEAF_H
#define CTN_STORE_LEAF_H

#include "log/merkle.h"
#include "store/certificate.h"
#include "store/db.h"

/** Acts by the word that log_leaf holds. */
enum act {
	ACT_HOME,
	ACT_EVENT,
	ACT_POLICY,
	ACT_KEY,
	ACT_REFUSE,
	ACT_INTEND,
	ACT_ISSUE,
	ACT_INSTALL,
	ACT_REVOKE,
	ACT_UNHOLD,
	ACT_CRL,
	ACT_HALT,
	ACT_RESUME,
	ACT_CHECKPOINT,
	ACTS
};

struct act_kind {
	const char *word;
	const char *table;       /* whose row it writes, for messages */
	enum ctn_query record;   /* what the leaf covers */
	enum ctn_query title;    /* what a person reads */
};
/** NULL when there is no such act. */
const struct act_kind *act_kind(const char *word);
const char *act_word(enum act a);

/** Append the leaf of an act whose rows are written. index: where it stands in the log. */
CTN_MUST bool leaf_add_at(uint64_t *index, ctn_store *s, enum act a, int64_t row_id, const ctn_act *act, struct ctn_err *e);
/** The same where nobody asks for the index. */
CTN_MUST bool leaf_add(ctn_store *s, enum act a, int64_t row_id, const ctn_act *act, struct ctn_err *e);

/** What identifies a leaf besides its rows. */
struct leaf_id {
	int64_t at_s;
	const char *act, *actor;
	int64_t row_id;
};
/** The hash that the rows give now. *found: is there such a row at all? */
CTN_MUST bool leaf_hash(ctn_node *out, bool *found, ctn_store *s, const struct leaf_id *id, struct ctn_err *e);

/** Nodes as the database has them; level 0 are the leaves. */
CTN_MUST bool node_find(ctn_node *out, bool *found, ctn_store *s, unsigned level, uint64_t index, struct ctn_err *e);
/** The same for ctn_merkle_root and its like. Fails CTN_ENOTFOUND when it is missing. */
bool node_get(void *store, unsigned level, uint64_t index, ctn_node *out, struct ctn_err *e);

/** SHA-256 over types and values of names, in order: what certificate.names_sha256 holds. */
CTN_MUST bool names_digest(uint8_t out[32], const ctn_name_row *names, size_t n, struct ctn_err *e);

#endif
