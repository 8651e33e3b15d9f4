/* The list: filters, orders, globs; and that no look at a million rows walks through all of them. */
#include "store_make.h"

struct shown {
	size_t n;
	char names[256]; /* the number in each certificate's serial */
	uint64_t total;
};

static bool
show(void *ctx, const ctn_cert_row *row, struct ctn_err *e)
{
	struct shown *s = ctx;
	size_t used = strlen(s->names);

	(void)e;
	s->n++;
	(void)snprintf(s->names + used, sizeof s->names - used, "%u ", row->serial.p[19]);
	return true;
}

static struct shown
list(struct made *m, ctn_list_filter f)
{
	struct shown s = { 0 };

	f.since_s = f.since_s == 0 ? INT64_MIN : f.since_s;
	f.now_s = f.now_s == 0 ? NOW : f.now_s;
	OK(ctn_store_list(&s.total, m->s, &f, show, &s, &e));
	assert_idle(m->s);
	return s;
}

#define SHOWS(want, ...) assert_string_equal(list(m, (ctn_list_filter){ __VA_ARGS__ }).names, want)

/* 1 valid, 2 revoked, 3 on hold, 4 intended, 5 valid, of "team", later, with another profile. */
static int
open_listed(void **state)
{
	static const ctn_name_row names[] = { { "dns", "*.internal.example", "example.internal.*" }, { "email", "Bob@Mail.example", NULL },
		{ "uri", "https://[2001:db8::1]/x", NULL }, { "dns", "xinternal.example", "example.xinternal" } };
	struct made *m;
	ctn_cert_row c;

	if (open_made(state) != 0)
		return -1;
	m = *state;
	(void)issue(m, 1);
	revoke_for(m, issue(m, 2), 1);
	revoke_for(m, issue(m, 3), 6);
	(void)intend(m, 4);
	c = cert_of(m, 5);
	c.owner = "team";
	c.profile = "client";
	c.names = names;
	c.names_n = 4;
	c.subject = "CN=aaa";
	c.not_before = NOW - 9;
	OK(intend_row(m->s, &c, "tbs", &(ctn_act){ NOW + 7, "anna@host" }, &e));
	OK(ctn_store_issued(&(uint64_t){ 0 }, m->s, c.id, CTN_SPAN("x"), &someone, &e));
	return 0;
}

static void
every_status_has_its_rows_and_its_word(void **state)
{
	struct made *m = *state;
	ctn_cert_row c;

	SHOWS("5 4 3 2 1 ", .status = CTN_LIST_ANY);
	SHOWS("5 1 ", .status = CTN_LIST_VALID);
	SHOWS("2 ", .status = CTN_LIST_REVOKED);
	SHOWS("3 ", .status = CTN_LIST_HELD);
	SHOWS("4 ", .status = CTN_LIST_INTENDED);
	SHOWS("", .status = CTN_LIST_EXPIRED);
	/* notAfter is still valid, the second after it is not */
	SHOWS("1 ", .status = CTN_LIST_EXPIRED, .now_s = NOW + 30 * DAY + 2);
	OK(ctn_store_cert(&c, m->s, 1, m->a, &e));
	assert_string_equal(ctn_cert_status(&c, c.not_after), "valid");
	assert_string_equal(ctn_cert_status(&c, c.not_after + 1), "expired");
	c.issued = false;
	assert_string_equal(ctn_cert_status(&c, NOW), "intended");
	c.revoked = CTN_IS_HELD;
	assert_string_equal(ctn_cert_status(&c, NOW), "held");
	c.revoked = CTN_IS_REVOKED;
	assert_string_equal(ctn_cert_status(&c, NOW), "revoked");
}

static void
filters_narrow_and_combine(void **state)
{
	struct made *m = *state;

	SHOWS("5 ", .profile = "client");
	SHOWS("4 3 2 1 ", .profile = "server");
	SHOWS("5 ", .owner = "team");
	SHOWS("", .owner = "team", .profile = "server");
	SHOWS("5 4 3 2 1 ", .authority = "issuing");
	SHOWS("", .authority = "other");
	SHOWS("5 ", .since_s = NOW + 7);
}

static void
names_match_by_glob_and_by_suffix(void **state)
{
	struct made *m = *state;

	SHOWS("5 4 3 2 1 ", .name_glob = "*.internal.example");
	SHOWS("5 4 3 2 1 ", .name_glob = "*.INTERNAL.example");
	SHOWS("4 3 2 1 ", .name_glob = "web*");
	SHOWS("3 ", .name_glob = "web3.internal.example");
	SHOWS("4 3 2 1 ", .name_glob = "web?.internal.*");
	SHOWS("5 ", .name_glob = "bob@*");
	SHOWS("5 ", .name_glob = "https://[2001:*");
	SHOWS("", .name_glob = "*.al.example");
	SHOWS("", .name_glob = "*.ple");
	SHOWS("5 ", .name_glob = "xinternal.example");
	SHOWS("5 4 3 2 1 ", .name_glob = "*.example");
}

