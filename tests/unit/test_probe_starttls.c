#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probe/starttls.h"

#define LDAP_YES CTN_SPAN("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")
#define MORE_IN_THE_CLEAR \
	"the server sends more in the clear behind its answer to STARTTLS: protocol error, or injected on the way (CVE-2011-0411)"

/* What it says next, taken as the caller does. */
static void
assert_says(ctn_talk *t, ctn_span want)
{
	assert_int_equal(t->say_n, want.n);
	assert_memory_equal(t->say, want.p, want.n);
	t->say_n = 0;
}

static void
hear(ctn_talk *t, const char *text)
{
	struct ctn_err e = { 0 };

	if (!ctn_talk_hear(t, ctn_span_text(text), &e))
		fail_msg("%s", e.text);
}

static void
assert_refused(enum ctn_starttls protocol, const char *const *said, ctn_span last, const char *text)
{
	struct ctn_err e = { 0 };
	ctn_talk t;

	ctn_talk_open(&t, protocol, "[127.0.0.1]");
	t.say_n = 0;
	for (; *said != NULL; said++) {
		hear(&t, *said);
		t.say_n = 0;
	}
	if (ctn_talk_hear(&t, last, &e))
		fail_msg("taken, where it should say: %s", text);
	assert_int_equal(e.code, CTN_ENETWORK);
	assert_string_equal(e.text, text);
}
#define REFUSED(protocol, last, text, ...) \
	assert_refused(protocol, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL }, CTN_SPAN(last), text)

static void
smtp_comes_to_tls_over_replies_of_many_lines(void **state)
{
	ctn_talk t;

	(void)state;
	ctn_talk_open(&t, CTN_STARTTLS_SMTP, "[127.0.0.1]");
	assert_int_equal(t.say_n, 0);
	assert_string_equal(ctn_talk_awaits(&t), "a greeting");
	hear(&t, "220-mail.example ESMTP\r\n220-no spam\r\n22");
	assert_int_equal(t.say_n, 0);
	hear(&t, "0 ready\r\n");
	assert_says(&t, CTN_SPAN("EHLO [127.0.0.1]\r\n"));
	assert_string_equal(ctn_talk_awaits(&t), "an answer to EHLO");
	hear(&t, "250-mail.example\r\n250-SIZE 1000\r\n250-starttls\r\n250 HELP\r\n");
	assert_says(&t, CTN_SPAN("STARTTLS\r\n"));
	assert_string_equal(ctn_talk_awaits(&t), "an answer to STARTTLS");
	assert_false(t.done);
	hear(&t, "220 go\n");
	assert_true(t.done);
}

static void
imap_comes_to_tls_past_untagged_lines(void **state)
{
	ctn_talk t;

	(void)state;
	ctn_talk_open(&t, CTN_STARTTLS_IMAP, "x");
	hear(&t, "* OK [CAPABILITY IMAP4rev1] ready\r\n* CAPABILITY IMAP4rev1\r\n");
	assert_says(&t, CTN_SPAN("a STARTTLS\r\n"));
	hear(&t, "* 1 EXISTS\r\na OK begin\r\n");
	assert_true(t.done);
}

static void
pop3_comes_to_tls(void **state)
{
	ctn_talk t;

	(void)state;
	ctn_talk_open(&t, CTN_STARTTLS_POP3, "x");
	hear(&t, "+OK ready\r\n");
	assert_says(&t, CTN_SPAN("STLS\r\n"));
	assert_string_equal(ctn_talk_awaits(&t), "an answer to STLS");
	hear(&t, "+OK\r\n");
	assert_true(t.done);
}

static void
ldap_and_postgresql_are_asked_at_once(void **state)
{
	struct ctn_err e = { 0 };
	ctn_talk t;

	(void)state;
	ctn_talk_open(&t, CTN_STARTTLS_LDAP, "x");
	assert_says(&t, CTN_SPAN("\x30\x1d\x02\x01\x01\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20037"));
	assert_string_equal(ctn_talk_awaits(&t), "an answer to StartTLS");
	for (size_t i = 0; i < LDAP_YES.n; i++) {
		assert_false(t.done);
		assert_true(ctn_talk_hear(&t, (ctn_span){ LDAP_YES.p + i, 1 }, &e));
	}
	assert_true(t.done);

	ctn_talk_open(&t, CTN_STARTTLS_POSTGRES, "x");
	assert_says(&t, CTN_SPAN("\x00\x00\x00\x08\x04\xd2\x16\x2f"));
	assert_string_equal(ctn_talk_awaits(&t), "an answer to SSLRequest");
	hear(&t, "S");
	assert_true(t.done);

	ctn_talk_open(&t, CTN_TLS_AT_ONCE, "x");
	assert_true(t.done);
}

