/* Phrases that all reports share: texts of records as one harmless line, dates and spans as people say them. */
#ifndef CTN_REPORT_PHRASE_H
#define CTN_REPORT_PHRASE_H

#include "report/event.h"

/**
 * A text of a record as one line of valid UTF-8: what could steer a terminal and what is not UTF-8 becomes \xNN. At most max octets, an
 * ellipsis at the end of what was cut. NULL writes nothing.
 */
void ctn_report_put_text(ctn_buf *b, const char *text, size_t max);
/** Can it be typed on a terminal as it is? Then a command line may hold it, as the word that ctn_report_put_word makes of it. */
bool ctn_report_typable(const char *text);
/** As one word of a POSIX shell: in single quotes where it must be. */
void ctn_report_put_word(ctn_buf *b, const char *text);

/** "6 days", "1 hour", "40 seconds", "2 years" into out[32]: whole units, never rounded up; the sign is not looked at. */
void ctn_report_span(char out[32], int64_t seconds);
/** "in 6 days", "6 days ago", "now" into out[32]. */
void ctn_report_when(char out[32], int64_t at_s, int64_t now_s);
/** "Fri 4 Dec 2026 10:00 UTC", "never" for CTN_TIME_NEVER, into out[32]. */
void ctn_report_date(char out[32], int64_t at_s);
/** "1,234,567" into out[32]. */
void ctn_report_count(char out[32], uint64_t n);
/** "Mon", ... and "Jan", ... as RFC 5322 has them; month from 1. */
const char *ctn_report_weekday(int64_t at_s);
const char *ctn_report_month(int month);

/** What people call the item: its title, else its stable name. */
const char *ctn_report_title(const ctn_report_item *item);
/** "certificate web.internal.example: expires in 6 days": kind, title and reason, at most 320 octets. */
void ctn_report_put_item(ctn_buf *b, const ctn_report_item *item);
/**
 * The event in a sentence without a full stop, at most 320 octets: of one item its own; of a digest how many items need a hand or
 * recovered, at which stages, and which ends first.
 */
void ctn_report_put_sentence(ctn_buf *b, const ctn_report_event *event);
/** The stage as headline: "CRITICAL", "STILL CRITICAL", "RECOVERED". */
void ctn_report_put_headline(ctn_buf *b, const ctn_report_event *event);

#endif
