/* Selectors (INTERFACE section 1): serial, fingerprint, file, or name, to the records they mean. */
#ifndef CTN_CA_SELECT_H
#define CTN_CA_SELECT_H

#include "ca/ca.h"
#include "store/find.h"

enum ctn_select_how {
	CTN_SELECT_NEWEST, /* a name means the newest of its lineage; ambiguous only across lineages */
	CTN_SELECT_LIVE,   /* revoke: a name means what is live, else what is revoked already; several are refused */
	CTN_SELECT_ALL,    /* revoke --all: every live one, else every one that is revoked already */
	CTN_SELECT_HELD    /* unhold: a name means what is on hold; several are refused */
};

/**
 * What a selector means, told apart by its form:
 *   hex of up to 20 octets, colons allowed: a serial, of whichever authority (the only way to one that is only intended);
 *   hex of 32 octets: the SHA-256 of a certificate;
 *   a file, when there is one and the selector has a slash or a certificate's ending, or nothing else goes by that name: its first certificate,
 *     by its SHA-256, else by serial and issuer;
 *   else a name: a SAN value in any form that ctn_name_parse knows, a CN, or a whole subject in RFC 4514 text.
 * Hex that is no record's serial or fingerprint is looked up as a name, so that `cafe` can be a host. Live is issued, not expired and not
 * revoked; what is on hold is live. Of a lineage whose certificates were all only intended the newest intent is meant.
 *
 * rows  newest first, in the ca's arena: one, with ALL and a name one or more; on failure with CTN_ESELECTOR all candidates (n = 0: none)
 * Fails CTN_ESELECTOR (none or several; the text holds up to 5 candidates), CTN_EINPUT (a file that is no certificate), CTN_EFILE, CTN_ESTORE
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_select(ctn_cert_row **rows, size_t *n, ctn_ca *ca, const char *selector, enum ctn_select_how how, struct ctn_err *e);

/** "40aa…: web.internal.example, server, valid until 2026-05-01T00:00:00Z" for messages; in the arena, NULL without memory. */
char *ctn_cert_row_title(const ctn_cert_row *row, int64_t now_s, ctn_arena *a);

#endif
