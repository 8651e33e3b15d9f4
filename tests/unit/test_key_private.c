#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "der/pem.h"
#include "der/write.h"
#include "key/private.h"
#include "key_files.h"

static const char *const words[] = { "rsa-2048", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ed448" };

static ctn_privkey *
new_key(const char *word)
{
	struct ctn_err e = { 0 };
	ctn_key_kind kind = { 0 };
	ctn_privkey *key = NULL;

	assert_true(ctn_key_kind_parse(&kind, word, &e));
	assert_true(ctn_privkey_generate(&key, kind, &e));
	return key;
}

static ctn_secret
secret_of(const char *text)
{
	struct ctn_err e = { 0 };
	ctn_secret s = { 0 };

	assert_true(ctn_secret_open(&s, 64, &e));
	s.n = strlen(text);
	memcpy(s.p, text, s.n + 1);
	return s;
}

static bool
same_public_half(const ctn_privkey *a, const ctn_privkey *b)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF der = { 0 };
	ctn_spki spki = { 0 };
	bool yes = false;

	assert_true(ctn_privkey_spki(&der, b, &e));
	assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
	assert_true(ctn_privkey_matches(&yes, a, &spki, &e));
	return yes;
}

static void
a_made_key_signs_and_its_public_half_verifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_privkey) key = new_key(words[i]);
		CTN_OWN(ctn_pubkey) public = NULL;
		CTN_OWN_BUF der = { 0 };
		CTN_OWN_BUF signature = { 0 };
		ctn_spki spki = { 0 };
		enum ctn_sig_alg alg = ctn_sig_alg_for(ctn_privkey_kind(key).alg);
		bool good = false;
		char text[24];

		ctn_key_kind_text(text, ctn_privkey_kind(key));
		assert_string_equal(text, words[i]);
		assert_true(ctn_privkey_spki(&der, key, &e));
		assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
		assert_true(ctn_spki_check(&spki, &e));
		assert_true(ctn_pubkey_import(&public, &spki, (ctn_span){ 0 }, &e));
		assert_true(ctn_privkey_sign(&signature, key, CTN_SPAN("catena"), &e));
		assert_true(ctn_signature_check(&good, public, alg, CTN_SPAN("catena"), ctn_buf_view(&signature), &e));
		assert_true(good);
		assert_true(ctn_signature_check(&good, public, alg, CTN_SPAN(""), ctn_buf_view(&signature), &e));
		assert_false(good);
	}
}

static void
an_empty_message_can_be_signed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_privkey) key = new_key(words[i]);
		CTN_OWN_BUF signature = { 0 };

		assert_true(ctn_privkey_sign(&signature, key, (ctn_span){ 0 }, &e));
		assert_true(signature.n >= 64);
	}
}

static void
what_cannot_be_made_is_refused(void **state)
{
	static const struct {
		ctn_key_kind kind;
		const char *why;
	} cases[] = {
		{ { CTN_KEY_UNKNOWN, 0 }, "unknown keys are not made here" },
		{ { CTN_KEY_DSA, 2048 }, "dsa keys are not made here" },
		{ { CTN_KEY_RSA_PSS, 2048 }, "rsa-pss keys are not made here" },
		{ { CTN_KEY_RSA, 1024 }, "RSA keys of 1024 bits are not made here; 2048 to 8192 are" },
		{ { CTN_KEY_RSA, 16384 }, "RSA keys of 16384 bits are not made here; 2048 to 8192 are" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_privkey *key = NULL;

		assert_false(ctn_privkey_generate(&key, cases[i].kind, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, cases[i].why);
		assert_null(key);
	}
}

static void
a_key_matches_itself_and_no_other(void **state)
{
	CTN_OWN(ctn_privkey) one = new_key("ecdsa-p256");
	CTN_OWN(ctn_privkey) other = new_key("ecdsa-p256");

	(void)state;
	assert_true(same_public_half(one, one));
	assert_false(same_public_half(one, other));
}

static void
a_plain_file_reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_privkey) key = new_key(words[i]);
		CTN_OWN(ctn_privkey) again = NULL;
		CTN_OWN_BUF file = { .secret = true };

		assert_true(ctn_privkey_encode(&file, key, NULL, &e));
		assert_memory_equal(file.p, "-----BEGIN PRIVATE KEY-----\n", 28);
		assert_false(ctn_privkey_is_encrypted(ctn_buf_view(&file)));
		assert_true(ctn_privkey_parse(&again, ctn_buf_view(&file), NULL, &e));
		assert_true(same_public_half(key, again));
	}
}

