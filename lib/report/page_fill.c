#include "report/page_fill.h"

#include <assert.h>

#include "report/phrase.h"

/* Enough for text and for attributes in either quotes. NULL: stands as itself. */
static const char *
entity_of(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void
put_escaped(ctn_buf *b, const char *text)
{
	CTN_OWN_BUF plain = { 0 };

	ctn_report_put_text(&plain, text, CTN_REPORT_PAGE_TEXT_MAX);
	for (size_t i = 0; i < plain.n; i++) {
		const char *entity = entity_of(plain.p[i]);

		if (entity != NULL)
			ctn_buf_text(b, entity);
		else
			ctn_buf_byte(b, plain.p[i]);
	}
	b->failed |= plain.failed;
}

static const char *
value_of(const ctn_fill *values, const char *name, size_t n)
{
	while (values->name != NULL && (strncmp(values->name, name, n) != 0 || values->name[n] != '\0'))
		values++;
	assert(values->name != NULL);
	return values->text;
}

void
ctn_report_fill(ctn_buf *b, enum ctn_piece piece, const ctn_fill *values)
{
	const char *at = ctn_pieces[piece];

	for (const char *open = strstr(at, "{{"); open != NULL; open = strstr(at, "{{")) {
		const char *close = strstr(open, "}}");

		assert(close != NULL);
		ctn_buf_add(b, at, (size_t)(open - at));
		put_escaped(b, value_of(values, open + 2, (size_t)(close - open - 2)));
		at = close + 2;
	}
	ctn_buf_text(b, at);
}

const char *
ctn_report_page_state(const ctn_report_item *item)
{
	return item->acknowledged != NULL ? "acknowledged" : ctn_report_state_name(item->state);
}

const char *
ctn_report_page_stage(const ctn_report_item *item)
{
	return item->acknowledged != NULL || item->stage == NULL ? ctn_report_page_state(item) : item->stage;
}
