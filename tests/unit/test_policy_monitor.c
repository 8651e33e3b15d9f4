/* monitor.yaml: what it says, what it says when it says nothing, and every error with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "policy/monitor.h"

#define DAY_S INT64_C(86400)

struct world {
	ctn_arena *arena;
	ctn_monitor_policy p;
	ctn_policy_errors errors;
};

static void
load(struct world *w, const char *text)
{
	const ctn_policy_file file = { .name = "monitor.yaml", .shown = "policies/monitor.yaml", .text = ctn_span_text(text) };
	struct ctn_err e = { 0 };

	*w = (struct world){ .arena = ctn_arena_open(0) };
	assert_non_null(w->arena);
	assert_true(ctn_monitor_policy_parse(&w->p, &w->errors, &file, w->arena, &e));
}

static void
end(struct world *w)
{
	ctn_arena_close(w->arena);
}

#define MAIL "email: a@a.test, from: b@a.test, smtp: \"smtp://m.a.test\""

static const struct refusal {
	const char *text, *error;
} refusals[] = {
	{ "watsh: []\n", "1:1 unknown key 'watsh' | did you mean 'watch'?" },
	{ "repeat: 30s\n", "1:9 repeat: '30s' is less than 1m" },
	{ "thresholds: { warning: 25 }\n", "1:24 thresholds.warning: '25' is no share of the lifetime | as in 25%; a time is warning_max and critical_max" },
	{ "thresholds: { warning: 100% }\n", "1:24 thresholds.warning: '100' is outside 1 to 99" },
	{ "thresholds: { warning_max: 30 }\n", "1:28 thresholds.warning_max: '30' is not a duration: expected a number and one of s m h d w y, as in 90d" },
	{ "thresholds: { warning: 5% }\n", "1:13 thresholds: critical (10%) is over warning (5%) | a warning comes first" },
	{ "thresholds: { warning_max: 1d }\n", "1:13 thresholds: critical_max is over warning_max | a warning comes first" },
	{ "watch: []\n", "1:8 watch: nothing is watched | - home: all" },
	{ "watch: { home: all }\n", "1:8 watch: must be a list, not a map" },
	{ "watch: [ { home: some } ]\n", "1:18 watch.home: everything in the home is watched, or nothing | there is all" },
	{ "watch: [ { home: all }, { home: all } ]\n", "1:8 watch: home stands in it 2 times" },
	{ "watch: [ { home: all, tls: [a.test:443] } ]\n", "1:10 watch: an entry is one of home, files, tls | begin each with '-'" },
	{ "watch: [ { file: [/a] } ]\n", "1:12 watch: unknown key 'file' | did you mean 'files'?" },
	{ "watch: [ { files: [] } ]\n", "1:19 watch.files: nothing stands in it" },
	{ "watch: [ { files: [tls/*.crt] } ]\n", "1:20 watch.files: 'tls/*.crt' is a relative path | write the whole path, from / on" },
	{ "notify: [ {} ]\n", "1:11 notify: does not say how to tell | there are email, webhook, command, syslog" },
	{ "notify: [ { emial: a@a.test } ]\n", "1:11 notify: does not say how to tell | did you mean 'email'?" },
	{ "notify: [ { command: [x], syslog: daemon } ]\n", "1:11 notify: an entry is of one kind: begin another with '-' | did you mean 'command'?" },
	{ "notify: [ { email: a@a.test, from: b@a.test } ]\n", "1:11 notify: key 'smtp' is missing" },
	{ "notify: [ { email: nobody, from: b@a.test, smtp: \"smtp://m\" } ]\n", "1:20 notify.email: not an e-mail address: 'nobody': no @" },
	{ "notify: [ { email: [], from: b@a.test, smtp: \"smtp://m\" } ]\n", "1:20 notify.email: names nobody" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: m.a.test } ]\n", "1:52 notify.smtp: 'm.a.test': not an absolute URI: no scheme and colon at its start" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"http://m\" } ]\n", "1:52 notify.smtp: 'http://m' is neither smtp://HOST nor smtps://HOST" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp://u:p@m\" } ]\n", "1:52 notify.smtp: 'm' has a user or fragment in it | users, passwords and tokens have keys of their own" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp://m/x\" } ]\n", "1:52 notify.smtp: 'smtp://m/x' has more than host and port | as in smtp://mail.internal.example:587" },
	{ "notify: [ { " MAIL ", password: x } ]\n", "1:81 notify.password: a password never stands in a policy: put it into a file and name it with password_file" },
	{ "notify: [ { " MAIL ", user: x } ]\n", "1:11 notify: user and password_file belong together" },
	{ "notify: [ { " MAIL ", tls: none, user: x, password_file: /p } ]\n", "1:11 notify: the password would go over the network in the clear | remove tls: none" },
	{ "notify: [ { " MAIL ", ca_file: ca.crt } ]\n", "1:80 notify.ca_file: 'ca.crt' is a relative path | write the whole path, from / on" },
	{ "notify: [ { " MAIL ", stages: [worning] } ]\n", "1:80 notify.stages: 'worning' is no stage | did you mean 'warning'?" },
	{ "notify: [ { " MAIL ", stages: [] } ]\n", "1:79 notify.stages: no stage is told at all | remove the key: then every stage is told" },
	{ "notify: [ { webhook: \"ftp://a.test\" } ]\n", "1:22 notify.webhook: 'ftp://a.test' is neither http://HOST nor https://HOST" },
	{ "notify: [ { webhook: \"https://a.test\", format: xml } ]\n", "1:48 notify.format: 'xml' is no word for it | there are json, slack" },
	{ "notify: [ { webhook: \"https://a.test\", headers: { A: b } } ]\n", "1:49 notify.headers: a header may be a secret: put its value into a file, header_files: { NAME: FILE }" },
	{ "notify: [ { webhook: \"https://a.test\", header_files: { \"a b\": /f } } ]\n", "1:63 notify.header_files.a b: 'a b' cannot be the name of a header (RFC 9110 5.1)" },
	{ "notify: [ { webhook: \"http://a.test\", header_files: { A: /f } } ]\n", "1:11 notify: header_files: what stands in them would go over the network in the clear | https://" },
	{ "notify: [ { command: [] } ]\n", "1:22 notify.command: no command stands in it | the program and its arguments, as in [systemctl, reload, nginx]" },
	{ "notify: [ { command: page } ]\n", "1:22 notify.command: must be a list, not text" },
	{ "notify: [ { command: [page], timeout: 1h } ]\n", "1:39 notify.timeout: '1h' is more than 10m" },
	{ "thresholds: { warning: [] }\n", "1:24 thresholds.warning: must be text, not a list" },
	{ "watch: [ x ]\n", "1:10 watch: must be a map, not text" },
	{ "watch: [ { home: [] } ]\n", "1:18 watch.home: must be text, not a list" },
	{ "watch: [ { files: x } ]\n", "1:19 watch.files: must be a list, not text" },
	{ "notify: {}\n", "1:9 notify: must be a list, not a map" },
	{ "notify: [ x ]\n", "1:11 notify: must be a map, not text" },
	{ "notify: [ { " MAIL ", ca_file: [] } ]\n", "1:80 notify.ca_file: must be text, not a list" },
	{ "notify: [ { " MAIL ", stages: warning } ]\n", "1:79 notify.stages: must be a list, not text" },
	{ "notify: [ { " MAIL ", password_file: /p } ]\n", "1:11 notify: user and password_file belong together" },
	{ "notify: [ { email: a@a.test, from: [], smtp: \"smtp://m\" } ]\n", "1:36 notify.from: must be text, not a list" },
	{ "notify: [ { email: a@a.test, from: nobody, smtp: \"smtp://m\" } ]\n", "1:36 notify.from: not an e-mail address: 'nobody': no @" },
	{ "notify: [ { email: {}, from: b@a.test, smtp: \"smtp://m\" } ]\n", "1:20 notify.email: must be text, not a map" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: [] } ]\n", "1:52 notify.smtp: must be text, not a list" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp:m\" } ]\n", "1:52 notify.smtp: 'smtp:m' is neither smtp://HOST nor smtps://HOST" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp://m#f\" } ]\n", "1:52 notify.smtp: 'm' has a user or fragment in it | users, passwords and tokens have keys of their own" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp://m?q\" } ]\n", "1:52 notify.smtp: 'smtp://m?q' has more than host and port | as in smtp://mail.internal.example:587" },
	{ "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtps://m\", tls: none } ]\n", "1:11 notify: smtps:// without TLS | smtp://, or no tls: none" },
	{ "notify: [ { webhook: \"https://a.test\", header_files: [] } ]\n", "1:54 notify.header_files: must be a map, not a list" },
	{ "notify: [ { webhook: \"https://a.test\", header_files: { A: f } } ]\n", "1:59 notify.header_files.A: 'f' is a relative path | write the whole path, from / on" },
	{ "outputs: { html: [] }\n", "1:18 outputs.html: must be text, not a list" },
	{ "outputs: { html: .a }\n", "1:18 outputs.html: '.a' is where the home keeps its own | public/NAME is HOME/public/NAME; or write the whole path, from / on" },
	{ "outputs: { html: /.. }\n", "1:18 outputs.html: '/..' names no file" },
	{ "outputs: { html: a/.. }\n", "1:18 outputs.html: 'a/..' names no file" },
	{ "outputs: { html: catena.db }\n", "1:18 outputs.html: 'catena.db' is where the home keeps its own | public/NAME is HOME/public/NAME; or write the whole path, from / on" },
	{ "notify: [ { syslog: deamon } ]\n", "1:21 notify.syslog: 'deamon' is no word for it | did you mean 'daemon'?" },
	{ "notify: [ { syslog: daemon }, { syslog: daemon } ]\n", "1:31 notify: two channels are called 'syslog:daemon', the other in line 1 | give one of them a name: key of its own" },
	{ "renew: { key: old }\n", "1:15 renew.key: 'old' is no word for it | there are new, same" },
	{ "renew: { hook: [] }\n", "1:16 renew.hook: no command stands in it | the program and its arguments, as in [systemctl, reload, nginx]" },
	{ "outputs: { prometheus: /a/ }\n", "1:24 outputs.prometheus: '/a/' names no file" },
	{ "outputs: { html: keys/a }\n", "1:18 outputs.html: 'keys/a' is where the home keeps its own | public/NAME is HOME/public/NAME; or write the whole path, from / on" },
	{ "outputs: { html: public/../keys/a }\n", "1:18 outputs.html: 'public/../keys/a' names no file" },
	{ "notify: { syslog: user }\n", "1:9 notify: must be a list, not a map" },
	{ "notify: [ { webhook: \"https://a.test\", header_files: [A] } ]\n", "1:54 notify.header_files: must be a map, not a list" },
	{ "notify: [\n", "2:1 not YAML: did not find expected node content while parsing a flow node | a value is missing here, or a text that begins with a special character is not quoted" },
	{ "outputs: { csv: /a }\n", "1:12 outputs: unknown key 'csv' | there are prometheus, ics, html" },
};

static void
every_error_says_what_where_and_what_to_do(void **state)
{
	char got[1400];
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		load(&w, refusals[i].text);
		if (w.errors.n != 1)
			fail_msg("%zu errors: %s", w.errors.n, refusals[i].text);
		(void)snprintf(got, sizeof(got), "%u:%u %s%s%s", w.errors.at[0].where.line, w.errors.at[0].where.column, w.errors.at[0].text,
		    w.errors.at[0].hint == NULL ? "" : " | ", w.errors.at[0].hint == NULL ? "" : w.errors.at[0].hint);
		assert_string_equal(got, refusals[i].error);
		end(&w);
	}
}

static void
all_errors_of_a_file_come_at_once(void **state)
{
	struct world w;

	(void)state;
	load(&w, "thresholds: { warning: x }\n"
	         "watch:\n  - files: [a, b]\n  - tls: [\"a.test\"]\n"
	         "notify:\n  - { syslog: x }\n  - { webhook: y }\n");
	assert_int_equal(w.errors.n, 6);
	assert_int_equal(w.errors.at[3].where.line, 4);
	assert_int_equal(w.errors.at[5].where.line, 7);
	assert_string_equal(w.errors.at[5].where.file, "policies/monitor.yaml");
	end(&w);
}

static void
without_a_file_the_home_is_watched_and_nobody_is_told(void **state)
{
	struct ctn_err e = { 0 };
	struct world w = { .arena = ctn_arena_open(0) };

	(void)state;
	assert_true(ctn_monitor_policy_parse(&w.p, &w.errors, NULL, w.arena, &e));
	assert_null(w.p.file);
	assert_int_equal(w.p.watch_n, 1);
	assert_int_equal(w.p.watch[0].kind, CTN_WATCH_HOME);
	assert_int_equal(w.p.channels_n, 0);
	assert_int_equal(w.p.thresholds.warning_percent, 25);
	assert_int_equal(w.p.thresholds.critical_percent, 10);
	assert_int_equal(w.p.thresholds.warning_max_s, 30 * DAY_S);
	assert_int_equal(w.p.thresholds.critical_max_s, 14 * DAY_S);
	assert_int_equal(w.p.repeat_s, 7 * DAY_S);
	assert_false(w.p.renew.wanted);
	assert_null(w.p.outputs.html);
	end(&w);
}

static void
a_file_without_watch_watches_the_home_and_one_with_it_what_it_says(void **state)
{
	struct world w;

	(void)state;
	load(&w, "repeat: 1d\n");
	assert_int_equal(w.errors.n, 0);
	assert_int_equal(w.p.watch_n, 1);
	assert_int_equal(w.p.watch[0].kind, CTN_WATCH_HOME);
	end(&w);
	load(&w, "watch:\n  - files: [\"/a/*.crt\", /b.pem]\n  - tls: [\"a.test:443\"]\n");
	assert_int_equal(w.errors.n, 0);
	assert_int_equal(w.p.watch_n, 2);
	assert_int_equal(w.p.watch[0].kind, CTN_WATCH_FILES);
	assert_int_equal(w.p.watch[0].what_n, 2);
	assert_string_equal(w.p.watch[0].what[1], "/b.pem");
	assert_null(w.p.watch[0].what[2]);
	assert_int_equal(w.p.watch[0].where[1].line, 2);
	assert_int_equal(w.p.watch[1].kind, CTN_WATCH_TLS);
	end(&w);
}

static void
channels_are_read_whole(void **state)
{
	const ctn_channel *c;
	struct world w;

	(void)state;
	load(&w, "notify:\n"
	         "  - { email: [ops@A.test, dev@a.test], from: pki@a.test, smtp: \"smtps://m.a.test:465\", user: pki, password_file: /p,\n"
	         "      ca_file: /ca, stages: [critical, recovered] }\n"
	         "  - { webhook: \"https://h.a.test/x\", format: slack, header_files: { X-Key: /k }, name: chat, stages: [warning] }\n"
	         "  - { command: [page, --stdin], timeout: 5s }\n"
	         "  - { syslog: local3 }\n"
	         "  - { webhook: \"https://hooks.internal.example/pki\" }\n"
	         "  - { webhook: \"http://localhost:8080\" }\n");
	if (w.errors.n > 0)
		fail_msg("%s", w.errors.at[0].text);
	assert_int_equal(w.p.channels_n, 6);
	c = w.p.channels;
	assert_string_equal(c[0].name, "email:ops@a.test");
	assert_string_equal(c[4].name, "webhook:hooks.internal.example/b6ff1ef2"); /* SHA-256 of the URL begins so */
	assert_string_equal(c[5].name, "webhook:localhost:8080");
	assert_string_equal(c[0].email.to[1], "dev@a.test");
	assert_null(c[0].email.to[2]);
	assert_string_equal(c[0].email.smtp, "smtps://m.a.test:465");
	assert_string_equal(c[0].email.password_file, "/p");
	assert_string_equal(c[0].email.ca_file, "/ca");
	assert_false(c[0].email.plaintext);
	assert_string_equal(c[0].where.file, "policies/monitor.yaml");
	assert_null(c[0].syslog.facility);
	assert_int_equal(c[0].stages, 1u << CTN_STAGE_CRITICAL | 1u << CTN_STAGE_EXPIRED | 1u << CTN_STAGE_OK);
	assert_int_equal(c[0].where.line, 2);
	assert_string_equal(c[1].name, "chat");
	assert_true(c[1].webhook.slack);
	assert_string_equal(c[1].webhook.headers[0].name, "X-Key");
	assert_string_equal(c[1].webhook.headers[0].file, "/k");
	assert_int_equal(c[1].webhook.headers_n, 1);
	assert_int_equal(c[1].stages, 1u << CTN_STAGE_WARNING | 1u << CTN_STAGE_UNREACHABLE);
	assert_string_equal(c[2].name, "command:page");
	assert_string_equal(c[2].command.argv[1], "--stdin");
	assert_int_equal(c[2].command.timeout_s, 5);
	assert_int_equal(c[2].stages, (1u << CTN_STAGES) - 1);
	assert_string_equal(c[3].name, "syslog:local3");
	assert_string_equal(c[3].syslog.facility, "local3");
	end(&w);
	load(&w, "notify: [ { " MAIL ", tls: none }, { webhook: \"https://a.test/\", format: json } ]\n");
	assert_int_equal(w.errors.n, 0);
	assert_string_equal(w.p.channels[0].email.to[0], "a@a.test");
	assert_null(w.p.channels[0].email.to[1]);
	assert_true(w.p.channels[0].email.plaintext);
	assert_string_equal(w.p.channels[1].name, "webhook:a.test");
	assert_false(w.p.channels[1].webhook.slack);
	end(&w);
}

