#include "key/keyfile.h"

#include <assert.h>

#include "der/der.h"
#include "der/pem.h"
#include "der/write.h"
#include "key/kind.h"
#include "key/pbe.h"

/* Numbers of a key that longer ones could only make slow: RSA of 16384 bits, P-521. */
enum { MAX_FILE = 1 << 20, MAX_DEPTH = 16, MAX_RSA_OCTETS = 2049, MAX_SCALAR_OCTETS = 66 };

enum form { NO_KEY, PKCS8, PKCS8_ENCRYPTED, PKCS1, SEC1 };

/* One private key as a file has it. */
struct found {
	ctn_span headers; /* RFC 1421, borrowed from the file */
	ctn_buf der;
	ctn_buf curve; /* EC PARAMETERS block, or empty */
};

static void
free_found(struct found *f)
{
	ctn_buf_free(&f->der);
	ctn_buf_free(&f->curve);
}

/* Told by the shape of the first elements, whatever a PEM label says. */
static enum form
form_of(ctn_span der)
{
	ctn_der r = ctn_der_over(der), key;
	ctn_span first;
	size_t bad = 0;

	if (!ctn_der_well_formed(der, MAX_DEPTH, &bad) || !ctn_der_sequence(&r, &key) || !ctn_der_end(&r))
		return NO_KEY;
	if (ctn_der_tag(&key) == CTN_TAG_SEQUENCE)
		return PKCS8_ENCRYPTED;
	if (!ctn_der_integer(&key, &first))
		return NO_KEY;
	switch (ctn_der_tag(&key)) {
	case CTN_TAG_SEQUENCE:
		return PKCS8;
	case CTN_TAG_INTEGER:
		return PKCS1;
	case CTN_TAG_OCTET_STRING:
		return SEC1;
	default:
		return NO_KEY;
	}
}

static bool
ends_with(ctn_span text, ctn_span end)
{
	return text.n >= end.n && memcmp(text.p + text.n - end.n, end.p, end.n) == 0;
}

/* The first private key of a PEM file, and the EC PARAMETERS in front of it. */
static bool
find_block(struct found *f, ctn_span file, struct ctn_err *e)
{
	ctn_pem_block block = { 0 };
	ctn_pem_walk walk = { 0 };
	bool found = false;

	for (;;) {
		if (!ctn_pem_next(&block, &f->der, file, &walk, &found, e))
			return false;
		if (!found)
			return ctn_fail(e, CTN_EINPUT, "no PRIVATE KEY block");
		if (ends_with(block.label, CTN_SPAN("PRIVATE KEY")))
			break;
		if (ctn_span_equal(block.label, CTN_SPAN("EC PARAMETERS"))) {
			ctn_buf_reset(&f->curve);
			ctn_buf_span(&f->curve, ctn_buf_view(&f->der));
		}
	}
	f->headers = block.headers;
	return ctn_buf_ok(&f->curve, e);
}

static bool
find_key(struct found *f, ctn_span file, struct ctn_err *e)
{
	if (file.n > MAX_FILE)
		return ctn_fail(e, CTN_EINPUT, "key file of %zu bytes; at most %d are read", file.n, MAX_FILE);
	if (ctn_pem_looks(file))
		return find_block(f, file, e);
	ctn_buf_span(&f->der, file);
	return ctn_buf_ok(&f->der, e);
}

static bool
has_encrypted_header(ctn_span headers)
{
	return headers.n > 0 && memmem(headers.p, headers.n, "ENCRYPTED", 9) != NULL;
}

bool
ctn_keyfile_is_encrypted(ctn_span file)
{
	__attribute__((cleanup(free_found))) struct found f = { .der.secret = true };
	struct ctn_err ignored = { 0 };

	if (!find_key(&f, file, &ignored))
		return false;
	return has_encrypted_header(f.headers) || form_of(ctn_buf_view(&f.der)) == PKCS8_ENCRYPTED;
}

