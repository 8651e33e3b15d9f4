/* How fast certificates are read and CRLs written. d2i_X509 of the same certificate is the measure beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/x509.h>

#include "x509/build.h"
#include "x509/cert.h"
#include "x509/crl.h"

enum { PARSES = 1000000, D2I_PARSES = 5000, ENTRIES = 1000000 };

#define NAME "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01T"
/* The base point of P-256: a public key that libcrypto decodes. */
static const uint8_t spki[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63,
	0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42,
	0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb,
	0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 };

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A server certificate as the starting policies make them. */
static bool
make_cert(ctn_buf *der, struct ctn_err *e)
{
	static const char *const crl[] = { "http://pki.internal.example/issuing-0123abcd.crl" };
	const ctn_span eku[] = { CTN_SPAN("\x2b\x06\x01\x05\x05\x07\x03\x01") };
	const ctn_name name = { .type = CTN_NAME_DNS, .value = CTN_SPAN("web.internal.example") };
	CTN_OWN_BUF tbs = { 0 };
	ctn_cert_fields f = { .serial = CTN_SPAN("@1234567890123456789"), .sig_alg = CTN_SIG_ECDSA_SHA256, .issuer = CTN_SPAN(NAME),
		.not_before = 1767225600, .not_after = 1775001599, .subject_der = CTN_SPAN(NAME), .spki = { spki, sizeof spki }, .key_usage = 1,
		.eku = eku, .eku_n = 1, .names = &name, .names_n = 1, .subject_key_id = CTN_SPAN("kkkkkkkkkkkkkkkkkkkk"),
		.authority_key_id = CTN_SPAN("aaaaaaaaaaaaaaaaaaaa"), .crl_urls = crl, .crl_urls_n = 1, .ca_issuer_urls = crl, .ca_issuer_urls_n = 1 };

	if (!ctn_cert_build(&tbs, &f, e))
		return false;
	ctn_signed_build(der, ctn_buf_view(&tbs), f.sig_alg, CTN_SPAN("\x30\x06\x02\x01\x01\x02\x01\x01"), (ctn_span){ 0 });
	return ctn_buf_ok(der, e);
}

static double
parse_ours(ctn_span der)
{
	double begin = now_s();
	struct ctn_err e;
	ctn_cert c;

	for (unsigned i = 0; i < PARSES; i++)
		if (!ctn_cert_parse(&c, der, &e) || c.exts.n == 0)
			exit(1);
	return (now_s() - begin) / PARSES;
}

static double
parse_libcrypto(ctn_span der)
{
	double begin = now_s();

	for (unsigned i = 0; i < D2I_PARSES; i++) {
		const unsigned char *p = der.p;
		X509 *x = d2i_X509(NULL, &p, (long)der.n);

		if (x == NULL)
			exit(1);
		X509_free(x);
	}
	return (now_s() - begin) / D2I_PARSES;
}

static double
write_crl(void)
{
	const ctn_crl_fields f = { .sig_alg = CTN_SIG_ECDSA_SHA256, .issuer = CTN_SPAN(NAME), .this_update = 1767225600, .next_update = 1767830400 };
	uint8_t serial[20] = { 0x40 };
	CTN_OWN_BUF tbs = { 0 };
	double begin = now_s();
	ctn_crl_build b;

	ctn_crl_begin(&b, &tbs, &f);
	for (unsigned i = 0; i < ENTRIES; i++) {
		memcpy(serial + 16, &i, sizeof i);
		ctn_crl_add(&b, (ctn_span){ serial, 20 }, 1767225600 + i % 1000, i % 2, -1);
	}
	ctn_crl_end(&b, &f);
	if (tbs.failed)
		exit(1);
	return now_s() - begin;
}

int
main(void)
{
	CTN_OWN_BUF der = { 0 };
	double ours, theirs;
	struct ctn_err e;

	if (!make_cert(&der, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	ours = parse_ours(ctn_buf_view(&der));
	theirs = parse_libcrypto(ctn_buf_view(&der));
	printf("certificate of %zu bytes: %.3f us, d2i_X509 %.1f us, ratio %.0f\n", der.n, ours * 1e6, theirs * 1e6, theirs / ours);
	printf("CRL of %d entries: %.3f s\n", ENTRIES, write_crl());
	return 0;
}
