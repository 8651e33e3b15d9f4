/* Certificates that are due are renewed into the files they are served from; whatever is cut short, a pair that fits is in place. */
#include "renewal_run.h"

/* ---- it works */

static void
look_at_new_files(struct world *w)
{
	assert_true(fits(w, "web.crt", "web.key"));
	assert_true(fits(w, "web.chain.crt", "web.key"));
	assert_int_equal(form_of(w, "web.crt").leaf->not_after, DUE + 90 * DAY - 1);
}

static void
what_is_due_gets_a_new_key_and_certificate_in_the_same_files(void **state)
{
	struct world *w = *state;
	struct run r = { .hook.look = look_at_new_files };
	struct made m = deploy(w);
	ctn_form form;

	if (geteuid() == 0)
		assert_int_equal(chown(in_dir(w, "web.key"), 0, 65534), 0);
	world_at(w, DUE);
	GO(&r, w, "web.chain.crt", "web.crt");
	assert_int_equal(r.hook.runs, 1);
	assert_int_equal(only(&r)->why.code, CTN_OK);
	assert_true(only(&r)->renewed && only(&r)->tried);
	assert_string_equal(only(&r)->item, ctn_arena_printf(w->a, "renewal:%s", in_dir(w, "web.chain.crt")));
	assert_string_equal(only(&r)->title, "web.internal.example");
	assert_int_equal(only(&r)->not_after, DUE + 90 * DAY - 1);
	assert_string_not_equal(only(&r)->old_serial, only(&r)->new_serial);
	look_at_new_files(w);
	assert_false(ctn_span_equal(file(w, "web.key"), m.key));
	form = form_of(w, "web.chain.crt");
	assert_int_equal(form.n, 2);
	assert_int_equal(form_of(w, "web.crt").n, 1);
	assert_true(ctn_span_equal(pem_of(w, form.parts[1].cert.der), m.issuer));
	assert_int_equal(seen(w, "web.key").st_mode & 0777, 0640);
	assert_int_equal(seen(w, "web.crt").st_mode & 0777, 0644);
	assert_int_equal(seen(w, "web.key").st_nlink, 1);
	if (geteuid() == 0)
		assert_int_equal(seen(w, "web.key").st_gid, 65534);
	assert_int_equal(dots(w), 0);
	assert_int_equal(lineage_n(w, m.id), 2);
	GO(&r, w, "web.chain.crt", "web.crt");
	assert_int_equal(r.n, 0);
	assert_int_equal(r.hook.runs, 1);
}

static void
what_is_not_due_or_not_wanted_is_left_alone(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);
	ctn_monitor_policy unwanted = { 0 };
	ctn_renewal_file f = { in_dir(w, "web.crt"), m.id };
	ctn_monitor_env env = { .ca = w->ca, .policy = &unwanted };

	world_at(w, NOW + 50 * DAY);
	GO(&r, w, "web.crt");
	assert_int_equal(r.n, 0);
	world_at(w, DUE);
	env.ca = w->ca;
	OK(ctn_monitor_renew(&r.results, &r.n, &env, &f, 1, &e));
	assert_int_equal(r.n, 0);
	assert_untouched(w, "web.crt", m.leaf);
}

static void
a_dry_run_only_says_what_is_due(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);

	w->env.read_only = true;
	world_at(w, DUE);
	GO(&r, w, "web.crt");
	w->env.read_only = false;
	assert_false(only(&r)->tried || only(&r)->renewed);
	assert_int_equal(only(&r)->not_after, NOW + 90 * DAY - 1);
	assert_untouched(w, "web.key", m.key);
	assert_int_equal(lineage_n(w, m.id), 1);
}

static void
with_key_same_only_certificates_are_rewritten(void **state)
{
	struct world *w = *state;
	struct run r = { .policy.renew.same_key = true };
	struct made m = deploy(w);
	struct stat before = seen(w, "web.key");

	world_at(w, DUE);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_true(only(&r)->renewed);
	assert_untouched(w, "web.key", m.key);
	assert_int_equal(seen(w, "web.key").st_ino, before.st_ino);
	look_at_new_files(w);
	assert_int_equal(dots(w), 0);
}

