#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "der/write.h"
#include "key/public.h"
#include "key_vectors.h"

static const ctn_span message = { (const uint8_t *)"catena", 6 };

/* Octets of a hex constant in buffers that the next calls overwrite in turn. */
static ctn_span
octets(const char *hex)
{
	static uint8_t room[4][1024];
	static unsigned next;
	uint8_t *to = room[next++ % 4];
	size_t n = 0;

	assert_true(ctn_unhex(to, 1024, &n, hex));
	return (ctn_span){ to, n };
}

static ctn_spki
spki_of(const char *hex)
{
	struct ctn_err e = { 0 };
	ctn_spki spki = { 0 };

	assert_true(ctn_spki_parse(&spki, octets(hex), &e));
	return spki;
}

static bool
verifies(const char *spki_hex, ctn_span dsa_params, enum ctn_sig_alg alg, ctn_span text, ctn_span signature)
{
	struct ctn_err e = { 0 };
	ctn_spki spki = spki_of(spki_hex);
	CTN_OWN(ctn_pubkey) key = NULL;
	bool good = false;

	assert_true(ctn_pubkey_import(&key, &spki, dsa_params, &e));
	assert_int_equal(ctn_pubkey_kind(key).alg, spki.kind.alg);
	assert_true(ctn_signature_check(&good, key, alg, text, signature, &e));
	return good;
}

