/* Whatever is changed in a record behind the program's back, log verify finds it and names the row. */
#include "store_make.h"

/* One act of every kind. */
static void
one_of_everything(struct made *m)
{
	static const uint8_t digest[32] = { 7 };
	ctn_request_row refused = { .kind = "issue", .profile = "server", .names = "evil", .csr = CTN_SPAN("csr"), .lifetime_s = 5, .owner = "o",
		.note = "n", .reasons = "[\"no\"]" };
	ctn_ca_cert_row ca = { .issuer_key_id = m->key, .sha256 = { 9 }, .der = CTN_SPAN("ca"), .subject = CTN_SPAN("s"), .issuer = CTN_SPAN("i"),
		.serial = CTN_SPAN("\x01"), .not_before = NOW, .not_after = NOW + 9 };
	ctn_cert_row next;
	ctn_crl_row crl = { .shard = 0 };
	ctn_node root = { { 1 } };
	int64_t version, first;

	OK(ctn_store_profile_version(&version, m->s, "server", digest, CTN_SPAN("text"), &someone, &e));
	refused.profile_version = version;
	OK(ctn_store_refuse(m->s, &refused, &someone, &e));
	first = issue(m, 1);
	next = cert_of(m, 2);
	next.lineage = next.replaces = first;
	next.owner = "team";
	next.note = "why";
	OK(intend_row(m->s, &next, "tbs", &(ctn_act){ NOW + 1, "bert@host" }, &e));
	OK(ctn_store_issued(&(uint64_t){ 0 }, m->s, next.id, CTN_SPAN("der"), &someone, &e));
	(void)intend(m, 3);
	OK(ctn_store_ca_cert_add(m->s, &ca, &someone, &e));
	revoke_for(m, first, 6);
	OK(ctn_store_unhold(m->s, first, &someone, &e));
	revoke_for(m, next.id, 1);
	make_crl(m, &crl, NOW);
	OK(ctn_store_halt(m->s, "drill", &someone, &e));
	OK(ctn_store_resume(m->s, &someone, &e));
	OK(ctn_store_event(m->s, "clock", m->key, "accepted", &someone, &e));
	OK(ctn_store_checkpoint_add(m->s, 4, &root, "note", &someone, &e));
}

static int
open_full(void **state)
{
	if (open_made(state) != 0)
		return -1;
	one_of_everything(*state);
	return 0;
}

/*
 * No record of an act, so nobody vouches for them: schema_version (when it was migrated; another version is refused at opening),
 * ocsp_response (a cache), watch and notice (what a monitor saw), a crl that was only intended (it took a number; the highwater
 * file keeps that), an actor that did nothing.
 */

/* Each change is made in a transaction that never ends well, so that one database serves for all of them. */
static int
change(struct made *m, const char *sql)
{
	assert_int_equal(sqlite3_exec(m->s->db, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; BEGIN", NULL, NULL, NULL),
	    SQLITE_OK);
	return sqlite3_exec(m->s->db, sql, NULL, NULL, NULL);
}

static void
undo(struct made *m)
{
	assert_int_equal(sqlite3_exec(m->s->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_idle(m->s);
}

static void
verify(struct made *m, struct told *t)
{
	*t = (struct told){ 0 };
	OK(ctn_store_log_verify(m->s, tell_problem, t, NULL, &e));
}

static void
what_is_as_it_was_written_has_no_problem(void **state)
{
	struct made *m = *state;
	struct told t;

	verify(m, &t);
	assert_string_equal(t.text, "");
}

/* Tables whose every row is the record of an act, and how a problem calls them. */
static const struct {
	const char *table, *key, *called;
} logged[] = {
	{ "home", "id", "home" },
	{ "actor", "id", "" }, /* told by the leaves of its acts */
	{ "authority", "id", "" }, /* told by its key */
	{ "issuer_key", "id", "issuer_key" },
	{ "profile_version", "id", "profile_version" },
	{ "request", "id", "" }, /* one that was allowed is told by its certificate */
	{ "certificate", "id", "certificate" },
	{ "certificate_der", "certificate_id", "certificate_der" },
	{ "name", "certificate_id", "name of certificate" },
	{ "ca_certificate", "id", "ca_certificate" },
	{ "revocation", "id", "revocation" },
	{ "crl", "id", "crl" },
	{ "halt", "id", "halt" },
	{ "event", "id", "event" },
	{ "log_leaf", "id", "" },
	{ "log_node", "number", "log_node" },
	{ "checkpoint", "id", "checkpoint" },
};

static int
flip(struct made *m, size_t table, const char *column, int64_t rowid, bool to_null)
{
	const char *t = logged[table].table;
	char value[1024], sql[2048];

	if (to_null)
		(void)snprintf(value, sizeof value, "CASE WHEN %s IS NULL THEN 0 ELSE NULL END", column);
	else
		(void)snprintf(value, sizeof value,
		    "CASE typeof(%s) WHEN 'integer' THEN %s + 1 WHEN 'text' THEN %s || 'x' WHEN 'blob' THEN CAST(substr(%s, 1, length(%s) - 1) || "
		    "CASE substr(%s, -1) WHEN x'fe' THEN x'fd' ELSE x'fe' END AS BLOB) ELSE (SELECT CASE type WHEN 'INTEGER' THEN 5 WHEN 'BLOB' THEN x'05' ELSE 'x' END FROM pragma_table_info('%s') WHERE name = '%s') END",
		    column, column, column, column, column, column, t, column);
	if (strcmp(t, "name") == 0 || strcmp(t, "log_node") == 0)
		(void)snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s WHERE (%s, %s) = (SELECT %s, %s FROM %s ORDER BY 1, 2 LIMIT 1 OFFSET %lld)", t, column,
		    value, logged[table].key, strcmp(t, "name") == 0 ? "position" : "level", logged[table].key,
		    strcmp(t, "name") == 0 ? "position" : "level", t, (long long)rowid - 1);
	else
		(void)snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s WHERE rowid = (SELECT rowid FROM %s ORDER BY rowid LIMIT 1 OFFSET %lld)", t, column,
		    value, t, (long long)rowid - 1);
	return change(m, sql);
}

static size_t
ask(sqlite3 *db, char out[][64], size_t max, const char *sql)
{
	sqlite3_stmt *st;
	size_t n = 0;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW && n < max)
		(void)snprintf(out[n++], 64, "%s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return n;
}

static size_t
columns_of(sqlite3 *db, char out[][64], const char *table)
{
	char sql[128];

	(void)snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table);
	return ask(db, out, 64, sql);
}

