/* The page's cards and tables. */
#ifndef CTN_REPORT_PAGE_TABLES_H
#define CTN_REPORT_PAGE_TABLES_H

#include "report/event.h"

/** Which items a table takes. */
typedef bool (*ctn_report_wanted)(const ctn_report_item *item);

bool ctn_report_in_need(const ctn_report_item *item);
size_t ctn_report_count_wanted(const ctn_report_look *look, ctn_report_wanted wanted);

/** What needs a hand: cards, the rest in a table. A failure stays in b. */
void ctn_report_page_need(ctn_buf *b, const ctn_report_look *look);
/** Name, state, end; total as far as it is known: what the table leaves out is said. */
void ctn_report_page_table(ctn_buf *b, const ctn_report_look *look, ctn_report_wanted wanted, const char *end, uint64_t total);
void ctn_report_page_acknowledged(ctn_buf *b, const ctn_report_look *look);

#endif
