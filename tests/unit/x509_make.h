/* What the tests of x509 build things with: one key per run, one set of plain fields, a signature over anything. */
#ifndef TEST_X509_MAKE_H
#define TEST_X509_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/oid.h"
#include "der/write.h"
#include "key/private.h"
#include "x509/build.h"

#define CTN_UNUSED __attribute__((unused))

/* Octets of a hex constant in rooms that later calls overwrite in turn. */
CTN_UNUSED static ctn_span
octets(const char *hex)
{
	static uint8_t room[8][512];
	static unsigned next;
	uint8_t *to = room[next++ % 8];
	size_t n = 0;

	assert_true(ctn_unhex(to, 512, &n, hex));
	return (ctn_span){ to, n };
}

CTN_UNUSED static ctn_privkey *
make_key(const char *word)
{
	struct ctn_err e = { 0 };
	ctn_privkey *key = NULL;
	ctn_key_kind kind;

	assert_true(ctn_key_kind_parse(&kind, word, &e));
	assert_true(ctn_privkey_generate(&key, kind, &e));
	return key;
}

/* Sign tbs and append the signed whole. */
CTN_UNUSED static void
make_signed(ctn_buf *out, const ctn_privkey *key, ctn_span tbs, enum ctn_sig_alg alg, ctn_span certs)
{
	CTN_OWN_BUF signature = { 0 };
	struct ctn_err e = { 0 };

	assert_true(ctn_privkey_sign(&signature, key, tbs, &e));
	ctn_signed_build(out, tbs, alg, ctn_buf_view(&signature), certs);
	assert_true(ctn_buf_ok(out, &e));
}

/* Does the signature of a re-read object hold under that key? */
CTN_UNUSED static bool
signature_holds(const ctn_privkey *key, enum ctn_sig_alg alg, ctn_span tbs, ctn_span signature)
{
	CTN_OWN(ctn_pubkey) public = NULL;
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	bool good = false;
	ctn_spki spki;

	assert_true(ctn_privkey_spki(&der, key, &e));
	assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
	assert_true(ctn_pubkey_import(&public, &spki, (ctn_span){ 0 }, &e));
	assert_true(ctn_signature_check(&good, public, alg, tbs, signature, &e));
	return good;
}

/* Name with one CN, as constant bytes: CN=T */
#define MAKE_NAME "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01T"
/* Any Ed25519 public key. */
#define MAKE_SPKI "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" "0123456789abcdef0123456789abcdef"

CTN_UNUSED static ctn_cert_fields
plain_fields(void)
{
	return (ctn_cert_fields){
		.serial = CTN_SPAN("\x40\x01"),
		.sig_alg = CTN_SIG_ED25519,
		.issuer = CTN_SPAN(MAKE_NAME),
		.not_before = 1767225600,
		.not_after = 1775001599,
		.spki = CTN_SPAN(MAKE_SPKI),
	};
}

CTN_UNUSED static void
assert_span(ctn_span got, ctn_span wanted)
{
	assert_int_equal(got.n, wanted.n);
	if (wanted.n > 0)
		assert_memory_equal(got.p, wanted.p, wanted.n);
}

/* Change the first place where `from` stands into `to`, of the same length. */
CTN_UNUSED static void
patch(ctn_buf *b, ctn_span from, ctn_span to)
{
	uint8_t *at = memmem(b->p, b->n, from.p, from.n);

	assert_non_null(at);
	assert_int_equal(from.n, to.n);
	memcpy(at, to.p, to.n);
}

#endif
