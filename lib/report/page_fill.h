/* Pieces of page.html with values in their places. */
#ifndef CTN_REPORT_PAGE_FILL_H
#define CTN_REPORT_PAGE_FILL_H

#include "page_pieces.h"
#include "report/event.h"

#define CTN_REPORT_PAGE_TEXT_MAX 400

/** What stands for {{name}}. It is escaped, so that it is text wherever it stands; NULL: nothing. */
typedef struct ctn_fill {
	const char *name, *text;
} ctn_fill;

/** Append a piece. values ends with a NULL name and has every name of the piece. */
void ctn_report_fill(ctn_buf *b, enum ctn_piece piece, const ctn_fill *values);
#define FILL(b, piece, ...) ctn_report_fill((b), CTN_PIECE_##piece, (const ctn_fill[]){ __VA_ARGS__, { NULL, NULL } })
#define PUT(b, piece) ctn_buf_text((b), ctn_pieces[CTN_PIECE_##piece])

/** "acknowledged", or the item's state: what the page colours it with. */
const char *ctn_report_page_state(const ctn_report_item *item);
/** What its badge says: the stage, which can be finer than the state. */
const char *ctn_report_page_stage(const ctn_report_item *item);

#endif