static void
orders_are_as_asked(void **state)
{
	struct made *m = *state;

	SHOWS("1 2 3 4 5 ", .sort = CTN_SORT_SERIAL);
	SHOWS("1 2 3 4 5 ", .sort = CTN_SORT_NOT_AFTER);
	SHOWS("5 1 2 3 4 ", .sort = CTN_SORT_NOT_BEFORE);
	SHOWS("5 1 2 3 4 ", .sort = CTN_SORT_SUBJECT);
	SHOWS("1 2 ", .sort = CTN_SORT_SERIAL, .limit = 2);
}

static void
the_total_counts_past_the_limit(void **state)
{
	struct made *m = *state;
	struct shown s = list(m, (ctn_list_filter){ .limit = 2 });

	assert_true(s.n == 2 && s.total == 5);
	s = list(m, (ctn_list_filter){ .limit = 1, .profile = "server" });
	assert_true(s.n == 1 && s.total == 4);
}

static void
expiring_are_live_ones_that_end_before_it(void **state)
{
	struct made *m = *state;
	struct shown s;

	SHOWS("1 5 ", .expiring_before_s = NOW + 31 * DAY);
	SHOWS("1 ", .expiring_before_s = NOW + 30 * DAY + 5);
	SHOWS("", .expiring_before_s = NOW + 30 * DAY + 1);
	SHOWS("5 ", .expiring_before_s = NOW + 31 * DAY, .profile = "client");
	SHOWS("5 1 ", .expiring_before_s = NOW + 31 * DAY, .sort = CTN_SORT_SUBJECT, .name_glob = "*");
	s = list(m, (ctn_list_filter){ .expiring_before_s = NOW + 31 * DAY, .limit = 1 });
	assert_true(s.n == 1 && s.total == 2);
}

static bool
give_up(void *ctx, const ctn_cert_row *row, struct ctn_err *e)
{
	(void)ctx;
	(void)row;
	return ctn_fail(e, CTN_EFILE, "pipe closed");
}

static void
a_listener_that_fails_ends_the_list(void **state)
{
	struct made *m = *state;
	ctn_list_filter f = { .now_s = NOW, .since_s = INT64_MIN };
	uint64_t total;

	REFUSED(CTN_EFILE, ctn_store_list(&total, m->s, &f, give_up, NULL, &e));
	assert_idle(m->s);
}

/* Tables that stay small: a home has few authorities, keys, profiles and halts. */
static bool
may_be_scanned(const char *plan)
{
	static const char *const small[] = { "SCAN issuer_end", "SCAN channel", "SCAN a", "SCAN k", "SCAN s", "SCAN u", "SCAN authority", "SCAN issuer_key", "SCAN shard_in_use",
		"SCAN CONSTANT ROW", "SCAN ca_certificate", "SCAN schema_version", "SCAN h ", "SCAN h", "SCAN (", "SCAN m" };

	for (size_t i = 0; i < sizeof small / sizeof *small; i++)
		if (strncmp(plan, small[i], strlen(small[i])) == 0 && (plan[strlen(small[i])] == '\0' || plan[strlen(small[i])] == ' '))
			return true;
	return false;
}

static const struct {
	enum ctn_query query;
	const char *why;
} walks[] = {
	{ CTN_Q_list_newest, "filters have no index of their own" },
	{ CTN_Q_list_sorted, "filters have no index of their own" },
	{ CTN_Q_list_count, "filters have no index of their own" },
	{ CTN_Q_count_all, "the last entry" },
	{ CTN_Q_node_count, "counts" },
	{ CTN_Q_leaves_oldest, "log verify reads all" },
	{ CTN_Q_leaves_newest, "by index backwards, up to the limit" },
	{ CTN_Q_agree_leaf_of_rows, "log verify reads all" },
	{ CTN_Q_agree_states, "log verify reads all" },
	{ CTN_Q_check_integrity, "db check reads all" },
	{ CTN_Q_check_foreign_keys, "db check reads all" },
	{ CTN_Q_check_intended, "by the index of the intents alone" },
	{ CTN_Q_schema_parts, "the schema" },
	{ CTN_Q_certificate_next, "the last entry" },
	{ CTN_Q_log_size, "the last entry" },
	{ CTN_Q_last_act, "the last entry" },
	{ CTN_Q_expiry_fill, "the first run of a monitor" },
	{ CTN_Q_expiry_reset, "other thresholds, or a chain that ends at another time" },
	{ CTN_Q_expiry_none, "the home is watched no more" },
	{ CTN_Q_leaves_gone, "the home is watched no more" },
	{ CTN_Q_leaves_watched, "a look before the first run" },
	{ CTN_Q_expiry_total, "a run whose counts are made anew" },
	{ CTN_Q_expiry_refill, "what changed since the last run" },
	{ CTN_Q_expiry_since, "what changed since the last run" },
	{ CTN_Q_leaf_alarms, "what changed since the last run" },
	{ CTN_Q_watch_clean, "by the index of what is well and was told so" },
	{ CTN_Q_watch_items, "candidates for a name that is none" },
	{ CTN_Q_channel_told_forget, "a channel that is no more" },
	{ CTN_Q_news_all, "a channel that is new" },
	{ CTN_Q_news_waiting, "what one channel is told in a run" },
	{ CTN_Q_news_counts, "what one channel is told in a run" },
	{ CTN_Q_news_list, "what one channel is told in a run" },
	{ CTN_Q_told_all, "what one channel is told in a run" },
	{ CTN_Q_notices_undelivered, "by the index of what waits" },
	{ CTN_Q_notices_waiting, "by the index of what waits" },
};