static int
count_of(sqlite3 *db, const char *table)
{
	char sql[128], count[1][64];

	(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
	assert_int_equal(ask(db, count, 1, sql), 1);
	return atoi(count[0]);
}

static void
every_change_of_a_column_is_found_and_its_table_named(void **state)
{
	static char columns[64][64];
	struct made *m = *state;
	struct told t;
	size_t done = 0, refused = 0;

	for (size_t i = 0; i < sizeof logged / sizeof *logged; i++) {
		size_t n = columns_of(m->s->db, columns, logged[i].table);
		int rows = count_of(m->s->db, logged[i].table);

		for (size_t c = 0; c < n; c++)
			for (int64_t row = 1; row <= rows; row++)
				for (int to_null = 0; to_null < 2; to_null++) {
					if (flip(m, i, columns[c], row, to_null != 0) != SQLITE_OK) {
						refused++;
						undo(m);
						continue;
					}
					done++;
					verify(m, &t);
					undo(m);
					if (t.n == 0 || strstr(t.text, logged[i].called) == NULL)
						fail_msg("%s.%s of row %lld (%d) told: %s", logged[i].table, columns[c], (long long)row, to_null, t.text);
				}
	}
	print_message("%zu changes found, %zu refused by the schema\n", done, refused);
	assert_true(done > 300);
}

/* The triggers that keep the rows are the first to go. */
static const char *const gone = "DROP TRIGGER certificate_is_kept; DROP TRIGGER revocation_is_kept;";

static void
every_row_that_is_deleted_is_found(void **state)
{
	struct made *m = *state;
	struct told t;

	for (size_t i = 0; i < sizeof logged / sizeof *logged; i++) {
		int rows = count_of(m->s->db, logged[i].table);

		for (int row = 0; row < rows; row++) {
			char sql[512];
			bool keyed = strcmp(logged[i].table, "name") == 0 || strcmp(logged[i].table, "log_node") == 0;
			const char *second = strcmp(logged[i].table, "name") == 0 ? "position" : "level";

			if (keyed)
				(void)snprintf(sql, sizeof sql, "%s DELETE FROM %s WHERE (%s, %s) = (SELECT %s, %s FROM %s LIMIT 1 OFFSET %d)", gone,
				    logged[i].table, logged[i].key, second, logged[i].key, second, logged[i].table, row);
			else
				(void)snprintf(sql, sizeof sql, "%s DELETE FROM %s WHERE rowid = (SELECT rowid FROM %s LIMIT 1 OFFSET %d)", gone,
				    logged[i].table, logged[i].table, row);
			assert_int_equal(change(m, sql), SQLITE_OK);
			verify(m, &t);
			undo(m);
			if (t.n == 0)
				fail_msg("%s: nothing told", sql);
		}
	}
}

static void
every_row_that_was_put_in_is_found(void **state)
{
	static const char *const rows[] = {
		"INSERT INTO authority (name, kind, created_at) VALUES ('mallory', 'own', 1)",
		"INSERT INTO issuer_key SELECT 9, authority_id, x'99', spki, algorithm, protection, file, 'retired', shards, created_at FROM issuer_key",
		"INSERT INTO profile_version SELECT 9, name, zeroblob(32), text, first_used FROM profile_version",
		"INSERT INTO request SELECT 99, at, actor_id, kind, profile, profile_version_id, names, csr, lifetime, owner, note, decision, reasons FROM request WHERE id = 1",
		"INSERT INTO certificate SELECT 99, authority_id, issuer_key_id, x'4401', request_id, profile, is_ca, 'intended', 0, NULL, tbs_sha256, spki_sha256, "
		"names_sha256, subject, not_before, not_after, lineage, replaces, 0, owner, note, crl_shard, intended_at, NULL FROM certificate WHERE id = 3",
		"INSERT INTO certificate_der VALUES (99, NULL, x'00')",
		"INSERT INTO name VALUES (1, 2, 'dns', 'evil.example', NULL)",
		"INSERT INTO name VALUES (77, 0, 'dns', 'evil.example', NULL)",
		"INSERT INTO ca_certificate SELECT 9, issuer_key_id, NULL, zeroblob(32), der, subject, issuer, serial, not_before, not_after, 1, installed_at FROM "
		"ca_certificate",
		"INSERT INTO revocation SELECT 9, 3, issuer_key_id, serial, crl_shard, 1, revoked_at, NULL, not_after, NULL FROM revocation WHERE id = 1",
		"INSERT INTO crl SELECT 9, issuer_key_id, shard, 99, 'issued', 0, this_update, next_update, 0, tbs_sha256, sha256, der, der_len, covers FROM crl",
		"INSERT INTO halt VALUES (9, 1, 'x', 2)",
		"INSERT INTO event VALUES (9, 'x', NULL, 'x')",
		"INSERT INTO log_leaf SELECT max(id) + 1, at, act, actor_id, row_id, hash FROM log_leaf",
		"INSERT INTO log_leaf SELECT -1, at, act, actor_id, row_id, hash FROM log_leaf WHERE id = 0",
		"INSERT INTO log_leaf SELECT 9223372036854775807, at, act, actor_id, row_id, hash FROM log_leaf WHERE id = 0",
		"INSERT INTO log_node VALUES (9, 9, zeroblob(32))",
		"INSERT INTO checkpoint VALUES (9, 1, zeroblob(32), 'x')",
	};
	struct made *m = *state;
	struct told t;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (change(m, rows[i]) != SQLITE_OK)
			fail_msg("no row came in: %s", rows[i]);
		verify(m, &t);
		undo(m);
		if (t.n == 0)
			fail_msg("%s: nothing told", rows[i]);
	}
}

