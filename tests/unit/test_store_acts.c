/* Authorities, requests, intents, certificates: what each act writes, refuses and finds again. */
#include "store_make.h"

static char words[512];

static bool
add_word(void *ctx, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	(void)ctx;
	(void)e;
	assert_string_equal(leaf->actor, "anna@host");
	assert_int_equal(leaf->at_s, NOW);
	assert_true(leaf->what[0] != '\0');
	(void)snprintf(words + strlen(words), sizeof words - strlen(words), "%s ", leaf->act);
	return true;
}

static void
every_act_appends_its_own_leaf(void **state)
{
	struct made *m = *state;
	const uint8_t digest[32] = { 3 };
	ctn_request_row refused = { .kind = "renew", .profile = "server", .names = "a\nb", .reasons = "[]" };
	ctn_ca_cert_row ca = { .issuer_key_id = m->key, .der = CTN_SPAN("d"), .subject = CTN_SPAN("s"), .issuer = CTN_SPAN("i"), .serial = CTN_SPAN("1") };
	ctn_crl_row crl = { 0 };
	ctn_node root = { { 0 } };
	int64_t id, version;

	OK(ctn_store_profile_version(&version, m->s, "server", digest, CTN_SPAN("t"), &someone, &e));
	OK(ctn_store_refuse(m->s, &refused, &someone, &e));
	id = issue(m, 1);
	OK(ctn_store_ca_cert_add(m->s, &ca, &someone, &e));
	revoke_for(m, id, 6);
	OK(ctn_store_unhold(m->s, id, &someone, &e));
	make_crl(m, &crl, NOW);
	OK(ctn_store_halt(m->s, "drill", &someone, &e));
	OK(ctn_store_resume(m->s, &someone, &e));
	OK(ctn_store_event(m->s, "clock", 0, "ok", &someone, &e));
	OK(ctn_store_checkpoint_add(m->s, 1, &root, "n", &someone, &e));
	words[0] = '\0';
	OK(ctn_store_log_list(m->s, INT64_MIN, 0, add_word, NULL, &e));
	assert_string_equal(words, "checkpoint event resume halt crl unhold revoke install issue intend refuse policy event key home ");
	words[0] = '\0';
	OK(ctn_store_log_list(m->s, NOW, 2, add_word, NULL, &e));
	assert_string_equal(words, "checkpoint event ");
}

static bool
stop_there(void *ctx, const ctn_leaf_row *leaf, struct ctn_err *e)
{
	(void)ctx;
	(void)leaf;
	return ctn_fail(e, CTN_EFILE, "no more paper");
}

static void
a_listener_that_fails_ends_the_list_with_its_error(void **state)
{
	struct made *m = *state;

	REFUSED(CTN_EFILE, ctn_store_log_list(m->s, INT64_MIN, 0, stop_there, NULL, &e));
	assert_idle(m->s);
}

static void
history_of_a_certificate_is_its_acts_oldest_first(void **state)
{
	struct made *m = *state;
	ctn_leaf_row *rows;
	int64_t id;
	size_t n;

	(void)issue(m, 1);
	id = issue(m, 2);
	revoke_for(m, id, 6);
	revoke_for(m, id, 1);
	OK(ctn_store_log_of_cert(&rows, &n, m->s, id, m->a, &e));
	assert_int_equal(n, 5);
	assert_string_equal(rows[0].act, "intend");
	assert_string_equal(rows[1].act, "issue");
	assert_string_equal(rows[2].act, "revoke");
	assert_string_equal(rows[3].act, "unhold");
	assert_string_equal(rows[4].act, "revoke");
	assert_non_null(strstr(rows[0].what, "web2.internal.example"));
}

static void
a_policy_text_is_recorded_once(void **state)
{
	struct made *m = *state;
	const uint8_t digest[32] = { 3 };
	int64_t first, again;

	OK(ctn_store_profile_version(&first, m->s, "server", digest, CTN_SPAN("t"), &someone, &e));
	OK(ctn_store_profile_version(&again, m->s, "server", digest, CTN_SPAN("t"), &someone, &e));
	assert_int_equal(first, again);
	assert_int_equal(log_size(m->s), 4);
}

