#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "key/private.h"
#include "log/checkpoint.h"

#define NAME "catena/test"
#define ROOT_LINE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
#define BODY NAME "\n7\n" ROOT_LINE
#define DASH "\xe2\x80\x94 "

/* A key pair of this run; its public half as 32 octets. */
static ctn_privkey *log_key;
static uint8_t public_key[32];
static ctn_arena *arena;

static int
make_key(void **state)
{
	ctn_buf spki = { 0 };
	struct ctn_err e = { 0 };
	ctn_key_kind kind = { .alg = CTN_KEY_ED25519 };

	(void)state;
	arena = ctn_arena_open(0);
	if (arena == NULL || !ctn_privkey_generate(&log_key, kind, &e) || !ctn_privkey_spki(&spki, log_key, &e))
		return -1;
	memcpy(public_key, spki.p + spki.n - 32, 32);
	ctn_buf_free(&spki);
	return 0;
}

static int
drop_key(void **state)
{
	(void)state;
	ctn_privkey_free(log_key);
	ctn_arena_close(arena);
	return 0;
}

static ctn_span
key(void)
{
	return (ctn_span){ public_key, 32 };
}

static void
sign_note(ctn_buf *note, const char *body, const char *name)
{
	CTN_OWN_BUF signature = { 0 };
	struct ctn_err e = { 0 };
	uint8_t id[4];

	assert_true(ctn_note_key_id(id, name, key(), &e));
	assert_true(ctn_privkey_sign(&signature, log_key, ctn_span_text(body), &e));
	ctn_note_write(note, ctn_span_text(body), name, id, ctn_buf_view(&signature));
	assert_true(ctn_buf_ok(note, &e));
}

static ctn_checkpoint
seven(void)
{
	ctn_checkpoint c = { .origin = NAME, .size = 7 };

	for (unsigned i = 0; i < 32; i++)
		c.root.h[i] = (uint8_t)i;
	return c;
}

static void
a_body_is_three_lines(void **state)
{
	ctn_checkpoint c = seven();
	CTN_OWN_BUF b = { 0 };

	(void)state;
	ctn_checkpoint_body(&b, &c);
	assert_string_equal(ctn_buf_cstr(&b), BODY);
}

/* The key of the Go notes package, which C2SP signed-note describes. */
static void
key_ids_and_verifier_keys_are_those_of_c2sp(void **state)
{
	CTN_OWN_BUF octets = { 0 }, text = { 0 };
	struct ctn_err e = { 0 };
	ctn_span golden;

	(void)state;
	assert_true(ctn_unbase64(&octets, CTN_SPAN("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")));
	golden = (ctn_span){ octets.p + 1, octets.n - 1 };
	assert_true(ctn_note_verifier_key(&text, "PeterNeumann", golden, &e));
	assert_string_equal(ctn_buf_cstr(&text), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

static void
names_and_keys_that_cannot_be_are_refused(void **state)
{
	static const char *const bad[] = { "", "a b", "a+b", "a\nb", "a\tb", "\xff" };
	struct ctn_err e = { 0 };
	uint8_t id[4];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(ctn_note_key_id(id, bad[i], key(), &e));
		assert_int_equal(e.code, CTN_EINPUT);
	}
	assert_false(ctn_note_key_id(id, NAME, CTN_SPAN("short"), &e));
	assert_string_equal(e.text, "an Ed25519 key has 32 octets, not 5");
}

static void
a_note_that_was_signed_opens(void **state)
{
	CTN_OWN_BUF note = { 0 };
	ctn_checkpoint c, wanted = seven();
	struct ctn_err e = { 0 };
	bool good = false;

	(void)state;
	sign_note(&note, BODY, NAME);
	assert_memory_equal(note.p, BODY "\n" DASH NAME " ", sizeof(BODY "\n" DASH NAME " ") - 1);
	assert_int_equal(note.p[note.n - 1], '\n');
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&note), NAME, key(), arena, &e));
	assert_true(good);
	assert_string_equal(c.origin, NAME);
	assert_int_equal(c.size, 7);
	assert_memory_equal(c.root.h, wanted.root.h, 32);
}

static void
every_changed_bit_is_malformed_or_not_good(void **state)
{
	CTN_OWN_BUF note = { 0 };
	ctn_checkpoint c;
	struct ctn_err e = { 0 };
	bool good;

	(void)state;
	sign_note(&note, BODY, NAME);
	for (size_t i = 0; i < 8 * note.n; i++) {
		note.p[i / 8] ^= (uint8_t)(1u << i % 8);
		if (ctn_checkpoint_open(&c, &good, ctn_buf_view(&note), NAME, key(), arena, &e) && good)
			fail_msg("bit %zu", i);
		assert_false(good);
		note.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
}

static void
other_signatures_and_extension_lines_are_passed_over(void **state)
{
	CTN_OWN_BUF note = { 0 }, both = { 0 };
	ctn_checkpoint c;
	struct ctn_err e = { 0 };
	bool good = false;
	size_t text = sizeof(BODY "extension\n\n") - 1;

	(void)state;
	sign_note(&note, BODY "extension\n", NAME);
	ctn_buf_add(&both, note.p, text);
	ctn_buf_text(&both, DASH "witness AAAAAAAAAAAA\n");
	ctn_buf_text(&both, DASH NAME " AAAAAAAAAAAA\n");
	ctn_buf_add(&both, note.p + text, note.n - text);
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&both), NAME, key(), arena, &e));
	assert_true(good);
}

