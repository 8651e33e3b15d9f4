/* Errors: a fixed-size value on the caller's stack. It never allocates, so it cannot fail itself. */
#ifndef CTN_BASE_ERR_H
#define CTN_BASE_ERR_H

#include <stdbool.h>

#define CTN_MUST __attribute__((warn_unused_result))
/** For other programs too: the shared library exports what is marked so, and nothing else. */
#define CTN_PUBLIC __attribute__((visibility("default")))

/** Why something failed. ctn_code_name gives the word that --json shows. */
enum ctn_code {
	CTN_OK = 0,
	CTN_EUSAGE,      /* wrong option or argument */
	CTN_EINPUT,      /* malformed, or can never be used */
	CTN_EPOLICY,     /* the answer is no */
	CTN_ESELECTOR,   /* no record matches, or several */
	CTN_ENOTFOUND,   /* a named thing does not exist */
	CTN_EEXISTS,     /* it exists already */
	CTN_ESTORE,      /* the database or the home */
	CTN_EFILE,       /* a file or folder */
	CTN_EKEY,        /* a private key cannot be had or used */
	CTN_EPASSPHRASE, /* none, or a wrong one */
	CTN_ECRYPTO,     /* libcrypto itself failed */
	CTN_ENETWORK,
	CTN_ELOCKED, /* somebody else holds the home */
	CTN_ENOMEM,
	CTN_ECLOCK, /* the clock is not to be believed */
	CTN_CODES
};

/** "usage", "input", ... as INTERFACE names them; "ok" for CTN_OK. */
CTN_PUBLIC const char *ctn_code_name(enum ctn_code code);

struct ctn_err {
	enum ctn_code code;
	char text[1024]; /* reads outside-in, no full stop; cut with "..." when longer */
	char hint[512];  /* what to try; empty when nothing would help */
};

/** Set code and text, clear the hint; returns false, so that a caller can return it. e is never NULL. */
CTN_PUBLIC bool ctn_fail(struct ctn_err *e, enum ctn_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** Put "what: " in front of the text; code and hint stay. Returns false. */
CTN_PUBLIC bool ctn_wrap(struct ctn_err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Say what would help. Returns false, so that `return ctn_fail(..), ctn_hint(..)` is never needed: hint first fails. */
CTN_PUBLIC bool ctn_hint(struct ctn_err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** ctn_fail with "…: strerror(errno)" at its end; errno is read first. ENOMEM gives CTN_ENOMEM. */
bool ctn_fail_errno(struct ctn_err *e, enum ctn_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** ctn_fail with CTN_ENOMEM and "out of memory". */
bool ctn_fail_memory(struct ctn_err *e);

#endif
