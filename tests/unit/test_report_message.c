#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "forge/report.h"
#include "json/json.h"
#include "report/message.h"

static const char *const ops[] = { "ops@internal.example", NULL };

static const char *
mail_of(ctn_buf *out, const ctn_report_event *event)
{
	struct ctn_err e = { 0 };

	ctn_buf_reset(out);
	if (!ctn_report_mail(out, event, "pki@internal.example", ops, &e))
		fail_msg("%s", e.text);
	return ctn_buf_cstr(out);
}

static void
a_mail_says_what_where_when_who_and_what_to_type(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_string_equal(mail_of(&out, &event),
	    "Date: Sat, 28 Nov 2026 12:00:00 +0000\r\n"
	    "From: catena <pki@internal.example>\r\n"
	    "To: ops@internal.example\r\n"
	    "Subject: [Example] CRITICAL certificate web.internal.example: expires in 6\r\n"
	    " days\r\n"
	    "Message-ID: <5b1f0c77a2@internal.example>\r\n"
	    "References: <home=3Aleaf=3A4af1c0ffee@internal.example>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "certificate web.internal.example: expires in 6 days.\r\n"
	    "\r\n"
	    "  Ends        Fri 4 Dec 2026 14:00 UTC, in 6 days\r\n"
	    "  Where       /etc/nginx/tls/web.crt\r\n"
	    "  Owner       web team\r\n"
	    "  Profile     server\r\n"
	    "  Authority   issuing\r\n"
	    "  Serial      401e5c2a77b0c4d1e2f3a4b5c6d7e8f901234567\r\n"
	    "  SHA-256     9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f=\r\n"
	    "00a08\r\n"
	    "\r\n"
	    "What to type:\r\n"
	    "\r\n"
	    "  catena renew web.internal.example --out /etc/nginx/tls\r\n"
	    "\r\n"
	    "To hear no more of it for a while, and say why:\r\n"
	    "\r\n"
	    "  catena monitor ack home:leaf:4af1c0ffee\r\n"
	    "\r\n"
	    "--=20\r\n"
	    "catena, Sat 28 Nov 2026 12:00 UTC, for Example\r\n"
	    "home /var/lib/catena\r\n");
}

static void
two_addresses_stand_in_one_header(void **state)
{
	static const char *const two[] = { "ops@internal.example", "night@internal.example", NULL };
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_true(ctn_report_mail(&out, &event, "pki@internal.example", two, &e));
	assert_non_null(strstr(ctn_buf_cstr(&out), "\r\nTo: ops@internal.example,\r\n night@internal.example\r\n"));
}

static void
an_address_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = { "", "ops", "@internal.example", "ops@", "a b@internal.example", "a@b.example\r\nBcc: c@d.example", "a@b.example>",
		"<a@b.example", "a@b.example,c@d.example", "\"a, b\"@c.example" };
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const to[] = { "ops@internal.example", bad[i], NULL };
		struct ctn_err e = { 0 }, f = { 0 };

		assert_false(ctn_report_mail(&out, &event, "pki@internal.example", to, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_non_null(strstr(e.text, "is not a mail address"));
		assert_false(ctn_report_mail(&out, &event, bad[i], ops, &f));
		assert_int_equal(f.code, CTN_EINPUT);
	}
	assert_int_equal(out.n, 0);
}

static void
a_mail_to_nobody_is_refused(void **state)
{
	static const char *const nobody[] = { NULL };
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_false(ctn_report_mail(&out, &event, "pki@internal.example", nobody, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, "nobody to send the mail to");
}

static void
a_repeated_notice_says_so_and_a_recovered_one_too(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	event.repeated = true;
	assert_non_null(strstr(mail_of(&out, &event), "Subject: [Example] STILL CRITICAL certificate"));
	event.repeated = false;
	event.stage = "recovered";
	item.state = CTN_REPORT_OK;
	item.reason = "ends in 90 days";
	item.owner = NULL;
	assert_non_null(strstr(mail_of(&out, &event), "Subject: [Example] RECOVERED certificate"));
	assert_null(strstr(mail_of(&out, &event), "monitor ack"));
	assert_null(strstr(mail_of(&out, &event), "Owner"));
}

static void
a_subject_holds_whatever_a_name_holds(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	event.org = "Gr\xc3\xbc\xc3\x9f" "e";
	assert_non_null(strstr(mail_of(&out, &event),
	    "\r\nSubject: =?UTF-8?B?W0dyw7zDn2VdIENSSVRJQ0FMIGNlcnRpZmljYXRlIHdlYi5pbnRl?=\r\n"
	    " =?UTF-8?B?"));
	event.org = "a\r\nBcc: b@c.example";
	assert_non_null(strstr(mail_of(&out, &event), "\r\nSubject: [a\\x0d\\x0aBcc: b@c.example] CRITICAL certificate"));
	event.org = "=?UTF-8?Q?a?=";
	assert_non_null(strstr(mail_of(&out, &event), "\r\nSubject: =?UTF-8?B?"));
}

static void
the_same_event_is_the_same_mail(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	CTN_OWN_BUF one = { 0 }, two = { 0 };

	(void)state;
	assert_string_equal(mail_of(&one, &event), mail_of(&two, &event));
}

static void
a_digest_names_the_stages_and_what_is_left_out(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 3000);
	ctn_report_event event = forge_digest(look);
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_true(event.total > CTN_REPORT_MAIL_ITEMS);
	assert_non_null(strstr(mail_of(&out, &event), "\r\nEXPIRED\r\n"));
	assert_non_null(strstr(mail_of(&out, &event), "\r\nCRITICAL\r\n"));
	assert_non_null(strstr(mail_of(&out, &event), " more, which this lists:\r\n\r\n  catena monitor status\r\n"));
	assert_null(strstr(mail_of(&out, &event), "References:"));
}