static void
an_encrypted_file_reads_back_under_its_passphrase_alone(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_privkey) key = new_key("ed25519");
	CTN_OWN(ctn_privkey) again = NULL;
	CTN_OWN_BUF file = { .secret = true };
	CTN_OWN_SECRET right = secret_of("correct horse");
	CTN_OWN_SECRET wrong = secret_of("correct house");

	(void)state;
	assert_true(ctn_privkey_encode(&file, key, &right, &e));
	assert_memory_equal(file.p, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", 38);
	assert_true(ctn_privkey_is_encrypted(ctn_buf_view(&file)));

	assert_false(ctn_privkey_parse(&again, ctn_buf_view(&file), &wrong, &e));
	assert_int_equal(e.code, CTN_EPASSPHRASE);
	assert_string_equal(e.text, "wrong passphrase");
	assert_false(ctn_privkey_parse(&again, ctn_buf_view(&file), NULL, &e));
	assert_int_equal(e.code, CTN_EPASSPHRASE);
	assert_string_equal(e.text, "the key is encrypted, and there is no passphrase");

	assert_true(ctn_privkey_parse(&again, ctn_buf_view(&file), &right, &e));
	assert_true(same_public_half(key, again));
}

static void
an_empty_passphrase_is_refused(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_privkey) key = new_key("ed25519");
	CTN_OWN_BUF file = { .secret = true };
	CTN_OWN_SECRET empty = secret_of("");

	(void)state;
	assert_false(ctn_privkey_encode(&file, key, &empty, &e));
	assert_int_equal(e.code, CTN_EPASSPHRASE);
	assert_int_equal(file.n, 0);
}

static void
two_files_of_one_key_share_neither_salt_nor_ciphertext(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_privkey) key = new_key("ed25519");
	CTN_OWN_BUF one = { .secret = true };
	CTN_OWN_BUF other = { .secret = true };
	CTN_OWN_SECRET passphrase = secret_of("secret");

	(void)state;
	assert_true(ctn_privkey_encode(&one, key, &passphrase, &e));
	assert_true(ctn_privkey_encode(&other, key, &passphrase, &e));
	assert_int_equal(one.n, other.n);
	/* 42 octets of constants come first, in the first line; then the salt */
	assert_memory_not_equal(one.p + 38 + 65, other.p + 38 + 65, 60);
}

static void
key_files_of_openssl_are_read(void **state)
{
	CTN_OWN_SECRET passphrase = secret_of("secret");

	(void)state;
	for (size_t i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++) {
		const struct key_file *file = &key_files[i];
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_privkey) key = NULL;
		char word[24];

		assert_int_equal(ctn_privkey_is_encrypted(ctn_span_text(file->text)), file->encrypted);
		if (!ctn_privkey_parse(&key, ctn_span_text(file->text), &passphrase, &e))
			fail_msg("%s: %s", file->form, e.text);
		ctn_key_kind_text(word, ctn_privkey_kind(key));
		assert_string_equal(word, file->word);
	}
}

static void
every_encrypted_form_tells_a_wrong_passphrase_from_none(void **state)
{
	CTN_OWN_SECRET wrong = secret_of("Secret");

	(void)state;
	for (size_t i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++) {
		const struct key_file *file = &key_files[i];
		struct ctn_err e = { 0 };
		ctn_privkey *key = NULL;

		if (!file->encrypted)
			continue;
		assert_false(ctn_privkey_parse(&key, ctn_span_text(file->text), &wrong, &e));
		assert_int_equal(e.code, CTN_EPASSPHRASE);
		assert_string_equal(e.text, "wrong passphrase");
		assert_false(ctn_privkey_parse(&key, ctn_span_text(file->text), NULL, &e));
		assert_string_equal(e.text, "the key is encrypted, and there is no passphrase");
	}
}