static void
an_entry_in_error_is_no_channel(void **state)
{
	struct world w;

	(void)state;
	load(&w, "notify: [ { syslog: x }, { email: a@a.test }, { " MAIL ", tls: maybe }, { command: [a] } ]\n");
	assert_int_equal(w.errors.n, 4);
	assert_int_equal(w.p.channels_n, 1);
	assert_string_equal(w.p.channels[0].name, "command:a");
	end(&w);
}

static void
assert_errors(const char *text, size_t n)
{
	struct world w;

	load(&w, text);
	if (w.errors.n != n)
		fail_msg("%zu errors, not %zu: %.200s", w.errors.n, n, text);
	end(&w);
}

static void
secrets_go_in_the_clear_to_this_host_alone(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "[::1]", "localhost" };
	char text[300];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(text, sizeof(text), "notify: [ { webhook: \"http://%s/\", header_files: { A: /f } } ]\n", hosts[i]);
		assert_errors(text, 0);
		(void)snprintf(text, sizeof(text),
		    "notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp://%s\", tls: none, user: x, password_file: /p } ]\n", hosts[i]);
		assert_errors(text, 0);
	}
	assert_errors("notify: [ { webhook: \"http://127.0.0.2/\", header_files: { A: /f } } ]\n", 1);
	assert_errors("notify: [ { webhook: \"http://a.test/\" } ]\n", 0);
	assert_errors("notify: [ { webhook: \"http://a.test/\", header_files: {} } ]\n", 0);
	assert_errors("notify: [ { " MAIL ", tls: none } ]\n", 0);
	assert_errors("notify: [ { email: a@a.test, from: b@a.test, smtp: \"smtp://a.test/\" } ]\n", 0);
}

