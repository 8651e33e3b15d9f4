/* The only hand on a CA key signs what is recorded, and nothing else. */
#include "ca_home.h"

#include "der/der.h"
#include "log/checkpoint.h"
#include "mint/keyring.h"
#include "mint/mint.h"
#include "store/crl.h"
#include "store/home.h"
#include "store/journal.h"
#include "store/revocation.h"
#include "x509/csr.h"
#include "x509/ocsp.h"

/* An intent whose bytes are those of a certificate that was issued, under a serial of its own. */
static int64_t
intend_again(struct world *w, uint8_t serial_end, bool same_serial)
{
	int64_t id = world_issue(w, "web.internal.example");
	ctn_request_row request = { .kind = "issue", .profile = "server", .names = "x" };
	ctn_cert_row row;
	ctn_span der;
	ctn_cert cert;
	uint8_t *tbs;
	uint8_t serial[20];

	OK(ctn_store_cert(&row, w->ca->store, id, w->a, &e));
	OK(ctn_store_cert_der(&der, w->ca->store, id, w->a, &e));
	OK(ctn_cert_parse(&cert, der, &e));
	tbs = ctn_arena_copy(w->a, cert.tbs.p, cert.tbs.n);
	assert_non_null(tbs);
	memcpy(serial, row.serial.p, sizeof serial);
	serial[19] ^= serial_end;
	if (!same_serial)
		memcpy(tbs + (cert.serial.p - cert.tbs.p), serial, sizeof serial);
	row.serial = (ctn_span){ serial, sizeof serial };
	row.lineage = row.replaces = 0;
	OK(ctn_store_intend(w->ca->store, &request, &row, (ctn_span){ tbs, cert.tbs.n }, &w->ca->act, &e));
	return row.id;
}