static void
der_files_are_read_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_privkey) key = NULL;
		CTN_OWN_BUF der = { .secret = true };
		ctn_pem_block block = { 0 };
		ctn_pem_walk walk = { 0 };
		bool found = false;

		if (key_files[i].encrypted)
			continue;
		while (!found || memmem(block.label.p, block.label.n, "PRIVATE", 7) == NULL)
			assert_true(ctn_pem_next(&block, &der, ctn_span_text(key_files[i].text), &walk, &found, &e));
		assert_true(ctn_privkey_parse(&key, ctn_buf_view(&der), NULL, &e));
	}
}

static void
private_keys_that_may_not_be_used_are_refused_with_the_reason(void **state)
{
	CTN_OWN_SECRET passphrase = secret_of("secret");

	(void)state;
	for (size_t i = 0; i < sizeof(refused_files) / sizeof(refused_files[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_privkey *key = NULL;

		assert_false(ctn_privkey_parse(&key, ctn_span_text(refused_files[i].text), &passphrase, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, refused_files[i].why);
		assert_null(key);
	}
}

static void
what_is_no_private_key_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "not a private key in PKCS #8, PKCS #1 or SEC 1 form" },
		{ "hello", "not a private key in PKCS #8, PKCS #1 or SEC 1 form" },
		{ "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "no PRIVATE KEY block" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n",
		    "not a private key in PKCS #8, PKCS #1 or SEC 1 form" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_privkey *key = NULL;

		assert_false(ctn_privkey_parse(&key, ctn_span_text(cases[i].text), NULL, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, cases[i].why);
	}
}

static const char *
text_of(const char *form)
{
	for (size_t i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++) {
		if (strcmp(key_files[i].form, form) == 0)
			return key_files[i].text;
	}
	fail_msg("no file %s", form);
	return NULL;
}

/* A PKCS #8 file of a P-256 or RSA key with one octet of its DER changed. */
static bool
parses_with_change(const char *form, size_t from_end, struct ctn_err *e)
{
	CTN_OWN_BUF der = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	ctn_pem_block block;
	ctn_pem_walk walk = { 0 };
	bool found = false;

	assert_true(ctn_pem_next(&block, &der, ctn_span_text(text_of(form)), &walk, &found, e));
	if (from_end > 0)
		der.p[der.n - from_end] ^= 1;
	return ctn_privkey_parse(&key, ctn_buf_view(&der), NULL, e);
}

static void
halves_that_do_not_belong_together_are_refused(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(parses_with_change("ec.p8", 0, &e));
	/* the scalar ends 70 octets before the end: [1] BIT STRING of 66 and its two headers follow it */
	assert_false(parses_with_change("ec.p8", 71, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "private and public half of the key do not belong together");
}

/* One wrong passphrase in 256 leaves good padding. */
static void
no_wrong_passphrase_is_taken_for_a_broken_file(void **state)
{
	CTN_OWN_SECRET wrong = secret_of("0000");

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct ctn_err e = { 0 };
		ctn_privkey *key = NULL;

		wrong.p[0] = (uint8_t)('A' + i / 100);
		wrong.p[1] = (uint8_t)('0' + i % 100);
		assert_false(ctn_privkey_parse(&key, ctn_span_text(text_of("ec.aes128.trad.enc")), &wrong, &e));
		assert_int_equal(e.code, CTN_EPASSPHRASE);
	}
}

static void
an_ec_parameters_block_for_another_curve_is_refused(void **state)
{
	struct ctn_err e = { 0 };
	ctn_privkey *key = NULL;
	CTN_OWN_BUF file = { .secret = true };

	(void)state;
	ctn_pem_write(&file, "EC PARAMETERS", CTN_SPAN("\x06\x05\x2b\x81\x04\x00\x22"));
	ctn_buf_text(&file, text_of("ec.trad"));
	assert_false(ctn_privkey_parse(&key, ctn_buf_view(&file), NULL, &e));
	assert_string_equal(e.text, "EC PARAMETERS block and EC private key name different curves");
}

/* Explicit parameters could hide in there too. */
static void
an_ec_key_that_names_another_curve_than_its_wrapping_is_refused(void **state)
{
	struct ctn_err e = { 0 };
	ctn_privkey *key = NULL;
	CTN_OWN_BUF sec1 = { .secret = true };
	CTN_OWN_BUF der = { .secret = true };
	static const char *const labels[] = { "EC PRIVATE KEY", NULL };
	size_t info, algorithm;

	(void)state;
	assert_true(ctn_pem_one(&sec1, ctn_span_text(text_of("ec.trad")), labels, &e));
	info = ctn_der_open(&der, CTN_TAG_SEQUENCE);
	ctn_der_put_uint(&der, 0);
	algorithm = ctn_der_open(&der, CTN_TAG_SEQUENCE);
	ctn_der_put_oid(&der, CTN_SPAN("\x2a\x86\x48\xce\x3d\x02\x01"));
	ctn_der_put_oid(&der, CTN_SPAN("\x2b\x81\x04\x00\x22"));
	ctn_der_close(&der, algorithm);
	ctn_der_put(&der, CTN_TAG_OCTET_STRING, ctn_buf_view(&sec1));
	ctn_der_close(&der, info);
	assert_false(ctn_privkey_parse(&key, ctn_buf_view(&der), NULL, &e));
	assert_string_equal(e.text, "EC private key is malformed, or names another curve than its wrapping");
}

static void
a_key_derivation_that_would_take_minutes_is_refused(void **state)
{
	/* PBES2 with PBKDF2 of 2^31 - 1 rounds; with scrypt of p = 2^20; of N = 2^30, which is 1 TiB */
	static const struct {
		const char *hex, *why;
	} cases[] = {
		{ "306d305906092a864886f70d01050d304c302b06092a864886f70d01050c301e0408000000000000000002047fffffff300c"
		  "06082a864886f70d02090500301d060960864801650304012a0410000102030405060708090a0b0c0d0e0f04100000000000"
		  "0000000000000000000000",
		    "PBKDF2 with over 10000000 rounds" },
		{ "3065305106092a864886f70d01050d3044302306092b06010401da47040b3016040800000000000000000202400002010802"
		  "03100000301d060960864801650304012a0410000102030405060708090a0b0c0d0e0f041000000000000000000000000000"
		  "000000",
		    "scrypt with p over 16" },
		{ "3065305106092a864886f70d01050d3044302306092b06010401da47040b3016040800000000000000000204400000000201"
		  "08020101301d060960864801650304012a0410000102030405060708090a0b0c0d0e0f041000000000000000000000000000"
		  "000000",
		    "encrypted in a way that libcrypto does not support" },
	};
	CTN_OWN_SECRET passphrase = secret_of("secret");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_privkey *key = NULL;
		uint8_t der[256];
		size_t n = 0;

		assert_true(ctn_unhex(der, sizeof(der), &n, cases[i].hex));
		assert_false(ctn_privkey_parse(&key, (ctn_span){ der, n }, &passphrase, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, cases[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_made_key_signs_and_its_public_half_verifies),
		cmocka_unit_test(an_empty_message_can_be_signed),
		cmocka_unit_test(what_cannot_be_made_is_refused),
		cmocka_unit_test(a_key_matches_itself_and_no_other),
		cmocka_unit_test(a_plain_file_reads_back),
		cmocka_unit_test(an_encrypted_file_reads_back_under_its_passphrase_alone),
		cmocka_unit_test(an_empty_passphrase_is_refused),
		cmocka_unit_test(two_files_of_one_key_share_neither_salt_nor_ciphertext),
		cmocka_unit_test(key_files_of_openssl_are_read),
		cmocka_unit_test(every_encrypted_form_tells_a_wrong_passphrase_from_none),
		cmocka_unit_test(der_files_are_read_too),
		cmocka_unit_test(private_keys_that_may_not_be_used_are_refused_with_the_reason),
		cmocka_unit_test(what_is_no_private_key_is_refused),
		cmocka_unit_test(halves_that_do_not_belong_together_are_refused),
		cmocka_unit_test(no_wrong_passphrase_is_taken_for_a_broken_file),
		cmocka_unit_test(an_ec_parameters_block_for_another_curve_is_refused),
		cmocka_unit_test(an_ec_key_that_names_another_curve_than_its_wrapping_is_refused),
		cmocka_unit_test(a_key_derivation_that_would_take_minutes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
