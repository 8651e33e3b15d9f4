#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>

#include "key/weak.h"

#define E65537 CTN_SPAN("\x01\x00\x01")

/* Checks n with exponent 65537; n is freed. */
static void
refuses(BIGNUM *n, const char *why)
{
	struct ctn_err e = { 0 };
	uint8_t octets[2048];
	ctn_span span = { octets, 0 };

	assert_non_null(n);
	span.n = (size_t)BN_bn2bin(n, octets);
	BN_free(n);
	assert_false(ctn_rsa_check(span, E65537, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
}

static BIGNUM *
new_prime(int bits)
{
	BIGNUM *p = BN_new();

	assert_int_equal(BN_generate_prime_ex(p, bits, 0, NULL, NULL, NULL), 1);
	return p;
}

/* p * q; both are freed. */
static BIGNUM *
product(BIGNUM *p, BIGNUM *q)
{
	BIGNUM *n = BN_new();
	BN_CTX *ctx = BN_CTX_new();

	assert_int_equal(BN_mul(n, p, q, ctx), 1);
	BN_CTX_free(ctx);
	BN_free(p);
	BN_free(q);
	return n;
}

/* 2^(bits - 1) + 1: odd, of the size wanted, and otherwise no key. */
static BIGNUM *
number_of(int bits)
{
	BIGNUM *n = BN_new();

	assert_int_equal(BN_set_word(n, 1), 1);
	assert_int_equal(BN_set_bit(n, bits - 1), 1);
	return n;
}

static void
sizes_outside_the_bounds_are_refused(void **state)
{
	(void)state;
	refuses(number_of(1024), "RSA modulus of 1024 bits; 2048 to 8192 are accepted");
	refuses(number_of(2047), "RSA modulus of 2047 bits; 2048 to 8192 are accepted");
	refuses(number_of(8193), "RSA modulus of 8193 bits; 2048 to 8192 are accepted");
}

static void
a_modulus_of_a_megabyte_is_refused_by_its_length_alone(void **state)
{
	static uint8_t huge[1 << 20] = { 0xff };
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_rsa_check((ctn_span){ huge, sizeof(huge) }, E65537, &e));
	assert_string_equal(e.text, "RSA modulus of 1048576 octets, exponent of 3 octets");
}

static void
an_even_modulus_is_refused(void **state)
{
	BIGNUM *n = number_of(2048);

	(void)state;
	assert_int_equal(BN_add_word(n, 1), 1);
	refuses(n, "RSA modulus is even");
}

static void
exponents_that_nobody_should_use_are_refused(void **state)
{
	static const struct {
		ctn_span e;
		const char *why;
	} cases[] = {
		{ { (const uint8_t *)"\x03", 1 }, "RSA exponent 3; it must be over 65536" },
		{ { (const uint8_t *)"\xff\xff", 2 }, "RSA exponent 65535; it must be over 65536" },
		{ { (const uint8_t *)"\x01\x00\x00", 3 }, "RSA exponent is even" },
		{ { (const uint8_t *)"\x01", 1 }, "RSA exponent 1; it must be over 65536" },
		{ { (const uint8_t
			    *)"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
			      "\x00\x00\x00\x00\x00\x01",
		      33 },
		    "RSA exponent of 257 bits; at most 256 are accepted" },
	};
	BIGNUM *n = product(new_prime(1024), new_prime(1024));
	uint8_t octets[256];

	(void)state;
	assert_int_equal(BN_bn2binpad(n, octets, sizeof(octets)), sizeof(octets));
	BN_free(n);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctn_err e = { 0 };

		assert_false(ctn_rsa_check((ctn_span){ octets, sizeof(octets) }, cases[i].e, &e));
		assert_string_equal(e.text, cases[i].why);
	}
}

static void
small_factors_are_found_from_3_to_751(void **state)
{
	BIGNUM *three = BN_new(), *last = BN_new();

	(void)state;
	assert_int_equal(BN_set_word(three, 3), 1);
	assert_int_equal(BN_set_word(last, 751), 1);
	refuses(product(new_prime(2048), three), "RSA modulus has the factor 3");
	refuses(product(new_prime(2048), last), "RSA modulus has the factor 751");
}

static void
perfect_powers_are_found(void **state)
{
	static const unsigned exponents[] = { 2, 3, 5, 13 };

	(void)state;
	for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
		unsigned k = exponents[i];
		BIGNUM *p = new_prime(4096 / (int)k), *n = BN_dup(p);
		char why[64];

		for (unsigned times = 1; times < k; times++)
			n = product(n, BN_dup(p));
		BN_free(p);
		(void)snprintf(why, sizeof(why), "RSA modulus is a perfect power (exponent %u)", k);
		refuses(n, why);
	}
}

static void
a_power_of_a_tiny_prime_is_found(void **state)
{
	BIGNUM *n = BN_new(), *exponent = BN_new(), *base = BN_new();
	BN_CTX *ctx = BN_CTX_new();

	(void)state;
	assert_int_equal(BN_set_word(base, 757), 1);
	assert_int_equal(BN_set_word(exponent, 853), 1);
	assert_int_equal(BN_exp(n, base, exponent, ctx), 1);
	assert_true(BN_num_bits(n) <= 8192);
	BN_free(base);
	BN_free(exponent);
	BN_CTX_free(ctx);
	refuses(n, "RSA modulus is a perfect power (exponent 853)");
}