/* front, then n items with their number in them, then back. */
static void
assert_many(const char *front, const char *item, size_t n, const char *back, size_t errors)
{
	CTN_OWN_BUF b = { 0 };

	ctn_buf_text(&b, front);
	for (size_t i = 0; i < n; i++) {
		ctn_buf_text(&b, i == 0 ? "" : ", ");
		ctn_buf_text(&b, item);
		ctn_buf_printf(&b, "%zu", i);
		ctn_buf_text(&b, item[0] == '{' ? " }" : item[0] == '"' ? "\": /f" : "");
	}
	ctn_buf_text(&b, back);
	assert_errors(ctn_buf_cstr(&b), errors);
}

static void
lists_are_bounded(void **state)
{
	CTN_OWN_BUF b = { 0 };
	struct world w;

	(void)state;
	assert_many("notify: [ { command: [", "a", 64, "] } ]\n", 0);
	assert_many("notify: [ { command: [", "a", 65, "] } ]\n", 1);
	assert_many("watch: [ { files: [", "/a", 5000, "] } ]\n", 0);
	assert_many("watch: [ { files: [", "/a", 5001, "] } ]\n", 1);
	assert_many("notify: [ { from: b@a.test, smtp: \"smtp://m\", email: [", "a@a", 50, "] } ]\n", 0);
	assert_many("notify: [ { from: b@a.test, smtp: \"smtp://m\", email: [", "a@a", 51, "] } ]\n", 1);
	assert_many("notify: [ { webhook: \"https://a.test\", header_files: {", "\"a", 16, "} } ]\n", 0);
	assert_many("notify: [ { webhook: \"https://a.test\", header_files: {", "\"a", 17, "} } ]\n", 1);
	assert_many("notify: [", "{ syslog: daemon, name: a", 64, "]\n", 0);
	assert_many("notify: [", "{ syslog: daemon, name: a", 65, "]\n", 1);
	assert_many("watch: [", "{ unknown: a", 50, "]\n", 50);
	assert_many("watch: [", "{ unknown: a", 101, "]\n", 1);
	ctn_buf_text(&b, "watch: [");
	for (size_t i = 0; i < 100; i++)
		ctn_buf_text(&b, "{ home: all }, ");
	ctn_buf_text(&b, "{ home: all }]\n");
	load(&w, ctn_buf_cstr(&b));
	assert_int_equal(w.errors.n, 1);
	assert_string_equal(w.errors.at[0].text, "watch: more than 100 entries");
	assert_null(w.errors.at[0].hint);
	end(&w);
}

