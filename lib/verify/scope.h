/* Which CRLs speak for which certificates (RFC 5280 6.3.3 (b)). For this module alone. */
#ifndef CTN_VERIFY_SCOPE_H
#define CTN_VERIFY_SCOPE_H

#include "verify/run.h"
#include "x509/ext.h"

/** A distribution point; implicit: no extension names it, its name is the certificate's issuer. */
typedef struct ctn_crl_point {
	ctn_dist_point p;
	bool implicit;
} ctn_crl_point;

/** Is the CRL one that speaks for this certificate and point? Without memory the run cannot go on. */
bool ctn_scope_has(ctn_run *r, const ctn_member *cert, const ctn_crl_point *point, const ctn_pool_crl *c);
/** Is that directory name among these GeneralNames (content)? */
bool ctn_scope_directory(ctn_span general_names, ctn_span name);

#endif