static void
a_file_with_all_in_one_keeps_its_order_and_what_else_is_in_it(void **state)
{
	static const enum ctn_form_kind order[] = { CTN_FORM_LEAF, CTN_FORM_KEY, CTN_FORM_CHAIN, CTN_FORM_ROOT, CTN_FORM_OTHER };
	ctn_span other = CTN_SPAN("-----BEGIN DH PARAMETERS-----\nMAYCAQsCAQI=\n-----END DH PARAMETERS-----\n");
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = make(w, "web.internal.example");
	ctn_form form;

	put(w, "all.pem", JOIN(w, CTN_SPAN("subject=old\n"), m.leaf, m.key, m.issuer, m.root, other), 0600);
	world_at(w, DUE);
	GO(&r, w, "all.pem");
	assert_true(only(&r)->renewed);
	assert_true(fits(w, "all.pem", "all.pem"));
	form = form_of(w, "all.pem");
	assert_int_equal(form.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(form.parts[i].kind, order[i]);
	assert_true(ctn_span_equal(form.parts[4].text, other));
	assert_memory_equal(file(w, "all.pem").p, "-----BEGIN", 10);
	assert_int_equal(seen(w, "all.pem").st_mode & 0777, 0600);
	assert_int_equal(dots(w), 0);
}

static void
a_certificate_and_key_in_der_stay_in_der(void **state)
{
	static const char *const certificate[] = { "CERTIFICATE", NULL }, *const key[] = { "PRIVATE KEY", NULL };
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = make(w, "web.internal.example");
	CTN_OWN_BUF crt = { 0 }, der = { .secret = true };

	OK(ctn_pem_one(&crt, m.leaf, certificate, &e));
	OK(ctn_pem_one(&der, m.key, key, &e));
	put(w, "web.der", ctn_buf_view(&crt), 0644);
	put(w, "web.key", ctn_buf_view(&der), 0600);
	world_at(w, DUE);
	GO(&r, w, "web.der");
	assert_true(only(&r)->renewed);
	assert_true(form_of(w, "web.der").der);
	assert_int_equal(file(w, "web.key").p[0], 0x30);
	assert_true(fits(w, "web.der", "web.key"));
}

static void
links_are_followed_into_the_folder_of_what_they_mean(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = make(w, "web.internal.example");
	char to[64];

	assert_int_equal(mkdir(in_dir(w, "archive"), 0700), 0);
	assert_int_equal(mkdir(in_dir(w, "live"), 0700), 0);
	put(w, "archive/cert1.pem", m.leaf, 0644);
	put(w, "archive/privkey1.pem", m.key, 0600);
	assert_int_equal(symlink("../archive/cert1.pem", in_dir(w, "live/cert.pem")), 0);
	assert_int_equal(symlink("../archive/privkey1.pem", in_dir(w, "live/privkey.pem")), 0);
	world_at(w, DUE);
	GO(&r, w, "live/cert.pem", "archive/cert1.pem");
	assert_true(only(&r)->renewed);
	assert_true(fits(w, "live/cert.pem", "live/privkey.pem"));
	assert_true(readlink(in_dir(w, "live/cert.pem"), to, sizeof to) > 0);
	assert_false(ctn_span_equal(file(w, "archive/privkey1.pem"), m.key));
}

static void
the_hook_runs_once_for_all_of_them(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };

	(void)deploy(w);
	struct made m = make(w, "db.internal.example");
	put(w, "db.crt", m.leaf, 0644);
	put(w, "db-key.pem", m.key, 0600);
	world_at(w, DUE);
	GO(&r, w, "db.crt", "web.crt", "web.chain.crt");
	assert_int_equal(r.n, 2);
	assert_true(r.results[0].renewed && r.results[1].renewed);
	assert_int_equal(r.hook.runs, 1);
	assert_true(fits(w, "db.crt", "db-key.pem"));
	assert_true(fits(w, "web.crt", "web.key"));
}

/* ---- the hook fails */

static void
when_the_hook_fails_the_old_files_are_back(void **state)
{
	struct world *w = *state;
	struct run r = { .hook = { .status = 1, .look = look_at_new_files } };
	struct made m = deploy(w);
	struct stat key = seen(w, "web.key"), crt = seen(w, "web.crt");

	world_at(w, DUE);
	GO(&r, w, "web.chain.crt", "web.crt");
	assert_why(only(&r), CTN_EFILE, "renew.hook reload ended with status 1: it said so; the old files are back in place, the new ones wait beside them");
	assert_non_null(only(&r)->new_serial);
	assert_int_equal(only(&r)->not_after, NOW + 90 * DAY - 1);
	assert_untouched(w, "web.key", m.key);
	assert_untouched(w, "web.crt", m.leaf);
	assert_untouched(w, "web.chain.crt", JOIN(w, m.leaf, m.issuer));
	assert_int_equal(seen(w, "web.key").st_ino, key.st_ino);
	assert_int_equal(seen(w, "web.crt").st_ino, crt.st_ino);
	assert_int_equal(seen(w, "web.key").st_nlink, 1);
	assert_int_equal(dots(w), 3);
	assert_int_equal(seen(w, ".web.key.catena-new").st_mode & 0777, 0640);
}

