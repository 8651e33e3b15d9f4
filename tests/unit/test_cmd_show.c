/* What is printed where: text, the one document, errors, exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "cmd/show.h"

/* Both streams caught in files while one show runs. */
struct caught {
	int out, err, was_out, was_err;
	char text[2048], errors[2048];
};

static int
scratch(void)
{
	char path[] = "/tmp/catena-show-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	return fd;
}

static void
begin(struct caught *c, struct show *s, bool json)
{
	fflush(stdout);
	*c = (struct caught){ scratch(), scratch(), dup(1), dup(2), "", "" };
	dup2(c->out, 1);
	dup2(c->err, 2);
	show_open(s, "catena thing");
	s->json = json;
}

static void
take(int fd, char text[2048])
{
	ssize_t n = pread(fd, text, 2047, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

static int
end(struct caught *c, struct show *s, int status)
{
	int got = show_close(s, status);

	fflush(stdout);
	dup2(c->was_out, 1);
	dup2(c->was_err, 2);
	close(c->was_out);
	close(c->was_err);
	take(c->out, c->text);
	take(c->err, c->errors);
	return got;
}

static void
a_result_has_both_forms(void **state)
{
	struct caught c;
	struct show s;

	(void)state;
	for (int json = 0; json < 2; json++) {
		begin(&c, &s, json == 1);
		show_field(&s, "serial", "Serial", "40ab");
		show_field(&s, "owner", "Owner", NULL);
		show_warn(&s, "no URL");
		assert_int_equal(end(&c, &s, 0), 0);
		assert_string_equal(c.errors, "catena thing: warning: no URL\n");
		assert_string_equal(c.text,
		    json == 1 ? "{\"ok\":true,\"serial\":\"40ab\",\"warnings\":[\"no URL\"]}\n"
			      : "Serial:           40ab\n");
	}
}

static void
a_failure_drops_what_was_written_and_tells_every_reason(void **state)
{
	struct ctn_err e = { CTN_EPOLICY, "policy server: no", "ask" };
	struct caught c;
	struct show s;

	(void)state;
	begin(&c, &s, true);
	show_field(&s, "serial", "Serial", "40ab");
	show_reason(&s, "names.dns", "outside", "policies/server.yaml", 14);
	show_reason(&s, "lifetime", "too long", NULL, 0);
	assert_int_equal(end(&c, &s, show_fail(&s, &e)), 1);
	assert_string_equal(c.text,
	    "{\"ok\":false,\"error\":{\"code\":\"policy\",\"text\":\"policy server: no\",\"hint\":\"ask\",\"reasons\":["
	    "{\"rule\":\"names.dns\",\"text\":\"outside\",\"file\":\"policies/server.yaml\",\"line\":14},"
	    "{\"rule\":\"lifetime\",\"text\":\"too long\"}]}}\n");
	assert_string_equal(c.errors, "catena thing: policy server: no\ntry: ask\n");
}

static void
an_empty_document_and_a_bad_answer_are_documents(void **state)
{
	struct caught c;
	struct show s;

	(void)state;
	begin(&c, &s, true);
	assert_int_equal(end(&c, &s, 0), 0);
	assert_string_equal(c.text, "{\"ok\":true}\n");
	begin(&c, &s, true);
	show_not_ok(&s);
	ctn_json_int(show_json(&s), "failed", 2);
	assert_int_equal(end(&c, &s, 1), 1);
	assert_string_equal(c.text, "{\"ok\":false,\"failed\":2}\n");
}

static void
quiet_says_nothing_but_errors(void **state)
{
	struct ctn_err e = { CTN_EFILE, "gone", "" };
	struct caught c;
	struct show s;

	(void)state;
	begin(&c, &s, false);
	s.quiet = true;
	show_warn(&s, "w");
	show_note(&s, "n");
	assert_int_equal(end(&c, &s, show_fail(&s, &e)), 3);
	assert_string_equal(c.errors, "catena thing: gone\n");
}

static void
a_table_is_aligned_by_characters(void **state)
{
	static const char *const headings[] = { "NAME", "STATUS" };
	static const char *const cells[] = { "\xc3\xa4\xc3\xb6.example", "valid", "b", NULL, "\033[1m", "x" };
	struct caught c;
	struct show s;

	(void)state;
	begin(&c, &s, false);
	show_table(&s, &(struct show_table){ 2, headings, cells, 3 });
	assert_int_equal(end(&c, &s, 0), 0);
	assert_non_null(strstr(c.text, "NAME        STATUS\n\xc3\xa4\xc3\xb6.example  valid\nb           -\n"));
	assert_null(strchr(c.text, '\033'));
}

static void
every_error_has_its_exit_status(void **state)
{
	static const int wanted[CTN_CODES] = { 0, 2, 2, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 75, 3, 3 };

	(void)state;
	for (int code = 0; code < CTN_CODES; code++)
		assert_int_equal(show_status((enum ctn_code)code), wanted[code]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_has_both_forms),
		cmocka_unit_test(a_failure_drops_what_was_written_and_tells_every_reason),
		cmocka_unit_test(an_empty_document_and_a_bad_answer_are_documents),
		cmocka_unit_test(quiet_says_nothing_but_errors),
		cmocka_unit_test(a_table_is_aligned_by_characters),
		cmocka_unit_test(every_error_has_its_exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