static void
ldap_lengths_may_take_as_many_octets_as_a_server_likes(void **state)
{
	static const char wide[] = "\x30\x84\x00\x00\x00\x28\x02\x01\x01\x78\x84\x00\x00\x00\x1f\x0a\x01\x00\x04\x00\x04\x00\x8a\x16"
				   "1.3.6.1.4.1.1466.20037";
	struct ctn_err e = { 0 };
	ctn_talk t;

	(void)state;
	ctn_talk_open(&t, CTN_STARTTLS_LDAP, "x");
	assert_true(ctn_talk_hear(&t, CTN_SPAN(wide), &e));
	assert_true(t.done);
}

static void
refusals_of_mail_servers_are_told_in_their_words(void **state)
{
	(void)state;
	REFUSED(CTN_STARTTLS_SMTP, "554 no\r\n", "the server takes no mail: '554 no'");
	REFUSED(CTN_STARTTLS_SMTP, "502 what\r\n", "the server refuses EHLO: '502 what'", "220 x\r\n");
	REFUSED(CTN_STARTTLS_SMTP, "250-x\r\n250 STARTTLSX\r\n", "the server does not offer STARTTLS", "220 x\r\n");
	REFUSED(CTN_STARTTLS_SMTP, "454 4.7.0 later\r\n", "the server refuses STARTTLS: '454 4.7.0 later'", "220 x\r\n", "250 STARTTLS\r\n");
	REFUSED(CTN_STARTTLS_IMAP, "* PREAUTH x\r\n",
	    "the server takes the connection as authenticated, and STARTTLS cannot follow: '* PREAUTH x'");
	REFUSED(CTN_STARTTLS_IMAP, "* BYE full\r\n", "the server ends the connection: '* BYE full'");
	REFUSED(CTN_STARTTLS_IMAP, "a NO tls\r\n", "the server refuses STARTTLS: 'a NO tls'", "* OK\r\n");
	REFUSED(CTN_STARTTLS_IMAP, "a BAD tls\r\n", "the server refuses STARTTLS: 'a BAD tls'", "* OK\r\n");
	REFUSED(CTN_STARTTLS_POP3, "-ERR in use\r\n", "the server ends the connection: '-ERR in use'");
	REFUSED(CTN_STARTTLS_POP3, "-ERR no\r\n", "the server refuses STLS: '-ERR no'", "+OK x\r\n");
}

static void
refusals_of_directories_and_databases_are_told(void **state)
{
	(void)state;
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x0e\x02\x01\x01\x78\x09\x0a\x01\x02\x04\x00\x04\x02no", "the server refuses StartTLS: protocolError: no");
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x63\x04\x00\x04\x00", "the server refuses StartTLS: result 99");
	REFUSED(CTN_STARTTLS_POSTGRES, "N", "the server has TLS switched off");
	REFUSED(CTN_STARTTLS_POSTGRES, "E\x00\x00\x00\x20SFATAL", "the server answers the request for TLS with an error");
}

static void
other_protocols_are_seen_to_be_others(void **state)
{
	(void)state;
	REFUSED(CTN_STARTTLS_SMTP, "+OK ready\r\n", "what answers does not speak SMTP: '+OK ready'");
	REFUSED(CTN_STARTTLS_SMTP, "2200 ready\r\n", "what answers does not speak SMTP: '2200 ready'");
	REFUSED(CTN_STARTTLS_SMTP, "220\r\n\r\n", "the server answers before it is asked: ''");
	REFUSED(CTN_STARTTLS_IMAP, "220 x\r\n", "what answers does not speak IMAP: '220 x'");
	REFUSED(CTN_STARTTLS_IMAP, "b OK\r\n", "what answers does not speak IMAP: 'b OK'", "* OK x\r\n");
	REFUSED(CTN_STARTTLS_POP3, "* OK\x1b[31m\r\n", "what answers does not speak POP3: '* OK\\x1b[31m'");
	REFUSED(CTN_STARTTLS_LDAP, "220 x\r\n", "what answers does not speak LDAP");
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x80", "what answers does not speak LDAP");
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x85", "what answers does not speak LDAP");
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x0c\x02\x01\x02\x78\x07\x0a\x01\x00\x04\x00\x04\x00", "what answers does not speak LDAP");
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x05\x02\x01\x01\x78\x00", "what answers does not speak LDAP");
	REFUSED(CTN_STARTTLS_POSTGRES, "2", "what answers does not speak PostgreSQL's protocol");
}

