/* Lint: any bytes that parse as a certificate, as one that is to be signed, or as a CRL, go through every rule. */
#include <stddef.h>
#include <stdint.h>

#include "lint/lint.h"

static void
judge(const ctn_lint_subject *s)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct ctn_err e = { 0 };
	ctn_finding *found;
	size_t n;

	if (a != NULL)
		(void)!ctn_lint(&found, &n, s, NULL, a, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	ctn_span bytes = { p, n };
	struct ctn_err e = { 0 };
	ctn_cert cert;
	ctn_crl crl;

	if (ctn_cert_parse(&cert, bytes, &e) || ctn_cert_parse_tbs(&cert, bytes, &e)) {
		/* its own issuer: the rules that compare two certificates see the most */
		judge(&(ctn_lint_subject){ .cert = &cert, .issuer = &cert });
		judge(&(ctn_lint_subject){ .cert = &cert, .role = CTN_ROLE_LEAF });
	}
	if (ctn_crl_parse(&crl, bytes, &e))
		judge(&(ctn_lint_subject){ .crl = &crl, .now_s = 1 });
	return 0;
}
