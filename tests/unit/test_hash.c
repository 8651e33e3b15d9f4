#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include "hash/hash.h"

static void
digests_of_abc_are_those_of_fips_180(void **state)
{
	static const struct {
		enum ctn_hash h;
		const char *name, *hex;
	} cases[] = {
		{ CTN_SHA1, "SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ CTN_SHA224, "SHA-224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
		{ CTN_SHA256, "SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ CTN_SHA384, "SHA-384",
		    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
		{ CTN_SHA512, "SHA-512",
		    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	};
	uint8_t out[CTN_HASH_MAX];
	char hex[2 * CTN_HASH_MAX + 1];
	struct ctn_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(ctn_digest(out, cases[i].h, CTN_SPAN("abc"), &e));
		ctn_hex(hex, (ctn_span){ out, ctn_hash_len(cases[i].h) });
		assert_string_equal(hex, cases[i].hex);
		assert_string_equal(ctn_hash_name(cases[i].h), cases[i].name);
	}
}

static void
the_digest_of_nothing_is_known_too(void **state)
{
	uint8_t out[CTN_SHA256_LEN], of_none[CTN_SHA256_LEN];
	char hex[65];
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_sha256(out, (ctn_span){ 0 }, &e));
	assert_true(ctn_sha256_of(of_none, NULL, 0, &e));
	ctn_hex(hex, (ctn_span){ out, sizeof(out) });
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_memory_equal(out, of_none, sizeof(out));
}

static void
parts_hash_like_their_whole(void **state)
{
	const ctn_span parts[] = { CTN_SPAN("a"), { 0 }, CTN_SPAN("b"), CTN_SPAN("c") };
	uint8_t whole[CTN_SHA256_LEN], of_parts[CTN_SHA256_LEN];
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_sha256(whole, CTN_SPAN("abc"), &e));
	assert_true(ctn_sha256_of(of_parts, parts, 4, &e));
	assert_memory_equal(whole, of_parts, sizeof(whole));
}

static void
an_unknown_digest_is_an_error(void **state)
{
	uint8_t out[CTN_HASH_MAX];
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(ctn_digest(out, CTN_HASHES, CTN_SPAN("abc"), &e));
	assert_int_equal(e.code, CTN_ECRYPTO);
	assert_null(ctn_md(CTN_HASHES));
	assert_int_equal(ctn_hash_len(CTN_HASHES), 0);
}

static void
random_bytes_fill_all_and_never_repeat(void **state)
{
	uint8_t a[256] = { 0 }, b[256] = { 0 };
	unsigned zeros = 0;
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_random(a, sizeof(a), &e));
	assert_true(ctn_random(b, sizeof(b), &e));
	assert_memory_not_equal(a, b, sizeof(a));
	for (size_t i = 0; i < sizeof(a); i++)
		zeros += a[i] == 0;
	/* 256 bytes hold one zero on average; 20 would be one chance in 10^18. */
	assert_true(zeros < 20);
	assert_true(ctn_random(NULL, 0, &e));
}

/* One generator for numbers here and in libcrypto's signatures; the kind is chosen because no cipher is constructed for it. */
static void
random_bytes_come_from_a_hash_drbg_of_256_bits(void **state)
{
	EVP_RAND_CTX *drbg = RAND_get0_private(ctn_libcrypto());

	(void)state;
	assert_non_null(drbg);
	assert_string_equal(EVP_RAND_get0_name(EVP_RAND_CTX_get0_rand(drbg)), "HASH-DRBG");
	assert_int_equal(EVP_RAND_get_strength(drbg), 256);
	assert_string_equal(EVP_RAND_get0_name(EVP_RAND_CTX_get0_rand(RAND_get0_primary(ctn_libcrypto()))), "HASH-DRBG");
}

static void
equal_in_constant_time_is_still_equal(void **state)
{
	(void)state;
	assert_true(ctn_equal_ct((const uint8_t *)"abc", (const uint8_t *)"abd", 2));
	assert_false(ctn_equal_ct((const uint8_t *)"abc", (const uint8_t *)"abd", 3));
	assert_false(ctn_equal_ct((const uint8_t *)"xbc", (const uint8_t *)"abc", 3));
	assert_true(ctn_equal_ct(NULL, NULL, 0));
}