/* ECPrivateKey (RFC 5915, 3). *curve is [0], or empty. */
static bool
read_ec_key(ctn_span *curve, ctn_span der)
{
	ctn_der r = ctn_der_over(der), key, params, point;
	uint64_t version = 0;
	ctn_span scalar;
	bool named = false, has_point = false;

	*curve = (ctn_span){ 0 };
	if (!ctn_der_sequence(&r, &key) || !ctn_der_end(&r) || !ctn_der_uint(&key, &version) || version != 1)
		return false;
	if (!ctn_der_octets(&key, &scalar) || !ctn_der_enter_if(&key, CTN_TAG_CONTEXT_CONS(0), &params, &named))
		return false;
	if (scalar.n == 0 || scalar.n > MAX_SCALAR_OCTETS)
		return false;
	if (named && (!ctn_der_any(&params, curve) || !ctn_der_end(&params)))
		return false;
	return ctn_der_enter_if(&key, CTN_TAG_CONTEXT_CONS(1), &point, &has_point) && ctn_der_end(&key);
}

/* RSAPrivateKey (RFC 8017, A.1.2) with two primes: version 0 and eight numbers, none negative. */
static bool
check_rsa_key(ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), key;
	uint64_t version = 0;
	ctn_span v;

	if (!ctn_der_sequence(&r, &key) || !ctn_der_end(&r) || !ctn_der_uint(&key, &version))
		return ctn_fail(e, CTN_EINPUT, "RSA private key, at byte %zu", ctn_der_offset(&r));
	if (version != 0)
		return ctn_fail(e, CTN_EINPUT, "RSA private key of more than two primes");
	for (unsigned i = 0; i < 8; i++) {
		if (!ctn_der_integer(&key, &v) || (v.p[0] & 0x80) != 0 || v.n > MAX_RSA_OCTETS)
			return ctn_fail(e, CTN_EINPUT, "RSA private key, at byte %zu", ctn_der_offset(&key));
	}
	return ctn_der_end(&key) || ctn_fail(e, CTN_EINPUT, "RSA private key, at byte %zu", ctn_der_offset(&key));
}

static bool
check_curve(ctn_span curve, struct ctn_err *e)
{
	if (curve.n == 0)
		return ctn_fail(e, CTN_EINPUT, "EC private key that does not name its curve");
	if (curve.p[0] != CTN_TAG_OID)
		return ctn_fail(
		    e, CTN_EINPUT, "EC private key with its parameters spelt out; only named curves are accepted");
	return true;
}

/* PrivateKeyInfo anew: AlgorithmIdentifier of oid and params (element whole), then the key. */
static void
put_info(ctn_buf *out, ctn_span oid, ctn_span params, ctn_span key)
{
	size_t info = ctn_der_open(out, CTN_TAG_SEQUENCE), algorithm;

	ctn_der_put_uint(out, 0);
	algorithm = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, oid);
	ctn_buf_span(out, params);
	ctn_der_close(out, algorithm);
	ctn_der_put(out, CTN_TAG_OCTET_STRING, key);
	ctn_der_close(out, info);
}

static bool
from_pkcs1(ctn_buf *out, ctn_span der, struct ctn_err *e)
{
	const struct ctn_key_row *rsa = ctn_key_row_of(CTN_KEY_RSA);

	if (!check_rsa_key(der, e))
		return false;
	put_info(out, rsa->oid, rsa->params, der);
	return ctn_buf_ok(out, e);
}

static bool
from_sec1(ctn_buf *out, ctn_span der, ctn_span curve_block, struct ctn_err *e)
{
	ctn_span curve;

	if (!read_ec_key(&curve, der))
		return ctn_fail(e, CTN_EINPUT, "EC private key is malformed");
	if (curve.n == 0)
		curve = curve_block;
	if (!check_curve(curve, e))
		return false;
	if (curve_block.n > 0 && !ctn_span_equal(curve, curve_block))
		return ctn_fail(e, CTN_EINPUT, "EC PARAMETERS block and EC private key name different curves");
	put_info(out, ctn_key_oid_ec, curve, der);
	return ctn_buf_ok(out, e);
}