static void
a_refusal_keeps_what_was_asked_and_why_not(void **state)
{
	struct made *m = *state;
	ctn_request_row asked = { .kind = "rekey", .profile = "web", .names = "evil", .csr = CTN_SPAN("csr"), .lifetime_s = 7, .owner = "team",
		.note = "x", .allowed = true, .reasons = "[\"no\"]" }, got;

	OK(ctn_store_refuse(m->s, &asked, &someone, &e));
	OK(ctn_store_request(&got, m->s, asked.id, m->a, &e));
	assert_false(got.allowed);
	assert_string_equal(got.reasons, "[\"no\"]");
	assert_string_equal(got.actor, "anna@host");
	assert_string_equal(got.owner, "team");
	assert_int_equal(got.lifetime_s, 7);
	assert_true(ctn_span_equal(got.csr, CTN_SPAN("csr")));
	REFUSED(CTN_ENOTFOUND, ctn_store_request(&got, m->s, 99, m->a, &e));
	asked.kind = "steal";
	REFUSED(CTN_ESTORE, ctn_store_refuse(m->s, &asked, &someone, &e));
}

static void
an_intent_is_read_back_as_it_was_meant(void **state)
{
	struct made *m = *state;
	int64_t id = intend(m, 5);
	ctn_cert_row c, want = cert_of(m, 5);
	ctn_span bytes;

	OK(ctn_store_intent(&c, &bytes, m->s, id, m->a, &e));
	assert_true(ctn_span_equal(bytes, CTN_SPAN("tbs 5")));
	assert_true(ctn_span_equal(c.serial, want.serial));
	assert_string_equal(c.subject, want.subject);
	assert_string_equal(c.authority, "issuing");
	assert_int_equal(c.names_n, 2);
	assert_string_equal(c.names[0].reversed, "example.internal.web5");
	assert_null(c.names[1].reversed);
	assert_false(c.issued);
	assert_int_equal(c.lineage, id);
	OK(ctn_store_cert_der(&bytes, m->s, id, m->a, &e));
	assert_int_equal(bytes.n, 0);
}

static void
an_intent_that_was_changed_is_not_signed(void **state)
{
	struct made *m = *state;
	int64_t id = intend(m, 5);
	ctn_cert_row c;
	ctn_span bytes;

	assert_int_equal(meddle("catena.db", "UPDATE certificate_der SET tbs = x'00'"), SQLITE_OK);
	REFUSED(CTN_ESTORE, ctn_store_intent(&c, &bytes, m->s, id, m->a, &e));
	assert_int_equal(meddle("catena.db", "DELETE FROM certificate_der"), SQLITE_OK);
	REFUSED(CTN_ESTORE, ctn_store_intent(&c, &bytes, m->s, id, m->a, &e));
}

