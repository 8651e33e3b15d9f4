#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "bundle/pkcs12.h"
#include "key/private.h"
#include "x509/cert.h"

#define SEEDS "tests/fuzz/seeds/pkcs12/"

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

static void
load(ctn_buf *file, const char *name)
{
	struct ctn_err e = { 0 };
	char path[128] = SEEDS;

	strncat(path, name, 64);
	assert_true(ctn_file_read(file, path, CTN_PKCS12_MAX, CTN_FILE_PLAIN, &e));
}

/* passphrase NULL: none is given. */
static bool
read_seed(ctn_pkcs12 **out, const char *name, const char *passphrase, struct ctn_err *e)
{
	CTN_OWN_SECRET secret = secret_of(passphrase == NULL ? "" : passphrase);
	CTN_OWN_BUF file = { 0 };

	load(&file, name);
	return ctn_pkcs12_read(out, ctn_buf_view(&file), passphrase == NULL ? NULL : &secret, e);
}

static ctn_pkcs12 *
opened(const char *name, const char *passphrase)
{
	struct ctn_err e = { 0 };
	ctn_pkcs12 *p = NULL;

	assert_true(read_seed(&p, name, passphrase, &e));
	return p;
}

/* The first key and the first certificate belong together. */
static void
assert_pair(const ctn_pkcs12 *p)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_privkey) key = NULL;
	ctn_spki spki;
	ctn_cert cert;
	bool yes = false;

	assert_true(p->keys_n == 1 && p->certs_n >= 1);
	assert_true(ctn_privkey_parse(&key, (ctn_span){ p->keys[0].pkcs8.p, p->keys[0].pkcs8.n }, NULL, &e));
	assert_true(ctn_cert_parse(&cert, p->certs[0].der, &e));
	assert_true(ctn_spki_parse(&spki, cert.spki, &e));
	assert_true(ctn_privkey_matches(&yes, key, &spki, &e) && yes);
	assert_true(p->keys[0].label.local_key_id.n == 20);
	assert_true(ctn_span_equal(p->keys[0].label.local_key_id, p->certs[0].label.local_key_id));
}

static void
certificates_and_keys_come_out_with_their_labels(void **state)
{
	CTN_OWN(ctn_pkcs12) p = opened("modern", "secret");

	(void)state;
	assert_pair(p);
	assert_int_equal(p->certs_n, 2);
	assert_string_equal(p->keys[0].label.friendly_name, "web");
	assert_string_equal(p->certs[0].label.friendly_name, "web");
	assert_null(p->certs[1].label.friendly_name);
	assert_true(p->has_mac && !p->locked && p->others == 0);
	assert_string_equal(p->mac, "SHA256");
	assert_int_equal(p->mac_iterations, 2);
}

static void
every_way_of_the_world_to_encrypt_is_read(void **state)
{
	static const char *const names[] = { "modern", "legacy", "nomac", "indefinite" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CTN_OWN(ctn_pkcs12) p = opened(names[i], "secret");

		assert_pair(p);
	}
}

static void
what_has_no_or_an_empty_passphrase_opens_without_one(void **state)
{
	CTN_OWN(ctn_pkcs12) empty = opened("empty", NULL);
	CTN_OWN(ctn_pkcs12) plain = opened("plain", NULL);

	(void)state;
	assert_pair(empty);
	assert_pair(plain);
	assert_true(empty->has_mac && !plain->has_mac);
}

static void
without_the_passphrase_it_is_locked_and_gives_nothing(void **state)
{
	static const char *const names[] = { "modern", "legacy", "nomac", "certs-only" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CTN_OWN(ctn_pkcs12) p = opened(names[i], NULL);

		assert_true(p->locked);
		assert_true(p->certs_n == 0 && p->keys_n == 0);
		assert_int_equal(p->has_mac, strcmp(names[i], "nomac") != 0);
	}
}

static void
a_wrong_passphrase_is_said(void **state)
{
	static const char *const names[] = { "modern", "legacy", "nomac", "empty" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_pkcs12) p = NULL;

		assert_false(read_seed(&p, names[i], "wrong", &e));
		assert_int_equal(e.code, CTN_EPASSPHRASE);
		assert_string_equal(e.text, "the passphrase does not open the PKCS #12 file");
	}
}

static void
certificates_alone_are_a_file_too(void **state)
{
	CTN_OWN(ctn_pkcs12) p = opened("certs-only", "secret");

	(void)state;
	assert_true(p->certs_n == 1 && p->keys_n == 0);
}

static void
a_derivation_that_would_take_minutes_is_not_begun(void **state)
{
	static const char *const names[] = { "heavy-mac", "heavy-cipher" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_pkcs12) p = NULL;

		assert_false(read_seed(&p, names[i], "secret", &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, "PKCS #12 file that asks for more than 10000000 rounds of key derivation");
	}
}

static void
garbage_and_trailing_bytes_are_refused(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_pkcs12) p = NULL;
	CTN_OWN_BUF file = { 0 };

	(void)state;
	assert_false(ctn_pkcs12_read(&p, CTN_SPAN("\x30\x03\x02\x01\x03"), NULL, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_false(ctn_pkcs12_read(&p, (ctn_span){ 0 }, NULL, &e));
	load(&file, "plain");
	ctn_buf_byte(&file, 0);
	assert_false(ctn_pkcs12_read(&p, ctn_buf_view(&file), NULL, &e));
	assert_string_equal(e.text, "not a PKCS #12 file, or bytes after it");
}

static void
every_cut_of_a_file_is_refused(void **state)
{
	CTN_OWN_BUF file = { 0 };

	(void)state;
	load(&file, "plain");
	for (size_t n = 0; n < file.n; n++) {
		struct ctn_err e = { 0 };
		CTN_OWN(ctn_pkcs12) p = NULL;

		assert_false(ctn_pkcs12_read(&p, (ctn_span){ file.p, n }, NULL, &e));
		assert_int_equal(e.code, CTN_EINPUT);
	}
}

static void
a_file_over_the_bound_is_not_looked_at(void **state)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_pkcs12) p = NULL;

	(void)state;
	assert_false(ctn_pkcs12_read(&p, (ctn_span){ NULL, CTN_PKCS12_MAX + 1 }, NULL, &e));
	assert_string_equal(e.text, "PKCS #12 file of 16777217 bytes, more than 16777216");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_and_keys_come_out_with_their_labels),
		cmocka_unit_test(every_way_of_the_world_to_encrypt_is_read),
		cmocka_unit_test(what_has_no_or_an_empty_passphrase_opens_without_one),
		cmocka_unit_test(without_the_passphrase_it_is_locked_and_gives_nothing),
		cmocka_unit_test(a_wrong_passphrase_is_said),
		cmocka_unit_test(certificates_alone_are_a_file_too),
		cmocka_unit_test(a_derivation_that_would_take_minutes_is_not_begun),
		cmocka_unit_test(garbage_and_trailing_bytes_are_refused),
		cmocka_unit_test(every_cut_of_a_file_is_refused),
		cmocka_unit_test(a_file_over_the_bound_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
