/*
 * An event as the message of each channel: mail, JSON, Slack, a line of syslog. The same event gives the same bytes, so that what is sent
 * again is the message that was sent before. Whatever owners, notes and names hold, it stays a value in its place: it starts no header,
 * no line, no member, no markup.
 */
#ifndef CTN_REPORT_MESSAGE_H
#define CTN_REPORT_MESSAGE_H

#include "base/jsonout.h"
#include "report/event.h"

/** Items that a mail lists of a digest; the rest is a number and the command that lists them. */
#define CTN_REPORT_MAIL_ITEMS 100
/** Octets of the text in Slack's form, before JSON's escapes. */
#define CTN_REPORT_SLACK_MAX 4000
/** Octets of a line of syslog (RFC 3164, 4.1: 1,024 with what syslog puts in front). */
#define CTN_REPORT_LINE_MAX 900

/**
 * A whole mail (RFC 5322, MIME) with CRLF: headers, then text/plain in UTF-8 as quoted-printable. Message-ID is <id@DOMAIN of from>, Date
 * the event's. Notices about the same item refer to the same message, so that mail programs show them as one thread. No line is over 78
 * octets but one whose single word is.
 *
 * from, to  addresses as in user@host; to is NULL-ended and not empty
 * Fails     CTN_EINPUT an address that is none; CTN_ENOMEM
 */
CTN_MUST bool ctn_report_mail(ctn_buf *out, const ctn_report_event *event, const char *from, const char *const *to, struct ctn_err *e);

/**
 * The event as one JSON document without a newline, for webhooks and commands: id, stage, digest, repeated, at, home, organisation,
 * items, total, text. What is absent is left out. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_json(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e);
/**
 * Members of one item into an object that is open: item, title, kind, state, stage, not_before, not_after, remaining_s, reason, owner,
 * profile, authority, serial, sha256, where, fix, acknowledged, acknowledged_until.
 */
void ctn_report_json_item(ctn_json_out *j, const ctn_report_item *item, int64_t now_s);

/** {"text": ...} as incoming webhooks of Slack and what imitates them take it. Fails CTN_ENOMEM. */
CTN_MUST bool ctn_report_slack(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e);

/**
 * One line for syslog, no newline: the sentence, then key="value" (backslash and quotes escaped). It ends with the id, which is never
 * cut. Fails CTN_ENOMEM.
 */
CTN_MUST bool ctn_report_line(ctn_buf *out, const ctn_report_event *event, struct ctn_err *e);

#endif
