/* The timeline of the page: a bar for each of what ends first, as inline SVG that needs no script to fit a screen. */
#ifndef CTN_REPORT_PAGE_TIMELINE_H
#define CTN_REPORT_PAGE_TIMELINE_H

#include "report/event.h"

/** Bars in it. */
#define CTN_REPORT_PAGE_BARS 24

/**
 * Of leaves the most urgent, of all else what ends first; nothing when nothing has an end. The scale has one step for each mark, each
 * step longer than the one before, so that hours and decades share a line. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_page_timeline(ctn_buf *b, const ctn_report_look *look, struct ctn_err *e);

#endif