static void
check_fails_with(const char *hex, const char *why)
{
	struct ctn_err e = { 0 };
	ctn_spki spki = spki_of(hex);

	assert_false(ctn_spki_check(&spki, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, why);
}

static void
every_kind_is_recognised(void **state)
{
	(void)state;
	assert_int_equal(spki_of(SPKI_RSA).kind.alg, CTN_KEY_RSA);
	assert_int_equal(spki_of(SPKI_RSA).kind.bits, 2048);
	assert_int_equal(spki_of(SPKI_RSA).rsa_n.n, 256);
	assert_int_equal(spki_of(SPKI_RSA).rsa_e.n, 3);
	assert_int_equal(spki_of(SPKI_PSS).kind.alg, CTN_KEY_RSA_PSS);
	assert_int_equal(spki_of(SPKI_P256).kind.alg, CTN_KEY_P256);
	assert_int_equal(spki_of(SPKI_P384).kind.alg, CTN_KEY_P384);
	assert_int_equal(spki_of(SPKI_P521).kind.alg, CTN_KEY_P521);
	assert_int_equal(spki_of(SPKI_ED25519).kind.alg, CTN_KEY_ED25519);
	assert_int_equal(spki_of(SPKI_ED448).kind.alg, CTN_KEY_ED448);
	assert_int_equal(spki_of(SPKI_DSA).kind.alg, CTN_KEY_DSA);
	assert_int_equal(spki_of(SPKI_X25519).kind.alg, CTN_KEY_UNKNOWN);
	assert_int_equal(spki_of(SPKI_SECP256K1).kind.alg, CTN_KEY_UNKNOWN);
	assert_int_equal(spki_of(SPKI_P256_EXPLICIT).kind.alg, CTN_KEY_UNKNOWN);
	assert_true(spki_of(SPKI_P256_EXPLICIT).explicit_params);
	assert_false(spki_of(SPKI_P256).explicit_params);
}

static void
malformed_keys_are_refused_with_the_place(void **state)
{
	static const struct {
		const char *hex, *why;
	} cases[] = {
		{ "", "not a public key, or bytes after it" },
		{ "302a300506032b6570032100", "not a public key, or bytes after it" },
		{ "300030", "not a public key, or bytes after it" },
		{ "3000", "public key algorithm, at byte 2" },
		{ "30023000", "public key algorithm, at byte 4" },
		{ "30020500", "public key algorithm, at byte 2" },
		{ "3004300206ff", "public key algorithm, at byte 4" },
		{ "300b300706032b657005000500", "public key bits, at byte 11" },
		{ "300d300906032b6570050005000300", "public key parameters, at byte 11" },
		{ "300b300506032b657003020180", "public key bits, at byte 9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_spki spki = { 0 };

		assert_false(ctn_spki_parse(&spki, octets(cases[i].hex), &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, cases[i].why);
		assert_null(spki.der.p);
	}
}

static void
good_keys_pass_the_check(void **state)
{
	static const char *const keys[] = { SPKI_RSA, SPKI_PSS, SPKI_P256, SPKI_P256_COMPRESSED, SPKI_P384, SPKI_P521,
		SPKI_ED25519, SPKI_ED448 };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct ctn_err e = { 0 };
		ctn_spki spki = spki_of(keys[i]);

		assert_true(ctn_spki_check(&spki, &e));
	}
}

static void
keys_that_may_not_be_certified_are_refused_with_the_reason(void **state)
{
	(void)state;
	check_fails_with(SPKI_DSA, "DSA keys are not certified");
	check_fails_with(SPKI_P256_EXPLICIT, "EC key with its parameters spelt out; only named curves are accepted");
	check_fails_with(SPKI_SECP256K1, "EC key on a curve other than P-256, P-384, P-521");
	check_fails_with(SPKI_X25519, "key algorithm 1.3.101.110 is unknown or has wrong parameters");
	check_fails_with(SPKI_P256_HYBRID, "EC point of 65 octets is neither compressed nor uncompressed");
	check_fails_with("300a300506032b6570030100", "ed25519 key of 0 octets; it must have 32");
}

static void
a_point_beside_the_curve_is_refused(void **state)
{
	struct ctn_err e = { 0 };
	uint8_t der[91];
	ctn_spki spki = { 0 };

	(void)state;
	memcpy(der, octets(SPKI_P256).p, sizeof(der));
	der[90] ^= 1;
	assert_true(ctn_spki_parse(&spki, (ctn_span){ der, sizeof(der) }, &e));
	assert_false(ctn_spki_check(&spki, &e));
	assert_string_equal(e.text, "EC point is not on the curve");
}

static void
the_point_at_infinity_is_refused(void **state)
{
	(void)state;
	check_fails_with("3019301306072a8648ce3d020106082a8648ce3d03010703020000",
	    "EC point of 1 octets is neither compressed nor uncompressed");
}

static void
an_rsa_key_that_is_no_two_positive_numbers_is_refused(void **state)
{
	(void)state;
	/* empty, a negative modulus, a zero exponent, a third number */
	check_fails_with("3012300d06092a864886f70d0101010500030100", "not an RSA public key of two positive numbers");
	check_fails_with(
	    "301a300d06092a864886f70d01010105000309003006020181020103", "not an RSA public key of two positive numbers");
	check_fails_with(
	    "301a300d06092a864886f70d01010105000309003006020103020100", "not an RSA public key of two positive numbers");
	check_fails_with("301d300d06092a864886f70d0101010500030c003009020103020103020103",
	    "not an RSA public key of two positive numbers");
}

static void
signatures_made_elsewhere_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_true(
		    verifies(vectors[i].spki, (ctn_span){ 0 }, vectors[i].alg, message, octets(vectors[i].signature)));
}

/* Keys that are imported at once share what makes importing them cheap. */
enum { THREADS = 8, IMPORTS = 100 };

static void *
import_and_verify(void *goods)
{
	for (unsigned i = 0; i < IMPORTS; i++) {
		CTN_OWN(ctn_pubkey) key = NULL;
		uint8_t room[2][1024];
		struct ctn_err e = { 0 };
		size_t n[2], k = i % (sizeof(vectors) / sizeof(vectors[0]));
		bool good = false;
		ctn_spki spki;

		if (!ctn_unhex(room[0], sizeof(room[0]), &n[0], vectors[k].spki) ||
		    !ctn_unhex(room[1], sizeof(room[1]), &n[1], vectors[k].signature))
			continue;
		if (ctn_spki_parse(&spki, (ctn_span){ room[0], n[0] }, &e) && ctn_pubkey_import(&key, &spki, (ctn_span){ 0 }, &e) &&
		    ctn_signature_check(&good, key, vectors[k].alg, message, (ctn_span){ room[1], n[1] }, &e) && good)
			++*(unsigned *)goods;
	}
	return NULL;
}

static void
many_threads_import_at_once(void **state)
{
	unsigned goods[THREADS] = { 0 };
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, import_and_verify, &goods[i]), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(goods[i], IMPORTS);
	}
}

static void
a_changed_message_does_not_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_false(verifies(
		    vectors[i].spki, (ctn_span){ 0 }, vectors[i].alg, CTN_SPAN("catenA"), octets(vectors[i].signature)));
}

static void
a_changed_cut_or_empty_signature_does_not_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		ctn_span signature = octets(vectors[i].signature);
		uint8_t changed[512];

		memcpy(changed, signature.p, signature.n);
		changed[signature.n - 1] ^= 1;
		assert_false(
		    verifies(vectors[i].spki, (ctn_span){ 0 }, vectors[i].alg, message, (ctn_span){ changed, signature.n }));
		changed[signature.n - 1] ^= 1;
		assert_false(verifies(
		    vectors[i].spki, (ctn_span){ 0 }, vectors[i].alg, message, (ctn_span){ changed, signature.n - 1 }));
		changed[signature.n] = 0;
		assert_false(verifies(
		    vectors[i].spki, (ctn_span){ 0 }, vectors[i].alg, message, (ctn_span){ changed, signature.n + 1 }));
		assert_false(verifies(vectors[i].spki, (ctn_span){ 0 }, vectors[i].alg, message, (ctn_span){ 0 }));
	}
}