/* p and the first prime that is at least 2^distance behind it. */
static BIGNUM *
close_product(int distance)
{
	BIGNUM *p = new_prime(1024), *q = BN_dup(p), *step = BN_new();

	assert_int_equal(BN_set_bit(step, distance), 1);
	assert_int_equal(BN_add(q, q, step), 1);
	BN_free(step);
	while (BN_check_prime(q, NULL, NULL) != 1)
		assert_int_equal(BN_add_word(q, 2), 1);
	return product(p, q);
}

/* (q - p)^2 / 8 sqrt(n) rounds find p and q, and sqrt(n) is between 2^1023.5 and 2^1024 here: none; 8 or so. */
static void
close_primes_are_found(void **state)
{
	(void)state;
	refuses(close_product(4), "RSA primes are too close: Fermat's method factors the modulus");
	refuses(close_product(515), "RSA primes are too close: Fermat's method factors the modulus");
}

static void
primes_beyond_a_hundred_fermat_rounds_pass(void **state)
{
	struct ctn_err e = { 0 };
	uint8_t octets[257];
	BIGNUM *n = close_product(518);
	int len = BN_bn2bin(n, octets);

	(void)state;
	BN_free(n);
	assert_true(ctn_rsa_check((ctn_span){ octets, (size_t)len }, E65537, &e));
}

/* 65537^a modulo the primorial of 167, made longer by multiples of it until no small prime divides it. */
static BIGNUM *
roca_modulus(void)
{
	static const uint8_t primes[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79,
		83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167 };
	BIGNUM *m = BN_new(), *base = BN_new(), *a = BN_new(), *step = number_of(2047), *n = BN_new();
	BN_CTX *ctx = BN_CTX_new();
	bool divisible = true;

	assert_int_equal(BN_set_word(m, 1), 1);
	for (size_t i = 0; i < sizeof(primes); i++)
		assert_int_equal(BN_mul_word(m, primes[i]), 1);
	assert_int_equal(BN_set_word(base, 65537), 1);
	assert_int_equal(BN_set_word(a, 0x123456789abcdefUL), 1);
	assert_int_equal(BN_mod_exp_simple(n, base, a, m, ctx), 1);
	/* step becomes a multiple of m of 2048 bits */
	assert_int_equal(BN_div(step, NULL, step, m, ctx), 1);
	assert_int_equal(BN_add_word(step, 1), 1);
	assert_int_equal(BN_mul(step, step, m, ctx), 1);
	assert_int_equal(BN_lshift1(step, step), 1);
	assert_int_equal(BN_add(n, n, step), 1);
	while (divisible) {
		assert_int_equal(BN_add(n, n, m), 1);
		divisible = false;
		for (unsigned d = 3; d < 752; d += 2)
			divisible = divisible || BN_mod_word(n, d) == 0;
	}
	BN_free(m);
	BN_free(base);
	BN_free(a);
	BN_free(step);
	BN_CTX_free(ctx);
	return n;
}

static void
the_roca_fingerprint_is_found(void **state)
{
	(void)state;
	refuses(roca_modulus(), "RSA key made by a broken Infineon library (ROCA, CVE-2017-15361)");
}

static void
a_modulus_beside_the_roca_fingerprint_passes(void **state)
{
	struct ctn_err e = { 0 };
	BIGNUM *n = roca_modulus();
	uint8_t octets[257];
	int len;

	(void)state;
	/* Every multiple of the primorial of 163 but not of 167 changes the residue modulo 167 alone. */
	do {
		static const uint8_t rest[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71,
			73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163 };
		BIGNUM *step = BN_new();

		assert_int_equal(BN_set_word(step, 1), 1);
		for (size_t i = 0; i < sizeof(rest); i++)
			assert_int_equal(BN_mul_word(step, rest[i]), 1);
		assert_int_equal(BN_add(n, n, step), 1);
		BN_free(step);
		len = BN_bn2bin(n, octets);
	} while (!ctn_rsa_check((ctn_span){ octets, (size_t)len }, E65537, &e) && strstr(e.text, "factor") != NULL);
	BN_free(n);
	assert_true(ctn_rsa_check((ctn_span){ octets, (size_t)len }, E65537, &e));
}

static void
products_of_two_random_primes_pass(void **state)
{
	static const int sizes[] = { 2048, 2048, 2048, 3072 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct ctn_err e = { 0 };
		uint8_t octets[512];
		BIGNUM *n = product(new_prime(sizes[i] / 2), new_prime(sizes[i] / 2));
		int len = BN_bn2bin(n, octets);

		BN_free(n);
		assert_true(ctn_rsa_check((ctn_span){ octets, (size_t)len }, E65537, &e));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_outside_the_bounds_are_refused),
		cmocka_unit_test(a_modulus_of_a_megabyte_is_refused_by_its_length_alone),
		cmocka_unit_test(an_even_modulus_is_refused),
		cmocka_unit_test(exponents_that_nobody_should_use_are_refused),
		cmocka_unit_test(small_factors_are_found_from_3_to_751),
		cmocka_unit_test(perfect_powers_are_found),
		cmocka_unit_test(a_power_of_a_tiny_prime_is_found),
		cmocka_unit_test(close_primes_are_found),
		cmocka_unit_test(primes_beyond_a_hundred_fermat_rounds_pass),
		cmocka_unit_test(the_roca_fingerprint_is_found),
		cmocka_unit_test(a_modulus_beside_the_roca_fingerprint_passes),
		cmocka_unit_test(products_of_two_random_primes_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