static void
no_query_walks_through_what_can_have_a_million_rows(void **state)
{
	struct made *m = *state;
	unsigned walked = 0;

	for (size_t i = 0; i < CTN_QUERIES; i++) {
		bool walk = false;
		char sql[8192];
		sqlite3_stmt *st;

		for (size_t w = 0; w < sizeof walks / sizeof *walks; w++)
			walk = walk || (size_t)walks[w].query == i;
		if (walk || strncmp(ctn_queries[i].name, "set_", 4) == 0)
			continue;
		(void)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", ctn_queries[i].sql);
		assert_int_equal(sqlite3_prepare_v2(m->s->db, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			const char *plan = (const char *)sqlite3_column_text(st, 3);

			if (strncmp(plan, "SCAN", 4) == 0 && !may_be_scanned(plan)) {
				print_error("%s: %s\n", ctn_queries[i].name, plan);
				walked++;
			}
		}
		sqlite3_finalize(st);
	}
	assert_int_equal(walked, 0);
}

static void
the_looks_that_matter_use_their_index(void **state)
{
	static const struct {
		enum ctn_query query;
		const char *index;
	} uses[] = {
		{ CTN_Q_serial_taken, "certificate_serial (authority_id=? AND serial=?)" },
		{ CTN_Q_certs_by_serial, "certificate_serial (authority_id=? AND serial=?)" },
		{ CTN_Q_high_serials, "certificate_serial (authority_id=?)" },
		{ CTN_Q_key_in_other_lineage, "certificate_spki (spki_sha256=?)" },
		{ CTN_Q_list_expiring, "COVERING INDEX certificate_end (not_after>? AND not_after<?)" },
		{ CTN_Q_count_expiring, "COVERING INDEX certificate_end (not_after>? AND not_after<?)" },
		{ CTN_Q_crl_entries, "revocation_crl (issuer_key_id=? AND crl_shard=? AND not_after>?)" },
		{ CTN_Q_certs_by_name, "name_value (value=?)" },
		{ CTN_Q_certs_by_name, "certificate_subject (subject>? AND subject<?)" },
		{ CTN_Q_certs_of_lineage, "certificate_lineage (lineage=?)" },
		{ CTN_Q_leaves_of_certificate, "log_leaf_row (row_id=? AND act=?)" },
		{ CTN_Q_list_suffix, "name_reversed (reversed>? AND reversed<?)" },
		{ CTN_Q_list_suffix, "SEARCH c USING INTEGER PRIMARY KEY" },
		{ CTN_Q_list_suffix_count, "SEARCH c USING INTEGER PRIMARY KEY" },
		{ CTN_Q_halt_in_force, "log_leaf_row (row_id=? AND act=?)" },
		{ CTN_Q_expiry_crossed, "expiry_next (next_at<?)" },
		{ CTN_Q_expiry_worst, "expiry_stage (stage>?)" },
	};
	struct made *m = *state;

	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
		char sql[8192], plan[4096] = "";
		sqlite3_stmt *st;

		(void)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", ctn_queries[uses[i].query].sql);
		assert_int_equal(sqlite3_prepare_v2(m->s->db, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW)
			(void)snprintf(plan + strlen(plan), sizeof plan - strlen(plan), "%s\n", (const char *)sqlite3_column_text(st, 3));
		sqlite3_finalize(st);
		if (strstr(plan, uses[i].index) == NULL || (uses[i].query == CTN_Q_list_expiring && strstr(plan, "TEMP B-TREE") != NULL))
			fail_msg("%s does not use %s:\n%s", ctn_queries[uses[i].query].name, uses[i].index, plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_listed, close_made)
		T(every_status_has_its_rows_and_its_word),
		T(filters_narrow_and_combine),
		T(names_match_by_glob_and_by_suffix),
		T(orders_are_as_asked),
		T(the_total_counts_past_the_limit),
		T(expiring_are_live_ones_that_end_before_it),
		T(a_listener_that_fails_ends_the_list),
		T(no_query_walks_through_what_can_have_a_million_rows),
		T(the_looks_that_matter_use_their_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
