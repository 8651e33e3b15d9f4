/* A look as one static page of HTML, whose markup and style stand in page.html. */
#ifndef CTN_REPORT_PAGE_H
#define CTN_REPORT_PAGE_H

#include "report/event.h"

/** Items in need that have a card of their own; the others are in a table behind them. */
#define CTN_REPORT_PAGE_CARDS 20
/** Rows of one table; how many are left out is said. */
#define CTN_REPORT_PAGE_ROWS 200

/**
 * What needs a hand first, then a timeline (inline SVG), authorities, CRLs, endpoints, files, certificates, what is acknowledged. The page
 * loads nothing and runs nothing, and its Content-Security-Policy forbids both: the one style is allowed by its hash. Every text of a
 * record is escaped. Fails CTN_ECRYPTO, CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_page(ctn_buf *out, const ctn_report_look *look, struct ctn_err *e);

#endif
