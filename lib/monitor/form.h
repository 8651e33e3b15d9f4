/* What a file with a certificate is made of, so that it can be made again with another one: leaf, chain, root and key in its own order. */
#ifndef CTN_MONITOR_FORM_H
#define CTN_MONITOR_FORM_H

#include "base/bytes.h"
#include "base/err.h"
#include "x509/cert.h"

enum ctn_form_kind {
	CTN_FORM_LEAF,
	CTN_FORM_CHAIN, /* a CA certificate that another one signed */
	CTN_FORM_ROOT,  /* one that names itself as its issuer */
	CTN_FORM_KEY,
	CTN_FORM_PARAMETERS, /* EC PARAMETERS: belong to the key */
	CTN_FORM_OTHER  /* DH parameters and the like: kept as it is */
};

typedef struct ctn_form_part {
	enum ctn_form_kind kind;
	ctn_span text;   /* as it stands in the file */
	ctn_cert cert;   /* of a certificate */
} ctn_form_part;

#define CTN_FORM_MAX 64

typedef struct ctn_form {
	bool der;        /* one certificate in DER */
	bool has_key;
	ctn_form_part *parts; /* the first one of a certificate is the leaf */
	size_t n;
	const ctn_cert *leaf; /* NULL: there is no certificate in it */
} ctn_form;

/** What goes in. */
typedef struct ctn_form_filling {
	ctn_span leaf;            /* DER */
	const ctn_span *chain;    /* intermediates from the issuer upwards */
	size_t chain_n;
	ctn_span root;            /* empty: not known */
	ctn_span key;             /* PEM; empty: the key stays as it is */
} ctn_form_filling;

/**
 * Views over file, which must outlive them; parts are in the arena. Text between the blocks is about the old certificate and is not kept.
 * Fails CTN_EINPUT: several leaves, more than CTN_FORM_MAX blocks, or malformed.
 */
CTN_MUST bool ctn_form_read(ctn_form *out, ctn_span file, ctn_arena *a, struct ctn_err *e);
/** Append the same file with these. out->secret must be set when there is a key. Fails CTN_EINPUT: it holds the root, and that is not known. */
CTN_MUST bool ctn_form_write(ctn_buf *out, const ctn_form *form, const ctn_form_filling *with, struct ctn_err *e);

#endif