static void
an_issued_certificate_is_found_by_all_its_handles(void **state)
{
	struct made *m = *state;
	int64_t id = issue(m, 5);
	uint8_t sha256[32];
	ctn_cert_row c, *rows, want = cert_of(m, 5);
	ctn_span der;
	size_t n;

	(void)issue(m, 6);
	want = cert_of(m, 5);
	REFUSED(CTN_ENOTFOUND, ctn_store_intent(&c, &der, m->s, id, m->a, &e));
	REFUSED(CTN_ESTORE, ctn_store_issued(&(uint64_t){ 0 }, m->s, id, CTN_SPAN("twice"), &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_issued(&(uint64_t){ 0 }, m->s, 99, CTN_SPAN("none"), &someone, &e));
	OK(ctn_store_cert_der(&der, m->s, id, m->a, &e));
	assert_true(ctn_span_equal(der, CTN_SPAN("der 5")));
	OK(ctn_sha256(sha256, CTN_SPAN("der 5"), &e));
	OK(ctn_store_certs_by_sha256(&rows, &n, m->s, sha256, m->a, &e));
	assert_true(n == 1 && rows[0].id == id && rows[0].issued && rows[0].issued_at == NOW);
	OK(ctn_store_certs_by_serial(&rows, &n, m->s, want.serial, 9, m->a, &e));
	assert_true(n == 1 && rows[0].id == id);
	OK(ctn_store_certs_by_serial(&rows, &n, m->s, CTN_SPAN("\x01"), 9, m->a, &e));
	assert_int_equal(n, 0);
	REFUSED(CTN_ENOTFOUND, ctn_store_cert(&c, m->s, 99, m->a, &e));
}

static void
a_name_is_a_san_a_subject_or_a_cn(void **state)
{
	struct made *m = *state;
	static const struct {
		const char *subject, *name;
		size_t found;
	} cases[] = {
		{ "CN=alice", "alice", 1 },
		{ "CN=alice", "ali", 0 },
		{ "CN=alice,O=Example", "alice", 1 },
		{ "CN=alice+UID=7,O=Example", "alice", 1 },
		{ "CN=alice2,O=Example", "alice", 0 },
		{ "CN=alice,O=Example", "CN=alice,O=Example", 1 },
	};
	ctn_cert_row *rows;
	size_t n;

	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		ctn_cert_row c = cert_of(m, i);

		OK(ctn_store_begin(m->s, &e));
		c.subject = cases[i].subject;
		OK(intend_row(m->s, &c, "tbs", &someone, &e));
		OK(ctn_store_certs_by_name(&rows, &n, m->s, cases[i].name, 9, m->a, &e));
		ctn_store_rollback(m->s);
		if (n != cases[i].found)
			fail_msg("%s by %s: %zu", cases[i].subject, cases[i].name, n);
	}
	(void)issue(m, 1);
	(void)issue(m, 2);
	OK(ctn_store_certs_by_name(&rows, &n, m->s, "192.0.2.7", 9, m->a, &e));
	assert_true(n == 2 && rows[0].id > rows[1].id);
	OK(ctn_store_certs_by_name(&rows, &n, m->s, "192.0.2.7", 1, m->a, &e));
	assert_int_equal(n, 1);
}

static void
a_serial_is_used_once_even_when_nothing_came_of_it(void **state)
{
	struct made *m = *state;
	ctn_cert_row again;

	(void)intend(m, 5);
	again = cert_of(m, 5);
	REFUSED(CTN_EEXISTS, intend_row(m->s, &again, "tbs", &someone, &e));
	assert_int_equal(log_size(m->s), 4);
}

static void
a_successor_joins_the_lineage_and_supersedes_when_issued(void **state)
{
	struct made *m = *state;
	int64_t first = issue(m, 1);
	ctn_cert_row next = cert_of(m, 2), c, *rows;
	size_t n;

	next.lineage = next.replaces = first;
	OK(intend_row(m->s, &next, "tbs", &someone, &e));
	OK(ctn_store_cert(&c, m->s, first, m->a, &e));
	assert_false(c.superseded);
	OK(ctn_store_issued(&(uint64_t){ 0 }, m->s, next.id, CTN_SPAN("x"), &someone, &e));
	OK(ctn_store_cert(&c, m->s, first, m->a, &e));
	assert_true(c.superseded);
	OK(ctn_store_certs_of_lineage(&rows, &n, m->s, first, m->a, &e));
	assert_true(n == 2 && rows[0].id == next.id && rows[1].id == first);
}

static void
a_key_of_another_lineage_is_seen(void **state)
{
	struct made *m = *state;
	int64_t first = issue(m, 1);
	ctn_cert_row c = cert_of(m, 1);
	ctn_span serial;
	bool used;

	OK(ctn_store_key_used(&used, &serial, m->s, c.spki_sha256, first, m->a, &e));
	assert_false(used);
	OK(ctn_store_key_used(&used, &serial, m->s, c.spki_sha256, 0, m->a, &e));
	assert_true(used);
	assert_true(ctn_span_equal(serial, c.serial));
}