static void
names_of_channels_and_headers_are_bounded(void **state)
{
	char text[400], name[202];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[201] = '\0';
	(void)snprintf(text, sizeof(text), "notify: [ { syslog: daemon, name: %s } ]\n", name);
	assert_errors(text, 1);
	name[200] = '\0';
	(void)snprintf(text, sizeof(text), "notify: [ { syslog: daemon, name: %s } ]\n", name);
	assert_errors(text, 0);
	name[65] = '\0';
	(void)snprintf(text, sizeof(text), "notify: [ { webhook: \"https://a.test\", header_files: { %s: /f } } ]\n", name);
	assert_errors(text, 1);
	name[64] = '\0';
	(void)snprintf(text, sizeof(text), "notify: [ { webhook: \"https://a.test\", header_files: { %s: /f } } ]\n", name);
	assert_errors(text, 0);
	assert_errors("notify: [ { webhook: \"https://a.test\", header_files: { \"\": /f } } ]\n", 1);
}

static void
what_is_near_to_an_error_is_none(void **state)
{
	(void)state;
	assert_errors("outputs: { html: html/a }\n", 0);
	assert_errors("outputs: { html: a }\n", 0);
	assert_errors("outputs: { html: key/a }\n", 0);
	assert_errors("watch: [ { files: [/a] }, { files: [/b] } ]\n", 0);
	assert_errors("repeat: 1s\nwatch: [ { home: all }, { home: all } ]\n", 1);
	assert_errors("thresholds: !x { warning: 5% }\n", 1);
	assert_string_equal(ctn_stage_name(CTN_STAGE_WARNING), "warning");
	assert_string_equal(ctn_stage_name(CTN_STAGES), "?");
}

