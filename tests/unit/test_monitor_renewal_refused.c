/* What cannot be renewed: the reason is told, nothing is issued, and every file is what it was. */
#include "renewal_run.h"

static void
a_policy_that_forbids_it_is_the_reason_and_fills_no_log(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);
	size_t acts;

	replace_in_policy(w, "ca.internal.example", "web.internal.example");
	world_at(w, DUE);
	acts = log_size(w);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_why(only(&r), CTN_EPOLICY, "names.dns: ");
	assert_non_null(strstr(only(&r)->why.text, "(policies/server.yaml:"));
	assert_int_equal(log_size(w), acts);
	assert_int_equal(lineage_n(w, m.id), 1);
	assert_int_equal(dots(w), 0);
	assert_int_equal(r.hook.runs, 0);
	assert_untouched(w, "web.key", m.key);
}

static void
a_halted_home_is_the_reason(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);

	world_at(w, DUE);
	OK(ctn_ca_halt(w->ca, "key ceremony", false, &e));
	GO(&r, w, "web.crt");
	assert_non_null(strstr(only(&r)->why.text, "key ceremony"));
	assert_false(only(&r)->renewed);
	assert_untouched(w, "web.key", m.key);
	assert_int_equal(dots(w), 0);
}

static void
without_its_key_nothing_is_issued(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);

	put(w, "web.key", make(w, "db.internal.example").key, 0600);
	put(w, "other.key", CTN_SPAN("no key"), 0600);
	world_at(w, DUE);
	GO(&r, w, "web.crt");
	assert_why(only(&r), CTN_EKEY, ctn_arena_printf(w->a, "web.crt: its key was not found: looked in it, for %s/web.key, and for any *.key or *key.pem there", w->dir));
	assert_int_equal(lineage_n(w, m.id), 1);
	r.policy.renew.same_key = true;
	GO(&r, w, "web.crt");
	assert_true(only(&r)->renewed);
}

static void
an_encrypted_key_is_refused(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);
	CTN_OWN_BUF sealed = { .secret = true };
	CTN_OWN(ctn_privkey) key = NULL;
	CTN_OWN_SECRET word = { 0 };

	OK(ctn_secret_open(&word, 8, &e));
	memcpy(word.p, "sesame", 7);
	word.n = 6;
	OK(ctn_privkey_parse(&key, m.key, NULL, &e));
	OK(ctn_privkey_encode(&sealed, key, &word, &e));
	put(w, "web.key", ctn_buf_view(&sealed), 0600);
	world_at(w, DUE);
	GO(&r, w, "web.crt");
	assert_why(only(&r), CTN_EKEY, "web.key is encrypted: nobody could give the new one its passphrase");
	assert_int_equal(lineage_n(w, m.id), 1);
}

static void
a_file_that_cannot_be_made_again_is_refused(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w), other = make(w, "db.internal.example");
	struct world *strange = NULL;

	world_at(w, DUE);
	put(w, "web.chain.crt", JOIN(w, m.leaf, other.leaf), 0644);
	r.id = m.id;
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_why(only(&r), CTN_EINPUT, "web.chain.crt: line 14: holds more than one certificate that is no CA's");
	assert_untouched(w, "web.crt", m.leaf);
	assert_int_equal(world_make((void **)&strange), 0);
	put(w, "web.crt", JOIN(w, m.leaf, make(strange, "web.internal.example").issuer), 0644);
	assert_int_equal(world_end((void **)&strange), 0);
	GO(&r, w, "web.crt");
	assert_why(only(&r), CTN_EINPUT, "which this home does not know: it would be lost");
	assert_int_equal(lineage_n(w, m.id), 1);
}

static void
a_key_that_another_certificate_has_too_is_not_replaced(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);

	replace_in_policy(w, "reuse: refuse", "reuse: allow");
	put(w, "k.key", m.key, 0600);
	assert_int_equal(system(ctn_arena_printf(w->a, "openssl req -new -key %s/k.key -subj /CN=x -out %s/k.csr 2>/dev/null", w->dir, w->dir)), 0);
	(void)make_for(w, "server", "twin.internal.example", file(w, "k.csr"));
	world_at(w, DUE);
	GO(&r, w, "web.crt");
	assert_why(only(&r), CTN_EKEY, "has the same key, which a new one would take away from it");
	assert_untouched(w, "web.key", m.key);
}

static void
a_folder_that_cannot_be_written_is_told_before_anything_is_issued(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);

	assert_int_equal(mkdir(in_dir(w, ".web.crt.catena-tmp"), 0700), 0);
	world_at(w, DUE);
	GO(&r, w, "web.crt");
	assert_why(only(&r), CTN_EFILE, ".web.crt.catena-tmp: Is a directory");
	assert_int_equal(lineage_n(w, m.id), 1);
	assert_untouched(w, "web.key", m.key);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)
	const struct CMUnitTest tests[] = {
		TEST(a_policy_that_forbids_it_is_the_reason_and_fills_no_log),
		TEST(a_halted_home_is_the_reason),
		TEST(without_its_key_nothing_is_issued),
		TEST(an_encrypted_key_is_refused),
		TEST(a_file_that_cannot_be_made_again_is_refused),
		TEST(a_key_that_another_certificate_has_too_is_not_replaced),
		TEST(a_folder_that_cannot_be_written_is_told_before_anything_is_issued),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