/* Every header of a mail: one of ours, once. Gives where the body begins. */
static const char *
check_headers(const char *mail)
{
	static const char *const names[] = { "Date", "From", "To", "Subject", "Message-ID", "References", "Auto-Submitted", "MIME-Version",
		"Content-Type", "Content-Transfer-Encoding" };
	size_t next = 0;

	for (const char *line = mail, *end; strncmp(line, "\r\n", 2) != 0; line = end + 2) {
		size_t n = strcspn(line, ":");

		end = strstr(line, "\r\n");
		assert_non_null(end);
		if (line[0] == ' ') {
			assert_true(end - line > 1 && line[1] != ' ');
			continue;
		}
		while (next < 10 && strncmp(line, names[next], n) != 0)
			next++;
		assert_true(next++ < 10);
	}
	assert_int_equal(next, 10);
	return strstr(mail, "\r\n\r\n") + 4;
}

static void
check_mail(const ctn_buf *mail, const char *text)
{
	size_t column = 0;

	for (size_t i = 0; i < mail->n; i++) {
		uint8_t c = mail->p[i];

		if (c == '\r') {
			assert_int_equal(mail->p[i + 1], '\n');
			i++;
			column = 0;
			continue;
		}
		assert_true(c >= 0x20 && c < 0x7f);
		assert_true(++column <= 998);
	}
	for (const char *line = check_headers(text), *end; *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_true(end - line <= 76 && line[0] != '.' && (end == line || end[-1] != ' '));
	}
}

static void
check_json(const ctn_buf *json, const ctn_report_item *item)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_json) parsed = NULL;
	ctn_json_node root, items, first;
	const char *text;

	if (!ctn_json_parse(&parsed, ctn_buf_view(json), 1 << 20, &e))
		fail_msg("%s", e.text);
	root = ctn_json_root(parsed);
	assert_true(ctn_json_get_list(&items, NULL, &root, "items", &e));
	assert_true(ctn_json_item_object(&first, &items, 0, &e));
	assert_int_equal(ctn_json_has(&first, "owner"), item->owner != NULL);
	if (item->owner != NULL && ctn_utf8_valid(ctn_span_text(item->owner))) {
		assert_true(ctn_json_get_text(&text, &first, "owner", &e));
		assert_string_equal(text, item->owner);
	}
}

static void
check_slack(const ctn_buf *json)
{
	struct ctn_err e = { 0 };
	CTN_OWN(ctn_json) parsed = NULL;
	ctn_json_node root;
	const char *text;

	if (!ctn_json_parse(&parsed, ctn_buf_view(json), 1 << 20, &e))
		fail_msg("%s", e.text);
	root = ctn_json_root(parsed);
	assert_true(ctn_json_get_text(&text, &root, "text", &e));
	assert_true(strlen(text) <= CTN_REPORT_SLACK_MAX);
	assert_null(strpbrk(text, "<>"));
	for (const char *amp = strchr(text, '&'); amp != NULL; amp = strchr(amp + 1, '&'))
		assert_true(strncmp(amp, "&amp;", 5) == 0 || strncmp(amp, "&lt;", 4) == 0 || strncmp(amp, "&gt;", 4) == 0);
}

static void
check_line(const ctn_buf *line, const char *text)
{
	assert_true(line->n <= CTN_REPORT_LINE_MAX);
	assert_true(ctn_utf8_valid(ctn_buf_view(line)));
	for (size_t i = 0; i < line->n; i++)
		assert_true(line->p[i] >= 0x20 && line->p[i] != 0x7f);
	assert_string_equal(text + line->n - strlen(" id=\"5b1f0c77a2\""), " id=\"5b1f0c77a2\"");
}

static void
no_text_of_a_record_leaves_its_place(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		CTN_OWN(ctn_arena) a = ctn_arena_open(0);
		ctn_report_look *look = forge_hostile_look(a, 1 + seed % 7, seed);
		ctn_report_event event = forge_event(look->items);
		CTN_OWN_BUF out = { 0 };
		struct ctn_err e = { 0 };

		event.org = look->org;
		event.home = look->home;
		check_mail(&out, mail_of(&out, &event));
		ctn_buf_reset(&out);
		assert_true(ctn_report_json(&out, &event, &e));
		check_json(&out, look->items);
		ctn_buf_reset(&out);
		assert_true(ctn_report_line(&out, &event, &e));
		check_line(&out, ctn_buf_cstr(&out));
		ctn_buf_reset(&out);
		assert_true(ctn_report_slack(&out, &event, &e));
		check_slack(&out);
		event.digest = true;
		event.items_n = event.total = look->items_n;
		ctn_buf_reset(&out);
		assert_true(ctn_report_slack(&out, &event, &e));
		check_slack(&out);
	}
}

