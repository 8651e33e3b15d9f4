/* The highwater file: written forwards only, read strictly, and what it finds in a database that is older. */
#include "store_make.h"

#include "base/file.h"

static void
raise_file(struct made *m)
{
	ctn_highwater now;

	OK(ctn_highwater_of(&now, m->s, m->a, &e));
	OK(ctn_highwater_raise("highwater", &now, m->a, &e));
}

static struct told
compared(struct made *m)
{
	struct told t = { 0 };
	ctn_highwater file;

	OK(ctn_highwater_load(&file, "highwater", m->a, &e));
	OK(ctn_highwater_compare(m->s, &file, tell_problem, &t, m->a, &e));
	assert_idle(m->s);
	return t;
}

static void
what_is_written_is_read_back(void **state)
{
	struct made *m = *state;
	ctn_crl_row crl = { .shard = 3 };
	ctn_highwater now, file;

	(void)issue(m, 1);
	(void)issue(m, 2);
	make_crl(m, &crl, NOW);
	raise_file(m);
	OK(ctn_highwater_of(&now, m->s, m->a, &e));
	OK(ctn_highwater_load(&file, "highwater", m->a, &e));
	assert_true(file.size == log_size(m->s) && file.last_act_s == NOW && file.crls_n == 1 && file.serials_n == 1);
	assert_memory_equal(file.root.h, now.root.h, 32);
	assert_string_equal(file.serials[0].authority, "issuing");
	assert_string_equal(file.serials[0].serial, "4000000000000000000000000000000000000002");
	assert_string_equal(file.crls[0].key, "0102030405060708");
	assert_true(file.crls[0].shard == 3 && file.crls[0].number == 1);
	assert_string_equal(compared(m).text, "");
}

static void
an_authority_without_certificates_has_an_empty_serial(void **state)
{
	struct made *m = *state;
	ctn_highwater file;

	raise_file(m);
	OK(ctn_highwater_load(&file, "highwater", m->a, &e));
	assert_string_equal(file.serials[0].serial, "");
}

static void
put_back(struct made *m, const char *from)
{
	ctn_store_close(CTN_TAKE(m->s));
	assert_int_equal(rename(from, "catena.db"), 0);
	OK(ctn_store_open(&m->s, "catena.db", 1, false, &e));
}

static void
an_older_database_is_found(void **state)
{
	struct made *m = *state;
	ctn_crl_row crl = { 0 };
	struct told t;

	OK(ctn_store_backup(m->s, "old.db", &e));
	(void)issue(m, 1);
	make_crl(m, &crl, NOW);
	raise_file(m);
	put_back(m, "old.db");
	t = compared(m);
	assert_non_null(strstr(t.text, "log: the database is older than the highwater file: 3 acts here, 6 there"));
	assert_non_null(strstr(t.text, "crl: key 0102030405060708 had CRL number 1, the database knows 0"));
	assert_non_null(strstr(t.text, "certificate: authority issuing had serial 4000"));
}

static void
an_older_database_that_grew_again_is_still_found_and_the_file_stays(void **state)
{
	struct made *m = *state;
	struct told t;

	OK(ctn_store_backup(m->s, "old.db", &e));
	(void)issue(m, 1);
	raise_file(m);
	put_back(m, "old.db");
	for (unsigned i = 7; i < 12; i++) {
		(void)issue(m, i);
		raise_file(m);
	}
	t = compared(m);
	assert_non_null(strstr(t.text, "are not those that the highwater file vouches for"));
}

static void
a_number_that_was_only_taken_is_raised_without_an_act(void **state)
{
	struct made *m = *state;
	ctn_crl_row row = { .issuer_key_id = m->key, .this_update = NOW, .next_update = NOW + 1 };
	ctn_highwater file;

	raise_file(m);
	OK(ctn_store_crl_intend(m->s, &row, 40, &e));
	raise_file(m);
	OK(ctn_highwater_load(&file, "highwater", m->a, &e));
	assert_int_equal(file.crls[0].number, 41);
	assert_int_equal(meddle("catena.db", "UPDATE crl SET number = 2"), SQLITE_OK);
	raise_file(m);
	OK(ctn_highwater_load(&file, "highwater", m->a, &e));
	assert_int_equal(file.crls[0].number, 41);
}

static void
a_log_with_gaps_is_a_problem_and_no_failure(void **state)
{
	struct made *m = *state;

	(void)issue(m, 1);
	raise_file(m);
	assert_int_equal(meddle("catena.db", "DELETE FROM log_node"), SQLITE_OK);
	assert_non_null(strstr(compared(m).text, "have gaps"));
}

static void
a_malformed_file_says_in_which_line(void **state)
{
#define HEAD "catena highwater 1\nsize 3\nroot aa00000000000000000000000000000000000000000000000000000000000000\nlast_act 5\n"
	static const struct {
		const char *text, *told;
	} cases[] = {
		{ "", "line 1" },
		{ "catena highwater 2\n", "line 1" },
		{ "catena highwater 1\n", "line 1: it ends too early" },
		{ "catena highwater 1\nroot 00\n", "line 2" },
		{ "catena highwater 1\nsize -3\n", "line 2" },
		{ "catena highwater 1\nsize 99999999999999999999\n", "line 2" },
		{ "catena highwater 1\nsize 3 4\n", "line 2" },
		{ "catena highwater 1\nsize 3\nroot aa\n", "line 3" },
		{ HEAD "crl 01 2\n", "line 5" },
		{ HEAD "crl 010203040506070809 2 3\n", "line 5" },
		{ HEAD "serial\n", "line 5" },
		{ HEAD "serial issuing XY\n", "line 5" },
		{ HEAD "more 1\n", "line 5" },
	};
	struct made *m = *state;
	ctn_highwater h;

	REFUSED(CTN_ENOTFOUND, ctn_highwater_load(&h, "highwater", m->a, &e));
	OK(ctn_file_write("highwater", ctn_span_text(HEAD), 0600, true, &e));
	OK(ctn_highwater_load(&h, "highwater", m->a, &e));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ctn_err told = { 0 };

		OK(ctn_file_write("highwater", ctn_span_text(cases[i].text), 0600, true, &e));
		assert_false(ctn_highwater_load(&h, "highwater", m->a, &told));
		assert_int_equal(told.code, CTN_EINPUT);
		if (strstr(told.text, cases[i].told) == NULL)
			fail_msg("case %zu: %s", i, told.text);
		OK(ctn_highwater_of(&h, m->s, m->a, &e));
		REFUSED(CTN_EINPUT, ctn_highwater_raise("highwater", &h, m->a, &e));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, open_made, close_made)
		T(what_is_written_is_read_back),
		T(an_authority_without_certificates_has_an_empty_serial),
		T(an_older_database_is_found),
		T(an_older_database_that_grew_again_is_still_found_and_the_file_stays),
		T(a_number_that_was_only_taken_is_raised_without_an_act),
		T(a_log_with_gaps_is_a_problem_and_no_failure),
		T(a_malformed_file_says_in_which_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