static void
an_intent_is_signed_as_it_was_recorded(void **state)
{
	struct world *w = *state;
	int64_t id = intend_again(w, 1, false);
	CTN_OWN_BUF der = { 0 };
	ctn_cert_row row;
	ctn_cert cert;
	ctn_span tbs;

	OK(ctn_store_intent(&row, &tbs, w->ca->store, id, w->a, &e));
	OK(ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
	OK(ctn_cert_parse(&cert, ctn_buf_view(&der), &e));
	assert_true(ctn_span_equal(cert.tbs, tbs));
	OK(ctn_store_issued(&(uint64_t){ 0 }, w->ca->store, id, ctn_buf_view(&der), &w->ca->act, &e));
	REFUSED(CTN_ENOTFOUND, "issued already", ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
}

static void
bytes_under_another_serial_than_their_record_are_not_signed(void **state)
{
	struct world *w = *state;
	int64_t id = intend_again(w, 1, true);
	CTN_OWN_BUF der = { 0 };

	REFUSED(CTN_ESTORE, "another serial", ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
	assert_int_equal(der.n, 0);
}

static void
an_intent_changed_in_the_database_is_not_signed(void **state)
{
	struct world *w = *state;
	int64_t id = intend_again(w, 1, false);
	CTN_OWN_BUF der = { 0 };

	world_tamper(w, "UPDATE certificate_der SET tbs = CAST(tbs || x'00' AS BLOB) WHERE tbs IS NOT NULL");
	REFUSED(CTN_ESTORE, "changed after it was recorded", ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
}

static void
a_revoked_intent_is_not_signed(void **state)
{
	struct world *w = *state;
	int64_t id = intend_again(w, 1, false);
	ctn_revocation_row how = { .revoked_at = NOW, .invalid_since = INT64_MIN };
	CTN_OWN_BUF der = { 0 };
	bool already;

	OK(ctn_store_revoke(&already, w->ca->store, id, &how, &w->ca->act, &e));
	REFUSED(CTN_EPOLICY, "revoked before it was signed", ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
}

/* The id that stands in the refusal, let pass: whatever is refused then is another rule. */
static void
let_pass_what_is_named(struct world *w, int64_t bad)
{
	struct ctn_err first = { 0 }, second = { 0 };
	CTN_OWN_BUF der = { 0 };
	char name[64];
	const char *passed[] = { name, NULL };

	assert_false(ctn_mint_certificate(&der, w->ca->mint, bad, NULL, NOW, &first));
	assert_int_equal(sscanf(strstr(first.text, "lint ") + 5, "%63[^:]", name), 1);
	if (!ctn_mint_certificate(&der, w->ca->mint, bad, passed, NOW, &second))
		assert_null(strstr(second.text, name));
}

static void
lint_errors_are_not_signed_unless_the_profile_lets_them_pass(void **state)
{
	struct world *w = *state;
	int64_t id = world_issue(w, "web.internal.example"), bad;
	ctn_request_row request = { .kind = "issue", .profile = "server", .names = "x" };
	static const char *const ignore[] = { "extended-key-usage-any", "x", NULL };
	CTN_OWN_BUF der = { 0 };
	ctn_cert_row row;
	ctn_span old;
	ctn_cert cert;
	uint8_t *tbs, *ku;
	const ctn_ext *ext;

	OK(ctn_store_cert(&row, w->ca->store, id, w->a, &e));
	OK(ctn_store_cert_der(&old, w->ca->store, id, w->a, &e));
	OK(ctn_cert_parse(&cert, old, &e));
	tbs = ctn_arena_copy(w->a, cert.tbs.p, cert.tbs.n);
	assert_non_null(tbs);
	/* digitalSignature becomes keyCertSign, which only a CA may have. */
	ext = ctn_exts_find(&cert.exts, (ctn_span){ (const uint8_t *)"\x55\x1d\x0f", 3 });
	assert_non_null(ext);
	ku = tbs + (ext->value.p - cert.tbs.p);
	assert_memory_equal(ku, "\x03\x02\x07\x80", 4);
	memcpy(ku, "\x03\x02\x02\x04", 4);
	tbs[(cert.serial.p - cert.tbs.p) + 19] ^= 1;
	((uint8_t *)(uintptr_t)row.serial.p)[19] ^= 1;
	row.lineage = row.replaces = 0;
	OK(ctn_store_intend(w->ca->store, &request, &row, (ctn_span){ tbs, cert.tbs.n }, &w->ca->act, &e));
	bad = row.id;
	REFUSED(CTN_EPOLICY, "lint ", ctn_mint_certificate(&der, w->ca->mint, bad, ignore, NOW, &e));
	assert_int_equal(der.n, 0);
	let_pass_what_is_named(w, bad);
}

static void
a_halted_home_signs_nothing(void **state)
{
	struct world *w = *state;
	int64_t id = intend_again(w, 1, false);
	CTN_OWN_BUF der = { 0 };

	OK(ctn_store_halt(w->ca->store, "drill", &w->ca->act, &e));
	REFUSED(CTN_EKEY, "halted", ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
	REFUSED(CTN_EKEY, "drill", ctn_mint_ready(w->ca->mint, world_key(w, "issuing"), &e));
	REFUSED(CTN_EKEY, "drill", ctn_mint_crl(&der, w->ca->mint, 1, CTN_SPAN("x"), NOW, &e));
	REFUSED(CTN_EKEY, "drill", ctn_mint_ocsp(&der, w->ca->mint, 1, CTN_SPAN("x"), &e));
	REFUSED(CTN_EKEY, "drill", ctn_mint_csr(&der, w->ca->mint, 1, CTN_SPAN("x"), &e));
	REFUSED(CTN_EKEY, "drill", ctn_mint_checkpoint(&der, w->ca->mint, CTN_SPAN("x"), &e));
	OK(ctn_store_resume(w->ca->store, &w->ca->act, &e));
	OK(ctn_mint_certificate(&der, w->ca->mint, id, NULL, NOW, &e));
}

static void
a_key_file_of_another_authority_is_found_out(void **state)
{
	struct world *w = *state;
	char command[512];

	(void)snprintf(command, sizeof command, "cp %s/keys/root-*.key $(echo %s/keys/issuing-*.key)", w->home, w->home);
	assert_int_equal(system(command), 0);
	REFUSED(CTN_EKEY, "is not the key of authority issuing", ctn_mint_ready(w->ca->mint, world_key(w, "issuing"), &e));
}

static void
a_missing_key_file_says_what_to_do(void **state)
{
	struct world *w = *state;
	struct ctn_err e = { 0 };
	char command[256];

	(void)snprintf(command, sizeof command, "rm %s/keys/issuing-*.key", w->home);
	assert_int_equal(system(command), 0);
	assert_false(ctn_mint_ready(w->ca->mint, world_key(w, "issuing"), &e));
	assert_int_equal(e.code, CTN_EKEY);
	assert_non_null(strstr(e.text, "missing"));
	assert_non_null(strstr(e.hint, "backup"));
}

static void
only_the_crl_whose_number_was_taken_is_signed(void **state)
{
	struct world *w = *state;
	ctn_crl_row row = { .issuer_key_id = world_key(w, "issuing"), .this_update = NOW, .next_update = NOW + DAY };
	ctn_crl_fields fields = { .this_update = NOW, .next_update = NOW + DAY, .sig_alg = CTN_SIG_ECDSA_SHA256 };
	ctn_chain chain;
	CTN_OWN_BUF tbs = { 0 };
	CTN_OWN_BUF der = { 0 };
	ctn_crl_build b;
	uint8_t digest[32];
	ctn_crl crl;

	OK(ctn_chain_of(&chain, w->ca, "issuing", &e));
	OK(ctn_store_crl_intend(w->ca->store, &row, 0, &e));
	fields.issuer = chain.certs[0].subject;
	fields.authority_key_id = chain.key.key_id;
	fields.number = row.number;
	ctn_crl_begin(&b, &tbs, &fields);
	ctn_crl_end(&b, &fields);
	REFUSED(CTN_ESTORE, "not the one whose number", ctn_mint_crl(&der, w->ca->mint, row.id, ctn_buf_view(&tbs), NOW, &e));
	OK(ctn_sha256(digest, ctn_buf_view(&tbs), &e));
	OK(ctn_store_crl_bind(w->ca->store, row.id, digest, 0, &e));
	OK(ctn_mint_crl(&der, w->ca->mint, row.id, ctn_buf_view(&tbs), NOW, &e));
	OK(ctn_crl_parse(&crl, ctn_buf_view(&der), &e));
	assert_true(ctn_span_equal(crl.tbs, ctn_buf_view(&tbs)));
}

static void
a_crl_that_bears_another_number_than_its_record_is_not_signed(void **state)
{
	struct world *w = *state;
	ctn_crl_row row = { .issuer_key_id = world_key(w, "issuing"), .this_update = NOW, .next_update = NOW + DAY };
	ctn_crl_fields fields = { .this_update = NOW, .next_update = NOW + DAY, .sig_alg = CTN_SIG_ECDSA_SHA256 };
	ctn_chain chain;
	CTN_OWN_BUF tbs = { 0 };
	CTN_OWN_BUF der = { 0 };
	ctn_crl_build b;
	uint8_t digest[32];

	OK(ctn_chain_of(&chain, w->ca, "issuing", &e));
	OK(ctn_store_crl_intend(w->ca->store, &row, 0, &e));
	fields.issuer = chain.certs[0].subject;
	fields.authority_key_id = chain.key.key_id;
	fields.number = row.number + 1;
	ctn_crl_begin(&b, &tbs, &fields);
	ctn_crl_end(&b, &fields);
	OK(ctn_sha256(digest, ctn_buf_view(&tbs), &e));
	OK(ctn_store_crl_bind(w->ca->store, row.id, digest, 0, &e));
	REFUSED(CTN_ESTORE, "another number", ctn_mint_crl(&der, w->ca->mint, row.id, ctn_buf_view(&tbs), NOW, &e));
	assert_int_equal(der.n, 0);
}

/* A response about one certificate of the issuing authority, by its key. */
static void
build_response(ctn_buf *out, struct world *w, ctn_span serial, enum ctn_ocsp_answer answer)
{
	static const uint8_t hash[20] = { 1 };
	ctn_ocsp_single single = { .id = { .hash_known = true, .hash = CTN_SHA1, .issuer_name_hash = { hash, 20 }, .issuer_key_hash = { hash, 20 },
		.serial = serial }, .answer = answer, .revoked_at = NOW, .this_update = NOW, .has_next_update = true, .next_update = NOW + DAY };
	ctn_ocsp_fields fields = { .produced_at = NOW, .singles = &single, .singles_n = 1 };
	ctn_issuer_key_row key;
	uint8_t id[20];
	ctn_spki spki;

	OK(ctn_store_issuer_key_of(&key, w->ca->store, "issuing", w->a, &e));
	OK(ctn_spki_parse(&spki, key.spki, &e));
	OK(ctn_spki_key_id(id, &spki, &e));
	fields.responder_key = (ctn_span){ id, sizeof id };
	OK(ctn_ocsp_build(out, &fields, &e));
}

static void
a_response_says_only_what_the_records_say(void **state)
{
	struct world *w = *state;
	int64_t id = world_issue(w, "web.internal.example"), key = world_key(w, "issuing");
	ctn_revocation_row how = { .reason = 1, .revoked_at = NOW, .invalid_since = INT64_MIN };
	static const struct {
		enum ctn_ocsp_answer said;
		bool revoked, unknown, good;
	} cases[] = {
		{ CTN_OCSP_GOOD, false, false, true },
		{ CTN_OCSP_REVOKED, false, false, false },
		{ CTN_OCSP_UNKNOWN, false, false, false },
		{ CTN_OCSP_UNKNOWN, false, true, true },
		{ CTN_OCSP_GOOD, false, true, false },
		{ CTN_OCSP_GOOD, true, false, false },
		{ CTN_OCSP_REVOKED, true, false, true },
	};
	bool revoked = false, already;
	ctn_cert_row row;

	OK(ctn_store_cert(&row, w->ca->store, id, w->a, &e));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CTN_OWN_BUF tbs = { 0 };
		CTN_OWN_BUF der = { 0 };
		struct ctn_err why = { 0 };

		if (cases[i].revoked && !revoked)
			OK(ctn_store_revoke(&already, w->ca->store, id, &how, &w->ca->act, &e));
		revoked = cases[i].revoked;
		build_response(&tbs, w, cases[i].unknown ? CTN_SPAN("\x01\x02\x03") : row.serial, cases[i].said);
		assert_int_equal(ctn_mint_ocsp(&der, w->ca->mint, key, ctn_buf_view(&tbs), &why), cases[i].good);
		if (!cases[i].good)
			assert_int_equal(why.code, CTN_ESTORE);
	}
}

static void
a_response_of_another_responder_is_not_signed(void **state)
{
	struct world *w = *state;
	CTN_OWN_BUF tbs = { 0 };
	CTN_OWN_BUF der = { 0 };

	build_response(&tbs, w, CTN_SPAN("\x01"), CTN_OCSP_UNKNOWN);
	REFUSED(CTN_EINPUT, "another responder", ctn_mint_ocsp(&der, w->ca->mint, world_key(w, "root"), ctn_buf_view(&tbs), &e));
}

static void
a_request_is_signed_for_the_own_key_alone(void **state)
{
	struct world *w = *state;
	ctn_issuer_key_row root, issuing;
	ctn_chain chain;
	CTN_OWN_BUF info = { 0 };
	CTN_OWN_BUF der = { 0 };
	ctn_csr csr;

	OK(ctn_store_issuer_key_of(&root, w->ca->store, "root", w->a, &e));
	OK(ctn_store_issuer_key_of(&issuing, w->ca->store, "issuing", w->a, &e));
	OK(ctn_chain_of(&chain, w->ca, "issuing", &e));
	OK(ctn_csr_build_info(&info, chain.certs[0].subject, issuing.spki, (ctn_span){ NULL, 0 }, &e));
	REFUSED(CTN_EINPUT, "another key", ctn_mint_csr(&der, w->ca->mint, root.id, ctn_buf_view(&info), &e));
	OK(ctn_mint_csr(&der, w->ca->mint, issuing.id, ctn_buf_view(&info), &e));
	OK(ctn_csr_parse(&csr, ctn_buf_view(&der), &e));
}

static void
a_checkpoint_vouches_for_the_log_and_nothing_else(void **state)
{
	struct world *w = *state;
	ctn_checkpoint c = { 0 };
	ctn_home_row home;
	CTN_OWN_BUF body = { 0 };
	CTN_OWN_BUF lie = { 0 };
	CTN_OWN_BUF note = { 0 };

	OK(ctn_store_home_get(&home, w->ca->store, w->a, &e));
	OK(ctn_store_log_size(&c.size, w->ca->store, &e));
	OK(ctn_store_log_root(&c.root, w->ca->store, c.size, &e));
	c.origin = home.origin;
	ctn_checkpoint_body(&body, &c);
	OK(ctn_mint_checkpoint(&note, w->ca->mint, ctn_buf_view(&body), &e));
	c.root.h[0] ^= 1;
	ctn_checkpoint_body(&lie, &c);
	REFUSED(CTN_EINPUT, "not what the log says", ctn_mint_checkpoint(&note, w->ca->mint, ctn_buf_view(&lie), &e));
	c.size += 1000;
	ctn_buf_reset(&lie);
	ctn_checkpoint_body(&lie, &c);
	REFUSED(CTN_EINPUT, "more acts than there are", ctn_mint_checkpoint(&note, w->ca->mint, ctn_buf_view(&lie), &e));
	REFUSED(CTN_EINPUT, "not a checkpoint", ctn_mint_checkpoint(&note, w->ca->mint, CTN_SPAN("x"), &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)
		T(an_intent_is_signed_as_it_was_recorded),
		T(bytes_under_another_serial_than_their_record_are_not_signed),
		T(an_intent_changed_in_the_database_is_not_signed),
		T(a_revoked_intent_is_not_signed),
		T(lint_errors_are_not_signed_unless_the_profile_lets_them_pass),
		T(a_halted_home_signs_nothing),
		T(a_key_file_of_another_authority_is_found_out),
		T(a_missing_key_file_says_what_to_do),
		T(only_the_crl_whose_number_was_taken_is_signed),
		T(a_crl_that_bears_another_number_than_its_record_is_not_signed),
		T(a_response_says_only_what_the_records_say),
		T(a_response_of_another_responder_is_not_signed),
		T(a_request_is_signed_for_the_own_key_alone),
		T(a_checkpoint_vouches_for_the_log_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
