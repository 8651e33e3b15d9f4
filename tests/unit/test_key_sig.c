#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key/sig.h"

#define SHA256_NULL "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00"
#define SHA384_NULL "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00"
#define SHA256_BARE "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define PSS_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define MGF_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"

static void
every_algorithm_reads_back_from_its_own_bytes(void **state)
{
	(void)state;
	for (unsigned i = CTN_SIG_UNKNOWN + 1; i < CTN_SIG_ALGS; i++) {
		ctn_span der = ctn_sig_alg_der((enum ctn_sig_alg)i);

		assert_true(der.n > 6);
		assert_int_equal(der.p[0], 0x30);
		assert_int_equal(der.p[1], der.n - 2);
		assert_int_equal(ctn_sig_alg_of(der), i);
		assert_string_not_equal(ctn_sig_alg_name((enum ctn_sig_alg)i), "unknown");
	}
	assert_int_equal(ctn_sig_alg_der(CTN_SIG_UNKNOWN).n, 0);
	assert_string_equal(ctn_sig_alg_name(CTN_SIG_UNKNOWN), "unknown");
}

static void
rsa_is_written_with_null_and_read_without(void **state)
{
	static const uint8_t last[] = { 0x05, 0x0e, 0x0b, 0x0c, 0x0d };
	uint8_t bare[] = "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
	ctn_span whole = { bare, 13 };

	(void)state;
	for (unsigned i = 0; i < sizeof(last); i++) {
		bare[12] = last[i];
		assert_int_equal(ctn_sig_alg_of(whole), CTN_SIG_RSA_SHA1 + i);
		assert_false(ctn_sig_alg_exact(whole));
		assert_true(ctn_sig_alg_exact(ctn_sig_alg_der(CTN_SIG_RSA_SHA1 + i)));
	}
	/* MD5, PSS, and other parameters than NULL */
	bare[12] = 0x04;
	assert_int_equal(ctn_sig_alg_of(whole), CTN_SIG_UNKNOWN);
	bare[12] = 0x0a;
	assert_int_equal(ctn_sig_alg_of(whole), CTN_SIG_UNKNOWN);
	assert_int_equal(
	    ctn_sig_alg_of(CTN_SPAN("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x30\x00")), CTN_SIG_UNKNOWN);
	assert_int_equal(
	    ctn_sig_alg_of(CTN_SPAN("\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00\x05\x00")), CTN_SIG_UNKNOWN);
	assert_false(ctn_sig_alg_exact((ctn_span){ 0 }));
}

static void
ecdsa_and_edwards_curves_want_no_parameters(void **state)
{
	(void)state;
	assert_int_equal(
	    ctn_sig_alg_of(CTN_SPAN("\x30\x0c\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x05\x00")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x07\x06\x03\x2b\x65\x70\x05\x00")), CTN_SIG_UNKNOWN);
}

static void
garbage_is_an_unknown_algorithm(void **state)
{
	(void)state;
	assert_int_equal(ctn_sig_alg_of((ctn_span){ 0 }), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x00")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x80" PSS_OID)), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x0b" PSS_OID)), CTN_SIG_UNKNOWN);
}

static void
pss_hash_parameters_may_be_absent(void **state)
{
	(void)state;
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x3d" PSS_OID "\x30\x30\xa0\x0d" SHA256_BARE
						 "\xa1\x1a\x30\x18" MGF_OID SHA256_BARE "\xa2\x03\x02\x01\x20")),
	    CTN_SIG_RSA_PSS_SHA256);
}

#define PSS_NULL(whole, params, behind) \
	CTN_SPAN("\x30" whole PSS_OID "\x30" params "\xa0\x0f" SHA256_NULL "\xa1\x1c\x30\x1a" MGF_OID SHA256_NULL "\xa2\x03\x02\x01\x20" behind)
#define PSS_BARE(whole, params, behind) \
	CTN_SPAN("\x30" whole PSS_OID "\x30" params "\xa0\x0d" SHA256_BARE "\xa1\x1a\x30\x18" MGF_OID SHA256_BARE "\xa2\x03\x02\x01\x20" behind)

