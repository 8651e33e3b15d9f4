/* The files that verify is given: certificates in any order, trust, CRLs, OCSP responses. */
#ifndef CTN_CMD_VERIFY_LOAD_H
#define CTN_CMD_VERIFY_LOAD_H

#include "base/bytes.h"
#include "base/mem.h"
#include "verify/verify.h"

/** A certificate, the file it came from, and what tells who issued whom; all in the arena. */
struct found_cert {
	ctn_span der;
	const char *source;
	ctn_span subject, issuer;            /* Names whole */
	ctn_span key_id, authority_key_id;   /* empty: none */
	uint64_t tail;                       /* its last octets, the signature's: different for nearly all others */
	bool is_ca;
};
struct found_certs {
	struct found_cert *v;
	size_t n, cap;
	unsigned *table; /* index + 1 by tail, half empty: whether one is there already */
	size_t table_n;
};

/** Add every certificate of a PEM or DER file, each only once. Fails CTN_EFILE, CTN_EINPUT (also when there is none), CTN_ENOMEM. */
CTN_MUST bool verify_load_certs(struct found_certs *to, const char *path, ctn_arena *a, struct ctn_err *e);
/** Those that issued none of the others, by name and key identifier; in the arena. */
CTN_MUST bool verify_find_leaves(
    const struct found_cert ***leaves, size_t *n, const struct found_certs *certs, ctn_arena *a, struct ctn_err *e);
/** Do the certificates of that file stand as a server must send them, each behind one that it issued? One alone always does. */
bool verify_in_order(const struct found_certs *certs, const char *path);
/** Trust all certificates of a file, of every file in a folder, or of the system's bundle ("system"). */
CTN_MUST bool verify_load_trust(ctn_verifier *v, const char *what, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool verify_load_untrusted(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool verify_load_crl(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e);
CTN_MUST bool verify_load_ocsp(ctn_verifier *v, const char *path, ctn_arena *a, struct ctn_err *e);

#endif
