#include "report/page_tables.h"

#include "base/time.h"
#include "report/page.h"
#include "report/page_fill.h"
#include "report/phrase.h"

bool
ctn_report_in_need(const ctn_report_item *item)
{
	return item->state != CTN_REPORT_OK && item->acknowledged == NULL;
}

static bool
is_acknowledged(const ctn_report_item *item)
{
	return item->acknowledged != NULL;
}

size_t
ctn_report_count_wanted(const ctn_report_look *look, ctn_report_wanted wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < look->items_n; i++)
		n += wanted(&look->items[i]);
	return n;
}

/* A moment in the three forms that the page shows. */
struct moment {
	char at[32], date[32], when[32];
};

static struct moment
moment_of(int64_t at_s, int64_t now_s)
{
	struct moment m;

	ctn_time_text(m.at, at_s);
	ctn_report_date(m.date, at_s);
	ctn_report_when(m.when, at_s, now_s);
	if (at_s >= CTN_TIME_NEVER)
		m.when[0] = '\0';
	return m;
}

static void
put_more(ctn_buf *b, uint64_t n)
{
	char count[32];

	if (n == 0)
		return;
	ctn_report_count(count, n);
	FILL(b, more, { "count", count });
}

static void
put_row(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	struct moment end = moment_of(item->not_after, now_s);

	FILL(b, row_open, { "title", ctn_report_title(item) });
	if (item->where != NULL && strcmp(item->where, ctn_report_title(item)) != 0)
		FILL(b, row_small, { "label", "" }, { "text", item->where });
	if (ctn_report_in_need(item) && item->reason != NULL)
		FILL(b, row_small, { "label", "" }, { "text", item->reason });
	if (item->owner != NULL)
		FILL(b, row_small, { "label", "owner " }, { "text", item->owner });
	FILL(b, row_state, { "state", ctn_report_page_state(item) }, { "stage", ctn_report_page_stage(item) });
	if (item->has_end)
		FILL(b, row_end, { "at", end.at }, { "date", end.date }, { "when", end.when });
	else
		PUT(b, row_no_end);
}

/* Rows of what is wanted, the first `skip` of it left out; gives how many there are. */
static uint64_t
put_rows(ctn_buf *b, const ctn_report_look *look, ctn_report_wanted wanted, size_t skip)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < look->items_n && rows < CTN_REPORT_PAGE_ROWS; i++) {
		if (!wanted(&look->items[i]))
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		put_row(b, &look->items[i], look->at_s);
		rows++;
	}
	return rows;
}

void
ctn_report_page_table(ctn_buf *b, const ctn_report_look *look, ctn_report_wanted wanted, const char *end, uint64_t total)
{
	uint64_t rows;

	FILL(b, table_open, { "end", end });
	rows = put_rows(b, look, wanted, 0);
	PUT(b, table_close);
	put_more(b, total > rows ? total - rows : 0);
}

static void
put_field(ctn_buf *b, const char *label, const char *text)
{
	if (text != NULL)
		FILL(b, card_field, { "label", label }, { "text", text });
}

static void
put_ids(ctn_buf *b, const ctn_report_item *item)
{
	if (item->serial == NULL && item->sha256 == NULL)
		return;
	FILL(b, card_ids_open, { "title", ctn_report_title(item) });
	if (item->serial != NULL)
		FILL(b, card_id, { "label", "Serial" }, { "text", item->serial });
	if (item->sha256 != NULL)
		FILL(b, card_id, { "label", "SHA-256" }, { "text", item->sha256 });
	PUT(b, card_ids_close);
}

static void
put_card(ctn_buf *b, const ctn_report_item *item, int64_t now_s)
{
	struct moment end = moment_of(item->not_after, now_s);

	FILL(b, card_open, { "state", ctn_report_page_state(item) }, { "stage", ctn_report_page_stage(item) }, { "title", ctn_report_title(item) },
	    { "kind", item->kind }, { "reason", item->reason });
	if (item->has_end)
		FILL(b, card_end, { "label", item->not_after > now_s ? "Ends" : "Ended" }, { "at", end.at }, { "date", end.date }, { "when", end.when });
	put_field(b, "Owner", item->owner != NULL ? item->owner : "nobody is named");
	put_field(b, "Where", item->where);
	put_field(b, "Profile", item->profile);
	put_field(b, "Authority", item->authority);
	PUT(b, card_fields_close);
	if (item->fix != NULL)
		FILL(b, card_fix, { "fix", item->fix });
	put_ids(b, item);
	PUT(b, card_close);
}

static void
put_cards(ctn_buf *b, const ctn_report_look *look)
{
	size_t cards = 0;

	PUT(b, cards_open);
	for (size_t i = 0; i < look->items_n && cards < CTN_REPORT_PAGE_CARDS; i++) {
		if (!ctn_report_in_need(&look->items[i]))
			continue;
		put_card(b, &look->items[i], look->at_s);
		cards++;
	}
	PUT(b, cards_close);
}

void
ctn_report_page_need(ctn_buf *b, const ctn_report_look *look)
{
	uint64_t total = look->critical + look->warning + look->unknown, listed = ctn_report_count_wanted(look, ctn_report_in_need);
	char count[32];

	if (listed == 0) {
		FILL(b, nothing, { "text", "Nothing needs a hand." });
		return;
	}
	put_cards(b, look);
	total = total > listed ? total : listed;
	if (total <= CTN_REPORT_PAGE_CARDS)
		return;
	ctn_report_count(count, total - CTN_REPORT_PAGE_CARDS);
	FILL(b, rest_open, { "count", count });
	FILL(b, table_open, { "end", "Ends" });
	listed = put_rows(b, look, ctn_report_in_need, CTN_REPORT_PAGE_CARDS) + CTN_REPORT_PAGE_CARDS;
	PUT(b, table_close);
	put_more(b, total > listed ? total - listed : 0);
	PUT(b, rest_close);
}

void
ctn_report_page_acknowledged(ctn_buf *b, const ctn_report_look *look)
{
	uint64_t rows = 0;

	PUT(b, acknowledged_open);
	for (size_t i = 0; i < look->items_n && rows < CTN_REPORT_PAGE_ROWS; i++) {
		const ctn_report_item *item = &look->items[i];
		struct moment until = moment_of(item->acknowledged_until, look->at_s);

		if (!is_acknowledged(item))
			continue;
		FILL(b, acknowledged_row, { "title", ctn_report_title(item) }, { "kind", item->kind }, { "reason", item->reason },
		    { "why", item->acknowledged }, { "at", until.at }, { "date", until.date }, { "when", until.when });
		rows++;
	}
	PUT(b, table_close);
	put_more(b, look->acknowledged > rows ? look->acknowledged - rows : 0);
}