static void
an_event_is_a_json_document(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	item.profile = item.sha256 = NULL;
	assert_true(ctn_report_json(&out, &event, &e));
	assert_string_equal(ctn_buf_cstr(&out),
	    "{\"id\":\"5b1f0c77a2\",\"stage\":\"critical\",\"digest\":false,\"repeated\":false,\"at\":\"2026-11-28T12:00:00Z\","
	    "\"home\":\"/var/lib/catena\",\"organisation\":\"Example\","
	    "\"text\":\"CRITICAL certificate web.internal.example: expires in 6 days\",\"total\":1,\"items\":[{"
	    "\"item\":\"home:leaf:4af1c0ffee\",\"title\":\"web.internal.example\",\"kind\":\"certificate\",\"state\":\"critical\","
	    "\"stage\":\"critical\",\"not_before\":\"2026-09-05T12:00:00Z\",\"not_after\":\"2026-12-04T14:00:00Z\",\"remaining_s\":525600,"
	    "\"reason\":\"expires in 6 days\",\"owner\":\"web team\",\"authority\":\"issuing\","
	    "\"serial\":\"401e5c2a77b0c4d1e2f3a4b5c6d7e8f901234567\",\"where\":\"/etc/nginx/tls/web.crt\","
	    "\"fix\":\"catena renew web.internal.example --out /etc/nginx/tls\"}]}");
}

static void
slack_is_told_in_its_own_markup(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	item.owner = "<!channel> & co";
	item.fix = "a `b`";
	item.profile = item.authority = item.serial = NULL;
	assert_true(ctn_report_slack(&out, &event, &e));
	assert_string_equal(ctn_buf_cstr(&out),
	    "{\"text\":\"*CRITICAL* certificate web.internal.example: expires in 6 days\\u000aEnds: Fri 4 Dec 2026 14:00 UTC (in 6 days)"
	    "\\u000aWhere: /etc/nginx/tls/web.crt\\u000aOwner: &lt;!channel&gt; &amp; co\\u000a`a 'b'`\","
	    "\"unfurl_links\":false,\"unfurl_media\":false}");
}

static void
a_storm_fits_into_one_message_of_slack(void **state)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	ctn_report_look *look = forge_look(a, 5000);
	ctn_report_event event = forge_digest(look);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	assert_true(ctn_report_slack(&out, &event, &e));
	check_slack(&out);
	assert_non_null(strstr(ctn_buf_cstr(&out), " more: `catena monitor status`\""));
}

static void
a_line_holds_it_all_and_ends_with_the_id(void **state)
{
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	item.owner = "a \"b\" \\c\n";
	assert_true(ctn_report_line(&out, &event, &e));
	assert_string_equal(ctn_buf_cstr(&out),
	    "CRITICAL certificate web.internal.example: expires in 6 days not_after=\"2026-12-04T14:00:00Z\" owner=\"a \\\"b\\\" \\\\c\\\\x0a\""
	    " where=\"/etc/nginx/tls/web.crt\" fix=\"catena renew web.internal.example --out /etc/nginx/tls\" id=\"5b1f0c77a2\"");
}

static void
the_longest_line_keeps_its_bound(void **state)
{
	char text[1000];
	ctn_report_item item = forge_item();
	ctn_report_event event = forge_event(&item);
	struct ctn_err e = { 0 };
	CTN_OWN_BUF out = { 0 };

	(void)state;
	memset(text, '\\', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	event.repeated = true;
	event.stage = "unreachable";
	item.kind = item.title = item.reason = item.owner = item.where = item.fix = text;
	assert_true(ctn_report_line(&out, &event, &e));
	assert_true(out.n <= CTN_REPORT_LINE_MAX);
	check_line(&out, ctn_buf_cstr(&out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_says_what_where_when_who_and_what_to_type),
		cmocka_unit_test(two_addresses_stand_in_one_header),
		cmocka_unit_test(an_address_that_is_none_is_refused),
		cmocka_unit_test(a_mail_to_nobody_is_refused),
		cmocka_unit_test(a_repeated_notice_says_so_and_a_recovered_one_too),
		cmocka_unit_test(a_subject_holds_whatever_a_name_holds),
		cmocka_unit_test(the_same_event_is_the_same_mail),
		cmocka_unit_test(a_digest_names_the_stages_and_what_is_left_out),
		cmocka_unit_test(no_text_of_a_record_leaves_its_place),
		cmocka_unit_test(an_event_is_a_json_document),
		cmocka_unit_test(slack_is_told_in_its_own_markup),
		cmocka_unit_test(a_storm_fits_into_one_message_of_slack),
		cmocka_unit_test(a_line_holds_it_all_and_ends_with_the_id),
		cmocka_unit_test(the_longest_line_keeps_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
