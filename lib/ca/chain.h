/* The chain above an issuer key, and what it lets its certificates be. */
#ifndef CTN_CA_CHAIN_H
#define CTN_CA_CHAIN_H

#include "ca/ca.h"
#include "policy/decide.h"
#include "store/authority.h"
#include "verify/issuing.h"
#include "x509/cert.h"

#define CTN_CHAIN_MAX 8

/** CA certificates from the issuer upwards; the last one is an anchor, or the chain is cut (complete false). */
typedef struct ctn_chain {
	ctn_issuer_key_row key;
	ctn_cert certs[CTN_CHAIN_MAX];
	int64_t issued[CTN_CHAIN_MAX]; /* their certificate records; 0: signed elsewhere */
	int64_t keys[CTN_CHAIN_MAX];   /* the issuer keys that they are for */
	size_t n;
	bool complete;
} ctn_chain;

/** The chain of an authority's active key: newest certificate of each key. Fails CTN_ENOTFOUND (no such authority), CTN_EKEY (no certificate yet: hint). */
CTN_MUST bool ctn_chain_of(ctn_chain *out, ctn_ca *ca, const char *authority, struct ctn_err *e);
/** The same for one key. */
CTN_MUST bool ctn_chain_of_key(ctn_chain *out, ctn_ca *ca, int64_t issuer_key_id, struct ctn_err *e);
/** The facts that a decision needs, with {key} and {shard} replaced in the URLs of ca.yaml's entry. */
CTN_MUST bool ctn_chain_facts(ctn_issuer_facts *out, const ctn_chain *c, const ctn_policies *policies, unsigned shard, ctn_ca *ca,
    struct ctn_err *e);
/** What speaks against a certificate that was issued here: that it is revoked or on hold, in the arena; NULL: nothing. */
CTN_MUST bool ctn_chain_revoked(const char **text, ctn_ca *ca, int64_t certificate_id, struct ctn_err *e);
/** First 8 hex digits of a key identifier, in the arena. */
char *ctn_chain_key_word(ctn_span key_id, ctn_arena *a);

/** {key} and {shard} replaced in each URL; in the arena. */
CTN_MUST bool ctn_chain_urls(const char *const **out, const char **urls, size_t n, const ctn_issuer_key_row *key, unsigned shard,
    ctn_arena *a, struct ctn_err *e);

/** Hold the to-be-signed certificate against every CA above it (ctn_verify_issuing); n = 0: it stands. In the ca's arena. */
CTN_MUST bool ctn_chain_judge(ctn_verify_reason **breaches, size_t *n, const ctn_chain *c, const ctn_cert *tbs, const ctn_ca *ca,
    struct ctn_err *e);

#endif
