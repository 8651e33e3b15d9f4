/* PKCS #12 files (RFC 7292), read: what certificates and private keys are in there. */
#ifndef CTN_BUNDLE_PKCS12_H
#define CTN_BUNDLE_PKCS12_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/mem.h"

#define CTN_PKCS12_MAX (16u << 20) /* octets; more is refused before anything is read */
#define CTN_PKCS12_BAGS_MAX 4096u

/** What its owner said about a bag; both may be absent. */
typedef struct ctn_pkcs12_label {
	const char *friendly_name; /* UTF-8, or NULL */
	ctn_span local_key_id;     /* the same for a key and its certificate; empty when absent */
} ctn_pkcs12_label;

typedef struct ctn_pkcs12_cert {
	ctn_pkcs12_label label;
	ctn_span der;
} ctn_pkcs12_cert;

typedef struct ctn_pkcs12_key {
	ctn_pkcs12_label label;
	ctn_secret pkcs8; /* PrivateKeyInfo, DER: ctn_privkey_parse takes it */
} ctn_pkcs12_key;

/** Everything belongs to it. */
typedef struct ctn_pkcs12 {
	bool locked;   /* a passphrase is needed and none was given: nothing but the MAC is known */
	bool has_mac;
	const char *mac; /* "SHA256", as libcrypto calls the digest; NULL without MAC */
	uint64_t mac_iterations;
	ctn_pkcs12_cert *certs;
	size_t certs_n;
	ctn_pkcs12_key *keys;
	size_t keys_n;
	size_t others; /* bags that are neither: CRLs, secrets, certificates that libcrypto cannot read */
	ctn_arena *arena;
} ctn_pkcs12;

/**
 * Read a file (DER or BER). The MAC is checked before anything is decrypted; a file without one is read as it is. With passphrase NULL
 * the empty one is tried, with a MAC both ways that the world writes it; when that does not open it, locked is set.
 * Bounded: size, bags, nesting, and the rounds of all its derivations together (some seconds).
 * Old encryption (RC2, as Windows and Java wrote it) is read where libcrypto has its legacy provider.
 *
 * Fails CTN_EINPUT (no PKCS #12, public-key integrity, over a bound, an encryption that is not there), CTN_EPASSPHRASE (wrong),
 * CTN_ECRYPTO, CTN_ENOMEM
 */
CTN_MUST bool ctn_pkcs12_read(ctn_pkcs12 **out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e);
void ctn_pkcs12_free(ctn_pkcs12 *p);
CTN_OWNED_BY(ctn_pkcs12, ctn_pkcs12_free)

#endif
