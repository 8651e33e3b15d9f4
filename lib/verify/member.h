/* One certificate of a pool: parsed once, with what verification asks of it decoded. For this module alone. */
#ifndef CTN_VERIFY_MEMBER_H
#define CTN_VERIFY_MEMBER_H

#include "key/public.h"
#include "name/constraint.h"
#include "verify/rule.h"
#include "x509/cert.h"

/** Yes, no, or not looked at yet. */
enum ctn_vmemo { CTN_MEMO_NONE, CTN_MEMO_YES, CTN_MEMO_NO };

typedef struct ctn_member {
	ctn_cert cert;
	ctn_spki key;       /* zeroed where it cannot be read: of an unknown kind, without bits */
	const char *source; /* where it came from, for messages; may be NULL */
	bool anchor;
	unsigned index;     /* in its pool; CTN_MEMBER_LOOSE outside of one */
	uint64_t subject_hash, issuer_hash; /* equal for names that RFC 5280 7.1 calls equal */
	bool self_issued;
	enum ctn_vmemo self_signed;
	enum ctn_vcheck broken; /* a malformed or repeated extension that verification needs or that is critical, or a key that cannot be read: no path may go through it */
	ctn_span broken_oid;    /* of that extension, when it is one */
	enum ctn_vcheck aside;  /* the same for extensions that are neither */
	ctn_span aside_oid;     /* of the first one */

	ctn_basic_constraints bc;
	bool bc_spelt;          /* they spell out that cA is FALSE */
	bool has_bc, has_ku, has_eku, has_san, has_nc, has_aki, has_ski, has_policies, has_mappings, has_pc, has_inhibit_any;
	uint32_t ku;
	bool ku_padded;         /* written with zero bits at the end */
	ctn_span eku;           /* extension value */
	ctn_span san;           /* content of GeneralNames */
	ctn_name_constraints nc;
	ctn_aki aki;
	ctn_span key_id;
	ctn_policy_constraints pc;
	uint64_t inhibit_any;

	/* What judging it said, remembered for one profile and role. */
	struct {
		bool done;
		enum ctn_verify_profile profile;
		enum ctn_vcheck failed;
	} judged[3];
} ctn_member;

#define CTN_MEMBER_LOOSE 0xffffffffu

/** Fill out from der, which must outlive it. Fails CTN_EINPUT when it is no certificate; malformed extensions and keys are only noted. */
CTN_MUST bool ctn_member_read(ctn_member *out, ctn_span der, struct ctn_err *e);
/** The same of one that is parsed, or not signed yet: its algorithms are not compared, its key is not judged. */
void ctn_member_view(ctn_member *out, const ctn_cert *cert);
/** The extension that it is broken by, for people, and what is wrong with its form; not for keys and algorithms. */
void ctn_member_flaw(ctn_buf *out, const ctn_member *m);
/** v3 and cA TRUE. */
bool ctn_member_is_ca(const ctn_member *m);
/**
 * Does it say that nobody tells whether it is revoked: noRevAvail, or nocheck in a signer of OCSP responses (RFC 9608 4)? Never of an
 * authority: noRevAvail must not stand there.
 */
bool ctn_member_unrevocable(const ctn_member *m);
/** Is the extension there, and critical? */
bool ctn_member_critical(const ctn_member *m, ctn_span oid);
/** The same for all names that ctn_dn_equal calls equal; of few others. */
uint64_t ctn_name_hash(ctn_span name);
/** 64-bit FNV-1a, for tables in memory. */
uint64_t ctn_bytes_hash(uint64_t seed, ctn_span bytes);
#define CTN_HASH_SEED UINT64_C(0xcbf29ce484222325)

#endif
