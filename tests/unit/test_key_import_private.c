/* PrivateKeyInfo taken apart by hand: what libcrypto's decoder would have looked at is looked at here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "der/der.h"
#include "der/pem.h"
#include "der/write.h"
#include "key/private.h"
#include "key_files.h"

#define OID_EC CTN_SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_P256 CTN_SPAN("\x2a\x86\x48\xce\x3d\x03\x01\x07")
/* SP 800-186, 3.2.1.3 */
#define ORDER_P256 "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

static const char decode[] = "private key does not decode";
static const char foreign[] = "private and public half of the key do not belong together";
static const char range[] = "EC private key is not a number from 1 to the order of its curve less one";

static void
put_info(ctn_buf *out, ctn_span oid, ctn_span curve, ctn_span key)
{
	size_t info = ctn_der_open(out, CTN_TAG_SEQUENCE), algorithm;

	ctn_der_put_uint(out, 0);
	algorithm = ctn_der_open(out, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(out, oid);
	if (curve.n > 0)
		ctn_der_put_oid(out, curve);
	ctn_der_close(out, algorithm);
	ctn_der_put(out, CTN_TAG_OCTET_STRING, key);
	ctn_der_close(out, info);
}

/* A P-256 key of this scalar, with this public half behind it or none. */
static void
put_ec(ctn_buf *out, ctn_span scalar, ctn_span point)
{
	CTN_OWN_BUF key = { .secret = true };
	size_t list = ctn_der_open(&key, CTN_TAG_SEQUENCE), public;

	ctn_der_put_uint(&key, 1);
	ctn_der_put(&key, CTN_TAG_OCTET_STRING, scalar);
	if (point.n > 0) {
		public = ctn_der_open(&key, CTN_TAG_CONTEXT_CONS(1));
		ctn_der_put_bits(&key, point);
		ctn_der_close(&key, public);
	}
	ctn_der_close(&key, list);
	put_info(out, OID_EC, OID_P256, ctn_buf_view(&key));
}

static void
parses(ctn_privkey **key, const ctn_buf *der)
{
	struct ctn_err e = { 0 };

	if (!ctn_privkey_parse(key, ctn_buf_view(der), NULL, &e))
		fail_msg("%s", e.text);
}

static void
is_refused(const ctn_buf *der, const char *why)
{
	struct ctn_err e = { 0 };
	ctn_privkey *key = NULL;

	assert_false(ctn_privkey_parse(&key, ctn_buf_view(der), NULL, &e));
	assert_null(key);
	assert_string_equal(e.text, why);
	assert_int_equal(e.code, CTN_EINPUT);
}

static void
read_hex(uint8_t *out, size_t n, const char *hex)
{
	size_t got = 0;

	assert_true(ctn_unhex(out, n, &got, hex));
	assert_int_equal(got, n);
}

/* RFC 6979, A.2.5 */
static void
example(uint8_t scalar[32], uint8_t point[65])
{
	read_hex(scalar, 32, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
	read_hex(point, 65,
	    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

static void
holds_the_point(const ctn_privkey *key, const uint8_t point[65])
{
	CTN_OWN_BUF der = { 0 };
	struct ctn_err e = { 0 };
	ctn_spki spki;

	assert_true(ctn_privkey_spki(&der, key, &e) && ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
	assert_int_equal(spki.bits.n, 65);
	assert_memory_equal(spki.bits.p, point, 65);
}

static void
a_public_half_that_the_file_leaves_out_is_computed(void **state)
{
	uint8_t scalar[32], point[65];
	CTN_OWN_BUF der = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;

	(void)state;
	example(scalar, point);
	put_ec(&der, (ctn_span){ scalar, 32 }, (ctn_span){ 0 });
	parses(&key, &der);
	holds_the_point(key, point);
}

static void
a_public_half_may_be_compressed(void **state)
{
	uint8_t scalar[32], point[65], packed[33];
	CTN_OWN_BUF der = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;

	(void)state;
	example(scalar, point);
	memcpy(packed, point, 33);
	packed[0] = (uint8_t)(2 + (point[64] & 1));
	put_ec(&der, (ctn_span){ scalar, 32 }, (ctn_span){ packed, 33 });
	parses(&key, &der);
	holds_the_point(key, point);
}

static void
the_negative_of_the_public_half_is_another_key_s(void **state)
{
	uint8_t scalar[32], point[65], packed[33];
	CTN_OWN_BUF der = { .secret = true };

	(void)state;
	example(scalar, point);
	memcpy(packed, point, 33);
	packed[0] = (uint8_t)(3 - (point[64] & 1));
	put_ec(&der, (ctn_span){ scalar, 32 }, (ctn_span){ packed, 33 });
	is_refused(&der, foreign);
}

static void
a_point_off_the_curve_is_refused(void **state)
{
	uint8_t scalar[32], point[65];
	CTN_OWN_BUF der = { .secret = true }, infinity = { .secret = true };

	(void)state;
	example(scalar, point);
	point[64] ^= 1;
	put_ec(&der, (ctn_span){ scalar, 32 }, (ctn_span){ point, 65 });
	is_refused(&der, decode);
	put_ec(&infinity, (ctn_span){ scalar, 32 }, CTN_SPAN("\0"));
	is_refused(&infinity, foreign);
}

static void
a_scalar_lies_within_1_and_the_order_less_one(void **state)
{
	uint8_t scalar[33] = { 0 };
	CTN_OWN(ctn_privkey) key = NULL;

	(void)state;
	for (unsigned below = 0; below < 2; below++) {
		CTN_OWN_BUF der = { .secret = true };

		read_hex(scalar, 32, ORDER_P256);
		scalar[31] = (uint8_t)(scalar[31] - below);
		put_ec(&der, (ctn_span){ scalar, 32 }, (ctn_span){ 0 });
		if (below == 0)
			is_refused(&der, range);
		else
			parses(&key, &der);
	}
	for (size_t n = 1; n <= 33; n += 16) {
		CTN_OWN_BUF zero = { .secret = true };

		memset(scalar, 0, sizeof(scalar));
		put_ec(&zero, (ctn_span){ scalar, n }, (ctn_span){ 0 });
		is_refused(&zero, range);
	}
}

static void
an_ec_public_half_that_is_no_bit_string_is_refused(void **state)
{
	/* version 1, scalar 1, [1] with NULL in it; then with an empty BIT STRING */
	static const char *const keys[] = { "300a020101040101a1020500", "300b020101040101a103030100" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		CTN_OWN_BUF der = { .secret = true };
		uint8_t key[16];
		size_t n = 0;

		assert_true(ctn_unhex(key, sizeof(key), &n, keys[i]));
		put_info(&der, OID_EC, OID_P256, (ctn_span){ key, n });
		is_refused(&der, decode);
	}
}

static void
an_edwards_key_has_the_length_of_its_curve(void **state)
{
	static const uint8_t ed25519[] = { 0x2b, 0x65, 0x70 };
	uint8_t seed[34] = { 0x04, 0x20, 1 };

	(void)state;
	for (size_t n = 31; n <= 33; n++) {
		CTN_OWN(ctn_privkey) key = NULL;
		CTN_OWN_BUF der = { .secret = true };

		seed[1] = (uint8_t)(n == 33 ? 32 : n);
		put_info(&der, (ctn_span){ ed25519, 3 }, (ctn_span){ 0 }, (ctn_span){ seed, n == 31 ? 33 : 34 });
		if (n == 31)
			is_refused(&der, decode);
		else
			parses(&key, &der);
	}
	{
		CTN_OWN_BUF bare = { .secret = true };

		/* the 32 octets without the OCTET STRING around them (RFC 8410, 7 wants it) */
		put_info(&bare, (ctn_span){ ed25519, 3 }, (ctn_span){ 0 }, (ctn_span){ seed + 2, 32 });
		is_refused(&bare, decode);
	}
}

/* The numbers of the RSA key among the files, in the order of RFC 8017, A.1.2. */
static void
rsa_numbers(ctn_span numbers[8], ctn_buf *der)
{
	static const char *const labels[] = { "RSA PRIVATE KEY", NULL };
	struct ctn_err e = { 0 };
	const char *text = NULL;
	uint64_t version;
	ctn_der r, key;

	for (size_t i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++)
		if (strcmp(key_files[i].form, "rsa.trad") == 0)
			text = key_files[i].text;
	assert_non_null(text);
	assert_true(ctn_pem_one(der, ctn_span_text(text), labels, &e));
	r = ctn_der_over(ctn_buf_view(der));
	assert_true(ctn_der_sequence(&r, &key) && ctn_der_uint(&key, &version));
	for (size_t i = 0; i < 8; i++)
		assert_true(ctn_der_integer(&key, &numbers[i]));
}

static void
put_rsa(ctn_buf *out, const ctn_span numbers[8])
{
	size_t list = ctn_der_open(out, CTN_TAG_SEQUENCE);

	ctn_der_put_uint(out, 0);
	for (size_t i = 0; i < 8; i++)
		ctn_der_put_unsigned(out, numbers[i]);
	ctn_der_close(out, list);
}

static void
an_rsa_number_that_is_zero_is_refused(void **state)
{
	CTN_OWN_BUF file = { .secret = true };
	ctn_span numbers[8];

	(void)state;
	rsa_numbers(numbers, &file);
	for (size_t i = 0; i < 8; i++) {
		CTN_OWN_BUF der = { .secret = true };
		ctn_span kept = numbers[i];

		numbers[i] = CTN_SPAN("\0");
		put_rsa(&der, numbers);
		numbers[i] = kept;
		is_refused(&der, decode);
	}
}

static void
an_rsa_key_whose_numbers_are_not_of_one_key_is_refused(void **state)
{
	CTN_OWN_BUF file = { .secret = true }, der = { .secret = true }, whole = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	ctn_span numbers[8];

	(void)state;
	rsa_numbers(numbers, &file);
	put_rsa(&whole, numbers);
	parses(&key, &whole);
	/* one bit of the modulus: the private numbers are those of another key then */
	file.p[numbers[0].p - file.p + 100] ^= 1;
	put_rsa(&der, numbers);
	is_refused(&der, foreign);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_public_half_that_the_file_leaves_out_is_computed),
		cmocka_unit_test(a_public_half_may_be_compressed),
		cmocka_unit_test(the_negative_of_the_public_half_is_another_key_s),
		cmocka_unit_test(a_point_off_the_curve_is_refused),
		cmocka_unit_test(a_scalar_lies_within_1_and_the_order_less_one),
		cmocka_unit_test(an_ec_public_half_that_is_no_bit_string_is_refused),
		cmocka_unit_test(an_edwards_key_has_the_length_of_its_curve),
		cmocka_unit_test(an_rsa_number_that_is_zero_is_refused),
		cmocka_unit_test(an_rsa_key_whose_numbers_are_not_of_one_key_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
