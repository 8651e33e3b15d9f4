/* Revocations, and the CRLs that tell of them. */
#include "store_make.h"

static ctn_cert_row
row_of(struct made *m, int64_t id)
{
	ctn_cert_row c;

	OK(ctn_store_cert(&c, m->s, id, m->a, &e));
	return c;
}

static void
revoking_twice_changes_nothing(void **state)
{
	struct made *m = *state;
	ctn_revocation_row how = why(1), *rows;
	int64_t id = issue(m, 1);
	uint64_t size;
	bool already;
	size_t n;

	how.invalid_since = NOW - 5;
	OK(ctn_store_revoke(&already, m->s, id, &how, &someone, &e));
	assert_false(already);
	assert_int_equal(row_of(m, id).revoked, CTN_IS_REVOKED);
	size = log_size(m->s);
	how.reason = 4;
	OK(ctn_store_revoke(&already, m->s, id, &how, &someone, &e));
	assert_true(already);
	assert_int_equal(log_size(m->s), size);
	OK(ctn_store_revocations(&rows, &n, m->s, id, m->a, &e));
	assert_true(n == 1 && rows[0].reason == 1 && rows[0].invalid_since == NOW - 5 && rows[0].lifted_at == INT64_MIN);
}

static void
a_hold_is_lifted_and_can_be_set_again(void **state)
{
	struct made *m = *state;
	ctn_revocation_row *rows;
	int64_t id = issue(m, 1);
	size_t n;

	REFUSED(CTN_EINPUT, ctn_store_unhold(m->s, id, &someone, &e));
	revoke_for(m, id, 6);
	assert_int_equal(row_of(m, id).revoked, CTN_IS_HELD);
	OK(ctn_store_unhold(m->s, id, &(ctn_act){ NOW + 3, "anna@host" }, &e));
	assert_int_equal(row_of(m, id).revoked, CTN_NOT_REVOKED);
	REFUSED(CTN_EINPUT, ctn_store_unhold(m->s, id, &someone, &e));
	revoke_for(m, id, 6);
	OK(ctn_store_revocations(&rows, &n, m->s, id, m->a, &e));
	assert_true(n == 2 && rows[0].lifted_at == INT64_MIN && rows[1].lifted_at == NOW + 3);
}

static void
a_hold_becomes_final_but_never_the_other_way_round(void **state)
{
	struct made *m = *state;
	ctn_revocation_row hold = why(6);
	int64_t id = issue(m, 1);
	bool already;

	revoke_for(m, id, 6);
	OK(ctn_store_revoke(&already, m->s, id, &hold, &someone, &e));
	assert_true(already);
	revoke_for(m, id, 1);
	assert_int_equal(row_of(m, id).revoked, CTN_IS_REVOKED);
	OK(ctn_store_revoke(&already, m->s, id, &hold, &someone, &e));
	assert_true(already);
	REFUSED(CTN_EINPUT, ctn_store_unhold(m->s, id, &someone, &e));
}

static void
an_intent_can_be_revoked_and_stays_so_when_it_is_issued(void **state)
{
	struct made *m = *state;
	int64_t id = intend(m, 1);

	revoke_for(m, id, 1);
	OK(ctn_store_issued(&(uint64_t){ 0 }, m->s, id, CTN_SPAN("late"), &someone, &e));
	assert_int_equal(row_of(m, id).revoked, CTN_IS_REVOKED);
}

