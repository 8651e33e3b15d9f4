/* The certificates and CRLs that a verifier knows, found by name; keys imported once, signature answers remembered. For this module alone. */
#ifndef CTN_VERIFY_POOL_H
#define CTN_VERIFY_POOL_H

#include "key/public.h"
#include "verify/member.h"
#include "x509/crl.h"

/** A CRL with what its use asks of it decoded. */
typedef struct ctn_pool_crl {
	ctn_crl crl;
	const char *source;
	uint64_t issuer_hash;
	bool usable;            /* no unknown critical or malformed extension */
	bool is_delta, has_idp, has_number;
	ctn_span number, base;  /* INTEGER contents */
	ctn_idp idp;
	ctn_span idp_der;       /* value whole; empty when absent */
	ctn_aki aki;
} ctn_pool_crl;

typedef struct ctn_pool ctn_pool;

/** Fails CTN_ENOMEM alone. */
CTN_MUST bool ctn_pool_open(ctn_pool **out, struct ctn_err *e);
void ctn_pool_close(ctn_pool *p);
CTN_OWNED_BY(ctn_pool, ctn_pool_close)

/** Copies der and source. What is there already is not added again, but becomes an anchor when it was none. Fails CTN_EINPUT, CTN_ENOMEM. */
CTN_MUST bool ctn_pool_add(ctn_pool *p, ctn_span der, const char *source, bool anchor, struct ctn_err *e);
CTN_MUST bool ctn_pool_add_crl(ctn_pool *p, ctn_span der, const char *source, struct ctn_err *e);
/** An OCSPResponse; not read before it is used. Fails CTN_ENOMEM. */
CTN_MUST bool ctn_pool_add_ocsp(ctn_pool *p, ctn_span der, struct ctn_err *e);

/** The member of the same bytes, or NULL. */
ctn_member *ctn_pool_same(ctn_pool *p, const ctn_cert *c);
/** The next member whose subject is that name (of that hash); begin with NULL. */
ctn_member *ctn_pool_named(ctn_pool *p, const ctn_member *after, ctn_span name, uint64_t hash);
/** Was a NULL of the two above for want of memory? Then no answer counts. */
bool ctn_pool_lacked_memory(const ctn_pool *p);
size_t ctn_pool_crls(const ctn_pool *p);
const ctn_pool_crl *ctn_pool_crl_at(const ctn_pool *p, size_t i);
size_t ctn_pool_ocsps(const ctn_pool *p);
ctn_span ctn_pool_ocsp_at(const ctn_pool *p, size_t i);

enum ctn_pool_answer {
	CTN_SIGNED,      /* the key made this signature */
	CTN_NOT_SIGNED,
	CTN_KEY_UNUSABLE, /* malformed, off its curve, of an unknown algorithm, or not of the signature's kind */
	CTN_NO_BUDGET,
	CTN_SIGNATURE_FAILED /* memory or libcrypto: e is set */
};
/**
 * Did the key in spki (with inherited DSA parameters or none) sign? memory names the pair for the next time: index of a member whose
 * signature it is and which is an authority, or CTN_MEMBER_LOOSE. *budget is lowered by the cost when it must be computed.
 */
enum ctn_pool_answer ctn_pool_signed(ctn_pool *p, ctn_span spki, ctn_span dsa_params, enum ctn_sig_alg alg, ctn_span tbs,
    ctn_span signature, unsigned memory, unsigned *budget, struct ctn_err *e);
/** Signed with its own key, whatever names it bears? Remembered in m; MEMO_NONE stays when the budget is spent. Fails as the above. */
CTN_MUST bool ctn_pool_self_signed(ctn_pool *p, ctn_member *m, unsigned *budget, struct ctn_err *e);

#endif
