#include "report/message_body.h"

#include "report/message.h"
#include "report/phrase.h"

#define VALUE_MAX 400
#define COMMAND_MAX 2000

static void
put_field(ctn_buf *b, const char *label, const char *value)
{
	if (value == NULL)
		return;
	ctn_buf_printf(b, "  %-11s ", label);
	ctn_report_put_text(b, value, VALUE_MAX);
	ctn_buf_byte(b, '\n');
}

/* "Fri 4 Dec 2026 10:00 UTC, in 6 days" */
static void
put_end(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	char date[32], when[32];

	ctn_report_date(date, item->not_after);
	ctn_report_when(when, item->not_after, now_s);
	ctn_buf_printf(b, "%s, %s", date, when);
}

static void
put_command(ctn_buf *b, const char *command, const char *indent)
{
	ctn_buf_text(b, indent);
	ctn_report_put_text(b, command, COMMAND_MAX);
	ctn_buf_byte(b, '\n');
}

static void
put_fields(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	bool needs = item->state != CTN_REPORT_OK;

	if (item->has_end) {
		ctn_buf_printf(b, "  %-11s ", item->not_after > now_s ? "Ends" : "Ended");
		put_end(b, item, now_s);
		ctn_buf_byte(b, '\n');
	}
	put_field(b, "Where", item->where != NULL || !needs ? item->where : "records of this home");
	put_field(b, "Owner", item->owner != NULL || !needs ? item->owner : "nobody is named");
	put_field(b, "Profile", item->profile);
	put_field(b, "Authority", item->authority);
	put_field(b, "Serial", item->serial);
	put_field(b, "SHA-256", item->sha256);
}

static void
put_one(ctn_buf *b, const ctn_report_event *event)
{
	const ctn_report_item *item = &event->items[0];

	ctn_report_put_item(b, item);
	ctn_buf_text(b, ".\n\n");
	put_fields(b, item, event->at_s);
	if (item->fix != NULL) {
		ctn_buf_text(b, "\nWhat to type:\n\n");
		put_command(b, item->fix, "  ");
	}
	if (item->state == CTN_REPORT_OK || item->item == NULL || !ctn_report_typable(item->item))
		return;
	ctn_buf_text(b, "\nTo hear no more of it for a while, and say why:\n\n  catena monitor ack ");
	ctn_report_put_word(b, item->item);
	ctn_buf_byte(b, '\n');
}

static bool
same_stage(const ctn_report_item *a, const ctn_report_item *b)
{
	return a->stage != NULL && b->stage != NULL && strcmp(a->stage, b->stage) == 0;
}

static void
put_listed(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	ctn_buf_text(b, "\n  ");
	ctn_report_put_item(b, item);
	ctn_buf_byte(b, '\n');
	if (item->has_end) {
		ctn_buf_printf(b, "    %s ", item->not_after > now_s ? "ends" : "ended");
		put_end(b, item, now_s);
		ctn_buf_byte(b, '\n');
	}
	if (item->where != NULL) {
		ctn_buf_text(b, "    where ");
		ctn_report_put_text(b, item->where, VALUE_MAX);
		ctn_buf_byte(b, '\n');
	}
	if (item->owner != NULL) {
		ctn_buf_text(b, "    owner ");
		ctn_report_put_text(b, item->owner, VALUE_MAX);
		ctn_buf_byte(b, '\n');
	}
	if (item->fix != NULL)
		put_command(b, item->fix, "    $ ");
}

static void
put_stage(ctn_buf *b, const ctn_report_item *item)
{
	ctn_report_event headline = { .stage = item->stage };

	ctn_buf_byte(b, '\n');
	ctn_report_put_headline(b, &headline);
	ctn_buf_byte(b, '\n');
}

static void
put_digest(ctn_buf *b, const ctn_report_event *event)
{
	uint64_t listed = 0;
	char count[32];

	ctn_report_put_sentence(b, event);
	ctn_buf_text(b, ".\n");
	for (; listed < event->items_n && listed < CTN_REPORT_MAIL_ITEMS; listed++) {
		if (listed == 0 || !same_stage(&event->items[listed], &event->items[listed - 1]))
			put_stage(b, &event->items[listed]);
		put_listed(b, &event->items[listed], event->at_s);
	}
	if (listed >= event->total)
		return;
	ctn_report_count(count, event->total - listed);
	ctn_buf_printf(b, "\nAnd %s more, which this lists:\n\n  catena monitor status\n", count);
}

void
ctn_report_put_body(ctn_buf *b, const ctn_report_event *event)
{
	char date[32];

	if (!event->digest && event->items_n == 1)
		put_one(b, event);
	else
		put_digest(b, event);
	ctn_report_date(date, event->at_s);
	ctn_buf_printf(b, "\n-- \ncatena, %s", date);
	if (event->org != NULL) {
		ctn_buf_text(b, ", for ");
		ctn_report_put_text(b, event->org, 120);
	}
	if (event->home != NULL) {
		ctn_buf_text(b, "\nhome ");
		ctn_report_put_text(b, event->home, VALUE_MAX);
	}
	if (event->repeated)
		ctn_buf_text(b, "\nthis was told before and is still so");
	ctn_buf_byte(b, '\n');
}