static void
a_signature_by_another_name_key_or_for_another_origin_is_not_good(void **state)
{
	CTN_OWN_BUF note = { 0 }, foreign = { 0 };
	ctn_checkpoint c;
	struct ctn_err e = { 0 };
	bool good = true;
	uint8_t other[32] = { 9 };

	(void)state;
	sign_note(&note, BODY, NAME);
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&note), "catena/else", key(), arena, &e));
	assert_false(good);
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&note), NAME, (ctn_span){ other, 32 }, arena, &e));
	assert_false(good);
	sign_note(&foreign, "catena/else\n7\n" ROOT_LINE, NAME);
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&foreign), NAME, key(), arena, &e));
	assert_false(good);
	assert_string_equal(c.origin, "catena/else");
}

static const struct {
	const char *note, *text;
} malformed[] = {
	{ "", "not a signed note: no empty line before the signatures" },
	{ BODY, "not a signed note: no empty line before the signatures" },
	{ BODY "\n", "note without a signature line" },
	{ BODY "\n- " NAME " AAAAAAAA\n", "note with a malformed signature line" },
	{ BODY "\n" DASH NAME " AAAAAAAA", "note with a malformed signature line" },
	{ BODY "\n" DASH NAME "\n", "note with a malformed signature line" },
	{ BODY "\n" DASH NAME " AAAA\n", "note with a malformed signature line" },
	{ BODY "\n" DASH NAME " AAAA AAAA\n", "note with a malformed signature line" },
	{ BODY "\n" DASH "a+b AAAAAAAA\n", "note with a malformed signature line" },
	{ "\n\n" DASH NAME " AAAAAAAA\n", "checkpoint line 1: no origin" },
	{ NAME "\n\n" DASH NAME " AAAAAAAA\n", "checkpoint line 2: no tree size" },
	{ NAME "\n07\n" ROOT_LINE "\n" DASH NAME " AAAAAAAA\n", "checkpoint line 2: no tree size" },
	{ NAME "\n-7\n" ROOT_LINE "\n" DASH NAME " AAAAAAAA\n", "checkpoint line 2: no tree size" },
	{ NAME "\n18446744073709551616\n" ROOT_LINE "\n" DASH NAME " AAAAAAAA\n", "checkpoint line 2: no tree size" },
	{ NAME "\n7\n\n" DASH NAME " AAAAAAAA\n", "checkpoint line 3: no root hash" },
	{ NAME "\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\n\n" DASH NAME " AAAAAAAA\n", "checkpoint line 3: no root hash" },
	{ BODY "a\n\nb\n\n" DASH NAME " AAAAAAAA\n", "checkpoint with an empty line in its body" },
	{ NAME "\r\n7\n" ROOT_LINE "\n" DASH NAME " AAAAAAAA\n", "note with a control character, at byte 11" },
	{ BODY "\n" DASH NAME " AAAAAAAA\n\xff", "note that is not UTF-8" },
};

static void
malformed_notes_are_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		struct ctn_err e = { 0 };
		ctn_checkpoint c;
		bool good = true;

		assert_false(ctn_checkpoint_open(&c, &good, ctn_span_text(malformed[i].note), NAME, key(), arena, &e));
		assert_false(good);
		assert_int_equal(e.code, CTN_EINPUT);
		assert_string_equal(e.text, malformed[i].text);
	}
}

static void
every_size_is_read_and_a_long_note_is_not(void **state)
{
	CTN_OWN_BUF note = { 0 };
	ctn_checkpoint c;
	struct ctn_err e = { 0 };
	bool good = false;

	(void)state;
	sign_note(&note, NAME "\n18446744073709551615\n" ROOT_LINE, NAME);
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&note), NAME, key(), arena, &e));
	assert_true(good && c.size == UINT64_MAX);
	ctn_buf_reset(&note);
	sign_note(&note, NAME "\n0\n" ROOT_LINE, NAME);
	assert_true(ctn_checkpoint_open(&c, &good, ctn_buf_view(&note), NAME, key(), arena, &e));
	assert_true(good && c.size == 0);
	assert_false(ctn_checkpoint_open(&c, &good, (ctn_span){ note.p, CTN_NOTE_MAX + 1 }, NAME, key(), arena, &e));
	assert_string_equal(e.text, "note of 1048577 bytes, more than 1048576");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_is_three_lines),
		cmocka_unit_test(key_ids_and_verifier_keys_are_those_of_c2sp),
		cmocka_unit_test(names_and_keys_that_cannot_be_are_refused),
		cmocka_unit_test(a_note_that_was_signed_opens),
		cmocka_unit_test(every_changed_bit_is_malformed_or_not_good),
		cmocka_unit_test(other_signatures_and_extension_lines_are_passed_over),
		cmocka_unit_test(a_signature_by_another_name_key_or_for_another_origin_is_not_good),
		cmocka_unit_test(malformed_notes_are_refused_with_a_reason),
		cmocka_unit_test(every_size_is_read_and_a_long_note_is_not),
	};

	return cmocka_run_group_tests(tests, make_key, drop_key);
}