static void
a_hook_that_fails_again_and_again_gets_the_same_certificate(void **state)
{
	struct world *w = *state;
	struct run r = { .hook.status = 1 };
	struct made m = deploy(w);
	char *first;

	world_at(w, DUE);
	GO(&r, w, "web.chain.crt", "web.crt");
	first = ctn_arena_text(w->a, only(&r)->new_serial);
	for (int i = 1; i <= 3; i++) {
		world_at(w, DUE + i * 3600);
		GO(&r, w, "web.chain.crt", "web.crt");
		assert_why(only(&r), CTN_EFILE, "renew.hook reload ended with status 1");
		assert_string_equal(only(&r)->new_serial, first);
	}
	assert_int_equal(r.hook.runs, 4);
	assert_int_equal(lineage_n(w, m.id), 2);
	r.hook.status = 0;
	world_at(w, DUE + 5 * 3600);
	GO(&r, w, "web.chain.crt", "web.crt");
	assert_true(only(&r)->renewed);
	assert_string_equal(only(&r)->new_serial, first);
	look_at_new_files(w);
	assert_int_equal(dots(w), 0);
	assert_int_equal(lineage_n(w, m.id), 2);
}

static void
one_that_waited_until_it_is_due_itself_is_replaced(void **state)
{
	struct world *w = *state;
	struct run r = { .hook.status = 1 };
	struct made m = deploy(w);

	world_at(w, DUE);
	GO(&r, w, "web.crt", "web.chain.crt");
	r.hook.status = 0;
	world_at(w, DUE + 70 * DAY);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_true(only(&r)->renewed);
	assert_int_equal(lineage_n(w, m.id), 3);
	assert_int_equal(form_of(w, "web.crt").leaf->not_after, DUE + 160 * DAY - 1);
	assert_true(fits(w, "web.crt", "web.key") && fits(w, "web.chain.crt", "web.key"));
}

/* ---- cut short */

static void
crash_in_the_hook(struct world *w, bool same_key)
{
	struct run r = { .hook.crash = true, .policy.renew.same_key = same_key };
	int status;
	pid_t pid;

	world_close(w);
	pid = fork();
	if (pid == 0) {
		world_open(w);
		GO(&r, w, "web.crt", "web.chain.crt");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 9);
	world_open(w);
}

static void
a_run_that_ended_in_the_hook_is_ended_by_the_next(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);

	world_at(w, DUE);
	crash_in_the_hook(w, false);
	look_at_new_files(w);
	assert_int_equal(dots(w), 3);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_true(only(&r)->renewed);
	assert_int_equal(r.hook.runs, 1);
	assert_int_equal(lineage_n(w, m.id), 2);
	look_at_new_files(w);
	assert_int_equal(dots(w), 0);
}

/* The hook had succeeded: of the old files one, two or none is gone. */
static void
a_run_that_ended_behind_its_hook_only_lets_the_old_files_go(void **state)
{
	static const char *const gone[] = { ".web.key.catena-old", ".web.crt.catena-old" };
	struct world *w = *state;
	struct run r = { .hook.status = 1 };
	struct made m = deploy(w);

	world_at(w, DUE);
	for (int n = 1; n <= 2; n++) {
		crash_in_the_hook(w, false);
		for (int i = 0; i < n; i++)
			assert_int_equal(unlink(in_dir(w, gone[i])), 0);
		GO(&r, w, "web.crt", "web.chain.crt");
		assert_true(only(&r)->renewed);
		assert_int_equal(only(&r)->not_after, w->now_s + 90 * DAY - 1);
		assert_int_equal(r.hook.runs, 0);
		assert_true(fits(w, "web.crt", "web.key") && fits(w, "web.chain.crt", "web.key"));
		assert_int_equal(dots(w), 0);
		assert_int_equal(lineage_n(w, m.id), 1 + (size_t)n);
		world_at(w, DUE + 70 * DAY);
	}
}

