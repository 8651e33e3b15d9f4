/* E-mail addresses as names. */
#ifndef CTN_NAME_MAIL_H
#define CTN_NAME_MAIL_H

#include "base/bytes.h"
#include "base/err.h"

/**
 * An rfc822Name from a certificate split into local part and host; both borrow mail. False unless it is a Mailbox of RFC 5321 4.1.2
 * in ASCII: a dot-atom or quoted local part of at most 64 octets, one @, a DNS name. Address literals ([10.0.0.1]) are no.
 */
CTN_MUST bool ctn_mail_split(ctn_span *local, ctn_span *host, ctn_span mail);

/**
 * rfc822Name: local part kept (dot-atom, RFC 5321; not quoted), host canonical as DNS, without wildcard; in the arena. Fails CTN_EINPUT;
 * non-ASCII local parts are refused with a reason (RFC 9598: such a mailbox is no rfc822Name).
 */
CTN_MUST bool ctn_mail_canonical(char **out, const char *text, ctn_arena *a, struct ctn_err *e);
/** The same for a local part beyond ASCII too, which must be UTF-8: what an SmtpUTF8Mailbox has (RFC 9598 3), host in A-labels. */
CTN_MUST bool ctn_mail_canonical_utf8(char **out, const char *text, ctn_arena *a, struct ctn_err *e);
/**
 * Policy pattern for addresses: `user@host`, `host` or `*@host` (any user at exactly that host), `**.host` or `*@**.host` (any user below
 * it); any DNS pattern may stand for the host. The canonical form always has the @; in the arena. Fails CTN_EINPUT.
 */
CTN_MUST bool ctn_mail_pattern(char **out, const char *text, ctn_arena *a, struct ctn_err *e);
/** Does the pattern cover the canonical address? Local parts are compared byte by byte. */
bool ctn_mail_pattern_covers(const char *pattern, const char *mail);

#endif
