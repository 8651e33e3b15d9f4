#include "probe/starttls.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probe/starttls_ldap.h"

/* Of the protocols that talk in lines. */
enum { GREETING, ASKED_WHAT, ASKED_TLS };

static void
say(ctn_talk *t, unsigned step, const char *text)
{
	t->step = step;
	t->say_n = strlen(text);
	memcpy(t->say, text, t->say_n);
}

void
ctn_talk_open(ctn_talk *t, enum ctn_starttls protocol, const char *own_name)
{
	*t = (ctn_talk){ .protocol = protocol, .done = protocol == CTN_TLS_AT_ONCE };
	(void)snprintf(t->own_name, sizeof t->own_name, "%s", own_name);
	if (protocol == CTN_STARTTLS_LDAP) {
		t->say_n = CTN_LDAP_REQUEST.n;
		memcpy(t->say, CTN_LDAP_REQUEST.p, CTN_LDAP_REQUEST.n);
	} else if (protocol == CTN_STARTTLS_POSTGRES) {
		t->say_n = 8;
		memcpy(t->say, "\x00\x00\x00\x08\x04\xd2\x16\x2f", 8); /* SSLRequest: length, then 1234 and 5679 */
	}
}

/* "why: 'what it said'", with nothing in it that steers a terminal. */
static bool
refuse(ctn_span line, const char *why, struct ctn_err *e)
{
	CTN_OWN_BUF text = { 0 };
	const char *shown;

	ctn_buf_printable(&text, (ctn_span){ line.p, line.n < 200 ? line.n : 200 });
	shown = ctn_buf_cstr(&text);
	return ctn_fail(e, CTN_ENETWORK, "%s: '%s'", why, shown == NULL ? "" : shown);
}

static bool
begins(ctn_span line, const char *word)
{
	size_t n = strlen(word);

	return line.n >= n && strncasecmp((const char *)line.p, word, n) == 0;
}

/* The word, and behind it nothing or a space. */
static bool
says(ctn_span line, const char *word)
{
	size_t n = strlen(word);

	return begins(line, word) && (line.n == n || line.p[n] == ' ');
}

static bool
is_reply(ctn_span line)
{
	return line.n >= 3 && line.p[0] >= '2' && line.p[0] <= '5' && line.p[1] >= '0' && line.p[1] <= '9' && line.p[2] >= '0' &&
	    line.p[2] <= '9' && (line.n == 3 || line.p[3] == ' ' || line.p[3] == '-');
}

/* RFC 5321 4.2.1: "250-text" is followed by more, "250 text" is the last. */
static bool
smtp_line(ctn_talk *t, ctn_span line, struct ctn_err *e)
{
	static const char *const want[] = { [GREETING] = "220", [ASKED_WHAT] = "250", [ASKED_TLS] = "220" };
	static const char *const refusals[] = { [GREETING] = "the server takes no mail", [ASKED_WHAT] = "the server refuses EHLO",
		[ASKED_TLS] = "the server refuses STARTTLS" };
	char hello[96];

	if (!is_reply(line))
		return refuse(line, "what answers does not speak SMTP", e);
	if (!begins(line, want[t->step]))
		return refuse(line, refusals[t->step], e);
	if (t->step == ASKED_WHAT && line.n > 4 && says((ctn_span){ line.p + 4, line.n - 4 }, "STARTTLS"))
		t->offered = true;
	if (line.n > 3 && line.p[3] == '-')
		return true;
	if (t->step == GREETING) {
		(void)snprintf(hello, sizeof hello, "EHLO %s\r\n", t->own_name);
		say(t, ASKED_WHAT, hello);
		return true;
	}
	if (t->step == ASKED_WHAT && !t->offered)
		return ctn_fail(e, CTN_ENETWORK, "the server does not offer STARTTLS");
	if (t->step == ASKED_WHAT)
		say(t, ASKED_TLS, "STARTTLS\r\n");
	else
		t->done = true;
	return true;
}

/* RFC 9051 7: untagged lines may come at any time, and say nothing that matters here. */
static bool
imap_line(ctn_talk *t, ctn_span line, struct ctn_err *e)
{
	if (t->step == GREETING && says(line, "* OK")) {
		say(t, ASKED_TLS, "a STARTTLS\r\n");
		return true;
	}
	if (t->step == GREETING && says(line, "* PREAUTH"))
		return refuse(line, "the server takes the connection as authenticated, and STARTTLS cannot follow", e);
	if (says(line, "* BYE"))
		return refuse(line, "the server ends the connection", e);
	if (t->step == GREETING)
		return refuse(line, "what answers does not speak IMAP", e);
	if (begins(line, "* "))
		return true;
	if (says(line, "a NO") || says(line, "a BAD"))
		return refuse(line, "the server refuses STARTTLS", e);
	if (!says(line, "a OK"))
		return refuse(line, "what answers does not speak IMAP", e);
	t->done = true;
	return true;
}

