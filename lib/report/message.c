#include "report/message.h"

#include "base/time.h"
#include "report/phrase.h"

static void
put_headline_and_sentence(ctn_buf *b, const ctn_report_event *event)
{
	ctn_report_put_headline(b, event);
	ctn_buf_byte(b, ' ');
	ctn_report_put_sentence(b, event);
}

void
ctn_report_json_item(ctn_json_out *j, const ctn_report_item *item, int64_t now_s)
{
	int64_t remaining_s;

	ctn_json_text(j, "item", item->item);
	ctn_json_text(j, "title", item->title);
	ctn_json_text(j, "kind", item->kind);
	ctn_json_text(j, "state", ctn_report_state_name(item->state));
	ctn_json_text(j, "stage", item->stage);
	if (item->has_end) {
		if (item->not_before != 0)
			ctn_json_time(j, "not_before", item->not_before);
		ctn_json_time(j, "not_after", item->not_after);
		if (!__builtin_sub_overflow(item->not_after, now_s, &remaining_s))
			ctn_json_int(j, "remaining_s", remaining_s);
	}
	ctn_json_text(j, "reason", item->reason);
	ctn_json_text(j, "owner", item->owner);
	ctn_json_text(j, "profile", item->profile);
	ctn_json_text(j, "authority", item->authority);
	ctn_json_text(j, "serial", item->serial);
	ctn_json_text(j, "sha256", item->sha256);
	ctn_json_text(j, "where", item->where);
	ctn_json_text(j, "fix", item->fix);
	ctn_json_text(j, "acknowledged", item->acknowledged);
	if (item->acknowledged != NULL)
		ctn_json_time(j, "acknowledged_until", item->acknowledged_until);
}

bool
ctn_report_json(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e)
{
	ctn_json_out j = ctn_json_over(out);
	CTN_OWN_BUF text = { 0 };

	put_headline_and_sentence(&text, event);
	ctn_json_object(&j, NULL);
	ctn_json_text(&j, "id", event->id);
	ctn_json_text(&j, "stage", event->stage);
	ctn_json_bool(&j, "digest", event->digest);
	ctn_json_bool(&j, "repeated", event->repeated);
	ctn_json_time(&j, "at", event->at_s);
	ctn_json_text(&j, "home", event->home);
	ctn_json_text(&j, "organisation", event->org);
	ctn_json_bytes(&j, "text", ctn_buf_view(&text));
	ctn_json_int(&j, "total", (int64_t)event->total);
	ctn_json_array(&j, "items");
	for (size_t i = 0; i < event->items_n; i++) {
		ctn_json_object(&j, NULL);
		ctn_report_json_item(&j, &event->items[i], event->at_s);
		ctn_json_close_object(&j);
	}
	ctn_json_close_array(&j);
	ctn_json_close_object(&j);
	return ctn_buf_ok(&text, e) && ctn_buf_ok(out, e);
}

/* key="value", bounded; nothing for what is absent. */
static void
put_pair(ctn_buf *b, const char *key, const char *value, size_t max)
{
	CTN_OWN_BUF text = { 0 };

	if (value == NULL)
		return;
	ctn_report_put_text(&text, value, max);
	ctn_buf_printf(b, " %s=\"", key);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			ctn_buf_byte(b, '\\');
		ctn_buf_byte(b, text.p[i]);
	}
	ctn_buf_byte(b, '"');
	b->failed |= text.failed;
}

/* The bounds of the parts add up to CTN_REPORT_LINE_MAX, a value of backslashes alone counted at twice its length. */
bool
ctn_report_line(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e)
{
	const ctn_report_item *item = !event->digest && event->items_n == 1 ? &event->items[0] : NULL;
	char end[32];

	put_headline_and_sentence(out, event);
	if (item != NULL) {
		if (item->has_end) {
			ctn_time_text(end, item->not_after);
			put_pair(out, "not_after", end, 20);
		}
		put_pair(out, "owner", item->owner, 32);
		put_pair(out, "where", item->where, 60);
		put_pair(out, "fix", item->fix, 88);
	}
	put_pair(out, "id", event->id, 64);
	return ctn_buf_ok(out, e);
}