static void
pss_may_have_its_trailer_written_out_but_should_not(void **state)
{
	(void)state;
	assert_true(ctn_sig_alg_exact(PSS_NULL("\x41", "\x34", "")));
	assert_true(ctn_sig_alg_exact(PSS_BARE("\x3d", "\x30", "")));
	assert_int_equal(ctn_sig_alg_of(PSS_NULL("\x46", "\x39", "\xa3\x03\x02\x01\x01")), CTN_SIG_RSA_PSS_SHA256);
	assert_false(ctn_sig_alg_exact(PSS_NULL("\x46", "\x39", "\xa3\x03\x02\x01\x01")));
	assert_int_equal(ctn_sig_alg_of(PSS_BARE("\x42", "\x35", "\xa3\x03\x02\x01\x01")), CTN_SIG_RSA_PSS_SHA256);
	assert_false(ctn_sig_alg_exact(PSS_BARE("\x42", "\x35", "\xa3\x03\x02\x01\x01")));
	/* Another one, one of another kind, one with something behind it, within and without. */
	assert_int_equal(ctn_sig_alg_of(PSS_NULL("\x46", "\x39", "\xa3\x03\x02\x01\x02")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(PSS_NULL("\x46", "\x39", "\xa3\x03\x01\x01\xff")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(PSS_NULL("\x46", "\x39", "\xa4\x03\x02\x01\x01")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(PSS_NULL("\x48", "\x3b", "\xa3\x05\x02\x01\x01\x05\x00")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(PSS_NULL("\x48", "\x3b", "\xa3\x03\x02\x01\x01\x05\x00")), CTN_SIG_UNKNOWN);
}

/* SHA-256 and a salt, which is the last thing in it. */
#define PSS_SALT(whole, params, salt) \
	CTN_SPAN("\x30" whole PSS_OID "\x30" params "\xa0\x0f" SHA256_NULL "\xa1\x1c\x30\x1a" MGF_OID SHA256_NULL salt)

static void
pss_may_have_a_salt_of_any_length(void **state)
{
	enum ctn_sig_alg usual = ctn_sig_alg_of(PSS_NULL("\x41", "\x34", ""));
	enum ctn_sig_alg shorter = ctn_sig_alg_of(PSS_SALT("\x41", "\x34", "\xa2\x03\x02\x01\x14"));
	enum ctn_sig_alg none = ctn_sig_alg_of(PSS_SALT("\x41", "\x34", "\xa2\x03\x02\x01\x00"));
	enum ctn_sig_alg longest = ctn_sig_alg_of(PSS_SALT("\x42", "\x35", "\xa2\x04\x02\x02\x04\x00"));

	(void)state;
	assert_int_equal(usual, CTN_SIG_RSA_PSS_SHA256);
	assert_int_equal(ctn_sig_alg_salt(usual), 32);
	assert_int_equal(ctn_sig_alg_salt(shorter), 20);
	assert_int_equal(ctn_sig_alg_salt(none), 0);
	assert_int_equal(ctn_sig_alg_salt(longest), 1024);
	assert_int_equal(ctn_sig_alg_of(PSS_SALT("\x42", "\x35", "\xa2\x04\x02\x02\x04\x01")), CTN_SIG_UNKNOWN);
	/* The DEFAULT is 20. */
	assert_int_equal(ctn_sig_alg_of(PSS_SALT("\x3c", "\x2f", "")), shorter);
	assert_true(ctn_sig_alg_is_pss(shorter) && ctn_sig_alg_fits(shorter, CTN_KEY_RSA) && !ctn_sig_alg_weak(shorter));
	assert_string_equal(ctn_sig_alg_name(shorter), "RSASSA-PSS with SHA-256");
	assert_string_equal(ctn_sig_alg_digest(longest), "SHA256");
	assert_true(ctn_sig_alg_exact(PSS_SALT("\x41", "\x34", "\xa2\x03\x02\x01\x20")));
	assert_false(ctn_sig_alg_exact(PSS_SALT("\x41", "\x34", "\xa2\x03\x02\x01\x14")));
}

static void
a_bound_key_signs_with_its_hash_and_no_shorter_salt(void **state)
{
	enum ctn_sig_alg shorter = ctn_sig_alg_of(PSS_SALT("\x41", "\x34", "\xa2\x03\x02\x01\x1f"));

	(void)state;
	assert_true(ctn_sig_alg_within(CTN_SIG_RSA_PSS_SHA256, CTN_SIG_RSA_PSS_SHA256));
	assert_true(ctn_sig_alg_within(CTN_SIG_RSA_PSS_SHA256, shorter));
	assert_false(ctn_sig_alg_within(shorter, CTN_SIG_RSA_PSS_SHA256));
	assert_false(ctn_sig_alg_within(CTN_SIG_RSA_PSS_SHA384, CTN_SIG_RSA_PSS_SHA256));
}

static void
pss_is_over_sha1_by_default(void **state)
{
	(void)state;
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x0d" PSS_OID "\x30\x00")), CTN_SIG_RSA_PSS_SHA1);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x18" PSS_OID "\x30\x0b\xa0\x09\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a")),
	    CTN_SIG_RSA_PSS_SHA1);
	assert_int_equal(ctn_sig_alg_salt(CTN_SIG_RSA_PSS_SHA1), 20);
	assert_true(ctn_sig_alg_weak(CTN_SIG_RSA_PSS_SHA1));
	assert_false(ctn_sig_alg_weak(CTN_SIG_RSA_PSS_SHA224));
}

static void
pss_with_other_parameters_is_unknown(void **state)
{
	(void)state;
	/* MGF1 with another hash, also by default */
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x41" PSS_OID "\x30\x34\xa0\x0f" SHA256_NULL
						 "\xa1\x1c\x30\x1a" MGF_OID SHA384_NULL "\xa2\x03\x02\x01\x20")),
	    CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x23" PSS_OID "\x30\x16\xa0\x0f" SHA256_NULL "\xa2\x03\x02\x01\x20")),
	    CTN_SIG_UNKNOWN);
	/* no hash that is known: SHA-512/224, an OID of another length */
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x1c" PSS_OID "\x30\x0f\xa0\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x05")),
	    CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x14" PSS_OID "\x30\x07\xa0\x05\x30\x03\x06\x01\x2b")), CTN_SIG_UNKNOWN);
	/* a mask that is not MGF1, and something behind what a field holds */
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x1a" PSS_OID "\x30\x0d\xa1\x0b\x30\x09\x06\x07" "1234567")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(PSS_SALT("\x43", "\x36", "\xa2\x05\x02\x01\x14\x05\x00")), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_of(CTN_SPAN("\x30\x1a" PSS_OID "\x30\x0d\xa0\x0b\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00")),
	    CTN_SIG_UNKNOWN);
}