/* RFC 5958, 2: attributes [0] and public key [1] are dropped; the public key is computed from the private one, or proven by it. */
static bool
from_pkcs8(ctn_buf *out, ctn_span der, struct ctn_err *e)
{
	ctn_der r = ctn_der_over(der), info, algorithm;
	ctn_span oid, params = { 0 }, key, curve;
	uint64_t version = 0;

	if (!ctn_der_sequence(&r, &info) || !ctn_der_uint(&info, &version) || version > 1 ||
	    !ctn_der_sequence(&info, &algorithm))
		return ctn_fail(e, CTN_EINPUT, "PKCS #8 private key, at byte %zu", ctn_der_offset(&info));
	if (!ctn_der_oid(&algorithm, &oid) || (!ctn_der_end(&algorithm) && !ctn_der_any(&algorithm, &params)) ||
	    !ctn_der_end(&algorithm))
		return ctn_fail(e, CTN_EINPUT, "PKCS #8 private key, at byte %zu", ctn_der_offset(&algorithm));
	if (!ctn_der_octets(&info, &key))
		return ctn_fail(e, CTN_EINPUT, "PKCS #8 private key, at byte %zu", ctn_der_offset(&info));
	if (ctn_span_equal(oid, ctn_key_oid_ec)) {
		if (!check_curve(params, e))
			return false;
		if (!read_ec_key(&curve, key) || (curve.n > 0 && !ctn_span_equal(curve, params)))
			return ctn_fail(
			    e, CTN_EINPUT, "EC private key is malformed, or names another curve than its wrapping");
	}
	if (ctn_span_equal(oid, ctn_key_row_of(CTN_KEY_RSA)->oid) && !check_rsa_key(key, e))
		return false;
	put_info(out, oid, params, key);
	return ctn_buf_ok(out, e);
}

static bool
normalise(ctn_buf *out, ctn_span der, ctn_span curve_block, struct ctn_err *e)
{
	switch (form_of(der)) {
	case PKCS8:
		return from_pkcs8(out, der, e);
	case PKCS1:
		return from_pkcs1(out, der, e);
	case SEC1:
		return from_sec1(out, der, curve_block, e);
	case PKCS8_ENCRYPTED:
	case NO_KEY:
		break;
	}
	return ctn_fail(e, CTN_EINPUT, "not a private key in PKCS #8, PKCS #1 or SEC 1 form");
}

/* *plain gets the decrypted key. */
static bool
decrypt(ctn_buf *plain, const struct found *f, const ctn_secret *passphrase, struct ctn_err *e)
{
	ctn_span der = ctn_buf_view(&f->der);
	bool ok;

	if (passphrase == NULL)
		return ctn_fail(e, CTN_EPASSPHRASE, "the key is encrypted, and there is no passphrase");
	if (has_encrypted_header(f->headers))
		ok = ctn_pbe_decrypt_traditional(plain, f->headers, der, passphrase, e);
	else
		ok = ctn_pbe_decrypt(plain, der, passphrase, e);
	if (!ok)
		return false;
	/* A wrong key leaves good padding once in 256 times, and then no key is behind it. */
	if (form_of(ctn_buf_view(plain)) == NO_KEY)
		return ctn_fail(e, CTN_EPASSPHRASE, "wrong passphrase");
	return true;
}

bool
ctn_keyfile_read(ctn_buf *out, ctn_span file, const ctn_secret *passphrase, struct ctn_err *e)
{
	__attribute__((cleanup(free_found))) struct found f = { .der.secret = true };
	CTN_OWN_BUF plain = { .secret = true };
	ctn_span curve;

	assert(out->secret && out->n == 0);
	if (!find_key(&f, file, e))
		return false;
	curve = ctn_buf_view(&f.curve);
	if (!has_encrypted_header(f.headers) && form_of(ctn_buf_view(&f.der)) != PKCS8_ENCRYPTED)
		return normalise(out, ctn_buf_view(&f.der), curve, e);
	return decrypt(&plain, &f, passphrase, e) && normalise(out, ctn_buf_view(&plain), curve, e);
}
