/* Channels: how often a webhook is tried and after which pause, what commands and syslog are given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

#include "monitor/channel.h"

/* What the world does, and what it saw. */
static struct world {
	unsigned status[4];      /* of each try; 0: the network fails */
	int64_t retry_after_s;
	unsigned tries;
	int64_t waited_ms[4];
	unsigned waits;
	char key[64], type[64], body[4096];
	ctn_command_end end;
	bool cannot_start;
	char ran[64], input[4096];
	int64_t timeout_s;
	char facility[32], line[1024];
	int level;
} w;

static bool
fake_fetch(ctn_net_answer *out, const ctn_net_request *r, struct ctn_err *e)
{
	unsigned status = w.status[w.tries < 3 ? w.tries : 3];

	w.tries++;
	snprintf(w.type, sizeof w.type, "%s", r->headers[0]);
	snprintf(w.key, sizeof w.key, "%s", r->headers[1]);
	snprintf(w.body, sizeof w.body, "%.*s", (int)r->body.n, (const char *)r->body.p);
	assert_int_equal(r->answer_max, 0);
	if (status == 0)
		return ctn_fail(e, CTN_ENETWORK, "hooks.internal.example:443: could not connect");
	*out = (ctn_net_answer){ .status = status, .retry_after_s = w.retry_after_s };
	return true;
}

static bool
fake_send(const ctn_net_mail *mail, struct ctn_err *e)
{
	(void)mail;
	return ctn_fail(e, CTN_ENETWORK, "no mail here");
}

static void
fake_wait(void *ctx, int64_t ms)
{
	(void)ctx;
	w.waited_ms[w.waits++] = ms;
}

static bool
fake_command(void *ctx, ctn_command_end *end, const char *const *argv, ctn_span input, int64_t timeout_s, struct ctn_err *e)
{
	(void)ctx;
	snprintf(w.ran, sizeof w.ran, "%s", argv[0]);
	snprintf(w.input, sizeof w.input, "%.*s", (int)input.n, (const char *)input.p);
	w.timeout_s = timeout_s;
	*end = w.end;
	return !w.cannot_start || ctn_fail(e, CTN_EFILE, "page: No such file or directory");
}

static void
fake_syslog(void *ctx, const char *facility, int level, const char *line)
{
	(void)ctx;
	snprintf(w.facility, sizeof w.facility, "%s", facility);
	snprintf(w.line, sizeof w.line, "%s", line);
	w.level = level;
}

static const ctn_net_api net = { .version = "-", .fetch = fake_fetch, .send = fake_send };
static const ctn_monitor_env env = { .net = &net, .command = fake_command, .to_syslog = fake_syslog, .wait = fake_wait };
static const char *page[] = { "/usr/local/bin/page", "--stdin", NULL };
static const ctn_channel webhook = { .kind = CTN_CHANNEL_WEBHOOK, .webhook = { .url = "https://hooks.internal.example/secret-path" } };
static const ctn_channel command = { .kind = CTN_CHANNEL_COMMAND, .command = { .argv = page, .timeout_s = 30 } };
static const ctn_channel system_log = { .kind = CTN_CHANNEL_SYSLOG, .syslog = { .facility = "daemon" } };

static int
begin(void **state)
{
	(void)state;
	w = (struct world){ .status = { 200, 200, 200, 200 } };
	return 0;
}

static bool
tell(const ctn_monitor_env *with, const ctn_channel *channel, const char *stage, struct ctn_err *e)
{
	ctn_report_item item = { .item = "home:leaf:4af1", .title = "web.internal.example", .kind = "certificate", .state = CTN_REPORT_CRITICAL,
		.stage = stage, .reason = "expires in 2 days" };
	ctn_report_event event = { .id = "n-1", .stage = stage, .at_s = 1767052800, .items = &item, .items_n = 1, .total = 1 };
	CTN_OWN_BUF message = { 0 };

	assert_true(ctn_channel_compose(&message, channel, &event, e));
	return ctn_channel_deliver(with, channel, "n-1", ctn_buf_view(&message), e);
}

static void
a_webhook_gets_the_event_with_its_key(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(tell(&env, &webhook, "critical", &e));
	assert_int_equal(w.tries, 1);
	assert_int_equal(w.waits, 0);
	assert_string_equal(w.type, "Content-Type: application/json");
	assert_string_equal(w.key, "Idempotency-Key: n-1");
	assert_non_null(strstr(w.body, "\"id\":\"n-1\""));
}

static void
pauses_grow_between_three_tries(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	w.status[0] = w.status[1] = w.status[2] = w.status[3] = 0;
	assert_false(tell(&env, &webhook, "critical", &e));
	assert_int_equal(e.code, CTN_ENETWORK);
	assert_int_equal(w.tries, 3);
	assert_int_equal(w.waits, 2);
	assert_int_equal(w.waited_ms[0], 1000);
	assert_int_equal(w.waited_ms[1], 4000);
}