static void
what_is_not_there_or_no_reason_is_refused(void **state)
{
	struct made *m = *state;
	ctn_revocation_row how = why(1), removed = why(8);
	int64_t id = issue(m, 1);
	bool already;

	REFUSED(CTN_ENOTFOUND, ctn_store_revoke(&already, m->s, 99, &how, &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_revoke(&already, m->s, id, &removed, &someone, &e));
	assert_int_equal(row_of(m, id).revoked, CTN_NOT_REVOKED);
}

static void
crl_numbers_grow_past_one_that_was_never_issued(void **state)
{
	struct made *m = *state;
	ctn_crl_row lost = { .issuer_key_id = m->key, .this_update = NOW, .next_update = NOW + 1 }, next = { 0 }, jump = lost;

	OK(ctn_store_crl_intend(m->s, &lost, 0, &e));
	assert_int_equal(lost.number, 1);
	ctn_store_close(CTN_TAKE(m->s));
	OK(ctn_store_open(&m->s, "catena.db", 1, false, &e));
	make_crl(m, &next, NOW);
	assert_int_equal(next.number, 2);
	OK(ctn_store_crl_intend(m->s, &jump, 700, &e));
	assert_int_equal(jump.number, 701);
	OK(ctn_store_crl_intend(m->s, &jump, 5, &e));
	assert_int_equal(jump.number, 702);
	REFUSED(CTN_ESTORE, ctn_store_crl_intend(m->s, &jump, UINT64_MAX, &e));
	jump.shard = 3;
	OK(ctn_store_crl_intend(m->s, &jump, 0, &e));
	assert_int_equal(jump.number, 1);
}

static void
a_crl_is_issued_once_and_only_when_its_bytes_are_known(void **state)
{
	struct made *m = *state;
	const uint8_t digest[32] = { 4 };
	ctn_crl_row row = { .issuer_key_id = m->key, .this_update = NOW, .next_update = NOW + 1 }, got;

	OK(ctn_store_crl_intend(m->s, &row, 0, &e));
	assert_int_equal(row.covers, 3);
	REFUSED(CTN_ESTORE, ctn_store_crl_issued(m->s, &row, CTN_SPAN("crl"), &someone, &e));
	OK(ctn_store_crl_bind(m->s, row.id, digest, 12, &e));
	REFUSED(CTN_EINPUT, ctn_store_crl_issued(m->s, &row, CTN_SPAN(""), &someone, &e));
	OK(ctn_store_crl_issued(m->s, &row, CTN_SPAN("crl"), &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_crl_issued(m->s, &row, CTN_SPAN("crl"), &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_crl_bind(m->s, row.id, digest, 0, &e));
	OK(ctn_store_crl(&got, m->s, row.id, m->a, &e));
	assert_true(got.issued && got.entries == 12 && ctn_span_equal(got.der, CTN_SPAN("crl")));
	assert_memory_equal(got.tbs_sha256, digest, 32);
	REFUSED(CTN_ENOTFOUND, ctn_store_crl(&got, m->s, 99, m->a, &e));
}

static void
a_crl_over_one_mebibyte_is_kept_as_its_digest(void **state)
{
	struct made *m = *state;
	const uint8_t digest[32] = { 4 };
	size_t n = (1u << 20) + 1;
	ctn_crl_row row = { .issuer_key_id = m->key, .this_update = NOW, .next_update = NOW + 1 }, got;
	uint8_t *big = calloc(n, 1);
	struct told t = { 0 };

	for (int more = 0; more < 2; more++) {
		OK(ctn_store_crl_intend(m->s, &row, 0, &e));
		OK(ctn_store_crl_bind(m->s, row.id, digest, 0, &e));
		OK(ctn_store_crl_issued(m->s, &row, (ctn_span){ big, n - 1 + (size_t)more }, &someone, &e));
		OK(ctn_store_crl(&got, m->s, row.id, m->a, &e));
		assert_int_equal(got.der.n, more ? 0 : n - 1);
	}
	OK(ctn_store_log_verify(m->s, tell_problem, &t, NULL, &e));
	assert_string_equal(t.text, "");
	free(big);
}

static void
a_foreign_crl_must_be_newer_than_the_one_before(void **state)
{
	struct made *m = *state;
	ctn_crl_row row = { .issuer_key_id = m->key, .number = 7, .this_update = NOW, .next_update = NOW + 1, .entries = 2 };

	OK(ctn_store_crl_issued(m->s, &row, CTN_SPAN("seven"), &someone, &e));
	row.id = 0;
	REFUSED(CTN_EINPUT, ctn_store_crl_issued(m->s, &row, CTN_SPAN("again"), &someone, &e));
	row.number = 6;
	REFUSED(CTN_EINPUT, ctn_store_crl_issued(m->s, &row, CTN_SPAN("older"), &someone, &e));
	row.number = 8;
	OK(ctn_store_crl_issued(m->s, &row, CTN_SPAN("newer"), &someone, &e));
}

static void
the_newest_of_every_shard_is_given(void **state)
{
	struct made *m = *state;
	static const unsigned shards[] = { 0, 5, 5, 2, 0 };
	ctn_crl_row row, *rows, pending = { .issuer_key_id = m->key, .shard = 5, .this_update = NOW, .next_update = NOW + 1 };
	size_t n;

	OK(ctn_store_crls_newest(&rows, &n, m->s, 0, m->a, &e));
	assert_int_equal(n, 0);
	for (size_t i = 0; i < 5; i++) {
		row = (ctn_crl_row){ .shard = shards[i] };
		make_crl(m, &row, NOW);
	}
	OK(ctn_store_crl_intend(m->s, &pending, 0, &e));
	for (int64_t key = 0; key <= m->key; key += m->key) {
		OK(ctn_store_crls_newest(&rows, &n, m->s, key, m->a, &e));
		assert_true(n == 3 && rows[0].shard == 0 && rows[1].shard == 2 && rows[2].shard == 5);
		assert_true(rows[0].number == 2 && rows[1].number == 1 && rows[2].number == 2);
	}
	OK(ctn_store_crls_newest(&rows, &n, m->s, 99, m->a, &e));
	assert_int_equal(n, 0);
}

static bool
count_entry(void *ctx, const ctn_revocation_row *row, struct ctn_err *e)
{
	(void)e;
	assert_true(row->serial.n == 20 && row->lifted_at == INT64_MIN);
	++*(unsigned *)ctx;
	return true;
}

static unsigned
entries_at(struct made *m, unsigned shard, int64_t now_s)
{
	unsigned n = 0;

	OK(ctn_store_crl_entries(m->s, m->key, shard, now_s, count_entry, &n, &e));
	return n;
}

static unsigned
entries(struct made *m, unsigned shard)
{
	return entries_at(m, shard, INT64_MAX);
}

static void
an_entry_stays_until_one_crl_was_issued_after_the_certificates_end(void **state)
{
	struct made *m = *state;
	ctn_crl_row row = { 0 };
	int64_t end, lifted;

	revoke_for(m, issue(m, 0), 1);
	lifted = issue(m, 1);
	revoke_for(m, lifted, 6);
	OK(ctn_store_unhold(m->s, lifted, &someone, &e));
	end = NOW + 30 * DAY;
	assert_int_equal(entries(m, 0), 1);
	assert_int_equal(entries(m, 1), 0);
	make_crl(m, &row, end); /* it is valid in that second still (RFC 5280 4.1.2.5) */
	assert_int_equal(entries(m, 0), 1);
	row = (ctn_crl_row){ .issuer_key_id = m->key, .this_update = end + 9, .next_update = end + 10 };
	OK(ctn_store_crl_intend(m->s, &row, 0, &e)); /* never issued: it does not count */
	assert_int_equal(entries(m, 0), 1);
	row = (ctn_crl_row){ 0 };
	make_crl(m, &row, end + 1);
	assert_int_equal(entries(m, 0), 0);
}

static void
a_crl_that_a_clock_running_ahead_dated_drops_no_entry(void **state)
{
	struct made *m = *state;
	int64_t end = NOW + 30 * DAY;
	ctn_crl_row row = { 0 };

	revoke_for(m, issue(m, 0), 1);
	make_crl(m, &row, end + 1000 * DAY);
	assert_int_equal(entries_at(m, 0, NOW + DAY), 1);
	assert_int_equal(entries_at(m, 0, end), 1);
	assert_int_equal(entries_at(m, 0, end + 1), 0);
}

static bool
refuse_entry(void *ctx, const ctn_revocation_row *row, struct ctn_err *e)
{
	(void)ctx;
	(void)row;
	return ctn_fail(e, CTN_EFILE, "full");
}

static void
a_listener_that_fails_ends_the_entries(void **state)
{
	struct made *m = *state;

	revoke_for(m, issue(m, 1), 1);
	REFUSED(CTN_EFILE, ctn_store_crl_entries(m->s, m->key, 0, INT64_MAX, refuse_entry, NULL, &e));
	assert_idle(m->s);
}

static void
news_since_a_crl_are_revocations_and_lifted_holds_of_its_shard(void **state)
{
	struct made *m = *state;
	int64_t id = issue(m, 1);
	uint64_t before = log_size(m->s), held;
	bool yes;

	OK(ctn_store_revoked_since(&yes, m->s, m->key, 0, before, &e));
	assert_false(yes);
	revoke_for(m, id, 6);
	OK(ctn_store_revoked_since(&yes, m->s, m->key, 0, before, &e));
	assert_true(yes);
	OK(ctn_store_revoked_since(&yes, m->s, m->key, 1, before, &e));
	assert_false(yes);
	held = log_size(m->s);
	OK(ctn_store_revoked_since(&yes, m->s, m->key, 0, held, &e));
	assert_false(yes);
	OK(ctn_store_unhold(m->s, id, &someone, &e));
	OK(ctn_store_revoked_since(&yes, m->s, m->key, 0, held, &e));
	assert_true(yes);
}

static void
an_ocsp_response_is_kept(void **state)
{
	struct made *m = *state;
	ctn_ocsp_row row = { .issuer_key_id = m->key, .serial = CTN_SPAN("\x01"), .der = CTN_SPAN("ocsp"), .this_update = NOW, .next_update = NOW + 1 };

	OK(ctn_store_ocsp_add(m->s, &row, &e));
	row.next_update = NOW;
	REFUSED(CTN_ESTORE, ctn_store_ocsp_add(m->s, &row, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_made, close_made)
		T(revoking_twice_changes_nothing),
		T(a_hold_is_lifted_and_can_be_set_again),
		T(a_hold_becomes_final_but_never_the_other_way_round),
		T(an_intent_can_be_revoked_and_stays_so_when_it_is_issued),
		T(what_is_not_there_or_no_reason_is_refused),
		T(crl_numbers_grow_past_one_that_was_never_issued),
		T(a_crl_is_issued_once_and_only_when_its_bytes_are_known),
		T(a_crl_over_one_mebibyte_is_kept_as_its_digest),
		T(a_foreign_crl_must_be_newer_than_the_one_before),
		T(the_newest_of_every_shard_is_given),
		T(an_entry_stays_until_one_crl_was_issued_after_the_certificates_end),
		T(a_crl_that_a_clock_running_ahead_dated_drops_no_entry),
		T(a_listener_that_fails_ends_the_entries),
		T(news_since_a_crl_are_revocations_and_lifted_holds_of_its_shard),
		T(an_ocsp_response_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