static void
leaves_that_change_places_are_found(void **state)
{
	struct made *m = *state;
	struct told t;

	for (uint64_t i = 0; i + 1 < log_size(m->s); i++) {
		char sql[256];

		(void)snprintf(sql, sizeof sql,
		    "UPDATE log_leaf SET id = -5 WHERE id = %d; UPDATE log_leaf SET id = %d WHERE id = %d; UPDATE log_leaf SET id = %d WHERE id = -5", (int)i,
		    (int)i, (int)i + 1, (int)i + 1);
		assert_int_equal(change(m, sql), SQLITE_OK);
		verify(m, &t);
		undo(m);
		if (strstr(t.text, "log_node") == NULL)
			fail_msg("leaves %d and %d changed places, told: %s", (int)i, (int)i + 1, t.text);
	}
}

static void
a_log_that_was_cut_off_is_found(void **state)
{
	struct made *m = *state;
	struct told t;

	for (uint64_t keep = 0; keep < log_size(m->s); keep++) {
		char sql[256];

		(void)snprintf(sql, sizeof sql, "DELETE FROM log_leaf WHERE id >= %d; DELETE FROM log_node WHERE (number + 1) << level > %d", (int)keep,
		    (int)keep);
		assert_int_equal(change(m, sql), SQLITE_OK);
		verify(m, &t);
		undo(m);
		if (t.n == 0)
			fail_msg("cut at %d: nothing told", (int)keep);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_full, close_made)
		T(what_is_as_it_was_written_has_no_problem),
		T(every_change_of_a_column_is_found_and_its_table_named),
		T(every_row_that_is_deleted_is_found),
		T(every_row_that_was_put_in_is_found),
		T(leaves_that_change_places_are_found),
		T(a_log_that_was_cut_off_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
