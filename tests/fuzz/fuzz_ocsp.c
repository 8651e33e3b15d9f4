/* OCSP responses: single responses of what was parsed are all readable, and certificates in it are one element each. */
#include <stdlib.h>

#include "verify/inquiry.h"
#include "x509/cert.h"
#include "x509/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool promise)
{
	if (!promise)
		abort();
}

/* Whatever a responder sends, there is a sentence about it. */
static void
doubt(ctn_span der)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_inquiry q = { .serial = CTN_SPAN("\x44") };

	must(a != NULL && ctn_inquiry_doubt(&q, der, 1767225600, 300, a) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ctn_span der = { data, size }, whole;
	ctn_ocsp_single single;
	struct ctn_err e;
	unsigned status;
	ctn_cert cert;
	ctn_ocsp o;
	ctn_der r;

	doubt(der);
	if (ctn_ocsp_parse(&o, &status, der, &e)) {
		if (status != CTN_OCSP_SUCCESSFUL)
			return 0;
	} else if (!ctn_ocsp_parse_basic(&o, der, &e)) {
		return 0;
	}
	r = ctn_der_over(o.responses);
	while (!ctn_der_end(&r))
		must(ctn_ocsp_next(&r, &single));
	r = ctn_der_over(o.certs);
	while (!ctn_der_end(&r)) {
		must(ctn_der_any(&r, &whole));
		(void)!ctn_cert_parse(&cert, whole, &e);
	}
	must((o.responder.n == 0) != (o.responder_key.n == 0));
	return 0;
}