static void
an_algorithm_that_does_not_fit_verifies_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		for (unsigned alg = 0; alg < CTN_SIG_ALGS; alg++) {
			if (alg == vectors[i].alg)
				continue;
			assert_false(verifies(
			    vectors[i].spki, (ctn_span){ 0 }, (enum ctn_sig_alg)alg, message, octets(vectors[i].signature)));
		}
	}
}

/* The AlgorithmIdentifier of SHA-256 with another salt, whose length is its last octet. */
static enum ctn_sig_alg
pss_with_salt(uint8_t salt)
{
	ctn_span der = ctn_sig_alg_der(CTN_SIG_RSA_PSS_SHA256);
	uint8_t own[128];

	memcpy(own, der.p, der.n);
	own[der.n - 1] = salt;
	return ctn_sig_alg_of((ctn_span){ own, der.n });
}

static void
pss_verifies_with_the_salt_length_that_is_named_alone(void **state)
{
	(void)state;
	assert_false(verifies(SPKI_RSA, (ctn_span){ 0 }, CTN_SIG_RSA_PSS_SHA256, message, octets(SIG_PSS_SALT_20)));
	assert_true(verifies(SPKI_RSA, (ctn_span){ 0 }, pss_with_salt(20), message, octets(SIG_PSS_SALT_20)));
	assert_false(verifies(SPKI_RSA, (ctn_span){ 0 }, pss_with_salt(19), message, octets(SIG_PSS_SALT_20)));
	assert_false(verifies(SPKI_RSA, (ctn_span){ 0 }, pss_with_salt(0), message, octets(SIG_PSS_SALT_20)));
	assert_false(verifies(SPKI_RSA, (ctn_span){ 0 }, pss_with_salt(127), message, octets(SIG_PSS_SALT_20)));
	assert_false(verifies(SPKI_P256, (ctn_span){ 0 }, pss_with_salt(20), message, octets(SIG_PSS_SALT_20)));
}

/* The RSA key of the vectors as an RSASSA-PSS key that is bound to one algorithm, or to none. */
static void
put_pss_key(ctn_buf *out, enum ctn_sig_alg only)
{
	ctn_spki rsa = spki_of(SPKI_RSA), pss = spki_of(SPKI_PSS);
	size_t info = ctn_der_open(out, CTN_TAG_SEQUENCE), algorithm;

	if (only != CTN_SIG_UNKNOWN) {
		ctn_buf_span(out, ctn_sig_alg_der(only));
	} else {
		algorithm = ctn_der_open(out, CTN_TAG_SEQUENCE);
		ctn_der_put_oid(out, pss.oid);
		ctn_der_close(out, algorithm);
	}
	ctn_der_put_bits(out, rsa.bits);
	ctn_der_close(out, info);
}

static void
a_pss_key_verifies_only_what_its_parameters_allow(void **state)
{
	static const struct {
		enum ctn_sig_alg only;
		bool good;
	} cases[] = { { CTN_SIG_UNKNOWN, true }, { CTN_SIG_RSA_PSS_SHA384, true }, { CTN_SIG_RSA_PSS_SHA256, false } };
	const struct vector *sha384 = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (vectors[i].alg == CTN_SIG_RSA_PSS_SHA384)
			sha384 = &vectors[i];
	}
	assert_non_null(sha384);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctn_err e = { 0 };
		CTN_OWN_BUF der = { 0 };
		CTN_OWN(ctn_pubkey) key = NULL;
		ctn_spki spki = { 0 };
		bool good = false;

		put_pss_key(&der, cases[i].only);
		assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
		assert_true(ctn_pubkey_import(&key, &spki, (ctn_span){ 0 }, &e));
		assert_true(ctn_signature_check(&good, key, sha384->alg, message, octets(sha384->signature), &e));
		assert_int_equal(good, cases[i].good);
	}
}

static void
a_pss_key_with_other_parameters_is_refused(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF der = { 0 };
	CTN_OWN(ctn_pubkey) key = NULL;
	ctn_spki spki = { 0 };
	size_t info = ctn_der_open(&der, CTN_TAG_SEQUENCE), algorithm = ctn_der_open(&der, CTN_TAG_SEQUENCE);

	(void)state;
	ctn_der_put_oid(&der, spki_of(SPKI_PSS).oid);
	ctn_der_put(&der, CTN_TAG_SEQUENCE, CTN_SPAN("\xa3\x03\x02\x01\x02"));
	ctn_der_close(&der, algorithm);
	ctn_der_put_bits(&der, spki_of(SPKI_RSA).bits);
	ctn_der_close(&der, info);
	assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
	assert_false(ctn_pubkey_import(&key, &spki, (ctn_span){ 0 }, &e));
	assert_string_equal(e.text, "RSASSA-PSS key with parameters that are not supported");
}