static void
only_what_may_be_mended_is_tried_again(void **state)
{
	static const struct {
		unsigned status, tries;
	} cases[] = { { 200, 1 }, { 204, 1 }, { 299, 1 }, { 300, 1 }, { 400, 1 }, { 401, 1 }, { 407, 1 }, { 408, 3 }, { 409, 1 }, { 428, 1 },
		{ 429, 3 }, { 430, 1 }, { 499, 1 }, { 500, 3 }, { 502, 3 }, { 599, 3 } };
	struct ctn_err e = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(state);
		for (size_t k = 0; k < 4; k++)
			w.status[k] = cases[i].status;
		assert_int_equal(tell(&env, &webhook, "critical", &e), cases[i].status < 300);
		assert_int_equal(w.tries, cases[i].tries);
	}
}

static void
a_pause_that_is_asked_for_is_kept_if_it_is_short(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	w.status[0] = 503;
	w.retry_after_s = 30;
	assert_true(tell(&env, &webhook, "critical", &e));
	assert_int_equal(w.waited_ms[0], 30000);
	begin(NULL);
	w.status[0] = 503;
	w.retry_after_s = 31;
	assert_false(tell(&env, &webhook, "critical", &e));
	assert_int_equal(w.tries, 1);
	assert_int_equal(w.waits, 0);
}

static void
a_refusal_shows_the_host_and_not_the_path(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	w.status[0] = 308;
	assert_false(tell(&env, &webhook, "critical", &e));
	assert_string_equal(e.text, "hooks.internal.example: it answered with HTTP status 308");
	assert_string_equal(e.hint, "redirects are not followed: write the URL that it leads to");
}

static void
without_libcatena_net_nothing_is_sent_and_the_next_run_tries_again(void **state)
{
	ctn_monitor_env bare = { 0 };
	struct ctn_err e = { 0 };

	(void)state;
	assert_false(tell(&bare, &webhook, "critical", &e));
	assert_string_equal(e.text, "libcatena-net is not there, and nothing is sent without it");
	assert_false(tell(&bare, &command, "critical", &e));
	assert_string_equal(e.text, "/usr/local/bin/page: no commands are run here");
	assert_false(tell(&bare, &system_log, "critical", &e));
	assert_string_equal(e.text, "syslog is not written to here");
}

static void
a_command_gets_one_line_of_json(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	assert_true(tell(&env, &command, "warning", &e));
	assert_string_equal(w.ran, "/usr/local/bin/page");
	assert_int_equal(w.timeout_s, 30);
	assert_int_equal(w.input[0], '{');
	assert_ptr_equal(strchr(w.input, '\n'), w.input + strlen(w.input) - 1);
}

static void
a_command_that_fails_says_how(void **state)
{
	struct ctn_err e = { 0 };

	(void)state;
	w.end = (ctn_command_end){ .status = 3, .said = "no pager" };
	assert_false(tell(&env, &command, "warning", &e));
	assert_int_equal(e.code, CTN_EFILE);
	assert_string_equal(e.text, "/usr/local/bin/page: exit status 3: no pager");
	w.end = (ctn_command_end){ .status = 137, .timed_out = true };
	assert_false(tell(&env, &command, "warning", &e));
	assert_string_equal(e.text, "/usr/local/bin/page: not done after 30 s, so it was ended");
	w.cannot_start = true;
	assert_false(tell(&env, &command, "warning", &e));
	assert_string_equal(e.text, "page: No such file or directory");
}

static void
syslog_gets_a_line_of_the_stages_level(void **state)
{
	static const struct {
		const char *stage;
		int level;
	} cases[] = { { "warning", LOG_WARNING }, { "unreachable", LOG_WARNING }, { "critical", LOG_CRIT }, { "expired", LOG_CRIT },
		{ "recovered", LOG_NOTICE } };
	struct ctn_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(tell(&env, &system_log, cases[i].stage, &e));
		assert_string_equal(w.facility, "daemon");
		assert_int_equal(w.level, cases[i].level);
		assert_true(w.line[0] != '<');
		assert_non_null(strstr(w.line, "web.internal.example"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_webhook_gets_the_event_with_its_key, begin),
		cmocka_unit_test_setup(pauses_grow_between_three_tries, begin),
		cmocka_unit_test_setup(only_what_may_be_mended_is_tried_again, begin),
		cmocka_unit_test_setup(a_pause_that_is_asked_for_is_kept_if_it_is_short, begin),
		cmocka_unit_test_setup(a_refusal_shows_the_host_and_not_the_path, begin),
		cmocka_unit_test_setup(without_libcatena_net_nothing_is_sent_and_the_next_run_tries_again, begin),
		cmocka_unit_test_setup(a_command_gets_one_line_of_json, begin),
		cmocka_unit_test_setup(a_command_that_fails_says_how, begin),
		cmocka_unit_test_setup(syslog_gets_a_line_of_the_stages_level, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
