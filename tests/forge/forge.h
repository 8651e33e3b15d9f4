/*
 * A generator of certificates, field by field: each is legal in every profile until its caller spoils one thing, before it is signed.
 * For tests alone: what fails here ends the program.
 */
#ifndef TEST_FORGE_H
#define TEST_FORGE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "key/sig.h"

#define FORGE_NOW INT64_C(1780000000) /* 2026-05-28 */
#define FORGE_DAY INT64_C(86400)
#define FORGE_EXTS 20
#define FORGE_KEYS 40

/** End the program with a word when a promise does not hold. */
#define FORGE_MUST(promise) ((promise) ? (void)0 : forge_die(__FILE__, __LINE__, #promise))
_Noreturn void forge_die(const char *file, int line, const char *what);

struct forged_ext {
	ctn_span oid; /* constant bytes */
	bool critical;
	ctn_buf value;
};

/* One certificate under construction; key is an index into the keys of the run. */
struct forged {
	unsigned version; /* as people count */
	ctn_span serial;  /* INTEGER content */
	enum ctn_sig_alg inner, outer;
	bool bare;        /* RSA PKCS #1 without its parameters NULL, inside and outside */
	ctn_buf issuer, subject;
	int64_t not_before, not_after;
	bool generalized; /* both times, whatever the year */
	bool generalized_after; /* the second alone */
	unsigned key;
	ctn_span spki;    /* instead of the key's own when not empty */
	ctn_span ids;     /* what stands behind the key: unique identifiers, DER whole */
	bool empty_list;  /* a list of extensions without any */
	struct forged_ext exts[FORGE_EXTS];
	size_t exts_n;
	bool spoil_signature;
	ctn_buf der;
};

/**
 * Key i of the run, made when it is first asked for: P-256, or what forge_kind said before: a curve ("P-384", "secp256k1"), "ED25519",
 * "ED448", RSA with its bits ("RSA-1024", "RSA-PSS-1024"), "DSA" or "DSA-OTHER", of other parameters, or "FIXED-n", Ed25519 of a secret
 * whose 32 octets are n.
 */
EVP_PKEY *forge_key(unsigned i);
/** Of a key that is made already it may only be said again. */
void forge_kind(unsigned i, const char *kind);
ctn_span forge_spki(unsigned i);
/** The 20 octets that forge_ids writes for a key. */
ctn_span forge_key_id(uint8_t room[20], unsigned i);
/** What a key signs with when nobody says otherwise. */
enum ctn_sig_alg forge_alg(unsigned i);
/** Free all keys; it has the shape of a teardown. */
int forge_end(void **state);

/** A Name out of RFC 4514 text. */
void forge_name(ctn_buf *out, const char *text);

/** NULL when there is none. */
struct forged_ext *forge_ext(struct forged *c, ctn_span oid);
/** Add, or begin anew: the value is written into what comes back. */
ctn_buf *forge_put(struct forged *c, ctn_span oid, bool critical);
/** Away with it; it must be there. */
void forge_drop(struct forged *c, ctn_span oid);
/** What is there becomes critical, or not. */
void forge_mark(struct forged *c, ctn_span oid, bool critical);
void forge_raw(struct forged *c, ctn_span oid, bool critical, ctn_span value);
/** The extension number i a second time. */
void forge_repeat(struct forged *c, size_t i);

void forge_usage(struct forged *c, uint32_t bits);
/** path_len under 0: none. */
void forge_basic(struct forged *c, bool ca, int path_len);
/** One purpose, or none at all (which is malformed). */
void forge_eku(struct forged *c, ctn_span oid);
/** Names by their form, NULL-ended. */
void forge_san(struct forged *c, bool critical, const char *const *names);
void forge_dns(struct forged *c, const char *name);
/** Subject and authority key identifiers. */
void forge_ids(struct forged *c, unsigned issuer_key);
/** certificatePolicies without qualifiers, not critical. */
void forge_policies(struct forged *c, const ctn_span *oids, size_t n);

/** An authority or a server, legal in every profile, 90 days from now. */
void forge_begin(struct forged *c, const char *subject, const char *issuer, unsigned key, unsigned issuer_key, bool ca);
/** Make c->der with the signature of that key; c->outer says how where the key can. */
void forge_sign(struct forged *c, unsigned issuer_key);
/** tbs and its signature, into out. certs: those of an OCSP response. */
void forge_signed(ctn_buf *out, ctn_span tbs, enum ctn_sig_alg alg, unsigned key, bool spoil, ctn_span certs);
void forge_free(struct forged *c);

#endif
