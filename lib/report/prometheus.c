#include "report/prometheus.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/version.h"
#include "report/phrase.h"

#define LABEL_MAX 200

/* One item's labels as they are written; series are told apart by nothing else. */
struct series {
	const char *labels;
	const ctn_report_item *item;
};

struct series_list {
	struct series *at;
	size_t n;
	uint64_t leaves; /* of them */
};

static void
put_family(ctn_buf *b, const char *name, const char *help)
{
	ctn_buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void
put_count(ctn_buf *b, const char *name, const char *help, uint64_t value)
{
	put_family(b, name, help);
	ctn_buf_printf(b, "%s %" PRIu64 "\n", name, value);
}

static void
put_time(ctn_buf *b, const char *name, const char *help, int64_t at_s)
{
	put_family(b, name, help);
	ctn_buf_printf(b, "%s %" PRId64 "\n", name, at_s);
}

static void
put_label(ctn_buf *b, const char *name, const char *value)
{
	CTN_OWN_BUF text = { 0 };

	if (value == NULL)
		return;
	ctn_report_put_text(&text, value, LABEL_MAX);
	ctn_buf_printf(b, "%s%s=\"", b->n > 0 ? "," : "", name);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			ctn_buf_byte(b, '\\');
		ctn_buf_byte(b, text.p[i]);
	}
	ctn_buf_byte(b, '"');
	b->failed |= text.failed;
}

static const char *
labels_of(ctn_arena *a, const ctn_report_item *item)
{
	CTN_OWN_BUF b = { 0 };
	const char *text;

	put_label(&b, "item", item->item);
	put_label(&b, "kind", item->kind);
	put_label(&b, "title", item->title);
	put_label(&b, "authority", item->authority);
	put_label(&b, "owner", item->owner);
	put_label(&b, "profile", item->profile);
	text = ctn_buf_cstr(&b);
	return text != NULL && !b.failed ? ctn_arena_text(a, text) : NULL;
}

static int
by_labels(const void *a, const void *b)
{
	return strcmp(((const struct series *)a)->labels, ((const struct series *)b)->labels);
}

static void
drop_repeated(struct series_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (kept == 0 || strcmp(list->at[kept - 1].labels, list->at[i].labels) != 0)
			list->at[kept++] = list->at[i];
	}
	list->n = kept;
}

static bool
list_series(struct series_list *out, const ctn_report_look *look, ctn_arena *a)
{
	struct series_list list = { .at = ctn_arena_new(a, struct series, look->items_n) };

	if (list.at == NULL)
		return false;
	for (size_t i = 0; i < look->items_n; i++) {
		const ctn_report_item *item = &look->items[i];

		if (ctn_report_is_leaf(item) && list.leaves++ >= CTN_REPORT_PROMETHEUS_LEAVES)
			continue;
		list.at[list.n] = (struct series){ labels_of(a, item), item };
		if (list.at[list.n++].labels == NULL)
			return false;
	}
	qsort(list.at, list.n, sizeof(*list.at), by_labels);
	drop_repeated(&list);
	*out = list;
	return true;
}

static void
put_look(ctn_buf *b, const ctn_report_look *look)
{
	put_family(b, "catena_build_info", "Version of the program that wrote this; always 1.");
	ctn_buf_printf(b, "catena_build_info{version=\"%s\"} 1\n", ctn_version());
	put_family(b, "catena_items", "Watched items by state; acknowledged ones count as ok.");
	ctn_buf_printf(b, "catena_items{state=\"ok\"} %" PRIu64 "\n", look->ok);
	ctn_buf_printf(b, "catena_items{state=\"warning\"} %" PRIu64 "\n", look->warning);
	ctn_buf_printf(b, "catena_items{state=\"critical\"} %" PRIu64 "\n", look->critical);
	ctn_buf_printf(b, "catena_items{state=\"unknown\"} %" PRIu64 "\n", look->unknown);
	put_count(b, "catena_items_acknowledged", "Watched items in need that somebody acknowledged.", look->acknowledged);
	put_count(b, "catena_items_expired", "Watched items whose end is over.", look->expired);
	put_count(b, "catena_items_unreachable", "Watched items that could not be looked at.", look->unreachable);
	put_time(b, "catena_last_look_timestamp_seconds", "When the items were looked at, in Unix time.", look->at_s);
	if (look->has_run || look->last_run_s != 0)
		put_time(b, "catena_last_run_timestamp_seconds", "When the monitor last ran, in Unix time.",
		    look->has_run ? look->at_s : look->last_run_s);
	put_count(b, "catena_notices_undelivered", "Notices that wait for their channel.", look->undelivered);
	ctn_buf_text(b, "# HELP catena_state State of all items together: 0 ok, 1 warning, 2 critical, 3 unknown.\n# TYPE catena_state gauge\n");
	ctn_buf_printf(b, "catena_state %d\n", (int)look->state);
}

static void
put_items(ctn_buf *b, const struct series_list *list)
{
	put_family(b, "catena_item_state", "State of an item: 0 ok, 1 warning, 2 critical, 3 unknown.");
	for (size_t i = 0; i < list->n; i++)
		ctn_buf_printf(b, "catena_item_state{%s} %d\n", list->at[i].labels, (int)list->at[i].item->state);
	put_family(b, "catena_not_after_timestamp_seconds", "Effective end of an item, in Unix time.");
	for (size_t i = 0; i < list->n; i++) {
		if (list->at[i].item->has_end)
			ctn_buf_printf(b, "catena_not_after_timestamp_seconds{%s} %" PRId64 "\n", list->at[i].labels, list->at[i].item->not_after);
	}
	put_family(b, "catena_not_before_timestamp_seconds", "When the life of an item began, in Unix time.");
	for (size_t i = 0; i < list->n; i++) {
		if (list->at[i].item->has_end && list->at[i].item->not_before != 0)
			ctn_buf_printf(b, "catena_not_before_timestamp_seconds{%s} %" PRId64 "\n", list->at[i].labels, list->at[i].item->not_before);
	}
}

bool
ctn_report_prometheus(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e)
{
	CTN_OWN(ctn_arena) a = ctn_arena_open(0);
	struct series_list list;

	if (a == NULL || !list_series(&list, look, a))
		return ctn_fail_memory(e);
	put_look(out, look);
	if (list.n > 0)
		put_items(out, &list);
	return ctn_buf_ok(out, e);
}
