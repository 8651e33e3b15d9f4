/* CRLs (RFC 5280 5) as views, and their builder. */
#ifndef CTN_X509_CRL_H
#define CTN_X509_CRL_H

#include "base/bytes.h"
#include "base/err.h"
#include "key/sig.h"
#include "x509/ext.h"

typedef struct ctn_crl {
	ctn_span der;
	ctn_span tbs;
	unsigned version; /* 1 or 2 */
	ctn_span inner_alg;
	ctn_span issuer;
	int64_t this_update;
	bool has_next_update;
	int64_t next_update;
	bool has_list;     /* revokedCertificates present */
	ctn_span entries;  /* content of revokedCertificates */
	ctn_exts exts;
	ctn_span outer_alg;
	enum ctn_sig_alg sig_alg;
	ctn_span signature;
} ctn_crl;

/** Entries are not walked. Fails CTN_EINPUT. */
CTN_MUST bool ctn_crl_parse(ctn_crl *out, ctn_span der, struct ctn_err *e);

typedef struct ctn_crl_entry {
	ctn_span serial; /* INTEGER content */
	int64_t revoked_at;
	ctn_span exts;   /* SEQUENCE OF Extension whole, empty when absent */
	bool has_reason;
	unsigned reason; /* CRLReason */
	bool has_invalidity;
	int64_t invalid_since;
	ctn_span certificate_issuer; /* content of GeneralNames; empty when absent */
	bool unknown_critical; /* an entry extension that is critical and not one of the three */
} ctn_crl_entry;
/** Next entry of a reader over entries. False on malformed DER. */
CTN_MUST bool ctn_crl_next(ctn_der *r, ctn_crl_entry *out);
/**
 * The entry of the certificate of that issuer (Name whole) and serial (content octets): one pass. Entries of an indirect CRL are of the issuer
 * named last (RFC 5280 5.3.3). *found tells. Fails CTN_EINPUT on a malformed entry on the way.
 */
CTN_MUST bool ctn_crl_find(
    ctn_crl_entry *out, bool *found, const ctn_crl *crl, ctn_span issuer, ctn_span serial, struct ctn_err *e);

/** RFC 5280 names: "unspecified", "keyCompromise", "cACompromise", ...; NULL for 7 and beyond 10. */
const char *ctn_crl_reason_name(unsigned reason);
CTN_MUST bool ctn_crl_reason_parse(unsigned *reason, const char *name, struct ctn_err *e);
#define CTN_REASON_UNSPECIFIED 0u
#define CTN_REASON_KEY_COMPROMISE 1u
#define CTN_REASON_CERTIFICATE_HOLD 6u
#define CTN_REASON_REMOVE_FROM_CRL 8u

/** What a CRL says besides its entries. */
typedef struct ctn_crl_fields {
	enum ctn_sig_alg sig_alg;
	ctn_span issuer;      /* Name whole, byte-identical to the CA's subject */
	int64_t this_update, next_update;
	ctn_span authority_key_id;
	uint64_t number;
	bool is_delta;
	uint64_t base_number;
	const char *idp_url;  /* full name of the issuing distribution point; NULL: none, and no IDP at all without a flag below */
	bool only_user, only_ca;
} ctn_crl_fields;

/** A builder over a buffer: begin, add each entry in any order, end: the buffer then holds the TBSCertList whole. */
typedef struct ctn_crl_build {
	ctn_buf *out;
	size_t tbs_mark, list_mark;
	bool any;
} ctn_crl_build;
void ctn_crl_begin(ctn_crl_build *b, ctn_buf *out, const ctn_crl_fields *f);
/** serial: INTEGER content octets. reason unspecified is omitted (5.3.1); invalid_since < 0: none. */
void ctn_crl_add(ctn_crl_build *b, ctn_span serial, int64_t revoked_at, unsigned reason, int64_t invalid_since);
void ctn_crl_end(ctn_crl_build *b, const ctn_crl_fields *f);

#endif
