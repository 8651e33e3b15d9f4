/* Requests and certificates: refusals, intents, what was issued. */
#ifndef CTN_STORE_CERTIFICATE_H
#define CTN_STORE_CERTIFICATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

typedef struct ctn_name_row {
	const char *type, *value, *reversed; /* reversed NULL when there is none */
} ctn_name_row;

typedef struct ctn_request_row {
	int64_t id, at_s;
	const char *actor;       /* read only */
	const char *kind;        /* "issue", "renew", "rekey", "authority" */
	const char *profile;
	int64_t profile_version; /* 0: none */
	const char *names;       /* as asked for, one a line */
	ctn_span csr;            /* empty: none */
	int64_t lifetime_s;      /* 0: the default */
	const char *owner, *note;
	bool allowed;
	const char *reasons;     /* JSON, of a refusal; else NULL */
} ctn_request_row;

/** The id of that policy text, recorded (and logged) the first time it is seen. */
CTN_MUST bool ctn_store_profile_version(int64_t *id, ctn_store *s, const char *name, const uint8_t digest[32], ctn_span text,
    const ctn_act *act, struct ctn_err *e);
/** Record a refusal. */
CTN_MUST bool ctn_store_refuse(ctn_store *s, ctn_request_row *request, const ctn_act *act, struct ctn_err *e);

enum ctn_revoked { CTN_NOT_REVOKED = 0, CTN_IS_REVOKED = 1, CTN_IS_HELD = 2 };

/** One certificate, intended or issued. */
typedef struct ctn_cert_row {
	int64_t id, authority_id, issuer_key_id, request_id;
	const char *authority;    /* read only */
	ctn_span serial;
	const char *profile;
	bool is_ca, issued;
	enum ctn_revoked revoked;
	uint8_t sha256[32];       /* when issued */
	uint8_t tbs_sha256[32], spki_sha256[32], names_sha256[32]; /* names_sha256 is filled by the store */
	const char *subject;      /* RFC 4514 */
	int64_t not_before, not_after;
	int64_t lineage;          /* 0 at intend: a lineage of its own */
	int64_t replaces;         /* 0: none */
	bool superseded;
	const char *owner, *note;
	unsigned crl_shard;
	int64_t intended_at, issued_at;
	const ctn_name_row *names;
	size_t names_n;
	bool key_is_own;          /* at intend: no other lineage may have this key */
} ctn_cert_row;

/**
 * Make the intent durable: request, certificate row in state intended, names, the bytes that are to be signed, log leaf. Sets request->id,
 * cert->id and cert->lineage. Fails CTN_EEXISTS when the authority had that serial ever, CTN_EPOLICY when key_is_own and it is not; CTN_ESTORE,
 * CTN_ELOCKED.
 */
CTN_MUST bool ctn_store_intend(ctn_store *s, ctn_request_row *request, ctn_cert_row *cert, ctn_span tbs, const ctn_act *act,
    struct ctn_err *e);
/** The bytes that were intended, re-read from the database. Fails CTN_ENOTFOUND when there is no such intent or it is issued already. */
CTN_MUST bool ctn_store_intent(ctn_cert_row *cert, ctn_span *tbs, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e);
/** The certificate exists now. Marks what it replaces as superseded. leaf: the index of this act in the log. */
CTN_MUST bool ctn_store_issued(uint64_t *leaf, ctn_store *s, int64_t id, ctn_span der, const ctn_act *act, struct ctn_err *e);

#endif
