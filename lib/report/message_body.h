/* The text that people read in a mail: what, where, when, who owns it, what to type. */
#ifndef CTN_REPORT_MESSAGE_BODY_H
#define CTN_REPORT_MESSAGE_BODY_H

#include "report/event.h"

/** Lines that end in \n, UTF-8, with nothing in them that could steer a terminal. A failure stays in b. */
void ctn_report_put_body(ctn_buf *b, const ctn_report_event *event);

#endif
