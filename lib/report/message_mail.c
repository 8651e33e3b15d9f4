#include "report/message.h"

#include <ctype.h>

#include "base/time.h"
#include "name/mail.h"
#include "report/message_body.h"
#include "report/phrase.h"

#define LINE_MAX_WANTED 76
#define WORD_OCTETS 39 /* of text in one encoded word, so that its line stays under 76 octets behind "Subject: " too */
#define ID_MAX 200

/* A plain user@host. A quoted local part could hold what ends an address. */
static bool
is_address(const char *text)
{
	ctn_span local, host;

	return strchr(text, '"') == NULL && ctn_mail_split(&local, &host, ctn_span_text(text));
}

static bool
check_addresses(const char *from, const char *const *to, struct ctn_err *e)
{
	if (!is_address(from))
		return ctn_fail(e, CTN_EINPUT, "'%.80s' is not a mail address", from);
	if (to[0] == NULL)
		return ctn_fail(e, CTN_EINPUT, "nobody to send the mail to");
	for (size_t i = 0; to[i] != NULL; i++) {
		if (!is_address(to[i]))
			return ctn_fail(e, CTN_EINPUT, "'%.80s' is not a mail address", to[i]);
	}
	return true;
}

/* RFC 5322, 3.2.3: the left side of a message id is atoms. What is none becomes =XX, so that two ids stay two. */
static void
put_id(ctn_buf *b, const char *id, const char *from)
{
	ctn_buf_byte(b, '<');
	for (size_t i = 0; i < ID_MAX && id[i] != '\0'; i++) {
		unsigned char c = (unsigned char)id[i];

		if (c < 0x80 && (isalnum(c) || c == '-' || c == '_'))
			ctn_buf_byte(b, c);
		else
			ctn_buf_printf(b, "=%02X", c);
	}
	ctn_buf_printf(b, "%s>\r\n", strrchr(from, '@'));
}

/* RFC 2047, 2 and 5: words of whole characters, each on a line of its own. */
static void
put_encoded(ctn_buf *b, ctn_span text)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = 0;

		while (i + n < text.n) {
			size_t step = ctn_utf8_step((ctn_span){ text.p + i + n, text.n - i - n });

			if (n + step > WORD_OCTETS || step == 0)
				break;
			n += step;
		}
		ctn_buf_text(b, i > 0 ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
		ctn_buf_base64(b, (ctn_span){ text.p + i, n }, 0);
		ctn_buf_text(b, "?=");
		i += n > 0 ? n : text.n;
	}
}

/* ASCII that no reader takes for encoded words, and whose spaces all can be folded at. */
static bool
is_plain(ctn_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		bool last = i + 1 == text.n;

		if (text.p[i] >= 0x7f || text.p[i] < 0x20)
			return false;
		if (text.p[i] == ' ' && (i == 0 || last || text.p[i + 1] == ' '))
			return false;
		if (text.p[i] == '=' && !last && text.p[i + 1] == '?')
			return false;
	}
	return true;
}

/* RFC 5322, 2.2.3: long lines are folded in front of a space. */
static void
put_folded(ctn_buf *b, ctn_span text, size_t column)
{
	for (size_t i = 0, n; i < text.n; i += n) {
		for (n = 1; i + n < text.n && text.p[i + n] != ' '; n++)
			;
		if (i > 0 && column + n > LINE_MAX_WANTED) {
			ctn_buf_text(b, "\r\n");
			column = 0;
		}
		ctn_buf_add(b, text.p + i, n);
		column += n;
	}
}

static void
put_subject(ctn_buf *b, const ctn_report_event *event)
{
	CTN_OWN_BUF text = { 0 };

	if (event->org != NULL) {
		ctn_buf_byte(&text, '[');
		ctn_report_put_text(&text, event->org, 60);
		ctn_buf_text(&text, "] ");
	}
	ctn_report_put_headline(&text, event);
	ctn_buf_byte(&text, ' ');
	ctn_report_put_sentence(&text, event);
	ctn_buf_text(b, "Subject: ");
	if (is_plain(ctn_buf_view(&text)))
		put_folded(b, ctn_buf_view(&text), strlen("Subject: "));
	else
		put_encoded(b, ctn_buf_view(&text));
	ctn_buf_text(b, "\r\n");
	b->failed |= text.failed;
}

static void
put_date(ctn_buf *b, int64_t at_s)
{
	struct ctn_civil c;

	ctn_time_to_civil(&c, at_s);
	ctn_buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", ctn_report_weekday(at_s), c.day, ctn_report_month(c.month),
	    c.year, c.hour, c.minute, c.second);
}

static void
put_headers(ctn_buf *b, const ctn_report_event *event, const char *from, const char *const *to)
{
	put_date(b, event->at_s);
	ctn_buf_printf(b, "From: catena <%s>\r\nTo: %s", from, to[0]);
	for (size_t i = 1; to[i] != NULL; i++)
		ctn_buf_printf(b, ",\r\n %s", to[i]);
	ctn_buf_text(b, "\r\n");
	put_subject(b, event);
	ctn_buf_text(b, "Message-ID: ");
	put_id(b, event->id, from);
	if (!event->digest && event->items_n == 1 && event->items[0].item != NULL) {
		ctn_buf_text(b, "References: ");
		put_id(b, event->items[0].item, from);
	}
	ctn_buf_text(b,
	    "Auto-Submitted: auto-generated\r\n" /* RFC 3834, 5: answered by no machine */
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n");
}

/* RFC 2045, 6.7. A dot that begins a line is encoded too: what forgets to double it does no harm. */
static bool
stands_as_itself(ctn_span line, size_t i, size_t column)
{
	uint8_t c = line.p[i];

	if (c == ' ')
		return i + 1 < line.n;
	return c > ' ' && c < 0x7f && c != '=' && (c != '.' || column > 0);
}

static void
put_quoted_line(ctn_buf *b, ctn_span line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (column + strlen("=XX=") > LINE_MAX_WANTED) {
			ctn_buf_text(b, "=\r\n");
			column = 0;
		}
		if (stands_as_itself(line, i, column)) {
			ctn_buf_byte(b, line.p[i]);
			column++;
		} else {
			ctn_buf_printf(b, "=%02X", line.p[i]);
			column += strlen("=XX");
		}
	}
	ctn_buf_text(b, "\r\n");
}

static void
put_quoted(ctn_buf *b, ctn_span text)
{
	while (text.n > 0) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end != NULL ? (size_t)(end - text.p) : text.n;

		put_quoted_line(b, (ctn_span){ text.p, n });
		n += end != NULL;
		text = (ctn_span){ text.p + n, text.n - n };
	}
}

bool
ctn_report_mail(ctn_buf *out, const ctn_report_event *event, const char *from, const char *const *to, struct ctn_err *e)
{
	CTN_OWN_BUF body = { 0 };

	if (!check_addresses(from, to, e))
		return false;
	ctn_report_put_body(&body, event);
	put_headers(out, event, from, to);
	put_quoted(out, ctn_buf_view(&body));
	return ctn_buf_ok(&body, e) && ctn_buf_ok(out, e);
}