static void
a_crypto_failure_tells_the_newest_reason_and_clears_the_queue(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	ERR_raise(ERR_LIB_USER, ERR_R_PASSED_NULL_PARAMETER);
	ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
	assert_false(ctn_fail_crypto(&e, "signing"));
	assert_int_equal(e.code, CTN_ECRYPTO);
	assert_string_equal(e.text, "signing: internal error");
	assert_int_equal(ERR_peek_error(), 0);
	assert_false(ctn_fail_crypto(&e, "signing"));
	assert_string_equal(e.text, "signing");
}

/* No text is known of this library, as none is of any in a program that ctn_libcrypto_start began. */
static void
a_crypto_failure_without_a_text_tells_its_number(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	ERR_raise(ERR_LIB_USER + 1, 258);
	assert_false(ctn_fail_crypto(&e, "signing"));
	assert_int_equal(e.code, CTN_ECRYPTO);
	assert_string_equal(e.text, "signing: libcrypto's error 40800102");
	assert_string_equal(e.hint, "openssl errstr 40800102 says what it is");
	assert_int_equal(ERR_peek_error(), 0);
}

/* The group's setup pointed OPENSSL_CONF at a configuration that would break both contexts. */
static void
the_context_reads_no_configuration(void **state)
{
	uint8_t out[CTN_SHA256_LEN];
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(ctn_sha256(out, CTN_SPAN("abc"), &e));
	assert_int_equal(EVP_default_properties_is_fips_enabled(ctn_libcrypto()), 0);
	assert_int_equal(OSSL_PROVIDER_available(ctn_libcrypto(), "default"), 1);
	assert_int_equal(OSSL_PROVIDER_available(ctn_libcrypto(), "null"), 0);
	assert_int_equal(OSSL_PROVIDER_available(ctn_libcrypto(), "legacy"), 0);
}

/* The same configuration does bite where it is read: else the test above could not fail. */
static void
the_default_context_would_have_read_it(void **state)
{
	(void)state;
	assert_int_equal(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL), 1);
	assert_int_equal(EVP_default_properties_is_fips_enabled(NULL), 1);
}

static void *
one_context(void *unused)
{
	(void)unused;
	return ctn_libcrypto();
}

static void
all_threads_see_one_context(void **state)
{
	pthread_t threads[8];
	void *seen;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_context, NULL), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], &seen), 0);
		assert_non_null(seen);
		assert_ptr_equal(seen, ctn_libcrypto());
	}
}

static void *
one_digest(void *unused)
{
	union {
		const struct evp_md_st *md;
		void *p;
	} seen = { .md = ctn_md(CTN_SHA384) };

	(void)unused;
	return seen.p;
}

static void
all_threads_see_one_digest(void **state)
{
	pthread_t threads[8];
	void *seen;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_digest, NULL), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], &seen), 0);
		assert_non_null(seen);
		assert_true(seen == (const void *)ctn_md(CTN_SHA384));
	}
}

static int
point_at_a_hostile_configuration(void **state)
{
	static char path[] = "/tmp/catena-test-XXXXXX";
	static const char text[] = "openssl_conf = init\n[init]\nproviders = p\nalg_section = a\n"
	                           "[p]\nnull = n\n[n]\nactivate = 1\n[a]\ndefault_properties = fips=yes\n";
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, sizeof(text) - 1) != (ssize_t)(sizeof(text) - 1) || close(fd) != 0)
		return -1;
	*state = path;
	return setenv("OPENSSL_CONF", path, 1);
}

static int
remove_it(void **state)
{
	return unlink(*state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_threads_see_one_context),
		cmocka_unit_test(all_threads_see_one_digest),
		cmocka_unit_test(digests_of_abc_are_those_of_fips_180),
		cmocka_unit_test(the_digest_of_nothing_is_known_too),
		cmocka_unit_test(parts_hash_like_their_whole),
		cmocka_unit_test(an_unknown_digest_is_an_error),
		cmocka_unit_test(random_bytes_fill_all_and_never_repeat),
		cmocka_unit_test(random_bytes_come_from_a_hash_drbg_of_256_bits),
		cmocka_unit_test(equal_in_constant_time_is_still_equal),
		cmocka_unit_test(a_crypto_failure_tells_the_newest_reason_and_clears_the_queue),
		cmocka_unit_test(a_crypto_failure_without_a_text_tells_its_number),
		cmocka_unit_test(the_context_reads_no_configuration),
		cmocka_unit_test(the_default_context_would_have_read_it),
	};

	return cmocka_run_group_tests(tests, point_at_a_hostile_configuration, remove_it);
}