static void
each_key_has_an_algorithm_that_fits_it(void **state)
{
	(void)state;
	for (unsigned i = CTN_KEY_UNKNOWN + 1; i < CTN_KEY_ALGS; i++) {
		enum ctn_sig_alg sig = ctn_sig_alg_for((enum ctn_key_alg)i);

		assert_int_not_equal(sig, CTN_SIG_UNKNOWN);
		assert_true(ctn_sig_alg_fits(sig, (enum ctn_key_alg)i));
		assert_false(ctn_sig_alg_weak(sig));
	}
	assert_int_equal(ctn_sig_alg_for(CTN_KEY_UNKNOWN), CTN_SIG_UNKNOWN);
	assert_int_equal(ctn_sig_alg_for(CTN_KEY_P384), CTN_SIG_ECDSA_SHA384);
}

static void
algorithms_do_not_fit_keys_of_another_family(void **state)
{
	(void)state;
	assert_true(ctn_sig_alg_fits(CTN_SIG_RSA_PSS_SHA384, CTN_KEY_RSA));
	assert_true(ctn_sig_alg_fits(CTN_SIG_RSA_PSS_SHA384, CTN_KEY_RSA_PSS));
	assert_true(ctn_sig_alg_fits(CTN_SIG_ECDSA_SHA512, CTN_KEY_P256));
	assert_false(ctn_sig_alg_fits(CTN_SIG_RSA_SHA256, CTN_KEY_RSA_PSS));
	assert_false(ctn_sig_alg_fits(CTN_SIG_RSA_SHA256, CTN_KEY_P256));
	assert_false(ctn_sig_alg_fits(CTN_SIG_ED25519, CTN_KEY_ED448));
	assert_false(ctn_sig_alg_fits(CTN_SIG_ML_DSA_44, CTN_KEY_ML_DSA_65));
	assert_false(ctn_sig_alg_fits(CTN_SIG_DSA_SHA256, CTN_KEY_RSA));
	assert_false(ctn_sig_alg_fits(CTN_SIG_UNKNOWN, CTN_KEY_UNKNOWN));
}

static void
sha1_is_weak_and_sha224_is_not(void **state)
{
	(void)state;
	assert_true(ctn_sig_alg_weak(CTN_SIG_RSA_SHA1));
	assert_true(ctn_sig_alg_weak(CTN_SIG_ECDSA_SHA1));
	assert_true(ctn_sig_alg_weak(CTN_SIG_DSA_SHA1));
	assert_false(ctn_sig_alg_weak(CTN_SIG_RSA_SHA224));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_algorithm_reads_back_from_its_own_bytes),
		cmocka_unit_test(rsa_is_written_with_null_and_read_without),
		cmocka_unit_test(ecdsa_and_edwards_curves_want_no_parameters),
		cmocka_unit_test(garbage_is_an_unknown_algorithm),
		cmocka_unit_test(pss_hash_parameters_may_be_absent),
		cmocka_unit_test(pss_may_have_its_trailer_written_out_but_should_not),
		cmocka_unit_test(pss_may_have_a_salt_of_any_length),
		cmocka_unit_test(a_bound_key_signs_with_its_hash_and_no_shorter_salt),
		cmocka_unit_test(pss_is_over_sha1_by_default),
		cmocka_unit_test(pss_with_other_parameters_is_unknown),
		cmocka_unit_test(each_key_has_an_algorithm_that_fits_it),
		cmocka_unit_test(algorithms_do_not_fit_keys_of_another_family),
		cmocka_unit_test(sha1_is_weak_and_sha224_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