static void
a_key_that_must_be_new_is_looked_for_once_more_where_nobody_else_writes(void **state)
{
	struct made *m = *state;
	int64_t first = issue(m, 1);
	uint8_t key[32];
	ctn_cert_row c = cert_of(m, 1);

	memcpy(key, c.spki_sha256, sizeof key);
	c = cert_of(m, 2);
	memcpy(c.spki_sha256, key, sizeof key);
	c.key_is_own = true;
	REFUSED(CTN_EPOLICY, intend_row(m->s, &c, "tbs", &someone, &e));
	c.lineage = c.replaces = first;
	OK(intend_row(m->s, &c, "tbs", &someone, &e));
}

static void
a_key_is_added_once_and_found_by_its_authority(void **state)
{
	struct made *m = *state;
	ctn_issuer_key_row key, *rows;
	size_t n;

	OK(ctn_store_issuer_key_of(&key, m->s, "issuing", m->a, &e));
	assert_true(key.id == m->key && key.state == CTN_KEY_ACTIVE && !key.foreign && key.shards == 1);
	assert_string_equal(key.file, "keys/issuing.pem");
	REFUSED(CTN_EEXISTS, ctn_store_issuer_key_add(m->s, &key, &someone, &e));
	key.foreign = true;
	key.key_id = CTN_SPAN("other");
	REFUSED(CTN_EEXISTS, ctn_store_issuer_key_add(m->s, &key, &someone, &e));
	key.foreign = false;
	/* one active key an authority */
	REFUSED(CTN_ESTORE, ctn_store_issuer_key_add(m->s, &key, &someone, &e));
	key.state = CTN_KEY_PENDING;
	OK(ctn_store_issuer_key_add(m->s, &key, &someone, &e));
	OK(ctn_store_issuer_keys(&rows, &n, m->s, m->a, &e));
	assert_true(n == 2 && rows[0].id == m->key && rows[1].id == key.id);
	OK(ctn_store_issuer_key_of(&key, m->s, "issuing", m->a, &e));
	assert_int_equal(key.id, m->key);
}

static void
a_key_changes_together_with_its_event(void **state)
{
	struct made *m = *state;
	ctn_issuer_key_row key;
	struct told t = { 0 };

	OK(ctn_store_issuer_key(&key, m->s, m->key, m->a, &e));
	key.state = CTN_KEY_RETIRED;
	key.protection = "absent";
	key.file = NULL;
	OK(ctn_store_issuer_key_change(m->s, &key, "key-detached", &someone, &e));
	OK(ctn_store_issuer_key(&key, m->s, m->key, m->a, &e));
	assert_true(key.state == CTN_KEY_RETIRED && key.file == NULL);
	OK(ctn_store_event(m->s, "clock", m->key, "other", &someone, &e));
	OK(ctn_store_log_verify(m->s, tell_problem, &t, NULL, &e));
	assert_string_equal(t.text, "");
	REFUSED(CTN_EUSAGE, ctn_store_issuer_key_change(m->s, &key, "moved", &someone, &e));
	REFUSED(CTN_EUSAGE, ctn_store_event(m->s, "key-moved", m->key, "x", &someone, &e));
	key.id = 99;
	REFUSED(CTN_ENOTFOUND, ctn_store_issuer_key_change(m->s, &key, "key-moved", &someone, &e));
	REFUSED(CTN_ENOTFOUND, ctn_store_issuer_key(&key, m->s, 99, m->a, &e));
}

static void
an_unknown_authority_is_answered_with_the_one_that_was_meant(void **state)
{
	struct made *m = *state;
	ctn_issuer_key_row key;
	struct ctn_err told = { 0 };

	assert_false(ctn_store_issuer_key_of(&key, m->s, "isuing", m->a, &told));
	assert_int_equal(told.code, CTN_ENOTFOUND);
	assert_string_equal(told.text, "there is no authority 'isuing'");
	assert_string_equal(told.hint, "did you mean 'issuing'?");
}

