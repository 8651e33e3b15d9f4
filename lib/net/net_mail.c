/* Part of net/net.h: mail. */
#include "net/net.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/session.h"

#define HOST_MAX 255

/* What goes out, and the last line that the server said. */
struct talk {
	ctn_span rest;
	char said[256];
};

static size_t
give_message(char *p, size_t size, size_t n, void *ctx)
{
	struct talk *t = ctx;

	n *= size;
	if (n > t->rest.n)
		n = t->rest.n;
	if (n > 0)
		memcpy(p, t->rest.p, n);
	t->rest.p += n;
	t->rest.n -= n;
	return n;
}

static bool
is_no(const char *reply)
{
	return reply[0] == '4' || reply[0] == '5';
}

/* libcurl hands over each line of the server's replies as a header. A goodbye does not take back a no. */
static size_t
take_reply(char *p, size_t size, size_t n, void *ctx)
{
	struct talk *t = ctx;
	size_t len = 0;

	n *= size;
	if (n >= 3 && memcmp(p, "221", 3) == 0 && is_no(t->said))
		return n;
	for (size_t i = 0; i < n && len < sizeof t->said - 1; i++)
		if (isprint((unsigned char)p[i]))
			t->said[len++] = p[i];
	t->said[len] = '\0';
	return n;
}

/* An address that cannot end its line or its angle brackets. */
static bool
is_address(const char *text)
{
	const char *at = strrchr(text, '@');

	if (at == NULL || at == text || at[1] == '\0' || strlen(text) > 320)
		return false;
	for (const char *p = text; *p != '\0'; p++)
		if (!isgraph((unsigned char)*p) || *p == '<' || *p == '>')
			return false;
	return true;
}

static bool
check(const ctn_net_mail *m, struct ctn_err *e)
{
	if (!is_address(m->from) || m->to == NULL || m->to[0] == NULL)
		return ctn_fail(e, CTN_EUSAGE, "a mail needs one who sends it and one who receives it");
	for (size_t i = 0; m->to[i] != NULL; i++)
		if (!is_address(m->to[i]))
			return ctn_fail(e, CTN_EUSAGE, "receiver %zu is not a mail address", i + 1);
	if (m->user != NULL && m->password == NULL)
		return ctn_fail(e, CTN_EUSAGE, "a user without password");
	return true;
}

/* What stays on this machine needs no TLS. */
static bool
check_secrecy(const ctn_session *s, const ctn_net_mail *m, struct ctn_err *e)
{
	static const char *const near[] = { "127.0.0.1:", "[::1]:", "localhost:" };

	if (m->user == NULL || !m->plaintext || strcmp(s->scheme, "smtps") == 0)
		return true;
	for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
		if (strncmp(s->where, near[i], strlen(near[i])) == 0)
			return true;
	return ctn_fail(e, CTN_EUSAGE, "%s: a password is not sent there without TLS", s->where);
}

static bool
is_host_name(const char *text)
{
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (!isalnum((unsigned char)*text) && *text != '-' && *text != '.')
			return false;
	return true;
}

/* libcurl takes the name for EHLO from the URL's path, and else cuts our own at its first dot. */
static void
make_url(char *out, size_t max, const ctn_session *s)
{
	char name[HOST_MAX + 1] = "";

	if (gethostname(name, sizeof name - 1) != 0 || !is_host_name(name))
		name[0] = '\0';
	snprintf(out, max, "%s://%s/%s", s->scheme, s->where, name);
}

static bool
add(struct curl_slist **list, const char *address, struct ctn_err *e)
{
	char bracketed[330];
	struct curl_slist *longer;

	snprintf(bracketed, sizeof bracketed, "<%s>", address);
	longer = curl_slist_append(*list, bracketed);
	if (longer == NULL)
		return ctn_fail_memory(e);
	*list = longer;
	return true;
}

static bool
set_envelope(ctn_session *s, const ctn_net_mail *m, struct curl_slist **to, struct ctn_err *e)
{
	char from[330], url[sizeof s->where + HOST_MAX + 20];

	for (size_t i = 0; m->to[i] != NULL; i++)
		if (!add(to, m->to[i], e))
			return false;
	snprintf(from, sizeof from, "<%s>", m->from);
	make_url(url, sizeof url, s);
	return ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_URL, url), e) &&
	    ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, from), e) &&
	    ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, *to), e);
}

/* Under TLS the plain mechanisms are as good as any, and the others are more code to trust. */
static bool
set_login(ctn_session *s, const ctn_net_mail *m, struct ctn_err *e)
{
	long tls = m->plaintext ? CURLUSESSL_NONE : CURLUSESSL_ALL;

	if (!ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_USE_SSL, tls), e))
		return false;
	return m->user == NULL || (ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN"), e) &&
	    ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_USERNAME, m->user), e) &&
	    ctn_session_took(curl_easy_setopt(s->curl, CURLOPT_PASSWORD, m->password), e));
}

static bool
set_message(ctn_session *s, const ctn_net_mail *m, struct talk *t, struct ctn_err *e)
{
	CURL *c = s->curl;

	return ctn_session_took(curl_easy_setopt(c, CURLOPT_UPLOAD, 1L), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)m->message.n), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_READFUNCTION, give_message), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_READDATA, t), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_reply), e) &&
	    ctn_session_took(curl_easy_setopt(c, CURLOPT_HEADERDATA, t), e);
}

/* What the server said is worth more than what libcurl made of it, if it was a no. */
static bool
send_it(ctn_session *s, const struct talk *t, const ctn_net_mail *m, struct ctn_err *e)
{
	if (ctn_session_perform(s, e))
		return true;
	if (e->code != CTN_ENETWORK || !is_no(t->said))
		return false;
	if (m->password != NULL && m->password[0] != '\0' && strstr(t->said, m->password) != NULL)
		return ctn_fail(e, CTN_ENETWORK, "%s: the server refused the mail, and repeated the password", s->where);
	return ctn_fail(e, CTN_ENETWORK, "%s: the server refused the mail: %s", s->where, t->said);
}

bool
ctn_net_send(const ctn_net_mail *mail, struct ctn_err *e)
{
	struct talk t = { .rest = mail->message };
	struct curl_slist *to = NULL;
	ctn_session s = { 0 };
	bool ok;

	ok = check(mail, e) && ctn_session_open(&s, mail->url, "smtp,smtps", mail->ca_file, mail->timeout_ms, e) &&
	    check_secrecy(&s, mail, e) && set_envelope(&s, mail, &to, e) && set_login(&s, mail, e) &&
	    set_message(&s, mail, &t, e) && send_it(&s, &t, mail, e);
	ctn_session_close(&s);
	curl_slist_free_all(to);
	return ok;
}