static void
what_comes_in_the_clear_behind_the_answer_is_refused(void **state)
{
	(void)state;
	REFUSED(CTN_STARTTLS_SMTP, "220 go\r\n250 injected\r\n", MORE_IN_THE_CLEAR, "220 x\r\n", "250 STARTTLS\r\n");
	REFUSED(CTN_STARTTLS_IMAP, "a OK\r\n* PREAUTH\r\n", MORE_IN_THE_CLEAR, "* OK\r\n");
	REFUSED(CTN_STARTTLS_POP3, "+OK\r\n+", MORE_IN_THE_CLEAR, "+OK\r\n");
	REFUSED(CTN_STARTTLS_LDAP, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00\x30", MORE_IN_THE_CLEAR);
	REFUSED(CTN_STARTTLS_POSTGRES, "SR", MORE_IN_THE_CLEAR);
}

static void
an_answer_before_the_question_is_refused(void **state)
{
	(void)state;
	REFUSED(CTN_STARTTLS_SMTP, "220 x\r\n250 STARTTLS\r\n", "the server answers before it is asked: '250 STARTTLS'");
	REFUSED(CTN_STARTTLS_IMAP, "* OK x\r\na OK\r\n", "the server answers before it is asked: 'a OK'");
	REFUSED(CTN_STARTTLS_POP3, "+OK x\r\n+OK\r\n", "the server answers before it is asked: '+OK'");
}

static void
nothing_without_end_is_listened_to(void **state)
{
	struct ctn_err e = { 0 };
	char many[4096];
	ctn_talk t;

	(void)state;
	memset(many, '2', sizeof many);
	ctn_talk_open(&t, CTN_STARTTLS_SMTP, "x");
	assert_false(ctn_talk_hear(&t, (ctn_span){ (const uint8_t *)many, sizeof many }, &e));
	assert_string_equal(e.text, "the server says a line of over 2000 characters");

	ctn_talk_open(&t, CTN_STARTTLS_SMTP, "x");
	for (unsigned i = 0; i < CTN_TALK_LINES_MAX; i++)
		hear(&t, "220-again\r\n");
	assert_false(ctn_talk_hear(&t, CTN_SPAN("220-again\r\n"), &e));
	assert_string_equal(e.text, "the server says over 200 lines before TLS");

	memcpy(many, "\x30\x84\x7f\xff\xff\xff", 6);
	ctn_talk_open(&t, CTN_STARTTLS_LDAP, "x");
	assert_false(ctn_talk_hear(&t, (ctn_span){ (const uint8_t *)many, sizeof many }, &e));
	assert_string_equal(e.text, "the server says an LDAP message of over 2000 octets");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smtp_comes_to_tls_over_replies_of_many_lines),
		cmocka_unit_test(imap_comes_to_tls_past_untagged_lines),
		cmocka_unit_test(pop3_comes_to_tls),
		cmocka_unit_test(ldap_and_postgresql_are_asked_at_once),
		cmocka_unit_test(ldap_lengths_may_take_as_many_octets_as_a_server_likes),
		cmocka_unit_test(refusals_of_mail_servers_are_told_in_their_words),
		cmocka_unit_test(refusals_of_directories_and_databases_are_told),
		cmocka_unit_test(other_protocols_are_seen_to_be_others),
		cmocka_unit_test(what_comes_in_the_clear_behind_the_answer_is_refused),
		cmocka_unit_test(an_answer_before_the_question_is_refused),
		cmocka_unit_test(nothing_without_end_is_listened_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