static void
ca_certificates_come_newest_first_and_by_subject(void **state)
{
	struct made *m = *state;
	ctn_ca_cert_row ca = { .issuer_key_id = m->key, .sha256 = { 1 }, .der = CTN_SPAN("old"), .subject = CTN_SPAN("s"), .issuer = CTN_SPAN("i"),
		.serial = CTN_SPAN("1"), .not_after = 5, .is_anchor = true }, *rows;
	size_t n;

	OK(ctn_store_ca_cert_add(m->s, &ca, &someone, &e));
	REFUSED(CTN_ESTORE, ctn_store_ca_cert_add(m->s, &ca, &someone, &e));
	ca.sha256[0] = 2;
	ca.not_after = 9;
	ca.der = CTN_SPAN("new");
	OK(ctn_store_ca_cert_add(m->s, &ca, &someone, &e));
	OK(ctn_store_ca_certs(&rows, &n, m->s, m->key, m->a, &e));
	assert_true(n == 2 && ctn_span_equal(rows[0].der, CTN_SPAN("new")) && rows[1].is_anchor && rows[0].installed_at == NOW);
	OK(ctn_store_ca_certs(&rows, &n, m->s, 0, m->a, &e));
	assert_int_equal(n, 2);
	OK(ctn_store_ca_certs_named(&rows, &n, m->s, CTN_SPAN("s"), m->a, &e));
	assert_int_equal(n, 2);
	OK(ctn_store_ca_certs_named(&rows, &n, m->s, CTN_SPAN("i"), m->a, &e));
	assert_int_equal(n, 0);
}

static void
signing_is_halted_once_and_resumed_once(void **state)
{
	struct made *m = *state;
	const char *because, *actor;
	int64_t since, last;

	REFUSED(CTN_ENOTFOUND, ctn_store_resume(m->s, &someone, &e));
	OK(ctn_store_halt(m->s, "drill", &(ctn_act){ NOW + 5, "bert@host" }, &e));
	REFUSED(CTN_EEXISTS, ctn_store_halt(m->s, "again", &someone, &e));
	OK(ctn_store_halted(&because, &since, &actor, m->s, m->a, &e));
	assert_string_equal(because, "drill");
	assert_string_equal(actor, "bert@host");
	assert_int_equal(since, NOW + 5);
	OK(ctn_store_last_act(&last, m->s, &e));
	assert_int_equal(last, NOW + 5);
	OK(ctn_store_resume(m->s, &someone, &e));
	OK(ctn_store_halted(&because, &since, &actor, m->s, m->a, &e));
	assert_null(because);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_made, close_made)
		T(every_act_appends_its_own_leaf),
		T(a_listener_that_fails_ends_the_list_with_its_error),
		T(history_of_a_certificate_is_its_acts_oldest_first),
		T(a_policy_text_is_recorded_once),
		T(a_refusal_keeps_what_was_asked_and_why_not),
		T(an_intent_is_read_back_as_it_was_meant),
		T(an_intent_that_was_changed_is_not_signed),
		T(an_issued_certificate_is_found_by_all_its_handles),
		T(a_name_is_a_san_a_subject_or_a_cn),
		T(a_serial_is_used_once_even_when_nothing_came_of_it),
		T(a_successor_joins_the_lineage_and_supersedes_when_issued),
		T(a_key_of_another_lineage_is_seen),
		T(a_key_that_must_be_new_is_looked_for_once_more_where_nobody_else_writes),
		T(a_key_is_added_once_and_found_by_its_authority),
		T(a_key_changes_together_with_its_event),
		T(an_unknown_authority_is_answered_with_the_one_that_was_meant),
		T(ca_certificates_come_newest_first_and_by_subject),
		T(signing_is_halted_once_and_resumed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