static void
renewal_and_outputs_are_read_whole(void **state)
{
	struct world w;

	(void)state;
	load(&w, "renew: { key: same, hook: [systemctl, reload, nginx], timeout: 10s }\n"
	         "outputs: { prometheus: /var/a.prom, ics: public/expiry.ics, html: status.html }\n");
	assert_int_equal(w.errors.n, 0);
	assert_true(w.p.renew.wanted);
	assert_true(w.p.renew.same_key);
	assert_string_equal(w.p.renew.hook[2], "nginx");
	assert_null(w.p.renew.hook[3]);
	assert_int_equal(w.p.renew.timeout_s, 10);
	assert_string_equal(w.p.outputs.prometheus, "/var/a.prom");
	assert_string_equal(w.p.outputs.html, "status.html");
	end(&w);
	load(&w, "renew: { key: new }\n");
	assert_true(w.p.renew.wanted);
	assert_false(w.p.renew.same_key);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_says_what_where_and_what_to_do),
		cmocka_unit_test(all_errors_of_a_file_come_at_once),
		cmocka_unit_test(without_a_file_the_home_is_watched_and_nobody_is_told),
		cmocka_unit_test(a_file_without_watch_watches_the_home_and_one_with_it_what_it_says),
		cmocka_unit_test(channels_are_read_whole),
		cmocka_unit_test(an_entry_in_error_is_no_channel),
		cmocka_unit_test(secrets_go_in_the_clear_to_this_host_alone),
		cmocka_unit_test(lists_are_bounded),
		cmocka_unit_test(names_of_channels_and_headers_are_bounded),
		cmocka_unit_test(what_is_near_to_an_error_is_none),
		cmocka_unit_test(renewal_and_outputs_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
