#include "report/message.h"
#include "report/phrase.h"

#define REST_MAX 120 /* room that is kept for the last line */

/* Slack reads & < > as markup, and a backtick would end the code that a command stands in. NULL: as it is. */
static const char *
escape_of(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '`':
		return "'";
	default:
		return NULL;
	}
}

/* At most max octets with their escapes. */
static void
put_escaped(ctn_buf *b, const char *text, size_t max)
{
	CTN_OWN_BUF plain = { 0 };
	size_t end = b->n + max;

	ctn_report_put_text(&plain, text, max);
	for (size_t i = 0, step; i < plain.n && b->n < end; i += step) {
		const char *escape = escape_of(plain.p[i]);

		step = ctn_utf8_step((ctn_span){ plain.p + i, plain.n - i });
		if (b->n + (escape != NULL ? strlen(escape) : step) > end)
			break;
		if (escape != NULL)
			ctn_buf_text(b, escape);
		else
			ctn_buf_add(b, plain.p + i, step);
	}
	b->failed |= plain.failed;
}

static void
put_labelled(ctn_buf *b, const char *label, const char *text)
{
	if (text == NULL)
		return;
	ctn_buf_printf(b, "\n%s: ", label);
	put_escaped(b, text, 120);
}

static void
put_end(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	char date[32], when[32];

	if (!item->has_end)
		return;
	ctn_report_date(date, item->not_after);
	ctn_report_when(when, item->not_after, now_s);
	ctn_buf_printf(b, "\n%s: %s (%s)", item->not_after > now_s ? "Ends" : "Ended", date, when);
}

static void
put_command(ctn_buf *b, const ctn_report_item *item)
{
	if (item->fix == NULL)
		return;
	ctn_buf_text(b, "\n`");
	put_escaped(b, item->fix, 160);
	ctn_buf_byte(b, '`');
}

static void
put_one(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	put_end(b, item, now_s);
	put_labelled(b, "Where", item->where);
	put_labelled(b, "Owner", item->owner);
	put_labelled(b, "Profile", item->profile);
	put_labelled(b, "Authority", item->authority);
	put_labelled(b, "Serial", item->serial);
	put_command(b, item);
}

static void
put_listed(ctn_buf *b, const ctn_report_item *item)
{
	CTN_OWN_BUF line = { 0 };

	ctn_buf_text(b, "\n\xe2\x80\xa2 "); /* a bullet */
	ctn_report_put_item(&line, item);
	put_escaped(b, ctn_buf_cstr(&line), 320);
	if (item->owner != NULL) {
		ctn_buf_text(b, " (owner ");
		put_escaped(b, item->owner, 60);
		ctn_buf_byte(b, ')');
	}
	put_command(b, item);
	b->failed |= line.failed;
}

/* As many as fit; an item goes in whole or not at all. */
static void
put_digest(ctn_buf *b, const ctn_report_event *event)
{
	uint64_t listed = 0;
	char count[32];

	for (size_t i = 0; i < event->items_n && !b->failed; i++, listed++) {
		size_t before = b->n;

		put_listed(b, &event->items[i]);
		if (b->n > CTN_REPORT_SLACK_MAX - REST_MAX) {
			b->n = before;
			break;
		}
	}
	if (listed >= event->total)
		return;
	ctn_report_count(count, event->total - listed);
	ctn_buf_printf(b, "\nand %s more: `catena monitor status`", count);
}

bool
ctn_report_slack(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e)
{
	ctn_json_out j = ctn_json_over(out);
	CTN_OWN_BUF text = { 0 }, sentence = { 0 };

	ctn_buf_byte(&text, '*');
	ctn_report_put_headline(&text, event);
	ctn_buf_text(&text, "* ");
	ctn_report_put_sentence(&sentence, event);
	if (ctn_buf_cstr(&sentence) == NULL || !ctn_buf_ok(&sentence, e))
		return ctn_fail_memory(e);
	put_escaped(&text, ctn_buf_cstr(&sentence), 340);
	if (!event->digest && event->items_n == 1)
		put_one(&text, &event->items[0], event->at_s);
	else
		put_digest(&text, event);
	ctn_json_object(&j, NULL);
	ctn_json_bytes(&j, "text", ctn_buf_view(&text));
	ctn_json_bool(&j, "unfurl_links", false);
	ctn_json_bool(&j, "unfurl_media", false);
	ctn_json_close_object(&j);
	return ctn_buf_ok(&text, e) && ctn_buf_ok(out, e);
}