/* Key new, certificates old; or the other way round: as a kill between two renames leaves it. */
static void
a_pair_that_does_not_fit_is_mended_by_the_next_run(void **state)
{
	static const char *const torn[] = { "web.key", "web.crt", "web.chain.crt" };
	struct world *w = *state;
	struct made m = deploy(w);

	world_at(w, DUE);
	for (int i = 0; i < 3; i++) {
		struct run r = { .hook.status = 1 };

		crash_in_the_hook(w, false);
		for (int k = 0; k < 3; k++)
			if (k != i) { /* these two were not replaced yet */
				char *now = in_dir(w, torn[k]), *old = in_dir(w, ctn_arena_printf(w->a, ".%s.catena-old", torn[k]));

				assert_int_equal(rename(now, in_dir(w, ctn_arena_printf(w->a, ".%s.catena-new", torn[k]))), 0);
				assert_int_equal(link(old, now), 0);
			}
		assert_false(fits(w, "web.crt", "web.key") && fits(w, "web.chain.crt", "web.key"));
		GO(&r, w, "web.crt", "web.chain.crt");
		assert_why(only(&r), CTN_EFILE, "renew.hook reload ended with status 1");
		assert_untouched(w, "web.key", m.key);
		assert_untouched(w, "web.crt", m.leaf);
		assert_int_equal(dots(w), 3);
		assert_int_equal(lineage_n(w, m.id), 2);
	}
}

static void
a_certificate_whose_files_were_never_written_is_found_by_the_key_that_waits(void **state)
{
	struct world *w = *state;
	struct run r = { .hook.status = 1 };
	struct made m = deploy(w);

	world_at(w, DUE);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_int_equal(unlink(in_dir(w, ".web.crt.catena-new")), 0);
	assert_int_equal(unlink(in_dir(w, ".web.chain.crt.catena-new")), 0);
	r.hook.status = 0;
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_true(only(&r)->renewed);
	assert_int_equal(lineage_n(w, m.id), 2);
	look_at_new_files(w);
}

static void
with_key_same_a_recorded_certificate_is_put_in_place_later(void **state)
{
	struct world *w = *state;
	struct run r = { .policy.renew.same_key = true };
	struct made m = deploy(w);
	ctn_renew_args args = { .certificate_id = m.id };
	ctn_issued issued;

	world_at(w, DUE);
	OK(ctn_ca_renew(&issued, w->ca, &args, &e));
	ctn_issued_free(&issued);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_true(only(&r)->renewed);
	assert_int_equal(lineage_n(w, m.id), 2);
	look_at_new_files(w);
}

static void
what_somebody_else_rekeyed_into_other_files_is_left_to_him(void **state)
{
	struct world *w = *state;
	struct run r = { 0 };
	struct made m = deploy(w);
	ctn_renew_args args = { .certificate_id = m.id, .rekey = true };
	ctn_issued issued;

	world_at(w, DUE);
	OK(ctn_ca_renew(&issued, w->ca, &args, &e));
	ctn_issued_free(&issued);
	GO(&r, w, "web.crt", "web.chain.crt");
	assert_int_equal(r.n, 0);
	assert_untouched(w, "web.crt", m.leaf);
	assert_int_equal(dots(w), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_make, world_end)
	const struct CMUnitTest tests[] = {
		TEST(what_is_due_gets_a_new_key_and_certificate_in_the_same_files),
		TEST(what_is_not_due_or_not_wanted_is_left_alone),
		TEST(a_dry_run_only_says_what_is_due),
		TEST(with_key_same_only_certificates_are_rewritten),
		TEST(a_file_with_all_in_one_keeps_its_order_and_what_else_is_in_it),
		TEST(a_certificate_and_key_in_der_stay_in_der),
		TEST(links_are_followed_into_the_folder_of_what_they_mean),
		TEST(the_hook_runs_once_for_all_of_them),
		TEST(when_the_hook_fails_the_old_files_are_back),
		TEST(a_hook_that_fails_again_and_again_gets_the_same_certificate),
		TEST(one_that_waited_until_it_is_due_itself_is_replaced),
		TEST(a_run_that_ended_in_the_hook_is_ended_by_the_next),
		TEST(a_run_that_ended_behind_its_hook_only_lets_the_old_files_go),
		TEST(a_pair_that_does_not_fit_is_mended_by_the_next_run),
		TEST(a_certificate_whose_files_were_never_written_is_found_by_the_key_that_waits),
		TEST(with_key_same_a_recorded_certificate_is_put_in_place_later),
		TEST(what_somebody_else_rekeyed_into_other_files_is_left_to_him),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
