#include "report/page.h"

#include "base/time.h"
#include "base/version.h"
#include "hash/hash.h"
#include "report/page_fill.h"
#include "report/page_tables.h"
#include "report/page_timeline.h"
#include "report/phrase.h"

static bool
is_kind(const ctn_report_item *item, const char *kind)
{
	return item->kind != NULL && strcmp(item->kind, kind) == 0;
}

static bool
is_authority(const ctn_report_item *item)
{
	return is_kind(item, "authority");
}

static bool
is_crl(const ctn_report_item *item)
{
	return is_kind(item, "CRL");
}

static bool
is_endpoint(const ctn_report_item *item)
{
	return is_kind(item, "endpoint");
}

static bool
is_file(const ctn_report_item *item)
{
	return is_kind(item, "file");
}

static bool
is_other(const ctn_report_item *item)
{
	return !is_authority(item) && !is_crl(item) && !is_endpoint(item) && !is_file(item) && !ctn_report_is_leaf(item);
}

/* The tables in their order; one without rows is left out. */
static const struct table {
	const char *id, *title, *end;
	ctn_report_wanted wanted;
} tables[] = {
	{ "authorities", "Authorities", "Ends", is_authority },
	{ "crls", "Revocation lists", "Next update due", is_crl },
	{ "endpoints", "Endpoints", "Ends", is_endpoint },
	{ "files", "Files", "Ends", is_file },
	{ "others", "Keys and renewals", "Ends", is_other },
	{ "certificates", "Certificates of this home", "Ends", ctn_report_is_leaf },
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* What Content-Security-Policy wants to know of a style: the digest of all between its tags, the line end behind the first included. */
static bool
hash_style(ctn_buf *out, struct ctn_err *e)
{
	ctn_span parts[] = { CTN_SPAN("\n"), ctn_span_text(ctn_pieces[CTN_PIECE_style]) };
	uint8_t digest[CTN_SHA256_LEN];

	if (!ctn_sha256_of(digest, parts, 2, e))
		return false;
	ctn_buf_base64(out, (ctn_span){ digest, sizeof(digest) }, 0);
	return ctn_buf_ok(out, e);
}

static const char *
organisation(const ctn_report_look *look)
{
	return look->org != NULL ? look->org : "this home";
}

static bool
put_head(ctn_buf *b, const ctn_report_look *look, struct ctn_err *e)
{
	static const char *const icons[] = { [CTN_REPORT_OK] = "1d6b40", [CTN_REPORT_WARNING] = "e08a00", [CTN_REPORT_CRITICAL] = "d0312d",
		[CTN_REPORT_UNKNOWN] = "6a70c8" };
	CTN_OWN_BUF hash = { 0 };

	if (!hash_style(&hash, e))
		return false;
	FILL(b, head, { "style_hash", ctn_buf_cstr(&hash) }, { "state", ctn_report_state_name(look->state) }, { "org", organisation(look) },
	    { "icon", icons[look->state] });
	PUT(b, style);
	return true;
}

static void
put_headline(ctn_buf *b, const ctn_report_look *look)
{
	uint64_t need = look->critical + look->warning + look->unknown;
	char count[32], total[32];

	ctn_report_count(total, look->total);
	ctn_report_count(count, need);
	if (need == 0)
		ctn_buf_printf(b, "None of %s items needs a hand", total);
	else
		ctn_buf_printf(b, "%s of %s items %s a hand", count, total, need == 1 ? "needs" : "need");
}

static void
put_run(ctn_buf *b, const ctn_report_look *look)
{
	char date[32], when[32];

	if (look->has_run) {
		ctn_buf_text(b, ", when the monitor ran.");
		return;
	}
	if (look->last_run_s == 0) {
		ctn_buf_text(b, ". The monitor has never run.");
		return;
	}
	ctn_report_date(date, look->last_run_s);
	ctn_report_when(when, look->last_run_s, look->at_s);
	ctn_buf_printf(b, ". The monitor last ran %s, on %s.", when, date);
}

static void
put_top(ctn_buf *b, const ctn_report_look *look)
{
	CTN_OWN_BUF headline = { 0 }, run = { 0 };
	char at[32], date[32], count[32];

	put_headline(&headline, look);
	put_run(&run, look);
	ctn_time_text(at, look->at_s);
	ctn_report_date(date, look->at_s);
	FILL(b, top, { "org", organisation(look) }, { "state", ctn_report_state_name(look->state) }, { "headline", ctn_buf_cstr(&headline) },
	    { "at", at }, { "at_date", date }, { "run", ctn_buf_cstr(&run) });
	b->failed |= headline.failed || run.failed;
	if (look->undelivered == 0)
		return;
	ctn_report_count(count, look->undelivered);
	FILL(b, undelivered, { "count", count }, { "notices", look->undelivered == 1 ? "notice" : "notices" });
}

static void
put_navigation(ctn_buf *b, const ctn_report_look *look)
{
	PUT(b, nav_open);
	FILL(b, nav_item, { "id", "need" }, { "title", "Needs a hand" });
	FILL(b, nav_item, { "id", "timeline" }, { "title", "Timeline" });
	for (size_t i = 0; i < TABLES; i++) {
		if (ctn_report_count_wanted(look, tables[i].wanted) > 0)
			FILL(b, nav_item, { "id", tables[i].id }, { "title", tables[i].title });
	}
	if (look->acknowledged > 0)
		FILL(b, nav_item, { "id", "acknowledged" }, { "title", "Acknowledged" });
	PUT(b, counts_open);
}

static void
put_count(ctn_buf *b, const char *class, const char *label, uint64_t n)
{
	char count[32];

	ctn_report_count(count, n);
	FILL(b, count, { "class", n > 0 ? class : "none" }, { "label", label }, { "count", count });
}

static void
put_counts(ctn_buf *b, const ctn_report_look *look)
{
	put_count(b, "critical", "Critical", look->critical);
	put_count(b, "critical", "Expired", look->expired);
	put_count(b, "warning", "Warning", look->warning);
	put_count(b, "unknown", "Unknown", look->unknown);
	put_count(b, "ok", "OK", look->ok);
	put_count(b, "ok", "Acknowledged", look->acknowledged);
	PUT(b, counts_close);
}

static void
open_section(ctn_buf *b, const char *id, const char *title)
{
	FILL(b, section_open, { "id", id }, { "title", title });
}

/* Of leaves the look may list a part only; of all else it lists everything. */
static uint64_t
total_of(const ctn_report_look *look, const struct table *table)
{
	uint64_t listed = ctn_report_count_wanted(look, table->wanted), left_out = look->total > look->items_n ? look->total - look->items_n : 0;

	return table->wanted == ctn_report_is_leaf ? listed + left_out : listed;
}

static void
put_tables(ctn_buf *b, const ctn_report_look *look)
{
	for (size_t i = 0; i < TABLES; i++) {
		if (ctn_report_count_wanted(look, tables[i].wanted) == 0)
			continue;
		open_section(b, tables[i].id, tables[i].title);
		ctn_report_page_table(b, look, tables[i].wanted, tables[i].end, total_of(look, &tables[i]));
		PUT(b, section_close);
	}
	if (look->acknowledged == 0)
		return;
	open_section(b, "acknowledged", "Acknowledged");
	ctn_report_page_acknowledged(b, look);
	PUT(b, section_close);
}

bool
ctn_report_page(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e)
{
	if (!put_head(out, look, e))
		return false;
	put_top(out, look);
	put_navigation(out, look);
	put_counts(out, look);
	open_section(out, "need", "Needs a hand");
	ctn_report_page_need(out, look);
	PUT(out, section_close);
	open_section(out, "timeline", "What ends when");
	if (!ctn_report_page_timeline(out, look, e))
		return false;
	PUT(out, section_close);
	put_tables(out, look);
	FILL(out, foot, { "version", ctn_version() }, { "home", look->home });
	return ctn_buf_ok(out, e);
}