/* The DSA key of the vectors without its parameters, as PKITS has one. */
static void
put_bare_dsa(ctn_buf *out)
{
	ctn_spki whole = spki_of(SPKI_DSA);
	size_t info = ctn_der_open(out, CTN_TAG_SEQUENCE), algorithm = ctn_der_open(out, CTN_TAG_SEQUENCE);

	ctn_der_put_oid(out, whole.oid);
	ctn_der_close(out, algorithm);
	ctn_der_put_bits(out, whole.bits);
	ctn_der_close(out, info);
}

static void
dsa_parameters_are_inherited(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF der = { 0 };
	CTN_OWN(ctn_pubkey) key = NULL;
	ctn_spki spki = { 0 };
	const struct vector *last = &vectors[sizeof(vectors) / sizeof(vectors[0]) - 1];
	bool good = false;

	(void)state;
	put_bare_dsa(&der);
	assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
	assert_int_equal(spki.kind.alg, CTN_KEY_DSA);
	assert_true(ctn_pubkey_import(&key, &spki, octets(DSA_PARAMS), &e));
	assert_true(ctn_signature_check(&good, key, last->alg, message, octets(last->signature), &e));
	assert_true(good);
}

static void
dsa_without_parameters_is_refused_when_none_are_inherited(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN_BUF der = { 0 };
	CTN_OWN(ctn_pubkey) key = NULL;
	ctn_spki spki = { 0 };

	(void)state;
	put_bare_dsa(&der);
	assert_true(ctn_spki_parse(&spki, ctn_buf_view(&der), &e));
	assert_false(ctn_pubkey_import(&key, &spki, (ctn_span){ 0 }, &e));
	assert_string_equal(e.text, "DSA key without parameters, and none to inherit");
	assert_false(ctn_pubkey_import(&key, &spki, CTN_SPAN("\x30\x03\x02\x01\x01"), &e));
	assert_string_equal(e.text, "DSA parameters are not three positive numbers of at most 4096 bits");
	assert_false(ctn_pubkey_import(&key, &spki, CTN_SPAN("\x30\x09\x02\x01\x03\x02\x01\x05\x02\x01\x07"), &e));
	assert_string_equal(e.text, "DSA key or parameters are not smaller than the prime");
	assert_null(key);
}

static void
key_identifiers_are_those_of_the_rfc(void **state)
{
	static const uint8_t rfc8410_key[] =
	    "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00\x19\xbf\x44\x09\x69\x84\xcd\xfe\x85\x41\xba\xc1\x67\xdc"
	    "\x3b\x96\xc8\x50\x86\xaa\x30\xb6\xb6\xcb\x0c\x5c\x38\xad\x70\x31\x66\xe1";
	struct ctn_err e = { 0 };
	ctn_spki spki = { 0 };
	uint8_t id[20], digest[32];
	char hex[65];

	(void)state;
	assert_true(ctn_spki_parse(&spki, (ctn_span){ rfc8410_key, sizeof(rfc8410_key) - 1 }, &e));
	assert_true(ctn_spki_key_id(id, &spki, &e));
	ctn_hex(hex, (ctn_span){ id, sizeof(id) });
	assert_string_equal(hex, "a28cc1f86e5960d3e03ae75c962c97a8d448293c");
	assert_true(ctn_spki_digest(digest, &spki, &e));
	ctn_hex(hex, (ctn_span){ digest, sizeof(digest) });
	assert_string_equal(hex, "a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_recognised),
		cmocka_unit_test(malformed_keys_are_refused_with_the_place),
		cmocka_unit_test(good_keys_pass_the_check),
		cmocka_unit_test(keys_that_may_not_be_certified_are_refused_with_the_reason),
		cmocka_unit_test(a_point_beside_the_curve_is_refused),
		cmocka_unit_test(the_point_at_infinity_is_refused),
		cmocka_unit_test(an_rsa_key_that_is_no_two_positive_numbers_is_refused),
		cmocka_unit_test(signatures_made_elsewhere_verify),
		cmocka_unit_test(many_threads_import_at_once),
		cmocka_unit_test(a_changed_message_does_not_verify),
		cmocka_unit_test(a_changed_cut_or_empty_signature_does_not_verify),
		cmocka_unit_test(an_algorithm_that_does_not_fit_verifies_nothing),
		cmocka_unit_test(pss_verifies_with_the_salt_length_that_is_named_alone),
		cmocka_unit_test(a_pss_key_verifies_only_what_its_parameters_allow),
		cmocka_unit_test(a_pss_key_with_other_parameters_is_refused),
		cmocka_unit_test(dsa_parameters_are_inherited),
		cmocka_unit_test(dsa_without_parameters_is_refused_when_none_are_inherited),
		cmocka_unit_test(key_identifiers_are_those_of_the_rfc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
