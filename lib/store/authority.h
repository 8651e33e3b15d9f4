/* Authorities, their keys over time, and their certificates. */
#ifndef CTN_STORE_AUTHORITY_H
#define CTN_STORE_AUTHORITY_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"

enum ctn_key_state { CTN_KEY_PENDING, CTN_KEY_ACTIVE, CTN_KEY_RETIRED };
typedef struct ctn_issuer_key_row {
	int64_t id, authority_id;
	const char *authority;   /* its name */
	bool foreign;            /* known by certificate and CRL alone */
	ctn_span key_id, spki;
	const char *algorithm;   /* "ecdsa-p256" */
	const char *protection;  /* "passphrase", "none", "absent" */
	const char *file;        /* below the home; NULL: the key is not here */
	enum ctn_key_state state;
	unsigned shards;
	int64_t created_at;
} ctn_issuer_key_row;

/** Adds the authority if its name is new, and the key; sets row->id and row->authority_id. Fails CTN_EEXISTS when the authority has that key
 *  already, or is an own one where a foreign one is meant or the other way round. */
CTN_MUST bool ctn_store_issuer_key_add(ctn_store *s, ctn_issuer_key_row *row, const ctn_act *act, struct ctn_err *e);
/** Change state, protection and file together with an event of that kind, which begins with "key-" (else CTN_EUSAGE). Fails CTN_ENOTFOUND. */
CTN_MUST bool ctn_store_issuer_key_change(ctn_store *s, const ctn_issuer_key_row *row, const char *kind, const ctn_act *act,
    struct ctn_err *e);
/** All keys, by authority and age. */
CTN_MUST bool ctn_store_issuer_keys(ctn_issuer_key_row **rows, size_t *n, ctn_store *s, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool ctn_store_issuer_key(ctn_issuer_key_row *row, ctn_store *s, int64_t id, ctn_arena *a, struct ctn_err *e);
/** The active key of an authority, else the pending one. Fails CTN_ENOTFOUND with the names there are. */
CTN_MUST bool ctn_store_issuer_key_of(ctn_issuer_key_row *row, ctn_store *s, const char *authority, ctn_arena *a, struct ctn_err *e);

typedef struct ctn_ca_cert_row {
	int64_t id, issuer_key_id;
	int64_t certificate_id; /* 0: signed elsewhere */
	uint8_t sha256[32];
	ctn_span der, subject, issuer, serial;
	int64_t not_before, not_after;
	bool is_anchor;
	int64_t installed_at;
} ctn_ca_cert_row;
CTN_MUST bool ctn_store_ca_cert_add(ctn_store *s, ctn_ca_cert_row *row, const ctn_act *act, struct ctn_err *e);
/** Newest first. issuer_key_id 0: of all. */
CTN_MUST bool ctn_store_ca_certs(ctn_ca_cert_row **rows, size_t *n, ctn_store *s, int64_t issuer_key_id, ctn_arena *a, struct ctn_err *e);
/** Those whose subject is that Name, byte for byte, newest first. */
CTN_MUST bool ctn_store_ca_certs_named(ctn_ca_cert_row **rows, size_t *n, ctn_store *s, ctn_span subject, ctn_arena *a, struct ctn_err *e);

#endif