static bool
pop3_line(ctn_talk *t, ctn_span line, struct ctn_err *e)
{
	if (says(line, "-ERR"))
		return refuse(line, t->step == GREETING ? "the server ends the connection" : "the server refuses STLS", e);
	if (!says(line, "+OK"))
		return refuse(line, "what answers does not speak POP3", e);
	if (t->step == GREETING)
		say(t, ASKED_TLS, "STLS\r\n");
	else
		t->done = true;
	return true;
}

static bool
hear_line(ctn_talk *t, ctn_span line, struct ctn_err *e)
{
	if (++t->lines > CTN_TALK_LINES_MAX)
		return ctn_fail(e, CTN_ENETWORK, "the server says over %u lines before TLS", CTN_TALK_LINES_MAX);
	if (t->say_n > 0 && !(t->protocol == CTN_STARTTLS_IMAP && begins(line, "* ")))
		return refuse(line, "the server answers before it is asked", e);
	if (t->protocol == CTN_STARTTLS_SMTP)
		return smtp_line(t, line, e);
	return t->protocol == CTN_STARTTLS_IMAP ? imap_line(t, line, e) : pop3_line(t, line, e);
}

static bool
hear_in_lines(ctn_talk *t, uint8_t c, struct ctn_err *e)
{
	ctn_span line = { t->unit, t->unit_n };

	if (c != '\n') {
		if (t->unit_n == sizeof t->unit)
			return ctn_fail(e, CTN_ENETWORK, "the server says a line of over %d characters", CTN_TALK_UNIT_MAX);
		t->unit[t->unit_n++] = c;
		return true;
	}
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	t->unit_n = 0;
	return hear_line(t, line, e);
}

static bool
hear_in_message(ctn_talk *t, uint8_t c, struct ctn_err *e)
{
	if (t->unit_n == sizeof t->unit)
		return ctn_fail(e, CTN_ENETWORK, "the server says an LDAP message of over %d octets", CTN_TALK_UNIT_MAX);
	t->unit[t->unit_n++] = c;
	return ctn_ldap_answer(&t->done, (ctn_span){ t->unit, t->unit_n }, e);
}

/* One octet: PostgreSQL, "Message Flow", SSL session encryption. */
static bool
hear_octet(ctn_talk *t, uint8_t c, struct ctn_err *e)
{
	t->done = c == 'S';
	if (t->done)
		return true;
	if (c == 'N') {
		(void)ctn_fail(e, CTN_ENETWORK, "the server has TLS switched off");
		return ctn_hint(e, "PostgreSQL speaks TLS with `ssl = on` in postgresql.conf");
	}
	/* Its text comes from whoever answers, before anything is authenticated: it is not shown. */
	if (c == 'E')
		return ctn_fail(e, CTN_ENETWORK, "the server answers the request for TLS with an error");
	return ctn_fail(e, CTN_ENETWORK, "what answers does not speak PostgreSQL's protocol");
}

bool
ctn_talk_hear(ctn_talk *t, ctn_span bytes, struct ctn_err *e)
{
	for (size_t i = 0; i < bytes.n; i++) {
		bool ok;

		if (t->done)
			return ctn_fail(e, CTN_ENETWORK, "the server sends more in the clear behind its answer to STARTTLS: "
			    "protocol error, or injected on the way (CVE-2011-0411)");
		if (t->protocol == CTN_STARTTLS_LDAP)
			ok = hear_in_message(t, bytes.p[i], e);
		else if (t->protocol == CTN_STARTTLS_POSTGRES)
			ok = hear_octet(t, bytes.p[i], e);
		else
			ok = hear_in_lines(t, bytes.p[i], e);
		if (!ok)
			return false;
	}
	return true;
}

const char *
ctn_talk_awaits(const ctn_talk *t)
{
	if (t->protocol == CTN_STARTTLS_LDAP)
		return "an answer to StartTLS";
	if (t->protocol == CTN_STARTTLS_POSTGRES)
		return "an answer to SSLRequest";
	if (t->step == GREETING)
		return "a greeting";
	if (t->step == ASKED_WHAT)
		return "an answer to EHLO";
	return t->protocol == CTN_STARTTLS_POP3 ? "an answer to STLS" : "an answer to STARTTLS";
}
